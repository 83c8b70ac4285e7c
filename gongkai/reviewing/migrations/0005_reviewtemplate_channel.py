from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reviewing", "0004_release_way_in_one_word"),
    ]

    operations = [
        migrations.AddField("reviewtemplate", "channel", models.CharField(blank=True, default="", max_length=10, verbose_name="渠道"), preserve_default=False),
    ]
