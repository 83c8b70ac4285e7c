"""Public concerns. Found at nine in the morning of 1 March 2022, unanswered unless a trait says otherwise."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import factory

from gongkai.concerns import actions
from gongkai.concerns.models import Concern, Grade, Kind, Source

from .accounts import OfficeFactory, SectionFactory

HERE = ZoneInfo("Asia/Shanghai")
FOUND = datetime(2022, 3, 1, 9, tzinfo=HERE)


class ConcernFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Concern

    class Params:
        serious = factory.Trait(grade=Grade.MAJOR, kind=Kind.EMERGENCY)
        responded = factory.Trait(first_response_at=factory.LazyAttribute(lambda o: o.found_at + timedelta(hours=3)))
        late = factory.Trait(first_response_at=factory.LazyAttribute(lambda o: o.found_at + timedelta(hours=49)))

    office = factory.SubFactory(OfficeFactory)
    section = factory.SubFactory(SectionFactory, office=factory.SelfAttribute("..office"), name="企业服务科")
    subject = "园区企业用电价格调整"
    source = Source.HOTLINE
    grade = Grade.ORDINARY
    found_at = FOUND

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        concern = model_class(*args, **kwargs)
        actions.derive(concern)
        concern.save()
        return concern
