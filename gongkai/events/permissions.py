"""Who may move an event on; the registers' own grants are the kit's."""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import Role

name_verbs(hold="登记举办", postpone="改期", cancel="取消")
for _verb in ("hold", "postpone", "cancel"):
    allow("events.event", _verb, section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))
