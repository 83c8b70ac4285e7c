"""The audit log: rows that are only ever added, linked afterwards into a chain of SM3 digests."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class ChineseJSON(DjangoJSONEncoder):
    """Keeps Chinese as it is written, so that a search of the column finds it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{**kwargs, "ensure_ascii": False})


class Entry(models.Model):
    """One deed: who, when, which verb, on what, from where, what changed.

    Rows are added inside the deed's own transaction and never changed or removed (the database
    refuses both). The order of ids is not the order of commits, so linking is left to the sealer.
    """

    at = models.DateTimeField("时间", db_index=True)
    office_id = models.BigIntegerField("机关", null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="操作人", db_constraint=False)
    actor_name = models.CharField("操作人姓名", max_length=100)
    verb = models.CharField("动作", max_length=80, db_index=True)
    subject_kind = models.CharField("对象类别", max_length=80, blank=True)
    subject_id = models.CharField("对象编号", max_length=40, blank=True)
    subject_label = models.CharField("对象", max_length=300, blank=True)
    facts = models.JSONField("内容", default=dict, encoder=ChineseJSON)
    source = models.CharField("来源", max_length=100, blank=True)

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M} {self.actor_name} {self.verb}"


class Seal(models.Model):
    """One link of the chain: the digest of the link before it and of one entry."""

    number = models.BigIntegerField("序号", primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="seal", verbose_name="审计记录")
    previous = models.CharField("前一摘要", max_length=64)
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "审计封签"
        verbose_name_plural = "审计封签"
        ordering = ["number"]

    def __str__(self) -> str:
        return f"第{self.number}号封签"


class SealingLease(models.Model):
    """Who may seal at the moment: a single row, held for seconds, so that two sealers never fork the chain."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    holder = models.CharField("持有者", max_length=100, blank=True)
    until = models.DateTimeField("至", null=True)

    class Meta:
        verbose_name = "封签租约"
        verbose_name_plural = "封签租约"

    def __str__(self) -> str:
        return f"封签租约（{self.holder or '空闲'}）"
