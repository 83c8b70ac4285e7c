"""惠企政策: taking expired policies off the platform at the prompt."""

import json
from datetime import date

import click
from django.utils import timezone

from gongkai.accounts.models import Office
from gongkai.cli import Group

from .actions import take_down_expired

benefits = Group("benefits", help="惠企政策")


@benefits.command("delist", help="下架已失效而仍在平台上的惠企政策，逐条留痕")
@click.option("--dry-run", is_flag=True, help="只列出将下架的政策")
@click.option("--json", "as_json", is_flag=True, help="以JSON输出")
def delist(dry_run: bool, as_json: bool) -> None:
    today: date = timezone.localdate()
    found = [policy for office in Office.objects.order_by("pk") for policy in take_down_expired(office, today=today, dry_run=dry_run)]
    if as_json:
        rows = [{"id": policy.pk, "name": policy.name, "expires_on": policy.expires_on.isoformat()} for policy in found]
        click.echo(json.dumps({"dry_run": dry_run, "removed": rows}, ensure_ascii=False, indent=2))
        return
    for policy in found:
        click.echo(f"{policy}，有效期至{policy.expires_on.year}年{policy.expires_on.month}月{policy.expires_on.day}日")
    said = "将下架" if dry_run else "已下架"
    click.echo(f"{said}失效政策{len(found)}项。" if found else "没有失效而仍在平台上的政策。")


COMMANDS = [benefits]
