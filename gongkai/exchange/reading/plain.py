"""Plain text and separated values."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from gongkai.exchange.blocks import Cell, Grid, Paragraph, Source, Unreadable
from gongkai.exchange.reading.encoding import decode

csv.field_size_limit(4 * 1024 * 1024)
_LINES_IN_A_CELL = 200


def read_text(path: Path, name: str) -> Source:
    """One paragraph for each line that holds anything; ``text`` is the file's text untouched."""
    text, encoding = decode(path.read_bytes(), name)
    blocks: list[Paragraph | Grid] = [
        Paragraph(line.rstrip("\r"), f"第{number}行")
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip()
    ]
    return Source(name, "text", blocks, text, _said(encoding))


def read_separated(path: Path, name: str) -> Source:
    """A csv or tsv file as one grid."""
    rows, warnings = separated_rows(path, name)
    cells: list[list[Cell | None]] = []
    for index, (line, row) in enumerate(rows):
        cells.append(
            [
                Cell(text, index, column, place=f"第{line}行第{column + 1}列")
                for column, text in enumerate(row)
            ]
        )
    grid = Grid(cells, "整个文件")
    text = "\n".join("\t".join(cell.text for cell in row if cell) for row in cells)
    return Source(name, "csv", [grid], text, warnings)


def separated_rows(path: Path, name: str) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
    """The rows with the number of the line each begins on, and what is to be said about the file.

    Raises :class:`Unreadable` when quotes do not pair; the list of warnings may grow while rows are read.
    """
    text, encoding = decode(path.read_bytes(), name)
    warnings = _said(encoding)
    first = text[:4].lower()
    if first.startswith("sep=") and len(text) > 4:  # Excel's own first line
        delimiter = text[4]
        text = text.partition("\n")[2]
        skipped = 1
    else:
        delimiter, skipped = delimiter_of(text), 0
    return _rows(text, delimiter, skipped, name, warnings), warnings


def _rows(
    text: str, delimiter: str, skipped: int, name: str, warnings: list[str]
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before, width, last = skipped, Counter(), []
    try:
        for row in reader:
            line, before = before + 1, reader.line_num + skipped
            if before - line > _LINES_IN_A_CELL:
                raise Unreadable(
                    f"“{name}”第{line}行起引号没有配对，后面的内容都连在了一起。请补上引号后重新上传。",
                    "quotes",
                )
            width[len(row)] += 1
            last = row
            yield line, row
    except csv.Error:
        raise Unreadable(
            f"“{name}”第{reader.line_num + skipped}行的格式有误（引号或换行不对），请检查后重新上传。",
            "broken",
        ) from None
    usual = width.most_common(1)[0][0] if width else 0
    if last and len(last) < usual and not text.endswith(("\n", "\r")):
        warnings.append(f"最后一行只有{len(last)}列（其他行有{usual}列），文件像是没有上传完，请核对。")


def delimiter_of(text: str) -> str:
    """The separator whose count is most alike from line to line, quoted text left out; comma when in doubt."""
    sample = io.StringIO(text[:65536])
    lines = [line for line in sample if line.strip()][:50]
    best, score = ",", 0.0
    for candidate in (",", "\t", ";", "|", "，"):
        counts = [_outside_quotes(line, candidate) for line in lines]
        if not counts or max(counts) == 0:
            continue
        usual, times = Counter(c for c in counts if c).most_common(1)[0]
        # A full-width comma parts clauses far more often than cells: only when every line has as many.
        if candidate == "，" and times < len(lines):
            continue
        merit = times / len(lines) + min(usual, 20) / 1000
        if merit > score:
            best, score = candidate, merit
    return best


def _outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2])


def _said(encoding: str) -> list[str]:
    return [] if encoding.startswith("UTF-8") else [f"按{encoding}编码读取，请看一眼预览里的汉字是否正常。"]
