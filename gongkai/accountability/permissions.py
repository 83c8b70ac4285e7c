"""Who may move a meeting on, and who may see ballots beyond the section that keeps them."""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import Role

name_verbs(hold="登记召开", postpone="改期", cancel="取消", tally="登记评议结果")
for _verb in ("hold", "postpone", "cancel"):
    allow("accountability.meeting", _verb, section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))
allow("accountability.ballot", "tally", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))

#: A ballot's tally and a person's report are personnel matters: leaders, and the section that keeps them.
LEADERS = (Role.COORDINATOR, Role.DISCLOSURE_HEAD, Role.DEPUTY_DIRECTOR, Role.DIRECTOR)
for _thing in ("accountability.report", "accountability.ballot"):
    allow(_thing, "view", section=(Role.CLERK, Role.HEAD))
    allow(_thing, "history", section=(Role.HEAD,))
