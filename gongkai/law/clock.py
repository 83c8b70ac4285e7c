"""Periods as a fold over dated facts: received, corrected, consulted, extended, answered.

A clock stores nothing. It is run from its events and a calendar, and gives the last day,
what is used and left, and a step for every event with the basis and the last day standing
after it. Events may be entered in any order; only the order of their dates matters.

How the events work, in the terms of 条例 30, 33 and 35:

- `Restart` (补正) begins a fresh period. What was before it is irrelevant; of an exclusion
  that spans it, only the part after it counts.
- `Exclude` takes days out (征求意见). Overlapping exclusions count once.
- `Extend` adds to the period (延长).
- `SetLastDay` puts a date of the office's own in place of the period's (条例 35). Exclusions
  that begin on or after the day it was set still move it; earlier ones were known when it
  was set. One that runs past the date that was set counts beyond that date.
- An extension, an exclusion or a date set after the last day then standing changes nothing.
  Late stays late.
- `Stop` ends the clock, and whatever is dated after it changes nothing.

Working-day periods end on a working day. Calendar periods never roll over a holiday: no
text we hold says they do.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from gongkai.law.calendar import Moved, WorkCalendar, chinese_date

ONE_DAY = timedelta(days=1)


class Unit(StrEnum):
    WORKDAY = "个工作日"
    DAY = "日"
    MONTH = "个月"
    HOUR = "小时"


class Standing(StrEnum):
    """Where a clock stands on a day."""

    RUNNING = "在办"
    WAITING = "等待"
    OVERDUE = "逾期"
    ON_TIME = "按期"
    LATE = "逾期办结"


# Events


@dataclass(frozen=True, slots=True)
class Start:
    """The period begins: `amount` units from `on`, which is day nought unless `first_day_counts`."""

    on: date
    amount: int
    unit: Unit = Unit.WORKDAY
    basis: str = ""
    note: str = ""
    first_day_counts: bool = False

    def __post_init__(self) -> None:
        _refuse_negative(self.amount)
        if self.unit is Unit.HOUR and not isinstance(self.on, datetime):
            raise ValueError("以小时计的期限，起算须精确到时分")


@dataclass(frozen=True, slots=True)
class Restart:
    """A fresh period from `on`: the full first amount again, unless `amount` says another."""

    on: date
    amount: int | None = None
    basis: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _refuse_negative(self.amount or 0)


@dataclass(frozen=True, slots=True)
class Exclude:
    """The days after `after`, up to and including `through`, do not count. None: still running."""

    after: date
    through: date | None = None
    basis: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.through is not None and self.through < self.after:
            raise ValueError(f"不计入期间的止日（{_said(self.through)}）早于起日（{_said(self.after)}）")

    @property
    def on(self) -> date:
        return self.after


@dataclass(frozen=True, slots=True)
class Extend:
    """`amount` units more, decided and told on `on`."""

    on: date
    amount: int
    basis: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _refuse_negative(self.amount)


@dataclass(frozen=True, slots=True)
class SetLastDay:
    """The office sets the last day itself, on `on`, for a stated reason."""

    on: date
    day: date
    reason: str
    basis: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("自行确定末日须写明理由")
        if self.day < self.on:
            raise ValueError(f"自行确定的末日（{_said(self.day)}）早于作出决定之日（{_said(self.on)}）")


@dataclass(frozen=True, slots=True)
class Stop:
    """The duty is done on `on`: answered, fed back, submitted."""

    on: date
    basis: str = ""
    note: str = ""


Event = Start | Restart | Exclude | Extend | SetLastDay | Stop

# On one day: what begins a period comes before what changes it, and the end comes last.
_RANK = {Start: 0, Restart: 1, Exclude: 2, Extend: 3, SetLastDay: 4, Stop: 5}


def _order(event: Event) -> tuple[int, ...]:
    if isinstance(event, Start):
        return (0,)
    # The last item only settles which of two alike comes first; any fixed rule would do.
    if isinstance(event, Exclude):
        return 1, event.after.toordinal(), 2, 0 if event.through is None else event.through.toordinal()
    if isinstance(event, SetLastDay):
        return 1, event.on.toordinal(), 4, event.day.toordinal()
    return 1, event.on.toordinal(), _RANK[type(event)], getattr(event, "amount", None) or 0


def _order_of_moments(event: Event) -> tuple[Any, ...]:
    """As `_order`, for an hour clock, whose events are moments."""
    if isinstance(event, Start):
        return (0,)
    other = getattr(event, "through", None) or getattr(event, "day", None) or event.on
    return 1, event.on, _RANK[type(event)], other, getattr(event, "amount", None) or 0


# Results


class Step(NamedTuple):
    """What one event did: the last day standing before and after it (None: cannot be said yet)."""

    event: Event
    before: date | None
    after: date | None
    effect: str  # started · restarted · moved · unchanged · late · stopped · before_start · after_stop
    unit: Unit
    amount: int | None = None
    unsettled: bool = False  # a day set by the office that is not a working day

    @property
    def on(self) -> date:
        return self.event.on

    @property
    def basis(self) -> str:
        return self.event.basis

    @property
    def last_day(self) -> date | None:
        """The last day standing after this step."""
        return self.after

    @property
    def sentence(self) -> str:
        """What happened and what it did to the last day, in Chinese."""
        return _sentence(self)


class Spell(NamedTuple):
    """Days that do not count: after `after`, through `through` (None: still running)."""

    after: date
    through: date | None


@dataclass(frozen=True, slots=True)
class Clock:
    """The outcome of a fold. Days are dates; an hour clock's are datetimes.

    `last_day` is None while an exclusion still runs and no `as_of` was given. With `as_of`
    it is the earliest last day there can be: that of an exclusion ending on that day.
    `used` and `left` are counted on the day of stopping, else on `as_of`; None without either.
    """

    unit: Unit
    started_on: date
    counted_from: date
    amount: int
    last_day: date | None
    used: int | timedelta | None
    left: int | timedelta | None
    excluded: int | timedelta
    spells: tuple[Spell, ...]
    steps: tuple[Step, ...]
    stopped_on: date | None
    as_of: date | None
    fixed: bool
    calendar: WorkCalendar

    @classmethod
    def run(cls, events: Iterable[Event], calendar: WorkCalendar, as_of: date | None = None) -> Clock:
        """Fold `events`. With `as_of`, only what had happened by that day is seen.

        An exclusion whose end lies after `as_of` was still running on that day.
        Raises ValueError unless there is exactly one Start.
        """
        return _Fold(events, calendar, as_of).result(cls)

    @property
    def last_moment(self) -> datetime | None:
        """The last moment of an hour clock; None for the others."""
        return self.last_day if isinstance(self.last_day, datetime) else None

    @property
    def waiting(self) -> bool:
        """Whether an exclusion is still running."""
        return any(spell.through is None for spell in self.spells)

    @property
    def provisional(self) -> list[str]:
        """Why the last day may yet move although no event does: years without a notice."""
        if self.unit is not Unit.WORKDAY:
            return []
        first = min(self.started_on, self.counted_from)
        known = [self.last_day, self.stopped_on, self.as_of, *(spell.through for spell in self.spells)]
        last = max([day for day in known if day is not None], default=first)
        return self.calendar.provisional(first + ONE_DAY, max(last, first + ONE_DAY))

    def standing(self, today: date) -> Standing:
        """Where the clock stands on `today`.

        From the day of stopping it is 按期 or 逾期办结. Before that, and for a clock still open,
        it is 逾期 past the last day, 等待 on a day that an exclusion covers, else 在办.
        """
        if self.stopped_on is not None and self.stopped_on <= today:
            on_time = self.last_day is None or self.stopped_on <= self.last_day
            return Standing.ON_TIME if on_time else Standing.LATE
        if self.last_day is not None and today > self.last_day and not self.waiting:
            return Standing.OVERDUE
        if any(
            spell.after < today and (spell.through is None or today <= spell.through) for spell in self.spells
        ):
            return Standing.WAITING
        return Standing.RUNNING

    def left_on(self, today: date) -> int | timedelta | None:
        """Units left after `today` up to the last day; negative once it is past.

        Month clocks answer in calendar days.
        """
        if self.last_day is None:
            return None
        _, between = _arithmetic(self.unit, self.calendar)
        if self.waiting and self.as_of is not None:
            # The last day is that of an exclusion ending on `as_of`; nothing is used up while it runs.
            today = min(today, self.as_of)
        if today > self.last_day:
            return -between(self.last_day, today)
        return between(today, self.last_day) - self._excluded_within(today, self.last_day, self.as_of)

    def used_on(self, today: date) -> int | timedelta:
        """Units of the standing period used through `today`."""
        _, between = _arithmetic(self.unit, self.calendar)
        if today <= self.counted_from:
            return between(self.counted_from, self.counted_from)
        return between(self.counted_from, today) - self._excluded_within(self.counted_from, today)

    def _excluded_within(self, after: date, through: date, seen: date | None = None) -> int | timedelta:
        """Units excluded in (after, through]; a spell still running is counted through `seen`."""
        _, between = _arithmetic(self.unit, self.calendar)
        total = between(after, after)
        for spell in self.spells:
            start = max(spell.after, after)
            ended = seen if spell.through is None else spell.through
            end = through if ended is None else min(ended, through)
            if start < end:
                total += between(start, end)
        return total


def clocks_moved(
    old: WorkCalendar, new: WorkCalendar, cases: Iterable[tuple[Hashable, Iterable[Event]]]
) -> list[Moved]:
    """Which clocks end on another day under `new`: the list to show before a notice is confirmed.

    Clocks that cannot name a last day yet, since an exclusion runs, are left out.
    """
    moved = []
    for key, events in cases:
        events = list(events)
        before, after = Clock.run(events, old).last_day, Clock.run(events, new).last_day
        if before != after and before is not None and after is not None:
            moved.append(Moved(key, before, after))
    return moved


# The fold


class _Fold:
    """The state while folding. Lives for one run."""

    __slots__ = (
        "events", "calendar", "as_of", "start", "unit", "stop_on", "add", "between", "cap",
        "anchor", "amount", "extra", "fixed", "set_on", "spells", "kept", "done", "excluded", "last",
    )  # fmt: skip

    def __init__(self, events: Iterable[Event], calendar: WorkCalendar, as_of: date | None):
        events = list(events)
        starts = [event for event in events if isinstance(event, Start)]
        if len(starts) != 1:
            raise ValueError(f"一个期限须有且只有一个起算日，现有{len(starts)}个")
        self.start = starts[0]
        self.unit = self.start.unit
        if as_of is not None:
            events = [event for event in events if event.on <= as_of or event is self.start]
        events.sort(key=_order_of_moments if self.unit is Unit.HOUR else _order)
        self.events = events
        self.calendar = calendar
        self.as_of = as_of
        self.add, self.between = _arithmetic(self.unit, calendar)
        stops = [event.on for event in events if isinstance(event, Stop)]
        self.stop_on = min(stops) if stops else None
        self.last: date | None = None
        self.fixed: date | None = None
        self.set_on: date | None = None
        self.excluded: Any = 0
        self.amount = self.extra = 0
        # An exclusion nobody ended is counted as far as the fold can see.
        self.cap = self.stop_on if self.stop_on is not None else as_of
        self.spells: list[tuple[date, date | None, bool]] = []  # after, through, late

    def result(self, cls: type[Clock]) -> Clock:
        steps = [self._step(event) for event in self.events]
        day = self.cap
        clock = cls(
            unit=self.unit,
            started_on=self.start.on,
            counted_from=self.anchor,
            amount=self.amount + self.extra,
            last_day=self.last,
            used=None,
            left=None,
            excluded=self.excluded,
            spells=tuple(self.kept),
            steps=tuple(steps),
            stopped_on=self.stop_on,
            as_of=self.as_of,
            fixed=self.fixed is not None,
            calendar=self.calendar,
        )
        if day is not None:
            object.__setattr__(clock, "used", clock.used_on(day))
            object.__setattr__(clock, "left", clock.left_on(day))
        return clock

    def _step(self, event: Event) -> Step:
        before, unit = self.last, self.unit
        if isinstance(event, Start):
            self._begin(event.on, event.amount)
            return Step(event, None, self.last, "started", unit, event.amount)
        if self.stop_on is not None and event.on > self.stop_on:
            return Step(event, before, before, "after_stop", unit)
        if isinstance(event, Stop):
            return Step(event, before, before, "stopped", unit)
        if isinstance(event, Restart):
            if event.on < self.start.on:
                return Step(event, before, before, "before_start", unit)
            amount = self.start.amount if event.amount is None else event.amount
            self._begin(event.on, amount)
            return Step(event, before, self.last, "restarted", unit, amount)
        late = before is not None and event.on > before
        unsettled = False
        if isinstance(event, Exclude):
            # Kept even when late: a later restart makes the lateness irrelevant.
            through = self._end_of(event)
            self.spells.append((event.after, through, late))
            if late:
                return Step(event, before, before, "late", unit)
            if self.fixed is None and before is not None:
                # Events come in order, so this spell begins after all others that count.
                self._take(event.after, through)
            else:
                self._reckon()
        elif late:
            return Step(event, before, before, "late", unit)
        elif event.on < self.start.on:
            return Step(event, before, before, "before_start", unit)
        elif isinstance(event, Extend):
            self.extra += event.amount
            self._reckon()
        else:
            self.fixed, self.set_on, self.extra = event.day, event.on, 0
            unsettled = unit is Unit.WORKDAY and not self.calendar.is_workday(event.day)
            self._reckon()
        effect = "unchanged" if self.last == before else "moved"
        return Step(event, before, self.last, effect, unit, unsettled=unsettled)

    def _begin(self, on: date, amount: int) -> None:
        self.anchor = on - ONE_DAY if self.start.first_day_counts and self.unit is not Unit.HOUR else on
        self.amount, self.extra, self.fixed, self.set_on = amount, 0, None, None
        self.spells = [(after, through, False) for after, through, _ in self.spells]
        self._reckon()

    def _end_of(self, event: Exclude) -> date | None:
        through = event.through
        if self.as_of is not None and (through is None or through > self.as_of):
            return None
        return through

    def _reckon(self) -> None:
        """The last day, from the period and every spell that counts."""
        self.last = self._bare_last()
        self.excluded = self.between(self.anchor, self.anchor)
        self.kept: list[Spell] = []
        self.done = self.anchor
        if self.spells:
            for after, through in self._in_order():
                self._take(after, through)

    def _take(self, after: date, through: date | None) -> None:
        """Let one spell move the last day, for the days that no earlier spell has taken.

        Once the last day cannot be said, nothing that follows says it.
        """
        start = after if after > self.done else self.done
        end = self.cap if through is None else through
        last = self.last
        if last is None or (end is not None and end <= start):
            return
        if end is not None:
            self.done = end
        if start >= last:
            return
        if end is None:
            self._keep(start, None)
            self.last = None
            return
        taken = self.between(start, end)
        if self.set_on is None or start >= self.set_on:
            if end < last:
                self.last = self.add(last, taken) if taken else last
            else:
                # What was left of the period when the spell began follows its end. Nothing is
                # left only where the office set a day that is not a working day.
                remaining = self.between(start, last)
                self.last = self.add(end, remaining) if remaining else last
        self.excluded += taken
        # One that ends only because the fold sees no further runs on.
        running = through is None and self.stop_on is None
        self._keep(start, None if running else end)

    def _keep(self, after: date, through: date | None) -> None:
        """Spells that adjoin are one: which fact was entered first must not show."""
        if self.kept and self.kept[-1].through == after:
            after = self.kept.pop().after
        self.kept.append(Spell(after, through))

    def _in_order(self) -> list[tuple[date, date | None]]:
        """The spells that count, cut to the standing period, by their beginning."""
        floor, fixed, set_on = self.anchor, self.fixed, self.set_on
        usable: list[tuple[date, date | None]] = []
        for after, through, late in self.spells:
            if late:
                continue
            if after < floor:
                after = floor
            if fixed is not None and set_on is not None and after < set_on:
                # Known when the office set the date: shown up to that day, then without effect
                # until the date itself.
                usable.append((after, set_on if through is None or through > set_on else through))
                after = fixed
            usable.append((after, through))
        if len(usable) > 1:
            usable.sort(key=_by_beginning)
        return usable

    def _bare_last(self) -> date:
        """The last day if nothing were excluded."""
        if self.fixed is not None:
            start, amount = self.fixed, self.extra
        else:
            start, amount = self.anchor, self.amount + self.extra
        if self.unit is not Unit.MONTH:
            return self._plus(start, amount) if amount else start
        if self.fixed is None and self.start.first_day_counts:
            return add_months(start + ONE_DAY, amount) - ONE_DAY
        return add_months(start, amount)

    def _plus(self, day: date, amount: int) -> date:
        return self.add(day, timedelta(hours=amount) if self.unit is Unit.HOUR else amount)


def _by_beginning(spell: tuple[date, date | None]) -> tuple[date, bool, date]:
    after, through = spell
    return after, through is None, through or after


def _arithmetic(unit: Unit, calendar: WorkCalendar) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """How to add to a day and how to count between two, in a unit. Months are counted in days."""
    if unit is Unit.WORKDAY:
        return calendar.add, calendar.between
    if unit is Unit.HOUR:
        return _add_time, _time_between
    return _add_days, _days_between


def _add_days(day: date, n: int) -> date:
    return day + timedelta(days=n)


def _days_between(after: date, through: date) -> int:
    return (through - after).days


def _add_time(moment: datetime, time: timedelta) -> datetime:
    return moment + time


def _time_between(after: datetime, through: datetime) -> timedelta:
    return through - after


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the month's last day where there is no such day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def _refuse_negative(amount: int) -> None:
    if amount < 0:
        raise ValueError(f"期限不能是负数：{amount}")


# Sentences


def _said(moment: date) -> str:
    text = chinese_date(moment)
    return f"{text}{moment.hour}时{moment.minute:02d}分" if isinstance(moment, datetime) else text


def _sentence(step: Step) -> str:
    event, unit = step.event, step.unit
    stands = f"末日为{_said(step.after)}" if step.after is not None else "末日待不计入期间结束后确定"
    match event:
        case Start():
            day_nought = "当日计入" if event.first_day_counts else "当日不计"
            if unit is Unit.HOUR:
                day_nought = "按自然时间连续计算"
            said = f"{event.note or '起算'}：自{_said(event.on)}起{step.amount}{unit}，{day_nought}"
        case Restart():
            said = f"{event.note or '重新起算'}：自{_said(event.on)}起重新计算"
            if step.amount is not None:
                said += f"{step.amount}{unit}"
        case Exclude():
            name = event.note or "不计入期限"
            if event.through is None:
                said = f"{name}：{_said(event.after)}之后的时间不计入期限，尚未结束"
            else:
                said = f"{name}：{_said(event.after)}之后至{_said(event.through)}不计入期限"
        case Extend():
            said = f"{event.note or '延长期限'}：{_said(event.on)}决定延长{event.amount}{unit}"
        case SetLastDay():
            said = f"{event.note or '另行确定期限'}：{_said(event.on)}确定末日为{_said(event.day)}，理由：{event.reason}"
            if step.unsettled:
                said += "（该日不是工作日）"
            if step.effect in ("moved", "unchanged") and step.after == event.day:
                return said
        case Stop():
            said = f"{event.note or '办结'}：{_said(event.on)}"
    match step.effect:
        case "late" if step.before is not None:
            return f"{said}；发生在当时的末日{_said(step.before)}之后，不影响期限"
        case "before_start":
            return f"{said}；早于起算日，不影响期限"
        case "after_stop":
            return f"{said}；发生在办结之后，不影响期限"
        case "stopped":
            return said
        case "unchanged":
            return f"{said}；{stands}，未变"
        case _:
            return f"{said}；{stands}"
