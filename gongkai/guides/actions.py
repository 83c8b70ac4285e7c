"""What registers store of their conclusions, and how a change of a matter comes into force."""

from datetime import date, datetime

from django.db import transaction
from django.utils.html import strip_tags

from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if

from . import queries, rules
from .models import Guide, MatterChange

sentences(
    guides__reviewed="审核{label}，审核日期{on}",
    guides__in_force="{label}自{on}起生效",
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
        published_on=guide.published_on, withdrawn_on=guide.withdrawn_on, conditions=strip_tags(guide.conditions),
        materials=strip_tags(guide.materials), steps=strip_tags(guide.steps), statutory_days=guide.statutory_days,
        promised_days=guide.promised_days,
    )
    if guide.matter_id and not guide.matter.is_service:
        found += rules.objections_to_a_guide_for(guide.matter.get_kind_display())
    return found


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
