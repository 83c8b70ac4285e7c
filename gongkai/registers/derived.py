"""Stored conclusions against the facts they come from: what a new calendar moves, and what has gone stale.

A register's `derive` writes what its records store of their conclusions (a last day). These functions
run it again and compare; nothing else writes those columns.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.evidence.models import Record
from gongkai.evidence.queries import as_text
from gongkai.jobs.schedule import every
from gongkai.law.calendar import WorkCalendar
from gongkai.rulebook.queries import calendar, standing_in, steady

from .register import Register, all_registers

sentences(registers__rederived="重算期限：{what}“{label}”的{field}由{before}改为{after}")

_BASE = {f.name for f in Record._meta.get_fields()}


@dataclass(frozen=True, slots=True)
class Moved:
    """One stored conclusion that the facts no longer give."""

    register: Register
    record: Record
    name: str
    label: str
    before: str
    after: str

    @property
    def subject(self) -> str:
        return f"{self.record._meta.verbose_name}“{self.record}”"


def compare(under: WorkCalendar) -> Iterator[Moved]:
    """Every stored conclusion that differs when derived again under that calendar. Writes nothing."""
    with standing_in(under), steady():
        for register in all_registers().values():
            if register.derive is None:
                continue
            names = [f.attname for f in register.model._meta.concrete_fields if not f.editable and not f.primary_key and f.name not in _BASE]
            for item in register.model._base_manager.filter(voided_at=None).iterator(chunk_size=500):
                before = {name: getattr(item, name) for name in names}
                register.derive(item)
                for name in names:
                    now = getattr(item, name)
                    if now != before[name]:
                        yield Moved(register, item, name, str(item._meta.get_field(name).verbose_name), as_text(before[name]) or "无", as_text(now) or "无")


def moved(under: WorkCalendar) -> list[Moved]:
    """What that calendar would move: the list to look at before a notice is confirmed."""
    return list(compare(under))


@transaction.atomic
def rederive(*, by) -> int:
    """Derive every stored conclusion again and write those that differ, each with a log row. Returns how many."""
    count = 0
    for move in moved(calendar()):
        move.register.model._base_manager.filter(pk=move.record.pk).update(**{move.name: getattr(move.record, move.name)})
        record("registers.rederived", move.record, by=by, what=move.record._meta.verbose_name, label=str(move.record), field=move.label, before=move.before, after=move.after)
        count += 1
    return count


@every("20 2 * * *", "registers.compare", "核对存储的期限")
def compare_nightly() -> str:
    """Nightly: derive again and compare. A difference is mended and logged, since every one is a defect or a missed event."""
    count = rederive(by=None)
    return f"有{count}项期限与依据不符，已更正并记入审计日志" if count else "全部期限与依据相符"
