"""The hours of a public concern, as tables and without a database."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gongkai.concerns import rules
from gongkai.concerns.rules import Facts, Grade
from gongkai.law import shipped_calendar
from gongkai.law.figures import Adjustment

CALENDAR = shipped_calendar()
HERE = ZoneInfo("Asia/Shanghai")
FOUND = datetime(2022, 9, 30, 20, 30, tzinfo=HERE)
FACTS = Facts(Grade.ORDINARY, FOUND)


@pytest.mark.parametrize(
    ("grade", "hours", "press"),
    [
        pytest.param(Grade.ORDINARY, 48, None, id="一般：四十八小时，跨国庆假期不顺延"),
        pytest.param(Grade.MAJOR, 5, 24, id="重大：五小时发声，二十四小时开发布会"),
        pytest.param(Grade.EXCEPTIONAL, 5, 24, id="特别重大：同重大"),
    ],
)
def test_hours_run_day_and_night(grade, hours, press):
    facts = replace(FACTS, grade=grade)
    assert rules.response_clock(facts, CALENDAR).last_moment == FOUND + timedelta(hours=hours)
    clock = rules.press_clock(facts, CALENDAR)
    assert (clock and clock.last_moment) == (press and FOUND + timedelta(hours=press))


def test_an_office_chooses_the_moment_the_hours_run_from():
    facts = replace(FACTS, occurred_at=FOUND - timedelta(hours=9), graded_at=FOUND + timedelta(hours=1))
    for value, start in [("occurred", facts.occurred_at), ("graded", facts.graded_at), ("discovered", FOUND)]:
        own = [Adjustment("counted_from", datetime(2022, 1, 1).date(), value, "本机关确定")]
        assert rules.response_clock(facts, CALENDAR, own).last_moment == start + timedelta(hours=48)


def test_no_hours_run_while_their_beginning_is_unknown():
    own = [Adjustment("counted_from", datetime(2022, 1, 1).date(), "graded", "本机关确定")]
    assert rules.response_clock(FACTS, CALENDAR, own) is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, set(), id="刚发现"),
        pytest.param({"first_response_at": FOUND + timedelta(hours=1), "replied_at": FOUND + timedelta(hours=2)}, set(), id="回应后办结"),
        pytest.param({"replied_at": FOUND + timedelta(hours=2)}, {"no_first_word"}, id="办结而没有首次回应"),
        pytest.param(
            {"first_response_at": FOUND + timedelta(hours=3), "replied_at": FOUND + timedelta(hours=2)},
            {"replied_before_first"}, id="办结早于首次回应",
        ),
        pytest.param({"first_response_at": FOUND - timedelta(hours=1)}, {"answered_before"}, id="回应早于发现"),
        pytest.param({"occurred_at": FOUND + timedelta(hours=1)}, {"found_before"}, id="发生晚于发现"),
        pytest.param({"graded_at": FOUND - timedelta(hours=1)}, {"graded_before"}, id="定级早于发现"),
        pytest.param({"press_at": FOUND + timedelta(hours=1)}, {"no_press_owed"}, id="一般事项不登记发布会"),
        pytest.param({"found_at": datetime(2202, 9, 30, tzinfo=HERE)}, {"no_hours"}, id="年份写错"),
    ],
)
def test_objections_to_the_moments(facts, expected):
    assert {o.code for o in rules.objections(replace(FACTS, **facts))} == expected


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        pytest.param("园区企业用电价格调整", False, id="事项"),
        pytest.param("来电人13900001234反映用电价格", True, id="手机号码"),
        pytest.param("身份证99010119900307123X反映", True, id="身份证号码"),
        pytest.param("工单202203010000123456789转办", False, id="较长的工单号不是身份证号"),
        pytest.param("热线12345转办", False, id="热线号码"),
    ],
)
def test_a_concern_is_kept_by_subject_and_never_by_person(text, refused):
    assert bool(rules.objections_to_words("事项", text)) is refused
