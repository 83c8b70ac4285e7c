"""What stands beside an article while it is written: remarks, what was typed and not saved, and the day it comes down."""

from datetime import date

import pytest
from django.http import QueryDict

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.channels.models import Delivery
from gongkai.publishing import actions, content
from gongkai.publishing.models import Article, Autosave
from gongkai.publishing.timed import take_down_expired
from gongkai.reviewing.models import Withdrawal
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.publishing import ArticleFactory, ColumnFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    office = OfficeFactory()
    section = SectionFactory(office=office, name="企业服务科")
    return UserFactory(name="许小禾", office=office, role=Role.CLERK, role__section=section)


@pytest.fixture
def article(writer):
    return ArticleFactory(office=writer.office, section=writer.posts.get().section, title="关于申报的通知")


@pytest.fixture
def at(client):
    def sign_in(person):
        client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
        return client

    return sign_in


def page(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


# -- 批注 --------------------------------------------------------------------------------------------------------------


def test_colleagues_remark_and_settle_and_nothing_of_it_goes_out(at, article, writer):
    head = UserFactory(name="周明澜", office=writer.office, role=Role.HEAD, role__section=article.section)
    at(head).post(f"/desk/articles/{article.pk}/notes/", {"quote": "3月31日", "text": "请核对截止日期"})
    seen = page(at(writer).get(f"/desk/articles/{article.pk}/notes/"))
    assert "请核对截止日期" in seen and "3月31日" in seen and "周明澜" in seen
    at(writer).post(f"/desk/articles/{article.pk}/notes/", {"settle": article.notes.get().pk})
    assert "许小禾于" in page(at(head).get(f"/desk/articles/{article.pk}/notes/"))
    assert "核对截止日期" not in str(content.snapshot(article))
    assert list(Entry.objects.filter(verb__in=("publishing.noted", "publishing.note_settled")).order_by("id").values_list("actor_name", flat=True)) == ["周明澜", "许小禾"]
    assert "请填写批注" in page(at(writer).post(f"/desk/articles/{article.pk}/notes/", {"quote": "x", "text": " "}))


def test_remarks_are_for_whoever_may_see_the_article(at, article, writer):
    stranger = UserFactory(office=OfficeFactory(name="青禾市商务局"), role=Role.COORDINATOR)
    assert at(stranger).post(f"/desk/articles/{article.pk}/notes/", {"text": "打扰"}).status_code == 404
    assert not article.notes.exists()


# -- 未保存的修改 -------------------------------------------------------------------------------------------------------


def test_what_was_typed_is_given_back_to_its_writer_alone(at, article, writer):
    desk = at(writer)
    answer = desk.post(f"/desk/articles/{article.pk}/autosave/", {"title": "写到一半的标题", "column": article.column_id, "kind": "article", "attribute": "open"})
    assert set(answer.json()) == {"at"}
    article.refresh_from_db()
    assert article.title == "关于申报的通知" and not article.revisions.exists()
    assert "有修改没有保存" in page(desk.get(f"/desk/registers/articles/{article.pk}/"))
    assert "写到一半的标题" in page(desk.get(f"/desk/registers/articles/{article.pk}/?restore=1"))
    head = UserFactory(office=writer.office, role=Role.HEAD, role__section=article.section)
    assert "写到一半" not in page(at(head).get(f"/desk/registers/articles/{article.pk}/?restore=1"))


def test_saving_and_dropping_end_what_was_kept(at, article, writer):
    desk = at(writer)
    typed = {"title": "新标题", "column": article.column_id, "kind": "article", "attribute": "open", "section": article.section_id}
    for end in ({"drop": "1"}, None):
        desk.post(f"/desk/articles/{article.pk}/autosave/", typed)
        assert QueryDict(Autosave.objects.get().form)["title"] == "新标题"
        if end:
            desk.post(f"/desk/articles/{article.pk}/autosave/", end)
        else:
            desk.post(f"/desk/registers/articles/{article.pk}/", {**typed, "seen": article.changed_at.isoformat()})
        assert not Autosave.objects.exists()
    article.refresh_from_db()
    assert article.title == "新标题"


def test_a_new_article_is_kept_too_and_whoever_may_not_write_keeps_nothing(at, writer):
    ColumnFactory(office=writer.office)
    at(writer).post("/desk/articles/autosave/", {"title": "还没有登记的文章"})
    assert "还没有登记的文章" in page(at(writer).get("/desk/registers/articles/add/?restore=1"))
    auditor = UserFactory(office=writer.office, role=Role.AUDIT_ADMIN)
    assert at(auditor).post("/desk/articles/autosave/", {"title": "x"}).status_code == 403
    assert Autosave.objects.count() == 1


@pytest.mark.parametrize("typed", [
    pytest.param({"title": "秘密★5年"}, id="标题"),
    pytest.param({"body-0-value": '{"blocks": [{"key": "a", "text": "机密★10年", "type": "unstyled"}], "entityMap": {}}'}, id="编辑器里的段落"),
])  # fmt: skip
def test_what_bears_a_mark_is_not_kept_in_any_shape(at, article, writer, typed):
    answer = at(writer).post(f"/desk/articles/{article.pk}/autosave/", typed)
    assert answer.status_code == 400 and "没有暂存" in answer.json()["fault"] and not Autosave.objects.exists()
    at(writer).post(f"/desk/articles/{article.pk}/notes/", {"text": "秘密★5年"})
    assert not article.notes.exists()


# -- 到期下线 -----------------------------------------------------------------------------------------------------------


def test_an_article_comes_down_after_its_approved_last_day(writer):
    kept = ArticleFactory(office=writer.office, published=True, expires_on=date(2999, 12, 31))
    over = ArticleFactory(office=writer.office, published=True, expires_on=date(2022, 3, 31))
    # A later day typed into the working copy and not approved does not keep it up.
    Article.objects.filter(pk=over.pk).update(expires_on=date(2999, 1, 1))
    release = over.shown_submission
    from gongkai.reviewing.models import Release

    Release.objects.create(submission=release, by=writer, at=release.submitted_at, way="button")
    assert take_down_expired() == "到期下线1篇"
    assert list(Article.objects.public()) == [kept] and take_down_expired() == "没有到期的文章"
    gone = Withdrawal.objects.get()
    assert gone.by is None and "2022年3月31日" in gone.reason
    over.refresh_from_db()
    assert over.withdrawn_on and not Delivery.objects.standing().exists()


def test_nothing_comes_down_before_it_went_out(article, writer):
    from gongkai.law.refusals import Refused

    with pytest.raises(Refused, match="到期下线日期不能早于发布日期"):
        actions.edit(article, by=writer, published_on=date(2022, 3, 10), expires_on=date(2022, 3, 1))
