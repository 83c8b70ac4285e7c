"""The frame of a public page: head, masthead, way back, foot, and the tags a government site owes.

Every room that publishes renders through `Site`, which is read once for a batch of pages: what all pages
share (navigation, foot) is rendered once, and a page costs one small template.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from email.utils import format_datetime
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.template.loader import get_template
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from gongkai.accounts.models import Office
from gongkai.sockets import Page, page_sources

from .entries import in_shard, shards
from .models import CatalogueEntry, Column, ColumnType, SiteProfile
from .qr import qr_svg
from .queries import catalogue_of

#: Touched when something changes that every page shows: the site's own data, the columns, the office.
SITE_KEY = "site"
#: Touched when what the catalogue says of itself changes.
CATALOGUE_KEY = "catalogue"
#: Addresses of the live part, which are no built files.
LIVE = ("/search/", "/feedback/", "/apply/", "/apply/progress/")
#: Pages that stand below nothing.
ALONE = ("index.html", "404.html")

_template = cache(get_template)
#: What XML may not hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_IN_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


class Shelf(NamedTuple):
    """A fixed part of the site that is no column: what its pages state as their column (6.3)."""

    slug: str
    name: str
    type_name: str
    description: str
    keywords: str = ""


#: The parts with a place in the navigation, by the source of pages that must be there for it.
SHELVES = {
    shelf.slug: shelf
    for shelf in (
        Shelf("xxgk", "政府信息公开", "信息公开目录", "政府信息公开指南、公开制度、法定主动公开内容、公开年报和依申请公开", "信息公开,依申请公开"),
        Shelf("documents", "政策文件", "政策文件", "行政规范性文件和其他政策文件，注明文号和有效性，可检索、查阅、下载", "规范性文件,政策文件"),
        Shelf("interpretations", "政策解读", "政策解读", "对政策文件的文字、图解、音视频等解读，与文件相互链接", "政策解读,图解"),
        Shelf("consultations", "意见征集", "征集调查", "公开征求意见的草案、期限、方式和采纳情况", "征求意见,意见反馈"),
        Shelf("guides", "办事指南", "办事服务", "事项的办理条件、材料、流程、时限和收费", "办事指南,政务服务"),
        Shelf("benefits", "惠企政策", "办事服务", "企业可以享受的奖补、贴息、认定和减免政策", "惠企政策,奖补"),
        Shelf("events", "政策宣讲", "互动交流", "新闻发布会、在线访谈、政策宣讲会等活动", "宣讲会,新闻发布会"),
        Shelf("ledger", "公开工作", "信息公开目录", "政务公开工作要点分工方案及落实情况", "政务公开,工作要点"),
    )
}


class Crumb(NamedTuple):
    name: str
    address: str


_held: ContextVar[dict[int, Site] | None] = ContextVar("site", default=None)


@contextmanager
def one_site() -> Iterator[None]:
    """Within, all pages share what they say of the site: read once, its masthead and foot rendered once. For one pass of a builder."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


