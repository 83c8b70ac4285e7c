"""Who sees what went out, who presses again, who types a receipt, who takes back, who keeps the accounts."""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import Role

name_verbs(retry="重试", confirm="登记回执", withdraw="撤回", keep="设置")

allow("channels.delivery", "view", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD, Role.DEPUTY_DIRECTOR, Role.DIRECTOR), label="渠道投递")
allow("channels.delivery", "retry", section=(Role.HEAD,), office=(Role.COORDINATOR,))
allow("channels.delivery", "confirm", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))
allow("channels.delivery", "export", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))
allow("channels.delivery", "withdraw", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD, Role.DEPUTY_DIRECTOR))
allow("channels.account", "view", office=(Role.SYSTEM_ADMIN, Role.COORDINATOR), label="渠道账号")
allow("channels.account", "keep", office=(Role.SYSTEM_ADMIN, Role.COORDINATOR))
