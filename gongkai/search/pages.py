"""The page that stands in for search when the live part is down."""

from collections.abc import Iterable

from gongkai.publishing.site import Site
from gongkai.sockets import Page, pages

PATH = "search/unavailable.html"


@pages("search", "怎样查找信息", prefixes=("search/",), touch=lambda office_id, keys: (), find=lambda office_id, paths: [page for page in unavailable(office_id) if page.path in set(paths)])
def unavailable(office_id: int) -> Iterable[Page]:
    yield Site.of(office_id).page(PATH, "search/public/unavailable.html", "怎样查找信息")
