"""Tables out: xlsx, csv, and the blank template a register is filled in with.

Text that a spreadsheet would run as a formula is made harmless on the way: in a workbook by the
cell's own quote mark, which also survives editing; in csv by an apostrophe, which
:func:`gongkai.exchange.values.text` takes off again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from gongkai.exchange.tables import NOTES_SHEET, Column, TableSpec
from gongkai.exchange.values import Mark

PEKING = ZoneInfo("Asia/Shanghai")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FONT = "仿宋"
_CELL_LIMIT = 32_767  # characters Excel keeps in one cell
_SHEET_ROWS = 1_048_576
_TEMPLATE_ROWS = 5_000  # how far down a template's formats and choices reach

Record = Mapping[str, Any] | Sequence[Any]
Target = Path | str | BinaryIO


def guarded(text: str) -> str:
    """The text as csv may hold it: an apostrophe before what a spreadsheet would take for a formula."""
    return (
        "'" + text if text.lstrip(" \u3000").startswith(_DANGEROUS) or text.startswith(_DANGEROUS) else text
    )


def write_csv(target: Target, spec: TableSpec, rows: Iterable[Record]) -> int:
    """Rows as UTF-8 with a mark, which Excel and WPS need to read Chinese; returns how many.

    Dates are written 2022-11-30, which spreadsheets take for dates and people can read.
    """
    if isinstance(target, Path | str):
        with open(target, "wb") as stream:
            return write_csv(stream, spec, rows)
    wrapper = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(wrapper, lineterminator="\r\n")
    writer.writerow([guarded(c.label) for c in spec.columns])
    written = 0
    for record in rows:
        writer.writerow([_csv_cell(column, value) for column, value in _cells(spec, record)])
        written += 1
    wrapper.detach()
    return written


def write_xlsx(target: Target, spec: TableSpec, rows: Iterable[Record], *, title: str = "") -> int:
    """Rows as a workbook written row by row, so that memory does not grow with them; returns how many.

    The heading is frozen and filtered; ``title`` is a line above it. Past a sheet's end a second sheet begins.
    """
    written, sheet_number = 0, 0
    with xlsxwriter.Workbook(_target(target), _OPTIONS) as book:
        formats = _Formats(book)
        sheet, at, first = None, 0, 0
        for record in rows:
            if sheet is None or at >= _SHEET_ROWS:
                _finish(sheet, first, at, spec)
                sheet_number += 1
                sheet, at = _sheet(book, spec, formats, title, sheet_number)
                first = at
            for position, (column, value) in enumerate(_cells(spec, record)):
                _write(sheet, at, position, column, value, formats)
            at += 1
            written += 1
        if sheet is None:
            sheet, at = _sheet(book, spec, formats, title, 1)
            first = at
        _finish(sheet, first, at, spec)
    return written


def write_template(target: Target, spec: TableSpec) -> None:
    """A blank table to fill in: headings with their notes, formats, lists to choose from, and a sheet 填写说明."""
    with xlsxwriter.Workbook(_target(target), {**_OPTIONS, "constant_memory": False}) as book:
        formats = _Formats(book)
        sheet = book.add_worksheet(_sheet_name(spec.label))
        notes = book.add_worksheet(NOTES_SHEET)
        lists = None
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, 32)
        for position, column in enumerate(spec.columns):
            sheet.set_column(position, position, column.width, formats.blank(column))
            sheet.write_string(
                0, position, column.label, formats.required if column.required else formats.heading
            )
            remark = _remark(column)
            if remark:
                sheet.write_comment(0, position, remark, {"x_scale": 1.6, "font_size": 9})
            if rule := _validation(column):
                if column.choices and column.kind == "choice" and _too_long(column):
                    if lists is None:
                        lists = book.add_worksheet("选项")
                        lists.hide()
                    for row, (_, label) in enumerate(column.choices):
                        lists.write_string(row, position, label)
                    letters = xl_col_to_name(position, col_abs=True)
                    rule["source"] = f"=选项!{letters}$1:{letters}${len(column.choices)}"
                sheet.data_validation(1, position, _TEMPLATE_ROWS, position, rule)
        _write_notes(notes, spec, formats)
        sheet.activate()


_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


class _Formats:
    """The formats of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"font_name": _FONT, "font_size": 11, "valign": "vcenter"}
        head = {
            **base,
            "bold": True,
            "align": "center",
            "text_wrap": True,
            "border": 1,
            "bg_color": "#F2F2F2",
        }
        self.title = book.add_format({**base, "bold": True, "font_size": 16})
        self.heading = book.add_format(head)
        self.required = book.add_format({**head, "font_color": "#B22222"})
        self.text = book.add_format({**base, "text_wrap": True, "valign": "top", "num_format": "@"})
        self.quoted = book.add_format(
            {**base, "text_wrap": True, "valign": "top", "num_format": "@", "quote_prefix": True}
        )
        self.number = book.add_format({**base, "valign": "top"})
        self.date = book.add_format(
            {**base, "valign": "top", "align": "left", "num_format": 'yyyy"年"m"月"d"日"'}
        )
        self.moment = book.add_format(
            {**base, "valign": "top", "align": "left", "num_format": 'yyyy"年"m"月"d"日" hh:mm'}
        )

    def blank(self, column: Column) -> Format:
        """The format of a column before anything is in it; text keeps long numbers whole."""
        return {
            "date": self.date,
            "moment": self.moment,
            "integer": self.number,
            "count": self.number,
            "decimal": self.number,
        }.get(column.kind, self.text)


