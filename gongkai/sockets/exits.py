"""Exits: every route by which data leaves, so that one test can walk them all with planted secrets."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

# A walk yields (where, bytes): everything that leaves by this exit for an office, as the outside would get it.
Walk = Callable[[int], Iterable[tuple[str, bytes]]]


@dataclass(frozen=True, slots=True)
class Exit:
    """`audience` is who gets it: "public", "office" (people of the office) or "log"."""

    key: str
    label: str
    audience: str
    walk: Walk


_exits: dict[str, Exit] = {}


def register_exit(key: str, label: str, audience: str) -> Callable[[Walk], Walk]:
    if audience not in {"public", "office", "log"}:
        raise ValueError(f"出口 {key} 的对象须为 public、office 或 log")

    def register(walk: Walk) -> Walk:
        _exits[key] = Exit(key, label, audience, walk)
        return walk

    return register


def exits() -> dict[str, Exit]:
    return dict(sorted(_exits.items()))
