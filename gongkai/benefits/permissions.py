"""Who may take a policy off the platform; the registers' own grants are the kit's."""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import Role

name_verbs(take_down="下架")
allow("benefits.policy", "declare", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
allow("benefits.policy", "take_down", section=(Role.HEAD,), office=(Role.COORDINATOR,))
