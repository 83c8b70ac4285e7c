"""Consultations on the site: what is open, what was closed, and what became of the opinions. Of an opinion only its cleared text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.utils import timezone

from gongkai.documents import content as documents
from gongkai.documents.models import NormativeDocument
from gongkai.publishing.entries import SHARD, numbers_in, tombstones
from gongkai.publishing.pages import tombstone_page
from gongkai.publishing.shelves import DAY_KEY, every_path, list_pages
from gongkai.publishing.site import SHELVES, Crumb, Site, article_tags, pub_date, shard_at, sitemaps
from gongkai.sockets import Page, pages

from .models import Channel, Consultation, ConsultationNotice, Disposition, Opinion

HOME = Crumb("意见征集", "/consultations/")
_ITEM = re.compile(r"^consultations/(\d{1,18})\.html$")


class Row(NamedTuple):
    """A consultation as a list shows it."""

    published_on: date
    pk: int
    title: str
    ends_on: date
    feedback_on: date | None
    open: bool

    @property
    def path(self) -> str:
        return path_of(self.pk)

    @property
    def state(self) -> str:
        return "正在征集" if self.open else "已反馈" if self.feedback_on else "已截止"


def path_of(pk: int) -> str:
    return f"consultations/{pk}.html"


def state_on(consultation: Consultation, today: date) -> str:
    return Row(consultation.published_on, consultation.pk, "", consultation.ends_on, consultation.feedback_on, consultation.ends_on >= today).state


def register(office_id: int, today: date) -> list[Row]:
    """Every public consultation, the oldest first."""
    found = Consultation.objects.public().of(office_id).values_list("published_on", "pk", "title", "ends_on", "feedback_on")
    return sorted({Row(on, pk, title, ends, fed, ends >= today) for on, pk, title, ends, fed in found})


@pages("consultation", "意见征集", prefixes=("consultations/", "sitemaps/consultation-"), touch=lambda o, k: touched(o, k), find=lambda o, p: found(o, p))
def produced(office_id: int) -> Iterator[Page]:
    site, today = Site.of(office_id), timezone.localdate()
    yield from _lists(site, today, None)
    yield from sitemaps(site, "consultation", _public(office_id), path_of)
    for pk, stone in tombstones(office_id, Consultation).items():
        yield tombstone_page(site, path_of(pk), f"consultation:{pk}", stone)
    yield from _items(site, _public(office_id), today)


def touched(office_id: int, keys: frozenset[str]) -> set[str]:
    ids = set(numbers_in(keys, "consultation"))
    for model in (Opinion, ConsultationNotice):
        if some := numbers_in(keys, model._meta.model_name):
            ids.update(model.objects.of(office_id).filter(pk__in=some).values_list("consultation_id", flat=True))
    if documents := numbers_in(keys, "normativedocument"):
        ids.update(Consultation.objects.of(office_id).filter(document__in=documents).values_list("pk", flat=True))
    if not ids and DAY_KEY not in keys:
        return set()
    paths = every_path("consultations/", len(register(office_id, timezone.localdate())), max(len(ids), 1))
    return paths | {path for pk in ids for path in (path_of(pk), f"sitemaps/consultation-{pk // SHARD}.xml")}


def found(office_id: int, paths: Iterable[str]) -> Iterator[Page]:
    site, wanted, today = Site.of(office_id), set(paths), timezone.localdate()
    ids = {int(there[1]) for path in wanted if (there := _ITEM.match(path))}
    names = {path.rpartition("/")[2] for path in wanted if path.startswith("consultations/") and not _ITEM.match(path)}
    if names:
        yield from _lists(site, today, names)
    yield from sitemaps(site, "consultation", _public(office_id), path_of, [n for path in wanted if (n := shard_at(path, "consultation")) is not None])
    if ids:
        for pk, stone in tombstones(office_id, Consultation, ids).items():
            yield tombstone_page(site, path_of(pk), f"consultation:{pk}", stone)
        yield from _items(site, _public(office_id).filter(pk__in=ids), today)


def _public(office_id: int):
    return Consultation.objects.filter(pk__in=Consultation.objects.public().of(office_id).values("pk"))


def _lists(site: Site, today: date, names: set[str] | None) -> Iterator[Page]:
    rows = register(site.office.pk, today)
    yield from list_pages(
        site, "consultations/", rows, template="consultation/public/list.html", title="意见征集", shelf=SHELVES["consultations"], names=names,
        keys=lambda row: [f"consultation:{row.pk}", *([DAY_KEY] if row.open else [])],
    )  # fmt: skip


def _items(site: Site, found, today: date) -> Iterator[Page]:
    items = list(found.select_related("document").order_by("pk"))
    ids = [one.pk for one in items]
    notices, opinions = defaultdict(list), defaultdict(list)
    for notice in ConsultationNotice.objects.current().filter(consultation__in=ids).order_by("posted_on", "pk"):
        notices[notice.consultation_id].append(notice)
    # Only what may leave: never the sealed text, the giver or how to reach him.
    for row in Opinion.objects.current().filter(consultation__in=ids).order_by("number").values("consultation_id", "number", "source", "public_content", "disposition", "reason", "fed_back_on"):
        opinions[row["consultation_id"]].append(row)
    public = set(NormativeDocument.objects.public().filter(pk__in=[one.document_id for one in items if one.document_id]).values_list("pk", flat=True))
    for one in items:
        yield _item(site, one, notices[one.pk], opinions[one.pk], documents.shown(one.document) if one.document_id in public else None, today)


def _item(site: Site, one: Consultation, notices: list[ConsultationNotice], opinions: list[dict], document, today: date) -> Page:
    state = state_on(one, today)

    def context() -> dict:
        told = Counter(row["disposition"] for row in opinions)
        return {
            "one": one, "state": state, "published": pub_date(one.published_on), "open": state == "正在征集", "document": document,
            "document_path": NormativeDocument.path_of(document.pk) if document else "",
            "notices": [{"channel": Channel(notice.channel).label, "outlet": notice.outlet, "on": notice.posted_on, "url": notice.url} for notice in notices],
            "received": len(opinions), "told": [(str(label), told[value]) for value, label in Disposition.choices if told[value]],
            "answers": [{**row, "said": Disposition(row["disposition"]).label} for row in opinions if one.feedback_on and row["fed_back_on"] and row["disposition"] and row["public_content"]],
        }  # fmt: skip

    tags = article_tags(one.title, on=one.published_on, source=site.office.name, keywords="征求意见", summary=f"征求意见期限：{one.published_on.isoformat()}至{one.ends_on.isoformat()}")
    return site.page(
        path_of(one.pk), "consultation/public/item.html", one.title, column=SHELVES["consultations"], crumbs=[HOME], article=tags, qr=True, context=context,
        keys=[
            f"consultation:{one.pk}", *([DAY_KEY] if state == "正在征集" else []), *([f"normativedocument:{one.document_id}"] if one.document_id else []),
        ],
    )  # fmt: skip
