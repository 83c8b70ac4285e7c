"""The lists the desk works from, and earlier cases as evidence."""

from datetime import date

import pytest
from django.db.models import F
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.foi import actions, queries, queue, similar
from gongkai.foi.models import Application, Remedy, Reopening
from tests.factories.accounts import SectionFactory, UserFactory
from tests.factories.foi import ApplicantFactory, ApplicationFactory, ThirdPartyOpinionFactory
from tests.foi.test_by_letter import Office

pytestmark = pytest.mark.django_db
#: The case of 1 March is due on the 29th.
TODAY = date(2022, 3, 25)


@pytest.fixture
def office(db):
    return Office()


def test_every_open_case_stands_where_it_belongs(office):
    mine = actions.assign(office.now, by=None, handler=office.clerk)
    elsewhere = SectionFactory(office=mine.office, name="信息化科")
    def made(**said):
        return ApplicationFactory(office=mine.office, section=elsewhere, **said)
    late, later = made(handed_in_on=date(2022, 2, 1)), made(handed_in_on=date(2022, 3, 4))
    asked, unconfirmed = made(awaiting_correction=True), made(unconfirmed=True)
    made(answered=True)
    made(withdrawn=True)
    consulted = ThirdPartyOpinionFactory(application=made(), received_by_on=None).application
    def under(tab):
        return set(queue.cases(office.clerk, tab, TODAY))
    assert under("mine") == under("section") == {mine}
    assert under("due3") == {mine} and under("due7") == {mine, later}
    assert under("waiting") == {asked, unconfirmed, consulted} and under("overdue") == {late}
    assert under("all") == {mine, late, later, asked, unconfirmed, consulted}
    assert queue.counts(office.clerk, TODAY) == {"mine": 1, "section": 1, "due3": 1, "due7": 2, "waiting": 3, "overdue": 1, "all": 6}


def test_the_page_names_no_applicant_and_costs_the_same_for_one_and_for_many(client, office, django_assert_max_num_queries):
    client.force_login(office.clerk, backend="gongkai.accounts.backends.PostBackend")
    for n in range(6):
        ApplicantFactory(application=ApplicationFactory(office=office.case.office, section=office.case.section, handed_in_on=date(2022, 3, 1 + n)))
    with django_assert_max_num_queries(30):
        said = client.get(reverse("foi:queue"), {"tab": "all", "on": "2022-03-25"}).content.decode()
    assert said.count("还有") == 7 and "林溪桥" not in said
    said = client.get(reverse("foi:calendar"), {"month": "2022-03", "on": "2022-03-25"}).content.decode()
    assert office.case.subject in said and "林溪桥" not in said
    assert "没有到期的事项" not in said and "没有到期的事项" in client.get(reverse("foi:calendar"), {"month": "2023-08", "on": "2022-03-25"}).content.decode()
    assert "是休息日" in client.get(reverse("foi:calendar"), {"month": "第三月"}).content.decode()


def test_a_month_shows_what_falls_due_in_it_of_every_kind_and_nothing_else(office):
    def made(**said):
        return ApplicationFactory(office=office.case.office, section=office.case.section, **said)
    asked = made(awaiting_correction=True)
    charged = made(fee_noticed_on=date(2022, 3, 2))
    again = made(answered=True, reopened_on=date(2022, 3, 21))
    Reopening.objects.create(application=again, ground="own", document="呈批单9号", on=date(2022, 3, 21), due_on=date(2022, 3, 31))
    made(handed_in_on=date(2022, 4, 20))
    made(answered=True)
    def shown(first):
        return {(due.what, due.application, square.on) for week in queue.month(office.case.office_id, first, TODAY) for square in week if square.in_month for due in square.due}
    assert shown(date(2022, 3, 1)) == {
        ("答复", office.case, date(2022, 3, 29)), ("补正期满", asked, asked.correction_due_on), ("缴费期满", charged, date(2022, 3, 30)), ("重新答复", again, date(2022, 3, 31)),
    }  # fmt: skip
    assert shown(date(2022, 7, 1)) == set()


