"""Who may do what with the annual report."""

from gongkai.accounts.permissions import allow
from gongkai.accounts.roles import WORKERS, Role

THING = "annual_report.report"

allow(THING, "view", office=(*WORKERS, Role.SUPERIOR), label="年度报告")
allow(THING, "report", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
allow(THING, "freeze", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
allow(THING, "export", office=(*WORKERS, Role.SUPERIOR))
