"""Files meant to hold the checker up, and what reading each takes: time and memory of the reading process and all it starts."""

from __future__ import annotations

import base64
import io
import json
import os
import threading
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from gongkai.annual_report.checking.check import Verdict, check_reports
from gongkai.annual_report.checking.guard import Desk
from gongkai.annual_report.checking.report import Report
from gongkai.annual_report.forms import forms

SECONDS, MEGABYTES = 10, 500  # what no input may take more of

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _package(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()


_MAIN = "application/vnd.openxmlformats-officedocument"


def _types(**parts: str) -> str:
    """The list of a package's parts by the kind each is."""
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    kinds = "".join(f'<Override PartName="/{name}.xml" ContentType="{_MAIN}.{kind}+xml"/>' for name, kind in ((name.replace("__", "/"), kind) for name, kind in parts.items()))
    return f'<Types xmlns="{_TYPES}">{rels}{kinds}</Types>'


def _relations(**targets: str) -> str:
    found = "".join(f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(targets.items(), 1))
    return f'<Relationships xmlns="{_RELATIONS}">{found}</Relationships>'


def _docx(body: str, before: str = "") -> bytes:
    return _package({
        "[Content_Types].xml": _types(word__document="wordprocessingml.document.main"), "_rels/.rels": _relations(officeDocument="word/document.xml"),
        "word/document.xml": f'<?xml version="1.0"?>{before}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
    })  # fmt: skip


def _xlsx(rows: str, strings: str = "", before: str = "", after: str = "") -> bytes:
    kinds = {"xl__workbook": "sheet.main", "xl__worksheets__sheet1": "worksheet", "xl__sharedStrings": "sharedStrings"}
    return _package({
        "[Content_Types].xml": _types(**{name: f"spreadsheetml.{kind}" for name, kind in kinds.items()}), "_rels/.rels": _relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(worksheet="worksheets/sheet1.xml", sharedStrings="sharedStrings.xml"),
        "xl/sharedStrings.xml": f'{before}<sst xmlns="{_SHEET}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData>{after}</worksheet>',
    })  # fmt: skip


def _pdf(objects: list[bytes]) -> bytes:
    """A PDF of these objects, the first its catalogue, with a right table of where each stands."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + text + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


def _stream(content: bytes, extra: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n" % (len(packed), extra) + packed + b"\nendstream"


def _page(content: bytes) -> bytes:
    """One page with that content."""
    return _pdf([
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>", _stream(content), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ])  # fmt: skip


def _pages(count: int, each: bytes = b"") -> bytes:
    kids = b" ".join(b"%d 0 R" % (n + 3) for n in range(count))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]" + each + b">>"
    return _pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % count, *[page] * count])


def _laughs() -> str:
    """Entities that name each other ten times over, nine deep."""
    lines = "".join(f'<!ENTITY a{n} "' + f"&a{n - 1};" * 10 + '">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY a0 "本年新收">{lines}]>'


def _archive(body: str, headers: str = "") -> bytes:
    head = f'From: <x>\r\nMIME-Version: 1.0\r\n{headers}Content-Type: multipart/related; boundary="edge"\r\n\r\n'
    return f"{head}--edge\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64.encodebytes(body.encode()).decode()}\r\n--edge--\r\n".encode()


def _nested_parts(depth: int) -> bytes:
    out = ["MIME-Version: 1.0\r\n"]
    for n in range(depth):
        out.append(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n')
    return "".join([*out, "Content-Type: text/html\r\n\r\n<p>本年新收</p>\r\n"]).encode()


def _rows() -> str:
    return "".join(f"{row.label}{'10203040' * 5}" for row in forms()["30"].table_three.rows)


_CELL = "<td>本年新收政府信息公开申请数量</td>"
_TITLE = "青禾市商务局2023年政府信息公开工作年度报告"
_TABLE = f"<w:tbl>{'<w:tr>' + '<w:tc><w:p><w:r><w:t>0</w:t></w:r></w:p></w:tc>' * 10 + '</w:tr>'}</w:tbl>"


def _word_nested(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc>" * depth + "<w:p><w:r><w:t>0</w:t></w:r></w:p>" + "</w:tc></w:tr><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:p/>" * depth


def _filled(rows: int, kind: str, value: int) -> str:
    """Rows of ten cells of one value."""
    return "".join(f'<row r="{n}">' + "".join(f'<c r="{c}{n}"{kind}><v>{value}</v></c>' for c in "ABCDEFGHIJ") + "</row>" for n in range(1, rows + 1))


HOSTILE: dict[str, Callable[[], bytes]] = {
    # archives
    "bomb.docx": lambda: _package({"[Content_Types].xml": f"<Types xmlns='{_TYPES}'/>", "word/document.xml": b"<w>" + b"0" * 300_000_000}),
    "bomb.xlsx": lambda: _xlsx("", f"<si><t>{'x' * 150_000_000}</t></si>"),
    "parts.docx": lambda: _package({f"word/{n}.xml": "" for n in range(60_000)}),
    "lies.docx": lambda: b"PK\x03\x04" + b"\0" * 1000,
    "lies.xlsx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000,
    # web pages
    "nested.html": lambda: b"<html><body>" + b"<div>" * 200_000 + "本年新收".encode(),
    "spans.html": lambda: b"<html><body><p>" + b"<span>" * 300_000 + "本年新收".encode(),
    "tables.html": lambda: b"<html><body>" + b"<table><tr><td>" * 30_000,
    "wide.html": lambda: ("<html><body><table>" + "<tr>" + "<td rowspan=500 colspan=500>0</td>" * 20_000 + "</table>").encode(),
    "million_cells.html": lambda: ("<html><body><table>" + ("<tr>" + "<td>0</td>" * 100 + "</tr>") * 10_000 + "</table>").encode(),
    "million_rows.html": lambda: ("<html><body><table>" + "<tr><td>0" * 1_000_000 + "</table>").encode(),
    "huge_spans.html": lambda: f"<html><body><h1>{_TITLE}</h1><table><tr>{_CELL}<td rowspan=99999999 colspan=99999999>0</td></tr>{'<tr><td colspan=500 rowspan=500>1</td></tr>' * 600}</table>".encode(),
    "first_rows.html": lambda: (f"<html><body><h1>{_TITLE}</h1><table>" + ("<tr>" + _CELL + "<td>1</td>" * 7 + "</tr>") * 8_000 + "</table>").encode(),
    "labels.html": lambda: f"<html><body><table>{'<tr><td>1.属于国家秘蜜</td><td>0</td></tr>' * 19_000}</table>".encode(),
    "entities.html": lambda: (_laughs() + "<html><body>" + "&a9;" * 1000).encode(),
    "attributes.html": lambda: b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(400_000)) + b">" + "本年新收".encode(),
    "classes.html": lambda: ("<html><body>" + '<div class="share-' + "a-" * 400 + '">本年新收</div>' * 1 + '<div class="nav share crumbs">导航文字</div>' * 60_000).encode(),
    "titles.html": lambda: f"<html><body>{f'<p>{_TITLE}</p><p>一、本年新收政府信息公开申请数量</p>' * 9_000}".encode(),
    # text
    "digits.txt": lambda: ("一、本年新收政府信息公开申请数量" + "1" * 400_000 + "二、上年结转政府信息公开申请数量" + "12" * 60_000).encode(),
    "commas.txt": lambda: ("一、本年新收政府信息公开申请数量" + "1,234" * 80_000 + "二、上年结转政府信息公开申请数量").encode(),
    "hyphens.txt": lambda: (_TITLE + "一、本年新收政府信息公开申请数量" + "1-" * 150_000 + "二、上年结转政府信息公开申请数量" + "—1" * 100_000).encode(),
    "labels.txt": lambda: ("本年新收上年结转" * 60_000).encode(),
    "spaces.txt": lambda: ("本 年 新 收" + " " * 400_000 + "上年结转").encode(),
    "broken_words.txt": lambda: ("\n".join("本年新收上年结转主动公开政府信息情况第二十条第") + "\n" * 9).encode() * 9_000,
    "feeds.txt": lambda: ("本年新收上年结转" + "1\n\f" * 150_000 + " " * 100_000 + "\f 2").encode(),
    "brackets.txt": lambda: ("本年新收上年结转" + "(" * 300_000).encode(),
    "zeros.txt": lambda: ("2023年政府信息公开工作年度报告" + _rows()).encode(),
    "slashes.txt": lambda: (_TITLE + "".join(f"{row.label}{'1/20/' * 9}" for row in forms()["30"].table_three.rows)).encode(),
    "four.txt": lambda: (_TITLE + _rows() + "四、政府信息公开行政复议、行政诉讼情况复议后起诉总计" + "1111111111111111" * 3).encode(),
    "figures.txt": lambda: ("2023年共收到申请" + "其中1件、" * 80_000).encode(),
    "shares.txt": lambda: ("共收到申请100件，其中3件，占3%；" * 12_000).encode(),
    "titles.txt": lambda: (f"{_TITLE}一、本年新收政府信息公开申请数量" * 9_000).encode(),
    "bars.txt": lambda: ("|1" * 290_000).encode(),
    "tabs.txt": lambda: ("1\t" * 20_000 + "\n").encode() * 9,
    "nuls.txt": lambda: b"\0" * 5_000_000,
    "half.txt": lambda: "本年新收".encode("gb18030")[:-1] * 100_000,
    "utf16.txt": lambda: ("本年新收上年结转1" * 60_000).encode("utf-16"),
    "quotes.csv": lambda: ('"' + "本年新收,\n" * 200_000).encode(),
    "wide.csv": lambda: (("1," * 100_000) + "\n").encode() * 12,
    # JSON
    "deep.json": lambda: b"[" * 300_000 + b"]" * 300_000,
    "deep_objects.json": lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "wide.json": lambda: json.dumps([{"section3": {"new": [1] * 7}} for _ in range(50_000)]).encode(),
    "huge.json": lambda: b'{"section3": {"new": [' + b"9" * 2_000_000 + b"]}}",
    "keys.json": lambda: json.dumps({"agency": "青禾市商务局", "year": 2023, "section3": {f"k{n}": [1] * 7 for n in range(200_000)}}).encode(),
    # PDF
    "broken.pdf": lambda: b"%PDF-1.7\n" + b"1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\n" * 2_000,
    "nothing.pdf": lambda: b"%PDF-1.4",
    "pages.pdf": lambda: _pages(20_000),
    "ring.pdf": lambda: _pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>", b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 1>>"]),
    "objects.pdf": lambda: _pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]>>", *[b"<</A[0 0 0]>>"] * 150_000]),
    "deep.pdf": lambda: _pdf([b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 100_000 + b"]" * 100_000 + b">>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]>>"]),
    "stream.pdf": lambda: _page(b"BT /F 9 Tf 1 1 Td (1) Tj ET " * 6_000_000),
    "lines.pdf": lambda: _page(b"BT /F 9 Tf 20 700 Td (12345678) Tj ET " + b"".join(b"%d 10 m %d 700 l S 10 %d m 590 %d l S " % (n % 590, n % 590, n % 790, n % 790) for n in range(30_000))),
    "letters.pdf": lambda: _page(b"".join(b"BT /F 4 Tf %d %d Td (%d) Tj ET " % (n % 97 * 6, n // 97 % 160 * 5, n) for n in range(60_000))),
    "form_ring.pdf": lambda: _pdf([
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R/Resources<</XObject<</X 4 0 R>>>>>>",
        _stream(b"/X Do /X Do " * 20, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>"), _stream(b"/X Do"),
    ]),
    # Word
    "nested.docx": lambda: _docx(_word_nested(400)),
    "deep_runs.docx": lambda: _docx("<w:p>" + "<w:smartTag>" * 90_000 + "<w:r><w:t>1</w:t></w:r>" + "</w:smartTag>" * 90_000 + "</w:p>"),
    "many_tables.docx": lambda: _docx(_TABLE * 9_000),
    "million_cells.docx": lambda: _docx(f"<w:tbl>{('<w:tr>' + '<w:tc><w:p/></w:tc>' * 100 + '</w:tr>') * 10_000}</w:tbl>"),
    "spans.docx": lambda: _docx("<w:tbl>" + '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr><w:p/></w:tc></w:tr>' * 60_000 + "</w:tbl>"),
    "paragraphs.docx": lambda: _docx("<w:p><w:r><w:t>1</w:t></w:r></w:p>" * 400_000),
    "laughs.docx": lambda: _docx("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", _laughs()),
    # workbooks
    "empty_rows.xlsx": lambda: _xlsx("".join(f'<row r="{n}"/>' for n in range(1, 1_000_001))),
    "far_cell.xlsx": lambda: _xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "strings.xlsx": lambda: _xlsx(_filled(3_000, ' t="s"', 0), f"<si><t>{'本年新收' * 8_000}</t></si>"),
    "million_cells.xlsx": lambda: _xlsx(_filled(100_000, "", 1)),
    "merges.xlsx": lambda: _xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="900"><c r="CV900"><v>1</v></c></row>', after="<mergeCells>" + '<mergeCell ref="A1:CV900"/>' * 3_000 + "</mergeCells>"),
    "laughs.xlsx": lambda: _xlsx('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', "<si><t>&a9;</t></si>", _laughs()),
    # archives of pages, and what LibreOffice opens
    "nested.mht": lambda: _nested_parts(3_000),
    "many.mht": lambda: b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="e"\r\n\r\n' + b"--e\r\nContent-Type: text/html\r\n\r\n<p>1</p>\r\n" * 60_000,
    "headers.mht": lambda: _archive("<p>1</p>", "".join(f"X-{n}: {'a' * 60}\r\n" for n in range(40))),
    "deep.mht": lambda: _archive("<div>" * 200_000),
    "groups.rtf": lambda: b"{\\rtf1 " + b"{" * 400_000 + b"1" + b"}" * 400_000 + b"}",
    "rows.rtf": lambda: b"{\\rtf1 " + b"\\trowd\\cellx100\\cellx200 1\\cell 2\\cell\\row " * 60_000 + b"}",
    "picture.rtf": lambda: b"{\\rtf1 {\\pict\\pngblip " + b"00" * 4_000_000 + b"}}",
    "noise.doc": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 9_000,
}  # fmt: skip


class Taken(NamedTuple):
    """What a file took to be read and checked, and the answer."""

    seconds: float
    megabytes: float
    answer: Verdict | list[Report]


def read(path: Path, desk: Desk | None = None) -> Taken:
    """Read and check a file as the command and the public page do, while looking at the memory of all that runs for it."""
    with desk or Desk() as asked:
        asked._ready()  # what loads once is not the file's own
        time.sleep(0.4)
        watch = _Watch(asked.process.pid)
        watch.start()
        began = time.monotonic()
        answer = asked.read(path, path.name)
        if not isinstance(answer, Verdict):
            check_reports(answer)
        seconds = time.monotonic() - began
        return Taken(seconds, watch.stop(), answer)


class _Watch(threading.Thread):
    """The most memory that a process and those it started held together, in megabytes, looked at fifty times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.ended = pid, 0.0, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.02):
            self.peak = max(self.peak, self._now())

    def stop(self) -> float:
        self.ended.set()
        self.join()
        return max(self.peak, self._high_mark())

    def _high_mark(self) -> float:
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return 0
        return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)

    def _now(self) -> float:
        """Pages of each process of the family: shared ones are counted with each, so this is rather too much than too little."""
        parents, resident = {}, {}
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                try:
                    line = Path(entry.path, "stat").read_text()
                except OSError:
                    continue
                fields = line[line.rindex(")") + 2 :].split()
                parents[int(entry.name)], resident[int(entry.name)] = int(fields[1]), int(fields[21])
        family, more = {self.pid}, True
        while more:
            found = {pid for pid, parent in parents.items() if parent in family} - family
            family |= found
            more = bool(found)
        return sum(resident.get(pid, 0) for pid in family) * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
