"""Which days are worked, by which notice, and what is not settled yet."""

import pickle
from datetime import date, timedelta

import chinese_calendar
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.law.calendar import (
    CalendarNotice,
    DayKind,
    NoticeDay,
    OutOfCalendar,
    WorkCalendar,
    impact,
    read_notices,
    shipped_calendar,
    shipped_notices,
)

CALENDAR = shipped_calendar()
DAYS = st.dates(date(2018, 1, 1), date(2028, 12, 31))
EMPTY = WorkCalendar.of([])


def each_day(first: date, last: date):
    day = first
    while day <= last:
        yield day
        day += timedelta(days=1)


def test_a_second_opinion_agrees_on_every_day_of_2019_to_2026():
    different = [
        day
        for day in each_day(date(2019, 1, 1), date(2026, 12, 31))
        if chinese_calendar.is_workday(day) != CALENDAR.is_workday(day)
    ]
    assert different == []


@pytest.mark.parametrize(
    ("known_on", "day", "worked"),
    [
        pytest.param(date(2020, 1, 26), date(2020, 1, 31), True, id="第一份通知下1月31日上班"),
        pytest.param(date(2020, 1, 27), date(2020, 1, 31), False, id="延长假期后1月31日放假"),
        pytest.param(date(2020, 1, 26), date(2020, 2, 1), True, id="第一份通知下2月1日调休上班"),
        pytest.param(date(2020, 1, 27), date(2020, 2, 1), False, id="延长假期后2月1日放假"),
        pytest.param(date(2019, 3, 21), date(2019, 5, 2), True, id="2019年五一原只放一天"),
        pytest.param(date(2019, 3, 22), date(2019, 5, 2), False, id="调整后五一放四天"),
        pytest.param(date(2019, 3, 21), date(2019, 4, 28), False, id="调整前4月28日是周日"),
        pytest.param(date(2019, 3, 22), date(2019, 4, 28), True, id="调整后4月28日上班"),
        pytest.param(date(2018, 12, 5), date(2018, 12, 29), False, id="通知公布前12月29日是周六"),
        pytest.param(date(2018, 12, 6), date(2018, 12, 29), True, id="次年通知使12月29日上班"),
    ],
)
def test_each_notice_counts_from_the_day_it_was_published(known_on, day, worked):
    assert WorkCalendar.of(shipped_notices(), known_on=known_on).is_workday(day) is worked


@pytest.mark.parametrize(
    ("day", "kind", "festival", "provisional"),
    [
        (date(2026, 3, 2), DayKind.WORKDAY, "", False),
        (date(2026, 3, 7), DayKind.WEEKEND, "", False),
        (date(2026, 4, 6), DayKind.DAY_OFF, "清明节", False),
        (date(2026, 2, 14), DayKind.MAKE_UP, "春节", False),
        (date(2018, 12, 29), DayKind.MAKE_UP, "元旦", False),
        (date(2020, 2, 3), DayKind.WORKDAY, "春节", False),
        (date(2026, 12, 24), DayKind.WORKDAY, "", False),
        (date(2026, 12, 25), DayKind.WORKDAY, "", True),
        (date(2027, 1, 1), DayKind.WORKDAY, "", True),
        (date(2018, 12, 28), DayKind.WORKDAY, "", True),
    ],
)
def test_a_day_says_what_it_is(day, kind, festival, provisional):
    said = CALENDAR.kind_of(day)
    assert (said.kind, said.festival, said.provisional) == (kind, festival, provisional)
    assert said.worked is CALENDAR.is_workday(day)


def test_a_day_of_a_notice_names_the_notice():
    assert CALENDAR.kind_of(date(2022, 10, 8)).notice.name == (
        "《国务院办公厅关于2022年部分节假日安排的通知》（国办发明电〔2021〕11号）"
    )


@given(DAYS, st.integers(1, 400))
def test_adding_and_counting_agree(day, n):
    last = CALENDAR.add(day, n)
    assert CALENDAR.is_workday(last)
    assert CALENDAR.between(day, last) == n
    assert CALENDAR.between(day, last - timedelta(days=1)) == n - 1


@given(DAYS, st.integers(-400, -1))
def test_counting_back_lands_on_the_working_day_that_far_before(day, n):
    first = CALENDAR.add(day, n)
    assert CALENDAR.is_workday(first) and first < day
    assert CALENDAR.between(first - timedelta(days=1), day - timedelta(days=1)) == -n


