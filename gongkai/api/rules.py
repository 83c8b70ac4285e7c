"""What a system may do, how it names a deed it may repeat, and what is wrong with what it sends."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from gongkai.law import Objection, figure
from gongkai.law.figures import Adjustment

#: A token as it is shown: so that a program that looks through files for secrets knows one.
TOKEN = re.compile(r"gongkai_[A-Za-z0-9_-]{43}")
HEAD = 12
KEY = re.compile(r"[\x21-\x7e]{8,100}")


class Scope(StrEnum):
    """What a token opens."""

    HAND_IN = "hand_in"
    READ = "read"

    @property
    def label(self) -> str:
        return {"hand_in": "提交申请", "read": "查询本系统提交的申请"}[self.value]


class Limits(NamedTuple):
    """The house's bounds on calls: a minute, a wrong token a minute from one address, and days a token lives at most."""

    calls: int
    tries: int
    days: int


def limits(on: date, adjustments: Iterable[Adjustment] = ()) -> Limits:
    own = tuple(adjustments)
    return Limits(*(figure("api", name, on, own).value for name in ("calls_a_minute", "tries_a_minute", "token_days")))


def objections_to_key(key: str) -> list[Objection]:
    """Why a call can't be told from its repetition."""
    if not key:
        return [Objection("no_key", "缺少请求头 Idempotency-Key：每件申请用一个不重复的值，重发同一件时用同一个值")]
    if not KEY.fullmatch(key):
        return [Objection("bad_key", "请求头 Idempotency-Key 应为8至100个可见的英文字符，建议用UUID")]
    return []


def objections_to_issuing(scopes: Iterable[str], expires_on: date, today: date, most: int) -> list[Objection]:
    """Why a token may not be issued so."""
    found = []
    if not set(scopes) or not set(scopes) <= set(Scope):
        found.append(Objection("no_scope", "请选择令牌可做的事"))
    if expires_on < today:
        found.append(Objection("past", "最后有效日已经过去"))
    elif (expires_on - today).days > most:
        found.append(Objection("too_long", f"令牌有效期最长{most}天，到期前另发一枚接替"))
    return found
