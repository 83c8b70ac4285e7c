"""What stands in a column, whatever kind it is of: one ordered list over all models written into columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone

from .models import Publication
from .queries import content_models


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


class InColumn:
    """The public entries of some columns together. Asks only the models that have any there."""

    def __init__(self, office_id: int, column_ids: list[int]):
        self.sets = []
        for model, name in content_models():
            found = model.objects.public().filter(office_id=office_id, **{f"{name}__in": column_ids} if len(column_ids) != 1 else {name: column_ids[0]})
            if column_ids and found.exists():
                self.sets.append((model._meta.model_name, model, found))
        self.sets.sort(key=lambda one: one[0])

    def total(self) -> int:
        return sum(found.order_by().count() for _, _, found in self.sets)

    def newest(self, most: int) -> list[Entry]:
        """The last `most` entries, newest first."""
        rows = [entry for one in self.sets for entry in self._rows(one, one[2].order_by("-published_on", "-pk")[:most])]
        return sorted(rows, reverse=True)[:most]

    def every(self) -> list[Entry]:
        """All, oldest first."""
        return sorted(entry for one in self.sets for entry in self._rows(one, one[2].order_by()))

    def between(self, start: int, stop: int, total: int) -> list[Entry]:
        """Entries `start` to `stop` counted from the oldest, oldest first."""
        if len(self.sets) != 1:
            return self.every()[start:stop]
        one = self.sets[0]
        if start < total - stop:
            return list(self._rows(one, one[2].order_by("published_on", "pk")[start:stop]))
        return list(self._rows(one, one[2].order_by("-published_on", "-pk")[total - stop : total - start]))[::-1]

    def after(self, kind: str, published_on: date, pk: int) -> int:
        """How many entries stand after that place in the list."""
        newer = 0
        for name, _, found in self.sets:
            after = Q(published_on__gt=published_on)
            if name > kind:
                after |= Q(published_on=published_on)
            elif name == kind:
                after |= Q(published_on=published_on, pk__gt=pk)
            newer += found.filter(after).order_by().count()
        return newer

    @staticmethod
    def _rows(one: tuple, found) -> Iterator[Entry]:
        kind, model, _ = one
        # Of what is reviewed, the title that was released, not the one being worked on.
        title_at = Coalesce(KT("released__title"), F("title"), output_field=CharField()) if any(f.name == "released" for f in model._meta.concrete_fields) else F("title")
        for pk, title, day in found.values_list("pk", title_at, "published_on"):
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
