"""The public pages: whole, linked, tagged, safe, silent about what is not public, and the same however they were brought up to date."""

import random
import re
import threading
from datetime import date, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from gongkai.accounts.roles import Role
from gongkai.consultation.models import Opinion
from gongkai.documents.models import Interpretation, NormativeDocument
from gongkai.publishing import actions, qr
from gongkai.publishing import pages as publishing_pages
from gongkai.publishing.actions import describe_site
from gongkai.publishing.bodies import clean
from gongkai.publishing.entries import SHARD
from gongkai.publishing.lists import Numbered
from gongkai.publishing.models import Article, Column, Publication, SiteProfile
from gongkai.publishing.site import LIVE
from gongkai.sockets import page_sources, site_static
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.consultation import ConsultationFactory, ConsultationNoticeFactory, OpinionFactory
from tests.factories.documents import InterpretationFactory, NormativeDocumentFactory
from tests.factories.publishing import ArticleFactory, ColumnFactory

from .public_site import produce, whole_site, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: One address of each kind, for what is looked at closely.
KINDS = {
    "首页": "index.html", "栏目": "columns/tzgg/index.html", "往期": "columns/tzgg/list-1.html", "归档栏目": "columns/tongji/index.html", "平台": "xxgk/index.html",
    "指南": "xxgk/guide/index.html", "制度": "xxgk/rules/index.html", "目录": "xxgk/catalogue/index.html", "目录项": "xxgk/catalogue/04.html", "空目录项": "xxgk/catalogue/14.html",
    "年报": "xxgk/reports/index.html", "依申请公开": "xxgk/apply/index.html", "文件库": "documents/index.html", "废止文件": "documents/repealed/index.html",
    "解读列表": "interpretations/index.html", "征集列表": "consultations/index.html", "指南列表": "guides/index.html", "惠企列表": "benefits/index.html", "活动": "events/index.html",
    "公开工作": "ledger/index.html", "地图": "map/index.html", "帮助": "help/index.html", "订阅": "feeds/index.html", "没有找到": "404.html",
}  # fmt: skip


def kinds(pages: dict) -> dict[str, str]:
    """`KINDS` and the page of one record of each kind."""
    first = {name: next(path for path in sorted(pages) if re.fullmatch(pattern, path)) for name, pattern in {
        "征集": r"consultations/\d+\.html", "解读": r"interpretations/\d+/\d+\.html", "办事指南": r"guides/\d+\.html", "惠企政策": r"benefits/\d+\.html",
    }.items()}  # fmt: skip
    of = {title: Article.path_of(Article.objects.get(title=title).pk) for title in ("2022年一季度工业运行情况", "已撤下的公告")}
    documents = {document.number: NormativeDocument.path_of(document.pk) for document in NormativeDocument.objects.all()}
    return {**KINDS, **first, **of, **documents}


@pytest.fixture
def office(settings, tmp_path):
    settings.HOME = tmp_path
    return whole_site()


@pytest.fixture
def pages(office):
    return produce(office)


def html(page) -> str:
    return page.render().decode()


# -- What every page has ----------------------------------------------------------------------------------------------


def test_every_link_leads_somewhere(pages):
    """Another page, a file of the site, or the live part; a fragment to an element that is there."""
    static = {f"static/{name}" for name in site_static()}
    troubles, followed = [], 0
    for path, page in pages.items():
        if not path.endswith(".html"):
            continue
        tree = LexborHTMLParser(html(page))
        for node in tree.css("[href], [src], form[action]"):
            address = node.attributes.get("href") or node.attributes.get("src") or node.attributes.get("action") or ""
            target = urlsplit(urljoin(f"https://gxj.qinghe.example/{path}", address))
            if target.hostname != "gxj.qinghe.example":
                outward = node.tag == "a" and "external" in (node.attributes.get("rel") or "")
                troubles += [] if outward else [f"{path} → {address} 没有注明站外"]
                continue
            followed += 1
            if address.startswith("#"):
                troubles += [] if tree.css_first(address) else [f"{path} → {address}"]
            elif target.path not in LIVE and not {(target.path + "index.html" if target.path.endswith("/") else target.path).lstrip("/")} & (pages.keys() | static):
                # The office's own address may also name a page of its former site.
                troubles += [] if address.startswith("https://gxj.qinghe.example/z") else [f"{path} → {address}"]
    assert followed > 2000
    assert not troubles


