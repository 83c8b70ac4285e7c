"""What stands in a column, whatever kind it is of: one ordered list over all models written into columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from .models import Column, Publication
from .queries import content_models
from .questions import Question


class Entry(NamedTuple):
    """One line of a list. Ordered as lists are: by day, then by kind, then by id."""

    published_on: date
    kind: str
    pk: int
    title: str
    path: str

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.pk}"


def _in_columns(model: type, name: str, office_id: int, column_ids: Iterable[int]) -> QuerySet:
    ids = list(column_ids)
    return model.objects.public().filter(office_id=office_id, **({name: ids[0]} if len(ids) == 1 else {f"{name}__in": ids}))


def copied(name: str) -> Case:
    """A text of the released copy, in SQL; of the record only where there is no copy."""
    return Case(When(released__isnull=True, then=Cast(name, CharField())), default=KT(f"released__{name}"), output_field=CharField())


def _lines(found: QuerySet, model: type) -> QuerySet:
    """Id, title and day. Of what is reviewed, the title that was released, not the one being worked on."""
    title = Coalesce(KT("released__title"), F("title"), output_field=CharField()) if any(f.name == "released" for f in model._meta.concrete_fields) else F("title")
    return found.values_list("pk", title, "published_on")


@cache
def _there(written: tuple[tuple[type, str], ...]) -> Question:
    """Of which of these kinds something stands in a column, as one row."""
    return Question(
        lambda office, column: Column.objects.order_by().filter(pk=column).values_list(*(Exists(_in_columns(model, name, office, [column])) for model, name in written)), 2
    )


@cache
def _after(model: type, name: str, way: str) -> Question:
    """How many of a kind stand after a place in the list: that of a kind before it in the alphabet, after it, or its own."""

    def make(office: int, column: int, *place) -> QuerySet:
        *pk, day = place
        later = Q(published_on__gt=day)
        same = {"before": Q(), "after": Q(published_on=day), "own": Q(published_on=day, pk__gt=pk[0] if pk else 0)}[way]
        return _in_columns(model, name, office, [column]).filter(later | same if same else later).order_by().values_list("pk")

    return Question(make, 3 if way == "own" else 2, 1, counted=True)


@cache
def _count(model: type, name: str) -> Question:
    return Question(lambda office, column: _in_columns(model, name, office, [column]).order_by().values_list("pk"), 2, counted=True)


@cache
def _newest(model: type, name: str, most: int) -> Question:
    return Question(lambda office, column: _lines(_in_columns(model, name, office, [column]).order_by("-published_on", "-pk"), model)[:most], 2)


@cache
def _newest_of_all(model: type, most: int) -> Question:
    return Question(lambda office: _lines(model.objects.public().filter(office_id=office).order_by("-published_on", "-pk"), model)[:most], 1)


def newest(model: type, office_id: int, most: int) -> list[Entry]:
    """The last `most` public records of one kind, whatever column they stand in, newest first."""
    kind = model._meta.model_name
    return [Entry(day, kind, pk, title, model.path_of(pk)) for pk, title, day in _newest_of_all(model, most)(office_id)]


class InColumn:
    """The public entries of some columns together. Asks only the models that have any there."""

    def __init__(self, office_id: int, column_ids: list[int]):
        self.office_id, self.column_ids = office_id, column_ids
        #: The one column, where it is one: then the questions are those already put into SQL.
        self.alone = column_ids[0] if len(column_ids) == 1 else None
        written = tuple(content_models())
        if self.alone is not None:
            rows = _there(written)(office_id, self.alone)
            there = rows[0] if rows else ()
        else:
            there = [bool(column_ids) and _in_columns(model, name, office_id, column_ids).exists() for model, name in written]
        self.sets = sorted(((model._meta.model_name, model, name) for (model, name), some in zip(written, there, strict=False) if some), key=lambda one: one[0])

    def _found(self, model: type, name: str) -> QuerySet:
        return _in_columns(model, name, self.office_id, self.column_ids)

    def total(self) -> int:
        if self.alone is not None:
            return sum(_count(model, name)(self.office_id, self.alone)[0][0] for _, model, name in self.sets)
        return sum(self._found(model, name).order_by().count() for _, model, name in self.sets)

    def newest(self, most: int) -> list[Entry]:
        """The last `most` entries, newest first."""
        rows: list[Entry] = []
        for kind, model, name in self.sets:
            if self.alone is not None:
                lines = _newest(model, name, most)(self.office_id, self.alone)
            else:
                lines = _lines(self._found(model, name).order_by("-published_on", "-pk"), model)[:most]
            rows += _entries(kind, model, lines)
        return sorted(rows, reverse=True)[:most]

    def every(self) -> list[Entry]:
        """All, oldest first."""
        return sorted(entry for kind, model, name in self.sets for entry in _entries(kind, model, _lines(self._found(model, name).order_by(), model)))

    def between(self, start: int, stop: int, total: int) -> list[Entry]:
        """Entries `start` to `stop` counted from the oldest, oldest first."""
        if len(self.sets) != 1:
            return self.every()[start:stop]
        kind, model, name = self.sets[0]
        if stop == total:
            return self.newest(total - start)[::-1]
        if start < total - stop:
            return list(_entries(kind, model, _lines(self._found(model, name).order_by("published_on", "pk"), model)[start:stop]))
        return list(_entries(kind, model, _lines(self._found(model, name).order_by("-published_on", "-pk"), model)[total - stop : total - start]))[::-1]

    def after(self, kind: str, published_on: date, pk: int) -> int:
        """How many entries stand after that place in the list."""
        newer = 0
        for name, model, field in self.sets:
            way = "own" if name == kind else "after" if name > kind else "before"
            own = [pk] if name == kind else []
            newer += sum(_after(model, field, way)(self.office_id, column, *own, published_on)[0][0] for column in self.column_ids)
        return newer


def _entries(kind: str, model: type, lines: Iterable[tuple]) -> Iterator[Entry]:
    for pk, title, day in lines:
        yield Entry(day, kind, pk, title, model.path_of(pk))


# -- What was withdrawn ------------------------------------------------------------------------------------------------


class Tombstone(NamedTuple):
    """What stands where a page was: the day, the number and the reason of its withdrawal, and nothing of what it said."""

    on: date
    number: str
    reason: str


def tombstones(office_id: int, model: type, ids: Iterable[int] | None = None) -> dict[int, Tombstone]:
    """For each record of `model` whose withdrawal was the last word: its tombstone. One query."""
    public = model.objects.public().filter(pk=OuterRef("record_id"))
    found = Publication.objects.of(office_id).filter(~Exists(public), kind=model._meta.label, deed=Publication.Deed.WITHDRAWN)
    if ids is not None:
        found = found.filter(record_id__in=list(ids))
    return {
        pk: Tombstone(timezone.localtime(at).date(), f"{timezone.localtime(at).year}年第{number}号", reason)
        for pk, at, number, reason in found.order_by("number").values_list("record_id", "at", "number", "reason")
    }


# -- Site maps in shards -----------------------------------------------------------------------------------------------

#: How many ids a shard of the site map spans: small, since a change writes its shard again.
SHARD = 500


def shards(kind: str, public: QuerySet) -> list[str]:
    """The names of the shards that have something in them."""
    return [f"{kind}-{number}" for number in sorted(set(public.order_by().values_list(F("pk") / SHARD, flat=True).distinct()))]


def in_shard(public: QuerySet, number: int) -> QuerySet:
    return public.filter(pk__gte=number * SHARD, pk__lt=(number + 1) * SHARD).order_by("pk")


def numbers_in(keys: Iterable[str], kind: str) -> list[int]:
    """The ids that keys of one kind name: `article:12` → 12."""
    return sorted({int(rest) for name, _, rest in (key.partition(":") for key in keys) if name == kind and rest.isascii() and rest.isdigit()})
