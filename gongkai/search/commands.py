"""检索: keeping the public index at the prompt."""

import json
import time

import click

from gongkai.accounts.models import Office
from gongkai.cli import EXIT_FOUND, Group, Stop
from gongkai.publishing import log

from . import actions, queries, shelf

search = Group("search", help="公开检索")
COMMANDS = [search]

_BUSY = "另一个进程正在更新检索索引，请稍后再试。"


def _office() -> Office:
    office = Office.objects.order_by("pk").first()
    if office is None:
        raise Stop("还没有机关，请先运行 gongkai demo 或登记机关。")
    return office


@search.command("follow", help="跟进发布日志，持续更新检索索引")
@click.option("--once", is_flag=True, help="跟上最新一条即结束")
@click.option("--every", "seconds", type=click.FloatRange(0.1, 3600), default=1.0, show_default="1", metavar="秒", help="每隔多少秒看一次日志")
def follow_command(once: bool, seconds: float) -> None:
    office = _office()
    try:
        kept = actions.follow(office)
        click.echo(f"{kept}。")
        while not once:
            time.sleep(seconds)
            try:
                kept = actions.follow(office)
            except shelf.Busy:
                continue  # the timed job is at it
            if kept.entries or kept.rebuilt:
                click.echo(f"{kept}。")
    except shelf.Busy:
        raise Stop(_BUSY) from None
    except KeyboardInterrupt:
        click.echo("已停止跟进。")


@search.command("rebuild", help="重建检索索引（建好之前仍用旧的）")
def rebuild_command() -> None:
    click.echo(f"{actions.rebuild(_office())}。")


@search.command("status", help="查看检索索引的状况")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def status_command(as_json: bool) -> int:
    office = _office()
    found = queries.status(office.pk, log.position(office.pk))
    if as_json:
        facts = {"records": found.records, "read": found.read, "newest": found.newest, "behind": found.behind, "trouble": found.trouble}
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    elif found.trouble:
        click.echo(f"检索索引不可用：{found.trouble}。请运行 gongkai search rebuild。", err=True)
    else:
        click.echo(f"收录{found.records}条，已读到发布日志第{found.read}条，" + (f"还有{found.behind}条未读。" if found.behind else "没有未读的。"))
    return EXIT_FOUND if found.trouble else 0
