"""信息处理费 (109号): what the tiers come to. Whether to charge at all is the office's decision, never ours.

By number or by pages, never both for one application; both marginal. The tiers are figures, and those in force on the day count.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import NamedTuple

from gongkai.law import figure
from gongkai.law.figures import Figure, FigureError

from .rules import FEES_FROM

_TIER = re.compile(r"(?P<first>\d+)—(?P<last>\d+)[件页](?P<rate>\d+)元")
_REST = re.compile(r"(?P<first>\d+)[件页]起(?:(?P<rate>\d+)元|每(?P<size>\d+)[件页]递增(?P<rise>\d+)元)")


class Line(NamedTuple):
    """A line of the calculation sheet: from the nth to the mth, at so much each."""

    first: int
    last: int
    rate: int

    @property
    def amount(self) -> int:
        return (self.last - self.first + 1) * self.rate


class Tiers(NamedTuple):
    """Tiers as a figure words them: up to the last of `steps` by them, after it one rate, or one that rises by every block of `size`."""

    steps: tuple[Line, ...]
    rate: int
    size: int
    rise: int

    def rate_of(self, nth: int) -> int:
        """Yuan for the nth."""
        for step in self.steps:
            if nth <= step.last:
                return step.rate
        if not self.size:
            return self.rate
        return self.steps[-1].rate + self.rise * -(-(nth - self.steps[-1].last) // self.size)


@cache
def read(words: str) -> Tiers:
    """Tiers from the words of a figure. Raises FigureError when they leave a gap, overlap or say something else."""
    *steps, rest = words.split("；")
    made, at = [], 1
    for one in steps:
        found = _TIER.fullmatch(one)
        if found is None or int(found["first"]) != at or int(found["last"]) < at:
            raise FigureError(f"收费分档“{words}”写法有误")
        made.append(Line(at, int(found["last"]), int(found["rate"])))
        at = made[-1].last + 1
    found = _REST.fullmatch(rest)
    if found is None or int(found["first"]) != at or not made:
        raise FigureError(f"收费分档“{words}”写法有误")
    return Tiers(tuple(made), int(found["rate"] or 0), int(found["size"] or 0), int(found["rise"] or 0))


def case_tiers(on: date) -> Figure:
    return figure("foi", "fee_case_tiers", max(on, FEES_FROM))


def page_tiers(on: date) -> Figure:
    return figure("foi", "fee_page_tiers", max(on, FEES_FROM))


def payment_days(on: date) -> Figure:
    return figure("foi", "fee_payment_days", max(on, FEES_FROM))


def case_rate(nth: int, on: date) -> int:
    """Yuan for the nth application of one applicant in a calendar month (109号 4)."""
    return read(case_tiers(on).value).rate_of(nth)


def by_cases(count: int, before: int = 0, *, on: date) -> list[Line]:
    """The sheet for `count` applications of one month, `before` of which were counted already, at the tiers of `on`."""
    return _lines(before + 1, count, read(case_tiers(on).value))


def by_pages(pages: int, *, on: date) -> list[Line]:
    """The sheet for the pages of one application (109号 5), at the tiers of `on`."""
    return _lines(1, pages, read(page_tiers(on).value))


def _lines(first: int, last: int, tiers: Tiers) -> list[Line]:
    lines: list[Line] = []
    edges = {step.last for step in tiers.steps}
    for nth in range(first, last + 1):
        rate = tiers.rate_of(nth)
        if lines and lines[-1].rate == rate and nth - 1 not in edges:
            lines[-1] = lines[-1]._replace(last=nth)
        else:
            lines.append(Line(nth, nth, rate))
    return lines


def total(lines: list[Line]) -> int:
    return sum(line.amount for line in lines)
