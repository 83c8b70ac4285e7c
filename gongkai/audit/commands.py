"""审计: sealing and checking the log at the prompt."""

import json

import click
from rich.progress import Progress

from gongkai.cli import EXIT_FOUND, Group

from .actions import seal_all
from .queries import verify

audit = Group("audit", help="审计日志")
COMMANDS = [audit]


@audit.command("verify", help="核验审计链，报告尚未封签的记录")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def verify_command(as_json: bool) -> int:
    if as_json:
        found = verify()
        click.echo(json.dumps({"sound": found.sound, "links": found.links, "unsealed": found.unsealed, "head": found.head, "faults": found.faults}, ensure_ascii=False, indent=2))
        return 0 if found.sound else EXIT_FOUND
    with Progress(transient=True) as bar:
        task = bar.add_task("核验审计链", total=None)
        found = verify(progress=lambda done, total: bar.update(task, completed=done, total=total))
    for fault in found.faults:
        click.echo(f"异常：{fault}", err=True)
    click.echo(f"已核验{found.links}枚封签，{'链完整' if found.sound else f'发现{len(found.faults)}处异常'}；尚未封签{found.unsealed}条。链首摘要{found.head}")
    return 0 if found.sound else EXIT_FOUND


@audit.command("seal", help="为尚未封签的记录封签")
def seal_command() -> int:
    click.echo(f"已封签{seal_all()}条。")
    return 0
