"""复议 and 诉讼: their days, what a corrected result does to the case, and table four from the register."""

from datetime import date
from decimal import Decimal

import pytest

from gongkai.annual_report import actions as reports
from gongkai.annual_report import queries as tables
from gongkai.foi import actions, public_queries, remedy_rules
from gongkai.foi.models import Remedy
from gongkai.foi.remedy_rules import RemedyCase
from gongkai.law.refusals import Refused
from gongkai.letters import actions as letters
from gongkai.letters import posting
from gongkai.letters.models import Letter
from gongkai.letters.posting import To
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from tests.foi.test_by_letter import MARCH, Office

LAST = date(2022, 12, 31)


@pytest.fixture
def office(db):
    return Office()


def filed(office, **said) -> Remedy:
    given = {"kind": "reconsideration", "organ": "青禾市人民政府", "accepted_on": date(2022, 4, 11)} | said
    case = office.now
    return registers.create(get_register("remedies"), Remedy(office=case.office, section=case.section, application=case, **given), by=office.clerk)


def answered(office):
    return office.deliver(office.stamped("denied_process", MARCH[24]), "post", MARCH[25])


# Days


@pytest.mark.parametrize(("replied", "review", "suit"), [
    (date(2024, 3, 15), date(2024, 5, 14), date(2024, 9, 15)), (date(2024, 8, 31), date(2024, 10, 30), date(2025, 2, 28)), (date(2023, 12, 31), date(2024, 2, 29), date(2024, 6, 30)),
])  # fmt: skip
def test_an_applicants_periods_are_calendar_days_and_months(replied, review, suit):
    assert remedy_rules.remedy_periods(replied) == (review, suit)


@pytest.mark.parametrize(("said", "answer", "decision"), [
    ({"procedure": "summary"}, date(2024, 3, 10), date(2024, 3, 31)), ({"procedure": "ordinary"}, date(2024, 3, 15), date(2024, 4, 30)),
    ({"procedure": "ordinary", "extended_on": date(2024, 4, 20)}, date(2024, 3, 15), date(2024, 5, 30)),
    ({"kind": "direct_suit"}, date(2024, 3, 20), None), ({"procedure": ""}, date(2024, 3, 15), None),
])  # fmt: skip
def test_a_review_has_its_days(said, answer, decision):
    remedy = RemedyCase(**{"kind": "reconsideration", "accepted_on": date(2024, 3, 1), "notified_on": date(2024, 3, 5), **said})
    assert (remedy_rules.remedy_answer_due_on(remedy), remedy_rules.remedy_decision_due_on(remedy)) == (answer, decision)


@pytest.mark.parametrize(("said", "match"), [
    ({"accepted_on": date(2022, 2, 1)}, "早于收到申请"), ({"decided_on": date(2022, 6, 1)}, "须同时登记"), ({"result": "upheld"}, "须同时登记"),
    ({"kind": "direct_suit", "procedure": "summary"}, "只在行政复议中"), ({"procedure": "summary", "extended_on": date(2022, 5, 1)}, "只有复议普通程序"),
    ({"decided_on": date(2022, 6, 1), "result": "upheld", "orders_redo": True}, "应为“结果纠正”"), ({"answered_on": date(2022, 5, 1)}, "未登记收到通知"),
])  # fmt: skip
def test_what_a_remedy_cannot_be(office, said, match):
    with pytest.raises(Refused, match=match):
        filed(office, **said)


# A corrected result reopens the case


