"""What files meant to hold the checker up take of it: the time and the memory of the reading process and all it starts.

    python -m benchmarks.report_hostile [--json] [--quick]

The files are the test suite's own: archives that unpack without end, pages nested without end, tables of a million cells,
entities of entities, PDFs that draw themselves, text made for patterns to get lost in. Ten seconds and 500 MB is the mark that
none may pass, with a right report in a page and in Word beside them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from gongkai.annual_report.checking.check import Verdict
from tests.annual_report.hostile import HOSTILE, MEGABYTES, SECONDS, read
from tests.annual_report.shapes import SHAPES, random_paper

from .command import answer
from .printing import columns

QUICK = ("spans.html", "brackets.txt", "deep.json", "laughs.docx")


class Row(NamedTuple):
    """One file: its size, how long it took, how much memory was held at most, how it was answered."""

    name: str
    bytes: int
    seconds: float
    megabytes: float
    answer: str


def rows(quick: bool = False) -> list[Row]:
    """A right report first, then every hostile file. AssertionError when one passes the mark."""
    right = {f"right.{shape}": lambda shape=shape: SHAPES[shape](random_paper(1)) for shape in ("html", "docx")}
    files = {**right, **({name: HOSTILE[name] for name in QUICK} if quick else HOSTILE)}
    with tempfile.TemporaryDirectory() as folder:
        found = [_row(Path(folder) / name, make()) for name, make in files.items()]
    if over := [row.name for row in found if row.seconds >= SECONDS or row.megabytes >= MEGABYTES]:
        raise AssertionError(f"超过{SECONDS}秒或{MEGABYTES}MB：{'、'.join(over)}")
    return found


def _row(path: Path, content: bytes) -> Row:
    path.write_bytes(content)
    taken = read(path)
    path.unlink()
    return Row(path.name, len(content), taken.seconds, taken.megabytes, taken.answer.findings[0].code if isinstance(taken.answer, Verdict) else f"{len(taken.answer)}份")


def table(found: list[Row]) -> str:
    lines = [("文件", "大小", "用时", "内存最多", "回答")]
    lines += [(row.name, f"{row.bytes / 1e6:,.2f}MB", f"{row.seconds:,.1f}秒", f"{row.megabytes:,.0f}MB", row.answer) for row in found]
    return columns(lines)


if __name__ == "__main__":
    answer("report_hostile", "恶意文件用掉的时间和内存", rows, table)
