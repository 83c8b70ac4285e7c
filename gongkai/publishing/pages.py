"""What publishing puts on the site: articles, columns with their feeds, the 政府信息公开 platform, its part of the site map.

What a change concerns is told by keys. `article:12` (any kind written into a column, by its model's name):
its page, the list page it stands on, the front of its column. With `column:7` beside it an entry came or
went, and what stands after it in that list has moved; `column:7` without an entry, or `list:7`, is the
whole list, for an entry whose day or column changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from gongkai.sockets import WITHDRAWN, Page, page_sources, pages
from gongkai.text.numerals import to_chinese

from .bodies import clean
from .entries import SHARD, Entry, InColumn, Tombstone, numbers_in, tombstones
from .lists import Numbered, Part
from .models import Article, CatalogueEntry, Column, ColumnType, Fixture
from .queries import bases_of, content_models, parts_of
from .site import (
    CATALOGUE_KEY,
    SHELVES,
    Crumb,
    Shelf,
    Site,
    article_tags,
    feeds_of,
    pub_date,
    shard_at,
    sitemap,
    sitemaps,
)

#: Articles read and rendered at a time.
BATCH = 500
FEED = 20
_ARTICLE = re.compile(r"^articles/(\d{1,15})/(\d{1,18})\.html$")
PLATFORM = Crumb("政府信息公开", "/xxgk/")
#: The platform's parts that list what their fixed column holds.
HELD = {"xxgk/rules/index.html": Fixture.RULES, "xxgk/reports/index.html": Fixture.REPORT}
#: The part of the site that is the platform's own guide.
GUIDE = "guide"
FIXED = ("xxgk/index.html", "xxgk/guide/index.html", "columns/index.html")
#: The platform's page of 依申请公开, which the room of that name builds.
APPLY = "xxgk/apply/index.html"


def said(entry: CatalogueEntry) -> str:
    """Its bases in the words of the law's readers."""
    found = []
    for basis in bases_of(entry):
        article, _, rest = basis.removeprefix("条例 ").partition("(")
        found.append(f"条例第{to_chinese(int(article))}条" + (f"第（{to_chinese(int(rest.rstrip(')')))}）项" if rest else "") if article.isdecimal() else basis)
    return "；".join(found)


def shelves_of(entry: CatalogueEntry) -> list[Shelf]:
    """The fixed parts of the site that hold it, as far as they are built."""
    return [SHELVES[slug] for slug in parts_of(entry) if slug != GUIDE and {"interpretations": "documents"}.get(slug, slug) in page_sources()]


def address_of(entry: CatalogueEntry) -> str:
    return f"xxgk/catalogue/{entry.code}.html"


@pages("publishing", "文章、栏目和政府信息公开平台", prefixes=("articles/", "columns/", "xxgk/", "sitemaps/article-", "sitemaps/columns"), touch=lambda o, k: touched(o, k), find=lambda o, p: found(o, p))
def produced(office_id: int) -> Iterator[Page]:
    site = Site.of(office_id)
    yield from _fixed(site, FIXED)
    yield from _platform(site, "xxgk/catalogue/index.html", *map(address_of, site.catalogue), "xxgk/rules/index.html", "xxgk/reports/index.html")
    for column in site.columns.values():
        yield from _column_pages(site, column)
    yield _column_map(site)
    public = Article.objects.public().of(office_id)
    yield from sitemaps(site, "article", public, Article.path_of)
    yield from _tombstones(site, tombstones(office_id, Article))
    for article in public.order_by("pk").iterator(chunk_size=BATCH):
        yield _article(site, article)


