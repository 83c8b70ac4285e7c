"""Files that are one stream of bytes: PDF, RTF, text."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from gongkai.files.checks.looking import CHUNK, MEGABYTE, Looking

_PDF_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|RichMedia|XFA)(?=[\s/<(\[\d>])")


def check_pdf(stream: BinaryIO, size: int, look: Looking) -> None:
    stream.seek(0)
    content = stream.read()
    if b"%%EOF" not in content[-2048:]:
        raise look.refuse("不完整，像是没有上传完（缺少PDF的结尾）。请重新上传。", "truncated")
    pieces, active, unpacked = [], set(), 0
    for words, body in _pdf_parts(content):
        words = _unescape_names(words)
        pieces.append(words)
        active |= set(_PDF_ACTIVE.findall(words))
        if b"/ObjStm" in words[-2048:]:
            # Objects may hide in compressed object streams; each is unpacked, to a limit, and searched.
            try:
                objects = zlib.decompressobj().decompress(body, 16 * MEGABYTE)
            except zlib.error:
                continue
            unpacked += len(objects)
            if unpacked > 200 * MEGABYTE:
                raise look.refuse("解开后大得不正常，没有读取。请确认文件来源。", "bomb")
            active |= set(_PDF_ACTIVE.findall(_unescape_names(objects)))
    outside = b" ".join(pieces)
    if active - {b"XFA"}:
        raise look.refuse(
            "含有脚本或自动执行的动作，为安全起见不接收。请用“打印到PDF”的方式重新生成一份再上传。", "script"
        )
    if active:
        look.warn("PDF里有可填写的动态表单（XFA），表单里填的内容可能读不到，请核对。")
    if b"/EmbeddedFile" in outside:
        look.warn("PDF里附有其他文件，只读取正文，不读取附带的文件。")
    if re.search(rb"/Encrypt\b", outside) and _pdf_needs_password(content):
        raise look.refuse("加了打开密码，无法读取。请取消密码后重新上传。", "encrypted")


def _pdf_parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What stands outside streams, each piece with the stream that follows it."""
    position = 0
    while (start := content.find(b"stream", position)) >= 0:
        end = content.find(b"endstream", start)
        if end < 0:
            break
        body = start + 6
        body += 2 if content[body : body + 2] == b"\r\n" else content[body : body + 1] == b"\n"
        yield content[position:start], content[body:end]
        position = end + 9
    yield content[position:], b""


def _pdf_needs_password(content: bytes) -> bool:
    from gongkai.files import pdfium  # noqa: PLC0415 - loads a native library, needed only for the few encrypted files

    try:
        pdfium.pages_in(content)
    except pdfium.PdfiumError:
        return True
    return False


def _unescape_names(content: bytes) -> bytes:
    """``/J#61vaScript`` is ``/JavaScript`` to every reader."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), content)


def check_rtf(stream: BinaryIO, look: Looking) -> None:
    stream.seek(0)
    content = stream.read()
    if content.rstrip(b"\x00 \r\n")[-1:] != b"}":
        raise look.refuse("不完整，像是没有上传完（RTF缺少结尾）。请重新上传。", "truncated")
    if re.search(rb"\\objdata|\\objupdate|\\\*\\template\b", content):
        raise look.refuse(
            "嵌有对象或远程模板，为安全起见不接收。请用Word或WPS打开后另存为.docx再上传。", "script"
        )


def check_text(stream: BinaryIO, look: Looking) -> None:
    """Text is harmless to read; only a stretch of zero bytes tells an upload that stopped half-way."""
    stream.seek(0)
    head = stream.read(8192)
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head
    blank = (
        head.startswith(b"\xef\xbb\xbf") and not head[3:].strip() or not head.strip(b"\x00 \t\r\n\xff\xfe")
    )
    if blank and len(head) < 8192:
        raise look.refuse("里面只有空白，没有可读取的内容。请检查原文件后重新上传。", "empty")
    if wide:
        return
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        if b"\x00" in chunk:
            raise look.refuse("里面夹有空字节，像是没有上传完或不是文本。请重新上传。", "truncated")
