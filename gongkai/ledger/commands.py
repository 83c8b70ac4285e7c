"""台账: importing, looking at, freezing and exporting a plan at the prompt."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import click
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from gongkai.accounts.models import Office, User
from gongkai.cli import EXIT_FOUND, Group, Stop
from gongkai.exchange.models import Batch
from gongkai.exchange.reading import Unreadable, read
from gongkai.files.actions import keep
from gongkai.files.checks import Refused as FileRefused
from gongkai.files.checks import inspect
from gongkai.law.refusals import Refused

from . import actions, queries, tokens
from .exports import writers
from .exports.table import frozen_table, live_table, newest_frozen
from .models import Plan
from .reading import read_plan
from .reading.draft import PlanDraft

ledger = Group("ledger", help="工作台账：导入、查看、冻结、导出")
COMMANDS = [ledger]

office_option = click.option("--office", "office_name", metavar="机关", help="机关名称；只有一个机关时可不填")
by_option = click.option("--by", "username", metavar="用户名", help="经办人；不填则记为系统操作")


class Day(click.ParamType):
    name = "日期"

    def convert(self, value, param, ctx):
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}”不是日期，请写成 2022-11-30 的形式。", param, ctx)


def office_of(name: str | None) -> Office:
    offices = Office.objects.filter(name=name) if name else Office.objects.all()
    found = list(offices[:2])
    if not found:
        raise Stop(f"没有名为“{name}”的机关。" if name else "还没有登记机关，请先运行 gongkai demo 或登记机关。")
    if len(found) > 1:
        raise Stop("有多个机关，请用 --office 指明。")
    return found[0]


def person(username: str | None) -> User | None:
    if not username:
        return None
    user = User.objects.filter(username=username).first()
    if user is None:
        raise Stop(f"没有用户名为“{username}”的人员。")
    return user


def plan_of(office: Office, year: int) -> Plan:
    plan = Plan.objects.of(office).own().filter(year=year).first()
    if plan is None:
        raise Stop(f"{office.name}没有{year}年分工方案，请先导入。")
    return plan


@ledger.command("import", help="导入分工方案；--dry-run 只显示读出的内容与疑点")
@click.argument("path", metavar="文件", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只读取并列出疑点，不写入")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出读出的全部内容")
@click.option("--year", type=int, metavar="年度", help="年度；不填则从文件识别")
@click.option("--level", type=click.Choice([c for c, _ in Plan.Level.choices]), default="own", metavar="层级", help="own 本机关、city 市、province 省、nation 国家")
@click.option("--yes", is_flag=True, help="已核对疑点，直接写入")
@office_option
@by_option
def import_command(path: Path, dry_run: bool, as_json: bool, year: int | None, level: str, yes: bool, office_name: str | None, username: str | None) -> int:
    if not path.is_file():
        raise Stop(f"没有这个文件：{path}")
    if dry_run:
        try:
            inspect(path, path.name)
            source = read(path)
        except (FileRefused, Unreadable) as error:
            return _unreadable(error.sentence, as_json)
        office = office_of(office_name) if office_name else _office_if_one()
        own = office if level == Plan.Level.OWN else None
        draft = read_plan(source, sections=actions.sections_for(own, level) if own else [], year=year, office=own.name if own else "")
        if as_json:
            click.echo(json.dumps({**draft.to_json(), "warnings": source.warnings}, ensure_ascii=False, indent=2))
        else:
            _show(draft)
        return 0 if draft.importable else EXIT_FOUND
    office, by = office_of(office_name), person(username)
    batch = actions.take(keep(path, office=office, by=by), office=office, by=by, level=level, year=year)
    if batch.state == Batch.State.REFUSED:
        return _unreadable(batch.sentence, as_json)
    draft = actions.draft_of(batch.file, office, year, level)
    if not as_json:
        _show(draft)
    doubts = Counter(d.severity for d in draft.doubts)
    if not yes and (doubts["error"] or doubts["warn"] or doubts["note"]) and not click.confirm("以上疑点是否已核对，确认写入？"):
        click.echo("没有写入。文件已留存，可在工作台的“导入方案”中继续。")
        return EXIT_FOUND
    try:
        plan = actions.import_plan(office, draft, by=by, level=level, year=year, batch=batch)
    except Refused as refused:
        raise Stop("没有写入：" + "；".join(o.sentence for o in refused.objections)) from None
    written = plan.measures.count()
    if as_json:
        click.echo(json.dumps({"plan": plan.pk, "year": plan.year, "title": plan.title, "measures": written}, ensure_ascii=False))
    else:
        click.echo(f"已导入{plan.title}：{plan.chapters.count()}项工作要求，{written}项措施。")
    return 0


def _office_if_one() -> Office | None:
    """The only office there is; none before one is registered, or without a database yet."""
    try:
        offices = list(Office.objects.all()[:2])
    except DatabaseError:
        return None
    return offices[0] if len(offices) == 1 else None


def _unreadable(sentence: str, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps({"importable": False, "refused": sentence}, ensure_ascii=False, indent=2))
    else:
        click.echo(f"不能导入：{sentence}", err=True)
    return EXIT_FOUND


def _show(draft: PlanDraft) -> None:
    console = Console()
    console.print(f"[bold]{draft.title or '（未认出名称）'}[/bold]　{draft.year or '年度未认出'}")
    console.print(draft.layout.sentence)
    table = Table(show_lines=False)
    for heading in ("编号", "工作要求", "要点", "措施", "落实情况", "责任"):
        table.add_column(heading, overflow="fold")
    for chapter in draft.chapters:
        for entry in chapter.entries:
            point, measures = (entry.title, entry.measures) if hasattr(entry, "measures") else ("", [entry])
            for m in measures:
                progress = "—" if m.progress is None else (m.progress or "（空白）")
                table.add_row(m.number or "", _cut(chapter.title), _cut(point), _cut(m.text, 60), _cut(progress, 40), _cut(m.responsibility or "", 40))
    console.print(table)
    names = {"error": "须更正", "warn": "请核对", "note": "说明"}
    for doubt in draft.doubts:
        place = f"（{doubt.place.label}）" if doubt.place else ""
        console.print(f"{names[doubt.severity]}：{doubt.sentence}{place}" + (f" 建议：{doubt.suggestion}" if doubt.suggestion else ""))
    console.print(f"共{sum(1 for _ in draft.measures())}项措施，疑点{len(draft.doubts)}处，原文着落{draft.coverage:.0%}。")


def _cut(text: str, most: int = 24) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


@ledger.command("status", help="显示某年台账的状态与每项措施的数字")
@click.argument("year", metavar="年度", type=int)
@click.option("--as-of", type=Day(), metavar="日期", help="截至日期，默认今天或年末")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
@office_option
def status_command(year: int, as_of: date | None, as_json: bool, office_name: str | None) -> int:
    plan = plan_of(office_of(office_name), year)
    account = queries.account(plan, as_of or min(timezone.localdate(), date(year, 12, 31)))
    if as_json:
        click.echo(json.dumps(status_json(account), ensure_ascii=False, indent=2))
        return 0
    console = Console()
    console.print(f"[bold]{plan.title}[/bold]　截至{account.as_of:%Y-%m-%d}")
    table = Table(show_lines=True)
    for heading in ("编号", "状态", "落实情况", "牵头"):
        table.add_column(heading, overflow="fold")
    for row in account.rows:
        table.add_row(row.measure.number, row.standing, row.progress_plain or "（尚无经审核的落实情况）", "、".join(row.leads))
    console.print(table)
    console.print("　".join(f"{name}{n}项" for name, n in account.tally().items()))
    return 0


def status_json(account: queries.Account) -> dict:
    """The account as plain data: every measure with its text, its figures and how it stands."""
    return {
        "title": account.plan.title, "year": account.plan.year, "as_of": account.as_of.isoformat(), "tally": account.tally(),
        "measures": [
            {
                "number": row.measure.number, "chapter": row.chapter, "point": row.point, "measure": row.text,
                "progress": row.progress_plain, "source": row.progress_source, "responsibility": row.measure.responsibility,
                "leads": row.leads, "supports": row.supports, "standing": row.standing, "why": row.why,
                "figures": [
                    {
                        "key": key, "label": account.values[key].indicator.label, "number": tokens.plain(account.values[key].number),
                        "unit": account.values[key].indicator.unit,
                        "claims": {c: {"held": v.held, "pending": v.pending, "failed": v.failed, "true_of_all": v.is_true_of_all} for c, v in account.values[key].claims.items()},
                    }
                    for key in sorted(row.keys)
                ],
            }
            for row in account.rows
        ],
    }


@ledger.command("freeze", help="冻结年度账")
@click.argument("year", metavar="年度", type=int)
@click.option("--as-of", type=Day(), required=True, metavar="日期", help="截至日期")
@click.option("--reason", default="", metavar="说明", help="再次冻结时写明更正原因")
@click.option("--dry-run", is_flag=True, help="只显示将冻结的数值")
@office_option
@by_option
def freeze_command(year: int, as_of: date, reason: str, dry_run: bool, office_name: str | None, username: str | None) -> int:
    plan = plan_of(office_of(office_name), year)
    if dry_run:
        account = queries.account(plan, as_of)
        for key, value in sorted(account.values.items()):
            click.echo(f"{value.indicator.label}：{tokens.plain(value.number)}{value.indicator.unit}（{key}）")
        return 0
    try:
        made = actions.freeze(plan, as_of=as_of, today=timezone.localdate(), by=person(username), reason=reason)
    except (Refused, ValidationError) as error:
        raise Stop(f"没有冻结：{error}") from None
    click.echo(f"已冻结{made}，内容摘要{made.digest}。")
    return 0


@ledger.command("export", help="导出落实情况（docx、xlsx、pdf、html）")
@click.argument("year", metavar="年度", type=int)
@click.argument("target", metavar="目标文件", type=click.Path(path_type=Path))
@click.option("--as-of", type=Day(), metavar="日期", help="导出截至此日的工作稿；不填则导出最新冻结版")
@office_option
@by_option
def export_command(year: int, target: Path, as_of: date | None, office_name: str | None, username: str | None) -> int:
    writer = writers().get(target.suffix.lstrip(".").lower())
    if writer is None:
        raise Stop(f"目标文件的扩展名应为 {'、'.join(writers())} 之一。")
    if not target.parent.is_dir():
        raise Stop(f"目录 {target.parent} 不存在。")
    plan = plan_of(office_of(office_name), year)
    frozen = newest_frozen(plan) if as_of is None else None
    table = frozen_table(plan, frozen) if frozen else live_table(plan, as_of or min(timezone.localdate(), date(year, 12, 31)))
    try:
        target.write_bytes(writer.write(table))
    except Refused as refused:
        raise Stop(f"没有导出：{refused}") from None
    actions.note_export(plan, form=writer.form, table=table, by=person(username))
    click.echo(f"已导出到{target}：{len(table.rows)}项措施，{table.note}。")
    return 0
