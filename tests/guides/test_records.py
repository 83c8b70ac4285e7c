"""The catalogue on a day, the numbers, the duty and the verbs of matters and guides."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.audit.models import Entry
from gongkai.evidence import queries as evidence
from gongkai.guides import actions, queries
from gongkai.guides.models import Guide, Matter, MatterChange
from gongkai.law.refusals import Refused
from gongkai.registers.actions import change, create
from gongkai.registers.register import get_register
from gongkai.sockets import Scope, duty_sources, get_indicator, search_sources
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.guides import GuideFactory, MatterChangeFactory, MatterFactory

pytestmark = pytest.mark.django_db
NOVEMBER = date(2022, 11, 30)


def value(office, key, as_of=NOVEMBER):
    key = f"guides.{key}"
    return evidence.compute(Scope.of_year(office.pk, 2022, as_of), [key])[key]


# -- The catalogue ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("history", "on", "stands"), [
    pytest.param([], date(2022, 6, 1), True, id="列入后没有变更"),
    pytest.param([], date(2019, 12, 31), False, id="尚未列入"),
    pytest.param([("cancelled", date(2022, 6, 1))], date(2022, 6, 1), False, id="取消生效当天"),
    pytest.param([("cancelled", date(2022, 6, 1))], date(2022, 5, 31), True, id="取消生效前一天"),
    pytest.param([("adjusted", date(2022, 6, 1))], date(2022, 6, 2), True, id="调整不是取消"),
    pytest.param([("cancelled", date(2022, 6, 1)), ("admitted", date(2022, 9, 1))], date(2022, 9, 1), True, id="取消后重新进驻"),
    pytest.param([("cancelled", date(2022, 6, 1)), ("admitted", date(2022, 9, 1))], date(2022, 8, 31), False, id="重新进驻之前"),
    pytest.param([("cancelled", date(2022, 6, 1)), ("added", date(2022, 7, 1)), ("cancelled", date(2022, 8, 1))], NOVEMBER, False, id="两次取消"),
    pytest.param([("cancelled", None)], NOVEMBER, True, id="取消尚未生效"),
])
def test_whether_a_matter_stands_on_a_day(history, on, stands):
    matter = MatterFactory()
    for kind, day in history:
        dates = {"proposed_on": day, "reviewed_on": day, "effective_on": day} if day else {"proposed": True}
        MatterChangeFactory(matter=matter, kind=kind, **dates)
    MatterChangeFactory(matter=MatterFactory(), kind="cancelled", effective_on=date(2022, 6, 20))  # another's
    assert queries.standing(matter.office, on).filter(pk=matter.pk).exists() is stands


def test_the_number_of_matters_is_that_of_the_day():
    matter = MatterFactory()
    MatterFactory(listed_on=date(2022, 12, 1))
    MatterFactory(voided_at=timezone.now())
    MatterChangeFactory(matter=matter, kind="cancelled", effective_on=date(2022, 12, 5))
    assert (value(matter.office, "matters").number, value(matter.office, "matters", date(2022, 12, 31)).number) == (1, 1)
    MatterFactory()
    assert value(matter.office, "matters").number == 2


@pytest.mark.parametrize(("facts", "counted"), [
    pytest.param({}, 1, id="本年生效的调整"),
    pytest.param({"kind": "admitted"}, 1, id="进驻"),
    pytest.param({"kind": "cancelled"}, 1, id="取消"),
    pytest.param({"proposed": True}, 0, id="尚未生效"),
    pytest.param({"effective_on": date(2022, 12, 1)}, 0, id="截至日之后生效"),
    pytest.param({"proposed_on": date(2021, 12, 1), "reviewed_on": date(2021, 12, 20), "effective_on": date(2022, 1, 1)}, 1, id="上年提出本年生效"),
    pytest.param({"kind": "rectified"}, 0, id="整改另计"),
    pytest.param({"voided_at": timezone.now()}, 0, id="已作废"),
    pytest.param({"matter__voided_at": timezone.now()}, 0, id="事项已作废"),
])
def test_what_counts_as_a_change(facts, counted):
    assert value(MatterChangeFactory(**facts).office, "changes").number == counted


# -- 整改 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("facts", "part"), [
    pytest.param({"reviewed_on": date(2022, 6, 15), "effective_on": date(2022, 6, 20)}, "held", id="已完成"),
    pytest.param({"reviewed_on": date(2022, 6, 15), "effective_on": date(2022, 8, 1)}, "held", id="逾期后完成也是完成"),
    pytest.param({"rectification": True, "proposed_on": date(2022, 11, 15)}, "pending", id="尚在期限内"),
    pytest.param({"rectification": True, "wanted_by_on": NOVEMBER}, "pending", id="截至日是最后一日"),
    pytest.param({"rectification": True}, "failed", id="逾期未完成"),
    pytest.param({"reviewed_on": date(2022, 12, 1), "effective_on": date(2022, 12, 2)}, "failed", id="截至日之后才完成"),
])
def test_where_a_demand_to_put_right_stands(facts, part):
    rectification = MatterChangeFactory(**{"kind": "rectified", **facts})
    found = value(rectification.office, "rectified")
    assert found.number == 1
    assert {p: getattr(found.claims["done"], p) for p in evidence.PARTS} == {p: int(p == part) for p in evidence.PARTS}


days = st.dates(date(2021, 12, 20), date(2022, 12, 31))


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(demands=st.lists(st.tuples(days, st.none() | st.integers(0, 60), st.none() | st.integers(0, 60)), min_size=1, max_size=8), as_of=st.dates(date(2022, 1, 1), date(2022, 12, 31)))
def test_the_demands_are_parted_into_held_pending_and_failed(demands, as_of):
    with transaction.atomic():
        office, matter = OfficeFactory(), MatterFactory()
        for proposed_on, wanted_after, done_after in demands:
            done_on = proposed_on.fromordinal(proposed_on.toordinal() + done_after) if done_after is not None else None
            wanted_by_on = proposed_on.fromordinal(proposed_on.toordinal() + wanted_after) if wanted_after is not None else None
            MatterChangeFactory(matter=matter, kind="rectified", proposed_on=proposed_on, wanted_by_on=wanted_by_on, reviewed_on=done_on, effective_on=done_on)
        found = value(office, "rectified", as_of)
        counts = found.claims["done"]
        assert counts.held + counts.pending + counts.failed == found.number
        transaction.set_rollback(True)


def test_an_unfinished_demand_is_named_with_its_last_day():
    rectification = MatterChangeFactory(rectification=True)
    claim = get_indicator("guides.rectified").claim("done")
    assert claim.exception(rectification) == f"{rectification.matter.name}（6月30日到期）"


def test_a_demand_is_owed_until_done(django_assert_num_queries):
    open_, done = MatterChangeFactory(rectification=True), MatterChangeFactory(kind="rectified")
    MatterChangeFactory(proposed=True)  # an adjustment owes nothing
    MatterChangeFactory(rectification=True, voided_at=timezone.now())
    produce = duty_sources()["guides.rectify"].produce
    with django_assert_num_queries(2):
        found = list(produce(open_.office_id, date(2022, 1, 1), NOVEMBER))
    assert [(d.subject, d.due_on, d.done_on, d.is_overdue(NOVEMBER)) for d in found] == [
        (open_.matter.name, date(2022, 6, 30), None, True), (done.matter.name, date(2022, 6, 30), date(2022, 6, 20), False),
    ]  # fmt: skip
    assert [d.subject for d in produce(open_.office_id, date(2022, 7, 1), NOVEMBER)] == [open_.matter.name]


def test_the_stored_last_day_follows_every_change_of_its_facts():
    register, clerk = get_register("matter-changes"), UserFactory()
    demand = create(register, MatterChangeFactory.build(matter=MatterFactory(), office=OfficeFactory(), rectification=True), by=clerk)
    assert demand.rectify_due_on == date(2022, 6, 30)
    assert change(register, demand, by=clerk, wanted_by_on=date(2022, 6, 10)).rectify_due_on == date(2022, 6, 10)
    assert demand.rectify_due_on_basis.startswith("本机关自定") and "第二十六条" in demand.rectify_due_on_basis
    demand = change(register, demand, by=clerk, wanted_by_on=None, kind="adjusted")
    assert demand.rectify_due_on is None and queries.stale(demand.office_id) == []


def test_a_stored_day_that_no_longer_follows_is_found():
    demand = MatterChangeFactory(rectification=True)
    MatterChange.objects.filter(pk=demand.pk).update(rectify_due_on=date(2022, 7, 1))
    assert [(s.record, s.field, s.stored, s.derived) for s in queries.stale(demand.office_id)] == [
        (demand, "rectify_due_on", date(2022, 7, 1), date(2022, 6, 30))
    ]


# -- Verbs, guides, what the database refuses ------------------------------------------------------------------------


def test_a_change_is_reviewed_and_then_in_force():
    proposed, head = MatterChangeFactory(proposed=True), UserFactory(name="周岚")
    actions.review(proposed, on=date(2022, 6, 10), by=head)
    found = actions.bring_into_force(proposed, on=date(2022, 7, 1), by=head)
    assert (found.reviewed_on, found.effective_on) == (date(2022, 6, 10), date(2022, 7, 1))
    assert list(Entry.objects.order_by("id").values_list("verb", "actor_name")) == [("guides.reviewed", "周岚"), ("guides.in_force", "周岚")]


@pytest.mark.parametrize(("verb", "facts", "on", "code"), [
    pytest.param("bring_into_force", {"proposed": True}, date(2022, 6, 20), "wrong_state", id="未审核不能生效"),
    pytest.param("review", {}, date(2022, 6, 20), "wrong_state", id="已生效的不能再审核"),
    pytest.param("review", {"proposed": True}, date(2022, 5, 1), "reviewed_before_proposed", id="审核早于提出"),
    pytest.param("bring_into_force", {"effective_on": None}, date(2022, 6, 1), "effective_before_review", id="生效早于审核"),
])
def test_what_may_not_be_done_to_a_change(verb, facts, on, code):
    found = MatterChangeFactory(**facts)
    before = MatterChange.objects.values().get(pk=found.pk)
    with pytest.raises(Refused) as refused, transaction.atomic():
        getattr(actions, verb)(found, on=on, by=UserFactory())
    assert [o.code for o in refused.value.objections] == [code]
    assert MatterChange.objects.values().get(pk=found.pk) == before and not Entry.objects.exists()


def test_the_database_refuses_effect_without_review():
    with pytest.raises(IntegrityError), transaction.atomic():
        MatterChangeFactory(reviewed_on=None)


@pytest.mark.parametrize(("facts", "sentence"), [
    pytest.param({"steps": "<p> </p>"}, "发布的办事指南应当明确办理流程", id="空段落不算流程"),
    pytest.param({"matter__kind": "penalty"}, "“行政处罚”不是依申请办理的政务服务事项，不编制办事指南", id="行政处罚没有指南"),
])
def test_the_register_refuses_a_guide(facts, sentence):
    kept = GuideFactory()
    guide = Guide(**{f.attname: getattr(kept, f.attname) for f in Guide._meta.concrete_fields if f.name != "id"})
    if kind := facts.pop("matter__kind", None):
        guide.matter = MatterFactory(kind=kind)
    for name, text in facts.items():
        setattr(guide, name, text)
    with pytest.raises(Refused, match=sentence):
        create(get_register("guides"), guide, by=UserFactory())


def test_a_draft_says_what_it_lacks():
    assert GuideFactory(draft=True).missing == "受理条件、办事材料、办理流程、办理地点、办理机构、收费标准、办理时间、联系电话"
    assert GuideFactory().missing == ""


def test_the_public_sees_published_guides_of_standing_records():
    shown = GuideFactory()
    for facts in ({"draft": True}, {"withdrawn_on": date(2022, 5, 1)}, {"voided_at": timezone.now()}, {"live": False}, {"published_elsewhere": ""}):
        GuideFactory(**facts)
    assert list(Guide.objects.public()) == [shown]
    assert Matter.objects.public().filter(pk=shown.matter_id).exists()


# -- Search ------------------------------------------------------------------------------------------------------------


def test_search_finds_a_guide_by_its_matter_and_its_steps_while_it_is_out():
    guide = GuideFactory(title="技改备案办事指南", steps="<p>网上提交后三个工作日办结</p>")
    GuideFactory(matter__office=guide.office, draft=True)
    (found,) = search_sources()["guide"].produce(guide.office_id)
    assert (found.kind, found.path, found.column) == ("guide", f"guides/{guide.pk}.html", guide.column.name)
    assert guide.matter.name in found.body and "三个工作日办结" in found.body and "<p>" not in found.body
    Guide.objects.filter(pk=guide.pk).update(withdrawn_on=date(2022, 9, 1))
    assert list(search_sources()["guide"].find(guide.office_id, [f"guide:{guide.pk}"])) == []
