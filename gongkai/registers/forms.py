"""The form of any register: the module's own ModelForm or one made from the fieldsets, dressed for the desk."""

from inspect import signature

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.forms.models import ModelChoiceField
from django.utils import timezone
from wagtail.fields import RichTextField

from gongkai.accounts.forms import Day
from gongkai.accounts.models import Section, User
from gongkai.accounts.permissions import Reach, reach
from gongkai.evidence.models import Record
from gongkai.files.models import StoredFile

from .paragraphs import as_typed, from_typed, loses
from .queries import SMALL
from .references import candidates, naming_fields, resolve, why_not
from .register import Register

MANY_TEXT = 200  # a text field for more than so many characters gets a whole line


class Moment(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class YesNoUnknown(forms.Select):
    """是, 否, or not filled in."""

    def __init__(self, attrs=None):
        super().__init__(attrs, choices=[("", "（未填）"), ("true", "是"), ("false", "否")])

    def format_value(self, value):
        return {True: "true", False: "false", "True": "true", "False": "false"}.get(value, value or "")

    def value_from_datadict(self, data, files, name):
        return {"true": True, "false": False}.get(data.get(name))


class Reference(forms.CharField):
    """One record out of too many to list, given by its number or title; the newest are suggested."""

    def __init__(self, model, office_id: int, **kwargs):
        self.model, self.office_id = model, office_id
        super().__init__(**kwargs)
        self.help_text = self.help_text or f"填写{model._meta.verbose_name}的编号或名称"

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        ids = resolve(self.model, self.office_id, [text])[text]
        if problem := why_not(self.model, text, ids):
            raise ValidationError(problem)
        return self.model._base_manager.get(pk=ids[0])

    def prepare_value(self, value):
        if isinstance(value, int):
            value = self.model._base_manager.filter(pk=value).first()
        if not isinstance(value, models.Model):
            return value
        names = naming_fields(self.model)
        text = getattr(value, names[0]) if names else ""
        return text if text and len(resolve(self.model, self.office_id, [text])[text]) == 1 else f"{value} [#{value.pk}]"

    def has_changed(self, initial, data) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "")


class Paragraphs(forms.CharField):
    """Rich text of plain paragraphs and lists, edited as text. What has more than those stays as it is."""

    widget = forms.Textarea
    KEPT = "（本文含有标题、链接或加粗的文字等，在此不能修改）"

    def prepare_value(self, value):
        if value != self.initial or not value:  # what was typed and is shown again
            return value
        return self.KEPT if loses(value) else as_typed(value)

    def clean(self, value):
        text = super().clean(value)
        return (self.initial or "") if text.replace("\r\n", "\n") == self.prepare_value(self.initial) else from_typed(text)

    def has_changed(self, initial, data) -> bool:
        return (self.prepare_value(initial) or "") != (data or "").replace("\r\n", "\n")


class Upload(forms.FileField):
    """A stored file: a new one replaces it, none keeps it."""

    def has_changed(self, initial, data) -> bool:
        return data is not None

    def prepare_value(self, value):
        return None


class RegisterForm(forms.ModelForm):
    """What every register's form starts from."""


def form_class(register: Register) -> type[forms.ModelForm]:
    if register.form_class:
        return register.form_class
    names = [name for name in register.fields if name != "office" and register.model._meta.get_field(name).editable]
    return forms.modelform_factory(register.model, form=RegisterForm, fields=names)


def build(register: Register, user, *, verb: str, instance=None, data=None, files=None, initial=None, parent=None) -> forms.ModelForm:
    """The form for one record, with its choices cut down to the office and its widgets those of the desk."""
    item = instance or register.model(office_id=user.office_id)
    if parent is not None:
        initial = {**(initial or {}), register.parent_field: parent}
    made = form_class(register)
    # A module's form may ask who is looking: what it shows can depend on that.
    extra = {"user": user} if "user" in signature(made.__init__).parameters else {}
    form = made(data=data, files=files, instance=item, initial=initial, **extra)
    dress(form, register, user, verb)
    return form


