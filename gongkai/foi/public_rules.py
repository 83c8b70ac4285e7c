"""What the public may hand in over the website, and which day it counts from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from gongkai.law import Objection, WorkCalendar, figure
from gongkai.law.calendar import chinese_date
from gongkai.law.figures import Adjustment
from gongkai.text.normalise import nfkc
from gongkai.text.numerals import to_chinese

from . import result_rules, rules
from .rules import Case, State


class Kind(StrEnum):
    """What can be handed in once an application is on its way; each is the wish behind one verb of the desk."""

    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    PAYMENT = "payment"


#: The verb of `rules.MOVES` the desk carries out by accepting it.
VERBS = {Kind.CORRECTION: "corrected", Kind.WITHDRAWAL: "withdraw", Kind.PAYMENT: "fee_paid"}
#: No 0 and O, 1, I and L: a code is read over the telephone and copied from paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12
#: A filing is somebody's identity papers: pictures and PDF alone.
PAPERS = frozenset({"png", "jpeg", "pdf"})
#: What may come with a correction or a proof of payment.
ATTACHED = PAPERS | {"docx", "xlsx", "doc", "xls", "ofd", "text"}


class Limits(NamedTuple):
    """The house's bounds on what the public sends."""

    posts: int
    filings: int
    tries: int
    seconds: int
    megabytes: int
    files: int
    hours: int
    most: int = 500

    def widened(self, times: int) -> Limits:
        """For an address that many people share."""
        return self._replace(posts=self.posts * times, filings=self.filings * times, tries=self.tries * times, most=self.most * times)


_NAMES = ("public_posts", "public_filings", "public_tries", "public_seconds", "public_megabytes", "public_files", "public_hours", "public_most")


def limits(on: date, adjustments: Iterable[Adjustment] = ()) -> Limits:
    own = tuple(adjustments)
    return Limits(*(figure("foi", name, on, own).value for name in _NAMES))


def shared_times(on: date, adjustments: Iterable[Adjustment] = ()) -> int:
    """How many times as much an address may do that many people share."""
    return figure("foi", "public_shared_times", on, adjustments).value


class Question(NamedTuple):
    """What a person is asked, and the number he should answer."""

    words: str
    answer: int

    def is_answered(self, typed: str) -> bool:
        said = to_chinese(self.answer)
        return nfkc(typed).strip().removesuffix("。") in {str(self.answer), said, said.replace("二", "两") if self.answer == 2 else said}


def question_of(secret: str) -> Question:
    """A plain question for a form, in words: read aloud, enlarged or put into another tongue it stays the same. The same form asks the same."""
    one, other = (n % 9 + 1 for n in sha256(f"foi.question:{secret}".encode()).digest()[:2])
    return Question(f"{to_chinese(one)}加{to_chinese(other)}等于几？", one + other)


def spelt(digest: bytes) -> str:
    """A code from random bytes: 12 of 31 letters, some 59 bits, in groups of four."""
    number, letters = int.from_bytes(digest, "big"), []
    for _ in range(CODE_LENGTH):
        number, at = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[at])
    return "-".join("".join(letters[n : n + 4]) for n in range(0, CODE_LENGTH, 4))


def bare_code(typed: str) -> str:
    """A code as typed, without blanks, hyphens, width and case."""
    return re.sub(r"[^0-9A-Z]", "", nfkc(typed).upper())


_NUMBER = re.compile(r"(\d{4})\D+(\d{1,6})\D*$")


def numbers_meant(typed: str, prefix: str) -> list[str]:
    """The application numbers somebody may mean: as typed, and 〔年〕号 of our own from "2022-3", "(2022) 3" and the like."""
    typed = nfkc(typed)
    meant = ["".join(typed.split()).translate(str.maketrans("()[]【】", "〔〕〔〕〔〕"))]
    if found := _NUMBER.search(typed):
        meant.append(f"{prefix}公开申〔{found[1]}〕{int(found[2])}号")
    return list(dict.fromkeys(meant))


def handed_in_day(kind: str, handed_on: date, accepted_on: date, adjustments: Iterable[Adjustment] = ()) -> date:
    """The day that counts for something handed in over the website.

    条例 30: the period runs afresh from the day the corrected application is received. 条例 31(3) wants both sides
    to confirm an *application* that comes over the internet; whether a correction needs that again is not said, and
    by then the applicant is known. So it counts from the day it was handed in, by practice; an office may choose the
    day it accepts it. A withdrawal and a payment are the applicant's own deed: the day he did it.
    """
    if kind == Kind.CORRECTION and figure("foi", "online_correction_day", max(handed_on, rules.IN_FORCE), adjustments).value == "受理":
        return accepted_on
    return handed_on


def settle_due_on(handed_on: date, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()) -> date:
    """By when the desk looks at what was handed in; the house's choice."""
    return calendar.add(handed_on, figure("foi", "handed_in_days", max(handed_on, rules.IN_FORCE), adjustments).value)


