"""PDFium, by one thread at a time.

The library keeps state of its own and two threads inside it end the process, also where the one only closes what it read before. So a PDF is
opened here alone: the lock is held while it is open, and everything of it is closed when the lock is let go, never later by the collector of
garbage in whatever thread it runs. `opened` may be nested in one thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from threading import RLock

import pypdfium2.raw as raw
from pypdfium2 import PdfDocument, PdfiumError, PdfPage

__all__ = ["LOCK", "PdfDocument", "PdfPage", "PdfiumError", "append", "opened", "pages_in", "raw", "saved", "texts_in"]

LOCK = RLock()


@contextmanager
def opened(content: bytes | Path | None = None, *, forms: bool = False) -> Iterator[PdfDocument]:
    """A PDF from its bytes or its path, or a new one. `forms` also reads what was filled into its fields.

    Raises :class:`PdfiumError` for what is no PDF, is damaged or wants a password.
    """
    with LOCK:
        pdf = PdfDocument.new() if content is None else PdfDocument(content)
        try:
            if forms:
                pdf.init_forms()
            yield pdf
        finally:
            pdf.close()


def pages_in(content: bytes) -> int:
    with opened(content) as pdf:
        return len(pdf)


def texts_in(content: bytes) -> list[str]:
    """The text layer of each page; a scan has none."""
    with opened(content) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


def append(whole: PdfDocument, content: bytes) -> None:
    """Put a PDF's pages at the end of `whole`, as they print.

    What was filled into a form's fields is made part of the page first: it belongs to the document, and does not come along with its page.
    """
    with opened(content, forms=True) as pdf:
        for page in pdf if pdf.formenv else ():
            page.flatten(raw.FLAT_PRINT)
        whole.import_pages(pdf)


def saved(pdf: PdfDocument) -> bytes:
    held = BytesIO()
    pdf.save(held)
    return held.getvalue()
