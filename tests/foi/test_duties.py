"""What applications oblige the office to on a given day."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.foi.models import Channel
from gongkai.sockets import duty_sources
from tests.factories.foi import ApplicationFactory, ThirdPartyOpinionFactory

pytestmark = pytest.mark.django_db
SINCE = date(2022, 1, 1)


def owed(key: str, office, today: date) -> list:
    return list(duty_sources()[key].produce(office.pk, SINCE, today))


def test_a_reply_is_owed_until_it_is_made():
    application = ApplicationFactory(late=True)
    [duty] = owed("foi.reply", application.office, date(2022, 3, 29))
    assert (duty.subject, duty.due_on, duty.done_on) == (application.number, date(2022, 3, 29), date(2022, 3, 30))
    assert duty.is_open(date(2022, 3, 29)) and not duty.is_overdue(date(2022, 3, 29)) and duty.was_late()
    assert str(application.pk) in duty.url


@pytest.mark.parametrize(
    ("traits", "waiting"),
    [
        pytest.param({"awaiting_correction": True}, "等待申请人补正", id="补正"),
        pytest.param({"fee_noticed_on": date(2022, 3, 4)}, "等待申请人缴费", id="缴费"),
    ],
)
def test_a_waiting_case_names_no_last_day_and_says_why(traits, waiting):
    [duty] = owed("foi.reply", ApplicationFactory(**traits).office, date(2022, 3, 8))
    assert (duty.due_on, duty.waiting) == (None, waiting)


def test_a_case_waiting_for_an_opinion_says_so():
    letter = ThirdPartyOpinionFactory()
    [duty] = owed("foi.reply", letter.office, date(2022, 3, 8))
    assert (duty.due_on, duty.waiting) == (None, "等待征求意见的回复")
    # Fifteen working days after it arrived, silence has taken effect and the days count again.
    [duty] = owed("foi.reply", letter.office, date(2022, 3, 28))
    assert (duty.due_on, duty.waiting) == (date(2022, 4, 21), "")


@pytest.mark.parametrize(
    ("channel", "due", "basis"),
    [
        pytest.param(Channel.POST_PLAIN, date(2022, 3, 1), "条例 31(2)", id="平信当日"),
        pytest.param(Channel.INTERNET, date(2022, 3, 2), "条例 31(3)", id="互联网次一工作日"),
    ],
)
def test_receipt_is_to_be_confirmed(channel, due, basis):
    office = ApplicationFactory(channel=channel).office
    [duty] = owed("foi.confirm_receipt", office, date(2022, 3, 1))
    assert (duty.due_on, duty.basis, duty.done_on) == (due, basis, None)
    assert owed("foi.reply", office, date(2022, 3, 1)) == []


def test_a_counter_application_needs_no_confirming():
    assert owed("foi.confirm_receipt", ApplicationFactory().office, date(2022, 3, 8)) == []


def test_a_lapsed_correction_is_to_be_closed():
    application = ApplicationFactory(awaiting_correction=True)
    [duty] = owed("foi.correction", application.office, date(2022, 3, 10))
    assert (duty.begins_on, duty.due_on, duty.waiting) == (date(2022, 3, 26), date(2022, 4, 1), "等待申请人补正")
    [duty] = owed("foi.correction", application.office, date(2022, 4, 6))
    assert duty.is_overdue(date(2022, 4, 6)) and not duty.waiting


@pytest.mark.parametrize("key", ["foi.reply", "foi.confirm_receipt", "foi.correction", "foi.fee"])
def test_duties_take_the_same_number_of_queries_for_one_case_and_for_more(key):
    numbers = []
    for wanted in (1, 3):
        for _ in range(wanted):
            office = ThirdPartyOpinionFactory(application__awaiting_correction=True, application__channel=Channel.COUNTER).office
            ApplicationFactory(office=office, unconfirmed=True)
            ApplicationFactory(office=office, fee_noticed_on=date(2022, 3, 4))
        with CaptureQueriesContext(connection) as captured:
            assert owed(key, office, date(2022, 3, 8))
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]
