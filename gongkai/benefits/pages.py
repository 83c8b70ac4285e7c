"""Benefit policies on the site: what stands on the platform, each with what an enterprise must know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from gongkai.documents import content as documents
from gongkai.documents.models import NormativeDocument
from gongkai.publishing.entries import SHARD, copied, numbers_in, tombstones
from gongkai.publishing.pages import tombstone_page
from gongkai.publishing.shelves import every_path, list_pages
from gongkai.publishing.site import SHELVES, Crumb, Site, article_tags, pub_date, shard_at, sitemaps
from gongkai.sockets import Page, pages

from . import content
from .models import BenefitPolicy, BenefitUpdate

_ITEM = re.compile(r"^benefits/(\d{1,18})\.html$")


class Row(NamedTuple):
    published_on: date
    pk: int
    title: str
    support: str

    @property
    def path(self) -> str:
        return path_of(self.pk)


path_of = BenefitPolicy.path_of


@pages("benefits", "惠企政策", prefixes=("benefits/", "sitemaps/benefitpolicy-"), touch=lambda o, k: touched(o, k), find=lambda o, p: found(o, p))
def produced(office_id: int) -> Iterator[Page]:
    site = Site.of(office_id)
    yield from _lists(site, None)
    yield from sitemaps(site, "benefitpolicy", _public(office_id), path_of)
    yield from _items(site, _public(office_id))
    yield from _stones(site)


def touched(office_id: int, keys: frozenset[str]) -> set[str]:
    ids = set(numbers_in(keys, "benefitpolicy"))
    if updates := numbers_in(keys, "benefitupdate"):
        ids.update(BenefitUpdate.objects.of(office_id).filter(pk__in=updates).values_list("policy_id", flat=True))
    if not ids and (documents := numbers_in(keys, "normativedocument")):
        return {path_of(pk) for pk in BenefitPolicy.objects.of(office_id).filter(document__in=documents).values_list("pk", flat=True)}
    if not ids:
        return set()
    paths = every_path("benefits/", _public(office_id).count(), len(ids))
    return paths | {path for pk in ids for path in (path_of(pk), f"sitemaps/benefitpolicy-{pk // SHARD}.xml")}


def found(office_id: int, paths: Iterable[str]) -> Iterator[Page]:
    site, wanted = Site.of(office_id), set(paths)
    ids = {int(there[1]) for path in wanted if (there := _ITEM.match(path))}
    names = {path.rpartition("/")[2] for path in wanted if path.startswith("benefits/") and not _ITEM.match(path)}
    if names:
        yield from _lists(site, names)
    yield from sitemaps(site, "benefitpolicy", _public(office_id), path_of, [n for path in wanted if (n := shard_at(path, "benefitpolicy")) is not None])
    if ids:
        yield from _items(site, _public(office_id).filter(pk__in=ids))
        yield from _stones(site, ids)


def _stones(site: Site, ids: Iterable[int] | None = None) -> Iterator[Page]:
    for pk, stone in tombstones(site.office.pk, BenefitPolicy, ids).items():
        yield tombstone_page(site, path_of(pk), f"benefitpolicy:{pk}", stone)


def _public(office_id: int):
    """Public, and on the platform today: put up and not taken down since."""
    return BenefitPolicy.objects.filter(pk__in=BenefitPolicy.objects.public().of(office_id).listed().values("pk"))


def _lists(site: Site, names: set[str] | None) -> Iterator[Page]:
    rows = sorted(Row(*row) for row in _public(site.office.pk).values_list("published_on", "pk", copied("name"), copied("support")))
    rows = [row._replace(support=BenefitPolicy.Support(row.support).label) for row in rows]
    yield from list_pages(
        site, "benefits/", rows, template="benefits/public/list.html", title="惠企政策", shelf=SHELVES["benefits"], names=names, keys=lambda row: [f"benefitpolicy:{row.pk}"]
    )


def _items(site: Site, found) -> Iterator[Page]:
    rows = [content.shown(one) for one in found.select_related("document").order_by("pk")]
    held = {document.pk: document for document in NormativeDocument.objects.public().filter(pk__in=[one.document_id for one in rows if one.document_id])}
    for one in rows:
        document = held.get(one.document_id)
        tags = article_tags(one.name, on=one.published_on, source=one.issuer, keywords=one.qualifications, summary=one.standard)
        yield site.page(
            path_of(one.pk), "benefits/public/item.html", one.name, column=SHELVES["benefits"], crumbs=[Crumb("惠企政策", "/benefits/")], article=tags, qr=True,
            keys=[f"benefitpolicy:{one.pk}", *([f"normativedocument:{one.document_id}"] if one.document_id else [])],
            context=lambda one=one, document=document: {
                "one": one, "published": pub_date(one.published_on), "document": documents.shown(document) if document else None,
                "document_path": NormativeDocument.path_of(document.pk) if document else "",
                "facts": [(name, value) for name, value in (
                    ("文号", one.number), ("发文单位", one.issuer), ("层级", one.get_level_display), ("支持方式", one.get_support_display), ("适用行业", one.industries),
                    ("适用规模", one.scale), ("适用区域", one.region), ("资质", one.qualifications), ("生效日期", pub_date(one.effective_on)), ("有效期至", pub_date(one.expires_on)),
                    ("申报时间", "至".join(filter(None, (pub_date(one.opens_on), pub_date(one.closes_on))))), ("免申即享", "是" if one.needs_no_application else ""),
                    ("资金依据", one.funding_basis), ("联系电话", one.phone), ("监督投诉渠道", one.complaints),
                ) if value],
                "texts": [(label, value) for name, label in content.TEXTS.items() if (value := getattr(one, name))],
                "links": [(label, value) for name, label in content.LINKS.items() if (value := getattr(one, name))],
            },
        )  # fmt: skip
