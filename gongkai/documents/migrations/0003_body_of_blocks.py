"""Documents and interpretations are written in blocks, as articles are. Released copies stay as they were approved."""

from html import escape

import django.db.models.deletion
from django.db import migrations, models

import gongkai.publishing.blocks
from gongkai.publishing import content, markup

KINDS = ('NormativeDocument', 'Interpretation')


def bare(text):
    return ''.join(text.split())


def into_blocks(apps, schema_editor):
    """Rich text becomes paragraph blocks and, where it held tables, table blocks. What no block can hold is listed on the record."""
    for name in KINDS:
        records = apps.get_model('documents', name).objects
        field = records.model._meta.get_field('body')
        for pk, html in records.exclude(body_before='').values_list('pk', 'body_before').iterator(chunk_size=200):
            body = field.to_python(markup.blocks_of(html))
            words = content.words(body)
            losses = []
            if pictures := html.count('<img') + html.count('<embed') + html.count('<video') + html.count('<audio'):
                losses.append(f'原正文里的{pictures}处图片、音频或视频没有转入内容块，请作为素材重新上传')
            if bare(markup.text_of(html)) != bare(words.replace('\t', '')):
                losses.append('原正文转为内容块后文字有出入，请对照已公开的内容核对')
            records.filter(pk=pk).update(body=body, words=words, losses=losses)


def out_of_blocks(apps, schema_editor):
    """Paragraphs go back as they are; of other blocks the words."""
    for name in KINDS:
        records = apps.get_model('documents', name).objects
        for record in records.iterator(chunk_size=200):
            records.filter(pk=record.pk).update(body_before=''.join(
                block.value.source if block.block_type == 'paragraph' else f'<p>{escape(content.words([block]))}</p>' for block in record.body
            ))


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0002_released'),
        ('files', '0001_initial'),
        ('publishing', '0023_material_of_what_is_written'),
    ]

    operations = [
        *(
            operation for name in ('normativedocument', 'interpretation') for operation in (
                migrations.RenameField(name, 'body', 'body_before'),
                migrations.AddField(name, 'body', gongkai.publishing.blocks.BodyField(blank=True, verbose_name='正文')),
                migrations.AddField(name, 'words', gongkai.publishing.blocks.WordsField(blank=True, default='', editable=False, verbose_name='正文文字'), preserve_default=False),
                migrations.AddField(name, 'brought_file', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='导入的原件')),
                migrations.AddField(name, 'losses', models.JSONField(blank=True, default=list, editable=False, verbose_name='导入时没有保留的内容')),
            )
        ),
        migrations.RunPython(into_blocks, out_of_blocks),
        *(migrations.RemoveField(name, 'body_before') for name in ('normativedocument', 'interpretation')),
    ]
