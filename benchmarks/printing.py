"""Tables as text, in columns that line up where Chinese characters are two wide."""

from __future__ import annotations

import math
from collections.abc import Sequence


def columns(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(_width(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)


def span(seconds: float | None) -> str:
    """A time as people read it."""
    if seconds is None:
        return "–"
    return f"{seconds:,.2f} s" if seconds >= 1 else f"{seconds * 1000:,.1f} ms" if seconds >= 0.001 else f"{seconds * 1e6:,.1f} µs"


def p99(spent: Sequence[float]) -> float:
    """What ninety-nine of a hundred took no longer than, by nearest rank: of a hundred, the slowest but one."""
    return sorted(spent)[math.ceil(len(spent) * 0.99) - 1]


def times(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"
