"""Who may do what with the annual report."""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import WORKERS, Role

name_verbs(report="填报", freeze="冻结", write="撰写", hand_in="登记报送", gather="收集")

THING = "annual_report.report"

allow(THING, "view", office=(*WORKERS, Role.SUPERIOR), label="年度报告")
allow(THING, "report", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD), section=(Role.CLERK,))
allow(THING, "freeze", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
allow(THING, "export", office=(*WORKERS, Role.SUPERIOR))
allow(THING, "write", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD), section=(Role.CLERK,))
allow(THING, "hand_in", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
allow(THING, "gather", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
