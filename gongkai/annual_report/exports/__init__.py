"""The report as files, all made from the one composed report."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from ..composing import Composed
from . import paper_csv, paper_docx, paper_html, paper_json, paper_pdf, paper_xlsx


@dataclass(frozen=True, slots=True)
class Writer:
    """One form of the report: `write(report)` returns the file's bytes. Raises Refused when the form can't hold the text."""

    form: str
    label: str
    content_type: str
    write: Callable[[Composed], bytes]

    def name(self, report: Composed) -> str:
        return f"{report.title}.{self.form}"

    def disposition(self, report: Composed) -> str:
        """An attachment named as the report, in a way every browser reads."""
        return f"attachment; filename=\"report-{report.year}.{self.form}\"; filename*=UTF-8''{quote(self.name(report))}"


WRITERS = {
    w.form: w
    for w in (
        Writer("docx", "Word 文档", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", paper_docx.write),
        Writer("pdf", "PDF", "application/pdf", paper_pdf.write),
        Writer("xlsx", "Excel 工作簿", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", paper_xlsx.write),
        Writer("html", "网页", "text/html; charset=utf-8", paper_html.write),
        Writer("json", "JSON", "application/json; charset=utf-8", paper_json.write),
        Writer("csv", "CSV", "text/csv; charset=utf-8", paper_csv.write),
    )
}
