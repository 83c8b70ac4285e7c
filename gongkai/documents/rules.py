"""Law of documents: validity, and by when one is explained, submitted to the gazette, evaluated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from gongkai.law import Objection
from gongkai.law.calendar import WorkCalendar
from gongkai.law.clock import Clock, Start, Unit, add_months
from gongkai.law.figures import figure
from gongkai.publishing.rules import (
    WITHHELD,
    objections_to_attribute,
    objections_to_ground,
    objections_to_publishing,
)
from gongkai.text.dates import render as said_day

NORMATIVE = "normative"

# 有效性
NOT_YET, IN_FORCE, EXPIRED, REPEALED = "尚未施行", "有效", "失效", "废止"


class EvaluationOwed(NamedTuple):
    """One evaluation owed by `due_on`, and the day one was finished that discharges it."""

    due_on: date
    done_on: date | None


def validity(signed_on: date, effective_on: date | None, expires_on: date | None, repealed_on: date | None, *, on: date) -> str:
    """有效性 on a day. The last day of the term still counts; the day of repeal no longer does.

    Not every document has a term (277号 34 speaks of those without).
    """
    if repealed_on is not None and repealed_on <= on:
        return REPEALED
    if expires_on is not None and expires_on < on:
        return EXPIRED
    if (effective_on or signed_on) > on:
        return NOT_YET
    return IN_FORCE


def interpretation_clock(published_on: date, calendar: WorkCalendar, adjustments: Iterable = ()) -> Clock:
    """The working days within which what explains a document is out. The day of publication is day nought.

    360号 wants it at the same time; the three days are local practice, which an office may change.
    """
    allowed = figure("documents", "interpretation_days", published_on, adjustments)
    return Clock.run([Start(published_on, allowed.value, unit=Unit.WORKDAY, basis=allowed.basis, note="公开")], calendar)


def gazette_clock(signed_on: date, calendar: WorkCalendar, adjustments: Iterable = ()) -> Clock:
    """The calendar days within which a normative document is submitted to the gazette, from its date of signing."""
    allowed = figure("documents", "gazette_days", signed_on, adjustments)
    return Clock.run([Start(signed_on, allowed.value, unit=Unit.DAY, basis=allowed.basis, note="成文")], calendar)


def evaluations_owed(
    begins_on: date, expires_on: date | None, repealed_on: date | None, finished: Iterable[date], adjustments: Iterable = ()
) -> list[EvaluationOwed]:
    """The evaluations a normative document has owed and owes, oldest first; at most one is still open.

    277号 34: one with a term, six months before the term ends; one without, at intervals of at most
    five years. For the first kind an evaluation finished in the year before that day serves as well
    (house). A document repealed by the day owes nothing any more.
    """
    adjustments = tuple(adjustments)
    # The Guangdong rule is of 2020; what began earlier is measured by it all the same.
    on = max(begins_on, date(2020, 1, 1))
    finished = sorted(finished)
    if expires_on is not None:
        due = add_months(expires_on, -figure("documents", "evaluate_before_months", on, adjustments).value)
        serves_from = add_months(due, -figure("documents", "evaluation_serves_months", on, adjustments).value)
        owed = [EvaluationOwed(due, next((day for day in finished if day >= serves_from), None))]
    else:
        every = figure("documents", "evaluate_every_months", on, adjustments).value
        owed, since = [], begins_on
        for day in finished:
            owed.append(EvaluationOwed(add_months(since, every), day))
            since = day
        owed.append(EvaluationOwed(add_months(since, every), None))
    return [one for one in owed if one.done_on is not None or (one.due_on > begins_on and not (repealed_on and repealed_on <= one.due_on))]


def objections_to_document(
    *,
    kind: str,
    attribute: str,
    ground: str,
    attribute_reason: str,
    published_on: date | None,
    code: str,
    needs_interpretation: bool,
    exemption: str,
    exempted_on: date | None,
) -> list[Objection]:
    """Why a document can't stand as it is recorded."""
    found = objections_to_attribute(attribute, attribute_reason) + objections_to_ground(attribute, ground)
    found += objections_to_publishing(attribute, published_on)
    if code and kind != NORMATIVE:
        found.append(Objection("code_unwanted", "只有规范性文件才有规范性文件编号，请核对种类"))
    if kind == NORMATIVE and attribute == WITHHELD:
        # A normative document is published, or it is none (277号 2) and no ground of administration (优化营商环境条例 64).
        found.append(Objection("normative_withheld", "规范性文件应当公布，不能定为不予公开", "条例 20(1)"))
    if needs_interpretation and (exemption.strip() or exempted_on):
        found.append(Objection("exempt_yet_needed", "填写了免予解读的理由或日期，却仍标为需要解读，请核对"))
    if not needs_interpretation and not (exemption.strip() and exempted_on):
        found.append(Objection("no_exemption", "不作解读的，须写明免予解读的理由和决定日期", "360号 同步解读"))
    return found


