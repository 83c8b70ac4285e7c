"""Dated figures with their source: how many days, from when, by what, and whether an office may differ.

Each room keeps its figures as TOML in its own `figures/` folder; this reads them all. A
figure in force on a day is the last value whose `from` is not after it. The office's own
adjustments are handed in, never looked up, and may move *practice* and *house* figures only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from gongkai.law.calendar import chinese_date
from gongkai.law.instruments import Basis, Held, cite

PACKAGE = Path(__file__).resolve().parents[1]


class Standing(StrEnum):
    """What a figure rests on: the text, the usual reading of it, or our choice."""

    LAW = "law"
    PRACTICE = "practice"
    HOUSE = "house"

    @property
    def label(self) -> str:
        return {"law": "法定", "practice": "通行做法", "house": "本机关自定"}[self.value]


class FigureError(ValueError):
    """A figure that is missing, malformed or may not be changed, said in Chinese."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it stands on a day.

    `basis` is short ("条例 33.2"); a house figure may have none, and its `note` should then
    say why it is what it is. `reason` is the office's own when it adjusted the figure, else empty.
    `least` and `most`, both included, are how far an office may adjust a whole number.
    """

    room: str
    name: str
    label: str
    value: Any
    unit: str
    basis: str
    standing: Standing
    from_on: date
    note: str = ""
    reason: str = ""
    least: int | None = None
    most: int | None = None

    @property
    def adjusted(self) -> bool:
        return bool(self.reason)

    def source(self, on: date | None = None) -> str:
        """What it rests on, in full, for a screen or a letter."""
        named = cite(self.basis, on or self.from_on).text if self.basis else ""
        if self.adjusted:
            return f"本机关自{chinese_date(self.from_on)}起调整：{self.reason}" + (
                f"（参照{named}）" if named else ""
            )
        if self.standing is Standing.LAW:
            return named
        return self.standing.label + (f"（参照{named}）" if named else f"：{self.note}" if self.note else "")

    def __str__(self) -> str:
        return f"{self.label}：{self.value}{self.unit}"


class Adjustment(NamedTuple):
    """An office's own value for a practice or house figure of a room, from a day, with its reason."""

    name: str
    from_on: date
    value: Any
    reason: str


def figure(room: str, name: str, on: date, adjustments: Iterable[Adjustment | tuple] = ()) -> Figure:
    """The figure `name` of `room` in force on `on`, as the office has adjusted it.

    `adjustments` are those of the same room; plain tuples in Adjustment's order will do.

    Raises FigureError when there is no such figure, when none was in force on `on`, and
    when an adjustment touches a law figure or gives a value of another kind.
    """
    values = figures(room).get(name)
    if values is None:
        raise FigureError(f"没有名为“{room}.{name}”的数值")
    standing = _at(values, on)
    chosen = None
    for adjustment in (Adjustment(*row) for row in adjustments):
        if adjustment.name != name:
            continue
        check_adjustment(room, adjustment)
        if adjustment.from_on <= on and (chosen is None or adjustment.from_on >= chosen.from_on):
            chosen = adjustment
    if standing is None:
        first = values[0]
        raise FigureError(
            f"“{first.label}”自{chinese_date(first.from_on)}起才有收录，{chinese_date(on)}没有可用的数值"
        )
    # A law that came into force after the office chose its value ends the choice.
    if chosen is None or standing.standing is Standing.LAW:
        return standing
    return replace(standing, value=chosen.value, from_on=chosen.from_on, reason=chosen.reason)


def check_adjustment(room: str, adjustment: Adjustment) -> None:
    """Raise FigureError unless an office may make this adjustment."""
    values = figures(room).get(adjustment.name)
    if values is None:
        raise FigureError(f"没有名为“{room}.{adjustment.name}”的数值，无法调整")
    base = _at(values, adjustment.from_on) or values[0]
    if base.standing is Standing.LAW:
        source = cite(base.basis, base.from_on).text
        raise FigureError(f"“{base.label}”出自{source}，属法定数值，本机关不能调整")
    if not adjustment.reason.strip():
        raise FigureError(f"调整“{base.label}”须写明理由")
    if type(adjustment.value) is not type(base.value):
        raise FigureError(f"“{base.label}”的值应与“{base.value}”同类，不能是“{adjustment.value}”")
    if base.least is not None and base.most is not None and not base.least <= adjustment.value <= base.most:
        raise FigureError(f"“{base.label}”可以在{base.least}至{base.most}{base.unit}之间调整，不能是{adjustment.value}{base.unit}")


def _at(values: tuple[Figure, ...], on: date) -> Figure | None:
    standing = None
    for value in values:
        if value.from_on <= on:
            standing = value
    return standing


@cache
def figures(room: str) -> dict[str, tuple[Figure, ...]]:
    """All figures of a room, by name, each with its values in order of date.

    Raises FigureError naming the file when one is not in our form.
    """
    if not room.isidentifier():
        raise FigureError(f"“{room}”不是模块名")
    folder = PACKAGE / room / "figures"
    found: dict[str, tuple[Figure, ...]] = {}
    for path in sorted(folder.glob("*.toml")):
        with path.open("rb") as source:
            try:
                tables = tomllib.load(source)
            except tomllib.TOMLDecodeError as error:
                raise FigureError(f"{room}/figures/{path.name}：不是有效的TOML（{error}）") from error
        for name, table in tables.items():
            if not (isinstance(table, dict) and isinstance(table.get("value"), list)):
                continue  # notices, instruments, official forms: other rooms' readers know them
            if name in found:
                raise FigureError(f"{room}/figures/{path.name}：“{name}”重复")
            try:
                found[name] = tuple(_read(room, name, table))
            except (KeyError, TypeError, ValueError) as error:
                raise FigureError(f"{room}/figures/{path.name}：“{name}”写法有误（{error}）") from error
    return found


def _read(room: str, name: str, table: dict) -> list[Figure]:
    values = []
    for row in sorted(table["value"], key=lambda row: row["from"]):
        found = Figure(
            room=room,
            name=name,
            label=table["label"],
            value=row["value"],
            unit=table.get("unit", ""),
            basis=row.get("basis", ""),
            standing=Standing(row["standing"]),
            from_on=row["from"],
            note=row.get("note", ""),
            least=table.get("least"),
            most=table.get("most"),
        )
        if (found.least is None or found.most is None) and type(found.value) is int and found.standing is not Standing.LAW:
            raise FigureError("可以调整的整数须写明least和most")
        if not found.basis and found.standing is not Standing.HOUSE:
            raise FigureError("没有依据；只有本机关自定的数值可以没有依据")
        if found.basis:
            basis = Basis.parse(found.basis)
            if found.standing is Standing.LAW and basis.held is Held.NAME:
                raise FigureError(f"{basis.instrument.name}仅收录名称，不能作为法定依据")
        values.append(found)
    return values


def rooms_with_figures() -> list[str]:
    """The rooms that keep figures of our form."""
    folders = sorted({path.parent.parent.name for path in PACKAGE.glob("*/figures/*.toml")})
    return [room for room in folders if figures(room)]
