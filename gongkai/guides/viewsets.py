"""The registers of matters, guides and changes."""

from gongkai.accounts.roles import Role
from gongkai.documents.viewsets import DECLARE, TAKE_BACK
from gongkai.registers.asking import asks, day
from gongkai.registers.register import Fieldset, Register, Verb, register

from . import actions, rules
from .models import Guide, Matter, MatterChange

KEEPERS = (Role.COORDINATOR, Role.LEGAL)

MATTERS = register(
    Register(
        slug="matters", model=Matter, thing="guides.matter", group="service", icon="folder-open-inverse",
        description="事项的唯一主记录：权责清单和办事指南都取自这里。",
        columns=("name", "kind", "code", "level", "in_power_list", "listed_on", "section"),
        fieldsets=(
            Fieldset("事项", ("name", "kind", "code", "local_code", "basis", "level", "agency", "listed_on")),
            Fieldset("权责清单", ("in_power_list", "duties", "accountability")),
            Fieldset("承办", ("section", "remarks")),
        ),
        date_field="listed_on", search=("name", "code", "local_code", "basis"), filters=("kind", "level", "in_power_list", "section"),
        ordering=("kind", "code"), related=("section",), natural_key=("code", "local_code"),
        children=("guides", "matter-changes"), keepers=KEEPERS,
    )
)

GUIDES = register(
    Register(
        slug="guides", model=Guide, thing="guides.guide", group="service", icon="help",
        description="办事指南：受理条件、办事材料、办理流程等要素（国务院令第716号第六条）。",
        columns=("title", "matter", "published_on", "withdrawn_on", "missing", "section"),
        fieldsets=(
            Fieldset("指南", ("matter", "column", "title")),
            Fieldset("条件、材料和流程", ("conditions", "materials", "steps"), help="送审时三项都须写明，不得有兜底表述。"),
            Fieldset("办理", ("place", "agency", "hours", "phone", "fees", "handling", "statutory_days", "promised_days", "visits")),
            Fieldset("结果与救济", ("result", "remedies")),
            Fieldset("发布", ("published_on", "url")),
            Fieldset("承办", ("section", "remarks")),
        ),
        date_field="published_on", search=("title", "conditions", "materials", "steps", "place"), filters=("handling", "section"),
        ordering=("title",), related=("matter", "column", "section"), natural_key=("matter", "title"),
        objections=actions.objections_to_guide, arrive=actions.arrive, parent_field="matter",
        verbs=(DECLARE, TAKE_BACK),
    )
)

CHANGES = register(
    Register(
        slug="matter-changes", model=MatterChange, thing="guides.change", group="service", icon="history",
        description="公开事项的进驻、增加、调整、变更、取消和整改：先提出，后审核，再生效。",
        columns=("matter", "kind", "target", "proposed_on", "rectify_due_on", "effective_on", "state", "section"),
        fieldsets=(
            Fieldset("变更", ("matter", "kind", "target", "reason", "details")),
            Fieldset("日期", ("proposed_on", "wanted_by_on", "reviewed_on", "effective_on")),
            Fieldset("承办", ("section", "remarks")),
        ),
        date_field="proposed_on", search=("matter.name", "reason", "details"), filters=("kind", "target", "section"),
        ordering=("-proposed_on",), related=("matter", "section"), natural_key=("matter", "kind", "target", "proposed_on"),
        objections=actions.objections_to_change, derive=actions.derive_change, parent_field="matter",
        verbs=(
            Verb("review", "审核同意", actions.review, asks(on=day("审核日期")), lambda change: rules.MOVES.allows(change.state, "review"), right="review"),
            Verb("bring-into-force", "生效", actions.bring_into_force, asks(on=day("生效日期")), lambda change: rules.MOVES.allows(change.state, "bring_into_force"), right="bring_into_force", help="生效之日起，权责清单和办事指南按变更后的内容公开。"),
        ),
        export_extra=("rectify_due_on",),
    )
)
