"""What the office owes for its benefit policies."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.urls import reverse

from gongkai.law import figure
from gongkai.rulebook.queries import adjustments, calendar
from gongkai.sockets import Duty, duties

from . import rules
from .models import BenefitPolicy

FIRST_FIGURE = date(2019, 1, 1)


@duties("benefits.delist", "下架失效的惠企政策", "广东优化营商环境条例 45.2")
def delist(office_id: int, since: date, today: date) -> Iterable[Duty]:
    """An expired policy is taken off the platform; its removal discharges it. Three queries.

    Begins on the day of expiry. A policy that never was on the platform owes nothing.
    """
    adjusted, workdays = adjustments(office_id, "benefits"), calendar()
    expired = (
        BenefitPolicy.objects.of(office_id).current().with_last_update()
        .filter(expires_on__gte=FIRST_FIGURE, expires_on__lte=today).exclude(last_kind=None)
        .filter(~Q(last_kind=rules.REMOVED) | Q(last_updated_on__gte=since))
    )
    for policy in expired.order_by("expires_on", "pk"):
        due_on = rules.removal_due_on(policy.expires_on, workdays, adjusted)
        yield Duty(
            key="benefits.delist", subject=str(policy), title="从惠企政策平台下架失效政策", due_on=due_on,
            basis=figure("benefits", "delist_workdays", policy.expires_on, adjusted).source(policy.expires_on),
            url=reverse("registers:edit", args=["benefit-policies", policy.pk]), section_id=policy.section_id,
            done_on=policy.last_updated_on if policy.last_kind == rules.REMOVED else None, begins_on=policy.expires_on,
            provisional="；".join(workdays.provisional(policy.expires_on, due_on)),
        )
