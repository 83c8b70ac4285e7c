"""What is known of how the site is used: sums, and nobody."""

from datetime import timedelta

from django.db import models


class PageDay(models.Model):
    """One page on one day (网页日计): how often it was opened, and how many found it of use or not."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    path = models.CharField("页面", max_length=300)
    day = models.DateField("日期")
    visits = models.PositiveIntegerField("访问次数", default=0)
    useful = models.PositiveIntegerField("有用", default=0)
    useless = models.PositiveIntegerField("没用", default=0)

    class Meta:
        verbose_name = "网页日计"
        verbose_name_plural = "网页日计"
        ordering = ["-day", "-visits"]
        constraints = [models.UniqueConstraint(fields=["office", "path", "day"], name="page_day_once")]
        indexes = [models.Index(fields=["office", "day"], name="page_day")]

    def __str__(self) -> str:
        return f"{self.path}（{self.day:%Y-%m-%d}）"


class LogMark(models.Model):
    """Up to where a log of visits has been added up (日志书签)."""

    begins = models.CharField("首行摘要", max_length=64, unique=True, help_text="日志路径与首行的SHA-256：改名后仍认得")
    log = models.CharField("日志", max_length=1000)
    read = models.PositiveBigIntegerField("已计字节", default=0)
    at = models.DateTimeField("最近一次", auto_now=True)

    #: How long it is kept after the log was last there.
    KEPT = timedelta(days=30)

    class Meta:
        verbose_name = "日志书签"
        verbose_name_plural = "日志书签"

    def __str__(self) -> str:
        return f"{self.log}（{self.read}字节）"
