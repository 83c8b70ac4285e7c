"""The pages that look into every room: home, the map, help, what is said when a page is missing, feeds of the whole site, and what machines ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone

from gongkai.benefits.models import BenefitPolicy
from gongkai.consultation import pages as consultations
from gongkai.consultation.models import Consultation
from gongkai.documents.models import Interpretation, NormativeDocument
from gongkai.guides.models import Guide
from gongkai.ledger.models import Plan
from gongkai.publishing.entries import SHARD, InColumn, in_shard, newest, numbers_in, shards
from gongkai.publishing.models import Article, ColumnType
from gongkai.publishing.questions import Question
from gongkai.publishing.shelves import DAY_KEY
from gongkai.publishing.site import SHELVES, SITE_KEY, Site, feeds_of
from gongkai.sockets import Page, pages

#: What the site map lists by shards, and the kinds whose change the home page may show.
KINDS = {
    "article": Article, "normativedocument": NormativeDocument, "interpretation": Interpretation, "consultation": Consultation,
    "benefitpolicy": BenefitPolicy, "guide": Guide,
}  # fmt: skip
FEEDS = ("feeds/rss.xml", "feeds/atom.xml")
FIXED = ("map/index.html", "help/index.html", "feeds/index.html", "404.html", "robots.txt")
NEWS, LINES, FEED = 7, 6, 30


@pages("home", "首页和全站页面", prefixes=("index.html", "404.html", "map/", "help/", "feeds/", "robots.txt", "sitemap.xml"), touch=lambda o, k: touched(o, k), find=lambda o, p: found(o, p))
def produced(office_id: int) -> Iterator[Page]:
    yield from _pages(Site.of(office_id), {"index.html", "sitemap.xml", *FEEDS, *FIXED})


def touched(office_id: int, keys: frozenset[str]) -> set[str]:
    paths = set()
    if any(key.partition(":")[0] in KINDS or key.partition(":")[0] in ("plan", "column", "list", "opinion") or key == DAY_KEY for key in keys):
        paths |= {"index.html", *FEEDS}
    for kind, model in KINDS.items():
        ids = numbers_in(keys, kind)
        if not ids:
            continue
        # A shard that holds no more than what was just touched may have begun with it, or ended.
        if model is Article and len(ids) == 1:
            alone = not _beside_article(office_id, ids[0], SHARD * (ids[0] // SHARD), SHARD * (ids[0] // SHARD + 1))
        else:
            public = _public(model, office_id)
            alone = any(in_shard(public, number).exclude(pk__in=ids)[:1].count() == 0 for number in {pk // SHARD for pk in ids})
        if alone:
            paths.add("sitemap.xml")
    if numbers_in(keys, "normativedocument") or numbers_in(keys, "benefitupdate"):
        paths.add("sitemap.xml")
    return paths


def found(office_id: int, paths: Iterable[str]) -> Iterator[Page]:
    yield from _pages(Site.of(office_id), set(paths))


def _pages(site: Site, wanted: set[str]) -> Iterator[Page]:
    if "index.html" in wanted:
        yield _home(site)
    if wanted & set(FEEDS):
        yield from (page for page in _feeds(site) if page.path in wanted)
    if "sitemap.xml" in wanted:
        yield _sitemap(site)
    tree = [(column, site.below(column)) for column in site.below(None)]
    parts = [SHELVES[slug] for slug in ("documents", "interpretations", "consultations", "guides", "benefits", "events", "ledger")]
    for path, template, title, context in (
        ("map/index.html", "sitebuild/public/map.html", "网站地图", {"tree": tree, "parts": parts}), ("help/index.html", "sitebuild/public/help.html", "无障碍与使用帮助", {}),
        ("feeds/index.html", "sitebuild/public/feeds.html", "订阅", {"columns": list(site.columns.values())}), ("404.html", "sitebuild/public/404.html", "没有找到这个页面", {"parts": parts}),
    ):
        if path in wanted:
            yield site.page(path, template, title, context=context)
    if "robots.txt" in wanted:
        yield Page("robots.txt", "robots.txt", frozenset((SITE_KEY,)), lambda: _robots(site))


def _robots(site: Site) -> bytes:
    lines = ["User-agent: *", "Disallow: /desk/", "Disallow: /apply/", *([f"Sitemap: {site.origin}/sitemap.xml"] if site.origin else [])]
    return ("\n".join(lines) + "\n").encode()


#: Another article than one, from one id up to before another.
_beside_article = Question(
    lambda office, one, first, end: Article.objects.public().filter(office_id=office, pk__gte=first, pk__lt=end).exclude(pk=one).order_by().values_list("pk")[:1], 4
)

# -- Home --------------------------------------------------------------------------------------------------------------


def _home(site: Site) -> Page:
    office, today = site.office.pk, timezone.localdate()
    standing = [column for column in site.below(None) if column.archived_on is None]
    blocks = [
        {"name": column.name, "address": f"/columns/{column.slug}/", "entries": InColumn(office, [column.pk]).newest(NEWS)}
        for column in sorted((c for c in standing if c.column_type in (ColumnType.NOTICE, ColumnType.NEWS)), key=lambda c: c.column_type != ColumnType.NOTICE)[:2]
    ]  # fmt: skip
    documents, readings = newest(NormativeDocument, office, LINES), newest(Interpretation, office, LINES)
    rows = consultations.register(office, today)
    asked = sorted(rows, key=lambda row: (row.open, row.published_on, row.pk), reverse=True)[:LINES]
    plans = list(Plan.objects.of(office).public().order_by("-year")[:1])
    shown = [entry for block in blocks for entry in block["entries"]] + documents + readings
    keys = {*(entry.key for entry in shown), *(f"consultation:{row.pk}" for row in asked), *(f"plan:{plan.pk}" for plan in plans)}
    return site.page(
        "index.html", "sitebuild/public/home.html", site.profile.name, keys={*keys, *([DAY_KEY] if any(row.open for row in rows) else [])},
        description=f"{site.office.name}的政府信息公开、政策文件、政策解读、征求意见和办事服务", feeds="/feeds/",
        context={"blocks": blocks, "documents": documents, "readings": readings, "asked": asked, "plans": plans},
    )  # fmt: skip


def _feeds(site: Site) -> list[Page]:
    entries = sorted((entry for model in (Article, NormativeDocument, Interpretation) for entry in newest(model, site.office.pk, FEED)), reverse=True)[:FEED]
    return feeds_of(site, "feeds/", site.profile.name, "/", entries, keys=[entry.key for entry in entries])


# -- For machines ------------------------------------------------------------------------------------------------------


def _public(model, office_id: int):
    if model is BenefitPolicy:
        return model.objects.public().of(office_id).listed()
    return model.objects.filter(pk__in=model.objects.public().of(office_id).values("pk")) if model is Consultation else model.objects.public().of(office_id)


def _sitemap(site: Site) -> Page:
    """The index of the site map's shards. It says no days, so that a change of a page does not change it."""
    names = ["columns", *(name for kind, model in KINDS.items() for name in shards(kind, _public(model, site.office.pk)))]
    addresses = [site.canonical(f"sitemaps/{name}.xml") for name in names]
    text = "".join(f"<sitemap><loc>{address}</loc></sitemap>\n" for address in addresses)
    content = f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{text}</sitemapindex>\n'
    return Page("sitemap.xml", "站点地图", frozenset((SITE_KEY,)), content.encode)
