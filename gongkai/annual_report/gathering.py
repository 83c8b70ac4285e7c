"""Several offices' published reports together: what each has wrong, who is late or missing, what they come to in all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from .checking.findings import Level
from .forms import Form, form_for
from .models import GatheredReport
from .narrative import as_numbers
from .tables import Number


@dataclass(frozen=True, slots=True)
class Line:
    """One office's report: the newest brought in, and how it stands."""

    row: GatheredReport
    wrong: list[dict]
    doubts: list[dict]
    late_by: int
    whole: bool

    @property
    def late(self) -> bool:
        return self.late_by > 0


@dataclass
class Gathering:
    """The reports of a year. `missing` reported last year and not yet this year; `sums` are over the reports that are whole."""

    year: int
    form: Form
    lines: list[Line]
    missing: list[str]
    sums: dict[str, Number] = field(default_factory=dict)

    @property
    def counted(self) -> int:
        return sum(line.whole for line in self.lines)


def gathering(office, year: int) -> Gathering:
    """Two queries."""
    form = form_for(year)
    assert form is not None, year  # noqa: S101 - the page has asked
    rows = {row.agency: row for row in GatheredReport.objects.filter(office=office, year=year).exclude(agency=office.name).select_related("file", "by").order_by("id")}
    before = set(GatheredReport.objects.filter(office=office, year=year - 1).exclude(agency=office.name).values_list("agency", flat=True))
    keys = [f"three/{row.key}/{column.key}" for row in form.table_three.rows for column in form.table_three.columns]
    keys += [f"two/{block.key}/{row.key}/{column.key}" for block, row, column in form.table_two.cells()]
    keys += [f"four/{group.key}/{column.key}" for group in form.table_four.groups for column in form.table_four.columns]
    lines, sums = [], dict.fromkeys(keys, 0) if rows else {}
    for _, row in sorted(rows.items()):
        cells = as_numbers(row.cells)
        whole = all(key in cells for key in keys)
        if whole:
            sums = {key: number + cells[key] for key, number in sums.items()}
        late = (row.received_on - date(year + 1, 1, 31)).days if row.received_on else 0
        lines.append(Line(row, _of(row, Level.HARD, Level.UNREAD), _of(row, Level.SOFT), max(0, late), whole))
    return Gathering(year, form, lines, sorted(before - rows.keys()), sums)


def _of(row: GatheredReport, *levels: Level) -> list[dict]:
    return [one for one in row.findings if one["level"] in levels]
