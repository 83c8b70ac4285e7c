"""Columns, what is written for them, where it was posted, and the secrecy review before it.

What people write (Article) has Wagtail's revisions, drafts, locks and previews; what they process
(ChannelPost, SecrecyReview) are plain records.
"""

from datetime import date

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin

from gongkai.evidence.models import Record, RecordQuerySet
from gongkai.law.instruments import bracketed
from gongkai.sockets import get_reviewable

from . import content, rules
from .blocks import BodyField, WordsField


class Attribute(models.TextChoices):
    """公开属性, settled when the item is drafted (80号 一(一))."""

    OPEN = rules.OPEN, "主动公开"
    ON_REQUEST = rules.ON_REQUEST, "依申请公开"
    WITHHELD = rules.WITHHELD, "不予公开"


class Ground(models.TextChoices):
    """Why something is withheld: the grounds of 条例 14 to 16, and no others."""

    SECRET = rules.SECRET, "属于国家秘密"
    LAW = rules.LAW_FORBIDS, "法律、行政法规禁止公开"
    SAFETY = rules.SAFETY, "可能危及国家安全、公共安全、经济安全、社会稳定"
    THIRD_PARTY = rules.THIRD_PARTY, "涉及商业秘密、个人隐私等第三方合法权益"
    INTERNAL = rules.INTERNAL, "内部事务信息"
    PROCESS = rules.PROCESS, "过程性信息"
    CASE_FILE = rules.CASE_FILE, "行政执法案卷信息"


class ColumnType(models.TextChoices):
    """栏目类别, as the sites' column pages state it."""

    OVERVIEW = "overview", "概况信息"
    NEWS = "news", "政务动态"
    NOTICE = "notice", "通知公告"
    CATALOGUE = "catalogue", "信息公开目录"
    POLICY = "policy", "政策文件"
    INTERPRETATION = "interpretation", "政策解读"
    CONSULTATION = "consultation", "征集调查"
    INTERVIEW = "interview", "在线访谈"
    EXCHANGE = "exchange", "互动交流"
    SERVICE = "service", "办事服务"
    SPECIAL = "special", "专题专栏"


class ColumnTemplate(models.TextChoices):
    """How a column's page is laid out."""

    LIST = "list", "标题列表"
    SUMMARY = "summary", "标题和摘要"
    PICTURES = "pictures", "图片列表"
    PAGE = "page", "单篇（直接显示最新一篇）"
    CATALOGUE = "catalogue", "公开目录（带索引号）"


class Fixture(models.TextChoices):
    """政府信息公开 platform's fixed parts, which no office does without."""

    PLATFORM = "platform", "政府信息公开"
    GUIDE = "guide", "政府信息公开指南"
    RULES = "rules", "政府信息公开制度"
    CONTENT = "content", "法定主动公开内容"
    REPORT = "report", "政府信息公开年报"
    REQUEST = "request", "依申请公开"


