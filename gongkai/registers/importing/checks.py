"""The database's own check constraints, asked of a record in memory.

Django can ask the database whether a constraint holds, one query a record; a file of a hundred thousand
rows can't wait for that. Conditions made of plain comparisons are weighed here with SQL's three values;
what is not understood counts as unknown and is left to the database.
"""

from collections.abc import Callable, Iterator
from functools import cache
from operator import attrgetter

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q

UNKNOWN = None

_COMPARE = {
    "exact": lambda a, b: a == b,
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "in": lambda a, b: a in b,
    "range": lambda a, b: b[0] <= a <= b[1],
}


Verdict = Callable[[models.Model], bool | None]


def violated(item: models.Model) -> Iterator[models.CheckConstraint]:
    """The check constraints that this record is sure to break."""
    for constraint, verdict in _weighed(type(item)):
        if verdict(item) is False:
            yield constraint


def weigh(condition, item: models.Model) -> bool | None:
    """True, False, or None when SQL would say NULL or when the condition is not understood."""
    return _verdict(type(item), condition)(item)


@cache
def _weighed(model: type[models.Model]) -> list[tuple[models.CheckConstraint, Verdict]]:
    """A model's check constraints, each made ready once for many records."""
    return [(c, _verdict(model, c.condition)) for c in model._meta.constraints if isinstance(c, models.CheckConstraint)]


def _verdict(model: type[models.Model], condition) -> Verdict:
    """The function that weighs a condition."""
    if not isinstance(condition, Q) or condition.connector not in (Q.AND, Q.OR):
        return _unknown
    parts = [_comparison(model, *child) if isinstance(child, tuple) else _verdict(model, child) for child in condition.children]
    # One False settles an AND, one True an OR, whatever the others say.
    settling = condition.connector == Q.OR

    def together(item: models.Model) -> bool | None:
        found: bool | None = not settling
        for part in parts:
            said = part(item)
            if said is settling:
                return settling
            if said is UNKNOWN:
                found = UNKNOWN
        return found

    def negated(item: models.Model) -> bool | None:
        found = together(item)
        return UNKNOWN if found is UNKNOWN else not found

    return negated if condition.negated else together


def _unknown(item: models.Model) -> None:
    return UNKNOWN


def _comparison(model: type[models.Model], lookup: str, wanted) -> Verdict:
    try:
        name, how = _read_by(model, lookup)
        other = attrgetter(_read_by(model, wanted.name)[0]) if isinstance(wanted, F) else None
    except FieldDoesNotExist:
        return _unknown
    read = attrgetter(name)
    if other is None and (how == "isnull" or wanted is None and how in ("", "exact")):
        is_null = wanted if how == "isnull" else True
        return lambda item: (read(item) is None) == is_null
    compare = _COMPARE.get(how or "exact")
    if compare is None:
        return _unknown

    def compared(item: models.Model) -> bool | None:
        present, against = read(item), wanted if other is None else other(item)
        if present is None or against is None:
            return UNKNOWN
        try:
            return compare(present, against)
        except TypeError:
            return UNKNOWN

    return compared


def _read_by(model: type[models.Model], lookup: str) -> tuple[str, str]:
    """The attribute a lookup reads, and how it compares."""
    name, _, how = lookup.partition("__")
    return "pk" if name == "pk" else model._meta.get_field(name).attname, how


def message(constraint: models.BaseConstraint) -> str:
    """The constraint's own Chinese sentence, where its model gives one."""
    if constraint.violation_error_message == constraint.default_violation_error_message:
        return f"不符合登记簿的规则（{constraint.name}）。"
    return str(constraint.violation_error_message)