def dress(form: forms.ModelForm, register: Register, user, verb: str) -> None:
    """Swaps in the desk's widgets, narrows every choice to the person's office, and says errors in whole sentences."""
    for name, old in list(form.fields.items()):
        try:
            f = register.model._meta.get_field(name)
        except FieldDoesNotExist:  # a field of the module's form alone
            f = None
        made = old
        if isinstance(f, models.ForeignKey) and isinstance(old, ModelChoiceField):
            made = _relation(form, register, user, verb, name, f, old)
        elif isinstance(f, RichTextField):
            made = Paragraphs(label=old.label, required=old.required, help_text=old.help_text or "段落之间空一行；逐条列出的每行一条，以“1. ”“2. ”依次编号，或以“• ”开头", widget=forms.Textarea(attrs={"rows": 10}))
            made.initial = getattr(form.instance, name)
        elif isinstance(f, models.BooleanField) and f.null:
            made.widget = YesNoUnknown()
        form.fields[name] = made
        widget = made.widget
        if isinstance(widget, forms.DateTimeInput) and not isinstance(widget, Moment):
            made.widget = Moment()
        elif isinstance(widget, forms.DateInput) and not isinstance(widget, Day):
            made.widget = Day()
        elif isinstance(widget, forms.Textarea):
            if str(widget.attrs.get("rows")) == "10" and not isinstance(made, Paragraphs):  # Django's default
                widget.attrs["rows"] = 3
            widget.attrs.pop("cols", None)
        elif isinstance(widget, forms.Select) and not isinstance(widget, YesNoUnknown | forms.SelectMultiple) and hasattr(made, "choices"):
            _blank(made)
        if isinstance(f, models.CharField) and not f.choices and ((f.max_length or 0) > MANY_TEXT or name in {"title", "name", register.columns[0]}):
            made.wide = True
        made.error_messages["required"] = f"请填写{made.label}。" if not isinstance(made.widget, forms.Select) else f"请选择{made.label}。"
        if isinstance(made, forms.DateField):
            made.error_messages["invalid"] = f"{made.label}不是有效的日期，请写成2022-11-30这样。"
        if isinstance(made, forms.IntegerField):
            made.error_messages["invalid"] = f"{made.label}应填整数。"


def _blank(made) -> None:
    """The empty choice says what it is, instead of dashes."""
    empty = "请选择" if made.required else "（未填）"
    if isinstance(made, ModelChoiceField):
        made.empty_label = empty if made.empty_label is not None else None
    elif isinstance(made.choices, list) or not callable(made.choices):
        made.choices = [(key, empty if key in ("", None) else label) for key, label in made.choices]


def _relation(form, register: Register, user, verb: str, name: str, f: models.ForeignKey, old: ModelChoiceField):
    model, present = f.related_model, getattr(form.instance, f.attname)
    given = {"label": old.label, "required": old.required, "help_text": old.help_text}
    if model is Section:
        far, mine = reach(user, register.thing, verb)
        choices = Section.objects.of(user.office_id).standing(timezone.localdate())
        if far is Reach.SECTION:
            choices = choices.filter(pk__in=mine)
            old.required = True
            if len(mine) == 1 and not present and not form.initial.get(name):
                form.initial[name] = next(iter(mine))
        old.queryset = choices | Section.objects.filter(pk=present) if present else choices
    elif model is User:
        people = User.objects.filter(office_id=user.office_id, is_active=True)
        old.queryset = (people | User.objects.filter(pk=present) if present else people).order_by("name")
    elif model is StoredFile:
        made = Upload(**{**given, "required": old.required and not present}, max_length=255)
        made.current = form.instance if present else None
        return made
    elif issubclass(model, Record) or any(g.name == "office" for g in model._meta.fields):
        found = candidates(model, user.office_id)
        if issubclass(model, Record) and len(found.order_by()[: SMALL + 1].values_list("pk")) > SMALL:
            return Reference(model, user.office_id, **given)
        old.queryset = (found | model._base_manager.filter(pk=present)) if present else found
    return old
