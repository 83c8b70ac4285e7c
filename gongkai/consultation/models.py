"""Drafts put to the public, where they were announced, and what people said of them."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from gongkai.evidence.models import Record, RecordQuerySet
from gongkai.vault import EncryptedTextField

from . import rules


class Kind(models.TextChoices):
    """What is consulted on; decides the shortest window."""

    NORMATIVE = rules.Kind.NORMATIVE, "行政规范性文件"
    MAJOR = rules.Kind.MAJOR, "重大行政决策"
    OTHER = rules.Kind.OTHER, "其他政策文件"


class Channel(models.TextChoices):
    """The channels of 重大行政决策条例 15.1."""

    WEBSITE = "website", "网站"
    NEW_MEDIA = "new_media", "政务新媒体"
    PRESS = "press", "报刊"
    RADIO = "radio", "广播"
    TELEVISION = "television", "电视"


class Source(models.TextChoices):
    ENTERPRISE = "enterprise", "企业"
    PUBLIC = "public", "公众"
    DEPARTMENT = "department", "部门"
    ASSOCIATION = "association", "协会商会"


class Way(models.TextChoices):
    WEBSITE = "website", "网站"
    EMAIL = "email", "电子邮件"
    LETTER = "letter", "信函"
    PHONE = "phone", "电话"
    MEETING = "meeting", "座谈会"
    OFFICIAL = "official", "公文"
    OTHER = "other", "其他"


class Disposition(models.TextChoices):
    """What became of an opinion. All but the first need a reason."""

    ADOPTED = rules.Disposition.ADOPTED, "采纳"
    PARTLY = rules.Disposition.PARTLY, "部分采纳"
    DECLINED = rules.Disposition.DECLINED, "不采纳"
    EXPLAINED = rules.Disposition.EXPLAINED, "解释说明"


class ConsultationQuerySet(RecordQuerySet):
    def public(self) -> "ConsultationQuerySet":
        """Announced and not voided. A draft that is not announced yet is nobody's outside."""
        return self.current().filter(notices__voided_at=None, notices__isnull=False).distinct()


class Consultation(Record):
    """征求意见: one draft put to the public, its window, and the feedback on what was said.

    `feedback_due_on` follows from the last day and is written by `actions.derive` alone.
    """

    title = models.CharField("征求意见稿名称", max_length=200)
    kind = models.CharField("类别", max_length=20, choices=Kind, default=Kind.NORMATIVE)
    document = models.ForeignKey("documents.NormativeDocument", models.PROTECT, null=True, blank=True, related_name="consultations", verbose_name="对应文件", help_text="文件出台后填写")
    published_on = models.DateField("发布日期")
    ends_on = models.DateField("截止日期", help_text="征求意见的最后一日")
    shorter_reason = models.CharField("缩短期限的理由", max_length=300, blank=True, help_text="少于30日的填写，并在公告中说明")
    has_draft = models.BooleanField("已公布草案", default=True)
    has_explanation = models.BooleanField("已公布说明", default=True)
    ways = models.CharField("提出意见的方式", max_length=300, blank=True, help_text="如电子邮箱、通信地址、电话")
    feedback_due_on = models.DateField("反馈最后一日", editable=False, help_text="征求意见结束后1个月内（本机关自定，参照优化营商环境条例第六十二条）")
    feedback_on = models.DateField("反馈日期", null=True, blank=True, help_text="公布意见采纳情况的日期")
    feedback_url = models.URLField("反馈网址", max_length=300, blank=True)

    happenings = {"feedback_on": ()}
    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = "征求意见"
        verbose_name_plural = "征求意见"
        ordering = ["-published_on", "-id"]
        indexes = [models.Index(fields=["office", "published_on"], name="consultation_published")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("published_on")),
                name="consultation_ends_after_start", violation_error_message="截止日期早于发布日期",
            ),
            models.CheckConstraint(
                condition=Q(feedback_on=None) | Q(feedback_on__gte=F("published_on")),
                name="consultation_feedback_after_start", violation_error_message="反馈日期早于发布日期",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def window(self) -> rules.Window:
        """Its facts for `rules`."""
        return rules.Window(
            kind=self.kind, published_on=self.published_on, ends_on=self.ends_on, feedback_on=self.feedback_on,
            shorter_reason=self.shorter_reason, has_draft=self.has_draft, has_explanation=self.has_explanation, ways=self.ways,
        )  # fmt: skip

    @property
    def days(self) -> int:
        return self.window.days

    days.fget.short_description = "征求意见天数"


class ConsultationNotice(Record):
    """征求意见公告: one announcement of a consultation on one channel, with its proof."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="notices", verbose_name="征求意见")
    channel = models.CharField("发布渠道", max_length=20, choices=Channel)
    posted_on = models.DateField("发布日期")
    outlet = models.CharField("媒体或栏目名称", max_length=100, blank=True)
    url = models.URLField("网址", max_length=300, blank=True)
    proof = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证文件", help_text="报刊、广播、电视没有网址的，上传版面或播出证明")

    class Meta:
        verbose_name = "征求意见公告"
        verbose_name_plural = "征求意见公告"
        ordering = ["posted_on", "id"]

    def __str__(self) -> str:
        return f"{self.consultation.title}（{self.get_channel_display()}）"


class Opinion(Record):
    """意见建议: one opinion on a draft and what became of it.

    What people wrote and who they are is sealed; only `public_content`, with names and numbers taken
    out, may leave the office.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="opinions", verbose_name="征求意见")
    number = models.PositiveIntegerField("序号", validators=[MinValueValidator(1)], help_text="在该次征求意见中的序号")
    source = models.CharField("来源", max_length=20, choices=Source)
    way = models.CharField("提出方式", max_length=20, choices=Way, blank=True)
    received_on = models.DateField("收到日期")
    content = EncryptedTextField("意见原文", help_text="加密保存，不对外公开")
    public_content = models.TextField("脱敏后内容", blank=True, help_text="公布时使用，不得含姓名、电话、证件号码")
    giver_name = EncryptedTextField("提出人", blank=True, max_length=200, help_text="加密保存")
    giver_contact = EncryptedTextField("联系方式", blank=True, max_length=200, help_text="加密保存")
    disposition = models.CharField("处理意见", max_length=20, choices=Disposition, blank=True)
    reason = models.TextField("理由", blank=True, help_text="未全部采纳的必填")
    fed_back_on = models.DateField("反馈日期", null=True, blank=True)

    happenings = {"fed_back_on": ("disposition",)}

    class Meta:
        verbose_name = "意见建议"
        verbose_name_plural = "意见建议"
        ordering = ["consultation", "number"]
        indexes = [models.Index(fields=["office", "received_on"], name="opinion_received")]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "number"],
                name="opinion_number_once", violation_error_message="该序号已登记",
            ),
            models.CheckConstraint(
                condition=Q(disposition__in=["", "adopted"]) | ~Q(reason=""),
                name="opinion_reasoned", violation_error_message="未全部采纳的意见须写明理由",
            ),
            models.CheckConstraint(
                condition=Q(fed_back_on=None) | Q(fed_back_on__gte=F("received_on")),
                name="opinion_fed_back_after", violation_error_message="反馈日期早于收到日期",
            ),
            models.CheckConstraint(
                condition=Q(fed_back_on=None) | ~Q(disposition=""),
                name="opinion_disposed_before", violation_error_message="反馈前须先登记处理意见",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.consultation.title} 第{self.number}号意见"