@pytest.mark.slow
def test_every_page_of_the_list_is_a_piece_of_one_order(office):
    """Running and reopened cases come from two questions; whatever is sliced, they stand as if they came from one."""
    def made(**said):
        return ApplicationFactory(office=office.case.office, section=office.case.section, **said)
    for n in range(1, 10):
        made(handed_in_on=date(2022, 3, n))
    made(unconfirmed=True)
    made(awaiting_correction=True)
    for n in (1, 7, 8, 25):
        closed = made(handed_in_on=date(2022, 1, 4), answered=True, dispatched_on=date(2022, 1, 20), reopened_on=date(2022, 2, 21))
        remedy = Remedy.objects.create(office=closed.office, section=closed.section, application=closed, kind="reconsideration", organ="青禾市人民政府", accepted_on=date(2022, 2, 1))
        Reopening.objects.create(application=closed, remedy=remedy, on=date(2022, 2, 21), due_on=date(2022, 4, n), by=office.clerk)
    owed = queue.cases(office.clerk, "all", TODAY)
    whole = list(queue.open_cases(office.case.office_id).order_by(F("last_day").asc(nulls_last=True), "pk"))
    assert list(owed) == whole and len(whole) == 16 == owed.count()
    for start in range(18):
        for stop in range(start, 20):
            assert list(owed[start:stop]) == whole[start:stop], (start, stop)
            assert owed[:stop].count() == len(whole[:stop])


def test_a_passer_by_sees_no_list(client, office):
    client.force_login(UserFactory(office=office.case.office), backend="gongkai.accounts.backends.PostBackend")
    for name in ("foi:queue", "foi:calendar", "foi:fees"):
        assert client.get(reverse(name)).status_code in (302, 403)


def test_letters_wait_for_whoever_may_sign_next(office):
    from gongkai.letters import actions as letters
    from gongkai.letters import rules

    names = rules.fields_of(rules.wording(rules.kinds()["petition"], TODAY))
    letter = letters.draft(office.case, kind="petition", by=office.clerk, fields=dict.fromkeys(names, "一项"), written_on=TODAY, number=office.case.number)
    assert [one for one, _ in queue.letters_for(office.legal)] == [letter] and queue.letters_for(office.secrecy) == [] == queue.letters_for(office.clerk)
    letters.sign(letter, step=rules.Step.LEGAL, by=office.legal)
    assert queue.letters_for(office.legal) == [] and [step for _, step in queue.letters_for(office.secrecy)] == [rules.Step.SECRECY]


def test_transfer_leaves_the_handler_behind(office):
    actions.assign(office.now, by=None, handler=office.clerk)
    other = SectionFactory(office=office.case.office, name="信息化科")
    assert actions.transfer(office.now, by=None, section=other, reason="属该科").handler is None


# Earlier cases


@pytest.mark.parametrize(("one", "other", "is_alike"), [
    ("技术改造专项资金分配结果", "2021年度技术改造专项资金分配结果", True), ("绿色工厂创建绩效评价报告", "关于绿色工厂绩效评价的有关情况", True),
    ("技术改造专项资金分配结果", "供应链对接招标采购合同", False), ("政府信息公开申请", "申请获取相关信息", False), ("公开有关文件", "公开有关文件", False),
])  # fmt: skip
def test_what_is_alike(one, other, is_alike):
    assert bool(similar.likeness(one, [(1, other), (2, "天气预报"), (3, "食堂菜单")])) is is_alike


def test_what_is_rare_weighs_more_and_the_words_are_shown():
    others = [(1, "专项资金分配结果"), (2, "专项资金申报指南"), (3, "专项资金验收意见"), (4, "机器人产业园规划")]
    found = similar.likeness("机器人专项资金分配结果", others)
    assert found[0].key == 1 and "专项资金分配结果" in found[0].words and found[0].share < similar.SAME
    assert similar.likeness("专项资金分配结果", others)[0].may_repeat


@pytest.mark.slow
def test_the_same_applicant_is_told_by_number_and_only_to_who_may_see_him(client, office):
    earlier = ApplicantFactory(application__office=office.case.office, application__subject=office.case.subject, application__answered=True).application
    ApplicantFactory(application__office=office.case.office, id_number="990101199003079999")
    Application.objects.filter(pk=office.case.pk).update(handed_in_on=date(2022, 4, 1))
    assert [one.application for one in queries.same_applicant(office.now)] == [earlier]
    assert queries.same_applicant(office.now)[0].likeness.may_repeat
    page = reverse("foi:case", args=[office.case.pk])
    client.force_login(office.clerk, backend="gongkai.accounts.backends.PostBackend")
    assert "同一申请人的在先申请" in client.get(page).content.decode()
    client.force_login(UserFactory(office=office.case.office, role=Role.LEGAL), backend="gongkai.accounts.backends.PostBackend")
    said = client.get(page).content.decode()
    assert "同一申请人的在先申请" not in said and "内容相近的在先申请" in said
