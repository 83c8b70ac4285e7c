"""Every hour: what was uploaded and never sent is cleared away."""

from datetime import timedelta

from django.utils import timezone

from gongkai.accounts.models import Office
from gongkai.jobs.schedule import every
from gongkai.rulebook.queries import adjustments

from . import public_actions, public_rules


@every("20 * * * *", "foi.clear_unsent", "清除未提交的申请材料")
def clear_unsent() -> str:
    office = Office.objects.order_by("pk").first()
    if office is None:
        return "尚无机关，没有要清除的材料"
    hours = public_rules.limits(timezone.localdate(), adjustments(office.pk, "foi")).hours
    return f"清除{public_actions.clear_unsent(timezone.now() - timedelta(hours=hours))}份未提交的材料"
