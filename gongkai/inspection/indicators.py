"""The numbers of inspection: what was found, what was a veto, what is closed."""

from django.db.models import Q

from gongkai.sockets import Claim, Indicator, Scope, register_indicator


def found(scope: Scope) -> Q:
    return Q(found_on__range=(scope.since, scope.as_of))


def not_fixed(scope: Scope) -> Q:
    return Q(fixed_on__isnull=True) | Q(fixed_on__gt=scope.as_of)


def closed(scope: Scope) -> Q:
    return Q(fixed_on__lte=scope.as_of, rechecked_on__lte=scope.as_of)


def pending(scope: Scope) -> Q:
    """Within its days, or put right and waiting to be rechecked."""
    unchecked = Q(fixed_on__lte=scope.as_of) & (Q(rechecked_on__isnull=True) | Q(rechecked_on__gt=scope.as_of))
    return unchecked | not_fixed(scope) & Q(fix_due_on__gte=scope.as_of)


def failed(scope: Scope) -> Q:
    return not_fixed(scope) & (Q(fix_due_on__lt=scope.as_of) | Q(fix_due_on__isnull=True))


CLOSED = Claim(
    "closed", "均已整改", closed, pending, failed,
    phrase="已整改并复查", pending_phrase="尚在整改或待复查", failed_phrase="逾期未整改", basis="19号",
    exception=lambda finding: f"{finding}（{finding.found_on.year}年{finding.found_on.month}月{finding.found_on.day}日发现）",
)
SHOWS = ("title", "site", "code", "source", "found_on", "fix_due_on", "fixed_on", "rechecked_on")

register_indicator(Indicator(
    key="inspection.findings", label="网站和政务新媒体检查问题", unit="个", model="inspection.Finding",
    where=found, date_field="found_on", shows=SHOWS, register="findings", claims=(CLOSED,), duties=("inspection.fix",),
    words=("检查问题", "发现问题", "问题"), basis="19号", description="本年发现的问题，按发现日期，不论来源。",
))
register_indicator(Indicator(
    key="inspection.vetoes", label="单项否决问题", unit="个", model="inspection.Finding",
    where=lambda scope: Q(is_veto=True) & found(scope), date_field="found_on", shows=SHOWS, register="findings",
    claims=(CLOSED,), duties=("inspection.fix",), words=("单项否决",), basis="19号",
    description="本年发现、达到单项否决标准的问题。",
))
