"""The report of a year, and the cells of its tables that were entered by hand."""

from django.conf import settings
from django.db import models


class Report(models.Model):
    """The annual report of an office for a year: what is frozen."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    year = models.PositiveIntegerField("年度")

    class Meta:
        verbose_name = "年度报告"
        verbose_name_plural = "年度报告"
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["office", "year"], name="one_report_a_year")]

    def __str__(self) -> str:
        return f"{self.year}年政府信息公开工作年度报告"


class EnteredCell(models.Model):
    """A number no register knows, with its source. Never changed: a later row for the same cell takes its place."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="entered", verbose_name="年度报告")
    key = models.CharField("单元格", max_length=80)
    number = models.DecimalField("数值", max_digits=20, decimal_places=6)
    source = models.CharField("数据来源", max_length=300, help_text="提供数据的单位或系统，及材料名称")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证附件")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填写人")
    at = models.DateTimeField("填写时间", auto_now_add=True)

    class Meta:
        verbose_name = "填报数据"
        verbose_name_plural = "填报数据"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.report} {self.key}"
