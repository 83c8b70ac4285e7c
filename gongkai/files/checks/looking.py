"""What every check speaks of: the limits, the names of kinds, the refusal and the facts."""

from __future__ import annotations

from dataclasses import dataclass, field

MEGABYTE = 1024 * 1024
IMPORT_LIMIT = 50 * MEGABYTE

# House figures, wide of anything an office writes: a sheet of 100,000 rows unpacks to some 60 MB at
# a ratio of 15, a report with photographs to little more than its own size.
UNPACKED_LIMIT = 600 * MEGABYTE
RATIO_LIMIT = 120
RATIO_COUNTS_FROM = 20 * MEGABYTE
ENTRY_LIMIT = 10_000
NESTING_LIMIT = 2
SHEET_AREA_LIMIT = 12_000_000  # cells of the smallest rectangle around a sheet's content
CHUNK = 256 * 1024

KIND_LABELS = {
    "docx": "Word文档（docx）",
    "xlsx": "Excel工作簿（xlsx）",
    "pptx": "演示文稿（pptx）",
    "odt": "ODF文字文档（odt）",
    "ods": "ODF表格（ods）",
    "doc": "旧版Word/WPS文字文档（doc、wps）",
    "xls": "旧版Excel/WPS表格（xls、et）",
    "ppt": "旧版演示文稿（ppt、dps）",
    "rtf": "RTF文档",
    "pdf": "PDF文件",
    "html": "网页（HTML）",
    "csv": "文本表格（CSV）",
    "tsv": "文本表格（TSV）",
    "text": "纯文本",
    "png": "PNG图片",
    "jpeg": "JPEG图片",
    "gif": "GIF图片",
    "bmp": "BMP图片",
    "tiff": "TIFF图片",
    "webp": "WebP图片",
    "zip": "压缩包（zip）",
    "ole": "旧版Office复合文件",
    "rar": "压缩包（rar）",
    "7z": "压缩包（7z）",
    "gzip": "压缩包（gz）",
    "program": "可执行程序",
    "ofd": "OFD版式文件",
    "svg": "SVG图片",
    "binary": "无法识别的二进制文件",
}


class Refused(Exception):
    """A file that must not come in; ``sentence`` says what is wrong and what to do, in Chinese."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a checked file is. ``size`` in bytes, ``sha256`` in hexadecimal, ``kind`` as in ``KIND_LABELS``.

    ``scanned``: a virus scanner looked at it and found nothing.
    """

    name: str
    kind: str
    size: int
    sha256: str
    warnings: tuple[str, ...] = ()
    scanned: bool = False

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[self.kind]


@dataclass(slots=True)
class Looking:
    """One inspection: the name as shown in sentences, and the warnings gathered."""

    name: str
    warnings: list[str] = field(default_factory=list)

    def refuse(self, sentence: str, code: str) -> Refused:
        return Refused(f"“{self.name}”{sentence}", code)

    def warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)
