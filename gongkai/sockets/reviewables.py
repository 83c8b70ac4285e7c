"""Reviewables: what of a module's records goes through the review chain before it is public."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Exactly what would go out if the record were released now.

    `content` is plain JSON without anything that changes by itself; `files` are (SHA-256, public name);
    `channels` are those it may go out on, the usual one first; `author_ids` are the people who wrote it, none of whom
    may review it.
    """

    title: str
    content: Mapping[str, Any]
    section_id: int | None
    attribute: str
    channels: tuple[str, ...]
    author_ids: frozenset[int]
    files: tuple[tuple[str, str], ...] = ()
    content_class: str = "general"


@dataclass(frozen=True, slots=True)
class Posted:
    """How the channels take a copy: what its 篇次 counts as, and the summary shown beside its title."""

    category: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Reviewable:
    """One kind of record that is reviewed.

    `prepare(record, by)` settles what must stand before a submission; `gather(record)` says what would go out; `render(content)` draws it as HTML from the copy alone;
    `passages(content)` cuts it up for the difference between two versions, `draft(content)` for screening; `release(submission, by)` puts exactly that
    copy outside, in the caller's transaction, `withdraw(record, reason, by)` takes it back, `is_out(record)` says whether
    it is outside now; `secrecy(record, look)` keeps the module's own record of the secrecy review, whose form is
    `secrecy_form`; `apply(record, changes, by)` writes a reviewer's change of the `editable` (name, label) texts back;
    `url(record)` is where it is edited. `body(content)` is its text in one piece and `posted(record, content)` how the channels take it; without
    the latter it is carried to none, and its receipt is the site itself. `gate(record, content, beside)` says why it may not go out with only those
    (kind, id) beside it.
    """

    kind: str
    label: str
    thing: str
    gather: Callable[[Any], Outgoing]
    render: Callable[[Mapping[str, Any]], str]
    body: Callable[[Mapping[str, Any]], str]
    passages: Callable[[Mapping[str, Any]], Sequence[Any]]
    release: Callable[[Any, Any], None]
    withdraw: Callable[[Any, str, Any], None]
    is_out: Callable[[Any], bool]
    url: Callable[[Any], str]
    draft: Callable[[Mapping[str, Any]], Any] | None = None
    prepare: Callable[[Any, Any], None] | None = None
    secrecy: Callable[[Any, Any], None] | None = None
    secrecy_form: type | None = None
    apply: Callable[[Any, Mapping[str, Any], Any], None] | None = None
    editable: tuple[tuple[str, str], ...] = ()
    gate: Callable[[Any, Mapping[str, Any], Iterable[tuple[str, int]]], Sequence[Any]] | None = None
    posted: Callable[[Any, Mapping[str, Any]], Posted] | None = None


_kinds: dict[str, Reviewable] = {}


def register_reviewable(entry: Reviewable) -> Reviewable:
    """Register a kind of record, named by its model's label ("publishing.Article")."""
    _kinds[entry.kind] = entry
    return entry


def reviewables() -> dict[str, Reviewable]:
    return dict(sorted(_kinds.items()))


def get_reviewable(kind: str) -> Reviewable:
    return _kinds[kind]


# Rooms further down that carry what was released to other channels, each asked in the releasing transaction:
# released(submission, by), withdrawn(submission, reason, by); and what a channel could never take, asked on submitting.
@dataclass(frozen=True, slots=True)
class Outlet:
    released: Callable[[Any, Any], None]
    withdrawn: Callable[[Any, str, Any], None]
    objections: Callable[[Any, Outgoing, Sequence[str], Mapping[str, str]], Sequence[Any]]


_outlets: list[Outlet] = []


def register_outlet(outlet: Outlet) -> None:
    _outlets.append(outlet)


def outlets() -> list[Outlet]:
    return list(_outlets)
