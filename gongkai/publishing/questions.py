"""Questions that every change of the site asks, put into SQL once.

Django spends some ten times as long on putting such a question together as a database on answering it. What is kept is
the SQL of the very queryset, so that it can't come to say anything else; only numbers differ from one asking to the next.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from django.db import connection
from django.db.models import QuerySet

#: Numbers that stand in no table, by which the places of an asking's own are known.
_FIRST = -7_000_000_000_000_000
#: And such days.
_DAWN = date(1, 2, 3)


class Question:
    """`make(*numbers, *days)` as a queryset of `values_list`; asked with numbers and days, it gives the rows. `counted`: how many there are, as one row.

    The queryset may depend on nothing else: not on what day it is, not on settings.
    """

    def __init__(self, make: Callable[..., QuerySet], numbers: int, days: int = 0, *, counted: bool = False):
        self.make, self.numbers, self.days, self.counted = make, numbers, days, counted
        self._put = cache(self._compile)

    def _compile(self, vendor: str) -> tuple[str, tuple]:
        given = [*(_FIRST + n for n in range(self.numbers)), *(_DAWN + timedelta(n) for n in range(self.days))]
        marks = [_kept(one) for one in given]
        sql, params = self.make(*given).query.get_compiler(connection=connection).as_sql()
        if missing := [place for place, mark in enumerate(marks) if mark not in params]:
            raise ValueError(f"the question does not use what it is given as number {missing[0]}")
        places = tuple((marks.index(p), None) if p in marks else (None, p) for p in params)
        return f"SELECT COUNT(*) FROM ({sql}) counted" if self.counted else sql, places  # noqa: S608 -- Django's own SQL

    def __call__(self, *asked: int | date) -> list[tuple]:
        sql, places = self._put(connection.vendor)
        with connection.cursor() as cursor:
            cursor.execute(sql, [constant if place is None else _kept(asked[place]) for place, constant in places])
            return cursor.fetchall()


def _kept(one: int | date) -> object:
    """A number or a day as the database is given it."""
    return connection.ops.adapt_datefield_value(one) if isinstance(one, date) else one
