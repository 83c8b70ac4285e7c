"""What the ledger itself is owed: reports in a round, and texts waiting for a check."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone

from gongkai.sockets import Duty, duties

from .models import Assignment, Progress, Round


@duties("ledger.report", "填报落实情况", "本机关分工方案")
def report_in_round(office_id: int, since: date, today: date) -> Iterable[Duty]:
    """Every leading section reports each measure by the round's last day. Two queries for each round.

    What was missed stays on the list to the end of the year.
    """
    since = min(since, date(today.year, 1, 1))
    for round_ in Round.objects.filter(plan__office_id=office_id, opens_on__lte=today, due_on__gte=since).select_related("plan"):
        done = {
            row["measure_id"]: timezone.localdate(row["submitted_at"])
            for row in Progress.objects.filter(measure__plan=round_.plan, submitted_at__date__gte=round_.opens_on, submitted_at__date__lte=today)
            .exclude(state=Progress.State.RETURNED).order_by("-submitted_at").values("measure_id", "submitted_at")
        }
        led = Assignment.objects.filter(measure__plan=round_.plan, section__isnull=False).exclude(part="support").select_related("measure")
        led = led.order_by("measure__order", "part", "order", "pk")
        seen = set()
        for part in led:
            if (part.measure_id, part.section_id) in seen:
                continue
            seen.add((part.measure_id, part.section_id))
            yield Duty(
                key="ledger.report", subject=f"{part.measure.number} {part.measure.text[:24]}", title=f"{round_.title}：填报落实情况",
                due_on=round_.due_on, basis="本机关分工方案", url=reverse("ledger:measure", args=[part.measure_id]),
                section_id=part.section_id, done_on=done.get(part.measure_id), begins_on=round_.opens_on,
            )
