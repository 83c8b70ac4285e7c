"""An office whose index stands in a folder of its own, and the verbs by which the outside changes."""

from datetime import date

import pytest

from gongkai.publishing import log
from gongkai.search import actions
from tests.factories.accounts import OfficeFactory
from tests.factories.publishing import ArticleFactory, ColumnFactory, put_out


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def office(db, home):
    return OfficeFactory()


class Press:
    """Publishes, corrects and withdraws as the office does: the record, and a row of the log in one transaction."""

    def __init__(self, office) -> None:
        self.office = office
        self.column = ColumnFactory(office=office)

    def publish(self, title: str, body: str = "", on: date = date(2022, 3, 10), **facts):
        article = ArticleFactory(office=self.office, column=self.column, title=title, body=f"<p>{body}</p>", published_on=on, **facts)
        self.tell(article, "published")
        return article

    def correct(self, article, **facts):
        for name, value in facts.items():
            setattr(article, name, value)
        article.save()
        put_out(article)
        self.tell(article, "corrected")

    def withdraw(self, article):
        article.live = False
        article.save()
        self.tell(article, "withdrawn")

    def restore(self, article):
        put_out(article)
        self.tell(article, "published")

    def tell(self, article, deed: str):
        return log.tell(article, deed, keys=[f"article:{article.pk}", f"column:{article.column_id}"], reason="试")

    def follow(self):
        return actions.follow(self.office)


@pytest.fixture
def press(office):
    return Press(office)


@pytest.fixture
def public(client, settings):
    """A visitor: no session, no account."""
    settings.ROOT_URLCONF = "gongkai.urls_public"
    return client
