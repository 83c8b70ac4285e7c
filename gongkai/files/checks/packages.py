"""Zip packages (docx, xlsx, pptx, odt, ods, ofd): bombs, macros, broken parts, what fetches from elsewhere."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO, BinaryIO
from xml.parsers import expat

from gongkai.files.checks.looking import (
    CHUNK,
    ENTRY_LIMIT,
    NESTING_LIMIT,
    RATIO_COUNTS_FROM,
    RATIO_LIMIT,
    SHEET_AREA_LIMIT,
    UNPACKED_LIMIT,
    Looking,
)
from gongkai.files.checks.scanning import refuse_test_pattern


def _open_zip(stream: BinaryIO, look: Looking) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise look.refuse(
            "不完整，像是没有上传完，或在传输中损坏（压缩结构缺了结尾）。请重新上传。", "truncated"
        ) from None


# The main part has a number in what some web editors write: document2.xml.
_MAIN_PARTS = (
    ("word/", r"word/document\d*\.xml", "docx"),
    ("xl/", r"xl/workbook\d*\.xml", "xlsx"),
    ("ppt/", r"ppt/presentation\d*\.xml", "pptx"),
)


def package_kind(stream: BinaryIO, look: Looking) -> str:
    with _open_zip(stream, look) as package:
        names = package.namelist()
        present = set(names)
        if "mimetype" in present and package.getinfo("mimetype").file_size < 200:
            try:
                kind = package.read("mimetype").decode("ascii", "replace")
            except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
                raise look.refuse("内部损坏，无法解开。请重新上传。", "broken") from None
            for mark, name in (("opendocument.text", "odt"), ("opendocument.spreadsheet", "ods")):
                if mark in kind:
                    return name
        if "OFD.xml" in present:
            return "ofd"
        for start, main, name in _MAIN_PARTS:
            if "[Content_Types].xml" in present and any(n.startswith(start) for n in names):
                if not any(re.fullmatch(main, n) for n in names):
                    raise look.refuse(
                        "缺少正文部件，文件损坏。请用原来的软件打开，另存一份后再上传。", "broken"
                    )
                return name
    stream.seek(0)
    return "zip"


def check_package(stream: BinaryIO, kind: str, look: Looking) -> None:
    stream.seek(0, 2)
    size = stream.tell()
    _check_zip(stream, size, look, kind=kind, depth=1, budget=[UNPACKED_LIMIT])


def _check_zip(
    stream: BinaryIO, size: int, look: Looking, *, kind: str, depth: int, budget: list[int]
) -> None:
    bomb = "解开后大得不正常，像是压缩炸弹，没有读取。请确认文件来源；如确属正常文件，请用原软件另存一份后再上传。"
    if depth > NESTING_LIMIT:
        raise look.refuse("里面一层套一层嵌了过多的压缩文件，没有读取。请删去嵌入的文件后重新上传。", "bomb")
    with _open_zip(stream, look) as package:
        entries = package.infolist()
        if len(entries) > ENTRY_LIMIT:
            raise look.refuse(
                f"里面有{len(entries)}个部件，超过{ENTRY_LIMIT}个，没有读取。请用原软件另存一份后再上传。",
                "bomb",
            )
        declared = sum(e.file_size for e in entries)
        # Entries that overlap (the “better zip bomb”) are told by their sizes adding up to more than the file.
        if sum(e.compress_size for e in entries) > size:
            raise look.refuse(bomb, "bomb")
        if declared > budget[0] or (declared > RATIO_COUNTS_FROM and declared > RATIO_LIMIT * max(size, 1)):
            raise look.refuse(bomb, "bomb")
        for entry in entries:
            if entry.file_size > RATIO_COUNTS_FROM and entry.file_size > RATIO_LIMIT * max(
                entry.compress_size, 1
            ):
                raise look.refuse(bomb, "bomb")
        budget[0] -= declared
        if any(e.flag_bits & 0x1 for e in entries):
            raise look.refuse("加了打开密码，无法读取。请取消密码后重新上传。", "encrypted")
        seen = set()
        for entry in entries:
            parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
            if (
                ".." in parts
                or entry.filename.startswith(("/", "\\"))
                or re.match(r"^[A-Za-z]:", entry.filename)
            ):
                raise look.refuse("内部的部件路径越出了文件本身，不像正常文件，没有读取。", "path")
            if entry.filename in seen:
                raise look.refuse(
                    "内部有同名的部件，不像正常文件，没有读取。请用原软件另存一份后再上传。", "broken"
                )
            seen.add(entry.filename)
            _check_name(entry.filename, kind, look)
        for entry in entries:
            if not entry.is_dir():
                _check_entry(package, entry, look, kind=kind, depth=depth, budget=budget)


def _check_name(name: str, kind: str, look: Looking) -> None:
    lower = name.lower()
    if lower.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in lower or "/activex/" in lower:
        raise look.refuse(f"带有宏或控件，为安全起见不接收。请另存为不带宏的.{kind}后重新上传。", "macro")
    if kind in ("odt", "ods") and lower.startswith(("basic/", "scripts/")) and not lower.endswith("/"):
        raise look.refuse(f"带有宏，为安全起见不接收。请删去宏后另存为.{kind}再上传。", "macro")
    if lower.endswith((".exe", ".dll", ".bat", ".cmd", ".vbs", ".js", ".ps1", ".scr", ".lnk", ".jar")):
        raise look.refuse("里面嵌有程序或脚本，为安全起见不接收。请删去嵌入的对象后重新上传。", "script")
    if "/embeddings/" in lower:
        look.warn("文件里嵌有其他文件（对象），只读取正文，不读取嵌入的内容。")


def _check_entry(
    package: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    look: Looking,
    *,
    kind: str,
    depth: int,
    budget: list[int],
) -> None:
    lower = entry.filename.lower()
    try:
        with package.open(entry) as part:
            first = part.peek(8)[:8]
            if first.startswith(b"PK\x03\x04"):
                if entry.file_size > RATIO_COUNTS_FROM:
                    raise look.refuse(
                        "里面嵌有过大的压缩文件，没有读取。请删去嵌入的文件后重新上传。", "bomb"
                    )
                _check_nested(part.read(), look, depth=depth, budget=budget)
            elif first.startswith(b"\xd0\xcf\x11\xe0"):
                _drain(part, look)
            elif entry.file_size and (
                lower.endswith((".xml", ".rels", ".vml"))
                or first.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1] == b"<"
            ):
                # Any part may be named as a sheet, whatever its name ends in, so none is passed over.
                rels = lower.endswith(".rels")
                wide = _check_xml(
                    part,
                    entry.filename,
                    look,
                    rels=rels,
                    sheet=lower.startswith("xl/") and not rels,
                    ods=kind == "ods",
                )
                if wide:
                    with package.open(entry) as again:
                        _check_spread(again, look)
            else:
                _drain(part, look)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
        raise look.refuse(
            f"内部损坏（部件“{entry.filename}”解不开），可能没有上传完。请重新上传。", "broken"
        ) from None
    except (RuntimeError, NotImplementedError):
        raise look.refuse(
            "使用了不支持的压缩或加密方式，无法读取。请用原软件另存一份后再上传。", "broken"
        ) from None


def _check_nested(content: bytes, look: Looking, *, depth: int, budget: list[int]) -> None:
    _check_zip(io.BytesIO(content), len(content), look, kind="docx", depth=depth + 1, budget=budget)


def _drain(part: IO[bytes], look: Looking) -> None:
    """Reads to the end, which compares the checksum, and keeps nothing."""
    while chunk := part.read(CHUNK):
        refuse_test_pattern(chunk, look)


# A cell's place as programs write it; XML also allows r = 'A1', and a hostile file may use that.
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{0,3})([0-9]{1,7})["']""")
# These begin with plain letters, which is found eight times as fast as a border of a word. What that leaves out is unusual.
_FAR_COLUMN = re.compile(rb' r="([A-Z]{2,3})[0-9]')
_FAR_ROW = re.compile(rb' r="[A-Z]{0,3}([0-9]{6,7})"')
_UNUSUAL = (re.compile(rb"r\s+="), re.compile(rb"r=[\s']"), re.compile(rb"\tr="), re.compile(rb"\nr="), re.compile(rb"\rr="))
_LETTERS = [bytes([letter]) for letter in range(ord("Z"), ord("A") - 1, -1)]
_NEAR_ROWS = 99_999  # where no row has six digits


