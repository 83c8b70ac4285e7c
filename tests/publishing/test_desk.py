"""What the registers and the column tree do with real records."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from gongkai.accounts.permissions import may
from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.law.refusals import Refused
from gongkai.publishing import actions, content, queries
from gongkai.publishing.models import Article, ChannelPost, Column, SecrecyReview
from gongkai.registers.actions import change, create
from gongkai.registers.register import get_register
from gongkai.sockets import duty_sources
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.publishing import ArticleFactory, ChannelPostFactory, ColumnFactory, SecrecyReviewFactory

pytestmark = pytest.mark.django_db


def sentences():
    return [entry.verb for entry in Entry.objects.order_by("id")]


def test_the_usual_columns_are_laid_out_once():
    office, clerk = OfficeFactory(), UserFactory()
    opened = actions.lay_out_columns(office, by=clerk, opened_on=date(2022, 1, 1))
    assert actions.lay_out_columns(office, by=clerk, opened_on=date(2022, 1, 1)) == []
    assert Column.objects.get(slug="jiedu").parent.name == "法定主动公开内容"
    assert Column.objects.get(slug="dongtai").update_every_days == 14
    assert Column.objects.get(slug="banshi").update_every_days is None
    assert sentences() == ["publishing.column_opened"] * len(opened)


def test_a_column_is_never_below_itself():
    office, by = OfficeFactory(), UserFactory()
    top = ColumnFactory(slug="top")
    middle = ColumnFactory(slug="middle", parent=top)
    with pytest.raises(Refused, match="下级栏目之下"):
        actions.change_column(top, by=by, parent=middle)
    with pytest.raises(Refused, match="其他机关"):
        actions.change_column(top, by=by, parent=ColumnFactory(slug="x", office=OfficeFactory(name="青禾市商务局")))
    with pytest.raises(IntegrityError), transaction.atomic():
        Column.objects.filter(pk=top.pk).update(parent=top)
    assert actions.change_column(middle, by=by, parent=None, name="专题专栏").name == "专题专栏"
    assert Entry.objects.get().facts["differences"] == {"上级栏目": ["其他政策文件", ""], "栏目名称": ["其他政策文件", "专题专栏"]}
    assert office.pk == top.office_id


def test_a_column_is_archived_with_a_reason_and_after_its_children():
    by = UserFactory()
    top = ColumnFactory(slug="top")
    child = ColumnFactory(slug="child", parent=top)
    with pytest.raises(Refused, match="下级栏目"):
        actions.archive_column(top, by=by, on=date(2022, 6, 1), reason="合并")
    with pytest.raises(Refused, match="原因"):
        actions.archive_column(child, by=by, on=date(2022, 6, 1), reason=" ")
    actions.archive_column(child, by=by, on=date(2022, 6, 1), reason="合并到上级栏目")
    assert actions.archive_column(top, by=by, on=date(2022, 6, 1), reason="专题结束").archived_on == date(2022, 6, 1)


def test_a_post_is_registered_as_it_happened_and_refused_when_it_contradicts_itself():
    by, register = UserFactory(), get_register("posts")
    facts = dict(office=by.office, channel="wechat", category="policy", title="惠企政策速递", posted_on=date(2022, 3, 10))
    create(register, ChannelPost(**facts), by=by)  # without reviews: recorded, and counted as failing
    with pytest.raises(Refused, match="同时填写"):
        create(register, ChannelPost(**facts, first_reviewed_by=by), by=by)
    with pytest.raises(Refused, match="密级标识"):
        create(register, ChannelPost(**{**facts, "title": "机密★1年"}), by=by)
    assert ChannelPost.objects.count() == 1


def test_a_withheld_item_gets_its_day_of_reassessment_and_loses_it_again():
    by, register = UserFactory(), get_register("secrecy-reviews")
    review = SecrecyReview(
        office=by.office, title="改革方案讨论稿", result="withhold", attribute="withheld", ground="process", reason="过程稿", reviewed_on=date(2022, 3, 8)
    )
    create(register, review, by=by)
    assert review.reassess_due_on == date(2023, 3, 8)
    changed = change(register, review, by=by, result="open", attribute="open", ground="", reason="")
    assert changed.reassess_due_on is None
    assert queries.stale(by.office_id) == []
    SecrecyReview.objects.filter(pk=review.pk).update(reassess_due_on=date(2022, 1, 1))
    assert [(s.field, s.stored, s.derived) for s in queries.stale(by.office_id)] == [("reassess_due_on", date(2022, 1, 1), None)]


def test_a_reassessment_looks_back_not_forward():
    by, register = UserFactory(), get_register("secrecy-reviews")
    later = SecrecyReviewFactory(withheld=True, reviewed_on=date(2022, 6, 1))
    with pytest.raises(Refused, match="在此之前"):
        create(register, SecrecyReview(office=by.office, title="甲", result="open", attribute="open", reviewed_on=date(2022, 5, 1), reassesses=later), by=by)


def test_what_is_not_open_has_no_day_of_publication():
    by, register, column = UserFactory(), get_register("articles"), ColumnFactory()
    article = Article(office=by.office, column=column, title="内部通报", attribute="on_request", attribute_reason="限于特定企业", published_on=date(2022, 3, 1))
    with pytest.raises(Refused, match="不能有公开日期"):
        create(register, article, by=by)
    article.published_on = None
    assert create(register, article, by=by).pk


def test_the_outside_sees_published_open_articles_only():
    shown = ArticleFactory(published=True)
    ArticleFactory()
    ArticleFactory(published=True, released=False)  # a day of publication alone puts nothing out
    Article.objects.filter(pk=ArticleFactory(published=True).pk).update(live=False)
    ArticleFactory(published=True, attribute="on_request")
    hidden = ArticleFactory(published=True)
    hidden.voided_at = hidden.created_at
    hidden.save()
    assert list(Article.objects.public()) == [shown]
    assert list(ChannelPost.objects.public()) == [] and list(SecrecyReview.objects.public()) == []


def test_an_article_keeps_revisions_and_can_be_previewed():
    article = ArticleFactory(body="<p>正文第一版</p>")
    article.save_revision()
    article.body = "<p>正文第二版</p>"
    article.save_revision()
    assert article.revisions.count() == 2
    assert content.words(article.latest_revision.as_object().body) == "正文第二版"
    page = article.serve_preview(RequestFactory().get("/"), "").render().content.decode()
    assert "正文第二版" in page and article.title in page and "尚未发布" in page


def duties_of(key, office, since, today):
    return [(d.subject, d.due_on, d.done_on, d.section_id) for d in duty_sources()[key].produce(office.pk, since, today)]


def test_a_column_owes_something_new_within_its_period(django_assert_num_queries):
    section = SectionFactory()
    column = ColumnFactory(slug="dongtai", name="工作动态", update_every_days=14, owner=section)
    ColumnFactory(slug="old", name="旧专题", update_every_days=14, archived_on=date(2022, 2, 1))
    ColumnFactory(slug="banshi", name="办事服务", update_every_days=None)
    ArticleFactory(column=column, published_on=date(2022, 3, 1))
    ArticleFactory(column=column, published_on=date(2022, 3, 20))
    ArticleFactory(column=column, published_on=date(2022, 3, 15), voided_at="2022-03-16T00:00:00+08:00")
    assert duties_of("publishing.column", section.office, date(2022, 1, 1), date(2022, 3, 16)) == [("工作动态", date(2022, 3, 15), None, section.pk)]
    assert duties_of("publishing.column", section.office, date(2022, 1, 1), date(2022, 3, 31)) == [("工作动态", date(2022, 4, 3), None, section.pk)]


def test_something_withheld_is_owed_another_look():
    first = SecrecyReviewFactory(withheld=True, number="青保审〔2021〕3号", reviewed_on=date(2021, 6, 1))
    SecrecyReviewFactory(reviewed_on=date(2021, 6, 2))
    office = first.office
    assert duties_of("publishing.reassess", office, date(2022, 1, 1), date(2022, 5, 1)) == [("青保审〔2021〕3号", date(2022, 6, 1), None, None)]
    SecrecyReviewFactory(reviewed_on=date(2022, 5, 20), reassesses=first)
    assert duties_of("publishing.reassess", office, date(2022, 1, 1), date(2022, 6, 1)) == [("青保审〔2021〕3号", date(2022, 6, 1), date(2022, 5, 20), None)]
    assert duties_of("publishing.reassess", office, date(2022, 6, 1), date(2022, 7, 1)) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_duties_ask_the_same_number_of_questions(rows, django_assert_num_queries):
    office = OfficeFactory()
    for n in range(rows):
        ArticleFactory(column=ColumnFactory(slug=f"c{n}", update_every_days=14), published=True)
        SecrecyReviewFactory(withheld=True)
    with django_assert_num_queries(2 + len(queries.content_models())):
        duties_of("publishing.column", office, date(2022, 1, 1), date(2022, 4, 1))
    kinds = [model for model, _ in queries.content_models() if any(f.name == "attribute" for f in model._meta.concrete_fields)]
    with django_assert_num_queries(3 + len(kinds)):
        duties_of("publishing.reassess", office, date(2022, 1, 1), date(2022, 4, 1))


def test_who_may_keep_what():
    section = SectionFactory()
    clerk, secrecy, nobody = UserFactory(role=Role.CLERK, role__section=section), UserFactory(role=Role.SECRECY), UserFactory()
    own, other = ChannelPostFactory(section=section), ChannelPostFactory(section=SectionFactory(name="信息化科"))
    assert may(clerk, "publishing.post", "change", own) and not may(clerk, "publishing.post", "change", other)
    assert may(secrecy, "publishing.secrecy_review", "change", SecrecyReviewFactory(section=section))
    assert not may(secrecy, "publishing.post", "change", own)
    assert not may(clerk, "publishing.column", "archive") and not may(nobody, "publishing.post", "view")


def test_an_unknown_slug_is_refused_in_words():
    with pytest.raises(ValidationError, match="小写字母"):
        actions.open_column(OfficeFactory(), name="动态", slug="动态", column_type="news", by=UserFactory(), opened_on=date(2022, 1, 1))


def test_numbers_of_reviews_are_unique_until_voided():
    first = SecrecyReviewFactory(number="1号")
    with pytest.raises(IntegrityError), transaction.atomic():
        SecrecyReviewFactory(number="1号")
    first.voided_at = first.created_at
    first.save()
    assert SecrecyReviewFactory(number="1号").pk
