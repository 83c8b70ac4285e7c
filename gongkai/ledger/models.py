"""The year's plan as the paper has it, and what was done about each line."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q


class PlanQuerySet(models.QuerySet):
    def of(self, office) -> "PlanQuerySet":
        return self.filter(office_id=getattr(office, "pk", office))

    def own(self) -> "PlanQuerySet":
        """The office's own plans, without those of its superiors."""
        return self.filter(level=Plan.Level.OWN)

    def public(self) -> "PlanQuerySet":
        """What the outside may see: plans released to the site."""
        return self.filter(level=Plan.Level.OWN).exclude(published_at=None)


class Plan(models.Model):
    """A year's plan (分工方案): the office's own, or a superior's that it has to answer."""

    class Level(models.TextChoices):
        OWN = "own", "本机关"
        CITY = "city", "市"
        PROVINCE = "province", "省"
        NATION = "nation", "国家"

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    level = models.CharField("层级", max_length=10, choices=Level, default=Level.OWN)
    year = models.PositiveIntegerField("年度", validators=[MinValueValidator(2008), MaxValueValidator(2100)])
    title = models.CharField("名称", max_length=200)
    issuer = models.CharField("印发机关", max_length=100, blank=True)
    number = models.CharField("文号", max_length=60, blank=True)
    headings = models.JSONField("表头", default=list, help_text="导出时沿用原表的栏目名称")
    batch = models.ForeignKey("exchange.Batch", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="导入批次")
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="following", verbose_name="上年方案")
    published_at = models.DateTimeField("公开时间", null=True, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "分工方案"
        verbose_name_plural = "分工方案"
        ordering = ["-year", "level"]
        constraints = [models.UniqueConstraint(fields=["office", "year"], condition=Q(level="own"), name="one_own_plan_a_year")]

    def __str__(self) -> str:
        return self.title


class Chapter(models.Model):
    """A chapter (工作要求): 一、优化政务公开工作基础."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="chapters", verbose_name="分工方案")
    order = models.PositiveIntegerField("次序")
    number = models.CharField("编号", max_length=20, blank=True)
    title = models.CharField("工作要求", max_length=300)

    class Meta:
        verbose_name = "工作要求"
        verbose_name_plural = "工作要求"
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["plan", "order"], name="chapter_order_once")]

    def __str__(self) -> str:
        return self.title


class KeyPoint(models.Model):
    """A key point (一级要点): （一）深化行政规章、规范性文件集中公开."""

    chapter = models.ForeignKey(Chapter, models.CASCADE, related_name="points", verbose_name="工作要求")
    order = models.PositiveIntegerField("次序")
    number = models.CharField("编号", max_length=20, blank=True)
    title = models.TextField("要点")

    class Meta:
        verbose_name = "要点"
        verbose_name_plural = "要点"
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["chapter", "order"], name="point_order_once")]

    def __str__(self) -> str:
        return self.title


class Measure(models.Model):
    """One measure (计划措施): a row of the paper. It may stand under a chapter without a key point."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="measures", verbose_name="分工方案")
    chapter = models.ForeignKey(Chapter, models.CASCADE, related_name="measures", verbose_name="工作要求")
    point = models.ForeignKey(KeyPoint, models.CASCADE, null=True, blank=True, related_name="measures", verbose_name="要点")
    order = models.PositiveIntegerField("次序")
    number = models.CharField("编号", max_length=20, help_text="年度内不变，如2022-07")
    text = models.TextField("计划措施")
    responsibility = models.TextField("责任科室", blank=True, help_text="原文照录")
    due_words = models.CharField("时限", max_length=200, blank=True, help_text="原文照录")
    due_on = models.DateField("完成期限", null=True, blank=True)
    starts_on = models.DateField("开始日期", null=True, blank=True)
    done_on = models.DateField("办结日期", null=True, blank=True, help_text="由科室负责人确认")
    every_year = models.BooleanField("全年持续", default=True, help_text="持续推进的措施，年底方为完成")
    raw = models.JSONField("原文", default=dict, blank=True)
    place = models.CharField("原文位置", max_length=100, blank=True)
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="carried_to", verbose_name="结转自")
    answers = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="answered_by", verbose_name="对应的上级要点")

    class Meta:
        verbose_name = "措施"
        verbose_name_plural = "措施"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "order"], name="measure_order_once"),
            models.UniqueConstraint(fields=["plan", "number"], name="measure_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text[:30]}"

    @property
    def office_id(self) -> int:
        return self.plan.office_id


class Assignment(models.Model):
    """A section's part in a measure: it leads, it helps, or the paper does not say which. A group (各业务科室) keeps its own words."""

    class Part(models.TextChoices):
        LEAD = "lead", "牵头"
        SUPPORT = "support", "配合"
        RESPONSIBLE = "responsible", "责任"

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="assignments", verbose_name="措施")
    part = models.CharField("分工", max_length=12, choices=Part)
    section = models.ForeignKey("accounts.Section", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="科室")
    words = models.CharField("原文", max_length=100)
    order = models.PositiveIntegerField("次序", default=0)

    class Meta:
        verbose_name = "责任分工"
        verbose_name_plural = "责任分工"
        ordering = ["part", "order"]

    def __str__(self) -> str:
        return f"{self.words}（{self.get_part_display()}）"