def _target(target: Target) -> str | BinaryIO:
    return str(target) if isinstance(target, Path) else target


def _sheet_name(label: str) -> str:
    return "".join("　" if c in "[]:*?/\\" else c for c in label).strip("' 　")[:28] or "表"


def _sheet(
    book: xlsxwriter.Workbook, spec: TableSpec, formats: _Formats, title: str, number: int
) -> tuple[Worksheet, int]:
    sheet = book.add_worksheet(_sheet_name(spec.label) + (str(number) if number > 1 else ""))
    for position, column in enumerate(spec.columns):
        sheet.set_column(position, position, column.width)
    at = 0
    if title:
        sheet.set_row(0, 28)
        sheet.write_string(0, 0, title, formats.title if not title.startswith(_DANGEROUS) else formats.quoted)
        at = 1
    for position, column in enumerate(spec.columns):
        sheet.write_string(at, position, column.label, formats.heading)
    sheet.freeze_panes(at + 1, 0)
    return sheet, at + 1


def _finish(sheet: Worksheet | None, first: int, end: int, spec: TableSpec) -> None:
    if sheet is not None and end > first:
        sheet.autofilter(first - 1, 0, end - 1, len(spec.columns) - 1)


def _cells(spec: TableSpec, record: Record) -> Iterable[tuple[Column, Any]]:
    if isinstance(record, Mapping):
        return ((column, record.get(column.name)) for column in spec.columns)
    return zip(spec.columns, record, strict=True)


