"""The roles a post can carry."""

from django.db import models


class Role(models.TextChoices):
    CLERK = "clerk", "经办人"
    HEAD = "head", "科室负责人"
    COORDINATOR = "coordinator", "公开协调员"
    DISCLOSURE_HEAD = "disclosure_head", "工作机构负责人"
    SECRECY = "secrecy", "保密审查员"
    LEGAL = "legal", "法制员"
    DEPUTY_DIRECTOR = "deputy_director", "分管领导"
    DIRECTOR = "director", "主要领导"
    SUPERIOR = "superior", "上级查阅"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


#: Nobody holds two of these, and none of them edits business records (等级保护的三员分立).
ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
#: Those who work on records.
WORKERS = frozenset(set(Role) - ADMINS - {Role.SUPERIOR})
