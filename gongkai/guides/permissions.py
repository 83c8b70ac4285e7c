"""Who may review a change and bring it into force; the registers' own grants are the kit's."""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import Role

name_verbs(review="审核", bring_into_force="定生效日期")
allow("guides.guide", "declare", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
# A clerk proposes, the head of the section or the legal officer reviews.
allow("guides.change", "review", section=(Role.HEAD,), office=(Role.LEGAL, Role.COORDINATOR))
allow("guides.change", "bring_into_force", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))
