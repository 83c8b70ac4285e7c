"""Matters, guides and changes. Last days are written as the registers write them."""

from datetime import date

import factory

from gongkai.guides import actions, content
from gongkai.guides.models import Guide, Matter, MatterChange

from .accounts import OfficeFactory
from .publishing import ColumnFactory


class MatterFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Matter

    office = factory.SubFactory(OfficeFactory)
    name = factory.Sequence(lambda n: f"技术改造项目备案（之{n}）")
    kind = Matter.Kind.FILING
    code = factory.Sequence(lambda n: f"0000{n:08d}")
    basis = "《企业投资项目核准和备案管理条例》第十三条"
    listed_on = date(2020, 1, 1)


class GuideFactory(factory.django.DjangoModelFactory):
    """A complete guide public since 1 April 2022 as it stands, on record so; `draft=True` has only its title."""

    class Meta:
        model = Guide

    class Params:
        draft = factory.Trait(
            conditions="", materials="", steps="", place="", agency="", fees="", hours="", phone="", published_on=None, published_elsewhere=""
        )

    matter = factory.SubFactory(MatterFactory)
    office = factory.SelfAttribute("matter.office")
    column = factory.SubFactory(ColumnFactory, office=factory.SelfAttribute("..office"))
    title = factory.SelfAttribute("matter.name")
    conditions = "<p>在青禾市登记注册的企业。</p>"
    materials = "<ul><li>项目备案表</li><li>营业执照复印件</li></ul>"
    steps = "<p>网上提交，当场办结。</p>"
    place = "青禾市政务服务中心二楼3号窗口"
    agency = "青禾市工业和信息化局"
    fees = "不收费"
    hours = "工作日9:00—12:00，14:00—17:00"
    phone = "0000-8800001"
    published_on = date(2022, 4, 1)
    published_elsewhere = "青禾市政务服务网"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        guide = model_class(*args, **kwargs)
        if guide.published_elsewhere and guide.released is None:
            guide.released = content.snapshot(guide)
        guide.save()
        return guide


class MatterChangeFactory(factory.django.DjangoModelFactory):
    """An adjustment proposed, reviewed and in force in June 2022.

    Traits: `proposed` (only that), `rectification` (a 整改 demanded on Wednesday 1 June 2022, not done),
    `done` (in force on 20 June).
    """

    class Meta:
        model = MatterChange

    class Params:
        proposed = factory.Trait(reviewed_on=None, effective_on=None)
        rectification = factory.Trait(kind=MatterChange.Kind.RECTIFIED, reviewed_on=None, effective_on=None)
        done = factory.Trait(reviewed_on=date(2022, 6, 15), effective_on=date(2022, 6, 20))

    matter = factory.SubFactory(MatterFactory)
    office = factory.SelfAttribute("matter.office")
    kind = MatterChange.Kind.ADJUSTED
    target = MatterChange.Target.BOTH
    proposed_on = date(2022, 6, 1)
    reviewed_on = date(2022, 6, 10)
    effective_on = date(2022, 6, 20)
    reason = "上级目录调整"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        change = model_class(*args, **kwargs)
        actions.derive_change(change)
        change.save()
        return change
