"""筛查: a file held against everything that is screened for."""

import json
from pathlib import Path

import click
from django.utils import timezone

from gongkai.accounts.models import Office
from gongkai.cli import EXIT_FOUND, Command, Stop
from gongkai.exchange.blocks import Unreadable
from gongkai.exchange.reading import read

from . import queries, rules
from .drafts import draft_of


@click.command("screen", cls=Command, help="筛查一个文件（txt、docx、html、xlsx、pdf 等），只检查，不保存")
@click.argument("path", metavar="文件", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--office", "name", metavar="机关", help="按哪个机关的用语表和领导名单；只有一个机关时可省略")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def screen_command(path: Path, name: str | None, as_json: bool) -> int:
    office = _office(name)
    try:
        draft = draft_of(read(path))
    except Unreadable as problem:
        raise Stop(problem.sentence) from None
    findings = queries.screen(office, draft, timezone.localdate())
    if as_json:
        click.echo(json.dumps([_plain(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(f"[{finding.severity_label}] {finding.label}　{finding.rule_label}“{finding.quote}”：{finding.why}" + (f"。建议：{finding.suggestion}" if finding.suggestion else ""))
        click.echo(f"共{len(findings)}处。")
    return EXIT_FOUND if queries.standing(findings) else 0


def _office(name: str | None) -> Office:
    offices = list(Office.objects.filter(name=name) if name else Office.objects.all()[:2])
    if len(offices) == 1:
        return offices[0]
    if name:
        raise Stop(f"没有名为“{name}”的机关。")
    raise Stop("有多个机关，请用 --office 指明按哪个机关筛查。" if offices else "还没有登记机关，请先完成初始设置。")


def _plain(finding: rules.Finding) -> dict:
    return {
        "rule": finding.rule, "severity": finding.severity, "path": finding.path, "place": finding.label, "start": finding.start, "end": finding.end,
        "quote": finding.quote, "why": finding.why, "basis": finding.basis, "suggestion": finding.suggestion, "digest": finding.digest,
    }  # fmt: skip


COMMANDS = [screen_command]
