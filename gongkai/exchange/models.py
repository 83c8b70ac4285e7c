"""What arrives in bulk: one row for each file brought to a register or to the ledger."""

from django.conf import settings
from django.db import models


class Batch(models.Model):
    """A file brought in (导入批次): read, shown, and written only when a person confirms.

    A file that can't be read stays here too, with the sentence that says why, so that it can be looked at.
    """

    class State(models.TextChoices):
        READING = "reading", "正在读取"
        READ = "read", "待确认"
        REFUSED = "refused", "不能导入"
        RUNNING = "running", "正在写入"
        DONE = "done", "已导入"
        DROPPED = "dropped", "已放弃"
        FAILED = "failed", "写入失败"

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    target = models.CharField("导入到", max_length=80)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+", verbose_name="文件")
    state = models.CharField("状态", max_length=10, choices=State, default=State.READ)
    sentence = models.TextField("说明", blank=True)
    rows = models.PositiveIntegerField("行数", default=0)
    faults = models.JSONField("问题", default=list)
    written = models.PositiveIntegerField("已写入", default=0)
    digest = models.CharField("内容摘要", max_length=64, blank=True)
    options = models.JSONField("选项", default=dict)
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="导入人")

    class Meta:
        verbose_name = "导入批次"
        verbose_name_plural = "导入批次"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"导入批次{self.pk}（{self.get_state_display()}）"
