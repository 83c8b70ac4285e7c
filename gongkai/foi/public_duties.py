"""What was handed in over the website is looked at soon."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse

from gongkai.rulebook.queries import adjustments, calendar
from gongkai.sockets import Duty, duties

from . import public_rules
from .models import HandedIn


@duties("foi.handed_in", "处理申请人网上递交的材料", "条例 30")
def handed_in(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """A correction, a withdrawal or a proof of payment is accepted or sent back within the house's days."""
    days, own = calendar(), adjustments(office_id, "foi")
    owed = HandedIn.objects.filter(Q(settled_on=None) | Q(settled_on__gte=since), application__office_id=office_id, application__voided_at=None, on__lte=today)
    for one in owed.select_related("application"):
        due_on = public_rules.settle_due_on(one.on, days, own)
        yield Duty(
            key="foi.handed_in", subject=one.application.number, title=f"处理申请人网上递交的{one.get_kind_display()}", basis="条例 30", section_id=one.application.section_id,
            url=reverse("foi:case", args=[one.application_id]), due_on=due_on, done_on=one.settled_on, begins_on=one.on,
            provisional="；".join(days.provisional(one.on, due_on)),
        )  # fmt: skip
