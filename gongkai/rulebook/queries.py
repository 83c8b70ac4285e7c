"""The rules in force for an office: calendar and figures."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache

from gongkai.law.calendar import CalendarNotice, NoticeDay, WorkCalendar, shipped_notices
from gongkai.law.figures import Adjustment as OwnFigure

from .models import Adjustment, CalendarNoticeRow

_held: ContextVar[dict | None] = ContextVar("rules held steady", default=None)


@contextmanager
def steady() -> Iterator[None]:
    """Within it the rules are read from the database once: for work on many records, which should all be judged alike anyway."""
    if _held.get() is not None:
        yield
        return
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


_standing_in: ContextVar[WorkCalendar | None] = ContextVar("calendar", default=None)


@contextmanager
def standing_in(other: WorkCalendar) -> Iterator[None]:
    """Let `other` be the calendar for a while: to see what a notice would move, and to count many records on one reading."""
    token = _standing_in.set(other)
    try:
        yield
    finally:
        _standing_in.reset(token)


def calendar(known_on: date | None = None) -> WorkCalendar:
    """The shipped notices and those confirmed at the desk. One query; the calendar itself is built once for each state of them."""
    if known_on is None and (other := _standing_in.get()) is not None:
        return other
    held = _held.get()
    if held is None:
        return _calendar(known_on)
    if ("calendar", known_on) not in held:
        held["calendar", known_on] = _calendar(known_on)
    return held["calendar", known_on]


def _calendar(known_on: date | None) -> WorkCalendar:
    rows = tuple(
        CalendarNoticeRow.objects.exclude(confirmed_at=None).order_by("year", "published_on").values_list("year", "number", "published_on", "address", "days")
    )
    return _built(tuple((year, number, published, address, tuple(sorted(days.items()))) for year, number, published, address, days in rows), known_on)


@lru_cache(maxsize=8)
def _built(rows: tuple, known_on: date | None) -> WorkCalendar:
    return WorkCalendar.of([*shipped_notices(), *(notice_of(*row) for row in rows)], known_on=known_on)


def notice_of(year: int, number: str, published_on: date, address: str, days: Iterable[tuple[str, str]]) -> CalendarNotice:
    """A notice entered at the desk, in the calendar's own terms. `days` are pairs of ISO date and 放假 or 上班."""
    return CalendarNotice(
        year=year, title=f"{year}年放假安排", published_on=published_on, number=number, address=address,
        days={date.fromisoformat(day): NoticeDay(worked=said == "上班", festival="") for day, said in days},
    )


def adjustments(office_id: int, room: str) -> tuple[OwnFigure, ...]:
    """The office's own values of a room's practice and house figures, as `law.figure` takes them."""
    held = _held.get()
    if held is None:
        return _adjustments(office_id, room=room).get(room, ())
    if ("adjustments", office_id) not in held:
        held["adjustments", office_id] = _adjustments(office_id)
    return held["adjustments", office_id].get(room, ())


def _adjustments(office_id: int, **narrowed: str) -> dict[str, tuple[OwnFigure, ...]]:
    """The office's own values by room."""
    found: dict[str, tuple[OwnFigure, ...]] = {}
    rows = Adjustment.objects.filter(office_id=office_id, **narrowed).order_by("starts_on")
    for room, key, starts_on, value, reason in rows.values_list("room", "key", "starts_on", "value", "reason"):
        found[room] = (*found.get(room, ()), OwnFigure(key, starts_on, value, reason))
    return found