def _shown(column: Column, value: Any) -> Any:
    """A value as it is written: labels for codes, 是/否, “/” for what does not apply, moments in Peking time."""
    if isinstance(value, Mark):
        return value.value
    if column.choices and isinstance(value, str):
        return dict(column.choices).get(value, value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple | set | frozenset):
        labels = dict(column.choices)
        return "、".join(str(labels.get(v, v)) for v in value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(PEKING).replace(tzinfo=None)
    return value


def _csv_cell(column: Column, value: Any) -> str | int | float | Decimal:
    value = _shown(column, value)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes") if column.kind != "date" else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return value
    # A lone “-” or “/” is a mark and no formula.
    text = str(value)
    return text if text in ("-", "—", "/") else guarded(text)


def _write(sheet: Worksheet, row: int, position: int, column: Column, value: Any, formats: _Formats) -> None:
    value = _shown(column, value)
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, position, value, formats.moment if column.kind != "date" else formats.date)
    elif isinstance(value, date):
        sheet.write_datetime(row, position, datetime.combine(value, time()), formats.date)
    elif isinstance(value, int | float | Decimal) and len(str(value).replace(".", "").lstrip("-")) <= 15:
        sheet.write_number(row, position, value, formats.number)
    else:
        text = str(value)
        if len(text) > _CELL_LIMIT:
            text = text[: _CELL_LIMIT - 20] + "……（超长，已截断）"
        text = "".join(c for c in text if c >= " " or c in "\n\t")  # control characters break the XML
        sheet.write_string(
            row, position, text, formats.quoted if text.startswith(_DANGEROUS) else formats.text
        )


_EXAMPLES = {
    "date": "日期，如2022年11月30日或2022-11-30",
    "moment": "日期和时间，如2022年11月30日9时30分",
    "integer": "整数",
    "count": "0或正整数；没有发生填0，没有统计留空",
    "decimal": "数字",
    "yes_no": "填“是”或“否”",
}


def _remark(column: Column) -> str:
    parts = ["必填。" if column.required else "选填。"]
    if column.kind in _EXAMPLES:
        parts.append(_EXAMPLES[column.kind] + "。")
    if column.choices:
        shown = "、".join(label for _, label in column.choices[:20]) + (
            "等" if len(column.choices) > 20 else ""
        )
        parts.append(
            ("可填多项，用顿号隔开：" if column.kind == "several" else "从中选一项：") + shown + "。"
        )
    if column.slash:
        parts.append("不适用的填“/”。")
    if column.max_length:
        parts.append(f"不超过{column.max_length}字。")
    if column.help:
        parts.append(column.help)
    return "".join(parts)


def _too_long(column: Column) -> bool:
    # Excel keeps a list of choices inside the rule only up to 255 characters, and parts it at commas.
    return len(",".join(label for _, label in column.choices)) > 255 or any(
        "," in label for _, label in column.choices
    )


def _validation(column: Column) -> dict[str, Any] | None:
    title = column.label[:30]
    if column.kind == "choice" and column.choices:
        rule: dict[str, Any] = {"validate": "list", "source": [label for _, label in column.choices]}
        if _too_long(column):
            rule["source"] = []
        message = "请从列表中选择。"
    elif column.kind == "yes_no":
        rule, message = {"validate": "list", "source": ["是", "否"]}, "请填“是”或“否”。"
    elif column.kind == "count" and not column.slash:
        rule, message = {"validate": "integer", "criteria": ">=", "value": 0}, "请填0或正整数。"
    else:
        return None
    # “/” and a superior's older list are settled at import; here a wrong entry only asks.
    return {
        **rule,
        "ignore_blank": True,
        "error_title": title,
        "error_message": message,
        "error_type": "warning",
    }


def _write_notes(sheet: Worksheet, spec: TableSpec, formats: _Formats) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, f"{spec.label}导入模板填写说明", formats.title)
    at = 2
    general = [
        "表头文字请勿改动，列的先后可以调换；红字的列必填。",
        "空白、0和“/”的意思不同：空白是没有填，0是数量为零，“/”是不适用。",
        *spec.notes,
    ]
    for number, sentence in enumerate(general, 1):
        sheet.write_string(at, 0, f"说明{number}", formats.text)
        sheet.write_string(at, 1, sentence, formats.text)
        at += 1
    at += 1
    # “列名” and not the labels side by side: this sheet must never be taken for the table.
    sheet.write_string(at, 0, "列名", formats.heading)
    sheet.write_string(at, 1, "怎样填", formats.heading)
    for column in spec.columns:
        at += 1
        sheet.write_string(at, 0, column.label, formats.text)
        sheet.write_string(at, 1, _remark(column), formats.text)
