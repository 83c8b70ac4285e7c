"""When a period ends, and what moves its end."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gongkai.law.calendar import CalendarNotice, NoticeDay, WorkCalendar, shipped_calendar
from gongkai.law.clock import (
    Clock,
    Exclude,
    Extend,
    Restart,
    SetLastDay,
    Standing,
    Start,
    Stop,
    Unit,
    add_months,
    clocks_moved,
)

CALENDAR = shipped_calendar()
RECEIVED = date(2026, 3, 2)


def reply(*events, as_of=None, amount=20, unit=Unit.WORKDAY):
    return Clock.run([Start(RECEIVED, amount, unit, basis="条例 33.2"), *events], CALENDAR, as_of)


@pytest.mark.parametrize(
    ("events", "due"),
    [
        pytest.param([], date(2026, 3, 30), id="二十个工作日"),
        pytest.param([Extend(date(2026, 3, 20), 20)], date(2026, 4, 28), id="延长二十个工作日，跨清明节"),
        pytest.param([Exclude(date(2026, 3, 4), date(2026, 3, 9))], date(2026, 4, 2), id="征求意见三天不计"),
        pytest.param(
            [Exclude(date(2026, 3, 4), date(2026, 3, 9)), Exclude(date(2026, 3, 5), date(2026, 3, 10))],
            date(2026, 4, 3),
            id="两次征求意见重叠只扣一次",
        ),
        pytest.param([Restart(date(2026, 3, 11))], date(2026, 4, 9), id="补正后重新起算"),
        pytest.param(
            [Extend(date(2026, 3, 5), 20), Restart(date(2026, 3, 11))],
            date(2026, 4, 9),
            id="补正之前的延长不再有效",
        ),
        pytest.param(
            [Exclude(date(2026, 3, 4), date(2026, 3, 13)), Restart(date(2026, 3, 11))],
            date(2026, 4, 13),
            id="跨补正的征求意见只扣补正之后的两天",
        ),
        pytest.param([Extend(date(2026, 3, 30), 20)], date(2026, 4, 28), id="末日当天延长有效"),
        pytest.param([Extend(date(2026, 3, 31), 20)], date(2026, 3, 30), id="末日之后延长无效"),
        pytest.param(
            [Exclude(date(2026, 3, 31), date(2026, 4, 9))], date(2026, 3, 30), id="末日之后征求意见无效"
        ),
        pytest.param(
            [Exclude(date(2026, 3, 30), date(2026, 4, 3))], date(2026, 3, 30), id="末日当天才征求，期限已满"
        ),
        pytest.param(
            [Exclude(date(2026, 3, 30), date(2026, 4, 3)), Extend(date(2026, 3, 30), 1)],
            date(2026, 4, 7),
            id="末日当天征求并延长，征求的日子不计",
        ),
        pytest.param(
            [Exclude(date(2026, 3, 27), date(2026, 4, 7))], date(2026, 4, 8), id="征求意见跨清明假期"
        ),
        pytest.param(
            [SetLastDay(date(2026, 3, 10), date(2026, 5, 15), "数量大")], date(2026, 5, 15), id="另定合理期限"
        ),
        pytest.param(
            [
                SetLastDay(date(2026, 3, 10), date(2026, 5, 15), "数量大"),
                Exclude(date(2026, 4, 8), date(2026, 4, 10)),
            ],
            date(2026, 5, 19),
            id="另定期限之后的征求意见顺延",
        ),
        pytest.param(
            [
                Exclude(date(2026, 3, 4), date(2026, 3, 20)),
                SetLastDay(date(2026, 3, 10), date(2026, 5, 15), "数量大"),
            ],
            date(2026, 5, 15),
            id="另定期限时已知的征求意见不再顺延",
        ),
        pytest.param(
            [SetLastDay(date(2026, 3, 31), date(2026, 5, 15), "数量大")],
            date(2026, 3, 30),
            id="末日之后才另定期限无效",
        ),
        pytest.param(
            [Stop(date(2026, 3, 20)), Extend(date(2026, 3, 24), 20)], date(2026, 3, 30), id="答复之后延长无效"
        ),
    ],
)
def test_a_reply_is_due(events, due):
    assert reply(*events).last_day == due


@pytest.mark.parametrize(
    ("start", "due"),
    [
        pytest.param(Start(date(2026, 9, 4), 30, Unit.DAY), date(2026, 10, 4), id="自然日止于国庆假期不顺延"),
        pytest.param(Start(date(2026, 1, 31), 1, Unit.MONTH), date(2026, 2, 28), id="月末取当月最后一日"),
        pytest.param(Start(date(2024, 1, 31), 1, Unit.MONTH), date(2024, 2, 29), id="闰年"),
        pytest.param(Start(date(2026, 8, 31), 6, Unit.MONTH), date(2027, 2, 28), id="六个月"),
        pytest.param(
            Start(date(2026, 3, 1), 1, Unit.MONTH, first_day_counts=True),
            date(2026, 3, 31),
            id="当日计入的一个月",
        ),
        pytest.param(
            Start(RECEIVED, 20, first_day_counts=True), date(2026, 3, 27), id="当日计入的二十个工作日"
        ),
        pytest.param(
            Start(date(2026, 3, 1), 20, first_day_counts=True), date(2026, 3, 27), id="收到日为周日且当日计入"
        ),
        pytest.param(
            Start(datetime(2026, 10, 1, 22, 30), 5, Unit.HOUR), datetime(2026, 10, 2, 3, 30), id="五小时跨夜"
        ),
        pytest.param(Start(date(2026, 12, 1), 0), date(2026, 12, 1), id="零个工作日即当日"),
    ],
)
def test_a_period_ends_in_its_own_unit(start, due):
    assert Clock.run([start], CALENDAR).last_day == due


def test_hours_are_wall_clock_and_can_be_excluded():
    found = datetime(2026, 2, 17, 8)
    clock = Clock.run(
        [
            Start(found, 48, Unit.HOUR),
            Exclude(found + timedelta(hours=4), found + timedelta(hours=10)),
            Stop(found + timedelta(hours=50)),
        ],
        CALENDAR,
    )
    assert clock.last_moment == datetime(2026, 2, 19, 14)
    assert clock.used == timedelta(hours=44) and clock.left == timedelta(hours=4)
    assert clock.standing(found + timedelta(hours=50)) == Standing.ON_TIME
    assert clock.provisional == []


@pytest.mark.parametrize(
    ("events", "today", "standing"),
    [
        pytest.param([], date(2026, 3, 30), "在办", id="末日当天仍在办"),
        pytest.param([], date(2026, 3, 31), "逾期", id="过了末日"),
        pytest.param([Exclude(date(2026, 3, 4))], date(2026, 3, 4), "在办", id="发函当日仍计"),
        pytest.param([Exclude(date(2026, 3, 4))], date(2026, 6, 1), "等待", id="征求意见没有结束"),
        pytest.param(
            [Exclude(date(2026, 3, 4), date(2026, 3, 9))], date(2026, 3, 9), "等待", id="意见到达当日"
        ),
        pytest.param(
            [Exclude(date(2026, 3, 4), date(2026, 3, 9))], date(2026, 3, 10), "在办", id="意见到达之后"
        ),
        pytest.param([Exclude(date(2026, 4, 1))], date(2026, 6, 1), "逾期", id="过了末日才征求意见仍是逾期"),
        pytest.param([Stop(date(2026, 3, 30))], date(2026, 4, 1), "按期", id="末日当天答复"),
        pytest.param([Stop(date(2026, 3, 31))], date(2026, 4, 1), "逾期办结", id="晚一天答复"),
        pytest.param([Stop(date(2026, 3, 30))], date(2026, 3, 20), "在办", id="答复之前看仍在办"),
        pytest.param(
            [Exclude(date(2026, 3, 4)), Stop(date(2026, 4, 20))], date(2026, 4, 21), "按期", id="等待中答复"
        ),
        pytest.param([Stop(date(2026, 2, 27))], date(2026, 3, 2), "按期", id="确认收到之前已答复"),
    ],
)
def test_where_a_clock_stands(events, today, standing):
    assert reply(*events).standing(today) == standing


def test_while_an_exclusion_runs_the_last_day_is_unknown_or_the_earliest_there_can_be():
    running = Exclude(date(2026, 3, 4))
    assert reply(running).last_day is None and reply(running).waiting
    seen = reply(running, as_of=date(2026, 3, 6))
    assert (seen.last_day, seen.used, seen.left, seen.waiting) == (date(2026, 4, 1), 2, 18, True)


def test_an_answer_of_december_is_no_answer_in_november():
    answered = Stop(date(2026, 3, 26))
    assert reply(answered, as_of=date(2026, 3, 25)).stopped_on is None
    assert reply(answered, as_of=date(2026, 3, 26)).stopped_on == date(2026, 3, 26)


def test_each_step_says_what_it_did_and_what_stood_after():
    clock = reply(
        Exclude(date(2026, 3, 4), date(2026, 3, 9), basis="条例 33.3", note="征求第三方意见"),
        Extend(date(2026, 3, 20), 20, basis="条例 33.2"),
        SetLastDay(date(2026, 7, 1), date(2026, 8, 1), "数量大", basis="条例 35"),
        Stop(date(2026, 4, 30), note="答复"),
        Extend(date(2026, 5, 6), 20),
    )
    assert [(step.on, step.last_day, step.sentence, step.basis) for step in clock.steps] == [
        (RECEIVED, date(2026, 3, 30), "起算：自2026年3月2日起20个工作日，当日不计；末日为2026年3月30日", "条例 33.2"),
        (
            date(2026, 3, 4), date(2026, 4, 2),
            "征求第三方意见：2026年3月4日之后至2026年3月9日不计入期限；末日为2026年4月2日", "条例 33.3",
        ),
        (
            date(2026, 3, 20), date(2026, 5, 6),
            "延长期限：2026年3月20日决定延长20个工作日；末日为2026年5月6日", "条例 33.2",
        ),
        (date(2026, 4, 30), date(2026, 5, 6), "答复：2026年4月30日", ""),
        (
            date(2026, 5, 6), date(2026, 5, 6),
            "延长期限：2026年5月6日决定延长20个工作日；发生在办结之后，不影响期限", "",
        ),
        (
            date(2026, 7, 1), date(2026, 5, 6),
            "另行确定期限：2026年7月1日确定末日为2026年8月1日，理由：数量大；发生在办结之后，不影响期限", "条例 35",
        ),
    ]  # fmt: skip


def test_a_late_extension_says_that_it_changed_nothing():
    said = reply(Extend(date(2026, 3, 31), 20)).steps[-1].sentence
    assert said.endswith("发生在当时的末日2026年3月30日之后，不影响期限")


def test_a_date_set_on_a_day_off_stands_and_says_so():
    clock = reply(SetLastDay(date(2026, 3, 10), date(2026, 4, 5), "数量大"))
    assert clock.last_day == date(2026, 4, 5)
    assert clock.steps[-1].sentence.endswith("理由：数量大（该日不是工作日）")


def test_a_clock_that_runs_into_a_year_without_notice_says_so():
    clock = Clock.run([Start(date(2026, 12, 7), 20)], CALENDAR)
    assert clock.provisional == [
        "2026年12月25日至31日可能受2027年放假安排影响，该安排尚未公布，暂按周一至周五推算",
        "2027年放假安排尚未公布，暂按周一至周五推算",
    ]
    assert Clock.run([Start(date(2026, 12, 7), 30, Unit.DAY)], CALENDAR).provisional == []
    assert Clock.run([Start(RECEIVED, 20)], WorkCalendar.of([])).provisional == [
        "2026年放假安排未收录，暂按周一至周五推算"
    ]


def test_a_new_notice_lists_the_clocks_it_moves():
    notice = CalendarNotice(
        2027, "试", date(2026, 11, 4), {date(2027, 1, day): NoticeDay(False, "元旦") for day in (1, 2, 3)}
    )
    cases = [
        ("跨年", [Start(date(2026, 12, 7), 20)]),
        ("等待中", [Start(date(2026, 12, 7), 20), Exclude(date(2026, 12, 8))]),
        ("年内", [Start(date(2026, 11, 2), 20)]),
    ]
    moved = clocks_moved(CALENDAR, CALENDAR.with_notice(notice), cases)
    assert [str(found) for found in moved] == ["跨年：末日由2027年1月4日延后至2027年1月5日"]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(lambda: Clock.run([], CALENDAR), "须有且只有一个起算日，现有0个", id="没有起算"),
        pytest.param(
            lambda: Clock.run([Start(RECEIVED, 1), Start(RECEIVED, 2)], CALENDAR), "现有2个", id="两次起算"
        ),
        pytest.param(lambda: Exclude(date(2026, 3, 9), date(2026, 3, 4)), "早于起日", id="止日早于起日"),
        pytest.param(
            lambda: SetLastDay(date(2026, 3, 9), date(2026, 4, 4), " "), "须写明理由", id="没有理由"
        ),
        pytest.param(
            lambda: SetLastDay(date(2026, 3, 9), date(2026, 3, 4), "x"), "早于作出决定", id="末日在过去"
        ),
        pytest.param(lambda: Extend(RECEIVED, -1), "不能是负数", id="负的延长"),
        pytest.param(lambda: Start(RECEIVED, 5, Unit.HOUR), "精确到时分", id="小时期限没有时分"),
    ],
)
def test_facts_that_cannot_be_are_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


# Properties of every clock. Events fall within a few months of receipt, so that they meet.

DAYS = st.integers(0, 130).map(lambda n: RECEIVED + timedelta(days=n))
UNITS = st.sampled_from([Unit.WORKDAY, Unit.DAY, Unit.MONTH])
EXCLUDES = st.builds(lambda day, n: Exclude(day, day + timedelta(days=n)), DAYS, st.integers(0, 40))
EXTENDS = st.builds(Extend, DAYS, st.integers(0, 25))
RESTARTS = st.builds(Restart, DAYS)
SETS = st.builds(lambda day, n: SetLastDay(day, day + timedelta(days=n), "数量大"), DAYS, st.integers(0, 60))
PLAIN = st.lists(st.one_of(EXCLUDES, EXTENDS, RESTARTS), max_size=7)
EVENTS = st.lists(st.one_of(EXCLUDES, EXTENDS, RESTARTS, SETS), max_size=7)
AMOUNTS = st.integers(1, 30)


def by_hand(events, calendar, amount, unit):
    """A second opinion, day by day, on clocks without dates of the office's own."""
    order = {Exclude: 0, Extend: 1}
    restarts = sorted(event.on for event in events if isinstance(event, Restart))
    anchor = max([RECEIVED, *restarts])
    ended = [e for e in events if not isinstance(e, Restart)]
    before = [e for e in ended if isinstance(e, Exclude) and e.on < anchor]
    after = sorted((e for e in ended if e.on >= anchor), key=lambda e: (e.on, order[type(e)]))
    out = {day for e in before for day in days_of(e) if day > anchor}

    def end(n):
        day = anchor
        while n:
            day += timedelta(days=1)
            if day not in out and (unit is Unit.DAY or calendar.is_workday(day)):
                n -= 1
        return day

    last = end(amount)
    for event in after:
        if event.on > last:
            continue
        if isinstance(event, Exclude):
            out.update(days_of(event))
        else:
            amount += event.amount
        last = end(amount)
    return last


