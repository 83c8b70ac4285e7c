"""Consultations, their announcements and opinions. Days are of 2022 and lawful unless a trait says otherwise."""

from datetime import date

import factory

from gongkai.consultation import actions
from gongkai.consultation.models import (
    Channel,
    Consultation,
    ConsultationNotice,
    Disposition,
    Kind,
    Opinion,
    Source,
)

from .accounts import OfficeFactory, SectionFactory


class ConsultationFactory(factory.django.DjangoModelFactory):
    """Open from 1 March to 31 March 2022; feedback owed by 30 April."""

    class Meta:
        model = Consultation

    class Params:
        fed_back = factory.Trait(feedback_on=date(2022, 4, 20), feedback_url="https://gxj.qinghe.example/zjfk/1.html")
        late = factory.Trait(fed_back=True, feedback_on=date(2022, 5, 5))

    office = factory.SubFactory(OfficeFactory)
    section = factory.SubFactory(SectionFactory, office=factory.SelfAttribute("..office"), name="产业政策与法制科")
    title = factory.Sequence(lambda n: f"青禾市工业发展专项资金管理办法（征求意见稿{n + 1}）")
    kind = Kind.NORMATIVE
    published_on = date(2022, 3, 1)
    ends_on = date(2022, 3, 31)
    ways = "电子邮箱：zqyj@gxj.qinghe.example"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        consultation = model_class(*args, **kwargs)
        actions.derive(consultation)
        consultation.save()
        return consultation


class ConsultationNoticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ConsultationNotice

    consultation = factory.SubFactory(ConsultationFactory)
    office = factory.SelfAttribute("consultation.office")
    section = factory.SelfAttribute("consultation.section")
    channel = Channel.WEBSITE
    posted_on = factory.SelfAttribute("consultation.published_on")
    outlet = "局门户网站“征集调查”栏目"
    url = "https://gxj.qinghe.example/zjdc/1.html"


class OpinionFactory(factory.django.DjangoModelFactory):
    """Received on 20 March 2022, not disposed of."""

    class Meta:
        model = Opinion

    class Params:
        adopted = factory.Trait(disposition=Disposition.ADOPTED)
        declined = factory.Trait(disposition=Disposition.DECLINED, reason="与上位规定不一致")
        fed_back = factory.Trait(adopted=True, fed_back_on=date(2022, 4, 20))
        late = factory.Trait(adopted=True, fed_back_on=date(2022, 5, 5))

    consultation = factory.SubFactory(ConsultationFactory)
    office = factory.SelfAttribute("consultation.office")
    section = factory.SelfAttribute("consultation.section")
    number = factory.Sequence(lambda n: n + 1)
    source = Source.ENTERPRISE
    received_on = date(2022, 3, 20)
    content = "建议将设备投资门槛由五百万元调整为三百万元，联系电话13900005678"
    giver_name = "青禾市穗丰机械有限公司"
    giver_contact = "13900005678"
