"""The report as JSON: the tables in the shape published machine-readable copies have, and the cells one by one."""

import json
from typing import Any

from ..composing import Composed
from ..tables import Number


def write(report: Composed) -> bytes:
    form, cells = report.form, report.cells

    def number(key: str) -> int | float | str | None:
        return _plain(cells.get(key))

    two: dict[str, dict[str, Any]] = {
        block.label: {"columns": [column.label for column in block.columns]}
        | {row.label: [number(f"two/{block.key}/{row.key}/{column.key}") for column in block.columns] for row in block.rows}
        for block in form.table_two.blocks
    }
    three = {row.short or row.key: [number(f"three/{row.key}/{column.key}") for column in form.table_three.columns] for row in form.table_three.rows}
    four = {group.label: [number(f"four/{group.key}/{column.key}") for column in form.table_four.columns] for group in form.table_four.groups}
    held = {
        "title": report.title, "agency": report.office, "year": report.year, "format": form.number, "as_of": report.as_of.isoformat(), "note": report.note,
        "columns": [column.label for column in form.table_three.columns], "rows": {row.short or row.key: row.label for row in form.table_three.rows},
        "section2": two, "section3": three, "section4": four, "narrative": "\n".join([report.period, *(line for n in (1, 5, 6) for line in report.prose.get(n, ()))]),
        "sections": {str(n): list(lines) for n, lines in report.prose.items()}, "cells": {key: _plain(value) for key, value in sorted(cells.items())}, "months": list(report.months), "progress": [list(line) for line in report.progress],
    }  # fmt: skip
    return json.dumps(held, ensure_ascii=False, indent=1).encode()


def _plain(value: Number | None) -> int | float | str | None:
    """A number as JSON has it; one that a reader's floating point would change is text."""
    if value is None or isinstance(value, int):
        return value
    return float(value) if str(float(value)) == str(value) else str(value)
