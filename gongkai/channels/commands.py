"""渠道投递 at the prompt."""

import json

import click
from django.utils import timezone

from gongkai.audit.source import coming_from
from gongkai.cli import EXIT_FOUND, Group

from . import actions
from .models import Delivery
from .queries import standing
from .rules import State

channels = Group("channels", help="渠道投递")
COMMANDS = [channels]


@channels.command("status", help="各渠道投递情况；有等人处理的失败时以非零结束")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def status_command(as_json: bool) -> int:
    counts = standing()
    waiting = list(Delivery.objects.in_state(State.FAILED).order_by("failed_at", "pk").defer("content")[:50])
    if as_json:
        click.echo(json.dumps({
            "standing": {state.label: count for state, count in counts.items()},
            "failed": [{"id": d.pk, "delivery": str(d), "why": d.last_error, "at": timezone.localtime(d.failed_at).isoformat()} for d in waiting],
        }, ensure_ascii=False, indent=2))  # fmt: skip
    else:
        click.echo("；".join(f"{state.label}{count}项" for state, count in counts.items()) or "没有投递。")
        for delivery in waiting:
            click.echo(f"{delivery.pk}　{delivery}：{delivery.last_error}")
    return EXIT_FOUND if waiting else 0


@channels.command("retry", help="立即办理到时间的投递；给出编号的，从失败处重试")
@click.argument("numbers", nargs=-1, type=int, metavar="[编号]…")
@click.option("--dry-run", is_flag=True, help="只列出将办理的投递")
def retry_command(numbers: tuple[int, ...], dry_run: bool) -> int:
    stopped = Delivery.objects.in_state(State.FAILED).filter(pk__in=numbers).order_by("pk")
    if missing := sorted(set(numbers) - {d.pk for d in stopped}):
        click.echo(f"编号{'、'.join(map(str, missing))}不是停下来等人处理的投递，已跳过。", err=True)
    if dry_run:
        for delivery in [*stopped, *Delivery.objects.due(timezone.now()).order_by("next_at")]:
            click.echo(f"{delivery.pk}　{delivery}：{delivery.state.label}")
        return 0
    with coming_from("gongkai channels retry"):
        for delivery in stopped:
            actions.retry(delivery, by=None)
        said = actions.work_due()
    for sentence in said:
        click.echo(sentence)
    click.echo(f"办理了{len(said)}项投递。")
    return 0
