"""The registers of publishing."""

from gongkai.accounts.roles import Role
from gongkai.registers.register import Fieldset, Register, register

from . import actions
from .forms import ArticleForm
from .models import Article, ChannelPost, SecrecyReview

articles = register(Register(
    slug="articles", model=Article, thing="publishing.article", group="publishing", icon="doc-full",
    columns=("title", "column", "section", "attribute", "published_on"),
    fieldsets=(
        Fieldset("内容", ("column", "kind", "title", "summary", "body", "source", "editor")),
        Fieldset("公开目录", ("category", "keywords", "issuer", "made_on", "document_number", "validity"), help="索引号在保存为主动公开的目录信息或送审时编制。"),
        Fieldset("公开", ("attribute", "attribute_reason", "ground", "is_policy", "published_on", "expires_on", "url")),
        Fieldset("承办", ("section", "remarks")),
    ),
    date_field="published_on", search=("title", "source", "keywords", "summary", "words"), filters=("column", "kind", "attribute", "section"),
    ordering=("-published_on", "-pk"), related=("column", "section"), natural_key=("title", "published_on"),
    objections=actions.objections_to_article, form_class=ArticleForm, template="publishing/desk/article.html", export_extra=("index_number",),
    description="为网站写的文章。主动公开的内容自形成或变更之日起20个工作日内公开（条例第二十六条）。",
))

posts = register(Register(
    slug="posts", model=ChannelPost, thing="publishing.post", group="publishing", icon="site",
    columns=("title", "channel", "category", "is_infographic", "posted_on", "section"),
    fieldsets=(
        Fieldset("发布", ("channel", "category", "is_infographic", "title", "posted_on", "url", "article")),
        Fieldset("三审三校", (
            "first_reviewed_by", "first_reviewed_on", "second_reviewed_by", "second_reviewed_on", "third_reviewed_by", "third_reviewed_on",
        ), help="三次审校由三个人进行，都不晚于发布日期；缺少的会在统计中列为未完成。"),
        Fieldset("保密审查和回执", ("secrecy_review", "receipt", "receipt_file")),
        Fieldset("承办", ("section", "remarks")),
    ),
    date_field="posted_on", search=("title", "url", "receipt"), filters=("channel", "category", "is_infographic", "section"),
    ordering=("-posted_on", "-pk"), related=("section",), natural_key=("channel", "title", "posted_on"),
    objections=actions.objections_to_post,
    description="每个渠道的每次发布记一条，按篇次计数；先审后发，三审三校。",
))

secrecy_reviews = register(Register(
    slug="secrecy-reviews", model=SecrecyReview, thing="publishing.secrecy_review", group="publishing", icon="lock",
    columns=("number", "title", "result", "attribute", "reviewed_on", "section"),
    fieldsets=(
        Fieldset("信息", ("number", "title", "document_number", "made_on", "channels")),
        Fieldset("逐项检查", ("bears_mark", "work_secret", "trade_secret", "privacy", "safety", "aggregation"), help="涉密信息不得录入本系统，只登记不涉密的标题和编号。"),
        Fieldset("结论", ("result", "attribute", "ground", "reason", "opinion")),
        Fieldset("提请确定", ("referred_to", "determined_on", "may_open")),
        Fieldset("经办", ("handled_by", "reviewed_by", "reviewed_on", "approved_by", "approved_on", "reassesses", "section", "remarks")),
    ),
    date_field="reviewed_on", search=("number", "title", "document_number"), filters=("result", "attribute", "ground", "section"),
    ordering=("-reviewed_on", "-pk"), related=("section",), natural_key=("number", "title", "reviewed_on"),
    objections=actions.objections_to_review, derive=actions.derive_review, keepers=(Role.COORDINATOR, Role.SECRECY),
    description="公开前的逐项保密审查（条例第十七条）；不予公开的定期评估（条例第十八条）。",
))
