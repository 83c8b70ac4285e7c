"""Meetings, their items, yearly reports and ballots."""

from datetime import date

import factory

from gongkai.accountability.models import AccountabilityReport, AgendaItem, Ballot, Meeting

from .accounts import OfficeFactory, SectionFactory


class MeetingFactory(factory.django.DjangoModelFactory):
    """A 局长办公会 held on 15 July 2022 with 20 people; `planned=True` is to be held on 20 December 2022."""

    class Meta:
        model = Meeting

    class Params:
        planned = factory.Trait(planned_on=date(2022, 12, 20), held_on=None, expected=None, present=None)
        cancelled = factory.Trait(planned_on=date(2022, 7, 15), held_on=None, cancelled_on=date(2022, 7, 1), expected=None, present=None)
        integrity = factory.Trait(kind=Meeting.Kind.INTEGRITY)

    office = factory.SubFactory(OfficeFactory)
    kind = Meeting.Kind.DIRECTORS
    title = factory.Sequence(lambda n: f"局长办公会第{n + 1}次会议")
    planned_on = date(2022, 7, 15)
    held_on = date(2022, 7, 15)
    expected = 22
    present = 20


class AgendaItemFactory(factory.django.DjangoModelFactory):
    """The report on openness before a meeting."""

    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    office = factory.SelfAttribute("meeting.office")
    topic = AgendaItem.Topic.OPENNESS
    title = "关于政务公开工作情况的汇报"


class AccountabilityReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AccountabilityReport

    meeting = factory.SubFactory(MeetingFactory, integrity=True)
    office = factory.SelfAttribute("meeting.office")
    section = factory.SubFactory(SectionFactory, office=factory.SelfAttribute("..office"))
    holder = factory.Sequence(lambda n: f"周岚{n}")
    unit = "企业服务科"
    post = "科长"
    way = AccountabilityReport.Way.SPOKEN
    covers_ideology = True


class BallotFactory(factory.django.DjangoModelFactory):
    """Twenty ballots, all returned, eighteen of them 好."""

    class Meta:
        model = Ballot

    report = factory.SubFactory(AccountabilityReportFactory)
    meeting = factory.SelfAttribute("report.meeting")
    office = factory.SelfAttribute("report.office")
    issued = 20
    returned = 20
    good = 18
    fair = 2
