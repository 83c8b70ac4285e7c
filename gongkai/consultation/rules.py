"""The law of a consultation: how long it stays open, what is published with it, by when opinions are answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gongkai.law import Clock, Objection, Start, Stop, Unit, WorkCalendar, figure
from gongkai.law.calendar import chinese_date
from gongkai.law.clock import Event
from gongkai.law.figures import Adjustment, Figure

#: No figure of ours reaches further back (重大行政决策条例).
FIRST_DAY = date(2019, 9, 1)
LAST_DAY = date(2090, 12, 31)


class Kind(StrEnum):
    NORMATIVE = "normative"
    MAJOR = "major"
    OTHER = "other"


class Disposition(StrEnum):
    ADOPTED = "adopted"
    PARTLY = "partly"
    DECLINED = "declined"
    EXPLAINED = "explained"


#: What is said in answer to an opinion that was not simply adopted needs a reason.
REASONED = frozenset({Disposition.PARTLY, Disposition.DECLINED, Disposition.EXPLAINED})


@dataclass(frozen=True, slots=True)
class Window:
    """The dated facts of a consultation: opened, closed, answered."""

    kind: str
    published_on: date
    ends_on: date
    feedback_on: date | None = None
    shorter_reason: str = ""
    has_draft: bool = True
    has_explanation: bool = True
    ways: str = ""

    @property
    def days(self) -> int:
        """Calendar days from the day after publication through the last (30日, not working days)."""
        return (self.ends_on - self.published_on).days


def shortest(kind: str, on: date) -> Figure | None:
    """The shortest window for such a draft; None where no text we hold names one.

    优化营商环境条例 62.2: normative documents that closely touch enterprises, usually thirty days.
    重大行政决策条例 15.1: major decisions, usually thirty days; departments follow it by 42.
    """
    name = {Kind.NORMATIVE: "window", Kind.MAJOR: "window_major"}.get(Kind(kind))
    if name is None or (name == "window" and on < date(2020, 1, 1)) or on < FIRST_DAY:
        return None
    return figure("consultation", name, on)


def feedback_clock(
    window: Window, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()
) -> Clock | None:
    """By when what became of the opinions is published: months from the last day of the window.

    The law asks for a feedback mechanism and names no day (优化营商环境条例 62.2): the month is the house's.
    A month that lacks the day ends on its last. None for dates beyond the figures.
    """
    if objections_to_dates(window):
        return None
    months = figure("consultation", "feedback_months", max(window.ends_on, date(2020, 1, 1)), adjustments)
    events: list[Event] = [Start(window.ends_on, months.value, Unit.MONTH, basis=months.basis, note="征求意见结束")]
    if window.feedback_on:
        events.append(Stop(window.feedback_on, note="公布采纳情况"))
    return Clock.run(events, calendar)


def objections_to_dates(window: Window) -> list[Objection]:
    """Dates that are a slip of the pen."""
    known = [day for day in (window.published_on, window.ends_on, window.feedback_on) if day]
    if wrong := [day for day in known if not FIRST_DAY <= day <= LAST_DAY]:
        return [Objection("no_calendar", f"日期{chinese_date(wrong[0])}不在可登记的范围内，请核对年份")]
    return []


def objections(window: Window) -> list[Objection]:
    """What the law has against a consultation as its facts stand."""
    if found := objections_to_dates(window):
        return found
    found = []
    if window.ends_on < window.published_on:
        return [Objection("ends_before", "截止日期早于发布日期", "重大行政决策条例 15.1")]
    least = shortest(window.kind, window.published_on)
    if least and window.days < least.value and not window.shorter_reason.strip():
        found.append(Objection("too_short", f"征求意见期限为{window.days}日，少于{least.value}日的须写明缩短理由并在公告中说明", least.basis))
    if window.kind == Kind.MAJOR and not window.has_draft:
        found.append(Objection("no_draft", "公开征求意见须公布决策草案", "重大行政决策条例 15.1"))
    if window.kind == Kind.MAJOR and not window.has_explanation:
        found.append(Objection("no_explanation", "公开征求意见须公布草案的说明等材料", "重大行政决策条例 15.1"))
    if window.kind == Kind.MAJOR and not window.ways.strip():
        found.append(Objection("no_ways", "公开征求意见须写明提出意见的方式", "重大行政决策条例 15.1"))
    if window.feedback_on and window.feedback_on < window.published_on:
        found.append(Objection("fed_back_before", "反馈日期早于发布日期"))
    return found


def objections_to_disposing(disposition: str, reason: str) -> list[Objection]:
    """Why an opinion may not be disposed of this way: whatever is not simply adopted is given a reason.

    Departments answer for it by the feedback mechanism of 优化营商环境条例 62.2.
    """
    if disposition in REASONED and not reason.strip():
        return [Objection("no_reason", "未全部采纳的意见须写明理由", "优化营商环境条例 62.2")]
    return []


def objections_to_opinion(
    *, published_on: date, received_on: date, fed_back_on: date | None, disposition: str, reason: str
) -> list[Objection]:
    """What stands against an opinion as its facts are."""
    found = objections_to_disposing(disposition, reason)
    if not FIRST_DAY <= received_on <= LAST_DAY:
        found.append(Objection("no_calendar", f"日期{chinese_date(received_on)}不在可登记的范围内，请核对年份"))
    if received_on < published_on:
        found.append(Objection("before_publication", "收到意见日期早于征求意见发布日期"))
    if fed_back_on and fed_back_on < received_on:
        found.append(Objection("fed_back_before", "反馈日期早于收到意见日期"))
    if fed_back_on and not disposition:
        found.append(Objection("not_disposed", "反馈前须先登记处理意见", "优化营商环境条例 62.2"))
    return found


def objections_to_feeding_back(window: Window, on: date, undecided: Sequence[int], already: date | None) -> list[Objection]:
    """Why what became of the opinions may not be published on `on`. `undecided` are numbers of opinions not disposed of."""
    found = []
    if already:
        found.append(Objection("fed_back_before", f"已于{chinese_date(already)}反馈"))
    if on <= window.ends_on:
        found.append(Objection("still_open", f"征求意见至{chinese_date(window.ends_on)}截止，截止后方可反馈", "优化营商环境条例 62.2"))
    if undecided:
        listed = "、".join(str(number) for number in undecided[:10]) + ("等" if len(undecided) > 10 else "")
        found.append(Objection("undecided", f"第{listed}号意见尚未登记处理意见", "优化营商环境条例 62.2"))
    return found
