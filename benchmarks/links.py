"""Sweeping a built site for dead links within it, beside lychee on the same files.

    python -m benchmarks.links [--quick] [--json]

The tree is made of the articles and lists of `benchmarks.sitebuild`, each between a head and a foot of thirty links as
real pages have, with five links to other articles in its text; one article in a hundred leads to a page that is not
there. lychee (its own binary, in the PATH or named by $LYCHEE; offline, the whole tree, its own count of threads) must
find the same dead links. Its time has the start of its process in it; ours has not (`gongkai` starts in two seconds).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from .command import answer
from .printing import columns, span, times
from .sitebuild import COLUMNS, Corpus
from .stage import stage

PAGES, QUICK = 20_000, 1_000
ROUNDS = 3


class Row(NamedTuple):
    work: str
    pages: int
    links: int
    dead: int
    seconds: float


def measure(pages: int, rounds: int) -> list[list]:
    """Lay the tree, sweep it with one process and with all cores, and let lychee do the same; the best of some rounds of each."""
    from gongkai.sitebuild.links import sweep_tree

    lychee = os.environ.get("LYCHEE") or shutil.which("lychee")
    with tempfile.TemporaryDirectory(prefix="gongkai-links-") as home:
        tree, wrong = _laid(Path(home), pages)
        found = []
        for work, workers in (("gongkai，一个进程", 1), ("gongkai，全部处理器", None)):
            seconds, swept = _best(rounds, lambda workers=workers: sweep_tree(tree, workers=workers))
            assert {(dead.page, dead.link) for dead in swept.dead} == wrong, "没有找全"
            found.append(list(Row(work, swept.pages, swept.links, len(swept.dead), seconds)))
        if lychee:
            command = [lychee, "--offline", "--no-progress", "--root-dir", str(tree.folder), "--index-files", "index.html", "--format", "json", str(tree.folder)]
            seconds, said = _best(rounds, lambda: json.loads(subprocess.run(command, capture_output=True, check=False).stdout))
            theirs = {
                (Path(page).relative_to(tree.folder).as_posix(), one["url"].removeprefix(f"file://{tree.folder}")) for page, links in said["error_map"].items() for one in links
            }
            assert theirs == wrong, f"lychee 找到的不同：{sorted(theirs ^ wrong)[:3]}"
            found.append(list(Row("lychee，离线", pages, said["total"], len(theirs), seconds)))
    return found


def _best(rounds: int, work):
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        answer = work()
        taken.append(time.perf_counter() - begun)
    return min(taken), answer


def _laid(home: Path, pages: int):
    """The tree, with a manifest and without twins, and the (page, address) of every dead link in it."""
    from gongkai.sitebuild.tree import Tree

    corpus, tree, wrong, names = Corpus(pages), Tree(home / "build-1"), set(), {}
    tree.lay_out()
    head = '<header><nav><ul>' + "".join(f'<li><a href="/c/{n % COLUMNS}/">栏目{n}</a></li>' for n in range(20)) + "</ul></nav></header><main>"
    foot = '</main><footer>' + "".join(f'<a href="/c/{n % COLUMNS}/index.html">页脚{n}</a>' for n in range(10)) + "</footer></body>"
    for page in corpus.produce(1):
        content = page.render().decode()
        if page.path.startswith("a/"):
            number = int(page.path[2:-5])
            more = [f"/a/{(number * 7 + turn * 131) % pages}.html" for turn in range(5)]
            if number % 100 == 99:
                more[2] = f"/a/gone-{number}.html"
                wrong.add((page.path, more[2]))
            content = content.replace("</body>", "".join(f'<p>另见<a href="{one}">通知</a>。</p>' for one in more) + "</body>")
        target = tree.folder / page.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content.replace("<body>", f"<body>{head}").replace("</body>", foot) if page.path.endswith(".html") else content)
        names[page.path] = ""
    (tree.folder / "static" / "ui").mkdir(parents=True)
    (tree.folder / "static" / "ui" / "public.css").write_text("")
    tree.lay_manifest(names)
    return tree, wrong


def rows(quick: bool) -> list[Row]:
    with stage("sqlite") as play:
        return [Row(*row) for row in play("benchmarks.links:measure", pages=QUICK if quick else PAGES, rounds=1 if quick else ROUNDS)]


def table(found: list[Row]) -> str:
    theirs = next((row.seconds for row in found if row.work.startswith("lychee")), None)
    lines = [("项目", "页面", "链接", "死链", "用时", "每秒页面", "快于lychee")]
    lines += [
        (row.work, f"{row.pages:,}", f"{row.links:,}", str(row.dead), span(row.seconds), f"{row.pages / row.seconds:,.0f}", times(theirs / row.seconds) if theirs and not row.work.startswith("lychee") else "–")
        for row in found
    ]
    said = columns(lines)
    return said if theirs else said + "\n没有找到 lychee，没有对比：装上它，或用环境变量 LYCHEE 指明位置。"


if __name__ == "__main__":
    answer("links", "巡查站内链接，与lychee相比", rows, table)
