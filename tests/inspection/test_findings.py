"""Findings: which can be vetoes, by when they are put right, what the numbers say of them."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.evidence import queries as evidence
from gongkai.inspection import queries, rules
from gongkai.inspection.models import Finding
from gongkai.law.calendar import shipped_calendar
from gongkai.law.refusals import Refused
from gongkai.registers.actions import change, create
from gongkai.registers.register import get_register
from gongkai.sockets import Scope, duty_sources
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.inspection import FindingFactory

WORK = shipped_calendar()


@pytest.mark.parametrize(("facts", "codes"), [
    pytest.param({}, set(), id="网站栏目不更新"),
    pytest.param({"code": "W1", "is_veto": True}, set(), id="网站单项否决"),
    pytest.param({"code": "other", "is_veto": True}, {"veto_of_nothing"}, id="否决而没有指标"),
    pytest.param({"site": "wechat"}, {"website_code"}, id="网站指标用于公众号"),
    pytest.param({"code": "M2", "site": "wechat"}, set(), id="公众号内容不更新"),
    pytest.param({"code": "M2"}, {"media_code"}, id="新媒体指标用于网站"),
    pytest.param({"fixed_on": date(2022, 3, 4)}, {"no_remedy"}, id="已整改没有措施"),
])
def test_how_a_finding_may_be_recorded(facts, codes):
    clean = dict(code="W4", site="website", is_veto=False, remedy="", fixed_on=None)
    assert {o.code for o in rules.objections_to_finding(**{**clean, **facts})} == codes


@pytest.mark.parametrize(("source", "found", "set_on", "due"), [
    pytest.param("self", date(2022, 3, 1), None, date(2022, 3, 15), id="自查十个工作日"),
    pytest.param("visitor", date(2022, 3, 1), None, date(2022, 3, 4), id="网站找错三个工作日"),
    pytest.param("visitor", date(2022, 9, 30), None, date(2022, 10, 10), id="跨国庆，含调休上班"),
    pytest.param("city", date(2022, 3, 1), date(2022, 3, 5), date(2022, 3, 5), id="检查单位限期，周六也算"),
])
def test_by_when_a_finding_is_put_right(source, found, set_on, due):
    assert rules.fix_clock(source, found, set_on, WORK).last_day == due


@pytest.mark.django_db
def test_a_finding_is_registered_fixed_and_rechecked():
    by, register = UserFactory(), get_register("findings")
    finding = create(register, Finding(office=by.office, source="self", code="W4", site="website", title="栏目不更新", found_on=date(2022, 3, 1)), by=by)
    assert finding.fix_due_on == date(2022, 3, 15)
    with pytest.raises(Refused, match="整改措施"):
        change(register, finding, by=by, fixed_on=date(2022, 3, 4))
    change(register, finding, by=by, fixed_on=date(2022, 3, 4), remedy="补发三条动态")
    assert change(register, finding, by=by, fix_set_on=date(2022, 3, 10)).fix_due_on == date(2022, 3, 10)
    assert queries.stale(by.office_id) == []
    Finding.objects.update(fix_due_on=date(2022, 4, 1))
    assert [(s.stored, s.derived) for s in queries.stale(by.office_id)] == [(date(2022, 4, 1), date(2022, 3, 10))]


@pytest.mark.django_db
@pytest.mark.parametrize("facts", [
    pytest.param({"fixed_on": date(2022, 2, 28)}, id="发现之前整改"),
    pytest.param({"rechecked_on": date(2022, 3, 4)}, id="没有整改就复查"),
    pytest.param({"fixed_on": date(2022, 3, 4), "rechecked_on": date(2022, 3, 3)}, id="复查早于整改"),
])
def test_the_database_refuses_days_that_can_never_be(facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        FindingFactory(**facts)


def part(finding, as_of):
    scope = Scope.of_year(finding.office_id, 2022, as_of)
    return evidence.parts_of(scope, evidence.get_indicator("inspection.findings"), [finding.pk])[finding.pk]["closed"]


@pytest.mark.django_db
@pytest.mark.parametrize(("facts", "as_of", "said"), [
    pytest.param({"closed": True}, date(2022, 11, 30), "held", id="整改并复查"),
    pytest.param({"closed": True}, date(2022, 3, 6), "pending", id="截至日已整改待复查"),
    pytest.param({"closed": True}, date(2022, 3, 3), "pending", id="截至日尚在期限内"),
    pytest.param({"fixed": True}, date(2022, 11, 30), "pending", id="一直没有复查"),
    pytest.param({}, date(2022, 3, 15), "pending", id="最后一日"),
    pytest.param({}, date(2022, 3, 16), "failed", id="逾期"),
])
def test_whether_a_finding_is_closed(facts, as_of, said):
    assert part(FindingFactory(**facts), as_of) == said


days = st.none() | st.integers(0, 30)


@pytest.mark.slow
@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(st.tuples(st.integers(1, 10), days, days, st.booleans()), min_size=1, max_size=8), as_of=st.integers(1, 30))
def test_the_claim_parts_the_findings_whatever_they_hold(drawn, as_of):
    with transaction.atomic():
        office = OfficeFactory()
        for found, fixed, rechecked, veto in drawn:
            start = date(2022, 3, found)
            fixed_on = date(2022, 3, 31) if fixed == 30 else date(2022, 3, max(found, fixed + 1)) if fixed is not None else None
            rechecked_on = max(fixed_on, date(2022, 3, rechecked + 1)) if fixed_on and rechecked is not None else None
            FindingFactory(found_on=start, fixed_on=fixed_on, rechecked_on=rechecked_on, is_veto=veto)
        values = evidence.compute(Scope.of_year(office.pk, 2022, date(2022, 3, as_of)), ["inspection.findings", "inspection.vetoes"])
        assert values["inspection.findings"].number == sum(found <= as_of for found, *_ in drawn)
        assert values["inspection.vetoes"].number == sum(found <= as_of and veto for found, _, _, veto in drawn)
        for value in values.values():
            counts = value.claims["closed"]
            assert counts.held + counts.pending + counts.failed == value.number
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_a_finding_is_owed_until_put_right(rows, django_assert_num_queries):
    office = OfficeFactory()
    for _ in range(rows):
        FindingFactory()
    FindingFactory(fixed=True)
    FindingFactory(voided_at="2022-03-02T00:00:00+08:00")
    produce = duty_sources()["inspection.fix"].produce
    with django_assert_num_queries(2):
        found = list(produce(office.pk, date(2022, 3, 5), date(2022, 3, 16)))
    assert [(d.due_on, d.done_on, d.is_overdue(date(2022, 3, 16))) for d in found] == [(date(2022, 3, 15), None, True)] * rows
    assert len(list(produce(office.pk, date(2022, 3, 1), date(2022, 3, 16)))) == rows + 1
