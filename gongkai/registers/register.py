"""What a register is: a model, what its list shows, what its form asks, how its table is imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import models

from gongkai.accounts.permissions import allow_register
from gongkai.evidence.models import Record
from gongkai.exchange.tables import Column, TableSpec
from gongkai.law.objections import Objection

#: Groups of the desk's menu, in order: key to Chinese name.
GROUPS = {
    "publishing": "信息发布",
    "policy": "政策文件",
    "service": "惠企与事项",
    "participation": "互动回应",
    "foi": "依申请公开",
    "duty": "履责监督",
}


@dataclass(frozen=True, slots=True)
class Fieldset:
    """A titled group of form fields, in the order the office fills them in."""

    title: str
    fields: tuple[str, ...]
    help: str = ""


@dataclass(frozen=True, slots=True)
class Verb:
    """A deed of the module on one record (办理), offered as a button beside its form.

    `act(record, by=user, **asked)` is the module's action; `form` asks for its arguments, by their names.
    `right` is the verb of the permission table that it takes, on `thing` (the register's own when blank).
    `fits(record)` says whether the button is shown: the action itself refuses what may not be.
    """

    name: str
    label: str
    act: Callable
    form: type[forms.Form]
    fits: Callable[[Record], bool] = lambda record: True
    right: str = "change"
    thing: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """One register (登记簿) of the desk.

    `thing` is its key in the permission table; `columns` are fields or properties shown in the list
    (the first links to the record); `search` are text columns in which any part of a word is found;
    `filters` are fields with choices, sections or booleans; `date_field` puts records into years.
    `objections(record) -> list[Objection]` is the module's law on a whole record: asked by the form,
    by the import and by `change`. `derive(record)` writes what the record stores of its conclusions
    (a last day), in one place. `children` are slugs of registers whose records belong to one of these.
    """

    slug: str
    model: type[Record]
    thing: str
    group: str
    icon: str
    columns: tuple[str, ...]
    fieldsets: tuple[Fieldset, ...]
    date_field: str
    search: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    ordering: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    natural_key: tuple[str, ...] = ()  # fields that tell a duplicate row in an import
    import_columns: tuple[Column, ...] | None = None  # None: made from the form's fields
    importable: bool = True
    arrive: Callable[[Record, Any], None] | None = None  # what an import by this person settles of a record, before it is judged
    objections: Callable[[Record], Sequence[Objection]] | None = None
    voiding: Callable[[Record], Sequence[Objection]] | None = None  # what stands against voiding a record
    derive: Callable[[Record], None] | None = None
    form_class: type | None = None
    template: str = "registers/desk/edit.html"  # the page a record is written on; a module's own extends this one
    verbs: tuple[Verb, ...] = ()
    page: str = ""  # the named address of a page of the record's own, to which the list leads instead of the form
    children: tuple[str, ...] = ()
    parent_field: str = ""
    description: str = ""  # one sentence: which duty it serves, with its basis
    keepers: tuple = ()
    readers: tuple = ()
    export_extra: tuple[str, ...] = field(default=())

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(name for fieldset in self.fieldsets for name in fieldset.fields)

    def table_spec(self) -> TableSpec:
        """The import table: the register's own columns, or one for each form field that a cell can hold."""
        columns = self.import_columns or tuple(column_for(f) for f in map(self.model._meta.get_field, self.fields) if _fits_a_cell(f))
        return TableSpec(name=self.slug, label=self.label, columns=columns, key=self.natural_key)


KINDS = {
    "DateField": "date", "DateTimeField": "moment", "BooleanField": "yes_no", "DecimalField": "decimal",
    "IntegerField": "integer", "BigIntegerField": "integer",
    "PositiveIntegerField": "count", "PositiveSmallIntegerField": "count", "PositiveBigIntegerField": "count",
}  # fmt: skip


def column_for(f: models.Field) -> Column:
    """The import column of a model field, by its type; a section or another record is given by its name or number."""
    return Column(
        name=f.name, label=str(f.verbose_name), kind="choice" if f.choices else KINDS.get(f.get_internal_type(), "text"),
        required=not f.blank and not f.null and not f.has_default(),
        choices=tuple((str(code), str(label)) for code, label in f.choices or ()),
        help=str(f.help_text or ""), max_length=getattr(f, "max_length", None),
    )  # fmt: skip


def _fits_a_cell(f: models.Field) -> bool:
    """An uploaded file and a structured value can't be typed into a table, unless the value reads itself from text."""
    return (f.get_internal_type() != "JSONField" or hasattr(f, "to_text")) and not (f.is_relation and f.related_model._meta.label == "files.StoredFile")


_registers: dict[str, Register] = {}


def register(entry: Register) -> Register:
    """Add a register to the desk: its menu entry, pages, permissions and import."""
    if entry.slug in _registers and _registers[entry.slug].model is not entry.model:
        raise ValueError(f"登记簿重名：{entry.slug}")
    if entry.group not in GROUPS:
        raise ValueError(f"登记簿 {entry.slug} 的菜单分组 {entry.group} 不存在")
    kwargs = {}
    if entry.keepers:
        kwargs["keepers"] = entry.keepers
    if entry.readers:
        kwargs["readers"] = entry.readers
    allow_register(entry.thing, entry.label, **kwargs)
    _registers[entry.slug] = entry
    return entry


def all_registers() -> dict[str, Register]:
    order = list(GROUPS)
    return dict(sorted(_registers.items(), key=lambda item: order.index(item[1].group)))


def get_register(slug: str) -> Register:
    return _registers[slug]


def register_of(model) -> Register | None:
    """The register that keeps a model's records."""
    model = model if isinstance(model, type) else type(model)
    return next((entry for entry in _registers.values() if entry.model is model), None)
