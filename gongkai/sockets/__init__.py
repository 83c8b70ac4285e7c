"""Registries: what modules plug in so that the rooms above them need not know them.

An indicator is a number with its list, a duty is something owed by a day, a page is a public address
with the keys it depends on, an exit is a route by which data leaves.
"""

from .duties import Duty, DutySource, duties, duty_sources, open_duties
from .exits import Exit, exits, register_exit
from .indicators import Claim, Count, Indicator, Scope, all_indicators, get_indicator, register_indicator
from .pages import (
    WITHDRAWN,
    Page,
    PageSource,
    depends,
    page_sources,
    pages,
    rendered,
    site_static,
    static_files,
)
from .reviewables import (
    Outgoing,
    Outlet,
    Posted,
    Reviewable,
    get_reviewable,
    outlets,
    register_outlet,
    register_reviewable,
    reviewables,
)
from .searchables import (
    Searchable,
    SearchSource,
    already_public,
    register_searchables,
    register_seeker,
    search_sources,
)

__all__ = [
    "WITHDRAWN", "Claim", "Count", "Duty", "DutySource", "Exit", "Indicator", "Outgoing", "Outlet", "Page", "PageSource", "Posted", "Reviewable",
    "Scope", "SearchSource", "Searchable", "all_indicators", "already_public", "depends", "duties", "duty_sources", "exits",
    "get_indicator", "get_reviewable", "open_duties", "outlets", "page_sources", "pages", "register_exit", "register_indicator",
    "register_outlet", "register_reviewable", "register_searchables", "register_seeker", "rendered", "reviewables", "search_sources", "site_static", "static_files",
]
