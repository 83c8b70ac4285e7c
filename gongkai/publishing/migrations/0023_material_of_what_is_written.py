"""Pictures and files, what was typed and not saved, and released files belong to anything written, not to articles alone."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

ARTICLE = 'publishing.Article'


def of_articles(apps, schema_editor):
    for name in ('Material', 'Autosave', 'ReleasedFile'):
        apps.get_model('publishing', name).objects.update(kind=ARTICLE, record_id=F('article_id'))


def back_to_articles(apps, schema_editor):
    for name in ('Material', 'Autosave', 'ReleasedFile'):
        rows = apps.get_model('publishing', name).objects
        rows.exclude(kind=ARTICLE).delete()
        rows.update(article_id=F('record_id'))


class Migration(migrations.Migration):

    dependencies = [
        ('publishing', '0022_released_files'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(
            operation for name in ('material', 'autosave', 'releasedfile') for operation in (
                migrations.AddField(name, 'kind', models.CharField(max_length=80, default=ARTICLE, verbose_name='类别'), preserve_default=False),
                migrations.AddField(name, 'record_id', models.BigIntegerField(null=True, blank=name == 'autosave', verbose_name='记录')),
            )
        ),
        migrations.AlterField('material', 'article', models.ForeignKey('publishing.article', models.PROTECT, null=True, related_name='+')),
        migrations.AlterField('releasedfile', 'article', models.ForeignKey('publishing.article', models.CASCADE, null=True, related_name='+')),
        migrations.RunPython(of_articles, back_to_articles),
        migrations.RemoveConstraint('autosave', 'autosave_once'),
        migrations.RemoveConstraint('autosave', 'autosave_new_once'),
        migrations.RemoveConstraint('releasedfile', 'released_file_once'),
        *(migrations.RemoveField(name, 'article') for name in ('material', 'autosave', 'releasedfile')),
        migrations.AlterField('material', 'record_id', models.BigIntegerField(verbose_name='记录')),
        migrations.AlterField('releasedfile', 'record_id', models.BigIntegerField(verbose_name='记录')),
        migrations.AddIndex('material', models.Index(fields=['kind', 'record_id'], name='material_of')),
        migrations.AddConstraint('autosave', models.UniqueConstraint(fields=['user', 'kind', 'record_id'], name='autosave_once')),
        migrations.AddConstraint('autosave', models.UniqueConstraint(fields=['user', 'kind'], condition=Q(record_id=None), name='autosave_new_once')),
        migrations.AddConstraint('releasedfile', models.UniqueConstraint(fields=['kind', 'record_id', 'digest'], name='released_file_once')),
    ]
