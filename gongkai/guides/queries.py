"""Questions of matters: which stand in the catalogue on a day, which stored last days no longer agree."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from gongkai.publishing.queries import Stale
from gongkai.rulebook.queries import adjustments, calendar

from . import rules
from .models import Matter, MatterChange


def standing_on(on: date) -> Q:
    """The condition on matters that they are in the catalogue on a day.

    Listed by then, and no cancellation in force by then that a later 进驻 or 增加 has not undone.
    """
    changes = MatterChange.objects.filter(voided_at=None, effective_on__lte=on)
    back = changes.filter(
        matter=OuterRef("matter"), kind__in=(rules.ADMITTED, rules.ADDED), effective_on__gt=OuterRef("effective_on")
    )
    gone = changes.filter(~Exists(back), matter=OuterRef("pk"), kind=rules.CANCELLED)
    return Q(listed_on__lte=on) & ~Q(Exists(gone))


def standing(office, on: date):
    """The matters in the office's catalogue on a day."""
    return Matter.objects.of(office).current().filter(standing_on(on))


def rectify_due_on(change: MatterChange, work=None, adjusted=None) -> date | None:
    """By when a 整改 is to be done, from its facts; None for other changes."""
    if change.kind != rules.RECTIFIED or not change.proposed_on:
        return None
    return rules.rectify_due_on(
        change.proposed_on, change.wanted_by_on, work or calendar(),
        adjustments(change.office_id, "guides") if adjusted is None else adjusted,
    )


def stale(office_id: int) -> list[Stale]:
    """Demands whose stored last day differs from what their facts give today. Three queries."""
    work, adjusted = calendar(), adjustments(office_id, "guides")
    found = []
    for change in MatterChange.objects.of(office_id).current().select_related("matter").order_by("pk").iterator():
        derived = rectify_due_on(change, work, adjusted)
        if derived != change.rectify_due_on:
            found.append(Stale(change, "rectify_due_on", change.rectify_due_on, derived))
    return found
