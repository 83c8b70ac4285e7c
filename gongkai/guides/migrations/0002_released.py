import django.db.models.deletion
from django.db import migrations, models

FROM_MATTER = {"matter": "name", "matter_kind": "kind", "basis": "basis"}
OWN = (
    "title", "agency", "place", "hours", "phone", "fees", "handling", "promised_days", "statutory_days", "visits", "result", "conditions", "materials", "steps",
    "remedies", "url",
)  # fmt: skip


def were_public(apps, schema_editor):
    """What was public by its date before the chain stays so, as it stood; the guide to a voided matter was not, and stays hidden."""
    guides = apps.get_model("guides", "Guide").objects.exclude(published_on=None).filter(matter__voided_at=None).select_related("matter", "column")
    for guide in guides.iterator(chunk_size=500):
        guide.published_elsewhere = "启用审核之前已公开"
        guide.released = {
            "model": "guides.Guide", "column": guide.column.name, "column_id": guide.column_id, **{name: getattr(guide, name) for name in OWN},
            **{name: getattr(guide.matter, field) for name, field in FROM_MATTER.items()},
        }  # fmt: skip
        guide.save(update_fields=["published_elsewhere", "released"])


class Migration(migrations.Migration):

    dependencies = [
        ("guides", "0001_initial"),
        ("reviewing", "0003_bundles"),
    ]

    operations = [
        migrations.RemoveConstraint("guide", "guide_withdrawn_after"),
        # Drafts are kept apart from what is outside by the released copy.
        *(migrations.RemoveField("guide", name) for name in (
            "has_unpublished_changes", "first_published_at", "last_published_at", "go_live_at", "expire_at", "expired", "locked", "locked_at", "locked_by",
            "latest_revision", "live_revision",
        )),
        migrations.AlterField("guide", "live", models.BooleanField(default=True, editable=False, verbose_name="公开显示")),
        migrations.AlterField("guide", "published_on", models.DateField(blank=True, help_text="放行时写入", null=True, verbose_name="发布日期")),
        migrations.AlterField("guide", "withdrawn_on", models.DateField(blank=True, editable=False, null=True, verbose_name="撤回日期")),
        migrations.AlterField("guide", "url", models.URLField(blank=True, help_text="网上办理的入口", max_length=500, verbose_name="网址")),
        migrations.AddField("guide", "withdraw_reason", models.CharField(blank=True, editable=False, max_length=300, verbose_name="撤回原因")),
        migrations.AddField("guide", "published_elsewhere", models.CharField(blank=True, editable=False, max_length=300, verbose_name="已在系统外公开")),
        migrations.AddField("guide", "released", models.JSONField(blank=True, editable=False, null=True, verbose_name="已放行内容")),
        migrations.AddField(
            "guide", "shown_submission",
            models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reviewing.submission", verbose_name="所示送审稿"),
        ),
        migrations.RunPython(were_public, migrations.RunPython.noop),
    ]
