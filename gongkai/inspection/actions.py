"""What the register of findings asks on every change."""

from gongkai.law import Objection
from gongkai.rulebook.queries import adjustments, calendar

from . import queries, rules
from .models import Finding


def derive(finding: Finding) -> None:
    """Write the last day for putting a finding right. The only place that does."""
    finding.fix_due_on = queries.fix_due_on(finding, calendar(), adjustments(finding.office_id, "inspection"))


def objections(finding: Finding) -> list[Objection]:
    return rules.objections_to_finding(
        code=finding.code, site=finding.site, is_veto=finding.is_veto, remedy=finding.remedy, fixed_on=finding.fixed_on
    )
