"""The kinds of block an article is made of, as they are edited. What goes out of them is `content`'s."""

import json
import re

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.rich_text import RichText

from gongkai.registers.paragraphs import to_html

from . import content, markup

#: What the rich text of a paragraph may hold. Tables, images and files are blocks of their own.
BODY_FEATURES = ["h2", "h3", "h4", "bold", "italic", "ol", "ul", "hr", "link", "blockquote"]
_NUMBER = re.compile(r"\[#(\d+)\]\s*$")


class ProseBlock(blocks.RichTextBlock):
    """Rich text, cleaned on every way in: what is pasted, imported or sent by hand is stored clean."""

    def __init__(self, required=True, **kwargs):
        super().__init__(required=required, features=BODY_FEATURES, **kwargs)

    @cached_property
    def field(self):
        """The editor hands over what is typed at once. By default it waits a quarter of a second, and who saves sooner loses the last words."""
        field = super().field
        field.widget.options |= {"stateSaveInterval": 0, "ariaLabel": "文字"}
        return field

    def clean(self, value):
        return super().clean(RichText(markup.clean(value.source)) if value else value)

    def get_prep_value(self, value):
        return markup.clean(value.source) if value else ""


class MaterialField(forms.CharField):
    """A piece of the article's material, given by its number: “现场图.png [#12]”, as the page's list suggests it."""

    def prepare_value(self, value):
        if not isinstance(value, int):
            return value
        found = apps.get_model("publishing", "Material").objects.filter(pk=value).first()
        return f"{found.name} [#{value}]" if found else f"[#{value}]"

    def to_python(self, value):
        if isinstance(value, int):
            return value
        text = super().to_python(value)
        if not text:
            return None
        found = _NUMBER.search(text) or re.fullmatch(r"#?(\d+)", text)
        if found is None:
            raise ValidationError("请从素材中选择，或填写素材编号，如“[#12]”。图片和附件先在“素材”处上传。")
        return int(found.group(1))


class MaterialBlock(blocks.FieldBlock):
    """The number of a material. That it belongs to the article's office is asked when the article is saved."""

    def __init__(self, required=True, help_text="先在下方“素材”处上传，再选择", **kwargs):
        self.field = MaterialField(required=required, help_text=help_text, widget=forms.TextInput(attrs={"list": "materials", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def value_from_form(self, value):
        try:
            return self.field.to_python(value)
        except ValidationError:
            return value  # shown again as it was typed; `clean` says what is wrong

    def to_python(self, value):
        return value if isinstance(value, int) or value is None else (int(value) if str(value).isdigit() else None)


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label="标题文字", max_length=120)
    level = blocks.ChoiceBlock(label="级别", choices=[("2", "一级"), ("3", "二级"), ("4", "三级")], default="2")

    class Meta:
        label, icon = "小标题", "title"


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock(label="表题", required=False, max_length=120)
    rows = blocks.TextBlock(
        label="内容", rows=6,
        help_text="每行一行，单元格之间用竖线“|”或制表符分开，可从Excel直接粘贴。并入左格填“←”，并入上格填“↑”，格内换行填“↵”。",
    )
    head_row = blocks.BooleanBlock(label="首行是表头", required=False, default=True)
    head_column = blocks.BooleanBlock(label="首列是表头", required=False)

    class Meta:
        label, icon = "表格", "table"


class ImageBlock(blocks.StructBlock):
    image = MaterialBlock(label="图片")
    alt = blocks.CharBlock(label="替代文字", required=False, max_length=200, help_text="必填，送审前须写好：说出图中内容，供读屏软件和图片打不开时使用")
    caption = blocks.CharBlock(label="图注", required=False, max_length=200)

    class Meta:
        label, icon = "图片", "image"


class FileBlock(blocks.StructBlock):
    file = MaterialBlock(label="文件")
    name = blocks.CharBlock(label="公开名称", max_length=150, help_text="下载时显示的名称，不带内部编号和人名")

    class Meta:
        label, icon = "附件", "doc-full"


class QuotationBlock(blocks.StructBlock):
    text = blocks.TextBlock(label="引文", rows=3)
    source = blocks.CharBlock(label="出处", required=False, max_length=150)

    class Meta:
        label, icon = "引文", "openquote"


class PairBlock(blocks.StructBlock):
    question = blocks.TextBlock(label="问", rows=2)
    answer = blocks.TextBlock(label="答", rows=4, help_text="段落之间空一行")

    class Meta:
        label, icon = "一问一答", "help"


class OfficialBlock(blocks.StructBlock):
    """The layout of an official document, in the order its parts stand on paper."""

    issuer = blocks.CharBlock(label="发文机关", max_length=100)
    number = blocks.CharBlock(label="发文字号", required=False, max_length=60, help_text="如青工信〔2022〕15号")
    title = blocks.CharBlock(label="公文标题", required=False, max_length=200)
    addressed_to = blocks.CharBlock(label="主送机关", required=False, max_length=300)
    text = ProseBlock(label="正文")
    signed_by = blocks.CharBlock(label="落款", required=False, max_length=100)
    signed_on = blocks.DateBlock(label="成文日期", required=False)

    class Meta:
        label, icon = "公文版式", "doc-full-inverse"


class VideoBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="视频标题", max_length=120)
    address = blocks.CharBlock(label="视频地址", max_length=500, help_text="本机关网站上的地址，以/或https://开头")
    transcript = blocks.TextBlock(label="文字稿", required=False, rows=8, help_text="必填，送审前须写好：供听不到、看不到和不便播放的人阅读")

    class Meta:
        label, icon = "视频", "media"


class Body(blocks.StreamBlock):
    paragraph = ProseBlock(label="文字", icon="pilcrow")
    heading = HeadingBlock()
    table = TableBlock()
    image = ImageBlock()
    file = FileBlock()
    quotation = QuotationBlock()
    qa = blocks.ListBlock(PairBlock(), label="问答", icon="help")
    official = OfficialBlock()
    video = VideoBlock()


class BodyField(StreamField):
    """A body of blocks. What arrives as text (a table brought in, an older draft) is one paragraph block, or more where it holds tables.

    Migrations don't repeat the blocks: what may be written is no part of the table.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(Body(), **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = models.Field.deconstruct(self)
        return name, path, args, kwargs

    def to_python(self, value):
        if isinstance(value, str) and value.strip():
            try:
                value = json.loads(value)
            except ValueError:
                pass
            if not isinstance(value, list):
                text = str(value)
                value = markup.blocks_of(text if text.lstrip().startswith("<") else to_html(text))
        return super().to_python(value)

    def pre_save(self, item, add):
        value = super().pre_save(item, add)
        for _ in value:  # a block nobody looked at would be written as it came, uncleaned
            pass
        return value

    def to_text(self, value) -> str:
        """The body as a table's cell holds it and as the log tells it: its words."""
        return content.words(self.to_python(value))


class WordsField(models.TextField):
    """The words of the body, kept beside it so that a list can look for them. Written whenever the row is."""

    def pre_save(self, item, add):
        words = content.words(item.body)
        setattr(item, self.attname, words)
        return words