def touched(office_id: int, keys: frozenset[str]) -> set[str]:
    """The paths that these keys concern, beyond the pages that depended on them."""
    paths = {Article.path_of(pk) for pk in numbers_in(keys, "article")} | {f"sitemaps/article-{pk // SHARD}.xml" for pk in numbers_in(keys, "article")}
    site = Site.of(office_id)
    columns = site.columns
    told, whole = set(numbers_in(keys, "column")) & columns.keys(), set(numbers_in(keys, "list")) & columns.keys()
    members = defaultdict(list)
    for model, field in content_models():
        kind = model._meta.model_name
        ids = {*numbers_in(keys, kind), *_following(model, office_id, keys)}
        if not ids:
            continue
        seen = set(model.objects.public().filter(pk__in=ids).values_list("pk", flat=True))
        for pk, column_id, day in model._default_manager.filter(office_id=office_id, pk__in=ids).values_list("pk", f"{field}_id", "published_on"):
            if column_id in columns:
                members[column_id].append((kind, pk, day, pk in seen))
    entries, held = site.catalogue, told | whole | members.keys()
    if CATALOGUE_KEY in keys:
        paths |= {"xxgk/catalogue/index.html", *map(address_of, entries)}
    for column_id in told | whole | members.keys():
        column, changed = columns[column_id], members[column_id]
        standing = InColumn(office_id, [column_id])
        total = standing.total()
        numbered = Numbered(f"columns/{column.slug}/", total)
        if column_id in whole or not changed or any(day is None for _, _, day, _ in changed):
            paths |= numbered.every(max(len(changed), 1))
        else:
            ranks = [total - standing.after(kind, day, pk) - seen for kind, pk, day, seen in changed]
            paths |= numbered.concerned(ranks, moved=column_id in told or not all(seen for *_, seen in changed), changes=len(changed))
        paths |= {f"columns/{column.slug}/rss.xml", f"columns/{column.slug}/atom.xml"}
        if total <= len(changed) or column_id in told - members.keys():
            paths.add("xxgk/catalogue/index.html")
    paths |= {address_of(entry) for entry in entries if entry.column_id in held}
    paths |= {path for path, fixture in HELD.items() if any(columns[pk].fixture == fixture for pk in held)}
    return paths


def _following(model: type, office_id: int, keys: frozenset[str]) -> Iterator[int]:
    """The records that stand in a column only while the ones they name are public (`follows`: names of fields), of those that the keys are about."""
    for name in getattr(model, "follows", ()):
        if leading := numbers_in(keys, model._meta.get_field(name).related_model._meta.model_name):
            yield from model._default_manager.filter(**{"office_id": office_id, f"{name}__in": leading}).values_list("pk", flat=True)


def found(office_id: int, paths: Iterable[str]) -> Iterator[Page]:
    """The pages at these paths today."""
    site, wanted = Site.of(office_id), set(paths)
    yield from _fixed(site, wanted)
    yield from _platform(site, *(path for path in wanted if path.startswith("xxgk/")))
    if "sitemaps/columns.xml" in wanted:
        yield _column_map(site)
    yield from sitemaps(site, "article", Article.objects.public().of(office_id), Article.path_of, [n for path in wanted if (n := shard_at(path, "article")) is not None])
    names = defaultdict(set)
    for path in wanted:
        if path.startswith("columns/") and path.count("/") == 2:
            _, slug, name = path.split("/")
            names[slug].add(name)
    for column in site.columns.values():
        if column.slug in names:
            yield from _column_pages(site, column, names[column.slug])
    ids = {int(there[2]) for path in wanted if (there := _ARTICLE.match(path)) and Article.path_of(int(there[2])) == path}
    if ids:
        # By number: to give them newest first, SQLite would go through all that is public.
        for article in Article.objects.public().of(office_id).filter(pk__in=ids).order_by("pk"):
            ids.discard(article.pk)
            yield _article(site, article)
        if ids:
            yield from _tombstones(site, tombstones(office_id, Article, ids))


# -- Articles ----------------------------------------------------------------------------------------------------------


def _article(site: Site, article: Article) -> Page:
    column = site.columns[article.column_id]
    path = Article.path_of(article.pk)
    shown = article.shown

    def context() -> dict:
        if shown.tombstone:
            return {"tombstone": shown.tombstone}
        published = pub_date(shown.published_on, getattr(shown, "published_at", None))
        return {"shown": shown, "body": clean(shown.body_html), "published": published, "facts": _facts(site, column, shown)}

    tags = article_tags(
        shown.title, on=shown.published_on, at=getattr(shown, "published_at", None), source=shown.source or site.office.name,
        keywords=shown.keywords, author=shown.editor, summary=shown.summary,
    )  # fmt: skip
    template = "publishing/public/tombstone.html" if shown.tombstone else "publishing/public/article.html"
    return site.page(
        path, template, shown.title, keys=[f"article:{article.pk}"], column=column, crumbs=site.crumbs_of(column), article=tags,
        description=shown.summary, qr=True, context=context,
    )  # fmt: skip


