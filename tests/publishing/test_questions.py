"""Questions put into SQL once: they say what the queryset says, whatever they were first asked with."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.publishing import pages, searchables
from gongkai.publishing.entries import InColumn, newest
from gongkai.publishing.models import Article
from gongkai.publishing.questions import Question
from tests.factories.accounts import OfficeFactory
from tests.factories.publishing import ArticleFactory, ColumnFactory


@pytest.mark.django_db
def test_every_column_answers_for_itself():
    office, other = OfficeFactory(), OfficeFactory(name="禾丰市工业和信息化局")
    news, notices = ColumnFactory(office=office, slug="xw", name="要闻"), ColumnFactory(office=office, slug="gg", name="公告")
    theirs = ColumnFactory(office=other, slug="xw", name="要闻")
    first = ArticleFactory(office=office, column=news, published_on=date(2022, 3, 1))
    second = ArticleFactory(office=office, column=news, published_on=date(2022, 3, 2))
    ArticleFactory(office=office, column=news)  # a draft
    third = ArticleFactory(office=office, column=notices, published_on=date(2022, 3, 3))
    foreign = ArticleFactory(office=other, column=theirs, published_on=date(2022, 3, 4))

    def held(of, column) -> tuple[int, list[int]]:
        standing = InColumn(of.pk, [column.pk])
        return standing.total(), [entry.pk for entry in standing.newest(20)]

    for _ in range(2):  # the second time nothing is put into SQL
        assert held(office, news) == (2, [second.pk, first.pk])
        assert held(office, notices) == (1, [third.pk])
        assert held(other, theirs) == (1, [foreign.pk])
        assert held(other, news) == (0, [])
        assert [entry.pk for entry in newest(Article, office.pk, 20)] == [third.pk, second.pk, first.pk]
    Article.objects.filter(pk=second.pk).update(live=False)
    assert held(office, news) == (1, [first.pk])


@pytest.mark.django_db
def test_a_place_in_a_list_is_counted_from_its_day_its_kind_and_its_number():
    office = OfficeFactory()
    column = ColumnFactory(office=office, slug="xw", name="要闻")
    days = [date(2022, 3, 1), date(2022, 3, 2), date(2022, 3, 2), date(2022, 3, 3)]
    made = [ArticleFactory(office=office, column=column, published_on=day) for day in days]
    standing = InColumn(office.pk, [column.pk])
    for _ in range(2):
        assert [standing.after("article", one.published_on, one.pk) for one in made] == [3, 2, 1, 0]
        # Of one day, a kind later in the alphabet stands after all articles, an earlier one before them.
        assert standing.after("guide", date(2022, 3, 2), 1) == 1
        assert standing.after("aardvark", date(2022, 3, 2), 1) == 3


@pytest.mark.django_db
def test_a_question_that_leaves_out_its_number_is_no_question():
    with pytest.raises(ValueError, match="does not use what it is given as number 1"):
        Question(lambda office, column: Article.objects.filter(office_id=office).values_list("pk"), 2)(1, 2)


@pytest.mark.django_db
def test_articles_of_some_numbers_are_not_sought_among_all_that_is_public():
    """With a hundred thousand articles a page of results took SQLite four times as long to look up as to show."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows how many rows there are")
    office = OfficeFactory()
    column = ColumnFactory(office=office, slug="xw", name="要闻")
    made = [ArticleFactory(office=office, column=column, published_on=date(2022, 3, day)) for day in (1, 2)]
    for look, expected in (
        (lambda: [record.key for record in searchables.find(office.pk, [f"article:{one.pk}" for one in made])], [f"article:{one.pk}" for one in made]),
        (lambda: [page.path for page in pages.found(office.pk, [Article.path_of(one.pk) for one in made])], [Article.path_of(one.pk) for one in made]),
    ):
        with CaptureQueriesContext(connection) as asked:
            assert sorted(look()) == sorted(expected)
        by_number = [query["sql"] for query in asked if f'"{Article._meta.db_table}"."id" IN' in query["sql"]]
        assert by_number, [query["sql"][:120] for query in asked]
        with connection.cursor() as cursor:
            for sql in by_number:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                plan = [step for *_, step in cursor.fetchall() if Article._meta.db_table in step]
                assert plan and all("rowid=?" in step for step in plan), plan
