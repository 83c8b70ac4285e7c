"""Which charts a report shows, and of which of its numbers. How they are drawn: `gongkai.ui.charts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gongkai.ui.charts import Chart

from .forms import Form
from .tables import Number


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
