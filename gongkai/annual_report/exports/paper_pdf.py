"""The report as PDF/A, set by typst. Texts go in as data, never as source."""

import json
import re
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

from gongkai.law.objections import Objection
from gongkai.law.refusals import Refused
from gongkai.ui.charts import Chart

from ..composing import PROGRESS, Composed
from ..layout import Grid

SOURCE = Path(__file__).parent / "report.typ"
FIGURE = Path(__file__).parent / "figure.typ"
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent


def write(report: Composed) -> bytes:
    """The bytes of the PDF: A4 upright, each table whole on a page."""
    data = {
        "title": report.title, "title_lines": list(report.title_lines), "progress_heads": list(PROGRESS), "office": report.office, "as_of": [report.as_of.year, report.as_of.month, report.as_of.day], "note": report.note, "opening": report.opening,
        "sections": [
            {
                "heading": section.heading, "paragraphs": section.lines, "progress": section.progress, "grid": _grid(section.grid) if section.grid else None,
                "charts": [{"title": chart.title, "png": list(picture(chart)), "words": chart.words} for chart in section.charts],
            }
            for section in report.sections
        ],
    }  # fmt: skip
    return _compiled(SOURCE, data, pdf_standards=["a-2b"])


def picture(chart: Chart) -> bytes:
    """A chart as PNG, for documents that hold no SVG."""
    return _compiled(FIGURE, {"svg": chart.svg}, format="png", ppi=200)


def _compiled(source: Path, data: dict, **how) -> bytes:
    try:
        return typst.compile(
            source.read_bytes(), root=str(source.parent), font_paths=[str(FONTS)], ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, **how,
        )
    except typst.TypstError as error:
        missing = re.search(r'the text `?"(.+?)"`? could not be displayed', str(error))
        if missing is None:
            raise
        # PDF/A embeds its fonts, so a character they lack can't be left to the reader's machine.
        raise Refused([Objection("glyph", f"文中的“{missing[1]}”在公文字体中没有，不能生成PDF：请改换该字后再导出，或导出Word文档")]) from None


def _grid(grid: Grid) -> dict:
    return {
        "key": grid.key, "widths": list(grid.widths), "heads": grid.heads,
        "cells": [{"x": c.column, "y": c.row, "rows": c.rows, "columns": c.columns, "text": c.text if grid.key == "two" else c.folded, "number": c.is_number, "left": c.scope == "row"} for c in grid.cells],
    }
