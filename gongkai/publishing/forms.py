"""The forms of publishing's desk: an article on Wagtail's block editor, columns, the catalogue, 公开属性."""

from django import forms
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from wagtail.blocks.base import BlockWidget

from gongkai.accounts.forms import Day
from gongkai.accounts.models import Section
from gongkai.registers.forms import RegisterForm, Upload
from gongkai.registers.paragraphs import holds_more, to_html, to_text

from . import actions, content, rules
from .models import Article, AttributeWeighing, CatalogueEntry, Column, Written

MANY_MATERIALS = 200  # suggested by name in the editor


class BodyWidget(BlockWidget):
    """Wagtail's block editor, the article's materials for its pickers, and a plain box for who has no JavaScript."""

    found = None  # errors of the blocks, shown beside them
    materials: tuple = ()
    plain: str | None = None

    def id_for_label(self, prefix):
        return ""

    def render(self, name, value, attrs=None, renderer=None):
        editor = self.render_with_errors(name, value, attrs=attrs, errors=self.found, renderer=renderer)
        options = format_html_join("", '<option value="{}"></option>', ((str(material),) for material in self.materials))
        if self.plain is None:
            plain = "正文含有标题、表格、图片等内容块，没有启用脚本时不能修改正文；其他各项可以照常修改。也可以用“从Word导入正文”换成新的一稿。"
            return format_html('{}<datalist id="materials">{}</datalist><noscript><p class="notice">{}</p></noscript>', editor, options, plain)
        return format_html(
            '{}<datalist id="materials">{}</datalist><noscript><label for="plain">正文文字（段落之间空一行）</label><textarea id="plain" name="plain" rows="12">{}</textarea></noscript>',
            editor, options, self.plain,
        )


class WrittenForm(RegisterForm):
    """What is written in blocks. Without JavaScript a body of plain paragraphs is a text box, any other stays as it is."""

    material = forms.FileField(label="上传图片或附件", required=False, help_text="随正文一起保存，保存后在图片块、附件块里按名称选用；图片用PNG、JPEG、GIF或WebP")
    material_name = forms.CharField(label="素材名称", required=False, max_length=150, help_text="不填用文件名")
    rest_title = "素材"

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        item = self.instance
        self.kept = actions.autosaved(type(item), item if item.pk else None, user) if user else None
        self.plain = self.typed = None
        if self.is_bound and "body-count" not in self.data:  # no JavaScript ran
            del self.fields["body"]
            self.plain = self.data.get("plain")
            return
        field = self.fields["body"]
        field.widget = BodyWidget(field.block)
        field.wide = True
        field.widget.plain = plain_text(item.body)
        if item.pk:
            field.widget.materials = tuple(item.materials.order_by("-pk")[:MANY_MATERIALS])

    @classmethod
    def restored(cls, user, item: Written | None) -> QueryDict | None:
        """What this person typed and did not save, as the form would be sent."""
        kept = actions.autosaved(cls._meta.model, item, user)
        return QueryDict(kept.form) if kept else None

    def full_clean(self):
        super().full_clean()
        if "body" in self.fields:
            self.fields["body"].widget.found = self._errors.get("body") if self._errors else None

    def clean(self):
        data = super().clean()
        if self.plain is not None and plain_text(self.instance.body) is not None and self.plain.replace("\r\n", "\n").strip() != plain_text(self.instance.body):
            self.instance.body = self.typed = [{"type": "paragraph", "value": to_html(self.plain)}] if self.plain.strip() else []
        return data

    def create(self, *, by):
        stored = self._taken(by)
        actions.write(self.instance, by=by)
        actions.drop_autosave(type(self.instance), None, by=by)
        if stored:
            actions.add_material(self.instance, stored, by=by, name=self.cleaned_data["material_name"])

    def change(self, *, by, **files):
        stored, model = self._taken(by), type(self.instance)
        names = {f.name for f in model._meta.concrete_fields}
        changes = {name: value for name, value in self.cleaned_data.items() if name in names and not isinstance(self.fields[name], Upload)} | files
        if self.typed is not None:
            changes["body"] = model._meta.get_field("body").to_python(self.typed)
        item = actions.edit(self.instance, by=by, **changes)
        actions.drop_autosave(model, item, by=by)
        if stored:
            actions.add_material(item, stored, by=by, name=self.cleaned_data["material_name"])

    def _taken(self, by):
        upload = self.cleaned_data.get("material")
        return actions.take_in(upload, office=by.office, by=by) if upload else None


class ArticleForm(WrittenForm):
    class Meta:
        model = Article
        fields = (
            "column", "kind", "title", "summary", "body", "source", "editor", "category", "keywords", "issuer", "made_on", "document_number", "validity",
            "attribute", "attribute_reason", "ground", "is_policy", "published_on", "expires_on", "url", "section", "remarks",
        )


