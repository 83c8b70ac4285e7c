"""The numbers, the duty and the verbs of events."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.audit.models import Entry
from gongkai.audit.verbs import sentence
from gongkai.events import actions
from gongkai.events.models import Attendance, Event
from gongkai.evidence import queries as evidence
from gongkai.law.refusals import Refused
from gongkai.registers.actions import create
from gongkai.registers.register import get_register
from gongkai.sockets import Scope, duty_sources, get_indicator
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.events import AttendanceFactory, EventFactory, InterviewFactory, credit_code

pytestmark = pytest.mark.django_db
NOVEMBER = date(2022, 11, 30)


def number(office, key, as_of=NOVEMBER):
    return evidence.compute(Scope.of_year(office.pk, 2022, as_of), [key])[key].number or 0


@pytest.mark.parametrize(("facts", "counted"), [
    pytest.param({}, 1, id="主办并已举办"),
    pytest.param({"unplanned": True}, 1, id="临时安排也计"),
    pytest.param({"held_on": NOVEMBER}, 1, id="截至日当天"),
    pytest.param({"held_on": date(2022, 12, 1)}, 0, id="截至日之后"),
    pytest.param({"held_on": date(2021, 12, 31)}, 0, id="上一年"),
    pytest.param({"planned": True}, 0, id="只在计划中"),
    pytest.param({"cancelled": True}, 0, id="已取消"),
    pytest.param({"supported": True}, 0, id="配合的不计"),
    pytest.param({"kind": "training"}, 0, id="培训不计"),
    pytest.param({"voided_at": timezone.now()}, 0, id="已作废"),
])
def test_what_counts_as_a_briefing(facts, counted):
    assert number(EventFactory(**facts).office, "events.briefings") == counted


@pytest.mark.parametrize(("key", "facts", "counted"), [
    pytest.param("events.press_conferences", {"kind": "press_conference"}, 1, id="主办新闻发布会"),
    pytest.param("events.press_conferences", {"kind": "press_conference", "supported": True}, 1, id="配合新闻发布会"),
    pytest.param("events.press_conferences", {"kind": "press_conference", "part": "attend"}, 0, id="仅参加的不计"),
    pytest.param("events.broadcasts", {"kind": "broadcast", "part": "attend"}, 1, id="参加直播节目"),
    pytest.param("events.online_interviews", {"kind": "online_interview"}, 1, id="在线访谈"),
    pytest.param("events.trainings", {"kind": "training"}, 1, id="主办培训"),
    pytest.param("events.trainings", {"kind": "training", "part": "attend"}, 0, id="参加培训不计"),
])
def test_what_the_other_events_count_towards(key, facts, counted):
    assert number(EventFactory(**facts).office, key) == counted


def test_enterprises_times_and_persons_are_three_numbers():
    first, second = EventFactory(), EventFactory(held_on=date(2022, 6, 1))
    for event, n, persons in ((first, 1, 2), (first, 2, 3), (second, 1, 1)):
        AttendanceFactory(event=event, credit_code=credit_code(n), persons=persons)
    # None of these counts: another's event, an event of December, a voided attendance, a voided event.
    AttendanceFactory(event=EventFactory(supported=True), persons=50)
    AttendanceFactory(event=EventFactory(held_on=date(2022, 12, 5)), persons=50)
    AttendanceFactory(event=first, persons=50, voided_at=timezone.now())
    AttendanceFactory(event=EventFactory(voided_at=timezone.now()), persons=50)
    office = first.office
    assert [number(office, f"events.{key}") for key in ("enterprises", "enterprise_times", "person_times")] == [2, 3, 6]


def test_the_list_behind_the_enterprises_shows_no_more_than_it_should():
    attendance = AttendanceFactory()
    scope, indicator = Scope.of_year(attendance.office_id, 2022, NOVEMBER), get_indicator("events.enterprises")
    (found,) = evidence.records(scope, indicator)
    assert evidence.shown(found, indicator, date(2026, 12, 31)) == {
        "企业名称": attendance.enterprise, "统一社会信用代码": attendance.credit_code, "活动名称": attendance.event.title,
        "举办日期": "2022年5月20日", "参加人数": "1", "参加方式": "线下",
    }  # fmt: skip


@pytest.mark.parametrize(("interviewed_on", "published_on", "counted"), [
    pytest.param(date(2022, 6, 8), None, 1, id="本年采访"),
    pytest.param(date(2022, 11, 30), date(2022, 12, 3), 1, id="以采访日期计"),
    pytest.param(date(2022, 12, 1), None, 0, id="截至日之后"),
    pytest.param(date(2021, 12, 30), date(2022, 1, 2), 0, id="上年采访本年刊播"),
])
def test_when_an_interview_counts(interviewed_on, published_on, counted):
    assert number(InterviewFactory(interviewed_on=interviewed_on, published_on=published_on).office, "events.interviews") == counted


# -- The plan against what took place ------------------------------------------------------------------------------


@pytest.mark.parametrize(("facts", "part"), [
    pytest.param({}, "held", id="按日举办"),
    pytest.param({"held_on": date(2022, 9, 1)}, "held", id="推迟后举办"),
    pytest.param({"planned_on": date(2022, 12, 10), "planned": True}, "pending", id="计划在12月"),
    pytest.param({"planned_on": NOVEMBER, "planned": True}, "pending", id="计划在截至日当天"),
    pytest.param({"planned_on": date(2022, 12, 10), "held_on": date(2022, 12, 10)}, "pending", id="截至日之后才举办"),
    pytest.param({"planned": True}, "failed", id="逾计划日期未举办"),
    pytest.param({"cancelled": True}, "failed", id="已取消"),
    pytest.param({"planned_on": date(2022, 12, 10), "cancelled": True, "cancelled_on": date(2022, 12, 5)}, "pending", id="截至日之后才取消"),
])
def test_where_a_planned_briefing_stands(facts, part):
    event = EventFactory(**facts)
    value = evidence.compute(Scope.of_year(event.office_id, 2022, NOVEMBER), ["events.briefings_planned"])["events.briefings_planned"]
    counts = value.claims["held"]
    assert value.number == 1
    assert {p: getattr(counts, p) for p in evidence.PARTS} == {p: int(p == part) for p in evidence.PARTS}


def test_a_briefing_on_no_plan_is_not_part_of_the_plan():
    assert number(EventFactory(unplanned=True).office, "events.briefings_planned") == 0


def test_an_exception_is_named():
    event = EventFactory(cancelled=True)
    claim = get_indicator("events.briefings_planned").claim("held")
    assert claim.exception(event) == f"《{event.title}》计划5月20日举办，已取消"


days = st.dates(date(2021, 12, 20), date(2023, 1, 10))


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    plans=st.lists(st.tuples(days, st.none() | days, st.none() | days), min_size=1, max_size=8),
    as_of=st.dates(date(2022, 1, 1), date(2022, 12, 31)),
)
def test_the_plan_is_parted_into_held_pending_and_failed(plans, as_of):
    with transaction.atomic():
        office = OfficeFactory()
        for planned_on, held_on, cancelled_on in plans:
            EventFactory(planned_on=planned_on, held_on=held_on, cancelled_on=None if held_on else cancelled_on, cancel_reason="场地停用")
        value = evidence.compute(Scope.of_year(office.pk, 2022, as_of), ["events.briefings_planned"])["events.briefings_planned"]
        counts = value.claims["held"]
        assert counts.held + counts.pending + counts.failed == value.number
        transaction.set_rollback(True)


def test_a_planned_briefing_is_owed_until_held_or_called_off(django_assert_num_queries):
    office = OfficeFactory()
    late, _done, _off = EventFactory(planned=True), EventFactory(), EventFactory(cancelled=True)
    EventFactory(planned=True, kind="training")
    EventFactory(unplanned=True)
    produce = duty_sources()["events.planned_briefing"].produce
    with django_assert_num_queries(1):
        found = list(produce(office.pk, date(2022, 1, 1), NOVEMBER))
    assert sorted((d.done_on or date.min, d.is_overdue(NOVEMBER)) for d in found) == [
        (date.min, True), (date(2022, 5, 18), False), (date(2022, 5, 20), False),
    ]  # fmt: skip
    assert [d.subject for d in produce(office.pk, date(2022, 11, 1), NOVEMBER)] == [late.title]


# -- Verbs -----------------------------------------------------------------------------------------------------------


def test_a_briefing_is_put_off_and_then_held():
    event, clerk = EventFactory(planned=True), UserFactory(name="林禾")
    actions.postpone(event, to=date(2022, 6, 1), reason="疫情防控", by=clerk)
    event = actions.hold(event, on=date(2022, 6, 1), by=clerk)
    assert (event.planned_on, event.held_on, event.state.value) == (date(2022, 6, 1), date(2022, 6, 1), "已举办")
    assert [sentence(e.verb, e.facts) for e in Entry.objects.order_by("id")] == [
        f"将{event}由2022-05-20改期至2022-06-01，原因：疫情防控", f"登记{event}已于2022-06-01举办",
    ]  # fmt: skip


@pytest.mark.parametrize(("verb", "facts", "arguments", "code"), [
    pytest.param("hold", {}, {"on": date(2022, 6, 1)}, "wrong_state", id="举办过的不能再举办"),
    pytest.param("hold", {"cancelled": True}, {"on": date(2022, 6, 1)}, "wrong_state", id="取消的不能举办"),
    pytest.param("postpone", {"planned": True}, {"to": date(2022, 5, 1), "reason": "提前"}, "not_later", id="改期不能提前"),
    pytest.param("postpone", {"planned": True}, {"to": date(2022, 7, 1), "reason": ""}, "no_reason", id="改期须写原因"),
    pytest.param("cancel", {"planned": True}, {"on": date(2022, 5, 1), "reason": " "}, "no_cancel_reason", id="取消须写原因"),
])
def test_what_may_not_be_done_to_an_event(verb, facts, arguments, code):
    event = EventFactory(**facts)
    before = Event.objects.values().get(pk=event.pk)
    with pytest.raises(Refused) as refused, transaction.atomic():
        getattr(actions, verb)(event, by=UserFactory(), **arguments)
    assert [o.code for o in refused.value.objections] == [code]
    assert Event.objects.values().get(pk=event.pk) == before and not Entry.objects.exists()


def test_a_code_is_tidied_before_it_is_compared():
    event, clerk = EventFactory(), UserFactory()
    attendance = AttendanceFactory.build(event=event, office=event.office, credit_code=" 91350100m000100y43 ")
    assert create(get_register("attendances"), attendance, by=clerk).credit_code == "91350100M000100Y43"


def test_the_database_refuses_the_same_enterprise_twice_at_one_event():
    first = AttendanceFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        AttendanceFactory(event=first.event, credit_code=first.credit_code)
    AttendanceFactory(event=first.event, credit_code=first.credit_code, way=Attendance.Way.ONLINE)
    assert number(first.office, "events.enterprises") == 1


def test_the_public_sees_nothing_called_off():
    shown = EventFactory()
    EventFactory(cancelled=True)
    assert list(Event.objects.public()) == [shown]


def test_planned_days_never_move_what_was_counted():
    """A briefing of December does not enter November's number when it is planned, only when it is held."""
    event = EventFactory(planned=True, planned_on=date(2022, 12, 10))
    assert number(event.office, "events.briefings", date(2022, 12, 31)) == 0
    actions.hold(event, on=event.planned_on + timedelta(days=1), by=UserFactory())
    assert (number(event.office, "events.briefings"), number(event.office, "events.briefings", date(2022, 12, 31))) == (0, 1)
