"""Questions of publishing: what a column last carried, which stored days no longer agree."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Max

from gongkai.rulebook.queries import adjustments

from . import rules
from .models import Column, SecrecyReview


def content_models() -> list[tuple[type, str]]:
    """What is written into columns, in this room and those above it: (model, its field for the column).

    Known by shape, a key to a column and a `published_on`, since this room can't name the others.
    """
    found = []
    for relation in Column._meta.related_objects:
        model = relation.related_model
        if model is not Column and any(f.name == "published_on" for f in model._meta.concrete_fields):
            found.append((model, relation.field.name))
    return found


def last_entries(office_id: int, until: date) -> dict[int, date]:
    """For each column: the day it last carried something new, by `until`. One query for each kind of content."""
    last: dict[int, date] = {}
    for model, name in content_models():
        rows = (
            model._default_manager.filter(office_id=office_id, voided_at=None, published_on__lte=until)
            .exclude(**{name: None}).order_by().values_list(name).annotate(day=Max("published_on"))
        )
        for column_id, day in rows:
            last[column_id] = max(day, last.get(column_id, day))
    return last


class Stale(NamedTuple):
    """A stored conclusion that its own facts no longer give."""

    record: object
    field: str
    stored: date | None
    derived: date | None


def reassess_due_on(review: SecrecyReview, adjusted: Iterable) -> date | None:
    if review.reviewed_on is None:  # a form not yet filled in
        return None
    return rules.reassess_by(
        result=review.result, attribute=review.attribute, reviewed_on=review.reviewed_on,
        determined_on=review.determined_on, may_open=review.may_open, adjustments=adjusted,
    )


def stale(office_id: int) -> list[Stale]:
    """Secrecy reviews whose stored day of reassessment differs from what their facts give today."""
    adjusted = adjustments(office_id, "publishing")
    found = []
    for review in SecrecyReview.objects.of(office_id).current().iterator():
        derived = reassess_due_on(review, adjusted)
        if derived != review.reassess_due_on:
            found.append(Stale(review, "reassess_due_on", review.reassess_due_on, derived))
    return found
