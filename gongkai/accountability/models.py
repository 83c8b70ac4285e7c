"""Meetings, what was put before them, the yearly reports of posts, and the tallies of the ballots on them."""

from django.db import models
from django.db.models import F, Q

from gongkai.evidence.models import Record

from . import rules


class Meeting(Record):
    """A meeting at which the office accounts for itself (会议), planned, held or cancelled: by its dates."""

    class Kind(models.TextChoices):
        DIRECTORS = rules.DIRECTORS, "局长办公会"
        PARTY_GROUP = "party_group", "党组会"
        PARTY_GROUP_ENLARGED = "party_group_enlarged", "党组（扩大）会"
        INTEGRITY = "integrity", "党风廉政建设工作会议"
        SPECIAL = "special", "专题会"

    kind = models.CharField("会议类型", max_length=24, choices=Kind)
    title = models.CharField("会议名称", max_length=200)
    planned_on = models.DateField("计划日期", null=True, blank=True)
    held_on = models.DateField("召开日期", null=True, blank=True)
    cancelled_on = models.DateField("取消日期", null=True, blank=True)
    expected = models.PositiveIntegerField("应到人数", null=True, blank=True)
    present = models.PositiveIntegerField("实到人数", null=True, blank=True)
    minutes_number = models.CharField("纪要文号", max_length=60, blank=True)
    minutes = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="会议纪要")

    class Meta:
        verbose_name = "会议"
        verbose_name_plural = "会议"
        ordering = ["-held_on", "-planned_on", "-id"]
        indexes = [models.Index(fields=["office", "held_on"], name="meeting_held")]
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_on__isnull=False) | Q(held_on__isnull=False),
                name="meeting_has_a_day", violation_error_message="计划日期和召开日期至少填一项。",
            ),
            models.CheckConstraint(
                condition=Q(held_on=None) | Q(cancelled_on=None),
                name="meeting_not_held_and_cancelled", violation_error_message="已召开的会议不能同时登记为取消。",
            ),
            models.CheckConstraint(
                condition=Q(expected=None) | Q(present=None) | Q(present__lte=F("expected")),
                name="meeting_present_within_expected", violation_error_message="实到人数不能多于应到人数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}《{self.title}》"

    @property
    def state(self) -> rules.MeetingState:
        """计划中, 已召开 or 已取消."""
        return rules.state_of(self.held_on, self.cancelled_on)

    state.fget.short_description = "状态"


class AgendaItem(Record):
    """One item put before a meeting (议题). It was dealt with on the day the meeting was held."""

    class Topic(models.TextChoices):
        OPENNESS = rules.OPENNESS, "政务公开工作汇报"
        IDEOLOGY = rules.IDEOLOGY, "意识形态工作"
        NETWORK_IDEOLOGY = rules.NETWORK_IDEOLOGY, "网络意识形态工作"
        OTHER = "other", "其他"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name="会议")
    order = models.PositiveIntegerField("次序", default=1)
    topic = models.CharField("议题类别", max_length=20, choices=Topic)
    title = models.CharField("议题名称", max_length=200)
    reporter = models.CharField("汇报人", max_length=50, blank=True, help_text="姓名或职务")
    outcome = models.TextField("议定事项", blank=True)

    happenings = {"meeting.held_on": ("meeting.minutes_number",)}

    class Meta:
        verbose_name = "会议议题"
        verbose_name_plural = "会议议题"
        ordering = ["-meeting__held_on", "order", "id"]

    def __str__(self) -> str:
        return f"{self.get_topic_display()}《{self.title}》"


class AccountabilityReport(Record):
    """That the holder of a post accounted for the year at a meeting (述责述廉), spoken or in writing."""

    class Way(models.TextChoices):
        SPOKEN = "spoken", "现场"
        WRITTEN = "written", "书面"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="reports", verbose_name="会议")
    holder = models.CharField("述责述廉人", max_length=50)
    post = models.CharField("职务", max_length=60)
    unit = models.CharField("所在科室（机构）", max_length=60, help_text="述责述廉人所在的科室或机构；承办科室是登记本项工作的科室")
    way = models.CharField("方式", max_length=10, choices=Way)
    covers_ideology = models.BooleanField("包含意识形态工作责任制", default=False, help_text="含网络意识形态工作")
    document = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="报告文本")

    class Meta:
        verbose_name = "述责述廉"
        verbose_name_plural = "述责述廉"
        ordering = ["-meeting__held_on", "unit", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "holder", "unit", "post"], condition=Q(voided_at=None),
                name="report_once_a_meeting", violation_error_message="该同志在这次会议上的述责述廉已经登记。",
            ),
        ]

    def __str__(self) -> str:
        # The post, never the person: this goes into the log and into lists.
        return f"{self.unit}{self.post}述责述廉（{self.meeting.title}）"


class Ballot(Record):
    """The tally of the secret ballot on one report (民主评议): how many, never who."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="ballots", verbose_name="会议")
    report = models.ForeignKey(AccountabilityReport, models.PROTECT, related_name="ballots", verbose_name="评议对象")
    issued = models.PositiveIntegerField("发出票数")
    returned = models.PositiveIntegerField("收回票数")
    invalid = models.PositiveIntegerField("无效票数", default=0)
    good = models.PositiveIntegerField("好", default=0)
    fair = models.PositiveIntegerField("一般", default=0)
    poor = models.PositiveIntegerField("差", default=0)
    abstain = models.PositiveIntegerField("弃权", default=0)

    class Meta:
        verbose_name = "民主评议"
        verbose_name_plural = "民主评议"
        ordering = ["-meeting__held_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report"], condition=Q(voided_at=None),
                name="ballot_once_a_report", violation_error_message="该评议对象的评议结果已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(returned__lte=F("issued")),
                name="ballot_returned_within_issued", violation_error_message="收回票数不能多于发出票数。",
            ),
            models.CheckConstraint(
                condition=Q(returned=F("good") + F("fair") + F("poor") + F("abstain") + F("invalid")),
                name="ballot_adds_up", violation_error_message="各项票数合计与收回票数不符。",
            ),
        ]

    def __str__(self) -> str:
        return f"民主评议：{self.report.unit}{self.report.post}（{self.meeting.title}）"
