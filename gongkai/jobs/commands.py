"""后台任务: the jobs process, backup, restore and upgrade."""

import sys
from pathlib import Path

import click

from gongkai.cli import Command, Group, Stop

from . import backup as backups
from .actions import work
from .schedule import timed_jobs

jobs = Group("jobs", help="后台任务")


@jobs.command("work", help="运行后台任务：排队任务、定时任务和审计封签")
@click.option("--once", is_flag=True, help="处理完现有任务即结束")
def work_command(once: bool) -> None:
    click.echo("后台任务已启动，按 Ctrl+C 结束。" if not once else "处理现有任务…")
    try:
        work(once=once, say=click.echo)
    except KeyboardInterrupt:
        click.echo("后台任务已结束。")


@jobs.command("list", help="列出定时任务")
def list_command() -> None:
    for job in timed_jobs().values():
        click.echo(f"{job.cron:<16}{job.name:<28}{job.label}")


@click.command("backup", cls=Command, help="备份数据库与文件（密钥须另行备份）")
@click.argument("target", metavar="备份文件", type=click.Path(path_type=Path))
@click.option("--keys", type=click.Path(path_type=Path), metavar="文件", help="同时把密钥文件另存到此处，请放在与备份不同的介质上")
def backup(target: Path, keys: Path | None) -> None:
    try:
        made = backups.backup(target, keys=keys)
    except backups.BackupError as error:
        raise Stop(str(error)) from None
    click.echo(f"已备份到{target}：数据库与{made.files}个文件，共{made.size // 1024}KB，审计链首{made.head[:16]}。")
    if keys is None:
        click.echo("提示：密钥文件未包含在备份中，请用 --keys 另存一份，否则恢复后加密内容无法读出。")


@click.command("restore", cls=Command, help="从备份恢复（覆盖现有数据）")
@click.argument("source", metavar="备份文件", type=click.Path(path_type=Path, exists=True))
@click.option("--yes", is_flag=True, help="不再询问")
def restore(source: Path, yes: bool) -> None:
    if not yes and not click.confirm("恢复将覆盖现有数据库和文件，确定继续吗？"):
        sys.exit(130)
    try:
        found = backups.restore(source)
    except backups.BackupError as error:
        raise Stop(str(error)) from None
    click.echo(f"已恢复{found.files}个文件和数据库；审计链{'完整' if found.sound else '有异常，请运行 gongkai audit verify'}。")


@click.command("upgrade", cls=Command, help="升级数据库到本版本（先自动备份）")
@click.option("--dry-run", is_flag=True, help="只列出将执行的步骤")
@click.option("--no-backup", is_flag=True, help="不备份")
def upgrade(dry_run: bool, no_backup: bool) -> None:
    try:
        steps = backups.upgrade(dry_run=dry_run, with_backup=not no_backup, say=click.echo)
    except backups.BackupError as error:
        raise Stop(str(error)) from None
    click.echo(f"{'将执行' if dry_run else '已执行'}{steps}个迁移步骤。" if steps else "数据库已是最新，无需升级。")


COMMANDS = [jobs, backup, restore, upgrade]