def objections_to_interpretation(
    *, has_document: bool, document_title: str, published_on: date | None, forms: int, points: int
) -> list[Objection]:
    """Why an interpretation can't stand as it is recorded. A draft may still lack its forms and points."""
    found = []
    if not has_document and not document_title.strip():
        found.append(Objection("of_nothing", "请选择所解读的文件，或填写库外文件的名称"))
    if published_on is not None and not forms:
        found.append(Objection("no_form", "已发布的解读，须至少选择一种解读形式"))
    if published_on is not None and not points:
        found.append(Objection("no_point", "已发布的解读，须至少勾选一项解读要点", "360号 同步解读"))
    return found


def objections_to_submission(*, signed_on: date, submitted_on: date, printed_on: date | None, issue: str) -> list[Objection]:
    """Why a submission to the gazette can't stand as it is recorded."""
    found = []
    if submitted_on < signed_on:
        found.append(Objection("too_early", "报送日期不能早于文件的成文日期"))
    if printed_on is not None and not issue.strip():
        found.append(Objection("no_issue", "已刊登的，须填写公报期号"))
    return found


def objections_to_evaluation(*, finished_on: date | None, report_title: str, has_report: bool, result: str) -> list[Objection]:
    """An evaluation is finished when it has a report; one without is still under way."""
    found = []
    if finished_on is not None and not (report_title.strip() or has_report):
        found.append(Objection("no_report", "评估已完成的，须有评估报告：填写报告名称或上传报告"))
    if result and finished_on is None:
        found.append(Objection("not_finished", "已有评估结论的，须填写完成日期"))
    return found


def objections_to_publication_day(published_on: date | None, *, was_released: bool, elsewhere: str, stood: date | None = None) -> list[Objection]:
    """A day of publication is written by the release, or by the record that it was public before this system.

    `stood` is the day on record: what is outside keeps it, since pages show it and nobody would have reviewed another.
    """
    if stood and (published_on is None or was_released and not elsewhere.strip()) and published_on != stood:
        return [Objection("day_stands", f"公开日期{said_day(stood)}是公开时写入的，不能改动；要撤下的，请撤回")]
    if published_on is None or was_released or elsewhere.strip():
        return []
    return [Objection("not_released", "公开日期由审核发布写入；以前已在系统外公开的，由公开工作机构登记", "保密法实施条例 42")]


def objections_to_going_out_alone(*, first: bool, needs_interpretation: bool, exemption: str, explained: bool) -> list[Objection]:
    """同步: a policy that needs explaining goes out with what explains it, after it, or exempted with a reason."""
    if not first or explained or (not needs_interpretation and exemption.strip()):
        return []
    return [Objection("no_interpretation", "需要解读的文件须与解读同步公开：请与解读绑定发布，或者记录免予解读的理由和决定日期", "360号 同步解读")]


def objections_to_explaining_alone(*, has_document: bool, document_out: bool) -> list[Objection]:
    """What explains a document of ours is not out before the document."""
    if not has_document or document_out:
        return []
    return [Objection("document_first", "所解读的文件还没有公开：请与文件绑定发布", "360号 同步解读")]


def objections_to_repealing(*, signed_on: date, repealed_on: date | None, by_signed_on: date | None, same: bool, on: date) -> list[Objection]:
    """Why a document may not be repealed as of `on`, by another document or by a decision alone."""
    found = []
    if repealed_on is not None:
        found.append(Objection("repealed", "该文件已经废止"))
    if on < signed_on:
        found.append(Objection("too_early", "废止日期不能早于成文日期"))
    if same:
        found.append(Objection("itself", "文件不能废止自己"))
    if by_signed_on is not None and by_signed_on < signed_on:
        found.append(Objection("older", "废止它的文件，成文日期比它还早，请核对"))
    return found


def last_days(
    *, kind: str, signed_on: date, published_on: date | None, calendar: WorkCalendar, adjustments: Iterable = ()
) -> tuple[date | None, date | None]:
    """The last days for explaining a document and for sending it to the gazette; None where nothing is owed.

    A document of any kind has the first, since an exemption is a decision with a day of its own;
    only normative documents go to the gazette.
    """
    adjustments = tuple(adjustments)
    explain = interpretation_clock(published_on, calendar, adjustments).last_day if published_on else None
    gazette = gazette_clock(signed_on, calendar, adjustments).last_day if kind == NORMATIVE else None
    return explain, gazette
