"""Letters and what was done to them. What is frozen is never changed again: the database refuses.

What a letter says names people, so its text, its fields and its files are sealed at rest.
"""

import json

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property

from gongkai.vault import EncryptedTextField

from . import rules
from .subjects import handling_section


class LetterQuerySet(models.QuerySet):
    def of(self, office) -> "LetterQuerySet":
        return self.filter(office_id=getattr(office, "pk", office))

    def about(self, record) -> "LetterQuerySet":
        """The letters of one record, oldest first."""
        return self.filter(subject_kind=record._meta.label, subject_id=record.pk).order_by("pk")

    def in_hand(self) -> "LetterQuerySet":
        """Each with its `handling_section_id`, in the same question."""
        return self.annotate(handling_section_id=handling_section())

    def held(self, letter):
        """The letter, locked until the transaction ends."""
        return self.select_for_update().get(pk=letter.pk)


class Series(models.Model):
    """The counter of one 〔年〕号 series. Locked while a number is taken, so none is taken twice and none is left out."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    name = models.CharField("文种代字", max_length=10)
    year = models.PositiveIntegerField("年度")
    last = models.PositiveIntegerField("已用号数", default=0)

    class Meta:
        verbose_name = "文号"
        verbose_name_plural = "文号"
        constraints = [models.UniqueConstraint(fields=["office", "name", "year"], name="letters_series_once")]

    def __str__(self) -> str:
        return f"{self.name}〔{self.year}〕"


class Letter(models.Model):
    """A letter about one record. `subject_kind` and `subject_id` say which; `fields` is sealed JSON."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    section = models.ForeignKey("accounts.Section", models.PROTECT, null=True, related_name="+", verbose_name="承办科室")
    subject_kind = models.CharField("事项类别", max_length=80)
    subject_id = models.BigIntegerField("事项")
    subject_number = models.CharField("事项编号", max_length=60)
    kind = models.CharField("文书种类", max_length=40)
    remedy = models.CharField("救济途径", max_length=20, blank=True)
    written_on = models.DateField("成文日期")
    fields = EncryptedTextField("合并内容")
    digest = models.CharField("内容摘要（SM3）", max_length=64)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="拟稿人")
    drafted_at = models.DateTimeField("拟稿时间", auto_now_add=True)
    number = models.CharField("文号", max_length=60, blank=True)
    serial = models.PositiveIntegerField("序号", null=True)
    series = models.CharField("文种代字", max_length=10, blank=True)
    year = models.PositiveIntegerField("年度", null=True)
    frozen_at = models.DateTimeField("定稿时间", null=True)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="定稿人")

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "文书"
        verbose_name_plural = "文书"
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="letters_about")]
        constraints = [
            models.UniqueConstraint(fields=["office", "series", "year", "serial"], condition=~models.Q(serial=None), name="letters_number_once"),
            models.CheckConstraint(condition=models.Q(frozen_at=None, serial=None) | models.Q(frozen_at__isnull=False, serial__isnull=False), name="letters_frozen_with_number"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or f"{self.title}（{rules.State.DRAFT}）"

    @property
    def title(self) -> str:
        return rules.kinds()[self.kind].title

    @cached_property
    def handling_section_id(self) -> int | None:
        """The section that handles the letter, which is the one that has its record now. `section` is where it was drafted, and can't follow once it is frozen."""
        return Letter.objects.filter(pk=self.pk).in_hand().values_list("handling_section_id", flat=True).get()

    @property
    def values(self) -> dict[str, str]:
        return json.loads(self.fields or "{}")

    @property
    def text(self) -> str:
        """The wording in force on the day it is written, fields unfilled."""
        return rules.wording(rules.kinds()[self.kind], self.written_on, self.remedy)

    @property
    def paragraphs(self) -> list[list[rules.Part]]:
        return rules.merged(self.text, self.values)

    def content(self) -> dict:
        """Everything it says, for the digest and the printers."""
        return {
            "kind": self.kind, "title": self.title, "office": self.office.name, "written_on": self.written_on.isoformat(),
            "paragraphs": rules.plain(self.paragraphs), "enclosures": [[e.material.sha256, e.material.label] for e in self.enclosures.select_related("material").order_by("pk")],
        }  # fmt: skip

    def facts(self) -> rules.Facts:
        return rules.Facts(
            self.kind, self.drafted_by_id, self.digest,
            tuple(dict.fromkeys(part.field for parts in self.paragraphs for part in parts if part.missing)),
            tuple(rules.Signature(one.step, one.by_id, one.digest) for one in self.signatures.all()),
            self.frozen_at is not None, hasattr(self, "rendering"), hasattr(self, "stamp"), hasattr(self, "delivery"), hasattr(self, "void"),
            self.enclosures.count(),
        )  # fmt: skip

    @property
    def state(self) -> str:
        return str(rules.state_of(self.facts()))

    def corrected_day(self, of: str):
        """The day put right last, None where it stands as it was entered. Reads what was prefetched."""
        found = [one.on for one in self.corrections.all() if one.of == of]
        return found[-1] if found else None


class Material(models.Model):
    """A paper of one record: what was found, asked or received. It may be enclosed in that record's letters alone."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    subject_kind = models.CharField("事项类别", max_length=80)
    subject_id = models.BigIntegerField("事项")
    label = models.CharField("材料名称", max_length=200)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name="文件")
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人")

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "办理材料"
        verbose_name_plural = "办理材料"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.label

    @property
    def sha256(self) -> str:
        return self.file.sha256


class Enclosure(models.Model):
    """A paper enclosed in a letter."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="enclosures", verbose_name="文书")
    material = models.ForeignKey(Material, models.PROTECT, related_name="+", verbose_name="材料")

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        constraints = [models.UniqueConstraint(fields=["letter", "material"], name="letters_enclosed_once")]

    def __str__(self) -> str:
        return str(self.material)


class _Deed(models.Model):
    """Something done once to a letter, by somebody, at a moment."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.letter}：{self._meta.verbose_name}"


class Signature(_Deed):
    """One look at a draft, bound to its text by the digest. A changed text needs it again."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="signatures", verbose_name="文书")
    step = models.CharField("环节", max_length=10, choices=[(step.value, step.label) for step in rules.Step])
    opinion = models.CharField("意见", max_length=500, blank=True)
    digest = models.CharField("内容摘要（SM3）", max_length=64)

    class Meta:
        verbose_name = "审核签发"
        verbose_name_plural = "审核签发"
        ordering = ["id"]


class Rendering(_Deed):
    """The frozen letter as PDF and docx, sealed; written once."""

    letter = models.OneToOneField(Letter, models.PROTECT, related_name="rendering", verbose_name="文书")
    pdf = EncryptedTextField("PDF")
    pdf_sha256 = models.CharField("PDF摘要（SHA-256）", max_length=64)
    pdf_sm3 = models.CharField("PDF摘要（SM3）", max_length=64)
    docx = EncryptedTextField("docx")
    docx_sha256 = models.CharField("docx摘要（SHA-256）", max_length=64)

    class Meta:
        verbose_name = "定稿文书"
        verbose_name_plural = "定稿文书"


class Stamp(_Deed):
    """用印: the scan of the stamped paper, bound to the digest of the PDF it was printed from."""

    letter = models.OneToOneField(Letter, models.PROTECT, related_name="stamp", verbose_name="文书")
    scan = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name="用印件")
    pdf_sha256 = models.CharField("PDF摘要（SHA-256）", max_length=64)

    class Meta:
        verbose_name = "用印"
        verbose_name_plural = "用印"


class Delivery(_Deed):
    """送达: how, when, and what proves it."""

    class Way(models.TextChoices):
        DIRECT = "direct", "直接送达"
        POST = "post", "邮寄（邮政企业）"
        NETWORK = "network", "电子邮件或网上平台"
        AGENCY = "agency", "委托其他机关送达"

    class Carrier(models.TextChoices):
        """235号 二: through the post office, by mail that leaves a trace."""

        EMS = "ems", "邮政特快专递（EMS）"
        REGISTERED = "registered", "邮政挂号信"

    letter = models.OneToOneField(Letter, models.PROTECT, related_name="delivery", verbose_name="文书")
    way = models.CharField("送达方式", max_length=10, choices=Way)
    carrier = models.CharField("邮件种类", max_length=10, choices=Carrier, blank=True)
    on = models.DateField("送达日期", help_text="邮寄的为交邮之日，直接送达、委托送达的为签收之日")
    proof = models.CharField("送达凭据", max_length=200, help_text="如邮件号码、签收人、回执编号")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="凭据扫描")

    class Meta:
        verbose_name = "送达"
        verbose_name_plural = "送达"

    @property
    def day(self):
        """The day it counts for: as entered, or as it was corrected last."""
        return self.letter.corrected_day(DayCorrection.Of.DELIVERY) or self.on