def plain_text(body) -> str | None:
    """The body as text when that loses nothing: paragraphs without headings, lists or links. None for any other."""
    sources = [block.value.source if block.block_type == "paragraph" else None for block in body]
    if any(source is None or holds_more(source) for source in sources):
        return None
    return "\n\n".join(map(to_text, sources))


class ColumnForm(forms.ModelForm):
    """A column opened or changed. Its choices are the office's own."""

    class Meta:
        model = Column
        fields = ("name", "slug", "parent", "column_type", "template", "owner", "update_every_days", "description", "keywords", "order")
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, office_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Column.objects.of(office_id).standing().exclude(pk=self.instance.pk)
        self.fields["parent"].empty_label = "（一级栏目）"
        self.fields["owner"].queryset = Section.objects.of(office_id).filter(valid_until=None)
        self.fields["owner"].empty_label = "（未填）"
        self.fields["column_type"].choices = [("", "请选择"), *self.fields["column_type"].choices[1:]]
        self.fields["order"].required = False
        for name in ("name", "slug", "column_type"):
            self.fields[name].error_messages["required"] = f"请填写{self.fields[name].label}。"

    def clean_order(self):
        return self.cleaned_data["order"] if self.cleaned_data["order"] is not None else self.instance.order

    def validate_unique(self):
        """Asked by the action, which knows the office."""

    validate_constraints = validate_unique


class ArchiveForm(forms.Form):
    on = forms.DateField(label="归档日期", widget=Day())
    reason = forms.CharField(label="归档原因", max_length=300, widget=forms.Textarea(attrs={"rows": 2}), error_messages={"required": "请填写归档原因。"})


class EntryForm(forms.Form):
    """Where an entry of the catalogue stands: a column, or 无 and why."""

    column = forms.ModelChoiceField(Column.objects.none(), label="承载栏目", required=False, empty_label="（未选）")
    is_none = forms.BooleanField(label="本机关没有这类信息，公开标明“无”", required=False)
    none_reason = forms.CharField(label="“无”的说明", required=False, max_length=300)

    def __init__(self, *args, entry: CatalogueEntry, **kwargs):
        initial = {"column": entry.column_id, "is_none": entry.is_none, "none_reason": entry.none_reason}
        super().__init__(*args, initial=initial, prefix=f"entry-{entry.pk}", **kwargs)
        self.fields["column"].queryset = Column.objects.of(entry.office_id).standing()


class WeighingForm(forms.ModelForm):
    """80号's form: the attribute with what was weighed."""

    class Meta:
        model = AttributeWeighing
        fields = ("attribute", "purpose", "effect", "consequence", "reason", "ground", "is_policy", "opinion", "opinion_on", "decided_on")
        widgets = {"opinion_on": Day(), "decided_on": Day(), **{name: forms.Textarea(attrs={"rows": 2}) for name in ("purpose", "effect", "consequence", "reason", "opinion")}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("purpose", "effect", "consequence"):
            self.fields[name].required = False  # the rule names all that is missing in one sentence
        self.fields["ground"].choices = [("", "（不适用）"), *self.fields["ground"].choices[1:]]

    def weighed(self) -> rules.Weighing:
        data = self.cleaned_data
        return rules.Weighing(
            attribute=data["attribute"], purpose=data["purpose"], effect=data["effect"], consequence=data["consequence"], decided_on=data["decided_on"],
            reason=data["reason"], ground=data["ground"], policy=data["is_policy"], opinion=data["opinion"], opinion_on=data["opinion_on"],
        )


class BodyForm(forms.Form):
    file = forms.FileField(label="Word文件", help_text=".docx格式；.doc和.wps请先另存为.docx", error_messages={"required": "请先选择Word文件。"})


class WordForm(BodyForm):
    column = forms.ModelChoiceField(Column.objects.none(), label="栏目", empty_label="请选择", error_messages={"required": "请选择栏目。"})
    section = forms.ModelChoiceField(Section.objects.none(), label="承办科室", required=False, empty_label="（未填）")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["column"].queryset = Column.objects.of(user.office_id).standing()
        self.fields["section"].queryset = Section.objects.of(user.office_id).filter(valid_until=None)


class NoteForm(forms.Form):
    quote = forms.CharField(label="所指文字", max_length=300, required=False, help_text="抄一小段原文，便于找到")
    text = forms.CharField(label="批注", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": "请填写批注。"})


class LinkForm(forms.Form):
    """Where a link of a paragraph leads."""

    url = forms.CharField(label="网址", max_length=500, help_text="以https://、http://或/开头")
    link_text = forms.CharField(label="链接文字", required=False, max_length=200)

    def clean_url(self):
        url = self.cleaned_data["url"].strip()
        if not (content.is_address(url) or url.startswith(("mailto:", "tel:", "#"))):
            raise forms.ValidationError("网址应以https://、http://或/开头。")
        return url
