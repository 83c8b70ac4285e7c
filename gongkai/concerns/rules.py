"""The law of a public concern: by when the office must have spoken.

Hours run day and night, holidays included; moments carry their zone. No text says from which moment
they run (80号 and 61号舆情): by practice from discovery, and an office may choose otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from gongkai.law import Clock, Objection, Start, Stop, Unit, WorkCalendar, figure
from gongkai.law.clock import Event
from gongkai.law.figures import Adjustment, Figure


class Grade(StrEnum):
    EXCEPTIONAL = "exceptional"
    MAJOR = "major"
    ORDINARY = "ordinary"


SERIOUS = frozenset({Grade.EXCEPTIONAL, Grade.MAJOR})
#: The first notice that names hours (61号舆情); the five hours came later that year (80号).
FIRST_DAY = datetime(2016, 7, 30, tzinfo=UTC)
FIRST_WORD_FROM = datetime(2016, 11, 10, tzinfo=UTC)
#: A figure adjusted from a day on holds from midnight here, wherever the moment was written down.
HERE = ZoneInfo("Asia/Shanghai")
LAST_DAY = datetime(2090, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Facts:
    """The moments of one concern."""

    grade: str
    found_at: datetime
    occurred_at: datetime | None = None
    graded_at: datetime | None = None
    first_response_at: datetime | None = None
    press_at: datetime | None = None
    replied_at: datetime | None = None


def counted_from(facts: Facts, adjustments: Iterable[Adjustment] = ()) -> datetime | None:
    """The moment the hours run from, as the office counts; None while that moment is not known."""
    match _figure("counted_from", facts.found_at, adjustments).value:
        case "occurred":
            return facts.occurred_at
        case "graded":
            return facts.graded_at
        case _:
            return facts.found_at


def response_clock(facts: Facts, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()) -> Clock | None:
    """The hours to the first authoritative word: five for 特别重大 and 重大, forty-eight for the rest.

    80号 (five hours), 61号舆情 (forty-eight). None while it can't run.
    """
    name = "first_word_hours" if facts.grade in SERIOUS and facts.found_at >= FIRST_WORD_FROM else "response_hours"
    return _clock(name, facts, facts.first_response_at, "首次回应", calendar, adjustments)


def press_clock(facts: Facts, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()) -> Clock | None:
    """The twenty-four hours to a press conference on 特别重大 and 重大 events (61号舆情); None for the rest."""
    if facts.grade not in SERIOUS:
        return None
    return _clock("press_hours", facts, facts.press_at, "新闻发布会", calendar, adjustments)


def _clock(
    name: str, facts: Facts, done_at: datetime | None, note: str, calendar: WorkCalendar, adjustments: Iterable[Adjustment]
) -> Clock | None:
    if objections_to_moments(facts):
        return None
    start = counted_from(facts, tuple(adjustments))
    if start is None:
        return None
    hours = _figure(name, facts.found_at)
    events: list[Event] = [Start(start, hours.value, Unit.HOUR, basis=hours.basis, note="起算")]
    if done_at is not None:
        events.append(Stop(max(done_at, start), note=note))
    return Clock.run(events, calendar)


def response_basis(grade: str) -> str:
    return "80号 舆情" if grade in SERIOUS else "61号舆情 舆情"


# Objections


def objections_to_moments(facts: Facts) -> list[Objection]:
    """Moments that are a slip of the pen, or before any hours were named."""
    known = [facts.found_at, facts.occurred_at, facts.graded_at, facts.first_response_at, facts.press_at, facts.replied_at]
    if any(not FIRST_DAY <= moment <= LAST_DAY for moment in known if moment):
        return [Objection("no_hours", "时间早于2016年7月30日或不合常理，请核对年份", "61号舆情 舆情")]
    return []


def objections(facts: Facts) -> list[Objection]:
    """What stands against a concern as its facts are."""
    if found := objections_to_moments(facts):
        return found
    found = []
    if facts.occurred_at and facts.occurred_at > facts.found_at:
        found.append(Objection("found_before", "发现时间早于发生时间"))
    if facts.graded_at and facts.graded_at < facts.found_at:
        found.append(Objection("graded_before", "研判定级时间早于发现时间"))
    for moment, what in ((facts.first_response_at, "首次回应"), (facts.press_at, "新闻发布会"), (facts.replied_at, "答复办结")):
        if moment and moment < facts.found_at:
            found.append(Objection("answered_before", f"{what}时间早于发现时间"))
    if facts.replied_at and not facts.first_response_at:
        found.append(Objection("no_first_word", "已登记答复办结时间，须登记首次回应时间"))
    if facts.replied_at and facts.first_response_at and facts.replied_at < facts.first_response_at:
        found.append(Objection("replied_before_first", "答复办结时间早于首次回应时间"))
    if facts.press_at and facts.grade not in SERIOUS:
        found.append(Objection("no_press_owed", "一般事项不登记新闻发布会时间，请在新闻发布活动中登记"))
    return found


_PERSONAL = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?![\dXx])")


def objections_to_words(*texts: str) -> list[Objection]:
    """A concern is kept by subject, never by person: numbers that lead to one are not entered."""
    if any(_PERSONAL.search(text or "") for text in texts):
        return [Objection("personal", "内容中含有手机号码或身份证号码，请删去后登记；社会关切按事项登记，不登记个人", "个人信息保护法 34")]
    return []


def objections_to_clarifying(*, is_misinformation: bool, clarified_at: datetime | None, found_at: datetime) -> list[Objection]:
    """Only what was false or incomplete is clarified (条例 6.2), and not before it was found."""
    found = []
    if clarified_at and not is_misinformation:
        found.append(Objection("not_misinformation", "未登记为虚假或不完整信息，不登记澄清时间", "条例 6.2"))
    if clarified_at and clarified_at < found_at:
        found.append(Objection("clarified_before", "澄清时间早于发现时间", "条例 6.2"))
    return found


def _figure(name: str, at: datetime, adjustments: Iterable[Adjustment] = ()) -> Figure:
    return figure("concerns", name, max(at, FIRST_DAY).astimezone(HERE).date(), adjustments)