def days_of(event):
    return (event.after + timedelta(days=n) for n in range(1, (event.through - event.after).days + 1))


@given(PLAIN, AMOUNTS, st.sampled_from([Unit.WORKDAY, Unit.DAY]))
def test_the_fold_agrees_with_counting_by_hand(events, amount, unit):
    assert reply(*events, amount=amount, unit=unit).last_day == by_hand(events, CALENDAR, amount, unit)


@given(EVENTS, EXCLUDES, AMOUNTS, UNITS)
def test_excluding_never_shortens(events, more, amount, unit):
    without = reply(*events, amount=amount, unit=unit).last_day
    assert reply(*events, more, amount=amount, unit=unit).last_day >= without


@given(EVENTS, EXCLUDES, AMOUNTS, UNITS)
def test_what_is_excluded_twice_counts_once(events, twice, amount, unit):
    once = reply(*events, twice, amount=amount, unit=unit)
    again = reply(*events, twice, twice, amount=amount, unit=unit)
    assert (once.last_day, once.excluded, once.spells) == (again.last_day, again.excluded, again.spells)


@given(EVENTS, DAYS, AMOUNTS, UNITS)
@example([Exclude(date(2026, 3, 2), date(2026, 3, 5)), Exclude(date(2026, 3, 3), date(2026, 3, 4))], date(2026, 3, 3), 1, Unit.WORKDAY)
def test_a_restart_makes_what_was_before_it_irrelevant(events, day, amount, unit):
    assume(not any(isinstance(event, Restart) and event.on > day for event in events))
    rest = [event for event in events if event.on >= day and not isinstance(event, Restart)]
    spanning = [
        Exclude(day, event.through)
        for event in events
        if isinstance(event, Exclude) and event.after < day < event.through
    ]
    fresh = Clock.run([Start(day, amount, unit), *spanning, *rest], CALENDAR)
    restarted = reply(*events, Restart(day), amount=amount, unit=unit)
    assert (restarted.last_day, restarted.spells) == (fresh.last_day, fresh.spells)


