"""The lists of the site's fixed parts (政策文件, 政策解读, 意见征集 …): some hundreds of lines, kept in memory and cut into pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from gongkai.sockets import Page

from .lists import Numbered
from .site import Crumb, Shelf, Site

#: Touched when a day begins: pages that say something of today (in force, still open) depend on it.
DAY_KEY = "day"


def list_pages(
    site: Site, base: str, rows: Sequence, *, template: str, title: str, shelf: Shelf, crumbs: Sequence[Crumb] = (), names: set[str] | None = None,
    keys: Callable[[object], Iterable[str]], context: dict | None = None,
) -> Iterator[Page]:  # fmt: skip
    """The pages of one list: all, or those of these names. `rows` stand oldest first and have `published_on`; `keys` gives those a row depends on."""
    numbered = Numbered(base, len(rows))
    for part in numbered.parts() if names is None else filter(None, map(numbered.at, names)):
        shown = list(rows[part.start : part.stop])[::-1]
        span = "" if part.is_front else f"{shown[-1].published_on.isoformat()}至{shown[0].published_on.isoformat()}"
        yield site.page(
            part.path, template, f"{title}（{span}）" if span else title, keys={key for row in shown for key in keys(row)}, column=shelf,
            crumbs=[*crumbs, Crumb(title, f"/{base}")] if span else list(crumbs), description=shelf.description,
            context={
                "heading": title, "entries": shown, "part": part, "base": base, "span": span, "lead": shelf.description,
                "older": part.older and part.older.rpartition("/")[2], "newer": part.newer and (part.newer.rpartition("/")[2].removesuffix("index.html") or f"/{base}"),
                **(context or {}),
            },
        )  # fmt: skip


def every_path(base: str, total: int, changes: int) -> set[str]:
    """Every page a list has or may have had before `changes` entries came or went."""
    return Numbered(base, total).every(changes)


def by_folder(paths: Iterable[str]) -> dict[str, set[str]]:
    """The names asked for, by folder: "documents/list-2.html" → {"documents/": {"list-2.html"}}."""
    found = defaultdict(set)
    for path in paths:
        folder, _, name = path.rpartition("/")
        found[f"{folder}/"].add(name)
    return found
