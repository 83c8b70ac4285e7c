"""Files in, verdicts out: every report of the files read, checked by itself and then beside its neighbours in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from gongkai.annual_report.checking.findings import Finding, Level, note, soft, unread
from gongkai.annual_report.checking.prose import weigh
from gongkai.annual_report.checking.report import Report
from gongkai.annual_report.checking.rules import check_tables, check_years, take_way
from gongkai.annual_report.forms import forms


@dataclass(slots=True)
class Verdict:
    """What was found in one report."""

    name: str
    title: str
    office: str
    year: int | None
    form: str
    findings: list[Finding] = field(default_factory=list)
    cells: int = 0

    def count(self, level: Level) -> int:
        return sum(finding.level is level for finding in self.findings)

    @property
    def worst(self) -> Level | None:
        return next((level for level in Level if self.count(level)), None)

    @property
    def shown(self) -> str:
        if not self.office:
            return self.name
        return f"{self.office}{f'{self.year}年' if self.year else ''}"

    def to_json(self) -> dict[str, Any]:
        return {
            "file": self.name, "title": self.title, "office": self.office, "year": self.year, "form": self.form, "cells": self.cells,
            "findings": [finding.to_json() for finding in self.findings],
        }  # fmt: skip

    @classmethod
    def from_json(cls, held: dict[str, Any]) -> Verdict:
        findings = [Finding(**{**each, "level": Level(each["level"])}) for each in held["findings"]]
        return cls(held["file"], held["title"], held["office"], held["year"], held["form"], findings, held["cells"])


def check_reports(reports: Sequence[Report]) -> list[Verdict]:
    """The verdict of each report, in the order given."""
    for report in reports:
        weigh(report)
    later: dict[int, list[Finding]] = {}
    _settle_tables_two(reports, later)
    by_id = {id(report): index for index, report in enumerate(reports)}
    between = check_years(reports)
    verdicts = []
    for index, report in enumerate(reports):
        found = [*check_tables(report), *later.get(index, []), *(report.said or [])]
        found += [finding for other, finding in between if by_id[id(other)] == index]
        verdicts.append(_verdict(report, found))
    return verdicts


def unreadable(name: str, sentence: str, code: str) -> Verdict:
    """The verdict on a file that could not be read at all."""
    return Verdict(name, "", "", None, "", [unread(code, "文件", sentence)])


def _verdict(report: Report, found: Iterable[Finding]) -> Verdict:
    order = list(Level)
    tables = report.tables
    ranked = sorted(found, key=lambda finding: order.index(finding.level))
    cells = sum(value.number is not None for table in (tables.two, tables.three, tables.four) for value in table.values())
    return Verdict(report.name, report.title, report.office, report.year, tables.form.label if tables.form else "", ranked, cells)


# -- Table two where its figures ran together --------------------------------------------------------------------------


def _settle_tables_two(reports: Sequence[Report], later: dict[int, list[Finding]]) -> None:
    """Cut what ran together in table two by what the prose and the neighbouring years say; what stays open is said."""
    held = {(report.office, report.year): report for report in reports if report.office and report.year}
    open_ways = [(index, report) for index, report in enumerate(reports) if report.tables.two_ways]
    for _ in range(len(open_ways) + 1):
        for index, report in open_ways:
            for key, ways in list(report.tables.two_ways.items()):
                for fitting, why in _narrowings(report, key, ways, held):
                    if 0 < len(fitting) < len(ways):
                        ways = fitting
                        report.tables.two_ways[key] = ways
                        if len(ways) == 1:
                            run = _run(report, key)
                            later.setdefault(index, []).append(note("cut_by_words", f"表二“{_label(report, key)}”", f"数字连写为“{run}”，{why}，切为{'|'.join(map(str, ways[0]))}，请对照原件。"))
                            take_way(report, *key, ways[0])
                            break
    for index, report in open_ways:
        for key, ways in report.tables.two_ways.items():
            later.setdefault(index, []).extend(_said_otherwise(report, key, ways))
            options = " 或 ".join("|".join(map(str, way)) for way in ways[:12]) + (f" 等{len(ways)}种" if len(ways) > 12 else "")
            later.setdefault(index, []).append(unread("ambiguous", f"表二“{_label(report, key)}”", f"数字连写为“{_run(report, key)}”，有{len(ways)}种切法，本表没有勾稽关系可以判断，请对照原件选定：{options}。"))


def _narrowings(report: Report, key: tuple[str, str], ways: list[tuple[int, ...]], held: dict) -> Iterator[tuple[list[tuple[int, ...]], str]]:
    if key != ("item_1", "normative") or report.tables.form_two != "30":
        return
    hints = report.hints or {}
    for position, name in enumerate(("issued", "repealed", "in_force")):
        if name in hints:
            fitting = [way for way in ways if way[position] in hints[name]]
            if fitting:
                ways = fitting
    yield ways, "按正文所说的件数"
    before, after = held.get((report.office, (report.year or 0) - 1)), held.get((report.office, (report.year or 0) + 1))
    last = before.tables.two.get((*key, "in_force")) if before else None
    if last is not None and last.number is not None:
        yield [way for way in ways if last.number + way[0] - way[1] == way[2]], f"按上年现行有效{last.number}件"
    following = [after.tables.two.get((*key, column)) for column in ("in_force", "issued", "repealed")] if after else []
    if following and all(v is not None and v.number is not None for v in following):
        stock = following[0].number - following[1].number + following[2].number
        yield [way for way in ways if way[2] == stock], f"按下年数据推得年末现行有效{stock}件"


def _said_otherwise(report: Report, key: tuple[str, str], ways: list[tuple[int, ...]]) -> Iterator[Finding]:
    """What the prose says of a figure that no cutting allows."""
    if key != ("item_1", "normative") or report.tables.form_two != "30":
        return
    for position, (name, label) in enumerate((("issued", "本年制发"), ("repealed", "本年废止"), ("in_force", "现行有效"))):
        for number in (report.hints or {}).get(name, ()):
            if all(way[position] != number for way in ways):
                yield soft("I7", "正文与表", f"正文说{label}{number}件，表二“{_label(report, key)}”的“{_run(report, key)}”无论怎样切分，{label}都不是{number}。", "正文的数字与表一致")


def _label(report: Report, key: tuple[str, str]) -> str:
    form = forms()[report.tables.form_two]
    return next(row.label for block in form.table_two.blocks for row in block.rows if (block.key, row.key) == key)


def _run(report: Report, key: tuple[str, str]) -> str:
    written = [value.written for at, value in report.tables.two.items() if at[:2] == key]
    return max(written, key=len)