class Site:
    """An office's site as its pages need it: profile, columns, navigation. Three queries."""

    def __init__(self, office: Office):
        self.office = office
        self.profile = SiteProfile.objects.filter(office=office).first() or SiteProfile(
            office=office, name=f"{office.name}网站", sponsor=office.name, address=office.address, phone=office.phone
        )
        self.columns = {column.pk: column for column in Column.objects.of(office).public()}
        self._frames: dict[str, tuple[SafeString, SafeString]] = {}

    @classmethod
    def of(cls, office_id: int) -> Site:
        """The office's site, read now or, within :func:`one_site`, once."""
        held = _held.get()
        if held is None:
            return cls(Office.objects.get(pk=office_id))
        if office_id not in held:
            held[office_id] = cls(Office.objects.get(pk=office_id))
        return held[office_id]

    @cached_property
    def catalogue(self) -> list[CatalogueEntry]:
        return catalogue_of(self.office.pk)

    # -- Addresses --------------------------------------------------------------------------------------------------

    @property
    def origin(self) -> str:
        """`https://` and the domain, or nothing while the office has not registered one."""
        return f"https://{self.profile.domain}" if self.profile.domain else ""

    def address(self, path: str) -> str:
        """The address of a path below the site's own root: `articles/0/7.html` → `/articles/0/7.html`."""
        return "/" + (path.removesuffix("index.html") if path.endswith("/index.html") or path == "index.html" else path)

    def canonical(self, path: str) -> str:
        return self.origin + self.address(path)

    def leaves(self, url: str) -> bool:
        """Whether a link leads to another site."""
        host = urlsplit(url).hostname
        return bool(host) and host != self.profile.domain

    # -- Columns ----------------------------------------------------------------------------------------------------

    def above(self, column: Column) -> list[Column]:
        """The column's parents, the topmost first."""
        found: list[Column] = []
        while column.parent_id in self.columns and len(found) < 20:
            column = self.columns[column.parent_id]
            found.insert(0, column)
        return found

    def below(self, column: Column | None) -> list[Column]:
        return [one for one in self.columns.values() if one.parent_id == (column.pk if column else None)]

    def crumbs_of(self, column: Column) -> list[Crumb]:
        """The way down to the column. The column of 政府信息公开 leads to the platform, which is its page."""
        return [Crumb(one.name, "/xxgk/" if one.slug == "xxgk" else f"/columns/{one.slug}/") for one in (*self.above(column), column)]

    @cached_property
    def sections(self) -> list[Crumb]:
        """The navigation: news and notices, then the fixed parts whose pages are built. At most eight beside the home page."""
        news = [one for one in self.below(None) if one.column_type in (ColumnType.NEWS, ColumnType.NOTICE) and one.archived_on is None][:2]
        sources = page_sources()
        fixed = [shelf for shelf in SHELVES.values() if _source_of(shelf.slug) in sources and shelf.slug not in ("ledger", "events")]
        platform = [shelf for shelf in fixed if shelf.slug == "xxgk"]
        rest = [shelf for shelf in fixed if shelf.slug != "xxgk"]
        return [
            *(Crumb(shelf.name, f"/{shelf.slug}/") for shelf in platform), *(Crumb(one.name, f"/columns/{one.slug}/") for one in news),
            *(Crumb(shelf.name, f"/{shelf.slug}/") for shelf in rest),
        ][:8]  # fmt: skip

    # -- Pages ------------------------------------------------------------------------------------------------------

    def page(
        self, path: str, template: str, title: str, *, keys: Iterable[str] = (), column: Column | Shelf | None = None, crumbs: Sequence[Crumb] = (),
        article: Mapping[str, object] | None = None, description: str = "", feeds: str = "", qr: bool = False, context=None,
    ) -> Page:  # fmt: skip
        """A page of the site. `context` may be a function, asked when the page is rendered. `article`: the tags of the content, by name."""

        def render() -> bytes:
            more = context() if callable(context) else (context or {})
            return self.render(path, template, title, more, column=column, crumbs=crumbs, article=article, description=description, feeds=feeds, qr=qr)

        return Page(path, title, frozenset((SITE_KEY, *keys)), render)

    def render(
        self, path: str, template: str, title: str, context: Mapping[str, object], *, column=None, crumbs=(), article=None, description="", feeds="", qr=False
    ) -> bytes:
        canonical = self.canonical(path) if self.origin else ""
        trail = list(crumbs)
        section = trail[0].address if trail else self.address(path)
        masthead, foot = self._frame(section)
        return (
            _template(template)
            .render({
                "site": self, "office": self.office, "profile": self.profile, "title": title, "path": path, "canonical": canonical,
                "whole_title": title if path == "index.html" else f"{title}-{self.profile.name}",
                "meta": _tags(tuple(self._meta(canonical, column, article, description, title))), "ld": self._ld(path, title, trail, article, description),
                "crumbs": _trail(tuple(trail)), "way_back": path not in ALONE, "feeds": feeds, "masthead": masthead, "foot": foot, "qr": qr_svg(canonical) if qr and canonical else "", **context,
            })
            .encode()
        )  # fmt: skip

    def _frame(self, section: str) -> tuple[SafeString, SafeString]:
        """Masthead and foot; the same for all pages of a section."""
        here = section if any(section == crumb.address for crumb in self.sections) or section == "/" else ""
        if here not in self._frames:
            context = {"site": self, "office": self.office, "profile": self.profile, "here": here, "mark": _web(self.profile.mark_url), "mistakes": _web(self.profile.mistakes_url)}
            self._frames[here] = tuple(mark_safe(_template(f"ui/public_{part}.html").render(context)) for part in ("masthead", "foot"))  # type: ignore[assignment]
        return self._frames[here]

    def _meta(self, canonical: str, column, article, description: str, title: str) -> list[tuple[str, str]]:
        profile = self.profile
        found = [("SiteName", profile.name), ("SiteDomain", profile.domain), ("SiteIDCode", profile.id_code)]
        if column is not None:
            said = column.type_name if isinstance(column, Shelf) else column.get_column_type_display()
            found += [("ColumnName", column.name), ("ColumnDescription", column.description or f"{self.office.name}{column.name}"), ("ColumnKeywords", column.keywords or column.name), ("ColumnType", said)]
        if article is not None:
            found += [(name, str(value)) for name, value in article.items() if value or name in ("ArticleTitle", "PubDate", "ContentSource")]
            if canonical:
                found.append(("Url", canonical))
        if article is None or not article.get("Description"):
            found.append(("Description", " ".join(description.split())[:200] or f"{self.office.name}：{title}"))
        return found

    def _ld(self, path: str, title: str, trail: Sequence[Crumb], article, description: str) -> SafeString:
        """What the page is, as JSON-LD: a data block, which no browser runs."""
        graph: list[dict] = []
        publisher = {"@type": "GovernmentOrganization", "name": self.office.name}
        if path == "index.html":
            site = {"@type": "WebSite", "name": self.profile.name, "inLanguage": "zh-CN", "publisher": publisher}
            if self.origin:
                site["url"] = f"{self.origin}/"
                site["potentialAction"] = {"@type": "SearchAction", "target": f"{self.origin}/search/?q={{q}}", "query-input": "required name=q"}
            graph.append(site)
        elif article is not None:
            graph.append({
                "@type": "Article", "headline": title, "datePublished": _iso(str(article.get("PubDate", ""))), "inLanguage": "zh-CN", "publisher": publisher,
                **({"description": description} if description else {}), **({"url": self.canonical(path)} if self.origin else {}),
            })
        if path not in ALONE:
            steps = [Crumb("首页", "/"), *trail, Crumb(title, self.address(path))]
            graph.append({
                "@type": "BreadcrumbList",
                "itemListElement": [{"@type": "ListItem", "position": n, "name": name, "item": self.origin + address} for n, (name, address) in enumerate(steps, 1)],
            })
        if not graph:  # the page for what is missing
            return mark_safe("")
        return mark_safe(json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, separators=(",", ":")).translate(_IN_SCRIPT))


