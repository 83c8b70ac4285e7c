"""Tables of a PDF page that have no ruled lines: columns by where words begin, rows by where cells begin anew.

Cells are taken to begin at the top of their row, as word processors set them. What does not fit is left
to be read as lines, and what was read this way is said in a warning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gongkai.exchange.blocks import Cell, Grid

_NEAR = 4.0  # points; words beginning closer than this begin in the same column
_HEADING = 12  # characters of the longest heading of a column
_PADDING = 11.0  # points between two cells
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


@dataclass(slots=True)
class Found:
    """A table of a page: its grid and the lines it takes up, first and last."""

    grid: Grid
    first: int
    last: int
    columns: Columns


def lines_of(words: Sequence[Word]) -> list[list[Word]]:
    """Words by line from the top, each line from the left."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.top, w.left)):
        if lines and abs(lines[-1][0].top - word.top) < (word.bottom - word.top) / 2:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda w: w.left) for line in lines]


def find_unruled(lines: Sequence[list[Word]], page: str, before: Columns | None) -> list[Found]:
    """The tables among the lines of a page. ``before`` are the columns the page above ended with."""
    tables: list[Found] = []
    if before is not None and (found := _table(lines, 0, before, f"{page}表1")):
        tables.append(found)
    index = tables[0].last + 1 if tables else 0
    while index < len(lines):
        line = lines[index]
        found = None
        if len(line) >= _LEAST and all(len(word.text) <= _HEADING for word in line):
            found = _table(lines, index, Columns([word.left for word in line]), f"{page}表{len(tables) + 1}")
        if found:
            tables.append(found)
        index = found.last + 1 if found else index + 1
    return tables


def _column(columns: Columns, word: Word) -> int | None:
    for index, start in enumerate(columns.starts):
        if abs(word.left - start) <= _NEAR:
            following = columns.starts[index + 1] if index + 1 < len(columns.starts) else None
            return index if following is None or word.right <= following + 1 else None
    return None


def _table(lines: Sequence[list[Word]], first: int, columns: Columns, place: str) -> Found | None:
    rows: list[list[str]] = []
    taken: list[dict[int, Word]] = []
    last = first - 1
    for line in lines[first:]:
        placed = {column: word for word in line if (column := _column(columns, word)) is not None}
        if len(placed) != len(line):
            break
        taken.append(placed)
        last += 1
    if len(taken) < 3 or sum(len(placed) > 1 for placed in taken) * 6 < len(taken):
        return None

    widest = max((word.right for placed in taken for word in placed.values()), default=0.0)

    def full(column: int, word: Word) -> bool:
        # A comma that may not begin a line takes the letter before it down with it.
        size = word.bottom - word.top
        if column + 1 < len(columns.starts):
            return columns.starts[column + 1] - word.right < _PADDING + 2 * size
        return len(word.text) > 4 and word.right >= widest - 1.2 * size

    starts: list[bool] = []
    held: dict[int, Word] = {}  # the words of the line above, by column
    for placed in taken:
        starts.append(
            not held
            or any(column not in held or len(placed) > 1 and not full(column, held[column]) for column in placed)
        )
        held = placed
    # A column that some rows leave blank holds merged cells, which go on beside rows beginning at their right.
    merged = {
        column
        for column in range(len(columns.starts))
        if any(start and column not in placed for start, placed in zip(starts, taken, strict=True))
    }
    held = {}
    open_row: dict[int, int] = {}  # column → the row its cell began in
    for start, placed in zip(starts, taken, strict=True):
        if start:
            rows.append([""] * len(columns.starts))
        for column, word in placed.items():
            goes_on = column in merged and column in held and 0 < open_row[column] and full(column, held[column])
            if start and not goes_on:
                open_row[column] = len(rows) - 1
            rows[open_row.setdefault(column, len(rows) - 1)][column] += word.text
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