class Receipt(_Deed):
    """签收: the day on which a posted letter arrived. Where a period runs from receipt (109号 6, 条例 32), it runs from here."""

    letter = models.OneToOneField(Letter, models.PROTECT, related_name="receipt", verbose_name="文书")
    on = models.DateField("签收日期")
    proof = models.CharField("签收凭据", max_length=200)

    class Meta:
        verbose_name = "签收"
        verbose_name_plural = "签收"

    @property
    def day(self):
        return self.letter.corrected_day(DayCorrection.Of.RECEIPT) or self.on


class DayCorrection(_Deed):
    """更正日期: a day of delivery or receipt that was mistyped: what stood there, what is true, and why. The deed itself stays as it was entered."""

    class Of(models.TextChoices):
        DELIVERY = "delivery", "送达日期"
        RECEIPT = "receipt", "签收日期"

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="corrections", verbose_name="文书")
    of = models.CharField("更正何日", max_length=10, choices=Of)
    was = models.DateField("原登记日期")
    on = models.DateField("更正后日期")
    reason = models.CharField("更正原因和凭据", max_length=300)

    class Meta:
        verbose_name = "更正日期"
        verbose_name_plural = "更正日期"
        ordering = ["id"]


class Void(_Deed):
    """作废: the number stays with its reason and is not used again."""

    letter = models.OneToOneField(Letter, models.PROTECT, related_name="void", verbose_name="文书")
    reason = models.CharField("作废原因", max_length=300)

    class Meta:
        verbose_name = "作废"
        verbose_name_plural = "作废"
