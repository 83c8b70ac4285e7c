"""Whether a paper that comes in bears a mark of classification, as far as it has words that can be read here.

Every file that is kept passes here, so it is read for its marks alone: what a package unpacks to is looked through in one
pass, and only what stands at a head or around a star becomes text.
"""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from gongkai.exchange.blocks import Unreadable
from gongkai.exchange.reading.encoding import decode
from gongkai.files import pdfium
from gongkai.files.actions import ERASED, further
from gongkai.files.checks import FileFacts, Refused

from .rules.marks import paper_bears_mark

#: Pages of a PDF that are read: a mark stands on the cover or the first page, and often as a head on every one.
PAGES = 50
#: Bytes of a part that may hold its first lines, of what stands on either side of a star, and of one look.
HEAD, AROUND, LOOK = 256 * 1024, 2 * 1024, 1024 * 1024

# What a person reads first, and what stands above each page of it.
_HEADS = {
    "docx": r"word/(document|header)\d*\.xml", "odt": r"(content|styles)\.xml", "ods": r"(content|styles)\.xml",
    "xlsx": r"xl/sharedStrings\.xml", "pptx": r"ppt/slides/slide1\.xml", "ofd": r".*/Page_0/Content\.xml",
}  # fmt: skip
_STAR = re.compile("★|☆|&#973[34];|&#x260[56];".encode(), re.I)
_ENDS = re.compile(r"</(?:\w+:)?(?:p|h|si|TextObject|oddHeader|oddFooter)>|<(?:w:br|w:cr|text:line-break)\b[^<>]*>")
_TAGS = re.compile(r"<[^<>]*>|^[^<>]*>|<[^<>]*$")
# Old binary files hold Chinese in two bytes a letter, very old ones in GBK.
_CODES = ("utf-16-le", "gb18030")
_BINARY = [
    re.compile(b"(?:%s)(?:%s){0,6}(?:%s)" % tuple(b"|".join(re.escape(word.encode(code)) for word in words) for words in (("绝密", "机密", "秘密"), " \u3000", "★☆")))
    for code in _CODES
]
_RTF = re.compile(rb"\\u(-?\d{1,6}) ?(?:\\'[0-9a-fA-F]{2}|\?)*|((?:\\'[0-9a-fA-F]{2})+)|(\\par\b|\\line\b) ?|\\[a-z]+-?\d* ?|[{}\r\n]")


@further
def refuse_marked(path: Path, facts: FileFacts) -> None:
    """A check of every file that is kept. Raises :class:`Refused`: `ERASED` where it bears a mark (保密法 31(3); the words in its running text are none), ``broken`` where a package can't be looked through."""
    if any(map(paper_bears_mark, _texts(path, facts))):
        raise Refused(f"“{facts.name}”载有密级标识，不能使用。涉密材料不得录入本系统：请立即停止录入，并按保密规定报告和处理；这里只写文件编号等指引。", ERASED)


def _texts(path: Path, facts: FileFacts) -> Iterator[list[str]]:
    """The pages of each text in it, as far as they may bear a mark. Nothing of what can't be read: pictures, and scans."""
    if facts.kind in _HEADS:
        yield from _of_package(path, facts)
    elif facts.kind == "pdf":
        try:
            with pdfium.opened(path) as pdf:
                yield [page.get_textpage().get_text_range() for page in islice(pdf, PAGES)]
        except pdfium.PdfiumError:
            return
    elif facts.kind in ("doc", "xls", "ppt"):
        content = path.read_bytes()
        yield from (["", found.group().decode(code, "replace")] for code, pattern in zip(_CODES, _BINARY, strict=True) if (found := pattern.search(content)))
    elif facts.kind == "rtf":
        yield [_RTF.sub(_letter, path.read_bytes()).decode("utf-8", "replace")]
    elif facts.kind in ("html", "text", "csv", "tsv"):
        try:
            text, _ = decode(path.read_bytes(), facts.name)
        except Unreadable:
            return
        yield [_stripped(_shown(text)) if facts.kind == "html" else text]


def _of_package(path: Path, facts: FileFacts) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(path) as package:
            for part in package.infolist():
                if not part.filename.endswith(".xml"):
                    continue
                with package.open(part) as stream:
                    if re.fullmatch(_HEADS[facts.kind], part.filename):
                        yield [_stripped(stream.read(HEAD).decode("utf-8", "ignore"))]
                        stream.seek(0)
                    yield ["", *_around_stars(stream.read)]
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError):
        raise Refused(f"“{facts.name}”内部损坏，不能检查有没有密级标识，没有使用。请用原来的软件打开，另存一份后再上传。", "broken") from None


def _around_stars(read: Callable[[int], bytes]) -> Iterator[str]:
    """What stands around each star, without its tags. A look keeps the end of the one before, so that no star stands at an edge."""
    kept = b""
    while chunk := read(LOOK):
        held, upto = kept + chunk, 0
        for star in _STAR.finditer(held):
            if star.start() >= upto:
                upto = star.start() + AROUND
                yield _stripped(held[max(0, star.start() - AROUND) : upto].decode("utf-8", "ignore"))
        kept = held[-2 * AROUND :]


def _shown(page: str) -> str:
    """A web page without what it does not show."""
    tree = LexborHTMLParser(page)
    for node in tree.css("script, style, template"):
        node.decompose()
    return tree.html or ""


def _stripped(markup: str) -> str:
    """Its words, a line a paragraph: letters that stand in pieces of their own are one word."""
    return html.unescape(_TAGS.sub("", _ENDS.sub("\n", re.sub(r"(?i)</(?:p|div|h[1-6]|li|td|tr|title)>|<br\b[^<>]*>", "\n", markup))))


def _letter(found: re.Match[bytes]) -> bytes:
    """What one word of RTF stands for, in UTF-8."""
    if found.group(1):
        return chr(int(found.group(1)) % 0x10000).encode("utf-8", "ignore")
    if found.group(2):
        return bytes.fromhex(found.group(2).replace(b"\\'", b"").decode()).decode("gb18030", "ignore").encode()
    return b"\n" if found.group(3) else b""
