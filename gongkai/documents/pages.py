"""Documents and interpretations on the site: the library with its filters, each document with what explains it and what became of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from gongkai.files.models import StoredFile
from gongkai.publishing.bodies import clean
from gongkai.publishing.entries import SHARD, copied, numbers_in, tombstones
from gongkai.publishing.pages import tombstone_page
from gongkai.publishing.shelves import DAY_KEY, by_folder, every_path, list_pages
from gongkai.publishing.site import SHELVES, Crumb, Site, article_tags, pub_date, shard_at, sitemaps
from gongkai.sockets import Page, pages

from . import content, rules
from .models import DocumentRelation, Interpretation, Kind, NormativeDocument, Relation

BATCH = 200
LIBRARY, READING = Crumb("政策文件库", "/documents/"), Crumb("政策解读", "/interpretations/")
#: 有效性 as part of an address.
VALIDITY = {rules.IN_FORCE: "in-force", rules.NOT_YET: "not-yet", rules.EXPIRED: "expired", rules.REPEALED: "repealed"}
#: What a site may hand out as the original, by the file's kind: nothing a browser would run.
ORIGINALS = frozenset({"pdf", "ofd", "docx", "doc", "wps", "xlsx", "xls", "et", "pptx", "ppt", "txt", "zip", "jpg", "png"})
#: A relation told from the other side.
TURNED = {Relation.REPEALS: "被废止于", Relation.AMENDS: "被修改于", Relation.RESTS_ON: "作为依据用于", Relation.GOES_WITH: "配套文件"}
_ITEM = re.compile(r"^(documents|interpretations)/\d{1,15}/(\d{1,18})\.([a-z]{2,5})$")


class Row(NamedTuple):
    """A document as a list shows it. Ordered by day and id."""

    published_on: date
    pk: int
    title: str
    number: str
    kind: str
    validity: str
    until_told: bool  # whether a day to come changes its validity

    @property
    def path(self) -> str:
        return NormativeDocument.path_of(self.pk)

    @property
    def kind_name(self) -> str:
        return Kind(self.kind).label


class Reading(NamedTuple):
    """An interpretation as a list shows it."""

    published_on: date
    pk: int
    title: str

    @property
    def path(self) -> str:
        return Interpretation.path_of(self.pk)


def library(office_id: int, today: date) -> list[Row]:
    """Every public document, the oldest first. One query."""
    found = NormativeDocument.objects.public().of(office_id).values_list(
        "pk", *(copied(name) for name in ("title", "number", "kind")), "published_on", *(copied(name) for name in ("signed_on", "effective_on", "expires_on")), "repealed_on"
    )
    return sorted(
        Row(on, pk, title, number, kind, rules.validity(signed, effective, expires, repealed, on=today), any(day and day >= today for day in (effective, expires, repealed)))
        for pk, title, number, kind, on, signed, effective, expires, repealed in (_dated(row) for row in found)
    )  # fmt: skip


def _dated(row: tuple) -> tuple:
    """Days out of the copy; a day it has not is "null" to SQLite, nothing to PostgreSQL."""
    *said, signed, effective, expires, repealed = row
    return (*said, *(date.fromisoformat(day[:10]) if day and day != "null" else None for day in (signed, effective, expires)), repealed)


def readings(office_id: int) -> list[Reading]:
    return sorted(Reading(on, pk, title) for pk, title, on in Interpretation.objects.public().of(office_id).values_list("pk", copied("title"), "published_on"))


def facets(rows: list[Row]) -> dict[str, tuple[str, str, list[Row]]]:
    """The library's static filters: folder → (group, name, its rows)."""
    found: dict[str, tuple[str, str, list[Row]]] = {}
    for year in sorted({row.published_on.year for row in rows}, reverse=True):
        found[f"documents/year-{year}/"] = ("年份", f"{year}年", [row for row in rows if row.published_on.year == year])
    for kind in Kind:
        found[f"documents/kind-{kind.value}/"] = ("种类", str(kind.label), [row for row in rows if row.kind == kind])
    for validity, slug in VALIDITY.items():
        found[f"documents/{slug}/"] = ("有效性", validity, [row for row in rows if row.validity == validity])
    return found


