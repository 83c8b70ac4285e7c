"""Whether an uploaded paper bears a mark of classification, as far as it has words that can be read here."""

from pathlib import Path

from gongkai.exchange.blocks import Unreadable
from gongkai.exchange.reading import read
from gongkai.files import pdfium
from gongkai.files.checks import FileFacts, Refused

from .rules.marks import paper_bears_mark

#: Papers with words. A PDF is read by its text layer: a scan without one, and a format that is only read through another program, are looked at by people.
READ = frozenset({"docx", "html", "pdf", "text"})


def refuse_marked(path: Path, facts: FileFacts) -> None:
    """A check for `files.actions.keep`. Raises :class:`Refused` (``classified``) where the paper bears a mark (保密法 31(3)); the words in its running text are none."""
    if facts.kind in READ and paper_bears_mark(_pages(path, facts)):
        raise Refused(f"“{facts.name}”载有密级标识，不能使用。涉密材料不得录入本系统：请立即停止录入，连同已上传的这一份按保密规定报告和处理；这里只写文件编号等指引。", "classified")


def _pages(path: Path, facts: FileFacts) -> list[str]:
    """Its text, page by page where it has pages; nothing where it can't be read."""
    try:
        return pdfium.texts_in(path.read_bytes()) if facts.kind == "pdf" else [read(path, name=facts.name).text]
    except (pdfium.PdfiumError, Unreadable):
        return []
