"""The report as a Word document: A4 upright, 仿宋, the form's merged cells, table three whole on a page."""

from datetime import datetime, time
from io import BytesIO

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from gongkai.exchange.undated import undated

from ..composing import PROGRESS, Composed
from ..layout import Grid
from .paper_pdf import picture

# Named, not embedded: offices have these fonts, and other machines fall back to their own 仿宋 or 宋体.
TITLE_FONT, HEADING_FONT, TEXT_FONT, CELL_FONT = "方正小标宋简体", "黑体", "仿宋_GB2312", "宋体"
WIDE = 16.2  # centimetres between the margins
SIZES = {"two": 10.5, "three": 8.5, "four": 8}


def write(report: Composed) -> bytes:
    """The bytes of the .docx."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.4)
    page.top_margin, page.bottom_margin = Cm(2.2), Cm(1.8)
    normal = document.styles["Normal"]
    normal.font.size = Pt(14)
    _font(normal.element.get_or_add_rPr(), TEXT_FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    normal.element.get_or_add_rPr().append(language)
    heading = document.styles["Heading 1"]
    heading.font.size, heading.font.bold = Pt(15), False
    heading.font.color.rgb = None
    _font(heading.element.get_or_add_rPr(), HEADING_FONT)
    core = document.core_properties
    core.title, core.author, core.comments = report.title, report.office, report.note
    core.created = core.modified = datetime.combine(report.as_of, time())

    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(10)
    for n, line in enumerate(report.title_lines):
        if n:
            title.runs[-1].add_break()
        _run(title, line, TITLE_FONT, 20)
    _paragraph(document, report.opening)
    for section in report.sections:
        head = document.add_paragraph(style="Heading 1")
        head.paragraph_format.space_before, head.paragraph_format.space_after = Pt(12), Pt(6)
        head.paragraph_format.page_break_before = section.number == 3
        _run(head, section.heading, HEADING_FONT, 15)
        for words, line in section.lines:
            _paragraph(document, line, words)
        if section.charts:
            _charts(document, section.charts)
        if section.progress:
            _progress(document, section.progress)
        if section.grid:
            _table(document, section.grid)
    _footer(page.footer.paragraphs[0], report.note)
    out = BytesIO()
    document.save(out)
    return undated(out.getvalue(), report.as_of)


def _charts(document, charts) -> None:
    """Two beside each other, their captions below them."""
    for first in range(0, len(charts), 2):
        pair = charts[first : first + 2]
        drawn, under = document.add_paragraph(), document.add_paragraph()
        for n, chart in enumerate(pair):
            if n:
                drawn.add_run(" ")
            drawn.add_run().add_picture(BytesIO(picture(chart)), width=Cm(7.2))
            drawn._p.xpath(".//wp:docPr")[n].set("descr", f"{chart.title}：{chart.words}")
            _run(under, f"\t图{first + n + 1}　{chart.title}", TEXT_FONT, 10.5)
            under.paragraph_format.tab_stops.add_tab_stop(Cm(3.8 + 8.1 * n), WD_TAB_ALIGNMENT.CENTER)
        drawn.alignment = WD_ALIGN_PARAGRAPH.LEFT
        drawn.paragraph_format.keep_with_next = True
        drawn.paragraph_format.space_after = Pt(0)


def _progress(document, lines) -> None:
    """The ledger's table: its head again on every page it runs over."""
    table = document.add_table(rows=1, cols=3, style="Table Grid")
    table.autofit = False
    rows = [(table.rows[0], PROGRESS), *((table.add_row(), line) for line in lines)]
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    widths = (2.0, 6.4, 7.8)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for n, (row, line) in enumerate(rows):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text, width in zip(row.cells, line, widths, strict=True):
            cell.width = Cm(width)
            _fill(cell._tc, text, 10, left=bool(n) and width > 2.5, last=True)


def _paragraph(document, words: str, head: str = "") -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Pt(28)
    paragraph.paragraph_format.line_spacing = Pt(26)
    paragraph.paragraph_format.space_after = Pt(0)
    if head:
        _run(paragraph, head, HEADING_FONT, 14)
    _run(paragraph, words, TEXT_FONT, 14)


def _table(document, grid: Grid) -> None:
    """Cells are merged by marks alone, as Word itself writes them: spans across, restarts and continuations down."""
    size = SIZES[grid.key]
    widths = [width * WIDE / sum(grid.widths) for width in grid.widths]
    table = document.add_table(rows=grid.height, cols=len(widths), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _margins(table, 60 if grid.key == "two" else 30)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    covered = {(row, column): cell for cell in grid.cells for row in range(cell.row, cell.row + cell.rows) for column in range(cell.column, cell.column + cell.columns)}
    for n, row in enumerate(table.rows):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        row.height, row.height_rule = Cm(0.74), WD_ROW_HEIGHT_RULE.AT_LEAST
        cells = list(row._tr.tc_lst)
        at = 0
        while at < len(widths):
            placed = covered[n, at]
            tc = cells[at]
            for extra in cells[at + 1 : at + placed.columns]:
                row._tr.remove(extra)
            properties = tc.get_or_add_tcPr()
            tc.width = Cm(sum(widths[at : at + placed.columns]))
            if placed.columns > 1:
                span = OxmlElement("w:gridSpan")
                span.set(qn("w:val"), str(placed.columns))
                properties.append(span)
            if placed.rows > 1:
                mark = OxmlElement("w:vMerge")
                if n == placed.row:
                    mark.set(qn("w:val"), "restart")
                properties.append(mark)
            _fill(tc, (placed.text if grid.key == "two" else placed.folded) if n == placed.row else "", size, left=placed.scope == "row" and grid.key == "three", last=n == grid.height - 1)
            at += placed.columns


def _fill(tc, text: str, size: float, *, left: bool, last: bool) -> None:
    from docx.table import _Cell  # noqa: PLC0415 - a cell by its element

    cell = _Cell(tc, None)  # type: ignore[arg-type]
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.paragraph_format.keep_with_next = not last
    for number, line in enumerate(text.split("\n") if text else ()):
        if number:
            paragraph.runs[-1].add_break()
        _run(paragraph, line, CELL_FONT, size)


def _margins(table, twips: int) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        each = OxmlElement(f"w:{side}")
        each.set(qn("w:w"), str(twips))
        each.set(qn("w:type"), "dxa")
        margins.append(each)
    table._tbl.tblPr.append(margins)


def _run(paragraph, text: str, font: str, size: float) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.color.rgb = None
    _font(run._element.get_or_add_rPr(), font)


def _font(properties, name: str) -> None:
    """Word takes the East Asian font from an attribute of its own."""
    fonts = properties.get_or_add_rFonts()
    for attribute in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(attribute), name)
    for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(attribute), None)


def _footer(paragraph, note: str) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, f"{note}　第", TEXT_FONT, 9)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        run.font.size = Pt(9)
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._element.append(part)
    _run(paragraph, "页", TEXT_FONT, 9)
