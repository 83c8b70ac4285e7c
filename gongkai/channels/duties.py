"""What the channels owe: a failure that waits for a person, and what only a person can carry over or take back."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from gongkai.sockets import Duty, duties

from .models import Delivery

BASIS = "本机关发布渠道管理要求"


def _day(at: datetime | None) -> date | None:
    return timezone.localtime(at).date() if at else None


def _duty(key: str, delivery: Delivery, title: str, begins: datetime, done: datetime | None = None) -> Duty:
    return Duty(
        key=key, subject=str(delivery), title=title, due_on=_day(begins), basis=BASIS, url=reverse("channels_delivery", args=[delivery.pk]),
        section_id=delivery.section_id, done_on=_day(done), begins_on=_day(begins),
    )  # fmt: skip


@duties("channels.failed", "处理投递失败", BASIS)
def failed(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """A delivery that stopped and waits for a person, from the day it stopped."""
    for delivery in Delivery.objects.of(office_id).filter(failed_at__date__lte=today, withdrawn_at=None).order_by("failed_at", "pk").defer("content"):
        yield _duty("channels.failed", delivery, "处理投递失败", delivery.failed_at)


@duties("channels.by_hand", "人工投递或撤回", BASIS)
def by_hand(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """What no machine can send (gazette, an account without interface), until its receipt is typed; and what it can't take back."""
    mine = Delivery.objects.of(office_id).filter(by_hand=True).defer("content")
    # What was withdrawn before anybody carried it over was never owed.
    sending = mine.filter(asked_at__date__lte=today).filter(Q(confirmed_at=None, withdraw_asked_at=None) | Q(confirmed_at__date__gte=since))
    for delivery in sending.order_by("asked_at", "pk"):
        yield _duty("channels.by_hand", delivery, f"人工投递到{delivery.get_channel_display()}并登记回执", delivery.asked_at, delivery.confirmed_at)
    taking = mine.filter(withdraw_asked_at__date__lte=today).exclude(confirmed_at=None).filter(Q(withdrawn_at=None) | Q(withdrawn_at__date__gte=since))
    for delivery in taking.order_by("withdraw_asked_at", "pk"):
        what = "通知公报编辑部更正或声明" if delivery.channel == "gazette" else f"从{delivery.get_channel_display()}人工撤回"
        yield _duty("channels.by_hand", delivery, what, delivery.withdraw_asked_at, delivery.withdrawn_at)
