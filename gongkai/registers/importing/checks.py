"""The database's own check constraints, asked of a record in memory.

Django can ask the database whether a constraint holds, one query a record; a file of a hundred thousand
rows can't wait for that. Conditions made of plain comparisons are weighed here with SQL's three values;
what is not understood counts as unknown and is left to the database.
"""

from collections.abc import Iterator
from functools import cache

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


def violated(item: models.Model) -> Iterator[models.CheckConstraint]:
    """The check constraints that this record is sure to break."""
    for constraint in item._meta.constraints:
        if isinstance(constraint, models.CheckConstraint) and weigh(constraint.condition, item) is False:
            yield constraint


def weigh(condition, item: models.Model) -> bool | None:
    """True, False, or None when SQL would say NULL or when the condition is not understood."""
    if not isinstance(condition, Q):
        return UNKNOWN
    parts = [_comparison(item, *child) if isinstance(child, tuple) else weigh(child, item) for child in condition.children]
    if condition.connector == Q.AND:
        found = False if False in parts else UNKNOWN if UNKNOWN in parts else True
    elif condition.connector == Q.OR:
        found = True if True in parts else UNKNOWN if UNKNOWN in parts else False
    else:
        return UNKNOWN
    return (not found) if condition.negated and found is not UNKNOWN else found


def _comparison(item: models.Model, lookup: str, wanted) -> bool | None:
    try:
        name, how = _read_by(type(item), lookup)
        present = getattr(item, name)
        if isinstance(wanted, F):
            wanted = getattr(item, _read_by(type(item), wanted.name)[0])
    except (FieldDoesNotExist, AttributeError):
        return UNKNOWN
    if how == "isnull":
        return (present is None) == wanted
    if how in ("", "exact") and wanted is None:
        return present is None
    if how and how not in _COMPARE or present is None or wanted is None:
        return UNKNOWN
    try:
        return _COMPARE[how or "exact"](present, wanted)
    except TypeError:
        return UNKNOWN


@cache
def _read_by(model: type[models.Model], lookup: str) -> tuple[str, str]:
    """The attribute a lookup reads, and how it compares."""
    name, _, how = lookup.partition("__")
    return "pk" if name == "pk" else model._meta.get_field(name).attname, how


def message(constraint: models.BaseConstraint) -> str:
    """The constraint's own Chinese sentence, where its model gives one."""
    if constraint.violation_error_message == constraint.default_violation_error_message:
        return f"不符合登记簿的规则（{constraint.name}）。"
    return str(constraint.violation_error_message)
