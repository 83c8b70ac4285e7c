"""The registers of benefit policies."""

from dataclasses import replace

from gongkai.documents.viewsets import DECLARE, TAKE_BACK
from gongkai.registers.asking import asks, day, words
from gongkai.registers.register import Fieldset, Register, Verb, register

from . import actions, queries
from .models import BenefitPolicy, BenefitUpdate

POLICIES = register(
    Register(
        slug="benefit-policies", model=BenefitPolicy, thing="benefits.policy", group="service", icon="tag",
        description="向企业公布的惠企政策清单（广东省优化营商环境条例第四十五条）。",
        columns=("name", "number", "level", "support", "published_on", "expires_on", "closes_on", "section"),
        fieldsets=(
            Fieldset("政策", ("name", "number", "issuer", "level", "document", "published_on", "effective_on", "expires_on")),
            Fieldset("适用对象", ("industries", "scale", "region", "qualifications")),
            Fieldset("支持内容", ("support", "standard", "funding_basis")),
            Fieldset("申报", ("needs_no_application", "conditions", "materials", "opens_on", "closes_on", "section", "phone", "entry_url")),
            Fieldset("公开与监督", ("original_url", "interpretation_url", "notice_url", "outcome", "complaints"), help="公布兑现结果的，同时公布监督投诉渠道。"),
            Fieldset("备注", ("remarks",)),
        ),
        date_field="published_on", search=("name", "number", "issuer", "industries", "qualifications"),
        filters=("level", "support", "needs_no_application", "section"), ordering=("-published_on",),
        related=("section",), natural_key=("name", "number"), objections=actions.objections_to_policy, arrive=actions.arrive, children=("benefit-updates",),
        verbs=(
            replace(DECLARE, help="本系统启用前已经公开的，登记后照现在的内容，在平台期间在公开站显示；以后的修改照常送审。"),
            TAKE_BACK,
            Verb("take-down", "从平台下架", actions.take_down, asks(on=day("下架日期"), reason=words("下架原因")), queries.is_listed, right="take_down"),
        ),
    )
)

UPDATES = register(
    Register(
        slug="benefit-updates", model=BenefitUpdate, thing="benefits.update", group="service", icon="rotate",
        description="惠企政策平台每一次新增、调整和下架。",
        columns=("policy", "kind", "updated_on", "platform", "reason", "section"),
        fieldsets=(
            Fieldset("更新", ("policy", "kind", "updated_on", "platform", "url", "document", "reason")),
            Fieldset("承办", ("section", "remarks")),
        ),
        date_field="updated_on", search=("policy.name", "platform", "reason"), filters=("kind", "section"),
        ordering=("-updated_on",), related=("policy", "section"), natural_key=("policy", "kind", "updated_on"),
        objections=actions.objections_to_update, parent_field="policy",
    )
)
