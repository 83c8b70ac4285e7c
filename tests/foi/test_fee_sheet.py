"""信息处理费 of a case: whose month it counts in, the decision, its notice, the payment, the ledger."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.audit.queries import told
from gongkai.foi import actions, queries
from gongkai.foi.models import Application, Fee
from gongkai.law.refusals import Refused
from gongkai.letters import actions as letters
from gongkai.letters.models import Letter
from tests.factories.accounts import UserFactory
from tests.factories.foi import ApplicantFactory, ApplicationFactory
from tests.foi.test_by_letter import MARCH, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db):
    return Office()


def asked(office, count: int, month: int = 3, id_number: str = "990101199003071234"):
    """So many applications of one applicant in a month, on the first; the last of them."""
    for _ in range(count):
        application = ApplicationFactory(office=office.case.office, section=office.case.section, handed_in_on=date(2022, month, 1))
        ApplicantFactory(application=application, id_number=id_number)
    return application


def charged(office, case=None, **said):
    given = {"mode": "cases", "units": 1, "before": 10, "pages": 0, "reason": "当月第11件，明显超过合理范围", "on": MARCH[4]} | said
    return actions.decide_fee(case or office.case, by=office.consenting, **given)


@pytest.mark.parametrize(("count", "nth", "yuan"), [(10, 10, 0), (11, 11, 100), (30, 30, 100), (31, 31, 200), (35, 35, 200), (41, 41, 300)])
def test_the_month_numbers_an_applicants_applications(office, count, nth, yuan):
    office.case.applicant.delete()
    last = asked(office, count)
    assert queries.before_in_month(last) == nth - 1
    if yuan:
        assert charged(office, last, before=nth - 1).amount == yuan


def test_the_month_begins_anew_and_another_number_is_another_person(office):
    asked(office, 11)
    assert queries.before_in_month(asked(office, 1, month=4)) == 0
    assert queries.before_in_month(asked(office, 1, id_number="990101199003079999")) == 0


def test_without_a_number_nobody_is_the_same(office):
    """A name alone does not tell two people apart (109号 4)."""
    nameless = ApplicantFactory(application__office=office.case.office, id_number="").application
    assert queries.month_of(nameless) is None and queries.before_in_month(nameless) is None


def test_units_of_a_split_application_move_those_after_it(office):
    first, second = office.case, asked(office, 1)
    charged(office, first, before=10, units=3)
    assert [(one.first, one.last) for one in queries.month_of(second)] == [(1, 3), (4, 4)]


def test_what_is_free_is_not_charged(office):
    with pytest.raises(Refused, match="不产生费用"):
        charged(office, before=9)
    with pytest.raises(Refused, match="不产生费用"):
        charged(office, mode="pages", pages=30)
    assert charged(office, mode="pages", pages=260).amount == 5100


def test_the_notice_asks_for_what_was_decided(office):
    with pytest.raises(Refused, match="尚未在费用计算单上决定收费"):
        office.stamped("fee_notice", MARCH[4], 应缴金额="100")
    Letter.objects.all().delete()
    charged(office)
    with pytest.raises(Refused, match="与费用计算单的100元不一致"):
        office.stamped("fee_notice", MARCH[4], 应缴金额="200")


def test_from_decision_to_payment_and_the_ledger(office):
    charged(office)
    case = office.deliver(office.stamped("fee_notice", MARCH[4], 应缴金额="100"), "direct", MARCH[7])
    assert case.state == "待缴费" and case.reply_due_on is None
    with pytest.raises(Refused, match="不能撤销收费决定"):
        actions.drop_fee(case, by=office.consenting, reason="改判", on=MARCH[8])
    with pytest.raises(Refused):
        charged(office, before=30)
    with pytest.raises(Refused, match="实缴须与应缴相同"):
        actions.fee_paid(case, by=office.clerk, on=MARCH[10], amount=50, receipt_number="0001")
    assert office.now.fee_paid_on is None
    paid = actions.fee_paid(office.now, by=office.clerk, on=MARCH[10], amount=100, receipt_number="粤财0001")
    assert paid.reply_due_on == date(2022, 4, 8)
    ledger = queries.fee_ledger(case.office_id, 2022)
    assert (ledger.noticed, ledger.charged, ledger.received) == (1, 100, 100)


@pytest.mark.slow
def test_an_unpaid_fee_lapses_after_twenty_days(office):
    charged(office)
    case = office.deliver(office.stamped("fee_notice", MARCH[4], 应缴金额="100"), "direct", MARCH[7])
    with pytest.raises(Refused, match="缴费期限至2022年4月2日"):
        actions.set_aside(case, by=office.clerk, on=date(2022, 4, 2))
    assert actions.set_aside(case, by=office.clerk, on=date(2022, 4, 7)).report_row == "abandoned_fee"


def test_a_dropped_fee_is_in_no_sum(office):
    charged(office)
    actions.drop_fee(office.now, by=office.consenting, reason="申请人当场减为9件", on=MARCH[5])
    ledger = queries.fee_ledger(office.case.office_id, 2022)
    assert (len(ledger.rows), ledger.noticed, ledger.charged) == (1, 0, 0) and queries.fee_of(office.case) is None


@pytest.mark.slow
def test_the_sheet_computes_and_only_who_may_decides(client, office):
    asked(office, 10)
    Application.objects.filter(pk=office.case.pk).update(received_on=MARCH[2])
    page = reverse("foi:fee", args=[office.case.pk])
    client.force_login(office.clerk, backend="gongkai.accounts.backends.PostBackend")
    said = client.get(page, {"on": "2022-03-04"}).content.decode()
    assert "第<b>11</b>件" in said and "<b>100</b>元" in said and "计算并决定收费" not in said
    decision = {"do": "decide", "mode": "cases", "units": 1, "reason": "当月第11件"}
    assert client.post(page, decision).status_code == 403 and not Fee.objects.exists()
    client.force_login(office.consenting, backend="gongkai.accounts.backends.PostBackend")
    assert client.post(page, decision).status_code == 302 and Fee.objects.get().amount == 100
    client.force_login(UserFactory(office=office.case.office, role=Role.COORDINATOR), backend="gongkai.accounts.backends.PostBackend")
    form = client.get(reverse("foi:draft", args=[office.case.pk, "fee_notice"])).context["form"]
    filled = {bound.label: bound.value() for bound in form}
    assert filled["应缴金额"] == "100" and filled["收费标准"] == "按件收费。本自然月第11件，每件100元，计100元。"
    assert "信息处理费台账" in client.get(reverse("foi:fees"), {"year": 2022}).content.decode()


def test_the_ledger_leaves_as_a_table_and_names_nobody_outside(client, office):
    charged(office)
    client.force_login(UserFactory(office=office.case.office, role=Role.COORDINATOR), backend="gongkai.accounts.backends.PostBackend")
    taken = b"".join(client.get(reverse("foi:fees_export", args=["csv"]), {"year": 2022}).streaming_content).decode("utf-8-sig")
    head, row = (line.split(",") for line in taken.splitlines())
    assert (row[head.index("申请编号")], row[head.index("应缴金额（元）")], row[head.index("决定日期")]) == (office.case.number, "100", "2022-03-04")
    assert "林溪桥" not in taken and told(Entry.objects.get(verb="foi.fees_exported")).sentence == "导出2022年信息处理费台账，1条"
    book = openpyxl.load_workbook(BytesIO(b"".join(client.get(reverse("foi:fees_export", args=["xlsx"]), {"year": 2022}).streaming_content)))
    assert office.case.number in [cell.value for row in book.active.iter_rows() for cell in row]
    client.force_login(UserFactory(office=office.case.office, role=Role.SECRECY), backend="gongkai.accounts.backends.PostBackend")
    assert client.get(reverse("foi:fees_export", args=["csv"])).status_code == 403


def test_who_cannot_be_told_apart_is_charged_by_pages_only(client, office):
    nameless = ApplicantFactory(application__office=office.case.office, application__section=office.case.section, id_number="").application
    client.force_login(office.consenting, backend="gongkai.accounts.backends.PostBackend")
    page = reverse("foi:fee", args=[nameless.pk])
    said = client.post(page, {"do": "decide", "mode": "cases", "units": 1, "reason": "多"}).content.decode()
    assert "不能认定同一申请人" in said and not Fee.objects.exists()
    client.post(page, {"do": "decide", "mode": "pages", "pages": 31, "reason": "页数多"})
    assert Fee.objects.get().amount == 10


def test_letters_room_is_untouched_by_a_case_without_a_fee(office):
    letters.draft(office.case, kind="service_record", by=office.clerk, fields={}, written_on=MARCH[4], number=office.case.number)
