"""What the office owes its directors' meeting each year."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from gongkai.rulebook.queries import adjustments
from gongkai.sockets import Duty, duties

from . import rules
from .models import AgendaItem


@duties("accountability.openness_report", "向局长办公会汇报政务公开工作", "本机关分工方案")
def openness_report(office_id: int, since: date, today: date) -> Iterable[Duty]:
    """Each year at least one report (house figure) by 31 December; one at a meeting held discharges it. Two queries.

    An item planned and not yet held does not discharge it, but it is where the link leads.
    """
    adjusted = adjustments(office_id, "accountability")
    held, planned = defaultdict(list), defaultdict(list)
    first = max(since.year, rules.FIRST_YEAR)
    items = AgendaItem.objects.of(office_id).current().filter(
        topic=rules.OPENNESS, meeting__kind=rules.DIRECTORS, meeting__voided_at=None, meeting__cancelled_on=None
    )
    for item in items.select_related("meeting").order_by("meeting__held_on", "meeting__planned_on", "pk"):
        meeting = item.meeting
        if meeting.held_on:
            held[meeting.held_on.year].append(item)
        else:
            planned[meeting.planned_on.year].append(item)
    for year in range(first, today.year + 1):
        owed = rules.reports_owed(year, adjusted)
        for n in range(owed.value):
            done = held[year][n] if n < len(held[year]) else None
            coming = planned[year][n - len(held[year])] if done is None and n - len(held[year]) < len(planned[year]) else None
            item = done or coming
            if done and done.meeting.held_on < since:
                continue
            yield Duty(
                key="accountability.openness_report", subject=f"{year}年度" + (f"第{n + 1}次" if owed.value > 1 else ""),
                title="向局长办公会汇报政务公开工作", due_on=date(year, 12, 31), basis=owed.source(date(year, 12, 31)),
                url=reverse("registers:edit", args=["agenda-items", item.pk]) if item else reverse("registers:list", args=["agenda-items"]),
                section_id=item.section_id if item else None, done_on=done.meeting.held_on if done else None,
                begins_on=date(year, 1, 1),
            )
