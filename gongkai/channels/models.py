"""Accounts at platforms, and each going-out of one released item by one channel."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gongkai.publishing.models import Category, Channel
from gongkai.vault import EncryptedTextField

from . import rules

WECHAT_HOST = "https://api.weixin.qq.com"


class ChannelAccount(models.Model):
    """The office's account at a platform (渠道账号): what the interface is called with.

    Secret and token are sealed in the database, and no page, log or audit row shows them.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    channel = models.CharField("渠道", max_length=10, choices=Channel, default=Channel.WECHAT)
    name = models.CharField("账号名称", max_length=60)
    app_id = models.CharField("AppID", max_length=64)
    app_secret = EncryptedTextField("AppSecret")
    api_base = models.CharField("接口地址", max_length=200, default=WECHAT_HOST)
    author = models.CharField("作者", max_length=16, blank=True, help_text="显示在文章标题下，不超过16个字")
    cover = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="默认封面")
    enabled = models.BooleanField("启用接口", default=True, help_text="停用后按人工投递办理")
    token = EncryptedTextField("调用凭证", blank=True, editable=False)
    token_until = models.DateTimeField("凭证有效期至", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "渠道账号"
        verbose_name_plural = "渠道账号"
        constraints = [models.UniqueConstraint(fields=["office", "channel"], name="account_once_a_channel")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}“{self.name}”"


class ChannelMedia(models.Model):
    """A picture already given to a platform (渠道素材), so that a second try does not upload it again."""

    class Use(models.TextChoices):
        CONTENT = "content", "正文图片"
        COVER = "cover", "封面"

    account = models.ForeignKey(ChannelAccount, models.CASCADE, related_name="media", verbose_name="渠道账号")
    use = models.CharField("用途", max_length=10, choices=Use)
    sha256 = models.CharField("SHA-256", max_length=64)
    media_id = models.CharField("素材编号", max_length=200, blank=True)
    url = models.CharField("素材网址", max_length=500, blank=True)
    at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = "渠道素材"
        verbose_name_plural = "渠道素材"
        constraints = [models.UniqueConstraint(fields=["account", "use", "sha256"], name="media_once")]

    def __str__(self) -> str:
        return f"{self.get_use_display()}{self.sha256[:12]}"


class DeliveryQuerySet(models.QuerySet):
    def of(self, office) -> "DeliveryQuerySet":
        return self.filter(office_id=getattr(office, "pk", office))

    def held(self, delivery) -> "Delivery":
        """The delivery, locked until the transaction ends."""
        return self.select_for_update().get(pk=getattr(delivery, "pk", delivery))

    def carrying(self, record) -> "DeliveryQuerySet":
        """Every going-out of a record, whichever approved text it was."""
        return self.filter(kind=record._meta.label, record_id=record.pk, office_id=record.office_id)

    def standing(self) -> "DeliveryQuerySet":
        """Neither withdrawn nor being withdrawn."""
        return self.filter(withdraw_asked_at=None, withdrawn_at=None)

    def due(self, now) -> "DeliveryQuerySet":
        """What a worker may take up now: its time has come, no person is waited for, no worker holds it."""
        return self.filter(next_at__lte=now, failed_at=None).filter(Q(taken_until=None) | Q(taken_until__lt=now))

    def in_state(self, state: rules.State) -> "DeliveryQuerySet":
        """Those of which `state_of` says so."""
        live = self.filter(withdrawn_at=None)
        well = live.filter(failed_at=None)
        going = well.filter(withdraw_asked_at=None)
        open_ = going.filter(confirmed_at=None)
        return {
            rules.State.WITHDRAWN: self.exclude(withdrawn_at=None),
            rules.State.FAILED: live.exclude(failed_at=None),
            rules.State.WITHDRAW_BY_HAND: well.exclude(withdraw_asked_at=None).filter(by_hand=True),
            rules.State.WITHDRAWING: well.exclude(withdraw_asked_at=None).filter(by_hand=False),
            rules.State.CONFIRMED: going.exclude(confirmed_at=None),
            rules.State.BY_HAND: open_.filter(by_hand=True),
            rules.State.SENT: open_.filter(by_hand=False).exclude(sent_at=None),
            rules.State.WAITING: open_.filter(by_hand=False, sent_at=None),
        }[state]


class Delivery(models.Model):
    """That one approved text of one item goes out by one channel (投递), once.

    What is sent is the snapshot kept here, not the record, which may have been edited since. Facts have
    dates; where it stands is derived. The row of (office, channel, kind, record, digest) is written
    before anything is sent and only one such row stands, so a second click finds it instead of posting again.
    The same text may go out once more after it was withdrawn, when it was reviewed anew: as another submission.
    """

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    section = models.ForeignKey("accounts.Section", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办科室")
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    by_hand = models.BooleanField("人工投递", default=False)
    kind = models.CharField("类别", max_length=80, help_text="模型名，如 publishing.Article")
    record_id = models.BigIntegerField("记录")
    digest = models.CharField("送审稿摘要", max_length=64)
    submission = models.BigIntegerField("送审稿", null=True, blank=True)
    title = models.CharField("标题", max_length=200)
    category = models.CharField("内容类别", max_length=16, choices=Category)
    is_infographic = models.BooleanField("图解", default=False)
    content = models.JSONField("内容", default=dict, help_text="html、摘要、原文网址，以及图片和附件对应的文件")
    reviews = models.JSONField("三审三校", default=list, help_text="三次审校各一对：人员编号与日期，没有的为空")
    secrecy_review = models.ForeignKey("publishing.SecrecyReview", models.PROTECT, related_name="+", verbose_name="保密审查")
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name="所替代的投递")
    change_reason = models.CharField("更正原因", max_length=300, blank=True)

    asked_at = models.DateTimeField("要求发布时间")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="发布人")
    draft_asked_at = models.DateTimeField("建草稿时间", null=True, blank=True)
    draft_id = models.CharField("草稿编号", max_length=200, blank=True)
    submit_asked_at = models.DateTimeField("提交时间", null=True, blank=True)
    publish_id = models.CharField("发布任务编号", max_length=100, blank=True)
    sent_at = models.DateTimeField("提交成功时间", null=True, blank=True)
    confirmed_at = models.DateTimeField("确认发布时间", null=True, blank=True)
    receipt = models.CharField("回执", max_length=120, blank=True)
    url = models.URLField("网址", max_length=500, blank=True)
    post = models.OneToOneField("publishing.ChannelPost", models.PROTECT, null=True, blank=True, related_name="delivery", verbose_name="发布记录")
    failed_at = models.DateTimeField("失败时间", null=True, blank=True)
    last_error = models.CharField("最近的错误", max_length=500, blank=True)
    attempts = models.PositiveIntegerField("连续失败次数", default=0)
    next_at = models.DateTimeField("下次办理时间", null=True, blank=True)
    taken_by = models.CharField("办理者", max_length=40, blank=True)
    taken_until = models.DateTimeField("占用至", null=True, blank=True)
    withdraw_asked_at = models.DateTimeField("要求撤回时间", null=True, blank=True)
    withdraw_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回人")
    withdraw_reason = models.CharField("撤回原因", max_length=300, blank=True)
    withdraw_told_at = models.DateTimeField("通知平台撤回时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdraw_note = models.CharField("撤回办理情况", max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "投递"
        verbose_name_plural = "投递"
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_next", condition=Q(failed_at=None)),
            models.Index(fields=["office", "-asked_at"], name="delivery_asked"),
            models.Index(fields=["kind", "record_id"], name="delivery_record"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["office", "channel", "kind", "record_id", "digest"], condition=Q(withdraw_asked_at=None), name="delivery_once"),
            models.CheckConstraint(condition=Q(confirmed_at=None) | ~Q(post=None), name="delivery_confirmed_has_post"),
            models.CheckConstraint(condition=~Q(supersedes=F("id")), name="delivery_not_after_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}《{self.title}》"

    @property
    def facts(self) -> rules.Facts:
        return rules.Facts(self.by_hand, self.sent_at, self.confirmed_at, self.failed_at, self.withdraw_asked_at, self.withdrawn_at)

    @property
    def state(self) -> rules.State:
        return rules.state_of(self.facts)
