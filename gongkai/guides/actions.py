"""What registers store of their conclusions, and how a change of a matter comes into force."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.html import strip_tags

from gongkai.accounts.permissions import may
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.documents.actions import IMPORTED, objections_to_day
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if

from . import content, queries, rules
from .models import Guide, MatterChange

THING = "guides.guide"

sentences(
    guides__reviewed="审核{label}，审核日期{on}",
    guides__in_force="{label}自{on}起生效",
    guides__declared="登记办事指南《{title}》已于{on}在系统外公开：{where}",  # of earlier rows: now documents.declared
    guides__edited_in_review="审核中修改办事指南《{title}》（{fields}）",
)


# -- What registers ask on every change ------------------------------------------------------------------------------


def derive_change(change: MatterChange) -> None:
    """Write the last day of a demand to put something right; other changes have none."""
    change.rectify_due_on = queries.rectify_due_on(change)


def objections_to_change(change: MatterChange) -> list[Objection]:
    return rules.objections_to_change(
        kind=change.kind, proposed_on=change.proposed_on, reviewed_on=change.reviewed_on, effective_on=change.effective_on,
        wanted_by_on=change.wanted_by_on,
    )


def objections_to_guide(guide: Guide) -> list[Objection]:
    found = rules.objections_to_guide(
        published_on=guide.published_on, conditions=strip_tags(guide.conditions), materials=strip_tags(guide.materials), steps=strip_tags(guide.steps),
        statutory_days=guide.statutory_days, promised_days=guide.promised_days,
    )  # fmt: skip
    if guide.matter_id and not guide.matter.is_service:
        found += rules.objections_to_a_guide_for(guide.matter.get_kind_display())
    stands_in = guide.released["column_id"] if guide.released and guide.live and not guide.withdrawn_on else guide.column_id
    return found + rules.objections_to_moving(moved=stands_in != guide.column_id) + objections_to_day(guide)


def objections_to_going_out(guide: Guide, copy: Mapping[str, Any], on: date) -> list[Objection]:
    """Why this copy may not be public on that day."""
    found = rules.objections_to_guide(
        published_on=on, conditions=strip_tags(copy["conditions"]), materials=strip_tags(copy["materials"]), steps=strip_tags(copy["steps"]),
        statutory_days=copy["statutory_days"], promised_days=copy["promised_days"],
    )  # fmt: skip
    return found + rules.objections_to_a_matter_gone(stands=queries.stands(guide.matter, on))


def arrive(guide: Guide, by) -> None:
    """What an import brings with its day of publication was public already: the copy is kept that was brought.

    Only whoever may declare that singly may bring it in so: an import is no way around the review chain.
    """
    if guide.published_on:
        if not may(by, THING, "declare", guide):
            refuse_if([Objection("published", "带发布日期的，须由公开协调员或政府信息公开工作机构负责人导入；未公开的请去掉发布日期，导入后送审")])
        guide.published_elsewhere, guide.released = IMPORTED, content.snapshot(guide)


# -- Verbs -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def review(change: MatterChange, *, on: date, by, at: datetime | None = None) -> MatterChange:
    """审核。Afterwards the change is approved and may be given a day of effect."""
    change = MatterChange.objects.held(change)
    refuse_if(rules.objections_to_move("review", change.state))
    change.reviewed_on = on
    refuse_if(objections_to_change(change))
    change.save(update_fields=["reviewed_on", "changed_at"])
    record("guides.reviewed", change, by=by, at=at, label=str(change), on=on)
    return change


@transaction.atomic
def bring_into_force(change: MatterChange, *, on: date, by, at: datetime | None = None) -> MatterChange:
    """生效。Afterwards the change counts from that day in the catalogue and the guides; a 整改 is done on it."""
    change = MatterChange.objects.held(change)
    refuse_if(rules.objections_to_move("bring_into_force", change.state))
    change.effective_on = on
    refuse_if(objections_to_change(change))
    change.save(update_fields=["effective_on", "changed_at"])
    record("guides.in_force", change, by=by, at=at, label=str(change), on=on)
    return change
