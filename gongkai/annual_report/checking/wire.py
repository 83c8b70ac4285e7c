"""A read and weighed report as plain data and back, for the way between two processes. Its prose stays behind unless asked for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from gongkai.annual_report.checking.cells import Kind, Value
from gongkai.annual_report.checking.findings import Finding, Level
from gongkai.annual_report.checking.report import Report, Tables


def pack(report: Report) -> dict[str, Any]:
    tables = report.tables
    return {
        "name": report.name, "kind": report.kind, "title": report.title, "office": report.office, "year": report.year, "period": list(report.period),
        "headings": {str(n): text for n, text in report.headings.items()}, "pictures": report.pictures, "hints": report.hints or {},
        "published": report.published.isoformat() if report.published else None,
        "said": [f.to_json() for f in report.said or []],
        "findings": [f.to_json() for f in report.findings],
        "tables": {
            "two": _cells(tables.two), "three": _cells(tables.three), "four": _cells(tables.four), "form_two": tables.form_two, "form_three": tables.form_three,
            "lost": tables.lost, "two_ways": [[*key, ways] for key, ways in tables.two_ways.items()], "findings": [f.to_json() for f in tables.findings],
        },
    }  # fmt: skip


def unpack(held: dict[str, Any]) -> Report:
    t = held["tables"]
    tables = Tables(
        _values(t["two"]), _values(t["three"]), _values(t["four"]), t["form_two"], t["form_three"], t["lost"],
        {(block, row): [tuple(way) for way in ways] for block, row, ways in t["two_ways"]}, _findings(t["findings"]),
    )  # fmt: skip
    return Report(
        held["name"], held["kind"], held["title"], held["office"], held["year"], tuple(held["period"]), {int(n): text for n, text in held["headings"].items()},
        held.get("prose", ""), tables, held["pictures"], _findings(held["findings"]), [],
        date.fromisoformat(held["published"]) if held.get("published") else None, _findings(held["said"]), held["hints"],
    )  # fmt: skip


def _cells(table: dict) -> list:
    return [[list(key), v.written, None if v.number is None else str(v.number), v.kind.value, v.place, list(v.candidates)] for key, v in table.items()]


def _values(cells: list) -> dict:
    return {
        tuple(key): Value(written, None if number is None else Decimal(number), Kind(kind), place, tuple(candidates))
        for key, written, number, kind, place, candidates in cells
    }


def _findings(held: list) -> list[Finding]:
    return [Finding(**{**each, "level": Level(each["level"])}) for each in held]
