"""Questions of matters: which stand in the catalogue on a day, which stored last days no longer agree."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from gongkai.publishing.queries import Stale
from gongkai.rulebook.queries import adjustments, calendar

from . import rules
from .models import Guide, Matter, MatterChange


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


def stands(matter: Matter, on: date) -> bool:
    """Whether a matter is in the catalogue on a day."""
    return standing(matter.office_id, on).filter(pk=matter.pk).exists()


def outliving(office_id: int, since: date, on: date) -> list[tuple[Guide, date]]:
    """Guides that were outside while their matter had left the catalogue, with the day it did; those withdrawn before `since` left out. Two queries."""
    last = MatterChange.objects.filter(matter=OuterRef("matter"), kind=rules.CANCELLED, voided_at=None, effective_on__lte=on).order_by("-effective_on")
    gone = Q(matter__voided_at__isnull=False) | ~Q(matter__in=standing(office_id, on).values("pk")) & Q(cancelled_on__isnull=False)
    found = (
        Guide.objects.of(office_id).current().filter(released__isnull=False).annotate(cancelled_on=Subquery(last.values("effective_on")[:1])).filter(gone)
        .filter(Q(pk__in=Guide.objects.public().values("pk")) | Q(withdrawn_on__gte=since)).select_related("matter").order_by("pk")
    )  # fmt: skip
    days = [(guide, guide.cancelled_on or timezone.localdate(guide.matter.voided_at)) for guide in found]
    return [(guide, day) for guide, day in days if guide.withdrawn_on is None or guide.withdrawn_on >= day]


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
