"""All of the ledger's indicators over a million records, beside the same numbers hand-written in SQL.

    python -m benchmarks.indicators [--json] [--quick]

`compute` asks one query that reads each table once; by hand it is one pass for each table (by_hand.py); the third
way is what one writes first, one count for each number. All three must give the same numbers, or the
bench stops. Runs alternate and the best of each counts, so that a noisy machine is noisy to both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from .command import answer
from .printing import columns, span, times
from .stage import DATABASES, NAMES, Absent, stage

MILLION, QUICK = 1_000_000, 6_000
#: Models whose share of the time is shown by itself.
HEAVY = ("publishing.ChannelPost", "foi.Application", "consultation.Opinion")


class Row(NamedTuple):
    """One line: the same numbers three ways, in seconds. `ratio` is ours to the hand's; `queries` how many ours asked."""

    database: str
    work: str
    records: int
    numbers: int
    ours: float | None
    hand: float | None
    naive: float | None
    ratio: float | None
    queries: int | None
    note: str = ""


def rows(quick: bool = False) -> list[Row]:
    """Run everything once on each database there is. Takes some minutes, most of them to lay out the records."""
    found = []
    for database in DATABASES:
        try:
            with stage(database) as play:
                found += [Row(NAMES[database], *line) for line in play("benchmarks.indicators:measure", records=QUICK if quick else MILLION, repeat=2 if quick else 5)]
        except Absent as problem:
            found.append(Row(NAMES[database], "未测", 0, 0, None, None, None, None, None, str(problem)))
    return found


# -- On the stage: Django stands from here on -------------------------------------------------------------------------


def measure(records: int, repeat: int) -> list[tuple]:
    """The lines for one database, without its name. AssertionError when two ways disagree about a number."""
    from django.db import models

    from gongkai.evidence.models import Record
    from gongkai.evidence.queries import compute
    from gongkai.sockets import Scope, all_indicators

    from . import by_hand
    from .million import YEAR, YEARS, blemish, bureau_of

    office, _ = bureau_of(records)
    blemish()
    as_of = date(YEAR, 11, 30)
    year = Scope.of_year(office.pk, YEAR, as_of)
    ages = Scope(office.pk, date(YEAR - YEARS + 1, 1, 1), as_of)
    by_model: dict[str, list[str]] = defaultdict(list)
    for key, indicator in all_indicators().items():
        by_model[indicator.model].append(key)
    if missing := by_model.keys() - by_hand.BY_MODEL.keys():
        raise AssertionError(f"手写SQL里没有：{missing}")

    def hand(scope: Scope, models: Iterable[str] = by_hand.BY_MODEL) -> dict[str, int]:
        found: dict[str, int] = {}
        for model in models:
            for statement in by_hand.BY_MODEL[model]:
                found |= _ask(statement, scope, grouped=statement in by_hand.GROUPED)
        return found

    held = _total(models, Record)
    lines = []
    for span_name, scope in (("本年", year), (f"{YEARS}年", ages)):
        numbers = _flat(compute(scope))
        _agree("手写SQL", numbers, hand(scope))
        naive: dict[str, float] = defaultdict(float)
        # One count for each number is slow: it is timed once, while it is checked, and only for the year.
        if scope is year:
            _agree("逐数查询", numbers, _one_by_one(scope, naive))
        for name, which in (("全部指标", list(by_model)), *((str(_label(model)), [model]) for model in HEAVY)):
            keys = [key for model in which for key in by_model[model]]
            our_time, hand_time = _beside(lambda: compute(scope, keys), lambda: hand(scope, which), repeat)  # noqa: B023
            count = sum(held[model] for model in which) if len(which) == 1 else sum(held.values())
            asked = _queries(lambda: compute(scope, keys))  # noqa: B023
            naive_time = sum(naive[model] for model in which) if naive else None
            lines.append((f"{name}，{span_name}", count, len(_flat(compute(scope, keys))), our_time, hand_time, naive_time, our_time / hand_time, asked))
    lines += _accounts(office, sum(held.values()))
    return lines


def _flat(values) -> dict[str, int]:
    """Each number of `compute` under its name. Parts that can hold nothing are left to the hand to leave out."""
    found = {}
    for key, value in values.items():
        found[key] = int(value.number)
        for counts in value.claims.values():
            for part in ("held", "pending", "failed"):
                found[f"{key}/{counts.claim.key}/{part}"] = getattr(counts, part)
    return found