@given(DAYS, DAYS)
def test_a_count_is_the_days_one_would_tick_off(a, b):
    first, last = sorted((a, b))
    ticked = sum(CALENDAR.is_workday(day) for day in each_day(first + timedelta(days=1), last))
    assert CALENDAR.between(first, last) == ticked
    assert CALENDAR.between(last, first) == -ticked


@given(DAYS)
def test_the_next_workday_is_the_day_itself_or_the_first_after(day):
    found = CALENDAR.next_workday(day)
    assert CALENDAR.is_workday(found) and found >= day
    assert not any(CALENDAR.is_workday(between) for between in each_day(day, found - timedelta(days=1)))


@given(st.lists(st.tuples(DAYS, st.integers(-60, 60)), min_size=1, max_size=30))
def test_bulk_counts_are_the_single_ones(cases):
    days = np.array([day for day, _ in cases], dtype="datetime64[D]")
    amounts = np.array([n for _, n in cases])
    assert CALENDAR.add_many(days, amounts).tolist() == [CALENDAR.add(day, n) for day, n in cases]
    backwards = days[::-1]
    assert CALENDAR.between_many(days, backwards).tolist() == [
        CALENDAR.between(a, b) for a, b in zip(days.tolist(), backwards.tolist(), strict=True)
    ]


@pytest.mark.parametrize("n", [-20, -1, 0, 1, 20])
def test_a_whole_column_with_one_amount_counts_like_single_days(n):
    days = np.datetime64("2018-01-01") + np.arange(60_000) % 4_000
    found = CALENDAR.add_many(days, n)
    assert found[:4_000].tolist() == [CALENDAR.add(day, n) for day in days[:4_000].tolist()]
    assert (found[:20_000] == found[20_000:40_000]).all()


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda c: c.is_workday(date(1989, 12, 31)), id="1990年以前"),
        pytest.param(lambda c: c.is_workday(date(2100, 1, 1)), id="2099年以后"),
        pytest.param(lambda c: c.add(date(1989, 12, 31), 20), id="起算日太早"),
        pytest.param(lambda c: c.add(date(2099, 12, 30), 20), id="末日太晚"),
        pytest.param(lambda c: c.add(date(1990, 1, 2), -5), id="往回数太早"),
        pytest.param(lambda c: c.between(date(1, 1, 1), date(2026, 1, 1)), id="区间起点太早"),
        pytest.param(lambda c: c.between(date(2026, 1, 1), date(2100, 1, 1)), id="区间终点太晚"),
        pytest.param(lambda c: c.add_many(np.array(["1989-01-01"], "M8[D]"), 1), id="批量：起算日太早"),
        pytest.param(lambda c: c.add_many(np.array(["2099-12-30"], "M8[D]"), 9), id="批量：末日太晚"),
        pytest.param(lambda c: c.add_many(np.array(["NaT"], "M8[D]"), 9), id="批量：缺日期"),
        pytest.param(
            lambda c: c.add_many(np.full(50_000, "2099-12-30", "M8[D]"), 9), id="批量：整列末日太晚"
        ),
    ],
)
def test_a_count_outside_the_calendar_is_refused_not_guessed(ask):
    with pytest.raises(OutOfCalendar, match="1990年1月1日至2099年12月31日"):
        ask(CALENDAR)


def test_what_is_no_date_is_not_reported_as_a_date_out_of_range():
    with pytest.raises(TypeError):
        CALENDAR.add("2026-03-02", 20)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        pytest.param(date(2026, 1, 1), date(2026, 12, 24), [], id="2026年12月24日前已定"),
        pytest.param(date(2019, 1, 1), date(2019, 12, 31), [], id="次年通知已有"),
        pytest.param(
            date(2026, 12, 1),
            date(2026, 12, 25),
            ["2026年12月25日至31日可能受2027年放假安排影响，该安排尚未公布，暂按周一至周五推算"],
            id="12月25日起未定",
        ),
        pytest.param(
            date(2027, 1, 1), date(2027, 2, 1), ["2027年放假安排尚未公布，暂按周一至周五推算"], id="2027年"
        ),
        pytest.param(
            date(2018, 11, 1), date(2018, 12, 1), ["2018年放假安排未收录，暂按周一至周五推算"], id="2018年"
        ),
    ],
)
def test_what_rests_on_no_notice_says_so(first, last, said):
    assert CALENDAR.provisional(first, last) == said