def test_every_kind_has_its_tags_its_way_back_and_its_weight(pages):
    weight = sum(len(Path(finders.find(name)).read_bytes()) for name in site_static())
    titles = {}
    for name, path in kinds(pages).items():
        text = html(pages[path])
        tree = LexborHTMLParser(text)
        tags = {node.attributes["name"]: node.attributes.get("content") for node in tree.css("meta[name]")}
        assert {"SiteName", "SiteDomain", "SiteIDCode"} <= tags.keys() and tags["SiteIDCode"] == "0000000001", name
        assert len(tree.css("h1")) == 1 and len(tree.css("main")) == 1, name
        assert tree.css_first("link[rel=canonical]").attributes["href"] == "https://gxj.qinghe.example/" + path.removesuffix("index.html"), name
        assert weight + len(text.encode()) < 150_000, name
        assert "青ICP备00000000号" in text and "党政机关网站标识" in text and "我为政府网站找错" in text and "青公网安备" in text and "网站地图" in text, name
        assert titles.setdefault(tree.css_first("title").text(), path) == path, f"{name}与{titles[tree.css_first('title').text()]}同名"
        if re.search(r"/\d+\.html$", path) and "catalogue" not in path:
            if name != "已撤下的公告":
                assert tree.css_first("nav.crumbs"), name
                assert {"ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType", "ArticleTitle", "PubDate", "ContentSource", "Url"} <= tags.keys(), name
                assert re.fullmatch(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?", tags["PubDate"]) and tags["ContentSource"], name
        elif path.startswith(("columns/", "xxgk/", "documents/")):
            assert {"ColumnName", "ColumnType"} <= tags.keys(), name


def test_the_catalogue_says_what_there_is_none_of(pages):
    """The twenty usual entries until the office lays out its own, none of them 无 before somebody said so."""
    rows = LexborHTMLParser(html(pages["xxgk/catalogue/index.html"])).css("tbody tr")
    said = {row.css_first("th").text(): row.css("td")[-1].text() for row in rows}
    assert len(rows) == 20
    assert said["统计信息"] == "已公开" and said["行政规范性文件"] == "已公开" and said["行政事业性收费"] == "尚未核对"
    assert "条例第二十条第（四）项" in html(pages["xxgk/catalogue/index.html"])


def test_the_desks_catalogue_is_the_sites_and_says_none_with_its_reason_and_day(office):
    by, engine = UserFactory(office=office), Engine(office)
    entries = {entry.name: entry for entry in actions.lay_out_catalogue(office, by=by)}
    actions.settle_entry(entries["行政事业性收费"], by=by, column=None, none_reason="本机关没有行政事业性收费项目", on=date(2022, 6, 1))
    actions.settle_entry(entries["政府采购"], by=by, column=Column.objects.get(slug="tzgg"), none_reason=None, on=date(2022, 6, 1))
    paths = engine.tell("catalogue")
    assert {"xxgk/catalogue/index.html", "xxgk/catalogue/14.html"} <= paths
    engine.check("settle_entry")
    shown = {page.path: page for page in publishing_pages.found(office.pk, ["xxgk/catalogue/index.html", "xxgk/catalogue/14.html", "xxgk/catalogue/15.html"])}
    rows = LexborHTMLParser(html(shown["xxgk/catalogue/index.html"])).css("tbody tr")
    said = {row.css_first("th").text(): row.css("td")[-1].text() for row in rows}
    assert said["行政事业性收费"] == "无（本机关没有行政事业性收费项目；2022年6月1日核对）" and said["政府采购"] == "已公开" and said["人事招考"] == "尚未核对"
    assert "无。本机关没有行政事业性收费项目" in html(shown["xxgk/catalogue/14.html"]) and "/columns/tzgg/" in html(shown["xxgk/catalogue/15.html"])


def test_what_machines_read_is_well_formed(pages):
    for path, page in pages.items():
        if path.endswith(".xml"):
            ElementTree.fromstring(page.render())
    listed = {loc.text for shard in pages if shard.startswith("sitemaps/") for loc in ElementTree.fromstring(pages[shard].render()).findall(".//{*}loc")}
    for path in kinds(pages).values():
        if re.search(r"\d+/\d+\.html$", path) and "已撤回" not in pages[path].title:
            assert f"https://gxj.qinghe.example/{path}" in listed, path
    shards = {loc.text.removeprefix("https://gxj.qinghe.example/") for loc in ElementTree.fromstring(pages["sitemap.xml"].render()).findall(".//{*}loc")}
    assert shards == {path for path in pages if path.startswith("sitemaps/")}
    assert "Sitemap: https://gxj.qinghe.example/sitemap.xml" in html(pages["robots.txt"])


def test_a_document_and_what_explains_it_lead_to_each_other(pages):
    reading, document = Interpretation.objects.get(), NormativeDocument.objects.get(repealed_on=None)
    assert f'href="/{Interpretation.path_of(reading.pk)}"' in html(pages[NormativeDocument.path_of(document.pk)])
    assert f'href="/{NormativeDocument.path_of(document.pk)}"' in html(pages[Interpretation.path_of(reading.pk)])
    old = NormativeDocument.objects.exclude(repealed_on=None).get()
    assert "【废止】" in html(pages[NormativeDocument.path_of(old.pk)]) and "被废止于" in html(pages[NormativeDocument.path_of(old.pk)])
    assert pages[NormativeDocument.path_of(document.pk).replace(".html", ".pdf")].render().startswith(b"%PDF")


# -- What no page has --------------------------------------------------------------------------------------------------

TRAP = """<script>alert(1)</script><img src=x onerror=alert(2)>"'></title></script>]]>{{ 7 }}"""


def test_nothing_written_into_a_field_runs(office):
    """Markup in any field that pages show comes out as text, and a body that went around the form comes out clean."""
    for model in (Article, Column, NormativeDocument, Interpretation, SiteProfile):
        for record in model.objects.all():
            for field in model._meta.concrete_fields:
                if field.get_internal_type() in ("CharField", "TextField") and not field.choices and field.name not in ("slug", "domain", "number", "code", "index_number", "id_code", "document_title"):
                    setattr(record, field.name, TRAP[: field.max_length or 999])
            record.save()
    Opinion.objects.update(public_content=TRAP, reason=TRAP)
    for path, page in produce(office).items():
        if path.endswith(".xml"):
            ElementTree.fromstring(page.render())
        if not path.endswith(".html"):
            continue
        tree = LexborHTMLParser(html(page))
        for script in tree.css("script"):
            kind = script.attributes.get("type")
            assert script.attributes.get("src") == "/static/ui/public.js" or (kind == "application/ld+json" and "<" not in script.text()), path
        for node in tree.css("*"):
            assert not [name for name in node.attributes if name.startswith("on")], f"{path} {node.html[:80]}"
        assert not tree.css("img[src=x]"), path


@pytest.mark.parametrize(
    ("body", "left"),
    [
        pytest.param('<a href="javascript:alert(1)">点</a>', "<a>点</a>", id="脚本链接"),
        pytest.param('<p style="position:fixed" onclick="x()">文</p>', "<p>文</p>", id="样式和事件"),
        pytest.param('<iframe src="https://evil.example"></iframe><svg onload=x></svg>', "", id="框架和矢量"),
        pytest.param('<img src="https://evil.example/a.png" alt="图"><img src="/files/a.png" alt="图">', '<img alt="图"><img src="/files/a.png" alt="图">', id="站外图片"),
        pytest.param('<a href="https://evil.example/">外</a>', '<a rel="external noopener" href="https://evil.example/">外</a>', id="站外"),
        pytest.param('<a href="//evil.example/">外</a>', '<a rel="external noopener" href="//evil.example/">外</a>', id="省略协议"),
        pytest.param("<h3>一</h3><h4>（一）</h4><h3>二</h3><h2>三</h2><h4 class=\"x\">1</h4>", "<h2>一</h2><h3>（一）</h3><h2>二</h2><h2>三</h2><h3 class=\"x\">1</h3>", id="标题不跳级"),
    ],
)
def test_a_body_is_cleaned(body, left):
    assert clean(body) == left


def test_what_is_not_public_is_on_no_page(office):
    column = Column.objects.get(slug="tzgg")
    withheld = [
        ArticleFactory(office=office, column=column, title="密密甲"), ArticleFactory(office=office, column=column, title="密密乙", published=True, live=False),
        ArticleFactory(office=office, column=column, title="密密丙", published=True, attribute="withheld"),
        ArticleFactory(office=office, column=column, title="密密丁", published=True, voided_at=timezone.now(), void_reason="密密因"),
        ArticleFactory(office=office, column=column, title="公开的", published=True, remarks="密密注", attribute_reason="密密由"),
    ]
    hidden = NormativeDocumentFactory(office=office, title="密密戊", number="密密文号", unpublished=True)
    InterpretationFactory(office=office, document=hidden, title="密密己", published_on=date(2022, 3, 2))
    quiet = ConsultationFactory(office=office, title="密密庚")
    said = ConsultationFactory(office=office, fed_back=True)
    ConsultationNoticeFactory(consultation=said)
    OpinionFactory(consultation=said, number=9, content="密密辛", giver_name="密密壬", giver_contact="密密癸", public_content="", fed_back=True)
    withdraw(withheld[1], "标题有误")
    # Another office's records are not this office's either.
    other = OfficeFactory(name="禾丰市工业和信息化局")
    ArticleFactory(office=other, column=ColumnFactory(office=other), title="密密子", published=True)
    pages = produce(office)
    assert quiet.pk and not [path for path, page in pages.items() if "密密" in page.title or "密密" in page.render().decode(errors="ignore")]
    stone = html(pages[Article.path_of(withheld[1].pk)])
    assert "该内容已撤回" in stone and "标题有误" in stone


# -- Bringing up to date ------------------------------------------------------------------------------------------------


class Engine:
    """Keeps a tree as an incremental builder does: from keys to paths, from paths to pages."""

    def __init__(self, office):
        self.office = office
        self.tree = {path: (page.keys, page.render()) for path, page in produce(office).items()}

    def tell(self, *keys: str) -> set[str]:
        told = frozenset(keys)
        paths = {path for path, (depends, _) in self.tree.items() if depends & told}
        for source in page_sources().values():
            paths |= set(source.touch(self.office.pk, told)) if source.touch else set()
        for source in page_sources().values():
            if not source.find:
                continue
            asked = {path for path in paths if path.startswith(source.prefixes)}
            if not asked:
                continue
            found = {page.path: page for page in source.find(self.office.pk, asked)}
            assert found.keys() <= asked, f"{source.key}：没有问到的 {found.keys() - asked}"
            for path in asked:
                if path in found:
                    self.tree[path] = (found[path].keys, found[path].render())
                else:
                    self.tree.pop(path, None)
        return paths

    def check(self, deed: str) -> None:
        fresh = {path: page.render() for path, page in produce(self.office).items()}
        assert self.tree.keys() == fresh.keys(), f"{deed}：{sorted(self.tree.keys() ^ fresh.keys())}"
        assert not [path for path in fresh if fresh[path] != self.tree[path][1]], deed


def publish(office, engine, dice):
    column = dice.choice(list(Column.objects.of(office)))
    article = ArticleFactory(office=office, column=column, published_on=date(2022, 1, 1) + timedelta(days=dice.choice([0, 99, 300, 330, 360])))
    engine.tell(f"article:{article.pk}", f"column:{column.pk}")


def edit(office, engine, dice):
    article = dice.choice(list(Article.objects.public().of(office)))
    Article.objects.filter(pk=article.pk).update(title=f"更正后的标题{dice.random()}", body="<p>更正</p>")
    engine.tell(f"article:{article.pk}")


def take_down(office, engine, dice):
    article = dice.choice(list(Article.objects.public().of(office)))
    Article.objects.filter(pk=article.pk).update(live=False)
    withdraw(article, "内容有误")
    engine.tell(f"article:{article.pk}", f"column:{article.column_id}")


def move(office, engine, dice):
    article, column = dice.choice(list(Article.objects.public().of(office))), dice.choice(list(Column.objects.of(office)))
    Article.objects.filter(pk=article.pk).update(column=column)
    engine.tell(f"article:{article.pk}", f"list:{article.column_id}", f"column:{column.pk}")


def redate(office, engine, dice):
    article = dice.choice(list(Article.objects.public().of(office)))
    Article.objects.filter(pk=article.pk).update(published_on=article.published_on + timedelta(days=dice.choice([-40, 40])))
    engine.tell(f"article:{article.pk}", f"list:{article.column_id}")


def issue(office, engine, dice):
    document = NormativeDocumentFactory(office=office, column=Column.objects.of(office).get(slug="guifanxing"), signed_on=date(2021, 3, 1))
    engine.tell(f"normativedocument:{document.pk}", f"column:{document.column_id}")


def hide(office, engine, dice):
    document = dice.choice(list(NormativeDocument.objects.public().of(office)) or [None])
    if document is None:
        return
    NormativeDocument.objects.filter(pk=document.pk).update(live=False)
    withdraw(document, "文号有误")
    engine.tell(f"normativedocument:{document.pk}")


def explain(office, engine, dice):
    document = dice.choice([*NormativeDocument.objects.public().of(office), None])
    reading = InterpretationFactory(office=office, document=document, column=Column.objects.of(office).get(slug="tzgg"), published_on=date(2022, 6, 1))
    engine.tell(f"interpretation:{reading.pk}", f"column:{reading.column_id}")


def ask(office, engine, dice):
    consultation = ConsultationFactory(office=office)
    ConsultationNoticeFactory(consultation=consultation)
    engine.tell(f"consultation:{consultation.pk}")


DEEDS = (publish, edit, take_down, move, redate, issue, hide, explain, ask)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [pytest.param(0, id="每件一次"), pytest.param(1, id="随机一"), pytest.param(2, id="随机二")])
def test_what_is_touched_is_what_changed(office, seed):
    """After any deed, the pages that its keys name, rendered anew, make the tree a full build makes."""
    engine, dice = Engine(office), random.Random(seed)
    for deed in DEEDS if seed == 0 else [dice.choice(DEEDS) for _ in range(8)]:
        deed(office, engine, dice)
        engine.check(deed.__name__)


