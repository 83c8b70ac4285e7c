"""What the office owes by its own year's plan of briefings."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.urls import reverse

from gongkai.sockets import Duty, duties

from . import rules
from .models import Event


@duties("events.planned_briefing", "举办计划内的惠企政策宣讲会", "优化营商环境条例 38")
def planned_briefing(office_id: int, since: date, today: date) -> Iterable[Duty]:
    """A planned briefing is held by its day; holding or cancelling it discharges the duty. One query."""
    planned = (
        Event.objects.of(office_id).current().filter(kind=rules.BRIEFING, part=rules.HOSTED, planned_on__isnull=False)
        .filter(Q(held_on=None) | Q(held_on__gte=since)).filter(Q(cancelled_on=None) | Q(cancelled_on__gte=since))
    )
    for event in planned.order_by("planned_on", "pk"):
        yield Duty(
            key="events.planned_briefing", subject=event.title, title="举办惠企政策宣讲会", due_on=event.planned_on,
            basis="优化营商环境条例 38", url=reverse("registers:edit", args=["events", event.pk]),
            section_id=event.section_id, done_on=event.held_on or event.cancelled_on,
        )
