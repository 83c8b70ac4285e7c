"""The law of an application: when it was received, by when it is answered, what an answer counts as.

Everything here is asked of a `Case`, the dated facts of one application. Days are dates; periods are
working days unless a figure says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import Any, NamedTuple

from gongkai.law import Clock, Exclude, Extend, Moves, Objection, Restart, Start, Stop, WorkCalendar, figure
from gongkai.law.calendar import chinese_date
from gongkai.law.clock import ONE_DAY, Event
from gongkai.law.figures import Adjustment, Figure

from .result_rules import ABANDONED

#: The regulation as revised: what was received before it is answered under the older text.
IN_FORCE = date(2019, 5, 15)
#: The law of review as revised; what is older is not held.
REVIEW_LAW = date(2024, 1, 1)
#: 109号: no fee for handling information before this day.
FEES_FROM = date(2021, 1, 1)
#: A date outside these is a slip of the pen; the calendar reaches a little further.
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2090, 12, 31)


class Channel(StrEnum):
    COUNTER = "counter"
    POST_SIGNED = "post_signed"
    POST_PLAIN = "post_plain"
    INTERNET = "internet"
    FAX = "fax"
    ORAL = "oral"


class Delivery(StrEnum):
    DIRECT = "direct"
    AGENCY = "agency"
    POST = "post"
    NETWORK = "network"
    NONE = "none"


class ConsultedKind(StrEnum):
    THIRD_PARTY = "third_party"
    CO_MAKER = "co_maker"
    AGENCY = "agency"


class State(StrEnum):
    UNCONFIRMED = "待确认"
    OPEN = "办理中"
    AWAITING_CORRECTION = "待补正"
    AWAITING_FEE = "待缴费"
    ANSWERED = "已答复"
    ABANDONED = "视为放弃"
    WITHDRAWN = "已撤回"
    REOPENED = "重新办理"
    ARCHIVED = "已归档"


MOVES = Moves(
    # verb              from                                                                 to
    ("confirm",         [State.UNCONFIRMED],                                                 State.OPEN),
    ("ask_to_correct",  [State.OPEN],                                                        State.AWAITING_CORRECTION),
    ("corrected",       [State.AWAITING_CORRECTION],                                         State.OPEN),
    ("ask_fee",         [State.OPEN],                                                        State.AWAITING_FEE),
    ("fee_paid",        [State.AWAITING_FEE],                                                State.OPEN),
    ("consult",         [State.OPEN],                                                        State.OPEN),
    ("extend",          [State.OPEN],                                                        State.OPEN),
    ("reply",           [State.OPEN],                                                        State.ANSWERED),
    ("set_aside",       [State.AWAITING_CORRECTION, State.AWAITING_FEE],                     State.ABANDONED),
    ("withdraw",        [State.UNCONFIRMED, State.OPEN, State.AWAITING_CORRECTION, State.AWAITING_FEE],
                                                                                             State.WITHDRAWN),
    ("reopen",          [State.ANSWERED, State.ABANDONED, State.ARCHIVED],                   State.REOPENED),
    ("reply_again",     [State.REOPENED],                                                    State.ANSWERED),
    ("archive",         [State.ANSWERED, State.ABANDONED, State.WITHDRAWN],                  State.ARCHIVED),
    # Where it goes follows from its facts: 已答复 most often, 视为放弃 and 已撤回 as well.
    ("take_back",       [State.ARCHIVED],                                                    State.ANSWERED),
    ("assign",          [State.UNCONFIRMED],                                                 State.UNCONFIRMED),
    ("assign",          [State.OPEN],                                                        State.OPEN),
    ("assign",          [State.AWAITING_CORRECTION],                                         State.AWAITING_CORRECTION),
    ("assign",          [State.AWAITING_FEE],                                                State.AWAITING_FEE),
    ("assign",          [State.REOPENED],                                                    State.REOPENED),
    ("transfer",        [State.UNCONFIRMED],                                                 State.UNCONFIRMED),
    ("transfer",        [State.OPEN],                                                        State.OPEN),
    ("transfer",        [State.AWAITING_CORRECTION],                                         State.AWAITING_CORRECTION),
    ("transfer",        [State.AWAITING_FEE],                                                State.AWAITING_FEE),
)  # fmt: skip


# The case


@dataclass(frozen=True, slots=True)
class Consulted:
    """One letter asking others for their opinion, and its answer."""

    kind: str
    sent_on: date
    received_by_on: date | None = None
    opinion_on: date | None = None
    returned_on: date | None = None

    @property
    def settled_on(self) -> date | None:
        """The day nothing was waited for any more by somebody's hand: an opinion came, or the letter came back."""
        return self.opinion_on or self.returned_on