class Target(models.Model):
    """A figure a measure should reach by its last day (量化指标): 宣讲会不少于8场."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="targets", verbose_name="措施")
    indicator = models.CharField("指标", max_length=120)
    at_least = models.DecimalField("不少于", max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = "量化指标"
        verbose_name_plural = "量化指标"
        constraints = [models.UniqueConstraint(fields=["measure", "indicator"], name="target_once")]

    def __str__(self) -> str:
        return f"{self.indicator}不少于{self.at_least}"


class Progress(models.Model):
    """One version of a measure's 落实情况: text with tokens, as a clerk wrote it and the head checked it.

    Only a confirmed version counts. A confirmed version is never edited: the next one is a new row.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待审核"
        CONFIRMED = "confirmed", "已审核"
        RETURNED = "returned", "已退回"

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="progress", verbose_name="措施")
    version = models.PositiveIntegerField("版本")
    text = models.TextField("落实情况", blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="填报人")
    written_at = models.DateTimeField("填报时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="审核人")
    checked_at = models.DateTimeField("审核时间", null=True, blank=True)
    comment = models.CharField("审核意见", max_length=300, blank=True)

    class Meta:
        verbose_name = "落实情况"
        verbose_name_plural = "落实情况"
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["measure", "version"], name="progress_version_once")]

    def __str__(self) -> str:
        return f"{self.measure.number}落实情况第{self.version}版"

    @property
    def office_id(self) -> int:
        return self.measure.plan.office_id


class Round(models.Model):
    """A reporting round (填报轮次): by `due_on` every leading section reports as of `as_of`."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rounds", verbose_name="分工方案")
    title = models.CharField("名称", max_length=60)
    opens_on = models.DateField("开始")
    due_on = models.DateField("截止")
    as_of = models.DateField("统计截至")

    class Meta:
        verbose_name = "填报轮次"
        verbose_name_plural = "填报轮次"
        ordering = ["due_on"]
        constraints = [models.CheckConstraint(condition=Q(due_on__gte=models.F("opens_on")), name="round_in_order")]

    def __str__(self) -> str:
        return self.title


class Link(models.Model):
    """Typed evidence of a measure (佐证): a record of a register, or a file."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="links", verbose_name="措施")
    kind = models.CharField("类别", max_length=80, blank=True)
    record_id = models.BigIntegerField("记录", null=True, blank=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件")
    label = models.CharField("名称", max_length=200)
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="添加人")

    class Meta:
        verbose_name = "佐证"
        verbose_name_plural = "佐证"
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(file=None) | Q(record_id=None), name="link_is_one_thing")]

    def __str__(self) -> str:
        return self.label