def _agree(way: str, numbers: dict[str, int], others: dict[str, int]) -> None:
    """What the other way does not name must be nought, and it may name nothing of its own."""
    wrong = {key: (number, others.get(key, 0)) for key, number in numbers.items() if others.get(key, 0) != number}
    if wrong or others.keys() - numbers.keys():
        raise AssertionError(f"与{way}不一致：{wrong or others.keys() - numbers.keys()}")


def _ask(statement: str, scope, *, grouped: bool) -> dict[str, int]:
    from django.db import connection
    from django.utils import timezone

    def moment(day: date):
        return connection.ops.adapt_datetimefield_value(timezone.make_aware(datetime.combine(day, time())))

    parameters = {
        "office": scope.office_id, "since": scope.since, "as_of": scope.as_of, "through": date(scope.as_of.year, 12, 31),
        "midnight": moment(scope.since), "over": moment(scope.as_of + timedelta(days=1)),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        if grouped:
            return {key: int(number) for key, number in cursor.fetchall()}
        return {column[0]: int(number) for column, number in zip(cursor.description, cursor.fetchone(), strict=True)}


def _one_by_one(scope, spent: dict[str, float]) -> dict[str, int]:
    """One query for each number, the way one writes it first. Adds the seconds it takes to `spent`, by model."""
    from django.db.models import Sum

    from gongkai.evidence.queries import PARTS, base
    from gongkai.sockets import Count, all_indicators

    found = {}
    for key, indicator in all_indicators().items():
        counted = base(indicator, scope).filter(indicator.where(scope))
        ways = {key: lambda counted=counted: counted.count()}
        if indicator.count is Count.DISTINCT:
            ways = {key: lambda counted=counted, name=indicator.field: counted.values(name).distinct().count()}
        elif indicator.count is Count.SUM:
            ways = {key: lambda counted=counted, name=indicator.field: int(counted.aggregate(total=Sum(name))["total"] or 0)}
        for claim in indicator.claims:
            for part in PARTS:
                ways[f"{key}/{claim.key}/{part}"] = counted.filter(getattr(claim, part)(scope)).count
        for name, way in ways.items():
            seconds, found[name] = _timed(way)
            spent[indicator.model] += seconds
    return found


def _beside(one: Callable[[], Any], other: Callable[[], Any], repeat: int) -> tuple[float, float]:
    pairs = [(_timed(one)[0], _timed(other)[0]) for _ in range(repeat)]
    return min(a for a, _ in pairs), min(b for _, b in pairs)


def _timed(run: Callable[[], Any]) -> tuple[float, Any]:
    from .stage import best

    return best(run, 1)


def _label(model: str):
    from django.apps import apps

    return apps.get_model(model)._meta.verbose_name


def _total(models, record) -> dict[str, int]:
    """How many rows every register has."""
    from django.apps import apps

    return {model._meta.label: model._base_manager.count() for model in apps.get_models() if issubclass(model, record)}


def _queries(run: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        run()
    return len(asked)


def _accounts(office, records: int) -> Iterator[tuple]:
    """The ledger's account of a plan of 10 and of one of 200 measures, over all records."""
    from gongkai.ledger.queries import account

    from .million import YEAR, plan_of
    from .stage import best

    for measures, year in ((10, YEAR), (200, YEAR)):
        plan = plan_of(office, year, measures)
        seconds, found = best(lambda plan=plan: account(plan, date(YEAR, 11, 30)), 2)
        queries = _queries(lambda plan=plan: account(plan, date(YEAR, 11, 30)))
        if len(found.rows) != measures:
            raise AssertionError(f"台账应有{measures}行，实有{len(found.rows)}行")
        yield (f"台账，{measures}项措施", records, len(found.values), seconds, None, None, None, queries, "含责任、进展、期限和例外")
        plan.delete()


# -- The table --------------------------------------------------------------------------------------------------------


def table(found: list[Row]) -> str:
    head = ("数据库", "项目", "记录", "数字", "本系统", "手写SQL", "倍数", "逐数查询", "查询次数", "说明")
    return columns([head, *(
        (
            row.database, row.work, f"{row.records:,}", str(row.numbers), span(row.ours), span(row.hand), times(row.ratio), span(row.naive),
            "–" if row.queries is None else str(row.queries), row.note,
        )
        for row in found
    )])  # fmt: skip


if __name__ == "__main__":
    answer("indicators", "百万条记录上的全部指标，与手写SQL相比", rows, table)
