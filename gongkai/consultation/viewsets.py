"""The registers of consultations.

What is sealed of an opinion (意见原文, 提出人) is in no fieldset, since those are shown to every reader; it
stands in the form, which is for those who keep the register, and can be imported.
"""

from gongkai.registers.asking import address, asks, day, line, one_of, words
from gongkai.registers.register import Fieldset, Register, Verb, column_for, register

from . import actions
from .forms import OpinionForm
from .models import Channel, Consultation, ConsultationNotice, Disposition, Opinion

OPINION_COLUMNS = (
    "consultation", "number", "source", "way", "received_on", "content", "giver_name", "giver_contact",
    "disposition", "reason", "public_content", "fed_back_on", "section", "remarks",
)  # fmt: skip

register(Register(
    slug="consultations", model=Consultation, thing="consultation.consultation", group="participation", icon="openquote",
    columns=("title", "kind", "published_on", "ends_on", "feedback_due_on", "feedback_on", "section"),
    fieldsets=(
        Fieldset("征求意见稿", ("title", "kind", "document", "section")),
        Fieldset("期限和材料", ("published_on", "ends_on", "shorter_reason", "has_draft", "has_explanation", "ways"),
                 help="一般不少于30日；缩短的须写明理由并在公告中说明。"),
        Fieldset("反馈", ("feedback_on", "feedback_url", "remarks"), help="征求意见结束后1个月内公布采纳情况。"),
    ),
    date_field="published_on", search=("title", "ways"), filters=("kind", "section"), ordering=("-published_on", "-pk"),
    related=("section", "document"), natural_key=("title", "published_on"),
    derive=actions.derive, objections=actions.objections, children=("consultation-notices", "opinions"),
    verbs=(
        Verb("announce", "登记公告", actions.announce, asks(channel=one_of("渠道", Channel.choices), outlet=line("媒体或账号", most=100, required=False), posted_on=day("发布日期"), url=address("网址", required=False))),
        Verb("feed-back", "反馈采纳情况", actions.feed_back, asks(on=day("反馈日期"), url=address("反馈网址", required=False)), lambda consultation: not consultation.feedback_on, right="feed_back", help="每条意见都处理后才能反馈；没有单独答复的意见以此反馈为准。"),
    ),
    description="重大行政决策和规范性文件公开征求意见（重大行政决策程序暂行条例第十五条、优化营商环境条例第六十二条）。",
))  # fmt: skip

register(Register(
    slug="consultation-notices", model=ConsultationNotice, thing="consultation.notice", group="participation", icon="site",
    columns=("consultation", "channel", "outlet", "posted_on", "url"),
    fieldsets=(Fieldset("公告", ("consultation", "channel", "outlet", "posted_on", "url", "proof", "section", "remarks")),),
    date_field="posted_on", search=("consultation__title", "outlet", "url"), filters=("channel", "section"),
    ordering=("-posted_on", "-pk"), related=("consultation", "section"), natural_key=("consultation", "channel", "posted_on"),
    objections=actions.objections_to_notice, parent_field="consultation",
    description="征求意见公告在各渠道的发布情况和佐证。",
))  # fmt: skip

register(Register(
    slug="opinions", model=Opinion, thing="consultation.opinion", group="participation", icon="comment",
    columns=("consultation", "number", "source", "way", "received_on", "disposition", "fed_back_on"),
    fieldsets=(
        Fieldset("意见", ("consultation", "number", "source", "way", "received_on", "section"),
                 help="意见原文和提出人加密保存；列表、导出和日志都不显示。"),
        Fieldset("处理和反馈", ("disposition", "reason", "public_content", "fed_back_on", "remarks"), help="未全部采纳的须写明理由。"),
    ),
    date_field="received_on", search=("consultation__title", "public_content", "reason"),
    filters=("source", "way", "disposition", "section"), ordering=("-received_on", "-pk"), related=("consultation", "section"),
    natural_key=("consultation", "number"), objections=actions.objections_to_opinion,
    verbs=(Verb("dispose", "处理意见", actions.dispose, asks(disposition=one_of("处理结果", Disposition.choices), reason=words("理由", most=500, rows=4, required=False)), lambda opinion: not opinion.fed_back_on, right="dispose", thing="consultation.consultation"),),
    form_class=OpinionForm, import_columns=tuple(column_for(Opinion._meta.get_field(name)) for name in OPINION_COLUMNS), parent_field="consultation",
    description="征求意见期间收到的意见建议、处理意见和反馈（优化营商环境条例第六十二条）。",
))  # fmt: skip
