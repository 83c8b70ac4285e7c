"""A case over the National Day of 2022, its days counted by hand, and a case for every row of table three."""

from datetime import date, timedelta

import pytest

from gongkai.annual_report import queries as tables
from gongkai.foi import actions, deciding, queries, result_rules, rules
from gongkai.foi.models import ApplicantCategory, Application
from gongkai.foi.rules import Case, Channel, Consulted, ConsultedKind
from gongkai.law import shipped_calendar
from tests.factories.accounts import OfficeFactory, SectionFactory

CALENDAR = shipped_calendar()
SEPTEMBER, OCTOBER, NOVEMBER = ({n: date(2022, month, n) for n in range(1, last + 1)} for month, last in ((9, 30), (10, 31), (11, 30)))

#: Written down from the wall calendar and the two notices of 2022: 中秋 10 to 12 September, 国庆 1 to 7 October, 8 and 9 October worked.
#: Handed in on Friday 2 September, confirmed on Monday the 5th, corrected on Wednesday the 14th. The third party had the letter on 27 September
#: and answered on 10 October: those days (after the 27th, the 10th included) do not count. Extended by 10 on 21 October.
COUNTED = (
    *(SEPTEMBER[n] for n in (15, 16, 19, 20, 21, 22, 23, 26, 27)),  # 1 to 9
    *(OCTOBER[n] for n in (11, 12, 13, 14, 17, 18, 19, 20, 21, 24, 25)),  # 10 to 20
    *(OCTOBER[n] for n in (26, 27, 28, 31)), *(NOVEMBER[n] for n in (1, 2, 3, 4, 7, 8)),  # the ten more
)  # fmt: skip
EXCLUDED = (*(SEPTEMBER[n] for n in (28, 29, 30)), *(OCTOBER[n] for n in (8, 9, 10)))  # working days that do not count

FACTS = {"channel": Channel.INTERNET, "handed_in_on": SEPTEMBER[2]}
STEPS = (
    ("提交，尚未确认", {}, None),
    ("9月5日双方确认，二十个工作日", {"confirmed_on": SEPTEMBER[5]}, OCTOBER[9]),
    ("9月7日告知补正，等待", {"correction_asked_on": SEPTEMBER[7], "correction_due_on": SEPTEMBER[21]}, None),
    ("9月14日收到补正，重新计算", {"corrected_on": SEPTEMBER[14]}, OCTOBER[17]),
    ("9月27日征求第三方意见，10月10日收到，跨国庆", {"consulted": (Consulted(ConsultedKind.THIRD_PARTY, SEPTEMBER[27], SEPTEMBER[27], OCTOBER[10]),)}, OCTOBER[25]),
    ("10月21日延长十个工作日", {"extended_on": OCTOBER[21], "extended_days": 10, "consented": True}, NOVEMBER[8]),
)  # fmt: skip


def test_the_last_day_moves_with_every_step_as_counted_by_hand():
    facts = dict(FACTS)
    for name, more, last_day in STEPS:
        facts |= more
        clock = rules.reply_clock(Case(**facts), CALENDAR)
        assert (clock.last_day if clock else None) == last_day, name


def test_every_single_day_counts_as_it_does_by_hand():
    """One day after another: a clock cut short after each says how many are used."""
    days = [SEPTEMBER[14] + timedelta(days=n) for n in range((NOVEMBER[8] - SEPTEMBER[14]).days + 1)]
    assert [day for day in days if CALENDAR.is_workday(day) and day > SEPTEMBER[14]] == sorted((*COUNTED, *EXCLUDED))
    assert len(COUNTED) == 30 and COUNTED[19] == OCTOBER[25] and COUNTED[-1] == NOVEMBER[8]


