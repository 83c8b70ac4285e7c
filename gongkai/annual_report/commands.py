"""年度报告: checking published reports at the prompt."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from gongkai.annual_report.checking import showing
from gongkai.annual_report.checking.check import Verdict
from gongkai.annual_report.checking.findings import Level
from gongkai.annual_report.checking.guard import check_files
from gongkai.cli import EXIT_FOUND, EXIT_REFUSED, Group, Stop

report = Group("report", help="年度报告：核对已发布的年度报告")
COMMANDS = [report]

#: Only things worth a look were found. 1, 2 and 3 mean what they mean everywhere: wrong, wrong command line, unread.
EXIT_LOOK = 4
FILES = 5_000
_KINDS = frozenset("html htm mht docx doc wps pdf xlsx xls et ods odt rtf csv tsv txt md json".split())


@report.command("check", help="核对年度报告：文件或目录（网页、docx、PDF、xlsx、文本、JSON）。退出码：0 没有问题，1 有错误，3 有文件没能核对，4 只有请核对的")
@click.argument("paths", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--html", "html_path", metavar="目标文件", type=click.Path(path_type=Path), help="另存为网页")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
@click.option("--quiet", is_flag=True, help="不显示“说明”一级")
def check_command(paths: tuple[Path, ...], html_path: Path | None, as_json: bool, quiet: bool) -> int:
    files = list(_files(paths))
    if not files:
        raise Stop("目录里没有可以核对的文件（网页、docx、PDF、xlsx、文本、JSON）。")
    if html_path is not None and not html_path.resolve().parent.is_dir():
        raise Stop(f"目录 {html_path.parent} 不存在。")
    verdicts = _with_progress(files, shown=not as_json)
    if html_path is not None:
        html_path.write_text(showing.to_html(verdicts), encoding="utf-8")
    if as_json:
        click.echo(showing.to_json(verdicts))
    else:
        showing.to_terminal(verdicts, Console(), notes=not quiet)
        if html_path is not None:
            click.echo(f"已写入{html_path}。")
    return exit_code(verdicts)


def exit_code(verdicts: Sequence[Verdict]) -> int:
    """By the worst that was found: an error, a file that could not be read, something to look at, nothing."""
    if any(v.count(Level.HARD) for v in verdicts):
        return EXIT_FOUND
    if any(v.count(Level.UNREAD) for v in verdicts):
        return EXIT_REFUSED
    return EXIT_LOOK if any(v.count(Level.SOFT) for v in verdicts) else 0


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """The files named, and those within the folders named, by name."""
    count = 0
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower().lstrip(".") in _KINDS and not p.name.startswith((".", "~$")))
            for each in found:
                count += 1
                if count > FILES:
                    raise Stop(f"文件超过{FILES}个，请分批核对。")
                yield each, str(each.relative_to(path))
        elif path.is_file():
            yield path, path.name
        else:
            raise Stop(f"没有这个文件或目录：{path}")


def _with_progress(files: list[tuple[Path, str]], *, shown: bool) -> list[Verdict]:
    if not shown or len(files) < 3 or not sys.stderr.isatty():
        return check_files(files)
    with Progress(TextColumn("核对"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("核对", total=len(files))
        return check_files(files, progress=lambda done: progress.update(task, completed=done))
