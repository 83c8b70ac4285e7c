"""What the law says of benefit policies and of keeping them current."""

from collections.abc import Iterable
from datetime import date

from gongkai.law import Basis, Objection, WorkCalendar, figure

ADDED, ADJUSTED, REMOVED = "added", "adjusted", "removed"


def objections_to_policy(
    *, published_on: date | None, effective_on: date | None, expires_on: date | None, opens_on: date | None,
    closes_on: date | None, outcome: str, complaints: str,
) -> list[Objection]:  # fmt: skip
    """Why a policy may not stand in the register like this.

    广东优化营商环境条例 54.2: who publishes what was paid out publishes the channel for complaints with it.
    It binds policies published since the regulation is in force, and those still to be published.
    """
    found = []
    if effective_on and expires_on and expires_on < effective_on:
        found.append(Objection("expires_before_effect", "失效日期早于生效日期"))
    if published_on and expires_on and expires_on < published_on:
        found.append(Objection("expires_before_publication", "失效日期早于发布日期"))
    if opens_on and closes_on and closes_on < opens_on:
        found.append(Objection("closes_before_opening", "申报截止日期早于申报开始日期"))
    basis = "广东优化营商环境条例 54.2"
    if outcome.strip() and not complaints.strip() and (published_on is None or Basis.parse(basis).cite(published_on).in_force):
        found.append(Objection("no_complaints_channel", "公布兑现结果的，应当同时公布监督投诉渠道", basis))
    return found


def objections_to_update(*, kind: str, updated_on: date | None, reason: str, published_on: date | None) -> list[Objection]:
    """Why an update of the platform may not be entered like this."""
    found = []
    if kind == REMOVED and not reason.strip():
        found.append(Objection("no_reason", "下架的须写明原因"))
    if updated_on and published_on and updated_on < published_on:
        found.append(Objection("before_publication", "平台更新日期早于政策发布日期"))
    return found


def objections_to_removing(*, is_listed: bool) -> list[Objection]:
    """Why a policy may not be taken down."""
    return [] if is_listed else [Objection("not_listed", "该政策不在平台上，无须下架")]


def objections_to_releasing(*, expires_on: date | None, on: date) -> list[Objection]:
    """Why an approved policy may not go out on a day: nobody can claim what has expired."""
    return [Objection("expired", "政策有效期已届满，不能发布，请核对有效期后重新送审")] if expires_on and expires_on < on else []


def objections_to_going_first(*, has_document: bool, document_out: bool) -> list[Objection]:
    """Why a policy may not go out with only what is beside it: what it carries out is not public yet.

    House: the entry is read beside the document it rests on, so that it never goes before it.
    """
    if has_document and not document_out:
        return [Objection("document_first", "所依据的政策文件还没有公开，请先公开文件，或与文件绑定发布")]
    return []


def removal_due_on(expires_on: date, calendar: WorkCalendar, adjustments: Iterable = ()) -> date:
    """By when an expired policy is taken down: working days after its last day of validity.

    House: the law asks for a public list of benefits (广东优化营商环境条例 45.2) and names no days.
    """
    return calendar.add(expires_on, figure("benefits", "delist_workdays", expires_on, adjustments).value)
