"""What is done to meetings, and the tally after a ballot."""

from datetime import date, datetime

from django.db import transaction

from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.registers.actions import create
from gongkai.registers.register import get_register

from . import rules
from .models import AccountabilityReport, Ballot, Meeting

sentences(
    accountability__held="登记{label}已于{on}召开",
    accountability__postponed="将{label}由{before}改期至{to}",
    accountability__cancelled="取消{label}，原因：{reason}",
    accountability__tallied="登记{label}评议结果：发出{issued}张，收回{returned}张",
)


# -- What registers ask on every change ------------------------------------------------------------------------------


def objections_to_meeting(meeting: Meeting) -> list[Objection]:
    return rules.objections_to_meeting(
        planned_on=meeting.planned_on, held_on=meeting.held_on, cancelled_on=meeting.cancelled_on, expected=meeting.expected,
        present=meeting.present, minutes_number=meeting.minutes_number,
    )


def objections_to_ballot(ballot: Ballot) -> list[Objection]:
    meeting = ballot.meeting if ballot.meeting_id else None
    counts = {name: getattr(ballot, name) or 0 for name in ("issued", "returned", "invalid", "good", "fair", "poor", "abstain")}
    return rules.objections_to_ballot(
        **counts, present=meeting.present if meeting else None, held_on=meeting.held_on if meeting else None,
        same_meeting=not ballot.report_id or ballot.report.meeting_id == ballot.meeting_id,
    )


# -- Verbs -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def hold(
    meeting: Meeting, *, on: date, by, expected: int | None = None, present: int | None = None, minutes_number: str = "",
    at: datetime | None = None,
) -> Meeting:  # fmt: skip
    """登记召开。Afterwards the meeting has taken place on that day and its items count as dealt with."""
    meeting = Meeting.objects.held(meeting)
    refuse_if([
        *rules.objections_to_move("hold", meeting.state),
        *rules.objections_to_meeting(
            planned_on=meeting.planned_on, held_on=on, cancelled_on=None, expected=expected, present=present, minutes_number=minutes_number
        ),
    ])
    meeting.held_on, meeting.expected, meeting.present, meeting.minutes_number = on, expected, present, minutes_number.strip()
    meeting.save(update_fields=["held_on", "expected", "present", "minutes_number", "changed_at"])
    record("accountability.held", meeting, by=by, at=at, label=str(meeting), on=on)
    return meeting


@transaction.atomic
def postpone(meeting: Meeting, *, to: date, by, at: datetime | None = None) -> Meeting:
    """改期。Afterwards the meeting is planned for the later day; the log keeps the earlier one."""
    meeting = Meeting.objects.held(meeting)
    refuse_if([*rules.objections_to_move("postpone", meeting.state), *rules.objections_to_postponing(meeting.planned_on, to)])
    before, meeting.planned_on = meeting.planned_on, to
    meeting.save(update_fields=["planned_on", "changed_at"])
    record("accountability.postponed", meeting, by=by, at=at, label=str(meeting), before=before, to=to)
    return meeting


@transaction.atomic
def cancel(meeting: Meeting, *, on: date, reason: str, by, at: datetime | None = None) -> Meeting:
    """取消。Afterwards the meeting will not take place, and nothing on its agenda counts as done or planned."""
    meeting = Meeting.objects.held(meeting)
    refuse_if([*rules.objections_to_move("cancel", meeting.state), *rules.objections_to_cancelling(reason)])
    meeting.cancelled_on = on
    meeting.save(update_fields=["cancelled_on", "changed_at"])
    record("accountability.cancelled", meeting, by=by, at=at, label=str(meeting), reason=reason.strip())
    return meeting


@transaction.atomic
def tally(
    report: AccountabilityReport, *, issued: int, good: int, fair: int, poor: int, abstain: int = 0, invalid: int = 0, by,
    returned: int | None = None, at: datetime | None = None,
) -> Ballot:  # fmt: skip
    """登记评议结果。Afterwards the ballot on that report is on record as numbers alone.

    `returned` is asked for apart from its parts, so that a slip shows; left out, it is their sum.
    """
    ballot = Ballot(
        office_id=report.office_id, section_id=report.section_id, meeting=report.meeting, report=report, issued=issued,
        returned=good + fair + poor + abstain + invalid if returned is None else returned,
        good=good, fair=fair, poor=poor, abstain=abstain, invalid=invalid,
    )
    create(get_register("ballots"), ballot, by=by, at=at)
    record("accountability.tallied", ballot, by=by, at=at, label=str(ballot), issued=issued, returned=ballot.returned)
    return ballot
