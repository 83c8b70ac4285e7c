"""What was sent for review, what was said of it, and that exactly this went out.

None of it is ever changed: a submission and an opinion are evidence. The database refuses.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from . import rules


class SubmissionQuerySet(models.QuerySet):
    def of(self, office) -> "SubmissionQuerySet":
        return self.filter(office_id=getattr(office, "pk", office))

    def about(self, record) -> "SubmissionQuerySet":
        """The submissions of one record, oldest first."""
        return self.filter(kind=record._meta.label, record_id=record.pk).order_by("number")

    def newest(self) -> "SubmissionQuerySet":
        """Of each record only the last one."""
        later = SubmissionQuerySet(self.model).filter(kind=models.OuterRef("kind"), record_id=models.OuterRef("record_id"), number__gt=models.OuterRef("number"))
        return self.filter(~models.Exists(later))


class Submission(models.Model):
    """An unchangeable copy of exactly what is to go out (送审稿): text, files, attribute and channels, under one digest.

    `number` counts the submissions of one record from 1. `titles` are those of channels that take another than the item's own. `edited_at` names the step whose reviewer made this one by
    changing what lay before him.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    section = models.ForeignKey("accounts.Section", models.PROTECT, null=True, related_name="+", verbose_name="承办科室")
    kind = models.CharField("类别", max_length=80)
    record_id = models.BigIntegerField("记录")
    number = models.PositiveIntegerField("次序")
    title = models.CharField("标题", max_length=300)
    content = models.JSONField("内容")
    files = models.JSONField("附件", default=list)
    attribute = models.CharField("公开属性", max_length=12)
    channels = models.JSONField("发布渠道", default=list)
    titles = models.JSONField("渠道标题", default=dict, blank=True)
    content_class = models.CharField("内容类别", max_length=20, default="general")
    digest = models.CharField("摘要", max_length=64)
    author_ids = models.JSONField("撰稿人", default=list)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="送审人")
    submitted_at = models.DateTimeField("送审时间")
    emergency = models.BooleanField("应急发布", default=False)
    emergency_reason = models.CharField("应急理由", max_length=300, blank=True)
    edited_at = models.CharField("审核中修改", max_length=8, blank=True, choices=[(step.value, step.label) for step in rules.REVIEWS])
    afresh = models.BooleanField("撤回后重新送审", default=False)
    note = models.CharField("送审说明", max_length=500, blank=True)
    beside = models.JSONField("绑定发布的内容", default=list)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "送审稿"
        verbose_name_plural = "送审稿"
        ordering = ["-submitted_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["kind", "record_id", "number"], name="submission_number_once")]
        indexes = [models.Index(fields=["office", "submitted_at"], name="submission_submitted")]

    def __str__(self) -> str:
        return f"《{self.title}》第{self.number}次送审稿"

    @property
    def sent(self) -> rules.Sent:
        return rules.Sent(
            self.number, self.digest, frozenset(self.author_ids), self.submitted_at,
            rules.Step(self.edited_at) if self.edited_at else None, self.submitted_by_id if self.edited_at else None, self.emergency, self.afresh,
        )


class Look(models.Model):
    """One opinion, of one person at one step, on one submission (审核意见)."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="looks", verbose_name="送审稿")
    step = models.CharField("环节", max_length=8, choices=[(step.value, step.label) for step in rules.Step])
    verdict = models.CharField("结论", max_length=10, choices=[(verdict.value, verdict.label) for verdict in rules.Verdict])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="审核人")
    acting_for = models.ForeignKey("accounts.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所任岗位")
    at = models.DateTimeField("时间")
    checklist = models.JSONField("检查项", default=dict)
    opinion = models.TextField("意见", blank=True)

    class Meta:
        verbose_name = "审核意见"
        verbose_name_plural = "审核意见"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "step"], condition=Q(verdict="pass"), name="look_passed_once", violation_error_message="该环节已经通过。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_step_display()}：{self.get_verdict_display()}"

    @property
    def fact(self) -> rules.Look:
        return rules.Look(self.submission.number, rules.Step(self.step), rules.Verdict(self.verdict), self.by_id, self.at)


class Mark(models.Model):
    """A remark on words of a submission (审核标注): where, which words, what about them."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="marks", verbose_name="送审稿")
    path = models.CharField("位置", max_length=80)
    quote = models.CharField("所指文字", max_length=300, blank=True)
    note = models.CharField("标注", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="标注人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "审核标注"
        verbose_name_plural = "审核标注"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.note


class Release(models.Model):
    """That an approved submission went out (放行): once, whoever pressed how often."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="release", verbose_name="送审稿")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="放行人")
    at = models.DateTimeField("时间")
    way = models.CharField("方式", max_length=12, choices=[("button", "按钮"), ("schedule", "定时"), ("bundle", "绑定发布"), ("command", "命令")])

    class Meta:
        verbose_name = "放行"
        verbose_name_plural = "放行"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.submission}已放行"


class Withdrawal(models.Model):
    """That what had gone out was taken back (撤回), with the reason."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="withdrawal", verbose_name="送审稿")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回人", help_text="到期自动撤下的没有撤回人")
    at = models.DateTimeField("时间")
    reason = models.CharField("原因", max_length=300)

    class Meta:
        verbose_name = "撤回"
        verbose_name_plural = "撤回"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.submission}已撤回"


