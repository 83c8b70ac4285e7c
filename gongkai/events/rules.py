"""What an event and the attendance at it may say of themselves."""

from datetime import date
from enum import StrEnum

from gongkai.law import Moves, Objection

BRIEFING, HOSTED = "briefing", "host"
ONLINE, ON_SITE, BOTH = "online", "on_site", "both"

_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # I, O, S, V and Z are never used
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


class EventState(StrEnum):
    PLANNED = "计划中"
    HELD = "已举办"
    CANCELLED = "已取消"


MOVES = Moves(
    # verb        from                    to
    ("postpone",  [EventState.PLANNED],   EventState.PLANNED),
    ("hold",      [EventState.PLANNED],   EventState.HELD),
    ("cancel",    [EventState.PLANNED],   EventState.CANCELLED),
)  # fmt: skip


def state_of(held_on: date | None, cancelled_on: date | None) -> EventState:
    """Where an event stands, by its dated facts."""
    if held_on:
        return EventState.HELD
    return EventState.CANCELLED if cancelled_on else EventState.PLANNED


def check_character(first_seventeen: str) -> str:
    """The last character of a unified social credit code.

    GB 32100: each of the first seventeen characters has a value (0–30) and a weight; 31 less the
    remainder of the weighted sum by 31 is the value of the last. Raises ValueError for a character
    the code does not use.
    """
    if len(first_seventeen) != len(_WEIGHTS):
        raise ValueError("前17位")
    total = sum(_CHARACTERS.index(c) * w for c, w in zip(first_seventeen, _WEIGHTS, strict=True))
    return _CHARACTERS[(31 - total % 31) % 31]


def objections_to_credit_code(code: str) -> list[Objection]:
    """Why this is not a unified social credit code (GB 32100)."""
    if len(code) != 18:
        return [Objection("length", f"统一社会信用代码应为18位，现有{len(code)}位")]
    if strange := "".join(dict.fromkeys(c for c in code if c not in _CHARACTERS)):
        return [Objection("characters", f"统一社会信用代码只用数字和大写字母（不用I、O、S、V、Z），不应有“{strange}”")]
    if check_character(code[:17]) != code[17]:
        return [Objection("check_character", "统一社会信用代码的校验码不符，请核对是否录错")]
    return []


def objections_to_event(
    *, planned_on: date | None, held_on: date | None, cancelled_on: date | None, cancel_reason: str
) -> list[Objection]:
    """Why an event may not be entered like this."""
    found = []
    if not planned_on and not held_on:
        found.append(Objection("no_day", "计划日期和举办日期至少填一项"))
    if held_on and cancelled_on:
        found.append(Objection("held_and_cancelled", "已举办的活动不能同时登记为取消"))
    if cancelled_on and not cancel_reason.strip():
        found.append(Objection("no_cancel_reason", "取消的活动须写明原因"))
    return found


def objections_to_attendance(*, credit_code: str, persons: int | None, way: str, mode: str, held_on: date | None) -> list[Objection]:
    """Why an enterprise may not be entered as having attended like this. `mode` and `held_on` are the event's."""
    found = objections_to_credit_code(credit_code)
    if persons is not None and persons < 1:
        found.append(Objection("no_persons", "参加人数至少为1人"))
    if held_on is None:
        found.append(Objection("not_held", "活动尚未举办，不能登记参加企业"))
    if way and mode in (ONLINE, ON_SITE) and way != mode:
        only = "线上" if mode == ONLINE else "线下"
        found.append(Objection("wrong_way", f"该活动仅以{only}方式举办，参加方式应为{only}"))
    return found


def objections_to_move(verb: str, state: EventState) -> list[Objection]:
    """Why a verb may not be done to an event in this state."""
    return [] if MOVES.allows(state, verb) else [Objection("wrong_state", f"该活动{state.value}，不能办理")]


def objections_to_postponing(planned_on: date | None, to: date, reason: str) -> list[Objection]:
    """Why an event may not be put off to that day."""
    found = []
    if planned_on and to <= planned_on:
        found.append(Objection("not_later", "改期后的日期应晚于原计划日期"))
    if not reason.strip():
        found.append(Objection("no_reason", "改期须写明原因"))
    return found