@pages("documents", "政策文件和政策解读", prefixes=("documents/", "interpretations/", "sitemaps/normativedocument-", "sitemaps/interpretation-"), touch=lambda o, k: touched(o, k), find=lambda o, p: found(o, p))
def produced(office_id: int) -> Iterator[Page]:
    site, today = Site.of(office_id), timezone.localdate()
    yield from _library_pages(site, library(office_id, today))
    yield from _readings(site, None)
    for model in (NormativeDocument, Interpretation):
        yield from sitemaps(site, model._meta.model_name, model.objects.public().of(office_id), model.path_of)
        for pk, stone in tombstones(office_id, model).items():
            yield tombstone_page(site, model.path_of(pk), f"{model._meta.model_name}:{pk}", stone)
    yield from _documents(site, NormativeDocument.objects.public().of(office_id), today)
    yield from _interpretations(site, Interpretation.objects.public().of(office_id))


def touched(office_id: int, keys: frozenset[str]) -> set[str]:
    """The paths these keys concern. A document's own facts decide in which lists it stands, so its change looks at all of them."""
    documents, explained = set(numbers_in(keys, "normativedocument")), set(numbers_in(keys, "interpretation"))
    for pk in numbers_in(keys, "documentrelation"):
        documents.update(filter(None, *DocumentRelation.objects.filter(office_id=office_id, pk=pk).values_list("document", "other")[:1] or [()]))
    if not documents and not explained and DAY_KEY not in keys:
        return set()
    paths: set[str] = set()
    if documents or DAY_KEY in keys:
        rows = library(office_id, timezone.localdate())
        dependent = set(Interpretation.objects.of(office_id).filter(document__in=documents).values_list("pk", flat=True))
        for folder, (_, _, held) in [("documents/", ("", "", rows)), *facets(rows).items()]:
            paths |= every_path(folder, len(held), max(len(documents), 1))
        explained |= dependent
        for pk in documents:
            paths |= {NormativeDocument.path_of(pk), f"sitemaps/normativedocument-{pk // SHARD}.xml"}
            paths |= {NormativeDocument.path_of(pk).replace(".html", f".{kind}") for kind in ORIGINALS}
    if explained:
        paths |= every_path("interpretations/", len(readings(office_id)), len(explained))
        for pk in explained:
            paths |= {Interpretation.path_of(pk), f"sitemaps/interpretation-{pk // SHARD}.xml"}
        for pk in Interpretation.objects.of(office_id).filter(pk__in=explained).exclude(document=None).values_list("document_id", flat=True):
            paths.add(NormativeDocument.path_of(pk))
    return paths


def found(office_id: int, paths: Iterable[str]) -> Iterator[Page]:
    site, wanted, today = Site.of(office_id), set(paths), timezone.localdate()
    items: dict[str, set[int]] = defaultdict(set)
    for path in wanted:
        if there := _ITEM.match(path):
            items[there[1]].add(int(there[2]))
    folders = by_folder(path for path in wanted if not _ITEM.match(path))
    if any(folder.startswith("documents/") for folder in folders):
        yield from _library_pages(site, library(office_id, today), folders)
    if "interpretations/" in folders:
        yield from _readings(site, folders["interpretations/"])
    made: list[Iterable[Page]] = []
    for model, name in ((NormativeDocument, "documents"), (Interpretation, "interpretations")):
        kind = model._meta.model_name
        yield from sitemaps(site, kind, model.objects.public().of(office_id), model.path_of, [n for path in wanted if (n := shard_at(path, kind)) is not None])
        if items[name]:
            stones = tombstones(office_id, model, items[name])
            made.append([tombstone_page(site, model.path_of(pk), f"{kind}:{pk}", stone) for pk, stone in stones.items()])
    if items["documents"]:
        made.append(_documents(site, NormativeDocument.objects.public().of(office_id).filter(pk__in=items["documents"]), today))
    if items["interpretations"]:
        made.append(_interpretations(site, Interpretation.objects.public().of(office_id).filter(pk__in=items["interpretations"])))
    for some in made:
        yield from (page for page in some if page.path in wanted)


