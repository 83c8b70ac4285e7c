"""The numbers of 依申请公开: table three's rows, and what may be said of all that was received.

A case is closed on the day its reply counts as made, or the day it was withdrawn. Whatever is dated
after the as-of day has not happened. The stored last day is the one standing after all facts; it may be
compared with any earlier day as well, because nothing that comes after a period has run out can move it
(tested against the clock itself).
"""

from collections.abc import Callable

from django.db.models import F, Q

from gongkai.evidence.queries import as_text
from gongkai.sockets import Claim, Indicator, Scope, register_indicator

from . import result_rules
from .models import RemedyKind, RemedyResult

REGISTER = "applications"
SHOWS = ("number", "channel", "received_on", "reply_due_on", "closed_on", "result")


def received(scope: Scope) -> Q:
    return Q(received_on__range=(scope.since, scope.as_of))


# A case withdrawn before its receipt was confirmed was never received, so it is not among the answered.
def closed(scope: Scope) -> Q:
    return Q(closed_on__range=(scope.since, scope.as_of), received_on__isnull=False)


def carried_in(scope: Scope) -> Q:
    return Q(received_on__lt=scope.since) & (Q(closed_on__isnull=True) | Q(closed_on__gte=scope.since))


def carried_out(scope: Scope) -> Q:
    return Q(received_on__lte=scope.as_of) & still_open(scope)


def still_open(scope: Scope) -> Q:
    return Q(closed_on__isnull=True) | Q(closed_on__gt=scope.as_of)


def ended_in(row: str):
    return lambda scope: closed(scope) & Q(report_row=row)


def sent(scope: Scope) -> Q:
    """A fee notice went out."""
    return Q(fee_sent_on__range=(scope.since, scope.as_of))


def arrived(scope: Scope) -> Q:
    """A fee notice of which only the day it arrived is known: in a case brought in from elsewhere."""
    return Q(fee_sent_on=None, fee_noticed_on__range=(scope.since, scope.as_of))


def noticed(scope: Scope) -> Q:
    return sent(scope) | arrived(scope)


def paid(scope: Scope) -> Q:
    return Q(fee_paid_on__range=(scope.since, scope.as_of))


# A closed case without a last day was waiting for its applicant when it ended: nothing was late.
in_time = Q(reply_due_on__isnull=True) | Q(closed_on__lte=F("reply_due_on"))
late = Q(reply_due_on__isnull=False, closed_on__gt=F("reply_due_on"))


def answered_in_time(scope: Scope) -> Q:
    return Q(closed_on__lte=scope.as_of) & in_time


def not_yet_due(scope: Scope) -> Q:
    return still_open(scope) & (Q(reply_due_on__isnull=True) | Q(reply_due_on__gte=scope.as_of))


def answered_late_or_overdue(scope: Scope) -> Q:
    return (Q(closed_on__lte=scope.as_of) & late) | (still_open(scope) & Q(reply_due_on__lt=scope.as_of))


def never(scope: Scope) -> Q:
    return Q(pk__isnull=True)


def tell(application) -> str:
    """One exceptional case: number, last day, day of reply."""
    due = f"最后一日{as_text(application.reply_due_on)}" if application.reply_due_on else "等待申请人，期限未起算"
    ended = f"答复日期{as_text(application.closed_on)}" if application.closed_on else "尚未答复"
    return f"{application.number}（{due}，{ended}）"


register_indicator(Indicator(
    key="foi.received", label="本年新收政府信息公开申请", unit="件", model="foi.Application", where=received,
    date_field="received_on", shows=SHOWS, register=REGISTER, basis="条例 31",
    description="收到日期在期间内的申请；收到日期按提交渠道确定，未与申请人确认的不计。",
    words=("收到政府信息依申请公开", "收到依申请公开", "依申请公开", "收到政府信息公开申请", "新收政府信息公开申请", "受理依申请公开"),
    claims=(Claim(
        key="answered_lawfully", label="均依规定答复", basis="条例 33.2",
        held=answered_in_time, pending=not_yet_due, failed=answered_late_or_overdue,
        phrase="依据规定给予答复", pending_phrase="尚在办理期限内", failed_phrase="未按期答复", exception=tell,
    ),),
    duties=("foi.reply", "foi.confirm_receipt"),
))  # fmt: skip

register_indicator(Indicator(
    key="foi.answered", label="本年办结政府信息公开申请", unit="件", model="foi.Application", where=closed,
    date_field="closed_on", shows=SHOWS, register=REGISTER, basis="条例 33.2",
    description="答复日期或撤回日期在期间内的申请，含上年结转的。",
    words=("答复政府信息公开申请", "办结政府信息公开申请", "办结依申请公开", "答复依申请公开"),
    claims=(Claim(
        key="in_time", label="均按期办结", basis="条例 33.2",
        held=lambda scope: in_time, pending=never, failed=lambda scope: late,
        phrase="按期答复", pending_phrase="尚在办理期限内", failed_phrase="未按期答复", exception=tell,
    ),),
))  # fmt: skip

