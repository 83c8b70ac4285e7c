"""The public site: one article published among many, and the whole of it built, beside Hugo where there is one.

    python -m benchmarks.sitebuild [--json] [--quick]

The corpus is made up: articles of some 4 KB in twelve columns, lists of twenty numbered from the oldest, a home page, a
feed and a sitemap in parts. Each article is told to the publication log and followed; what is timed is the run of the
builder, from reading the log to the last row. Hugo (its own binary, in the PATH or named by $HUGO) gets the same articles
as ready HTML, the same lists and feed, and always builds everything. Its time has no compressed twins in it: ours is
given with and without.

Hugo's resident server is asked for a further article and for a corrected one, each beside the same of ours, and twice. As it
comes it makes only pages that somebody looked at lately; what a reader would find elsewhere is old. With `--disableFastRender`
it makes all that a change touches, as ours does: that is what ours is compared with. A corrected article has arrived once it, its list, the home page and the feed all show its title; a further one
once it and its list do, since Hugo leaves home page and feed as they were until it is started anew. Nothing is written to a disk.

What one article's run is made of, in milliseconds on two slow cores, of some 3 to 4 in all: 0.7 for rendering its six pages,
0.7 for handing files to the disk, 0.6 for their compressed twins and files, 0.3 for a dozen questions to the database (whose
site, which build, what the log says, which pages and keys, and once more whether anything was told meanwhile), 0.2 for the
manifest, 0.2 for looking where links lead, the rest for all else. A disk that keeps what it is given adds its waiting, three times in a
row (the note of what is about to be written, the files, the folders): that alone is some 3 to 5 ms.
"""

from __future__ import annotations

import os
import resource
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

from .command import answer
from .printing import columns, p99, span, times
from .stage import stage

SIZES, QUICK = (1_000, 100_000), (200, 2_000)
EDITS, QUICK_EDITS = 100, 10
WORKS = NEW, _ = "新发布一篇", "更正一篇"
COLUMNS, EACH, SHARD = 12, 20, 1_000
#: What Hugo's weights are counted down from: a smaller one stands first, and none may become 0, which stands last.
NEWEST_FIRST = 10_000_000
SENTENCES = (
    "为贯彻落实政务公开工作要求，进一步提升惠企政策知晓度和覆盖面，现将有关事项通知如下。", "各县（市、区）工业和信息化主管部门要加强组织领导，明确责任分工。",
    "符合条件的企业可在规定期限内通过政务服务平台提交申请材料。", "经审核、公示无异议后，按程序拨付奖补资金，并接受社会监督。",
)  # fmt: skip


class Row(NamedTuple):
    """One line of the table; times in seconds, memory in megabytes of the largest process."""

    work: str
    pages: int
    median: float
    p99: float | None
    files: int
    memory: int | None
    note: str = ""


