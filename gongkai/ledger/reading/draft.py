"""The draft of a plan: what a file was understood to say, with every doubt marked.

A draft is read by a person beside the source before anything is written. ``None`` and ``""`` stay
different throughout: ``None`` means the paper has no such column, ``""`` that its cell was blank.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

Severity = Literal["error", "warn", "note"]
AssignmentRole = Literal["lead", "support", "responsible"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: a Chinese label, and character offsets into the source text if it has any.

    ``end`` is exclusive. Offsets are ``None`` for tables of a workbook, a document or a page.
    """

    label: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something a person has to look at. ``error`` blocks writing; ``warn`` and ``note`` do not."""

    code: str
    severity: Severity
    sentence: str
    place: Place | None = None
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One unit named in a responsibility cell.

    ``responsible`` is the role of a unit the paper names without saying who leads. ``section`` is
    the office's own section of that very name, or None. ``group`` marks 各科室, 相关单位 and the like,
    which name no unit. ``suggested`` is a fuller name (省财政厅 for 财政厅), never used unasked.
    """

    name: str
    role: AssignmentRole
    section: str | None = None
    group: bool = False
    suggested: str = ""
    remark: str = ""


@dataclass(slots=True)
class Measure:
    """计划措施: one row of the ledger."""

    number: str | None
    texts: list[str]
    items: list[str]
    raw: str
    place: Place
    progress: str | None = None
    responsibility: str | None = None
    assignments: list[Assignment] = field(default_factory=list)
    due: str | None = None
    status: str | None = None
    basis: str | None = None
    extras: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


@dataclass(slots=True)
class Point:
    """要点: a heading inside a chapter."""

    number: str | None
    title: str
    raw: str
    place: Place
    measures: list[Measure] = field(default_factory=list)


@dataclass(slots=True)
class Chapter:
    """工作要求/工作任务: the top heading.

    ``entries`` holds points, and measures that stand under no point, in the order of the paper.
    A chapter without number and title holds measures of a paper that has no chapters.
    """

    number: str | None
    title: str
    raw: str
    place: Place
    entries: list[Point | Measure] = field(default_factory=list)

    @property
    def points(self) -> list[Point]:
        return [entry for entry in self.entries if isinstance(entry, Point)]

    @property
    def measures(self) -> list[Measure]:
        """The measures standing directly under the chapter."""
        return [entry for entry in self.entries if isinstance(entry, Measure)]

    def all_measures(self) -> Iterator[Measure]:
        for entry in self.entries:
            if isinstance(entry, Measure):
                yield entry
            else:
                yield from entry.measures


@dataclass(frozen=True, slots=True)
class Column:
    """A heading as printed and the role it was given (``extra`` when none fits)."""

    heading: str
    role: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The shape recognised, and a Chinese sentence saying how the source was understood."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Stripped:
    """Text of the source that is no part of the plan, and why it was set aside."""

    text: str
    reason: str
    place: Place


@dataclass(slots=True)
class PlanDraft:
    """A plan as understood. ``coverage`` is the share of printed characters placed or set aside."""

    title: str
    year: int | None
    issuer: str
    layout: Layout
    columns: list[Column]
    chapters: list[Chapter]
    doubts: list[Doubt]
    stripped: list[Stripped]
    leftovers: list[Stripped]
    coverage: float

    def measures(self) -> Iterator[Measure]:
        """All measures in the order of the paper."""
        for chapter in self.chapters:
            yield from chapter.all_measures()

    @property
    def importable(self) -> bool:
        """Whether there is something to write and no doubt forbids it."""
        return any(True for _ in self.measures()) and not any(d.severity == "error" for d in self.doubts)

    @property
    def correctable(self) -> bool:
        """Whether a person can put right here what forbids it: rows without a task, which may be given one or left out."""
        errors = {d.code for d in self.doubts if d.severity == "error"}
        return any(True for _ in self.measures()) and errors <= {"empty_measure"}

    def leave_out(self, measures: Sequence[Measure]) -> None:
        """Take measures out of the draft."""
        gone = {id(measure) for measure in measures}
        for chapter in self.chapters:
            chapter.entries = [entry for entry in chapter.entries if id(entry) not in gone]
            for point in chapter.points:
                point.measures = [measure for measure in point.measures if id(measure) not in gone]

    def settle(self) -> None:
        """Lift the doubts that a correction answered: no row is without a task any more."""
        if all(measure.text.strip() for measure in self.measures()):
            self.doubts = [doubt for doubt in self.doubts if doubt.code != "empty_measure"]

    def to_json(self) -> dict:
        """Plain dictionaries and lists, with a ``kind`` on each entry of a chapter."""

        def measure(node: Measure) -> dict:
            return {"kind": "measure", **asdict(node)}

        def point(node: Point) -> dict:
            head = {"kind": "point", "number": node.number, "title": node.title, "raw": node.raw}
            return {**head, "place": asdict(node.place), "measures": [measure(m) for m in node.measures]}

        return {
            "title": self.title,
            "year": self.year,
            "issuer": self.issuer,
            "importable": self.importable,
            "layout": asdict(self.layout),
            "columns": [asdict(column) for column in self.columns],
            "chapters": [
                {
                    "number": chapter.number,
                    "title": chapter.title,
                    "raw": chapter.raw,
                    "place": asdict(chapter.place),
                    "entries": [
                        point(entry) if isinstance(entry, Point) else measure(entry)
                        for entry in chapter.entries
                    ],
                }
                for chapter in self.chapters
            ],
            "doubts": [asdict(doubt) for doubt in self.doubts],
            "stripped": [asdict(piece) for piece in self.stripped],
            "leftovers": [asdict(piece) for piece in self.leftovers],
            "coverage": self.coverage,
        }