@pytest.mark.slow
def test_only_a_corrected_result_with_its_document_reopens(office):
    case, remedy = answered(office), filed(office)
    with pytest.raises(Refused, match="只有结果纠正"):
        actions.reopen(case, by=office.clerk, remedy=remedy, on=date(2022, 6, 10))
    remedy = registers.change(get_register("remedies"), remedy, by=office.clerk, decided_on=date(2022, 6, 8), result="corrected", orders_redo=True)
    with pytest.raises(Refused, match="文书号"):
        actions.reopen(case, by=office.clerk, remedy=remedy, on=date(2022, 6, 10))
    remedy = registers.change(get_register("remedies"), remedy, by=office.clerk, document_number="青府行复〔2022〕8号")
    with pytest.raises(Refused, match="早于结案日期"):
        actions.reopen(case, by=office.clerk, remedy=remedy, on=date(2022, 6, 7))
    actions.reopen(case, by=office.clerk, remedy=remedy, on=date(2022, 6, 10))
    assert office.now.state == "重新办理" and office.now.reopenings.get().due_on == date(2022, 7, 8)
    with pytest.raises(Refused, match="不能改为其他结果"):
        registers.change(get_register("remedies"), remedy, by=office.clerk, result="upheld", orders_redo=False)


@pytest.mark.slow
def test_a_redo_is_made_by_its_letter_and_the_first_reply_keeps_its_place_in_table_three(office):
    first = answered(office)
    remedy = filed(office, decided_on=date(2022, 6, 8), result="corrected", orders_redo=True, redo_by=date(2022, 6, 30), document_number="青府行复〔2022〕8号")
    actions.reopen(first, by=office.clerk, remedy=remedy, on=date(2022, 6, 10))
    assert office.now.reopenings.get().due_on == date(2022, 6, 30)
    before = tables.year_tables(first.office_id, 2022, LAST).cells
    letter = office.stamped("granted", date(2022, 6, 20))
    case = office.deliver(letter, "post", date(2022, 6, 21))
    assert (case.state, case.redone_on, case.result, case.reply_on, case.reply_number) == ("已答复", date(2022, 6, 21), "denied_process", MARCH[25], first.reply_number)
    again = case.reopenings.get()
    assert (again.result, again.reply_on, again.letter, again.reply_number) == ("granted", date(2022, 6, 21), letter, letter.number)
    assert tables.year_tables(first.office_id, 2022, LAST).cells == before
    with pytest.raises(Refused, match="不能办理此事项"):
        actions.reply_again(case, by=None, result="granted", delivery="post", dispatched_on=date(2022, 6, 22))


def left_over(office, *, same_day: bool):
    """A reply that has its number and seal and was never sent, of a case that was answered otherwise and reopened since."""
    letter = office.stamped("denied_process", MARCH[24])
    actions.reply(office.case, by=office.clerk, result="denied_process", delivery="post", dispatched_on=MARCH[24], reply_number="青工信公开答〔2022〕1号")
    actions.reopen_otherwise(office.now, by=office.clerk, ground="own", document="呈批单9号", reason="理由有误", on=MARCH[24] if same_day else MARCH[30])
    return letter


@pytest.mark.parametrize("way", ["direct", "post", "network", "agency"])
@pytest.mark.parametrize("same_day", [True, False], ids=["同日", "次日起"])
def test_a_reply_of_before_the_reopening_is_not_sent_as_the_new_one(office, way, same_day):
    letter = left_over(office, same_day=same_day)
    with pytest.raises(Refused, match=f"{letter.number}是重新办理以前定稿的，不能作为重新答复送出"):
        office.deliver(letter, way, MARCH[31])
    assert office.now.state == "重新办理" and public_queries.letters(office.now) == []


def test_a_reply_of_before_the_reopening_is_not_posted_nor_printed_for_it(office):
    letter, to = left_over(office, same_day=True), To("林溪桥", "青禾市青禾区石桥镇12号")
    for send in (
        lambda: posting.letters_pdf([letter], by=office.clerk, both_sides=True), lambda: posting.envelopes_pdf([letter], {letter.pk: to}, size="dl", by=office.clerk),
        lambda: posting.post([letter], {letter.pk: to}, {letter.pk: "1234567890123"}, carrier="ems", on=MARCH[31], by=office.clerk),
    ):  # fmt: skip
        with pytest.raises(Refused, match="重新办理以前定稿的"):
            send()