def test_an_article_concerns_few_pages(office):
    """One more notice: its page, the front of its column, home, feeds and its shard."""
    engine, column = Engine(office), Column.objects.get(slug="tzgg")
    article = ArticleFactory(office=office, column=column, published_on=date(2022, 12, 1))
    paths = engine.tell(f"article:{article.pk}", f"column:{column.pk}")
    assert paths == {
        Article.path_of(article.pk), "columns/tzgg/index.html", "columns/tzgg/rss.xml", "columns/tzgg/atom.xml", "index.html", "feeds/rss.xml", "feeds/atom.xml",
        f"sitemaps/article-{article.pk // SHARD}.xml", *(path for path in paths if re.fullmatch(r"columns/tzgg/list-\d+\.html", path)),
    }  # fmt: skip
    engine.check("publish")


def test_more_articles_ask_no_more_questions(office):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            for page in page_sources()["publishing"].produce(office.pk):
                page.render()
        return len(seen)

    before = asked()
    for _ in range(30):
        ArticleFactory(office=office, column=Column.objects.get(slug="tzgg"), published=True)
    assert asked() == before


@pytest.mark.parametrize(("total", "front", "numbered"), [(0, (0, 0), 0), (20, (0, 20), 0), (39, (0, 39), 0), (40, (20, 40), 1), (59, (20, 59), 1), (60, (40, 60), 2)])
def test_a_list_is_numbered_from_the_oldest(total, front, numbered):
    found = Numbered("x/", total)
    assert (found.front.start, found.front.stop) == front and found.kept == numbered
    held = [n for part in found.parts() for n in range(part.start, part.stop)]
    assert sorted(held) == list(range(total))


