"""The registers of events at the desk: who sees and enters what, and how often the database is asked."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.accounts.roles import Role
from gongkai.events.models import Attendance
from tests.factories.accounts import SectionFactory, UserFactory
from tests.factories.events import AttendanceFactory, EventFactory, InterviewFactory, credit_code

REGISTERS = [("events", EventFactory), ("attendances", AttendanceFactory), ("interviews", InterviewFactory)]
YEARS = [
    pytest.param("events", EventFactory, {}, True, id="活动按举办日期"),
    pytest.param("attendances", AttendanceFactory, {"event__held_on": date(2021, 11, 1)}, False, id="参加企业按活动的举办日期"),
    pytest.param("interviews", InterviewFactory, {"interviewed_on": date(2021, 12, 30)}, False, id="采访按采访日期"),
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


def test_a_mistyped_credit_code_is_said_and_not_kept(client):
    section, event = SectionFactory(name="企业服务科"), EventFactory()
    sign_in(client, role=Role.CLERK, role__section=section)
    right = credit_code(7)
    facts = {"event": event.pk, "enterprise": "青禾精工制造有限公司", "credit_code": right[:-1] + "0" if right[-1] != "0" else right[:-1] + "1", "way": "on_site", "persons": 2, "section": section.pk}
    refused = client.post("/desk/registers/attendances/add/", facts)
    assert refused.status_code == 200 and "校验码不符" in refused.content.decode()
    assert client.post("/desk/registers/attendances/add/", facts | {"credit_code": right.lower()}).status_code == 302
    assert Attendance.objects.get().credit_code == right


def test_the_same_enterprise_twice_is_said_and_not_kept(client):
    section, first = SectionFactory(name="企业服务科"), AttendanceFactory()
    sign_in(client, role=Role.CLERK, role__section=section)
    facts = {"event": first.event_id, "enterprise": first.enterprise, "credit_code": first.credit_code, "way": first.way, "persons": 1, "section": section.pk}
    refused = client.post("/desk/registers/attendances/add/", facts)
    assert refused.status_code == 200 and "该企业以这种方式参加本次活动已经登记" in refused.content.decode()
    assert Attendance.objects.count() == 1