@dataclass(frozen=True, slots=True)
class Case:
    """The dated facts of one application. None or blank: it has not happened."""

    channel: str
    handed_in_on: date
    signed_on: date | None = None
    confirmed_on: date | None = None
    correction_asked_on: date | None = None
    correction_due_on: date | None = None
    correction_late_reason: str = ""
    corrected_on: date | None = None
    fee_sent_on: date | None = None
    fee_noticed_on: date | None = None
    fee_paid_on: date | None = None
    extended_on: date | None = None
    extended_days: int | None = None
    consented: bool = False
    delivery: str = ""
    dispatched_on: date | None = None
    signed_for_on: date | None = None
    result: str = ""
    withdrawn_on: date | None = None
    reopened_on: date | None = None
    redone_on: date | None = None
    archived_on: date | None = None
    consulted: tuple[Consulted, ...] = ()
    # What follows from them; asked of a case a dozen times, so said once.
    received_on: date | None = field(init=False, repr=False, compare=False)
    reply_on: date | None = field(init=False, repr=False, compare=False)
    closed_on: date | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        reply_on = replied_on(self.delivery, self.dispatched_on, self.signed_for_on)
        object.__setattr__(self, "received_on", received_on(self.channel, self.handed_in_on, self.signed_on, self.confirmed_on))
        object.__setattr__(self, "reply_on", reply_on)
        object.__setattr__(self, "closed_on", reply_on or self.withdrawn_on)


    @property
    def fee_asked_on(self) -> date | None:
        """The day the fee notice went out; the day it arrived where that alone is known."""
        return self.fee_sent_on or self.fee_noticed_on


_days_of = attrgetter(*(f.name for f in fields(Case) if f.init and f.name.endswith("_on")))
_LETTER_DAYS = tuple(f.name for f in fields(Consulted) if f.name.endswith("_on"))


def received_on(
    channel: str, handed_in_on: date, signed_on: date | None = None, confirmed_on: date | None = None
) -> date | None:
    """The day of receipt, or None while it can't be said.

    条例 31: over the counter, the day of handing in; by registered post, the day the agency signed for
    it; by plain letter, internet or fax, the day it was confirmed with the applicant. An oral
    application is written down at the counter (条例 29.1) and counts as one.
    """
    match Channel(channel):
        case Channel.COUNTER | Channel.ORAL:
            return handed_in_on
        case Channel.POST_SIGNED:
            return signed_on
        case Channel.POST_PLAIN | Channel.INTERNET | Channel.FAX:
            return confirmed_on


def receipt_basis(channel: str) -> str:
    """The item of 条例 31 that says when an application by this channel was received."""
    match Channel(channel):
        case Channel.COUNTER | Channel.ORAL:
            return "条例 31(1)"
        case Channel.POST_SIGNED | Channel.POST_PLAIN:
            return "条例 31(2)"
        case Channel.INTERNET | Channel.FAX:
            return "条例 31(3)"


def replied_on(delivery: str, dispatched_on: date | None, signed_for_on: date | None) -> date | None:
    """The day the reply counts as made, or None while it can't be said.

    235号 四: handed over directly or through another agency, the day the applicant signs for it; by
    post, the day it is handed to the post office, whenever it arrives. What is sent over a network
    counts on the day of sending, by practice: no text we hold says.
    """
    if not delivery:
        return None
    if delivery in (Delivery.DIRECT, Delivery.AGENCY):
        return signed_for_on
    return dispatched_on


def state_of(case: Case) -> State:
    """Where the case stands, from its facts."""
    if case.reopened_on and not case.redone_on:
        return State.REOPENED
    if case.archived_on:
        return State.ARCHIVED
    if case.withdrawn_on:
        return State.WITHDRAWN
    if case.redone_on:
        return State.ANSWERED
    if case.reply_on:
        return State.ABANDONED if case.result in ABANDONED else State.ANSWERED
    if case.received_on is None:
        return State.UNCONFIRMED
    if case.correction_asked_on and not case.corrected_on:
        return State.AWAITING_CORRECTION
    if case.fee_asked_on and not case.fee_paid_on:
        return State.AWAITING_FEE
    return State.OPEN


