"""The numbers, the duty and the verb of benefit policies."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from gongkai.audit.models import Entry
from gongkai.benefits import actions, queries
from gongkai.benefits.models import BenefitPolicy, BenefitUpdate
from gongkai.evidence import queries as evidence
from gongkai.law.refusals import Refused
from gongkai.registers.actions import create
from gongkai.registers.register import get_register
from gongkai.sockets import Scope, duty_sources
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.benefits import BenefitPolicyFactory, BenefitUpdateFactory

pytestmark = pytest.mark.django_db
KEYS = ("benefits.updated", "benefits.updates")


def numbers(office, as_of=date(2022, 11, 30)):
    return tuple(evidence.compute(Scope.of_year(office.pk, 2022, as_of), KEYS)[key].number for key in KEYS)


def duties(office, today, since=date(2022, 1, 1)):
    return [(d.subject, d.due_on, d.done_on) for d in duty_sources()["benefits.delist"].produce(office.pk, since, today)]


@pytest.mark.parametrize(("facts", "counted"), [
    pytest.param({}, (1, 1), id="新增"),
    pytest.param({"removed": True}, (1, 1), id="下架也是更新"),
    pytest.param({"updated_on": date(2022, 11, 30)}, (1, 1), id="截至日当天"),
    pytest.param({"updated_on": date(2022, 12, 1)}, (0, 0), id="截至日之后"),
    pytest.param({"updated_on": date(2021, 12, 31)}, (0, 0), id="上一年"),
    pytest.param({"voided_at": timezone.now()}, (0, 0), id="更新已作废"),
    pytest.param({"policy__voided_at": timezone.now()}, (0, 0), id="政策已作废"),
])
def test_what_an_update_counts_towards(facts, counted):
    assert numbers(BenefitUpdateFactory(**facts).office) == counted


def test_a_policy_updated_three_times_is_one_policy():
    first = BenefitUpdateFactory()
    BenefitUpdateFactory(policy=first.policy, adjusted=True, updated_on=date(2022, 5, 1))
    BenefitUpdateFactory(policy=first.policy, adjusted=True, updated_on=date(2022, 6, 1))
    BenefitUpdateFactory()
    BenefitUpdateFactory(policy__office=OfficeFactory(name="青禾市商务局"))
    assert numbers(first.office) == (2, 4)


def test_whether_it_is_on_the_platform_follows_from_the_last_update():
    policy = BenefitPolicyFactory()
    assert not queries.is_listed(policy)
    BenefitUpdateFactory(policy=policy)
    assert queries.is_listed(policy)
    BenefitUpdateFactory(policy=policy, removed=True, updated_on=date(2022, 6, 1))
    assert not queries.is_listed(policy)
    BenefitUpdateFactory(policy=policy, updated_on=date(2022, 7, 1))
    assert queries.is_listed(policy)
    BenefitUpdateFactory(policy=policy, removed=True, updated_on=date(2022, 8, 1), voided_at=timezone.now())
    assert queries.is_listed(policy), "作废的下架不算"


def test_taking_down_leaves_an_update_and_a_log_row():
    update = BenefitUpdateFactory()
    clerk = UserFactory(name="林禾")
    removal = actions.take_down(update.policy, on=date(2022, 7, 1), reason=" 已被新办法取代 ", by=clerk)
    assert (removal.kind, removal.updated_on, removal.platform, removal.reason) == ("removed", date(2022, 7, 1), update.platform, "已被新办法取代")
    assert not queries.is_listed(update.policy)
    assert list(Entry.objects.order_by("id").values_list("verb", flat=True)) == ["registers.added", "benefits.removed"]


@pytest.mark.parametrize(("listed", "reason", "on", "code"), [
    pytest.param(False, "已失效", date(2022, 7, 1), "not_listed", id="不在平台上"),
    pytest.param(True, " ", date(2022, 7, 1), "no_reason", id="未写原因"),
    pytest.param(True, "已失效", date(2022, 2, 1), "before_publication", id="早于发布"),
])
def test_taking_down_is_refused(listed, reason, on, code):
    policy = BenefitPolicyFactory()
    if listed:
        BenefitUpdateFactory(policy=policy)
    with pytest.raises(Refused) as refused, transaction.atomic():
        actions.take_down(policy, on=on, reason=reason, by=UserFactory())
    assert [o.code for o in refused.value.objections] == [code]
    assert not policy.updates.filter(kind="removed").exists()


def test_what_has_expired_comes_down_once():
    listed = BenefitUpdateFactory(policy__expired=True).policy
    BenefitPolicyFactory(expired=True)  # never on the platform
    BenefitUpdateFactory()  # without a term
    office, day = listed.office, date(2022, 10, 1)
    assert actions.take_down_expired(office, today=date(2022, 9, 30)) == [], "有效期最后一日仍有效"
    assert actions.take_down_expired(office, today=day, dry_run=True) == [listed]
    assert queries.is_listed(listed)
    assert actions.take_down_expired(office, today=day) == [listed]
    assert actions.take_down_expired(office, today=day) == []
    (removal,) = BenefitUpdate.objects.filter(kind="removed")
    assert removal.reason == "政策有效期至2022年9月30日，已失效"


def test_an_expired_policy_is_owed_a_removal():
    policy = BenefitUpdateFactory(policy__expired=True).policy
    BenefitPolicyFactory(expired=True)
    office, name = policy.office, str(policy)
    assert duties(office, date(2022, 9, 29)) == []
    assert duties(office, date(2022, 11, 30)) == [(name, date(2022, 10, 8), None)]
    actions.take_down(policy, on=date(2022, 10, 10), reason="已失效", by=UserFactory())
    assert duties(office, date(2022, 11, 30)) == [(name, date(2022, 10, 8), date(2022, 10, 10))]
    assert duties(office, date(2022, 11, 30), since=date(2022, 11, 1)) == [], "已履行的不再提醒"


def test_the_duty_asks_as_often_for_three_as_for_one(django_assert_num_queries):
    office = BenefitUpdateFactory(policy__expired=True).office
    for _ in range(2):
        BenefitUpdateFactory(policy__expired=True)
    with django_assert_num_queries(3):
        assert len(duties(office, date(2022, 11, 30))) == 3


def test_the_register_refuses_what_the_law_objects_to():
    policy = BenefitPolicyFactory.build(office=OfficeFactory(), outcome="发放12户", published_on=date(2022, 8, 1))
    with pytest.raises(Refused, match="监督投诉渠道"):
        create(get_register("benefit-policies"), policy, by=UserFactory())
    assert not BenefitPolicy.objects.exists()


def test_the_database_refuses_a_removal_without_a_reason():
    with pytest.raises(IntegrityError), transaction.atomic():
        BenefitUpdateFactory(kind="removed", reason="")


def test_the_public_sees_no_voided_policy():
    shown, _hidden = BenefitPolicyFactory(), BenefitPolicyFactory(voided_at=timezone.now())
    assert list(BenefitPolicy.objects.public()) == [shown]
