"""What a consultation obliges the office to, and by when."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from gongkai.sockets import Duty, duties

from .models import Consultation, Opinion

BASIS = "优化营商环境条例 62.2"


@duties("consultation.feedback", "反馈征求意见采纳情况", BASIS)
def feedback(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """Feedback on what people said: a month after the window. Nothing said, nothing owed."""
    heard = Exists(Opinion.objects.filter(consultation=OuterRef("pk"), voided_at=None, received_on__lte=today))
    owed = Consultation.objects.of(office_id).current().filter(
        heard, Q(feedback_on=None) | Q(feedback_on__gte=since), published_on__lte=today
    )
    for consultation in owed.order_by("pk"):
        yield Duty(
            key="consultation.feedback", subject=consultation.title, title="反馈征求意见采纳情况",
            due_on=consultation.feedback_due_on, basis=BASIS, section_id=consultation.section_id,
            url=reverse("registers:edit", args=["consultations", consultation.pk]),
            done_on=consultation.feedback_on, begins_on=consultation.ends_on,
            waiting="征求意见尚未结束" if today <= consultation.ends_on else "",
        )
