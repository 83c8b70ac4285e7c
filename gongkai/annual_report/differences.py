"""What a later version of a report says otherwise: number by number and paragraph by paragraph. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongkai.text.differences import Change, Passage, changes

from . import layout, tables
from .composing import Composed
from .forms import Form


@dataclass(frozen=True, slots=True)
class Difference:
    """The numbers that changed (name, before, after), and the paragraphs that did."""

    numbers: tuple[tuple[str, str, str], ...]
    prose: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.numbers or self.prose)


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    old, new = Composed.of(before), Composed.of(after)
    names = cell_names(new.form)
    changed = tuple(
        (name, layout.shown(old.cells.get(key)) or "空白", layout.shown(new.cells.get(key)) or "空白")
        for key, name in names.items() if old.cells.get(key) != new.cells.get(key)
    )  # fmt: skip
    prose = changes(_passages(old), _passages(new))
    return Difference(changed, tuple(one for one in prose if one.changed))


def _passages(report: Composed) -> list[Passage]:
    return [Passage(f"prose{s.number}/{n}", s.heading, line) for s in report.sections for n, line in enumerate(s.paragraphs, 1)]


def cell_names(form: Form) -> dict[str, str]:
    """Every cell of the tables with its name."""
    names = {f"two/{block.key}/{row.key}/{column.key}": f"表二 {row.label}—{column.label}" for block, row, column in form.table_two.cells()}
    names |= {f"three/{row.key}/{column.key}": f"表三 {row.label.split('（区')[0]}—{column.label}" for row in form.table_three.rows for column in form.table_three.columns}
    names |= {f"four/{group.key}/{column.key}": f"表四 {group.label}—{column.label}" for group in form.table_four.groups for column in form.table_four.columns}
    return names | tables.fees(form)
