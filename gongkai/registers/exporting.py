"""A register's rows as a table that can be brought in again."""

from collections.abc import Iterator
from tempfile import TemporaryFile

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from wagtail.fields import RichTextField

from gongkai.audit.actions import record
from gongkai.evidence.queries import label_of, read
from gongkai.exchange.tables import Column, TableSpec
from gongkai.exchange.writing import write_csv, write_xlsx
from gongkai.vault import EncryptedTextField

from .paragraphs import as_typed
from .queries import derived_fields
from .references import naming_fields
from .register import KINDS, Register


def spec(register: Register) -> TableSpec:
    """The import's columns, then the derived days, the list's other columns and the register's extras. Sealed fields never leave."""
    columns = [c for c in register.table_spec().columns if not _sealed(register.model, c.name)]
    have = {c.name for c in columns} | {c.label for c in columns}
    derived = [f.name for f in derived_fields(register.model)]
    for name in [*derived, *register.columns, *register.export_extra]:
        label = label_of(register.model, name)
        if name not in have and label not in have and not _sealed(register.model, name):
            columns.append(Column(name=name, label=label, kind=_kind(register.model, name)))
            have |= {name, label}
    return TableSpec(name=register.slug, label=register.label, columns=tuple(columns))


def _sealed(model, path: str) -> bool:
    for name in path.split("."):
        try:
            f = model._meta.get_field(name)
        except FieldDoesNotExist:
            return False
        if isinstance(f, EncryptedTextField):
            return True
        model = f.related_model or model
    return False


def _kind(model, name: str) -> str:
    try:
        return KINDS.get(model._meta.get_field(name).get_internal_type(), "text")
    except FieldDoesNotExist:
        return "text"


def values(register: Register, found, table: TableSpec) -> Iterator[list]:
    """The rows of a queryset as the table's columns have them, read a thousand at a time."""
    columns, model = table.columns, found.model
    found = found.select_related(*_related(register, columns))
    rich = {f.name: getattr(f, "to_text", as_typed) for f in model._meta.concrete_fields if isinstance(f, RichTextField) or hasattr(f, "to_text")}
    for item in found.iterator(chunk_size=1000):
        yield [rich[c.name](getattr(item, c.name)) if c.name in rich else _plain(read(item, c.name) if _has(item, c.name) else None) for c in columns]


def _has(item, path: str) -> bool:
    return hasattr(item, path.split(".")[0])


def _plain(value):
    """A related record by the number or title under which an import finds it again."""
    if not isinstance(value, models.Model):
        return value
    names = naming_fields(type(value))
    return (getattr(value, names[0]) if names else "") or str(value)


def _related(register: Register, columns) -> list[str]:
    names = {c.name.split(".")[0] for c in columns}
    return [f.name for f in register.model._meta.concrete_fields if f.is_relation and f.name in names]


def write(register: Register, found, kind: str, *, by, note: str) -> tuple[TemporaryFile, int]:
    """The rows as xlsx or csv in a file that vanishes when closed, written row by row; the log says who took what.

    `note` is the filter in words.
    """
    table = spec(register)
    target = TemporaryFile()
    rows = values(register, found, table)
    written = write_csv(target, table, rows) if kind == "csv" else write_xlsx(target, table, rows)
    record("registers.exported", by=by, what=register.model._meta.verbose_name, rows=written, register=register.slug, filter=note)
    target.seek(0)
    return target, written
