"""Every ten minutes: what was read meanwhile."""

from django.conf import settings

from gongkai.accounts.models import Office
from gongkai.jobs.schedule import every

from . import actions, logbook

#: Seconds: nginx, as shipped, looks after its log every second.
SETTLE = 1.5


@every("*/10 * * * *", "visits.take", "汇总网站访问")
def take_all() -> str:
    office = Office.objects.order_by("pk").first()
    if office is None:
        return "尚无机关，未汇总网站访问"
    logs = [logbook.folder() / "now.log", *map(logbook.folder().__class__, settings.VISIT_LOGS)]
    return f"汇总{actions.take(office, logs, settle=SETTLE if settings.VISIT_LOGS else 0)}次访问"
