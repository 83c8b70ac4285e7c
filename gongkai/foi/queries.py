"""Questions about applications that span models."""

from datetime import date, timedelta
from typing import NamedTuple

from gongkai.law import Clock
from gongkai.law.sheet import Sheet, sheet
from gongkai.rulebook.queries import adjustments, calendar

from . import actions, rules
from .models import Application, ThirdPartyOpinion

DERIVED = ("received_on", "correction_ask_due_on", "reply_due_on", "reply_on", "closed_on", "report_row")


def reply_clock(application: Application, as_of: date | None = None) -> Clock | None:
    """The clock of its reply under the calendar in force; None while it has not been received."""
    return rules.reply_clock(application.case(), calendar(), adjustments(application.office_id, "foi"), as_of)


def clock_sheet(application: Application, as_of: date | None = None) -> Sheet | None:
    """时限计算书 of its reply; None while it has not been received."""
    clock = reply_clock(application, as_of)
    return sheet(clock, subject=application.number) if clock else None


def stale(office) -> list[tuple[Application, dict[str, tuple]]]:
    """Applications whose stored days are not what follows from their facts: each with {column: (stored, derived)}.

    Reads and compares; repairs nothing.
    """
    found = []
    for application in Application.objects.of(office).current().prefetch_related("opinions"):
        stored = {name: getattr(application, name) for name in DERIVED}
        actions.derive(application)
        moved = {name: (old, getattr(application, name)) for name, old in stored.items() if old != getattr(application, name)}
        if moved:
            found.append((application, moved))
    return found


def stale_letters(office) -> list[tuple[ThirdPartyOpinion, date | None]]:
    """Letters whose stored day of silence is not what follows from their facts, each with the derived day."""
    found = []
    for letter in ThirdPartyOpinion.objects.of(office).current().select_related("application"):
        stored = letter.expires_on
        actions.derive_letter(letter)
        if letter.expires_on != stored:
            found.append((letter, letter.expires_on))
    return found


# The case page


class Day(NamedTuple):
    """A square of the clock's calendar. `kind`: counts, rest, excluded, blank; `notes` are what happened on it."""

    on: date
    kind: str
    running: int
    notes: tuple[str, ...]
    is_today: bool
    is_last: bool


def weeks(application: Application, today: date) -> list[list[Day]]:
    """The clock as weeks of seven days, from receipt through the last day (and the day of reply)."""
    clock = reply_clock(application, as_of=application.closed_on or today)
    if clock is None:
        return []
    notes: dict[date, list[str]] = {}
    for step in clock.steps:
        notes.setdefault(step.on, []).append(step.event.note)
    counted = {row.on: row for row in sheet(clock).rows}
    end = max([*counted, clock.started_on])
    day = clock.started_on - timedelta(days=clock.started_on.weekday())
    found: list[Day] = []
    while day <= end or day.weekday():
        row = counted.get(day)
        kind = "blank" if row is None else "counts" if row.counts else "excluded" if "不计入" in row.remark else "start" if row.remark else "rest"
        if row is not None and clock.last_day and day > clock.last_day and row.counts:
            kind = "over"
        found.append(Day(day, kind, row.running if row else 0, tuple(notes.get(day, ())), day == today, day == clock.last_day))
        day += timedelta(days=1)
    return [found[n : n + 7] for n in range(0, len(found), 7)]


class Happened(NamedTuple):
    """One thing that happened to a case, with what it rests on and the last day after it."""

    on: date
    what: str
    basis: str
    last_day: date | None


def happened(application: Application) -> list[Happened]:
    """Everything that happened, newest first: the clock's steps, and what the clock does not know of."""
    case, found = application.case(), []
    if application.handed_in_on != application.received_on:
        found.append(Happened(application.handed_in_on, f"申请人以{application.get_channel_display()}提交申请", application.received_on_basis, None))
    if (page := clock_sheet(application)) is not None:
        found += [Happened(step.on, step.sentence, step.basis, step.last_day) for step in page.steps]
    for letter in case.consulted:
        if letter.received_by_on:
            found.append(Happened(letter.received_by_on, "对方收到征求意见书", "", None))
        if letter.opinion_on:
            found.append(Happened(letter.opinion_on, "收到对方意见", "", None))
    if application.dispatched_on and not application.closed_on:
        found.append(Happened(application.dispatched_on, "答复已发出，等待申请人签收", "", None))
    return sorted(found, key=lambda one: one.on, reverse=True)
