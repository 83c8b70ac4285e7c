"""What an office adds to the shipped rules: calendar notices and adjusted figures."""

from django.conf import settings
from django.db import models


class CalendarNoticeRow(models.Model):
    """A holiday notice of the State Council's office, as entered at the desk (放假安排通知).

    It takes effect only when confirmed, after its effect on open clocks has been shown.
    """

    year = models.PositiveIntegerField("年度")
    number = models.CharField("文号或标题", max_length=100)
    published_on = models.DateField("发布日期")
    address = models.URLField("网址", blank=True)
    days = models.JSONField("安排", help_text="日期到“放假”或“上班”")
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="录入人")
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人")

    class Meta:
        verbose_name = "放假安排通知"
        verbose_name_plural = "放假安排通知"
        ordering = ["-year", "-published_on"]

    def __str__(self) -> str:
        return f"{self.year}年放假安排（{self.number}）"


class Adjustment(models.Model):
    """An office's own value of a practice or house figure, from a day on, with the reason (口径调整)."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    room = models.CharField("模块", max_length=40)
    key = models.CharField("口径", max_length=60)
    starts_on = models.DateField("自")
    value = models.JSONField("数值")
    reason = models.CharField("理由", max_length=300)
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="调整人")

    class Meta:
        verbose_name = "口径调整"
        verbose_name_plural = "口径调整"
        ordering = ["room", "key", "starts_on"]

    def __str__(self) -> str:
        return f"{self.room}.{self.key} 自{self.starts_on:%Y-%m-%d}"
