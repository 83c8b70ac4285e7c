"""Letters of 青禾市工业和信息化局."""

import json
from datetime import date

import factory

from gongkai.letters.models import Letter

from .accounts import UserFactory
from .foi import ApplicationFactory


class LetterFactory(factory.django.DjangoModelFactory):
    """A draft of a refusal, not signed by anybody."""

    class Meta:
        model = Letter

    class Params:
        case = factory.SubFactory(ApplicationFactory)

    office = factory.SelfAttribute("case.office")
    section = factory.SelfAttribute("case.section")
    subject_kind = "foi.Application"
    subject_id = factory.SelfAttribute("case.pk")
    subject_number = factory.SelfAttribute("case.number")
    kind = "denied_process"
    written_on = date(2022, 3, 20)
    fields = factory.LazyFunction(lambda: json.dumps({"申请人": "许知禾"}, ensure_ascii=False))
    digest = "0" * 64
    drafted_by = factory.SubFactory(UserFactory, office=factory.SelfAttribute("..office"))
