"""Events, the enterprises that came, and interviews."""

from datetime import date

import factory

from gongkai.events.models import Attendance, Event, Interview
from gongkai.events.rules import check_character

from .accounts import OfficeFactory


def credit_code(n: int) -> str:
    """The n-th made-up code, with its right check character (登记机关行政区划 000000 exists nowhere)."""
    body = f"91000000MA{n:07d}"
    return body + check_character(body)


class EventFactory(factory.django.DjangoModelFactory):
    """A briefing of the office's own, planned for and held on 20 May 2022.

    Traits: `planned` (not held yet), `cancelled`, `unplanned` (held, on no plan), `supported` (somebody else's).
    """

    class Meta:
        model = Event

    class Params:
        planned = factory.Trait(held_on=None)
        cancelled = factory.Trait(held_on=None, cancelled_on=date(2022, 5, 18), cancel_reason="场地停用")
        unplanned = factory.Trait(planned_on=None)
        supported = factory.Trait(part=Event.Part.SUPPORT, host="青禾市人力资源和社会保障局")

    office = factory.SubFactory(OfficeFactory)
    kind = Event.Kind.BRIEFING
    mode = Event.Mode.BOTH
    title = factory.Sequence(lambda n: f"惠企政策宣讲会第{n + 1}场")
    planned_on = date(2022, 5, 20)
    held_on = date(2022, 5, 20)


class AttendanceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attendance

    event = factory.SubFactory(EventFactory)
    office = factory.SelfAttribute("event.office")
    enterprise = factory.Sequence(lambda n: f"青禾精工制造{n}有限公司")
    credit_code = factory.Sequence(credit_code)
    persons = 1
    way = Attendance.Way.ON_SITE


class InterviewFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Interview

    office = factory.SubFactory(OfficeFactory)
    interviewed_on = date(2022, 6, 8)
    media = "青禾日报"
    media_kind = Interview.MediaKind.PAPER
    subject = factory.Sequence(lambda n: f"制造业数字化转型进展（之{n}）")
