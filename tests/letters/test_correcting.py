"""A mistyped day of delivery is put right with its reason; the deed stays, the case follows, its clock is folded again."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.audit.queries import told
from gongkai.foi import actions, queries
from gongkai.foi.models import Remedy
from gongkai.law.refusals import Refused
from gongkai.letters import actions as letters
from gongkai.letters.models import DayCorrection, Delivery, Letter
from tests.factories.accounts import UserFactory
from tests.foi.test_by_letter import MARCH, Office

pytestmark = pytest.mark.django_db
BACKEND = "gongkai.accounts.backends.PostBackend"


@pytest.fixture
def office(db):
    return Office()


def put_right(office, letter, on, of="delivery", reason="寄件底单为准"):
    letters.correct_day(Letter.objects.get(pk=letter.pk), by=office.consenting, of=of, on=on, reason=reason)
    return office.now


@pytest.mark.slow
def test_a_reply_posted_earlier_than_typed_answers_the_case_on_the_true_day(office):
    letter = office.stamped("granted", MARCH[24])
    assert office.deliver(letter, "post", MARCH[30]).closed_on == MARCH[30]
    case = put_right(office, letter, MARCH[29])
    assert (case.reply_on, case.closed_on, case.dispatched_on) == (MARCH[29],) * 3
    assert Delivery.objects.get().on == MARCH[30] and Delivery.objects.get().day == MARCH[29]
    assert queries.stale(case.office) == [] and actions.objections(case) == []
    said = [told(one).sentence for one in Entry.objects.filter(verb__endswith="day_corrected").order_by("pk")]
    assert said == [f"将文书{letter.number}的送达日期由2022-03-30更正为2022-03-29，原因为寄件底单为准", f"申请{case.number}的日期随文书{letter.number}更正"]


def test_a_correction_letter_that_went_earlier_moves_the_waiting_and_not_the_rest(office):
    letter = office.stamped("correction", MARCH[4], 补正期限="2022年3月25日")
    office.deliver(letter, "post", MARCH[8])
    assert put_right(office, letter, MARCH[7]).correction_asked_on == MARCH[7]


def test_what_the_law_would_have_refused_is_refused_now_and_nothing_moves(office):
    letter = office.stamped("extension", MARCH[28], 延长天数="20")
    due = office.deliver(letter, "post", MARCH[29]).reply_due_on
    with pytest.raises(Refused, match="届满，不能再延长"):
        put_right(office, letter, MARCH[30])
    assert (office.now.extended_on, office.now.reply_due_on) == (MARCH[29], due) and not DayCorrection.objects.exists()


def test_a_consultation_that_arrived_later_pauses_the_clock_longer(office):
    letter = office.stamped("consult_third", MARCH[3], 收件人="青禾市穗丰机械有限公司")
    office.deliver(letter, "post", MARCH[4])
    letters.receive(Letter.objects.get(pk=letter.pk), by=office.clerk, on=MARCH[7], proof="邮件查询")
    first = office.now.opinions.get().expires_on
    case = put_right(office, letter, MARCH[9], of="receipt")
    opinion = case.opinions.get()
    assert opinion.received_by_on == MARCH[9] and opinion.expires_on > first and queries.stale(case.office) == [] and queries.stale_letters(case.office) == []


@pytest.mark.slow
def test_a_fee_notice_that_arrived_later_gives_the_applicant_his_days(office):
    actions.decide_fee(office.case, by=office.consenting, mode="cases", units=1, before=10, pages=0, reason="多", on=MARCH[4])
    letter = office.stamped("fee_notice", MARCH[4], 应缴金额="100")
    office.deliver(letter, "post", MARCH[7])
    letters.receive(Letter.objects.get(pk=letter.pk), by=office.clerk, on=MARCH[9], proof="邮件查询")
    assert put_right(office, letter, MARCH[11], of="receipt").fee_noticed_on == MARCH[11]


@pytest.mark.slow
def test_a_second_reply_is_put_right_where_it_stands(office):
    office.deliver(office.stamped("granted", MARCH[24]), "post", MARCH[25])
    remedy = Remedy.objects.create(
        office=office.case.office, application=office.case, kind="reconsideration", organ="青禾市人民政府", accepted_on=date(2022, 4, 6), decided_on=date(2022, 5, 6), result="corrected", document_number="青府复〔2022〕1号"
    )
    actions.reopen(office.now, by=office.clerk, remedy=remedy, on=date(2022, 5, 9))
    again = office.stamped("partial", date(2022, 5, 10))
    office.deliver(again, "post", date(2022, 5, 12))
    case = put_right(office, again, date(2022, 5, 11))
    assert case.redone_on == case.reopenings.get().reply_on == date(2022, 5, 11) and case.reply_on == MARCH[25]


@pytest.mark.parametrize(("on", "reason", "said"), [
    (MARCH[25], "同日", "没有可更正的"), (MARCH[23], "早", "早于成文日期"), (date(2090, 1, 1), "晚", "在今天之后"), (MARCH[26], " ", "写明更正的原因"),
])  # fmt: skip
def test_a_day_that_cannot_be_is_refused(office, on, reason, said):
    letter = office.stamped("granted", MARCH[24])
    office.deliver(letter, "post", MARCH[25])
    with pytest.raises(Refused, match=said):
        put_right(office, letter, on, reason=reason)


def test_an_undelivered_letter_has_no_day_to_put_right(office):
    with pytest.raises(Refused, match="没有登记送达"):
        put_right(office, office.stamped("granted", MARCH[24]), MARCH[25])


@pytest.mark.slow
def test_the_database_keeps_what_was_corrected(office):
    letter = office.stamped("granted", MARCH[24])
    office.deliver(letter, "post", MARCH[25])
    put_right(office, letter, MARCH[26])
    with pytest.raises(DatabaseError, match="不可修改"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE letters_daycorrection SET reason = 'x'")


@pytest.mark.slow
def test_a_head_puts_it_right_on_the_page_and_a_clerk_may_not(client, office):
    letter = office.stamped("granted", MARCH[24])
    office.deliver(letter, "post", MARCH[25])
    page, said = reverse("letters:letter", args=[letter.pk]), {"do": "correct_day", "of": "delivery", "on": "2022-03-28", "reason": "底单为28日"}
    client.force_login(office.clerk, backend=BACKEND)
    assert client.post(page, said).status_code == 403 and office.now.closed_on == MARCH[25]
    head = UserFactory(office=office.case.office, role=Role.HEAD, role__section=office.case.section)
    client.force_login(head, backend=BACKEND)
    shown = client.post(page, said, follow=True).content.decode()
    assert "2022年3月28日" in shown and "底单为28日" in shown and office.now.closed_on == MARCH[28]
