"""Searchables: what of a module's public records the search index holds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Searchable:
    """One public record as search knows it. `key` is its publication key ("article:12"), `path` its page below the site's root."""

    key: str
    path: str
    kind: str  # a word of KINDS in search: article, document, interpretation, consultation, guide, benefit
    title: str
    body: str  # plain text
    summary: str = ""
    column: str = ""
    number: str = ""  # 文号
    index_number: str = ""  # 索引号
    published_on: date | None = None
    validity: str = ""
    facets: dict[str, str] = field(default_factory=dict)


Producer = Callable[[int], Iterable[Searchable]]
Finder = Callable[[int, Iterable[str]], Iterable[Searchable]]


@dataclass(frozen=True, slots=True)
class SearchSource:
    """`produce(office_id)` yields all; `find(office_id, keys)` those of the keys that are public now, in a constant number of queries."""

    key: str
    produce: Producer
    find: Finder


_sources: dict[str, SearchSource] = {}


def register_searchables(key: str, produce: Producer, find: Finder) -> None:
    """Register a module's public records for search. `key` is the first part of its publication keys ("article")."""
    _sources[key] = SearchSource(key, produce, find)


def search_sources() -> dict[str, SearchSource]:
    return dict(sorted(_sources.items()))


Seeker = Callable[[int, str, int], list[Searchable]]
_seekers: list[Seeker] = []


def register_seeker(seek: Seeker) -> None:
    """Who answers `already_public`: search, which stands above those who ask."""
    _seekers[:] = [seek]


def already_public(office_id: int, wanted: str, most: int) -> list[Searchable]:
    """Public records that may hold what somebody describes in his own words, the likeliest first. Nothing where nobody can say."""
    return [record for seek in _seekers for record in seek(office_id, wanted, most)]


def record_ids(keys: Iterable[str]) -> list[int]:
    """The numbers of records that keys of one kind name ("article:12")."""
    return sorted(int(number) for key in keys if (number := key.partition(":")[2]).isdecimal())