class Schedule(models.Model):
    """A time at which a submission goes out by itself (定时发布). It names one submission and no other."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="schedules", verbose_name="送审稿")
    release_at = models.DateTimeField("定时时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="设定人")
    set_at = models.DateTimeField("设定时间")
    done_at = models.DateTimeField("办结时间", null=True, blank=True)
    outcome = models.CharField("结果", max_length=300, blank=True)

    class Meta:
        verbose_name = "定时发布"
        verbose_name_plural = "定时发布"
        ordering = ["release_at"]
        constraints = [models.UniqueConstraint(fields=["submission"], condition=Q(done_at=None), name="schedule_open_once", violation_error_message="该送审稿已设定时发布。")]

    def __str__(self) -> str:
        return f"{self.submission} {self.release_at:%Y-%m-%d %H:%M}"


class Bundle(models.Model):
    """Records that go out together or not at all (绑定发布): a policy with what explains it.

    Who belongs to it is part of every member's digest, so that a member put in later lets the approvals fall.
    `release_at` lets it go out by itself; `outcome` says what became of that.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    title = models.CharField("名称", max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="建立人")
    made_at = models.DateTimeField("建立时间")
    release_at = models.DateTimeField("定时时间", null=True, blank=True)
    scheduled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="设定人")
    outcome = models.CharField("结果", max_length=500, blank=True)
    released_at = models.DateTimeField("放行时间", null=True, blank=True)

    class Meta:
        verbose_name = "绑定发布"
        verbose_name_plural = "绑定发布"
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.title


class BundleItem(models.Model):
    """One record of a bundle. It is in one open bundle at most; `is_open` ends with the release."""

    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="items", verbose_name="绑定发布")
    kind = models.CharField("类别", max_length=80)
    record_id = models.BigIntegerField("记录")
    is_open = models.BooleanField("未放行", default=True)

    class Meta:
        verbose_name = "绑定的内容"
        verbose_name_plural = "绑定的内容"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "record_id"], condition=Q(is_open=True), name="bundled_once", violation_error_message="该内容已在另一个绑定发布中。"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.record_id}"


class ReviewTemplate(models.Model):
    """Who takes which step for one class of content (审核模板), where the office differs from what is shipped.

    `channel` empty: on every channel that has no template of its own.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    channel = models.CharField("渠道", max_length=10, blank=True)
    content_class = models.CharField("内容类别", max_length=20)
    takers = models.JSONField("审核人员安排", help_text="每个环节由哪些岗位办理")
    starts_on = models.DateField("起")
    reason = models.CharField("理由", max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="设定人")

    class Meta:
        verbose_name = "审核模板"
        verbose_name_plural = "审核模板"
        ordering = ["content_class", "-starts_on", "-id"]

    def __str__(self) -> str:
        return f"{self.content_class} {self.starts_on:%Y-%m-%d}"
