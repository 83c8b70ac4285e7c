"""Events the office holds, supports or attends, the enterprises they reach, and interviews given."""

from django.db import models
from django.db.models import F, Q

from gongkai.evidence.models import Record, RecordQuerySet

from . import rules


class EventQuerySet(RecordQuerySet):
    def public(self) -> "EventQuerySet":
        """What took place or is announced; not what was cancelled."""
        return self.current().filter(cancelled_on=None)


class Event(Record):
    """A press conference, briefing or the like (活动), planned, held or cancelled: by its dates, not by a flag."""

    class Kind(models.TextChoices):
        PRESS_CONFERENCE = "press_conference", "新闻发布会"
        ONLINE_INTERVIEW = "online_interview", "在线访谈"
        BRIEFING = rules.BRIEFING, "政策宣讲会"
        BROADCAST = "broadcast", "直播节目"
        TRAINING = "training", "培训"

    class Part(models.TextChoices):
        HOST = rules.HOSTED, "主办"
        SUPPORT = "support", "配合"
        ATTEND = "attend", "参加"

    class Mode(models.TextChoices):
        ONLINE = rules.ONLINE, "线上"
        ON_SITE = rules.ON_SITE, "线下"
        BOTH = rules.BOTH, "线上线下结合"

    kind = models.CharField("活动类型", max_length=20, choices=Kind)
    part = models.CharField("参与方式", max_length=10, choices=Part, default=Part.HOST)
    mode = models.CharField("举办形式", max_length=10, choices=Mode)
    title = models.CharField("活动名称", max_length=200)
    planned_on = models.DateField("计划日期", null=True, blank=True, help_text="列入年度计划的填写；临时安排的不填")
    held_on = models.DateField("举办日期", null=True, blank=True)
    cancelled_on = models.DateField("取消日期", null=True, blank=True)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True)
    place = models.CharField("地点或平台", max_length=200, blank=True)
    host = models.CharField("主办单位", max_length=100, blank=True, help_text="由其他单位主办的填写")
    topics = models.TextField("主要内容", blank=True, help_text="所讲解的政策、新旧差异、办事指引等")
    url = models.URLField("网址", max_length=500, blank=True)
    proof = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证材料")

    happenings = {"held_on": ()}
    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "活动"
        verbose_name_plural = "宣讲与发布活动"
        ordering = ["-held_on", "-planned_on", "-id"]
        indexes = [models.Index(fields=["office", "held_on"], name="event_held"), models.Index(fields=["office", "planned_on"], name="event_planned")]
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_on__isnull=False) | Q(held_on__isnull=False),
                name="event_has_a_day", violation_error_message="计划日期和举办日期至少填一项。",
            ),
            models.CheckConstraint(
                condition=Q(held_on=None) | Q(cancelled_on=None),
                name="event_not_held_and_cancelled", violation_error_message="已举办的活动不能同时登记为取消。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}《{self.title}》"

    @property
    def state(self) -> rules.EventState:
        """计划中, 已举办 or 已取消."""
        return rules.state_of(self.held_on, self.cancelled_on)

    state.fget.short_description = "状态"


class Attendance(Record):
    """That an enterprise took part in an event (参加企业).

    Enterprises are told apart by their credit code: 家 counts codes once, 家次 counts attendances,
    人次 sums persons.
    """

    class Way(models.TextChoices):
        ONLINE = rules.ONLINE, "线上"
        ON_SITE = rules.ON_SITE, "线下"

    event = models.ForeignKey(Event, models.PROTECT, related_name="attendances", verbose_name="活动")
    enterprise = models.CharField("企业名称", max_length=200)
    credit_code = models.CharField("统一社会信用代码", max_length=18)
    persons = models.PositiveIntegerField("参加人数", default=1)
    town = models.CharField("所在镇街", max_length=50, blank=True)
    is_key_enterprise = models.BooleanField("重点企业", default=False)
    way = models.CharField("参加方式", max_length=10, choices=Way)
    proof = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签到材料")

    class Meta:
        verbose_name = "参加企业"
        verbose_name_plural = "参加企业"
        ordering = ["-event__held_on", "id"]
        indexes = [models.Index(fields=["office", "credit_code"], name="attendance_code")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "credit_code", "way"], condition=Q(voided_at=None),
                name="attendance_once", violation_error_message="该企业以这种方式参加本次活动已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(persons__gte=1),
                name="attendance_of_someone", violation_error_message="参加人数至少为1人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise}参加{self.event}"


class Interview(Record):
    """An interview given to the media (媒体采访)."""

    class MediaKind(models.TextChoices):
        PAPER = "paper", "报刊"
        TELEVISION = "television", "电视"
        RADIO = "radio", "广播"
        AGENCY = "agency", "通讯社"
        SITE = "site", "新闻网站"
        SOCIAL = "social", "新媒体"

    interviewed_on = models.DateField("采访日期")
    media = models.CharField("媒体名称", max_length=100)
    media_kind = models.CharField("媒体类别", max_length=12, choices=MediaKind)
    subject = models.CharField("采访主题", max_length=200)
    interviewee = models.CharField("受访人", max_length=100, blank=True, help_text="姓名和职务")
    published_on = models.DateField("刊播日期", null=True, blank=True)
    url = models.URLField("报道链接", max_length=500, blank=True)
    proof = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证材料")

    class Meta:
        verbose_name = "媒体采访"
        verbose_name_plural = "媒体采访"
        ordering = ["-interviewed_on", "-id"]
        indexes = [models.Index(fields=["office", "interviewed_on"], name="interviewed")]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_on=None) | Q(published_on__gte=F("interviewed_on")),
                name="interview_published_after", violation_error_message="刊播日期不能早于采访日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.media}采访“{self.subject}”（{self.interviewed_on:%Y-%m-%d}）"
