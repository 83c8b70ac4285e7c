"""The statutory forms of the annual report as versioned data: sections, tables, cells, identities, years.

The forms are TOML in `forms/`; this reads them. A form is meant for the *report years* it names, which is
not the day its notice took force: the report of 2021, written in January 2022, is the first on 30号's form.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "forms"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures. `kind`: count (a whole number not below 0), change (a whole number, signed), money."""

    key: str
    label: str
    unit: str = ""
    kind: str = "count"
    under: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of figures. `under` is the key of the group it stands in; `variants` are other names in use for it."""

    key: str
    label: str
    under: str = ""
    short: str = ""
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A label that heads several rows or columns and has no figures of its own."""

    key: str
    label: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """The part of table two that answers one item of 条例 20."""

    key: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class TableTwo:
    title: str
    corner: str
    blocks: tuple[Block, ...]

    def cells(self) -> list[tuple[Block, Row, Column]]:
        """Every cell in reading order."""
        return [(block, row, column) for block in self.blocks for row in block.rows for column in block.columns]


@dataclass(frozen=True, slots=True)
class TableThree:
    """25 rows (23 in the older form) by 7 columns."""

    title: str
    corner: str
    columns_label: str
    columns: tuple[Column, ...]
    column_groups: tuple[Group, ...]
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]

    def row(self, key: str) -> Row:
        return next(row for row in self.rows if row.key == key)

    def path(self, row: Row) -> list[Group]:
        """The groups a row stands in, outermost first."""
        held = {group.key: group for group in self.groups}
        path: list[Group] = []
        key = row.under
        while key:
            path.insert(0, held[key])
            key = held[key].under
        return path

    def rows_under(self, key: str) -> list[Row]:
        """The rows within a group, those of inner groups included."""
        return [row for row in self.rows if any(group.key == key for group in self.path(row))]


@dataclass(frozen=True, slots=True)
class TableFour:
    """One row of cells: `groups` side by side, each with the same `columns`."""

    title: str
    groups: tuple[Group, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """What must add up: the sum of `left` equals the sum of `right`; a leading minus takes away.

    `along` columns: keys are rows, and it holds in each column; along rows: keys are columns, and it holds in
    each row (in table four: each group). Along years, `left` is of this year; of `right`, a key that also
    stands at left, or stands alone, is last year's and the others this year's. `standing` is law or practice.
    """

    key: str
    table: str
    along: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    sentence: str
    standing: str


@dataclass(frozen=True, slots=True)
class Form:
    """One version of the statutory form, for the report years from `first_year` to `last_year` (None: still)."""

    key: str
    label: str
    basis: str
    number: str
    first_year: int
    last_year: int | None
    sections: tuple[str, ...]
    table_two: TableTwo
    table_three: TableThree
    table_four: TableFour
    identities: tuple[Identity, ...]

    def is_for(self, year: int) -> bool:
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def identity(self, key: str) -> Identity:
        return next(identity for identity in self.identities if identity.key == key)


@cache
def forms() -> dict[str, Form]:
    """Every form by its key, oldest first."""
    read = [_form(tomllib.loads(path.read_text(encoding="utf-8"))) for path in FOLDER.glob("form-*.toml")]
    return {form.key: form for form in sorted(read, key=lambda form: form.first_year)}


def form_for(year: int) -> Form | None:
    """The form for the report of a year; None for a year before 2019, which had none of these."""
    return next((form for form in forms().values() if form.is_for(year)), None)


def _form(raw: dict[str, Any]) -> Form:
    two, three, four = raw["table_two"], raw["table_three"], raw["table_four"]
    return Form(
        raw["key"], raw["label"], raw["basis"], raw["number"], raw["first_year"], raw.get("last_year"), tuple(raw["sections"]),
        TableTwo(two["title"], two["corner"], tuple(
            Block(block["key"], block["label"], _many(Column, block["columns"]), _many(Row, block["rows"])) for block in two["blocks"]
        )),
        TableThree(
            three["title"], three["corner"], three["columns_label"], _many(Column, three["columns"]),
            _many(Group, three["column_groups"]), _many(Group, three["groups"]), _many(Row, three["rows"]),
        ),
        TableFour(four["title"], _many(Group, four["groups"]), _many(Column, four["columns"])),
        _many(Identity, raw["identities"]),
    )  # fmt: skip


def _many(kind: type[Any], raw: list[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in each.items()}) for each in raw)