def _facts(site: Site, column: Column, shown) -> list[tuple[str, object]]:
    """The metadata block that items of the catalogue bear; nothing for other articles."""
    if not shown.index_number and not _of_the_catalogue(site, column):
        return []
    return [
        ("索引号", shown.index_number), ("分类", column.name), ("发布机构", shown.issuer or site.office.name), ("成文日期", pub_date(shown.made_on)),
        ("名称", shown.title), ("文号", shown.document_number), ("发布日期", pub_date(shown.published_on)), ("主题词", shown.keywords),
        *([("有效性", shown.validity)] if shown.validity else []),
    ]  # fmt: skip


def _of_the_catalogue(site: Site, column: Column) -> bool:
    return any(one.slug == "xxgk" or one.column_type in (ColumnType.CATALOGUE, ColumnType.POLICY) for one in (*site.above(column), column))


def _tombstones(site: Site, stones: dict[int, Tombstone]) -> Iterator[Page]:
    for pk, stone in stones.items():
        yield tombstone_page(site, Article.path_of(pk), f"article:{pk}", stone)


def tombstone_page(site: Site, path: str, key: str, stone: Tombstone) -> Page:
    return site.page(path, "publishing/public/tombstone.html", "该内容已撤回", keys=[key, WITHDRAWN], context={"tombstone": stone})


# -- Columns -----------------------------------------------------------------------------------------------------------


def _column_pages(site: Site, column: Column, names: set[str] | None = None) -> Iterator[Page]:
    """A column's list pages and feeds: all, or those of these names."""
    standing = InColumn(site.office.pk, [column.pk])
    entries = standing.every() if names is None else None
    total = len(entries) if entries is not None else standing.total()
    numbered = Numbered(f"columns/{column.slug}/", total)
    parts = list(numbered.parts()) if names is None else [part for name in names if (part := numbered.at(name))]

    def between(part: Part) -> list[Entry]:
        return entries[part.start : part.stop] if entries is not None else standing.between(part.start, part.stop, total)

    for part in parts:
        yield _list_page(site, column, part, between(part)[::-1])
    feeds = {"rss.xml", "atom.xml"} if names is None else names & {"rss.xml", "atom.xml"}
    if feeds:
        newest = entries[: -FEED - 1 : -1] if entries is not None else standing.newest(FEED)
        for page in feeds_of(site, f"columns/{column.slug}/", column.name, f"/columns/{column.slug}/", newest, keys=[entry.key for entry in newest], since=column.opened_on):
            if page.path.rpartition("/")[2] in feeds:
                yield page


def _list_page(site: Site, column: Column, part: Part, entries: list[Entry]) -> Page:
    base = f"columns/{column.slug}/"
    span = "" if part.is_front else f"{entries[-1].published_on.isoformat()}至{entries[0].published_on.isoformat()}"
    below = site.below(column)
    parent = site.columns.get(column.parent_id)
    around, around_title = (below, "下级栏目") if below else (site.below(parent), "同级栏目")
    return site.page(
        part.path, "publishing/public/column.html", f"{column.name}（{span}）" if span else column.name, keys=[entry.key for entry in entries], column=column,
        crumbs=site.crumbs_of(column)[: None if span else -1], description=column.description, feeds=f"/{base}",
        context={
            "column": column, "heading": column.name, "entries": entries, "part": part, "base": base, "span": span,
            "older": part.older and part.older.rpartition("/")[2], "newer": part.newer and (part.newer.rpartition("/")[2].removesuffix("index.html") or f"/{base}"),
            "around": around if len(around) > 1 or below else [], "around_title": around_title,
        },
    )  # fmt: skip


