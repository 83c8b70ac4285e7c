"""Who may do what beyond keeping a register: the column tree is the coordinator's."""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import WORKERS, Role

name_verbs(archive="归档")

allow("publishing.column", "view", office=WORKERS, label="栏目")
allow("publishing.column", "add", office=(Role.COORDINATOR,))
allow("publishing.column", "change", office=(Role.COORDINATOR,))
allow("publishing.column", "archive", office=(Role.COORDINATOR, Role.DEPUTY_DIRECTOR))

name_verbs(weigh="认定公开属性")
allow("publishing.article", "weigh", section=(Role.HEAD,), office=(Role.COORDINATOR, Role.DEPUTY_DIRECTOR, Role.DIRECTOR))
