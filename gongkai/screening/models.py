"""What an office knows that its texts are held against: its list of wording, its leaders; and what it decided to leave.

The product's own list is no row: it is in `figures/terms.toml` and comes with the version installed.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gongkai.evidence.models import Record

from . import rules


class TermListQuerySet(models.QuerySet):
    def of(self, office) -> "TermListQuerySet":
        return self.filter(office_id=getattr(office, "pk", office))

    def in_force(self, on: date) -> "TermList | None":
        """The list put in force last of those in force on that day."""
        return self.filter(in_force_from__lte=on).order_by("-in_force_from", "-version").first()

    def public(self) -> "TermListQuerySet":
        return self.none()


class TermList(models.Model):
    """One version of an office's own list of wording (用语表), whole as it was imported. Its terms never change; a new import is a new version."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    version = models.PositiveIntegerField("版本")
    name = models.CharField("名称", max_length=100)
    source = models.CharField("来源", max_length=200, blank=True, help_text="由谁提供、依据什么整理")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+", verbose_name="导入文件")
    size = models.PositiveIntegerField("条数")
    imported_at = models.DateTimeField("导入时间", auto_now_add=True)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="导入人")
    in_force_from = models.DateField("启用日期", null=True, blank=True)
    put_in_force_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="启用人")

    objects = TermListQuerySet.as_manager()

    class Meta:
        verbose_name = "用语表"
        verbose_name_plural = "用语表"
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["office", "version"], name="term_list_version_once")]

    def __str__(self) -> str:
        return f"{self.name}（第{self.version}版）"


class Level(models.TextChoices):
    """How much a term matters; 不作提示 keeps quiet about what looks like a slip and is none."""

    REFUSE = rules.REFUSE, rules.LEVELS[rules.REFUSE]
    WARN = rules.WARN, rules.LEVELS[rules.WARN]
    HINT = rules.HINT, rules.LEVELS[rules.HINT]
    ALLOW = rules.ALLOW, rules.LEVELS[rules.ALLOW]


class Term(models.Model):
    """One entry of a list of wording (用语)."""

    term_list = models.ForeignKey(TermList, models.CASCADE, related_name="terms", verbose_name="用语表")
    wrong = models.CharField("出现形式", max_length=100)
    right = models.CharField("应为", max_length=200, blank=True)
    level = models.CharField("级别", max_length=10, choices=Level, default=Level.WARN)
    category = models.CharField("类别", max_length=40, blank=True)
    why = models.CharField("说明", max_length=200, blank=True)
    source = models.CharField("依据或来源", max_length=200, blank=True)
    exceptions = models.JSONField("例外", default=list, help_text="含有该形式而并无错误的较长写法")

    class Meta:
        verbose_name = "用语"
        verbose_name_plural = "用语"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["term_list", "wrong"], name="term_once_in_a_list")]

    def __str__(self) -> str:
        return self.wrong


class Leader(Record):
    """A leader in one post for one spell (领导), as texts should name him and in which order."""

    name = models.CharField("姓名", max_length=30)
    title = models.CharField("职务", max_length=100, help_text="公文中的全称，如“市工业和信息化局党组书记、局长”")
    rank = models.PositiveIntegerField("排序", help_text="1在最前")
    from_on = models.DateField("任职日期")
    until_on = models.DateField("离任日期", null=True, blank=True, help_text="在任最后一日；在任的不填")
    source = models.CharField("依据", max_length=200, blank=True, help_text="任免文件或官方领导之窗")

    class Meta:
        verbose_name = "领导"
        verbose_name_plural = "领导"
        ordering = ["rank", "from_on"]
        constraints = [
            models.CheckConstraint(condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="leader_until_after_from", violation_error_message="离任日期不能早于任职日期。"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.title}）"


class Dismissal(models.Model):
    """A finding that was looked at and left, with the reason (忽略记录): remembered for that record and those words."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    subject_kind = models.CharField("对象类别", max_length=80)
    subject_id = models.CharField("对象编号", max_length=40)
    rule = models.CharField("规则", max_length=30)
    digest = models.CharField("摘要", max_length=64)
    quote = models.CharField("原文", max_length=200, help_text="个人信息只留首尾")
    reason = models.CharField("理由", max_length=300)
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="忽略人")

    class Meta:
        verbose_name = "忽略记录"
        verbose_name_plural = "忽略记录"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["office", "subject_kind", "subject_id", "digest"], name="dismissal_once")]

    def __str__(self) -> str:
        return f"{rules.RULES.get(self.rule, self.rule)}“{self.quote}”"