class _Area:
    """An upper bound of a sheet's far corner, from pieces of its XML: cheap, since sheets are long.

    Rows are counted exactly only from the hundred-thousandth on; :func:`_exact_area` settles the rest.
    """

    def __init__(self) -> None:
        self.top, self.column, self.tail = 0, 0, b""

    def take(self, chunk: bytes) -> None:
        piece = self.tail + chunk
        self.tail = piece[-24:]
        if any(pattern.search(piece) for pattern in _UNUSUAL):
            self._take_exactly(piece)
            return
        for letters in set(_FAR_COLUMN.findall(piece)):
            self.column = max(self.column, _column_number(letters))
        if self.column < 26:
            for letter in _LETTERS:
                if letter[0] - 64 <= self.column:
                    break
                if b' r="' + letter in piece:
                    self.column = letter[0] - 64
                    break
        for row in _FAR_ROW.findall(piece):
            self.top = max(self.top, int(row))

    def _take_exactly(self, piece: bytes) -> None:
        for letters, row in _PLACE.findall(piece):
            self.column = max(self.column, _column_number(letters))
            self.top = max(self.top, int(row))

    @property
    def bound(self) -> int:
        return max(self.top, _NEAR_ROWS) * self.column


def _exact_area(part: IO[bytes]) -> tuple[int, int]:
    """The far corner itself, (row, column) from 1, by looking at every cell."""
    area = _Area()
    while chunk := part.read(CHUNK):
        piece = area.tail + chunk
        area.tail = piece[-24:]
        area._take_exactly(piece)
    return area.top, area.column


