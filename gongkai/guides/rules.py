"""What matters, guides and their changes may say of themselves, and by when a guide is put right."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from gongkai.law import Basis, Figure, Moves, Objection, WorkCalendar, figure

ADMITTED, ADDED, ADJUSTED, CHANGED, CANCELLED, RECTIFIED = "admitted", "added", "adjusted", "changed", "cancelled", "rectified"

#: 申请条件、材料里的兜底条款: “其他材料”, “其他有关资料”, “法律法规规定的其他条件”, “等相关材料”.
_CATCH_ALL = re.compile(r"(?:其[他它]|等)(?:有关|相关|必要|必需|需要|应当|所需|要求)?(?:的|提供的|提交的)?(?:证明)?(?:申请)?(?:材料|资料|文件|条件|证明)")


class ChangeState(StrEnum):
    PROPOSED = "待审核"
    REVIEWED = "已审核"
    IN_FORCE = "已定生效日期"


MOVES = Moves(
    # verb                 from                      to
    ("review",             [ChangeState.PROPOSED],   ChangeState.REVIEWED),
    ("bring_into_force",   [ChangeState.REVIEWED],   ChangeState.IN_FORCE),
)  # fmt: skip


def state_of(reviewed_on: date | None, effective_on: date | None) -> ChangeState:
    """Where a change stands, by its dated facts."""
    if effective_on:
        return ChangeState.IN_FORCE
    return ChangeState.REVIEWED if reviewed_on else ChangeState.PROPOSED


def rectify_figure(proposed_on: date, adjustments: Iterable = ()) -> Figure:
    """How many working days a demand without a term of its own leaves (house, after 条例 26)."""
    return figure("guides", "rectify_workdays", proposed_on, adjustments)


def rectify_due_on(proposed_on: date, wanted_by_on: date | None, calendar: WorkCalendar, adjustments: Iterable = ()) -> date:
    """By when a guide is put right: the day the demand names, else working days from the demand.

    House, after 条例 26, which gives information that has changed twenty working days to be public.
    """
    if wanted_by_on:
        return wanted_by_on
    return calendar.add(proposed_on, rectify_figure(proposed_on, adjustments).value)


def catch_all_clauses(text: str) -> list[str]:
    """The wordings in a list of conditions or materials that leave it open."""
    return [match.group() for match in _CATCH_ALL.finditer(text)]


def objections_to_guide(
    *, published_on: date | None, conditions: str, materials: str, steps: str, statutory_days: int | None, promised_days: int | None,
) -> list[Objection]:  # fmt: skip
    """Why a guide may not stand, or be published, like this.

    716号令 6: a published guide states conditions, materials and steps.
    广东优化营商环境条例 29.2: conditions and materials are definite, without catch-all clauses.
    A draft may be incomplete: what it lacks is asked for when it has a day of publication.
    """
    found = []
    if statutory_days is not None and promised_days is not None and promised_days > statutory_days:
        found.append(Objection("promise_beyond_law", f"承诺办结时限{promised_days}个工作日，超过法定办结时限{statutory_days}个工作日"))
    if not published_on:
        return found
    missing = [label for label, text in (("受理条件", conditions), ("办事材料", materials), ("办理流程", steps)) if not text.strip()]
    if missing:
        found.append(Objection("incomplete", f"发布的办事指南应当明确{'、'.join(missing)}", "716号令 6"))
    basis = "广东优化营商环境条例 29.2"
    if Basis.parse(basis).cite(published_on).in_force:
        for label, text in (("受理条件", conditions), ("办事材料", materials)):
            if clauses := catch_all_clauses(text):
                found.append(Objection("catch_all", f"{label}不得有“{clauses[0]}”这样的兜底表述，请逐项写明", basis))
    return found


def objections_to_change(
    *, kind: str, proposed_on: date | None, reviewed_on: date | None, effective_on: date | None, wanted_by_on: date | None
) -> list[Objection]:
    """Why a change of a matter may not be entered like this: proposed, then reviewed, then in force from a day."""
    found = []
    if effective_on and not reviewed_on:
        found.append(Objection("not_reviewed", "事项变更须先审核，再生效"))
    if proposed_on and reviewed_on and reviewed_on < proposed_on:
        found.append(Objection("reviewed_before_proposed", "审核日期早于提出日期"))
    if reviewed_on and effective_on and effective_on < reviewed_on:
        found.append(Objection("effective_before_review", "生效日期早于审核日期"))
    if wanted_by_on and kind != RECTIFIED:
        found.append(Objection("not_a_rectification", "只有整改才填写要求完成日期"))
    if wanted_by_on and proposed_on and wanted_by_on < proposed_on:
        found.append(Objection("wanted_before_proposed", "要求完成日期早于提出日期"))
    return found


def objections_to_move(verb: str, state: ChangeState) -> list[Objection]:
    """Why a verb may not be done to a change in this state."""
    return [] if MOVES.allows(state, verb) else [Objection("wrong_state", f"该变更{state.value}，不能办理")]


def objections_to_a_guide_for(kind: str) -> list[Objection]:
    """Why a matter of this kind has no guide: nobody applies for it."""
    return [Objection("not_a_service", f"“{kind}”不是依申请办理的政务服务事项，不编制办事指南")]


def objections_to_a_matter_gone(*, stands: bool) -> list[Objection]:
    """Why the guide to a matter may not go out: the matter left the catalogue, so that nobody can apply for it."""
    return [] if stands else [Objection("matter_gone", "事项已取消或作废，不再发布办事指南")]


def objections_to_moving(*, moved: bool) -> list[Objection]:
    """Why a guide that is out may not change its column: it was reviewed for where it stands."""
    return [Objection("out", "已发布的办事指南不能直接改换栏目：请先撤回，改好后重新送审")] if moved else []
