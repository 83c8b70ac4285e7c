"""Files as an office may meet them: whole ones, broken ones and ones made to do harm. Built, never stored."""

import io
import struct
import zipfile
from pathlib import Path

import docx
import xlsxwriter

TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def docx_file(path: Path, *lines: str) -> Path:
    document = docx.Document()
    for line in lines or ("一、加强公开",):
        document.add_paragraph(line)
    document.save(path)
    return path


def xlsx_file(path: Path, rows=((("标题", "日期"), ("甲", "2022-11-30")))) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("登记")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def with_parts(path: Path, base: Path, parts: dict[str, bytes | str], *, drop: tuple[str, ...] = ()) -> Path:
    """A package with parts replaced, added or left out."""
    with zipfile.ZipFile(base) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in parts and entry.filename not in drop:
                new.writestr(entry, old.read(entry))
        for name, content in parts.items():
            new.writestr(name, content)
    return path


def relations(*entries: tuple[str, str]) -> str:
    """A .rels part of external references: (kind, target)."""
    body = "".join(
        f'<Relationship Id="rId{900 + n}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'
        for n, (kind, target) in enumerate(entries)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{RELATIONS}">{body}</Relationships>'


def nested_zip(depth: int) -> bytes:
    content = b"x"
    for _ in range(depth):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            package.writestr("inner.zip" if content[:2] == b"PK" else "inner.txt", content)
        content = buffer.getvalue()
    return content


def compound_file(streams: dict[str, bytes], *, storages: tuple[str, ...] = ()) -> bytes:
    """A small compound file (doc, xls), every stream in ordinary sectors."""
    end, free, fat_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    sectors: list[bytes] = []
    chains: dict[str, tuple[int, int]] = {}
    fat: list[int] = []

    def put(content: bytes) -> int:
        first = len(sectors)
        count = max(1, -(-len(content) // 512))
        for index in range(count):
            sectors.append(content[index * 512 : (index + 1) * 512].ljust(512, b"\0"))
            fat.append(first + index + 1 if index < count - 1 else end)
        return first

    for name, content in streams.items():
        content = content.ljust(4096, b"\0")
        chains[name] = (put(content), len(content))

    def entry(name: str, kind: int, start: int, size: int) -> bytes:
        encoded = name.encode("utf-16-le") + b"\0\0"
        return struct.pack(
            "<64sHBBIII16sIQQIQ",
            encoded,
            len(encoded),
            kind,
            1,
            free,
            free,
            free,
            b"\0" * 16,
            0,
            0,
            0,
            start,
            size,
        )

    listing = entry("Root Entry", 5, end, 0)
    listing += b"".join(entry(name, 1, 0, 0) for name in storages)
    listing += b"".join(entry(name, 2, *chains[name]) for name in streams)
    directory = put(listing)
    fat_sector = len(sectors)
    fat.append(fat_mark)
    sectors.append(struct.pack("<128I", *fat, *[free] * (128 - len(fat))))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\0" * 16, 0x3E, 3, 0xFFFE, 9, 6, b"\0" * 6,
        0, 1, directory, 0, 4096, end, 0, end, 0, fat_sector,
    )  # fmt: skip
    return header.ljust(512, b"\xff") + b"".join(sectors)


def pdf_file(extra: bytes = b"", *, closing: bytes = b"%%EOF\n") -> bytes:
    """A one-page PDF with nothing on it, and whatever objects are added."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + (b"/OpenAction 9 0 R " if extra else b"") + b">>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>",
    ]
    body = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    body += extra
    start = len(body)
    body += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return body + b"trailer << /Size 4 /Root 1 0 R >>\nstartxref\n%d\n" % start + closing