register_indicator(Indicator(
    key="foi.carried_in", label="上年结转政府信息公开申请", unit="件", model="foi.Application", where=carried_in,
    date_field="received_on", shows=SHOWS, register=REGISTER,
    description="期间开始前收到、当时尚未办结的申请。", words=("上年结转",),
))  # fmt: skip

register_indicator(Indicator(
    key="foi.carried_out", label="结转下年度继续办理", unit="件", model="foi.Application", where=carried_out,
    date_field="received_on", shows=SHOWS, register=REGISTER,
    description="截至日期尚未办结的申请。", words=("结转下年度", "正在办理的依申请公开"), duties=("foi.reply",),
))  # fmt: skip

for row in result_rules.ROWS:
    register_indicator(Indicator(
        key=f"foi.result.{row.key}", label=f"办理结果：{row.label}", unit="件", model="foi.Application",
        where=ended_in(row.key), date_field="closed_on", shows=SHOWS, register=REGISTER, basis="条例 50.2",
        description="期间内办结、计入年报该栏的申请；一件申请只计一栏。",
    ))  # fmt: skip

register_indicator(Indicator(
    key="foi.corrections", label="告知补正", unit="件", model="foi.Application",
    where=lambda scope: Q(correction_asked_on__range=(scope.since, scope.as_of)), date_field="correction_asked_on",
    shows=("number", "received_on", "correction_ask_due_on", "correction_asked_on", "correction_due_on", "corrected_on"),
    register=REGISTER, basis="条例 30", description="期间内告知申请人补正的申请。", words=("告知补正",),
    claims=(Claim(
        key="asked_in_time", label="均在7个工作日内告知", basis="条例 30",
        held=lambda scope: Q(correction_asked_on__lte=F("correction_ask_due_on")), pending=never,
        failed=lambda scope: Q(correction_ask_due_on__isnull=True) | Q(correction_asked_on__gt=F("correction_ask_due_on")),
        phrase="在7个工作日内一次性告知", pending_phrase="尚未到期", failed_phrase="逾期告知",
        exception=lambda application: f"{application.number}（最后一日{as_text(application.correction_ask_due_on)}，告知日期{as_text(application.correction_asked_on)}）",
    ),),
))  # fmt: skip

register_indicator(Indicator(
    key="foi.extensions", label="延长答复期限", unit="件", model="foi.Application",
    where=lambda scope: Q(extended_on__range=(scope.since, scope.as_of)), date_field="extended_on",
    shows=("number", "received_on", "extended_on", "extended_days", "reply_due_on", "closed_on"),
    register=REGISTER, basis="条例 33.2", description="期间内告知延长答复期限的申请。", words=("延长答复",),
))  # fmt: skip

# The sums are read from the fee register by those who need them; here stands which applications they are of.
register_indicator(Indicator(
    key="foi.fees_noticed", label="发出收费通知", unit="件", model="foi.Application",
    where=noticed, date_field="fee_sent_on", shows=("number", "received_on", "fee_sent_on", "fee_noticed_on", "fee_paid_on"),
    register=REGISTER, basis="109号 3", description="期间内发出信息处理费收费通知的申请；没有登记发出日期的，按申请人收到的日期。", words=("发出收费通知", "收费通知"),
))  # fmt: skip

register_indicator(Indicator(
    key="foi.fees_paid", label="收取信息处理费", unit="件", model="foi.Application",
    where=paid, date_field="fee_paid_on",
    shows=("number", "received_on", "fee_sent_on", "fee_noticed_on", "fee_paid_on"),
    register=REGISTER, basis="109号 6", description="期间内申请人缴清信息处理费的申请，按缴费日期。",
))  # fmt: skip


# Table four: a review or suit stands in every year in which it was under way, by how it stood on the as-of day.


def under_way(scope: Scope) -> Q:
    return Q(accepted_on__lte=scope.as_of) & (Q(decided_on=None) | Q(decided_on__gte=scope.since))


def remedies(kind: str, column: str) -> Callable[[Scope], Q]:
    """The records of one cell of table four."""

    def where(scope: Scope) -> Q:
        pending = Q(decided_on=None) | Q(decided_on__gt=scope.as_of)
        return under_way(scope) & Q(kind=kind) & (pending if column == "pending" else ~pending & Q(result=column))

    return where


REMEDY_COLUMNS = {**dict(RemedyResult.choices), "pending": "尚未审结"}
for kind, kind_label in RemedyKind.choices:
    for column, column_label in REMEDY_COLUMNS.items():
        register_indicator(Indicator(
            key=f"foi.remedy.{kind}_{column}", label=f"{kind_label}：{column_label}", unit="件", model="foi.Remedy",
            where=remedies(kind, column), date_field="accepted_on", shows=("application", "kind", "organ", "accepted_on", "decided_on", "result"),
            register="remedies", basis="条例 50.1", description="期间内受理或者尚在审理的，按截至日期的结果计入；一审、二审不重复计。",
        ))  # fmt: skip