def test_a_code_is_what_the_library_draws():
    """Put together from single bits, a code equals the one drawn whole."""
    for address in ("https://gxj.qinghe.example/articles/0/7.html", "https://gxj.qinghe.example/articles/0/8.html", "https://gxj.qinghe.example/articles/1/9.html"):
        drawn = qr.qr_svg(address)
        qr._references.pop(len(address), None)
        assert qr.qr_svg(address) == drawn


def test_the_site_says_of_itself_what_the_office_registered(office):
    by = UserFactory(office=office, role=Role.COORDINATOR)
    describe_site(office, by=by, icp="青ICP备11111111号")
    told = Publication.objects.of(office).order_by("number").last()
    assert told.keys == ["site"] and "青ICP备11111111号" in html(produce(office)["map/index.html"])


# -- In a browser --------------------------------------------------------------------------------------------------------


class Files(SimpleHTTPRequestHandler):
    def log_message(self, *_) -> None:
        """Says nothing of every file."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; object-src 'none'; base-uri 'self'")
        super().end_headers()


@pytest.fixture
def served(pages, tmp_path):
    """The built files under a strict policy; gives the address and the page kinds."""
    folder = tmp_path / "built"
    for path, content in [*((path, page.render()) for path, page in pages.items()), *((f"static/{name}", Path(finders.find(name)).read_bytes()) for name in site_static())]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", kinds(pages)
    server.shutdown()
    server.server_close()


@pytest.mark.browser
@pytest.mark.parametrize("mode", ["", "elder", "contrast"], ids=["平常", "长者模式", "高对比度"])
def test_every_kind_is_accessible_and_fits_the_screen(served, page, mode):
    from axe_playwright_python.sync_playwright import Axe

    address, kinds = served
    axe, troubles = Axe(), []
    page.on("console", lambda message: troubles.append(f"控制台：{message.text}") if message.type in ("error", "warning") and "404" not in message.text else None)
    if mode:
        page.goto(address)
        page.locator(f"[data-{mode}]").click()
    for name, path in kinds.items():
        page.goto(address + path)
        assert not mode or mode in page.locator("html").get_attribute("class"), "记住了选择"
        for width, height in ((1280, 900), (375, 812)):
            page.set_viewport_size({"width": width, "height": height})
            found = axe.run(page).response
            assert found["passes"], "axe 没有运行"
            troubles += [f"{name} {width}：{fault['id']} {fault['nodes'][0]['html'][:160]} {fault['nodes'][0]['failureSummary'][:200]}" for fault in found["violations"]]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                troubles.append(f"{name} {width}：横向溢出")
        if mode == "elder":
            small = page.evaluate("""() => [...document.querySelectorAll(".sections a, .comfort button:not([hidden]), .entries a, .seek button, .doors li, .button, .foot-links a, .side a")]
                .filter(e => { const r = e.getBoundingClientRect(); return r.height && r.height < 59.5; }).map(e => e.className + e.innerText.slice(0, 12) + Math.round(e.getBoundingClientRect().height))""")
            assert not small, f"{name}：{small[:5]}"
            assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p') || document.body).fontSize)") >= 24
    assert not troubles, "\n".join(dict.fromkeys(troubles))


@pytest.mark.browser
def test_leaving_the_site_is_asked_first_and_marked_without_script(served, page, browser):
    address, kinds = served
    page.goto(address + kinds["2022年一季度工业运行情况"])
    link = page.locator(".body a[rel~=external]").first
    link.click()
    assert "您将离开本网站" in page.locator("dialog").inner_text() and page.url.startswith(address)
    page.get_by_role("button", name="留在本网站").click()
    assert page.locator("dialog").count() == 0
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(address + kinds["2022年一季度工业运行情况"])
    assert plain.evaluate("getComputedStyle(document.querySelector('.body a[rel~=external]'), '::after').content") == '"（站外）"'
    assert not plain.locator("[data-comfort]").is_visible() and plain.locator("h1").is_visible()
    plain.context.close()
