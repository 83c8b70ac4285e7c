"""What stands in a column, whatever kind it is of: one ordered list over all models written into columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone

from .models import Publication
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


def _lines(found: QuerySet, model: type) -> QuerySet:
    """Id, title and day. Of what is reviewed, the title that was released, not the one being worked on."""
    title = Coalesce(KT("released__title"), F("title"), output_field=CharField()) if any(f.name == "released" for f in model._meta.concrete_fields) else F("title")
    return found.values_list("pk", title, "published_on")


@cache
def _any(model: type, name: str) -> Question:
    return Question(lambda office, column: _in_columns(model, name, office, [column]).order_by().values_list("pk")[:1], 2)


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
        self.sets = []
        for model, name in content_models():
            if self.alone is not None:
                there = bool(_any(model, name)(office_id, self.alone))
            else:
                there = bool(column_ids) and _in_columns(model, name, office_id, column_ids).exists()
            if there:
                self.sets.append((model._meta.model_name, model, name))
        self.sets.sort(key=lambda one: one[0])

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
            after = Q(published_on__gt=published_on)
            if name > kind:
                after |= Q(published_on=published_on)
            elif name == kind:
                after |= Q(published_on=published_on, pk__gt=pk)
            newer += self._found(model, field).filter(after).order_by().count()
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
