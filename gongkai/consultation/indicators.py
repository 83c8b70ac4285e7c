"""The numbers of consultations: drafts put out, opinions received, and whether they were answered in time.

A consultation to which nobody answered owes no feedback: it bears the claim out once its window is
over. So does one whose feedback came late although there was nothing to feed back on.
"""

from django.db.models import Exists, F, OuterRef, Q

from gongkai.evidence.queries import as_text
from gongkai.sockets import Claim, Indicator, Scope, register_indicator

from .models import Opinion


def published(scope: Scope) -> Q:
    return Q(published_on__range=(scope.since, scope.as_of))


def _heard(scope: Scope) -> Q:
    """Some opinion had come by then. A subquery, so that no row is counted once for each opinion."""
    return Q(Exists(Opinion.objects.filter(consultation=OuterRef("pk"), voided_at=None, received_on__lte=scope.as_of)))


def _unanswered(scope: Scope) -> Q:
    return Q(feedback_on__isnull=True) | Q(feedback_on__gt=scope.as_of)


def fed_back(scope: Scope) -> Q:
    done = Q(feedback_on__lte=scope.as_of)
    nothing_owed = ~_heard(scope) & (done | Q(ends_on__lt=scope.as_of))
    return (done & Q(feedback_on__lte=F("feedback_due_on"))) | nothing_owed


def feedback_not_due(scope: Scope) -> Q:
    return _unanswered(scope) & (
        (_heard(scope) & Q(feedback_due_on__gte=scope.as_of)) | (~_heard(scope) & Q(ends_on__gte=scope.as_of))
    )


def feedback_late(scope: Scope) -> Q:
    late = Q(feedback_on__lte=scope.as_of, feedback_on__gt=F("feedback_due_on"))
    return _heard(scope) & (late | (_unanswered(scope) & Q(feedback_due_on__lt=scope.as_of)))


def tell(consultation) -> str:
    """One exceptional draft: its name, the last day for feedback, the day of it."""
    ended = f"反馈日期{as_text(consultation.feedback_on)}" if consultation.feedback_on else "尚未反馈"
    return f"《{consultation.title}》（最后一日{as_text(consultation.feedback_due_on)}，{ended}）"


register_indicator(Indicator(
    key="consultation.drafts", label="发出征求意见稿", unit="份", model="consultation.Consultation", where=published,
    date_field="published_on", shows=("title", "kind", "published_on", "ends_on", "feedback_due_on", "feedback_on"),
    register="consultations", basis="优化营商环境条例 62.2", description="发布日期在期间内的征求意见稿。",
    words=("发出征求意见稿", "征求意见稿", "公开征求意见", "发布征求意见稿"),
    claims=(Claim(
        key="fed_back", label="均在1个月内反馈", basis="优化营商环境条例 62.2",
        held=fed_back, pending=feedback_not_due, failed=feedback_late,
        phrase="于征求意见结束后1月内反馈", pending_phrase="尚在征求意见或反馈期限内", failed_phrase="未按期反馈", exception=tell,
    ),),
    duties=("consultation.feedback",),
))  # fmt: skip


# Opinions


def received(scope: Scope) -> Q:
    return Q(received_on__range=(scope.since, scope.as_of))


DUE = "consultation__feedback_due_on"


def answered(scope: Scope) -> Q:
    return Q(fed_back_on__lte=scope.as_of) & Q(fed_back_on__lte=F(DUE))


def answer_not_due(scope: Scope) -> Q:
    return _not_answered(scope) & Q(**{f"{DUE}__gte": scope.as_of})


def answered_late(scope: Scope) -> Q:
    late = Q(fed_back_on__lte=scope.as_of) & Q(fed_back_on__gt=F(DUE))
    return late | (_not_answered(scope) & Q(**{f"{DUE}__lt": scope.as_of}))


def _not_answered(scope: Scope) -> Q:
    return Q(fed_back_on__isnull=True) | Q(fed_back_on__gt=scope.as_of)


def tell_opinion(opinion) -> str:
    """One exceptional opinion: where, its number, the last day, the day of the answer. Never who gave it."""
    ended = f"反馈日期{as_text(opinion.fed_back_on)}" if opinion.fed_back_on else "尚未反馈"
    return f"《{opinion.consultation.title}》第{opinion.number}号（最后一日{as_text(opinion.consultation.feedback_due_on)}，{ended}）"


register_indicator(Indicator(
    key="consultation.opinions", label="收到意见建议", unit="条", model="consultation.Opinion", where=received,
    date_field="received_on",
    shows=("consultation", "number", "source", "received_on", "disposition", "consultation.feedback_due_on", "fed_back_on"),
    register="opinions", basis="优化营商环境条例 62.2", description="收到日期在期间内的意见建议，按条计。",
    words=("收到意见", "收到意见建议", "收到反馈意见", "意见建议"), related=("consultation",),
    claims=(Claim(
        key="fed_back_in_month", label="均在1个月内反馈", basis="优化营商环境条例 62.2",
        held=answered, pending=answer_not_due, failed=answered_late,
        phrase="于征求意见结束后1月内反馈", pending_phrase="尚在反馈期限内", failed_phrase="未按期反馈", exception=tell_opinion,
    ),),
    duties=("consultation.feedback",),
))  # fmt: skip
