"""Validity, and by when a document is explained, submitted and evaluated."""

from datetime import date

import pytest

from gongkai.documents import rules
from gongkai.law.calendar import shipped_calendar

WORK = shipped_calendar()


@pytest.mark.parametrize(("effective", "expires", "repealed", "on", "said"), [
    pytest.param(None, None, None, date(2022, 3, 1), "有效", id="成文当日起，无有效期"),
    pytest.param(date(2022, 4, 1), None, None, date(2022, 3, 31), "尚未施行", id="施行前一日"),
    pytest.param(date(2022, 4, 1), None, None, date(2022, 4, 1), "有效", id="施行当日"),
    pytest.param(None, date(2027, 3, 1), None, date(2027, 3, 1), "有效", id="有效期最后一日"),
    pytest.param(None, date(2027, 3, 1), None, date(2027, 3, 2), "失效", id="有效期届满次日"),
    pytest.param(None, date(2027, 3, 1), date(2023, 1, 1), date(2022, 12, 31), "有效", id="废止前一日"),
    pytest.param(None, date(2027, 3, 1), date(2023, 1, 1), date(2023, 1, 1), "废止", id="废止当日"),
    pytest.param(None, date(2027, 3, 1), date(2023, 1, 1), date(2028, 1, 1), "废止", id="废止后又过期，仍是废止"),
])
def test_validity(effective, expires, repealed, on, said):
    assert rules.validity(date(2022, 3, 1), effective, expires, repealed, on=on) == said


@pytest.mark.parametrize(("published", "due"), [
    pytest.param(date(2022, 3, 1), date(2022, 3, 4), id="周二公开，周五止"),
    pytest.param(date(2022, 3, 4), date(2022, 3, 9), id="周五公开，跨周末"),
    pytest.param(date(2022, 9, 30), date(2022, 10, 10), id="国庆前公开，调休上班的周六周日算工作日"),
    pytest.param(date(2015, 6, 1), date(2015, 6, 4), id="早年文件按同样天数"),
])
def test_an_interpretation_is_due_within_working_days(published, due):
    assert rules.interpretation_clock(published, WORK).last_day == due


@pytest.mark.parametrize(("signed", "due"), [
    pytest.param(date(2022, 3, 1), date(2022, 3, 31), id="自成文之日三十日"),
    pytest.param(date(2022, 1, 31), date(2022, 3, 2), id="跨二月"),
    pytest.param(date(2022, 9, 1), date(2022, 10, 1), id="末日在国庆节，不顺延"),
])
def test_the_gazette_is_due_within_calendar_days(signed, due):
    assert rules.gazette_clock(signed, WORK).last_day == due


def test_an_office_may_set_a_shorter_time_for_the_gazette():
    adjusted = [("gazette_days", date(2022, 1, 1), 20, "市府办通知要求20日内报送")]
    assert rules.last_days(kind="normative", signed_on=date(2022, 3, 1), published_on=None, calendar=WORK, adjustments=adjusted) == (None, date(2022, 3, 21))


@pytest.mark.parametrize("kind", ["policy", "plan", "scheme"])
def test_only_normative_documents_go_to_the_gazette(kind):
    explain, gazette = rules.last_days(kind=kind, signed_on=date(2022, 3, 1), published_on=date(2022, 3, 1), calendar=WORK)
    assert (explain, gazette) == (date(2022, 3, 4), None)


BEGAN = date(2020, 7, 1)


@pytest.mark.parametrize(("expires", "repealed", "finished", "owed"), [
    pytest.param(date(2025, 6, 30), None, [], [(date(2024, 12, 30), None)], id="有效期，届满前六个月"),
    pytest.param(date(2025, 6, 30), None, [date(2024, 11, 1)], [(date(2024, 12, 30), date(2024, 11, 1))], id="已按时评估"),
    pytest.param(date(2025, 6, 30), None, [date(2025, 2, 1)], [(date(2024, 12, 30), date(2025, 2, 1))], id="晚评估"),
    pytest.param(date(2025, 6, 30), None, [date(2022, 2, 1)], [(date(2024, 12, 30), None)], id="两年多以前的评估不能抵"),
    pytest.param(date(2025, 6, 30), date(2024, 1, 1), [], [], id="到期前已废止"),
    pytest.param(None, None, [], [(date(2025, 7, 1), None)], id="无有效期，五年"),
    pytest.param(None, None, [date(2023, 5, 8)], [(date(2025, 7, 1), date(2023, 5, 8)), (date(2028, 5, 8), None)], id="评估后另起五年"),
    pytest.param(None, date(2024, 1, 1), [], [], id="无有效期，五年内已废止"),
    pytest.param(date(2020, 9, 30), None, [], [], id="有效期不足六个月，无从提前六个月评估"),
])
def test_when_a_normative_document_is_evaluated(expires, repealed, finished, owed):
    assert rules.evaluations_owed(BEGAN, expires, repealed, finished) == owed


