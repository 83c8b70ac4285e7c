"""Benefit policies of 青禾市 and what was done with them on the platform."""

from datetime import date

import factory

from gongkai.benefits.models import BenefitPolicy, BenefitUpdate

from .accounts import OfficeFactory


class BenefitPolicyFactory(factory.django.DjangoModelFactory):
    """A city policy of 1 March 2022 without a term; `expired=True` was valid until Friday 30 September 2022."""

    class Meta:
        model = BenefitPolicy

    class Params:
        expired = factory.Trait(effective_on=date(2022, 3, 1), expires_on=date(2022, 9, 30))

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda n: f"青禾市技术改造奖补政策（之{n}）")
    issuer = "青禾市工业和信息化局"
    support = BenefitPolicy.Support.REWARD
    published_on = date(2022, 3, 1)
    published_elsewhere = "青禾市惠企政策平台"


class BenefitUpdateFactory(factory.django.DjangoModelFactory):
    """The policy put on the platform on 10 March 2022; `adjusted=True`, `removed=True` are the other kinds."""

    class Meta:
        model = BenefitUpdate

    class Params:
        adjusted = factory.Trait(kind=BenefitUpdate.Kind.ADJUSTED)
        removed = factory.Trait(kind=BenefitUpdate.Kind.REMOVED, reason="政策失效")

    policy = factory.SubFactory(BenefitPolicyFactory)
    office = factory.SelfAttribute("policy.office")
    kind = BenefitUpdate.Kind.ADDED
    updated_on = date(2022, 3, 10)
    platform = "青禾市惠企政策平台"
