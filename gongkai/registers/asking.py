"""What a verb's form asks: a day, a moment, some words, one of a few."""

from collections.abc import Iterable

from django import forms

from gongkai.accounts.forms import Day

from .forms import Moment


def asks(**fields: forms.Field) -> type[forms.Form]:
    """A form of these fields, in this order."""
    for field in fields.values():
        what = "选择" if isinstance(field, forms.ChoiceField) else "填写"
        field.error_messages["required"] = f"请{what}{field.label}。"
    return type("VerbForm", (forms.Form,), fields)


def day(label: str, **given) -> forms.DateField:
    return forms.DateField(label=label, widget=Day(), error_messages={"invalid": f"{label}不是有效的日期，请写成2022-11-30这样。"}, **given)


def moment(label: str, **given) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, widget=Moment(), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": f"{label}不是有效的时间，请写成2022-11-30 09:30这样。"}, **given,
    )  # fmt: skip


def words(label: str, *, most: int = 300, rows: int = 2, **given) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **given)


def line(label: str, *, most: int = 200, **given) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, **given)


def address(label: str, **given) -> forms.URLField:
    return forms.URLField(label=label, max_length=500, assume_scheme="https", error_messages={"invalid": f"{label}应以https://或http://开头。"}, **given)


def count(label: str, **given) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, error_messages={"invalid": f"{label}应填整数。", "min_value": f"{label}不能是负数。"}, **given)


def one_of(label: str, choices: Iterable[tuple[str, str]], **given) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "请选择"), *choices], **given)
