"""Compound files (doc, xls, ppt, wps, et): whole, without macros, without a password."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from gongkai.files.checks.looking import MEGABYTE, Looking


class _Compound:
    """Just enough of the compound file format to list its streams and read the first bytes of one."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        stream.seek(0, 2)
        self.size = stream.tell()
        stream.seek(0)
        header = stream.read(512)
        if len(header) < 512:
            raise ValueError("short header")
        shift, self.mini_shift = struct.unpack_from("<HH", header, 30)
        if shift not in (9, 12):
            raise ValueError("sector size")
        self.sector = 1 << shift
        fat_count, first_directory = (
            struct.unpack_from("<I", header, 44)[0],
            struct.unpack_from("<I", header, 48)[0],
        )
        self.mini_cutoff = struct.unpack_from("<I", header, 56)[0]
        self.first_mini_fat = struct.unpack_from("<I", header, 60)[0]
        next_difat, difat_count = struct.unpack_from("<II", header, 68)
        sectors = list(struct.unpack_from("<109I", header, 76))
        for _ in range(min(difat_count, 4096)):
            if next_difat >= 0xFFFFFFFC:
                break
            block = self._sector(next_difat)
            *more, next_difat = struct.unpack(f"<{self.sector // 4}I", block)
            sectors += more
        self.fat: list[int] = []
        for number in [s for s in sectors if s < 0xFFFFFFFC][:fat_count]:
            self.fat += struct.unpack(f"<{self.sector // 4}I", self._sector(number))
        self.entries: dict[str, tuple[int, int, int]] = {}
        directory = b"".join(self._chain(first_directory, limit=16 * MEGABYTE))
        for offset in range(0, len(directory) - 127, 128):
            entry = directory[offset : offset + 128]
            length = struct.unpack_from("<H", entry, 64)[0]
            kind = entry[66]
            if kind in (1, 2, 5) and 2 <= length <= 64:
                name = entry[: length - 2].decode("utf-16-le", "replace")
                self.entries.setdefault(name, (kind, *struct.unpack_from("<II", entry, 116)))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.sector
        self.stream.seek(start)
        data = self.stream.read(self.sector)
        if len(data) < self.sector:
            if start + len(data) < self.size or not data:
                raise EOFError
            data = data.ljust(self.sector, b"\0")  # the last sector may be cut short by some writers
        return data

    def _chain(self, number: int, *, limit: int) -> Iterator[bytes]:
        seen = 0
        while number < 0xFFFFFFFC:
            if seen > limit:
                raise ValueError("chain too long")
            yield self._sector(number)
            seen += self.sector
            if number >= len(self.fat):
                raise EOFError
            number = self.fat[number]

    def last_sector_used(self) -> int:
        return max((i for i, value in enumerate(self.fat) if value != 0xFFFFFFFF), default=0)

    def head(self, name: str, length: int) -> bytes:
        """The first bytes of a stream too large for the mini stream; empty for a smaller one."""
        kind, start, size = self.entries[name]
        if size < self.mini_cutoff:
            root = self.entries.get("Root Entry")
            if not root:
                return b""
            mini = b""
            for block in self._chain(root[1], limit=4 * MEGABYTE):
                mini += block
            offset = start << self.mini_shift
            return mini[offset : offset + min(length, 1 << self.mini_shift)]
        data = b""
        for block in self._chain(start, limit=64 * MEGABYTE):
            data += block
            if len(data) >= length:
                break
        return data[:length]


def compound_kind(stream: BinaryIO, look: Looking) -> str:
    try:
        names = set(_Compound(stream).entries)
    except (EOFError, ValueError, struct.error):
        raise look.refuse("不完整，像是没有上传完，或在传输中损坏。请重新上传。", "truncated") from None
    if "EncryptedPackage" in names:
        raise look.refuse(
            "加了打开密码，无法读取。请在Word、Excel或WPS中取消密码后另存，再上传。", "encrypted"
        )
    if "WordDocument" in names:
        return "doc"
    if names & {"Workbook", "Book"}:
        return "xls"
    return "ppt" if "PowerPoint Document" in names else "ole"


def check_compound(stream: BinaryIO, size: int, kind: str, look: Looking) -> None:
    try:
        compound = _Compound(stream)
        if (compound.last_sector_used() + 1) * compound.sector > size:
            raise EOFError
        names = compound.entries
        lower = {n.lower() for n in names}
        if lower & {"vba", "_vba_project", "_vba_project_cur", "macros"}:
            raise look.refuse(
                "带有宏，为安全起见不接收。请用Word、Excel或WPS打开，另存为不带宏的.docx或.xlsx后重新上传。",
                "macro",
            )
        protected = False
        if kind == "doc":
            head = compound.head("WordDocument", 32)
            protected = len(head) >= 12 and bool(struct.unpack_from("<H", head, 10)[0] & 0x0100)
        elif kind == "xls":
            protected = _has_filepass(compound.head("Workbook" if "Workbook" in names else "Book", 4096))
    except (EOFError, ValueError, struct.error):
        raise look.refuse("不完整，像是没有上传完，或在传输中损坏。请重新上传。", "truncated") from None
    if protected:
        raise look.refuse("加了打开密码，无法读取。请取消密码后另存，再上传。", "encrypted")


def _has_filepass(stream: bytes) -> bool:
    """Whether the workbook's first records say that the rest is encrypted (FILEPASS, 0x002F)."""
    offset = 0
    while offset + 4 <= len(stream):
        record, length = struct.unpack_from("<HH", stream, offset)
        if record == 0x002F:
            return True
        if record == 0x000A:
            return False
        offset += 4 + length
    return False
