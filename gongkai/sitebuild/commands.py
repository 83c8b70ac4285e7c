"""网站: building, checking and looking after the public site at the prompt."""

import json
import sys

import click
from django.utils import timezone

from gongkai.accounts.models import Office
from gongkai.cli import EXIT_FOUND, Group, Stop

from . import queries
from .actions import Busy, Followed, Unbuildable, build, follow
from .links import sweep

site = Group("site", help="公开网站")
COMMANDS = [site]

OFFICE = click.option("--office", "office_id", type=int, metavar="编号", help="哪个机关的网站；不写时为第一个机关")


def _office(office_id: int | None) -> Office:
    office = Office.objects.order_by("pk").first() if office_id is None else Office.objects.filter(pk=office_id).first()
    if office is None:
        raise Stop("还没有机关，请先运行 gongkai demo 或登记机关。" if office_id is None else f"没有编号为{office_id}的机关。")
    return office


@site.command("build", help="更新公开网站：跟进发布日志，或（--full）重新生成全站")
@click.option("--full", is_flag=True, help="重新生成全站")
@click.option("--lenient", is_flag=True, help="全站生成时，站内链接打不开只提示、不停止")
@click.option("--workers", type=click.IntRange(1, 64), metavar="个数", help="全站生成用几个进程；不写时按处理器个数")
@OFFICE
def build_command(full: bool, lenient: bool, workers: int | None, office_id: int | None) -> int:
    office = _office(office_id)
    try:
        done = build(office, strict=not lenient, workers=workers) if full else follow(office)
    except (Unbuildable, Busy) as error:
        raise Stop(f"{error}。") from None
    click.echo(f"{done}。")
    return EXIT_FOUND if done.broken or (isinstance(done, Followed) and done.failed) else 0


@site.command("verify", help="核对公开网站的每个文件：摘要、多余、缺少、压缩文件")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
@OFFICE
def verify_command(as_json: bool, office_id: int | None) -> int:
    try:
        found = queries.verify(_office(office_id))
    except LookupError as error:
        raise Stop(f"{error.args[0]}。") from None
    if as_json:
        click.echo(json.dumps(found._asdict(), ensure_ascii=False, indent=2))
    else:
        for fault in found.faults:
            click.echo(fault)
        click.echo(f"核对了{found.files}个文件，" + (f"{len(found.faults)}处不符。可运行 gongkai site build --full 重新生成。" if found.faults else "全部相符。"))
    return EXIT_FOUND if found.faults else 0


@site.command("links", help="巡查公开网站的站内链接：列出打不开和已撤回的，注明所在页面和链接文字")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
@click.option("--workers", type=click.IntRange(1, 64), metavar="个数", help="用几个进程；不写时按处理器个数")
@OFFICE
def links_command(as_json: bool, workers: int | None, office_id: int | None) -> int:
    shown = sys.stderr.isatty()

    def told(done: int, total: int) -> None:
        if shown:
            click.echo(f"\r已读{done}/{total}页", nl=done == total, err=True)

    try:
        found = sweep(_office(office_id), workers=workers, told=told)
    except LookupError as error:
        raise Stop(f"{error.args[0]}。") from None
    if as_json:
        click.echo(json.dumps({**found._asdict(), "dead": [dead._asdict() for dead in found.dead]}, ensure_ascii=False, indent=2))
    else:
        for dead in found.dead:
            click.echo(f"{dead.page}：链接“{dead.text or '（没有文字）'}”指向 {dead.link}，{dead.why}")
        click.echo(f"读了{found.pages}个页面的{found.links}处链接，" + (f"{len(found.dead)}处站内链接打不开。请在所列页面改正链接，或恢复目标页面。" if found.dead else "站内链接全部有效。"))
    return EXIT_FOUND if found.dead else 0


@site.command("status", help="公开网站的现状：目录、页面数、跟进到哪一条")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
@OFFICE
def status_command(as_json: bool, office_id: int | None) -> int:
    found = queries.status(_office(office_id))
    if found is None:
        raise Stop("还没有生成过网站，请先运行 gongkai site build。")
    if as_json:
        click.echo(json.dumps(found._asdict(), ensure_ascii=False, indent=2, default=str))
    else:
        click.echo(f"目录：{found.folder}\n页面：{found.pages}个\n全站生成：{_moment(found.built_at)}")
        click.echo(f"最近跟进：{_moment(found.followed_at) if found.followed_at else '尚未跟进'}，到发布日志第{found.position}条，还有{found.waiting}条待跟进")
    return 0


def _moment(at) -> str:
    local = timezone.localtime(at)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"
