"""The list of a register: what a person may see of it, narrowed by filters and search."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from gongkai.accounts.models import Section
from gongkai.accounts.permissions import Reach, reach
from gongkai.evidence.queries import local_day
from gongkai.text.asked import number_in
from gongkai.text.normalise import nfkc
from gongkai.vault import EncryptedTextField

from .references import candidates
from .register import Register, get_register

#: Days that say when something was typed or published here, not what a rule concluded.
HOUSEKEEPING = frozenset({"created_at", "changed_at", "voided_at", "first_published_at", "last_published_at", "locked_at", "go_live_at", "expire_at", "latest_revision_created_at", "withdrawn_on"})
FIRST_YEAR, LAST_YEAR = 1900, 2200  # what a list can be narrowed to
SMALL = 200  # a related table of up to so many rows is offered as a list to choose from


def visible(register: Register, user, verb: str = "view") -> QuerySet:
    """The records on which `user` may attempt `verb`: the office's, or only those of the person's sections."""
    far, sections = reach(user, register.thing, verb)
    found = register.model._base_manager.filter(office_id=user.office_id)
    if far is Reach.NONE:
        return found.none()
    return found if far is Reach.OFFICE else found.filter(section_id__in=sections)


@dataclass(slots=True)
class Filter:
    """One drop-down above the list."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str = ""


@dataclass(slots=True)
class Asked:
    """What the person asked of a list, as the address says it. Whatever can't be understood is left out."""

    q: str = ""
    year: str = ""
    voided: bool = False
    sort: str = ""
    parent: int | None = None
    filters: list[Filter] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        return self.q.split()

    @property
    def narrowed(self) -> bool:
        return bool(self.q or self.year or any(f.chosen for f in self.filters))


def asked(register: Register, user, params) -> Asked:
    """Reads the address. Options of the drop-downs take one query for each related table, none for choices."""
    found = Asked(q=params.get("q", "").strip()[:100], voided=params.get("voided") == "1")
    year = params.get("year", "")
    found.year = year if year == "none" or FIRST_YEAR <= (number_in(year) or 0) <= LAST_YEAR else ""
    sort = params.get("sort", "")
    found.sort = sort if sort_path(register, sort.removeprefix("-")) else ""
    if register.parent_field:
        found.parent = number_in(params.get("parent"))
    for name in register.filters:
        options = list(_options(register, user, name))
        if options:
            chosen = params.get(name, "")
            found.filters.append(Filter(name, label_of(register, name), options, chosen if any(chosen == key for key, _ in options) else ""))
    return found


def label_of(register: Register, name: str) -> str:
    return str(register.model._meta.get_field(name).verbose_name)


def _options(register: Register, user, name: str) -> Iterator[tuple[str, str]]:
    f = register.model._meta.get_field(name)
    if f.choices:
        yield from ((str(key), str(label)) for key, label in f.flatchoices)
    elif isinstance(f, models.BooleanField):
        yield from (("1", "是"), ("0", "否"))
    elif f.is_relation and f.related_model is Section:
        yield from ((str(s.pk), f"{s.name}（已撤销）" if s.valid_until and s.valid_until < timezone.localdate() else s.name) for s in Section.objects.of(user.office_id))
    elif f.is_relation:
        rows = list(candidates(f.related_model, user.office_id)[: SMALL + 1])
        if len(rows) <= SMALL:
            yield from ((str(row.pk), str(row)) for row in rows)


def years(register: Register, user) -> list[int]:
    """The years of the register's records, newest first."""
    # One at a time, so that each is the end of an index and not a walk through it.
    found = visible(register, user)
    span = {**found.aggregate(first=Min(register.date_field)), **found.aggregate(last=Max(register.date_field))}
    if not span["first"]:
        return []
    first, last = local_day(span["first"]).year, local_day(span["last"]).year
    return list(range(min(last, LAST_YEAR), max(first, FIRST_YEAR) - 1, -1))


def sort_path(register: Register, column: str) -> str:
    """The database path of a column that can be sorted by; blank for a property or a sealed field."""
    if column not in register.columns:
        return ""
    model, path = register.model, column.split(".")
    for name in path:
        try:
            f = model._meta.get_field(name)
        except FieldDoesNotExist:
            return ""
        if isinstance(f, EncryptedTextField | models.JSONField):
            return ""
        model = f.related_model or model
    return "__".join(path)