CLEAN = dict(
    kind="normative", attribute="open", ground="", attribute_reason="", published_on=date(2022, 3, 1),
    code="", needs_interpretation=True, exemption="", exempted_on=None,
)


@pytest.mark.parametrize(("facts", "codes"), [
    pytest.param({}, set(), id="公开的规范性文件"),
    pytest.param({"attribute": "on_request", "attribute_reason": "限定对象"}, {"not_open"}, id="依申请公开却有公开日期"),
    pytest.param({"kind": "policy", "attribute": "withheld", "ground": "process", "attribute_reason": "过程稿", "published_on": None}, set(), id="不予公开的其他文件"),
    pytest.param({"attribute": "withheld", "ground": "process", "attribute_reason": "过程稿", "published_on": None}, {"normative_withheld"}, id="规范性文件不能不公开"),
    pytest.param({"kind": "plan", "code": "QHGS-2022-7"}, {"code_unwanted"}, id="规划没有规范性文件编号"),
    pytest.param({"needs_interpretation": False}, {"no_exemption"}, id="不解读而无理由"),
    pytest.param({"needs_interpretation": False, "exemption": "仅改电话", "exempted_on": date(2022, 3, 1)}, set(), id="免予解读"),
    pytest.param({"exemption": "仅改电话", "exempted_on": date(2022, 3, 1)}, {"exempt_yet_needed"}, id="有免予理由又需要解读"),
])
def test_how_a_document_may_be_recorded(facts, codes):
    assert {o.code for o in rules.objections_to_document(**{**CLEAN, **facts})} == codes


@pytest.mark.parametrize(("facts", "codes"), [
    pytest.param({}, set(), id="已发布"),
    pytest.param({"forms": 0}, {"no_form"}, id="没有形式"),
    pytest.param({"points": 0}, {"no_point"}, id="没有要点"),
    pytest.param({"forms": 0, "points": 0, "published_on": None}, set(), id="草稿可以不全"),
    pytest.param({"has_document": False}, {"of_nothing"}, id="没有所解读的文件"),
    pytest.param({"has_document": False, "document_title": "省促进条例"}, set(), id="解读库外文件"),
])
def test_how_an_interpretation_may_be_recorded(facts, codes):
    clean = dict(has_document=True, document_title="", published_on=date(2022, 3, 1), forms=1, points=1)
    assert {o.code for o in rules.objections_to_interpretation(**{**clean, **facts})} == codes


@pytest.mark.parametrize(("facts", "codes"), [
    pytest.param({}, set(), id="按期报送"),
    pytest.param({"submitted_on": date(2022, 2, 28)}, {"too_early"}, id="成文之前"),
    pytest.param({"printed_on": date(2022, 5, 1)}, {"no_issue"}, id="刊登没有期号"),
])
def test_how_a_submission_may_be_recorded(facts, codes):
    clean = dict(signed_on=date(2022, 3, 1), submitted_on=date(2022, 3, 20), printed_on=None, issue="")
    assert {o.code for o in rules.objections_to_submission(**{**clean, **facts})} == codes


@pytest.mark.parametrize(("facts", "codes"), [
    pytest.param({}, set(), id="完成并有报告"),
    pytest.param({"report_title": ""}, {"no_report"}, id="完成而无报告"),
    pytest.param({"report_title": "", "has_report": True}, set(), id="上传了报告"),
    pytest.param({"finished_on": None, "report_title": ""}, set(), id="还在评估"),
    pytest.param({"finished_on": None, "result": "keep"}, {"not_finished"}, id="有结论而未完成"),
])
def test_how_an_evaluation_may_be_recorded(facts, codes):
    clean = dict(finished_on=date(2022, 9, 1), report_title="评估报告", has_report=False, result="")
    assert {o.code for o in rules.objections_to_evaluation(**{**clean, **facts})} == codes
