"""A report as read: its tables cell by cell, its prose, and what was noticed while reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from gongkai.annual_report.checking.cells import Kind, Value, absent
from gongkai.annual_report.checking.findings import Finding
from gongkai.annual_report.forms import Form, forms

Two = dict[tuple[str, str, str], Value]
Three = dict[tuple[str, str], Value]
Four = dict[tuple[str, str], Value]


@dataclass(slots=True)
class Tables:
    """Tables two, three and four. `form_two` and `form_three` are the keys of the forms their labels are of.

    `copies` is how many tables three there are after the first; `unsettled` names the identities that the way the
    figures ran together leaves open, and `lost` is true where blank cells left no trace, so that columns are unsure.
    """

    two: Two = field(default_factory=dict)
    three: Three = field(default_factory=dict)
    four: Four = field(default_factory=dict)
    form_two: str = ""
    form_three: str = ""
    lost: bool = False
    two_ways: dict[tuple[str, str], list[tuple[int, ...]]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def form(self) -> Form | None:
        return forms().get(self.form_three or self.form_two)

    def three_at(self, row: str, column: str) -> Value:
        return self.three.get((row, column)) or absent()

    def four_at(self, group: str, column: str) -> Value:
        return self.four.get((group, column)) or absent()

    def merit(self) -> int:
        """How much was read, for choosing between two ways of reading the same file."""
        return sum(
            {Kind.ABSENT: 0, Kind.BAD: 1, Kind.UNSURE: 2}.get(value.kind, 3)
            for table in (self.two, self.three, self.four)
            for value in table.values()
        )


@dataclass(slots=True)
class Report:
    """One annual report of one office and year. `prose` is the text outside the tables, unwrapped.

    `said` and `hints` are what :func:`prose.weigh` found in it; None until it has been weighed.
    """

    name: str
    kind: str
    title: str = ""
    office: str = ""
    year: int | None = None
    period: tuple[str, ...] = ()
    headings: dict[int, str] = field(default_factory=dict)
    prose: str = ""
    tables: Tables = field(default_factory=Tables)
    pictures: int = 0
    findings: list[Finding] = field(default_factory=list)
    claims: list[dict] = field(default_factory=list)
    published: date | None = None  # as the page it stands on says
    said: list[Finding] | None = None
    hints: dict[str, list[int]] | None = None

    @property
    def shown(self) -> str:
        return f"{self.office or self.name}{f'（{self.year}年）' if self.year else ''}"
