"""The account as a Word document in the founding document's layout: A4 across, five columns, merged cells, 仿宋."""

from io import BytesIO

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from gongkai.exchange.undated import undated

from .table import PaperTable

# Named, not embedded: offices have these fonts, and other machines fall back to their own 仿宋 or 宋体.
TITLE_FONT, HEADING_FONT, TEXT_FONT = "方正小标宋简体", "黑体", "仿宋_GB2312"
WIDTHS = (Cm(3.2), Cm(4.2), Cm(6.2), Cm(8.1), Cm(3.6))


def write(table: PaperTable) -> bytes:
    """The bytes of the .docx, the same for the same table whenever it is written."""
    document = Document()
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21.0)
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin, page.bottom_margin = Cm(2.4), Cm(2.0)
    normal = document.styles["Normal"]
    normal.font.size = Pt(12)
    _font(normal.element.get_or_add_rPr(), TEXT_FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    normal.element.get_or_add_rPr().append(language)
    document.core_properties.title = table.title
    document.core_properties.author = table.office
    document.core_properties.comments = table.note

    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(6)
    _run(title, table.title, TITLE_FONT, 22)

    headings = table.headings if table.with_progress else tuple(h for n, h in enumerate(table.headings) if n != 3)
    widths = WIDTHS if table.with_progress else tuple(w for n, w in enumerate(WIDTHS) if n != 3)
    grid = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    for cell, heading in zip(grid.rows[0].cells, headings, strict=True):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        _fill(cell, heading, HEADING_FONT, centred=True)
    repeat = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(repeat)

    # Rows are added first and merged afterwards: python-docx copies a merged cell when it adds a row below it.
    lines = [grid.add_row().cells for _ in table.rows]
    for cells, row in zip(lines, table.rows, strict=True):
        texts = [row.chapter if row.chapter_span else "", row.point if row.point_span else "", row.measure]
        texts += [row.progress] if table.with_progress else []
        texts.append(row.responsibility)
        for cell, text in zip(cells, texts, strict=True):
            _fill(cell, text, TEXT_FONT)
    for line in grid.rows[1:]:
        # A row that fits on the next page is not cut by this one's end.
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for column, width in enumerate(widths):
        grid.columns[column].width = width
        for cells in [grid.rows[0].cells, *lines]:
            cells[column].width = width
    for n, row in enumerate(table.rows):
        for column, span in ((0, row.chapter_span), (1, row.point_span)):
            if span > 1:
                _merge_down([cells[column] for cells in lines[n : n + span]])

    _footer(page.footer.paragraphs[0], table.note)
    out = BytesIO()
    document.save(out)
    return undated(out.getvalue(), table.as_of)


def _fill(cell: _Cell, text: str, font: str, *, centred: bool = False) -> None:
    """Put a text into a cell, a paragraph a line."""
    lines = [line for line in text.split("\n") if line.strip()] or [""]
    for n, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(paragraph, line, font, 12)


def _run(paragraph: Paragraph, text: str, font: str, size: int) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    _font(run._element.get_or_add_rPr(), font)


def _font(properties, name: str) -> None:
    """Word takes the East Asian font from an attribute of its own."""
    fonts = properties.get_or_add_rFonts()
    for attribute in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(attribute), name)


def _merge_down(cells: list[_Cell]) -> None:
    """Merge cells of one column downwards, by marks alone, so that nothing of the text is moved."""
    for n, cell in enumerate(cells):
        mark = OxmlElement("w:vMerge")
        if n == 0:
            mark.set(qn("w:val"), "restart")
        cell._tc.get_or_add_tcPr().append(mark)


def _footer(paragraph: Paragraph, note: str) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, f"{note}　第", TEXT_FONT, 9)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        run.font.size = Pt(9)
        if kind:
            field = OxmlElement("w:fldChar")
            field.set(qn("w:fldCharType"), kind)
        else:
            field = OxmlElement("w:instrText")
            field.text = text
        run._element.append(field)
    _run(paragraph, "页", TEXT_FONT, 9)
