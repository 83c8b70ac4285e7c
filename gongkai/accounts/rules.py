"""Who may hold which post, without the database."""

from collections.abc import Iterable
from datetime import date

from gongkai.law import Objection

ADMIN_ROLES = frozenset({"system_admin", "security_admin", "audit_admin"})


def overlap(a: tuple[date | None, date | None], b: tuple[date | None, date | None]) -> bool:
    """Whether two periods, open where None, share a day."""
    return (a[0] is None or b[1] is None or a[0] <= b[1]) and (b[0] is None or a[1] is None or b[0] <= a[1])


def objections_to_posting(role: str, held: Iterable[str]) -> list[Objection]:
    """Why a person who holds `held` at that time may not take `role`. An empty list means they may.

    三员分立: 系统、安全、审计管理员 are three different people, and none of them edits business records
    (regulations.md 12.1, design rule).
    """
    held = set(held) - {role}
    found = []
    if role in ADMIN_ROLES and held & ADMIN_ROLES:
        found.append(Objection("two_admins", "系统管理员、安全管理员、审计管理员须由不同的人担任（三员分立）"))
    if role in ADMIN_ROLES and held - ADMIN_ROLES:
        found.append(Objection("admin_with_business", "该人员已有业务岗位，不能兼任三员；请先结束其业务岗位"))
    if role not in ADMIN_ROLES and held & ADMIN_ROLES:
        found.append(Objection("business_with_admin", "三员不得兼任业务岗位；请先结束其管理员岗位"))
    return found


def objections_to_deactivating(user_id: int, by_id: int) -> list[Objection]:
    """Why an account may not be stopped. Nobody locks himself out, or the last 安全管理员 could vanish by a slip."""
    return [Objection("oneself", "不能停用自己的账号，请由另一名安全管理员办理")] if user_id == by_id else []