def test_an_empty_calendar_is_never_silent():
    for year in range(2015, 2031):
        assert EMPTY.provisional(date(year, 6, 1), date(year, 6, 1)) == [
            f"{year}年放假安排未收录，暂按周一至周五推算"
        ]
    assert EMPTY.kind_of(date(2026, 10, 1)).provisional
    assert EMPTY.settled_through() is None
    assert CALENDAR.settled_through() == date(2026, 12, 24)


def notice_2027() -> CalendarNotice:
    return CalendarNotice(
        year=2027,
        title="国务院办公厅关于2027年部分节假日安排的通知",
        published_on=date(2026, 11, 4),
        days={
            date(2026, 12, 27): NoticeDay(True, "元旦"),
            date(2027, 1, 1): NoticeDay(False, "元旦"),
            date(2027, 1, 4): NoticeDay(False, "元旦"),
        },
    )


def test_a_new_notice_makes_a_new_calendar_and_leaves_the_old_one_alone():
    added = CALENDAR.with_notice(notice_2027())
    assert not added.is_workday(date(2027, 1, 1)) and CALENDAR.is_workday(date(2027, 1, 1))
    assert added.is_workday(date(2026, 12, 27)) and not CALENDAR.is_workday(date(2026, 12, 27))
    assert added.provisional(date(2026, 12, 1), date(2027, 6, 1)) == []
    assert CALENDAR.provisional(date(2027, 6, 1), date(2027, 6, 1))


def test_an_older_notice_added_late_does_not_displace_a_newer_one():
    first_of_2020 = next(notice for notice in shipped_notices() if notice.year == 2020)
    assert not CALENDAR.with_notice(first_of_2020).is_workday(date(2020, 1, 31))


def test_a_notice_shows_which_last_days_it_moves():
    spans = [
        ("元旦前补一天班", date(2026, 12, 21), 5),
        ("跨过元旦", date(2026, 12, 30), 2),
        ("早已到期", date(2026, 3, 2), 20),
    ]
    moved = impact(CALENDAR, CALENDAR.with_notice(notice_2027()), spans)
    assert [str(found) for found in moved] == [
        "元旦前补一天班：末日由2026年12月28日提前至2026年12月27日",
        "跨过元旦：末日由2027年1月1日延后至2027年1月5日",
    ]


def test_an_amended_notice_is_a_whole_version():
    base = notice_2027()
    changed = base.amended(
        title="国务院办公厅关于调整2027年元旦假期的通知",
        published_on=date(2026, 12, 1),
        changes={date(2027, 1, 4): None, date(2027, 1, 2): NoticeDay(False, "元旦")},
    )
    calendar = CALENDAR.with_notice(base).with_notice(changed)
    assert calendar.is_workday(date(2027, 1, 4))
    assert not calendar.is_workday(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("days", "said"),
    [
        pytest.param({}, "没有任何放假或调休日期", id="空通知"),
        pytest.param({date(2026, 11, 30): NoticeDay(False, "")}, "不在2027年", id="日期在上年11月"),
        pytest.param({date(2028, 1, 1): NoticeDay(False, "")}, "不在2027年", id="日期在次年"),
    ],
)
def test_a_notice_that_cannot_be_right_is_refused(days, said):
    with pytest.raises(ValueError, match=said):
        CalendarNotice(2027, "试", date(2026, 11, 4), days)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2027-2,2027-01-01,放假,元旦", "第2行：没有编号为“2027-2”的通知"),
        ("2027-1,2027-01-01,休息,元旦", "第2行：“休息”应为“放假”或“上班”"),
        ("2027-1,2027年1月1日,放假,元旦", "第2行：“2027年1月1日”不是日期"),
        ("2027-1,2027-01-01,放假,元旦\n2027-1,2027-01-01,放假,元旦", "第3行：2027年1月1日重复"),
    ],
)
def test_a_table_of_days_that_cannot_be_read_names_the_line(tmp_path, row, said):
    heads = tmp_path / "notices.toml"
    heads.write_text('["2027-1"]\nyear = 2027\ntitle = "试"\npublished_on = 2026-11-04\n', encoding="utf-8")
    days = tmp_path / "workdays.csv"
    days.write_text(f"notice,date,kind,festival\n{row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read_notices(heads, days)


def test_a_calendar_survives_pickling():
    copied = pickle.loads(pickle.dumps(CALENDAR))
    assert copied.add(date(2026, 3, 2), 20) == date(2026, 3, 30)
    assert copied.notices == CALENDAR.notices