# -- Lists -------------------------------------------------------------------------------------------------------------


def _keys(row: Row) -> list[str]:
    return [f"normativedocument:{row.pk}", *([DAY_KEY] if row.until_told else [])]


def _library_pages(site: Site, rows: list[Row], folders: dict[str, set[str]] | None = None) -> Iterator[Page]:
    every = facets(rows)
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for folder, (group, name, held) in every.items():
        if held:
            groups[group].append((f"/{folder}", name))
    shelf = SHELVES["documents"]
    for folder, title, held, crumbs in [
        ("documents/", "政策文件库", rows, []), *((folder, f"{name}政策文件" if group == "年份" else name, held, [LIBRARY]) for folder, (group, name, held) in every.items()),
    ]:  # fmt: skip
        if folders is None or folder in folders:
            yield from list_pages(
                site, folder, held, template="documents/public/library.html", title=title, shelf=shelf, crumbs=crumbs,
                names=None if folders is None else folders[folder], keys=_keys, context={"groups": dict(groups), "here": f"/{folder}"},
            )  # fmt: skip


def _readings(site: Site, names: set[str] | None) -> Iterator[Page]:
    yield from list_pages(
        site, "interpretations/", readings(site.office.pk), template="documents/public/readings.html", title="政策解读", shelf=SHELVES["interpretations"], names=names,
        keys=lambda row: [f"interpretation:{row.pk}"],
    )  # fmt: skip


# -- Documents ---------------------------------------------------------------------------------------------------------


def _documents(site: Site, found, today: date) -> Iterator[Page]:
    """The pages of documents and their originals, in batches with what is linked to them."""
    batch: list[NormativeDocument] = []
    for document in found.select_related("file", "column").order_by("pk").iterator(chunk_size=BATCH):
        batch.append(document)
        if len(batch) == BATCH:
            yield from _batch(site, batch, today)
            batch = []
    yield from _batch(site, batch, today)


def _batch(site: Site, batch: list[NormativeDocument], today: date) -> Iterator[Page]:
    ids = [document.pk for document in batch]
    explained, related = defaultdict(list), defaultdict(list)
    if ids:
        for document_id, pk, title, on in Interpretation.objects.public().filter(document__in=ids).order_by("published_on", "pk").values_list("document_id", "pk", copied("title"), "published_on"):
            explained[document_id].append(Reading(on, pk, title))
        relations = DocumentRelation.objects.current().filter(Q(document__in=ids) | Q(other__in=ids)).select_related("document", "other").order_by("pk")
        relations = [one for one in relations if content.shows(one)]
        public = set(NormativeDocument.objects.public().filter(pk__in={pk for one in relations for pk in (one.document_id, one.other_id) if pk}).values_list("pk", flat=True))
        for one in relations:
            if one.document_id in ids and (one.other_id is None or one.other_id in public):
                related[one.document_id].append(_related(one.get_relation_display(), one.other, one))
            if one.other_id in ids and one.document_id in public:
                related[one.other_id].append(_related(TURNED[one.relation], one.document, one))
    for document in batch:
        yield from _document(site, document, explained[document.pk], related[document.pk], today)


def _related(said: str, other: NormativeDocument | None, relation: DocumentRelation) -> dict:
    if other is None:
        return {"said": said, "title": relation.other_title, "number": relation.other_number, "clauses": relation.clauses, "key": ""}
    return {"said": said, "title": content.shown(other).title, "number": content.shown(other).number, "clauses": relation.clauses, "path": NormativeDocument.path_of(other.pk), "key": f"normativedocument:{other.pk}"}


