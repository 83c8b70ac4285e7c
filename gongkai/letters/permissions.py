"""Who may do what with letters. Reading one in full names people, so it has a verb of its own."""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import Role

THING = "letters.letter"
allow(
    THING, "view", label="文书", section=(Role.CLERK, Role.HEAD),
    office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD, Role.LEGAL, Role.SECRECY, Role.DEPUTY_DIRECTOR, Role.DIRECTOR),
)  # fmt: skip
# Those who review see the text with the people in it left out.
allow(THING, "read", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
for verb in ("draft", "freeze", "stamp", "deliver", "void"):
    allow(THING, verb, section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))
allow(THING, "legal", office=(Role.LEGAL,))
allow(THING, "secrecy", office=(Role.SECRECY,))
allow(THING, "approve", section=(Role.HEAD,), office=(Role.DISCLOSURE_HEAD, Role.DEPUTY_DIRECTOR, Role.DIRECTOR))
# A day that stands is put right by a head or the coordinator, never by the hand that mistyped it alone.
allow(THING, "correct", section=(Role.HEAD,), office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
name_verbs(correct="更正日期", read="查看全文", draft="拟稿", freeze="定稿", stamp="用印", deliver="送达", void="作废", legal="法制审核", secrecy="保密审查", approve="签发")
