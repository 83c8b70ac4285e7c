"""The numbers, the yearly duty and the verbs of meetings."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.accountability import actions
from gongkai.accountability.models import Ballot, Meeting
from gongkai.accounts.permissions import may
from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.evidence import queries as evidence
from gongkai.law.refusals import Refused
from gongkai.rulebook.models import Adjustment
from gongkai.sockets import Scope, duty_sources, get_indicator
from tests.factories.accountability import (
    AccountabilityReportFactory,
    AgendaItemFactory,
    BallotFactory,
    MeetingFactory,
)
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory

pytestmark = pytest.mark.django_db
NOVEMBER = date(2022, 11, 30)


def number(office, key, as_of=NOVEMBER):
    key = f"accountability.{key}"
    return evidence.compute(Scope.of_year(office.pk, 2022, as_of), [key])[key].number


def duties(office, today=NOVEMBER, since=date(2022, 1, 1)):
    return [(d.subject, d.due_on, d.done_on) for d in duty_sources()["accountability.openness_report"].produce(office.pk, since, today)]


@pytest.mark.parametrize(("facts", "held", "planned"), [
    pytest.param({}, 1, 0, id="已在局长办公会汇报"),
    pytest.param({"meeting__planned": True}, 0, 1, id="计划于12月汇报"),
    pytest.param({"meeting__planned": True, "meeting__held_on": date(2022, 12, 20)}, 0, 1, id="截至日之后才汇报"),
    pytest.param({"meeting__held_on": NOVEMBER}, 1, 0, id="截至日当天汇报"),
    pytest.param({"meeting__planned": True, "meeting__planned_on": date(2023, 1, 10)}, 0, 0, id="计划在下一年"),
    pytest.param({"meeting__planned": True, "meeting__planned_on": date(2022, 3, 1)}, 0, 1, id="逾计划日期仍未召开"),
    pytest.param({"meeting__cancelled": True}, 0, 0, id="会议已取消"),
    pytest.param({"meeting__kind": "party_group"}, 0, 0, id="党组会不是局长办公会"),
    pytest.param({"topic": "ideology"}, 0, 0, id="不是政务公开议题"),
    pytest.param({"voided_at": timezone.now()}, 0, 0, id="议题已作废"),
    pytest.param({"meeting__voided_at": timezone.now()}, 0, 0, id="会议已作废"),
    pytest.param({"meeting__held_on": date(2021, 12, 31), "meeting__planned_on": date(2021, 12, 31)}, 0, 0, id="上一年"),
])
def test_what_counts_as_a_report_to_the_directors(facts, held, planned):
    office = AgendaItemFactory(**facts).office
    assert (number(office, "openness_reports"), number(office, "openness_reports_planned")) == (held, planned)


def test_on_30_november_the_founding_year_says_none_held_and_one_planned():
    item = AgendaItemFactory(meeting__planned=True)
    assert (number(item.office, "openness_reports"), number(item.office, "openness_reports_planned")) == (0, 1)
    actions.hold(item.meeting, on=date(2022, 12, 20), expected=22, present=21, by=UserFactory())
    assert (number(item.office, "openness_reports"), number(item.office, "openness_reports_planned")) == (0, 1), "11月30日的账不变"
    year_end = date(2022, 12, 31)
    assert (number(item.office, "openness_reports", year_end), number(item.office, "openness_reports_planned", year_end)) == (1, 0)


def test_ideology_counts_with_its_network_half():
    item = AgendaItemFactory(topic="ideology", meeting__kind="party_group")
    AgendaItemFactory(topic="network_ideology", meeting=item.meeting)
    AgendaItemFactory(topic="other", meeting=item.meeting)
    AgendaItemFactory(topic="ideology", meeting__planned=True)
    assert number(item.office, "ideology_items") == 2


def test_reports_and_ballots_count_at_the_meeting_they_were_held_at():
    ballot = BallotFactory()
    AccountabilityReportFactory(meeting=ballot.meeting, way="written")
    AccountabilityReportFactory(meeting=MeetingFactory(planned=True, integrity=True))
    BallotFactory(voided_at=timezone.now())
    assert (number(ballot.office, "reports"), number(ballot.office, "ballots")) == (3, 1)


def test_a_report_without_ideology_is_the_exception_and_is_named_by_its_post():
    AccountabilityReportFactory()
    without = AccountabilityReportFactory(covers_ideology=False, post="信息中心主任", holder="沈临")
    scope, indicator = Scope.of_year(without.office_id, 2022, NOVEMBER), get_indicator("accountability.reports")
    value = evidence.compute(scope, [indicator.key])[indicator.key]
    counts = value.claims["covers_ideology"]
    assert (counts.held, counts.pending, counts.failed) == (1, 0, 1)
    (found,) = evidence.records(scope, indicator, "covers_ideology", "failed")
    assert "信息中心主任" in indicator.claim("covers_ideology").exception(found)
    assert "沈临" not in indicator.claim("covers_ideology").exception(found) + "".join(evidence.shown(found, indicator, date(2026, 12, 31)).values())


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(covered=st.lists(st.booleans(), max_size=6), as_of=st.dates(date(2022, 1, 1), date(2022, 12, 31)))
def test_the_claim_parts_the_reports(covered, as_of):
    with transaction.atomic():
        office, meeting = OfficeFactory(), MeetingFactory(integrity=True)
        for covers in covered:
            AccountabilityReportFactory(meeting=meeting, covers_ideology=covers)
        value = evidence.compute(Scope.of_year(office.pk, 2022, as_of), ["accountability.reports"])["accountability.reports"]
        counts = value.claims["covers_ideology"]
        assert counts.held + counts.pending + counts.failed == value.number
        transaction.set_rollback(True)


# -- The yearly duty -------------------------------------------------------------------------------------------------


def test_each_year_owes_a_report_by_its_last_day():
    office = OfficeFactory()
    assert duties(office) == [("2022年度", date(2022, 12, 31), None)]
    AgendaItemFactory(meeting__planned=True)
    assert duties(office) == [("2022年度", date(2022, 12, 31), None)], "计划不等于履行"
    AgendaItemFactory()
    assert duties(office) == [("2022年度", date(2022, 12, 31), date(2022, 7, 15))]
    assert duties(office, since=date(2022, 8, 1)) == [], "已履行的不再提醒"
    assert duties(office, today=date(2023, 2, 1), since=date(2023, 1, 1)) == [("2023年度", date(2023, 12, 31), None)]


def test_an_office_that_asks_for_two_owes_two():
    office = OfficeFactory()
    Adjustment.objects.create(office=office, room="accountability", key="report_per_year", starts_on=date(2022, 1, 1), value=2, reason="局党组要求半年一报")
    AgendaItemFactory()
    assert duties(office) == [("2022年度第1次", date(2022, 12, 31), date(2022, 7, 15)), ("2022年度第2次", date(2022, 12, 31), None)]


def test_the_duty_leads_to_the_item_that_is_planned():
    item = AgendaItemFactory(meeting__planned=True)
    (duty,) = duty_sources()["accountability.openness_report"].produce(item.office_id, date(2022, 1, 1), NOVEMBER)
    assert duty.url.endswith(f"/agenda-items/{item.pk}/") and "本机关自定" in duty.basis


def test_the_duty_asks_as_often_for_three_as_for_one(django_assert_num_queries):
    office = AgendaItemFactory().office
    AgendaItemFactory()
    AgendaItemFactory(meeting__planned=True)
    with django_assert_num_queries(2):
        duties(office)


# -- Verbs -----------------------------------------------------------------------------------------------------------


def test_a_meeting_is_held_with_its_minutes():
    meeting = MeetingFactory(planned=True)
    meeting = actions.hold(meeting, on=date(2022, 12, 21), expected=22, present=20, minutes_number="青工信会纪〔2022〕12号", by=UserFactory())
    assert (meeting.held_on, meeting.present, meeting.minutes_number, meeting.state.value) == (date(2022, 12, 21), 20, "青工信会纪〔2022〕12号", "已召开")
    assert Entry.objects.get().verb == "accountability.held"


@pytest.mark.parametrize(("verb", "facts", "arguments", "code"), [
    pytest.param("hold", {}, {"on": date(2022, 8, 1)}, "wrong_state", id="已召开的不能再召开"),
    pytest.param("hold", {"planned": True}, {"on": date(2022, 12, 20), "expected": 20, "present": 21}, "too_many_present", id="实到多于应到"),
    pytest.param("postpone", {"planned": True}, {"to": date(2022, 12, 20)}, "not_later", id="改到同一天"),
    pytest.param("cancel", {"planned": True}, {"on": date(2022, 12, 1), "reason": ""}, "no_reason", id="取消未写原因"),
    pytest.param("cancel", {"cancelled": True}, {"on": date(2022, 12, 1), "reason": "另行通知"}, "wrong_state", id="取消过的不能再取消"),
])
def test_what_may_not_be_done_to_a_meeting(verb, facts, arguments, code):
    meeting = MeetingFactory(**facts)
    before = Meeting.objects.values().get(pk=meeting.pk)
    with pytest.raises(Refused) as refused, transaction.atomic():
        getattr(actions, verb)(meeting, by=UserFactory(), **arguments)
    assert [o.code for o in refused.value.objections] == [code]
    assert Meeting.objects.values().get(pk=meeting.pk) == before and not Entry.objects.exists()


def test_a_ballot_keeps_numbers_and_no_names():
    report = AccountabilityReportFactory(holder="沈临")
    ballot = actions.tally(report, issued=20, good=17, fair=2, poor=0, abstain=1, by=UserFactory(name="林禾"))
    assert (ballot.returned, ballot.meeting_id) == (20, report.meeting_id)
    assert all("沈临" not in str(value) for entry in Entry.objects.values() for value in entry.values())


def test_a_tally_that_does_not_add_up_is_refused_by_rule_and_by_database():
    report = AccountabilityReportFactory()
    with pytest.raises(Refused, match="与收回的19张不符"), transaction.atomic():
        actions.tally(report, issued=20, returned=19, good=18, fair=2, poor=0, by=UserFactory())
    for wrong in ({"good": 19}, {"issued": 19}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BallotFactory(report=report, **wrong)
    assert not Ballot.objects.exists()


def test_ballots_are_for_leaders_and_the_section_that_keeps_them():
    ballot = BallotFactory()
    other = SectionFactory(name="工业投资科")
    people = {
        "director": UserFactory(role=Role.DIRECTOR), "coordinator": UserFactory(role=Role.COORDINATOR),
        "own clerk": UserFactory(role=Role.CLERK, role__section=ballot.report.section),
        "other clerk": UserFactory(role=Role.CLERK, role__section=other), "legal": UserFactory(role=Role.LEGAL),
        "system": UserFactory(role=Role.SYSTEM_ADMIN), "stranger": UserFactory(),
    }  # fmt: skip
    ballot.section = ballot.report.section
    assert {who for who, person in people.items() if may(person, "accountability.ballot", "view", ballot)} == {"director", "coordinator", "own clerk"}
