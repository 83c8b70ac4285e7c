"""Articles are made of blocks and carry the metadata of 公开目录; columns know their template and what is fixed."""

from html import escape

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import gongkai.publishing.blocks
from gongkai.publishing import content


def into_blocks(apps, schema_editor):
    """The rich text of each article becomes one paragraph block, and its words are written beside it."""
    articles = apps.get_model('publishing', 'Article').objects
    for pk, html in articles.exclude(body_before='').values_list('pk', 'body_before').iterator():
        body = articles.model._meta.get_field('body').to_python([{'type': 'paragraph', 'value': html}])
        articles.filter(pk=pk).update(body=body, words=content.words(body))


def out_of_blocks(apps, schema_editor):
    """Only the paragraphs can go back; an article with other blocks keeps what words they had."""
    articles = apps.get_model('publishing', 'Article').objects
    for article in articles.iterator():
        articles.filter(pk=article.pk).update(body_before=''.join(
            block.value.source if block.block_type == 'paragraph' else f'<p>{escape(content.words([block]))}</p>' for block in article.body
        ))


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('files', '0001_initial'),
        ('publishing', '0003_site_profile'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AttributeWeighing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=80, verbose_name='类别')),
                ('record_id', models.BigIntegerField(verbose_name='记录')),
                ('title', models.CharField(max_length=300, verbose_name='标题')),
                ('previous', models.CharField(blank=True, choices=[('open', '主动公开'), ('on_request', '依申请公开'), ('withheld', '不予公开')], max_length=12, verbose_name='原属性')),
                ('attribute', models.CharField(choices=[('open', '主动公开'), ('on_request', '依申请公开'), ('withheld', '不予公开')], max_length=12, verbose_name='公开属性')),
                ('purpose', models.CharField(help_text='公开要达到什么目的，不公开的为什么不需要', max_length=300, verbose_name='公开的目的')),
                ('effect', models.CharField(help_text='公众和企业得到什么', max_length=300, verbose_name='公开的效果')),
                ('consequence', models.CharField(help_text='对安全、稳定和第三方权益的影响', max_length=300, verbose_name='公开的后果')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                ('ground', models.CharField(blank=True, choices=[('secret', '属于国家秘密'), ('law_forbid', '法律、行政法规禁止公开'), ('safety', '可能危及国家安全、公共安全、经济安全、社会稳定'), ('third_party', '涉及商业秘密、个人隐私等第三方合法权益'), ('internal', '内部事务信息'), ('process', '过程性信息'), ('case_file', '行政执法案卷信息')], max_length=12, verbose_name='不予公开的情形')),
                ('is_policy', models.BooleanField(default=False, verbose_name='政策性文件')),
                ('opinion', models.CharField(blank=True, max_length=300, verbose_name='政务公开工作机构意见')),
                ('opinion_on', models.DateField(blank=True, null=True, verbose_name='意见日期')),
                ('decided_on', models.DateField(verbose_name='认定日期')),
                ('reassess_due_on', models.DateField(blank=True, editable=False, null=True, verbose_name='下次评估最后日期')),
            ],
            options={
                'verbose_name': '公开属性认定',
                'verbose_name_plural': '公开属性认定',
                'ordering': ['-decided_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='CatalogueEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, verbose_name='编码')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('bases', models.CharField(help_text='条例的条和项，如“条例 20(1)”，多项以分号分开', max_length=120, verbose_name='依据')),
                ('none_reason', models.CharField(blank=True, help_text='本机关没有这类信息的，写明原因，公开显示“无”', max_length=300, verbose_name='“无”的说明')),
                ('checked_on', models.DateField(blank=True, null=True, verbose_name='核对日期')),
                ('order', models.PositiveIntegerField(default=0, verbose_name='排序')),
            ],
            options={
                'verbose_name': '公开目录条目',
                'verbose_name_plural': '公开目录条目',
                'ordering': ['order', 'id'],
            },
        ),
        migrations.CreateModel(
            name='IndexHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveIntegerField(verbose_name='年度')),
                ('last', models.PositiveIntegerField(default=0, verbose_name='最后序号')),
            ],
            options={
                'verbose_name': '索引号位置',
                'verbose_name_plural': '索引号位置',
            },
        ),
        migrations.CreateModel(
            name='Material',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, verbose_name='名称')),
            ],
            options={
                'verbose_name': '素材',
                'verbose_name_plural': '素材',
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='attribute_changed_on',
            field=models.DateField(blank=True, null=True, verbose_name='属性变更日期'),
        ),
        migrations.AddField(
            model_name='article',
            name='brought_file',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='导入的原件'),
        ),
        migrations.AddField(
            model_name='article',
            name='document_number',
            field=models.CharField(blank=True, max_length=60, verbose_name='文号'),
        ),
        migrations.AddField(
            model_name='article',
            name='ground',
            field=models.CharField(blank=True, choices=[('secret', '属于国家秘密'), ('law_forbid', '法律、行政法规禁止公开'), ('safety', '可能危及国家安全、公共安全、经济安全、社会稳定'), ('third_party', '涉及商业秘密、个人隐私等第三方合法权益'), ('internal', '内部事务信息'), ('process', '过程性信息'), ('case_file', '行政执法案卷信息')], help_text='不予公开的须选一种', max_length=12, verbose_name='不予公开的情形'),
        ),
        migrations.AddField(
            model_name='article',
            name='index_number',
            field=models.CharField(blank=True, editable=False, max_length=40, verbose_name='索引号'),
        ),
        migrations.AddField(
            model_name='article',
            name='is_policy',
            field=models.BooleanField(default=False, help_text='拟不主动公开的，认定前先送政务公开工作机构审查', verbose_name='政策性文件'),
        ),
        migrations.AddField(
            model_name='article',
            name='issuer',
            field=models.CharField(blank=True, help_text='不填即本机关', max_length=100, verbose_name='发布机构'),
        ),
        migrations.AddField(
            model_name='article',
            name='kind',
            field=models.CharField(choices=[('article', '文章'), ('notice', '通知公告'), ('people', '领导和机构信息'), ('special', '专题'), ('gallery', '图集'), ('video', '视频')], default='article', max_length=10, verbose_name='种类'),
        ),
        migrations.AddField(
            model_name='article',
            name='losses',
            field=models.JSONField(blank=True, default=list, editable=False, verbose_name='导入时没有保留的内容'),
        ),
        migrations.AddField(
            model_name='article',
            name='made_on',
            field=models.DateField(blank=True, help_text='信息形成之日，20个工作日的公开期限由此起算', null=True, verbose_name='成文日期'),
        ),
        migrations.AddField(
            model_name='article',
            name='released',
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name='已放行内容'),
        ),
        migrations.AddField(
            model_name='article',
            name='validity',
            field=models.CharField(blank=True, choices=[('valid', '有效'), ('expired', '失效'), ('repealed', '废止')], max_length=10, verbose_name='有效性'),
        ),
        migrations.AddField(
            model_name='article',
            name='words',
            field=gongkai.publishing.blocks.WordsField(blank=True, editable=False, verbose_name='正文文字'),
        ),
        migrations.AddField(
            model_name='column',
            name='archive_reason',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='归档原因'),
        ),
        migrations.AddField(
            model_name='column',
            name='fixture',
            field=models.CharField(blank=True, choices=[('platform', '政府信息公开'), ('guide', '政府信息公开指南'), ('rules', '政府信息公开制度'), ('content', '法定主动公开内容'), ('report', '政府信息公开年报'), ('request', '依申请公开')], editable=False, help_text='政府信息公开平台的固定栏目，不能归档', max_length=10, verbose_name='平台固定栏目'),
        ),
        migrations.AddField(
            model_name='column',
            name='template',
            field=models.CharField(choices=[('list', '标题列表'), ('summary', '标题和摘要'), ('pictures', '图片列表'), ('page', '单篇（直接显示最新一篇）'), ('catalogue', '公开目录（带索引号）')], default='list', max_length=12, verbose_name='页面样式'),
        ),
        migrations.RenameField('article', 'body', 'body_before'),
        migrations.AddField(
            model_name='article',
            name='body',
            field=gongkai.publishing.blocks.BodyField(blank=True, verbose_name='正文'),
        ),
        migrations.RunPython(into_blocks, out_of_blocks),
        migrations.RemoveField('article', 'body_before'),
        migrations.AlterField(
            model_name='article',
            name='keywords',
            field=models.CharField(blank=True, help_text='用空格或顿号分开', max_length=200, verbose_name='主题词'),
        ),
        migrations.AddConstraint(
            model_name='column',
            constraint=models.UniqueConstraint(condition=models.Q(('fixture', ''), _negated=True), fields=('office', 'fixture'), name='column_fixture_once', violation_error_message='该固定栏目已经开设。'),
        ),
        migrations.AddField(
            model_name='attributeweighing',
            name='decided_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='认定人'),
        ),
        migrations.AddField(
            model_name='attributeweighing',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office', verbose_name='机关'),
        ),
        migrations.AddField(
            model_name='catalogueentry',
            name='column',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='catalogue_entries', to='publishing.column', verbose_name='栏目'),
        ),
        migrations.AddField(
            model_name='catalogueentry',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office', verbose_name='机关'),
        ),
        migrations.AddField(
            model_name='article',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='publishing.catalogueentry', verbose_name='公开目录分类'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.UniqueConstraint(condition=models.Q(('index_number', ''), _negated=True), fields=('office', 'index_number'), name='article_index_once', violation_error_message='索引号已被使用。'),
        ),
        migrations.AddField(
            model_name='indexhead',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office', verbose_name='机关'),
        ),
        migrations.AddField(
            model_name='material',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='publishing.article', verbose_name='文章'),
        ),
        migrations.AddField(
            model_name='material',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office', verbose_name='机关'),
        ),
        migrations.AddField(
            model_name='material',
            name='stored',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='文件'),
        ),
        migrations.AddIndex(
            model_name='attributeweighing',
            index=models.Index(fields=['office', 'kind', 'record_id'], name='weighing_subject'),
        ),
        migrations.AddConstraint(
            model_name='catalogueentry',
            constraint=models.UniqueConstraint(fields=('office', 'code'), name='catalogue_code_once', violation_error_message='目录中已有同样的编码。'),
        ),
        migrations.AddConstraint(
            model_name='catalogueentry',
            constraint=models.CheckConstraint(condition=models.Q(('column', None), ('none_reason', ''), _connector='OR'), name='catalogue_column_or_none', violation_error_message='栏目与“无”只能选一样。'),
        ),
        migrations.AddConstraint(
            model_name='indexhead',
            constraint=models.UniqueConstraint(fields=('office', 'year'), name='index_head_once'),
        ),
    ]