# Periods


def figure_on(name: str, on: date, adjustments: Iterable[Adjustment] = ()) -> Figure:
    """A figure of this room on a day; before its law was in force as revised, as that law first has it."""
    return figure("foi", name, max(on, FEES_FROM if name.startswith("fee_") else REVIEW_LAW if name.startswith("review_") else IN_FORCE), adjustments)


def confirm_due_on(
    channel: str, handed_in_on: date, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()
) -> date | None:
    """By when receipt is to be confirmed with the applicant; None for channels that need no confirming.

    条例 31(2): a plain letter, on the day it arrives. 条例 31(3) gives internet and fax no day: house.
    """
    if channel == Channel.POST_PLAIN:
        return handed_in_on
    if channel in (Channel.INTERNET, Channel.FAX):
        return calendar.add(handed_in_on, figure_on("confirm_days", handed_in_on, adjustments).value)
    return None


def correction_ask_due_on(received: date, calendar: WorkCalendar) -> date:
    """条例 30: what is unclear is named once, within seven working days of receipt."""
    return calendar.add(received, figure_on("correction_ask_days", received).value)


def default_correction_due_on(
    asked: date, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()
) -> date:
    """The last day given to the applicant where nobody names another (条例 30: a reasonable period)."""
    return calendar.add(asked, figure_on("correction_days", asked, adjustments).value)


def fee_due_on(noticed: date, calendar: WorkCalendar) -> date:
    """109号 6: twenty working days from the day after the notice was received."""
    return calendar.add(noticed, figure_on("fee_payment_days", noticed).value)


def told_days(on: date) -> dict[str, int]:
    """The numbers of working days an applicant is told of, as the law has them on `on` (条例 30, 33.2)."""
    return {name: figure_on(name, on).value for name in ("reply_days", "extension_limit", "correction_ask_days")}


def set_aside_due_on(lapsed: date, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()) -> date:
    """By when a lapsed case is entered as 不再处理; how soon is the house's choice."""
    return calendar.add(lapsed, figure_on("set_aside_days", lapsed, adjustments).value)


def opinion_expires_on(kind: str, received_by: date | None, calendar: WorkCalendar) -> date | None:
    """The day on which silence takes effect: fifteen working days after the letter arrived.

    条例 32: a silent third party leaves the decision to the office. 条例 34: a silent co-maker consents.
    Other agencies (条例 33.3) have no such day.
    """
    if received_by is None or kind == ConsultedKind.AGENCY or not FIRST_DAY <= received_by <= LAST_DAY:
        return None
    name = "third_party_days" if kind == ConsultedKind.THIRD_PARTY else "co_maker_days"
    return calendar.add(received_by, figure_on(name, received_by).value)


class Chase(NamedTuple):
    """What is done about a letter that stops the period and that nothing would end by itself: by when, and when it was."""

    what: str
    basis: str
    begins_on: date
    due_on: date
    done_on: date | None


def chases(letter: Consulted, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()) -> list[Chase]:
    """By when it is found out whether a letter for opinions arrived, and by when another agency is asked for its answer.

    The law ends the wait for a third party or a co-maker who has the letter (`opinion_expires_on`). One that nobody signed for
    has no such day, nor has another agency (条例 33.3): the period would stand still for ever. Both numbers are the house's.
    """
    if not all(FIRST_DAY <= day <= LAST_DAY for day in (letter.sent_on, letter.received_by_on) if day):
        return []
    basis = {ConsultedKind.THIRD_PARTY: "条例 32", ConsultedKind.CO_MAKER: "条例 34"}.get(ConsultedKind(letter.kind), "条例 33.3")
    due_on = calendar.add(letter.sent_on, figure_on("served_days", letter.sent_on, adjustments).value)
    found = [Chase("查明征求意见书是否送达，未送达的重新送达", basis, letter.sent_on, due_on, letter.received_by_on or letter.settled_on)]
    if letter.kind == ConsultedKind.AGENCY and letter.received_by_on:
        due_on = calendar.add(letter.received_by_on, figure_on("agency_answer_days", letter.received_by_on, adjustments).value)
        found.append(Chase("催其他机关回复意见", basis, letter.received_by_on, due_on, letter.settled_on))
    return found


