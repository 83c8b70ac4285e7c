"""依申请公开 on the platform: how to apply, the way of an application, the year so far, and the forms to print. Files, as all of the built site."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from gongkai.law import figure
from gongkai.publishing.shelves import DAY_KEY
from gongkai.publishing.site import SHELVES, SITE_KEY, Crumb, Site
from gongkai.sockets import Page, pages, static_files

from . import public_printing, public_queries

HOME = "xxgk/apply/index.html"
static_files("foi/public.css")


@pages("foi", "依申请公开", prefixes=("xxgk/apply/",), touch=lambda office_id, keys: (), find=lambda office_id, paths: [page for page in produced(office_id) if page.path in set(paths)])
def produced(office_id: int) -> Iterator[Page]:
    """The page is of the day: its figures are counted when a day begins (or the site is built)."""
    site = Site.of(office_id)
    shelf = SHELVES["xxgk"]
    yield site.page(HOME, "foi/public/platform.html", "依申请公开", keys=[DAY_KEY], column=shelf, crumbs=[Crumb("政府信息公开", "/xxgk/")], description=shelf.description, context=lambda: said(office_id))
    yield from forms(site)


def said(office_id: int) -> dict:
    today = timezone.localdate()
    return {
        "part": "apply", "year": public_queries.year_so_far(office_id, today), "who": public_printing.WHO.items(),
        "days": figure("foi", "reply_days", today).value, "more": figure("foi", "extension_limit", today).value, "asking": figure("foi", "correction_ask_days", today).value,
    }  # fmt: skip


def forms(site: Site) -> Iterable[Page]:
    for name in public_printing.FORMS:
        yield Page(f"xxgk/apply/{name}", public_printing.title(name.partition(".")[0]), frozenset((SITE_KEY,)), lambda name=name: public_printing.form(site.office, name))
