"""演示: the whole bureau with its year, at one command."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from gongkai.accounts.models import Office
from gongkai.audit.actions import record, seal_all
from gongkai.audit.models import Entry
from gongkai.audit.verbs import sentences
from gongkai.cli import Command, Stop
from gongkai.desk.commands import run_server
from gongkai.jobs.backup import upgrade
from gongkai.search import shelf
from gongkai.search.actions import follow
from gongkai.sitebuild.actions import build

from . import account, bureau, reports, underway, year
from .cast import COORDINATOR, OFFICE, PASSWORD
from .deeds import ZONE
from .load import Loader
from .play import Player
from .profile import FOUNDING_SEED, LATE_KINDS, profile_of

#: The founding document's year.
YEAR = 2022
#: Beyond this many records the year is written in sets instead of played.
MOST_PLAYED = 5000

sentences(demo__loaded="装入演示数据：{year}年，种子{seed}，{records}条记录")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What stands in the database: which year, which seed."""

    year: int
    seed: int
    records: int


def loaded() -> Loaded | None:
    """The demo that was loaded whole, if any. A load is one transaction, so a broken one has left nothing."""
    entry = Entry.objects.filter(verb="demo.loaded").order_by("-id").first()
    return Loaded(entry.facts["year"], entry.facts["seed"], entry.facts["records"]) if entry else None


def load(*, seed: int, of: int, records: int | None = None, late: int = 0, now: datetime | None = None, bar: Progress | None = None) -> Loaded:
    """装入演示数据。All or nothing: afterwards the bureau, its plan and its year stand, as far as `now`."""
    now = now or datetime.now(ZONE)
    profile = profile_of(seed, late=late, records=records)
    with transaction.atomic():
        with _task(bar, "登记机关和人员") as said:
            cast = bureau.settle(of, said)
        days = year.frame_of(profile, seed, of).days
        papers = [*account.deeds(days, seed), *reports.deeds(days, seed), *(underway.deeds(days.calendar, seed, now.date()) if of < now.year else ())]
        if (records or 0) <= MOST_PLAYED:
            deeds = [deed for deed in account.together(year.deeds(profile, seed, of), papers) if deed.at <= now]
            with _task(bar, f"逐日办理{of}年的工作", len(deeds)) as said:
                Player(cast).play(deeds, progress=lambda done: said(done, len(deeds)))
            count = len(deeds)
        else:
            with _task(bar, f"成批写入{of}年的记录", records) as said:
                count = Loader(cast, by=cast.people[COORDINATOR]).load(year.stories(profile, seed, of), lambda done: said(done, records))
            Player(cast).play(deed for deed in account.together(papers) if deed.at <= now)
        record("demo.loaded", cast.office, year=of, seed=seed, records=count, late=late)
    with _task(bar, "封存审计日志"):
        seal_all()
    return Loaded(of, seed, count)


def migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def clear() -> None:
    """清空演示数据。The database file, the files kept, the built site and the search index go; refused where they are not the demo's."""
    if connection.vendor != "sqlite":
        raise Stop("--fresh 只能用于单机版（SQLite）。请另建一个空数据库，再运行 gongkai demo。")
    path = Path(connection.settings_dict["NAME"])
    if path.exists() and "accounts_office" in connection.introspection.table_names() and Office.objects.exclude(name=OFFICE["name"]).exists():
        raise Stop("数据库里有演示单位以外的机关，不能清空。请换一个数据目录（环境变量 GONGKAI_HOME）。")
    connection.close()
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    for folder in ("files", "search", "site"):
        shutil.rmtree(settings.HOME / folder, ignore_errors=True)


@contextmanager
def _task(bar: Progress | None, said: str, total: int | None = None) -> Iterator:
    """One line of the progress display. The body is given `update(done, total)`."""
    if bar is None:
        yield lambda done, total: None
        return
    task = bar.add_task(said, total=total)
    yield lambda done, total: bar.update(task, completed=min(done, total), total=total)
    known = bar.tasks[task].total or 1
    bar.update(task, completed=known, total=known)


@click.command("demo", cls=Command, help="装入演示单位（青禾市工业和信息化局）和它的一年")
@click.option("--serve", is_flag=True, help="装好后启动服务")
@click.option("--seed", default=FOUNDING_SEED, show_default=True, metavar="种子", help="同一种子得到同样的一年；换一个就是另一年")
@click.option("--year", "of", default=YEAR, show_default=True, metavar="年度", type=click.IntRange(2020, 2090), help="模拟哪一年")
@click.option("--records", type=click.IntRange(100, 2_000_000), metavar="条数", help=f"大致的记录条数；超过{MOST_PLAYED}条时成批写入")
@click.option("--late", is_flag=True, help="安排几件逾期的事项，看台账怎样点名")
@click.option("--fresh", is_flag=True, help="清空演示数据后重新装入")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="地址", help="监听地址")
@click.option("--port", default=8000, envvar="PORT", show_default=True, metavar="端口", help="监听端口，也可用环境变量 PORT")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果")
def demo(serve: bool, seed: int, of: int, records: int | None, late: bool, fresh: bool, host: str, port: int, as_json: bool) -> None:
    began = time.monotonic()
    if of > timezone.localdate().year:
        raise Stop(f"{of}年还没有到，不能模拟。")
    console = Console(stderr=as_json)
    if fresh:
        clear()
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    ) as bar:  # fmt: skip
        if not migrated():
            with _task(bar, "建立数据库"):
                upgrade(dry_run=False, with_backup=False, say=lambda sentence: None)
        there = loaded()
        if there is None:
            if Office.objects.exists():
                raise Stop("数据库里已有机关，演示数据只装入空的数据库。请换一个数据目录（环境变量 GONGKAI_HOME）。")
            there = load(seed=seed, of=of, records=records, late=len(LATE_KINDS) if late else 0, bar=bar)
            done = "已装入"
        else:
            done = "演示数据已在，未重复装入"
        with _task(bar, "生成公开网站"):
            built = build(bureau.standing().office)
        with _task(bar, "建立检索索引"), suppress(shelf.Busy):  # a bureau that is being served has its own follower
            follow(bureau.standing().office)
    seconds = time.monotonic() - began
    address = f"http://{host}:{port}/desk/"
    if as_json:
        people = [{"username": u, "name": n, "post": p} for u, n, p in bureau.logins()]
        click.echo(json.dumps({
            "year": there.year, "seed": there.seed, "records": there.records, "pages": built.pages, "seconds": round(seconds, 1),
            "address": address, "password": PASSWORD, "logins": people,
        }, ensure_ascii=False, indent=2))  # fmt: skip
    else:
        console.print(f"{done}：{OFFICE['name']}{there.year}年（种子{there.seed}，{there.records}项），用时{seconds:.1f}秒。", highlight=False)
        if (there.year, there.seed) != (of, seed):
            console.print("要换年度或种子，请加 --fresh 重新装入。", highlight=False)
        _logins(console)
        console.print(f"工作台：{address}" + ("" if serve else "　运行 gongkai demo --serve 启动服务。"), highlight=False)
    if serve:
        run_server(host, port)


def _logins(console: Console) -> None:
    table = Table(title=f"演示账号（密码都是 {PASSWORD}）", title_justify="left")
    for heading in ("用户名", "姓名", "岗位"):
        table.add_column(heading)
    for row in bureau.logins():
        table.add_row(*row)
    console.print(table)


COMMANDS = [demo]
