"""A small made-up site: articles in columns, lists, a feed, and one page whose source follows nothing."""

from collections.abc import Iterable
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from gongkai.publishing import log
from gongkai.publishing.models import Article, Publication
from gongkai.sockets import Page, depends, pages

Deed = Publication.Deed
#: Articles on a page of a list.
EACH = 3
FILLER = "为落实政务公开要求，现将有关事项公布如下。" * 40


class Bureau:
    """Articles and columns that live in memory, published by writing the log as a room would."""

    def __init__(self, office):
        self.office = office
        self.articles: dict[int, dict] = {}
        self.columns = {1: "通知公告", 2: "政策文件", 3: "工作动态"}
        self.withdrawn: set[str] = set()

    # -- deeds --------------------------------------------------------------------------------------------------------

    def publish(self, column: int = 1, title: str = "通知") -> int:
        number = len(self.articles) + 1
        self.articles[number] = {"title": title, "column": column, "public": True}
        self._tell(number, Deed.PUBLISHED, column)
        return number

    def correct(self, number: int, title: str, column: int | None = None) -> None:
        article = self.articles[number]
        before = article["column"]
        article.update(title=title, column=column or before)
        self._tell(number, Deed.CORRECTED, before, article["column"])

    def withdraw(self, number: int) -> None:
        self.articles[number]["public"] = False
        self.withdrawn.add(self.articles[number]["title"])
        self._tell(number, Deed.WITHDRAWN, self.articles[number]["column"])

    def rename(self, column: int, name: str) -> None:
        self.columns[column] = name
        log.tell(Article(pk=1, office_id=self.office.pk, title=name), Deed.TOUCHED, keys=[f"column:{column}"])

    def _tell(self, number: int, deed: str, *columns: int) -> None:
        keys = [f"article:{number}", "feed", *(f"list:{column}" for column in columns)]
        log.tell(Article(pk=number, office_id=self.office.pk, title=self.articles[number]["title"]), deed, keys=keys)

    # -- pages --------------------------------------------------------------------------------------------------------

    def public(self, column: int | None = None) -> list[int]:
        return [n for n, article in sorted(self.articles.items()) if article["public"] and column in (None, article["column"])]

    def page(self, path: str) -> Page | None:
        kind, _, rest = path.partition("/")
        stem = rest.removesuffix(".html")
        if kind == "a" and stem.isdigit():
            number = int(stem)
            if number not in self.public():
                return None
            return Page(path, self.articles[number]["title"], frozenset({f"article:{number}"}), lambda: self._article(number))
        if kind == "c":
            column, _, part = stem.partition("/")
            if not (column.isdigit() and int(column) in self.columns):
                return None
            count = self._parts(int(column))
            number = count if part == "index" else int(part)
            if part != "index" and number >= count:
                return None
            keys = frozenset({f"list:{column}", f"column:{column}"})
            return Page(path, self.columns[int(column)], keys, lambda: self._list(int(column), number))
        if path == "feed.xml":
            return Page(path, "订阅", frozenset({"feed"}), self._feed)
        return None

    def _parts(self, column: int) -> int:
        return max(1, -(-len(self.public(column)) // EACH))

    def _article(self, number: int) -> bytes:
        article = self.articles[number]
        depends(f"column:{article['column']}")  # it shows the column's name
        column = article["column"]
        return f'<h1>{article["title"]}</h1><p><a href="/c/{column}/">{self.columns[column]}</a></p><p>{FILLER}</p>'.encode()

    def _list(self, column: int, part: int) -> bytes:
        shown = self.public(column)[(part - 1) * EACH : part * EACH]
        for number in shown:
            depends(f"article:{number}")
        rows = "".join(f'<li><a href="/a/{n}.html">{self.articles[n]["title"]}</a></li>' for n in shown)
        older = f'<a href="/c/{column}/{part - 1}.html">较早</a>' if part > 1 else ""
        return f"<h1>{self.columns[column]}</h1><ul>{rows}</ul>{older}".encode()

    def _feed(self) -> bytes:
        return ("<feed>" + "".join(f"<entry>{self.articles[n]['title']}</entry>" for n in self.public()[-5:]) + "</feed>").encode()

    def produce(self, office_id: int) -> Iterable[Page]:
        paths = [f"a/{number}.html" for number in self.public()]
        for column in self.columns:
            paths += [f"c/{column}/index.html", *(f"c/{column}/{part}.html" for part in range(1, self._parts(column)))]
        for path in [*paths, "feed.xml"]:
            yield self.page(path)

    def touch(self, office_id: int, keys: frozenset[str]) -> Iterable[str]:
        for key in keys:
            kind, _, number = key.partition(":")
            # As a careful room would: only what is public now. What no longer is must be found without its help.
            if kind == "article" and int(number) in self.public():
                yield f"a/{number}.html"
            if kind == "list":
                yield from (f"c/{number}/{part}.html" for part in range(1, self._parts(int(number))))

    def find(self, office_id: int, paths: Iterable[str]) -> Iterable[Page]:
        return filter(None, map(self.page, paths))

    def count(self, office_id: int) -> Iterable[Page]:
        yield Page("count/index.html", "篇数", frozenset(), lambda: f"<p>共{len(self.public())}篇</p>".encode())


@contextmanager
def plugged(bureau: Bureau):
    """The bureau's two sources, alone in the socket."""
    module = import_module("gongkai.sockets.pages")
    before, module._sources = module._sources, {}
    pages("synthetic", "试验文章", prefixes=("a/", "c/", "feed.xml"), touch=bureau.touch, find=bureau.find)(bureau.produce)
    pages("count", "试验篇数")(bureau.count)
    try:
        yield bureau
    finally:
        module._sources = before


def on_disk(root: Path) -> dict[str, bytes]:
    """Every file of the served site and of its manifest."""
    folder = (root / "current").resolve()
    book = folder.with_name("book-" + folder.name.removeprefix("build-"))
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return files | {f"manifest:{path.name}": path.read_bytes() for path in (book / "manifest").iterdir()}
