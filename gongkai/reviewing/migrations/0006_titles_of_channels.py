from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reviewing", "0005_reviewtemplate_channel"),
    ]

    operations = [
        migrations.AddField("submission", "titles", models.JSONField(blank=True, default=dict, verbose_name="渠道标题")),
    ]
