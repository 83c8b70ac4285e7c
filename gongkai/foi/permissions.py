"""Who may do what with applications. Applicants' personal data has a thing of its own."""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import Role

from .casework import ACTS

# Working on a case needs to know whom to answer; leading, reviewing and reading the ledger do not.
allow(
    "foi.applicant", "view", label="申请人信息",
    section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD),
)  # fmt: skip
allow("foi.applicant", "change", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))

# 条例 33.2: an extension rests on the consent of the head of the 工作机构.
allow("foi.application", "consent", office=(Role.DISCLOSURE_HEAD,))
for act in ACTS:
    allow("foi.application", act.verb, section=map(Role, act.section), office=map(Role, act.office))

# What is charged is decided by a person (109号 3: 可以收取); a file leaves with whoever may see the applicant.
allow("foi.application", "charge", section=(Role.HEAD,), office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
allow("foi.application", "pack", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
# Who works on a case covers its papers; the covered copy is looked at by whoever may see the letter it goes with.
allow("foi.application", "redact", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))
allow("foi.application", "join", section=(Role.HEAD,), office=(Role.COORDINATOR,))
allow("foi.application", "take_over", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))
allow("foi.application", "remind", section=(Role.HEAD,), office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
# 条例 18, 44: the section that refused looks again and proposes; what is published after all is the coordinator's to take up.
allow("foi.application", "reassess", section=(Role.HEAD,), office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
allow("foi.application", "propose", section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))
allow("foi.application", "adopt", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))
allow("foi.application", "anonymise", office=(Role.COORDINATOR, Role.DISCLOSURE_HEAD))

name_verbs(
    consent="同意延长", confirm="确认收到", ask_to_correct="告知补正", corrected="登记补正", consult="征求意见", extend="延长答复",
    reply="答复", reply_again="重新答复", reopen="重新办理", archive="归档", take_back="退回更正", assign="指定经办人", charge="决定收费", pack="导出案卷", anonymise="去标识", reassess="定期评估", propose="提出转主动公开", adopt="处理转主动公开建议",
    remind="催办", join="并案和关联", take_over="接收移交", redact="区分处理",
    withdraw="登记撤回", ask_fee="收费通知", fee_paid="登记缴费", set_aside="终止", transfer="转办",
)  # fmt: skip
