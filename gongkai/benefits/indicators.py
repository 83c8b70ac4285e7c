"""The numbers of benefit policies."""

from django.db.models import Q

from gongkai.sockets import Count, Indicator, Scope, register_indicator


def _updated_in(scope: Scope) -> Q:
    return Q(updated_on__gte=scope.since, updated_on__lte=scope.as_of, policy__voided_at=None)


SHOWN = ("policy.name", "kind", "updated_on", "platform")

UPDATED = register_indicator(
    Indicator(
        key="benefits.updated", label="惠企政策平台更新政策", unit="份", model="benefits.BenefitUpdate",
        where=_updated_in, date_field="updated_on", shows=SHOWN, register="benefit-updates",
        count=Count.DISTINCT, field="policy", related=("policy",), basis="广东优化营商环境条例 45.2",
        description="本年在惠企政策平台新增、调整或下架过的政策，同一政策只计一份。",
        words=("惠企政策平台", "更新政策", "动态政策"), duties=("benefits.delist",),
    )
)

UPDATES = register_indicator(
    Indicator(
        key="benefits.updates", label="惠企政策平台更新次数", unit="次", model="benefits.BenefitUpdate",
        where=_updated_in, date_field="updated_on", shows=SHOWN, register="benefit-updates", related=("policy",),
        basis="广东优化营商环境条例 45.2", description="本年在惠企政策平台新增、调整和下架的次数。", words=("平台更新",),
    )
)
