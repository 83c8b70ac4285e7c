"""日历: the working days in force, entering a notice, and what it would move."""

import csv
import json
from datetime import date
from pathlib import Path

import click
from django.core.exceptions import ValidationError

from gongkai.cli import EXIT_FOUND, Group, Stop
from gongkai.law.calendar import WorkCalendar
from gongkai.rulebook import actions
from gongkai.rulebook.models import CalendarNoticeRow
from gongkai.rulebook.queries import calendar, notice_of

from .derived import Moved, moved, rederive

calendar_group = Group("calendar", help="工作日历")
COMMANDS = [calendar_group]


def read_notice(path: Path) -> dict[str, str]:
    """A notice file: CSV with columns 日期 and 安排 (放假 or 上班), as the desk's form takes it."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Stop(f"不能读取 {path}：{error}") from None
    if not rows or not {"日期", "安排"} <= set(rows[0]):
        raise Stop(f"{path} 应为 CSV，首行含“日期”“安排”两列，每行一天，安排写“放假”或“上班”。")
    days = {}
    for line, row in enumerate(rows, 2):
        try:
            day = date.fromisoformat((row["日期"] or "").strip())
        except ValueError:
            raise Stop(f"{path} 第{line}行的日期“{row['日期']}”无法识别，请写成 2027-01-01 的形式。") from None
        days[day.isoformat()] = (row["安排"] or "").strip()
    return days


@calendar_group.command("import", help="录入放假安排（CSV：日期,安排）")
@click.argument("path", metavar="文件", type=click.Path(path_type=Path, exists=True))
@click.option("--year", type=int, required=True, metavar="年度")
@click.option("--number", required=True, metavar="文号", help="通知的文号或标题")
@click.option("--published", required=True, metavar="日期", help="通知的发布日期")
@click.option("--confirm", is_flag=True, help="看过影响后启用")
@click.option("--dry-run", is_flag=True, help="只检查文件并显示影响")
def import_command(path: Path, year: int, number: str, published: str, confirm: bool, dry_run: bool) -> int:
    days = read_notice(path)
    try:
        published_on = date.fromisoformat(published)
    except ValueError:
        raise Stop(f"发布日期“{published}”无法识别，请写成 2026-11-10 的形式。") from None
    try:
        after = calendar().with_notice(notice_of(year, number, published_on, "", days.items()))
    except ValueError as error:
        raise Stop(str(error)) from None
    _show_impact(moved(after))
    if dry_run:
        click.echo("以上为影响预览，没有写入。")
        return 0
    try:
        row = actions.enter_notice(year=year, number=number, published_on=published_on, days=days, by=None)
        if confirm:
            actions.confirm_notice(row, by=None)
            click.echo(f"已按新日历重算{rederive(by=None)}项期限。")
    except ValidationError as error:
        raise Stop("；".join(error.messages)) from None
    click.echo(f"已录入{row}，{len(days)}天，{'已启用' if confirm else '尚未启用：核对影响后请加 --confirm，或在工作台确认'}。")
    return 0


@calendar_group.command("impact", help="显示尚未启用的放假安排会改变哪些在办期限")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def impact_command(as_json: bool) -> int:
    waiting = list(CalendarNoticeRow.objects.filter(confirmed_at=None))
    after: WorkCalendar = calendar()
    for row in waiting:
        after = after.with_notice(notice_of(row.year, row.number, row.published_on, row.address, row.days.items()))
    found = moved(after) if waiting else []
    if as_json:
        click.echo(json.dumps([{"subject": m.subject, "field": m.label, "before": m.before, "after": m.after} for m in found], ensure_ascii=False, indent=2))
    else:
        if not waiting:
            click.echo("没有待启用的放假安排。")
        _show_impact(found)
    return EXIT_FOUND if found else 0


@calendar_group.command("show", help="显示现行日历：各年依据的通知与尚未公布的年份")
def show_command() -> None:
    found = calendar()
    for notice in found.notices:
        click.echo(f"{notice.year}年：{notice.name}，{notice.published_on:%Y-%m-%d}发布")
    click.echo(f"已确定至{found.settled_through():%Y-%m-%d}；此后按周一至周五推算，结果标注为暂定。")


def _show_impact(found: list[Moved]) -> None:
    for move in found:
        click.echo(f"{move.subject}　{move.label}：{move.before} → {move.after}")
    click.echo(f"共影响{len(found)}项期限。")
