"""Search as an exit: its pages for everything there is to find, and its suggestions."""

import json
from collections.abc import Iterable

from django.http import QueryDict

from gongkai.accounts.models import Office
from gongkai.publishing import log
from gongkai.sockets import register_exit
from gongkai.sockets.searchables import search_sources

from . import queries
from .engine import Reading, in_memory
from .views import drawn, page_of, suggested


@register_exit("search", "公开检索", "public")
def search_pages(office_id: int) -> Iterable[tuple[str, bytes]]:
    """Every kind page by page, a search for each title, and what is suggested for its beginning. The index is made of what is public now."""
    office = Office.objects.get(pk=office_id)
    records = [record for source in search_sources().values() for record in source.produce(office_id)]
    reading = Reading(in_memory(records, queries.position_of(office_id, log.position(office_id))))
    pages = [("search/", _asked())]
    for kind in sorted({record.kind for record in records}):
        held = sum(record.kind == kind for record in records)
        pages += [(f"search/?kind={kind}&page={number}", _asked(kind=kind, page=number)) for number in range(1, min(50, -(-held // 20)) + 1)]
    # Named for what was looked for, not by its words: an address shows what a visitor typed, and nobody typed these.
    pages += [(f"search/?q=({record.key})", _asked(q=record.title[:40], exact="1")) for record in records]
    for where, asked in pages:
        yield where, drawn(office, page_of(office, asked, reading))
    for record in records:
        titles = suggested(office, _asked(q=record.title[:8]), reading)
        yield f"search/suggest/?q=({record.key})", json.dumps({"suggestions": titles}, ensure_ascii=False).encode()


def _asked(**what) -> QueryDict:
    asked = QueryDict(mutable=True)
    asked.update({name: str(value) for name, value in what.items()})
    return asked
