"""催办: level by level as working days run out, once a level, never on a day off, before those it reaches."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.foi import reminding, reminding_rules
from gongkai.foi.models import Reminder
from gongkai.law.calendar import shipped_calendar
from gongkai.law.refusals import Refused
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.foi import ApplicationFactory

BACKEND = "gongkai.accounts.backends.PostBackend"
CALENDAR = shipped_calendar()
LAST = date(2022, 10, 9)  # a Sunday that is worked, after the National Day week


@pytest.mark.parametrize(("today", "level"), [
    (date(2022, 9, 23), None), (date(2022, 9, 26), None), (date(2022, 9, 27), 1), (date(2022, 9, 28), 1), (date(2022, 9, 29), 2), (date(2022, 9, 30), 2),
    (date(2022, 10, 1), None), (date(2022, 10, 7), None), (date(2022, 10, 8), 3), (date(2022, 10, 9), 3), (date(2022, 10, 10), 4),
])  # fmt: skip
def test_the_ladder_over_the_national_day(today, level):
    rung = reminding_rules.rung_on(LAST, today, CALENDAR)
    assert (rung.level if rung else None) == level


@given(st.dates(date(2022, 1, 4), date(2022, 12, 20)), st.integers(0, 40))
def test_the_ladder_only_climbs_and_rests_on_days_off(last, before):
    last = CALENDAR.next_workday(last)
    climbed = [reminding_rules.rung_on(last, last - timedelta(days=before) + timedelta(days=n), CALENDAR) for n in range(before + 12)]
    levels = [one.level for one in climbed if one]
    assert levels == sorted(levels)
    for n, one in enumerate(climbed):
        day = last - timedelta(days=before) + timedelta(days=n)
        assert one is None or CALENDAR.is_workday(day)
    assert reminding_rules.rung_on(None, last, CALENDAR) is None


@pytest.fixture
def office(db):
    return OfficeFactory()


def case(office, **facts):
    return ApplicationFactory(office=office, section=SectionFactory(office=office, name="产业科"), **facts)


def test_each_level_is_told_once_and_a_moved_day_begins_anew(office):
    one = case(office)  # due on 29 March
    assert [len(reminding.remind(office.pk, by=None, today=date(2022, 3, day))) for day in (21, 22, 22, 23, 24, 26, 27, 28, 29, 30)] == [0, 1, 0, 0, 1, 0, 0, 1, 0, 1]
    assert [r.level for r in Reminder.objects.order_by("pk")] == [1, 2, 3, 4]
    assert Entry.objects.filter(verb="foi.reminded").count() == 4
    one.extended_on, one.extended_days, one.consented_by = date(2022, 3, 28), 20, UserFactory(office=office, role=Role.DISCLOSURE_HEAD)
    one.reply_due_on = date(2022, 4, 26)
    one.save()
    assert len(reminding.remind(office.pk, by=None, today=date(2022, 4, 20))) == 1


def test_what_waits_for_others_or_is_closed_is_let_be(office):
    case(office, answered=True)
    case(office, awaiting_correction=True)
    case(office, voided_at="2022-03-02T00:00:00Z")
    assert reminding.ladder(office.pk, date(2022, 3, 29)) == []


def test_nobody_reminds_by_hand_on_a_day_off(office):
    case(office)
    with pytest.raises(Refused, match="不是工作日"):
        reminding.remind(office.pk, by=UserFactory(office=office), today=date(2022, 3, 27))


@pytest.mark.parametrize(("today", "reached"), [
    (date(2022, 3, 22), {"clerk"}), (date(2022, 3, 24), {"clerk", "head"}), (date(2022, 3, 28), {"clerk", "head", "coordinator", "disclosure_head"}),
    (date(2022, 3, 30), {"clerk", "head", "coordinator", "disclosure_head", "deputy_director"}),
])  # fmt: skip
def test_a_reminder_stands_before_those_its_level_reaches(office, today, reached):
    one = case(office)
    people = {role: UserFactory(office=office, role=Role(role), role__section=one.section if role in ("clerk", "head") else None) for role in ("clerk", "head", "coordinator", "disclosure_head", "deputy_director")}
    people["other"] = UserFactory(office=office, role=Role.HEAD, role__section=SectionFactory(office=office, name="别的科"))
    reminding.remind(office.pk, by=None, today=today)
    assert {name for name, user in people.items() if reminding.for_person(user, today)} == reached


def test_a_head_reminds_many_at_once_of_his_section_alone(client, office, monkeypatch):
    mine, other = case(office), ApplicationFactory(office=office, section=SectionFactory(office=office, name="信息化科"))
    monkeypatch.setattr("gongkai.foi.queue_views.timezone.localdate", lambda: date(2022, 3, 28))
    head = UserFactory(office=office, role=Role.HEAD, role__section=mine.section)
    client.force_login(head, backend=BACKEND)
    page = reverse("foi:reminders")
    assert "最后一日前5个工作日起：提醒经办人" in client.get(page).content.decode()
    client.post(page, {"case": [mine.pk, other.pk], "note": "周五前定稿"})
    assert [(r.application, r.note, r.by) for r in Reminder.objects.all()] == [(mine, "周五前定稿", head)]
    client.force_login(UserFactory(office=office, role=Role.CLERK, role__section=mine.section), backend=BACKEND)
    assert client.post(page, {"case": [mine.pk]}).status_code == 403
