"""How the site was used, page by page."""

from datetime import date, timedelta

from django.db.models import Sum

from gongkai.sitebuild.models import BuiltPage, SiteBuild
from gongkai.sitebuild.queries import current

from .models import PageDay


def has_page(office, path: str) -> bool:
    """Whether the site as built holds that page."""
    made: SiteBuild | None = current(office)
    return made is not None and BuiltPage.objects.filter(build=made, path=path).exists()


def by_page(office_id: int, since: date, until: date, most: int = 100) -> list[dict]:
    """The pages opened most between two days (both counted in), with what readers said of them."""
    found = PageDay.objects.filter(office_id=office_id, day__range=(since, until)).values("path")
    return list(found.annotate(opened=Sum("visits"), yes=Sum("useful"), no=Sum("useless")).order_by("-opened", "path")[:most])


def by_day(office_id: int, since: date, until: date) -> list[tuple[date, int]]:
    """Every day of the span with its visits, 0 where there were none."""
    held = dict(PageDay.objects.filter(office_id=office_id, day__range=(since, until)).values_list("day").annotate(opened=Sum("visits")))
    return [(day, held.get(day, 0)) for n in range((until - since).days + 1) if (day := since + timedelta(days=n))]
