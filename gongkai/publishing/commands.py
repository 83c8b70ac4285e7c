"""网站: what the site states of itself, at the prompt."""

import click
from django.core.exceptions import ValidationError

from gongkai.accounts.models import Office, User
from gongkai.cli import Group, Stop

from .actions import describe_site
from .models import SiteProfile

profile = Group("profile", help="网站信息：页脚和网页标签所写的网站名称、标识码、备案编号等")
COMMANDS = [profile]
_FIELDS = {str(field.verbose_name): field.name for field in SiteProfile._meta.concrete_fields if field.name != "office"}


def _office() -> Office:
    office = Office.objects.order_by("pk").first()
    if office is None:
        raise Stop("还没有机关，请先运行 gongkai demo 或登记机关。")
    return office


@profile.command("show", help="列出网站信息")
def show() -> None:
    held = SiteProfile.objects.filter(office=_office()).first()
    for label, name in _FIELDS.items():
        value = getattr(held, name) if held else ""
        click.echo(f"{label}：{('是' if value else '否') if isinstance(value, bool) else value or '未登记'}")


@profile.command("set", help="登记一项网站信息，如：gongkai profile set 网站标识码 4420000001 --by 用户名")
@click.argument("label", metavar="项目")
@click.argument("value", metavar="内容")
@click.option("--by", "username", required=True, metavar="用户名", help="由谁登记，写入审计记录")
def set_one(label: str, value: str, username: str) -> None:
    if label not in _FIELDS:
        raise Stop(f"没有“{label}”这一项。可以登记：{'、'.join(_FIELDS)}。")
    by = User.objects.filter(username=username).first()
    if by is None:
        raise Stop(f"没有用户名为“{username}”的人员，请核对。")
    field = SiteProfile._meta.get_field(_FIELDS[label])
    if field.get_internal_type() == "BooleanField" and value not in ("是", "否"):
        raise Stop(f"“{label}”请填“是”或“否”。")
    try:
        describe_site(_office(), by=by, **{field.name: value == "是" if field.get_internal_type() == "BooleanField" else value})
    except ValidationError as error:
        raise Stop("；".join(error.messages)) from error
    click.echo(f"已登记{label}：{value}")
