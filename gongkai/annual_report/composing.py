"""The report as one object: every document, the public page and the review copy are made of it and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from gongkai.accounts.models import Office
from gongkai.law.calendar import chinese_date
from gongkai.ledger.exports.table import printable
from gongkai.sockets import Scope

from . import charts, layout, narrative, prose, queries, tables
from .forms import Form, forms
from .narrative import Narrative


@dataclass(frozen=True)
class Composed:
    """A report of a year: its tables' numbers, its prose as it reads, what the charts show.

    `numbers` are those of the charts that stand in no table; `note` says what this is: a working copy, or which version;
    `contact` whom to ask; `progress` the 要点落实情况 of the ledger's frozen account, where section six refers to it.
    """

    office: str
    year: int
    form: Form
    as_of: date
    cells: Mapping[str, tables.Number]
    prose: Mapping[int, Sequence[str]]
    months: Sequence[int] = ()
    numbers: Mapping[str, tables.Number] = field(default_factory=dict)
    note: str = ""
    contact: str = ""
    progress: Sequence[tuple[str, str, str]] = ()

    @property
    def title(self) -> str:
        return f"{self.office}{self.year}年政府信息公开工作年度报告"

    @property
    def period(self) -> str:
        return narrative.period_words(self.year)

    @property
    def opening(self) -> str:
        return f"根据《中华人民共和国政府信息公开条例》和《中华人民共和国政府信息公开工作年度报告格式》（{self.form.number}），编制本报告。{self.period}{self.contact}"

    @property
    def title_lines(self) -> tuple[str, str]:
        """The title as offices set it: who above what."""
        return self.office, self.title.removeprefix(self.office)

    @cached_property
    def grids(self) -> dict[int, layout.Grid]:
        return layout.grids(self.form, self.cells)

    @cached_property
    def charts(self) -> list[charts.Chart]:
        return charts.charts(self.form, narrative.with_sums(self.form, {**self.numbers, **self.cells}), self.months)

    @property
    def sections(self) -> list[Section]:
        return [
            Section(n, f"{'一二三四五六'[n - 1]}、{title}", tuple(self.prose.get(n, ())), self.grids.get(n), tuple(self.charts) if n == 1 else (), tuple(self.progress) if n == 6 else ())
            for n, title in enumerate(self.form.sections, 1)
        ]

    @property
    def missing(self) -> list[str]:
        return [label for key, label in tables.enterable(self.form).items() if key not in self.cells]

    def content(self) -> dict[str, Any]:
        """As plain data that a program can read and this can be made of again."""
        return {
            "title": self.title, "office": self.office, "year": self.year, "form": self.form.key, "as_of": self.as_of.isoformat(), "note": self.note,
            "cells": {key: str(value) for key, value in sorted(self.cells.items())}, "prose": {str(n): list(lines) for n, lines in sorted(self.prose.items())},
            "months": list(self.months), "numbers": {key: str(value) for key, value in sorted(self.numbers.items())},
            "contact": self.contact, "progress": [list(line) for line in self.progress],
        }  # fmt: skip

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Composed:
        return cls(
            content["office"], content["year"], forms()[content["form"]], date.fromisoformat(content["as_of"]), narrative.as_numbers(content["cells"]),
            {int(n): tuple(lines) for n, lines in content["prose"].items()}, tuple(content["months"]), narrative.as_numbers(content["numbers"]), content["note"],
            content.get("contact", ""), tuple(tuple(line) for line in content.get("progress", ())),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """One of the six sections: paragraphs, or a table, and the charts of the first."""

    number: int
    heading: str
    paragraphs: tuple[str, ...]
    grid: layout.Grid | None
    charts: tuple[charts.Chart, ...]
    progress: tuple[tuple[str, str, str], ...] = ()

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The paragraphs, each with the head it begins with set apart; the head is empty where there is none."""
        return [next(((f"{head}。", line.removeprefix(f"{head}。")) for head in _HEADS if line.startswith(f"{head}。")), ("", line)) for line in self.paragraphs]


_HEADS = tuple(part.heading for part in prose.PARTS if part.heading)
PROGRESS = ("序号", "工作要点和措施", "落实情况")


#: What the charts show beside the tables.
SHOWN = ("publishing.articles", "documents.normative_published", "documents.interpretations", "benefits.updated", "consultation.drafts", "publishing.wechat_posts")


def composed(one: Narrative, months: Sequence[int], as_of: date) -> Composed:
    """The report as it stands: of frozen numbers where there are any."""
    note = f"数据截至{chinese_date(as_of)}，第{one.account.version}版，摘要{one.account.digest[:16]}" if one.account else f"工作稿：数据截至{chinese_date(as_of)}，未冻结"
    return Composed(
        printable(one.office.name), one.year, one.form, as_of, dict(one.cells), {n: tuple(printable(line) for line in one.section(n)) for n in (1, 5, 6)},
        tuple(months), {key: one.facts.numbers[key] for key in SHOWN if key in one.facts.numbers}, note, contact_of(one.office), progress_shown(one),
    )  # fmt: skip


def contact_of(office: Office) -> str:
    """Whom to ask about the report, as far as the office has said how it is reached."""
    ways = [f"{label}：{printable(value)}" for label, value in (("地址", office.address), ("电话", office.phone), ("电子邮箱", office.email)) if value]
    return f"如对本报告有疑问，请与{printable(office.name)}联系（{'，'.join(ways)}）。" if ways else ""


def progress_shown(one: Narrative) -> tuple[tuple[str, str, str], ...]:
    """The frozen 落实情况, whole, where section six refers to a table below it."""
    if one.progress is None or prose.BELOW not in one.said["other"]:
        return ()
    return tuple((number, printable(measure), printable(said)) for number, measure, said in one.progress.rows)


def of_year(office: Office, year: int, as_of: date) -> Composed:
    """The report of a year: on frozen numbers once there are any, else as the records say now."""
    one = narrative.narrative(office, year, as_of)
    if one.account is not None:
        return composed(one, one.account.content.get("months", ()), one.account.as_of)
    return composed(one, queries.months(Scope.of_year(office.pk, year, as_of)), as_of)