@given(EVENTS, AMOUNTS)
def test_a_working_day_clock_ends_on_a_working_day_unless_the_office_named_another(events, amount):
    clock = reply(*events, amount=amount)
    named = {event.day for event in events if isinstance(event, SetLastDay)}
    assert CALENDAR.is_workday(clock.last_day) or (clock.fixed and clock.last_day in named)


@given(DAYS, st.integers(0, 400))
def test_a_calendar_clock_never_rolls(day, n):
    assert Clock.run([Start(day, n, Unit.DAY)], CALENDAR).last_day == day + timedelta(days=n)


@given(EVENTS, st.integers(1, 60), st.integers(0, 60), AMOUNTS, UNITS)
def test_what_comes_after_the_last_day_changes_nothing(events, later, more, amount, unit):
    clock = reply(*events, amount=amount, unit=unit)
    day = clock.last_day + timedelta(days=later)
    assume(not any(event.on > day for event in events))
    for late in (
        Extend(day, more),
        Exclude(day, day + timedelta(days=more)),
        Exclude(day),
        SetLastDay(day, day + timedelta(days=more), "迟了"),
    ):
        after = reply(*events, late, amount=amount, unit=unit)
        assert after.last_day == clock.last_day
        assert "不影响期限" in next(step for step in after.steps if step.event is late).sentence


