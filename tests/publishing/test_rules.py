"""What a secrecy review may conclude, what three reviews are, when a column is stale."""

from datetime import date

import pytest

from gongkai.publishing import rules
from gongkai.publishing.rules import Review


@pytest.mark.parametrize(("text", "marked"), [
    pytest.param("机密★10年", True, id="级别加星号"),
    pytest.param("绝密★", True, id="只有星号"),
    pytest.param("秘密　5年\n关于某事的报告", True, id="级别加期限"),
    pytest.param("机密·长期", True, id="长期"),
    pytest.param("【机密】\n正文", True, id="单独成行在文首"),
    pytest.param("机密", True, id="全文只有级别"),
    pytest.param("关于加强商业秘密保护的通知", False, id="行文中的商业秘密"),
    pytest.param("国家秘密载体管理规定解读", False, id="标题里的国家秘密"),
    pytest.param("保守秘密是每个工作人员的义务", False, id="句中的秘密"),
    pytest.param("", False, id="空"),
])
def test_a_mark_is_refused_and_the_word_is_not(text, marked):
    assert rules.bears_mark(text) is marked
    assert bool(rules.objections_to_marks("标题", text)) is marked


def codes(found):
    return {objection.code for objection in found}


CLEAN = dict(
    result="open", attribute="open", ground="", reason="", marked=False, safety=False, rights=False,
    handled_by=1, reviewed_by=2, referred_to="", determined_on=None, may_open=None,
)


@pytest.mark.parametrize(("facts", "expected"), [
    pytest.param({}, set(), id="可以公开"),
    pytest.param({"marked": True}, {"marked"}, id="有密级标识不能公开"),
    pytest.param({"safety": True}, {"unsafe"}, id="三安全一稳定没有例外"),
    pytest.param({"safety": True, "reason": "领导同意"}, {"unsafe"}, id="三安全一稳定写了理由也不行"),
    pytest.param({"rights": True}, {"rights"}, id="涉第三方权益须有理由"),
    pytest.param({"rights": True, "reason": "第三方书面同意公开"}, set(), id="第三方同意可以公开"),
    pytest.param({"rights": True, "result": "redact"}, set(), id="删减后公开"),
    pytest.param({"attribute": "withheld", "ground": "process", "reason": "过程稿"}, {"contradiction"}, id="结论公开而属性不公开"),
    pytest.param({"result": "withhold"}, {"contradiction"}, id="结论不公开而属性主动公开"),
    pytest.param({"result": "withhold", "attribute": "withheld", "ground": "process", "reason": "过程稿"}, set(), id="不予公开，情形和理由齐全"),
    pytest.param({"result": "withhold", "attribute": "withheld", "reason": "过程稿"}, {"no_ground"}, id="不予公开没有情形"),
    pytest.param({"result": "withhold", "attribute": "withheld", "ground": "process"}, {"no_reason"}, id="不予公开没有理由"),
    pytest.param({"reviewed_by": 1}, {"same_person"}, id="自己审自己"),
    pytest.param({"result": "refer"}, {"referred_nowhere"}, id="提请确定没有写机关"),
    pytest.param({"result": "refer", "referred_to": "市保密局"}, set(), id="提请确定，等结果"),
    pytest.param({"result": "refer", "referred_to": "市保密局", "may_open": True}, {"half_determined"}, id="有结果没有日期"),
    pytest.param({"determined_on": date(2022, 3, 1), "may_open": True}, {"not_referred"}, id="没有提请却有结果"),
])
def test_what_a_secrecy_review_may_conclude(facts, expected):
    assert codes(rules.objections_to_review(**{**CLEAN, **facts})) == expected


@pytest.mark.parametrize(("result", "attribute", "reviewed", "determined", "may_open", "due"), [
    pytest.param("withhold", "withheld", date(2022, 3, 8), None, None, date(2023, 3, 8), id="不予公开，一年后评估"),
    pytest.param("withhold", "withheld", date(2024, 2, 29), None, None, date(2025, 2, 28), id="闰日取月末"),
    pytest.param("refer", "withheld", date(2022, 3, 8), date(2022, 4, 1), False, date(2023, 4, 1), id="经确定不予公开，自确定之日"),
    pytest.param("refer", "withheld", date(2022, 3, 8), None, None, None, id="尚未确定"),
    pytest.param("withhold", "on_request", date(2022, 3, 8), None, None, None, id="依申请公开"),
    pytest.param("open", "open", date(2022, 3, 8), None, None, None, id="可以公开"),
    pytest.param("withhold", "withheld", date(2018, 5, 1), None, None, date(2019, 5, 1), id="条例修订以前"),
])
def test_when_something_withheld_is_looked_at_again(result, attribute, reviewed, determined, may_open, due):
    found = rules.reassess_by(result=result, attribute=attribute, reviewed_on=reviewed, determined_on=determined, may_open=may_open)
    assert found == due


