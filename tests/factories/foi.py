"""Applications in each of their states. Days are of 2022 and lawful unless a trait says otherwise."""

from datetime import UTC, date, datetime

import factory

from gongkai.accounts.roles import Role
from gongkai.foi import actions, public_actions
from gongkai.foi.models import (
    AnswerDay,
    Applicant,
    ApplicantCategory,
    Application,
    Channel,
    ConsultedKind,
    Delivery,
    Filing,
    HandedIn,
    Paper,
    Rectification,
    ThirdPartyOpinion,
)

from .accounts import OfficeFactory, SectionFactory, UserFactory

#: The query code of every filing made here.
CODE = "K7PM-3QXT-9WCD"


class ApplicationFactory(factory.django.DjangoModelFactory):
    """Handed in at the counter on 1 March 2022, last day 29 March; open unless a trait says otherwise."""

    class Meta:
        model = Application

    class Params:
        unconfirmed = factory.Trait(channel=Channel.INTERNET)
        awaiting_correction = factory.Trait(correction_asked_on=date(2022, 3, 4), correction_due_on=date(2022, 3, 25))
        corrected = factory.Trait(awaiting_correction=True, corrected_on=date(2022, 3, 15))
        extended = factory.Trait(
            extended_on=date(2022, 3, 28), extended_days=20, consented_by=factory.SubFactory(UserFactory, role=Role.DISCLOSURE_HEAD)
        )
        answered = factory.Trait(result="granted", delivery=Delivery.POST, dispatched_on=date(2022, 3, 29))
        late = factory.Trait(answered=True, dispatched_on=date(2022, 3, 30))
        withdrawn = factory.Trait(result="withdrawn", withdrawn_on=date(2022, 3, 10))

    office = factory.SubFactory(OfficeFactory)
    section = factory.SubFactory(SectionFactory, office=factory.SelfAttribute("..office"), name="产业政策与法制科")
    number = factory.Sequence(lambda n: f"青工信公开申〔2022〕{n + 1}号")
    channel = Channel.COUNTER
    handed_in_on = date(2022, 3, 1)
    applicant_category = ApplicantCategory.NATURAL
    subject = "技术改造专项资金分配结果"
    description = "2021年度技术改造专项资金分配结果及依据"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        application = model_class(*args, **kwargs)
        actions.derive(application)
        application.save()
        return application


class ApplicantFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Applicant

    application = factory.SubFactory(ApplicationFactory)
    name = "林溪桥"
    id_number = "990101199003071234"
    phone = "13900001234"
    address = "青禾市禾苑路12号3栋502房"
    email = "linxiqiao@example.cn"


class ThirdPartyOpinionFactory(factory.django.DjangoModelFactory):
    """A letter sent on 3 March 2022 and received the next day, unanswered."""

    class Meta:
        model = ThirdPartyOpinion

    application = factory.SubFactory(ApplicationFactory)
    office = factory.SelfAttribute("application.office")
    section = factory.SelfAttribute("application.section")
    kind = ConsultedKind.THIRD_PARTY
    name = "青禾市穗丰机械有限公司"
    sent_on = date(2022, 3, 3)
    received_by_on = date(2022, 3, 4)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        letter = model_class(*args, **kwargs)
        actions.derive_letter(letter)
        letter.save()
        return letter


class RectificationFactory(factory.django.DjangoModelFactory):
    """Asked on 1 March 2022, not settled."""

    class Meta:
        model = Rectification

    office = factory.SubFactory(OfficeFactory)
    section = factory.SubFactory(SectionFactory, office=factory.SelfAttribute("..office"))
    number = factory.Sequence(lambda n: f"青工信公开更〔2022〕{n + 1}号")
    received_on = date(2022, 3, 1)
    subject = "名录中的地址有误"
    person = "林溪桥"
    asked = "12号应为21号"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        item = model_class(*args, **kwargs)
        actions.derive_rectification(item)
        item.save()
        return item


class FilingFactory(factory.django.DjangoModelFactory):
    """Came over the website on 1 March 2022; its code is CODE."""

    class Meta:
        model = Filing

    application = factory.SubFactory(ApplicationFactory, unconfirmed=True)
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    code_hash = factory.LazyFunction(lambda: public_actions.code_hash(CODE))
    at = datetime(2022, 3, 1, 9, tzinfo=UTC)


class HandedInFactory(factory.django.DjangoModelFactory):
    """A correction handed in on 10 March 2022."""

    class Meta:
        model = HandedIn

    application = factory.SubFactory(ApplicationFactory, awaiting_correction=True)
    kind = HandedIn.Kind.CORRECTION
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    text = "指2021年第二批技术改造资金"
    on = date(2022, 3, 10)
    at = datetime(2022, 3, 10, 9, tzinfo=UTC)


class PaperFactory(factory.django.DjangoModelFactory):
    """A picture of an identity card."""

    class Meta:
        model = Paper

    application = factory.SubFactory(ApplicationFactory)
    office = factory.SelfAttribute("application.office")
    token_hash = "0" * 64
    name = "林溪桥身份证.png"
    kind = "png"
    size = 4
    content = "iVBORw=="
    at = datetime(2022, 3, 1, 9, tzinfo=UTC)


class AnswerDayFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AnswerDay
        django_get_or_create = ("office", "day")

    office = factory.SubFactory(OfficeFactory)
    day = date(2022, 3, 1)
    shown = 3
    opened = 2
    submitted = 1