def _column_map(site: Site) -> Page:
    return sitemap(site, "columns", [*FIXED, APPLY, "xxgk/catalogue/index.html", "xxgk/rules/index.html", "xxgk/reports/index.html", *(f"columns/{column.slug}/index.html" for column in site.columns.values())])


# -- The platform ------------------------------------------------------------------------------------------------------


def _fixed(site: Site, paths: Iterable[str]) -> Iterator[Page]:
    """Pages that only the site's own data change."""
    shelf = SHELVES["xxgk"]
    for path, template, title, part in (
        ("xxgk/index.html", "publishing/public/platform.html", "政府信息公开", ""), ("xxgk/guide/index.html", "publishing/public/platform_guide.html", "政府信息公开指南", "guide"),
    ):
        if path in paths:
            yield site.page(path, template, title, column=shelf, crumbs=[PLATFORM] if part else (), description=shelf.description, context={"part": part})
    if "columns/index.html" in paths:
        tree = [(column, site.below(column)) for column in site.below(None)]
        yield site.page("columns/index.html", "publishing/public/columns.html", "全部栏目", description="本网站的全部栏目", context={"tree": tree})


def _platform(site: Site, *paths: str) -> Iterator[Page]:
    """The platform's pages that list what columns hold."""
    entries = site.catalogue
    for path in paths:
        if path in HELD:
            yield _held(site, path, [column.pk for column in site.columns.values() if column.fixture == HELD[path]])
        elif path == "xxgk/catalogue/index.html":
            rows = [(entry, said(entry), _there(site, entry)) for entry in entries]
            yield site.page(path, "publishing/public/platform_catalogue.html", "法定主动公开内容", column=SHELVES["xxgk"], crumbs=[PLATFORM], context={"rows": rows, "part": "catalogue"})
        for entry in entries:
            if path == address_of(entry):
                yield _entry(site, path, entry)


def _there(site: Site, entry: CatalogueEntry) -> bool:
    """Whether the site holds anything of it."""
    return bool(parts_of(entry) and (GUIDE in parts_of(entry) or shelves_of(entry)) or entry.column_id and InColumn(site.office.pk, [entry.column_id]).sets)


def _entry(site: Site, path: str, entry: CatalogueEntry) -> Page:
    column = site.columns.get(entry.column_id)
    entries = InColumn(site.office.pk, [column.pk]).newest(FEED) if column else []
    parts = [{"address": f"/{shelf.slug}/", "name": shelf.name, "description": shelf.description} for shelf in shelves_of(entry)]
    if GUIDE in parts_of(entry):
        parts.append({"address": "/xxgk/guide/", "name": "政府信息公开指南", "description": "机构名称、办公地址、办公时间和联系方式"})
    return site.page(
        path, "publishing/public/platform_item.html", entry.name, keys=[one.key for one in entries], column=SHELVES["xxgk"],
        crumbs=[PLATFORM, Crumb("法定主动公开内容", "/xxgk/catalogue/")],
        context={"basis": said(entry), "entry": entry, "groups": [(column, entries)] if entries else [], "standing": column, "parts": parts, "part": "catalogue"},
    )  # fmt: skip


def _held(site: Site, path: str, column_ids: list[int]) -> Page:
    entries = InColumn(site.office.pk, column_ids).newest(100)
    if path.startswith("xxgk/rules"):
        title, lead = "政府信息公开制度", "政府信息公开工作所依据的法规和本机关的制度。"
        texts = ["《中华人民共和国政府信息公开条例》（国务院令第711号，2019年5月15日起施行）", "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号，2021年1月1日起施行）"]
        none = "本机关自行制定的制度：暂无。"
        part = "rules"
    else:
        title, lead, part = "政府信息公开年报", "每年1月31日前公布上一年度的政府信息公开工作年度报告（条例第四十九条）。", "reports"
        texts, none = [], "暂无年度报告。"
    return site.page(
        path, "publishing/public/platform_list.html", title, keys=[entry.key for entry in entries], column=SHELVES["xxgk"], crumbs=[PLATFORM],
        context={"entries": entries, "lead": lead, "texts": texts, "none": none, "part": part},
    )  # fmt: skip
