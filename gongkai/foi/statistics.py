"""The year's applications counted five ways, each number a list that opens: by channel, category, result, subject, days used.

Received ones are counted by the day of receipt, answered ones by the day they were closed: what table three counts too.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from django.db.models import Count, QuerySet

from gongkai.law import WorkCalendar
from gongkai.rulebook.queries import calendar
from gongkai.ui.charts import Chart

from . import result_rules, similar
from .models import ApplicantCategory, Application, Channel

#: How a picture is named, and what its numbers are of.
WAYS = {
    "channel": "本年新收，按提交渠道", "category": "本年新收，按申请人类别", "result": "本年办结，按处理结果", "subject": "本年新收，按同类事项", "days": "本年办结，按所用工作日",
}  # fmt: skip
#: Working days from receipt to the end, first and last of each step.
STEPS = ((0, 5), (6, 10), (11, 15), (16, 20), (21, 40), (41, None))
#: Subjects are compared with one another: the newest so many, and those that more than one application shares.
COMPARED, SHOWN, TOGETHER = 3000, 10, 0.5


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
    channels = dict(new.order_by().values_list("channel").annotate(Count("pk")))
    categories = dict(new.order_by().values_list("applicant_category").annotate(Count("pk")))
    rows = dict(ended.order_by().values_list("report_row").annotate(Count("pk")))
    groups = subjects(new)
    together = [group for group in groups if len(group) > 1][:SHOWN]
    listed = sum(map(len, together))
    used = _by_days(ended, days)
    return [
        Picture("channel", WAYS["channel"], tuple(Bar(value, str(label), channels[value]) for value, label in Channel.choices if channels.get(value))),
        Picture("category", WAYS["category"], tuple(Bar(value, str(label), categories[value]) for value, label in ApplicantCategory.choices if categories.get(value))),
        Picture("result", WAYS["result"], tuple(Bar(row.key, row.label, rows[row.key]) for row in result_rules.ROWS if rows.get(row.key)), "口径同年度报告表三。"),
        Picture(
            "subject", WAYS["subject"], (*(Bar(str(group[0][0]), group[0][1], len(group)) for group in together), *((Bar("single", "其他事项", sum(channels.values()) - listed),) if sum(channels.values()) > listed else ())),
            f"按事项摘要相近归并，列出两件以上的前{SHOWN}类" + (f"，只比较最近{COMPARED}件。" if sum(channels.values()) > COMPARED else "。"),
        ),
        Picture("days", WAYS["days"], tuple(Bar(str(n), _step(n), used[n]) for n in range(len(STEPS)) if used.get(n)), "自收到次日至办结之日经过的工作日，含征求意见、等待补正等不计入期限的时间。"),
    ]  # fmt: skip


def _step(n: int) -> str:
    first, last = STEPS[n]
    return f"{first}至{last}个工作日" if last is not None else f"{first}个工作日以上"


def _step_of(since: date, until: date, days: WorkCalendar) -> int:
    spent = days.between(since, until)
    return next(n for n, (_, last) in enumerate(STEPS) if last is None or spent <= last)


def _by_days(ended: QuerySet[Application], days: WorkCalendar) -> dict[int, int]:
    """Grouped by the database to pairs of days first, of which there are few."""
    found: dict[int, int] = defaultdict(int)
    for since, until, count in ended.filter(received_on__isnull=False).order_by().values_list("received_on", "closed_on").annotate(Count("pk")):
        found[_step_of(since, until, days)] += count
    # Withdrawn before anybody confirmed them: no working day of the office was used.
    if never := ended.filter(received_on=None).count():
        found[0] += never
    return found


def subjects(found: QuerySet[Application]) -> list[list[tuple[int, str]]]:
    """Applications whose subjects are much alike, as groups of (key, subject), the largest first.

    Each joins the group it shares the most word pairs with; a group is known by its oldest member.
    """
    newest = list(found.order_by("-received_on", "-pk").values_list("pk", "subject")[:COMPARED])
    groups: list[list[tuple[int, str]]] = []
    heads: list[set[str]] = []
    where: dict[str, list[int]] = defaultdict(list)
    for pk, subject in reversed(newest):
        mine = similar.pairs(subject) or {subject}
        shared: dict[int, int] = defaultdict(int)
        for pair in mine:
            for n in where.get(pair, ()):
                shared[n] += 1
        best = max(shared, key=lambda n: (shared[n] / len(mine | heads[n]), -n), default=None)
        if best is not None and shared[best] / len(mine | heads[best]) >= TOGETHER:
            groups[best].append((pk, subject))
            continue
        groups.append([(pk, subject)])
        heads.append(mine)
        for pair in mine:
            where[pair].append(len(groups) - 1)
    return sorted(groups, key=lambda group: (-len(group), group[0][0]))


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
            groups = subjects(new)
            together = [group for group in groups if len(group) > 1][:SHOWN]
            if key == "single":
                found = new.exclude(pk__in=[pk for group in together for pk, _ in group])
            else:
                found = new.filter(pk__in=[pk for group in together if str(group[0][0]) == key for pk, _ in group])
        case "days":
            days = calendar()
            found = ended.filter(pk__in=[
                pk for pk, since, until in ended.values_list("pk", "received_on", "closed_on") if str(0 if since is None else _step_of(since, until, days)) == key
            ])  # fmt: skip
        case _:
            found = new.none()
    return found.select_related("section").order_by("-received_on", "-pk")
