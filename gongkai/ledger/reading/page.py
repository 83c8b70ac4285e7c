"""A source laid out as one text, where every character is accounted for.

Plain text keeps its own offsets. Tables and paragraphs of a document are laid one after the other,
each keeping its label, so that all readers work with the same thing: pieces of one text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gongkai.exchange.blocks import Cell, Grid, Paragraph, Source

from .draft import Place, Stripped

# What separates cells is neither read nor lost.
_RULES = re.compile(r"[\s|｜│┃‖┆¦\ufeff\u200b-\u200f\u00ad]+")
_UNMARKED = re.compile(rb"\x00+")
_TREE, _ASIDE, _SIGN = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of a page, with its offsets; ``more`` are the pieces joined to it, in order."""

    text: str
    start: int
    end: int
    more: tuple[Piece, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)

    def joined(self, other: Piece, glue: str = "\n") -> Piece:
        """Both pieces as one; an empty one adds nothing."""
        if not other.text:
            return self
        if not self.text:
            return other
        return Piece(f"{self.text}{glue}{other.text}", self.start, self.end, (*self.more, other))


class Page:
    """One text with labels, and a mark on each character that has been placed."""

    def __init__(self, text: str, labels: Sequence[tuple[int, str]] | None = None) -> None:
        self.text = text
        self.exact = labels is None
        self._starts = [start for start, _ in labels] if labels is not None else self._line_starts(text)
        self._labels = [label for _, label in labels] if labels is not None else None
        self._marks = bytearray(len(text))
        self.stripped: list[Stripped] = []

    @staticmethod
    def _line_starts(text: str) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", text))]

    @classmethod
    def of_blocks(cls, source: Source) -> tuple[Page, list[Piece | PieceGrid]]:
        """The page of a document, and its blocks as pieces in reading order."""
        parts: list[str] = []
        labels: list[tuple[int, str]] = []
        blocks: list[Piece | PieceGrid] = []
        at = 0

        def lay(text: str, label: str) -> Piece:
            nonlocal at
            labels.append((at, label))
            parts.append(text + "\n")
            lead = len(text) - len(text.lstrip())
            body = text.strip()
            piece = Piece(body, at + lead, at + lead + len(body))
            at += len(text) + 1
            return piece

        for block in source.blocks:
            if isinstance(block, Paragraph):
                blocks.append(lay(block.text, block.place))
                continue
            pieces: dict[int, Piece] = {}
            for line in block.cells:
                for cell in line:
                    if cell is not None and id(cell) not in pieces:
                        label = cell.place or f"{block.place}第{cell.row + 1}行第{cell.column + 1}列"
                        pieces[id(cell)] = lay(cell.text, label)
            blocks.append(PieceGrid.of(block, pieces))
        return cls("".join(parts), labels or [(0, source.name)]), blocks

    # -- pieces ---------------------------------------------------------------------------------------------------

    def piece(self, start: int, end: int) -> Piece:
        """The text between two offsets without the blanks around it."""
        raw = self.text[start:end]
        lead = len(raw) - len(raw.lstrip())
        body = raw.strip()
        return Piece(body, start + lead, start + lead + len(body))

    def place(self, piece: Piece) -> Place:
        label = self._label(piece.start)
        last = self._label(max(piece.start, piece.end - 1))
        if self._labels is None and label != last:
            label = f"{label}至{last}"
        elif self._labels is None:
            # A page flattened into one line is found by counting characters, not lines.
            line = self._starts[bisect_right(self._starts, piece.start) - 1]
            if piece.start - line > 200:
                label = f"{label}第{piece.start - line + 1}字"
        if not self.exact:
            return Place(label)
        return Place(label, piece.start, piece.end)

    def _label(self, offset: int) -> str:
        index = max(0, bisect_right(self._starts, offset) - 1)
        return f"第{index + 1}行" if self._labels is None else self._labels[index]

    # -- marks ----------------------------------------------------------------------------------------------------

    def _mark(self, piece: Piece, value: int) -> None:
        self._marks[piece.start : piece.end] = bytes([value]) * (piece.end - piece.start)
        for other in piece.more:
            self._mark(other, value)

    def keep(self, piece: Piece) -> Piece:
        """Mark a piece as standing in the draft."""
        self._mark(piece, _TREE)
        return piece

    def strip(self, piece: Piece, reason: str) -> None:
        """Set a piece aside, with the reason. Neighbouring pieces set aside for one reason become one."""
        if not piece.text:
            return
        for lone in (piece, *piece.more):
            text = self.text[lone.start : lone.end]
            previous = self.stripped[-1] if self.stripped else None
            if (
                self.exact
                and previous
                and previous.reason == reason
                and previous.place.end is not None
                and previous.place.end <= lone.start
                and not self.text[previous.place.end : lone.start].strip()
            ):
                start = previous.place.start or 0
                whole = self.piece(start, lone.end)
                self.stripped[-1] = Stripped(whole.text, reason, self.place(whole))
            else:
                self.stripped.append(Stripped(text.strip(), reason, self.place(replace(lone, more=()))))
            self._marks[lone.start : lone.end] = bytes([_ASIDE]) * (lone.end - lone.start)

    def sign(self, start: int, end: int) -> None:
        """Mark separators: commas and quotes of a csv file, rules of a table."""
        self._marks[start:end] = bytes([_SIGN]) * (end - start)

    def unmarked(self, start: int = 0, end: int | None = None) -> list[Piece]:
        """What nobody has placed yet, line by line, without separators."""
        stop = len(self.text) if end is None else end
        found: list[Piece] = []
        for match in _UNMARKED.finditer(self._marks, start, stop):
            at = match.start()
            for line in self.text[match.start() : match.end()].split("\n"):
                piece = self.piece(at, at + len(line))
                if piece and not _RULES.fullmatch(piece.text):
                    found.append(piece)
                at += len(line) + 1
        return found

    def coverage(self) -> float:
        """The share of printed characters that are in the draft or were set aside with a reason."""
        printed = sum(len(run) for run in _RULES.split(self.text))
        missing = sum(len(run) for piece in self.unmarked() for run in _RULES.split(piece.text))
        return 1.0 if not printed else round((printed - missing) / printed, 6)


@dataclass(slots=True)
class PieceGrid:
    """A grid of pieces. A merged cell is the same piece at every position it covers."""

    rows: list[list[Piece | None]]
    place: str
    ragged: bool

    @classmethod
    def of(cls, grid: Grid, pieces: dict[int, Piece]) -> PieceGrid:
        width = max(
            [
                grid.width,
                *(
                    cell.column + cell.colspan
                    for line in grid.cells
                    for cell in line
                    if cell is not None and cell.colspan < 200
                ),
            ],
            default=0,
        )
        rows: list[list[Piece | None]] = [[None] * width for _ in grid.cells]
        for line in grid.cells:
            for cell in line:
                if cell is not None:
                    cls._fill(rows, cell, pieces[id(cell)], width)
        ragged = any(len(line) != grid.width for line in grid.cells if any(line))
        return cls(rows, grid.place, ragged)

    @staticmethod
    def _fill(rows: list[list[Piece | None]], cell: Cell, piece: Piece, width: int) -> None:
        for row in range(cell.row, min(cell.row + max(1, cell.rowspan), len(rows))):
            for column in range(cell.column, min(cell.column + max(1, cell.colspan), width)):
                if rows[row][column] is None or (row, column) == (cell.row, cell.column):
                    rows[row][column] = piece

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    def is_blank(self) -> bool:
        return not any(piece for row in self.rows for piece in row)
