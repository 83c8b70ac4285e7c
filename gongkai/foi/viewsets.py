"""The registers of 依申请公开.

What is sealed (申请内容, 征求对象, 意见内容) is in no fieldset, since those are shown to every reader; it stands
in the forms, which are for those who keep the register.
"""

from gongkai.accounts.roles import Role
from gongkai.registers.register import Fieldset, Register, register

from . import actions
from .forms import ApplicationForm, RectificationForm, ThirdPartyOpinionForm
from .models import Application, Rectification, Remedy, ThirdPartyOpinion

#: Applications are the business of the sections and the 工作机构; those who only review other things stay out.
READERS = (
    Role.CLERK, Role.HEAD, Role.COORDINATOR, Role.DISCLOSURE_HEAD, Role.LEGAL, Role.SECRECY, Role.DEPUTY_DIRECTOR, Role.DIRECTOR,
)  # fmt: skip

register(Register(
    slug="applications", model=Application, thing="foi.application", group="foi", icon="mail",
    columns=("number", "subject", "channel", "applicant_category", "received_on", "reply_due_on", "closed_on", "result", "section"),
    fieldsets=(
        Fieldset("登记", (
            "number", "channel", "handed_in_on", "signed_on", "confirmed_on", "applicant_category", "subject",
            "form_wanted", "way_wanted", "section",
        ), help="收到日期由系统按条例第三十一条从渠道和日期算出。"),
        Fieldset("补正", ("correction_asked_on", "correction_due_on", "correction_late_reason", "corrected_on"),
                 help="内容不明确的，在7个工作日内一次性告知补正；收到补正之日起重新计算答复期限（条例第三十条）。"),
        Fieldset("收费和延长", ("fee_sent_on", "fee_noticed_on", "fee_paid_on", "extended_on", "extended_days", "consented_by"),
                 help="延长须经工作机构负责人同意，最长20个工作日，只能一次（条例第三十三条）。"),
        Fieldset("答复", ("result", "reply_number", "delivery", "dispatched_on", "signed_for_on", "withdrawn_on", "remarks"),
                 help="邮寄以交邮之日、直接送达以申请人签收之日为答复日期。"),
    ),
    date_field="received_on", search=("number", "subject", "reply_number"),
    filters=("channel", "applicant_category", "result", "report_row", "section"),
    ordering=("-handed_in_on", "-pk"), related=("section",), natural_key=("number",),
    derive=actions.derive, objections=actions.objections, voiding=actions.objections_to_voiding, form_class=ApplicationForm, children=("third-party-opinions", "remedies"), page="foi:case",
    readers=READERS,
    description="政府信息公开申请的登记、办理、答复（条例第四十五条）；答复期限20个工作日（条例第三十三条）。",
))  # fmt: skip

register(Register(
    slug="third-party-opinions", model=ThirdPartyOpinion, thing="foi.third_party_opinion", group="foi", icon="group",
    columns=("application", "kind", "sent_on", "received_by_on", "expires_on", "opinion_on", "agrees"),
    fieldsets=(
        Fieldset("征求", ("application", "kind", "sent_on", "received_by_on", "returned_on", "section")),
        Fieldset("意见", ("opinion_on", "agrees", "remarks"),
                 help="对方自收到征求意见书之日起15个工作日内提出。第三方逾期不提出的由本机关决定，共同制作机关逾期不提出的视为同意公开。"),
    ),
    date_field="sent_on", search=("application__number",), filters=("kind", "agrees", "section"),
    ordering=("-sent_on", "-pk"), related=("application", "section"), natural_key=("application", "kind", "sent_on"),
    # A letter moves its application's last day, which a bulk insert would pass over.
    importable=False, parent_field="application",
    derive=actions.derive_letter, objections=actions.objections_to_letter, voiding=actions.objections_to_voiding, form_class=ThirdPartyOpinionForm, readers=READERS,
    description="征求第三方、共同制作机关和其他机关意见；所用时间不计入答复期限（条例第三十三条第三款）。",
))  # fmt: skip

register(Register(
    slug="remedies", model=Remedy, thing="foi.remedy", group="foi", icon="warning",
    columns=("application", "kind", "organ", "case_number", "accepted_on", "answer_due_on", "answered_on", "decided_on", "result"),
    fieldsets=(
        Fieldset("受理", ("application", "kind", "organ", "case_number", "accepted_on", "procedure", "section"),
                 help="市级部门为被申请人的，由本级人民政府管辖（行政复议法第二十四条）；复议后起诉的另登记一件。"),
        Fieldset("答复（答辩）", ("notified_on", "answered_on", "extended_on")),
        Fieldset("结果", ("decided_on", "result", "orders_redo", "redo_by", "document_number", "document", "remarks"),
                 help="结果纠正的，到案件页“重新办理”。二审、再审不另登记，写入备注。"),
    ),
    date_field="accepted_on", search=("application__number", "case_number", "organ", "document_number"), filters=("kind", "result", "section"),
    ordering=("-accepted_on", "-pk"), related=("application", "section"), natural_key=("application", "kind", "accepted_on"), parent_field="application",
    derive=actions.derive_remedy, objections=actions.objections_to_remedy, readers=READERS,
    description="就本机关的答复提出的行政复议和行政诉讼（条例第五十一条）；年度报告第四项由此得出。",
))  # fmt: skip

register(Register(
    slug="rectifications", model=Rectification, thing="foi.rectification", group="foi", icon="edit",
    columns=("number", "subject", "received_on", "due_on", "settled_on", "outcome", "section"),
    fieldsets=(
        Fieldset("收到", ("number", "received_on", "subject", "has_evidence", "section"), help="要求更正与自身相关的政府信息记录的，在这里登记，不登记为政府信息公开申请，不计入年报表三。"),
        Fieldset("处理", ("outcome", "settled_on", "organ", "reply_number", "remarks"), help="有权更正并且证据属实的予以更正；无权更正的转送有权机关，或者告知向其提出。"),
    ),
    date_field="received_on", search=("number", "subject", "organ", "reply_number"), filters=("outcome", "section"),
    ordering=("-received_on", "-pk"), related=("section",), natural_key=("number",), importable=False,
    derive=actions.derive_rectification, objections=actions.objections_to_rectification, form_class=RectificationForm, readers=READERS,
    description="公民、法人或者其他组织要求更正与自身相关的政府信息记录（条例第四十一条）。",
))  # fmt: skip
