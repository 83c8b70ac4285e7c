"""Who sees the reviews of the office, and who may put out what was approved.

Who may take which step is not here: it depends on the class of content and the office's template
(`queries.takers`), and on who has looked already (`rules.objections_to_look`).
"""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import WORKERS, Role

name_verbs(submit="送审", release="发布", withdraw="撤回", emergency="应急发布", arrange="设定审核模板")

allow("reviewing.submission", "view", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD, Role.SECRECY, Role.LEGAL, Role.DEPUTY_DIRECTOR, Role.DIRECTOR), section=(Role.CLERK, Role.HEAD), label="审核")
allow("reviewing.submission", "submit", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))
allow("reviewing.submission", "release", section=(Role.HEAD,), office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
allow("reviewing.submission", "withdraw", section=(Role.HEAD,), office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
allow("reviewing.submission", "emergency", section=(Role.HEAD,), office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
allow("reviewing.template", "view", office=WORKERS, label="审核模板")
allow("reviewing.template", "arrange", office=(Role.DISCLOSURE_HEAD,))
