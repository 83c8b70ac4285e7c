"""Wrong, sensitive and outdated wording: one pass of an automaton over all terms, their exceptions and what is allowed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from daachorse import CharwiseDoubleArrayAhoCorasick

from .joined import half_width

ALLOW = "allow"
LEVELS = {"refuse": "必须改正", "warn": "请核对", "hint": "提示", ALLOW: "不作提示"}


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a list: the form that is wrong, what is right, how much it matters, where that is from.

    `exceptions` are longer forms that hold the wrong one and are right (登陆 in 登陆作战). A term of level
    "allow" is the opposite of a finding: an office's own telephone number, a name that looks like a slip.
    """

    wrong: str
    right: str = ""
    level: str = "warn"
    category: str = ""
    why: str = ""
    source: str = ""
    exceptions: tuple[str, ...] = ()


class Hit(NamedTuple):
    """A term and where it stands in the half-width text."""

    term: Term
    start: int
    end: int


class Matcher:
    """All terms of the lists in force, compiled once. A later term replaces an earlier one of the same form."""

    def __init__(self, terms: Iterable[Term]) -> None:
        entries: dict[str, Term | None] = {}  # None: a form that excuses what it covers
        self.allowed: set[str] = set()
        wrong: dict[str, Term] = {}
        for term in terms:
            form = half_width(term.wrong).strip()
            if form:
                wrong[form] = term
        for form, term in wrong.items():
            if term.level == ALLOW:
                self.allowed.add(form)
                entries[form] = None
            else:
                entries.setdefault(form, term)
            for longer in term.exceptions:
                if excuse := half_width(longer).strip():
                    entries[excuse] = None
            # 不忘初心 stands in 不忘初心、牢记使命: what is right and holds the wrong form excuses it.
            if term.right and (right := half_width(term.right).strip()) != form and form in right:
                entries[right] = None
        self._entries: Sequence[Term | None] = list(entries.values())
        self._automaton = CharwiseDoubleArrayAhoCorasick(list(entries)) if entries else None

    def __len__(self) -> int:
        return len(self._entries)

    def hits(self, plain: str) -> Iterator[Hit]:
        """Every term in a half-width text that no exception covers and no longer term contains, in order."""
        found = self._automaton.find_overlapping(plain) if self._automaton is not None else []
        if not found:
            return
        entries = self._entries
        excused = [(start, end) for start, end, number in found if entries[number] is None]
        reached = -1
        for start, end, number in sorted(found, key=lambda one: (one[0], -one[1])):
            term = entries[number]
            if term is None or end <= reached or any(a <= start and end <= b for a, b in excused):
                continue
            reached = end
            yield Hit(term, start, end)



@cache
def shipped_terms() -> tuple[str, tuple[Term, ...]]:
    """The product's own list: its version and its terms."""
    with (Path(__file__).resolve().parents[1] / "figures" / "terms.toml").open("rb") as source:
        table = tomllib.load(source)
    return table["version"], tuple(Term(**{**row, "exceptions": tuple(row.get("exceptions", ()))}) for row in table["term"])
