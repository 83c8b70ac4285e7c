"""How a measure stands, and what may be refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.law.moves import NoSuchMove
from gongkai.ledger.rules import (
    MOVES,
    MeasureFacts,
    Standing,
    judge,
    objections_to_confirming,
    objections_to_freezing,
)

YEAR, WARN, STALE = 2022, 15, 120
PLAIN = MeasureFacts(
    due_on=None, starts_on=None, done_on=None, every_year=True, has_confirmed_progress=True, last_report_on=date(2022, 10, 1), records_behind=3
)
BLANK = replace(PLAIN, has_confirmed_progress=False, last_report_on=None, records_behind=0)
NOVEMBER = date(2022, 11, 30)


def stands(as_of=NOVEMBER, of=PLAIN, **facts):
    judged = judge(replace(of, **facts), year=YEAR, as_of=as_of, warn_days=WARN, stale_days=STALE)
    return judged.standing.value, judged.why


@pytest.mark.parametrize(
    ("said", "standing", "why"),
    [
        pytest.param(stands(done_on=date(2022, 11, 1)), "已完成", "科室负责人已于2022年11月1日确认办结", id="已确认办结"),
        pytest.param(stands(done_on=date(2022, 12, 1)), "进行中", "已有经审核的落实情况，期限2022年12月31日", id="截至日之后才办结，不算"),
        pytest.param(stands(done_on=date(2022, 11, 1), overdue_duties=("答复（3号）",)), "逾期", "有1项应办事项超过期限：答复（3号）", id="确认办结，但有事项逾期"),
        pytest.param(stands(overdue_duties=tuple("甲乙丙丁")), "逾期", "有4项应办事项超过期限：甲、乙、丙等4项", id="应办事项逾期"),
        pytest.param(
            stands(due_on=date(2022, 11, 29), targets_missed=("宣讲会7场，应不少于8",)), "逾期", "已过期限2022年11月29日，量化指标未达到：宣讲会7场，应不少于8",
            id="过期，指标未达到",
        ),
        pytest.param(stands(of=BLANK, due_on=date(2022, 11, 29)), "逾期", "已过期限2022年11月29日，仍无经审核的落实情况", id="过期，没有填报"),
        pytest.param(stands(due_on=date(2022, 11, 29)), "已完成", "期限2022年11月29日已到，有经审核的落实情况，无未办结事项", id="过期，都已做到"),
        pytest.param(stands(failed_claims=("收到申请中1件未按期答复",)), "存在风险", "记录显示有未达要求的情形：收到申请中1件未按期答复", id="记录中有例外"),
        pytest.param(stands(near_duties=("答复（5号）",)), "存在风险", "有1项应办事项将在15天内到期：答复（5号）", id="应办事项临近到期"),
        pytest.param(stands(of=BLANK, starts_on=date(2022, 12, 1)), "未开始", "计划于2022年12月1日开始", id="还没到开始日期"),
        pytest.param(stands(of=BLANK), "未开始", "尚无经审核的落实情况，也没有相关记录", id="没有填报，没有记录"),
        pytest.param(stands(date(2022, 12, 16), of=BLANK), "存在风险", "距期限2022年12月31日不足15天，尚无落实情况和记录", id="年末将至，没有填报"),
        pytest.param(stands(date(2022, 12, 15), of=BLANK), "未开始", "尚无经审核的落实情况，也没有相关记录", id="差十六天，还不算临近"),
        pytest.param(
            stands(due_on=date(2022, 12, 10), targets_missed=("宣讲会7场，应不少于8",)), "存在风险", "距期限2022年12月10日不足15天，量化指标未达到：宣讲会7场，应不少于8",
            id="临近期限，指标未达到",
        ),
        pytest.param(stands(targets_missed=("宣讲会7场，应不少于8",)), "进行中", "已有经审核的落实情况，期限2022年12月31日", id="指标未达到，但期限还早"),
        pytest.param(stands(due_on=NOVEMBER, every_year=False), "已完成", "期限2022年11月30日已到，有经审核的落实情况，无未办结事项", id="一次性措施，期限当天"),
        pytest.param(stands(last_report_on=date(2022, 8, 1)), "存在风险", "上次填报在2022年8月1日，已超过120天未更新", id="久未更新"),
        pytest.param(stands(last_report_on=date(2022, 8, 2)), "进行中", "已有经审核的落实情况，期限2022年12月31日", id="一百二十天整，不算久"),
        pytest.param(stands(), "进行中", "已有经审核的落实情况，期限2022年12月31日", id="已填报"),
        pytest.param(stands(of=BLANK, records_behind=3), "进行中", "已有3条相关记录，落实情况待填报或待审核", id="有记录，待填报"),
    ],
)
def test_how_a_measure_stands(said, standing, why):
    assert said == (standing, why)


days = st.dates(date(2022, 1, 1), date(2023, 3, 1))
names = st.lists(st.sampled_from(["甲", "乙", "丙", "丁"]), max_size=4).map(tuple)
facts = st.builds(
    MeasureFacts, due_on=st.none() | days, starts_on=st.none() | days, done_on=st.none() | days, every_year=st.booleans(),
    has_confirmed_progress=st.booleans(), last_report_on=st.none() | days, records_behind=st.integers(0, 3), targets_missed=names,
    overdue_duties=names, near_duties=names, failed_claims=names,
)  # fmt: skip


@given(facts, days)
def test_every_measure_stands_somehow_and_the_rule_is_said(of, as_of):
    judged = judge(of, year=YEAR, as_of=as_of, warn_days=WARN, stale_days=STALE)
    assert judged.standing in Standing and judged.why and "None" not in judged.why


@given(facts, days)
def test_an_overdue_duty_wins_over_everything(of, as_of):
    judged = judge(replace(of, overdue_duties=("答复（3号）",)), year=YEAR, as_of=as_of, warn_days=WARN, stale_days=STALE)
    assert judged.standing is Standing.OVERDUE


@given(facts, days)
def test_nothing_is_done_while_a_target_is_missed_unless_the_head_says_so(of, as_of):
    judged = judge(replace(of, done_on=None, targets_missed=("宣讲会7场",)), year=YEAR, as_of=as_of, warn_days=WARN, stale_days=STALE)
    assert judged.standing is not Standing.DONE


@given(facts, days, st.integers(1, 60))
def test_what_happens_later_changes_nothing_today(of, as_of, later):
    """A measure finished after the day reads as if it were not finished at all."""
    finished = judge(replace(of, done_on=as_of + timedelta(days=later)), year=YEAR, as_of=as_of, warn_days=WARN, stale_days=STALE)
    assert finished == judge(replace(of, done_on=None), year=YEAR, as_of=as_of, warn_days=WARN, stale_days=STALE)


@pytest.mark.parametrize(
    ("writer", "checker", "faults", "codes"),
    [
        pytest.param(1, 2, [], [], id="另一人审核"),
        pytest.param(1, 1, [], ["same_person"], id="自己审核自己"),
        pytest.param(None, 2, [], [], id="系统导入的草稿"),
        pytest.param(1, 2, ["没有这个指标"], ["fault"], id="标记有误"),
    ],
)
def test_why_a_text_may_not_be_confirmed(writer, checker, faults, codes):
    assert [o.code for o in objections_to_confirming(writer_id=writer, checker_id=checker, faults=faults)] == codes


@pytest.mark.parametrize(
    ("as_of", "waiting", "codes"),
    [
        pytest.param(NOVEMBER, [], [], id="可以冻结"),
        pytest.param(date(2023, 1, 1), [], ["other_year"], id="不在本年"),
        pytest.param(date(2022, 12, 2), [], ["future"], id="晚于今天"),
        pytest.param(date(2022, 12, 1), [], [], id="就是今天"),
        pytest.param(NOVEMBER, ["2022-03"], ["unchecked"], id="有待审核的"),
        pytest.param(date(2024, 1, 1), ["2022-03"], ["other_year", "future", "unchecked"], id="几条理由一并说明"),
    ],
)
def test_why_an_account_may_not_be_frozen(as_of, waiting, codes):
    today = date(2023, 1, 5) if as_of == date(2023, 1, 1) else date(2022, 12, 1)
    assert [o.code for o in objections_to_freezing(year=YEAR, as_of=as_of, today=today, open_texts=waiting)] == codes


def test_a_confirmed_text_moves_no_more():
    assert MOVES.ends() == ["confirmed"]
    with pytest.raises(NoSuchMove):
        MOVES.after("draft", "confirm")
