from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reviewing", "0003_bundles"),
    ]

    operations = [
        migrations.AlterField(
            model_name="release",
            name="way",
            field=models.CharField(choices=[("button", "按钮"), ("schedule", "定时"), ("bundle", "绑定发布"), ("command", "命令")], max_length=12, verbose_name="方式"),
        ),
    ]
