"""After the reply: what was refused is looked at again, what was given is proposed to everybody, and who applied is forgotten."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from gongkai.law import Objection, WorkCalendar
from gongkai.law.calendar import chinese_date
from gongkai.law.figures import Adjustment

from .result_rules import ROWS
from .rules import Case, State, figure_on, state_of

REFUSED_ROWS = tuple(row.key for row in ROWS if row.key.startswith("denied_") or row.key == "partial")


def reassess_months(on: date, adjustments: Iterable[Adjustment] = ()) -> int:
    """How often what was withheld is looked at again, in months (条例 18 says regularly; how often is the house's choice)."""
    return figure_on("withheld_review_months", on, adjustments).value


def reassess_due_on(last: date, adjustments: Iterable[Adjustment] = ()) -> date:
    """By when what was withheld is looked at again, from the reply or the last look; the end clamped to its month."""
    return _months_from(last, reassess_months(last, adjustments))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, clamped to its month."""
    return _months_from(day, -months)


def _months_from(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def retention_months(on: date, adjustments: Iterable[Adjustment] = ()) -> int:
    """How long after the archive the working records keep who applied, in months."""
    return figure_on("retention_months", on, adjustments).value


def anonymise_due_on(archived: date, adjustments: Iterable[Adjustment] = ()) -> date:
    """From when who applied is removed from the working records: so long after the archive as the office keeps it (个人信息保护法 19)."""
    return _months_from(archived, retention_months(archived, adjustments))


def objections_to_anonymising(case: Case, on: date, *, undecided: bool, done: bool, adjustments: Iterable[Adjustment] = ()) -> list[Objection]:
    """Why the applicant's data may not be removed yet. `undecided`: a review or suit is pending; `done`: it was removed before."""
    if done:
        return [Objection("done", "该申请已经去标识", "个人信息保护法 19")]
    if state_of(case) is not State.ARCHIVED or case.archived_on is None:
        return [Objection("not_archived", "归档以后才能去标识", "个人信息保护法 19")]
    found = []
    if undecided:
        found.append(Objection("undecided", "复议、诉讼尚未审结，不能去标识", "个人信息保护法 19"))
    due = anonymise_due_on(case.archived_on, adjustments)
    if on < due:
        found.append(Objection("too_early", f"申请人信息保留至{chinese_date(due)}", "个人信息保护法 19"))
    return found


def proposal_due_on(on: date, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()) -> date:
    """By when a proposal to publish is adopted or declined; how soon is the house's choice."""
    return calendar.add(on, figure_on("proposal_days", on, adjustments).value)


#: What is ticked before something an applicant was given is proposed to everybody (条例 44, 个人信息保护法 51).
CHECKLIST = (
    ("names", "申请人和其他人的姓名、证件号码、电话、住址已去除"),
    ("secrets", "商业秘密已核对，涉及第三方的已征得同意"),
    ("files", "拟公开的文件用区分处理件或重新制作，文件名、属性、批注、修订已清理"),
    ("small", "按地域、时间、单位组合后，仍认不出具体的人"),
    ("secrecy", "将按主动公开信息重新保密审查，不沿用答复时的审查"),
)
