"""Slots of the scheduler: that a timed job was started once, whichever scheduler saw its time first."""

from django.db import models
from django.utils import timezone


class Slot(models.Model):
    """One timed run of one job. The pair is unique, so two schedulers can't both start it."""

    job = models.CharField("任务", max_length=80)
    at = models.DateTimeField("时点")
    taken_by = models.CharField("执行者", max_length=100)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    outcome = models.TextField("结果", blank=True)

    class Meta:
        verbose_name = "定时任务时点"
        verbose_name_plural = "定时任务时点"
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["job", "at"], name="slot_once")]

    def __str__(self) -> str:
        return f"{self.job} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"
