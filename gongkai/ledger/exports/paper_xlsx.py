"""The account as a workbook: the paper on one sheet, with its merged cells."""

from datetime import datetime, time
from io import BytesIO

import xlsxwriter

from gongkai.exchange.undated import undated

from .table import PaperTable

WIDTHS = (16, 24, 38, 52, 22)


def write(table: PaperTable) -> bytes:
    """The bytes of the .xlsx, the same for the same table whenever it is written. Texts are written as texts: nothing that begins like a formula becomes one."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"title": table.title, "author": table.office, "comments": table.note, "created": datetime.combine(table.as_of, time())})
    title = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter", "font_name": "宋体"})
    head = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True, "font_name": "黑体", "bg_color": "#F2EFE9"})
    text = book.add_format({"valign": "top", "border": 1, "text_wrap": True, "font_name": "仿宋"})
    note = book.add_format({"font_size": 9, "font_color": "#555555", "font_name": "宋体", "align": "center"})

    skip = () if table.with_progress else (3,)
    headings = [h for n, h in enumerate(table.headings) if n not in skip]
    widths = [w for n, w in enumerate(WIDTHS) if n not in skip]
    sheet = book.add_worksheet("落实情况" if table.with_progress else "分工方案")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.set_footer(f"&C{table.note}　第&P页")
    sheet.merge_range(0, 0, 0, len(headings) - 1, table.title, title)
    sheet.set_row(0, 36)
    # Above the headings: below the table it would read back as one more chapter.
    sheet.merge_range(1, 0, 1, len(headings) - 1, table.note, note)
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, heading, head)
    for n, row in enumerate(table.rows):
        line = n + 3
        for column, (words, span) in enumerate(((row.chapter, row.chapter_span), (row.point, row.point_span))):
            if span > 1:
                sheet.merge_range(line, column, line + span - 1, column, words, text)
            elif span == 1:
                sheet.write_string(line, column, words, text)
        rest = [row.measure] + ([row.progress] if table.with_progress else []) + [row.responsibility]
        for column, words in enumerate(rest, 2):
            sheet.write_string(line, column, words, text)
        sheet.set_row(line, 6 + 16 * _lines(rest, widths[2:]))
    sheet.freeze_panes(3, 0)

    book.close()
    return undated(out.getvalue(), table.as_of)


def _lines(texts: list[str], widths: list[int]) -> int:
    """About how many lines the fullest cell needs: a Chinese character takes two of a column's units, and two are lost at the edge."""
    return max((sum(max(1, -(-2 * len(part) // (width - 2))) for part in text.split("\n")) for text, width in zip(texts, widths, strict=True)), default=1)
