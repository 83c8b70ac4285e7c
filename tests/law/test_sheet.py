"""The 时限计算书 shows what the fold decided, and no more."""

from datetime import date, datetime

from hypothesis import given

from gongkai.law.calendar import shipped_calendar
from gongkai.law.clock import Clock, Exclude, Extend, Restart, Start, Stop, Unit
from gongkai.law.sheet import sheet
from tests.law.test_clock import AMOUNTS, PLAIN, reply

CALENDAR = shipped_calendar()


def test_the_sheet_of_a_corrected_and_consulted_case():
    clock = Clock.run(
        [
            Start(date(2026, 3, 2), 20, basis="条例 33.2", note="收到申请"),
            Restart(date(2026, 3, 11), basis="条例 30", note="收到补正的申请"),
            Exclude(date(2026, 3, 13), date(2026, 3, 17), basis="条例 33.3", note="征求第三方意见"),
            Stop(date(2026, 4, 8), note="答复"),
        ],
        CALENDAR,
    )
    shown = sheet(clock, subject="青公开〔2026〕3号")
    assert shown.title == "青公开〔2026〕3号时限计算书"
    assert shown.facts == [
        ("起算日", "2026年3月2日"),
        ("重新起算日", "2026年3月11日"),
        ("期限", "20个工作日"),
        ("不计入期限", "2个工作日"),
        ("末日", "2026年4月13日"),
        ("办结日", "2026年4月8日"),
        ("办理情况", "按期"),
    ]
    assert shown.steps[0].basis == "《中华人民共和国政府信息公开条例》第三十三条第二款"
    rows = {row.on: row for row in shown.rows}
    assert (rows[date(2026, 3, 10)].running, rows[date(2026, 3, 12)].running) == (6, 1)
    assert rows[date(2026, 3, 16)].remark == "不计入期限的期间"
    assert not rows[date(2026, 4, 6)].counts and rows[date(2026, 4, 6)].kind == "法定节假日放假（清明节）"
    assert rows[date(2026, 4, 13)] == (date(2026, 4, 13), "星期一", "工作日", True, "末日", 20)
    assert "2026-04-13　星期一　工作日　计　第20日　末日" in shown.text()


def test_a_reply_after_the_last_day_shows_the_days_it_was_late():
    shown = sheet(reply(Stop(date(2026, 4, 1))))
    assert [row.remark for row in shown.rows[-3:]] == ["末日", "已过末日", "已过末日"]


def test_hours_and_months_have_steps_but_no_table_of_days():
    clock = Clock.run([Start(datetime(2026, 2, 17, 8), 48, Unit.HOUR, basis="61号舆情 舆情")], CALENDAR)
    shown = sheet(clock)
    assert shown.rows == [] and ("末日", "2026年2月19日8时00分") in shown.facts


def test_a_basis_typed_by_hand_is_shown_as_typed():
    assert sheet(reply(Extend(date(2026, 3, 20), 5, basis="局长批示"))).steps[-1].basis == "局长批示"


@given(PLAIN, AMOUNTS)
def test_the_count_on_the_last_day_is_the_whole_period(events, amount):
    clock = reply(*events, amount=amount)
    shown = sheet(clock)
    assert shown.rows[-1].on == clock.last_day
    if clock.last_day > clock.counted_from:
        assert shown.rows[-1].running == clock.amount and shown.rows[-1].counts