def objections_to_handing_in(kind: str, case: Case, waiting: Iterable[str], on: date) -> list[Objection]:
    """Why something can't be handed in now, said to the applicant."""
    if kind not in set(Kind):
        return [Objection("unknown", "没有认出要递交的事项，请返回重试")]
    found = []
    if not rules.MOVES.allows(rules.state_of(case), VERBS[Kind(kind)]):
        found.append(Objection("not_now", {
            Kind.CORRECTION: "这件申请现在不需要补正", Kind.WITHDRAWAL: "这件申请已经办结，不能再撤回", Kind.PAYMENT: "这件申请现在没有待缴的费用",
        }[Kind(kind)]))  # fmt: skip
    elif kind in set(waiting):
        found.append(Objection("already", "您已经递交过，工作人员正在处理，不必再次递交"))
    elif kind == Kind.CORRECTION and case.correction_due_on and on > case.correction_due_on:
        found.append(Objection(
            "too_late", f"补正期限已于{chinese_date(case.correction_due_on)}届满，不能再在网上补正；有正当理由的，请与我们联系，也可以重新提出申请", "条例 30",
        ))  # fmt: skip
    return found


# Where a case stands, for its applicant


class Standing(NamedTuple):
    """Where a case stands in plain words: a heading, what it means, what the applicant must do (blank: nothing)."""

    heading: str
    means: str
    todo: str = ""


def standing(
    case: Case, today: date, *, confirm_due_on: date | None, last_day: date | None, fee_due_on: date | None, phone: str = "", redo_due_on: date | None = None
) -> Standing:
    """The state of a case in plain words. `last_day` is of the clock as it stands today; None while it waits. `redo_due_on`: of a reopened case.

    The day on which somebody was asked still counts, so the clock runs; that he was asked is true already. That the office has put the
    file away means nothing to the applicant: he reads how the case ended.
    """
    match rules.state_of(replace(case, archived_on=None)):
        case State.UNCONFIRMED:
            by = f"我们最迟在{chinese_date(confirm_due_on)}" if confirm_due_on else "我们会尽快"
            return Standing(
                "等待与您确认", f"{by}按您留下的联系方式与您确认。双方确认的那一天是收到申请的日期，答复期限从那一天起算。",
                f"请保持电话畅通。没有接到联系的，可以主动拨打{phone}。" if phone else "请保持电话畅通。",
            )  # fmt: skip
        case State.AWAITING_CORRECTION:
            due = f"请最迟在{chinese_date(case.correction_due_on)}补正。" if case.correction_due_on else "请尽快补正。"
            return Standing(
                "等待您补正", "申请的内容还不够明确，补正告知书写明了要补正什么。收到补正之日起，答复期限重新计算。",
                f"{due}没有正当理由逾期不补正的，视为放弃申请，不再处理。",
            )  # fmt: skip
        case State.AWAITING_FEE:
            due = f"请最迟在{chinese_date(fee_due_on)}缴纳信息处理费。" if fee_due_on else "请按收费通知缴纳信息处理费。"
            return Standing("等待您缴费", "我们已发出收费通知。等待缴费的时间不计入答复期限。", f"{due}逾期未缴纳的，不再处理。")
        case State.REOPENED if case.reopened_on:
            by = f"，最迟在{chinese_date(redo_due_on)}重新答复您" if redo_due_on else ""
            return Standing("正在重新办理", f"原来的答复正在纠正，我们已于{chinese_date(case.reopened_on)}重新办理这件申请{by}。")
        case State.ANSWERED if case.redone_on:
            return Standing("已重新答复", f"重新答复的日期是{chinese_date(case.redone_on)}，以重新答复为准。")
        case State.ANSWERED:
            return Standing("已答复", f"答复日期是{chinese_date(case.reply_on)}。" if case.reply_on else "")
        case State.ABANDONED:
            return Standing("不再处理", "因逾期没有补正或者没有缴费，这件申请不再处理。仍需要这项信息的，可以重新申请。")
        case State.WITHDRAWN:
            return Standing("已撤回", "这件申请已按您的意思撤回。")
    if case.dispatched_on and not case.reply_on:
        return Standing("答复已发出", f"答复已于{chinese_date(case.dispatched_on)}发出，等待您签收。")
    if last_day is None or any(one.sent_on == today and one.opinion_on is None for one in case.consulted):
        return Standing("正在征求意见", "申请的信息涉及第三方或者其他机关，正在征求意见。征求意见的时间不计入答复期限，收到意见后继续计算。")
    return Standing("正在办理", f"我们最迟在{chinese_date(last_day)}答复您。")


def stages(case: Case) -> list[tuple[str, date | None, bool]]:
    """The way of every application: submitted, received, answered; with the day and whether it has been reached."""
    return [
        ("提交", case.handed_in_on, True), ("确认收到", case.received_on, case.received_on is not None),
        ("撤回" if case.withdrawn_on else "不再处理" if case.result in result_rules.ABANDONED else "答复", case.closed_on, case.closed_on is not None),
        *([("重新答复", case.redone_on, case.redone_on is not None)] if case.reopened_on else []),
    ]  # fmt: skip
