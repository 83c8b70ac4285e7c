"""Two cases tied together, and a case handed to another section."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from gongkai.law import Objection, WorkCalendar
from gongkai.law.figures import Adjustment

from .rules import Case, State, figure_on, state_of


class Joining(StrEnum):
    """How two cases are tied."""

    MERGED = "merged"
    LINKED = "linked"


_LIVE = frozenset({State.UNCONFIRMED, State.OPEN, State.AWAITING_CORRECTION, State.AWAITING_FEE})


def objections_to_joining(kind: str, case: Case, other: Case, *, same: bool, void: bool, joined: bool, leads: bool, known: bool) -> list[Objection]:
    """Why a case may not be merged into another, or linked to it.

    `joined`: one of them is merged into a third already; `leads`: others are merged into the first; `known`: they are tied.
    No article speaks of merging: 条例 45 has the office keep the procedure.
    """
    if same:
        return [Objection("itself", "不能与自身并案、关联", "条例 45")]
    if void:
        return [Objection("void", "已作废的申请不能并案、关联", "条例 45")]
    if known:
        return [Objection("known", "这两件申请已经并案或关联", "条例 45")]
    if kind == Joining.LINKED:
        return []
    found = []
    if state_of(case) not in _LIVE or state_of(other) not in _LIVE:
        found.append(Objection("closed", "只有都在办理中的申请可以并案，已办结的请用“关联”", "条例 45"))
    if joined:
        found.append(Objection("joined", "其中一件已并入其他申请，请先解除", "条例 45"))
    if leads:
        found.append(Objection("leads", "有其他申请并入了本件，请反过来并入", "条例 45"))
    return found


def inner_days(on: date, adjustments: Iterable[Adjustment] = ()) -> int:
    """How many working days before the last day the section that handles a case is to be ready."""
    return figure_on("inner_days", on, adjustments).value


def handover_due_on(on: date, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()) -> date:
    """By when a hand-over is accepted or returned; how soon is the house's choice."""
    return calendar.add(on, figure_on("handover_days", on, adjustments).value)


def objections_to_sending_back(case: Case) -> list[Objection]:
    """Why a case that was handed over may not be returned: it was closed meanwhile, and who closed it keeps it."""
    if state_of(case) in _LIVE:
        return []
    return [Objection("closed", f"该申请已经办结（{state_of(case)}），不能退回，请点“接收”", "条例 45")]
