"""Pages: each module's public addresses, with the keys they depend on."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """One public file: `path` below the site's root, the `keys` that touch it, and `render` which returns its bytes."""

    path: str
    title: str
    keys: frozenset[str]
    render: Callable[[], bytes]


#: A page that only says that what stood there was taken back depends on this key, which nothing touches: links to it are dead.
WITHDRAWN = "withdrawn"

# Every page of an office, in batches if there are many: memory stays flat.
Producer = Callable[[int], Iterable[Page]]
# Which paths these keys bring to life or concern, beyond the pages that depended on them when last built.
Toucher = Callable[[int, frozenset[str]], Iterable[str]]
# The page at each of these paths as it would be rendered today; a path that is not in the answer is gone.
Finder = Callable[[int, Iterable[str]], Iterable[Page]]


@dataclass(frozen=True, slots=True)
class PageSource:
    """A module's public pages. `touch` and `find` serve the incremental build: without them its pages are built again each time.

    A path belongs to the source whose `prefixes` it begins with.
    """

    key: str
    label: str
    produce: Producer
    prefixes: tuple[str, ...] = ()
    touch: Toucher | None = None
    find: Finder | None = None


_sources: dict[str, PageSource] = {}


def pages(key: str, label: str, *, prefixes: tuple[str, ...] = (), touch: Toucher | None = None, find: Finder | None = None) -> Callable[[Producer], Producer]:
    """Register a module's public pages: decorates `produce(office_id)`."""
    if (touch is None) != (find is None):
        raise ValueError(f"页面来源 {key} 的 touch 与 find 须一并给出")

    def register(produce: Producer) -> Producer:
        _sources[key] = PageSource(key, label, produce, prefixes, touch, find)
        return produce

    return register


def page_sources() -> dict[str, PageSource]:
    return dict(sorted(_sources.items()))


# -- What a page turns out to depend on while it is rendered ---------------------------------------------------------

_recorded: ContextVar[set[str] | None] = ContextVar("recorded", default=None)


def depends(*keys: str) -> None:
    """Say, while a page is being rendered, that it depends on these keys too. Outside a build it says nothing to anyone."""
    recorded = _recorded.get()
    if recorded is not None:
        recorded.update(keys)


@contextmanager
def recording() -> Iterator[set[str]]:
    """The keys named by `depends` inside. Within another recording they are not the outer one's."""
    recorded: set[str] = set()
    token = _recorded.set(recorded)
    try:
        yield recorded
    finally:
        _recorded.reset(token)


def rendered(page: Page) -> tuple[bytes, frozenset[str]]:
    """The bytes of a page, and every key it depends on: those it came with and those it named while rendering."""
    with recording() as more:
        content = page.render()
    return content, page.keys | more


# -- What public pages need besides themselves ------------------------------------------------------------------------

_static: dict[str, None] = {}


def static_files(*names: str) -> None:
    """Put these static files ("ui/public.css") on the public site, below `static/`."""
    _static.update(dict.fromkeys(names))


def site_static() -> list[str]:
    return sorted(_static)