def _tags(meta: tuple[tuple[str, str], ...]) -> SafeString:
    return mark_safe("".join([_tag(name, content) for name, content in meta]))


@lru_cache(2048)
def _tag(name: str, content: str) -> str:
    return f'<meta name="{escape(name)}" content="{escape(content)}">\n'


@lru_cache(1024)
def _trail(crumbs: tuple[Crumb, ...]) -> SafeString:
    return format_html_join("", '<li><a href="{}">{}</a></li>', ((crumb.address, crumb.name) for crumb in crumbs))


def _source_of(slug: str) -> str:
    return {"xxgk": "publishing", "interpretations": "documents", "consultations": "consultation"}.get(slug, slug)


@lru_cache(512)
def _hours(day: date) -> tuple[str, str]:
    """The beginning of a day here, as Atom and as RSS write it: a feed wants an hour, and none is kept."""
    begins = timezone.make_aware(datetime.combine(day, time()))
    return begins.isoformat(), format_datetime(begins)


def pub_date(on: date | None, at: datetime | None = None) -> str:
    """发布日期 as 47号 writes it, YYYY-MM-DD HH:MM; the day alone where the hour was not kept."""
    if at is not None:
        return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    return on.isoformat() if on else ""


def _web(url: str) -> str:
    """An address of another site, if that is what it is: what an import or a restored backup brought was not checked by a form."""
    return url if url.startswith(("https://", "http://")) else ""


