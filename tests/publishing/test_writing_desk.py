"""Columns, catalogue and articles at the desk, as people's browsers meet them."""

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.publishing import actions, content
from gongkai.publishing.models import Article, AttributeWeighing, CatalogueEntry, Column
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.publishing import ArticleFactory, ColumnFactory

from .test_content import PNG, body

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return UserFactory(role=Role.COORDINATOR)


@pytest.fixture
def at(client):
    def sign_in(person):
        client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
        return client

    return sign_in


def page(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


# -- Columns ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_coordinator_opens_changes_moves_and_archives_a_column(at, coordinator):
    desk = at(coordinator)
    assert "还缺固定栏目：政府信息公开" in page(desk.get("/desk/columns/"))
    desk.post("/desk/columns/", {"lay_out": "1"})
    assert "还缺固定栏目" not in page(desk.get("/desk/columns/"))
    xxgk = Column.objects.get(slug="xxgk")
    assert "只能用小写字母" in page(desk.post("/desk/columns/add/", {"name": "专题", "slug": "专题", "column_type": "special", "template": "list"}))
    desk.post("/desk/columns/add/", {"name": "专题", "slug": "zhuanti", "column_type": "news", "template": "pictures", "parent": xxgk.pk})
    made = Column.objects.get(slug="zhuanti")
    assert (made.parent, made.template, made.update_every_days) == (xxgk, "pictures", 14)
    assert "自己或自己的下级栏目之下" in page(desk.post(f"/desk/columns/{xxgk.pk}/", {"name": "政府信息公开", "slug": "xxgk", "column_type": "catalogue", "template": "list", "parent": made.pk}))
    first = Column.objects.filter(parent=None).order_by("order", "id")[1]
    desk.post("/desk/columns/", {"move": first.pk, "way": "up"})
    assert Column.objects.filter(parent=None).order_by("order", "id")[0] == first
    assert "请填写归档原因" in page(desk.post(f"/desk/columns/{made.pk}/", {"archive": "1", "on": "2030-01-01", "reason": ""}))
    desk.post(f"/desk/columns/{made.pk}/", {"archive": "1", "on": "2030-01-01", "reason": "活动结束"})
    made.refresh_from_db()
    assert (made.archived_on, made.archive_reason) == (date(2030, 1, 1), "活动结束")
    assert "zhuanti" not in page(desk.get("/desk/columns/")) and "zhuanti" in page(desk.get("/desk/columns/?archived=1"))
    guide = page(desk.get(f"/desk/columns/{Column.objects.get(fixture='guide').pk}/"))
    assert "不能归档" in guide and 'name="archive"' not in guide


def test_a_clerk_sees_the_tree_and_changes_nothing_of_it(at, coordinator):
    clerk = UserFactory(role=Role.CLERK, role__section=SectionFactory())
    column, theirs = ColumnFactory(), ColumnFactory(office=OfficeFactory(name="青禾市商务局"), name="外单位栏目", slug="x")
    desk = at(clerk)
    shown = page(desk.get("/desk/columns/"))
    assert column.name in shown and theirs.name not in shown and "上移" not in shown
    assert desk.post("/desk/columns/", {"move": column.pk, "way": "up"}).status_code == 403
    assert desk.post(f"/desk/columns/{column.pk}/", {"name": "改名"}).status_code == 403
    assert desk.get(f"/desk/columns/{theirs.pk}/").status_code == 404
    column.refresh_from_db()
    assert column.name == "其他政策文件"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tree_asks_the_same_number_of_questions(at, coordinator, rows, django_assert_max_num_queries):
    for n in range(rows):
        ColumnFactory(slug=f"c{n}", update_every_days=14)
    desk = at(coordinator)
    desk.get("/desk/columns/")
    with django_assert_max_num_queries(18):
        desk.get("/desk/columns/")


@pytest.mark.slow
def test_the_catalogue_shows_gaps_and_takes_none_with_its_reason(at, coordinator):
    desk = at(coordinator)
    desk.post("/desk/columns/catalogue/", {"lay_out": "1"})
    entry = CatalogueEntry.objects.get(name="行政事业性收费")
    where = f"entry-{entry.pk}"
    assert "条例 20(8)：行政事业性收费项目" in page(desk.get("/desk/columns/catalogue/"))
    assert "写明原因" in page(desk.post("/desk/columns/catalogue/", {"entry": entry.pk, f"{where}-is_none": "on", f"{where}-none_reason": ""}))
    desk.post("/desk/columns/catalogue/", {"entry": entry.pk, f"{where}-is_none": "on", f"{where}-none_reason": "没有收费项目"})
    shown = page(desk.get("/desk/columns/catalogue/"))
    assert "无：没有收费项目" in shown and "条例 20(8)：行政事业性收费项目" not in shown


# -- The editor ------------------------------------------------------------------------------------------------------


def posted(article, **changes) -> dict:
    """What the article's form sends, with one paragraph block."""
    return {
        "seen": article.changed_at.isoformat(), "column": article.column_id, "kind": "article", "title": article.title, "attribute": "open",
        "body-count": "1", "body-0-deleted": "", "body-0-order": "0", "body-0-type": "heading", "body-0-id": "", "body-0-value-text": "申报条件", "body-0-value-level": "2", **changes,
    }  # fmt: skip


def url(article, name="registers:edit"):
    return reverse(name, args=["articles", article.pk])


@pytest.mark.slow
def test_an_article_is_written_in_blocks_and_keeps_its_versions(at, coordinator):
    article = ArticleFactory(title="通知")
    desk = at(coordinator)
    shown = page(desk.get(url(article)))
    assert "data-w-block-data-value" in shown and "draftail.js" in shown and "<noscript>" in shown
    answer = desk.post(url(article), posted(article, title="新通知"))
    assert answer.status_code == 302, page(answer)
    article.refresh_from_db()
    assert (article.title, article.words) == ("新通知", "申报条件") and article.revisions.count() == 1
    upload = ContentFile(PNG, name="现场图.png")
    desk.post(url(article), posted(article, title="再改", material=upload, material_name="现场"))
    material = article.materials.get()
    picture = {"body-0-type": "image", "body-0-value-image": str(material), "body-0-value-alt": "现场", "body-0-value-caption": ""}
    article.refresh_from_db()
    desk.post(url(article), posted(article, title="再改", **picture))
    article.refresh_from_db()
    assert content.snapshot(article)["blocks"][0]["file"]["sha256"] == material.stored.sha256
    versions = page(desk.get(url(article, "publishing_versions")))
    assert "<ins>" in versions or "新增" in versions
    assert desk.get(reverse("publishing_material", args=[material.stored.sha256]))["Content-Type"] == "image/png"
    old = article.revisions.order_by("pk").first()
    desk.post(url(article, "publishing_versions"), {"version": old.pk})
    article.refresh_from_db()
    assert (article.title, article.words) == ("新通知", "申报条件")


def test_a_new_article_comes_with_its_picture(at, coordinator):
    column = ColumnFactory()
    desk = at(coordinator)
    assert "从Word导入" in page(desk.get("/desk/registers/articles/add/"))
    sent = posted(ArticleFactory(column=column), title="新闻", column=column.pk, material=ContentFile(PNG, name="现场图.png"))
    del sent["seen"]
    assert desk.post("/desk/registers/articles/add/", sent).status_code == 302
    made = Article.objects.get(title="新闻")
    assert (made.words, made.materials.get().name, made.revisions.count()) == ("申报条件", "现场图.png", 1)
    exported = desk.get("/desk/registers/articles/export.csv/")
    assert "申报条件" in b"".join(exported.streaming_content).decode("utf-8-sig")


def test_a_wrong_picture_is_told_beside_the_block_and_nothing_is_lost(at, coordinator):
    article = ArticleFactory()
    shown = page(at(coordinator).post(url(article), posted(article, **{"body-0-type": "image", "body-0-value-image": "随便写的", "body-0-value-alt": "图", "body-0-value-caption": "图注甲"})))
    assert "请从素材中选择" in shown.encode().decode("unicode_escape", "ignore") or "请从素材中选择" in shown
    assert "has-error" in shown and article.revisions.count() == 0


def test_without_javascript_plain_paragraphs_are_a_box_and_blocks_stay(at, coordinator):
    plain, rich = ArticleFactory(body="<p>第一段</p><p>第二段</p>"), ArticleFactory(body=body(("heading", {"text": "标题", "level": "2"})))
    desk = at(coordinator)
    assert "第一段\n\n第二段</textarea>" in page(desk.get(url(plain)))
    sent = {name: value for name, value in posted(plain).items() if not name.startswith("body-")}
    assert desk.post(url(plain), {**sent, "plain": "第一段\r\n\r\n<改了>"}).status_code == 302
    sent = {name: value for name, value in posted(rich, title="改标题").items() if not name.startswith("body-")}
    assert desk.post(url(rich), sent).status_code == 302
    plain.refresh_from_db()
    rich.refresh_from_db()
    assert plain.words == "第一段\n<改了>" and "<改了>" not in plain.shown.body_html
    assert (rich.title, rich.words) == ("改标题", "标题")


@pytest.mark.slow
def test_two_editors_lose_nothing(at, coordinator):
    article = ArticleFactory(title="通知")
    first, second = posted(article, title="甲改的"), posted(article, title="乙改的")
    desk = at(coordinator)
    desk.post(url(article), first)
    shown = page(desk.post(url(article), second))
    assert "被别人改过" in shown and "甲改的" in shown and "乙改的" in shown
    article.refresh_from_db()
    assert article.title == "甲改的"


def test_a_locked_article_is_its_lockers(at, coordinator):
    article, other = ArticleFactory(title="通知"), UserFactory(name="周明澜", role=Role.COORDINATOR)
    actions.lock(article, by=other)
    article.refresh_from_db()
    shown = page(at(coordinator).post(url(article), posted(article, title="改")))
    assert "周明澜已锁定这篇文章" in shown
    at(coordinator).post(url(article, "publishing_lock"), {"free": "1"})
    article.refresh_from_db()
    assert not article.locked and article.title == "通知"


def test_previews_show_the_working_copy_with_its_metadata(at, coordinator):
    article = ArticleFactory(body="<p>正文</p>", document_number="青工信〔2022〕15号", made_on=date(2022, 11, 30))
    desk = at(coordinator)
    web, wechat = (page(desk.get(url(article, "publishing_preview") + query)) for query in ("", "?mode=wechat"))
    assert "青工信〔2022〕15号" in web and "2022年11月30日" in web and "正文" in web
    assert "正文" in wechat and 'class="sheet phone"' in wechat


def test_the_attribute_is_decided_on_its_page(at, coordinator):
    article = ArticleFactory(made_on=date(2022, 3, 1))
    desk = at(coordinator)
    sent = {"attribute": "withheld", "purpose": "无", "effect": "无", "consequence": "影响决策", "reason": "过程稿", "ground": "process", "is_policy": "on", "decided_on": "2022-03-01"}
    assert "应先送政务公开工作机构审查" in page(desk.post(url(article, "publishing_attribute"), sent))
    desk.post(url(article, "publishing_attribute"), {**sent, "opinion": "同意", "opinion_on": "2022-02-28"})
    assert AttributeWeighing.objects.get().opinion == "同意" and "认定为不予公开" in page(desk.get(url(article, "publishing_attribute")))
    clerk = UserFactory(role=Role.CLERK, role__section=SectionFactory())
    assert at(clerk).post(url(article, "publishing_attribute"), sent).status_code == 403


def test_an_article_of_another_office_does_not_exist(at, coordinator):
    theirs = ArticleFactory(office=OfficeFactory(name="青禾市商务局"), title="外单位草稿")
    desk = at(coordinator)
    for name in ("publishing_preview", "publishing_versions", "publishing_attribute"):
        assert desk.get(url(theirs, name)).status_code == 404
    assert Article.objects.filter(title="外单位草稿").exists()


def test_the_link_dialogue_refuses_what_runs(at, coordinator):
    desk = at(coordinator)
    assert "网址应以" in desk.post("/desk/articles/link/", {"url": "javascript:alert(1)"}).json()["html"]
    assert desk.post("/desk/articles/link/", {"url": "/jiedu/1.html", "link_text": "解读"}).json()["result"]["url"] == "/jiedu/1.html"