def objections_to_disclosing(case: Case, on: date, calendar: WorkCalendar) -> list[Objection]:
    """Why all of it may not be given on `on`: whom the office asked still has time to say no (条例 32, 34). Another agency has no such time."""
    found = []
    for letter in case.consulted:
        if letter.kind == ConsultedKind.AGENCY or letter.settled_on:
            continue
        whom, basis = ("第三方", "条例 32") if letter.kind == ConsultedKind.THIRD_PARTY else ("共同制作机关", "条例 34")
        ends = opinion_expires_on(letter.kind, letter.received_by_on, calendar)
        if ends is None:
            found.append(Objection("unserved", f"{chinese_date(letter.sent_on)}发出的征求意见书还没有{whom}签收，不能决定全部公开：请先登记签收，没有送达的登记退回", basis))
        elif on <= ends:
            found.append(Objection("may_still_say", f"{whom}可以在{chinese_date(ends)}以前提出意见，期满前不能决定全部公开", basis))
    return found


def silence_means(kind: str) -> str:
    """What silence past the day means, in the office's words. The two articles say opposite things."""
    match ConsultedKind(kind):
        case ConsultedKind.THIRD_PARTY:
            return "第三方逾期未提出意见的，由本机关依法决定是否公开（不视为同意）"
        case ConsultedKind.CO_MAKER:
            return "共同制作机关逾期未提出意见的，视为同意公开"
        case ConsultedKind.AGENCY:
            return "其他机关的意见没有法定期限，收到意见前不计入答复期限"


def events(
    case: Case, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()
) -> list[Event]:
    """What moves the reply period of a case, in the clock's terms. Empty while it has not been received.

    条例 33.2: twenty working days from receipt, and one extension of up to twenty more.
    条例 33.3: time spent consulting third parties and other agencies does not count; it ends with the
    opinion, on the day silence takes effect, or on the day the letter came back unserved, whichever is first.
    条例 30: a corrected application starts a fresh period, and an extension of the former ends with it
    (docs/decisions/0020); it was the one extension all the same.
    109号: so does a paid fee, by practice; an office may count on instead.
    Whether the day of receipt counts is practice too (it does not, unless the office says so).

    An applicant asked after the period had run out was asked in vain: neither the asking nor the
    answer moves anything.
    """
    received = case.received_on
    if received is None or objections_to_dates(case):
        return []
    adjustments = tuple(adjustments)
    allowed = figure_on("reply_days", received)
    found: list[Event] = [
        Start(
            received, allowed.value, basis=allowed.basis, note="收到申请",
            first_day_counts=figure_on("count_first_day", received, adjustments).value,
        )
    ]  # fmt: skip
    for letter in case.consulted:
        ends = [day for day in (letter.settled_on, opinion_expires_on(letter.kind, letter.received_by_on, calendar)) if day]
        found.append(_wait(letter.sent_on, min(ends, default=None), basis="条例 33.3", note="征求意见"))
    if case.extended_on and case.extended_days:
        found.append(Extend(case.extended_on, case.extended_days, basis="条例 33.2", note="延长答复期限"))
    askings: list[tuple[date, date | None, str, str, bool]] = []
    if case.correction_asked_on:
        askings.append((case.correction_asked_on, case.corrected_on, "补正", "条例 30", True))
    if case.fee_asked_on:
        afresh = figure_on("fee_restart", case.fee_asked_on, adjustments).value == "full"
        askings.append((case.fee_asked_on, case.fee_paid_on, "缴费", "109号 6", afresh))
    for asked, answered, what, basis, afresh in sorted(askings, key=lambda row: row[0]):
        standing = Clock.run(found, calendar, as_of=asked).last_day
        if standing is None or asked > standing:
            continue
        # Asked on the last day itself is still in time: that day is taken out together with the wait.
        after = asked if asked < standing else asked - ONE_DAY
        found.append(_wait(after, answered, basis=basis, note=f"等待申请人{what}"))
        if answered and afresh:
            found.append(Restart(answered, basis=basis, note=f"收到{what}"))
    if case.closed_on:
        found.append(Stop(case.closed_on, note="撤回" if case.withdrawn_on else "答复"))
    return found


