"""Working days as the State Council's yearly notices make them.

A working day is Monday to Friday, less the days off of the year's notice, plus the
Saturdays and Sundays that notice has people work. Nothing here is computed from a
rule about festivals: a year without a notice is *provisional*, and says so.

Counting reads two tables made once per calendar, so its cost does not depend on the
length of the span: how many working days there are up to each day, and which day the
n-th working day is.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2099, 12, 31)

# A notice may reach back into the December before its year: 29 December 2018 was a
# make-up day by the notice for 2019. The furthest any has gone is three days; a week is
# our margin. Until the next year's notice is out, those days are not settled.
REACH_BACK_DAYS = 7

# How many days bulk counting takes at a time.
PIECE = 32_768

FIGURES = Path(__file__).parent / "figures"
WEEKDAYS = "一二三四五六日"


class OutOfCalendar(ValueError):
    """A day, or the result of a count, lies outside 1990–2099."""


class DayKind(StrEnum):
    """What a day is, in the words of the notices."""

    WORKDAY = "工作日"
    WEEKEND = "周末"
    DAY_OFF = "法定节假日放假"
    MAKE_UP = "调休上班"


class NoticeDay(NamedTuple):
    """A day a notice speaks of: worked or off, and for which festival."""

    worked: bool
    festival: str


class Day(NamedTuple):
    """A day and the reason it counts or does not."""

    on: date
    kind: DayKind
    festival: str
    notice: CalendarNotice | None
    provisional: bool

    @property
    def worked(self) -> bool:
        return self.kind in (DayKind.WORKDAY, DayKind.MAKE_UP)

    def __str__(self) -> str:
        said = f"{self.kind}（{self.festival}）" if self.festival else str(self.kind)
        return said + "（暂按周一至周五推算）" if self.provisional else said


@dataclass(frozen=True, slots=True)
class CalendarNotice:
    """One year's 放假通知, whole. A second notice for a year is a second version of it.

    `days` maps each day the notice names to a NoticeDay; days it does not name follow
    the week. Days may lie in the year itself or in the December before it.
    """

    year: int
    title: str
    published_on: date
    days: Mapping[date, NoticeDay]
    number: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        if not self.days:
            raise ValueError(f"{self.title}：没有任何放假或调休日期，请逐日录入后再保存")
        for day in self.days:
            if not date(self.year - 1, 12, 1) <= day <= date(self.year, 12, 31):
                raise ValueError(f"{self.title}：{chinese_date(day)}不在{self.year}年（含上年12月）之内")
        object.__setattr__(self, "days", MappingProxyType(dict(sorted(self.days.items()))))

    def __reduce__(self) -> tuple[Any, ...]:
        return CalendarNotice, (
            self.year, self.title, self.published_on, dict(self.days), self.number, self.address,
        )  # fmt: skip

    def __hash__(self) -> int:
        return hash((self.year, self.title, self.published_on, self.number))

    @property
    def name(self) -> str:
        """《国务院办公厅关于2022年部分节假日安排的通知》（国办发明电〔2021〕11号）"""
        return f"《{self.title}》（{self.number}）" if self.number else f"《{self.title}》"

    def amended(
        self,
        *,
        title: str,
        published_on: date,
        changes: Mapping[date, NoticeDay | None],
        number: str = "",
        address: str = "",
    ) -> CalendarNotice:
        """A later notice that changes some days of this one; None takes a day out again.

        Notices that adjust a year name only what changes. A version here is always the
        whole year as it stands afterwards.
        """
        days = {**self.days, **changes}
        return CalendarNotice(
            year=self.year,
            title=title,
            published_on=published_on,
            days={day: said for day, said in days.items() if said is not None},
            number=number,
            address=address,
        )


@dataclass(frozen=True, slots=True, eq=False)
class WorkCalendar:
    """Working days by the given notices, for every day of 1990–2099. Immutable.

    The callables are made once per calendar and close over its tables: a count is one
    lookup or two, and `add` returns a date that already exists.
    """

    notices: tuple[CalendarNotice, ...]
    known_on: date | None = None

    is_workday: Callable[[date], bool] = field(init=False, repr=False)
    """`is_workday(day)`: whether `day` is worked."""
    add: Callable[[date, int], date] = field(init=False, repr=False)
    """`add(day, n)`: the n-th working day after `day`, which is itself day nought.
    A negative n counts back; n = 0 gives `day` as it is. Raises OutOfCalendar."""
    between: Callable[[date, date], int] = field(init=False, repr=False)
    """`between(after, through)`: working days in (after, through]; negative the other
    way round. Raises OutOfCalendar."""

    _named: Mapping[date, tuple[NoticeDay, CalendarNotice]] = field(init=False, repr=False)
    _noticed: frozenset[int] = field(init=False, repr=False)
    _upto: list[int] = field(init=False, repr=False)
    _days: list[date] = field(init=False, repr=False)
    _arrays: list[Any] = field(init=False, repr=False, default_factory=list)

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        named: dict[date, tuple[NoticeDay, CalendarNotice]] = {}
        for notice in sorted(self.notices, key=lambda n: (n.published_on, n.year)):
            for day, said in notice.days.items():
                named[day] = said, notice
        base = FIRST_DAY.toordinal()
        size = LAST_DAY.toordinal() - base + 1
        # 1 January 1990 was a Monday, so the week's pattern starts at the first index.
        worked = ([1, 1, 1, 1, 1, 0, 0] * (size // 7 + 1))[:size]
        for day, (said, _) in named.items():
            if FIRST_DAY <= day <= LAST_DAY:
                worked[day.toordinal() - base] = int(said.worked)
        upto = list(accumulate(worked))
        days = [date.fromordinal(base + index) for index, yes in enumerate(worked) if yes]
        set_(self, "_named", named)
        set_(self, "_noticed", frozenset(notice.year for notice in self.notices))
        set_(self, "_upto", upto)
        set_(self, "_days", days)
        for name, function in _counters(base, worked, upto, days).items():
            set_(self, name, function)

    @classmethod
    def of(cls, notices: Iterable[CalendarNotice], known_on: date | None = None) -> WorkCalendar:
        """The calendar as it stood on `known_on`: for each year, the newest notice published by then.

        Without `known_on` every notice given is known. Of two published on one day, the
        one given later stands.
        """
        chosen: dict[int, CalendarNotice] = {}
        for notice in notices:
            if known_on is not None and notice.published_on > known_on:
                continue
            standing = chosen.get(notice.year)
            if standing is None or notice.published_on >= standing.published_on:
                chosen[notice.year] = notice
        return cls(tuple(chosen[year] for year in sorted(chosen)), known_on)

    def with_notice(self, notice: CalendarNotice) -> WorkCalendar:
        """A new calendar in which `notice` stands for its year, unless a newer one does."""
        return WorkCalendar.of([*self.notices, notice])

    def __reduce__(self) -> tuple[Any, ...]:
        return WorkCalendar, (self.notices, self.known_on)

    # Single days

    def next_workday(self, day: date) -> date:
        """The first working day on or after `day`. (The one strictly after is `add(day, 1)`.)"""
        return day if self.is_workday(day) else self.add(day, 1)

    def kind_of(self, day: date) -> Day:
        """What `day` is, for which festival, by which notice, and whether that is settled."""
        said, notice = self._named.get(day, (None, None))
        weekend = day.weekday() >= 5
        if said is None:
            kind = DayKind.WEEKEND if weekend else DayKind.WORKDAY
        elif said.worked:
            kind = DayKind.MAKE_UP if weekend else DayKind.WORKDAY
        else:
            kind = DayKind.DAY_OFF
        provisional = said is None and bool(self.provisional(day, day))
        return Day(day, kind, said.festival if said else "", notice, provisional)

    # What is not settled

    def provisional(self, first: date, last: date) -> list[str]:
        """Why counts over first..last (both included) may yet change, in Chinese. Empty when settled."""
        noticed = self._noticed
        found = []
        for year in range(first.year, last.year + 1):
            if year not in noticed:
                missing = "尚未公布" if noticed and year > max(noticed) else "未收录"
                found.append(f"{year}年放假安排{missing}，暂按周一至周五推算")
            elif year + 1 not in noticed:
                opening = date(year, 12, 31) - timedelta(days=REACH_BACK_DAYS - 1)
                if first <= date(year, 12, 31) and last >= opening:
                    missing = "尚未公布" if year == max(noticed) else "未收录"
                    found.append(
                        f"{year}年12月{opening.day}日至31日可能受{year + 1}年放假安排影响，"
                        f"该安排{missing}，暂按周一至周五推算"
                    )
        return found

    def settled_through(self) -> date | None:
        """The last day of the unbroken run of noticed years that ends latest; None for an empty calendar."""
        if not self._noticed:
            return None
        return date(max(self._noticed), 12, 31) - timedelta(days=REACH_BACK_DAYS)

    # In bulk

    def add_many(self, days: np.ndarray, amounts: np.ndarray | int) -> np.ndarray:
        """`add` over arrays: datetime64[D] and integers in, datetime64[D] out, shapes broadcast.

        Raises OutOfCalendar if any day or any result lies outside the calendar.
        """
        np, upto, _, _ = self._tables()
        if np.ndim(amounts) == 0 and days.size > len(upto):
            # With one amount for more days than the calendar has, the answer for every
            # day there is comes cheaper than the answer for every day that was asked.
            every_day = np.datetime64(FIRST_DAY, "D") + np.arange(len(upto))
            answers = self._answers(every_day, np.asarray(amounts))
            asked = np.ascontiguousarray(days, dtype="datetime64[D]").reshape(-1)
            found = np.empty_like(asked)
            # In pieces that stay in the processor's cache: touching fresh memory for every
            # intermediate array would take longer than the look-up.
            for start in range(0, asked.size, PIECE):
                piece = slice(start, start + PIECE)
                np.take(answers, self._index(asked[piece]), out=found[piece], mode="clip")
                self._checked(found[piece])
            return found.reshape(days.shape)
        return self._checked(self._answers(days, np.asarray(amounts)))

    def _answers(self, days: np.ndarray, amounts: np.ndarray) -> np.ndarray:
        """The n-th working days after `days`, NaT where the calendar ends first."""
        np, upto, worked, nth = self._tables()
        index = self._index(days)
        wanted = np.take(upto, index, mode="clip") + amounts
        if not amounts.size or amounts.min() > 0:
            return np.take(nth, wanted, mode="clip")
        # Backwards, a working day is not its own predecessor.
        wanted = np.where(amounts > 0, wanted, wanted - worked[index] + 1)
        return np.where(amounts == 0, days.astype("datetime64[D]"), np.take(nth, wanted, mode="clip"))

    def between_many(self, after: np.ndarray, through: np.ndarray) -> np.ndarray:
        """`between` over arrays of datetime64[D]; integers out, shapes broadcast."""
        np, upto, _, _ = self._tables()
        start, end = self._index(after), self._index(through)
        return np.take(upto, end, mode="clip") - np.take(upto, start, mode="clip")

    def _tables(self) -> list[Any]:
        """numpy and three arrays: working days up to each day, whether it is worked, and the
        n-th working day, fenced by NaT at both ends."""
        # Only bulk counting wants numpy, and importing it takes longer than the rest of the room.
        import numpy as np  # noqa: PLC0415

        if not self._arrays:
            upto = np.array(self._upto, dtype=np.int32)
            nth = np.array(["NaT", *self._days, "NaT"], dtype="datetime64[D]")
            self._arrays.extend((np, upto, np.diff(upto, prepend=0), nth))
        return self._arrays

    def _index(self, days: np.ndarray) -> np.ndarray:
        np, upto, _, _ = self._tables()
        index = days.astype("datetime64[D]", copy=False).view("i8") - np.datetime64(FIRST_DAY, "D").view("i8")
        # Seen as unsigned, a day before 1990 is a very large number: one pass finds both ends.
        if index.size and index.view("u8").max() >= len(upto):
            raise OutOfCalendar(_outside())
        return index

    def _checked(self, found: np.ndarray) -> np.ndarray:
        # NaT is the smallest datetime64 seen as an integer, so the minimum shows it.
        np, *_ = self._tables()
        if found.size and found.view("i8").min() == np.datetime64("NaT").view("i8"):
            raise OutOfCalendar(_outside())
        return found


def _counters(base: int, worked: list[int], upto: list[int], days: list[date]) -> dict[str, Callable]:
    """The three counting functions. Locals of one function, not methods, since a count is
    about five bytecodes and an attribute lookup would double it."""
    # Indexed by ordinal itself, with None for the days before 1990: six megabytes of
    # pointers buy one subtraction and one comparison less, a third of a count's time.
    # None also stops what a negative index would let through.
    counts: list[Any] = [None] * base + upto
    flags: list[Any] = [None] * base + [bool(yes) for yes in worked]
    nth: list[Any] = [None, *days]
    ordinal = date.toordinal

    def is_workday(day: date) -> bool:
        try:
            found = flags[ordinal(day)]
        except IndexError:
            found = None
        if found is None:
            raise OutOfCalendar(_outside(day))
        return found

    def add(day: date, n: int) -> date:
        if n > 0:
            try:
                return nth[counts[ordinal(day)] + n]
            except (IndexError, TypeError):
                raise _refusal(day) from None
        if n == 0:
            is_workday(day)
            return day
        before = -1 if is_workday(day) else 0
        wanted = counts[ordinal(day)] + before + n + 1
        if wanted < 1:
            raise OutOfCalendar(_outside(day))
        return nth[wanted]

    def between(after: date, through: date) -> int:
        try:
            return counts[ordinal(through)] - counts[ordinal(after)]
        except (IndexError, TypeError):
            raise _refusal(after, through) from None

    return {"is_workday": is_workday, "add": add, "between": between}


def _refusal(*days: date) -> Exception:
    """The right error for a count that failed: not a date at all, or one outside the calendar."""
    for day in days:
        if not isinstance(day, date):
            return TypeError(f"a working-day count takes dates, not {day!r}")
    inside = range(FIRST_DAY.toordinal(), LAST_DAY.toordinal() + 1)
    return OutOfCalendar(_outside(next((day for day in days if day.toordinal() not in inside), days[0])))


def _outside(day: date | None = None) -> str:
    which = f"（{chinese_date(day)}起算）" if day else ""
    return f"日期或推算结果{which}超出日历范围：1990年1月1日至2099年12月31日"


# What a new notice moves


class Moved(NamedTuple):
    """A last day that a new notice moves."""

    key: Hashable
    before: date
    after: date

    def __str__(self) -> str:
        way = "延后" if self.after > self.before else "提前"
        return f"{self.key}：末日由{chinese_date(self.before)}{way}至{chinese_date(self.after)}"


def impact(old: WorkCalendar, new: WorkCalendar, spans: Iterable[tuple[Hashable, date, int]]) -> list[Moved]:
    """Which last days move from `old` to `new`; spans are (key, day nought, working days).

    For whole clocks, with their pauses and extensions, see `clock.clocks_moved`.
    """
    moved = []
    for key, start, amount in spans:
        before, after = old.add(start, amount), new.add(start, amount)
        if before != after:
            moved.append(Moved(key, before, after))
    return moved


# What we ship


@lru_cache(maxsize=1)
def shipped_notices() -> tuple[CalendarNotice, ...]:
    """The notices for 2019 to 2026 that come with the product, versions included."""
    return read_notices(FIGURES / "notices.toml", FIGURES / "workdays.csv")


def read_notices(notices: Path, days: Path) -> tuple[CalendarNotice, ...]:
    """Notices from a TOML file (one table each) and a CSV of their days (notice,date,kind,festival).

    Raises ValueError in Chinese, naming the line, when a row can't be read.
    """
    with notices.open("rb") as source:
        heads = tomllib.load(source)
    named: dict[str, dict[date, NoticeDay]] = {key: {} for key in heads}
    with days.open(encoding="utf-8-sig", newline="") as source:
        for line, row in enumerate(csv.DictReader(source), start=2):
            if row["notice"] not in named:
                raise ValueError(f"{days.name}第{line}行：没有编号为“{row['notice']}”的通知")
            if row["kind"] not in ("放假", "上班"):
                raise ValueError(f"{days.name}第{line}行：“{row['kind']}”应为“放假”或“上班”")
            try:
                day = date.fromisoformat(row["date"])
            except ValueError:
                raise ValueError(f"{days.name}第{line}行：“{row['date']}”不是日期") from None
            if day in named[row["notice"]]:
                raise ValueError(f"{days.name}第{line}行：{chinese_date(day)}重复")
            named[row["notice"]][day] = NoticeDay(row["kind"] == "上班", row["festival"])
    return tuple(CalendarNotice(days=named[key], **head) for key, head in heads.items())


@lru_cache(maxsize=1)
def shipped_calendar() -> WorkCalendar:
    """The calendar of all shipped notices, each year by its newest."""
    return WorkCalendar.of(shipped_notices())


def chinese_date(day: date) -> str:
    """2026年3月30日"""
    return f"{day.year}年{day.month}月{day.day}日"
