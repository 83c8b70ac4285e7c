"""Matters (事项), the guides to them (办事指南), and how both changed.

One master record of each matter feeds the list of powers (权责清单) and the guides, so that the two
can't drift apart.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.html import strip_tags
from wagtail.fields import RichTextField

from gongkai.documents.models import Outward, OutwardQuerySet
from gongkai.evidence.models import Record, RecordQuerySet
from gongkai.rulebook.queries import adjustments

from . import rules

FEATURES = ["bold", "ol", "ul", "link"]


class MatterQuerySet(RecordQuerySet):
    def public(self) -> "MatterQuerySet":
        """The catalogue is public, with what has left it."""
        return self.current()


class Matter(Record):
    """One matter of the catalogue (事项), with the elements of the basic catalogue.

    The seven kinds handled on application and 公共服务 are the 政务服务事项; the kinds after them stand
    in the list of powers alone and have no guide. Whether it is in the catalogue on a day follows
    from `listed_on` and its changes.
    """

    class Kind(models.TextChoices):
        LICENCE = "licence", "行政许可"
        CONFIRMATION = "confirmation", "行政确认"
        RULING = "ruling", "行政裁决"
        PAYMENT = "payment", "行政给付"
        REWARD = "reward", "行政奖励"
        FILING = "filing", "行政备案"
        OTHER_POWER = "other_power", "其他行政权力"
        PUBLIC_SERVICE = "public_service", "公共服务"
        PENALTY = "penalty", "行政处罚"
        COERCION = "coercion", "行政强制"
        LEVY = "levy", "行政征收"
        INSPECTION = "inspection", "行政检查"

    #: The 政务服务事项: those that have guides.
    SERVICES = frozenset({
        Kind.LICENCE, Kind.CONFIRMATION, Kind.RULING, Kind.PAYMENT, Kind.REWARD, Kind.FILING, Kind.OTHER_POWER, Kind.PUBLIC_SERVICE,
    })  # fmt: skip

    class Level(models.TextChoices):
        PROVINCE = "province", "省级"
        CITY = "city", "市级"
        COUNTY = "county", "县级"
        TOWN = "town", "镇级"

    name = models.CharField("事项名称", max_length=200)
    kind = models.CharField("事项类型", max_length=16, choices=Kind)
    code = models.CharField("基本编码", max_length=40)
    local_code = models.CharField("实施编码", max_length=60, blank=True)
    basis = models.TextField("设定依据", help_text="法律、法规、规章的全称和条款")
    level = models.CharField("行使层级", max_length=10, choices=Level, default=Level.CITY)
    agency = models.CharField("实施主体", max_length=100, blank=True)
    duties = models.TextField("责任事项", blank=True)
    accountability = models.TextField("追责情形", blank=True)
    in_power_list = models.BooleanField("列入权责清单", default=True)
    listed_on = models.DateField("列入目录日期")

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = "事项"
        verbose_name_plural = "事项目录"
        ordering = ["kind", "code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "code", "local_code"], condition=Q(voided_at=None),
                name="matter_code_once", violation_error_message="该编码的事项已经登记。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_kind_display()}）"

    @property
    def is_service(self) -> bool:
        """Whether it is handled on application or a public service, and so has a guide."""
        return self.kind in self.SERVICES

    is_service.fget.short_description = "政务服务事项"


class GuideQuerySet(OutwardQuerySet):
    def public(self) -> "GuideQuerySet":
        """Released through the chain, or on record as public before this system; not withdrawn. Never without its copy."""
        return self.out().filter(released__isnull=False)


class Guide(Outward, Record):
    """The guide to a matter (办事指南): its ten elements, in the words an applicant needs.

    The name of the matter and its basis come from the matter itself. What it lacks of the ten is
    `missing`; publishing insists on three of them by law. What the outside sees of it is `released`, as of a document.
    """

    class Handling(models.TextChoices):
        AT_ONCE = "at_once", "即办件"
        PROMISED = "promised", "承诺件"

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="guides", verbose_name="事项")
    column = models.ForeignKey("publishing.Column", models.PROTECT, related_name="guides", verbose_name="栏目")
    title = models.CharField("标题", max_length=200)
    conditions = RichTextField("受理条件", blank=True, features=FEATURES)
    materials = RichTextField("办事材料", blank=True, features=FEATURES)
    steps = RichTextField("办理流程", blank=True, features=FEATURES)
    place = models.CharField("办理地点", max_length=200, blank=True)
    agency = models.CharField("办理机构", max_length=100, blank=True)
    fees = models.CharField("收费标准", max_length=200, blank=True, help_text="不收费的写“不收费”")
    hours = models.CharField("办理时间", max_length=200, blank=True)
    phone = models.CharField("联系电话", max_length=50, blank=True)
    handling = models.CharField("办件类型", max_length=10, choices=Handling, default=Handling.PROMISED)
    statutory_days = models.PositiveIntegerField("法定办结时限（工作日）", null=True, blank=True)
    promised_days = models.PositiveIntegerField("承诺办结时限（工作日）", null=True, blank=True)
    visits = models.PositiveIntegerField("到现场次数", null=True, blank=True)
    result = models.CharField("办理结果", max_length=200, blank=True)
    remedies = models.TextField("救济途径", blank=True)
    published_on = models.DateField("发布日期", null=True, blank=True, help_text="放行时写入")
    url = models.URLField("网址", max_length=500, blank=True, help_text="网上办理的入口")
    live = models.BooleanField("公开显示", default=True, editable=False)

    objects = GuideQuerySet.as_manager()

    #: The elements inspections look for, beside the matter's own name and basis.
    ELEMENTS = ("conditions", "materials", "steps", "place", "agency", "fees", "hours", "phone")

    class Meta:
        verbose_name = "办事指南"
        verbose_name_plural = "办事指南"
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(statutory_days=None) | Q(promised_days=None) | Q(promised_days__lte=F("statutory_days")),
                name="guide_promise_within_law", violation_error_message="承诺办结时限不能超过法定办结时限。",
            ),
        ]

    def __str__(self) -> str:
        return f"《{self.title}》"

    @staticmethod
    def path_of(pk: int) -> str:
        return f"guides/{pk}.html"

    @property
    def missing(self) -> str:
        """The elements still empty, by name."""
        empty = [str(self._meta.get_field(name).verbose_name) for name in self.ELEMENTS if not strip_tags(getattr(self, name)).strip()]
        return "、".join((["设定依据"] if not self.matter.basis.strip() else []) + empty)

    missing.fget.short_description = "尚缺要素"


class MatterChange(Record):
    """One change of a matter, its place in the list of powers or its guide (事项变更).

    Proposed, reviewed, and in force from a day. 整改 is a demand to put something right; its last day
    is derived and kept in `rectify_due_on`.
    """

    class Kind(models.TextChoices):
        ADMITTED = rules.ADMITTED, "进驻"
        ADDED = rules.ADDED, "增加"
        ADJUSTED = rules.ADJUSTED, "调整"
        CHANGED = rules.CHANGED, "变更"
        CANCELLED = rules.CANCELLED, "取消"
        RECTIFIED = rules.RECTIFIED, "整改"

    class Target(models.TextChoices):
        POWER_LIST = "power_list", "权责清单"
        GUIDE = "guide", "办事指南"
        BOTH = "both", "权责清单和办事指南"

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="changes", verbose_name="事项")
    kind = models.CharField("变更类型", max_length=12, choices=Kind)
    target = models.CharField("变更对象", max_length=12, choices=Target)
    proposed_on = models.DateField("提出日期")
    wanted_by_on = models.DateField("要求完成日期", null=True, blank=True, help_text="整改要求写明期限的填写")
    reviewed_on = models.DateField("审核日期", null=True, blank=True)
    effective_on = models.DateField("生效日期", null=True, blank=True, help_text="整改的，为整改完成日期")
    reason = models.CharField("变更原因", max_length=300)
    details = models.TextField("变更内容", blank=True, help_text="变更前后的写法")
    rectify_due_on = models.DateField("整改最后日期", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "事项变更"
        verbose_name_plural = "事项变更"
        ordering = ["-proposed_on", "-id"]
        indexes = [models.Index(fields=["office", "effective_on"], name="change_effective"), models.Index(fields=["matter", "kind", "effective_on"], name="change_of_matter")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_on=None) | Q(reviewed_on__gte=F("proposed_on")),
                name="change_reviewed_after", violation_error_message="审核日期不能早于提出日期。",
            ),
            models.CheckConstraint(
                condition=Q(effective_on=None) | (Q(reviewed_on__isnull=False) & Q(effective_on__gte=F("reviewed_on"))),
                name="change_effective_after_review", violation_error_message="事项变更须先审核再生效。",
            ),
            models.CheckConstraint(
                condition=Q(kind=rules.RECTIFIED) | Q(rectify_due_on=None),
                name="change_due_only_to_rectify", violation_error_message="只有整改才有整改最后日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter.name}{self.get_kind_display()}（{self.proposed_on:%Y-%m-%d}）"

    @property
    def rectify_due_on_basis(self) -> str:
        """What the last day of a 整改 rests on: the demand itself, or the office's own figure."""
        if self.wanted_by_on or not self.rectify_due_on:
            return "整改要求写明的期限" if self.rectify_due_on else ""
        return rules.rectify_figure(self.proposed_on, adjustments(self.office_id, "guides")).source(self.proposed_on)

    @property
    def state(self) -> rules.ChangeState:
        """待审核, 已审核 or 已定生效日期."""
        return rules.state_of(self.reviewed_on, self.effective_on)

    state.fget.short_description = "状态"
