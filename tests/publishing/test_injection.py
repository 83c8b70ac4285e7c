"""Whatever people write, hand in or ask: it comes out as the words it is, on no page and in no feed as something that runs."""

import io
import json
import re
from datetime import date
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest
from django.core.files.base import ContentFile
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from selectolax.lexbor import LexborHTMLParser

from gongkai.accounts.models import Office
from gongkai.law.refusals import Refused
from gongkai.publishing import actions, word
from gongkai.publishing.content import public_name
from gongkai.publishing.models import Article, Column, SiteProfile
from gongkai.search import actions as search
from gongkai.sitebuild.actions import build
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.publishing import ArticleFactory, ColumnFactory, put_out

from .public_site import produce
from .test_content import PNG, every_block
from .test_word import written

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: What is tried everywhere. 23193 is what a template would make of the sum.
STRINGS = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", '" autofocus onfocus="alert(1)', "</title><script>alert(1)</script>", "</script><svg onload=alert(1)>",
    "</textarea><script>alert(1)</script>", "]]><script>alert(1)</script>", "--><script>alert(1)</script>", "{{ 7731*3 }}{% now 'Y' %}${7731*3}", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)",
    "javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>", "//evil.example/x.js", "<iframe srcdoc='<script>alert(1)</script>'>", '<a href="javascript:alert(1)">点</a>',
    '<p style="background:url(javascript:alert(1))">文</p>', "<style>@import 'https://evil.example/x'</style>", '<base href="//evil.example/">', '<meta http-equiv="refresh" content="0;url=//evil.example">',
    '<form action="https://evil.example"><button formaction="javascript:alert(1)">', "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "\u2028alert(1)\u2029", "＜script＞alert(1)＜/script＞", "\x0b\x1f<b>",
)  # fmt: skip
SCRIPTS = {"/static/ui/public.js", "/static/search/search.js"}
NEVER = "iframe, object, embed, applet, base, math, style, template, meta[http-equiv], foreignObject, mglyph, [style], [srcdoc], [formaction]"
_ADDRESSES = ("href", "src", "action", "poster", "data", "xlink:href")


def faults(name: str, text: str, *, said: str = "") -> list[str]:
    """What of a page runs, calls out or leads astray; and that the words `said` are there to be read."""
    tree = LexborHTMLParser(text)
    found = [node.html[:100] for node in tree.css(NEVER)]
    for node in tree.css("*"):
        for attribute, value in node.attributes.items():
            bare = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if attribute.startswith("on") or (attribute in _ADDRESSES and (bare.startswith(("javascript:", "data:", "vbscript:")) or (node.tag in ("script", "img", "link", "form", "video", "source") and "evil" in bare))):
                found.append(node.html[:100])
    for script in tree.css("script"):
        if script.attributes.get("type") == "application/ld+json":
            json.loads(script.text())
        elif script.attributes.get("src") not in SCRIPTS or script.text():
            found.append(script.html[:100])
    found += ["模板算了出来"] if "23193" in text else []
    found += [f"没有照原样写出 {said}"] if said and " ".join(said.split()) not in " ".join(tree.body.text().split()) else []
    return [f"{name}：{one}" for one in found]


@pytest.fixture
def office(settings, tmp_path):
    settings.HOME = tmp_path
    made = OfficeFactory()
    SiteProfile.objects.create(office=made, name="青禾市工业和信息化局网站", domain="gxj.qinghe.example", id_code="0000000001", sponsor=made.name)
    return made


def hostile(office, string: str, column: Column, by) -> Article:
    """A public article whose every text, block and attachment name is `string`."""
    article = ArticleFactory(office=office, column=column, title=string[:200])
    number = actions.add_material(article, actions.take_in(ContentFile(PNG, name="图.png"), office=office, by=by), by=by, name=string[:150]).pk
    for name in ("summary", "source", "editor", "keywords", "issuer", "document_number", "index_number", "attribute_reason"):
        setattr(article, name, string[: Article._meta.get_field(name).max_length or 500])
    article.body = every_block(string, number, number)
    article.published_on = date(2022, 3, 10)
    article.live = True
    article.save()
    put_out(article)
    return article


def test_no_field_and_no_attachment_of_an_article_runs(office):
    by = UserFactory(office=office)
    column = ColumnFactory(office=office, name=STRINGS[0], description=STRINGS[1], keywords=STRINGS[3], slug="tried")
    articles = {string: hostile(office, string, column, by) for string in STRINGS}
    SiteProfile.objects.update(name=STRINGS[4], sponsor=STRINGS[5], organiser=STRINGS[2], icp=STRINGS[1], police=STRINGS[0], address=STRINGS[3], phone=STRINGS[9], mark_url="javascript:alert(1)", mistakes_url='"><script>alert(1)</script>')
    Office.objects.filter(pk=office.pk).update(address=STRINGS[0], phone=STRINGS[3], hours=STRINGS[1], email=STRINGS[2])
    pages = {path: page.render() for path, page in produce(office).items()}
    troubles: list[str] = []
    for path, content in pages.items():
        if path.endswith(".html"):
            troubles += faults(path, content.decode())
    for string, article in articles.items():
        # In the head, where a parser stops at `</title>`, a title is text too: what is read is the page's own.
        troubles += faults("标题", pages[Article.path_of(article.pk)].decode(), said=re.sub(r"[\x00-\x1f\u2028\u2029]", " ", string) if string.isprintable() else "")
    assert not troubles, "\n".join(dict.fromkeys(troubles))
    assert len([path for path in pages if path.endswith(".html")]) > 60


