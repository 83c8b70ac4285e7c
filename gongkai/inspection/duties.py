"""What a finding owes: to be put right by its last day."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse

from gongkai.rulebook.queries import calendar
from gongkai.sockets import Duty, duties

from .models import Finding


@duties("inspection.fix", "整改检查问题", "19号")
def fix(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """A finding is put right within its working days, or by the day the inspectors set."""
    work = calendar()
    findings = (
        Finding.objects.of(office_id).current().filter(found_on__lte=today)
        .filter(Q(fixed_on=None) | Q(fixed_on__gte=since)).order_by("fix_due_on", "pk")
    )
    for finding in findings:
        settled = finding.fix_set_on or not finding.fix_due_on
        yield Duty(
            key="inspection.fix", subject=str(finding), title="整改检查问题", due_on=finding.fix_due_on, basis="19号",
            url=reverse("registers:edit", args=["findings", finding.pk]), section_id=finding.section_id,
            done_on=finding.fixed_on, begins_on=finding.found_on,
            provisional="" if settled else "；".join(work.provisional(finding.found_on, finding.fix_due_on)),
        )
