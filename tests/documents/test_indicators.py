"""The numbers of documents count what they say; 均 is said only when it is so."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.documents.models import NormativeDocument
from gongkai.evidence import queries as evidence
from gongkai.sockets import Scope
from tests.factories.accounts import OfficeFactory
from tests.factories.documents import (
    EvaluationFactory,
    GazetteSubmissionFactory,
    InterpretationFactory,
    NormativeDocumentFactory,
)

pytestmark = pytest.mark.django_db
AS_OF = date(2022, 11, 30)


def numbers(office, *keys, as_of=AS_OF):
    values = evidence.compute(Scope.of_year(office.pk, 2022, as_of), [f"documents.{key}" for key in keys])
    return tuple(value.number for value in values.values())


def part(document, claim, indicator, as_of=AS_OF):
    scope = Scope.of_year(document.office_id, 2022, as_of)
    return evidence.parts_of(scope, evidence.get_indicator(f"documents.{indicator}"), [document.pk])[document.pk].get(claim)


COUNTS = ("normative_published", "normative_issued", "gazette_due", "in_force", "benefit_policies", "normative_repealed")


@pytest.mark.parametrize(("facts", "counted"), [
    pytest.param({}, (1, 1, 1, 1, 0, 0), id="当年成文公开的规范性文件"),
    pytest.param({"plan": True}, (0, 0, 0, 0, 0, 0), id="规划不是规范性文件"),
    pytest.param({"benefit": True, "kind": "policy"}, (0, 0, 0, 0, 1, 0), id="惠企政策不必是规范性文件"),
    pytest.param({"unpublished": True}, (0, 1, 1, 1, 0, 0), id="尚未公开"),
    pytest.param({"signed_on": date(2021, 12, 28), "published_on": date(2022, 1, 5)}, (1, 0, 0, 1, 0, 0), id="上年成文，本年公开"),
    pytest.param({"signed_on": date(2022, 12, 1)}, (0, 0, 0, 0, 0, 0), id="截至日之后"),
    pytest.param({"effective_on": date(2022, 12, 1)}, (1, 1, 1, 0, 0, 0), id="截至日尚未施行"),
    pytest.param({"expires_on": date(2022, 11, 30)}, (1, 1, 1, 1, 0, 0), id="有效期最后一日仍有效"),
    pytest.param({"expires_on": date(2022, 11, 29)}, (1, 1, 1, 0, 0, 0), id="有效期已过"),
    pytest.param({"repealed_on": date(2022, 11, 30)}, (1, 1, 1, 0, 0, 1), id="截至日废止"),
    pytest.param({"repealed_on": date(2022, 12, 1)}, (1, 1, 1, 1, 0, 0), id="截至日之后废止"),
    pytest.param({"voided_at": timezone.now()}, (0, 0, 0, 0, 0, 0), id="已作废"),
])
def test_what_a_document_counts_towards(facts, counted):
    assert numbers(NormativeDocumentFactory(**facts).office, *COUNTS) == counted


def test_a_document_interpreted_twice_counts_once():
    document = NormativeDocumentFactory()
    InterpretationFactory(document=document)
    InterpretationFactory(document=document, in_text=False, in_graphics=True)
    InterpretationFactory(document=document, voided_at=timezone.now())
    InterpretationFactory(document=None, document_title="省级条例", office=document.office, published_on=date(2022, 4, 1))
    InterpretationFactory(document=NormativeDocumentFactory(), published_on=date(2022, 12, 5))
    InterpretationFactory(document=NormativeDocumentFactory(), published_on=None)
    assert numbers(document.office, "interpreted", "interpretations") == (1, 3)
    scope = Scope.of_year(document.office_id, 2022, AS_OF)
    assert list(evidence.records(scope, evidence.get_indicator("documents.interpreted"))) == [document]


def test_the_rows_of_interpretations_say_their_forms():
    shown = evidence.shown(InterpretationFactory(in_graphics=True), evidence.get_indicator("documents.interpretations"), date(2026, 12, 31))
    assert shown["解读形式"] == "文字、图解"


@pytest.mark.parametrize(("facts", "explained_on", "as_of", "said"), [
    pytest.param({}, date(2022, 3, 1), AS_OF, "held", id="同步解读"),
    pytest.param({}, date(2022, 2, 28), AS_OF, "held", id="先于文件解读"),
    pytest.param({}, date(2022, 3, 4), AS_OF, "held", id="最后一日解读"),
    pytest.param({}, date(2022, 3, 7), AS_OF, "failed", id="晚一个工作日"),
    pytest.param({}, None, AS_OF, "failed", id="没有解读"),
    pytest.param({}, None, date(2022, 3, 4), "pending", id="截至最后一日"),
    pytest.param({}, date(2022, 3, 4), date(2022, 3, 3), "pending", id="截至日尚未解读"),
    pytest.param({}, date(2022, 3, 7), date(2022, 3, 6), "failed", id="截至日已逾期"),
    pytest.param({"exempt": True}, None, AS_OF, "held", id="免予解读"),
    pytest.param({"exempt": True, "interpretation_exempted_on": date(2022, 4, 1)}, None, AS_OF, "failed", id="事后才定免予解读"),
])
def test_whether_a_benefit_policy_was_explained_in_time(facts, explained_on, as_of, said):
    document = NormativeDocumentFactory(benefit=True, **facts)
    if explained_on:
        InterpretationFactory(document=document, published_on=explained_on)
    assert part(document, "interpreted_in_time", "benefit_policies", as_of) == said


@pytest.mark.parametrize(("submitted", "as_of", "said"), [
    pytest.param(date(2022, 3, 31), AS_OF, "held", id="第三十日"),
    pytest.param(date(2022, 4, 1), AS_OF, "failed", id="第三十一日"),
    pytest.param(None, AS_OF, "failed", id="没有报送"),
    pytest.param(None, date(2022, 3, 31), "pending", id="期限之内"),
    pytest.param(date(2022, 3, 31), date(2022, 3, 30), "pending", id="截至日尚未报送"),
])
def test_whether_a_document_reached_the_gazette_in_time(submitted, as_of, said):
    document = NormativeDocumentFactory()
    if submitted:
        GazetteSubmissionFactory(document=document, submitted_on=submitted)
    assert part(document, "submitted_in_30_days", "gazette_due", as_of) == said


def test_a_second_late_submission_does_not_undo_the_first():
    document = NormativeDocumentFactory()
    GazetteSubmissionFactory(document=document, submitted_on=date(2022, 5, 1))
    GazetteSubmissionFactory(document=document, submitted_on=date(2022, 3, 20))
    value = evidence.compute(Scope.of_year(document.office_id, 2022, AS_OF), ["documents.gazette_due"])["documents.gazette_due"]
    assert (value.number, value.claims["submitted_in_30_days"].held, value.claims["submitted_in_30_days"].is_true_of_all) == (1, 1, True)


def test_the_exception_names_the_document_and_its_last_day():
    document = NormativeDocumentFactory(title="扶持办法", number="青工信规〔2022〕9号")
    claim = evidence.get_indicator("documents.gazette_due").claim("submitted_in_30_days")
    assert claim.exception(document) == "《扶持办法》（青工信规〔2022〕9号）（上报最后日期2022年3月31日）"


maybe_day = st.none() | st.dates(date(2022, 2, 25), date(2022, 4, 10))
drawn_documents = st.lists(
    st.tuples(st.dates(date(2022, 2, 25), date(2022, 3, 5)), maybe_day, maybe_day, maybe_day, st.booleans(), st.booleans()), min_size=1, max_size=6
)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=drawn_documents, as_of=st.dates(date(2022, 2, 25), date(2022, 4, 10)))
def test_claims_part_the_documents_whatever_they_hold(drawn, as_of):
    with transaction.atomic():
        office = OfficeFactory()
        for signed, explained, submitted, exempted, voided, derived in drawn:
            document = NormativeDocumentFactory(benefit=True, signed_on=signed, interpretation_exempted_on=exempted)
            gone = timezone.now() if voided else None
            if explained:
                InterpretationFactory(document=document, published_on=explained, voided_at=gone)
            if submitted:
                GazetteSubmissionFactory(document=document, submitted_on=submitted, voided_at=gone)
            if not derived:  # a row nobody derived must still fall somewhere
                NormativeDocument.objects.filter(pk=document.pk).update(interpretation_due_on=None, gazette_due_on=None)
        for value in evidence.compute(Scope.of_year(office.pk, 2022, as_of), ["documents.benefit_policies", "documents.gazette_due"]).values():
            assert value.number == sum(signed <= as_of for signed, *_ in drawn)
            for counts in value.claims.values():
                assert counts.held + counts.pending + counts.failed == value.number
        transaction.set_rollback(True)


def test_evaluations_and_printed_submissions_count_by_their_days():
    document = NormativeDocumentFactory()
    EvaluationFactory(document=document)
    EvaluationFactory(document=document, finished_on=None)
    EvaluationFactory(document=None, document_title="行动计划", office=document.office, finished_on=date(2022, 12, 2))
    GazetteSubmissionFactory(document=document, issue="2022年第4期", printed_on=date(2022, 4, 20))
    assert numbers(document.office, "evaluations", "gazette_printed") == (1, 1)
    assert numbers(document.office, "evaluations", as_of=date(2022, 12, 31)) == (2,)


@pytest.mark.parametrize("rows", [1, 3])
def test_all_numbers_of_documents_take_one_query(rows, django_assert_num_queries):
    office = OfficeFactory()
    for n in range(rows):
        InterpretationFactory(document=NormativeDocumentFactory(benefit=True, signed_on=date(2022, 3, 1) + timedelta(days=n)))
    keys = [key for key in evidence.all_indicators() if key.startswith("documents.")]
    with django_assert_num_queries(1):
        evidence.compute(Scope.of_year(office.pk, 2022), keys)
