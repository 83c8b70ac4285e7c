"""Builds chapters, points and measures from pieces, however they were laid out on the paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .draft import AssignmentRole, Chapter, Doubt, Measure, Place, Point, Severity
from .numbering import bare_number, number_at_start, numbered_items, split_number
from .page import Page, Piece
from .responsibility import ends_as_unit, parse_responsibility

_BREAKS = re.compile(r"\s*(?:\n|<br\s*/?>)\s*", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[-*•·●■◆▪]\s+|[-*•·●■◆▪]$)")
_SENTENCE_END = tuple("。；;！!？?：:…”）).、，,")
_SAME = re.compile(r"同上|〃|″|同左|--\"--")


@dataclass(slots=True)
class Entry:
    """The pieces of one row beside its task text. ``None`` where the paper has no such column."""

    units: list[tuple[AssignmentRole | None, str, Piece]] = field(default_factory=list)
    has_units: bool = False
    progress: Piece | None = None
    due: Piece | None = None
    status: Piece | None = None
    basis: Piece | None = None
    extras: dict[str, Piece] = field(default_factory=dict)


NOTHING = Piece("", 0, 0)


class Builder:
    """Collects the tree in reading order, and the doubts that arise on the way."""

    def __init__(self, page: Page, sections: Sequence[str] = (), *, wrapped: bool = False) -> None:
        self.page = page
        self.sections = sections
        # In a PDF a line ends where the cell does; elsewhere a line is a paragraph.
        self.wrapped = wrapped
        self.chapters: list[Chapter] = []
        self.doubts: list[Doubt] = []
        # Numbers of chapters that were set aside as no task, so that they are not missed.
        self.passed: set[int] = set()
        self.last: Measure | None = None
        self._last_entry: Entry | None = None
        self._point: Point | None = None
        self._repeats: dict[str, list[Piece]] = {}
        self._entries: dict[int, Entry] = {}
        self._pieces: dict[int, Piece] = {}

    # -- doubts ---------------------------------------------------------------------------------------------------

    def doubt(
        self,
        code: str,
        severity: Severity,
        sentence: str,
        at: Piece | Place | None = None,
        suggestion: str = "",
    ) -> None:
        place = self.page.place(at) if isinstance(at, Piece) and at else at if isinstance(at, Place) else None
        self.doubts.append(Doubt(code, severity, sentence, place, suggestion))

    # -- headings -------------------------------------------------------------------------------------------------

    def chapter(self, piece: Piece, number: Piece | None = None) -> None:
        """Open a chapter, or go on with the present one when a page break repeated its heading."""
        current = self.chapters[-1] if self.chapters else None
        if current and _plain(current.raw) == _plain(piece.text):
            self.page.strip(piece, "换页或逐行重复的章标题")
            if number:
                self.page.strip(number, "换页或逐行重复的章标题")
            self._repeats.setdefault(current.raw, []).append(piece)
            return
        head, title = split_number(piece.text)
        self.page.keep(piece)
        if number:
            self.page.keep(number)
        printed = head.printed if head else (number.text if number else None)
        self.chapters.append(Chapter(printed, _one_line(title), piece.text, self.page.place(piece)))
        self._point = None
        self.last = None

    def point(self, piece: Piece, number: Piece | None = None) -> None:
        if self._point and _plain(self._point.raw) == _plain(piece.text):
            self.page.strip(piece, "换页或逐行重复的要点标题")
            self._repeats.setdefault(self._point.raw, []).append(piece)
            return
        head, title = split_number(piece.text)
        self.page.keep(piece)
        if number:
            self.page.keep(number)
        printed = head.printed if head else (number.text if number else None)
        self._point = Point(printed, _one_line(title), piece.text, self.page.place(piece))
        self._under().entries.append(self._point)
        self.last = None

    def continue_chapter(self, piece: Piece) -> None:
        """The rest of a heading whose cell a page break cut in two."""
        self.page.keep(piece)
        chapter = self.chapters[-1]
        chapter.title, chapter.raw = chapter.title + _one_line(piece.text), f"{chapter.raw}\n{piece.text}"

    def continue_point(self, piece: Piece) -> None:
        """As :meth:`continue_chapter`, for the heading below it."""
        self.page.keep(piece)
        if self._point:
            self._point.title += _one_line(piece.text)
            self._point.raw = f"{self._point.raw}\n{piece.text}"

    @property
    def open_point(self) -> Point | None:
        return self._point

    def no_point(self) -> None:
        """What follows stands directly under the chapter."""
        self._point = None

    def _under(self) -> Chapter:
        if not self.chapters:
            self.chapters.append(Chapter(None, "", "", self.page.place(NOTHING)))
        return self.chapters[-1]

    # -- measures -------------------------------------------------------------------------------------------------

    def measure(self, piece: Piece, entry: Entry, number: Piece | None = None) -> Measure:
        """Add a measure. A cell listing 1. 2. 3. is one measure with items; 2.更新… alone is number 2."""
        self.page.keep(piece)
        texts = self._paragraphs(piece.text)
        items = numbered_items("\n".join(texts))
        printed: str | None = None
        if number:
            self.page.keep(number)
            printed = number.text
        head = number_at_start(texts[0]) if texts else None
        if head and not items:
            if printed is None:
                printed = head.printed
                texts[0] = texts[0][head.end :].strip()
            elif bare_number(number.text if number else "") == head.value[-1]:
                texts[0] = texts[0][head.end :].strip()
        node = Measure(
            printed,
            [text for text in texts if text],
            items,
            piece.text,
            self.page.place(piece if piece else number or self._anchor(entry)),
        )
        self._fill(node, entry)
        (self._point.measures if self._point else self._under().entries).append(node)
        self.last, self._last_entry = node, entry
        self._entries[id(node)] = entry
        self._pieces[id(node)] = piece if piece else number or self._anchor(entry)
        if not node.texts:
            self.doubt(
                "empty_measure",
                "error",
                "这一行没有任务文字，只有其他栏目。",
                self._pieces[id(node)],
                "对照原文补上计划措施，或不导入此行",
            )
        return node

    @staticmethod
    def _anchor(entry: Entry) -> Piece:
        pieces = [piece for _, _, piece in entry.units if piece] + [
            p for p in (entry.progress, entry.due, entry.status) if p
        ]
        return pieces[0] if pieces else NOTHING

    def extend(self, piece: Piece, entry: Entry, *, torn: bool = False) -> None:
        """Join a continuation row to the measure before it; merged measures gather their rows' other cells.

        ``torn`` says that a page break cut the cells themselves: 法规科、财务 and 科 are one cell.
        """
        node, before = self.last, self._last_entry
        if node is None or before is None:
            return
        if piece:
            self.page.keep(piece)
            texts = self._paragraphs(piece.text)
            if (
                node.texts
                and texts
                and not node.texts[-1].endswith(_SENTENCE_END)
                and not number_at_start(texts[0])
            ):
                node.texts[-1] += texts.pop(0)
            node.texts += texts
            node.raw = f"{node.raw}\n{piece.text}" if node.raw else piece.text
            node.items = numbered_items("\n".join(node.texts))
        glue = "" if torn else "\n"
        before.progress = _plus(before.progress, entry.progress, glue)
        before.due = _plus(before.due, entry.due, glue)
        before.status = _plus(before.status, entry.status, glue)
        before.basis = _plus(before.basis, entry.basis, glue)
        for heading, extra in entry.extras.items():
            before.extras[heading] = _plus(before.extras.get(heading), extra, glue) or NOTHING
        units = [
            unit for unit in entry.units if unit[2] and unit[2] not in [held for _, _, held in before.units]
        ]
        for role, heading, unit in units:
            for index, (held_role, held_heading, held) in enumerate(before.units):
                if held_heading == heading:
                    whole = ends_as_unit(held.text.split("、")[-1]) and unit.text[0] not in "、，,；;）)"
                    before.units[index] = (
                        held_role,
                        held_heading,
                        held.joined(unit, "\n" if whole or not torn else ""),
                    )
                    break
            else:
                before.units.append((role, heading, unit))
        self._fill(node, before)

    def _paragraphs(self, text: str) -> list[str]:
        lines = [_BULLET.sub("", line.strip()) for line in _BREAKS.split(text)]
        lines = [line for line in lines if line]
        if not self.wrapped:
            return lines
        joined: list[str] = []
        for line in lines:
            if joined and not joined[-1].endswith(tuple("。；;！？：:")) and not number_at_start(line):
                joined[-1] += line
            else:
                joined.append(line)
        return joined

    def _text(self, piece: Piece | None) -> str | None:
        if piece is None:
            return None
        self.page.keep(piece)
        return "\n".join(self._paragraphs(piece.text))

    def _fill(self, node: Measure, entry: Entry) -> None:
        node.progress = self._text(entry.progress)
        node.due = self._text(entry.due)
        node.status = self._text(entry.status)
        node.basis = self._text(entry.basis)
        node.extras = {heading: self._text(piece) or "" for heading, piece in entry.extras.items()}
        if entry.has_units:
            words = []
            for _, heading, piece in entry.units:
                self.page.keep(piece)
                if piece:
                    words.append(
                        f"{heading}：{piece.text}" if len(entry.units) > 1 and heading else piece.text
                    )
            node.responsibility = "；".join(words)

    # -- the end --------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Read the responsibility cells and say what was repeated; once all rows are in."""
        if sum(len(pieces) for pieces in self._repeats.values()) > 6 and len(self._repeats) > 1:
            first = next(iter(self._repeats.values()))[0]
            self.doubt(
                "repeated_chapter", "note", "各行重复填写了所属任务名称，相邻同名的已合并为一个。", first
            )
        else:
            for raw, pieces in self._repeats.items():
                times = f"（{len(pieces)}处）" if len(pieces) > 1 else ""
                self.doubt(
                    "repeated_chapter",
                    "note",
                    f"“{short(raw)}”重复出现{times}，按换页重复处理，已合并。",
                    pieces[0],
                )
        # What every row says alike is said once, with how often.
        alike: dict[tuple[str, Severity, str], list[tuple[Piece, str]]] = {}
        blank: list[tuple[Measure, Piece | None]] = []
        before: Measure | None = None
        any_units = any(
            entry.has_units and any(piece for _, _, piece in entry.units) for entry in self._entries.values()
        )
        for chapter in self.chapters:
            for node in chapter.all_measures():
                entry = self._entries[id(node)]
                anchor = self._pieces[id(node)]
                filled = [
                    (role, heading, piece)
                    for role, heading, piece in entry.units
                    if piece and re.search(r"\w", piece.text)
                ]
                if not filled:
                    if any_units or entry.has_units:
                        blank.append((node, anchor))
                    before = node
                    continue
                if (
                    all(_SAME.fullmatch(piece.text.strip()) for _, _, piece in filled)
                    and before
                    and before.assignments
                ):
                    node.assignments = list(before.assignments)
                    self.doubt(
                        "same_as_above",
                        "note",
                        f"责任栏写“{filled[0][2].text}”，按上一条“{short(before.responsibility or '')}”理解。",
                        filled[0][2],
                    )
                    before = node
                    continue
                has_lead = any(role == "lead" for role, _, _ in filled)
                lead_column = any(role == "lead" for role, _, _ in entry.units)
                for role, _, piece in filled:
                    column = role
                    if role == "support" and lead_column and not has_lead:
                        column = "responsible"
                    elif role is None and has_lead:
                        column = "responsible"
                    parsed = parse_responsibility(piece.text, sections=self.sections, column=column)
                    node.assignments += parsed.assignments
                    for found in parsed.doubts:
                        alike.setdefault((found.code, found.severity, found.sentence), []).append(
                            (piece, found.suggestion)
                        )
                if lead_column and not has_lead and not any(a.role == "lead" for a in node.assignments):
                    sentence = "牵头一栏为空，只有配合、责任单位，未写明由谁牵头。"
                    alike.setdefault(("lead_unclear", "warn", sentence), []).append(
                        (filled[0][2], "请指定牵头单位")
                    )
                before = node
        for (code, severity, sentence), places in alike.items():
            piece, suggestion = places[0]
            self.doubt(
                code,
                severity,
                sentence + (f"共{len(places)}处。" if len(places) > 1 else ""),
                piece,
                suggestion,
            )
        self._blank_units(blank)

    def _blank_units(self, blank: list[tuple[Measure, Piece | None]]) -> None:
        order = [node for chapter in self.chapters for node in chapter.all_measures()]
        above_of: dict[int, str] = {}
        above = ""
        for node in order:
            above_of[id(node)] = above
            above = node.responsibility or above
        for node, piece in blank:
            above = above_of[id(node)]
            hint = f"若原表为合并单元格，则同上一条“{short(above)}”" if above else "请补上责任科室"
            self.doubt("empty_responsibility", "warn", f"“{short(node.text)}”没有责任科室。", piece, hint)
        if not blank and order and not any(node.responsibility for node in order):
            self.doubt(
                "no_responsibility",
                "warn",
                "全文没有认出责任科室或责任单位。",
                self._pieces[id(order[0])],
                "对照原文，逐条指定责任科室",
            )


def _plus(before: Piece | None, after: Piece | None, glue: str = "\n") -> Piece | None:
    if before is None or after is None:
        return before if after is None else after
    return (
        before
        if before is after or (before.start, before.end) == (after.start, after.end)
        else before.joined(after, glue)
    )


def _plain(text: str) -> str:
    return re.sub(r"[\s。；;，,、.：:]+", "", text)


def _one_line(text: str) -> str:
    return (
        re.sub(r"(?<=[^\x00-\x7f])\s*\n\s*|\s*\n\s*(?=[^\x00-\x7f])", "", _BREAKS.sub("\n", text))
        .replace("\n", " ")
        .strip()
    )


def short(text: str, length: int = 20) -> str:
    text = re.sub(r"\s+", "", text)
    return text if len(text) <= length else text[:length] + "…"
