"""Questions of documents: what their facts conclude, which stored days no longer agree."""

from collections.abc import Iterable
from datetime import date

from gongkai.law.calendar import WorkCalendar
from gongkai.publishing.queries import Stale
from gongkai.rulebook.queries import adjustments, calendar

from . import rules
from .models import NormativeDocument


def conclusions(document: NormativeDocument, work: WorkCalendar, adjusted: Iterable) -> dict[str, date | None]:
    """The last days a document stores, by field, as its facts, the calendar and the office's figures give them."""
    if document.signed_on is None:  # a form not yet filled in
        return {"interpretation_due_on": None, "gazette_due_on": None}
    explain, gazette = rules.last_days(
        kind=document.kind, signed_on=document.signed_on, published_on=document.published_on, calendar=work, adjustments=adjusted,
    )
    return {"interpretation_due_on": explain, "gazette_due_on": gazette}


def stale(office_id: int) -> list[Stale]:
    """Documents whose stored last days differ from what their facts give today. Three queries."""
    work, adjusted = calendar(), adjustments(office_id, "documents")
    found = []
    for document in NormativeDocument.objects.of(office_id).current().order_by("pk").iterator():
        for name, derived in conclusions(document, work, adjusted).items():
            stored = getattr(document, name)
            if stored != derived:
                found.append(Stale(document, name, stored, derived))
    return found
