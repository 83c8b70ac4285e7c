"""Who may do what beyond keeping the registers: repeal is decided by the legal officer and the leaders."""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import Role

name_verbs(repeal="废止", declare="登记系统外公开")

allow("documents.document", "repeal", office=(Role.LEGAL, Role.DEPUTY_DIRECTOR, Role.DIRECTOR))
allow("documents.document", "weigh", section=(Role.HEAD,), office=(Role.COORDINATOR, Role.DEPUTY_DIRECTOR, Role.DIRECTOR))
for thing in ("documents.document", "documents.interpretation"):
    allow(thing, "declare", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