class Corpus:
    """The made-up articles, newest last, as a source of pages."""

    def __init__(self, articles: int):
        from django.template import engines

        self.articles, self.corrected = articles, {}
        make = engines["django"].from_string
        frame = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{{ title }}</title><link rel="stylesheet" href="/static/ui/public.css"></head><body>'
        self.one = make(frame + '<h1>{{ title }}</h1><p><a href="/c/{{ column }}/">栏目</a></p>{{ body|safe }}</body></html>')
        self.many = make(frame + '<ul>{% for number, title in items %}<li><a href="/a/{{ number }}.html">{{ title }}</a></li>{% endfor %}</ul></body></html>')

    def title(self, number: int) -> str:
        return f"关于组织申报第{number}批项目的通知" + self.corrected.get(number, "")

    def change(self, work: str, turn: int, word: str) -> int:
        """Do one piece of work, and say to which article: a further one, or one of the newest, whose list, home page and feed show its title."""
        if work == NEW:
            self.articles += 1
            return self.articles - 1
        number = self.articles - 1 - turn
        self.corrected[number] = word
        return number

    def body(self, number: int) -> list[str]:
        return [f"{SENTENCES[(number + turn) % 4]}（第{number % 97 + turn}项）" * 3 for turn in range(8)]

    def html(self, number: int) -> str:
        """The text as ready HTML, for neither side reads Markdown."""
        return "".join(f"<p>{part}</p>" for part in self.body(number))

    def of_column(self, column: int) -> int:
        return (self.articles - column - 1) // COLUMNS + 1

    def parts(self, column: int) -> int:
        return -(-self.of_column(column) // EACH)

    def keys_of(self, number: int) -> list[str]:
        column = number % COLUMNS
        return [f"article:{number}", f"part:{column}:{number // COLUMNS // EACH}", "newest", f"sitemap:{number // SHARD}", f"column:{column}"]

    def page(self, path: str):
        from gongkai.sockets import Page

        kind, _, rest = path.partition("/")
        stem = rest.removesuffix(".html").removesuffix(".xml")
        if kind == "a":
            number = int(stem)
            return Page(path, self.title(number), frozenset({f"article:{number}"}), lambda: self.article(number))
        if kind == "c":
            column, _, part = stem.partition("/")
            at = self.parts(int(column)) - 1 if part == "index" else int(part)
            keys = {f"part:{column}:{at}"} | ({f"column:{column}"} if part == "index" else set())
            numbers = range(int(column) + at * EACH * COLUMNS, min(self.articles, int(column) + (at + 1) * EACH * COLUMNS), COLUMNS)
            return Page(path, "栏目", frozenset(keys), lambda: self.listed("栏目", reversed(numbers)))
        if kind == "map":
            shard = int(stem)
            numbers = range(shard * SHARD, min(self.articles, (shard + 1) * SHARD))
            return Page(path, "地图", frozenset({f"sitemap:{shard}"}), lambda: ("<urlset>" + "".join(f"<url><loc>/a/{n}.html</loc></url>" for n in numbers) + "</urlset>").encode())
        newest = range(self.articles - 1, max(-1, self.articles - 21), -1)
        if path == "feed.xml":
            return Page(path, "订阅", frozenset({"newest"}), lambda: ("<feed>" + "".join(f"<title>{self.title(n)}</title>" for n in newest) + "</feed>").encode())
        return Page(path, "首页", frozenset({"newest"}), lambda: self.listed("首页", newest))

    def article(self, number: int) -> bytes:
        return self.one.render({"title": self.title(number), "column": str(number % COLUMNS), "body": self.html(number)}).encode()

    def listed(self, title: str, numbers: Iterable[int]) -> bytes:
        return self.many.render({"title": title, "items": [(str(n), self.title(n)) for n in numbers]}).encode()

    def produce(self, office_id: int):
        yield from (self.page(f"a/{number}.html") for number in range(self.articles))
        for column in range(COLUMNS):
            yield self.page(f"c/{column}/index.html")
            yield from (self.page(f"c/{column}/{part}.html") for part in range(self.parts(column)))
        yield from (self.page(f"map/{shard}.xml") for shard in range(-(-self.articles // SHARD)))
        yield from (self.page(path) for path in ("feed.xml", "index.html"))

    def touch(self, office_id: int, keys: frozenset[str]):
        for key in keys:
            kind, _, rest = key.partition(":")
            if kind == "article":
                yield f"a/{rest}.html"
            elif kind == "part":
                yield f"c/{rest.replace(':', '/')}.html"
            elif kind == "sitemap":
                yield f"map/{rest}.xml"

    def find(self, office_id: int, paths: Iterable[str]):
        return map(self.page, paths)


def measure(pages: int, edits: int, whole: bool) -> list[list]:
    """In a process of its own: the full build, then single articles published and corrected. Rows as lists."""
    from importlib import import_module

    from gongkai.accounts.models import Office
    from gongkai.publishing import log
    from gongkai.publishing.models import Article
    from gongkai.sitebuild import tree
    from gongkai.sitebuild.actions import build, follow
    from gongkai.sitebuild.queries import verify
    from gongkai.sockets import pages as source

    office, corpus, found = Office.objects.create(name="青禾市工业和信息化局", short_name="工信局"), Corpus(pages), []
    import_module("gongkai.sockets.pages")._sources = {}
    source("bench", "试验文章", prefixes=("a/", "c/", "map/", "feed.xml", "index.html"), touch=corpus.touch, find=corpus.find)(corpus.produce)
    if whole:
        kept, tree.compressed = tree.compressed, lambda path, content: {}
        seconds, built = _timed(lambda: build(office))
        found.append(Row("全站生成，不压缩", pages, seconds, None, built.pages, _memory()))
        tree.compressed = kept
    seconds, built = _timed(lambda: build(office))
    found.append(Row("全站生成，含gzip和zstd", pages, seconds, None, built.pages, _memory()))
    follow(office)
    for work in WORKS:
        spent, files = [], 0
        for turn in range(edits):
            number = corpus.change(work, turn, f"（更正{turn}）")
            log.tell(Article(pk=number, office_id=office.pk, title=corpus.title(number)), "published", keys=corpus.keys_of(number))
            seconds, done = _timed(lambda: follow(office, unfollowed=False))
            spent.append(seconds)
            files = max(files, len(done.written))
        found.append(Row(work, pages, statistics.median(spent), p99(spent), files, _memory()))
    seconds, checked = _timed(lambda: verify(office))
    if checked.faults:
        raise SystemExit(f"核对不符：{checked.faults[:3]}")
    found.append(Row("核对全部文件", pages, seconds, None, checked.files, _memory()))
    return [list(row) for row in found]


def _timed(run):
    begun = time.perf_counter()
    found = run()
    return time.perf_counter() - begun, found


def _memory() -> int:
    """The most any one process held, in megabytes."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024


def hugo(pages: int) -> list[list] | None:
    """The same articles and lists through Hugo: everything from the beginning, and one title changed under its resident server. None without it."""
    program = os.environ.get("HUGO") or shutil.which("hugo")
    if program is None:
        return None
    corpus = Corpus(pages)
    with tempfile.TemporaryDirectory(prefix="gongkai-hugo-") as folder:
        home = Path(folder)
        lay_out_hugo(home, corpus)
        begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        done = subprocess.run([program, "--source", folder], capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"Hugo 没有做完：{(done.stderr or done.stdout)[:500]}")
        seconds = time.perf_counter() - begun
        memory = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024
        files = sum(1 for path in (home / "public").rglob("*") if path.is_file())
        found = [Row("Hugo全站生成，不压缩", pages, seconds, None, files, memory)]
        shutil.rmtree(home / "public")
        for how, options in (("", ["--disableFastRender"]), ("，只做近来看过的", [])):
            spent = resident(program, home, corpus, options)
            found += [Row(f"Hugo常驻服务{work}{how}", pages, statistics.median(each), None, 2 if work == NEW else 4, None) for work, each in spent.items()]
    return [list(row) for row in found]


def lay_out_hugo(home: Path, corpus: Corpus) -> None:
    """A Hugo site of the corpus: ready HTML, so that no Markdown is read on either side."""
    (home / "layouts" / "_default").mkdir(parents=True)
    frame = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{{ .Title }}</title><link rel="stylesheet" href="/static/ui/public.css"></head><body>'
    rows = '<ul>{{ range .Paginator.Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul></body></html>'
    layouts = {"single": frame + "<h1>{{ .Title }}</h1>{{ .Content }}</body></html>", "list": frame + rows}
    for name, text in layouts.items():
        (home / "layouts" / "_default" / f"{name}.html").write_text(text)
    (home / "layouts" / "index.html").write_text(frame + '<ul>{{ range first 20 .Site.RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul></body></html>')
    settings = [
        'baseURL = "/"', 'disableKinds = ["taxonomy", "term"]', "[outputs]", 'home = ["HTML", "RSS"]', 'section = ["HTML"]',
        "[pagination]", f"pagerSize = {EACH}", "[services.rss]", "limit = 20", "[security]", 'allowContent = [".*"]',
    ]  # fmt: skip
    (home / "hugo.toml").write_text("\n".join(settings) + "\n")
    for number in range(corpus.articles):
        _put(home, corpus, number)


def _put(home: Path, corpus: Corpus, number: int) -> None:
    file = home / "content" / f"c{number % COLUMNS}" / f"{number}.html"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'+++\ntitle = "{corpus.title(number)}"\nweight = {NEWEST_FIRST - number}\n+++\n{corpus.html(number)}\n')


def resident(program: str, home: Path, corpus: Corpus, options: list[str], edits: int = 5) -> dict[str, list[float]]:
    """For each kind of work, seconds from an article's file saved until `hugo server`, which keeps the site in memory, answers every page anew that it brings up to date."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    spent: dict[str, list[float]] = {work: [] for work in WORKS}
    asked = [program, "server", "--source", str(home), "--bind", "127.0.0.1", "--port", str(port), "--disableLiveReload", "--renderToMemory", *options]
    with subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            ask = lambda path: _ask(f"http://127.0.0.1:{port}{path}")  # noqa: E731
            _until(lambda: ask("/c0/0/") != "", 900)
            # Corrections first: one of an article that came since the start never reaches the home page.
            for work, turn in ((work, turn) for work in reversed(WORKS) for turn in range(edits)):
                number = corpus.change(work, turn, f"（{'、'.join(options)}更正{turn}）")
                waiting = {f"/c{number % COLUMNS}/{number}/", f"/c{number % COLUMNS}/"} | (set() if work == NEW else {"/", "/index.xml"})
                begun = time.perf_counter()
                _put(home, corpus, number)
                _until(lambda: not waiting.difference_update({path for path in waiting if corpus.title(number) in ask(path)}) and not waiting, 900)  # noqa: B023
                spent[work].append(time.perf_counter() - begun)
        finally:
            server.terminate()
    return spent


def _ask(address: str) -> str:
    try:
        with urlopen(address, timeout=5) as answer:
            return answer.read().decode()
    except OSError:
        return ""


def _until(true: Callable[[], bool], limit: float) -> None:
    last = time.perf_counter() + limit
    while not true():
        if time.perf_counter() > last:
            raise SystemExit("Hugo 的常驻服务没有在限定时间内给出页面")
        time.sleep(0.01)


def rows(quick: bool) -> list[Row]:
    found: list[Row] = []
    for pages in QUICK if quick else SIZES:
        with stage("sqlite") as play:
            found += [Row(*row) for row in play("benchmarks.sitebuild:measure", pages=pages, edits=QUICK_EDITS if quick else EDITS, whole=True)]
            theirs = play("benchmarks.sitebuild:hugo", pages=pages)
            found += [Row(*row) for row in theirs or ()]
    return found


def table(found: list[Row]) -> str:
    """The rows, and how each compares with the same work on the small site and with Hugo on the same."""
    first = {row.work: row for row in reversed(found)}
    whole = {row.pages: row.median for row in found if row.work.startswith("Hugo全站")}
    resident = {(row.work.removeprefix("Hugo常驻服务"), row.pages): row.median for row in found if row.work.startswith("Hugo常驻")}
    lines = [("项目", "文章", "中位", "p99", "文件", "内存MB", "与小站之比", "快于Hugo全站", "快于Hugo常驻")]
    for row in found:
        small = first[row.work]
        lines.append((
            row.work, f"{row.pages:,}", span(row.median), span(row.p99), f"{row.files:,}", str(row.memory or "–"),
            "–" if small.pages == row.pages else times(row.median / small.median),
            times(whole[row.pages] / row.median) if row.pages in whole and not row.work.startswith(("Hugo", "核对")) else "–",
            times(resident[row.work, row.pages] / row.median) if (row.work, row.pages) in resident else "–",
        ))  # fmt: skip
    said = columns(lines)
    return said if whole else said + "\n没有找到 Hugo，没有对比：装上它，或用环境变量 HUGO 指明位置。"


if __name__ == "__main__":
    answer("sitebuild", "发布一篇与生成全站，与Hugo相比", rows, table)
