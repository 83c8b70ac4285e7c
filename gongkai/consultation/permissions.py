"""Verbs of a consultation beyond keeping its register."""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import Role

for verb in ("dispose", "feed_back"):
    allow("consultation.consultation", verb, section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))

name_verbs(dispose="登记处理意见", feed_back="反馈采纳情况")
