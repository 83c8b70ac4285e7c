"""The numbers of events, of whom they reached, and of interviews."""

from datetime import date

from django.db.models import Q

from gongkai.sockets import Claim, Count, Indicator, Scope, register_indicator

from . import rules
from .models import Event

BASIS = "优化营商环境条例 38"
SHOWN = ("title", "kind", "part", "mode", "planned_on", "held_on")


def _held(*kinds: str, parts: tuple[str, ...] = ()):
    """Held between `since` and `as_of`, of these kinds; of any part in it unless parts are named."""

    def where(scope: Scope) -> Q:
        found = Q(kind__in=kinds, held_on__gte=scope.since, held_on__lte=scope.as_of)
        return found & Q(part__in=parts) if parts else found

    return where


def _at_briefings(scope: Scope) -> Q:
    """Attendance at the office's own briefings that took place in the span."""
    return Q(
        event__kind=rules.BRIEFING, event__part=rules.HOSTED, event__voided_at=None,
        event__held_on__gte=scope.since, event__held_on__lte=scope.as_of,
    )  # fmt: skip


def _planned(scope: Scope) -> Q:
    """On the plan for the year of `as_of`, whole: what is planned for December is known in November."""
    return Q(kind=rules.BRIEFING, part=rules.HOSTED, planned_on__gte=scope.since, planned_on__lte=date(scope.as_of.year, 12, 31))


def _took_place(scope: Scope) -> Q:
    return Q(held_on__lte=scope.as_of)


def _called_off(scope: Scope) -> Q:
    return Q(cancelled_on__isnull=False, cancelled_on__lte=scope.as_of)


def _not_yet(scope: Scope) -> Q:
    return Q(held_on=None) | Q(held_on__gt=scope.as_of)


def _still_to_come(scope: Scope) -> Q:
    return _not_yet(scope) & (Q(cancelled_on=None) | Q(cancelled_on__gt=scope.as_of)) & Q(planned_on__gte=scope.as_of)


def _fell_through(scope: Scope) -> Q:
    return _not_yet(scope) & (_called_off(scope) | Q(planned_on__lt=scope.as_of))


def _exception(event: Event) -> str:
    day = f"{event.planned_on.month}月{event.planned_on.day}日"
    return f"《{event.title}》计划{day}举办" + ("，已取消" if event.cancelled_on else "")


register_indicator(
    Indicator(
        key="events.briefings", label="惠企政策宣讲会", unit="场", model="events.Event",
        where=_held(rules.BRIEFING, parts=(rules.HOSTED,)), date_field="held_on", shows=SHOWN, register="events", basis=BASIS,
        description="本年主办并已举办的政策宣讲会，以举办日期计。配合、参加的不计。",
        words=("宣讲会", "惠企政策宣讲", "系列宣讲会"), duties=("events.planned_briefing",),
    )
)

register_indicator(
    Indicator(
        key="events.briefings_planned", label="列入计划的惠企政策宣讲会", unit="场", model="events.Event",
        where=_planned, date_field="planned_on", shows=SHOWN, register="events", basis=BASIS,
        description="计划日期在本年内的主办宣讲会，不论是否已举办；临时安排的不在其内。",
        words=("宣讲计划",), duties=("events.planned_briefing",),
        claims=(
            Claim(
                key="held", label="按计划举办", held=_took_place, pending=_still_to_come, failed=_fell_through,
                phrase="按计划举办", pending_phrase="尚未到计划日期", failed_phrase="逾计划日期未举办或已取消",
                basis=BASIS, exception=_exception,
            ),
        ),
    )
)

for _key, _label, _unit, _count, _field, _words, _description in (
    ("events.enterprises", "宣讲会惠及企业", "家", Count.DISTINCT, "credit_code", ("惠及企业", "企业"), "参加本年主办宣讲会的企业，按统一社会信用代码去重。"),
    ("events.enterprise_times", "宣讲会惠及企业家次", "家次", Count.ROWS, "", ("企业家次",), "参加本年主办宣讲会的企业，参加一场计一次。"),
    ("events.person_times", "宣讲会参加人次", "人次", Count.SUM, "persons", ("参加人次", "参会人次"), "参加本年主办宣讲会的人数合计。"),
):
    register_indicator(
        Indicator(
            key=_key, label=_label, unit=_unit, model="events.Attendance", where=_at_briefings, date_field="event__held_on",
            shows=("enterprise", "credit_code", "event.title", "event.held_on", "persons", "way"), register="attendances",
            count=_count, field=_field, related=("event",), basis=BASIS, words=_words, description=_description,
        )
    )

register_indicator(
    Indicator(
        key="events.interviews", label="接受媒体采访", unit="次", model="events.Interview",
        where=lambda scope: Q(interviewed_on__gte=scope.since, interviewed_on__lte=scope.as_of), date_field="interviewed_on",
        shows=("media", "media_kind", "subject", "interviewed_on"), register="interviews", basis="",
        description="本年接受媒体采访的次数，以采访日期计，不以刊播日期计。", words=("媒体采访", "采访"),
    )
)

for _key, _label, _unit, _kind, _parts, _words, _said in (
    ("events.press_conferences", "举办和配合新闻发布会", "场", Event.Kind.PRESS_CONFERENCE, (Event.Part.HOST, Event.Part.SUPPORT), ("新闻发布会",), "主办和配合的新闻发布会；仅派员参加的不计。"),
    ("events.online_interviews", "在线访谈", "次", Event.Kind.ONLINE_INTERVIEW, (), ("在线访谈",), "主办、配合和参加的在线访谈。"),
    ("events.broadcasts", "参与直播节目", "次", Event.Kind.BROADCAST, (), ("直播节目", "直播室"), "主办、配合和参加的直播节目。"),
    ("events.trainings", "培训", "场", Event.Kind.TRAINING, (Event.Part.HOST,), ("政策培训", "培训"), "主办的培训。"),
):
    register_indicator(
        Indicator(
            key=_key, label=_label, unit=_unit, model="events.Event", where=_held(_kind, parts=_parts), date_field="held_on",
            shows=SHOWN, register="events", words=_words, description=_said + "以举办日期计。",
        )
    )