def _iso(said: str) -> str:
    """A 发布日期 as JSON-LD wants it."""
    day, blank, time = said.partition(" ")
    return f"{day}T{time}+08:00" if blank else day


def article_tags(title: str, *, on: date | None, at: datetime | None = None, source: str = "", keywords: str = "", author: str = "", summary: str = "") -> dict:
    """The content tags of 47号's 网页设计规范 for a page."""
    return {
        "ArticleTitle": title, "PubDate": pub_date(on, at), "ContentSource": source, "Keywords": keywords, "Author": author,
        "Description": " ".join(summary.split())[:200],
    }  # fmt: skip


def sitemaps(site: Site, kind: str, public: QuerySet, path_of: Callable[[int], str], numbers: Iterable[int] | None = None) -> Iterator[Page]:
    """The shards of the site map for machines that list records of one kind: all, or those of these numbers."""
    if numbers is None:
        numbers = [int(name.rpartition("-")[2]) for name in shards(kind, public)]
    for number in numbers:
        ids = list(in_shard(public, number).values_list("pk", flat=True))
        if ids:
            yield sitemap(site, f"{kind}-{number}", map(path_of, ids), [f"{kind}:{pk}" for pk in ids])


def sitemap(site: Site, name: str, paths: Iterable[str], keys: Iterable[str] = ()) -> Page:
    places = list(paths)

    def render() -> bytes:
        lines = "".join([f"<url><loc>{escape(site.canonical(path))}</loc></url>\n" for path in places])
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</urlset>\n'.encode()

    return Page(f"sitemaps/{name}.xml", "站点地图", frozenset((SITE_KEY, *keys)), render)


def shard_at(path: str, kind: str) -> int | None:
    """Which shard of a kind a path is, if it is one."""
    found = re.fullmatch(rf"sitemaps/{kind}-(\d{{1,12}})\.xml", path)
    return int(found[1]) if found else None


def feeds_of(site: Site, base: str, title: str, address: str, entries: Sequence, *, keys: Iterable[str] = (), since: date = date(2019, 5, 15)) -> list[Page]:
    """RSS and Atom of a list, newest first. `base` is the folder; `entries` have path, title and published_on.

    An Atom feed must say when it last changed: without entries, `since`.
    """
    context = {
        "name": _CONTROL.sub("", site.profile.name), "author": _CONTROL.sub("", site.profile.sponsor or site.profile.name), "title": _CONTROL.sub("", title),
        "address": site.origin + address, "base": f"{site.origin}/{base}", "updated": _hours(entries[0].published_on if entries else since)[0],
        "entries": [
            {"title": _CONTROL.sub("", one.title), "address": site.canonical(one.path), "updated": updated, "sent": sent}
            for one in entries
            for updated, sent in (_hours(one.published_on),)
        ],
    }  # fmt: skip
    return [
        Page(f"{base}{name}.xml", f"{title}（{label}）", frozenset((SITE_KEY, *keys)), lambda name=name: _template(f"publishing/public/{name}.xml").render(context).encode())
        for name, label in (("rss", "RSS"), ("atom", "Atom"))
    ]
