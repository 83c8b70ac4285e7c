"""公开属性 decided and changed, the twenty working days, index numbers, the catalogue."""

from datetime import date
from threading import Thread

import pytest
from django.db import connection, transaction

from gongkai.audit.models import Entry
from gongkai.law import shipped_calendar
from gongkai.law.refusals import Refused
from gongkai.publishing import actions, queries, rules
from gongkai.publishing.models import Article, AttributeWeighing, CatalogueEntry, Column, IndexHead
from gongkai.sockets import duty_sources
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.publishing import ArticleFactory, ColumnFactory

DAY = date(2022, 3, 1)
OPEN = rules.Weighing("open", "便于企业申报", "企业少跑路", "不涉及商业秘密", DAY)
HELD = OPEN._replace(attribute="withheld", reason="讨论中的过程稿", ground="process")


@pytest.mark.parametrize(("weighed", "codes"), [
    pytest.param(OPEN, [], id="主动公开，三项权衡"),
    pytest.param(OPEN._replace(effect=" "), ["not_weighed"], id="效果没有权衡"),
    pytest.param(OPEN._replace(attribute="on_request"), ["no_reason"], id="依申请公开没有理由"),
    pytest.param(OPEN._replace(attribute="on_request", reason="限于特定企业"), [], id="依申请公开有理由，不要情形"),
    pytest.param(HELD, [], id="不予公开，有理由和情形"),
    pytest.param(HELD._replace(ground=""), ["no_ground"], id="不予公开没有情形"),
    pytest.param(HELD._replace(policy=True), ["no_opinion"], id="政策性文件拟不公开，没有送审查"),
    pytest.param(HELD._replace(policy=True, opinion="同意", opinion_on=DAY), [], id="政策性文件，当日有意见"),
    pytest.param(HELD._replace(policy=True, opinion="同意", opinion_on=date(2022, 3, 2)), ["opinion_late"], id="意见晚于认定"),
    pytest.param(HELD._replace(policy=True, opinion="同意"), ["half_opinion"], id="意见没有日期"),
    pytest.param(OPEN._replace(policy=True), [], id="政策性文件主动公开，不必先送"),
    pytest.param(OPEN._replace(ground="secret"), ["ground_unwanted"], id="公开却填了情形"),
])  # fmt: skip
def test_what_a_decision_on_the_attribute_needs(weighed, codes):
    assert [o.code for o in rules.objections_to_weighing(weighed)] == codes


@pytest.mark.parametrize(("made_on", "changed_on", "due"), [
    pytest.param(date(2022, 3, 1), None, date(2022, 3, 29), id="二十个工作日"),
    pytest.param(date(2022, 3, 28), None, date(2022, 4, 25), id="跨清明，4月2日星期六、4月24日星期日补班"),
    pytest.param(date(2022, 1, 20), None, date(2022, 2, 22), id="跨春节，1月29日、30日补班"),
    pytest.param(date(2022, 3, 1), date(2022, 6, 1), date(2022, 6, 30), id="变更后重新起算，跨端午"),
    pytest.param(date(2018, 3, 1), None, None, id="条例修订施行以前"),
])  # fmt: skip
def test_what_is_open_goes_out_within_twenty_working_days(made_on, changed_on, due):
    clock = rules.proactive_clock(made_on, changed_on, shipped_calendar())
    assert (clock.last_day if clock else None) == due


def duties_of(key, office, since, today):
    return [(d.subject, d.due_on, d.done_on) for d in duty_sources()[key].produce(office.pk, since, today)]


