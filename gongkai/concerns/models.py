"""What the public is concerned about, and when the office spoke."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from gongkai.evidence.models import Record

from . import rules


class Source(models.TextChoices):
    """The office's own inboxes, what it is handed, and what is public. Nothing else is collected."""

    HOTLINE = "hotline", "热线转办"
    MAILBOX = "mailbox", "信箱"
    WEBSITE = "website", "网站留言"
    PUBLIC = "public", "公共信息"


class Kind(models.TextChoices):
    """The five kinds that are answered first (61号舆情), and the rest."""

    POLICY = "policy", "对重大政策的误解误读"
    INTERESTS = "interests", "涉及公众切身利益"
    LIVELIHOOD = "livelihood", "民生领域"
    EMERGENCY = "emergency", "突发事件"
    REQUIRED = "required", "上级要求回应"
    OTHER = "other", "其他"


class Grade(models.TextChoices):
    EXCEPTIONAL = rules.Grade.EXCEPTIONAL, "特别重大"
    MAJOR = rules.Grade.MAJOR, "重大"
    ORDINARY = rules.Grade.ORDINARY, "一般"


class Concern(Record):
    """社会关切: one matter people are concerned about, by subject, and the office's answers to it.

    There is no field for who raised it, and there will be none. `first_due_at` and `press_due_at`
    follow from the moments and are written by `actions.derive` alone.
    """

    subject = models.CharField("事项", max_length=200, help_text="写事情，不写人")
    source = models.CharField("来源", max_length=20, choices=Source)
    source_number = models.CharField("来源编号", max_length=80, blank=True, help_text="如热线工单号")
    kind = models.CharField("类别", max_length=20, choices=Kind, default=Kind.OTHER)
    grade = models.CharField("等级", max_length=20, choices=Grade, default=Grade.ORDINARY)
    occurred_at = models.DateTimeField("发生时间", null=True, blank=True)
    found_at = models.DateTimeField("发现时间", help_text="收到转办、留言或发现公共信息的时间")
    graded_at = models.DateTimeField("研判定级时间", null=True, blank=True)
    first_due_at = models.DateTimeField("首次回应时限", null=True, blank=True, editable=False, help_text="特别重大、重大事项5小时，其他48小时（国办发〔2016〕80号、61号）")
    first_response_at = models.DateTimeField("首次回应时间", null=True, blank=True)
    press_due_at = models.DateTimeField("新闻发布会时限", null=True, blank=True, editable=False, help_text="特别重大、重大事项24小时（国办发〔2016〕61号）")
    press_at = models.DateTimeField("新闻发布会时间", null=True, blank=True, help_text="特别重大、重大事项填写")
    replied_at = models.DateTimeField("答复办结时间", null=True, blank=True)
    reply_summary = models.TextField("回应要点", blank=True)
    reply_url = models.URLField("回应网址", max_length=300, blank=True)
    is_misinformation = models.BooleanField("虚假或不完整信息", default=False)
    clarified_at = models.DateTimeField("澄清时间", null=True, blank=True)

    happenings = {"first_response_at": (), "press_at": (), "replied_at": (), "clarified_at": ()}

    class Meta:
        verbose_name = "社会关切"
        verbose_name_plural = "社会关切"
        ordering = ["-found_at", "-id"]
        indexes = [models.Index(fields=["office", "found_at"], name="concern_found")]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_response_at=None) | Q(first_response_at__gte=F("found_at")),
                name="concern_answered_after_found", violation_error_message="首次回应时间早于发现时间",
            ),
            models.CheckConstraint(
                condition=Q(press_at=None) | ~Q(grade="ordinary"),
                name="concern_press_only_if_serious", violation_error_message="一般事项不登记新闻发布会时间",
            ),
            models.CheckConstraint(
                condition=Q(replied_at=None) | Q(first_response_at__isnull=False, replied_at__gte=F("first_response_at")),
                name="concern_replied_after_first", violation_error_message="答复办结时间早于首次回应时间",
            ),
            models.CheckConstraint(
                condition=Q(clarified_at=None) | Q(is_misinformation=True),
                name="concern_clarified_if_false", violation_error_message="未登记为虚假或不完整信息，不登记澄清时间",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject

    @property
    def facts(self) -> rules.Facts:
        """Its moments for `rules`."""
        return rules.Facts(
            grade=self.grade, found_at=self.found_at, occurred_at=self.occurred_at, graded_at=self.graded_at,
            first_response_at=self.first_response_at, press_at=self.press_at, replied_at=self.replied_at,
        )  # fmt: skip

    @property
    def answered_by(self) -> datetime | None:
        """When everything owed had been said: the first word, and for serious matters the press conference."""
        if self.first_response_at is None or (self.press_due_at and self.press_at is None):
            return None
        return max(self.first_response_at, self.press_at or self.first_response_at)

    answered_by.fget.short_description = "回应完成时间"
