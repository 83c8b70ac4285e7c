"""Questions about consultations that span models."""

from datetime import date

from gongkai.law.sheet import Sheet, sheet
from gongkai.rulebook.queries import adjustments, calendar

from . import actions, rules
from .models import Consultation


def clock_sheet(consultation: Consultation) -> Sheet | None:
    """时限计算书 of the feedback."""
    clock = rules.feedback_clock(consultation.window, calendar(), adjustments(consultation.office_id, "consultation"))
    return sheet(clock, subject=consultation.title) if clock else None


def stale(office) -> list[tuple[Consultation, date | None, date | None]]:
    """Consultations whose stored last day is not what follows from their facts: each with stored and derived. Repairs nothing."""
    found = []
    for consultation in Consultation.objects.of(office).current():
        stored = consultation.feedback_due_on
        actions.derive(consultation)
        if consultation.feedback_due_on != stored:
            found.append((consultation, stored, consultation.feedback_due_on))
    return found
