"""What a concern obliges the office to, and by when."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from gongkai.sockets import Duty, duties

from . import rules
from .indicators import midnight
from .models import Concern


@duties("concerns.respond", "回应社会关切", "61号舆情 舆情")
def responses(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """The first word on every concern, and for serious ones a press conference. Duties are owed by a day: the one the hours end on."""
    begin, end = midnight(since), midnight(today + timedelta(days=1))
    kept = Concern.objects.of(office_id).current().filter(found_at__lt=end)
    owed = Q(first_response_at=None) | Q(first_response_at__gte=begin)
    owed |= Q(press_due_at__isnull=False) & (Q(press_at=None) | Q(press_at__gte=begin))
    for concern in kept.filter(owed).order_by("pk"):
        if concern.first_response_at is None or concern.first_response_at >= begin:
            yield _duty(concern, "回应社会关切", rules.response_basis(concern.grade), concern.first_due_at, concern.first_response_at)
        if concern.press_due_at and (concern.press_at is None or concern.press_at >= begin):
            yield _duty(concern, "举行新闻发布会", "61号舆情 舆情", concern.press_due_at, concern.press_at)


def _duty(concern: Concern, title: str, basis: str, due_at, done_at) -> Duty:
    return Duty(
        key="concerns.respond", subject=concern.subject, title=title, due_on=_day(due_at), basis=basis,
        url=reverse("registers:edit", args=["concerns", concern.pk]), section_id=concern.section_id,
        done_on=_day(done_at), begins_on=_day(concern.found_at), waiting="" if due_at else "时限尚未起算",
    )  # fmt: skip


def _day(moment) -> date | None:
    return timezone.localdate(moment) if moment else None
