"""What is done with concerns, their numbers and what they owe."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.audit.models import Entry
from gongkai.concerns import actions, queries
from gongkai.concerns.models import Concern, Grade, Source
from gongkai.evidence import queries as evidence
from gongkai.law.refusals import Refused
from gongkai.sockets import Scope, duty_sources, get_indicator
from tests.factories.accounts import OfficeFactory
from tests.factories.concerns import FOUND, HERE, ConcernFactory

pytestmark = pytest.mark.django_db
FIRST = date(2022, 1, 1)


def hours(number: float) -> datetime:
    return FOUND + timedelta(hours=number)


def claim(office, as_of: date) -> tuple[int, int, int]:
    found = evidence.compute(Scope(office.pk, FIRST, as_of), ["concerns.received"])["concerns.received"].claims["responded_in_time"]
    return found.held, found.pending, found.failed


def test_a_serious_matter_from_discovery_to_clarification():
    concern = actions.find(OfficeFactory(), by=None, subject="某园区停电", source=Source.PUBLIC, found_at=FOUND)
    assert concern.first_due_at == hours(48)
    concern = actions.grade(concern, by=None, grade=Grade.MAJOR, at=hours(1))
    assert (concern.first_due_at, concern.press_due_at) == (hours(5), hours(24))
    concern = actions.respond(concern, by=None, at=hours(4))
    concern = actions.hold_press_conference(concern, by=None, at=hours(20))
    concern = actions.clarify(concern, by=None, at=hours(21))
    concern = actions.reply(concern, by=None, at=hours(30), summary="已恢复供电")
    assert concern.answered_by == hours(20)
    assert claim(concern.office, date(2022, 12, 31)) == (1, 0, 0)
    values = evidence.compute(Scope(concern.office_id, FIRST, date(2022, 12, 31)), ["concerns.clarified"])
    assert values["concerns.clarified"].number == 1
    assert [e.verb for e in Entry.objects.order_by("id")] == [
        "concerns.found", "concerns.graded", "concerns.responded", "concerns.press_held", "concerns.clarified", "concerns.replied",
    ]  # fmt: skip


def test_a_first_word_is_said_once():
    concern = ConcernFactory(responded=True)
    with pytest.raises(Refused):
        actions.respond(concern, by=None, at=hours(6))


def test_an_answer_that_closes_the_matter_is_its_first_word_too():
    concern = actions.reply(ConcernFactory(), by=None, at=hours(40), summary="已调整")
    assert concern.first_response_at == hours(40)


def test_nothing_that_leads_to_a_person_is_entered():
    with pytest.raises(Refused):
        actions.find(OfficeFactory(), by=None, subject="13900001234反映用电价格", source=Source.HOTLINE, found_at=FOUND)
    assert not Concern.objects.exists()
    assert not {f.name for f in Concern._meta.get_fields()} & {"author", "name", "phone", "account"}


def test_the_database_refuses_a_press_conference_on_an_ordinary_matter():
    with pytest.raises(IntegrityError), transaction.atomic():
        ConcernFactory(press_at=hours(3))


def test_a_moment_that_no_longer_follows_is_noticed():
    concern = ConcernFactory()
    assert queries.stale(concern.office) == []
    Concern.objects.update(first_due_at=hours(72))
    assert queries.stale(concern.office) == [(concern, {"first_due_at": (hours(72), hours(48))})]


# Numbers


@pytest.mark.parametrize(
    ("facts", "as_of", "expected"),
    [
        pytest.param({}, date(2022, 3, 1), (0, 1, 0), id="当日未回应，未到期"),
        pytest.param({}, date(2022, 3, 3), (0, 0, 1), id="第三日九时已到期"),
        pytest.param({"first_response_at": hours(48)}, date(2022, 3, 3), (1, 0, 0), id="恰四十八小时"),
        pytest.param({"first_response_at": hours(49)}, date(2022, 3, 3), (0, 0, 1), id="逾一小时"),
        pytest.param({"first_response_at": hours(39.5)}, date(2022, 3, 2), (0, 1, 0), id="次日零时半回应，截至前一日尚未回应"),
        pytest.param({"grade": Grade.MAJOR, "first_response_at": hours(3)}, date(2022, 3, 1), (0, 1, 0), id="重大：发布会未到期"),
        pytest.param({"grade": Grade.MAJOR, "first_response_at": hours(3)}, date(2022, 3, 2), (0, 0, 1), id="重大：没有开发布会"),
        pytest.param({"grade": Grade.MAJOR, "first_response_at": hours(6), "press_at": hours(20)}, date(2022, 3, 2), (0, 0, 1), id="重大：发声逾五小时"),
        pytest.param({"grade": Grade.MAJOR, "first_response_at": hours(3), "press_at": hours(20)}, date(2022, 3, 2), (1, 0, 0), id="重大：都按时"),
    ],
)  # fmt: skip
def test_response_as_of_a_day(facts, as_of, expected):
    assert claim(ConcernFactory(**facts).office, as_of) == expected


def test_the_exception_is_told_in_local_time():
    concern = ConcernFactory(late=True)
    concern.refresh_from_db()
    said = get_indicator("concerns.received").claim("responded_in_time").exception(concern)
    assert said == "园区企业用电价格调整（回应时限2022-03-03 09:00，首次回应2022-03-03 10:00）"


MOMENTS = st.none() | st.floats(0, 120)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(list(Grade)), st.floats(0, 120), MOMENTS, MOMENTS, st.booleans()), min_size=1, max_size=8),
    st.lists(st.integers(-1, 12), min_size=1, max_size=6),
)
def test_every_concern_is_in_exactly_one_part_and_in_the_right_one(drawn, days):
    with transaction.atomic():
        office = OfficeFactory()
        rows = []
        for grade, after, first, press, undetermined in drawn:
            found = FOUND + timedelta(hours=after)
            facts = {
                "first_response_at": None if first is None else found + timedelta(hours=first),
                "press_at": None if press is None or grade == Grade.ORDINARY else found + timedelta(hours=press),
            }
            concern = ConcernFactory(office=office, grade=grade, found_at=found, **facts)
            if undetermined:  # an office that counts from the grading, before there is one
                Concern.objects.filter(pk=concern.pk).update(first_due_at=None, press_due_at=None)
            concern.refresh_from_db()
            rows.append(concern)
        for offset in days:
            day = FOUND.date() + timedelta(days=offset)
            end = datetime.combine(day + timedelta(days=1), time(), tzinfo=HERE)
            told = [part(concern, end) for concern in rows if concern.found_at < end]
            value = evidence.compute(Scope(office.pk, FIRST, day), ["concerns.received"])["concerns.received"]
            counts = value.claims["responded_in_time"]
            assert (counts.held, counts.pending, counts.failed) == tuple(told.count(name) for name in ("held", "pending", "failed"))
            assert counts.held + counts.pending + counts.failed == value.number == len(told)
        transaction.set_rollback(True)


def part(concern: Concern, end: datetime) -> str:
    """What somebody who knew nothing after `end` would have said of it."""
    owed = [(concern.first_due_at, concern.first_response_at)]
    if concern.press_due_at:
        owed.append((concern.press_due_at, concern.press_at))
    said = [(due, at if at and at < end else None) for due, at in owed]
    if any(due and ((at and at > due) or (at is None and due < end)) for due, at in said):
        return "failed"
    return "held" if all(at for _, at in said) else "pending"


# Duties


def owed(office, today: date, since: date = FIRST) -> list:
    return list(duty_sources()["concerns.respond"].produce(office.pk, since, today))


def test_a_serious_matter_owes_a_word_and_a_press_conference():
    office = ConcernFactory(serious=True, responded=True).office
    said, press = owed(office, date(2022, 3, 1))
    assert (said.title, said.due_on, said.done_on, said.basis) == ("回应社会关切", date(2022, 3, 1), date(2022, 3, 1), "80号 舆情")
    assert (press.title, press.due_on, press.done_on) == ("举行新闻发布会", date(2022, 3, 2), None)
    assert press.is_overdue(date(2022, 3, 3))


def test_what_was_answered_before_the_span_is_not_listed():
    office = ConcernFactory(responded=True).office
    assert owed(office, date(2022, 6, 1), since=date(2022, 5, 1)) == []


def test_duties_take_one_query():
    for _ in range(3):
        office = ConcernFactory().office
    with CaptureQueriesContext(connection) as captured:
        assert len(owed(office, date(2022, 3, 2))) == 3
    assert len(captured) == 1
