"""What lies on the desks on the day the demo is loaded, whichever day that is."""

from datetime import date, datetime, time

import pytest

from gongkai.demo import bureau, underway
from gongkai.demo.deeds import ZONE
from gongkai.demo.play import Player
from gongkai.foi.models import Application
from gongkai.foi.rules import State
from gongkai.law.calendar import shipped_calendar
from gongkai.reviewing.models import Submission

DAYS = [
    pytest.param(date(2026, 11, 26), id="平日"),
    pytest.param(date(2025, 10, 5), id="国庆假期"),
    pytest.param(date(2026, 1, 4), id="元旦后调休的星期日"),
    pytest.param(date(2027, 3, 1), id="来年，放假通知还没有登记"),
]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("today", DAYS)
def test_each_queue_has_something_in_it_and_nothing_is_late(today):
    cast, calendar = bureau.settle(2022), shipped_calendar()
    now = datetime.combine(today, time(9), ZONE)
    deeds = sorted(underway.deeds(calendar, 7, today), key=lambda deed: deed.at)
    assert all(deed.at <= now for deed in deeds)
    Player(cast).play(deeds)
    cases = Application.objects.all()
    states = {case.state for case in cases}
    assert {State.UNCONFIRMED, State.OPEN, State.AWAITING_CORRECTION} < states and len(states) >= 5
    owed = [case.reply_due_on for case in cases if case.closed_on is None and case.reply_due_on]
    assert min(owed) >= today and calendar.between(today, min(owed)) <= 3
    assert cases.filter(opinions__opinion_on=None, opinions__received_by_on__isnull=False, closed_on=None).exists()
    assert cases.filter(extended_on__isnull=False, closed_on=None).exists()
    assert sorted(submission.looks.count() for submission in Submission.objects.all()) == [0, 2]
