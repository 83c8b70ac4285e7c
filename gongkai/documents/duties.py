"""What a document owes by a day: its explanation, its submission to the gazette, its evaluation."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import Min, Q
from django.urls import reverse

from gongkai.law.clock import add_months
from gongkai.law.figures import figure
from gongkai.rulebook.queries import adjustments, calendar
from gongkai.sockets import Duty, duties

from . import rules
from .models import Evaluation, Kind, NormativeDocument


def _open_since(documents, name: str, since: date):
    """Those whose duty was open at some time since a day: not done, or done since. `name` is the done day's annotation."""
    return documents.filter(Q(**{name: None}) | Q(**{f"{name}__gte": since}))


@duties("documents.gazette", "上报政府公报", "22号 报送")
def gazette(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """A normative document goes to the gazette within thirty calendar days of signing."""
    documents = (
        NormativeDocument.objects.of(office_id).current().filter(signed_on__lte=today).exclude(gazette_due_on=None)
        .annotate(done_on=Min("gazette_submissions__submitted_on", filter=Q(gazette_submissions__voided_at=None)))
        .order_by("gazette_due_on", "pk")
    )
    for document in _open_since(documents, "done_on", since):
        yield Duty(
            key="documents.gazette", subject=str(document), title="上报政府公报", due_on=document.gazette_due_on, basis="22号 报送",
            url=reverse("registers:edit", args=["documents", document.pk]), section_id=document.section_id,
            done_on=document.done_on, begins_on=document.signed_on,
        )


@duties("documents.interpretation", "发布政策解读", "360号 同步解读")
def interpretation(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """A published document that needs it is explained by its last day, or exempted."""
    work = calendar()
    documents = (
        NormativeDocument.objects.of(office_id).current()
        .filter(needs_interpretation=True, published_on__lte=today).exclude(interpretation_due_on=None)
        .annotate(done_on=Min("interpretations__published_on", filter=Q(interpretations__voided_at=None)))
        .order_by("interpretation_due_on", "pk")
    )
    for document in _open_since(documents, "done_on", since):
        yield Duty(
            key="documents.interpretation", subject=str(document), title="发布政策解读", due_on=document.interpretation_due_on,
            basis="360号 同步解读", url=reverse("registers:edit", args=["documents", document.pk]), section_id=document.section_id,
            done_on=document.done_on, begins_on=document.published_on,
            provisional="；".join(work.provisional(document.published_on, document.interpretation_due_on)),
        )


@duties("documents.expiry_evaluation", "评估规范性文件", "277号 34")
def expiry_evaluation(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """A normative document is evaluated six months before its term ends, or every five years without one. Three queries."""
    adjusted = adjustments(office_id, "documents")
    ahead = figure("documents", "evaluation_warn_months", today, adjusted).value
    ended = min(since, date(today.year, 1, 1))
    finished = defaultdict(list)
    for document_id, day in Evaluation.objects.of(office_id).current().filter(document__isnull=False, finished_on__lte=today).values_list("document_id", "finished_on"):
        finished[document_id].append(day)
    documents = (
        NormativeDocument.objects.of(office_id).current().filter(kind=Kind.NORMATIVE, signed_on__lte=today)
        # Once the term has ended the evaluation can no longer be made; it was missed, and stays on the list to the end of the year.
        .filter(Q(expires_on=None) | Q(expires_on__gte=ended)).filter(Q(repealed_on=None) | Q(repealed_on__gte=ended)).order_by("pk")
    )
    for document in documents:
        owed = rules.evaluations_owed(
            document.effective_on or document.signed_on, document.expires_on, document.repealed_on, finished[document.pk], adjusted
        )
        for one in owed:
            begins = add_months(one.due_on, -ahead)
            if begins > today or (one.done_on is not None and one.done_on < since):
                continue
            yield Duty(
                key="documents.expiry_evaluation", subject=str(document), title="评估规范性文件", due_on=one.due_on, basis="277号 34",
                url=reverse("registers:edit", args=["documents", document.pk]), section_id=document.section_id,
                done_on=one.done_on, begins_on=begins,
            )
