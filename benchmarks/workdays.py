"""Working-day counts and the clock's fold, beside the peers, in one run.

    python -m benchmarks.workdays [--json]

The day loop over chinesecalendar is too slow to run a million times: it is timed on a
sample drawn from the same million and scaled. numpy's busday functions are given their
best case: vectorised, and once with our days off as their holiday list. They have no way
to be told of a Saturday that is worked, so part of their answers are wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import chinese_calendar
import numpy as np

from gongkai.law.calendar import DayKind, shipped_calendar
from gongkai.law.clock import Clock, Exclude, Extend, Restart, Start, Stop

MILLION = 1_000_000
SAMPLE = 1_000
PAIRS = 30
SEED = 20220101
FIRST, LAST = date(2019, 1, 1), date(2026, 12, 31)
TWENTY = 20


class Row(NamedTuple):
    """One line of the table. `each_ns` is the time of one count; `faster` against the day
    loop of its own kind of count; `right` the share of answers equal to ours."""

    work: str
    how: str
    each_ns: float
    faster: float | None
    right: float | None
    note: str = ""


def rows() -> list[Row]:
    """Run everything once and give the table's lines. Takes under twenty seconds."""
    calendar = shipped_calendar()
    draw = random.Random(SEED)
    # Twenty working days on and the day loop must both stay inside the noticed years.
    span = (LAST - FIRST).days - 60
    starts = [FIRST + timedelta(days=draw.randrange(span)) for _ in range(MILLION)]
    ends = [FIRST + timedelta(days=draw.randrange(span)) for _ in range(MILLION)]
    from_days, to_days = (np.array(days, dtype="datetime64[D]") for days in (starts, ends))
    off = [day for day in _noticed_days() if calendar.kind_of(day).kind is DayKind.DAY_OFF]

    add, between = calendar.add, calendar.between
    answers = calendar.add_many(from_days, TWENTY)
    looped: list[date] = []
    loop_add = _each(lambda: looped.extend(_loop_add(day, TWENTY) for day in starts[:SAMPLE]), SAMPLE, 1)
    if looped != answers[:SAMPLE].tolist():
        raise AssertionError("chinesecalendar disagrees with us about twenty working days")
    some = list(zip(starts, ends, strict=True))[:PAIRS]
    counted: list[int] = []
    loop_between = _each(lambda: counted.extend(_loop_between(a, b) for a, b in some), PAIRS, 1)
    if counted != [abs(between(a, b)) for a, b in some]:
        raise AssertionError("chinesecalendar disagrees with us about the working days between two days")

    def one_by_one() -> None:
        for day in starts:
            add(day, TWENTY)

    def pairs() -> None:
        for a, b in zip(starts, ends, strict=True):
            between(a, b)

    plain = np.busday_offset(from_days, TWENTY, roll="preceding")
    told = np.busdaycalendar(holidays=off)
    knowing = np.busday_offset(from_days, TWENTY, roll="preceding", busdaycal=told)
    found = [
        Row("第20个工作日", "chinesecalendar逐日循环", loop_add, 1.0, 1.0, f"抽样{SAMPLE}次，按比例推算"),
        _row("第20个工作日", "gongkai，逐个调用", _each(one_by_one, MILLION, 5), loop_add, 1.0),
        _row(
            "第20个工作日",
            "gongkai，成批",
            _each(lambda: calendar.add_many(from_days, TWENTY), MILLION, 7),
            loop_add,
            1.0,
        ),
        _row(
            "第20个工作日",
            "numpy.busday_offset，成批",
            _each(lambda: np.busday_offset(from_days, TWENTY, roll="preceding"), MILLION, 3),
            loop_add,
            float((plain == answers).mean()),
            "只知周末",
        ),
        _row(
            "第20个工作日",
            "numpy.busday_offset，成批，给出放假日",
            _each(lambda: np.busday_offset(from_days, TWENTY, roll="preceding", busdaycal=told), MILLION, 3),
            loop_add,
            float((knowing == answers).mean()),
            "无法告知调休上班",
        ),
        Row(
            "两日之间的工作日数",
            "chinesecalendar逐日循环",
            loop_between,
            1.0,
            1.0,
            f"抽样{PAIRS}次，按比例推算",
        ),
        _row("两日之间的工作日数", "gongkai，逐个调用", _each(pairs, MILLION, 3), loop_between, 1.0),
        _row(
            "两日之间的工作日数",
            "gongkai，成批",
            _each(lambda: calendar.between_many(from_days, to_days), MILLION, 5),
            loop_between,
            1.0,
        ),
    ]
    return found + _fold_rows()


