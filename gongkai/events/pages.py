"""Events on the site: what is announced and what took place, as one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from gongkai.publishing.entries import numbers_in
from gongkai.publishing.shelves import every_path, list_pages
from gongkai.publishing.site import SHELVES, Site
from gongkai.sockets import Page, pages

from .models import Event


class Row(NamedTuple):
    published_on: date  # the day it is held or planned for, by which the list is ordered
    pk: int
    title: str
    kind: str
    held: bool
    place: str
    host: str


@pages("events", "政策宣讲和发布活动", prefixes=("events/",), touch=lambda o, k: touched(o, k), find=lambda o, p: found(o, p))
def produced(office_id: int) -> Iterator[Page]:
    yield from _lists(Site.of(office_id), None)


def touched(office_id: int, keys: frozenset[str]) -> set[str]:
    ids = numbers_in(keys, "event")
    return every_path("events/", len(_rows(office_id)), len(ids)) if ids else set()


def found(office_id: int, paths: Iterable[str]) -> Iterator[Page]:
    names = {path.removeprefix("events/") for path in paths if path.startswith("events/")}
    if names:
        yield from _lists(Site.of(office_id), names)


def _rows(office_id: int) -> list[Row]:
    found = Event.objects.public().of(office_id).values_list("held_on", "planned_on", "pk", "title", "kind", "place", "host")
    return sorted(Row(held or planned, pk, title, str(Event.Kind(kind).label), bool(held), place, host) for held, planned, pk, title, kind, place, host in found)


def _lists(site: Site, names: set[str] | None) -> Iterator[Page]:
    yield from list_pages(
        site, "events/", _rows(site.office.pk), template="events/public/list.html", title="政策宣讲", shelf=SHELVES["events"], names=names, keys=lambda row: [f"event:{row.pk}"]
    )