def _check_xml(part: IO[bytes], name: str, look: Looking, *, rels: bool, sheet: bool, ods: bool) -> bool:
    """Reads one XML part with expat, which fetches nothing; document types and entities are refused.

    A sheet is also measured: a reader lays out the whole rectangle around its cells, and two cells
    in opposite corners would ask for seventeen thousand million. Returns whether it may be too wide.
    """
    parser = expat.ParserCreate()

    def no_doctype(*_: object) -> None:
        raise look.refuse(
            f"的部件“{name}”含有文档类型或实体声明，可能用来读取别处的文件，不接收。请用原软件打开后另存一份再上传。",
            "entity",
        )

    parser.StartDoctypeDeclHandler = no_doctype
    parser.EntityDeclHandler = no_doctype
    if rels:
        parser.StartElementHandler = lambda tag, attributes: _check_relation(tag, attributes, look)
    elif ods and name in ("content.xml", "styles.xml"):
        counter = _OdsCounter(look, name)
        parser.StartElementHandler, parser.EndElementHandler = counter.start, counter.end
    area = _Area()
    try:
        while chunk := part.read(CHUNK):
            parser.Parse(chunk, False)
            if sheet:
                area.take(chunk)
        parser.Parse(b"", True)
    except (LookupError, ValueError):  # an encoding that does not exist
        raise look.refuse(
            f"内部的XML损坏（部件“{name}”的编码认不出），无法读取。请用Word、Excel或WPS打开后另存一份再上传。",
            "broken",
        ) from None
    except expat.ExpatError as error:
        raise look.refuse(
            f"内部的XML损坏（部件“{name}”第{error.lineno}行），无法读取。请用Word、Excel或WPS打开后另存一份再上传。",
            "broken",
        ) from None
    return area.bound > SHEET_AREA_LIMIT


def _check_spread(part: IO[bytes], look: Looking) -> None:
    top, column = _exact_area(part)
    if top * column > SHEET_AREA_LIMIT:
        raise look.refuse(
            f"的一张工作表里，内容散落到第{top}行、第{column}列，铺开后过大，没有读取。"
            "请删去远处的零星单元格（选中空白行列后删除）再保存上传。",
            "sparse",
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class _OdsCounter:
    """Counts the cells an ods writes in short as “this one, a million times”."""

    def __init__(self, look: Looking, name: str) -> None:
        self.look, self.name = look, name
        self.rows = 1
        self.width = 0
        self.total = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "table-row":
            self.rows, self.width = _repeats(attributes, "table:number-rows-repeated"), 0
        elif local in ("table-cell", "covered-table-cell") and any(
            k.endswith(":value-type") for k in attributes
        ):
            self.width += _repeats(attributes, "table:number-columns-repeated")
        elif local in ("event-listener", "script"):
            raise self.look.refuse("带有宏，为安全起见不接收。请删去宏后重新上传。", "macro")

    def end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "table-row":
            self.total += self.rows * self.width
            if self.total > SHEET_AREA_LIMIT:
                raise self.look.refuse(
                    "的表格里有大量重复填充的单元格，铺开后过大，没有读取。请只保留有内容的区域后重新上传。",
                    "sparse",
                )


def _repeats(attributes: dict[str, str], name: str) -> int:
    value = attributes.get(name, "1")
    return int(value) if value.isdigit() else 1


_ELSEWHERE = re.compile(
    r"^\s*(?:[a-z][a-z0-9+.\-]*:)?[\\/]{2}(?![/\\]?[a-z]:)|^\s*(?:https?|ftp|mhtml|smb|dav|ms-|script|javascript|data):",
    re.I,
)


def _check_relation(tag: str, attributes: dict[str, str], look: Looking) -> None:
    """References to outside: a link a person may click is fine, one that is fetched on opening is not."""
    if tag.rpartition(":")[2] != "Relationship" or attributes.get("TargetMode", "").lower() != "external":
        return
    kind = attributes.get("Type", "").rpartition("/")[2]
    target = attributes.get("Target", "")
    if kind == "hyperlink":
        return
    local_file = re.match(r"file:/{2,3}[a-z]:", target, re.I) is not None
    if not local_file and (_ELSEWHERE.match(target) or target.lower().startswith("file://")):
        what = {
            "attachedTemplate": "远程模板",
            "image": "外部图片",
            "oleObject": "外部对象",
            "externalLinkPath": "外部工作簿",
        }.get(kind, "外部内容")
        raise look.refuse(
            f"引用了{what}（{target[:80]}），打开时会到别处取内容，不接收。请断开链接或改为嵌入后另存，再上传。",
            "external",
        )
    if kind == "externalLinkPath":
        look.warn("工作簿引用了其他工作簿，只读取保存时的数值，请核对这些数值是否为最新。")
