"""The register of public concerns."""

from gongkai.registers.asking import address, asks, moment, one_of, words
from gongkai.registers.register import Fieldset, Register, Verb, register

from . import actions
from .models import Concern, Grade

register(Register(
    slug="concerns", model=Concern, thing="concerns.concern", group="participation", icon="warning",
    columns=("subject", "source", "kind", "grade", "found_at", "first_due_at", "first_response_at", "replied_at", "section"),
    fieldsets=(
        Fieldset("事项", ("subject", "source", "source_number", "kind", "section"), help="按事项登记，不登记个人。"),
        Fieldset("时间和等级", ("occurred_at", "found_at", "grade", "graded_at"),
                 help="特别重大、重大事项5小时内发布权威信息、24小时内举行新闻发布会，其他48小时内回应；按自然时间连续计算。"),
        Fieldset("回应", ("first_response_at", "press_at", "replied_at", "reply_summary", "reply_url", "is_misinformation", "clarified_at", "remarks")),
    ),
    date_field="found_at", search=("subject", "reply_summary", "source_number"), filters=("source", "kind", "grade", "is_misinformation", "section"),
    ordering=("-found_at", "-pk"), related=("section",), natural_key=("subject", "found_at"),
    derive=actions.derive, objections=actions.objections,
    verbs=(
        Verb("grade", "研判定级", actions.grade, asks(grade=one_of("等级", Grade.choices), at=moment("定级时间")), right="grade"),
        Verb("respond", "登记首次回应", actions.respond, asks(at=moment("回应时间")), lambda concern: not concern.first_response_at, right="respond"),
        Verb("press", "登记新闻发布会", actions.hold_press_conference, asks(at=moment("举行时间")), lambda concern: not concern.press_at, right="respond"),
        Verb("reply", "答复办结", actions.reply, asks(at=moment("答复时间"), summary=words("答复摘要", most=500, rows=4), url=address("答复网址", required=False)), lambda concern: not concern.replied_at, right="respond"),
        Verb("clarify", "登记澄清", actions.clarify, asks(at=moment("澄清时间")), lambda concern: not concern.clarified_at, right="clarify", help="对虚假或不完整信息发布准确信息予以澄清（条例第六条第二款）。"),
    ),
    description="社会关切的监测、研判和回应（国办发〔2016〕61号、国办发〔2016〕80号）。",
))  # fmt: skip
