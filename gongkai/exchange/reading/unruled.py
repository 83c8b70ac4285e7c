"""Tables of a PDF page that have no ruled lines: columns by where words begin, rows by where cells begin anew.

Cells are taken to begin at the top of their row, as word processors set them. What does not fit is left
to be read as lines, and what was read this way is said in a warning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gongkai.exchange.blocks import Cell, Grid

_NEAR = 4.0  # points; words beginning closer than this begin in the same column
_HEADING = 12  # characters of the longest heading of a column
_LEAST = 3  # columns; fewer look like text set in two columns


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters without a gap. Offsets in points from the top left of the page."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


@dataclass(slots=True)
class Columns:
    """Where the columns of a table begin, kept for the next page."""

    starts: list[float]
    right: float = 0.0


@dataclass(slots=True)
class Found:
    """The table of a page: its grid and the lines it takes up, first and last."""

    grid: Grid
    first: int
    last: int
    columns: Columns = field(default_factory=lambda: Columns([]))


def lines_of(words: Sequence[Word]) -> list[list[Word]]:
    """Words by line from the top, each line from the left."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.top, w.left)):
        if lines and abs(lines[-1][0].top - word.top) < (word.bottom - word.top) / 2:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda w: w.left) for line in lines]


def find_unruled(lines: Sequence[list[Word]], place: str, before: Columns | None) -> Found | None:
    """The table among the lines of a page, or None. ``before`` are the columns the page above ended with."""
    if before is not None and (found := _table(lines, 0, before, place)):
        return found
    for index, line in enumerate(lines):
        if len(line) < _LEAST or any(len(word.text) > _HEADING for word in line):
            continue
        columns = Columns([word.left for word in line])
        # Headings are often centred; the cells below begin where most of their words do.
        if found := _table(lines, index, columns, place):
            return found
    return None


def _column(columns: Columns, word: Word) -> int | None:
    for index, start in enumerate(columns.starts):
        if abs(word.left - start) <= _NEAR:
            following = columns.starts[index + 1] if index + 1 < len(columns.starts) else None
            return index if following is None or word.right <= following + 1 else None
    return None


def _table(lines: Sequence[list[Word]], first: int, columns: Columns, place: str) -> Found | None:
    rows: list[list[str]] = []
    held: dict[int, Word] = {}  # the last line's words by column
    open_row: dict[int, int] = {}  # column → the row its cell began in
    widest = [0.0] * len(columns.starts)
    taken: list[dict[int, Word]] = []
    last = first - 1
    for line in lines[first:]:
        placed = {column: word for word in line if (column := _column(columns, word)) is not None}
        if len(placed) != len(line):
            break
        taken.append(placed)
        for column, word in placed.items():
            widest[column] = max(widest[column], word.right)
        last += 1
    if len(taken) < 3 or sum(len(placed) > 1 for placed in taken) * 3 < len(taken):
        return None

    def full(column: int, word: Word) -> bool:
        return word.right >= widest[column] - 1.5 * (word.bottom - word.top)

    for placed in taken:
        begins = not rows or any(
            column not in held or not full(column, held[column]) for column in placed
        )
        if begins:
            rows.append([""] * len(columns.starts))
        for column, word in placed.items():
            goes_on = column in held and full(column, held[column]) and len(rows) > 1 and begins
            if not goes_on and begins:
                open_row[column] = len(rows) - 1
            row = open_row.get(column, len(rows) - 1)
            rows[row][column] += word.text
        held = placed
    if len(rows) < 2:
        return None
    cells: list[list[Cell | None]] = [
        [
            Cell(text, row, column, place=f"{place}第{row + 1}行第{column + 1}列")
            for column, text in enumerate(texts)
        ]
        for row, texts in enumerate(rows)
    ]
    return Found(Grid(cells, place), first, last, columns)
