"""Questions that every change of the site asks, put into SQL once.

Django spends some ten times as long on putting such a question together as a database on answering it. What is kept is
the SQL of the very queryset, so that it can't come to say anything else; only numbers differ from one asking to the next.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.db import connection
from django.db.models import QuerySet

#: Numbers that stand in no table, by which the places of an asking's own are known.
_FIRST = -7_000_000_000_000_000


class Question:
    """`make(*numbers)` as a queryset of `values_list`; asked with numbers, it gives the rows. `counted`: how many there are, as one row.

    The queryset may depend on nothing else: not on the day, not on settings.
    """

    def __init__(self, make: Callable[..., QuerySet], numbers: int, *, counted: bool = False):
        self.make, self.numbers, self.counted = make, numbers, counted
        self._put = cache(self._compile)

    def _compile(self, vendor: str) -> tuple[str, tuple]:
        marks = [_FIRST + n for n in range(self.numbers)]
        sql, params = self.make(*marks).query.get_compiler(connection=connection).as_sql()
        if missing := set(marks) - set(params):
            raise ValueError(f"the question does not use number {min(missing) - _FIRST}")
        places = tuple((marks.index(p), None) if p in marks else (None, p) for p in params)
        return f"SELECT COUNT(*) FROM ({sql}) counted" if self.counted else sql, places  # noqa: S608 -- Django's own SQL

    def __call__(self, *numbers: int) -> list[tuple]:
        sql, places = self._put(connection.vendor)
        with connection.cursor() as cursor:
            cursor.execute(sql, [constant if place is None else numbers[place] for place, constant in places])
            return cursor.fetchall()