@given(st.lists(st.one_of(EXCLUDES, EXTENDS, RESTARTS, SETS), max_size=7).flatmap(
    lambda events: st.tuples(st.just(events), st.permutations(events))
), AMOUNTS, UNITS)  # fmt: skip
def test_the_order_of_entry_does_not_matter(both, amount, unit):
    events, shuffled = both
    one, other = reply(*events, amount=amount, unit=unit), reply(*shuffled, amount=amount, unit=unit)
    assert (one.last_day, one.excluded, one.spells) == (other.last_day, other.excluded, other.spells)
    assert [step.sentence for step in one.steps] == [step.sentence for step in other.steps]


@given(PLAIN, AMOUNTS, DAYS)
def test_used_and_left_make_up_the_whole_until_the_last_day(events, amount, today):
    clock = reply(*events, amount=amount)
    assume(clock.counted_from <= today <= clock.last_day)
    assert clock.used_on(today) + clock.left_on(today) == clock.amount


@given(EVENTS, AMOUNTS, DAYS)
def test_what_was_known_on_a_day_does_not_depend_on_what_came_later(events, amount, today):
    then = reply(*(event for event in events if event.on <= today), amount=amount, as_of=today)
    now = reply(*events, amount=amount, as_of=today)
    assert (then.last_day, then.used, then.left, then.spells) == (
        now.last_day,
        now.used,
        now.left,
        now.spells,
    )


@given(EXCLUDES, AMOUNTS)
def test_an_exclusion_that_still_ran_on_a_day_counts_through_that_day(exclude, amount):
    assume(exclude.through > exclude.after)
    today = exclude.through - timedelta(days=1)
    seen = reply(exclude, amount=amount, as_of=today)
    assert seen.last_day == reply(Exclude(exclude.after, today), amount=amount).last_day


@given(DAYS, st.integers(0, 30))
def test_months_end_within_the_month_they_reach(day, n):
    found = add_months(day, n)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == n
    assert found.day == day.day or (found + timedelta(days=1)).day == 1
