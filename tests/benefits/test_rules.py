"""What the law says of benefit policies."""

from datetime import date

import pytest

from gongkai.benefits import rules
from gongkai.law import shipped_calendar

POLICY = {
    "published_on": date(2022, 8, 1), "effective_on": date(2022, 8, 1), "expires_on": date(2025, 7, 31),
    "opens_on": date(2022, 9, 1), "closes_on": date(2022, 9, 30), "outcome": "", "complaints": "",
}  # fmt: skip


@pytest.mark.parametrize(("changed", "codes"), [
    pytest.param({}, [], id="各日期先后有序"),
    pytest.param({"effective_on": None, "expires_on": None, "opens_on": None, "closes_on": None}, [], id="长期有效、随时申报"),
    pytest.param({"effective_on": date(2025, 8, 1)}, ["expires_before_effect"], id="生效在失效之后"),
    pytest.param({"effective_on": None, "expires_on": date(2022, 7, 31)}, ["expires_before_publication"], id="发布时已失效"),
    pytest.param({"closes_on": date(2022, 8, 31)}, ["closes_before_opening"], id="截止早于开始"),
    pytest.param({"outcome": "发放12户，每户20万元"}, ["no_complaints_channel"], id="公布兑现结果而无投诉渠道"),
    pytest.param({"outcome": "发放12户，每户20万元", "complaints": "0000-8800012"}, [], id="有投诉渠道"),
    pytest.param({"outcome": "发放12户", "published_on": date(2022, 6, 30)}, [], id="条例施行前发布的不追溯"),
])
def test_objections_to_a_policy(changed, codes):
    assert [o.code for o in rules.objections_to_policy(**{**POLICY, **changed})] == codes


def test_the_complaints_channel_is_asked_for_by_its_article():
    (objection,) = rules.objections_to_policy(**{**POLICY, "outcome": "发放12户"})
    assert objection.basis == "广东优化营商环境条例 54.2"


@pytest.mark.parametrize(("kind", "updated_on", "reason", "codes"), [
    pytest.param("added", date(2022, 8, 1), "", [], id="发布当日上平台"),
    pytest.param("added", date(2022, 7, 31), "", ["before_publication"], id="先于发布"),
    pytest.param("removed", date(2022, 9, 1), "已废止", [], id="下架写明原因"),
    pytest.param("removed", date(2022, 9, 1), "  ", ["no_reason"], id="下架未写原因"),
])
def test_objections_to_an_update(kind, updated_on, reason, codes):
    found = rules.objections_to_update(kind=kind, updated_on=updated_on, reason=reason, published_on=date(2022, 8, 1))
    assert [o.code for o in found] == codes


@pytest.mark.parametrize(("expires_on", "adjusted", "due_on"), [
    pytest.param(date(2022, 8, 31), (), date(2022, 9, 1), id="次一工作日"),
    pytest.param(date(2022, 9, 30), (), date(2022, 10, 8), id="国庆长假后第一个工作日是调休的周六"),
    pytest.param(date(2022, 8, 31), (("delist_workdays", date(2022, 1, 1), 5, "平台每周维护一次"),), date(2022, 9, 7), id="本机关调整为五个工作日"),
])
def test_an_expired_policy_is_down_by(expires_on, adjusted, due_on):
    assert rules.removal_due_on(expires_on, shipped_calendar(), adjusted) == due_on
