"""What applications oblige the office to on a given day."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.foi import actions
from gongkai.foi.models import Channel, ConsultedKind
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


def test_a_letter_nobody_signed_for_is_asked_after():
    letter = ThirdPartyOpinionFactory(received_by_on=None)
    [duty] = owed("foi.consulted", letter.office, date(2022, 3, 8))
    assert (duty.subject, duty.due_on, duty.done_on) == (letter.application.number, date(2022, 3, 14), None) and "是否送达" in duty.title
    letter.received_by_on = date(2022, 3, 10)
    letter.save()
    [duty] = owed("foi.consulted", letter.office, date(2022, 3, 15))
    assert duty.done_on == date(2022, 3, 10) and not duty.was_late()


def test_a_letter_that_came_back_is_found_out_and_its_days_count_again():
    letter = ThirdPartyOpinionFactory(received_by_on=None)
    assert actions.Application.objects.get(pk=letter.application_id).reply_due_on is None
    letter.returned_on = date(2022, 3, 16)
    letter.save()
    [duty] = owed("foi.consulted", letter.office, date(2022, 3, 17))
    assert duty.done_on == date(2022, 3, 16) and duty.was_late()
    # Nine working days did not count: those after the 3rd, through the 16th.
    assert actions.Application.objects.get(pk=letter.application_id).reply_due_on == date(2022, 4, 12)


def test_another_agency_that_does_not_answer_is_reminded():
    letter = ThirdPartyOpinionFactory(kind=ConsultedKind.AGENCY)
    served, answer = owed("foi.consulted", letter.office, date(2022, 3, 28))
    assert not served.is_open(date(2022, 3, 28)) and (answer.title, answer.due_on, answer.basis) == ("催其他机关回复意见", date(2022, 3, 25), "条例 33.3")
    assert answer.is_overdue(date(2022, 3, 28))


def test_a_third_party_who_has_the_letter_is_not_chased_since_silence_ends_it():
    letter = ThirdPartyOpinionFactory()
    assert [one for one in owed("foi.consulted", letter.office, date(2022, 3, 28)) if one.is_open(date(2022, 3, 28))] == []


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


@pytest.mark.parametrize("key", ["foi.reply", "foi.consulted", "foi.confirm_receipt", "foi.correction", "foi.fee"])
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
