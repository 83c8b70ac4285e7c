"""Verdicts for people: a table in the terminal, a page of one file, plain data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gongkai.annual_report.checking.check import Verdict
from gongkai.annual_report.checking.findings import Level

_COLOURS = {Level.HARD: "bold red", Level.SOFT: "yellow", Level.UNREAD: "magenta", Level.NOTE: "dim"}
_CSS = (Path(__file__).parent / "exports" / "page.css").read_text(encoding="utf-8")


def summary(verdicts: Sequence[Verdict]) -> str:
    """What was found in all, in one sentence."""
    counts = Counter(finding.level for verdict in verdicts for finding in verdict.findings)
    clean = sum(not v.count(Level.HARD) and not v.count(Level.SOFT) and not v.count(Level.UNREAD) for v in verdicts)
    said = "，".join(f"{level.label}{counts[level]}处" for level in Level if counts[level])
    return f"共核对{len(verdicts)}份报告，{clean}份没有问题" + (f"；{said}。" if said else "。")


def ending(verdict: Verdict) -> str:
    """How one report came out, in a few words."""
    parts = [f"{level.label}{n}" for level in Level if (n := verdict.count(level)) and level is not Level.NOTE]
    return "、".join(parts) or ("没有问题" if verdict.cells else "没有可核对的数字")


def to_terminal(verdicts: Sequence[Verdict], console: Console, *, notes: bool = True) -> None:
    """Each report with its findings, then one line for all."""
    for verdict in verdicts:
        heading = Text(verdict.shown, style="bold")
        heading.append(f"　{verdict.form}　读到{verdict.cells}个数　{ending(verdict)}", style="not bold")
        console.print(heading)
        if verdict.name != verdict.shown:
            console.print(Text(f"文件：{verdict.name}", style="dim"))
        rows = [f for f in verdict.findings if notes or f.level is not Level.NOTE]
        if rows:
            table = Table(show_lines=True)
            for label, ratio in (("级别", 1), ("位置", 3), ("问题", 8), ("规则和依据", 4)):
                table.add_column(label, ratio=ratio, overflow="fold", min_width=4)
            for finding in rows:
                table.add_row(Text(finding.level.label, style=_COLOURS[finding.level]), Text(finding.where), Text(finding.sentence), Text(_rule(finding.rule, finding.basis)))
            console.print(table)
    console.print(Text(summary(verdicts), style="bold"))


def _rule(rule: str, basis: str) -> str:
    return f"{rule}（{basis}）" if rule and basis else rule or basis


def to_json(verdicts: Sequence[Verdict]) -> str:
    """All of it as data, with the counts by level."""
    held = {"summary": summary(verdicts), "reports": [v.to_json() | {"counts": {level.value: v.count(level) for level in Level}} for v in verdicts]}
    return json.dumps(held, ensure_ascii=False, indent=2)


def to_html(verdicts: Sequence[Verdict]) -> str:
    """A page that stands by itself: no script, nothing fetched."""
    parts = [
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>政府信息公开工作年度报告核对结果</title>\n<style>\n{_CSS}</style>\n</head>\n<body>\n<main>\n<h1>政府信息公开工作年度报告核对结果</h1>",
        f'<p class="summary">{escape(summary(verdicts))}</p>',
    ]
    if len(verdicts) > 1:
        parts.append('<nav aria-label="报告"><ol>')
        parts += [f'<li><a href="#r{n}">{escape(v.shown)}</a>：{escape(ending(v))}</li>' for n, v in enumerate(verdicts, 1)]
        parts.append("</ol></nav>")
    for n, verdict in enumerate(verdicts, 1):
        parts.append(f'<section id="r{n}">\n<h2>{escape(verdict.shown)}</h2>')
        parts.append(f"<p>文件：{escape(verdict.name)}　{escape(verdict.form)}　读到{verdict.cells}个数　{escape(ending(verdict))}</p>")
        if verdict.findings:
            parts.append('<div class="scroll" role="region" tabindex="0" aria-label="核对结果"><table>\n<thead><tr><th scope="col">级别</th><th scope="col">位置</th><th scope="col">问题</th><th scope="col">规则和依据</th></tr></thead>\n<tbody>')
            parts += [
                f'<tr class="{f.level.value}"><th scope="row">{f.level.label}</th><td>{escape(f.where)}</td><td>{escape(f.sentence)}</td><td>{escape(_rule(f.rule, f.basis))}</td></tr>'
                for f in verdict.findings
            ]
            parts.append("</tbody></table></div>")
        parts.append("</section>")
    parts.append("<footer><p>“错误”是与格式的勾稽关系或与自身矛盾；“请核对”可能另有原因；“未能核对”是没有读到或读不准；“说明”不需要处理。核对结果由程序按公开的格式推算，以原件为准。</p></footer>\n</main>\n</body>\n</html>\n")
    return "\n".join(parts)
