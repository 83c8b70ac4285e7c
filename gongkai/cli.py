"""The `gongkai` command: every room's commands under one Chinese roof.

A room's `commands.py` holds a list `COMMANDS` of click commands and groups. Exit codes: 0 done, 1 done
but something was found wrong, 2 the command line was wrong, 3 refused or impossible.
"""

import os
import sys
from importlib import import_module
from importlib.util import find_spec

import click

EXIT_FOUND, EXIT_USAGE, EXIT_REFUSED = 1, 2, 3


class ChineseFormatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        args = args.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 [参数…]")
        super().write_usage(prog, args, prefix="用法：")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{ {'Options': '选项', 'Commands': '命令'}.get(heading, heading)}：\n")


click.Context.formatter_class = ChineseFormatter


def _help_option(command: click.Command, ctx: click.Context) -> click.Option | None:
    option = click.Command.get_help_option(command, ctx)
    if option is not None:
        option.help = "显示本说明"
    return option


class Command(click.Command):
    """A command whose help is Chinese."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _help_option(self, ctx)


class Group(click.Group):
    """A group whose help is Chinese."""

    command_class = Command

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _help_option(self, ctx)


class Stop(click.ClickException):
    """A command that can't go on says why in a sentence and ends with code 3."""

    exit_code = EXIT_REFUSED


def _sentence(error: click.UsageError) -> str:
    """A usage error in Chinese."""
    match error:
        case click.NoSuchOption():
            near = f"，是否想用{'、'.join(error.possibilities)}？" if error.possibilities else ""
            return f"没有“{error.option_name}”这个选项{near or '。'}"
        case click.MissingParameter():
            name = error.param.human_readable_name if error.param else ""
            return f"缺少参数“{name}”。"
        case click.BadOptionUsage():
            return f"选项“{error.option_name}”的用法不对：需要一个值。"
        case click.BadParameter():
            name = (error.param.opts[0] if isinstance(error.param, click.Option) else error.param.human_readable_name) if error.param else ""
            return f"参数“{name}”的值不对：{_wrong_value(error)}"
        case _ if "No such command" in error.message:
            return f"没有这个命令：{error.message.split(chr(39))[1] if chr(39) in error.message else error.message}。"
        case _ if "Missing command" in error.message:
            return "请指定要执行的命令。"
        case _ if "unexpected extra argument" in error.message:
            return "参数过多。"
    return error.message


def _wrong_value(error: click.BadParameter) -> str:
    """What a value should have been; our own types say it themselves, in Chinese."""
    match error.param.type if error.param else None:
        case click.Choice() as kind:
            return f"应为{'、'.join(map(str, kind.choices))}之一。"
        case click.IntRange() | click.types.IntParamType():
            return "应为整数。"
        case click.Path():
            return "没有这个文件或目录，或无权读取。"
    return error.message


def build() -> click.Group:
    """The whole command tree. Django is set up first, since rooms' commands import their models."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.settings.embedded")
    import django  # settings must be named first

    django.setup()
    from django.apps import apps

    root = Group("gongkai", help="公开：政务公开工作系统。")
    for config in apps.get_app_configs():
        if config.name.startswith("gongkai.") and find_spec(f"{config.name}.commands"):
            for command in import_module(f"{config.name}.commands").COMMANDS:
                root.add_command(command)
    return root


def main(args: list[str] | None = None) -> None:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    try:
        root = build()
    except ImproperlyConfigured as error:
        click.echo(f"无法启动：{error}", err=True)
        sys.exit(EXIT_REFUSED)
    try:
        code = root.main(args, prog_name="gongkai", standalone_mode=False)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "gongkai"
        click.echo(f"{_sentence(error)}\n请运行“{where} --help”查看说明。", err=True)
        code = EXIT_USAGE
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        code = error.exit_code
    except click.Abort:
        click.echo("已中止。", err=True)
        code = 130
    except DatabaseError as error:
        click.echo(f"数据库不可用：{str(error).splitlines()[0]}。请先运行“gongkai upgrade”建立或升级数据库，并检查环境变量 DATABASE_URL。", err=True)
        code = EXIT_REFUSED
    except OSError as error:
        click.echo(f"文件或设备出错：{error.filename or ''}（{error.strerror or error}）。", err=True)
        code = EXIT_REFUSED
    sys.exit(code if isinstance(code, int) else 0)
