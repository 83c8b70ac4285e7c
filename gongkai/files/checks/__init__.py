"""A file from outside is hostile until checked.

:func:`inspect` looks at a file on disk before anything else reads it: what it really is, whether it
is whole, and whether it carries something that must not come in (macros, scripts, bombs, references
that fetch from elsewhere). It never runs, renders or converts the file, reads it in small pieces,
and refuses with a Chinese sentence that says what is wrong and what to do.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path
from typing import BinaryIO

import puremagic

from gongkai.files.checks.compounds import check_compound, compound_kind
from gongkai.files.checks.flat import check_pdf, check_rtf, check_text
from gongkai.files.checks.looking import (
    CHUNK,
    ENTRY_LIMIT,
    IMPORT_LIMIT,
    KIND_LABELS,
    MEGABYTE,
    FileFacts,
    Looking,
    Refused,
)
from gongkai.files.checks.packages import check_package, package_kind
from gongkai.files.checks.scanning import EICAR, refuse_test_pattern, scan

__all__ = [
    "ATTACHABLE",
    "ENTRY_LIMIT",
    "IMPORTABLE",
    "IMPORT_LIMIT",
    "KIND_LABELS",
    "MEGABYTE",
    "FileFacts",
    "Refused",
    "inspect",
    "safe_name",
    "utf16_without_mark",
]

IMPORTABLE = frozenset("docx xlsx odt ods doc xls rtf pdf html csv tsv text".split())
ATTACHABLE = IMPORTABLE | frozenset("pptx ppt png jpeg gif bmp tiff webp ofd".split())

# What an extension may hold. WPS writes .wps and .et both in the old and in the new container.
_EXTENSIONS: dict[str, tuple[str, ...]] = {
    "docx": ("docx",), "xlsx": ("xlsx",), "pptx": ("pptx",), "odt": ("odt",), "ods": ("ods",),
    "doc": ("doc", "rtf"), "wps": ("doc", "docx"), "xls": ("xls",), "et": ("xls", "xlsx"), "ppt": ("ppt",), "dps": ("ppt", "pptx"),
    "rtf": ("rtf",), "pdf": ("pdf",), "html": ("html",), "htm": ("html",), "csv": ("csv",), "tsv": ("tsv",),
    "txt": ("text", "html"), "md": ("text",), "png": ("png",), "jpg": ("jpeg",), "jpeg": ("jpeg",), "gif": ("gif",),
    "bmp": ("bmp",), "tif": ("tiff",), "tiff": ("tiff",), "webp": ("webp",), "ofd": ("ofd",),
}  # fmt: skip
_MACRO_EXTENSIONS = frozenset("docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm".split())


def safe_name(name: str) -> str:
    """A file's own name without folders, control characters or marks that turn the reading direction."""
    name = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs")).strip(" .")
    return name[-120:] or "未命名文件"


def inspect(
    path: Path,
    name: str | None = None,
    *,
    limit: int = IMPORT_LIMIT,
    allowed: frozenset[str] = IMPORTABLE,
) -> FileFacts:
    """The facts of a file that may be read.

    Raises :class:`Refused` with one of the codes ``empty``, ``too_big``, ``wrong_type``,
    ``not_supported``, ``macro``, ``bomb``, ``truncated``, ``broken``, ``encrypted``, ``external``,
    ``entity``, ``script``, ``path``, ``sparse``, ``virus``, ``unscanned``. Size is asked of the file system, so a file over
    the limit is refused unread.
    """
    path = Path(path)
    look = Looking(safe_name(name or path.name))
    try:
        size = path.stat().st_size
    except OSError:
        raise look.refuse("找不到或打不开，请重新上传。", "broken") from None
    if size == 0:
        raise look.refuse("是空文件（0字节），没有可读取的内容。请检查原文件后重新上传。", "empty")
    if size > limit:
        raise look.refuse(
            f"有{_megabytes(size)}，超过{_megabytes(limit)}的上限，没有读取。请删去图片等附带内容，或拆成几个文件后分别上传。",
            "too_big",
        )
    extension = look.name.rpartition(".")[2].lower() if "." in look.name else ""
    if extension in _MACRO_EXTENSIONS:
        raise look.refuse(
            f"是可带宏的格式（.{extension}），为安全起见不接收。请另存为不带宏的{'.docx' if extension.startswith('do') else '.xlsx'}后重新上传。",
            "macro",
        )
    with path.open("rb") as stream:
        kind = _kind(stream, extension, look)
        _agree(kind, extension, look)
        if kind not in allowed:
            raise look.refuse(
                f"是{KIND_LABELS[kind]}，这里不能使用。请换成{_list_kinds(allowed)}。", "not_supported"
            )
        if kind in ("docx", "xlsx", "pptx", "odt", "ods", "ofd"):
            check_package(stream, kind, look)
        elif kind in ("doc", "xls", "ppt"):
            check_compound(stream, size, kind, look)
        elif kind == "pdf":
            check_pdf(stream, size, look)
        elif kind == "rtf":
            check_rtf(stream, look)
        elif kind in ("html", "text", "csv", "tsv"):
            check_text(stream, look)
        digest = _digest(stream, look)
        scanned = scan(stream, look)
    return FileFacts(look.name, kind, size, digest, tuple(look.warnings), scanned)


