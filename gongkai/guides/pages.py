"""Guides on the site: by kind of matter, each with the elements an applicant needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gongkai.publishing.bodies import shown_body
from gongkai.publishing.entries import SHARD, numbers_in
from gongkai.publishing.site import SHELVES, Crumb, Site, article_tags, pub_date, shard_at, sitemaps
from gongkai.sockets import Page, pages

from .models import Guide, Matter

_ITEM = re.compile(r"^guides/(\d{1,18})\.html$")


@pages("guides", "办事指南", prefixes=("guides/", "sitemaps/guide-"), touch=lambda o, k: touched(o, k), find=lambda o, p: found(o, p))
def produced(office_id: int) -> Iterator[Page]:
    site = Site.of(office_id)
    yield _list(site)
    yield from sitemaps(site, "guide", Guide.objects.public().of(office_id), Guide.path_of)
    yield from _items(site, Guide.objects.public().of(office_id))


def touched(office_id: int, keys: frozenset[str]) -> set[str]:
    ids = set(numbers_in(keys, "guide"))
    if matters := numbers_in(keys, "matter"):
        ids.update(Guide.objects.of(office_id).filter(matter__in=matters).values_list("pk", flat=True))
    return {path for pk in ids for path in ("guides/index.html", Guide.path_of(pk), f"sitemaps/guide-{pk // SHARD}.xml")}


def found(office_id: int, paths: Iterable[str]) -> Iterator[Page]:
    site, wanted, public = Site.of(office_id), set(paths), Guide.objects.public().of(office_id)
    if "guides/index.html" in wanted:
        yield _list(site)
    yield from sitemaps(site, "guide", public, Guide.path_of, [n for path in wanted if (n := shard_at(path, "guide")) is not None])
    if ids := {int(there[1]) for path in wanted if (there := _ITEM.match(path))}:
        yield from _items(site, public.filter(pk__in=ids))


def _list(site: Site) -> Page:
    """All on one page, by kind: a bureau has some dozens."""
    groups: dict[str, list] = {}
    keys = []
    for pk, title, kind in Guide.objects.public().of(site.office.pk).order_by("matter__kind", "title", "pk").values_list("pk", "title", "matter__kind"):
        groups.setdefault(str(Matter.Kind(kind).label), []).append({"title": title, "path": Guide.path_of(pk)})
        keys.append(f"guide:{pk}")
    return site.page("guides/index.html", "guides/public/list.html", "办事指南", keys=keys, column=SHELVES["guides"], description=SHELVES["guides"].description, context={"groups": groups})


def _items(site: Site, found) -> Iterator[Page]:
    for one in found.select_related("matter").order_by("pk").iterator(chunk_size=200):
        days = [("承诺办结时限", one.promised_days), ("法定办结时限", one.statutory_days)]
        yield site.page(
            Guide.path_of(one.pk), "guides/public/item.html", one.title, column=SHELVES["guides"], crumbs=[Crumb("办事指南", "/guides/")], qr=True,
            keys=[f"guide:{one.pk}", f"matter:{one.matter_id}"], article=article_tags(one.title, on=one.published_on, source=one.agency or site.office.name, keywords=one.matter.name),
            context=lambda one=one, days=days: {
                "one": one, "published": pub_date(one.published_on),
                "facts": [(name, value) for name, value in (
                    ("事项名称", one.matter.name), ("事项类型", one.matter.get_kind_display()), ("设定依据", one.matter.basis), ("办理机构", one.agency), ("办理地点", one.place),
                    ("办理时间", one.hours), ("联系电话", one.phone), ("收费标准", one.fees), ("办件类型", one.get_handling_display()),
                    *((name, f"{value}个工作日") for name, value in days if value is not None),
                    ("到现场次数", "" if one.visits is None else f"{one.visits}次"), ("办理结果", one.result),
                ) if value],
                "texts": [(name, shown_body(value)) for name, value in (("受理条件", one.conditions), ("办事材料", one.materials), ("办理流程", one.steps)) if value],
            },
        )  # fmt: skip