def reply_clock(
    case: Case, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = (), as_of: date | None = None
) -> Clock | None:
    """The clock of a reply; None while the application has not been received."""
    found = events(case, calendar, adjustments)
    return Clock.run(found, calendar, as_of=as_of) if found else None


def _wait(after: date, through: date | None, **said: str) -> Exclude:
    """An exclusion that ends before it begins is an objection's business, not the clock's."""
    return Exclude(after, max(after, through) if through else None, **said)


# Objections


def objections_to_dates(case: Case) -> list[Objection]:
    """Dates no clock is run on: received under the older text, or a slip of the pen."""
    days = [*_days_of(case)]
    days += [getattr(letter, name) for letter in case.consulted for name in _LETTER_DAYS]
    known = [day for day in days if day]
    if (case.received_on or case.handed_in_on) < IN_FORCE:
        return [Objection("older_law", "2019年5月15日前收到的申请适用修订前的条例，不在本登记簿登记", "条例 33.2")]
    if not_ours := [day for day in known if not FIRST_DAY <= day <= LAST_DAY]:
        return [Objection("no_calendar", f"日期{chinese_date(not_ours[0])}不合常理，请核对年份")]
    return []


def objections_to_moving(verb: str, case: Case) -> list[Objection]:
    """Why `verb` does not fit where the case stands."""
    state = state_of(case)
    if MOVES.allows(state, verb):
        return []
    return [Objection("wrong_state", f"该申请目前为“{state}”，不能办理此事项")]


def objections_to_asking(case: Case, on: date, late_reason: str, calendar: WorkCalendar) -> list[Objection]:
    """Why the applicant may not be asked to correct on `on`.

    条例 30: once, within seven working days of receipt. After that we want a reason on record, and
    after the reply period nothing helps.
    """
    found = objections_to_moving("ask_to_correct", case)
    if case.correction_asked_on:
        found.append(Objection("asked_before", "补正须一次性告知，该申请已告知过补正", "条例 30"))
    if found or case.received_on is None:
        return found
    return _asking(case.received_on, on, late_reason, reply_clock(case, calendar, as_of=on), calendar)


def _asking(
    received: date, on: date, late_reason: str, clock: Clock | None, calendar: WorkCalendar
) -> list[Objection]:
    if on < received:
        return [Objection("before_receipt", "告知补正日期早于收到申请日期", "条例 30")]
    found = []
    limit = correction_ask_due_on(received, calendar)
    if on > limit and not late_reason.strip():
        found.append(Objection("asked_late", f"告知补正的最后一日为{chinese_date(limit)}，逾期告知须写明理由", "条例 30"))
    if clock is not None and clock.last_day is not None and on > clock.last_day:
        found.append(Objection("too_late", f"答复期限已于{chinese_date(clock.last_day)}届满，不能再告知补正", "条例 30"))
    return found


def objections_to_extending(
    case: Case, days: int, *, consented: bool, on: date, calendar: WorkCalendar,
    adjustments: Iterable[Adjustment] = (),
) -> list[Objection]:
    """Why the reply period may not be extended by `days` on `on`. An empty list means it may.

    条例 33.2: once, up to twenty working days, with the consent of the head of the 工作机构 and notice
    to the applicant. That it is done before the period ends is implied.
    """
    found = objections_to_moving("extend", case)
    if case.extended_on:
        found.append(Objection("extended_before", "答复期限只能延长一次", "条例 33.2"))
    found += _extending(case, days, consented, on, calendar, adjustments)
    return found


def _extending(
    case: Case, days: int, consented: bool, on: date, calendar: WorkCalendar, adjustments: Iterable[Adjustment]
) -> list[Objection]:
    limit = figure_on("extension_limit", on)
    found = []
    if not consented:
        found.append(Objection("no_consent", "延长须经政府信息公开工作机构负责人同意", limit.basis))
    if not 1 <= days <= limit.value:
        found.append(Objection("too_long", f"延长期限须为1至{limit.value}个工作日", limit.basis))
    clock = reply_clock(case, calendar, adjustments, as_of=on)
    if clock is None or on < clock.started_on:
        found.append(Objection("before_receipt", "延长日期早于收到申请日期", limit.basis))
    elif clock.last_day is not None and on > clock.last_day:
        found.append(Objection("too_late", f"答复期限已于{chinese_date(clock.last_day)}届满，不能再延长", limit.basis))
    return found


