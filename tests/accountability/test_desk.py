"""The registers of meetings and of accountability at the desk: who sees and enters what, and how often the database is asked."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.accountability.models import Ballot
from gongkai.accounts.roles import Role
from tests.factories.accountability import (
    AccountabilityReportFactory,
    AgendaItemFactory,
    BallotFactory,
    MeetingFactory,
)
from tests.factories.accounts import SectionFactory, UserFactory

REGISTERS = [
    ("meetings", MeetingFactory), ("agenda-items", AgendaItemFactory), ("accountability-reports", AccountabilityReportFactory), ("ballots", BallotFactory),
]  # fmt: skip
YEARS = [
    pytest.param("meetings", MeetingFactory, {"held_on": date(2021, 7, 1)}, False, id="会议按召开日期"),
    pytest.param("agenda-items", AgendaItemFactory, {}, True, id="议题按会议的召开日期"),
    pytest.param("accountability-reports", AccountabilityReportFactory, {"meeting__held_on": date(2021, 7, 1)}, False, id="述责按会议的召开日期"),
    pytest.param("ballots", BallotFactory, {}, True, id="评议按会议的召开日期"),
]
BACKEND = "gongkai.accounts.backends.PostBackend"
pytestmark = pytest.mark.django_db


def sign_in(client, **post):
    client.force_login(UserFactory(**post), backend=BACKEND)
    return client


def page(client, slug: str, tail: str = "") -> str:
    answer = client.get(f"/desk/registers/{slug}/{tail}")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize(("slug", "factory"), REGISTERS)
def test_a_list_asks_as_often_for_three_rows_as_for_one(client, slug, factory):
    sign_in(client, role=Role.COORDINATOR)
    factory()
    page(client, slug)  # what is read once and kept
    with CaptureQueriesContext(connection) as one:
        page(client, slug)
    factory()
    factory()
    with CaptureQueriesContext(connection) as three:
        page(client, slug)
    assert len(three) == len(one)


@pytest.mark.parametrize(("slug", "factory"), REGISTERS)
def test_a_stranger_sees_no_record(client, slug, factory):
    record = factory()
    sign_in(client)
    for tail in ("", f"{record.pk}/", f"{record.pk}/history/", "add/", "export.xlsx/"):
        answer = client.get(f"/desk/registers/{slug}/{tail}")
        assert answer.status_code == 403 or "/login/" in answer.get("Location", ""), tail


@pytest.mark.parametrize(("slug", "factory", "facts", "inside"), YEARS)
def test_the_year_of_a_list_is_that_of_the_fact(client, slug, factory, facts, inside):
    record = factory(**facts)
    sign_in(client, role=Role.COORDINATOR)
    address = f"/desk/registers/{slug}/{record.pk}/"
    assert [address in page(client, slug, f"?year={year}") for year in (2021, 2022)] == [not inside, inside]


def test_a_tally_that_does_not_add_up_is_said_and_not_kept(client):
    section = SectionFactory(name="办公室")
    report = AccountabilityReportFactory(section=section)
    sign_in(client, role=Role.CLERK, role__section=section)
    facts = {"meeting": report.meeting_id, "report": report.pk, "issued": 20, "returned": 20, "good": 18, "fair": 1, "poor": 0, "abstain": 0, "invalid": 0, "section": section.pk}
    refused = client.post("/desk/registers/ballots/add/", facts)
    assert refused.status_code == 200 and "各项票数合计与收回票数不符" in refused.content.decode()
    assert client.post("/desk/registers/ballots/add/", facts | {"fair": 2}).status_code == 302
    assert Ballot.objects.get().good == 18


def test_another_sections_clerk_sees_no_ballot(client):
    record = BallotFactory()
    sign_in(client, role=Role.CLERK, role__section=SectionFactory(name="工业投资科"))
    assert client.get(f"/desk/registers/ballots/{record.pk}/").status_code == 403
    assert client.get(f"/desk/registers/meetings/{record.meeting_id}/").status_code == 200
