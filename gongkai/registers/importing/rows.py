"""From a file's rows to unsaved records, with everything wrong said row by row. Nothing is written here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from types import NoneType
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from wagtail.fields import RichTextField

from gongkai.accounts.models import Section
from gongkai.accounts.permissions import Reach, reach
from gongkai.evidence.models import Record
from gongkai.exchange.tables import Row, TableReading, read_table
from gongkai.exchange.values import Mark
from gongkai.law.objections import Objection
from gongkai.law.refusals import Refused

from ..actions import BEYOND
from ..paragraphs import from_typed
from ..references import resolve, why_not
from ..register import Register
from .checks import message, violated

CHUNK = 500
#: What a field's cleaning says of such a value it says again; and how many of them are remembered for each field.
#: Numbers are not among them: 1 and True are one key and two values.
PLAIN = frozenset({str, date, bool, NoneType})
MOST_REMEMBERED = 5000

#: row number, column label (may be blank), sentence
Fault = tuple[int, str, str]


@dataclass(slots=True)
class Read:
    """One row of the file: the record it would become, or why it can't."""

    number: int
    raw: dict[str, str]
    item: Record | None = None
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Reader:
    """Reads one file for one register as one person. Queries grow with distinct names by the hundred, not with rows."""

    def __init__(self, register: Register, user, path: Path, name: str):
        self.register, self.user, self.model = register, user, register.model
        self.spec = register.table_spec()
        self.table: TableReading = read_table(path, self.spec, name=name)
        self.fields = {c.name: f for c in self.spec.columns if (f := _field(self.model, c.name)) is not None}
        self.labels = {c.name: c.label for c in self.spec.columns}
        self.references = {name: f for name, f in self.fields.items() if isinstance(f, models.ForeignKey)}
        self.known: dict[str, dict[str, list[int]]] = {name: {} for name in self.references}
        self.reach, self.sections = reach(user, register.thing, "import")
        self.key_names = [_attname(self.model, name) for name in register.natural_key]
        self.standing = self._standing_keys()
        self.attnames = {name: f.attname for name, f in self.fields.items()}
        self.rich = {name for name, f in self.fields.items() if isinstance(f, RichTextField)}
        # Each field that is cleaned, with the values that need no cleaning: blanks where it may be blank, and what has passed.
        self.checked = [
            (f, f.attname, {value for value in f.empty_values if value.__class__ in PLAIN} if f.blank else set())
            for f in self.model._meta.concrete_fields
            if not f.is_relation and not f.generated
        ]
        self.empty, self.made_anew = self._empty()

    def __iter__(self) -> Iterator[Read]:
        rows = iter(self.table)
        while chunk := list(islice(rows, CHUNK)):
            self._learn(chunk)
            for row in chunk:
                yield self._read(row)

    def close(self) -> None:
        self.table.close()

    def _learn(self, chunk: list[Row]) -> None:
        """Looks up the names of a chunk that were not met before."""
        for name, f in self.references.items():
            texts = {str(row.values[name]) for row in chunk if isinstance(row.values.get(name), str)} - self.known[name].keys()
            if texts:
                self.known[name].update(resolve(f.related_model, self.user.office_id, texts))

    def _read(self, row: Row) -> Read:
        found = Read(row.number, row.raw, notes=list(row.notes))
        found.faults = [(error.row, error.column, error.sentence) for error in row.errors]
        if row.duplicate_of is not None:
            found.faults.append((row.number, "", f"与第{row.duplicate_of}行重复，同一件事只登记一次。"))
        given = self.empty | {attname: f.get_default() for attname, f in self.made_anew}
        for name, value in row.values.items():
            if value is None or value.__class__ is Mark:
                continue
            if name in self.references:
                self._refer(given, name, value, found)
            elif name in self.rich and isinstance(value, str):
                given[name] = from_typed(value)
            else:
                given[self.attnames.get(name, name)] = list(value) if isinstance(value, tuple) else value
        item = self._item(given)
        self._place(item, found)
        if not found.faults:
            self._examine(item, found)
        if not found.faults and self.standing:
            self._mark_duplicate(item, found)
        if not found.faults:
            found.item = item
        return found

    def _empty(self) -> tuple[dict[str, Any], list[tuple[str, models.Field]]]:
        """What every record starts from, by attribute in the model's order, and the fields whose default is made for each record anew."""
        blank = self.model(office_id=self.user.office_id)
        fields = self.model._meta.concrete_fields
        return {f.attname: blank.__dict__[f.attname] for f in fields}, [(f.attname, f) for f in fields if f.has_default() and callable(f.default)]

    def _item(self, given: dict[str, Any]) -> Record:
        """The record with those values. By position, which is how Django makes records from rows: by name takes it thrice as long."""
        item = self.model(*islice(given.values(), len(self.empty)))
        for name in given.keys() - self.empty.keys():  # a column that is no field of the model
            setattr(item, name, given[name])
        return item

    def _refer(self, given: dict[str, Any], name: str, value, found: Read) -> None:
        ids = self.known[name].get(str(value), [])
        if problem := why_not(self.references[name].related_model, str(value), ids):
            found.faults.append((found.number, self.labels[name], problem))
        else:
            given[self.attnames[name]] = ids[0]

    def _place(self, item: Record, found: Read) -> None:
        """A head brings in for his own sections only; with one section it need not be written in every row."""
        if self.reach is not Reach.SECTION:
            return
        if item.section_id is None and len(self.sections) == 1:
            item.section_id = next(iter(self.sections))
        if item.section_id not in self.sections:
            names = "、".join(Section.objects.filter(pk__in=self.sections).values_list("name", flat=True))
            found.faults.append((found.number, self.labels.get("section", ""), f"您只能导入{names}的记录，请改填科室。"))

    def _examine(self, item: Record, found: Read) -> None:
        """The model's own rules and the module's law."""
        try:
            if self.register.arrive:
                self.register.arrive(item, self.user)
            if self.register.derive:
                self.register.derive(item)
            self._clean_fields(item)
            item.clean()
            found.faults += [(found.number, "", message(constraint)) for constraint in violated(item)]
            objections = list(self.register.objections(item)) if self.register.objections else []
        except Refused as refusal:
            objections = refusal.objections
        except BEYOND as problem:
            objections = [Objection("beyond", f"{problem}，请核对日期")]
        except ValidationError as problem:
            for name, sentences in (problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}).items():
                found.faults += [(found.number, self.labels.get(name, ""), sentence) for sentence in sentences]
            return
        found.faults += [(found.number, "", f"{o.sentence}（依据：{o.basis}）" if o.basis else o.sentence) for o in objections]

    def _clean_fields(self, item: Record) -> None:
        """`Model.clean_fields`, which takes a third of the time of an import, without asking twice about one value of a field.

        Only texts, days, blanks and yes or no that stay as they are when cleaned are remembered, and of each field no more
        than a few thousand: titles and numbers differ in every row.
        """
        faults = {}
        held = item.__dict__
        for f, attname, passed in self.checked:
            value = held[attname]
            is_plain = value.__class__ in PLAIN
            if is_plain and value in passed or f.blank and value in f.empty_values:
                continue
            try:
                cleaned = f.clean(value, item)
            except ValidationError as problem:
                faults[f.name] = problem.error_list
                continue
            setattr(item, attname, cleaned)
            if is_plain and cleaned is value and len(passed) < MOST_REMEMBERED:
                passed.add(value)
        if faults:
            raise ValidationError(faults)

    def _standing_keys(self) -> set[int]:
        """Digests of the natural keys the register already holds: one pass over the office's records, 8 bytes of digest each.

        Asking for each chunk's keys instead would scan the register once a chunk where its key has no index.
        """
        names = self.key_names
        if not names:
            return set()
        found = self.model._base_manager.filter(office_id=self.user.office_id, voided_at=None).order_by().values_list(*names)
        return {_digest(parts) for parts in found.iterator(chunk_size=5000)}

    def _mark_duplicate(self, item: Record, found: Read) -> None:
        parts = tuple(getattr(item, name) for name in self.key_names)
        if any(part not in (None, "") for part in parts) and _digest(parts) in self.standing:
            what = "、".join(self.labels.get(name, str(self.model._meta.get_field(name).verbose_name)) for name in self.register.natural_key)
            found.faults.append((found.number, "", f"登记簿中已有相同的记录（{what}相同）。"))


def _digest(parts: tuple) -> int:
    return hash(tuple(None if part == "" else part for part in parts))


def _field(model, name: str) -> models.Field | None:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _attname(model, name: str) -> str:
    return model._meta.get_field(name).attname