def objections_to_consulting(
    case: Case, letter: Consulted, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()
) -> list[Objection]:
    """Why a letter for opinions can't stand beside this case: its days out of order, or too late to count."""
    if found := objections_to_dates(replace(case, consulted=(letter,))):
        return found
    if case.received_on is None or letter.sent_on < case.received_on:
        found.append(Objection("before_receipt", "征求意见日期早于收到申请日期", "条例 33.3"))
    if letter.received_by_on and letter.received_by_on < letter.sent_on:
        found.append(Objection("received_before_sent", "对方收到日期早于发出日期", "条例 32"))
    if letter.opinion_on and letter.opinion_on < letter.sent_on:
        found.append(Objection("opinion_before_sent", "收到意见日期早于发出日期", "条例 32"))
    if letter.returned_on and letter.returned_on < letter.sent_on:
        found.append(Objection("returned_before_sent", "退回日期早于发出日期", "条例 32"))
    if letter.returned_on and (letter.received_by_on or letter.opinion_on):
        found.append(Objection("served_and_returned", "对方已收到或者已提出意见的，不是未送达退回，请核对", "条例 32"))
    if case.closed_on and letter.sent_on > case.closed_on:
        found.append(Objection("after_close", "该申请已办结，不能再征求意见", "条例 33.3"))
    return found


def objections_to_ending(case: Case, calendar: WorkCalendar) -> list[Objection]:
    """Why a case may not end as its facts say: with this result, delivered this way, on this day."""
    found = []
    result, closed = case.result, case.closed_on
    if case.reply_on and case.withdrawn_on:
        found.append(Objection("ended_twice", "答复和撤回只能登记其一"))
    if closed and not result:
        found.append(Objection("no_result", "办结须登记处理结果", "条例 36"))
    if result == "withdrawn" and not case.withdrawn_on:
        found.append(Objection("not_withdrawn", "处理结果为“申请人撤回”，须登记撤回日期"))
    if case.withdrawn_on and result and result != "withdrawn":
        found.append(Objection("other_result", "已登记撤回日期，处理结果应为“申请人撤回”"))
    if case.delivery == Delivery.NONE and result not in ABANDONED:
        found.append(Objection("not_delivered", "只有视为放弃的申请可以不送达，答复须登记送达方式", "条例 36"))
    if (case.dispatched_on or case.signed_for_on) and not case.delivery:
        found.append(Objection("no_delivery", "已登记答复日期，须登记送达方式", "235号 四"))
    if case.signed_for_on and case.dispatched_on and case.signed_for_on < case.dispatched_on:
        found.append(Objection("signed_before_sent", "申请人签收日期早于答复发出日期", "235号 四"))
    first = case.received_on or case.handed_in_on
    if closed and closed < first:
        found.append(Objection("before_receipt", "办结日期早于收到申请日期", "条例 33.2"))
    if case.reply_on and case.received_on is None:
        found.append(Objection("unconfirmed", "收到日期尚未确认，不能答复", receipt_basis(case.channel)))
    if result == "abandoned_fix":
        if not case.correction_asked_on or case.corrected_on:
            found.append(Objection("not_lapsed", "未告知补正或已收到补正，不能按逾期不补正处理", "条例 30"))
        elif closed and case.correction_due_on and closed <= case.correction_due_on:
            found.append(Objection("not_lapsed", f"补正期限至{chinese_date(case.correction_due_on)}，届满前不能按逾期不补正处理", "条例 30"))
    elif case.reply_on and case.correction_asked_on and not case.corrected_on:
        found.append(Objection("awaiting_correction", "已告知补正、尚未收到补正，不能作出其他答复", "条例 30"))
    if result == "unclear_after_fix" and not case.corrected_on:
        found.append(Objection("not_corrected", "未收到补正，不能按补正后仍不明确处理", "条例 30"))
    if result == "abandoned_fee":
        if not case.fee_noticed_on or case.fee_paid_on:
            found.append(Objection("not_lapsed", "未发出收费通知或已缴费，不能按逾期不缴费处理", "109号 6"))
        elif closed and closed <= fee_due_on(case.fee_noticed_on, calendar):
            last = chinese_date(fee_due_on(case.fee_noticed_on, calendar))
            found.append(Objection("not_lapsed", f"缴费期限至{last}，届满前不能按逾期不缴费处理", "109号 6"))
    elif case.reply_on and case.fee_asked_on and not case.fee_paid_on:
        found.append(Objection("awaiting_fee", "已通知缴费、尚未缴费，不能作出其他答复", "109号 6"))
    return found


