"""The year's applications counted five ways, each number a list that opens: by channel, category, result, subject, days used.

Received ones are counted by the day of receipt, answered ones by the day they were closed: what table three counts too.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from gongkai.law import WorkCalendar
from gongkai.rulebook.queries import calendar
from gongkai.ui.charts import Chart

from . import result_rules
from .models import ApplicantCategory, Application, Channel

#: How a picture is named, and what its numbers are of.
WAYS = {
    "channel": "本年新收，按提交渠道", "category": "本年新收，按申请人类别", "result": "本年办结，按处理结果", "subject": "本年新收，按同类事项", "days": "本年办结，按所用工作日",
}  # fmt: skip
#: Working days from receipt to the end, first and last of each step.
STEPS = ((0, 5), (6, 10), (11, 15), (16, 20), (21, 40), (41, None))
#: Of the subjects that more than one application shares, the largest so many.
SHOWN = 10


class Bar(NamedTuple):
    """One number: what it is asked by, its name, how many."""

    key: str
    label: str
    count: int


class Picture(NamedTuple):
    """One way of counting, drawn and as numbers that open."""

    way: str
    title: str
    bars: tuple[Bar, ...]
    note: str = ""

    @property
    def total(self) -> int:
        return sum(bar.count for bar in self.bars)

    @property
    def chart(self) -> Chart:
        return Chart(f"foi-{self.way}", self.title, tuple((_short(bar.label), bar.count) for bar in self.bars))


def _short(label: str) -> str:
    """As much of a name as stands beside a bar: nine characters (`ui.charts`). The table has it whole."""
    label = label.partition("—")[2] or label
    return label if len(label) <= 9 else label[:8] + "…"


def received(office_id: int, year: int) -> QuerySet[Application]:
    return Application.objects.of(office_id).current().filter(received_on__year=year)


def closed(office_id: int, year: int) -> QuerySet[Application]:
    return Application.objects.of(office_id).current().filter(closed_on__year=year)


def pictures(office_id: int, year: int) -> list[Picture]:
    """All five, in a fixed number of queries."""
    days = calendar()
    new, ended = received(office_id, year), closed(office_id, year)
    channels, categories, rows, used = (defaultdict[str, int](int) for _ in range(4))
    for channel, category, count in new.order_by().values_list("channel", "applicant_category").annotate(Count("pk")):
        channels[channel] += count
        categories[category] += count
    for since, until, row, count in _pairs(ended):
        rows[row] += count
        used[_step_of(since, until, days)] += count
    together = subjects(new)
    names = dict(Application.objects.filter(pk__in=[key for key, _ in together]).values_list("pk", "subject"))
    listed, total, waiting = sum(count for _, count in together), sum(channels.values()), new.filter(subject_group=None).count()
    return [
        Picture("channel", WAYS["channel"], tuple(Bar(value, str(label), channels[value]) for value, label in Channel.choices if channels.get(value))),
        Picture("category", WAYS["category"], tuple(Bar(value, str(label), categories[value]) for value, label in ApplicantCategory.choices if categories.get(value))),
        Picture("result", WAYS["result"], tuple(Bar(row.key, row.label, rows[row.key]) for row in result_rules.ROWS if rows.get(row.key)), "口径同年度报告表三。"),
        Picture(
            "subject", WAYS["subject"], (*(Bar(str(key), names.get(key, "（原申请已删除）"), count) for key, count in together), *((Bar("single", "其他事项", total - listed),) if total > listed else ())),
            f"按事项摘要相近归并，列出两件以上的前{SHOWN}类。" + (f"{waiting}件登记或者修改不久，还没有归类，暂列其他事项，约十分钟归好。" if waiting else ""),
        ),
        Picture("days", WAYS["days"], tuple(Bar(n, _step(int(n)), used[n]) for n in map(str, range(len(STEPS))) if used.get(n)), "自收到次日至办结之日经过的工作日，含征求意见、等待补正等不计入期限的时间。"),
    ]  # fmt: skip


def _step(n: int) -> str:
    first, last = STEPS[n]
    return f"{first}至{last}个工作日" if last is not None else f"{first}个工作日以上"


def _step_of(since: date | None, until: date, days: WorkCalendar) -> str:
    """The key of the step. Withdrawn before anybody confirmed it: no working day of the office was used."""
    spent = 0 if since is None else days.between(since, until)
    return str(next(n for n, (_, last) in enumerate(STEPS) if last is None or spent <= last))


def _pairs(ended: QuerySet[Application]):
    """Days of receipt and of the end, and the row: grouped by the database first, there are few of them."""
    return ended.order_by().values_list("received_on", "closed_on", "report_row").annotate(Count("pk"))


def subjects(found: QuerySet[Application]) -> list[tuple[int, int]]:
    """What more than one application is about: (group, how many), the largest first. Counted by the database, whatever their number."""
    counted = found.filter(subject_group__isnull=False).order_by().values_list("subject_group").annotate(number=Count("pk")).filter(number__gt=1)
    return list(counted.order_by("-number", "subject_group")[:SHOWN])


def behind(office_id: int, year: int, way: str, key: str) -> QuerySet[Application]:
    """The applications behind one number; empty for a number that is not there."""
    new, ended = received(office_id, year), closed(office_id, year)
    match way:
        case "channel":
            found = new.filter(channel=key)
        case "category":
            found = new.filter(applicant_category=key)
        case "result":
            found = ended.filter(report_row=key)
        case "subject":
            together = [group for group, _ in subjects(new)]
            if key == "single":
                found = new.filter(Q(subject_group=None) | ~Q(subject_group__in=together))
            else:
                found = new.filter(subject_group__in=[group for group in together if str(group) == key])
        case "days":
            days, wanted = calendar(), defaultdict[date, set](set)
            for since, until, _, _ in _pairs(ended):
                if _step_of(since, until, days) == key:
                    wanted[until].add(since)
            chosen = [Q(closed_on=until) & (Q(received_on__in=known - {None}) | Q(received_on=None) if None in known else Q(received_on__in=known)) for until, known in wanted.items()]
            found = ended.filter(reduce(or_, chosen)) if chosen else ended.none()
        case _:
            found = new.none()
    return found.select_related("section").order_by("-received_on", "-pk")
