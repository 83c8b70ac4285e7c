"""The numbers of 依申请公开, tried on random cases and random days."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.accounts.roles import Role
from gongkai.evidence import queries as evidence
from gongkai.foi import actions, result_rules, rules
from gongkai.foi.models import Application, ThirdPartyOpinion
from gongkai.foi.rules import Case, Channel, Consulted, ConsultedKind, Delivery
from gongkai.law import shipped_calendar
from gongkai.law.clock import Standing
from gongkai.sockets import Scope, get_indicator
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.foi import ApplicationFactory, ThirdPartyOpinionFactory

pytestmark = pytest.mark.django_db
CALENDAR = shipped_calendar()
YEAR = date(2022, 1, 1), date(2022, 12, 31)


def value(key: str, office, as_of: date = YEAR[1], since: date = YEAR[0]):
    return evidence.compute(Scope(office.pk, since, as_of), [key])[key]


def counts(key: str, claim: str, office, as_of: date) -> tuple[int, int, int]:
    found = value(key, office, as_of).claims[claim]
    return found.held, found.pending, found.failed


# As of a day


def test_a_case_answered_on_2_december_is_unanswered_on_30_november():
    application = ApplicationFactory(handed_in_on=date(2022, 11, 10), answered=True, dispatched_on=date(2022, 12, 2))
    assert application.reply_due_on == date(2022, 12, 8)
    assert counts("foi.received", "answered_lawfully", application.office, date(2022, 11, 30)) == (0, 1, 0)
    assert counts("foi.received", "answered_lawfully", application.office, date(2022, 12, 2)) == (1, 0, 0)
    assert value("foi.carried_out", application.office, date(2022, 11, 30)).number == 1
    assert value("foi.answered", application.office, date(2022, 11, 30)).number == 0


def test_a_correction_received_after_the_day_leaves_the_case_pending():
    application = ApplicationFactory(
        handed_in_on=date(2022, 10, 10), correction_asked_on=date(2022, 10, 12), correction_due_on=date(2022, 12, 5),
        corrected_on=date(2022, 12, 5),
    )  # fmt: skip
    assert counts("foi.received", "answered_lawfully", application.office, date(2022, 11, 30)) == (0, 1, 0)


def test_an_extension_after_the_last_day_changes_nothing():
    application = ApplicationFactory(
        handed_in_on=date(2022, 10, 10), extended_on=date(2022, 11, 8), extended_days=20, consented_by=UserFactory(role=Role.DISCLOSURE_HEAD),
        answered=True, dispatched_on=date(2022, 11, 20),
    )  # fmt: skip
    assert application.reply_due_on == date(2022, 11, 7)
    assert counts("foi.received", "answered_lawfully", application.office, date(2022, 11, 30)) == (0, 0, 1)


def test_a_silent_third_party_does_not_stop_the_clock_for_ever():
    application = ApplicationFactory()
    ThirdPartyOpinionFactory(application=application)
    assert counts("foi.received", "answered_lawfully", application.office, date(2022, 4, 21)) == (0, 1, 0)
    assert counts("foi.received", "answered_lawfully", application.office, date(2022, 4, 22)) == (0, 0, 1)


def test_the_exception_names_number_last_day_and_day_of_reply():
    application = ApplicationFactory(late=True, number="青工信公开申〔2022〕3号")
    claim = get_indicator("foi.received").claim("answered_lawfully")
    assert claim.exception(application) == "青工信公开申〔2022〕3号（最后一日2022年3月29日，答复日期2022年3月30日）"


def test_unconfirmed_and_voided_applications_are_not_received():
    office = ApplicationFactory(unconfirmed=True).office
    voided = ApplicationFactory()
    Application.objects.filter(pk=voided.pk).update(voided_at=voided.created_at)
    ApplicationFactory(office=OfficeFactory(name="青禾市商务局"))
    assert value("foi.received", office).number == 0


def test_a_separated_request_counts_once():
    office = ApplicationFactory(answered=True, result="partial").office
    rows = {row.key: value(f"foi.result.{row.key}", office).number for row in result_rules.ROWS}
    assert {key: number for key, number in rows.items() if number} == {"partial": 1}


def test_asking_in_time_is_told_from_asking_late():
    office = ApplicationFactory(corrected=True).office
    ApplicationFactory(
        correction_asked_on=date(2022, 3, 14), correction_due_on=date(2022, 3, 30), correction_late_reason="经核实后才发现指向不明"
    )
    assert counts("foi.corrections", "asked_in_time", office, date(2022, 12, 31)) == (1, 0, 1)


# Any case, any day

DAYS = st.integers(0, 25)


@st.composite
def cases(draw) -> Case:
    """A case the law has no objection to, or a late one: built in order of time, sometimes with everything at once."""
    channel = draw(st.sampled_from(list(Channel)))
    at = date(2021, 11, 1) + timedelta(days=draw(st.integers(0, 380)))
    case = Case(channel, at)

    def later() -> date:
        nonlocal at
        at += timedelta(days=draw(DAYS))
        return at

    if channel is Channel.POST_SIGNED and draw(st.booleans()):
        case = replace(case, signed_on=later())
    elif channel in (Channel.POST_PLAIN, Channel.INTERNET, Channel.FAX) and draw(st.booleans()):
        case = replace(case, confirmed_on=later())
    if case.received_on and draw(st.booleans()):
        case = _with(case, correction_asked_on=(asked := later()), correction_due_on=asked + timedelta(days=14), correction_late_reason="指向不明")
        if case.correction_asked_on and draw(st.booleans()):
            case = _with(case, corrected_on=later())
    if case.received_on and draw(st.integers(0, 2)) == 0:
        sent = later()
        kind = draw(st.sampled_from(list(ConsultedKind)))
        arrived = sent + timedelta(days=draw(st.integers(0, 5))) if draw(st.booleans()) else None
        answered = sent + timedelta(days=draw(DAYS)) if draw(st.booleans()) else None
        case = _with(case, consulted=(Consulted(kind, sent, arrived, answered),))
    if case.received_on and draw(st.integers(0, 2)) == 0:
        case = _with(case, extended_on=later(), extended_days=draw(st.integers(1, 20)), consented=True)
    if case.received_on and draw(st.integers(0, 3)) == 0:
        case = _with(case, fee_noticed_on=later())
        if case.fee_noticed_on and draw(st.booleans()):
            case = _with(case, fee_paid_on=later())
    end = draw(st.sampled_from(["open", "posted", "direct", "lapsed", "withdrawn"]))
    if end == "posted":
        case = _with(case, result="granted", delivery=Delivery.POST, dispatched_on=later())
    elif end == "direct":
        case = _with(case, result="not_exist", delivery=Delivery.DIRECT, dispatched_on=later(), signed_for_on=later())
    elif end == "lapsed":
        case = _with(case, result="abandoned_fix", delivery=Delivery.NONE, dispatched_on=later() + timedelta(days=15))
    elif end == "withdrawn":
        case = _with(case, result="withdrawn", withdrawn_on=later())
    return case


def _with(case: Case, **facts) -> Case:
    """The case with these facts where the law lets them stand, else without."""
    changed = replace(case, **facts)
    return case if rules.objections(changed, CALENDAR) else changed


def as_known_on(case: Case, day: date) -> Case:
    """The case with everything after `day` struck out."""
    struck = {f.name: None for f in fields(case) if f.init and f.name.endswith("_on") and f.name not in {"handed_in_on", "correction_due_on"}
              and getattr(case, f.name) and getattr(case, f.name) > day}  # fmt: skip
    letters = tuple(
        replace(letter, **{name: None for name in ("received_by_on", "opinion_on") if getattr(letter, name) and getattr(letter, name) > day})
        for letter in case.consulted if letter.sent_on <= day
    )  # fmt: skip
    if case.closed_on and case.closed_on > day:
        struck |= {"dispatched_on": None, "signed_for_on": None, "withdrawn_on": None}
    return replace(case, consulted=letters, **struck)


PART = {
    Standing.ON_TIME: "held", Standing.RUNNING: "pending", Standing.WAITING: "pending",
    Standing.LATE: "failed", Standing.OVERDUE: "failed",
}  # fmt: skip


def enter(case: Case, office, consenter) -> Application:
    names = [f.name for f in fields(case) if f.init and f.name not in {"consented", "consulted"}]
    application = ApplicationFactory(
        office=office, section=None, consented_by=consenter if case.consented else None, **{name: getattr(case, name) for name in names}
    )
    for letter in case.consulted:
        row = ThirdPartyOpinion(
            office=office, application=application, kind=letter.kind, sent_on=letter.sent_on,
            received_by_on=letter.received_by_on, opinion_on=letter.opinion_on,
        )  # fmt: skip
        actions.derive_letter(row)
        row.save()
    application.refresh_from_db()
    assert actions.objections(application) == []
    return application


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(cases(), min_size=1, max_size=6), st.lists(st.integers(0, 420), min_size=1, max_size=6))
def test_every_case_is_held_pending_or_failed_as_its_own_clock_said_on_that_day(drawn, days):
    """The stored last day, compared with any day, says what a clock that knew nothing later would have said."""
    with transaction.atomic():
        office, consenter = OfficeFactory(), UserFactory(role=Role.DISCLOSURE_HEAD)
        entered = {enter(case, office, consenter).pk: case for case in drawn}
        indicator = get_indicator("foi.received")
        for offset in days:
            day = date(2021, 11, 1) + timedelta(days=offset)
            scope = Scope(office.pk, date(2021, 1, 1), day)
            expected = {}
            for pk, case in entered.items():
                known = as_known_on(case, day)
                if known.received_on and known.received_on <= day:
                    expected[pk] = PART[rules.reply_clock(known, CALENDAR, as_of=day).standing(day)]
            found = list(evidence.records(scope, indicator).values_list("pk", flat=True))
            assert set(found) == set(expected)
            parts = evidence.parts_of(scope, indicator, found)
            assert {pk: part["answered_lawfully"] for pk, part in parts.items()} == expected
            for key in ("foi.received", "foi.answered", "foi.corrections"):
                value = evidence.compute(scope, [key])[key]
                for claim in value.claims.values():
                    assert claim.held + claim.pending + claim.failed == value.number
        transaction.set_rollback(True)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(cases(), min_size=1, max_size=6), st.integers(0, 364))
def test_table_three_adds_up_on_any_day(drawn, offset):
    """勾稽关系: 一＋二＝三＋四, and the third is the sum of its rows."""
    with transaction.atomic():
        office, consenter = OfficeFactory(), UserFactory(role=Role.DISCLOSURE_HEAD)
        for case in drawn:
            enter(case, office, consenter)
        values = evidence.compute(Scope(office.pk, YEAR[0], YEAR[0] + timedelta(days=offset)))
        number = {key: value.number for key, value in values.items() if key.startswith("foi.")}
        assert number["foi.received"] + number["foi.carried_in"] == number["foi.answered"] + number["foi.carried_out"]
        assert number["foi.answered"] == sum(n for key, n in number.items() if key.startswith("foi.result."))
        transaction.set_rollback(True)
