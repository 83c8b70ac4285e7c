"""Bytes to text, for files that do not say how they were written."""

from __future__ import annotations

import codecs

from gongkai.exchange.blocks import Unreadable
from gongkai.files.checks import utf16_without_mark

_MARKS = [
    (codecs.BOM_UTF8, "utf-8", "UTF-8（带BOM）"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
    (b"\x84\x31\x95\x33", "gb18030", "GB18030"),
]


def decode(content: bytes, name: str) -> tuple[str, str]:
    """The text and the name of its encoding: a mark, UTF-16 by its zero bytes, UTF-8, then GB18030.

    UTF-8 is tried before GB18030 because Chinese text in the one is almost never valid in the
    other that way round. Raises :class:`Unreadable` (``encoding``, or ``truncated`` when the file
    stops in the middle of a character).
    """
    for mark, codec, label in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], codec, name), label
    if b"\x00" in content[:4096]:
        if order := utf16_without_mark(content[:4096]):
            return _strict(content, order, name), "UTF-16"
        raise Unreadable(f"“{name}”不是文本文件，无法读取。请用原来的软件打开后另存为文本。", "encoding")
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as problem:
        utf8 = problem
    try:
        return content.decode("gb18030"), "GBK/GB18030"
    except UnicodeDecodeError as problem:
        gb = problem
    furthest = max((utf8, gb), key=lambda p: p.start)
    if furthest.start >= len(content) - 4 and len(content) > 4:
        raise Unreadable(f"“{name}”的末尾是半个字，文件像是没有上传完。请重新上传。", "truncated")
    line = content.count(b"\n", 0, furthest.start) + 1
    raise Unreadable(
        f"“{name}”第{line}行有认不出的字符，既不是UTF-8也不是GBK编码。请用记事本打开，另存为UTF-8编码后再上传。",
        "encoding",
    )


def _strict(content: bytes, codec: str, name: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as problem:
        if problem.start >= len(content) - 4:
            raise Unreadable(
                f"“{name}”的末尾是半个字，文件像是没有上传完。请重新上传。", "truncated"
            ) from None
        raise Unreadable(
            f"“{name}”里有认不出的字符（约在第{problem.start}字节）。请用记事本打开，另存为UTF-8编码后再上传。",
            "encoding",
        ) from None