def objections(
    case: Case, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()
) -> list[Objection]:
    """Everything in the facts of a case that can't be, or that the law does not allow."""
    received = case.received_on
    if found := objections_to_dates(case):
        return found
    adjustments = tuple(adjustments)
    found = []
    if case.signed_on and case.signed_on < case.handed_in_on:
        found.append(Objection("signed_before", "本机关签收日期早于申请人提交日期", "条例 31(2)"))
    if case.confirmed_on and case.confirmed_on < case.handed_in_on:
        found.append(Objection("confirmed_before", "确认日期早于申请人提交日期", receipt_basis(case.channel)))
    found += _pairs(case) + _after_close(case)
    if received is None:
        if case.correction_asked_on or case.extended_on or case.fee_asked_on or case.consulted:
            found.append(Objection("unconfirmed", "收到日期尚未确认，不能登记补正、延长、收费或征求意见", receipt_basis(case.channel)))
    elif not found:
        if case.correction_asked_on:
            before = _until(case, case.correction_asked_on, "correction_asked_on")
            clock = reply_clock(before, calendar, adjustments, as_of=case.correction_asked_on)
            found += _asking(received, case.correction_asked_on, case.correction_late_reason, clock, calendar)
        if case.extended_on:
            before = _until(case, case.extended_on, "extended_on")
            found += _extending(before, case.extended_days or 0, case.consented, case.extended_on, calendar, adjustments)
        if case.fee_asked_on:
            found += _charging(case, case.fee_asked_on, calendar, adjustments)
        for letter in case.consulted:
            found += objections_to_consulting(case, letter, calendar, adjustments)
    return found + objections_to_ending(case, calendar)


def _charging(
    case: Case, on: date, calendar: WorkCalendar, adjustments: Sequence[Adjustment]
) -> list[Objection]:
    if on < FEES_FROM:
        return [Objection("no_fee_yet", "信息处理费自2021年1月1日起方可收取", "109号 6")]
    clock = reply_clock(_until(case, on, "fee_sent_on", "fee_noticed_on"), calendar, adjustments, as_of=on)
    if clock is None or on < clock.started_on:
        return [Objection("before_receipt", "收费通知日期早于收到申请日期", "109号 6")]
    if clock.last_day is not None and on > clock.last_day:
        return [Objection("too_late", f"收费通知须在答复期限内发出，期限已于{chinese_date(clock.last_day)}届满", "109号 6")]
    return []


def _pairs(case: Case) -> list[Objection]:
    """Facts that come together or in order."""
    found = []
    if case.correction_asked_on and not case.correction_due_on:
        found.append(Objection("no_correction_due", "告知补正须同时写明合理的补正期限", "条例 30"))
    if case.correction_due_on and not case.correction_asked_on:
        found.append(Objection("due_without_asking", "登记补正期限须先登记告知补正日期", "条例 30"))
    if case.correction_asked_on and case.correction_due_on and case.correction_due_on <= case.correction_asked_on:
        found.append(Objection("due_before_asking", "补正期限须晚于告知补正日期，给申请人合理的时间", "条例 30"))
    if case.corrected_on and (not case.correction_asked_on or case.corrected_on < case.correction_asked_on):
        found.append(Objection("corrected_before_asking", "收到补正日期早于告知补正日期，或未登记告知补正", "条例 30"))
    if bool(case.extended_on) != bool(case.extended_days):
        found.append(Objection("half_extension", "延长日期和延长天数须同时登记", "条例 33.2"))
    if case.fee_sent_on and case.fee_noticed_on and case.fee_noticed_on < case.fee_sent_on:
        found.append(Objection("noticed_before_sent", "申请人收到收费通知的日期早于通知发出日期", "109号 6"))
    if case.fee_paid_on and (not case.fee_asked_on or case.fee_paid_on < case.fee_asked_on):
        found.append(Objection("paid_before_notice", "缴费日期早于收费通知日期，或未登记收费通知", "109号 6"))
    elif case.fee_paid_on and case.fee_noticed_on and case.fee_paid_on < case.fee_noticed_on:
        found.append(Objection("paid_before_arrival", "缴费日期早于申请人收到收费通知的日期，请核对两个日期", "109号 6"))
    return found


