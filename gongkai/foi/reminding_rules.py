"""The ladder of reminders: from how many working days before a last day, and whom each level reaches."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from gongkai.law import WorkCalendar
from gongkai.law.figures import Adjustment

from .rules import figure_on


class Rung(NamedTuple):
    """A level of the ladder: from how many working days before the last day (as a figure), whom it reaches, by their roles."""

    level: int
    label: str
    figure: str
    roles: tuple[str, ...]


LADDER = (
    Rung(1, "提醒经办人", "remind_handler_days", ("clerk",)),
    Rung(2, "提醒科室负责人", "remind_head_days", ("clerk", "head")),
    Rung(3, "报工作机构负责人", "remind_office_days", ("clerk", "head", "coordinator", "disclosure_head")),
    Rung(4, "报分管领导", "remind_overdue_days", ("clerk", "head", "coordinator", "disclosure_head", "deputy_director")),
)


def rung_on(last_day: date | None, today: date, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()) -> Rung | None:
    """The level a case has reached on a working day; None on a day off, far from its last day, or while it waits for others.

    Days are working days left, below nought once it is late: the ladder never climbs over a holiday.
    """
    if last_day is None or not calendar.is_workday(today):
        return None
    left = calendar.between(today, last_day) if last_day >= today else -calendar.between(last_day, today)
    reached = [rung for rung in LADDER if left <= figure_on(rung.figure, today, adjustments).value]
    return reached[-1] if reached else None


def rung_days(rung: Rung, today: date, adjustments: Iterable[Adjustment] = ()) -> int:
    """From how many working days left a level is reached; below nought, late by so many."""
    return figure_on(rung.figure, today, adjustments).value


def reach(today: date, adjustments: Iterable[Adjustment] = ()) -> int:
    """The most working days before a last day at which anybody is reminded."""
    return max(figure_on(rung.figure, today, adjustments).value for rung in LADDER)
