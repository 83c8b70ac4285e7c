"""The account on paper: docx, xlsx, PDF and HTML, all made from one table."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from . import paper_docx, paper_html, paper_pdf, paper_xlsx
from .table import PaperTable


@dataclass(frozen=True, slots=True)
class Writer:
    """One form of the paper: `write(table)` returns the file's bytes. Raises Refused when the form can't hold the text."""

    form: str
    label: str
    content_type: str
    write: Callable[[PaperTable], bytes]

    def disposition(self, table: PaperTable) -> str:
        """An attachment named as the paper, in a way every browser reads."""
        name = f"{table.title}落实情况.{self.form}" if table.with_progress else f"{table.title}.{self.form}"
        return f"attachment; filename=\"plan-{table.year}.{self.form}\"; filename*=UTF-8''{quote(name)}"


def writers() -> dict[str, Writer]:
    """Every form the account can be exported in."""
    return {
        w.form: w
        for w in (
            Writer("docx", "Word 文档", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", paper_docx.write),
            Writer("xlsx", "Excel 工作簿", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", paper_xlsx.write),
            Writer("pdf", "PDF", "application/pdf", paper_pdf.write),
            Writer("html", "网页", "text/html; charset=utf-8", paper_html.write),
        )
    }
