"""Where the site's pages come from: the modules' sources, and the few files the site itself adds."""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders

import gongkai
from gongkai.sockets import Page, PageSource, page_sources, site_static, static_files

from .rules import fault_of_path

static_files("ui/tokens.css", "ui/public.css", "ui/public-elder.css", "ui/public-contrast.css", "ui/public.js", "ui/seal.svg")

#: The source under which the site's own files are kept.
OWN = "sitebuild"


class Unbuildable(ValueError):
    """The site can't be built as it stands; the sentence says which page, why, and what to do."""


def is_followed(source: PageSource) -> bool:
    """Whether a source can say what a change touches; the others are rendered again each time."""
    return source.find is not None


def sources() -> list[PageSource]:
    """The modules' sources, and the site's own last."""
    return [*page_sources().values(), PageSource(OWN, "网站公用文件", own_pages)]


def source_of(path: str) -> PageSource | None:
    """The followed source an address belongs to: the one with the longest prefix it begins with."""
    best = None
    for source in page_sources().values():
        for prefix in source.prefixes if is_followed(source) else ():
            if path.startswith(prefix) and (best is None or len(prefix) > best[0]):
                best = (len(prefix), source)
    return best[1] if best else None


def own_pages(office_id: int) -> Iterator[Page]:
    """The files every page loads: styles, the one script, the seal."""
    for name in site_static():
        found = finders.find(name)
        if found is None:
            raise Unbuildable(f"缺少样式文件：{name}。请检查安装是否完整")
        yield Page(f"static/{name}", name, frozenset(), Path(found).read_bytes)


def checked(source: PageSource, given: Iterable[Page], asked: set[str] | None = None) -> Iterator[Page]:
    """The pages a source gives, each at an address it may have. With `asked`, only those."""
    theirs = tuple(prefix for other in page_sources().values() if other != source and is_followed(other) for prefix in other.prefixes if prefix.startswith(source.prefixes))
    for page in given:
        if fault := fault_of_path(page.path):
            raise Unbuildable(f"{fault}（来源：{source.label}，页面“{page.title}”）")
        # Only where another source has a longer prefix does it take a second look.
        if is_followed(source) and (not page.path.startswith(source.prefixes) or (theirs and source_of(page.path) != source)):
            raise Unbuildable(f"页面 {page.path} 不在来源“{source.label}”登记的地址之内")
        if asked is not None and page.path not in asked:
            raise Unbuildable(f"来源“{source.label}”给出了没有问到的页面 {page.path}")
        yield page


def everything(office_id: int, mine: Callable[[str], bool] = lambda path: True) -> Iterator[tuple[PageSource, Page]]:
    """Every page of the site whose address is `mine`, with its source."""
    for source in sources():
        for page in checked(source, (page for page in source.produce(office_id) if mine(page.path))):
            yield source, page


def made_by() -> str:
    """A mark of the program and of what is plugged into it: a site made by another is built anew."""
    plugged = [f"{source.key}:{is_followed(source)}:{','.join(source.prefixes)}" for source in page_sources().values()]
    return sha256("\n".join([gongkai.__version__, *plugged, *site_static()]).encode()).hexdigest()
