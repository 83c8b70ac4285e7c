"""The numbers of reports at meetings, of accountability and of ballots."""

from datetime import date

from django.db.models import Q

from gongkai.sockets import Claim, Indicator, Scope, register_indicator

from . import rules

PLAN = "本机关分工方案"


def _held(scope: Scope) -> Q:
    return Q(meeting__held_on__gte=scope.since, meeting__held_on__lte=scope.as_of, meeting__voided_at=None)


def _to_directors() -> Q:
    return Q(topic=rules.OPENNESS, meeting__kind=rules.DIRECTORS)


def _planned_and_not_held(scope: Scope) -> Q:
    """On the agenda of a 局长办公会 planned for the year of `as_of`, which by `as_of` was neither held nor called off."""
    return (
        _to_directors()
        & Q(meeting__voided_at=None, meeting__planned_on__gte=scope.since, meeting__planned_on__lte=date(scope.as_of.year, 12, 31))
        & (Q(meeting__held_on=None) | Q(meeting__held_on__gt=scope.as_of))
        & (Q(meeting__cancelled_on=None) | Q(meeting__cancelled_on__gt=scope.as_of))
    )


def _nothing(scope: Scope) -> Q:
    return Q(pk__in=[])


ITEM = ("title", "topic", "meeting.kind", "meeting.planned_on", "meeting.held_on", "meeting.minutes_number")

register_indicator(
    Indicator(
        key="accountability.openness_reports", label="局长办公会汇报政务公开工作", unit="次", model="accountability.AgendaItem",
        where=lambda scope: _to_directors() & _held(scope), date_field="meeting__held_on", shows=ITEM, register="agenda-items",
        related=("meeting",), description="本年已召开的局长办公会上的政务公开工作汇报，以召开日期计；列入计划而未召开的不计。",
        words=("局长办公会", "汇报政务公开", "汇报"), duties=("accountability.openness_report",),
    )
)

register_indicator(
    Indicator(
        key="accountability.openness_reports_planned", label="计划在局长办公会汇报政务公开工作", unit="次",
        model="accountability.AgendaItem", where=_planned_and_not_held, date_field="meeting__planned_on", shows=ITEM,
        register="agenda-items", related=("meeting",),
        description="计划日期在本年内、截至统计日尚未召开也未取消的局长办公会上的政务公开工作汇报。",
        words=("计划于", "计划汇报"), duties=("accountability.openness_report",),
    )
)

register_indicator(
    Indicator(
        key="accountability.ideology_items", label="研究意识形态工作议题", unit="个", model="accountability.AgendaItem",
        where=lambda scope: Q(topic__in=(rules.IDEOLOGY, rules.NETWORK_IDEOLOGY)) & _held(scope), date_field="meeting__held_on",
        shows=ITEM, register="agenda-items", related=("meeting",),
        description="本年已召开的会议上研究意识形态工作（含网络意识形态工作）的议题。", words=("意识形态",),
    )
)

register_indicator(
    Indicator(
        key="accountability.reports", label="述责述廉", unit="人次", model="accountability.AccountabilityReport",
        where=_held, date_field="meeting__held_on", shows=("unit", "post", "way", "covers_ideology", "meeting.held_on"),
        register="accountability-reports", related=("meeting",),
        description="本年已召开的会议上的现场和书面述责述廉。", words=("述责述廉",),
        claims=(
            Claim(
                key="covers_ideology", label="包含意识形态工作责任制",
                held=lambda scope: Q(covers_ideology=True), pending=_nothing, failed=lambda scope: Q(covers_ideology=False),
                phrase="包含落实意识形态工作责任制情况", pending_phrase="", failed_phrase="未包含落实意识形态工作责任制情况",
                basis=PLAN,
            ),
        ),
    )
)

register_indicator(
    Indicator(
        key="accountability.ballots", label="民主评议", unit="人次", model="accountability.Ballot",
        where=lambda scope: _held(scope) & Q(report__voided_at=None), date_field="meeting__held_on",
        shows=("report.unit", "report.post", "meeting.held_on", "issued", "returned"), register="ballots", related=("meeting", "report"),
        description="本年已召开的会议上接受民主评议的述责述廉对象。只记票数，不记何人投票。", words=("民主评议",),
    )
)
