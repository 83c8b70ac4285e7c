"""One article released among many, on the site as it is: every page that shows it, the lists, the feeds, the map, the search index.

    python -m benchmarks.publishing [--json] [--quick]

The real pages of the product, from records, with their compressed twins: articles of some 3 KB in twelve columns beside
the office's home page and platform. Timed apart are the release itself (the transaction of the review chain's last verb),
the builder's run and the index's till its commit; together they are what lies between the last approval and the page and
the results a reader gets. The index then merges small segments now and then, which keeps no reader waiting: timed apart.
What the rest of the site weighs is seen by doing the same on a small one.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from .command import answer
from .printing import columns, p99, span, times
from .sitebuild import COLUMNS, Corpus, _memory, _timed
from .stage import stage

SIZES, QUICK = (1_000, 100_000), (200, 1_000)
EDITS, QUICK_EDITS = 100, 10
FIRST = date(2019, 5, 15)


class Row(NamedTuple):
    """One line of the table; times in seconds, memory in megabytes of the largest process."""

    work: str
    pages: int
    median: float
    p99: float | None
    files: int
    memory: int


def measure(pages: int, edits: int) -> list[list]:
    """In a process of its own: an office with so many released articles, its site built whole, then one more released and followed, again and again."""
    from django.utils import timezone

    from gongkai.accounts.models import Office, User
    from gongkai.publishing import actions as publishing
    from gongkai.publishing.models import Article, Column, ColumnType, SiteProfile
    from gongkai.reviewing.models import Submission
    from gongkai.search import actions as searching
    from gongkai.search.engine import Writing
    from gongkai.sitebuild.actions import build, follow
    from gongkai.sitebuild.queries import verify

    office = Office.objects.create(name="青禾市工业和信息化局", short_name="工信局")
    writer = User.objects.create(username="bench", name="林禾", office=office)
    SiteProfile.objects.create(office=office, name="青禾市工业和信息化局网站", domain="gxj.qinghe.example", sponsor=office.name)
    types = [ColumnType.NOTICE, ColumnType.NEWS, *[ColumnType.POLICY] * (COLUMNS - 2)]
    shelves = [Column.objects.create(office=office, name=f"栏目{n}", slug=f"lm{n}", column_type=kind, opened_on=FIRST) for n, kind in enumerate(types)]
    corpus, now = Corpus(pages), timezone.now()

    def snapshot(number: int) -> dict:
        return released(corpus.title(number), corpus.body(number), shelves[number % COLUMNS].name, office.name)

    def article(number: int, **more) -> Article:
        return Article(pk=number + 1, office=office, column=shelves[number % COLUMNS], title=corpus.title(number), attribute="open", created_at=now, changed_at=now, **more)

    def sent(number: int, content: dict) -> Submission:
        return Submission(
            pk=number + 1, office=office, kind=Article._meta.label, record_id=number + 1, number=1, title=corpus.title(number), content=content, attribute="open",
            channels=["website"], digest=f"{number:064d}", submitted_by=writer, submitted_at=now,
        )  # fmt: skip

    def day(number: int) -> date:
        return FIRST + timedelta(number * 1_500 // pages)

    for some in batches(pages):
        Submission.objects.bulk_create([sent(number, {}) for number in some])
        Article.objects.bulk_create([article(number, published_on=day(number), live=True, shown_submission_id=number + 1, released=snapshot(number)) for number in some])
    seconds, built = _timed(lambda: build(office))
    found = [Row("全站生成，含gzip和zstd", pages, seconds, None, built.pages, _memory())]
    seconds, _ = _timed(lambda: searching.rebuild(office))
    found.append(Row("重建检索索引", pages, seconds, None, pages, _memory()))
    follow(office)
    spent: dict[str, list[float]] = {"放行": [], "网站跟进": [], "检索跟进": []}
    files, merging = 0, []
    close = Writing.close
    # Readers look at the newest commit: whatever comes after it is merging.
    Writing.close = lambda self: merging.append(_timed(lambda: close(self))[0])  # type: ignore[method-assign]
    for number in range(pages, pages + edits):
        one = article(number)
        one.save(force_insert=True)
        submission = sent(number, snapshot(number))
        submission.save(force_insert=True)
        seconds, _ = _timed(lambda: publishing.release(one, submission, by=writer, on=day(pages)))  # noqa: B023
        spent["放行"].append(seconds)
        seconds, done = _timed(lambda: follow(office, unfollowed=False))
        spent["网站跟进"].append(seconds)
        files = max(files, len(done.written))
        seconds, _ = _timed(lambda: searching.follow(office))
        spent["检索跟进"].append(seconds - merging[-1])
    spent["放行到可读可检索"] = [sum(parts) for parts in zip(*spent.values(), strict=True)]
    spent["此后合并索引"] = merging
    for work, taken in spent.items():
        found.append(Row(work, pages, statistics.median(taken), p99(taken), files if work == "网站跟进" else 1, _memory()))
    if verify(office).faults:
        raise SystemExit(f"核对不符：{verify(office).faults[:3]}")
    return [list(row) for row in found]


def released(title: str, paragraphs: list[str], column: str, issuer: str) -> dict:
    """An article's released copy."""
    return {
        "model": "publishing.Article", "kind": "article", "title": title, "summary": "", "column": column, "source": "", "editor": "林禾", "keywords": "",
        "attribute": "open", "attribute_reason": "", "ground": "", "index_number": "", "category": "", "issuer": issuer, "made_on": None, "document_number": "", "validity": "",
        "blocks": [{"kind": "paragraph", "html": f"<p>{paragraph}</p>"} for paragraph in paragraphs],
    }  # fmt: skip


def batches(count: int, size: int = 2_000) -> Iterator[range]:
    for start in range(0, count, size):
        yield range(start, min(count, start + size))


def rows(quick: bool) -> list[Row]:
    found: list[Row] = []
    for pages in QUICK if quick else SIZES:
        with stage("sqlite") as play:
            found += [Row(*row) for row in play("benchmarks.publishing:measure", pages=pages, edits=QUICK_EDITS if quick else EDITS)]
    return found


def table(found: list[Row]) -> str:
    """The rows, and how each compares with the same work on the small site."""
    first = {row.work: row for row in reversed(found)}
    lines = [("项目", "文章", "中位", "p99", "文件", "内存MB", "与小站之比")]
    for row in found:
        small = first[row.work]
        lines.append((
            row.work, f"{row.pages:,}", span(row.median), span(row.p99), f"{row.files:,}", str(row.memory),
            "–" if small.pages == row.pages else times(row.median / small.median),
        ))  # fmt: skip
    return columns(lines)


if __name__ == "__main__":
    answer("publishing", "真实网站上放行一篇要多久", rows, table)
