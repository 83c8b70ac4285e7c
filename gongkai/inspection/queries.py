"""Questions of inspection: by when a finding is put right, which stored days no longer agree."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from gongkai.law.calendar import WorkCalendar
from gongkai.rulebook.queries import adjustments, calendar

from . import rules
from .models import Finding


class Stale(NamedTuple):
    """A stored conclusion that its own facts no longer give."""

    record: Finding
    field: str
    stored: date | None
    derived: date | None


def fix_due_on(finding: Finding, work: WorkCalendar, adjusted: Iterable) -> date | None:
    if finding.found_on is None:  # a form not yet filled in
        return None
    return rules.fix_clock(finding.source, finding.found_on, finding.fix_set_on, work, adjusted).last_day


def stale(office_id: int) -> list[Stale]:
    """Findings whose stored last day differs from what their facts give today. Three queries."""
    work, adjusted = calendar(), adjustments(office_id, "inspection")
    found = []
    for finding in Finding.objects.of(office_id).current().order_by("pk").iterator():
        derived = fix_due_on(finding, work, adjusted)
        if derived != finding.fix_due_on:
            found.append(Stale(finding, "fix_due_on", finding.fix_due_on, derived))
    return found
