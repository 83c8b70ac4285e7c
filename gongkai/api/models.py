"""Which systems may speak to this one, with what they show at the door, and what each handed in."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from .rules import Scope


class ConnectedSystem(models.Model):
    """接入系统: a system of somebody else's, such as a 政务服务大厅, that may hand in applications and ask where they stand."""

    office = models.ForeignKey("accounts.Office", models.PROTECT, related_name="+", verbose_name="机关")
    name = models.CharField("系统名称", max_length=100, help_text="如“青禾市政务服务大厅”")
    keeper = models.CharField("管理单位和联系人", max_length=200, help_text="令牌交给谁，出了事找谁")
    since = models.DateField("登记日期")

    class Meta:
        verbose_name = "接入系统"
        verbose_name_plural = "接入系统"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["office", "name"], name="api_system_once", violation_error_message="已有同名的接入系统")]

    def __str__(self) -> str:
        return self.name


class TokenQuerySet(models.QuerySet):
    def valid(self, on) -> "TokenQuerySet":
        """Those that still open on that day."""
        return self.filter(revoked_at=None, expires_on__gte=on)


class AccessToken(models.Model):
    """接口令牌: what a system shows with every call. It was shown once; kept is its keyed hash, and its first letters to tell it by."""

    system = models.ForeignKey(ConnectedSystem, models.PROTECT, related_name="tokens", verbose_name="接入系统")
    head = models.CharField("令牌开头", max_length=12)
    token_hash = models.CharField("令牌摘要", max_length=64, unique=True)
    scopes = models.JSONField("可做的事")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="签发人")
    issued_at = models.DateTimeField("签发时间")
    expires_on = models.DateField("最后有效日")
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="停用人")
    revoked_at = models.DateTimeField("停用时间", null=True)
    last_used_on = models.DateField("最近使用日期", null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = "接口令牌"
        verbose_name_plural = "接口令牌"
        ordering = ["-issued_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(revoked_at=None) | Q(revoked_by__isnull=False), name="api_revoked_by_somebody")]

    def __str__(self) -> str:
        return f"{self.system}的令牌{self.head}…"

    @property
    def scope_labels(self) -> list[str]:
        return [Scope(scope).label for scope in self.scopes]


class HandedOver(models.Model):
    """接口提交: an application that a system handed in, under the key by which it may ask for it again.

    The same key with the same body is the same application; `body_digest` tells when the body is another.
    """

    reference = models.UUIDField("查询标识", default=uuid4, unique=True, editable=False)
    system = models.ForeignKey(ConnectedSystem, models.PROTECT, related_name="handed_over", verbose_name="接入系统")
    key_hash = models.CharField("幂等键摘要", max_length=64)
    body_digest = models.CharField("内容摘要", max_length=64)
    application = models.OneToOneField("foi.Application", models.PROTECT, related_name="handed_over", verbose_name="申请")
    at = models.DateTimeField("提交时间")

    class Meta:
        verbose_name = "接口提交"
        verbose_name_plural = "接口提交"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["system", "key_hash"], name="api_key_once")]

    def __str__(self) -> str:
        return f"{self.application.number}的接口提交"
