"""What happens in a simulated year, one deed at a time. Plain Python: no Django, no database."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from gongkai.law.calendar import WorkCalendar

ZONE = ZoneInfo("Asia/Shanghai")
#: 8:30 to 12:00 and 14:30 to 17:30, in minutes of the day.
MORNING, AFTERNOON = (510, 720), (870, 1050)


class Thing(NamedTuple):
    """Another record of the same year, by the name its first deed gave it."""

    name: str


class Person(NamedTuple):
    """Someone of the cast, by user name."""

    username: str


class In(NamedTuple):
    """A section of the cast, by name."""

    section: str


class Under(NamedTuple):
    """A column of the site, by its slug."""

    slug: str


@dataclass(frozen=True, slots=True)
class Deed:
    """Someone does something: at a moment, by a verb, to one record.

    `verb` is an action of a room ("foi.reply") or one of the register kit's ("add", "change",
    "bring_in"). `name` is the record it makes or changes. `facts` are the values that stand in the
    record's own fields afterwards, so that a deed can be played through its action or written down at once.
    """

    at: datetime
    who: str
    verb: str
    register: str
    name: str
    facts: Mapping[str, Any]


class Days:
    """The working days around one year, make-up Saturdays and Sundays among them."""

    def __init__(self, calendar: WorkCalendar, year: int):
        self.calendar, self.year = calendar, year
        first, last = date(year - 3, 1, 1), date(year + 1, 4, 30)
        self._all = [d for n in range((last - first).days + 1) if calendar.is_workday(d := first + timedelta(days=n))]

    def between(self, first: date, last: date) -> list[date]:
        """The working days from `first` to `last`, both counted in."""
        return self._all[bisect_left(self._all, first) : bisect_right(self._all, last)]

    def draw(self, rng: Random, first: date, last: date) -> date:
        """A working day between the two, or the first one after `first` when there is none."""
        low, high = bisect_left(self._all, first), bisect_right(self._all, last)
        return self._all[rng.randrange(low, high)] if high > low else self._all[low]

    def on_or_after(self, day: date) -> date:
        return self._all[bisect_left(self._all, day)]

    def on_or_before(self, day: date) -> date:
        return self._all[bisect_right(self._all, day) - 1]

    def before(self, day: date, n: int) -> date:
        """The n-th working day before `day`, itself a working day."""
        return self._all[bisect_left(self._all, day) - n]

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day`."""
        return self.calendar.add(day, n)

    def spread(self, rng: Random, count: int, first: date, last: date) -> list[date]:
        """`count` working days over the span, in order, roughly even and never regular."""
        days = self.between(first, last)
        if not days or not count:
            return []
        step = len(days) / count
        return sorted(days[min(int((n + rng.random()) * step), len(days) - 1)] for n in range(count))


@lru_cache(maxsize=4096)
def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def moment(rng: Random, day: date) -> datetime:
    """A minute and second of that day at which the office is open."""
    minute = rng.randrange(MORNING[0], MORNING[1] + AFTERNOON[1] - AFTERNOON[0])
    if minute >= MORNING[1]:
        minute += AFTERNOON[0] - MORNING[1]
    return _midnight(day) + timedelta(minutes=minute, seconds=rng.randrange(60))


class Story:
    """The deeds of one matter, in order: each is later than the one before it."""

    def __init__(self, key: str, days: Days):
        # Seeded by its own key, so that one kind of story can grow without moving the others.
        self.rng, self.days, self.deeds = Random(key), days, []

    def tell(self, on: date | datetime, who: str, verb: str, register: str, name: str, /, **facts) -> None:
        at = on if isinstance(on, datetime) else moment(self.rng, on)
        if self.deeds and at <= self.deeds[-1].at:
            at = self.deeds[-1].at + timedelta(seconds=self.rng.randrange(60, 600))
        self.deeds.append(Deed(at, who, verb, register, name, facts))
