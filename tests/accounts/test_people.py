"""安全管理员 keeps people, posts, deputies and sections; nobody else does; the matrix tells the truth."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from gongkai.accounts import permissions
from gongkai.accounts.models import Deputy, Post, Section, User
from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from tests.factories.accounts import OfficeFactory, PostFactory, SectionFactory, UserFactory

TODAY = timezone.localdate


def test_a_person_is_entered_and_given_a_post(at, security, office):
    section = SectionFactory(office=office, name="信息化科")
    browser = at(security)
    answer = browser.post("/desk/people/add/", {"name": "江小满", "username": "jiang.xm", "password": "Xiaoman-2022-in"})
    person = User.objects.get(username="jiang.xm")
    assert answer["Location"] == f"/desk/people/{person.pk}/" and person.office == office and person.must_change_password
    assert person.posts_on() == []
    browser.post(f"/desk/people/{person.pk}/", {"deed": "post", "role": Role.CLERK, "section": section.pk, "title": "", "starts_on": "2022-01-01", "ends_on": ""})
    assert [(p.role, p.section) for p in Post.objects.filter(user=person)] == [(Role.CLERK, section)]
    assert set(Entry.objects.values_list("verb", flat=True)) >= {"accounts.person_added", "accounts.posted"}


@pytest.mark.parametrize(
    ("form", "says"),
    [
        pytest.param({"name": "重名", "username": "clerk", "password": "Xiaoman-2022-in"}, "已有人使用这个用户名", id="用户名重复"),
        pytest.param({"name": "大写", "username": "Jiang", "password": "Xiaoman-2022-in"}, "小写字母开头", id="用户名不合规"),
        pytest.param({"name": "弱", "username": "jiang", "password": "12345678"}, "field-error", id="密码太弱"),
    ],
)
def test_a_wrong_entry_is_refused_in_a_sentence(at, security, clerk, form, says):
    assert says in at(security).post("/desk/people/add/", form).content.decode()
    assert not User.objects.filter(name=form["name"]).exists()


def test_three_admins_are_three_people_without_business(at, security, clerk):
    text = at(security).post(f"/desk/people/{clerk.pk}/", {"deed": "post", "role": Role.AUDIT_ADMIN, "section": "", "title": "", "starts_on": "", "ends_on": ""}, follow=True).content.decode()
    assert "不能兼任三员" in text and not Post.objects.filter(user=clerk, role=Role.AUDIT_ADMIN).exists()


def test_a_clerk_without_a_section_is_no_post(at, security, clerk):
    text = at(security).post(f"/desk/people/{clerk.pk}/", {"deed": "post", "role": Role.HEAD, "section": "", "title": "", "starts_on": "", "ends_on": ""}).content.decode()
    assert "须写明科室" in text and not Post.objects.filter(user=clerk, role=Role.HEAD).exists()


@pytest.mark.parametrize("url", ["/desk/people/add/", "/desk/people/two-factor/", "/desk/people/{clerk}/", "/desk/sections/"])
def test_nobody_else_manages(at, clerk, office, url):
    leader = UserFactory(office=office, role=Role.DIRECTOR)
    before = (User.objects.count(), Post.objects.count(), Section.objects.count())
    answer = at(leader).post(url.format(clerk=clerk.pk), {"name": "x", "username": "xxx", "password": "Xiaoman-2022-in", "order": "1", "deed": "deactivate"})
    clerk.refresh_from_db()
    assert answer.status_code == 403 and clerk.is_active and (User.objects.count(), Post.objects.count(), Section.objects.count()) == before


def test_people_of_another_office_do_not_exist(at, security):
    other = UserFactory(name="邻市某人", office=OfficeFactory(name="邻市工业和信息化局"))
    browser = at(security)
    assert browser.get(f"/desk/people/{other.pk}/").status_code == 404
    assert "邻市某人" not in browser.get("/desk/people/").content.decode()
    assert browser.post(f"/desk/people/{other.pk}/", {"deed": "deactivate"}).status_code == 404


def test_a_deputy_acts_for_the_period_and_no_longer(at, security, clerk, office):
    head = UserFactory(name="周明澜", office=office, role=Role.HEAD, role__section=Section.objects.get(name="企业服务科"))
    post = head.posts.get()
    browser = at(security)
    browser.post(f"/desk/posts/{post.pk}/deputies/", {"user": clerk.pk, "starts_on": "2022-05-01", "ends_on": "2022-05-31", "reason": "外出培训"})
    assert Deputy.objects.get().reason == "外出培训"
    roles = {day: User.objects.get(pk=clerk.pk).roles_on(day) for day in (date(2022, 4, 30), date(2022, 5, 31), date(2022, 6, 1))}
    assert [Role.HEAD in found for found in roles.values()] == [False, True, False]


def test_a_period_the_wrong_way_round_is_refused(at, security, clerk, office):
    post = PostFactory(user=UserFactory(office=office), role=Role.COORDINATOR)
    text = at(security).post(f"/desk/posts/{post.pk}/deputies/", {"user": clerk.pk, "starts_on": "2022-05-31", "ends_on": "2022-05-01", "reason": "x"}).content.decode()
    assert "结束日期不能早于开始日期" in text and not Deputy.objects.exists()


def test_an_ended_post_opens_nothing_the_day_after(at, security, clerk):
    post = clerk.posts.get()
    at(security).post(f"/desk/people/{clerk.pk}/", {"deed": "end_post", "post": post.pk})
    fresh = User.objects.get(pk=clerk.pk)
    assert fresh.posts_on(TODAY()) == [post] and fresh.posts_on(TODAY() + timedelta(days=1)) == []


def test_a_section_ends_with_a_successor_and_keeps_its_name(at, security, office):
    old, new = SectionFactory(office=office, name="节能科"), SectionFactory(office=office, name="节能与资源利用科")
    browser = at(security)
    browser.post(f"/desk/sections/{old.pk}/end/", {"on": "2022-06-30", "successor": new.pk})
    old.refresh_from_db()
    assert (old.name, old.valid_until, old.successor) == ("节能科", date(2022, 6, 30), new)
    assert "节能科" in browser.get("/desk/sections/").content.decode()


def test_nobody_stops_his_own_account(at, security):
    text = at(security).post(f"/desk/people/{security.pk}/", {"deed": "deactivate"}, follow=True).content.decode()
    security.refresh_from_db()
    assert security.is_active and "不能停用自己的账号" in text


def test_a_stopped_account_s_session_ends_at_once(at, client, security, clerk):
    from gongkai.accounts import actions

    browser = at(clerk)
    assert browser.get("/desk/account/").status_code == 200
    actions.deactivate(clerk, by=security)
    assert browser.get("/desk/account/").status_code == 302


def test_the_matrix_page_is_the_table_that_decides(at, clerk):
    """Every grant of the table is on the page, and the page grants nothing the table does not."""
    context = at(clerk).get("/desk/permissions/").context
    roles = [role for role, _ in context["roles"]]
    shown = {}
    for _, thing, lines in context["rows"]:
        for labels, reaches in lines:
            for label in labels.split("、"):
                shown.setdefault((thing, label), []).append(reaches)
    for (thing, verb), grants in permissions.table().items():
        label = permissions.VERB_LABELS.get(verb, verb)
        assert [int(grants.get(role, 0)) for role in roles] in shown[thing, label], (thing, verb)
    assert sum(map(len, shown.values())) == len(permissions.table())


def test_every_verb_and_thing_has_a_chinese_name():
    nameless = sorted({verb for _, verb in permissions.table() if re.search("[a-z]", permissions.VERB_LABELS.get(verb, verb))} | {thing for thing, _ in permissions.table() if re.search("[a-z]", permissions.thing_label(thing))})
    assert not nameless, f"岗位权限表上会出现英文：{nameless}"


def test_the_three_admins_edit_no_business_record():
    from gongkai.accounts.roles import ADMINS

    own = {"accounts.people", "accounts.deputies", "accounts.sections", "audit.log", "rulebook.calendar", "channels.account", "api.system"}  # credentials of platforms and systems are the machine's, like its certificates
    wrong = [(thing, verb, role) for (thing, verb), grants in permissions.table().items() for role in ADMINS & grants.keys() if verb not in {"view"} and thing not in own]
    assert not wrong
