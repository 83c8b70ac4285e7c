"""Charts of the report as SVG: bars with their names and numbers written out, so that they say the same without colour.

Pure. What is drawn are numbers of the report; nothing is scaled but the length of a bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from gongkai.ledger.tokens import plain

from .forms import Form
from .tables import Number

FONT = "Noto Sans SC"
_WIDE, _LINE, _LEFT, _RIGHT = 640, 30, 190, 90


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: what it is called, its names with their numbers, and whether the bars stand (a year of months) or lie."""

    key: str
    title: str
    rows: tuple[tuple[str, Number], ...]
    unit: str = "件"
    upright: bool = False

    @property
    def words(self) -> str:
        """The chart in one line."""
        return "，".join(f"{name}{plain(number)}{self.unit}" for name, number in self.rows)

    @property
    def svg(self) -> str:
        return _upright(self) if self.upright else _lying(self)


def charts(form: Form, numbers: Mapping[str, Number], months: Sequence[int]) -> list[Chart]:
    """The report's charts; one without a number to show is left out."""
    three = form.table_three
    flows = [(label, numbers.get(f"three/{key}/total")) for label, key in (("本年新收", "new_received"), ("上年结转", "carried_over"), ("本年办结", "total_processed"), ("结转下年度", "carried_forward"))]
    results = [("予以公开", numbers.get("three/granted/total")), ("部分公开", numbers.get("three/partial/total"))]
    results += [(group.label.partition("）")[2], numbers.get(f"three/{group.key}")) for group in three.groups if group.key not in ("results", "otherwise")]
    results += [("其他处理", numbers.get("three/otherwise"))]
    proactive = [
        (label, numbers.get(key))
        for label, key in (
            ("网站发布文章", "publishing.articles"), ("公开规范性文件", "documents.normative_published"), ("政策解读", "documents.interpretations"),
            ("惠企政策更新", "benefits.updated"), ("公开征求意见", "consultation.drafts"), ("公众号政策类信息", "publishing.wechat_posts"),
        )
    ]  # fmt: skip
    found = [
        Chart("applications", "政府信息公开申请数量", _known(flows)), Chart("results", "申请办理结果构成", _known(results)),
        Chart("proactive", "主动公开构成", _known(proactive), "条"), Chart("months", "各月新收申请", tuple((f"{n}月", count) for n, count in enumerate(months, 1)), upright=True),
    ]  # fmt: skip
    return [chart for chart in found if any(number for _, number in chart.rows)]


def _known(rows: Sequence[tuple[str, Number | None]]) -> tuple[tuple[str, Number], ...]:
    return tuple((name, number) for name, number in rows if number is not None)


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
