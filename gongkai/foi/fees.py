"""信息处理费 (109号): what the tiers come to. Whether to charge at all is the office's decision, never ours.

By number or by pages, never both for one application; both marginal.
"""

from __future__ import annotations

from typing import NamedTuple

FREE_CASES, FIRST_TIER_CASES, TIER, STEP = 10, 30, 10, 100
PAGE_TIERS = ((30, 0), (100, 10), (200, 20), (None, 40))


class Line(NamedTuple):
    """A line of the calculation sheet: from the nth to the mth, at so much each."""

    first: int
    last: int
    rate: int

    @property
    def amount(self) -> int:
        return (self.last - self.first + 1) * self.rate


def case_rate(nth: int) -> int:
    """Yuan for the nth application of one applicant in a calendar month (109号 4)."""
    if nth <= FREE_CASES:
        return 0
    return STEP if nth <= FIRST_TIER_CASES else STEP + STEP * -(-(nth - FIRST_TIER_CASES) // TIER)


def by_cases(count: int, before: int = 0) -> list[Line]:
    """The sheet for `count` applications of one month, `before` of which were counted already."""
    lines: list[Line] = []
    for nth in range(before + 1, count + 1):
        rate = case_rate(nth)
        if lines and lines[-1].rate == rate:
            lines[-1] = lines[-1]._replace(last=nth)
        else:
            lines.append(Line(nth, nth, rate))
    return lines


def by_pages(pages: int) -> list[Line]:
    """The sheet for the pages of one application (109号 5)."""
    lines, first = [], 1
    for last, rate in PAGE_TIERS:
        end = pages if last is None else min(last, pages)
        if end >= first:
            lines.append(Line(first, end, rate))
        first = (last or pages) + 1
    return lines


def total(lines: list[Line]) -> int:
    return sum(line.amount for line in lines)
