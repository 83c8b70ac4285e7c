"""The numbers of public concerns. Their facts are moments; a day is over at midnight."""

from datetime import date, datetime, time, timedelta

from django.db.models import F, Q
from django.utils import timezone

from gongkai.evidence.queries import as_text
from gongkai.sockets import Claim, Indicator, Scope, register_indicator

FIRST_LATE = Q(first_response_at__gt=F("first_due_at"))
FIRST_IN_TIME = Q(first_due_at__isnull=True) | Q(first_response_at__lte=F("first_due_at"))
PRESS_LATE = Q(press_at__gt=F("press_due_at"))
PRESS_IN_TIME = Q(press_at__lte=F("press_due_at"))


def midnight(day: date) -> datetime:
    """The moment `day` begins here."""
    return timezone.make_aware(datetime.combine(day, time()))


def over(scope: Scope) -> datetime:
    """The moment the as-of day is over: what happened before it has happened."""
    return midnight(scope.as_of + timedelta(days=1))


def within(scope: Scope, field: str) -> Q:
    return Q(**{f"{field}__gte": midnight(scope.since), f"{field}__lt": over(scope)})


def done(scope: Scope, field: str) -> Q:
    return Q(**{f"{field}__lt": over(scope)})


def not_done(scope: Scope, field: str) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": over(scope)})


def responded_in_time(scope: Scope) -> Q:
    first = done(scope, "first_response_at") & FIRST_IN_TIME
    press = Q(press_due_at__isnull=True) | (done(scope, "press_at") & PRESS_IN_TIME)
    return first & press


def responded_late(scope: Scope) -> Q:
    first = (done(scope, "first_response_at") & FIRST_LATE) | (not_done(scope, "first_response_at") & Q(first_due_at__lt=over(scope)))
    press = (done(scope, "press_at") & PRESS_LATE) | (not_done(scope, "press_at") & Q(press_due_at__lt=over(scope)))
    return first | press


def response_not_due(scope: Scope) -> Q:
    """Nothing late so far, and something still to say whose moment has not come."""
    first_open = not_done(scope, "first_response_at") & (Q(first_due_at__isnull=True) | Q(first_due_at__gte=over(scope)))
    first_fine = (done(scope, "first_response_at") & FIRST_IN_TIME) | first_open
    press_open = not_done(scope, "press_at") & Q(press_due_at__gte=over(scope))
    press_fine = Q(press_due_at__isnull=True) | (done(scope, "press_at") & PRESS_IN_TIME) | press_open
    return first_fine & press_fine & (first_open | press_open)


def tell(concern) -> str:
    """One exceptional concern: its subject, its last moment, when the office spoke."""
    spoke = f"首次回应{as_text(timezone.localtime(concern.first_response_at))}" if concern.first_response_at else "尚未回应"
    due = f"回应时限{as_text(timezone.localtime(concern.first_due_at))}" if concern.first_due_at else "回应时限未起算"
    press = ""
    if concern.press_due_at:
        held = as_text(timezone.localtime(concern.press_at)) if concern.press_at else "尚未举行"
        press = f"，新闻发布会时限{as_text(timezone.localtime(concern.press_due_at))}，{held}"
    return f"{concern.subject}（{due}，{spoke}{press}）"


register_indicator(Indicator(
    key="concerns.received", label="收到社会关切", unit="件", model="concerns.Concern", where=lambda scope: within(scope, "found_at"),
    date_field="found_at", shows=("subject", "source", "grade", "found_at", "first_due_at", "first_response_at", "press_at", "replied_at"),
    register="concerns", basis="61号舆情 舆情", description="发现时间在期间内的社会关切，按事项计。",
    words=("社会关切", "政务舆情", "回应社会关切", "回应关切"),
    claims=(Claim(
        key="responded_in_time", label="均按时回应", basis="61号舆情 舆情",
        held=responded_in_time, pending=response_not_due, failed=responded_late,
        phrase="在规定时限内回应", pending_phrase="尚在回应时限内", failed_phrase="未按时回应", exception=tell,
    ),),
    duties=("concerns.respond",),
))  # fmt: skip

register_indicator(Indicator(
    key="concerns.clarified", label="澄清虚假或不完整信息", unit="件", model="concerns.Concern",
    where=lambda scope: within(scope, "clarified_at") & Q(is_misinformation=True),
    date_field="clarified_at", shows=("subject", "source", "found_at", "clarified_at"), register="concerns", basis="条例 6.2",
    description="澄清时间在期间内的事项。", words=("澄清不实信息", "澄清虚假信息", "辟谣"),
))  # fmt: skip
