"""Every page that the public can be shown: the files of a whole site, and what the live part answers."""

from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile

from gongkai.publishing import actions
from gongkai.publishing.models import Article, Column
from gongkai.search import actions as search
from gongkai.sitebuild import views
from gongkai.sitebuild.actions import build
from tests.factories.accounts import UserFactory
from tests.factories.publishing import ArticleFactory

from .public_site import produce, whole_site
from .test_content import PNG, every_block

#: What a visitor can be answered by the live part, by a name.
ASKED = {
    "检索": "/search/", "检索有结果": "/search/?q=" + quote("公告"), "检索没有结果": "/search/?q=" + quote("没有这样的词"), "检索过长": "/search/?q=" + "x" * 200,
    "缩小范围": "/search/?q=" + quote("公告") + "&year=2022&page=2", "找错": "/feedback/?page=/index.html", "没有这一页": "/search/nowhere/",
}  # fmt: skip


@pytest.fixture
def office(settings, tmp_path):
    """A whole site, with an article that has a block of each kind, and with its index."""
    settings.HOME = tmp_path
    made = whole_site()
    by = UserFactory(office=made)
    article = ArticleFactory(office=made, column=Column.objects.get(slug="gzdt"), title="各种内容块")
    number = actions.add_material(article, actions.take_in(ContentFile(PNG, name="现场图.png"), office=made, by=by), by=by).pk
    article.body = every_block("文字", number, number)
    article.save()
    ArticleFactory(office=made, column=article.column, title="各种内容块已发布", body=article.body, published=True)
    return made


@pytest.fixture
def built(office) -> dict[str, bytes]:
    """Every HTML page of the site, by its path."""
    return {path: page.render() for path, page in produce(office).items() if path.endswith(".html")}


@pytest.fixture
def answered(office, client, settings) -> dict[str, bytes]:
    """What the live part says to each of `ASKED`, to a form that is sent, and when something goes wrong."""
    build(office, strict=False, workers=1)
    search.follow(office)
    settings.ROOT_URLCONF, settings.MIDDLEWARE = "gongkai.urls_public", settings.PUBLIC_MIDDLEWARE
    home = {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "same-origin"}
    page = "/" + Article.path_of(Article.objects.get(title="各种内容块已发布").pk)
    found = {name: client.get(address) for name, address in ASKED.items()}
    found["有用"] = client.post("/feedback/", {"page": page, "useful": "yes"}, **home)
    found["没用"] = client.post("/feedback/", {"page": page, "useful": "no"}, **home)
    found["没写"] = client.post("/feedback/", {"page": page, "words": ""}, **home)
    found["别处提交"] = client.post("/feedback/", {"page": page, "words": "错字"}, HTTP_ORIGIN="https://elsewhere.example")
    assert [found[name].status_code for name in ("检索有结果", "没有这一页", "有用", "没写", "别处提交")] == [200, 404, 200, 400, 403]
    found |= {view.__name__: view(None) for view in (views.bad_request, views.denied, views.failed)}
    return {name: answer.content for name, answer in found.items()}
