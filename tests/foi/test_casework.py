"""What may be done with a case, by whom, in which state: the whole matrix, and the page that offers it."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from django.db.models import F
from django.urls import reverse

from gongkai.accounts.permissions import may
from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.foi import actions, casework, queries, queue, rules
from gongkai.foi.case_forms import FORMS
from gongkai.foi.models import Application
from gongkai.foi.rules import Case, State
from gongkai.rulebook.queries import calendar
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.foi import ApplicantFactory, ApplicationFactory, ThirdPartyOpinionFactory

OUTSIDE = {"document": "青经信公开〔2022〕3号", "why": "随科室合并移交的在办案件"}
TODAY = date(2022, 3, 10)
BY_STATE = {
    State.UNCONFIRMED: {"unconfirmed": True}, State.OPEN: {}, State.AWAITING_CORRECTION: {"awaiting_correction": True},
    State.AWAITING_FEE: {"fee_noticed_on": date(2022, 3, 8)}, State.ANSWERED: {"answered": True}, State.WITHDRAWN: {"withdrawn": True},
    State.REOPENED: {"answered": True, "reopened_on": date(2022, 5, 5)}, State.ARCHIVED: {"answered": True, "archived_on": date(2022, 5, 5)},
    State.ABANDONED: {"awaiting_correction": True, "result": "abandoned_fix", "delivery": "none", "dispatched_on": date(2022, 3, 28)},
}  # fmt: skip
#: Written out by hand, so that a slip in the table shows.
IN_STATE = {
    State.UNCONFIRMED: {"confirm", "withdraw", "transfer", "assign"},
    State.OPEN: {"ask_to_correct", "ask_fee", "consult", "extend", "reply", "withdraw", "transfer", "assign"},
    State.AWAITING_CORRECTION: {"corrected", "set_aside", "withdraw", "transfer", "assign"},
    State.AWAITING_FEE: {"fee_paid", "set_aside", "withdraw", "transfer", "assign"},
    State.ANSWERED: {"reopen", "archive"}, State.ABANDONED: {"reopen", "archive"}, State.WITHDRAWN: {"archive"},
    State.REOPENED: {"reply_again", "assign"}, State.ARCHIVED: {"reopen", "take_back"},
}  # fmt: skip


def expected(state: State, verb: str, role: str, own: bool) -> bool:
    reaches = role == Role.COORDINATOR or (own and verb != "take_back" and (role == Role.HEAD or (role == Role.CLERK and verb != "transfer")))
    return verb in IN_STATE[state] and reaches


@pytest.mark.parametrize(("state", "role"), list(product(State, Role)))
def test_the_matrix_of_state_role_and_verb(state, role):
    for act, own in product(casework.ACTS, (True, False)):
        assert casework.may_act(state, act.verb, role.value, own_section=own) is expected(state, act.verb, role, own), act.verb


def test_every_move_has_a_hand_and_a_form():
    assert {row.verb for row in rules.MOVES.rows} == set(casework.BY_VERB) == set(FORMS)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.CLERK, Role.HEAD, Role.COORDINATOR, Role.LEGAL, Role.DIRECTOR, Role.SECRECY])
@pytest.mark.parametrize("state", BY_STATE)
def test_the_page_offers_what_the_table_says(client, state, role):
    application = ApplicationFactory(**BY_STATE[state])
    assert application.state == state
    section = application.section if role in (Role.CLERK, Role.HEAD) else None
    user = UserFactory(office=application.office, role=role, role__section=section)
    client.force_login(user, backend="gongkai.accounts.backends.PostBackend")
    page = client.get(reverse("foi:case", args=[application.pk]), {"on": TODAY.isoformat()})
    offered = {offer.act.verb for offer, *_ in page.context["offered"]}
    assert offered == {act.verb for act in casework.ACTS if casework.may_act(state, act.verb, role.value, own_section=True)}
    for act in casework.ACTS:
        assert may(user, "foi.application", act.verb, application) is any(casework.may_act(s, act.verb, role.value, own_section=True) for s in State)


@pytest.mark.django_db
@pytest.mark.parametrize("verb", sorted(FORMS))
def test_whoever_may_not_is_refused_and_nothing_changes(client, verb):
    application = ApplicationFactory()
    client.force_login(UserFactory(office=application.office, role=Role.LEGAL), backend="gongkai.accounts.backends.PostBackend")
    assert client.post(reverse("foi:case", args=[application.pk]), {"do": verb, "on": "2022-03-10"}).status_code == 403
    assert not Entry.objects.filter(verb__startswith="foi.").exists()


@pytest.mark.django_db
def test_a_clerk_of_another_section_and_another_office_are_kept_out(client):
    application = ApplicationFactory()
    other = UserFactory(office=application.office, role=Role.CLERK, role__section=SectionFactory(office=application.office, name="信息化科"))
    client.force_login(other, backend="gongkai.accounts.backends.PostBackend")
    assert client.post(reverse("foi:case", args=[application.pk]), {"do": "withdraw", "on": "2022-03-10"}).status_code == 403
    stranger = UserFactory(office=OfficeFactory(name="青禾市商务局"), role=Role.COORDINATOR)
    client.force_login(stranger, backend="gongkai.accounts.backends.PostBackend")
    assert client.get(reverse("foi:case", args=[application.pk])).status_code == 404


@pytest.fixture
def desk(client):
    application = ApplicantFactory().application
    clerk = UserFactory(name="许知禾", office=application.office, role=Role.CLERK, role__section=application.section)
    client.force_login(clerk, backend="gongkai.accounts.backends.PostBackend")
    return client, application, reverse("foi:case", args=[application.pk])


@pytest.mark.slow
@pytest.mark.django_db
def test_a_case_walks_from_asking_to_answering_on_its_page(desk):
    client, application, page = desk
    head = UserFactory(name="顾明川", office=application.office, role=Role.DISCLOSURE_HEAD)
    steps = [
        {"do": "ask_to_correct", "on": "2022-03-04", "due_on": "2022-03-25", **OUTSIDE},
        {"do": "corrected", "on": "2022-03-15"},
        {"do": "consult", "kind": "third_party", "name": "青禾市穗丰机械有限公司", "sent_on": "2022-03-17", "received_by_on": "2022-03-18", **OUTSIDE},
        {"do": "extend", "on": "2022-04-20", "days": 5, "consented_by": head.pk, **OUTSIDE},
        {"do": "reply", "result": "granted", "delivery": "post", "dispatched_on": "2022-04-22", "reply_number": "青工信公开答〔2022〕9号", **OUTSIDE},
    ]
    for step in steps:
        answer = client.post(page, step)
        assert answer.status_code == 302, (step, answer.context and [f.errors for _, f, *_ in answer.context["offered"] if f.errors])
    application.refresh_from_db()
    assert [one.act for one in application.outside_letters.all()] == ["ask_to_correct", "consult", "extend", "reply"]
    assert (application.state, application.closed_on, application.report_row) == ("已答复", date(2022, 4, 22), "granted")
    said = client.get(page).content.decode()
    assert "穗丰机械" not in said and "林溪桥" not in said


@pytest.mark.django_db
def test_a_refusal_names_the_article(desk):
    client, application, page = desk
    said = client.post(page, {"do": "ask_to_correct", "on": "2022-03-20", **OUTSIDE}).content.decode()
    assert "告知补正的最后一日为2022年3月10日" in said and "条例 30" in said
    application.refresh_from_db()
    assert application.correction_asked_on is None


@pytest.mark.slow
@pytest.mark.django_db
def test_the_applicant_is_shown_on_asking_only_and_the_look_is_on_record(desk):
    client, _, page = desk
    assert "林溪桥" not in client.get(page).content.decode()
    assert not Entry.objects.filter(verb="foi.applicant_read").exists()
    assert "林溪桥" in client.post(page, {"do": "applicant"}).content.decode()
    assert Entry.objects.filter(verb="foi.applicant_read").count() == 1


@pytest.mark.django_db
def test_transfer_moves_the_case_and_not_its_clock():
    application = ApplicationFactory()
    due, section = application.reply_due_on, SectionFactory(office=application.office, name="工业投资科")
    moved = actions.transfer(application, by=None, section=section, reason="属该科职责")
    assert (moved.section, moved.reply_due_on) == (section, due)


@pytest.mark.django_db
def test_the_calendar_counts_what_the_clock_counts():
    letter = ThirdPartyOpinionFactory(opinion_on=date(2022, 3, 10))
    application = letter.application
    actions.derive(application)
    days = [day for week in queries.weeks(application, date(2022, 3, 14)) for day in week]
    counted = [day for day in days if day.kind == "counts"]
    assert len(counted) == 20 and [day.running for day in counted] == list(range(1, 21))
    assert [day.on for day in days if day.is_last] == [counted[-1].on] == [application.reply_due_on]
    assert {day.on for day in days if day.kind == "excluded"} == {date(2022, 3, d) for d in range(4, 11)}


@pytest.mark.django_db
@pytest.mark.parametrize(("facts", "first"), [
    ({}, "reply"), ({"unconfirmed": True}, "confirm"), ({"awaiting_correction": True}, "corrected"),
])  # fmt: skip
def test_the_next_thing_comes_first(facts, first):
    offers = casework.offers(ApplicationFactory(**facts).case(), TODAY, calendar())
    assert offers[0].act.verb == first and offers[0].first


@pytest.mark.django_db
def test_whoever_would_let_an_extension_lapse_is_told():
    case = replace(Case("counter", date(2022, 3, 1)), extended_on=date(2022, 3, 3), extended_days=5, consented=True)
    told = {offer.act.verb for offer in casework.offers(case, TODAY, calendar()) if "延长随之失效" in offer.act.hint}
    assert told == {"ask_to_correct", "ask_fee"}
    assert not any("失效" in offer.act.hint for offer in casework.offers(replace(case, extended_on=None), TODAY, calendar()))


@pytest.mark.django_db
def test_a_lapsed_correction_is_to_be_set_aside():
    assert casework.next_verb(ApplicationFactory(awaiting_correction=True).case(), date(2022, 3, 26), calendar()) == "set_aside"


@pytest.mark.slow
@pytest.mark.django_db
def test_a_consultation_nobody_signed_for_is_what_the_case_waits_for(desk):
    client, application, page = desk
    letter = ThirdPartyOpinionFactory(application=application, received_by_on=None)
    application = Application.objects.annotate(last_day=F("reply_due_on")).get(pk=application.pk)
    early, later = (queue.row(application, day, calendar()) for day in (date(2022, 3, 11), date(2022, 3, 14)))
    assert early.next == "答复" and "查明征求意见书是否送达" in later.next and later.waits == "对方签收征求意见书（2022年3月3日发出）"
    assert "下一步：查明" not in client.get(page, {"on": "2022-03-11"}).content.decode()
    said = client.get(page, {"on": "2022-03-14"}).content.decode()
    assert "下一步：查明征求意见书是否送达，未送达的重新送达" in said and "没有签收记录" in said
    letter.returned_on = date(2022, 3, 14)
    letter.save()
    said = client.get(page, {"on": "2022-03-15"}).content.decode()
    assert "下一步：查明" not in said and "2022年3月14日退回" in said.replace("</time>", "") and "征求意见书没有送达，退回" in said


def test_no_verb_but_a_move_leads_out_of_a_state():
    case = Case("counter", date(2022, 3, 1))
    assert rules.state_of(replace(case, withdrawn_on=TODAY)) is State.WITHDRAWN
    assert rules.MOVES.verbs(State.WITHDRAWN) == ["archive"]
