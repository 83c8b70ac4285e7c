"""One table of what may be done with a case: which verb, in which state, by whom, on which article.

The permission table, the buttons of the case page and the answer to a posted form all come from `ACTS`. Plain
Python: roles are named by their keys, today is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from gongkai.law import Objection, WorkCalendar
from gongkai.law.figures import Adjustment

from . import rules
from .rules import MOVES, Case, State

#: Working days before the last one from which an extension is offered as the next thing to think of.
SOON = 5
CASE_ROLES = ("clerk", "head")  # for their own section's cases
OFFICE_ROLES = ("coordinator",)  # for every case of the office


class Act(NamedTuple):
    """A verb on a case: its name on the button, whose hand it needs, what it rests on. `hint` names numbers by their figures (`letters.rules.figured`)."""

    verb: str
    label: str
    basis: str
    section: tuple[str, ...] = CASE_ROLES
    office: tuple[str, ...] = OFFICE_ROLES
    hint: str = ""


ACTS = (
    Act("confirm", "登记与申请人确认", "条例 31", hint="互联网、传真以双方确认之日，平信以与申请人确认之日为收到之日"),
    Act("reply", "答复", "条例 36", hint="结果、送达方式和日期决定答复日期和年报栏次"),
    Act("ask_to_correct", "告知补正", "条例 30", hint="收到之日起〈foi.correction_ask_days〉个工作日内一次性告知；收到补正后重新计算答复期限"),
    Act("corrected", "登记收到补正", "条例 30", hint="自收到补正之日起重新计算〈foi.reply_days〉个工作日"),
    Act("consult", "征求意见或会同", "条例 32", hint="第三方逾期不答复由本机关决定，共同制作机关逾期不答复视为同意；期间不计入答复期限"),
    Act("extend", "延长答复期限", "条例 33.2", hint="只能一次，最长〈foi.extension_limit〉个工作日，须经工作机构负责人同意并告知申请人"),
    Act("ask_fee", "发出收费通知", "109号 6", hint="在答复期限内发出；申请人自收到次日起〈foi.fee_payment_days〉个工作日内缴纳"),
    Act("fee_paid", "登记已缴费", "109号 6"),
    Act("set_aside", "终止（不再处理）", "条例 30", hint="申请人逾期不补正或不缴费，视为放弃"),
    Act("reply_again", "重新答复", "条例 51", hint="按复议决定或裁判重新作出；年报第三项仍按原答复计一次"),
    Act("reopen", "重新办理", "条例 51", hint="凭结果纠正的复议决定或裁判，或者主管部门责令、本机关自行纠正的文书重新办理"),
    Act("archive", "归档", "条例 45", hint="生成归档目录和案卷，逐件记摘要"),
    Act("take_back", "退回更正", "条例 45", section=(), hint="登记有误的，凭批准更正的文书退回，修改后重新归档；原案卷仍封存。原答复有误的，用“重新办理”"),
    Act("assign", "指定经办人", "条例 45"),
    Act("transfer", "移交其他科室", "条例 45", section=("head",), hint="只换承办科室，不影响答复期限；接收科室接收或退回"),
    Act("withdraw", "登记撤回", "条例 45", hint="按申请人本人的意思登记"),
)  # fmt: skip
#: docs/decisions/0020.
LAPSES = "已告知的延长是现在这个期限的延长：期限重新计算的，延长随之失效，也不能再延长"
BY_VERB = {act.verb: act for act in ACTS}


def may_act(state: State, verb: str, role: str, *, own_section: bool) -> bool:
    """Whether a holder of `role` may attempt `verb` on a case in `state`. `own_section`: the post is in the case's section."""
    act = BY_VERB[verb]
    return MOVES.allows(state, verb) and (role in act.office or (own_section and role in act.section))


def objections_today(verb: str, case: Case, today: date, calendar: WorkCalendar) -> list[Objection]:
    """Why a verb that fits the state is not lawful today, so that the page may say so before anybody types."""
    if verb == "confirm":
        return rules.objections_to_confirming(case)
    if verb == "ask_to_correct":
        # A late asking needs a reason, which the form asks for: only what no reason mends is named here.
        return rules.objections_to_asking(case, today, "—", calendar)
    if verb == "extend":
        return rules.objections_to_extending(case, 1, consented=True, on=today, calendar=calendar)
    if verb == "set_aside":
        return objections_to_setting_aside(case, today, calendar)
    return []


def objections_to_setting_aside(case: Case, today: date, calendar: WorkCalendar) -> list[Objection]:
    """A case is set aside only after the day the applicant was given."""
    if rules.state_of(case) is State.AWAITING_CORRECTION and case.correction_due_on and today <= case.correction_due_on:
        return [Objection("not_lapsed", f"补正期限至{rules.chinese_date(case.correction_due_on)}，届满前不能终止", "条例 30")]
    if rules.state_of(case) is State.AWAITING_FEE and case.fee_noticed_on is None:
        return [Objection("not_arrived", "收费通知邮寄在途，尚未登记申请人签收，缴费期限还没有起算", "109号 6")]
    if rules.state_of(case) is State.AWAITING_FEE and case.fee_noticed_on and today <= (due := rules.fee_due_on(case.fee_noticed_on, calendar)):
        return [Objection("not_lapsed", f"缴费期限至{rules.chinese_date(due)}，届满前不能终止", "109号 6")]
    return []


class Offer(NamedTuple):
    """An act as the page offers it: first or not, and why not yet."""

    act: Act
    first: bool
    objections: list[Objection]


def offers(case: Case, today: date, calendar: WorkCalendar) -> list[Offer]:
    """What may be done in this state: the next thing first, what the law bars today last with its reasons."""
    state, made = rules.state_of(case), []
    for act in ACTS:
        if MOVES.allows(state, act.verb):
            ends = act.verb in ("ask_to_correct", "ask_fee") and case.extended_on
            act = act._replace(hint=f"{act.hint}。{LAPSES}") if ends else act
            made.append(Offer(act, False, objections_today(act.verb, case, today, calendar)))
    made.sort(key=lambda offer: bool(offer.objections))
    wanted = next_verb(case, today, calendar)
    made.sort(key=lambda offer: offer.act.verb != wanted)
    return [offer._replace(first=offer.act.verb == wanted and not offer.objections) for offer in made]


def chased(case: Case, today: date, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()) -> list[rules.Chase]:
    """Letters for opinions that are to be asked after by now: they hold up an open case. The longest owed comes first."""
    if rules.state_of(case) is not State.OPEN:
        return []
    found = [one for letter in case.consulted for one in rules.chases(letter, calendar, adjustments) if one.done_on is None and one.due_on <= today]
    return sorted(found, key=lambda one: one.due_on)


def next_verb(case: Case, today: date, calendar: WorkCalendar) -> str:
    """The verb a case waits for; blank when it is closed."""
    match rules.state_of(case):
        case State.UNCONFIRMED:
            return "confirm"
        case State.AWAITING_CORRECTION:
            return "corrected" if objections_to_setting_aside(case, today, calendar) else "set_aside"
        case State.AWAITING_FEE:
            return "fee_paid" if objections_to_setting_aside(case, today, calendar) else "set_aside"
        case State.OPEN:
            return "reply"
        case State.REOPENED:
            return "reply_again"
        case State.ANSWERED | State.ABANDONED | State.WITHDRAWN:
            return "archive"
    return ""
