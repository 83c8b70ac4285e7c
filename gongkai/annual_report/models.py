"""The report of a year, what was written into it, and what became of it."""

from django.conf import settings
from django.db import models

from gongkai.documents.models import Outward, OutwardQuerySet
from gongkai.evidence.models import Record


class ReportQuerySet(OutwardQuerySet):
    def public(self) -> "ReportQuerySet":
        """Released through the chain; one published elsewhere has no page here."""
        return self.out().exclude(shown_submission=None)


class Report(Outward, Record):
    """The annual report of an office for a year: what is frozen, reviewed and published.

    `section` is the section that draws it up; `correction` says what a new version puts right, once one is out.
    """

    year = models.PositiveIntegerField("年度")
    title = models.CharField("标题", max_length=200, blank=True, editable=False)
    column = models.ForeignKey("publishing.Column", models.PROTECT, null=True, blank=True, related_name="annual_reports", editable=False, verbose_name="栏目")
    published_on = models.DateField("公开日期", null=True, blank=True, editable=False)
    live = models.BooleanField("公开中", default=False, editable=False)
    correction = models.CharField("更正说明", max_length=500, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "年度报告"
        verbose_name_plural = "年度报告"
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["office", "year"], name="one_report_a_year")]

    def __str__(self) -> str:
        return f"{self.year}年政府信息公开工作年度报告"

    @staticmethod
    def path_of(pk: int) -> str:
        return f"reports/{pk}/index.html"


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


class WrittenPart(models.Model):
    """A text of one part of the report's prose, tokens included, or of what a new version puts right (`CORRECTION`).

    Never changed: a later row for the same part takes its place.
    """

    CORRECTION = "correction"

    report = models.ForeignKey(Report, models.PROTECT, related_name="written", verbose_name="年度报告")
    part = models.CharField("部分", max_length=20)
    text = models.TextField("正文")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="撰稿人")
    at = models.DateTimeField("写成时间", auto_now_add=True)

    class Meta:
        verbose_name = "年度报告正文"
        verbose_name_plural = "年度报告正文"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.report} {self.part}"


class GatheredReport(models.Model):
    """A published report brought in as a file and read by the checker: the office's own of an earlier year, or another office's.

    `cells` are the numbers of its tables by cell, `findings` what the checker said. Never changed: a later row for the same
    agency and year takes its place.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    agency = models.CharField("报告机关", max_length=100)
    year = models.PositiveIntegerField("年度")
    cells = models.JSONField("表内数字", default=dict)
    text = models.TextField("正文", blank=True)
    findings = models.JSONField("核对结果", default=list)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name="原件")
    received_on = models.DateField("收到或公布日期", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "收集的年度报告"
        verbose_name_plural = "收集的年度报告"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return f"{self.agency}{self.year}年政府信息公开工作年度报告"


class GatheringBatch(models.Model):
    """Many files handed in at once, read one after another in the background: how far it is, and what became of each.

    `entries` are the files in their order: {"file": id, "name", "state": waiting, done, refused or cancelled, "said", "row": id}.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    received_on = models.DateField("公布日期", null=True, blank=True)
    entries = models.JSONField("文件", default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("开始时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = "批量登记年度报告"
        verbose_name_plural = "批量登记年度报告"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"第{self.pk}批（{len(self.entries)}个文件）"

    def count(self, state: str) -> int:
        """How many of its files are in a state: waiting, done, refused or cancelled."""
        return sum(entry["state"] == state for entry in self.entries)


class AgencyRoll(models.Model):
    """Who owes a report for a year to the office as superior, by name. Never changed: the newest row of a year counts."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    year = models.PositiveIntegerField("年度")
    names = models.JSONField("应报单位")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "年度报告应报单位名单"
        verbose_name_plural = "年度报告应报单位名单"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.year}年度报告应报单位{len(self.names)}个"


class OpeningList(models.Model):
    """The applications that were open when the first year here began, by number, from papers outside the system. The newest row counts."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="openings", verbose_name="年度报告")
    numbers = models.JSONField("申请编号")
    source = models.CharField("依据材料", max_length=300)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证附件")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "上年结转清单"
        verbose_name_plural = "上年结转清单"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.report}上年结转清单"


class Edition(models.Model):
    """A version of the report that went out: exactly this submission, on these frozen numbers. A later one is a correction (更正)."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="editions", verbose_name="年度报告")
    version = models.PositiveIntegerField("版本")
    submission = models.ForeignKey("reviewing.Submission", models.PROTECT, related_name="+", verbose_name="送审稿")
    account = models.ForeignKey("evidence.FrozenAccount", models.PROTECT, related_name="+", verbose_name="冻结数据")
    on = models.DateField("公开日期")

    class Meta:
        verbose_name = "年度报告版本"
        verbose_name_plural = "年度报告版本"
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["report", "version"], name="one_edition_a_version")]

    def __str__(self) -> str:
        return f"{self.report}第{self.version}版"


class HandIn(models.Model):
    """That the report was handed in (报送) to the superior: to whom, on which day, how, with the receipt."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="handed_in", verbose_name="年度报告")
    to = models.CharField("报送单位", max_length=100)
    on = models.DateField("报送日期")
    means = models.CharField("报送方式", max_length=100, help_text="如加盖公章的纸质件及电子件")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回执或签收单")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "报送记录"
        verbose_name_plural = "报送记录"
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.report}报送{self.to}"