@pytest.mark.django_db
def test_the_calendar_of_the_case_shows_the_same_days():
    office = OfficeFactory()
    case = actions.receive(office, by=None, channel="internet", handed_in_on=SEPTEMBER[2], applicant_category="natural", subject="技改资金", applicant={"name": "林溪桥"}, section=SectionFactory(office=office))
    actions.confirm(case, by=None, on=SEPTEMBER[5])
    actions.ask_to_correct(case, by=None, on=SEPTEMBER[7], due_on=SEPTEMBER[21])
    actions.corrected(case, by=None, on=SEPTEMBER[14])
    asked = actions.consult(case, by=None, kind="third_party", sent_on=SEPTEMBER[27], received_by_on=SEPTEMBER[27])
    actions.opinion_received(asked, by=None, on=OCTOBER[10], agrees=False)
    shown = [day for week in queries.weeks(Application.objects.get(), OCTOBER[20]) for day in week]
    counts = [day for day in shown if day.kind == "counts" and day.on > SEPTEMBER[14]]  # what was counted before the correction is nothing now
    assert tuple(day.on for day in counts) == COUNTED[:20] and [day.running for day in counts] == list(range(1, 21))
    assert set(EXCLUDED) <= {day.on for day in shown if day.kind == "excluded"}


# A case for every row


@pytest.mark.slow
@pytest.mark.django_db
def test_a_case_for_every_row_of_table_three_is_counted_there_once_and_the_table_adds_up():
    """Every way through 逐问定案 is walked to its end; a case that ends so stands in the row the decision named, in its applicant's column, and nowhere else."""
    office = OfficeFactory()
    section, ways = SectionFactory(office=office), deciding.paths()
    categories, expected = ApplicantCategory.values, {}
    for n, (answers, result) in enumerate(ways):
        decision, category = deciding.walk(answers).decision, categories[n % len(categories)]
        case = actions.receive(
            office, by=None, channel="counter", handed_in_on=SEPTEMBER[15], applicant_category=category, subject=f"第{n + 1}项", applicant={"name": f"申请人{n}"}, section=section
        )
        ended_on = end(case, result)
        case.refresh_from_db()
        assert (case.report_row, case.closed_on, case.result) == (decision.row, ended_on, result)
        expected[decision.row, category] = expected.get((decision.row, category), 0) + 1
    assert {row for row, _ in expected} == {row.key for row in result_rules.ROWS}
    found = tables.tables_of(tables.form_for(2022), office.pk, 2022, date(2022, 12, 31))
    for row in result_rules.ROWS:
        for category in categories:
            assert found.cells[f"three/{row.key}/{tables.tables.COLUMN_OF[category]}"] == expected.get((row.key, category), 0), row.label
    assert found.cells["three/new_received/total"] == found.cells["three/total_processed/total"] == len(ways) == sum(expected.values())
    assert found.cells["three/carried_over/total"] == found.cells["three/carried_forward/total"] == 0 and not [fault for fault in found.broken if fault.identity.key.startswith("three")]


def end(case: Application, result: str) -> date:
    """Bring a case received on 15 September to that end, by the lawful verbs. The day it is closed."""
    if result in ("abandoned_fix", "unclear_after_fix"):
        actions.ask_to_correct(case, by=None, on=SEPTEMBER[16], due_on=SEPTEMBER[26])
        if result == "abandoned_fix":
            actions.set_aside(case, by=None, on=SEPTEMBER[27])
            return SEPTEMBER[27]
        actions.corrected(case, by=None, on=SEPTEMBER[20])
    if result == "abandoned_fee":
        actions.ask_fee(case, by=None, on=SEPTEMBER[16], sent_on=SEPTEMBER[16])
        day = rules.fee_due_on(SEPTEMBER[16], CALENDAR) + timedelta(days=1)
        actions.set_aside(case, by=None, on=day)
        return day
    if result == "withdrawn":
        actions.withdraw(case, by=None, on=SEPTEMBER[22])
        return SEPTEMBER[22]
    actions.reply(case, by=None, result=result, delivery="post", dispatched_on=SEPTEMBER[29])
    return SEPTEMBER[29]
