"""Reads rows of cells under a header into the tree: grids of documents, and rows found in plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .columns import Head, Weigher, guess_heads, is_heading_row, look_at, settle_roles
from .draft import Chapter, Column, Point
from .furniture import aside_reason, is_note, is_total
from .headings import TEXT_ROLES, UNIT_ROLES, normal_heading, role_of
from .numbering import bare_number, number_at_start
from .page import Page, Piece
from .tree import NOTHING, Builder, Entry

Row = list[Piece | None]

_HAN_NUMBER = re.compile(r"\s*([（(])?[一二三四五六七八九十]{1,3}[）)]?[、．.]?\s*")


@dataclass(slots=True)
class Line:
    """A row to be read. ``fixed`` says that each cell stands in its own column."""

    cells: Row
    fixed: bool
    after_break: bool = False
    unclosed: bool = False


def distinct(cells: Sequence[Piece | None]) -> list[Piece]:
    """The non-blank cells of a row, a merged one once."""
    found: list[Piece] = []
    for cell in cells:
        if cell and not any(cell is held for held in found):
            found.append(cell)
    return found


def is_headed_chapter(piece: Piece) -> bool:
    """Whether a lone cell reads as a chapter heading: 一、 or 第一章, or a short title without a full stop."""
    number = number_at_start(piece.text)
    if number:
        return number.style in ("part", "han", "bracket_han") and len(piece.text) <= 120
    return len(piece.text) <= 40 and "。" not in piece.text and aside_reason(piece.text) is None


class TableReader:
    """Reads one or several tables that make one plan."""

    def __init__(self, page: Page, builder: Builder) -> None:
        self.page = page
        self.builder = builder
        self.heads: list[Head] = []
        self.columns: list[Column] = []
        self.chapters_outside = False
        self.rows_read = 0
        self.ragged = False
        self._number_of = "measure"
        self._carried: dict[int, Piece] = {}
        self._last_text: Piece | None = None
        self._broken = False
        self._chapter_rank: int | None = None
        self._han_rows = False
        self._in_notes = False

    # -- header ---------------------------------------------------------------------------------------------------

    def find_header(self, rows: Sequence[Row], limit: int = 30) -> int | None:
        for index, row in enumerate(rows[:limit]):
            if is_heading_row([cell.text for cell in distinct(row)]):
                return index
        return None

    def take_header(self, rows: Sequence[Row], index: int) -> int:
        """Set the columns from the header at a row, and return the first row below it.

        A second header row splits a heading above it (责任分工 into 牵头 and 配合): each of its cells is
        a heading or repeats the cell above.
        """
        row = rows[index]
        heads: list[Head] = []
        below = rows[index + 1] if index + 1 < len(rows) else []
        second = False
        if len(below) == len(row):
            fresh = [(i, cell) for i, cell in enumerate(below) if cell and cell is not row[i]]
            covered = [
                i
                for i, cell in fresh
                if not row[i] or any(row[i] is other for j, other in enumerate(row) if j != i)
            ]
            # In a file without merged cells the heading to the left stands for the blank ones beside it.
            parts = [role_of(cell.text) for _, cell in fresh]
            second = (
                bool(fresh)
                and all(parts)
                and (
                    len(covered) == len(fresh)
                    or (
                        len(fresh) < sum(1 for cell in row if cell) + len(covered)
                        and bool(covered)
                        and [normal_heading(c.text) for _, c in fresh]
                        != [normal_heading(row[i].text) if row[i] else "" for i, _ in fresh]
                        and len(fresh) <= len(row) / 2 + 1
                    )
                )
            )
        for i, cell in enumerate(row):
            pieces = [cell] if cell else []
            under = below[i] if second and i < len(below) else None
            if under and under is not cell:
                pieces.append(under)
            heading = re.sub(r"\s+", "", pieces[-1].text) if pieces else ""
            role = role_of(pieces[-1].text) if pieces else None
            if role is None and len(pieces) > 1:
                role = role_of(pieces[0].text)
            heads.append(Head(heading, role or "extra", pieces))
        for head in heads:
            for piece in head.pieces:
                self.page.keep(piece)
        self.heads = heads
        self._carried = {}
        return index + (2 if second else 1)

    def settle(self, rows: Sequence[Row]) -> None:
        """Fix the roles with the rows in view, and say what was decided and what was not recognised."""
        for note in settle_roles(self.heads, rows, chapters_outside=self.chapters_outside):
            piece = next((piece for head in self.heads for piece in head.pieces), None)
            self.builder.doubt("column_decided", "note", note, piece)
        for index, head in enumerate(self.heads):
            filled = any(index < len(row) and row[index] for row in rows)
            if head.role == "extra" and (head.heading or filled):
                name = head.heading or f"第{index + 1}列（无标题）"
                self.builder.doubt(
                    "column_unrecognised",
                    "warn",
                    f"“{name}”一列没有认出用途，原文保留在附注中。",
                    head.pieces[0] if head.pieces else None,
                    "确认该列是否需要导入",
                )
        if not any(head.role == "measure" for head in self.heads):
            self.builder.doubt(
                "no_measure_column", "error", "没有认出计划措施（具体要求）一列。", None, "核对表头"
            )
        if not any(head.role in UNIT_ROLES for head in self.heads):
            self.builder.doubt("no_unit_column", "warn", "没有认出责任科室（单位）一列。", None, "核对表头")
        if not self.columns:
            self.columns = [
                Column(head.heading, head.role) for head in self.heads if head.heading or head.role != "extra"
            ]
        self._number_of = self._whose_number(rows)

    def _whose_number(self, rows: Sequence[Row]) -> str:
        """Whether 序号 counts the rows or the headings: whichever column is filled as often."""
        number = self._index("number")
        if number is None:
            return "measure"

        def count(index: int | None) -> int:
            if index is None:
                return -1
            return len({id(row[index]) for row in rows if index < len(row) and row[index]})

        filled = count(number)
        units = [i for i, head in enumerate(self.heads) if head.role in UNIT_ROLES]
        own = [
            row
            for row in rows
            if number < len(row) and row[number] or not units or any(i < len(row) and row[i] for i in units)
        ]
        text = self._index("measure")
        # The second half of a row split by a page break has neither number nor unit, and is not counted.
        measures = len({id(row[text]) for row in own if text is not None and text < len(row) and row[text]})
        best, gap = "measure", abs(filled - measures)
        for role in ("point", "chapter"):
            index = self._index(role)
            if index is not None and filled and number < index and abs(filled - count(index)) < gap:
                best, gap = role, abs(filled - count(index))
        return best

    def _index(self, role: str) -> int | None:
        return next((index for index, head in enumerate(self.heads) if head.role == role), None)

    def repeats_header(self, cells: Sequence[Piece | None]) -> bool:
        texts = [cell.text for cell in distinct(cells)]
        mine = {normal_heading(piece.text) for head in self.heads for piece in head.pieces}
        return len(texts) >= 2 and bool(mine) and all(normal_heading(text) in mine for text in texts)

    def forget(self) -> None:
        """Begin under a heading from outside the table: nothing is carried down into it."""
        self._carried = {}
        self._last_text = None

    # -- rows -----------------------------------------------------------------------------------------------------

    def read(self, lines: Sequence[Line]) -> None:
        """Read the rows under the present header."""
        weigher = self._weigher(lines)
        first = True
        number = self._index("number")
        counted = [line for line in lines if number is not None and number < len(line.cells) and line.cells[number]]
        han = [line for line in counted if _HAN_NUMBER.fullmatch(line.cells[number].text)]
        # Where every row is counted 一, 二, 三 these are measures.
        self._han_rows = 2 * len(han) > len(counted)
        for line in lines:
            if self._set_aside(line, first):
                continue
            first = False
            filled = distinct(line.cells)
            if len(filled) == 1 and self._lone_heading(line, filled[0]):
                continue
            if len(filled) == 2 and self._numbered_heading(line, *filled):
                continue
            row, sure = line.cells, True
            if not line.fixed or len(line.cells) != len(self.heads):
                row, sure = self._align(weigher, line.cells)
            self._row(row, line.after_break or self._broken)
            self._broken = False
            if not sure:
                cell = filled[0]
                self.builder.doubt(
                    "ragged_row",
                    "warn",
                    f"这一行有{len(filled)}个有字的格，表头有{len(self.heads)}列，内容不足以确定各格属于哪一列，按最可能的对应理解。",
                    cell,
                    "对照原文核对这一行各栏",
                )
            if line.unclosed and filled:
                self.builder.doubt(
                    "truncated",
                    "warn",
                    "这一行行尾没有分隔线，与其他行不同，原文可能在此处截断。",
                    filled[-1],
                    "与原件核对是否完整",
                )
            self.rows_read += 1

    def _weigher(self, lines: Sequence[Line]) -> Weigher:
        if all(line.fixed for line in lines):
            return Weigher(self.heads)
        width = len(self.heads)
        body = [line.cells for line in lines]
        if self._index("number") is None:
            lone = [row for row in body if any(cell and bare_number(cell.text) is not None for cell in row)]
            longer = sum(1 for row in body if sum(1 for cell in row if cell) > width)
            at = self._index("measure")
            if at is not None and len(lone) >= 2 and len(lone) * 3 >= len(body) and longer:
                self._insert_number(at)
        weigher = Weigher(self.heads)
        width = len(self.heads)
        sure = [line.cells for line in lines if len(line.cells) == width and (line.fixed or all(line.cells))]
        weigher.learn(sure)
        return weigher

    def _insert_number(self, at: int) -> None:
        self.heads.insert(at, Head("", "number"))
        self.builder.doubt(
            "number_column",
            "note",
            "序号自成一格而表头没有“序号”一列，已按序号理解。",
            next((p for h in self.heads for p in h.pieces), None),
        )

    def _align(self, weigher: Weigher, cells: Row) -> tuple[Row, bool]:
        self.ragged = True
        width = len(self.heads)
        trimmed = list(cells)
        if len(trimmed) == width and all(
            not cell or weigher.fit(cell, index) >= 0 for index, cell in enumerate(trimmed)
        ):
            return trimmed, True
        placed, margin = weigher.align(trimmed)
        filled = sum(1 for cell in cells if cell)
        return placed, filled <= width and margin >= 0.5

    def _set_aside(self, line: Line, first: bool) -> bool:
        filled = distinct(line.cells)
        if not filled:
            return True
        if self.repeats_header(line.cells):
            for piece in filled:
                self.page.strip(piece, "换页重复的表头")
            self.builder.doubt("repeated_header", "note", "表头在换页处重复出现，已略去。", filled[0])
            self._broken = True
            return True
        texts = [piece.text for piece in filled]
        if is_total(texts[0]):
            for piece in filled:
                self.page.strip(piece, "合计行")
            return True
        if is_note(texts[0]) and len(filled) == 1:
            self.page.strip(filled[0], "表下注释")
            self._in_notes = True
            return True
        head = number_at_start(texts[0])
        if (
            len(filled) == 1
            and self._in_notes
            and line.cells[0] is filled[0]
            and not (head and head.style in ("part", "han"))
        ):
            self.page.strip(filled[0], "表下注释")
            return True
        reasons = [None if number_at_start(text) else aside_reason(text) for text in texts]
        if all(reasons):
            for piece, reason in zip(filled, reasons, strict=True):
                self.page.strip(piece, reason or "")
            return True
        self._in_notes = False
        return False

    def _lone_heading(self, line: Line, piece: Piece) -> bool:
        """A row of one cell across the table, or of one chapter heading, opens a chapter."""
        positions = [index for index, cell in enumerate(line.cells) if cell is piece]
        across = len(positions) >= max(2, len(line.cells) - 1) and len(line.cells) >= 2
        number = number_at_start(piece.text)
        top = number is not None and number.style in ("part", "han")
        chapter_column = self._index("chapter")
        if across and is_headed_chapter(piece):
            if number and number.style == "bracket_han" and self.builder.chapters and chapter_column is None:
                self.builder.point(piece)
            else:
                self.builder.chapter(piece)
            self._carried = {}
            return True
        if (
            top
            and chapter_column is None
            and positions[0] <= min(1, len(line.cells) - 1)
            and "。" not in piece.text[:-1]
        ):
            self.builder.chapter(piece)
            self._carried = {}
            return True
        return False

    def _numbered_heading(self, line: Line, number: Piece, title: Piece) -> bool:
        """A row 一 | 聚焦重点领域: the chapter's number in the column where measures have 1, 2, 3."""
        column = self._index("number")
        if column is None or self._index("chapter") is not None or len(line.cells) != len(self.heads):
            return False
        texts = [line.cells[i] for i, head in enumerate(self.heads) if head.role in TEXT_ROLES]
        if line.cells[column] is not number or not any(cell is title for cell in texts):
            return False
        across = sum(cell is title for cell in line.cells) >= max(2, len(line.cells) - 2)
        if not _HAN_NUMBER.fullmatch(number.text) and not (across and bare_number(number.text) is not None):
            return False
        if self._han_rows or not is_headed_chapter(title):
            return False
        if _HAN_NUMBER.fullmatch(number.text).group(1) and self.builder.chapters:
            self.builder.point(title, number)
        else:
            self.builder.chapter(title, number)
        self._carried = {}
        return True

    def _row(self, row: Row, after_break: bool) -> None:
        builder = self.builder
        at = {role: self._index(role) for role in (*TEXT_ROLES, "number")}
        cell = {
            role: (row[index] if index is not None and index < len(row) else None)
            for role, index in at.items()
        }
        chapter, point, text, number = (
            cell[role] or None for role in ("chapter", "point", "measure", "number")
        )
        # A cell merged across headings belongs to the innermost: a measure without a key point.
        merged_point = False
        if text is not None and text is point:
            point, merged_point = None, True
        if text is not None and text is chapter:
            chapter = None
        if chapter is not None and chapter is point:
            point = None
        if number is not None and (number is text or number is chapter or number is point):
            number = None
        entry = self._entry(row)
        units = [piece for _, _, piece in entry.units if piece]
        heading_number = number if self._number_of != "measure" else None
        own_number = number if self._number_of == "measure" else None

        opened = False
        torn = after_break and self._is_torn(text, own_number, units, entry)
        if chapter is not None and after_break and self._goes_on(chapter, self._open_chapter(), torn):
            builder.continue_chapter(chapter)
            self._carried[-1], chapter = chapter, None
        if point is not None and after_break and self._goes_on(point, builder.open_point, torn):
            builder.continue_point(point)
            self._carried[-2], point = point, None
        if chapter is not None and chapter is not self._carried.get(-1) and self._is_point(chapter, point):
            point, chapter = chapter, None
        if chapter is not None and chapter is not self._carried.get(-1):
            before = len(builder.chapters)
            builder.chapter(chapter, heading_number if self._number_of == "chapter" else None)
            self._carried[-1] = chapter
            if head := number_at_start(chapter.text):
                self._chapter_rank = head.rank
            opened = len(builder.chapters) > before
            if opened:
                self._carried.pop(-2, None)
        if point is not None and point is not self._carried.get(-2):
            builder.point(point, heading_number if self._number_of == "point" else None)
            self._carried[-2] = point
            opened = True
        elif merged_point:
            builder.no_point()
            self._carried.pop(-2, None)
        if heading_number is not None:
            self.page.keep(heading_number)

        beside = [
            piece
            for piece in (
                *units,
                entry.progress,
                entry.due,
                entry.status,
                entry.basis,
                *entry.extras.values(),
            )
            if piece
        ]
        if text is None:
            if not beside and not (own_number and not opened):
                if own_number:
                    self.page.keep(own_number)
                return
            if builder.last is not None and not opened and own_number is None and beside:
                builder.doubt(
                    "split_row",
                    "warn",
                    "这一行只有部分栏目有字，疑为上一行在换页处断开，已并入上一条。",
                    beside[0],
                    "核对是否为同一条",
                )
                builder.extend(NOTHING, entry)
                return
            builder.measure(NOTHING, entry, own_number)
            return
        if text is self._last_text and builder.last is not None and not opened:
            # One measure merged across rows, each row with its own units or progress.
            if own_number is not None:
                self.page.keep(own_number)
            builder.extend(NOTHING, entry)
            return
        self._last_text = text
        if (
            builder.last is not None
            and not opened
            and own_number is None
            and (torn or self._continues(text, units, entry, after_break))
        ):
            builder.doubt(
                "split_row",
                "note" if torn else "warn",
                "这一行疑为上一行在换页处断开的后半部分，已并入上一条。",
                text,
                "核对是否为同一条",
            )
            builder.extend(text, entry, torn=torn)
            return
        builder.measure(text, entry, own_number)

    def _open_chapter(self) -> Chapter | None:
        return self.builder.chapters[-1] if self.builder.chapters else None

    def _is_point(self, piece: Piece, point: Piece | None) -> bool:
        """Whether a cell in the chapters' column is a point: （一） below chapters numbered 一、."""
        number = number_at_start(piece.text)
        return (
            point is None
            and number is not None
            and number.style in ("bracket_han", "section")
            and self._chapter_rank is not None
            and number.rank > self._chapter_rank
        )

    @staticmethod
    def _goes_on(piece: Piece, before: Chapter | Point | None, torn: bool) -> bool:
        """Whether a heading below a page break is the rest of the one above it: it lacks the number that one has."""
        if before is None or number_at_start(piece.text) or not before.raw:
            return False
        same = re.sub(r"\s+", "", piece.text) in (re.sub(r"\s+", "", before.raw), re.sub(r"\s+", "", before.title))
        return not same and (before.number is not None or torn) and not before.raw.endswith(("。", "；"))

    def _is_torn(self, text: Piece | None, number: Piece | None, units: list[Piece], entry: Entry) -> bool:
        """Whether the row below a page break is the rest of the row above it.

        Rows counted by 序号 lack the number; others go on with a sentence that had not ended, where
        the sentences of this paper do end.
        """
        before = self.builder.last
        if before is None or not before.texts or number is not None or text is None:
            return False
        if number_at_start(text.text) or before.texts[-1].endswith(tuple("。；;！？!?")):
            return False
        if self._index("number") is not None and self._number_of == "measure" and before.number is not None:
            return True
        told = [m for chapter in self.builder.chapters for m in chapter.all_measures() if m is not before and m.texts]
        ended = sum(m.texts[-1].endswith(tuple("。；;！？!?")) for m in told)
        return ended >= 0.7 * len(told) if told else not units and not entry.due

    def _continues(self, text: Piece, units: list[Piece], entry: Entry, after_break: bool) -> bool:
        """Whether a row goes on with the row before it rather than standing for itself."""
        before = self.builder.last
        if before is None or number_at_start(text.text) or not before.texts:
            return False
        ended = before.texts[-1].endswith(tuple("。；;！？!?：:”）)…"))
        numbered = (
            self._index("number") is not None and self._number_of == "measure" and before.number is not None
        )
        if numbered:
            return not ended or after_break or not units
        return not ended and not units and not entry.due and (after_break or bool(before.responsibility))

    def _led_anew(self, row: Row, head: Head) -> bool:
        """Whether a row names its own lead, so that who helped the row above does not help here unsaid."""
        return head.role == "support" and any(
            cell and other.role in ("lead", "responsible") for cell, other in zip(row, self.heads, strict=False)
        )

    def _entry(self, row: Row) -> Entry:
        entry = Entry()
        text_at = self._index("measure") or 0
        seen: list[Piece] = []
        progress: list[tuple[str, Piece]] = []
        for index, head in enumerate(self.heads):
            piece = (row[index] if index < len(row) else None) or NOTHING
            if head.role in TEXT_ROLES or head.role == "number":
                if piece:
                    seen.append(piece)
                continue
            if piece and any(piece is held for held in seen):
                piece = NOTHING
            elif piece:
                seen.append(piece)
            if head.role in UNIT_ROLES:
                entry.has_units = True
                if not piece and index < text_at and index in self._carried and not self._led_anew(row, head):
                    piece = self._carried[index]
                    self.builder.doubt(
                        "carried_unit",
                        "note",
                        f"“{head.heading}”一格为空，且该列在任务之前，按合并单元格沿用“{piece.text}”。",
                        next((c for c in row if c), None),
                    )
                elif piece:
                    self._carried[index] = piece
                role = None if head.role == "responsible" else head.role
                entry.units.append((role, head.heading, piece))  # type: ignore[arg-type]
            elif head.role == "progress":
                progress.append((head.heading, piece))
            elif head.role in ("due", "status", "basis"):
                held = getattr(entry, head.role)
                setattr(entry, head.role, piece if not held else held.joined(piece))
            elif head.heading or piece:
                key = head.heading or f"第{index + 1}列"
                entry.extras[key] = entry.extras[key].joined(piece) if entry.extras.get(key) else piece
        if progress:
            whole = progress[0][1]
            for _, piece in progress[1:]:
                whole = whole.joined(piece)
            entry.progress = whole
        return entry


def plausible_without_header(rows: Sequence[Row]) -> list[Head] | None:
    """Columns guessed for a table without header, if a task and a unit column show clearly."""
    width = max((len(row) for row in rows), default=0)
    if width < 2 or sum(1 for row in rows if distinct(row)) < 2:
        return None
    heads = guess_heads(rows, width)
    roles = [head.role for head in heads]
    tasks = [index for index, role in enumerate(roles) if role == "measure"]
    long = any(
        len(row[index].text) >= 8 for index in tasks for row in rows if index < len(row) and row[index]
    )
    return heads if "responsible" in roles and tasks and long else None


def looks_like_chapter_paragraph(piece: Piece) -> bool:
    number = number_at_start(piece.text)
    return (
        number is not None
        and number.style in ("part", "han")
        and len(piece.text) <= 80
        and "。" not in piece.text[:-1]
        and look_at(piece.text).units < 0.6
    )
