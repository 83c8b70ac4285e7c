"""The registers of meetings and of accountability."""

from gongkai.registers.asking import asks, count, day, line, words
from gongkai.registers.register import Fieldset, Register, Verb, register

from . import actions, rules
from .models import AccountabilityReport, AgendaItem, Ballot, Meeting
from .permissions import LEADERS

MEETINGS = register(
    Register(
        slug="meetings", model=Meeting, thing="accountability.meeting", group="duty", icon="calendar",
        description="局长办公会、党组会等会议，已召开的和计划的。",
        columns=("title", "kind", "planned_on", "held_on", "state", "minutes_number", "section"),
        fieldsets=(
            Fieldset("会议", ("kind", "title", "planned_on", "held_on", "cancelled_on")),
            Fieldset("出席", ("expected", "present")),
            Fieldset("纪要", ("minutes_number", "minutes")),
            Fieldset("承办", ("section", "remarks")),
        ),
        date_field="held_on", search=("title", "minutes_number"), filters=("kind", "section"), ordering=("-held_on", "-planned_on"),
        related=("section",), natural_key=("kind", "title", "planned_on", "held_on"), objections=actions.objections_to_meeting,
        children=("agenda-items", "accountability-reports", "ballots"),
        verbs=(
            Verb(
                "hold", "登记召开", actions.hold, asks(on=day("召开日期"), expected=count("应到人数", required=False), present=count("实到人数", required=False), minutes_number=line("纪要编号", most=60, required=False)),
                lambda meeting: rules.MOVES.allows(meeting.state, "hold"), right="hold",
            ),
            Verb("postpone", "改期", actions.postpone, asks(to=day("改至")), lambda meeting: rules.MOVES.allows(meeting.state, "postpone"), right="postpone"),
            Verb("cancel", "取消", actions.cancel, asks(on=day("取消日期"), reason=words("取消原因")), lambda meeting: rules.MOVES.allows(meeting.state, "cancel"), right="cancel"),
        ),
    )
)

ITEMS = register(
    Register(
        slug="agenda-items", model=AgendaItem, thing="accountability.agenda_item", group="duty", icon="list-ol",
        description="列入会议的政务公开、意识形态等议题；政务公开工作每年至少向局长办公会汇报一次。",
        columns=("title", "topic", "meeting", "meeting.planned_on", "meeting.held_on", "reporter", "section"),
        fieldsets=(
            Fieldset("议题", ("meeting", "order", "topic", "title", "reporter", "outcome")),
            Fieldset("承办", ("section", "remarks")),
        ),
        date_field="meeting__held_on", search=("title", "reporter"), filters=("topic", "section"),
        ordering=("-meeting__held_on", "order"), related=("meeting", "section"), natural_key=("meeting", "topic", "title"),
        parent_field="meeting",
    )
)

REPORTS = register(
    Register(
        slug="accountability-reports", model=AccountabilityReport, thing="accountability.report", group="duty", icon="user",
        description="各科室（机构）主要负责人的年度述责述廉，现场或书面。",
        columns=("post", "unit", "way", "covers_ideology", "meeting", "meeting.held_on"),
        fieldsets=(
            Fieldset("述责述廉", ("meeting", "holder", "unit", "post", "way", "covers_ideology", "document")),
            Fieldset("承办", ("section", "remarks")),
        ),
        date_field="meeting__held_on", search=("holder", "post", "unit"), filters=("way", "covers_ideology", "section"),
        ordering=("-meeting__held_on", "unit"), related=("meeting", "section"), natural_key=("meeting", "holder", "unit", "post"),
        readers=LEADERS, parent_field="meeting",
        verbs=(
            Verb(
                "tally", "登记评议结果", actions.tally,
                asks(issued=count("发出票数"), returned=count("收回票数", required=False, help_text="不填按各项之和"), good=count("好"), fair=count("一般"), poor=count("差"), abstain=count("弃权", initial=0), invalid=count("无效票数", initial=0)),
                right="tally", thing="accountability.ballot", help="无记名评议，只登记票数。",
            ),
        ),
    )
)

BALLOTS = register(
    Register(
        slug="ballots", model=Ballot, thing="accountability.ballot", group="duty", icon="tick-inverse",
        description="对述责述廉对象的民主评议：无记名，只登记票数。",
        columns=("report", "meeting", "issued", "returned", "good", "fair", "poor", "abstain", "invalid"),
        fieldsets=(
            Fieldset("评议", ("meeting", "report")),
            Fieldset("票数", ("issued", "returned", "good", "fair", "poor", "abstain", "invalid"), help="收回票数应等于各项票数之和。"),
            Fieldset("承办", ("section", "remarks")),
        ),
        date_field="meeting__held_on", filters=("section",), ordering=("-meeting__held_on",),
        related=("meeting", "report", "section", "report__meeting"), natural_key=("report",), objections=actions.objections_to_ballot,
        readers=LEADERS, parent_field="meeting",
    )
)
