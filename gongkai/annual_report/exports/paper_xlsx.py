"""The report as a workbook: prose on one sheet, each table on its own with the form's merged cells, charts that Excel draws."""

from datetime import datetime, time
from io import BytesIO

import xlsxwriter

from gongkai.exchange.undated import undated

from ..composing import PROGRESS, Composed
from ..layout import Grid
from ..tables import Number


def write(report: Composed) -> bytes:
    """The bytes of the .xlsx. Numbers are numbers; texts are texts, and nothing that begins like a formula becomes one."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"title": report.title, "author": report.office, "comments": report.note, "created": datetime.combine(report.as_of, time())})
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "text_wrap": True, "font_name": "宋体"})
    head = book.add_format({"bold": True, "font_size": 13, "font_name": "黑体", "valign": "bottom"})
    boxed = book.add_format({"border": 1, "valign": "vcenter", "text_wrap": True, "font_name": "仿宋", "font_size": 12})
    boxed_head = book.add_format({"border": 1, "bold": True, "align": "center", "valign": "vcenter", "font_name": "黑体", "font_size": 12})
    text = book.add_format({"valign": "top", "text_wrap": True, "font_name": "仿宋", "font_size": 12})
    note = book.add_format({"font_size": 9, "font_color": "#555555", "font_name": "宋体"})

    sheet = _sheet(book, "正文")
    sheet.set_column(0, 0, _WIDE)
    sheet.write_string(0, 0, report.title, title)
    sheet.set_row(0, 48)
    row = 1

    def write(line: str) -> None:
        nonlocal row
        sheet.write_string(row, 0, line, text)
        sheet.set_row(row, _LINE * _lines(line, _WIDE))
        row += 1

    write(report.opening)
    for section in report.sections:
        sheet.write_string(row, 0, section.heading, head)
        sheet.set_row(row, 26)
        row += 1
        if section.grid:
            write(f"见工作表“{_name(section.number)}”。")
        for line in section.paragraphs:
            write(line)
        if section.progress:
            write("落实情况见工作表“要点落实情况”。")
    sheet.write_string(row, 0, report.note, note)

    for section in report.sections:
        if section.grid:
            _table(book, section.number, section.heading, section.grid, report.cells)
    if report.progress:
        lines = _sheet(book, "要点落实情况", landscape=True)
        widths = (9, 50, 50)
        lines.repeat_rows(0)
        for n, line in enumerate((PROGRESS, *report.progress)):
            for column, (said, width) in enumerate(zip(line, widths, strict=True)):
                lines.set_column(column, column, width)
                lines.write_string(n, column, said, boxed if n else boxed_head)
            lines.set_row(n, 4 + _LINE * max(_lines(said, width) for said, width in zip(line, widths, strict=True)))
    _charts(book, report)
    book.close()
    return undated(out.getvalue(), report.as_of)


#: The prose's column in characters, which is an A4 page's width between narrow margins, and a line of 12-point text in points.
_WIDE, _LINE = 76, 18


def _sheet(book, name: str, *, landscape: bool = False):
    """A sheet that prints on A4, as wide as its page."""
    sheet = book.add_worksheet(name)
    sheet.set_paper(9)
    sheet.set_landscape() if landscape else sheet.set_portrait()
    sheet.set_margins(left=0.6, right=0.6)
    sheet.fit_to_pages(1, 0)
    return sheet


def _lines(text: str, width: int) -> int:
    """How many lines a 12-point text takes in a column so many characters wide; one Chinese character is two and a quarter."""
    units = sum(1.15 if ord(sign) < 0x2E80 else 2.3 for sign in text)
    return max(1, -(-int(units) // width))


def _name(number: int) -> str:
    return f"表{'一二三四五六'[number - 1]}"


def _table(book, number: int, heading: str, grid: Grid, cells: dict[str, Number]) -> None:
    label = book.add_format({"align": "center", "valign": "vcenter", "border": 1, "text_wrap": True, "font_name": "宋体", "font_size": 10})
    side = book.add_format({"align": "left", "valign": "vcenter", "border": 1, "text_wrap": True, "font_name": "宋体", "font_size": 10})
    figure = book.add_format({"align": "center", "valign": "vcenter", "border": 1, "font_name": "Times New Roman", "font_size": 10.5})
    title = book.add_format({"bold": True, "font_size": 13, "font_name": "黑体"})
    sheet = book.add_worksheet(_name(number))
    sheet.set_paper(9)
    sheet.set_landscape() if len(grid.widths) > 10 else sheet.set_portrait()
    sheet.fit_to_pages(1, 1)
    sheet.write_string(0, 0, heading, title)
    whole = 104 / sum(grid.widths)
    for n, width in enumerate(grid.widths):
        sheet.set_column(n, n, max(6.5, width * whole))
    lines = [1] * grid.height
    for cell in grid.cells:
        if cell.rows == 1 and not cell.is_number:
            room = sum(max(6.5, width * whole) for width in grid.widths[cell.column : cell.column + cell.columns]) - 1
            lines[cell.row] = max(lines[cell.row], -(-2 * len(cell.text) // int(room)))
    for row, count in enumerate(lines, 1):
        sheet.set_row(row, 6 + 14 * count)
    for cell in grid.cells:
        form = figure if cell.is_number else side if cell.scope == "row" else label
        row = cell.row + 1
        if cell.rows > 1 or cell.columns > 1:
            sheet.merge_range(row, cell.column, row + cell.rows - 1, cell.column + cell.columns - 1, "", form)
        value = cells.get(cell.key) if cell.is_number else None
        if value is not None:
            sheet.write_number(row, cell.column, value, form)
        elif cell.is_number:
            sheet.write_blank(row, cell.column, None, form)
        else:
            sheet.write_string(row, cell.column, cell.text, form)


def _charts(book, report: Composed) -> None:
    if not report.charts:
        return
    sheet = _sheet(book, "图表")
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, 0, 22)
    row = 0
    for chart in report.charts:
        sheet.write_string(row, 0, chart.title)
        for n, (name, number) in enumerate(chart.rows, 1):
            sheet.write_string(row + n, 0, name)
            sheet.write_number(row + n, 1, number)
        drawn = book.add_chart({"type": "column" if chart.upright else "bar"})
        last = row + len(chart.rows)
        drawn.add_series({"categories": ["图表", row + 1, 0, last, 0], "values": ["图表", row + 1, 1, last, 1], "fill": {"color": "#7A7A7A"}, "data_labels": {"value": True}})
        drawn.set_title({"name": chart.title})
        drawn.set_legend({"none": True})
        counts = {"min": 0, "visible": False, "major_gridlines": {"visible": False}}  # each bar says its number
        if chart.upright:
            drawn.set_y_axis(counts)
        else:
            drawn.set_x_axis(counts)
            drawn.set_y_axis({"reverse": True})
        drawn.set_size({"width": 520, "height": 260})
        sheet.insert_chart(row, 3, drawn)
        row = max(last + 2, row + 14)