def test_feeds_and_maps_hold_the_words_as_text(office):
    by = UserFactory(office=office)
    column = ColumnFactory(office=office, name=f"{STRINGS[7]}\x0b", slug="tried")
    for string in STRINGS:
        hostile(office, string, column, by)
    SiteProfile.objects.update(name=f"{STRINGS[4]}\x0b", sponsor=f"{STRINGS[5]}\x1f")
    shown = set()
    for path, page in produce(office).items():
        if not path.endswith(".xml"):
            continue
        for node in ElementTree.fromstring(page.render()).iter():
            assert node.tag.rpartition("}")[2] in {
                "rss", "channel", "title", "link", "description", "language", "item", "guid", "pubDate", "feed", "id", "updated", "author", "name", "entry", "urlset", "url", "loc", "sitemapindex", "sitemap",
            }, f"{path} {node.tag}"  # fmt: skip
            href = node.get("href") or (node.text if node.tag.rpartition("}")[2] in ("link", "loc") else None)
            assert not href or urlsplit(href.strip()).scheme == "https", f"{path} {href}"
            if node.tag.rpartition("}")[2] == "title" and path.startswith("columns/tried/"):
                shown.add(node.text)
    assert len(shown & set(STRINGS)) > 15  # a feed has the newest; what XML may not hold is left out of a title


def paper(string: str):
    """A document that says it everywhere a document can: headings, lists, cells, addresses of links, words of a picture."""

    def make(document) -> None:
        document.add_heading(string, level=2)
        document.add_paragraph(string, style="List Bullet")
        table = document.add_table(rows=1, cols=2)
        table.cell(0, 0).text = table.cell(0, 1).text = string
        link, run, text = OxmlElement("w:hyperlink"), OxmlElement("w:r"), OxmlElement("w:t")
        link.set(qn("r:id"), document.part.relate_to(string, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        text.text = string
        run.append(text)
        link.append(run)
        document.add_paragraph()._p.append(link)
        document.add_paragraph().add_run().add_picture(io.BytesIO(PNG))._inline.docPr.set("descr", string)

    return make


def test_nothing_in_a_word_file_runs(office, tmp_path):
    """It becomes words of the draft, or is refused with a sentence."""
    by, column, brought = UserFactory(office=office), ColumnFactory(office=office), []
    path = tmp_path / "paper.docx"
    for string in filter(str.isprintable, STRINGS):
        path.write_bytes(written(paper(string)).read())
        stored = actions.take_in(ContentFile(path.read_bytes(), name="通知.docx"), office=office, by=by)
        try:
            brought.append(actions.bring_from_word(word.read(path, f"{string}.docx"), stored, column=column, by=by).pk)
        except Refused as refused:
            assert all("不允许的内容" in objection.sentence for objection in refused.objections), string
    Article.objects.filter(pk__in=brought).update(published_on=date(2022, 3, 10), live=True)
    for article in Article.objects.filter(pk__in=brought):
        put_out(article)
    pages = {path: page.render().decode() for path, page in produce(office).items() if path.endswith(".html")}
    assert brought and all(Article.path_of(pk) in pages for pk in brought)
    assert not [one for path, text in pages.items() for one in faults(path, text)]


@pytest.mark.parametrize("string", STRINGS, ids=range(len(STRINGS)))
def test_the_name_of_a_file_is_a_files_name(string):
    for name in (string, f"{string}.png", f"{string}.html", f"../{string}.svg"):
        made = public_name(name)
        assert not set(made) & set('<>"\'/\\\x00\t\n') and made not in ("", ".", "..") and not made.endswith((".html", ".svg", ".js", ".xml"))


def test_what_a_visitor_asks_or_reports_comes_back_as_words(office, client, settings):
    column = ColumnFactory(office=office)
    ArticleFactory(office=office, column=column, published=True, title="通知公告", body="<p>通知</p>")
    page = "/" + Article.path_of(ArticleFactory(office=office, column=column, published=True, title="第二件通知").pk)
    build(office, strict=False, workers=1)
    search.follow(office)
    settings.ROOT_URLCONF, settings.MIDDLEWARE = "gongkai.urls_public", settings.PUBLIC_MIDDLEWARE
    home = {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "same-origin"}
    troubles: list[str] = []
    for n, string in enumerate(STRINGS):
        asked = {"检索": client.get("/search/", {"q": string})}
        for name in ("column", "year", "kind", "validity", "order", "page", "exact"):
            asked[f"检索的 {name}"] = client.get("/search/", {"q": "通知", name: string})
        asked |= {"找错的页": client.get("/feedback/", {"page": string}), "地址": client.get("/search/" + quote(string)), "地址的参数名": client.get("/search/?" + quote(string) + "=1&q=1")}
        client.defaults["REMOTE_ADDR"] = f"192.0.2.{n}"
        asked["找错"] = client.post("/feedback/", {"page": page, "words": string * 600}, **home)
        assert asked["找错"].status_code == 400
        for name, answer in asked.items():
            assert answer.status_code in (200, 400, 404) and answer["Content-Type"].startswith("text/html"), (name, answer.status_code)
            troubles += faults(f"{name} {string}", answer.content.decode())
        told = client.get("/search/suggest/", {"q": string})
        assert told["Content-Type"].startswith("application/json") and isinstance(json.loads(told.content)["suggestions"], list)
    assert not troubles, "\n".join(dict.fromkeys(troubles))