class SiteProfile(models.Model):
    """What every page of the office's site states of the site itself (网站信息): the head's tags and the foot."""

    office = models.OneToOneField("accounts.Office", models.PROTECT, primary_key=True, related_name="site_profile", verbose_name="机关")
    name = models.CharField("网站名称", max_length=100)
    domain = models.CharField("英文域名", max_length=200, blank=True, validators=[RegexValidator(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", "域名应形如“gxj.qinghe.gov.cn”，不带 https:// 和路径。")])
    id_code = models.CharField("网站标识码", max_length=10, blank=True, validators=[RegexValidator(r"^[0-9a-z]{10}$", "网站标识码为10位数字或小写字母。")])
    icp = models.CharField("ICP备案编号", max_length=60, blank=True)
    police = models.CharField("公安机关备案编号", max_length=60, blank=True)
    sponsor = models.CharField("主办单位", max_length=100, blank=True)
    organiser = models.CharField("承办单位", max_length=100, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    phone = models.CharField("电话", max_length=60, blank=True)
    mark_url = models.URLField("党政机关网站标识链接", max_length=300, blank=True)
    mistakes_url = models.URLField("“我为政府网站找错”链接", max_length=300, blank=True)
    supports_ipv6 = models.BooleanField("支持IPv6访问", default=False)
    shows_credits = models.BooleanField("页面署撰稿、审核、审签人", default=False)

    class Meta:
        verbose_name = "网站信息"
        verbose_name_plural = "网站信息"

    def __str__(self) -> str:
        return self.name


class ColumnQuerySet(models.QuerySet):
    def of(self, office) -> "ColumnQuerySet":
        return self.filter(office_id=getattr(office, "pk", office))

    def standing(self) -> "ColumnQuerySet":
        """Not archived."""
        return self.filter(archived_on=None)

    def public(self) -> "ColumnQuerySet":
        """An archived column keeps its pages, so all are public."""
        return self.all()


class Column(models.Model):
    """A column (栏目) of the site: one small tree for each office."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级栏目")
    name = models.CharField("栏目名称", max_length=60)
    slug = models.CharField("网址名", max_length=60, validators=[RegexValidator(r"^[a-z0-9-]+$", "网址名只能用小写字母、数字和短横线。")])
    column_type = models.CharField("栏目类别", max_length=20, choices=ColumnType)
    description = models.CharField("栏目说明", max_length=300, blank=True, help_text="设置目的和主要内容")
    keywords = models.CharField("关键词", max_length=200, blank=True)
    owner = models.ForeignKey("accounts.Section", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="维护科室")
    update_every_days = models.PositiveIntegerField("更新周期（自然日）", null=True, blank=True, help_text="不填即不提醒")
    template = models.CharField("页面样式", max_length=12, choices=ColumnTemplate, default=ColumnTemplate.LIST)
    fixture = models.CharField("平台固定栏目", max_length=10, choices=Fixture, blank=True, editable=False, help_text="政府信息公开平台的固定栏目，不能归档")
    order = models.PositiveIntegerField("排序", default=0)
    opened_on = models.DateField("开设日期")
    archived_on = models.DateField("归档日期", null=True, blank=True)
    archive_reason = models.CharField("归档原因", max_length=300, blank=True, editable=False)

    objects = ColumnQuerySet.as_manager()

    class Meta:
        verbose_name = "栏目"
        verbose_name_plural = "栏目"
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["office", "slug"], name="column_slug_once", violation_error_message="已有同样网址名的栏目。"),
            models.UniqueConstraint(fields=["office", "fixture"], condition=~Q(fixture=""), name="column_fixture_once", violation_error_message="该固定栏目已经开设。"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="column_not_its_own_parent", violation_error_message="栏目不能以自己为上级。"),
            models.CheckConstraint(condition=Q(archived_on=None) | Q(archived_on__gte=F("opened_on")), name="column_archived_after_opened", violation_error_message="归档日期不能早于开设日期。"),
        ]

    def __str__(self) -> str:
        return self.name


class CatalogueEntry(models.Model):
    """One entry of the office's catalogue of what it must publish (公开目录条目): a column that carries it, or “无” said aloud.

    What an office has nothing of is not left blank: the public must be able to tell 无 from forgotten.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    code = models.CharField("编码", max_length=20)
    name = models.CharField("名称", max_length=60)
    bases = models.CharField("依据", max_length=120, help_text="条例的条和项，如“条例 20(1)”，多项以分号分开")
    column = models.ForeignKey(Column, models.PROTECT, null=True, blank=True, related_name="catalogue_entries", verbose_name="栏目")
    none_reason = models.CharField("“无”的说明", max_length=300, blank=True, help_text="本机关没有这类信息的，写明原因，公开显示“无”")
    checked_on = models.DateField("核对日期", null=True, blank=True)
    order = models.PositiveIntegerField("排序", default=0)

    class Meta:
        verbose_name = "公开目录条目"
        verbose_name_plural = "公开目录条目"
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["office", "code"], name="catalogue_code_once", violation_error_message="目录中已有同样的编码。"),
            models.CheckConstraint(condition=Q(column=None) | Q(none_reason=""), name="catalogue_column_or_none", violation_error_message="栏目与“无”只能选一样。"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_none(self) -> bool:
        return bool(self.none_reason)

    @property
    def is_settled(self) -> bool:
        """Whether it says where the information is, or that there is none."""
        return self.column_id is not None or self.is_none


class IndexHead(models.Model):
    """The last number of 索引号 given out by an office for a year (索引号位置). A number once given is never given again."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    year = models.PositiveIntegerField("年度")
    last = models.PositiveIntegerField("最后序号", default=0)

    class Meta:
        verbose_name = "索引号位置"
        verbose_name_plural = "索引号位置"
        constraints = [models.UniqueConstraint(fields=["office", "year"], name="index_head_once")]

    def __str__(self) -> str:
        return f"{self.year}-{self.last:05d}"


class ArticleKind(models.TextChoices):
    ARTICLE = rules.ARTICLE, "文章"
    NOTICE = rules.NOTICE, "通知公告"
    PEOPLE = rules.PEOPLE, "领导和机构信息"
    SPECIAL = rules.SPECIAL, "专题"
    GALLERY = rules.GALLERY, "图集"
    VIDEO = rules.VIDEO, "视频"


_OUT = Q(voided_at=None, live=True, shown_submission__isnull=False, published_on__isnull=False)


class ArticleQuerySet(RecordQuerySet):
    def public(self) -> "ArticleQuerySet":
        """Released through the review chain, neither voided nor taken down. What is shown is the released copy.

        Only what is 主动公开 is ever released (`actions.release`), so its attribute needs no second look.
        """
        return self.filter(_OUT)

    def withdrawn(self) -> "ArticleQuerySet":
        """Taken back from outside: a tombstone says so."""
        return self.exclude(withdrawn_on=None).filter(live=False)


class Written(DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, models.Model):
    """What people write in blocks (an article, a document, an interpretation): its body, and the Word file that came in.

    Its pictures and files are `materials`, what goes out of it is a snapshot with `blocks`. It keeps a version a save, is locked
    by who works on it, and bears colleagues' `notes`.
    """

    body = BodyField(verbose_name="正文", blank=True)
    words = WordsField("正文文字", blank=True, editable=False)
    brought_file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="导入的原件")
    losses = models.JSONField("导入时没有保留的内容", default=list, blank=True, editable=False)

    class Meta:
        abstract = True

    #: What comes back of an earlier version: what is written, and none of what was decided since.
    restorable = ("title", "summary", "body")
    #: The field that holds its 成文日期, where it is information of its own.
    formed_field = ""

    @property
    def materials(self) -> "AboutQuerySet":
        return Material.objects.about(self)

    @property
    def notes(self) -> "AboutQuerySet":
        return Note.objects.about(self)

    @property
    def formed_on(self) -> date | None:
        """The day the information came to be, from which 条例 26's days count; None while it is not known."""
        return getattr(self, self.formed_field) if self.formed_field else None

    @property
    def preview_modes(self):
        return [("", "网页")]

    def get_preview_template(self, request, mode_name) -> str:
        return "publishing/desk/preview.html"

    def get_preview_context(self, request, mode_name) -> dict:
        """The working copy, as it would go out now, from the very copy that a reviewer would be given."""
        entry = get_reviewable(self._meta.label)
        return {**super().get_preview_context(request, mode_name), "title": self.title, "html": entry.render(entry.gather(self).content)}


class Article(Written, Record):
    """Something the office wrote for its site (文章): news, a notice, an answer to many.

    The row is the working copy. What the outside sees is `released`: the very snapshot that was approved.
    Only what was published before there were snapshots is shown from the row itself.
    """

    column = models.ForeignKey(Column, models.PROTECT, related_name="articles", verbose_name="栏目")
    kind = models.CharField("种类", max_length=10, choices=ArticleKind, default=ArticleKind.ARTICLE)
    title = models.CharField("标题", max_length=200)
    summary = models.TextField("摘要", blank=True)
    source = models.CharField("来源", max_length=100, blank=True, help_text="转载的须写明原发布单位")
    editor = models.CharField("责任编辑", max_length=50, blank=True)
    keywords = models.CharField("主题词", max_length=200, blank=True, help_text="用空格或顿号分开")
    category = models.ForeignKey(CatalogueEntry, models.PROTECT, null=True, blank=True, related_name="articles", verbose_name="公开目录分类")
    index_number = models.CharField("索引号", max_length=40, blank=True, editable=False)
    issuer = models.CharField("发布机构", max_length=100, blank=True, help_text="不填即本机关")
    made_on = models.DateField("成文日期", null=True, blank=True, help_text="信息形成之日，20个工作日的公开期限由此起算")
    document_number = models.CharField("文号", max_length=60, blank=True)
    validity = models.CharField("有效性", max_length=10, choices=list(rules.VALIDITIES.items()), blank=True)
    attribute = models.CharField("公开属性", max_length=12, choices=Attribute, default=Attribute.OPEN)
    attribute_reason = models.CharField("属性理由", max_length=300, blank=True, help_text="不是主动公开的须说明理由")
    ground = models.CharField("不予公开的情形", max_length=12, choices=Ground, blank=True, help_text="不予公开的须选一种")
    is_policy = models.BooleanField("政策性文件", default=False, help_text="拟不主动公开的，认定前先送政务公开工作机构审查")
    attribute_changed_on = models.DateField("属性变更日期", null=True, blank=True)
    published_on = models.DateField("发布日期", null=True, blank=True)
    expires_on = models.DateField("到期下线日期", null=True, blank=True, help_text="公示、报名等有期限的，过了这一天自动从各渠道撤下")
    url = models.URLField("网址", max_length=500, blank=True)
    released = models.JSONField("已放行内容", null=True, blank=True, editable=False)
    shown_submission = models.ForeignKey("reviewing.Submission", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="所示送审稿")
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True, editable=False)
    withdraw_reason = models.CharField("撤回原因", max_length=300, blank=True, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = "文章"
        verbose_name_plural = "文章"
        ordering = ["-published_on", "-id"]
        indexes = [
            models.Index(fields=["office", "published_on"], name="article_published"),
            # A list page is a slice of its column: the index answers counts and slices without reading rows. It holds even what
            # its condition settles, since SQLite reads the row for whatever a question names and an index has not.
            models.Index(fields=["column", "office", "published_on", "id", "voided_at", "live", "shown_submission"], condition=_OUT, name="article_of_column"),
            models.Index(fields=["office", "published_on", "id"], condition=_OUT, name="article_out"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["office", "index_number"], condition=~Q(index_number=""), name="article_index_once", violation_error_message="索引号已被使用。"),
        ]

    def __str__(self) -> str:
        return bracketed(self.title)

    @staticmethod
    def path_of(pk: int) -> str:
        """Where the site has it: an address that neither a new title nor another column moves."""
        return f"articles/{pk // 1000}/{pk}.html"

    @property
    def shown(self):
        """What public pages may read of this article, and all of it: see `content.shown`."""
        return content.shown(self)

    restorable, formed_field = (*Written.restorable, "source", "editor", "keywords"), "made_on"

    @property
    def preview_modes(self):
        return [("", "网页"), ("wechat", "微信公众号")]

    def get_preview_template(self, request, mode_name) -> str:
        return "publishing/desk/preview_wechat.html" if mode_name == "wechat" else "publishing/desk/preview_article.html"

    def get_preview_context(self, request, mode_name) -> dict:
        return {**super().get_preview_context(request, mode_name), "shown": content.of_snapshot(content.snapshot(self), article=self, address=content.desk_address)}


class AboutQuerySet(models.QuerySet):
    """Rows that name what they are about by its kind and number, as the publication log does."""

    def about(self, record) -> "AboutQuerySet":
        return self.filter(kind=record._meta.label, record_id=record.pk)


class Material(models.Model):
    """A picture or a file that something written may use (素材).

    It is a stored file of ours and not one of Wagtail's images: those can be exchanged behind the same number, and an
    approval is of bytes. A corrected picture is a new material.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    kind = models.CharField("类别", max_length=80)
    record_id = models.BigIntegerField("记录")
    stored = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name="文件")
    name = models.CharField("名称", max_length=150)

    objects = AboutQuerySet.as_manager()

    class Meta:
        verbose_name = "素材"
        verbose_name_plural = "素材"
        ordering = ["id"]
        indexes = [models.Index(fields=["kind", "record_id"], name="material_of")]

    def __str__(self) -> str:
        return f"{self.name} [#{self.pk}]"


class Note(models.Model):
    """What one colleague remarks to another while something is written (批注). No part of it, and of no review."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    kind = models.CharField("类别", max_length=80)
    record_id = models.BigIntegerField("记录")
    quote = models.CharField("所指文字", max_length=300, blank=True)
    text = models.CharField("批注", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="批注人")
    at = models.DateTimeField("时间")
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="处理人")
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)

    objects = AboutQuerySet.as_manager()

    class Meta:
        verbose_name = "批注"
        verbose_name_plural = "批注"
        ordering = [F("settled_at").asc(nulls_first=True), "-at", "-id"]
        indexes = [models.Index(fields=["kind", "record_id"], name="note_of")]

    def __str__(self) -> str:
        return self.text


class Autosave(models.Model):
    """What one person has typed into a form and not saved (未保存的修改): the form as it would be sent, without files.

    `record_id` is empty for what is not registered yet. It is a note to its writer alone. Nothing is reviewed, shown or counted from it.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    kind = models.CharField("类别", max_length=80)
    record_id = models.BigIntegerField("记录", null=True, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="用户")
    form = models.TextField("表单")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "未保存的修改"
        verbose_name_plural = "未保存的修改"
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "record_id"], name="autosave_once"),
            models.UniqueConstraint(fields=["user", "kind"], condition=Q(record_id=None), name="autosave_new_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}未保存的修改"


class ReleasedFile(models.Model):
    """By which digest a released copy's files are found. An index of `released`, kept whenever that is saved; what is public the copy says."""

    kind = models.CharField("类别", max_length=80)
    record_id = models.BigIntegerField("记录")
    digest = models.CharField("摘要前32位", max_length=32, db_index=True)

    objects = AboutQuerySet.as_manager()

    class Meta:
        verbose_name = "放行文件"
        verbose_name_plural = "放行文件"
        constraints = [models.UniqueConstraint(fields=["kind", "record_id", "digest"], name="released_file_once")]

    def __str__(self) -> str:
        return self.digest


class WeighingQuerySet(models.QuerySet):
    def about(self, record) -> "WeighingQuerySet":
        return self.filter(office_id=record.office_id, kind=record._meta.label, record_id=record.pk)


class AttributeWeighing(models.Model):
    """One decision on a 公开属性 (公开属性认定): what was weighed, why, and who asked whom first. Never changed; the next one stands beside it.

    `kind` and `record_id` name what it is about, as the publication log does: documents are decided the same way.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    kind = models.CharField("类别", max_length=80)
    record_id = models.BigIntegerField("记录")
    title = models.CharField("标题", max_length=300)
    previous = models.CharField("原属性", max_length=12, choices=Attribute, blank=True)
    attribute = models.CharField("公开属性", max_length=12, choices=Attribute)
    purpose = models.CharField("公开的目的", max_length=300, help_text="公开要达到什么目的，不公开的为什么不需要")
    effect = models.CharField("公开的效果", max_length=300, help_text="公众和企业得到什么")
    consequence = models.CharField("公开的后果", max_length=300, help_text="对安全、稳定和第三方权益的影响")
    reason = models.CharField("理由", max_length=300, blank=True)
    ground = models.CharField("不予公开的情形", max_length=12, choices=Ground, blank=True)
    is_policy = models.BooleanField("政策性文件", default=False)
    opinion = models.CharField("政务公开工作机构意见", max_length=300, blank=True)
    opinion_on = models.DateField("意见日期", null=True, blank=True)
    decided_on = models.DateField("认定日期")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="认定人")
    reassess_due_on = models.DateField("下次评估最后日期", null=True, blank=True, editable=False)

    objects = WeighingQuerySet.as_manager()

    class Meta:
        verbose_name = "公开属性认定"
        verbose_name_plural = "公开属性认定"
        ordering = ["-decided_on", "-id"]
        indexes = [models.Index(fields=["office", "kind", "record_id"], name="weighing_subject")]

    def __str__(self) -> str:
        return f"《{self.title}》{self.get_attribute_display()}（{self.decided_on:%Y-%m-%d}）"


class Result(models.TextChoices):
    """审查结论."""

    OPEN = rules.MAY_OPEN, "可以公开"
    WITHHOLD = rules.MAY_NOT_OPEN, "不予公开"
    REDACT = rules.REDACTED, "删减后公开"
    REFER = rules.REFERRED, "提请确定"


class SecrecyReview(Record):
    """The secrecy review of one item before it is public (保密审查): item by item, never by silence.

    A periodic reassessment of something withheld (条例 18) is a review of its own that names the
    earlier one, so every decision keeps its date.
    """

    number = models.CharField("审查编号", max_length=40, blank=True)
    title = models.CharField("信息标题", max_length=200)
    document_number = models.CharField("文号", max_length=60, blank=True)
    made_on = models.DateField("产生日期", null=True, blank=True)
    bears_mark = models.BooleanField("载有密级标识", default=False)
    work_secret = models.BooleanField("涉及工作秘密或敏感信息", default=False)
    trade_secret = models.BooleanField("涉及商业秘密", default=False)
    privacy = models.BooleanField("涉及个人隐私", default=False)
    safety = models.BooleanField("可能危及“三安全一稳定”", default=False)
    aggregation = models.BooleanField("汇聚后有泄密风险", default=False)
    attribute = models.CharField("公开属性", max_length=12, choices=Attribute)
    ground = models.CharField("不予公开的情形", max_length=12, choices=Ground, blank=True)
    reason = models.CharField("理由和依据", max_length=500, blank=True)
    channels = models.CharField("拟发布渠道", max_length=100, blank=True)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办人")
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="保密审查员")
    reviewed_on = models.DateField("审查日期")
    result = models.CharField("审查结论", max_length=12, choices=Result)
    opinion = models.TextField("审查意见", blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审定人")
    approved_on = models.DateField("审定日期", null=True, blank=True)
    referred_to = models.CharField("提请何机关确定", max_length=100, blank=True)
    determined_on = models.DateField("确定日期", null=True, blank=True)
    may_open = models.BooleanField("确定结果为可以公开", null=True, blank=True)
    reassesses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reassessments", verbose_name="所评估的审查")
    reassess_due_on = models.DateField("下次评估最后日期", null=True, blank=True, editable=False)
    submission = models.ForeignKey("reviewing.Submission", models.PROTECT, null=True, blank=True, editable=False, related_name="secrecy_reviews", verbose_name="送审稿")

    class Meta:
        verbose_name = "保密审查"
        verbose_name_plural = "保密审查"
        ordering = ["-reviewed_on", "-id"]
        indexes = [models.Index(fields=["office", "reviewed_on"], name="secrecy_reviewed")]
        constraints = [
            models.UniqueConstraint(fields=["office", "number"], condition=~Q(number="") & Q(voided_at=None), name="secrecy_number_once", violation_error_message="审查编号已被使用。"),
            models.CheckConstraint(condition=~Q(reassesses=F("id")), name="secrecy_not_of_itself", violation_error_message="评估不能指向自己。"),
            models.CheckConstraint(condition=Q(approved_on=None) | Q(approved_on__gte=F("reviewed_on")), name="secrecy_approved_after", violation_error_message="审定日期不能早于审查日期。"),
            models.CheckConstraint(condition=Q(determined_on=None) | Q(determined_on__gte=F("reviewed_on")), name="secrecy_determined_after", violation_error_message="确定日期不能早于审查日期。"),
        ]

    def __str__(self) -> str:
        return f"{self.number or '保密审查'}《{self.title}》"


class Channel(models.TextChoices):
    WEBSITE = "website", "网站"
    WECHAT = "wechat", "微信公众号"
    WEIBO = "weibo", "政务微博"
    GAZETTE = "gazette", "公报"
    OTHER = "other", "其他"


class Category(models.TextChoices):
    POLICY = "policy", "政策"
    INTERPRETATION = "interpretation", "解读"
    NEWS = "news", "动态"
    OTHER = "other", "其他"


class ChannelPost(Record):
    """That one item went out by one channel (发布记录): one is counted as one 篇次.

    Whether it is an infographic is a fact of its own, beside the category: 图解 is how a post looks,
    政策 or 解读 what it is about, and a count of one is never part of a count of the other.
    The three reviews are dated facts; who reviews what, and what they saw, is the review chain's.
    """

    article = models.ForeignKey(Article, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="源文章")
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    category = models.CharField("类别", max_length=16, choices=Category)
    is_infographic = models.BooleanField("图解", default=False)
    title = models.CharField("标题", max_length=200)
    posted_on = models.DateField("发布日期")
    url = models.URLField("网址", max_length=500, blank=True)
    receipt = models.CharField("发布回执", max_length=120, blank=True, help_text="平台返回的编号，或公报的期号页码")
    receipt_file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回执文件")
    first_reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="初审一校")
    first_reviewed_on = models.DateField("初审一校日期", null=True, blank=True)
    second_reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复审二校")
    second_reviewed_on = models.DateField("复审二校日期", null=True, blank=True)
    third_reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="终审三校")
    third_reviewed_on = models.DateField("终审三校日期", null=True, blank=True)
    secrecy_review = models.ForeignKey(SecrecyReview, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="保密审查")

    class Meta:
        verbose_name = "发布记录"
        verbose_name_plural = "发布记录"
        ordering = ["-posted_on", "-id"]
        indexes = [models.Index(fields=["office", "posted_on"], name="post_posted")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}《{self.title}》"

    @property
    def reviews(self) -> tuple[rules.Review, rules.Review, rules.Review]:
        return (
            rules.Review("初审一校", self.first_reviewed_by_id, self.first_reviewed_on),
            rules.Review("复审二校", self.second_reviewed_by_id, self.second_reviewed_on),
            rules.Review("终审三校", self.third_reviewed_by_id, self.third_reviewed_on),
        )


class PublicationHead(models.Model):
    """One row an office, held while the publication log is written, so that its numbers commit in order (发布日志位置)."""

    office = models.OneToOneField("accounts.Office", models.PROTECT, primary_key=True, related_name="+", verbose_name="机关")
    last = models.BigIntegerField("最后序号", default=0)

    class Meta:
        verbose_name = "发布日志位置"
        verbose_name_plural = "发布日志位置"

    def __str__(self) -> str:
        return str(self.last)


class PublicationQuerySet(models.QuerySet):
    def of(self, office) -> "PublicationQuerySet":
        return self.filter(office_id=getattr(office, "pk", office))

    def after(self, position: int) -> "PublicationQuerySet":
        """What happened since, in order. A number that is visible never gets an earlier neighbour."""
        return self.filter(number__gt=position).order_by("number")


class Publication(models.Model):
    """One change of what the outside sees (发布日志): the site builder and the search index follow it by `number`.

    `keys` are what was touched ("article:12", "column:7"): pages that depended on one are built again.
    """

    class Deed(models.TextChoices):
        PUBLISHED = "published", "发布"
        CORRECTED = "corrected", "更正"
        WITHDRAWN = "withdrawn", "撤回"
        TOUCHED = "touched", "变动"

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    number = models.BigIntegerField("序号")
    at = models.DateTimeField("时间")
    deed = models.CharField("动作", max_length=12, choices=Deed)
    kind = models.CharField("类别", max_length=80, help_text="模型名，如 publishing.Article")
    record_id = models.BigIntegerField("记录")
    title = models.CharField("标题", max_length=300, blank=True)
    keys = models.JSONField("涉及", default=list)
    reason = models.CharField("原因", max_length=500, blank=True)
    digest = models.CharField("送审稿摘要", max_length=64, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "发布日志"
        verbose_name_plural = "发布日志"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["office", "number"], name="publication_number_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.get_deed_display()}《{self.title}》"
