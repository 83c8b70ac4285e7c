"""What is done to a planned event: held, put off, called off."""

from datetime import date, datetime

from django.db import transaction

from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if

from . import rules
from .models import Attendance, Event

sentences(
    events__held="登记{label}已于{on}举办",
    events__postponed="将{label}由{before}改期至{to}，原因：{reason}",
    events__cancelled="取消{label}，原因：{reason}",
)


# -- What registers ask on every change ------------------------------------------------------------------------------


def objections_to_event(event: Event) -> list[Objection]:
    return rules.objections_to_event(
        planned_on=event.planned_on, held_on=event.held_on, cancelled_on=event.cancelled_on, cancel_reason=event.cancel_reason
    )


def objections_to_attendance(attendance: Attendance) -> list[Objection]:
    event = attendance.event if attendance.event_id else None
    return rules.objections_to_attendance(
        credit_code=attendance.credit_code, persons=attendance.persons, way=attendance.way,
        mode=event.mode if event else "", held_on=event.held_on if event else None,
    )


def tidy_code(attendance: Attendance) -> None:
    """Codes are told apart as text, so they are written one way: no spaces, capitals."""
    attendance.credit_code = "".join(attendance.credit_code.split()).upper()


# -- Verbs -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def hold(event: Event, *, on: date, by, at: datetime | None = None) -> Event:
    """登记举办。Afterwards the event has taken place on that day, and enterprises may be entered for it."""
    event = Event.objects.held(event)
    refuse_if(rules.objections_to_move("hold", event.state))
    event.held_on = on
    event.save(update_fields=["held_on", "changed_at"])
    record("events.held", event, by=by, at=at, label=str(event), on=on)
    return event


@transaction.atomic
def postpone(event: Event, *, to: date, reason: str, by, at: datetime | None = None) -> Event:
    """改期。Afterwards the plan names the later day; the log keeps the earlier one with the reason."""
    event = Event.objects.held(event)
    refuse_if([*rules.objections_to_move("postpone", event.state), *rules.objections_to_postponing(event.planned_on, to, reason)])
    before, event.planned_on = event.planned_on, to
    event.save(update_fields=["planned_on", "changed_at"])
    record("events.postponed", event, by=by, at=at, label=str(event), before=before, to=to, reason=reason.strip())
    return event


@transaction.atomic
def cancel(event: Event, *, on: date, reason: str, by, at: datetime | None = None) -> Event:
    """取消。Afterwards the event will not take place; it stays in the year's plan as called off."""
    event = Event.objects.held(event)
    refuse_if([
        *rules.objections_to_move("cancel", event.state),
        *rules.objections_to_event(planned_on=event.planned_on, held_on=event.held_on, cancelled_on=on, cancel_reason=reason),
    ])
    event.cancelled_on, event.cancel_reason = on, reason.strip()
    event.save(update_fields=["cancelled_on", "cancel_reason", "changed_at"])
    record("events.cancelled", event, by=by, at=at, label=str(event), reason=event.cancel_reason)
    return event
