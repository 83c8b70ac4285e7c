"""Every ten minutes: what was read meanwhile."""

from pathlib import Path

from django.conf import settings

from gongkai.accounts.models import Office
from gongkai.jobs.schedule import every

from . import actions, logbook


@every("*/10 * * * *", "visits.take", "汇总网站访问")
def take_all() -> str:
    office = Office.objects.order_by("pk").first()
    if office is None:
        return "尚无机关，未汇总网站访问"
    counted = actions.take(office, [*logbook.logs(), *map(Path, settings.VISIT_LOGS)])
    logbook.clear()
    return f"汇总{counted}次访问"
