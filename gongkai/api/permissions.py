"""Who lets systems in: 安全管理员 keeps them, as he keeps people; whoever answers for applications may see which there are."""

from gongkai.accounts.permissions import allow
from gongkai.accounts.roles import ADMINS, Role

allow("api.system", "view", office=(*ADMINS, Role.COORDINATOR, Role.DISCLOSURE_HEAD), label="接入系统")
allow("api.system", "manage", office=(Role.SECURITY_ADMIN,))
