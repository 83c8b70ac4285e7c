"""The numbers of consultations, tried on random drafts and random days."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.consultation.models import Disposition
from gongkai.evidence import queries as evidence
from gongkai.sockets import Scope, get_indicator
from tests.factories.accounts import OfficeFactory
from tests.factories.consultation import ConsultationFactory, OpinionFactory

pytestmark = pytest.mark.django_db
FIRST = date(2022, 1, 1)


def claim(key: str, name: str, office, as_of: date) -> tuple[int, int, int]:
    found = evidence.compute(Scope(office.pk, FIRST, as_of), [key])[key].claims[name]
    return found.held, found.pending, found.failed


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        pytest.param(date(2022, 3, 25), (0, 1, 0), id="征求意见期间"),
        pytest.param(date(2022, 4, 30), (0, 1, 0), id="反馈最后一日"),
        pytest.param(date(2022, 5, 1), (0, 0, 1), id="最后一日之后尚未反馈"),
        pytest.param(date(2022, 5, 5), (0, 0, 1), id="逾期反馈"),
    ],
)
def test_a_draft_with_opinions_fed_back_late(as_of, expected):
    office = OpinionFactory(consultation__late=True, late=True).office
    assert claim("consultation.drafts", "fed_back", office, as_of) == expected
    assert claim("consultation.opinions", "fed_back_in_month", office, as_of) == expected


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        pytest.param(date(2022, 3, 31), (0, 1, 0), id="征求意见最后一日还可能有意见"),
        pytest.param(date(2022, 4, 1), (1, 0, 0), id="无人提出意见，没有反馈义务"),
        pytest.param(date(2022, 6, 1), (1, 0, 0), id="此后不会变为逾期"),
    ],
)
def test_a_draft_nobody_answered_owes_no_feedback(as_of, expected):
    assert claim("consultation.drafts", "fed_back", ConsultationFactory().office, as_of) == expected


def test_an_opinion_voided_later_leaves_nothing_owed():
    opinion = OpinionFactory()
    assert claim("consultation.drafts", "fed_back", opinion.office, date(2022, 6, 1)) == (0, 0, 1)
    opinion.voided_at = opinion.created_at
    opinion.save()
    assert claim("consultation.drafts", "fed_back", opinion.office, date(2022, 6, 1)) == (1, 0, 0)


def test_three_opinions_on_one_draft_are_three_opinions_and_one_draft():
    consultation = ConsultationFactory(fed_back=True)
    OpinionFactory.create_batch(3, consultation=consultation, fed_back=True)
    values = evidence.compute(Scope(consultation.office_id, FIRST, date(2022, 12, 31)), ["consultation.drafts", "consultation.opinions"])
    assert {key: value.number for key, value in values.items()} == {"consultation.drafts": 1, "consultation.opinions": 3}
    assert all(counts.is_true_of_all for value in values.values() for counts in value.claims.values())


def test_exceptions_name_the_draft_the_last_day_and_the_feedback_and_nobody():
    opinion = OpinionFactory(consultation__title="技改办法（征求意见稿）", number=2, late=True)
    said = get_indicator("consultation.opinions").claim("fed_back_in_month").exception(opinion)
    assert said == "《技改办法（征求意见稿）》第2号（最后一日2022年4月30日，反馈日期2022年5月5日）"


# Any draft, any day

DAYS = st.integers(0, 70)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.integers(0, 200), DAYS, st.none() | DAYS, st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=3)),
        min_size=1, max_size=5,
    ),
    st.lists(st.integers(0, 300), min_size=1, max_size=8),
)
def test_every_draft_and_opinion_is_in_exactly_one_part_and_in_the_right_one(drawn, days):
    with transaction.atomic():
        office = OfficeFactory()
        facts = {}
        for begins, length, fed_back_after, opinions in drawn:
            published = FIRST + timedelta(days=begins)
            ends = published + timedelta(days=length)
            feedback = None if fed_back_after is None else ends + timedelta(days=fed_back_after)
            draft = ConsultationFactory(office=office, published_on=published, ends_on=ends, feedback_on=feedback)
            heard = []
            for after, answered_after in opinions:
                received = published + timedelta(days=after)
                answered = None if answered_after is None else received + timedelta(days=answered_after)
                OpinionFactory(
                    consultation=draft, received_on=received, fed_back_on=answered,
                    disposition=Disposition.ADOPTED if answered else "",
                )  # fmt: skip
                heard.append((received, answered))
            facts[draft.pk] = (published, ends, draft.feedback_due_on, feedback, heard)
        for offset in days:
            day = FIRST + timedelta(days=offset)
            scope = Scope(office.pk, FIRST, day)
            expected = {pk: draft_part(day, *row[1:]) for pk, row in facts.items() if row[0] <= day}
            indicator = get_indicator("consultation.drafts")
            found = list(evidence.records(scope, indicator).values_list("pk", flat=True))
            assert set(found) == set(expected)
            assert {pk: part["fed_back"] for pk, part in evidence.parts_of(scope, indicator, found).items()} == expected
            told = [opinion_part(day, due, answered) for _, _, due, _, heard in facts.values() for received, answered in heard if received <= day]
            value = evidence.compute(scope, ["consultation.opinions"])["consultation.opinions"]
            counts = value.claims["fed_back_in_month"]
            assert (counts.held, counts.pending, counts.failed) == tuple(told.count(part) for part in ("held", "pending", "failed"))
            assert counts.held + counts.pending + counts.failed == value.number
        transaction.set_rollback(True)


def draft_part(day, ends, due, feedback, heard) -> str:
    """What somebody who knew nothing later than `day` would have said of the draft."""
    owed = any(received <= day for received, _ in heard)
    if feedback and feedback <= day:
        return "failed" if owed and feedback > due else "held"
    if owed:
        return "failed" if due < day else "pending"
    return "pending" if ends >= day else "held"


def opinion_part(day, due, answered) -> str:
    if answered and answered <= day:
        return "held" if answered <= due else "failed"
    return "failed" if due < day else "pending"