def test_an_office_may_reassess_more_often():
    found = rules.reassess_by(
        result="withhold", attribute="withheld", reviewed_on=date(2022, 3, 8), determined_on=None, may_open=None,
        adjustments=[("reassess_months", date(2022, 1, 1), 6, "本机关每半年评估")],
    )
    assert found == date(2022, 9, 8)


DAY = date(2022, 3, 10)


def reviews(*pairs):
    return [Review(step, by, on) for step, (by, on) in zip(("初审一校", "复审二校", "终审三校"), pairs, strict=True)]


@pytest.mark.parametrize(("pairs", "passed", "refused"), [
    pytest.param([(1, DAY), (2, DAY), (3, DAY)], True, set(), id="三人同日"),
    pytest.param([(1, date(2022, 3, 8)), (2, date(2022, 3, 9)), (3, DAY)], True, set(), id="三人先后"),
    pytest.param([(1, DAY), (2, DAY), (1, DAY)], False, set(), id="一审三审同一人，如实登记"),
    pytest.param([(1, DAY), (2, DAY), (None, None)], False, set(), id="缺终审，如实登记"),
    pytest.param([(1, DAY), (2, DAY), (3, date(2022, 3, 11))], False, set(), id="发布后才终审，如实登记"),
    pytest.param([(1, DAY), (2, None), (3, DAY)], False, {"half_reviewed"}, id="有人无日期"),
    pytest.param([(1, DAY), (None, DAY), (3, DAY)], False, {"half_reviewed"}, id="有日期无人"),
    pytest.param([(1, DAY), (2, date(2022, 3, 9)), (3, DAY)], True, {"out_of_order"}, id="复审早于初审"),
])
def test_three_reviews(pairs, passed, refused):
    assert rules.passed_three_reviews(reviews(*pairs), DAY) is passed
    assert codes(rules.objections_to_reviews(reviews(*pairs))) == refused


@pytest.mark.parametrize(("html", "kept"), [
    pytest.param('<h2>一</h2><p>详见<a href="https://www.example.gov.cn/">通知</a>。</p><ul><li>甲</li></ul>', True, id="标题段落列表链接"),
    pytest.param("利润<5%的企业", True, id="普通文字里的小于号"),
    pytest.param("<script>alert(1)</script>", False, id="脚本"),
    pytest.param('<p onclick="x()">甲</p>', False, id="事件属性"),
    pytest.param('<a href="javascript:alert(1)">甲</a>', False, id="脚本链接"),
    pytest.param('<a href=" JavaScript:alert(1)">甲</a>', False, id="大小写和空格掩饰的脚本链接"),
    pytest.param('<img src="https://elsewhere.example/x.png">', False, id="站外图片"),
    pytest.param('<p style="color:red">甲</p>', False, id="内联样式"),
    pytest.param('<iframe src="/"></iframe>', False, id="框架"),
])
def test_a_body_holds_text_and_links_only(html, kept):
    assert (rules.objections_to_body(html) == []) is kept


@pytest.mark.parametrize(("last", "every", "due"), [
    pytest.param(date(2022, 3, 1), 14, date(2022, 3, 15), id="自上次更新起十四日"),
    pytest.param(None, 14, date(2022, 1, 15), id="从未更新的自开设起算"),
])
def test_a_column_wants_something_new(last, every, due):
    assert rules.column_due(last, date(2022, 1, 1), every) == due


@pytest.mark.parametrize(("column_type", "days"), [("news", 14), ("notice", 180), ("policy", 180), ("service", None)])
def test_the_period_a_column_is_inspected_by(column_type, days):
    period = rules.column_period(column_type, date(2022, 1, 1))
    assert (period.value if period else None) == days
