"""The register of public concerns."""

from gongkai.registers.register import Fieldset, Register, register

from . import actions
from .models import Concern

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
    description="社会关切的监测、研判和回应（国办发〔2016〕61号、国办发〔2016〕80号）。",
))  # fmt: skip