@pytest.mark.slow
def test_once_it_is_voided_the_case_is_answered_again_by_a_letter_of_its_own(office):
    letter = left_over(office, same_day=True)
    with pytest.raises(Refused, match=f"{letter.number}已定稿、尚未送达，请先作废"):
        office.stamped("granted", MARCH[31])
    letters.void(letter, by=office.clerk, reason="重新办理")
    letters.void(Letter.objects.get(number="", void=None), by=office.clerk, reason="重拟")
    case = office.deliver(office.stamped("granted", MARCH[31]), "post", MARCH[31])
    assert (case.state, case.reopenings.get().result) == ("已答复", "granted")


@pytest.mark.slow
def test_a_draft_dated_before_the_reopening_takes_no_number_until_it_is_dated_anew(office):
    answered(office)
    actions.reopen_otherwise(office.now, by=office.clerk, ground="own", document="呈批单9号", reason="理由有误", on=MARCH[30])
    with pytest.raises(Refused, match="成文日期早于重新办理日期2022年3月30日"):
        office.stamped("granted", MARCH[29])
    assert office.deliver(office.stamped("granted", MARCH[30]), "post", MARCH[31]).state == "已答复"


def test_another_cases_decision_reopens_nothing(office):
    case = answered(office)
    other = Office()
    remedy = filed(other, decided_on=date(2022, 6, 8), result="corrected", document_number="青府行复〔2022〕9号")
    with pytest.raises(Refused, match="不是就本申请"):
        actions.reopen(case, by=office.clerk, remedy=remedy, on=date(2022, 6, 10))


# Table four


@pytest.mark.slow
def test_table_four_counts_what_was_under_way(office):
    for said in (
        {}, {"kind": "direct_suit", "decided_on": date(2022, 9, 1), "result": "upheld"},
        {"kind": "suit_after", "decided_on": date(2023, 2, 1), "result": "corrected"}, {"decided_on": date(2022, 6, 8), "result": "corrected"},
        {"accepted_on": date(2023, 1, 5)},
    ):  # fmt: skip
        filed(office, **said)
    made = tables.year_tables(office.case.office_id, 2022, LAST)
    four = {key.removeprefix("four/"): n for key, n in made.cells.items() if key.startswith("four/") and n}
    assert four == {
        "reconsideration/pending": 1, "reconsideration/corrected": 1, "reconsideration/total": 2, "direct_suit/upheld": 1, "direct_suit/total": 1,
        "suit_after/pending": 1, "suit_after/total": 1,
    }  # fmt: skip
    assert not [one for one in made.broken if one.identity.table == "four"] and not [label for label in made.missing if "复议" in label]
    for key in made.counted:
        assert tables.behind(made.form, made.scope, key).records.count() == made.cells[key]
    nextyear = tables.year_tables(office.case.office_id, 2023, date(2023, 12, 31)).cells
    assert (nextyear["four/suit_after/corrected"], nextyear["four/reconsideration/pending"], nextyear["four/reconsideration/corrected"]) == (1, 2, 0)


def test_without_a_record_the_cells_are_entered_and_with_one_they_are_not(office):
    who, year = office.case.office, 2022
    reports.enter(who, year, "four/reconsideration/upheld", "3", source="法制科台账", by=office.consenting)
    assert tables.year_tables(who.pk, year, LAST).cells["four/reconsideration/upheld"] == 3
    filed(office)
    made = tables.year_tables(who.pk, year, LAST)
    assert made.cells["four/reconsideration/upheld"] == 0 and made.overruled["four/reconsideration/upheld"].number == Decimal(3)
    with pytest.raises(Refused, match="由复议诉讼登记得出"):
        reports.enter(who, year, "four/reconsideration/upheld", "1", source="法制科台账", by=office.consenting)
    registers.void(get_register("remedies"), Remedy.objects.get(), by=office.consenting, reason="登记错了")
    assert tables.year_tables(who.pk, year, LAST).cells["four/reconsideration/upheld"] == 3
