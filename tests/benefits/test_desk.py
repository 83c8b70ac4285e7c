"""The registers of benefit policies at the desk: who sees and enters what, and how often the database is asked."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.accounts.roles import Role
from gongkai.benefits.models import BenefitPolicy
from tests.factories.accounts import SectionFactory, UserFactory
from tests.factories.benefits import BenefitPolicyFactory, BenefitUpdateFactory

REGISTERS = [("benefit-policies", BenefitPolicyFactory), ("benefit-updates", BenefitUpdateFactory)]
YEARS = [
    pytest.param("benefit-policies", BenefitPolicyFactory, {}, True, id="发布日期"),
    pytest.param("benefit-updates", BenefitUpdateFactory, {"updated_on": date(2021, 12, 31), "policy__published_on": date(2021, 1, 1)}, False, id="更新日期"),
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


def test_a_clerk_enters_a_policy_and_is_told_what_the_law_asks(client):
    section = SectionFactory(name="产业政策与法制科")
    sign_in(client, role=Role.CLERK, role__section=section)
    facts = {
        "name": "青禾市数字化转型奖补政策", "issuer": "青禾市工业和信息化局", "level": "city", "support": "reward",
        "published_on": "2022-08-01", "section": section.pk, "outcome": "发放12户，每户20万元",
    }  # fmt: skip
    refused = client.post("/desk/registers/benefit-policies/add/", facts)
    assert refused.status_code == 200 and "监督投诉渠道" in refused.content.decode()
    assert not BenefitPolicy.objects.exists()
    assert client.post("/desk/registers/benefit-policies/add/", facts | {"complaints": "0000-8800012"}).status_code == 302
    assert BenefitPolicy.objects.get().section == section


def test_a_word_inside_a_name_is_found(client):
    wanted, other = BenefitPolicyFactory(name="青禾市数字化转型奖补政策"), BenefitPolicyFactory(name="青禾市绿色制造奖补政策")
    sign_in(client, role=Role.COORDINATOR)
    found = page(client, "benefit-policies", "?q=化转")
    assert [f"/desk/registers/benefit-policies/{policy.pk}/" in found for policy in (wanted, other)] == [True, False]
