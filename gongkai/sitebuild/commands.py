"""网站: building the public site at the prompt."""

import click

from gongkai.accounts.models import Office
from gongkai.cli import Group, Stop

from .actions import build

site = Group("site", help="公开网站")
COMMANDS = [site]


@site.command("build", help="生成公开网站")
def build_command() -> None:
    office = Office.objects.order_by("pk").first()
    if office is None:
        raise Stop("还没有机关，请先运行 gongkai demo 或登记机关。")
    made = build(office)
    click.echo(f"已生成{made.pages}个页面。")