@pytest.mark.django_db
def test_a_change_of_attribute_gives_its_reason_and_begins_the_twenty_days_again():
    by = UserFactory()
    article = ArticleFactory(office=by.office, title="改革方案", made_on=date(2022, 1, 4))
    actions.weigh_attribute(article, HELD, by=by)
    article.refresh_from_db()
    assert (article.attribute, article.ground, article.attribute_changed_on) == ("withheld", "process", None)
    assert duties_of("publishing.proactive", by.office, date(2022, 1, 1), date(2022, 3, 2)) == []
    with pytest.raises(Refused, match="写明理由"):
        actions.weigh_attribute(article, OPEN._replace(decided_on=date(2022, 6, 1)), by=by)
    with pytest.raises(Refused, match="不能早于"):
        actions.weigh_attribute(article, OPEN._replace(decided_on=date(2022, 2, 1), reason="方案已通过"), by=by)
    actions.weigh_attribute(article, OPEN._replace(decided_on=date(2022, 6, 1), reason="方案已通过"), by=by)
    article.refresh_from_db()
    assert (article.attribute, article.attribute_changed_on) == ("open", date(2022, 6, 1))
    assert duties_of("publishing.proactive", by.office, date(2022, 1, 1), date(2022, 6, 2)) == [("《改革方案》", date(2022, 6, 30), None)]
    assert Entry.objects.order_by("-id")[0].verb == "publishing.attribute_changed"
    with pytest.raises(Refused, match="公开属性”页办理"):
        actions.edit(article, by=by, attribute="on_request", attribute_reason="限于特定企业")


@pytest.mark.django_db
def test_what_is_public_is_withdrawn_before_it_is_withheld():
    by = UserFactory()
    article = ArticleFactory(office=by.office, published=True)
    with pytest.raises(Refused, match="请先撤回"):
        actions.weigh_attribute(article, HELD._replace(decided_on=date(2022, 4, 1)), by=by)
    assert AttributeWeighing.objects.count() == 0


@pytest.mark.django_db
def test_a_withheld_article_is_looked_at_again_and_the_second_look_moves_the_day():
    by = UserFactory()
    article = ArticleFactory(office=by.office, title="过程稿")
    actions.weigh_attribute(article, HELD, by=by)
    assert duties_of("publishing.reassess", by.office, date(2022, 1, 1), date(2023, 2, 1)) == [("《过程稿》", date(2023, 3, 1), None)]
    actions.weigh_attribute(article, HELD._replace(decided_on=date(2023, 2, 10)), by=by)
    assert duties_of("publishing.reassess", by.office, date(2023, 1, 1), date(2023, 3, 1)) == [
        ("《过程稿》", date(2023, 3, 1), date(2023, 2, 10)), ("《过程稿》", date(2024, 2, 10), None),
    ]
    article.refresh_from_db()
    assert article.attribute_changed_on is None


# -- Index numbers ---------------------------------------------------------------------------------------------------


@pytest.fixture
def coded(db):
    return UserFactory(office=OfficeFactory(name="青禾市统计局", short_name="青禾市统计局", credit_code="114420000073329991"))


def test_index_numbers_follow_the_year_and_are_never_given_twice(coded):
    first, second = (ArticleFactory(office=coded.office, made_on=date(2022, 5, n)) for n in (1, 2))
    assert actions.number(first, by=coded, today=date(2023, 1, 5)) == "114420000073329991/2022-00001"
    assert actions.number(first, by=coded, today=date(2023, 1, 5)) == "114420000073329991/2022-00001"
    Article.objects.filter(pk=first.pk).update(voided_at="2022-06-01T00:00:00+08:00")
    assert actions.number(second, by=coded, today=date(2023, 1, 5)) == "114420000073329991/2022-00002"
    assert actions.number(ArticleFactory(office=coded.office), by=coded, today=date(2023, 1, 5)) == "114420000073329991/2023-00001"


def test_a_number_that_was_typed_elsewhere_is_passed_over(coded):
    ArticleFactory(office=coded.office, index_number="114420000073329991/2022-00001")
    assert actions.number(ArticleFactory(office=coded.office), by=coded, today=date(2022, 1, 5)) == "114420000073329991/2022-00002"


