"""Pages: each module's public addresses, with the keys they depend on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """One public file: `path` below the site's root, the `keys` that touch it, and `render` which returns its bytes."""

    path: str
    title: str
    keys: frozenset[str]
    render: Callable[[], bytes]


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
