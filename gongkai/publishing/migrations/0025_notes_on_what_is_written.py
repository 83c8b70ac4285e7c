"""A remark stands beside anything written, not beside articles alone."""

from django.db import migrations, models
from django.db.models import F

ARTICLE = "publishing.Article"


def of_articles(apps, schema_editor):
    apps.get_model("publishing", "Note").objects.update(kind=ARTICLE, record_id=F("article_id"))


def back_to_articles(apps, schema_editor):
    rows = apps.get_model("publishing", "Note").objects
    rows.exclude(kind=ARTICLE).delete()
    rows.update(article_id=F("record_id"))


class Migration(migrations.Migration):

    dependencies = [
        ("publishing", "0024_articles_out"),
    ]

    operations = [
        migrations.RenameModel("ArticleNote", "Note"),
        migrations.AddField("note", "kind", models.CharField(max_length=80, default=ARTICLE, verbose_name="类别"), preserve_default=False),
        migrations.AddField("note", "record_id", models.BigIntegerField(null=True, verbose_name="记录")),
        migrations.AlterField("note", "article", models.ForeignKey("publishing.article", models.PROTECT, null=True, related_name="+")),
        migrations.RunPython(of_articles, back_to_articles),
        migrations.RemoveField("note", "article"),
        migrations.AlterField("note", "record_id", models.BigIntegerField(verbose_name="记录")),
        migrations.AddIndex("note", models.Index(fields=["kind", "record_id"], name="note_of")),
    ]
