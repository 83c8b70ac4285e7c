"""Who may do what in the ledger."""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import WORKERS, Role

name_verbs(drafts="查看未审核的填报", report="填报落实情况", confirm="审核落实情况", freeze="冻结年度账", publish="公开到网站", plan="编制与导入方案", link="添加佐证")

allow("ledger.plan", "view", office=(*WORKERS, Role.SUPERIOR), label="工作台账")
allow("ledger.plan", "drafts", office=WORKERS)
allow("ledger.plan", "plan", office=(Role.COORDINATOR,))
allow("ledger.plan", "report", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))
allow("ledger.plan", "confirm", section=(Role.HEAD,), office=(Role.DISCLOSURE_HEAD,))
allow("ledger.plan", "link", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))
allow("ledger.plan", "freeze", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
allow("ledger.plan", "publish", office=(Role.DISCLOSURE_HEAD, Role.DEPUTY_DIRECTOR))
allow("ledger.plan", "export", office=(*WORKERS, Role.SUPERIOR))
