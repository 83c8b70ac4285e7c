"""Questions of publishing: what a column last carried, what the catalogue lacks, what is withheld, which stored days no longer agree."""

import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.db.models import F, Max, Q
from django.utils import timezone

from gongkai.accounts.models import User
from gongkai.reviewing import queries as chain
from gongkai.reviewing.models import Submission
from gongkai.reviewing.rules import Step
from gongkai.rulebook.queries import adjustments

from . import rules
from .models import (
    AttributeWeighing,
    CatalogueEntry,
    Column,
    SecrecyReview,
    SiteProfile,
    Written,
)


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


def written_models() -> list[type[Written]]:
    """What is written in blocks, in this room and those above it."""
    return [model for model, _ in content_models() if issubclass(model, Written)]


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


class Branch(NamedTuple):
    """A column in the tree, with its depth (0 at the top) and whether it can move up or down among its siblings."""

    column: Column
    depth: int
    first: bool
    last: bool


def tree(office_id: int, *, archived: bool = False) -> list[Branch]:
    """The office's columns, parents before children. One query. An archived one is left out unless asked for."""
    columns = Column.objects.of(office_id).select_related("owner", "parent")
    below: dict[int | None, list[Column]] = {}
    for column in columns if archived else columns.standing():
        below.setdefault(column.parent_id, []).append(column)
    found: list[Branch] = []

    def walk(parent_id: int | None, depth: int) -> None:
        siblings = below.pop(parent_id, [])
        for n, column in enumerate(siblings):
            found.append(Branch(column, depth, n == 0, n == len(siblings) - 1))
            walk(column.pk, depth + 1)

    walk(None, 0)
    return found


@cache
def catalogue_figures() -> dict[str, list[dict[str, str]]]:
    """The items of 条例 20 and 21 (`item`) and the usual twenty entries (`entry`)."""
    with (Path(__file__).parent / "figures" / "catalogue.toml").open("rb") as source:
        return tomllib.load(source)


def catalogue_of(office_id: int) -> list[CatalogueEntry]:
    """The office's catalogue, the one list that the desk keeps and the site shows. Until it is laid out: the usual entries, none of them checked."""
    kept = list(CatalogueEntry.objects.filter(office_id=office_id).select_related("column"))
    if kept:
        return kept
    columns = {column.slug: column for column in Column.objects.of(office_id)}
    return [
        CatalogueEntry(office_id=office_id, code=row["code"], name=row["name"], bases=row["bases"], column=columns.get(row.get("column", "")))
        for row in catalogue_figures()["entry"]
    ]


def parts_of(entry: CatalogueEntry) -> tuple[str, ...]:
    """The fixed parts of the site that hold an entry; none of what the office says it has nothing of."""
    if entry.is_none:
        return ()
    return next((tuple(row.get("parts", ())) for row in catalogue_figures()["entry"] if row["code"] == entry.code), ())


class Item(NamedTuple):
    """An item of 条例 20 or 21, and the entries of the office's catalogue that answer it."""

    basis: str
    name: str
    entries: list[CatalogueEntry]

    @property
    def is_settled(self) -> bool:
        return any(entry.is_settled or parts_of(entry) for entry in self.entries)


def bases_of(entry: CatalogueEntry) -> list[str]:
    return [part.strip() for part in entry.bases.replace(";", "；").split("；") if part.strip()]


def items(entries: Iterable[CatalogueEntry]) -> list[Item]:
    """Each item the law names, with what answers it: an item without a settled entry is a gap."""
    entries = list(entries)
    return [Item(row["basis"], row["name"], [entry for entry in entries if row["basis"] in bases_of(entry)]) for row in catalogue_figures()["item"]]


def index_number_taken(office_id: int, number: str) -> bool:
    """Whether anything of the office's already carries that 索引号, in this room or those above it (documents carry them too)."""
    return any(
        model._base_manager.filter(office_id=office_id, index_number=number).exists()
        for model, _ in content_models() if any(f.name == "index_number" for f in model._meta.concrete_fields)
    )


def attribute_changed_on(item) -> date | None:
    """The day of the last decision that changed the 公开属性; None while it stands as it was first decided."""
    return attribute_changes(type(item), item.office_id, item.pk).get(item.pk) or getattr(item, "attribute_changed_on", None)


def attribute_changes(model: type[Written], office_id: int, pk: int | None = None) -> dict[int, date]:
    """For each record of a kind whose 公开属性 was changed by a decision: the day of the last such. One query."""
    changes = AttributeWeighing.objects.filter(office_id=office_id, kind=model._meta.label).exclude(previous="").exclude(previous=F("attribute"))
    if pk is not None:
        changes = changes.filter(record_id=pk)
    return dict(changes.order_by("decided_on", "pk").values_list("record_id", "decided_on"))


def is_policy(item) -> bool:
    """Whether the 政务公开 section is asked before it is kept closed: an article may be a policy paper, a document is one."""
    return getattr(item, "is_policy", True)


def credits_of(submission: Submission) -> dict[str, list[tuple[str, str]]]:
    """撰稿、审核、审签 of what goes out, where the office signs its pages; else nothing. A review an emergency left out signs nothing."""
    if not SiteProfile.objects.filter(office_id=submission.office_id, shows_credits=True).exists():
        return {}
    at = chain.standing_of(submission)
    names = {look.by_id: look.by.name for look in at.looks} | dict(User.objects.filter(pk__in=submission.author_ids).values_list("pk", "name"))

    def passed(*steps: Step) -> str:
        looks = [at.chain.stage(step).look for step in steps]
        return "、".join(names[look.by] for look in looks if look is not None)

    signed = [("撰稿", "、".join(names[pk] for pk in submission.author_ids)), ("审核", passed(Step.FIRST, Step.SECOND)), ("审签", passed(Step.THIRD))]
    return {"credits": [one for one in signed if one[1]]}


class Withheld(NamedTuple):
    """Something decided as 不予公开 and when it is looked at again."""

    record: object
    decided_on: date
    due_on: date
    done_on: date | None


def withheld(office_id: int, today: date) -> list[Withheld]:
    """What is or was 不予公开 by `today`, among whatever is written into columns. One question for the decisions, one for each kind.

    An item that was never weighed on the form counts from the day its record was made.
    """
    decisions: dict[tuple[str, int], list[AttributeWeighing]] = {}
    for weighing in AttributeWeighing.objects.filter(office_id=office_id, decided_on__lte=today).order_by("decided_on", "pk"):
        decisions.setdefault((weighing.kind, weighing.record_id), []).append(weighing)
    adjusted = adjustments(office_id, "publishing")
    found = []
    for model, _ in content_models():
        if not any(f.name == "attribute" for f in model._meta.concrete_fields):
            continue
        weighed = [pk for kind, pk in decisions if kind == model._meta.label]
        for item in model._base_manager.filter(Q(attribute=rules.WITHHELD) | Q(pk__in=weighed), office_id=office_id, voided_at=None).order_by("pk"):
            line = decisions.get((model._meta.label, item.pk))
            if line is None:
                decided_on = timezone.localdate(item.created_at)
                due_on = rules.withheld_until(rules.WITHHELD, decided_on, adjusted)
                if due_on is not None and decided_on <= today:
                    found.append(Withheld(item, decided_on, due_on, None))
                continue
            for n, weighing in enumerate(line):
                if weighing.reassess_due_on is not None:
                    found.append(Withheld(item, weighing.decided_on, weighing.reassess_due_on, line[n + 1].decided_on if n + 1 < len(line) else None))
    return found


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
