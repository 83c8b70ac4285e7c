"""What the law says of guides and of changes of matters."""

from datetime import date

import pytest

from gongkai.guides import rules
from gongkai.guides.rules import ChangeState
from gongkai.law import shipped_calendar

GUIDE = {
    "published_on": date(2022, 8, 1), "conditions": "在青禾市登记注册的企业", "materials": "项目备案表；营业执照复印件",
    "steps": "网上提交，当场办结", "statutory_days": 20, "promised_days": 5,
}  # fmt: skip


@pytest.mark.parametrize(("changed", "codes"), [
    pytest.param({}, [], id="要素齐全"),
    pytest.param({"conditions": "", "published_on": None}, [], id="草稿可以不全"),
    pytest.param({"conditions": ""}, ["incomplete"], id="发布的没有受理条件"),
    pytest.param({"steps": " "}, ["incomplete"], id="发布的没有办理流程"),
    pytest.param({"promised_days": 21}, ["promise_beyond_law"], id="承诺长于法定"),
    pytest.param({"promised_days": 20}, [], id="承诺等于法定"),
    pytest.param({"materials": "项目备案表；其他材料"}, ["catch_all"], id="兜底材料"),
    pytest.param({"conditions": "法律法规规定的其他条件"}, ["catch_all"], id="兜底条件"),
    pytest.param({"materials": "其他材料", "published_on": date(2022, 6, 30)}, [], id="条例施行前发布的不追溯"),
])
def test_objections_to_a_guide(changed, codes):
    assert [o.code for o in rules.objections_to_guide(**{**GUIDE, **changed})] == codes


@pytest.mark.parametrize(("text", "found"), [
    ("其他材料", ["其他材料"]),
    ("其它需要提供的材料", ["其它需要提供的材料"]),
    ("主管部门要求的其他有关证明材料", ["其他有关证明材料"]),
    ("身份证、营业执照等材料", ["等材料"]),
    ("身份证、营业执照等三项", []),
    ("其他机关出具的营业执照", []),
    ("项目备案表", []),
])
def test_wordings_that_leave_a_list_open(text, found):
    assert rules.catch_all_clauses(text) == found


def test_what_a_published_guide_lacks_is_named_with_its_article():
    (objection,) = rules.objections_to_guide(**{**GUIDE, "conditions": "", "steps": ""})
    assert (objection.sentence, objection.basis) == ("发布的办事指南应当明确受理条件、办理流程", "716号令 6")


@pytest.mark.parametrize(("changed", "codes"), [
    pytest.param({}, [], id="提出、审核、生效"),
    pytest.param({"reviewed_on": None, "effective_on": None}, [], id="刚提出"),
    pytest.param({"reviewed_on": None}, ["not_reviewed"], id="未审核先生效"),
    pytest.param({"reviewed_on": date(2022, 5, 31)}, ["reviewed_before_proposed"], id="审核早于提出"),
    pytest.param({"effective_on": date(2022, 6, 9)}, ["effective_before_review"], id="生效早于审核"),
    pytest.param({"wanted_by_on": date(2022, 7, 1)}, ["not_a_rectification"], id="调整没有整改期限"),
    pytest.param({"kind": "rectified", "wanted_by_on": date(2022, 7, 1)}, [], id="整改有期限"),
    pytest.param({"kind": "rectified", "wanted_by_on": date(2022, 5, 1)}, ["wanted_before_proposed"], id="期限早于提出"),
])
def test_objections_to_a_change(changed, codes):
    facts = {"kind": "adjusted", "proposed_on": date(2022, 6, 1), "reviewed_on": date(2022, 6, 10), "effective_on": date(2022, 6, 20), "wanted_by_on": None}
    assert [o.code for o in rules.objections_to_change(**{**facts, **changed})] == codes


@pytest.mark.parametrize(("proposed_on", "wanted_by_on", "adjusted", "due_on"), [
    pytest.param(date(2022, 6, 1), None, (), date(2022, 6, 30), id="二十个工作日，端午节不计"),
    pytest.param(date(2022, 9, 19), None, (), date(2022, 10, 20), id="跨国庆长假和两个调休日"),
    pytest.param(date(2022, 6, 1), date(2022, 6, 18), (), date(2022, 6, 18), id="要求写明的期限，逢周六不顺延"),
    pytest.param(date(2022, 6, 1), None, (("rectify_workdays", date(2022, 1, 1), 10, "市里要求从快"),), date(2022, 6, 16), id="本机关调整为十个工作日"),
])
def test_a_guide_is_put_right_by(proposed_on, wanted_by_on, adjusted, due_on):
    assert rules.rectify_due_on(proposed_on, wanted_by_on, shipped_calendar(), adjusted) == due_on


@pytest.mark.parametrize(("reviewed", "effective", "state", "verbs"), [
    (None, None, ChangeState.PROPOSED, ["review"]),
    (date(2022, 6, 10), None, ChangeState.REVIEWED, ["bring_into_force"]),
    (date(2022, 6, 10), date(2022, 6, 20), ChangeState.IN_FORCE, []),
])  # fmt: skip
def test_the_state_follows_from_the_dates(reviewed, effective, state, verbs):
    assert rules.state_of(reviewed, effective) is state
    assert rules.MOVES.verbs(state) == verbs
