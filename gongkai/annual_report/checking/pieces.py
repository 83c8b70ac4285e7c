"""Figures in running text as the pieces they are written in, and the cells that pieces are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gongkai.annual_report.checking import splitting
from gongkai.annual_report.checking.cells import Kind, Value, known, read_cell

_NOTHING = r"(?<![^\s\d/无])无(?!\s*[正法])(?=[\s\d/无]|$)"  # “无” for a cell, not the first letter of 无法 or 无正当理由
_SLIPPED = r"(?<!\S)(?:[-—–]{1,3}|[OoIl〇○|][\dOoIl〇○|]*|\d+[OoIl〇○SBZ][\dOoIl〇○SBZ]*|[SBZ]+\d[\dOoIl〇○SBZ]*)(?!\S)"
_FIGURE = r"\d[\d,]*(?:\.\d+)?"
_SIGNED = re.compile(rf"{_SLIPPED}|{_NOTHING}|[+-]?{_FIGURE}|[/\\]")  # where a figure may be a change
PIECE = re.compile(rf"{_SLIPPED}|{_NOTHING}|(?<![\d-])[+-]{_FIGURE}|{_FIGURE}|[/\\]|(?<=[\d—])—|—(?=[\d—])|(?<=[\d-])-|-(?=-)")
EMPTY = frozenset("/\\—-无")  # pieces that are a cell by themselves and stand for nothing
#: Days and years that heads and feet of pages leave between the rows.
_DATE = re.compile(r"(?<!\d)20[12]\d(?:年度?(?:\d{1,2}月(?:\d{1,2}日)?)?|([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)(?:\s+\d{1,2}:\d\d(?::\d\d)?)?)")
WIDE = 2_000  # no row of figures, label and all, is longer


def loose(words: str) -> str:
    """A pattern for words that may be broken by white space anywhere."""
    return r"\s*".join(re.escape(c) for c in words)


def pieces_of(stretch: str, *, signed: bool = False) -> tuple[list[str], str]:
    """The figures of a stretch as written pieces, and its words. `signed` where a figure may be a change and have run into a sign."""
    stretch = _DATE.sub(lambda m: " " * len(m[0]), stretch)
    without = re.sub(r"[(][^()]{0,60}[)]", lambda m: m[0] if re.search(r"\d", m[0]) else "·" * len(m[0]), stretch)
    pieces = [m[0] for m in (_SIGNED if signed else PIECE).finditer(without)]
    words = "".join(c for c in stretch if "\u3400" <= c <= "\u9fff")
    return pieces, words


def figures_of(pieces: Sequence[str]) -> list[str]:
    """Pieces to be cut, what stands for nothing as the 0 it counts as."""
    return ["0" if piece in EMPTY else piece for piece in pieces]


def length(pieces: Sequence[str]) -> int:
    """How many digits and marks, without the commas of thousands."""
    return sum(len(piece.replace(",", "")) for piece in pieces)


def cells_of(pieces: Sequence[str], way: splitting.Parts) -> list[Value]:
    """The cells of a row cut in one way; a mark that stands for nothing stays what was written."""
    if len(pieces) == len(way):
        return [read_cell(piece) for piece in pieces]
    values, left = [], list(pieces)
    for number in way:
        if left and left[0] in EMPTY:
            values.append(read_cell(left.pop(0)))
            continue
        values.append(known(number))
        digits = len(str(number))
        while left and digits > 0:
            digits -= 1
            left[0] = left[0][1:].lstrip(",")
            if not left[0]:
                left.pop(0)
    return values


def one_of(run: str, numbers: list[int]) -> Value:
    """A cell that may be any of these numbers; the number where they are one."""
    different = tuple(sorted(set(numbers)))
    return known(different[0]) if len(different) == 1 else Value(run, None, Kind.UNSURE, candidates=different)


def spread(values: list[Value], width: int) -> list[Value]:
    """Fewer than seven values on seven places: the last is the total, the blanks are left of it."""
    return [*values[:-1], *[Value("", None, Kind.BLANK)] * (7 - width), values[-1]]
