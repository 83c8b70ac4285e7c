"""The law of a consultation, as tables and without a database."""

from dataclasses import replace
from datetime import date

import pytest

from gongkai.consultation import rules
from gongkai.consultation.rules import Disposition, Kind, Window
from gongkai.law import shipped_calendar
from gongkai.law.figures import Adjustment

CALENDAR = shipped_calendar()
WINDOW = Window(Kind.NORMATIVE, date(2022, 3, 1), date(2022, 3, 31), ways="电子邮箱")


def codes(found) -> set[str]:
    return {objection.code for objection in found}


@pytest.mark.parametrize(
    ("ends_on", "due"),
    [
        pytest.param(date(2022, 3, 15), date(2022, 4, 15), id="次月同日"),
        pytest.param(date(2022, 1, 31), date(2022, 2, 28), id="次月没有31日，止于月末"),
        pytest.param(date(2024, 1, 30), date(2024, 2, 29), id="闰年"),
        pytest.param(date(2022, 9, 1), date(2022, 10, 1), id="止于国庆节，不顺延也不提前"),
        pytest.param(date(2022, 12, 10), date(2023, 1, 10), id="跨年"),
    ],
)
def test_feedback_is_owed_a_month_after_the_window(ends_on, due):
    window = replace(WINDOW, published_on=date(2021, 11, 1), ends_on=ends_on)
    assert rules.feedback_clock(window, CALENDAR).last_day == due


def test_the_month_is_the_offices_own_and_may_be_changed():
    own = [Adjustment("feedback_months", date(2022, 1, 1), 2, "本市规定为2个月")]
    assert rules.feedback_clock(WINDOW, CALENDAR, own).last_day == date(2022, 5, 31)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, set(), id="三十日"),
        pytest.param({"ends_on": date(2022, 3, 30)}, {"too_short"}, id="二十九日"),
        pytest.param({"ends_on": date(2022, 3, 8), "shorter_reason": "上级限期出台"}, set(), id="七日，写明理由"),
        pytest.param({"kind": Kind.OTHER, "ends_on": date(2022, 3, 8)}, set(), id="其他政策文件没有法定最短期限"),
        pytest.param({"kind": Kind.MAJOR, "ends_on": date(2022, 3, 30)}, {"too_short"}, id="重大行政决策二十九日"),
        pytest.param({"kind": Kind.MAJOR, "has_explanation": False}, {"no_explanation"}, id="重大行政决策没有说明"),
        pytest.param({"kind": Kind.MAJOR, "has_draft": False, "ways": ""}, {"no_draft", "no_ways"}, id="重大行政决策没有草案和方式"),
        pytest.param({"has_explanation": False}, set(), id="规范性文件没有说明，法律未作要求"),
        pytest.param({"ends_on": date(2022, 2, 28)}, {"ends_before"}, id="截止早于发布"),
        pytest.param({"feedback_on": date(2022, 2, 28)}, {"fed_back_before"}, id="反馈早于发布"),
        pytest.param({"ends_on": date(2202, 3, 31)}, {"no_calendar"}, id="年份写错"),
    ],
)
def test_objections_to_a_window(facts, expected):
    assert codes(rules.objections(replace(WINDOW, **facts))) == expected


@pytest.mark.parametrize("disposition", list(Disposition))
def test_whatever_is_not_simply_adopted_is_given_a_reason(disposition):
    needs = disposition is not Disposition.ADOPTED
    assert bool(rules.objections_to_disposing(disposition, " ")) is needs
    assert rules.objections_to_disposing(disposition, "与上位规定不一致") == []


@pytest.mark.parametrize(
    ("on", "undecided", "already", "expected"),
    [
        pytest.param(date(2022, 4, 1), [], None, set(), id="截止次日"),
        pytest.param(date(2022, 3, 31), [], None, {"still_open"}, id="截止当日尚不能反馈"),
        pytest.param(date(2022, 4, 1), [2, 5], None, {"undecided"}, id="有未处理的意见"),
        pytest.param(date(2022, 4, 20), [], date(2022, 4, 1), {"fed_back_before"}, id="已反馈"),
    ],
)
def test_objections_to_feeding_back(on, undecided, already, expected):
    found = rules.objections_to_feeding_back(WINDOW, on, undecided, already)
    assert codes(found) == expected
    if undecided:
        assert "第2、5号" in found[0].sentence
