"""Public search over many documents, beside what one would use instead: how fast, and how much of it is found.

    python -m benchmarks.search [--documents N] [--quick] [--ours] [--json]

Ours answers a ranked page of twenty with the count over everything and four facets; the peers answer the ranked
twenty with the count: SQLite FTS5 over the same pairs of characters, FTS5 as it comes (its words, which is also what
Wagtail's own search keeps in SQLite, and its `trigram`), PostgreSQL's words and trigrams, and LIKE.
All but PostgreSQL work in the asking thread, so what is told is its processor time, which a busy machine does not
lengthen; PostgreSQL's is the time till its answer.
What is found is compared with a plain `in` over the texts, for every query. Texts are generated with a seed, 100,000, or
with `--quick` 10,000: a third of every text is what all papers of an office say, the rest words as unlike in frequency as
a language's are (the n-th most usual one n times as rare as the first). Queries are cut from the texts, so most are of
what is said often. The trigrams, many times as large, are made for the quick run alone.

The whole page is then asked of the server itself (`gongkai serve`) by several visitors at once, each waiting for his answer
before he asks on: the same texts as articles in a database, results looked up and marked, the frame of the site around them.
That is time on the clock, visitors and server on the same processors; the count on each page is compared too.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from http.client import HTTPConnection
from itertools import accumulate
from typing import NamedTuple
from urllib.parse import quote

import tantivy

from gongkai.search.engine import SCHEMA, Position, Reading, Writing, whole_text
from gongkai.search.phrases import Sample
from gongkai.sockets.searchables import Searchable
from gongkai.text.tokens import flat, flat_query

from .printing import columns, p99, span
from .stage import Absent, server, stage

USUAL, QUICK = 100_000, 10_000
VISITORS = 4
CHARACTERS = 560  # of one text, about what an office's texts measure
FTS5 = "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co So'\""

WHO = "市工业和信息化局 市人民政府办公室 县区工业和信息化主管部门 市发展和改革委员会 市财政局 各有关企业 市政务服务中心 社会公众 专精特新企业 中小微企业".split()
DO = "印发 组织开展 推动落实 公开征求意见 受理申报 审核认定 政策解读 督促检查 信息公开 答复办理 评估实施效果 按时反馈 依法依规处理 进一步优化 统筹协调".split()
WHAT = "技术改造扶持办法 数字化转型行动方案 惠企奖补资金 规范性文件清理 政务公开工作要点 营商环境任务清单 绿色制造示范 创新平台建设 节能降碳改造 产业链供应链 安全生产责任 政府信息公开年度报告 重大建设项目 办事指南 权责清单".split()
RARE = [chr(c) for c in range(0x4E00, 0x9FA5)]
#: Queries by their length, least and most; a length within is as likely as another.
LENGTHS = {"1字": (1, 1), "2字": (2, 2), "3—8字": (3, 8), "2—8字": (2, 8)}
#: So many queries of each length; the peers, some of which take a quarter of a second, get the first of them.
EACH, PEERS = 240, 60
#: So many words beside the office's own, and the characters they are made of.
WORDS, CHARACTERS_IN_USE = 30_000, RARE[:: len(RARE) // 3_000]


class Row(NamedTuple):
    """One way of searching and one length of query: milliseconds, and what share of the true results it found."""

    way: str
    length: str
    p50: float
    p99: float
    found: float


def records(count: int) -> Iterator[Searchable]:
    chance = random.Random(20221130)
    vocabulary = ["".join(chance.choices(CHARACTERS_IN_USE, k=chance.choice((1, 2, 2, 2, 3)))) for _ in range(WORDS)]
    reach = list(accumulate(1 / n for n in range(1, WORDS + 1)))
    for number in range(count):
        clauses, length = [], 0
        while length < CHARACTERS:
            if chance.random() < 1 / 3:
                clause = chance.choice(WHO) + chance.choice(DO) + chance.choice(WHAT)
            else:
                clause = "".join(chance.choices(vocabulary, cum_weights=reach, k=chance.randint(4, 8)))
            clauses.append(clause + chance.choice("，，，。；"))
            length += len(clauses[-1])
        yield Searchable(
            key=f"article:{number}", path="", kind=chance.choice(("article", "document", "interpretation")),
            title=f"关于{chance.choice(DO)}{chance.choice(WHAT)}的通知（之{number}）", body="".join(clauses), column=f"栏目{number % 23}",
            published_on=date(2012, 1, 1) + timedelta(days=number % 4000), validity=chance.choice(("", "有效", "废止")),
        )


def words(texts: list[str], each: int = EACH) -> dict[str, list[str]]:
    """Queries cut from the texts themselves, by length."""
    chance = random.Random(7)
    found: dict[str, list[str]] = {name: [] for name in LENGTHS}
    for name, (least, most) in LENGTHS.items():
        while len(found[name]) < each:
            run = chance.choice(chance.choice(texts).replace("。", "，").replace("；", "，").split("，"))
            length = chance.randint(least, most)
            if len(run) >= length:
                start = chance.randint(0, len(run) - length)
                found[name].append(run[start : start + length])
    return found


class Found(NamedTuple):
    """All lines, and what else took how many seconds."""

    documents: int
    rows: list[Row]
    seconds: dict[str, float]


def rows(quick: bool = False, documents: int = USUAL, peers: bool = True) -> Found:
    count = QUICK if quick else documents
    found = measure(count, peers)
    with stage("sqlite") as play:
        found.rows.extend(Row(*row) for row in play("benchmarks.search:through_http", count=count))
    return found


def measure(count: int, peers: bool = True) -> Found:
    took: dict[str, float] = {}
    made = list(records(count))
    texts = [f"{record.title}␞{record.body}" for record in made]
    asked = words([record.body for record in made])
    true = {word: sum(word in text for text in texts) for run in asked.values() for word in run}
    lines: list[Row] = []

    def tell(way: str, ask: Callable[[str], int], clock: Callable[[], float] = time.thread_time) -> None:
        for length, run in asked.items():
            if not way.startswith("公开"):
                run = run[:PEERS]
            ask(run[0])
            times, held = [], 0
            for word in run:
                start = clock()
                got = ask(word)
                times.append((clock() - start) * 1000)
                held += min(got, true[word])
                if way.startswith("公开") and got != true[word]:
                    raise SystemExit(f"“{word}”应有{true[word]}条，{way}找到{got}条")
            lines.append(Row(way, length, statistics.median(times), p99(times), held / sum(true[word] for word in run)))

    with tempfile.TemporaryDirectory(prefix="gongkai-bench-") as folder:
        start = time.perf_counter()
        sample = Sample()
        for record in made:
            sample.add(whole_text(record))
        writing = Writing(tantivy.Index(SCHEMA, path=folder), common=sample.common(), expected=sample.count, megabytes=300)
        for record in made:
            writing.add(record)
        writing.commit(Position())
        writing.close()
        took["公开：建索引"] = time.perf_counter() - start
        index = tantivy.Index.open(folder)
        index.config_reader("manual")
        index.reload()
        reading = Reading(index)
        tell("公开（排序、分类计数）", lambda word: reading.ask([word]).count)

        heads = [record.title[:length] for record in made[:: max(1, count // 40)] for length in (1, 2, 4)]
        start = time.perf_counter()
        for head in heads:
            reading.begin_with(head, limit=8)
        took["公开：一次提示"] = (time.perf_counter() - start) / len(heads)

        start = time.perf_counter()
        writing = Writing(index)
        writing.put(made[0])
        writing.commit(Position(1, "1"))
        took["公开：一条变动写入并提交"] = time.perf_counter() - start
        writing.close()

    if not peers:
        return Found(count, lines, took)
    with tempfile.NamedTemporaryFile(prefix="gongkai-bench-") as file, sqlite3.connect(file.name) as base:
        base.execute("pragma journal_mode=off")
        start = time.perf_counter()
        base.execute(f"create virtual table pairs using fts5(x, content='', {FTS5})")
        base.executemany("insert into pairs (rowid, x) values (?, ?)", ((n, flat(text)) for n, text in enumerate(texts, 1)))
        took["FTS5 双字：建索引"] = time.perf_counter() - start

        def pairs(word: str) -> int:
            base.execute("select rowid from pairs where pairs match ? order by rank limit 20", [flat_query(word)]).fetchall()
            return base.execute("select count(*) from pairs where pairs match ?", [flat_query(word)]).fetchone()[0]

        tell("SQLite FTS5 双字", pairs)
        base.execute("create virtual table whole using fts5(x, content='')")
        base.executemany("insert into whole (rowid, x) values (?, ?)", enumerate(texts, 1))

        def whole(word: str) -> int:
            base.execute("select rowid from whole where whole match ? order by rank limit 20", [f'"{word}"']).fetchall()
            return base.execute("select count(*) from whole where whole match ?", [f'"{word}"']).fetchone()[0]

        tell("SQLite FTS5 自带分词（Wagtail自带检索同此）", whole)
        base.execute("create table plain (x text)")
        base.executemany("insert into plain values (?)", ((text,) for text in texts))
        if count <= QUICK:
            base.execute("create virtual table three using fts5(x, tokenize='trigram')")
            base.execute("insert into three select x from plain")

        def trigram(word: str) -> int:
            base.execute("select rowid from three where three match ? order by rank limit 20", [f'"{word}"']).fetchall()
            return base.execute("select count(*) from three where three match ?", [f'"{word}"']).fetchone()[0]

        if count <= QUICK:
            tell("SQLite FTS5 trigram", trigram)
        like = lambda word: base.execute("select count(*) from plain where x like ?", [f"%{word}%"]).fetchone()[0]  # noqa: E731
        for run in asked.values():
            del run[12:]  # a scan of everything takes its time
        tell("LIKE（不排序）", like)
    try:
        _postgres(texts, tell, took)
    except Absent as problem:
        print(problem, file=sys.stderr)
    return Found(count, lines, took)


def through_http(count: int) -> list[list]:
    """In a process of its own: the articles of an office, its index, its server, and visitors who ask it. Rows as lists."""
    from django.utils import timezone

    from gongkai.accounts.models import Office, User
    from gongkai.publishing.models import Article, Column, ColumnType, SiteProfile
    from gongkai.reviewing.models import Submission
    from gongkai.search import actions

    from .publishing import batches, released

    office = Office.objects.create(name="青禾市工业和信息化局", short_name="工信局")
    writer = User.objects.create(username="bench", name="林禾", office=office)
    SiteProfile.objects.create(office=office, name="青禾市工业和信息化局网站", domain="gxj.qinghe.example", sponsor=office.name)
    columns_ = [Column.objects.create(office=office, name=f"栏目{n}", slug=f"lm{n}", column_type=ColumnType.NOTICE, opened_on=date(2012, 1, 1)) for n in range(23)]
    made, now = list(records(count)), timezone.now()
    for some in batches(count):
        Submission.objects.bulk_create(
            Submission(
                pk=n + 1, office=office, kind=Article._meta.label, record_id=n + 1, number=1, title=made[n].title, content={}, attribute="open",
                channels=["website"], digest=f"{n:064d}", submitted_by=writer, submitted_at=now,
            )
            for n in some
        )  # fmt: skip
        Article.objects.bulk_create(
            Article(
                pk=n + 1, office=office, column=columns_[n % 23], title=made[n].title, attribute="open", created_at=now, changed_at=now, live=True,
                published_on=made[n].published_on, shown_submission_id=n + 1, released=released(made[n].title, [made[n].body], columns_[n % 23].name, office.name),
            )
            for n in some
        )  # fmt: skip
    actions.rebuild(office)
    asked = words([record.body for record in made])
    texts = [f"{record.title}␞{record.body}" for record in made]
    true = {word: sum(word in text for text in texts) for run in asked.values() for word in run}
    with _serving() as port:
        return [list(row) for row in _visited(port, asked, true)]


@contextmanager
def _serving() -> Iterator[int]:
    """The server as it is started at the prompt, on the home and the database of this process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    child = subprocess.Popen([sys.executable, "-m", "gongkai", "serve", "--no-jobs", "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        last = time.perf_counter() + 120
        while socket.socket().connect_ex(("127.0.0.1", port)):
            if child.poll() is not None or time.perf_counter() > last:
                raise SystemExit("服务没有启动。")
            time.sleep(0.1)
        yield port
    finally:
        child.terminate()
        child.wait(timeout=20)


def _visited(port: int, asked: dict[str, list[str]], true: dict[str, int]) -> Iterator[Row]:
    """What visitors waited, by the length of what they asked for. SystemExit where a page says another count."""

    def visit(run: list[str]) -> list[float]:
        line, times = HTTPConnection("127.0.0.1", port, timeout=60), []
        for word in run:
            start = time.perf_counter()
            line.request("GET", f"/search/?exact=1&q={quote(word)}")
            page = line.getresponse().read().decode()
            times.append((time.perf_counter() - start) * 1000)
            if f"共找到{true[word]}条" not in page:
                raise SystemExit(f"“{word}”应有{true[word]}条，页面不是这样说的")
        return times

    visit([word for run in asked.values() for word in run[:3]])
    for visitors in (1, VISITORS):
        for length, run in asked.items():
            with ThreadPoolExecutor(visitors) as pool:
                # Each begins at a place of his own, so that no two ask for the same.
                shares = [run[at:] + run[:at] for at in range(0, len(run), len(run) // visitors)][:visitors]
                times = [one for taken in pool.map(visit, shares) for one in taken]
            yield Row(f"公开（整页，经HTTP，{visitors}人同时）", length, statistics.median(times), p99(times), 1.0)


def _postgres(texts: list[str], tell: Callable, took: dict[str, float]) -> None:
    """The two ways PostgreSQL has of itself: words of its `simple` dictionary, and trigrams under ILIKE."""
    import psycopg

    with server("postgresql") as url, psycopg.connect(url.replace("postgres://", "postgresql://"), autocommit=True) as base:
        base.execute("create table plain (id int, x text)")
        with base.cursor() as cursor, cursor.copy("copy plain from stdin") as put:
            for row in enumerate(texts, 1):
                put.write_row(row)
        start = time.perf_counter()
        base.execute("create index words on plain using gin (to_tsvector('simple', x))")
        took["PostgreSQL 分词：建索引"] = time.perf_counter() - start
        base.execute("vacuum analyze plain")

        def by_words(word: str) -> int:
            base.execute(
                "select id from plain, plainto_tsquery('simple', %s) q where to_tsvector('simple', x) @@ q order by ts_rank(to_tsvector('simple', x), q) desc limit 20", [word]
            ).fetchall()
            return base.execute("select count(*) from plain where to_tsvector('simple', x) @@ plainto_tsquery('simple', %s)", [word]).fetchone()[0]  # type: ignore[index]

        tell("PostgreSQL 分词", by_words, time.perf_counter)
        try:
            base.execute("create extension pg_trgm")
        except psycopg.Error:
            return
        start = time.perf_counter()
        base.execute("create index three on plain using gin (x gin_trgm_ops)")
        took["PostgreSQL pg_trgm：建索引"] = time.perf_counter() - start

        def by_trigrams(word: str) -> int:
            return base.execute("select count(*) from plain where x ilike %s", [f"%{word}%"]).fetchone()[0]  # type: ignore[index]

        tell("PostgreSQL pg_trgm（不排序）", by_trigrams, time.perf_counter)


def table(found: Found) -> str:
    lines = [("办法", "检索词", "中位ms", "p99 ms", "找到"), *((row.way, row.length, f"{row.p50:.2f}", f"{row.p99:.2f}", f"{row.found:.0%}") for row in found.rows)]
    said = [f"{found.documents:,}篇，每篇约{CHARACTERS}字；找到的是占应有结果的比例。", columns(lines), *(f"{what}：{span(seconds)}" for what, seconds in found.seconds.items())]
    return "\n".join(said)


def main() -> int:
    parser = argparse.ArgumentParser(description="公开检索与 FTS5、LIKE 的比较")
    parser.add_argument("--documents", type=int, default=USUAL)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--ours", action="store_true", help="不问别家")
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args()
    found = rows(options.quick, options.documents, peers=not options.ours)
    print(json.dumps({**found._asdict(), "rows": [row._asdict() for row in found.rows]}, ensure_ascii=False, indent=2) if options.as_json else table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
