"""What a number rests on: records, and the accounts frozen from them."""

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from gongkai.law.calendar import chinese_date


class RecordQuerySet(models.QuerySet):
    """Questions every register can be asked."""

    def of(self, office) -> "RecordQuerySet":
        """The office's own; takes an office or its id."""
        return self.filter(office_id=getattr(office, "pk", office))

    def current(self) -> "RecordQuerySet":
        """Not voided."""
        return self.filter(voided_at=None)

    def held(self, record):
        """The record, locked until the transaction ends."""
        return self.select_for_update().get(pk=record.pk)

    def public(self) -> "RecordQuerySet":
        """What the outside may see: nothing, unless the model says otherwise."""
        return self.none()


class Record(models.Model):
    """One thing an office did, received or owes: what every number is a list of.

    A record is never deleted by people but voided with a reason, and while a frozen account rests on
    it the database refuses to delete it.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    section = models.ForeignKey("accounts.Section", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办科室")
    remarks = models.TextField("备注", blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    changed_at = models.DateTimeField("修改时间", auto_now=True)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True, editable=False)
    void_reason = models.CharField("作废原因", max_length=300, blank=True, editable=False)
    brought_by = models.BigIntegerField("导入批次", null=True, blank=True, editable=False)

    #: Dated facts a list shows, each with the shown fields that are known only once it has happened.
    #: As of an earlier day they read blank: what had not happened by then is not told.
    happenings: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True


class FrozenAccount(models.Model):
    """An account as it stood: what had occurred by `as_of`, as known when it was frozen.

    Never changed. A later correction is a new version, whose `previous` is this one.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    subject_kind = models.CharField("对象类别", max_length=80)
    subject_id = models.BigIntegerField("对象编号")
    title = models.CharField("名称", max_length=200)
    year = models.PositiveIntegerField("年度")
    as_of = models.DateField("截至日期")
    version = models.PositiveIntegerField("版本")
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="following", verbose_name="上一版本")
    reason = models.CharField("说明", max_length=300, blank=True)
    frozen_at = models.DateTimeField("冻结时间")
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="冻结人")
    content = models.JSONField("内容")
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "冻结账"
        verbose_name_plural = "冻结账"
        ordering = ["-as_of", "-version"]
        constraints = [models.UniqueConstraint(fields=["subject_kind", "subject_id", "version"], name="frozen_version_once")]

    def __str__(self) -> str:
        return f"{self.title}（截至{chinese_date(self.as_of)}，第{self.version}版）"


class FrozenValue(models.Model):
    """One number of a frozen account."""

    account = models.ForeignKey(FrozenAccount, models.PROTECT, related_name="values", verbose_name="冻结账")
    key = models.CharField("指标", max_length=120)
    label = models.CharField("名称", max_length=200)
    unit = models.CharField("单位", max_length=20, blank=True)
    number = models.DecimalField("数值", max_digits=20, decimal_places=4)

    class Meta:
        verbose_name = "冻结数值"
        verbose_name_plural = "冻结数值"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="frozen_value_once")]

    def __str__(self) -> str:
        return f"{self.label} {self.number}{self.unit}"


class FrozenRow(models.Model):
    """One record behind a frozen value, as its row was shown, without personal data."""

    value = models.ForeignKey(FrozenValue, models.PROTECT, related_name="rows", verbose_name="冻结数值")
    position = models.PositiveIntegerField("次序")
    kind = models.CharField("类别", max_length=80)
    record_id = models.BigIntegerField("记录")
    part = models.CharField("归类", max_length=80, blank=True)
    shown = models.JSONField("所示内容")

    class Meta:
        verbose_name = "冻结明细"
        verbose_name_plural = "冻结明细"
        ordering = ["position"]
        indexes = [models.Index(fields=["kind", "record_id"], name="frozen_row_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


def resting_on(record) -> models.QuerySet:
    """The frozen accounts that rest on a record."""
    return FrozenAccount.objects.filter(Q(values__rows__kind=record._meta.label, values__rows__record_id=record.pk)).distinct()
