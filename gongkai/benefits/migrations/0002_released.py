import django.db.models.deletion
from django.db import migrations, models


def were_public(apps, schema_editor):
    """What stood in the register was public before the chain, and stays so."""
    apps.get_model("benefits", "BenefitPolicy").objects.update(published_elsewhere="启用审核之前已公开")


class Migration(migrations.Migration):

    dependencies = [
        ("benefits", "0001_initial"),
        ("reviewing", "0003_bundles"),
    ]

    operations = [
        migrations.AddField("benefitpolicy", "live", models.BooleanField(default=True, editable=False, verbose_name="公开显示")),
        migrations.AddField("benefitpolicy", "published_elsewhere", models.CharField(blank=True, editable=False, max_length=300, verbose_name="已在系统外公开")),
        migrations.AddField("benefitpolicy", "released", models.JSONField(blank=True, editable=False, null=True, verbose_name="已放行内容")),
        migrations.AddField(
            "benefitpolicy", "shown_submission",
            models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reviewing.submission", verbose_name="所示送审稿"),
        ),
        migrations.AddField("benefitpolicy", "withdraw_reason", models.CharField(blank=True, editable=False, max_length=300, verbose_name="撤回原因")),
        migrations.AddField("benefitpolicy", "withdrawn_on", models.DateField(blank=True, editable=False, null=True, verbose_name="撤回日期")),
        migrations.AlterField(
            "benefitpolicy", "published_on",
            models.DateField(blank=True, help_text="发文单位发布的日期；随本机关文件一并发布的不填，放行时写入", null=True, verbose_name="发布日期"),
        ),
        migrations.RunPython(were_public, migrations.RunPython.noop),
    ]
