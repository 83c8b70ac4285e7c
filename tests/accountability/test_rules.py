"""What meetings and tallies may say, and how often the office reports."""

from datetime import date

import pytest

from gongkai.accountability import rules
from gongkai.accountability.rules import MeetingState
from gongkai.law import FigureError

HELD = {"planned_on": date(2022, 7, 15), "held_on": date(2022, 7, 15), "cancelled_on": None, "expected": 22, "present": 20, "minutes_number": ""}


@pytest.mark.parametrize(("changed", "codes"), [
    pytest.param({}, [], id="已召开"),
    pytest.param({"held_on": None, "expected": None, "present": None}, [], id="计划中"),
    pytest.param({"planned_on": None, "held_on": None}, ["no_day"], id="两个日期都没有"),
    pytest.param({"cancelled_on": date(2022, 7, 1)}, ["held_and_cancelled"], id="既召开又取消"),
    pytest.param({"present": 23}, ["too_many_present"], id="实到多于应到"),
    pytest.param({"present": 22}, [], id="全部到会"),
    pytest.param({"held_on": None, "minutes_number": "青工信会纪〔2022〕3号"}, ["minutes_before_meeting"], id="未召开先有纪要"),
])
def test_objections_to_a_meeting(changed, codes):
    assert [o.code for o in rules.objections_to_meeting(**{**HELD, **changed})] == codes


BALLOT = {
    "issued": 20, "returned": 19, "invalid": 1, "good": 15, "fair": 2, "poor": 0, "abstain": 1,
    "present": 20, "held_on": date(2022, 7, 15), "same_meeting": True,
}  # fmt: skip


@pytest.mark.parametrize(("changed", "codes"), [
    pytest.param({}, [], id="票数相符"),
    pytest.param({"good": 16}, ["does_not_add_up"], id="多出一票"),
    pytest.param({"abstain": 0}, ["does_not_add_up"], id="少了一票"),
    pytest.param({"issued": 18}, ["more_returned"], id="收回多于发出"),
    pytest.param({"present": 19}, ["more_than_present"], id="发出多于到会"),
    pytest.param({"present": None}, [], id="到会人数未登记"),
    pytest.param({"held_on": None}, ["not_held"], id="会议未召开"),
    pytest.param({"same_meeting": False}, ["other_meeting"], id="对象在别的会议上述责"),
])
def test_objections_to_a_ballot(changed, codes):
    assert [o.code for o in rules.objections_to_ballot(**{**BALLOT, **changed})] == codes


@pytest.mark.parametrize(("year", "adjusted", "times"), [
    pytest.param(2022, (), 1, id="至少一次"),
    pytest.param(2022, (("report_per_year", date(2022, 1, 1), 2, "局党组要求半年一报"),), 2, id="本机关改为两次"),
    pytest.param(2021, (("report_per_year", date(2022, 1, 1), 2, "局党组要求半年一报"),), 1, id="调整不追溯"),
])
def test_reports_owed(year, adjusted, times):
    assert rules.reports_owed(year, adjusted).value == times


def test_years_before_the_figure_are_said_to_have_none():
    with pytest.raises(FigureError):
        rules.reports_owed(rules.FIRST_YEAR - 1)


@pytest.mark.parametrize("state", MeetingState)
def test_only_what_is_planned_can_move(state):
    assert rules.MOVES.verbs(state) == (["postpone", "hold", "cancel"] if state is MeetingState.PLANNED else [])
