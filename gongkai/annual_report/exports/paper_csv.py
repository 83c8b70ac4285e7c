"""The report's numbers as CSV, one a line: table, row, column, number, and the cell's name for programs."""

import csv
from io import StringIO

from .. import layout
from ..composing import Composed


def write(report: Composed) -> bytes:
    out = StringIO()
    lines = csv.writer(out)
    lines.writerow(["报告机关", "年度", "表", "行", "列", "数值", "单元格"])
    form = report.form
    rows = [("表二", row.label, column.label, f"two/{block.key}/{row.key}/{column.key}") for block, row, column in form.table_two.cells()]
    rows += [("表三", row.label, column.label, f"three/{row.key}/{column.key}") for row in form.table_three.rows for column in form.table_three.columns]
    rows += [("表四", group.label, column.label, f"four/{group.key}/{column.key}") for group in form.table_four.groups for column in form.table_four.columns]
    for table, row, column, key in rows:
        lines.writerow([report.office, report.year, table, row, column, layout.shown(report.cells.get(key)), key])
    # With its mark, for Excel to know that this is UTF-8.
    return out.getvalue().encode("utf-8-sig")
