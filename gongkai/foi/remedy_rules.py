"""复议 and 诉讼: their days, what is told of them, and when a closed case is taken up again."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from gongkai.law import Objection, WorkCalendar, figure
from gongkai.law.calendar import chinese_date
from gongkai.law.figures import Adjustment

from .rules import REVIEW_LAW, Case, figure_on, objections_to_moving


class RemedyKind(StrEnum):
    """The groups of table four, by the keys of its form."""

    RECONSIDERATION = "reconsideration"
    DIRECT_SUIT = "direct_suit"
    SUIT_AFTER = "suit_after"


@dataclass(frozen=True, slots=True)
class RemedyCase:
    """The dated facts of one review or suit."""

    kind: str
    accepted_on: date
    procedure: str = ""
    notified_on: date | None = None
    answered_on: date | None = None
    extended_on: date | None = None
    decided_on: date | None = None
    result: str = ""
    orders_redo: bool = False
    redo_by: date | None = None


def remedy_answer_due_on(remedy: RemedyCase, adjustments: Iterable[Adjustment] = ()) -> date | None:
    """By when the office hands in its answer: counted in calendar days from the notice, which errs on the early side."""
    if remedy.notified_on is None:
        return None
    name = "suit_answer_days" if remedy.kind != RemedyKind.RECONSIDERATION else "review_answer_days_summary" if remedy.procedure == "summary" else "review_answer_days"
    return remedy.notified_on + timedelta(days=figure_on(name, remedy.notified_on, adjustments).value)


def remedy_decision_due_on(remedy: RemedyCase) -> date | None:
    """By when a review is decided: 30 days in the summary procedure, 60 (and up to 30 more) in the ordinary one. Courts: not held."""
    if remedy.kind != RemedyKind.RECONSIDERATION or not remedy.procedure:
        return None
    on = max(remedy.accepted_on, REVIEW_LAW)
    days = figure("foi", "review_decision_days_summary" if remedy.procedure == "summary" else "review_decision_days", on).value
    if remedy.procedure == "ordinary" and remedy.extended_on:
        days += figure("foi", "review_decision_extension", on).value
    return remedy.accepted_on + timedelta(days=days)


class RemedyPeriods(NamedTuple):
    """Until when the applicant may seek remedy, reckoned from the day of reply: he may have learnt of it later."""

    review_until: date
    suit_until: date


def remedy_periods(replied: date) -> RemedyPeriods:
    """行政复议法 20.1: sixty days. 行政诉讼法 46.1: six months, the end clamped to the month."""
    days = figure("foi", "review_days", replied).value
    months = figure("foi", "suit_months", replied).value
    month = replied.month - 1 + months
    year, month = replied.year + month // 12, month % 12 + 1
    return RemedyPeriods(replied + timedelta(days=days), date(year, month, min(replied.day, monthrange(year, month)[1])))


def objections_to_remedy(case: Case, remedy: RemedyCase) -> list[Objection]:
    """Why a review or suit can't be as it is entered."""
    found = []
    first = case.received_on or case.handed_in_on
    if remedy.accepted_on < first:
        found.append(Objection("before_receipt", "受理（立案）日期早于收到申请日期", "条例 51"))
    for day, name in ((remedy.notified_on, "收到通知日期"), (remedy.decided_on, "结案日期")):
        if day and day < remedy.accepted_on:
            found.append(Objection("before_accepting", f"{name}早于受理（立案）日期", "条例 51"))
    if remedy.answered_on and (remedy.notified_on is None or remedy.answered_on < remedy.notified_on):
        found.append(Objection("answered_before_notice", "提交答复日期早于收到通知日期，或未登记收到通知", "行政复议法 54.1"))
    if bool(remedy.decided_on) != bool(remedy.result):
        found.append(Objection("half_decided", "结案日期和结果须同时登记", "条例 51"))
    if remedy.kind == RemedyKind.RECONSIDERATION and remedy.extended_on and remedy.procedure != "ordinary":
        found.append(Objection("no_extension", "只有复议普通程序可以延长审理", "行政复议法 62.1"))
    if remedy.kind != RemedyKind.RECONSIDERATION and (remedy.procedure or remedy.extended_on):
        found.append(Objection("not_a_review", "程序和延长审理只在行政复议中登记", "行政复议法 53.1(4)"))
    if remedy.orders_redo and remedy.result != "corrected":
        found.append(Objection("not_corrected", "责令重新答复的，结果应为“结果纠正”", "条例 51"))
    if remedy.redo_by and not remedy.orders_redo:
        found.append(Objection("redo_without_order", "未责令重新答复，不登记重新答复的最后一日", "条例 51"))
    return found


def redo_due_on(on: date, named: date | None, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()) -> date:
    """By when a reopened case is answered: the day its decision names, else as many working days as the office says."""
    return named or calendar.add(on, figure_on("redo_days", on, adjustments).value)


class ReopeningGround(StrEnum):
    """On whose word a closed case is taken up again."""

    REMEDY = "remedy"
    ORDER = "order"
    OWN = "own"


def objections_to_reopening_otherwise(case: Case, ground: str, document: str, reason: str, on: date) -> list[Objection]:
    """Why a case may not be taken up again without a decision of review or court: by order of the 主管部门 (条例 47), or as the office's own correction."""
    if found := objections_to_moving("reopen", case):
        return found
    if ground not in (ReopeningGround.ORDER, ReopeningGround.OWN):
        return [Objection("no_ground", "请选择重新办理的根据", "条例 51")]
    found = []
    if not document.strip():
        found.append(Objection("no_document", "请填写责令改正通知的文号，或自行纠正的呈批单编号", "条例 47"))
    if not reason.strip():
        found.append(Objection("no_reason", "请写明原答复错在哪里、为什么重新办理", "条例 47"))
    ended = case.redone_on or case.closed_on
    if ended and on < ended:
        found.append(Objection("before_reply", f"重新办理日期早于办结日期{chinese_date(ended)}", "条例 47"))
    return found


def objections_to_reopening(case: Case, remedy: RemedyCase, on: date) -> list[Objection]:
    """Why the case may not be taken up again on the strength of this decision."""
    if found := objections_to_moving("reopen", case):
        return found
    if remedy.result != "corrected" or remedy.decided_on is None:
        return [Objection("not_corrected", "只有结果纠正的复议决定或者裁判可以重新办理", "条例 51")]
    if on < remedy.decided_on:
        return [Objection("before_decision", f"重新办理日期早于结案日期{chinese_date(remedy.decided_on)}", "条例 51")]
    return []
