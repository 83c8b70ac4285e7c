"""The registers of events, attendance and interviews."""

from gongkai.registers.asking import asks, day, words
from gongkai.registers.register import Fieldset, Register, Verb, register

from . import actions, rules
from .models import Attendance, Event, Interview

EVENTS = register(
    Register(
        slug="events", model=Event, thing="events.event", group="service", icon="calendar-alt",
        description="新闻发布会、在线访谈、政策宣讲会、直播节目和培训（优化营商环境条例第三十八条）。",
        columns=("title", "kind", "part", "mode", "planned_on", "held_on", "state", "section"),
        fieldsets=(
            Fieldset("活动", ("kind", "part", "mode", "title", "topics", "place", "host")),
            Fieldset("时间", ("planned_on", "held_on", "cancelled_on", "cancel_reason")),
            Fieldset("承办与佐证", ("section", "url", "proof", "remarks")),
        ),
        date_field="held_on", search=("title", "topics", "place"), filters=("kind", "part", "mode", "section"),
        ordering=("-held_on", "-planned_on"), related=("section",), natural_key=("kind", "title", "planned_on", "held_on"),
        objections=actions.objections_to_event, children=("attendances",),
        verbs=(
            Verb("hold", "登记举办", actions.hold, asks(on=day("举办日期")), lambda event: rules.MOVES.allows(event.state, "hold"), right="hold"),
            Verb("postpone", "改期", actions.postpone, asks(to=day("改至"), reason=words("改期原因")), lambda event: rules.MOVES.allows(event.state, "postpone"), right="postpone"),
            Verb("cancel", "取消", actions.cancel, asks(on=day("取消日期"), reason=words("取消原因")), lambda event: rules.MOVES.allows(event.state, "cancel"), right="cancel"),
        ),
    )
)

ATTENDANCES = register(
    Register(
        slug="attendances", model=Attendance, thing="events.attendance", group="service", icon="group",
        description="每场活动的参加企业：按统一社会信用代码计家数，按场计家次，按人数计人次。",
        columns=("enterprise", "credit_code", "event", "event.held_on", "persons", "town", "is_key_enterprise", "way"),
        fieldsets=(
            Fieldset("参加企业", ("event", "enterprise", "credit_code", "town", "is_key_enterprise")),
            Fieldset("参加情况", ("way", "persons", "proof")),
            Fieldset("承办", ("section", "remarks")),
        ),
        date_field="event__held_on", search=("enterprise", "credit_code", "town", "event.title"), filters=("way", "is_key_enterprise", "section"),
        ordering=("-event__held_on", "id"), related=("event", "section"), natural_key=("event", "credit_code", "way"),
        objections=actions.objections_to_attendance, derive=actions.tidy_code, parent_field="event",
    )
)

INTERVIEWS = register(
    Register(
        slug="interviews", model=Interview, thing="events.interview", group="service", icon="comment",
        description="接受媒体采访的登记。",
        columns=("subject", "media", "media_kind", "interviewed_on", "published_on", "section"),
        fieldsets=(
            Fieldset("采访", ("interviewed_on", "media", "media_kind", "subject", "interviewee")),
            Fieldset("报道", ("published_on", "url", "proof")),
            Fieldset("承办", ("section", "remarks")),
        ),
        date_field="interviewed_on", search=("media", "subject"), filters=("media_kind", "section"),
        ordering=("-interviewed_on",), related=("section",), natural_key=("media", "subject", "interviewed_on"),
    )
)
