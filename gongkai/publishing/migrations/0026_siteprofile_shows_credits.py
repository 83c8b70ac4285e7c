from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("publishing", "0025_notes_on_what_is_written"),
    ]

    operations = [
        migrations.AddField("siteprofile", "shows_credits", models.BooleanField(default=False, verbose_name="页面署撰稿、审核、审签人")),
    ]
