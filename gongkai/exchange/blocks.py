"""What every reader hands over: paragraphs and grids of cells, each with the place it was found.

A place is Chinese and made for a clerk who has the file open: 表1第3行第2列, 工作表“分工”B7,
第2页, 第15行. It is kept with every block so that each error sentence can say where.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as written. ``row`` and ``column`` count from 0 within its grid."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    place: str = ""


@dataclass(slots=True)
class Grid:
    """Rows of cells, rectangular or ragged; ``None`` where a merged cell covers the position."""

    cells: list[list[Cell | None]]
    place: str

    def rows(self, *, carry: bool = True) -> list[list[str]]:
        """The texts row by row, padded to a rectangle.

        With ``carry`` a merged cell's text stands at every position it covers; without it, only
        at its first position, and the covered positions are empty.
        """
        width = self.width
        texts = [[""] * width for _ in self.cells]
        for line in self.cells:
            for cell in line:
                if cell is None:
                    continue
                down = cell.rowspan if carry else 1
                across = cell.colspan if carry else 1
                for row in range(cell.row, min(cell.row + down, len(texts))):
                    for column in range(cell.column, min(cell.column + across, width)):
                        texts[row][column] = cell.text
        return texts

    @property
    def width(self) -> int:
        return max((len(line) for line in self.cells), default=0)

    def at(self, row: int, column: int) -> Cell | None:
        """The cell standing at a position, also when a merged cell covers it; else ``None``."""
        if row < 0 or column < 0 or row >= len(self.cells):
            return None
        if column < len(self.cells[row]) and self.cells[row][column] is not None:
            return self.cells[row][column]
        for line in self.cells[: row + 1]:
            for cell in line:
                if (
                    cell is not None
                    and cell.row <= row < cell.row + cell.rowspan
                    and cell.column <= column < cell.column + cell.colspan
                ):
                    return cell
        return None

    def is_blank(self) -> bool:
        return not any(cell and cell.text.strip() for line in self.cells for cell in line)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph or line; ``level`` is the heading level (1 the highest) when the format says so."""

    text: str
    place: str
    level: int | None = None


@dataclass(slots=True)
class Source:
    """A file as read: its blocks in reading order and its whole plain text."""

    name: str
    kind: str
    blocks: list[Paragraph | Grid]
    text: str
    warnings: list[str] = field(default_factory=list)


class Unreadable(Exception):
    """A file that cannot be read; ``sentence`` says what, where and what to do, in Chinese."""

    def __init__(self, sentence: str, code: str = "unreadable") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
