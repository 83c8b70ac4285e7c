"""The statutory tables as placed cells: which label or number stands where and how many rows and columns it covers.

Every document draws these grids, so that the web page, Word, PDF and the workbook have the form's merged cells alike.
Pure: no numbers are made here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gongkai.ledger.tokens import plain

from .forms import Form
from .tables import Number

#: A head short enough to be words in a row, with the number it may begin with.
_HEAD = re.compile(r"((?:（[一二三四五六七八九]）|[一二三四五六七八九]、)?)([\u3400-\u9fff]{2,8})")


@dataclass(frozen=True, slots=True)
class Placed:
    """One cell: where it begins, what it covers, what it says. `key` names the number in it; `scope` is a label's, for a web page."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    key: str = ""
    scope: str = ""

    @property
    def is_number(self) -> bool:
        return bool(self.key)

    @property
    def folded(self) -> str:
        """The text as a narrow column has it: a head of four or six characters folds between words, which are of two."""
        fits = self.scope != "col" or self.columns > 1 or len(self.text) not in (4, 6)
        return self.text if fits else "\n".join(self.text[n : n + 2] for n in range(0, len(self.text), 2))

    @property
    def words(self) -> list[str]:
        """The pieces between which a web page may fold a head: its number, then words of two, the first of three where they are odd."""
        if self.is_number or self.scope == "row" or not (found := _HEAD.fullmatch(self.text)):
            return [self.text]
        number, rest = found.groups()
        odd = 3 if len(rest) % 2 else 0
        return [
            piece
            for piece in (number, rest[:odd], *(rest[n : n + 2] for n in range(odd, len(rest), 2)))
            if piece
        ]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its cells in reading order, and how wide its columns are beside each other."""

    key: str
    title: str
    widths: tuple[float, ...]
    cells: tuple[Placed, ...]
    heads: int

    @property
    def height(self) -> int:
        return max(cell.row + cell.rows for cell in self.cells)

    @property
    def lines(self) -> list[list[Placed]]:
        """The cells that begin in each row, left to right."""
        lines: list[list[Placed]] = [[] for _ in range(self.height)]
        for cell in sorted(self.cells, key=lambda one: one.column):
            lines[cell.row].append(cell)
        return lines


def grids(form: Form, cells: Mapping[str, Number]) -> dict[int, Grid]:
    """Tables two, three and four by the number of their section."""
    return {2: table_two(form, cells), 3: table_three(form, cells), 4: table_four(form, cells)}


def _number(cells: Mapping[str, Number], key: str, row: int, column: int, columns: int = 1) -> Placed:
    return Placed(row, column, shown(cells.get(key)), 1, columns, key)


def shown(number: Number | None) -> str:
    """A number as the table writes it; a blank stays blank."""
    return "" if number is None else plain(number)


def table_two(form: Form, cells: Mapping[str, Number]) -> Grid:
    """A band for each item of 条例 20, four columns wide throughout."""
    wide = max(len(block.columns) for block in form.table_two.blocks)
    found, row = [], 0
    for block in form.table_two.blocks:
        found.append(Placed(row, 0, block.label, 1, wide + 1, scope="colgroup"))
        found.append(Placed(row + 1, 0, form.table_two.corner, scope="col"))
        spans = _spread(wide, len(block.columns))
        at = 1
        for column, span in zip(block.columns, spans, strict=True):
            found.append(Placed(row + 1, at, column.label, 1, span, scope="col"))
            at += span
        row += 2
        for line in block.rows:
            found.append(Placed(row, 0, line.label, scope="row"))
            at = 1
            for column, span in zip(block.columns, spans, strict=True):
                found.append(_number(cells, f"two/{block.key}/{line.key}/{column.key}", row, at, span))
                at += span
            row += 1
    return Grid("two", form.table_two.title, (1.3, *(1.0 for _ in range(wide))), tuple(found), 0)


def _spread(wide: int, parts: int) -> list[int]:
    """How many columns each of some cells covers when they share the width; the last takes what is left."""
    each = wide // parts
    return [each] * (parts - 1) + [wide - each * (parts - 1)]


LABELS = 3  # columns of labels in table three


def table_three(form: Form, cells: Mapping[str, Number]) -> Grid:
    three = form.table_three
    found = [Placed(0, 0, three.corner, 3, LABELS, scope="col"), Placed(0, LABELS, three.columns_label, 1, len(three.columns), scope="colgroup")]
    for n, column in enumerate(three.columns):
        if column.under:
            if n == 0 or three.columns[n - 1].under != column.under:
                group = next(one for one in three.column_groups if one.key == column.under)
                found.append(Placed(1, LABELS + n, group.label, 1, sum(one.under == column.under for one in three.columns), scope="colgroup"))
            found.append(Placed(2, LABELS + n, column.label, scope="col"))
        else:
            found.append(Placed(1, LABELS + n, column.label, 2, scope="col"))
    begun: set[str] = set()
    for at, row in enumerate(three.rows, 3):
        path = three.path(row)
        for depth, group in enumerate(path):
            if group.key not in begun:
                begun.add(group.key)
                found.append(Placed(at, depth, group.label, len(three.rows_under(group.key)), scope="rowgroup"))
        found.append(Placed(at, len(path), row.label, 1, LABELS - len(path), scope="row"))
        found += [_number(cells, f"three/{row.key}/{column.key}", at, LABELS + n) for n, column in enumerate(three.columns)]
    return Grid("three", three.title, (0.75, 1.25, 3.6, *(0.95 for _ in three.columns)), tuple(found), 3)


def table_four(form: Form, cells: Mapping[str, Number]) -> Grid:
    """Three rows of labels over one of numbers; 行政诉讼 has a level of labels that 行政复议 has not."""
    four = form.table_four
    found, at, begun = [], 0, set()
    width = len(four.columns)
    for group in four.groups:
        if group.under:
            if group.under not in begun:
                begun.add(group.under)
                found.append(Placed(0, at, group.under, 1, width * sum(one.under == group.under for one in four.groups), scope="colgroup"))
            found.append(Placed(1, at, group.label, 1, width, scope="colgroup"))
        else:
            found.append(Placed(0, at, group.label, 1, width, scope="colgroup"))
        for n, column in enumerate(four.columns):
            found.append(Placed(2 if group.under else 1, at + n, column.label, 1 if group.under else 2, scope="col"))
            found.append(_number(cells, f"four/{group.key}/{column.key}", 3, at + n))
        at += width
    return Grid("four", four.title, tuple(1.0 for _ in range(at)), tuple(found), 3)
