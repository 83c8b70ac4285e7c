"""The account as PDF/A, set by typst. Texts go in as data, never as source."""

import json
import re
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

from gongkai.law.objections import Objection
from gongkai.law.refusals import Refused

from .table import PaperTable

SOURCE = Path(__file__).parent / "paper.typ"
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent


def write(table: PaperTable) -> bytes:
    """The bytes of the PDF: A4 across, the same merged cells, page numbers and the note below."""
    skip = () if table.with_progress else (3,)
    data = {
        "title": table.title, "as_of": [table.as_of.year, table.as_of.month, table.as_of.day], "office": table.office, "note": table.note, "with_progress": table.with_progress,
        "headings": [h for n, h in enumerate(table.headings) if n not in skip],
        "rows": [
            {
                "chapter": row.chapter, "chapter_span": row.chapter_span, "point": row.point, "point_span": row.point_span,
                "cells": [row.measure] + ([row.progress] if table.with_progress else []) + [row.responsibility],
            }
            for row in table.rows
        ],
    }
    try:
        return typst.compile(
            SOURCE.read_bytes(), root=str(SOURCE.parent), font_paths=[str(FONTS)], ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, pdf_standards=["a-2b"],
        )
    except typst.TypstError as error:
        missing = re.search(r'the text `?"(.+?)"`? could not be displayed', str(error))
        if missing is None:
            raise
        # PDF/A embeds its fonts, so a character they lack can't be left to the reader's machine.
        raise Refused([Objection("glyph", f"文中的“{missing[1]}”在公文字体中没有，不能生成PDF：请改换该字后再导出，或导出Word文档")]) from None
