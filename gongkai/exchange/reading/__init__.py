"""Files in, blocks out: each kind of file has a reader here, and :func:`read` finds the right one."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from gongkai.exchange.blocks import Source, Unreadable
from gongkai.files.checks import IMPORT_LIMIT, Refused, inspect

# The libraries behind some readers take most of a second to load, so each loads when first needed.
_READERS = {
    "docx": "word:read_docx",
    "xlsx": "workbook:read_workbook",
    "xls": "workbook:read_workbook",
    "ods": "workbook:read_workbook",
    "csv": "plain:read_separated",
    "tsv": "plain:read_separated",
    "text": "plain:read_text",
    "html": "web:read_html",
    "pdf": "pages:read_pdf",
    "doc": "office:read_converted",
    "odt": "office:read_converted",
    "rtf": "office:read_converted",
}


def read(path: Path, *, name: str | None = None, limit: int = IMPORT_LIMIT) -> Source:
    """The blocks of a file, checked first; ``name`` is what the person called it.

    ``Source.kind`` is the kind by content (``docx``, ``xlsx``, ``csv``, ``pdf``, ``html``, ``text`` …).
    Raises :class:`Unreadable` with a sentence for the person, whether the check refused the file or
    the reader could not make sense of it. Nothing else escapes.
    """
    path = Path(path)
    try:
        facts = inspect(path, name, limit=limit)
    except Refused as refused:
        raise Unreadable(refused.sentence, refused.code) from None
    module, _, function = _READERS[facts.kind].partition(":")
    reader: Callable[[Path, str], Source] = getattr(import_module(f"{__name__}.{module}"), function)
    try:
        source = reader(path, facts.name)
    except Unreadable:
        raise
    except MemoryError:
        raise Unreadable(
            f"“{facts.name}”内容过大，内存不够，没有读取。请拆成几个文件后分别上传。", "too_big"
        ) from None
    except Exception as problem:
        # A reader meets whatever people upload; the person gets a sentence, the cause stays attached.
        raise Unreadable(
            f"“{facts.name}”读取时出错，文件可能损坏。请用原来的软件打开，另存一份后再上传。", "broken"
        ) from problem
    source.kind = facts.kind
    source.warnings[:0] = facts.warnings
    if not source.text.strip():
        raise Unreadable(f"“{facts.name}”里没有可读取的文字。请检查原文件后重新上传。", "empty")
    return source