def _digest(stream: BinaryIO, look: Looking) -> str:
    digest, tail = hashlib.sha256(), b""
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        refuse_test_pattern(tail + chunk, look)
        tail = chunk[-len(EICAR) :]
    return digest.hexdigest()


def _megabytes(size: int) -> str:
    value = size / MEGABYTE
    return f"{value:.0f}MB" if value >= 10 or value == int(value) else f"{value:.1f}MB"


def _list_kinds(allowed: frozenset[str]) -> str:
    shown = [
        f".{e}"
        for e, kinds in _EXTENSIONS.items()
        if kinds[0] in allowed and e not in ("htm", "jpeg", "tiff", "md")
    ]
    return "、".join(shown)


# What it is


def _kind(stream: BinaryIO, extension: str, look: Looking) -> str:
    head = stream.read(8192)
    stream.seek(0)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return package_kind(stream, look)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return compound_kind(stream, look)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith((b"MZ", b"\x7fELF", b"#!/")):
        return "program"
    for kind, starts in _PICTURES.items():
        if head.startswith(starts) and (kind != "webp" or head[8:12] == b"WEBP"):
            return kind
    for kind, start in (("rar", b"Rar!\x1a\x07"), ("7z", b"7z\xbc\xaf\x27\x1c"), ("gzip", b"\x1f\x8b")):
        if head.startswith(start):
            return kind
    if not _looks_like_text(head):
        return _unknown(head)
    opening = (
        re.sub(r"<!--.*?-->|<\?xml.*?\?>", "", _roughly_decoded(head), flags=re.S)
        .lstrip("\ufeff \t\r\n")
        .lower()
    )
    if re.match(r"<(!doctype\s+html|html|head|body|meta|title)\b", opening) or (
        extension in ("html", "htm") and re.search(r"<[a-z][a-z0-9]*[\s>/]", opening)
    ):
        return "html"
    if re.match(r"(<!doctype\s+svg[^>]*>\s*)?<(\w+:)?svg\b", opening):
        return "svg"
    if extension in ("csv", "tsv"):
        return extension
    return "text"


_PICTURES: dict[str, tuple[bytes, ...]] = {
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
    "tiff": (b"II*\x00", b"MM\x00*"),
    "webp": (b"RIFF",),
}


def _unknown(head: bytes) -> str:
    """A last look for a kind we can at least name in the sentence."""
    try:
        found = puremagic.from_string(head)
    except (puremagic.PureError, ValueError):
        return "binary"
    return "bmp" if found == ".bmp" else "binary"


def _looks_like_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return utf16_without_mark(head) is not None
    controls = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in head)
    return controls <= len(head) // 200


_ORDINARY = re.compile(r"[\t\r\n -~\u2010-\u206f\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def utf16_without_mark(head: bytes) -> str | None:
    """The byte order of UTF-16 text that does not begin with its mark, or ``None``.

    Zero bytes alone do not tell: 一 is U+4E00. The order is the one that gives ordinary characters.
    """
    best, most = None, 0.9
    for name in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) // 2 * 2].decode(name, "ignore")
        share = len(_ORDINARY.findall(text)) / max(len(text), 1)
        if share > most:
            best, most = name, share
    return best


def _roughly_decoded(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "ignore")
    if b"\x00" in head and (name := utf16_without_mark(head)):
        return head[: len(head) // 2 * 2].decode(name, "ignore")
    return head.decode("latin-1")


def _agree(kind: str, extension: str, look: Looking) -> None:
    expected = _EXTENSIONS.get(extension)
    if expected is None:
        if extension and kind not in ("program", "binary"):
            look.warn(f"扩展名“.{extension}”不常见，按内容读作{KIND_LABELS[kind]}。")
        return
    if kind in expected:
        if kind != expected[0] and extension in ("txt", "doc"):
            look.warn(f"扩展名是“.{extension}”，内容是{KIND_LABELS[kind]}，已按内容读取。")
        return
    if kind == "ole":
        raise look.refuse(
            f"的扩展名是“.{extension}”，内容却不是，无法读取。请用Word或WPS打开后另存为.docx或.xlsx再上传。",
            "wrong_type",
        )
    advice = {
        "program": "请不要上传程序文件。",
        "binary": "请确认选对了文件，或用原来的软件打开后另存一份。",
        "zip": "请先解压，再上传其中的文件。",
        "rar": "请先解压，再上传其中的文件。",
        "7z": "请先解压，再上传其中的文件。",
        "gzip": "请先解压，再上传其中的文件。",
        "svg": "SVG图片可能带有脚本，请另存为PNG再上传。",
        "html": "常见于从业务系统导出的“假Excel”。请用Excel或WPS打开后另存为.xlsx再上传。",
    }.get(kind, f"请把扩展名改对，或用原来的软件打开后另存为.{extension}再上传。")
    raise look.refuse(f"的扩展名是“.{extension}”，内容却是{KIND_LABELS[kind]}。{advice}", "wrong_type")
