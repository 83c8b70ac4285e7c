"""When a delivery is tried again, where it stands, and why a verb on it may be refused.

Nothing here is law: 先审后发 is the review chain's, and what a platform takes is a house figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from urllib.parse import urlsplit

from gongkai.law import Objection
from gongkai.law.figures import figure

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class State(Enum):
    """Where a delivery stands: the Chinese word, and the kind of mark a page gives it."""

    WAITING = "待投递", "pending"
    BY_HAND = "待人工投递", "risk"
    SENT = "已提交，待确认", "pending"
    CONFIRMED = "已发布", "done"
    FAILED = "失败，待处理", "overdue"
    WITHDRAWING = "正在撤回", "pending"
    WITHDRAW_BY_HAND = "待人工撤回", "risk"
    WITHDRAWN = "已撤回", "void"

    @property
    def label(self) -> str:
        return self.value[0]

    @property
    def kind(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Facts:
    """The dated facts of a delivery, as far as they say where it stands."""

    by_hand: bool
    sent_at: datetime | None
    confirmed_at: datetime | None
    failed_at: datetime | None
    withdraw_asked_at: datetime | None
    withdrawn_at: datetime | None


def state_of(facts: Facts) -> State:
    """The last thing that happened decides; a failure stands until a person acts on it."""
    if facts.withdrawn_at:
        return State.WITHDRAWN
    if facts.failed_at:
        return State.FAILED
    if facts.withdraw_asked_at:
        return State.WITHDRAW_BY_HAND if facts.by_hand else State.WITHDRAWING
    if facts.confirmed_at:
        return State.CONFIRMED
    if facts.by_hand:
        return State.BY_HAND
    return State.SENT if facts.sent_at else State.WAITING


def wait_after(tries: int, on: date, adjustments: Iterable = ()) -> timedelta | None:
    """How long to wait after the `tries`-th failure in a row: doubling up to the longest. None: no more by itself."""
    if tries >= figure("channels", "most_tries", on, adjustments).value:
        return None
    first = figure("channels", "first_wait_minutes", on, adjustments).value
    longest = figure("channels", "longest_wait_minutes", on, adjustments).value
    return timedelta(minutes=min(first * 2 ** min(max(tries - 1, 0), 20), longest))


def objections_to_wechat_text(title: str, summary: str, content: str, on: date, adjustments: Iterable = ()) -> list[Objection]:
    """Why the platform would not take this text. `content` is the HTML as it is sent: tags count."""
    found = []
    most = figure("channels", "wechat_title_letters", on, adjustments).value
    if not title.strip():
        found.append(Objection("no_title", "公众号文章没有标题，请补上标题"))
    if len(title) > most:
        found.append(Objection("title_too_long", f"公众号标题有{len(title)}个字，平台最多收{most}个字，请在送审时另拟公众号标题"))
    most = figure("channels", "wechat_summary_letters", on, adjustments).value
    if len(summary) > most:
        found.append(Objection("summary_too_long", f"公众号摘要有{len(summary)}个字，平台最多收{most}个字，请缩短摘要"))
    most = figure("channels", "wechat_content_letters", on, adjustments).value
    if not content.strip():
        found.append(Objection("no_content", "公众号文章没有正文，请补上正文"))
    if len(content) >= most or len(content.encode()) >= 1_000_000:
        found.append(Objection("content_too_long", f"公众号正文连同格式有{len(content)}个字符，平台只收少于{most}个字符、小于1MB的，请缩短正文，或改发摘要并附网站原文"))
    return found


def objections_to_release(*, channels: Iterable[str], digest: str, title: str, cleared: bool) -> list[Objection]:
    """Why an item may not go out. `cleared` is whether a secrecy review lets it out."""
    found = []
    if not list(channels):
        found.append(Objection("no_channel", "没有选择发布渠道，请至少选择一个"))
    if not re.fullmatch(r"[0-9a-f]{16,64}", digest):
        found.append(Objection("no_digest", "没有送审稿的摘要，不能确认所发内容就是审定的内容，请从审核环节发布"))
    if not title.strip():
        found.append(Objection("no_title", "没有标题，请补上标题"))
    if not cleared:
        found.append(Objection("not_cleared", "没有准予公开的保密审查，不得发布，请先完成保密审查", "条例 17.2"))
    return found


def objections_to_withdrawing(facts: Facts, reason: str) -> list[Objection]:
    found = objections_to_reason(reason)
    if facts.withdrawn_at:
        found.append(Objection("withdrawn", "已经撤回"))
    elif facts.withdraw_asked_at:
        found.append(Objection("withdrawing", "正在撤回，无须重复操作"))
    return found


def objections_to_reason(reason: str) -> list[Objection]:
    return [] if reason.strip() else [Objection("no_reason", "请写明原因")]


def objections_to_retrying(facts: Facts) -> list[Objection]:
    if not facts.failed_at:
        return [Objection("not_failed", "该投递没有停下来等人处理，无须重试")]
    return []


def objections_to_confirming(facts: Facts, receipt: str, posted_on: date | None, today: date) -> list[Objection]:
    """Why a receipt may not be typed by hand: a machine still works on it, or it says nothing."""
    found = []
    if facts.confirmed_at:
        found.append(Objection("confirmed", "已有回执"))
    if facts.withdraw_asked_at:
        found.append(Objection("withdrawing", "已要求撤回，不再登记发布回执"))
    if not facts.by_hand and not facts.failed_at:
        found.append(Objection("by_machine", "系统正在投递，请等待结果；停下来等人处理时才能登记回执"))
    if not receipt.strip():
        found.append(Objection("no_receipt", "请填写回执，如公报的期号和页码、公众号文章的网址"))
    if posted_on is None or posted_on > today:
        found.append(Objection("future", "发布日期不能晚于今天"))
    return found


def objections_to_noting(facts: Facts, note: str) -> list[Objection]:
    """Why it may not be recorded that a person withdrew it: nobody asked, or nothing is said."""
    found = []
    if not facts.withdraw_asked_at or facts.withdrawn_at:
        found.append(Objection("not_asked", "没有待办理的撤回"))
    elif not facts.by_hand and not facts.failed_at:
        found.append(Objection("by_machine", "系统正在撤回，请等待结果；停下来等人处理时才能登记"))
    if not note.strip():
        found.append(Objection("no_note", "请写明怎样办理，如“已函告公报编辑部，将在下期刊登更正”"))
    return found


def objections_to_account(*, app_id: str, api_base: str) -> list[Objection]:
    """Why an account may not be kept like this. Plain http is for a stand-in on the same machine only."""
    found = []
    if not re.fullmatch(r"[A-Za-z0-9_-]{6,64}", app_id):
        found.append(Objection("app_id", "AppID应为公众平台给出的字母和数字，请核对"))
    try:
        parts = urlsplit(api_base)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, whole = urlsplit(""), False
    if not whole or parts.query or parts.fragment or parts.username or parts.password:
        found.append(Objection("api_base", "接口地址应形如“https://主机名”，不带账号和参数，请核对"))
    elif parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        found.append(Objection("api_base", "接口地址须以https开头，以免密钥在网络上明文传送"))
    return found
