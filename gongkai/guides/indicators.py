"""The numbers of matters, of their changes, and of what had to be put right."""

from django.db.models import Q

from gongkai.sockets import Claim, Indicator, Scope, register_indicator

from . import queries, rules
from .models import MatterChange

#: The changes that are not demands to put something right.
CHANGES = (rules.ADMITTED, rules.ADDED, rules.ADJUSTED, rules.CHANGED, rules.CANCELLED)


def _not_done(scope: Scope) -> Q:
    return Q(effective_on=None) | Q(effective_on__gt=scope.as_of)


def _exception(change: MatterChange) -> str:
    due = change.rectify_due_on
    return f"{change.matter.name}（{due.month}月{due.day}日到期）" if due else change.matter.name


register_indicator(
    Indicator(
        key="guides.matters", label="事项目录中的事项", unit="项", model="guides.Matter",
        where=lambda scope: queries.standing_on(scope.as_of), date_field="listed_on",
        shows=("name", "kind", "code", "level", "listed_on"), register="matters",
        description="截至统计日仍在目录中的事项，不限本年列入的。", words=("公开事项", "政务服务事项"),
    )
)

register_indicator(
    Indicator(
        key="guides.changes", label="事项进驻、增加、调整、变更和取消", unit="项次", model="guides.MatterChange",
        where=lambda scope: Q(kind__in=CHANGES, effective_on__gte=scope.since, effective_on__lte=scope.as_of, matter__voided_at=None),
        date_field="effective_on", shows=("matter.name", "kind", "target", "proposed_on", "reviewed_on", "effective_on"),
        register="matter-changes", related=("matter",), description="本年生效的事项变更，以生效日期计；整改另计。",
        words=("进驻", "增加、调整和变更"),
    )
)

register_indicator(
    Indicator(
        key="guides.rectified", label="办事指南和权责清单整改", unit="项", model="guides.MatterChange",
        where=lambda scope: Q(kind=rules.RECTIFIED, proposed_on__gte=scope.since, proposed_on__lte=scope.as_of, matter__voided_at=None),
        date_field="proposed_on", shows=("matter.name", "target", "proposed_on", "rectify_due_on", "effective_on"),
        register="matter-changes", related=("matter",), description="本年提出的整改，以提出日期计；是否完成见归类。",
        words=("整改", "梳理"), duties=("guides.rectify",), basis="716号令 6",
        claims=(
            Claim(
                key="done", label="完成整改",
                held=lambda scope: Q(effective_on__lte=scope.as_of),
                pending=lambda scope: _not_done(scope) & Q(rectify_due_on__gte=scope.as_of),
                failed=lambda scope: _not_done(scope) & (Q(rectify_due_on=None) | Q(rectify_due_on__lt=scope.as_of)),
                phrase="完成整改", pending_phrase="尚在整改期限内", failed_phrase="逾期未完成整改", basis="716号令 6",
                exception=_exception,
            ),
        ),
    )
)