def _fold_rows() -> list[Row]:
    calendar = shipped_calendar()
    day = date(2026, 3, 2)
    usual = [
        Start(day, 20, basis="条例 33.2"),
        Exclude(date(2026, 3, 4), date(2026, 3, 9), basis="条例 33.3"),
        Extend(date(2026, 3, 20), 10, basis="条例 33.2"),
        Stop(date(2026, 4, 1)),
    ]
    tangled = [
        Start(day, 20),
        *(Exclude(day + timedelta(days=n), day + timedelta(days=n + 3)) for n in range(1, 9)),
        Restart(date(2026, 3, 12)),
        *(
            Exclude(date(2026, 3, 12) + timedelta(days=2 * n), date(2026, 3, 15) + timedelta(days=2 * n))
            for n in range(8)
        ),
        Extend(date(2026, 4, 1), 20),
        Stop(date(2026, 5, 8)),
    ]
    found = []
    for name, events in (("常见的", usual), ("交错的", tangled)):
        times = 20_000 // len(events)

        def fold(events=events, times=times) -> None:
            for _ in range(times):
                Clock.run(events, calendar)

        each = _each(fold, times * len(events), 3)
        found.append(Row("时限推算，每个事件", f"{name}{len(events)}个事件", each, None, None))
    return found


def _row(work: str, how: str, each: float, loop: float, right: float, note: str = "") -> Row:
    return Row(work, how, each, loop / each, right, note)


def _each(run: Callable[[], object], counts: int, repeat: int) -> float:
    """Nanoseconds a count, the best of `repeat` runs: noise only ever adds."""
    best = float("inf")
    for _ in range(repeat):
        begun = time.perf_counter_ns()
        run()
        best = min(best, time.perf_counter_ns() - begun)
    return best / counts


def _noticed_days() -> list[date]:
    return [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def _loop_add(day: date, n: int) -> date:
    while n:
        day += timedelta(days=1)
        if chinese_calendar.is_workday(day):
            n -= 1
    return day


def _loop_between(a: date, b: date) -> int:
    day, end = sorted((a, b))
    count = 0
    while day < end:
        day += timedelta(days=1)
        count += chinese_calendar.is_workday(day)
    return count


def table(found: list[Row]) -> str:
    """The rows as text, in columns that line up where Chinese characters are two wide."""
    head = ("项目", "做法", "每次", "快多少倍", "正确率", "说明")
    lines = [head] + [
        (
            row.work,
            row.how,
            f"{row.each_ns / 1000:,.1f} µs" if row.each_ns >= 1000 else f"{row.each_ns:,.1f} ns",
            "–" if row.faster is None else f"{row.faster:,.0f}",
            "–" if row.right is None else f"{row.right:.1%}",
            row.note,
        )
        for row in found
    ]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.workdays", description="工作日推算的速度与正确率"
    )
    parser.add_argument("--json", action="store_true", help="输出JSON")
    as_json = parser.parse_args().json
    found = rows()
    if as_json:
        print(json.dumps([row._asdict() for row in found], ensure_ascii=False, indent=2))
    else:
        print(table(found))


if __name__ == "__main__":
    main()
