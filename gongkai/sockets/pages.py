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


Producer = Callable[[int], Iterable[Page]]


@dataclass(frozen=True, slots=True)
class PageSource:
    key: str
    label: str
    produce: Producer


_sources: dict[str, PageSource] = {}


def pages(key: str, label: str) -> Callable[[Producer], Producer]:
    """Register a module's public pages: `produce(office_id)`."""

    def register(produce: Producer) -> Producer:
        _sources[key] = PageSource(key, label, produce)
        return produce

    return register


def page_sources() -> dict[str, PageSource]:
    return dict(sorted(_sources.items()))
