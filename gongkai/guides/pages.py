"""Guides on the site: by kind of matter, each with the elements an applicant needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.db.models.fields.json import KT

from gongkai.publishing.entries import SHARD, numbers_in, tombstones
from gongkai.publishing.pages import tombstone_page
from gongkai.publishing.site import SHELVES, Crumb, Site, article_tags, pub_date, shard_at, sitemaps
from gongkai.sockets import Page, pages

from . import content
from .models import Guide, Matter

_ITEM = re.compile(r"^guides/(\d{1,18})\.html$")


@pages("guides", "办事指南", prefixes=("guides/", "sitemaps/guide-"), touch=lambda o, k: touched(o, k), find=lambda o, p: found(o, p))
def produced(office_id: int) -> Iterator[Page]:
    site = Site.of(office_id)
    yield _list(site)
    yield from sitemaps(site, "guide", Guide.objects.public().of(office_id), Guide.path_of)
    yield from _items(site, Guide.objects.public().of(office_id))
    yield from _stones(site)


def touched(office_id: int, keys: frozenset[str]) -> set[str]:
    ids = set(numbers_in(keys, "guide"))
    return {path for pk in ids for path in ("guides/index.html", Guide.path_of(pk), f"sitemaps/guide-{pk // SHARD}.xml")}


def found(office_id: int, paths: Iterable[str]) -> Iterator[Page]:
    site, wanted, public = Site.of(office_id), set(paths), Guide.objects.public().of(office_id)
    if "guides/index.html" in wanted:
        yield _list(site)
    yield from sitemaps(site, "guide", public, Guide.path_of, [n for path in wanted if (n := shard_at(path, "guide")) is not None])
    if ids := {int(there[1]) for path in wanted if (there := _ITEM.match(path))}:
        yield from _items(site, public.filter(pk__in=ids))
        yield from _stones(site, ids)


def _stones(site: Site, ids: Iterable[int] | None = None) -> Iterator[Page]:
    for pk, stone in tombstones(site.office.pk, Guide, ids).items():
        yield tombstone_page(site, Guide.path_of(pk), f"guide:{pk}", stone)


def _list(site: Site) -> Page:
    """All on one page, by kind: a bureau has some dozens."""
    groups: dict[str, list] = {}
    keys = []
    found = Guide.objects.public().of(site.office.pk).values_list(KT("released__matter_kind"), KT("released__title"), "pk")
    for kind, title, pk in sorted(found):
        groups.setdefault(str(Matter.Kind(kind).label), []).append({"title": title, "path": Guide.path_of(pk)})
        keys.append(f"guide:{pk}")
    return site.page("guides/index.html", "guides/public/list.html", "办事指南", keys=keys, column=SHELVES["guides"], description=SHELVES["guides"].description, context={"groups": groups})


def _items(site: Site, found) -> Iterator[Page]:
    for guide in found.order_by("pk").iterator(chunk_size=200):
        one = content.shown(guide)
        yield site.page(
            Guide.path_of(one.pk), "guides/public/item.html", one.title, column=SHELVES["guides"], crumbs=[Crumb("办事指南", "/guides/")], qr=True,
            keys=[f"guide:{one.pk}"], article=article_tags(one.title, on=one.published_on, source=one.agency or site.office.name, keywords=one.matter),
            context=lambda one=one: {"one": one, "published": pub_date(one.published_on)},
        )  # fmt: skip
