"""三员分立 through every way of coming to a post, and keys that are none."""

from datetime import date

import pytest
from django.urls import reverse

from gongkai.accounts import actions
from gongkai.accounts.models import Deputy, Post
from gongkai.accounts.roles import Role
from gongkai.law.refusals import Refused
from tests.factories.accounts import DeputyFactory, PostFactory, SectionFactory, UserFactory

pytestmark = pytest.mark.django_db
YEAR = {"starts_on": date(2022, 1, 1), "ends_on": date(2022, 12, 31)}


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.CLERK])
def test_who_deputises_for_an_administrator_takes_no_other_post(office, security, role):
    auditor = UserFactory(office=office, role=Role.AUDIT_ADMIN)
    person = UserFactory(office=office, name="代行者")
    actions.deputise(auditor.posts.get(), user=person, reason="出差", by=security, **YEAR)
    with pytest.raises(Refused, match="三员"):
        actions.give_post(person, role=role, by=security, starts_on=date(2022, 6, 1))
    assert not person.posts.exists()


def test_nobody_deputises_for_two_administrators(office, security):
    person = UserFactory(office=office, name="代行者")
    actions.deputise(UserFactory(office=office, role=Role.AUDIT_ADMIN).posts.get(), user=person, reason="出差", by=security, **YEAR)
    with pytest.raises(Refused, match="三员分立"):
        actions.deputise(UserFactory(office=office, role=Role.SYSTEM_ADMIN).posts.get(), user=person, reason="出差", by=security, **YEAR)
    assert Deputy.objects.count() == 1


def test_a_post_of_another_time_bars_nothing(office, security):
    person = UserFactory(office=office, name="代行者")
    PostFactory(user=person, role=Role.CLERK, section=SectionFactory(office=office), starts_on=date(2023, 1, 1))
    actions.deputise(UserFactory(office=office, role=Role.AUDIT_ADMIN).posts.get(), user=person, reason="出差", by=security, **YEAR)
    assert Deputy.objects.get().user == person


def test_a_deputy_acts_between_the_two_days_and_not_beside_them(office):
    head = PostFactory(user=UserFactory(office=office), role=Role.HEAD, section=SectionFactory(office=office))
    person = DeputyFactory(post=head, user=UserFactory(office=office)).user
    for day, acts in ((date(2021, 12, 31), False), (date(2022, 1, 1), True), (date(2022, 12, 31), True), (date(2023, 1, 1), False)):
        assert (Role.HEAD in person.roles_on(day)) is acts, day


@pytest.mark.parametrize("key", ["abc", "²", "-1", "99999999999999999999", "", "\x001"])
def test_keys_that_are_none_are_not_found(at, security, clerk, key):
    browser = at(security)
    posts = Post.objects.count()
    assert browser.post(reverse("accounts_person", args=[clerk.pk]), {"deed": "end_post", "post": key}).status_code in (400, 404)
    assert browser.post(reverse("accounts_deputies", args=[clerk.posts.get().pk]), {"end": key}).status_code in (400, 404)
    assert Post.objects.filter(ends_on=None).count() == posts


def test_a_stopped_account_is_out_at_its_next_request(at, security, clerk):
    browser = at(clerk)
    assert browser.get("/desk/").status_code == 200
    actions.deactivate(clerk, by=security)
    assert browser.get("/desk/").status_code == 302


@pytest.mark.parametrize("way", ["https://evil.example/", "//evil.example/", "\\\\evil.example", "javascript:alert(1)"])
def test_the_door_leads_nowhere_else(client, clerk, way):
    answer = client.post(reverse("wagtailadmin_login"), {"username": clerk.username, "password": "Qinghe-2022-desk", "next": way})
    assert answer.status_code == 302 and "evil" not in answer["Location"] and "script" not in answer["Location"]
