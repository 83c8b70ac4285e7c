"""A letter as PDF/A and as docx. Texts go in as data, never as source."""

import json
import re
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from gongkai.law.calendar import chinese_date
from gongkai.law.objections import Objection
from gongkai.law.refusals import Refused

from .models import Letter

SOURCE = Path(__file__).parent / "letter.typ"
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
NO_NUMBER = "（文号定稿时编）"


def pdf(letter: Letter) -> bytes:
    """The bytes of the PDF. A character the fonts lack is refused by name."""
    said = letter.content()
    day = letter.written_on
    data = said | {
        "number": letter.number or NO_NUMBER, "day": chinese_date(day), "date": [day.year, day.month, day.day],
        "enclosures": [label for _, label in said["enclosures"]],
    }  # fmt: skip
    try:
        return typst.compile(
            SOURCE.read_bytes(), root=str(SOURCE.parent), font_paths=[str(FONTS)], ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, pdf_standards=["a-2b"],
        )
    except typst.TypstError as error:
        missing = re.search(r'the text `?"(.+?)"`? could not be displayed', str(error))
        if missing is None:
            raise
        raise Refused([Objection("glyph", f"文中的“{missing[1]}”在公文字体中没有，不能定稿：请改换该字")]) from None


def docx(letter: Letter) -> bytes:
    """The same letter for Word: 仿宋 where the reader's machine has it."""
    said, page = letter.content(), Document()
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = Cm(2.8), Cm(2.6), Cm(3.7), Cm(3.5)
    page.core_properties.title, page.core_properties.author = said["title"], said["office"]
    page.core_properties.created = page.core_properties.modified = datetime.combine(letter.written_on, datetime.min.time())
    _line(page, said["office"], 14, WD_ALIGN_PARAGRAPH.CENTER)
    _line(page, said["title"], 22, WD_ALIGN_PARAGRAPH.CENTER, font="方正小标宋简体")
    _line(page, letter.number or NO_NUMBER, 14, WD_ALIGN_PARAGRAPH.CENTER)
    for n, text in enumerate(said["paragraphs"]):
        _line(page, text, 16, indent=n > 0 or not text.endswith("："))
    if said["enclosures"]:
        _line(page, "附件：" + "　".join(f"{n}．{label}" for n, (_, label) in enumerate(said["enclosures"], 1)), 16, indent=True)
    _line(page, "", 16)
    _line(page, said["office"], 16, WD_ALIGN_PARAGRAPH.RIGHT)
    _line(page, chinese_date(letter.written_on), 16, WD_ALIGN_PARAGRAPH.RIGHT)
    held = BytesIO()
    page.save(held)
    return held.getvalue()


def _line(page, text: str, size: int, align=None, *, indent: bool = False, font: str = "仿宋_GB2312") -> None:
    paragraph = page.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.line_spacing = Pt(28)
    paragraph.paragraph_format.space_after = Pt(0)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(size * 2)
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
