"""How a measure stands, and what may be done to its 落实情况. Plain functions, no Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gongkai.law.moves import Moves
from gongkai.law.objections import Objection


class Standing(StrEnum):
    """The lights of the ledger."""

    NOT_STARTED = "未开始"
    GOING_ON = "进行中"
    DONE = "已完成"
    AT_RISK = "存在风险"
    OVERDUE = "逾期"


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """What a measure's standing is judged by, as of a day."""

    due_on: date | None
    starts_on: date | None
    done_on: date | None
    every_year: bool
    has_confirmed_progress: bool
    last_report_on: date | None
    records_behind: int
    targets_missed: tuple[str, ...] = ()
    overdue_duties: tuple[str, ...] = ()
    near_duties: tuple[str, ...] = ()
    failed_claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A standing and the rule that gave it."""

    standing: Standing
    why: str


def judge(facts: MeasureFacts, *, year: int, as_of: date, warn_days: int, stale_days: int) -> Judgement:
    """How the measure stands on `as_of`. The first rule that applies gives the answer.

    `warn_days` (calendar days before the last day) and `stale_days` (since the last report) are house figures.
    """
    last_day = facts.due_on or date(year, 12, 31)
    if facts.done_on and facts.done_on <= as_of and not facts.overdue_duties:
        return Judgement(Standing.DONE, f"科室负责人已于{_day(facts.done_on)}确认办结")
    if facts.overdue_duties:
        return Judgement(Standing.OVERDUE, f"有{len(facts.overdue_duties)}项应办事项超过期限：{_few(facts.overdue_duties)}")
    if as_of > last_day and facts.targets_missed:
        return Judgement(Standing.OVERDUE, f"已过期限{_day(last_day)}，量化指标未达到：{_few(facts.targets_missed)}")
    if as_of > last_day and not facts.has_confirmed_progress:
        return Judgement(Standing.OVERDUE, f"已过期限{_day(last_day)}，仍无经审核的落实情况")
    if facts.failed_claims:
        return Judgement(Standing.AT_RISK, f"记录显示有未达要求的情形：{_few(facts.failed_claims)}")
    if as_of >= last_day and facts.has_confirmed_progress and not facts.targets_missed and not facts.near_duties:
        return Judgement(Standing.DONE, f"期限{_day(last_day)}已到，有经审核的落实情况，无未办结事项")
    if facts.near_duties:
        return Judgement(Standing.AT_RISK, f"有{len(facts.near_duties)}项应办事项将在{warn_days}天内到期：{_few(facts.near_duties)}")
    if facts.starts_on and as_of < facts.starts_on:
        return Judgement(Standing.NOT_STARTED, f"计划于{_day(facts.starts_on)}开始")
    if not facts.has_confirmed_progress and not facts.records_behind:
        if (last_day - as_of).days <= warn_days:
            return Judgement(Standing.AT_RISK, f"距期限{_day(last_day)}不足{warn_days}天，尚无落实情况和记录")
        return Judgement(Standing.NOT_STARTED, "尚无经审核的落实情况，也没有相关记录")
    if facts.targets_missed and (last_day - as_of).days <= warn_days:
        return Judgement(Standing.AT_RISK, f"距期限{_day(last_day)}不足{warn_days}天，量化指标未达到：{_few(facts.targets_missed)}")
    if facts.last_report_on and (as_of - facts.last_report_on).days > stale_days:
        return Judgement(Standing.AT_RISK, f"上次填报在{_day(facts.last_report_on)}，已超过{stale_days}天未更新")
    if facts.has_confirmed_progress:
        return Judgement(Standing.GOING_ON, f"已有经审核的落实情况，期限{_day(last_day)}")
    return Judgement(Standing.GOING_ON, f"已有{facts.records_behind}条相关记录，落实情况待填报或待审核")


def _few(items: Sequence[str], most: int = 3) -> str:
    return "、".join(items[:most]) + (f"等{len(items)}项" if len(items) > most else "")


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


MOVES = Moves(
    # verb       from                          to
    ("submit",   ["draft", "returned"],        "submitted"),
    ("confirm",  ["submitted"],                "confirmed"),
    ("return",   ["submitted"],                "returned"),
)  # fmt: skip


def objections_to_confirming(*, writer_id: int | None, checker_id: int, faults: Sequence[str]) -> list[Objection]:
    """Why a 落实情况 may not be confirmed. An empty list means it may.

    The check is worth something only when it is another person's (house rule of the ledger).
    """
    found = []
    if writer_id == checker_id:
        found.append(Objection("same_person", "填报人不能审核自己填报的落实情况"))
    found += [Objection("fault", fault) for fault in faults]
    return found


def objections_to_freezing(*, year: int, as_of: date, today: date, open_texts: Sequence[str]) -> list[Objection]:
    """Why an account may not be frozen as of that day."""
    found = []
    if as_of.year != year:
        found.append(Objection("other_year", f"截至日期须在{year}年内"))
    if as_of > today:
        found.append(Objection("future", "截至日期不能晚于今天：尚未发生的事项不能入账"))
    if open_texts:
        found.append(Objection("unchecked", f"以下措施的落实情况尚未审核：{_few(open_texts, 8)}"))
    return found
