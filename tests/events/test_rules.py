"""Credit codes, and what events and attendance may say."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.events import rules
from gongkai.events.rules import _CHARACTERS, EventState, check_character


@pytest.mark.parametrize("code", [
    # Published codes of well-known bodies, check characters as printed on their certificates.
    pytest.param("91350100M000100Y43", id="GB 32100 附录示例"),
    pytest.param("91110000600037341L", id="末位为字母"),
    pytest.param("91440300708461136T", id="末位为字母T"),
])
def test_codes_in_use_pass(code):
    assert rules.objections_to_credit_code(code) == []


@pytest.mark.parametrize(("code", "reason"), [
    pytest.param("91350100M000100Y44", "check_character", id="校验码不符"),
    pytest.param("91350100M000100Y4", "length", id="少一位"),
    pytest.param("", "length", id="未填"),
    pytest.param("91350100MOO0100Y43", "characters", id="字母O充数字0"),
    pytest.param("９1350100M000100Y43", "characters", id="全角数字"),
    pytest.param("91350100m000100y43", "characters", id="小写"),
])
def test_what_is_not_a_code(code, reason):
    assert [o.code for o in rules.objections_to_credit_code(code)] == [reason]


@given(st.text(alphabet=_CHARACTERS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(_CHARACTERS))
def test_one_character_wrong_is_always_noticed(body, place, other):
    code = body + check_character(body)
    wrong = code[:place] + other + code[place + 1 :]
    assert bool(rules.objections_to_credit_code(wrong)) == (wrong != code)


@pytest.mark.parametrize(("planned", "held", "cancelled", "reason", "codes"), [
    pytest.param(date(2022, 5, 20), None, None, "", [], id="计划中"),
    pytest.param(None, date(2022, 5, 20), None, "", [], id="临时举办"),
    pytest.param(None, None, None, "", ["no_day"], id="两个日期都没有"),
    pytest.param(date(2022, 5, 20), None, date(2022, 5, 1), "场地停用", [], id="已取消"),
    pytest.param(date(2022, 5, 20), None, date(2022, 5, 1), "", ["no_cancel_reason"], id="取消未写原因"),
    pytest.param(date(2022, 5, 20), date(2022, 5, 20), date(2022, 5, 1), "场地停用", ["held_and_cancelled"], id="既举办又取消"),
])
def test_objections_to_an_event(planned, held, cancelled, reason, codes):
    found = rules.objections_to_event(planned_on=planned, held_on=held, cancelled_on=cancelled, cancel_reason=reason)
    assert [o.code for o in found] == codes


@pytest.mark.parametrize(("changed", "codes"), [
    pytest.param({}, [], id="线下参加线上线下结合的活动"),
    pytest.param({"mode": "online"}, ["wrong_way"], id="线下参加纯线上活动"),
    pytest.param({"mode": "on_site"}, [], id="线下参加线下活动"),
    pytest.param({"held_on": None}, ["not_held"], id="活动尚未举办"),
    pytest.param({"persons": 0}, ["no_persons"], id="零人参加"),
])
def test_objections_to_an_attendance(changed, codes):
    facts = {"credit_code": "91350100M000100Y43", "persons": 2, "way": "on_site", "mode": "both", "held_on": date(2022, 5, 20)}
    assert [o.code for o in rules.objections_to_attendance(**{**facts, **changed})] == codes


@pytest.mark.parametrize(("held", "cancelled", "state"), [
    (None, None, EventState.PLANNED), (date(2022, 5, 20), None, EventState.HELD), (None, date(2022, 5, 1), EventState.CANCELLED),
])  # fmt: skip
def test_the_state_follows_from_the_dates(held, cancelled, state):
    assert rules.state_of(held, cancelled) is state
    assert rules.MOVES.verbs(state) == (["postpone", "hold", "cancel"] if state is EventState.PLANNED else [])
