"""What comes in over the website: the filing, papers, what is handed in later, and sums of what was shown beforehand."""

from django.conf import settings
from django.db import models

from gongkai.vault import EncryptedTextField

from . import public_rules


class Filing(models.Model):
    """网上提交: an application that came over the website, with the hash of the code its applicant holds.

    `token_hash` is of the form it was typed into, so that the same form pressed twice is one application.
    """

    application = models.OneToOneField("foi.Application", models.PROTECT, related_name="filing", verbose_name="申请")
    token_hash = models.CharField("表单摘要", max_length=64, unique=True)
    code_hash = models.CharField("查询码摘要", max_length=64)
    at = models.DateTimeField("提交时间")

    class Meta:
        verbose_name = "网上提交"
        verbose_name_plural = "网上提交"

    def __str__(self) -> str:
        return f"{self.application.number}的网上提交"


class HandedInQuerySet(models.QuerySet):
    def waiting(self) -> "HandedInQuerySet":
        return self.filter(settled_on=None)

    def held(self, one: "HandedIn") -> "HandedIn":
        return self.select_for_update().get(pk=one.pk)


class HandedIn(models.Model):
    """网上递交: a correction, a withdrawal or a proof of payment that the applicant handed in. The desk accepts it or sends it back."""

    class Kind(models.TextChoices):
        CORRECTION = public_rules.Kind.CORRECTION, "补正"
        WITHDRAWAL = public_rules.Kind.WITHDRAWAL, "撤回"
        PAYMENT = public_rules.Kind.PAYMENT, "缴费凭证"

    application = models.ForeignKey("foi.Application", models.PROTECT, related_name="handed_in", verbose_name="申请")
    kind = models.CharField("递交事项", max_length=20, choices=Kind)
    token_hash = models.CharField("表单摘要", max_length=64, unique=True)
    text = EncryptedTextField("内容", blank=True, help_text="加密保存")
    on = models.DateField("递交日期")
    at = models.DateTimeField("递交时间")
    settled_on = models.DateField("处理日期", null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="处理人")
    sent_back = EncryptedTextField("退回说明", blank=True, max_length=300, help_text="申请人查询时看到")

    objects = HandedInQuerySet.as_manager()

    class Meta:
        verbose_name = "网上递交"
        verbose_name_plural = "网上递交"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.application.number}{self.get_kind_display()}"

    @property
    def office_id(self) -> int:
        return self.application.office_id


class PaperQuerySet(models.QuerySet):
    def listed(self) -> "PaperQuerySet":
        """Without their contents, which are large."""
        return self.defer("content")


class Paper(models.Model):
    """申请人材料: a file an applicant uploaded, checked like any other and sealed, name and all.

    Without an application it waits, under the hash of its form, for the form to be sent; `public_timers` clears away what nobody sent.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    application = models.ForeignKey("foi.Application", models.PROTECT, null=True, related_name="papers", verbose_name="申请")
    handed_in = models.ForeignKey(HandedIn, models.PROTECT, null=True, related_name="papers", verbose_name="网上递交")
    token_hash = models.CharField("表单摘要", max_length=64, db_index=True)
    name = EncryptedTextField("文件名", max_length=200)
    kind = models.CharField("类型", max_length=20)
    size = models.PositiveIntegerField("字节数")
    content = EncryptedTextField("内容")
    at = models.DateTimeField("时间")
    scanned = models.BooleanField("是否经病毒查杀", default=False)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = "申请人材料"
        verbose_name_plural = "申请人材料"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"申请人材料{self.pk}"


class AnswerDay(models.Model):
    """已公开提示日计: how often visitors were shown what is public already before they applied, and what came of it. Nothing of who."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    day = models.DateField("日期")
    shown = models.PositiveIntegerField("提示次数", default=0)
    opened = models.PositiveIntegerField("点开次数", default=0)
    submitted = models.PositiveIntegerField("仍然提交次数", default=0)

    class Meta:
        verbose_name = "已公开提示日计"
        verbose_name_plural = "已公开提示日计"
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["office", "day"], name="foi_answer_day_once")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