def _document(site: Site, document: NormativeDocument, explained: list[Reading], related: list[dict], today: date) -> Iterator[Page]:
    path, own = NormativeDocument.path_of(document.pk), f"normativedocument:{document.pk}"
    stored, document = _original(document), content.shown(document)
    validity = document.validity_on(today)
    turning = any(day and day >= today for day in (document.effective_on, document.expires_on, document.repealed_on))
    original = None
    kind = _kind_of(stored)
    if kind:
        original = {"path": path.replace(".html", f".{kind}"), "kind": kind.upper(), "size": stored.size}
        yield Page(original["path"], f"{document.title}（原件）", frozenset((own,)), lambda stored=stored: _content(stored))

    def context() -> dict:
        return {
            "document": document, "validity": validity, "in_force": validity == rules.IN_FORCE, "body": clean(content.body_html(document.copy)), "original": original,
            "published": pub_date(document.published_on), "explained": explained, "related": related,
            "facts": [
                ("索引号", document.index_number), ("分类", document.get_kind_display), ("发布机构", document.issuer or site.office.name), ("成文日期", pub_date(document.signed_on)),
                ("名称", document.title), ("文号", document.number), ("发布日期", pub_date(document.published_on)), ("主题词", document.subject_words),
                *([("规范性文件编号", document.code)] if document.code else []), *([("施行日期", pub_date(document.effective_on))] if document.effective_on else []),
                *([("有效期至", pub_date(document.expires_on))] if document.expires_on else []), *([("废止日期", pub_date(document.repealed_on))] if document.repealed_on else []),
                ("有效性", validity),
            ],
        }  # fmt: skip

    tags = article_tags(
        document.title, on=document.published_on, source=document.issuer or site.office.name, keywords=document.subject_words, summary=document.summary
    )
    yield site.page(
        path, "documents/public/document.html", document.title, column=SHELVES["documents"], crumbs=[LIBRARY], article=tags, description=document.summary, qr=True, context=context,
        keys=[own, *([DAY_KEY] if turning else []), *(f"interpretation:{one.pk}" for one in explained), *(one["key"] for one in related if one["key"])],
    )  # fmt: skip


def _original(document: NormativeDocument) -> StoredFile | None:
    """The file of the released copy, by its digest; the row may name another by now."""
    if document.released is None:
        return document.file
    copy = document.released.get("file")
    if copy is None or (document.file and document.file.sha256 == copy["sha256"]):
        return document.file if copy else None
    return StoredFile.objects.filter(office_id=document.office_id, sha256=copy["sha256"], refused="").first()


def _kind_of(stored: StoredFile | None) -> str:
    """The extension under which an original is handed out; nothing for a file that was refused or may not be."""
    if stored is None or stored.refused:
        return ""
    kind = (stored.kind or stored.name.rpartition(".")[2]).lower()
    return kind if kind in ORIGINALS else ""


def _content(stored: StoredFile) -> bytes:
    with stored.content.open("rb") as source:
        return source.read()


# -- Interpretations ---------------------------------------------------------------------------------------------------


def _interpretations(site: Site, found) -> Iterator[Page]:
    for one in found.select_related("document__column", "column").order_by("pk").iterator(chunk_size=BATCH):
        pk, document = one.pk, one.document
        seen = content.shown(document) if document else None
        one = content.shown(one)
        tags = article_tags(one.title, on=one.published_on, source=site.office.name, author=one.interpreter, summary=one.summary)
        yield site.page(
            Interpretation.path_of(pk), "documents/public/interpretation.html", one.title, column=SHELVES["interpretations"], crumbs=[READING], article=tags,
            keys=[f"interpretation:{pk}", *([f"normativedocument:{document.pk}"] if document else [])], description=one.summary, qr=True,
            context=lambda one=one, document=seen: {
                "one": one, "body": clean(content.body_html(one.copy)), "published": pub_date(one.published_on),
                "document": document, "document_path": NormativeDocument.path_of(document.pk) if document else "",
            },
        )  # fmt: skip
