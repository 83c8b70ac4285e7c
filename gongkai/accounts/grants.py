"""Who may do what in the rooms that stand below the registers: people, the log, the rules."""

from .permissions import allow, name_verbs
from .roles import ADMINS, WORKERS, Role

name_verbs(manage="管理", verify="校验", enter="录入放假安排", enact="启用放假安排", adjust="调整口径")

allow("accounts.people", "view", office=(*ADMINS, Role.COORDINATOR, Role.DISCLOSURE_HEAD, Role.DEPUTY_DIRECTOR, Role.DIRECTOR), label="机关与人员")
allow("accounts.people", "manage", office=(Role.SECURITY_ADMIN,))
allow("accounts.deputies", "view", office=set(WORKERS) | ADMINS, label="代行")
allow("accounts.deputies", "manage", office=(Role.SECURITY_ADMIN,))
allow("accounts.sections", "view", office=set(WORKERS) | ADMINS, label="科室")
allow("accounts.sections", "manage", office=(Role.SECURITY_ADMIN,))
allow("accounts.permissions", "view", office=set(WORKERS) | ADMINS, label="岗位权限表")
allow("audit.log", "view", office=(Role.AUDIT_ADMIN,), label="审计日志")
allow("audit.log", "verify", office=(Role.AUDIT_ADMIN,))
allow("audit.log", "export", office=(Role.AUDIT_ADMIN,))
allow("rulebook.calendar", "view", office=set(WORKERS) | ADMINS, label="工作日历")
allow("rulebook.calendar", "enter", office=(Role.COORDINATOR, Role.LEGAL, Role.SYSTEM_ADMIN))
allow("rulebook.calendar", "enact", office=(Role.DISCLOSURE_HEAD, Role.LEGAL))
allow("rulebook.figures", "view", office=set(WORKERS) | ADMINS, label="口径")
allow("rulebook.figures", "adjust", office=(Role.DISCLOSURE_HEAD, Role.LEGAL))
