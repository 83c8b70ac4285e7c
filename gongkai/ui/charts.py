"""Charts as SVG: bars with their names and numbers written out, so that they say the same without colour.

Pure. Nothing is scaled but the length of a bar; the title says the whole chart in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

FONT = "Noto Sans SC"
# Two stand beside each other on a page of A4, where this size of letters is still read easily.
_WIDE, _LINE, _LEFT, _RIGHT = 440, 30, 150, 72


def plain(number: Decimal | int) -> str:
    """A number as a chart writes it: no trailing zeros, no separators."""
    number = Decimal(number)
    return format(number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize(), "f")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: what it is called, its names with their numbers, and whether the bars stand (a year of months) or lie."""

    key: str
    title: str
    rows: tuple[tuple[str, Decimal | int], ...]
    unit: str = "件"
    upright: bool = False

    @property
    def words(self) -> str:
        """The chart in one line."""
        return "，".join(f"{name}{plain(number)}{self.unit}" for name, number in self.rows)

    @property
    def svg(self) -> str:
        return _upright(self) if self.upright else _lying(self)


def _open(chart: Chart, height: int) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {_WIDE} {height}" width="{_WIDE}" height="{height}" role="img" aria-labelledby="chart-{chart.key}" font-family="{FONT}" font-size="15" fill="currentColor">',
        f'<title id="chart-{chart.key}">{escape(chart.title)}：{escape(chart.words)}</title>',
    ]


def _lying(chart: Chart) -> str:
    most = max(float(number) for _, number in chart.rows) or 1
    room = _WIDE - _LEFT - _RIGHT
    parts = _open(chart, len(chart.rows) * _LINE + 8)
    for n, (name, number) in enumerate(chart.rows):
        y, length = n * _LINE + 6, round(float(number) / most * room, 1)
        parts.append(f'<text x="{_LEFT - 10}" y="{y + 16}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<rect x="{_LEFT}" y="{y}" width="{length}" height="20" fill-opacity="0.55"/>')
        parts.append(f'<text x="{_LEFT + length + 8}" y="{y + 16}">{plain(number)}{chart.unit}</text>')
    parts.append(f'<path d="M{_LEFT} 0V{len(chart.rows) * _LINE + 6}" stroke="currentColor" fill="none"/></svg>')
    return "".join(parts)


def _upright(chart: Chart) -> str:
    most = max(float(number) for _, number in chart.rows) or 1
    step, top, foot = _WIDE / len(chart.rows), 24, 150
    parts = _open(chart, foot + 28)
    for n, (name, number) in enumerate(chart.rows):
        tall = round(float(number) / most * (foot - top), 1)
        middle = round(n * step + step / 2, 1)
        parts.append(f'<rect x="{round(n * step + step * 0.2, 1)}" y="{foot - tall}" width="{round(step * 0.6, 1)}" height="{tall}" fill-opacity="0.55"/>')
        parts.append(f'<text x="{middle}" y="{foot - tall - 6}" text-anchor="middle">{plain(number)}</text>')
        parts.append(f'<text x="{middle}" y="{foot + 20}" text-anchor="middle">{escape(name)}</text>')
    parts.append(f'<path d="M0 {foot}H{_WIDE}" stroke="currentColor" fill="none"/></svg>')
    return "".join(parts)
