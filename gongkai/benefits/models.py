"""What enterprises may be entitled to, and what was done with it on the benefits platform."""

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from gongkai.documents.models import Outward, OutwardQuerySet
from gongkai.evidence.models import Record

from . import rules


class BenefitPolicyQuerySet(OutwardQuerySet):
    def public(self) -> "BenefitPolicyQuerySet":
        """Released through the chain, or on record as public before this system; not withdrawn. The site shows those that are also listed."""
        return self.out()

    def with_last_update(self) -> "BenefitPolicyQuerySet":
        """Each with `last_kind` and `last_updated_on` of its latest update, None when it never was on the platform."""
        last = BenefitUpdate.objects.current().filter(policy=OuterRef("pk")).order_by("-updated_on", "-pk")
        return self.annotate(last_kind=Subquery(last.values("kind")[:1]), last_updated_on=Subquery(last.values("updated_on")[:1]))

    def listed(self) -> "BenefitPolicyQuerySet":
        """On the platform: the latest update is not a removal."""
        return self.with_last_update().exclude(last_kind=None).exclude(last_kind=rules.REMOVED)


class BenefitPolicy(Outward, Record):
    """One policy an enterprise may benefit from (惠企政策), in the terms in which it is searched and matched.

    The section in charge (承办科室) is the one that receives the claims. Whether it is on the platform
    is not a field: it follows from its updates. What the outside sees of it is `released`, as of a document.
    """

    class Level(models.TextChoices):
        NATION = "nation", "国家"
        PROVINCE = "province", "省"
        CITY = "city", "市"
        COUNTY = "county", "县区"

    class Support(models.TextChoices):
        REWARD = "reward", "奖补"
        INTEREST = "interest", "贴息"
        RECOGNITION = "recognition", "认定"
        REDUCTION = "reduction", "减免"
        OTHER = "other", "其他"

    name = models.CharField("政策名称", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True)
    issuer = models.CharField("发文单位", max_length=100)
    level = models.CharField("层级", max_length=10, choices=Level, default=Level.CITY)
    document = models.ForeignKey("documents.NormativeDocument", models.PROTECT, null=True, blank=True, related_name="benefits", verbose_name="政策文件")
    published_on = models.DateField("发布日期", null=True, blank=True, help_text="发文单位发布的日期；随本机关文件一并发布的不填，放行时写入")
    effective_on = models.DateField("生效日期", null=True, blank=True)
    expires_on = models.DateField("失效日期", null=True, blank=True, help_text="有效期的最后一日；长期有效的不填")
    industries = models.CharField("适用行业", max_length=200, blank=True)
    scale = models.CharField("适用规模", max_length=100, blank=True)
    region = models.CharField("适用区域", max_length=100, blank=True)
    qualifications = models.CharField("资质标签", max_length=200, blank=True, help_text="如“专精特新”“高新技术企业”")
    support = models.CharField("支持方式", max_length=12, choices=Support)
    standard = models.TextField("标准与上限", blank=True)
    conditions = models.TextField("申报条件", blank=True)
    materials = models.TextField("申报材料", blank=True)
    opens_on = models.DateField("申报开始日期", null=True, blank=True)
    closes_on = models.DateField("申报截止日期", null=True, blank=True)
    phone = models.CharField("联系电话", max_length=50, blank=True)
    needs_no_application = models.BooleanField("免申即享", default=False)
    entry_url = models.URLField("申报入口", max_length=500, blank=True)
    original_url = models.URLField("原文链接", max_length=500, blank=True)
    interpretation_url = models.URLField("解读链接", max_length=500, blank=True)
    funding_basis = models.CharField("资金依据", max_length=200, blank=True)
    notice_url = models.URLField("公示链接", max_length=500, blank=True)
    outcome = models.TextField("兑现结果", blank=True, help_text="发放对象、标准和金额")
    complaints = models.CharField("监督投诉渠道", max_length=200, blank=True)
    live = models.BooleanField("公开显示", default=True, editable=False)

    objects = BenefitPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = "惠企政策"
        verbose_name_plural = "惠企政策"
        ordering = ["-published_on", "-id"]
        indexes = [models.Index(fields=["office", "expires_on"], name="benefit_expires")]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_on=None) | Q(expires_on=None) | Q(expires_on__gte=F("effective_on")),
                name="benefit_expires_after_effect", violation_error_message="失效日期不能早于生效日期。",
            ),
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                name="benefit_closes_after_opening", violation_error_message="申报截止日期不能早于申报开始日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"《{self.name}》"

    @staticmethod
    def path_of(pk: int) -> str:
        return f"benefits/{pk}.html"


class BenefitUpdate(Record):
    """One change of one policy on the benefits platform (平台更新): put up, adjusted or taken down, on a day."""

    class Kind(models.TextChoices):
        ADDED = rules.ADDED, "新增"
        ADJUSTED = rules.ADJUSTED, "调整"
        REMOVED = rules.REMOVED, "下架"

    policy = models.ForeignKey(BenefitPolicy, models.PROTECT, related_name="updates", verbose_name="惠企政策")
    kind = models.CharField("更新方式", max_length=10, choices=Kind)
    updated_on = models.DateField("更新日期")
    platform = models.CharField("平台名称", max_length=100)
    url = models.URLField("平台网址", max_length=500, blank=True)
    document = models.ForeignKey("documents.NormativeDocument", models.PROTECT, null=True, blank=True, related_name="benefit_updates", verbose_name="依据文件")
    reason = models.CharField("更新说明", max_length=300, blank=True, help_text="下架的须写明原因")

    #: Whether a policy is shown follows from its updates (`publishing.watch`).
    decides = ("policy",)

    class Meta:
        verbose_name = "惠企政策更新"
        verbose_name_plural = "惠企政策更新"
        ordering = ["-updated_on", "-id"]
        indexes = [models.Index(fields=["office", "updated_on"], name="benefit_updated")]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "kind", "updated_on", "platform"], condition=Q(voided_at=None),
                name="benefit_update_once", violation_error_message="同一政策同日在同一平台的这种更新已经登记。",
            ),
            models.CheckConstraint(
                condition=~Q(kind=rules.REMOVED) | ~Q(reason=""),
                name="benefit_removal_has_reason", violation_error_message="下架的须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy.name} {self.get_kind_display()}（{self.updated_on:%Y-%m-%d}）"
