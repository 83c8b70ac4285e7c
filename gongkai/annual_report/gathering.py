"""Several offices' published reports together: what each has wrong, who is late or missing, what does not agree, what they come to in all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from . import narrative, rules
from .checking.findings import Finding, Level
from .checking.rules import check_years
from .forms import Form, form_for, forms
from .models import AgencyRoll, GatheredReport
from .tables import Number


@dataclass(frozen=True, slots=True)
class Line:
    """One office's report: the newest brought in, and how it stands. `between` is what does not follow from its report of the year before."""

    row: GatheredReport
    wrong: list[dict]
    doubts: list[dict]
    between: list[Finding]
    due_on: date
    late_by: int
    whole: bool
    form: Form | None
    listed: bool = True

    @property
    def late(self) -> bool:
        return self.late_by > 0

    @property
    def inconsistent(self) -> bool:
        return bool(self.between)

    @property
    def said(self) -> str:
        """How much of what kind there is to look at."""
        counts = ((self.wrong, "处错误"), (self.doubts, "处请核对"), (self.between, "处与上年对不上"))
        return "，".join(f"{len(some)}{word}" for some, word in counts if some)


@dataclass
class Gathering:
    """The reports of a year. `sums` are over the offices' reports that are whole and in the year's form.

    `missing` are on the roll of those who owe (without a roll: reported last year) and have not reported; with the number of
    days by which each is late as of the day asked. `own` is the government's own report, `against` where it is not the sum.
    """

    year: int
    form: Form
    lines: list[Line]
    missing: list[tuple[str, int]]
    roll: AgencyRoll | None
    sums: dict[str, Number] = field(default_factory=dict)
    own: Line | None = None
    against: list[tuple[str, str, Number, Number]] = field(default_factory=list)

    @property
    def counted(self) -> int:
        return sum(line.whole for line in self.lines)

    @property
    def owed(self) -> int:
        return len(self.missing) + sum(line.listed for line in self.lines)

    @property
    def late(self) -> int:
        return sum(line.late for line in self.lines)

    @property
    def wrong(self) -> int:
        return sum(bool(line.wrong) for line in self.lines)

    @property
    def inconsistent(self) -> int:
        return sum(line.inconsistent for line in self.lines)


def keys_of(form: Form) -> list[str]:
    """Every cell of tables two to four."""
    keys = [f"two/{block.key}/{row.key}/{column.key}" for block, row, column in form.table_two.cells()]
    keys += [f"three/{row.key}/{column.key}" for row in form.table_three.rows for column in form.table_three.columns]
    return keys + [f"four/{group.key}/{column.key}" for group in form.table_four.groups for column in form.table_four.columns]


def gathering(office, year: int, today: date) -> Gathering:
    """Three queries."""
    form = form_for(year)
    assert form is not None, year  # noqa: S101 - the page has asked
    held: dict[tuple[int, str], GatheredReport] = {}
    for row in GatheredReport.objects.filter(office=office, year__in=(year - 1, year)).exclude(agency=office.name).select_related("file", "by").order_by("id"):
        held[row.year, row.agency] = row
    roll = newest_roll(office, year)
    keys = keys_of(form)
    lines, own = [], None
    for (_, agency), row in sorted((item for item in held.items() if item[0][0] == year), key=lambda item: item[0][1]):
        line = _line(row, held.get((year - 1, agency)), keys)
        if agency == office.superior:
            own = line
        else:
            lines.append(line)
    expected = list(roll.names) if roll else sorted(agency for y, agency in held if y == year - 1 and agency != office.superior)
    lines = [Line(**{**_fields(line), "listed": not roll or any(same(line.row.agency, name) for name in expected)}) for line in lines]
    missing = [name for name in expected if not any(same(line.row.agency, name) for line in lines)]
    found = Gathering(year, form, lines, [(name, max(0, (today - _due(name, year)).days)) for name in missing], roll, own=own)
    found.sums = _summed(lines, keys)
    if own is not None and own.whole and found.counted:
        reported = narrative.as_numbers(own.row.cells)
        found.against = [(key, label_of(form, key), reported[key], found.sums[key]) for key in keys if reported[key] != found.sums[key]]
    return found


def newest_roll(office, year: int) -> AgencyRoll | None:
    """The roll of a year, else the newest of an earlier year: who owes seldom changes."""
    return AgencyRoll.objects.filter(office=office, year__lte=year).select_related("by").order_by("-year", "-id").first()


def behind(found: Gathering, key: str) -> list[tuple[Line, Number | None]]:
    """What each office reports in a cell, the most first; what is blank comes last."""
    shares = [(line, narrative.as_numbers(line.row.cells).get(key)) for line in found.lines]
    return sorted(shares, key=lambda share: (share[1] is None, -(share[1] or 0), share[0].row.agency))


def label_of(form: Form, key: str) -> str:
    """What a cell is called: its table, row and column."""
    for block, row, column in form.table_two.cells():
        if key == f"two/{block.key}/{row.key}/{column.key}":
            return f"表二 {row.label} {column.label}"
    for row in form.table_three.rows:
        for column in form.table_three.columns:
            if key == f"three/{row.key}/{column.key}":
                return f"表三 {row.label.split('（区')[0]} {column.label}"
    for group in form.table_four.groups:
        for column in form.table_four.columns:
            if key == f"four/{group.key}/{column.key}":
                return f"表四 {group.label} {column.label}"
    return ""


def same(one: str, other: str) -> bool:
    """Whether two names are of one office: a roll often leaves the city out."""
    a, b = (re.sub(r"\s|（.*?）|\(.*?\)", "", name) for name in (one, other))
    return a == b or len(min(a, b, key=len)) >= 3 and (a.endswith(b) or b.endswith(a))


def _fields(line: Line) -> dict:
    return {name: getattr(line, name) for name in Line.__slots__}


def _due(agency: str, year: int) -> date:
    return rules.last_date(year, government=rules.is_government(agency))


def _line(row: GatheredReport, before: GatheredReport | None, keys: Iterable[str]) -> Line:
    due = _due(row.agency, row.year)
    late = (row.received_on - due).days if row.received_on else 0
    own = form_read(row)
    between = []
    if before is not None and own is not None and (last := form_read(before)) is not None:
        read = [narrative.as_read(form, row.agency, one.year, narrative.as_numbers(one.cells), "") for one, form in ((before, last), (row, own))]
        between = [finding for _, finding in check_years(read)]
    return Line(row, _of(row, Level.HARD, Level.UNREAD), _of(row, Level.SOFT), between, due, max(0, late), all(key in row.cells for key in keys), own)


def form_read(row: GatheredReport) -> Form | None:
    """The form a report was read in, by what it has of other handling: one row, or three."""
    if "three/other_handling/total" in row.cells:
        return forms()["60"]
    return forms()["30"] if "three/abandoned_fix/total" in row.cells else form_for(row.year)


def _summed(lines: Iterable[Line], keys: list[str]) -> dict[str, Number]:
    whole = [narrative.as_numbers(line.row.cells) for line in lines if line.whole]
    return {key: sum((cells[key] for cells in whole), start=0) for key in keys} if whole else {}


def _of(row: GatheredReport, *levels: Level) -> list[dict]:
    return [one for one in row.findings if one["level"] in levels]
