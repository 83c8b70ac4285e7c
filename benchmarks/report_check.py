"""How many published annual reports a minute one core reads and checks, by the shape they come in.

    python -m benchmarks.report_check [--json] [--quick]

The reports are the test suite's own: right ones with figures of their own, every shape written from the same
cells. Timed is all of it: reading the file, the cells, the sums, the prose. The flattened text, in which no
mark parts two cells, is the hardest: every row is cut in every way and the columns decide. 200 a minute is the mark to meet.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from gongkai.annual_report.checking.check import check_reports
from gongkai.annual_report.checking.findings import Level
from gongkai.annual_report.checking.reading import read_reports
from tests.annual_report.shapes import SHAPES, random_paper, written

from .command import answer
from .printing import columns

MARK = 200  # flattened reports a minute
REPORTS, QUICK = 60, 4
LARGEST = (9, 40, 400, 14_000)  # the largest figure of a town's report, a bureau's, a county's, a city's


class Row(NamedTuple):
    """One shape: how many were read, how many a minute, the slowest in seconds, how many were found right."""

    shape: str
    reports: int
    a_minute: float
    slowest: float
    right: int


def rows(quick: bool = False) -> list[Row]:
    """Every shape in turn. AssertionError when a right report is found wrong."""
    with tempfile.TemporaryDirectory() as folder:
        return [_row(shape, QUICK if quick else REPORTS, Path(folder)) for shape in SHAPES]


def _row(shape: str, count: int, folder: Path) -> Row:
    papers = [random_paper(seed, "30" if seed % 3 else "60", most=LARGEST[seed % len(LARGEST)]) for seed in range(count)]
    read_reports(written(papers[0], shape, folder))  # what loads once is not the reports' own
    spent, slowest, right = 0.0, 0.0, 0
    for paper in papers:
        path = written(paper, shape, folder)
        began = time.perf_counter()
        [verdict] = check_reports(read_reports(path))
        took = time.perf_counter() - began
        spent, slowest = spent + took, max(slowest, took)
        right += not verdict.count(Level.HARD)
    if right != count:
        raise AssertionError(f"{shape}：{count}份正确的报告里有{count - right}份被判为有错误")
    return Row(shape, count, 60 * count / spent, slowest, right)


def table(found: list[Row]) -> str:
    lines = [("形式", "份数", "每分钟", "最慢一份", f"每分钟{MARK}份")]
    lines += [(row.shape, str(row.reports), f"{row.a_minute:,.0f}", f"{row.slowest * 1000:,.0f}毫秒", "达到" if row.a_minute >= MARK else "未达到") for row in found]
    return columns(lines)


if __name__ == "__main__":
    answer("report_check", "年度报告核对的速度", rows, table)
