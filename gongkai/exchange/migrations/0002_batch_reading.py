from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("exchange", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="batch",
            name="state",
            field=models.CharField(
                choices=[
                    ("reading", "正在读取"), ("read", "待确认"), ("refused", "不能导入"), ("running", "正在写入"), ("done", "已导入"), ("dropped", "已放弃"), ("failed", "写入失败"),
                ],
                default="read", max_length=10, verbose_name="状态",
            ),
        ),
    ]
