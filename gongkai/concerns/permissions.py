"""Verbs of a concern beyond keeping its register."""

from gongkai.accounts.permissions import allow, name_verbs
from gongkai.accounts.roles import Role

for verb in ("grade", "respond", "clarify"):
    allow("concerns.concern", verb, section=(Role.CLERK, Role.HEAD), office=(Role.COORDINATOR,))

name_verbs(grade="研判定级", respond="回应", clarify="澄清")