#: What can't happen once a case is closed. A fee notice already on its way may still arrive, and an asked opinion come late.
_NEVER_AFTER_CLOSE = {
    "correction_asked_on": ("告知补正日期", "条例 30"), "corrected_on": ("收到补正日期", "条例 30"), "fee_sent_on": ("收费通知发出日期", "109号 6"),
    "fee_paid_on": ("缴费日期", "109号 6"), "extended_on": ("告知延长日期", "条例 33.2"),
}  # fmt: skip


def _after_close(case: Case) -> list[Objection]:
    """Steps dated after the reply or the withdrawal: they would move a period that had ended, and make a late reply look punctual."""
    if case.closed_on is None:
        return []
    said = chinese_date(case.closed_on)
    found = [
        Objection("after_close", f"{label}晚于办结日期{said}，请核对", basis) for name, (label, basis) in _NEVER_AFTER_CLOSE.items()
        if (day := getattr(case, name)) and day > case.closed_on
    ]  # fmt: skip
    if case.fee_noticed_on and not case.fee_sent_on and case.fee_noticed_on > case.closed_on:
        found.append(Objection("after_close", f"收费通知日期晚于办结日期{said}，请核对", "109号 6"))
    return found


def objections_to_days_to_come(case: Case, today: date) -> list[Objection]:
    """Facts dated after today have not happened yet: a slip of the pen in a year, most often. The day a correction is due may lie ahead."""
    days = [day for day in _days_of(case) if day != case.correction_due_on]
    return to_come([*days, *(getattr(letter, name) for letter in case.consulted for name in _LETTER_DAYS)], today)


#: What is said whenever a fact of an archived case is to be changed.
PUT_AWAY = Objection(
    "put_away", "该申请已归档，登记的内容不能再改。登记有误的，由公开协调员在案件页“退回更正”，改好后重新归档；原答复有误的，“重新办理”。复议诉讼、定期评估、去标识照常登记", "条例 45",
)  # fmt: skip


def objections_to_taking_back(case: Case, document: str, reason: str) -> list[Objection]:
    """Why an archived case may not be taken back to mend what was entered of it. The reply itself is not: that is 重新办理."""
    if found := objections_to_moving("take_back", case):
        return found
    found = []
    if not document.strip():
        found.append(Objection("no_document", "请填写同意更正的文书编号，如办理呈批单编号", "条例 45"))
    if not reason.strip():
        found.append(Objection("no_reason", "请写明登记错在哪里", "条例 45"))
    return found


def to_come(days: Iterable[date | None], today: date) -> list[Objection]:
    """Why these days can't be facts: the earliest of them that lies after today."""
    ahead = [day for day in days if day and day > today]
    return [Objection("to_come", f"日期{chinese_date(min(ahead))}还没有到，请核对年份；没有发生的不能登记")] if ahead else []


def objections_to_confirming(case: Case) -> list[Objection]:
    """Why receipt is not confirmed with the applicant: what was signed for counts from that day (条例 31(2))."""
    if Channel(case.channel) is Channel.POST_SIGNED:
        return [Objection("signed", "邮寄（签收）的以本机关签收之日为收到之日，请在登记簿填写“本机关签收日期”，不用与申请人确认", "条例 31(2)")]
    return []


def _until(case: Case, day: date, *without: str) -> Case:
    """The case as it was on `day` before the fact named in `without` was added."""
    dropped: dict[str, Any] = {name: None for name in without}
    for name in ("correction_asked_on", "corrected_on", "fee_sent_on", "fee_noticed_on", "fee_paid_on", "extended_on"):
        value = getattr(case, name)
        if value is not None and value > day:
            dropped[name] = None
    if "correction_asked_on" in dropped:
        dropped |= {"corrected_on": None}
    left = replace(case, withdrawn_on=None, dispatched_on=None, signed_for_on=None, **dropped)
    return left if left.fee_asked_on else replace(left, fee_paid_on=None)
