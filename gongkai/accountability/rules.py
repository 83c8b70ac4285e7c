"""What meetings, reports and ballots may say of themselves, and how often the office reports."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from gongkai.law import Figure, Moves, Objection, figure

DIRECTORS = "directors"  # 局长办公会
OPENNESS, IDEOLOGY, NETWORK_IDEOLOGY = "openness", "ideology", "network_ideology"
FIRST_YEAR = 2019  # the figure's first


class MeetingState(StrEnum):
    PLANNED = "计划中"
    HELD = "已召开"
    CANCELLED = "已取消"


MOVES = Moves(
    # verb        from                      to
    ("postpone",  [MeetingState.PLANNED],   MeetingState.PLANNED),
    ("hold",      [MeetingState.PLANNED],   MeetingState.HELD),
    ("cancel",    [MeetingState.PLANNED],   MeetingState.CANCELLED),
)  # fmt: skip


def state_of(held_on: date | None, cancelled_on: date | None) -> MeetingState:
    """Where a meeting stands, by its dated facts."""
    if held_on:
        return MeetingState.HELD
    return MeetingState.CANCELLED if cancelled_on else MeetingState.PLANNED


def reports_owed(year: int, adjustments: Iterable = ()) -> Figure:
    """How often the office reports on openness to the 局长办公会 in a year (house: the year's plan asks for it)."""
    return figure("accountability", "report_per_year", date(year, 12, 31), adjustments)


def objections_to_move(verb: str, state: MeetingState) -> list[Objection]:
    """Why a verb may not be done to a meeting in this state."""
    return [] if MOVES.allows(state, verb) else [Objection("wrong_state", f"该会议{state.value}，不能办理")]


def objections_to_meeting(
    *, planned_on: date | None, held_on: date | None, cancelled_on: date | None, expected: int | None, present: int | None,
    minutes_number: str,
) -> list[Objection]:  # fmt: skip
    """Why a meeting may not be entered like this."""
    found = []
    if not planned_on and not held_on:
        found.append(Objection("no_day", "计划日期和召开日期至少填一项"))
    if held_on and cancelled_on:
        found.append(Objection("held_and_cancelled", "已召开的会议不能同时登记为取消"))
    if expected is not None and present is not None and present > expected:
        found.append(Objection("too_many_present", f"实到{present}人，多于应到{expected}人"))
    if minutes_number.strip() and not held_on:
        found.append(Objection("minutes_before_meeting", "会议尚未召开，不应有纪要文号"))
    return found


def objections_to_postponing(planned_on: date | None, to: date) -> list[Objection]:
    """Why a meeting may not be put off to that day."""
    return [Objection("not_later", "改期后的日期应晚于原计划日期")] if planned_on and to <= planned_on else []


def objections_to_ballot(
    *, issued: int, returned: int, invalid: int, good: int, fair: int, poor: int, abstain: int, present: int | None,
    held_on: date | None, same_meeting: bool,
) -> list[Objection]:  # fmt: skip
    """Why a tally may not be entered like this. `present` and `held_on` are the meeting's.

    A ballot is secret: only the tally is kept, so it must add up by itself.
    """
    found = []
    if returned > issued:
        found.append(Objection("more_returned", f"收回{returned}张，多于发出的{issued}张"))
    counted = good + fair + poor + abstain + invalid
    if counted != returned:
        found.append(Objection("does_not_add_up", f"各项票数合计{counted}张，与收回的{returned}张不符"))
    if present is not None and issued > present:
        found.append(Objection("more_than_present", f"发出{issued}张，多于到会的{present}人"))
    if held_on is None:
        found.append(Objection("not_held", "会议尚未召开，不能登记评议结果"))
    if not same_meeting:
        found.append(Objection("other_meeting", "评议对象不在这次会议上述责述廉"))
    return found


def objections_to_cancelling(reason: str) -> list[Objection]:
    """Why a meeting may not be called off."""
    return [] if reason.strip() else [Objection("no_reason", "取消会议须写明原因")]