def rows(register: Register, user, wanted: Asked, verb: str = "view") -> QuerySet:
    """The list itself, in order, with what its columns need joined in."""
    found = visible(register, user, verb)
    if not wanted.voided:
        found = found.filter(voided_at=None)
    if wanted.parent:
        found = found.filter(**{f"{register.parent_field}_id": wanted.parent})
    if wanted.year == "none":
        found = found.filter(**{f"{register.date_field}__isnull": True})
    elif wanted.year:
        found = found.filter(**{f"{register.date_field}__range": _span(register, int(wanted.year))})
    for f in wanted.filters:
        if f.chosen:
            boolean = isinstance(register.model._meta.get_field(f.name), models.BooleanField)
            found = found.filter(**{f.name: f.chosen == "1" if boolean else f.chosen})
    for word in wanted.words:
        found = found.filter(_holding(register, word))
    joined = {*register.related, *(name for column in register.columns if (name := _join(register.model, column)))}
    if joined:
        found = found.select_related(*joined)
    return found.order_by(*_order(register, wanted))


def _span(register: Register, year: int):
    f = register.model._meta
    for name in register.date_field.split("__"):
        f = (f.get_field(name) if hasattr(f, "get_field") else f.related_model._meta.get_field(name))
    if isinstance(f, models.DateTimeField):
        zone = timezone.get_current_timezone()
        return datetime(year, 1, 1, tzinfo=zone), datetime(year, 12, 31, 23, 59, 59, 999999, tzinfo=zone)
    return date(year, 1, 1), date(year, 12, 31)


def _holding(register: Register, word: str) -> Q:
    """Any of the search columns holds the word, as typed or in its plain width: （2022） finds (2022) and the other way."""
    forms = {word, nfkc(word), nfkc(word).replace("(", "（").replace(")", "）"), word.replace("[", "〔").replace("]", "〕")}
    condition = Q()
    for name in register.search:
        for form in forms:
            condition |= Q(**{f"{name.replace('.', '__')}__icontains": form})
    return condition or Q(pk=None)


def _order(register: Register, wanted: Asked) -> list[str]:
    # The records of a year stand in the order of the very day that puts them there, which has an index.
    usual = [f"-{register.date_field}", "-pk"] if wanted.year.isdecimal() else list(register.ordering) or [f"-{register.date_field}", "-pk"]
    if not wanted.sort:
        return usual if any(name.lstrip("-") in {"pk", "id"} for name in usual) else [*usual, "-pk"]
    down = wanted.sort.startswith("-")
    path = sort_path(register, wanted.sort.removeprefix("-"))
    order = models.F(path).desc(nulls_last=True) if down else models.F(path).asc(nulls_last=True)
    return [order, "-pk"]


def _join(model, column: str) -> str:
    """The select_related path a column needs; blank when it needs none."""
    path = []
    for name in column.split("."):
        try:
            f = model._meta.get_field(name)
        except FieldDoesNotExist:
            break
        if not (f.is_relation and f.many_to_one):
            break
        path.append(name)
        model = f.related_model
    return "__".join(path)


def derived_days(record) -> list[tuple[str, object, str]]:
    """What the record stores of its conclusions: label, day, basis (the field's help text, or `<field>_basis`)."""
    return [
        (str(f.verbose_name), getattr(record, f.name), str(getattr(record, f"{f.name}_basis", "") or f.help_text).removeprefix("依据：").removeprefix("依据:"))
        for f in derived_fields(type(record))
    ]


def derived_fields(model) -> list[models.Field]:
    """The stored conclusions of a model: days that only its register's `derive` writes."""
    return [f for f in model._meta.concrete_fields if not f.editable and isinstance(f, models.DateField) and f.name not in HOUSEKEEPING]


def children_of(register: Register, record, user) -> Iterator[dict]:
    """The registers whose records belong to this one, each with its newest and how many there are."""
    for slug in register.children:
        child = get_register(slug)
        if not user.may(child.thing, "view"):
            continue
        found = rows(child, user, Asked()).filter(**{f"{child.parent_field}_id": record.pk})
        yield {"register": child, "rows": list(found[:20]), "total": found.order_by().count(), "may_add": not record.voided_at and user.may(child.thing, "add")}