@pytest.mark.django_db
def test_an_office_without_its_code_numbers_nothing():
    by = UserFactory(office=OfficeFactory(name="青禾市无码局", credit_code=""))
    with pytest.raises(Refused, match="统一社会信用代码"):
        actions.number(ArticleFactory(office=by.office), by=by, today=DAY)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_ten_clerks_at_once_get_ten_numbers():
    by = UserFactory(office=OfficeFactory(name="青禾市统计局", short_name="统计局", credit_code="114420000073329991"))
    articles = [ArticleFactory(office=by.office, made_on=DAY) for _ in range(10)]
    given, troubles = [], []

    def number(article):
        try:
            with transaction.atomic():
                given.append(actions.number(article, by=by, today=DAY))
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [Thread(target=number, args=[article]) for article in articles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not troubles and sorted(given) == [f"114420000073329991/2022-{n:05d}" for n in range(1, 11)]
    assert IndexHead.objects.get().last == 10


# -- The catalogue and the fixed columns -------------------------------------------------------------------------------


def test_the_usual_catalogue_answers_every_item_of_the_law():
    figures = queries.catalogue_figures()
    assert len(figures["entry"]) == 20 and [row["basis"] for row in figures["item"]] == [*(f"条例 20({n})" for n in range(1, 16)), "条例 21"]
    entries = [CatalogueEntry(code=row["code"], name=row["name"], bases=row["bases"]) for row in figures["entry"]]
    unanswered = [item.basis for item in queries.items(entries) if not item.entries]
    assert unanswered == []


@pytest.mark.django_db
def test_an_entry_names_a_column_or_says_none_and_why():
    by = UserFactory()
    actions.lay_out_columns(by.office, by=by, opened_on=DAY)
    made = actions.lay_out_catalogue(by.office, by=by)
    assert len(made) == 20 and actions.lay_out_catalogue(by.office, by=by) == []
    fees = CatalogueEntry.objects.get(name="行政事业性收费")
    assert not fees.is_settled and CatalogueEntry.objects.get(name="行政规范性文件").column.slug == "guifanxing"
    with pytest.raises(Refused, match="写明原因"):
        actions.settle_entry(fees, by=by, column=None, none_reason=" ", on=DAY)
    column = Column.objects.get(slug="tongji")
    with pytest.raises(Refused, match="只选一样"):
        actions.settle_entry(fees, by=by, column=column, none_reason="没有", on=DAY)
    with pytest.raises(Refused, match="其他机关"):
        actions.settle_entry(fees, by=by, column=ColumnFactory(office=OfficeFactory(name="青禾市商务局"), slug="x"), none_reason=None, on=DAY)
    settled = actions.settle_entry(fees, by=by, column=None, none_reason="本机关没有行政事业性收费项目", on=DAY)
    assert settled.is_none and settled.is_settled and settled.checked_on == DAY
    gaps = [item.basis for item in queries.items(CatalogueEntry.objects.all()) if not item.is_settled]
    assert "条例 20(8)" not in gaps and "条例 20(7)" in gaps


@pytest.mark.django_db
def test_the_platforms_fixed_columns_stay():
    by = UserFactory()
    actions.open_column(by.office, name="政府信息公开", slug="xxgk", column_type="catalogue", by=by, opened_on=DAY)
    actions.lay_out_columns(by.office, by=by, opened_on=DAY)
    assert sorted(Column.objects.exclude(fixture="").values_list("fixture", flat=True)) == ["content", "guide", "platform", "report", "request", "rules"]
    with pytest.raises(Refused, match="固定栏目不能归档"):
        actions.archive_column(Column.objects.get(fixture="report"), by=by, on=DAY, reason="不用了")
    gone = actions.archive_column(Column.objects.get(slug="banshi"), by=by, on=DAY, reason="并入政务服务网")
    assert gone.archive_reason == "并入政务服务网"


@pytest.mark.django_db
def test_a_column_changes_places_with_its_neighbour():
    by = UserFactory()
    first, second, third = (ColumnFactory(office=by.office, slug=f"c{n}", name=f"栏目{n}", order=n) for n in (1, 2, 3))
    actions.move_column(third, by=by, down=False)
    assert [b.column.pk for b in queries.tree(by.office_id)] == [first.pk, third.pk, second.pk]
    actions.move_column(first, by=by, down=False)  # at the top already
    assert [b.column.pk for b in queries.tree(by.office_id)] == [first.pk, third.pk, second.pk]
    assert Entry.objects.filter(verb="publishing.columns_moved").count() == 1
