"""Findings marked in place: a draft cut where they begin and end, for any page that shows a text beside what was found in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .rules import HINT, REFUSE, WARN, Draft, Finding, Passage

#: The kinds of `state` (word, mark and colour) that severities are shown by.
STATES = {REFUSE: "overdue", WARN: "risk", HINT: "plain"}


@dataclass(frozen=True, slots=True)
class Numbered:
    """A finding with its number on the page."""

    number: int
    finding: Finding

    @property
    def state(self) -> str:
        return "void" if self.finding.dismissed else STATES[self.finding.severity]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to mark: a picture without words, an empty table."""
        return self.finding.start == self.finding.end


class Piece(NamedTuple):
    """A stretch of a passage: its text, what was found of it, and the findings that begin here."""

    text: str
    found: tuple[Numbered, ...]
    begins: tuple[Numbered, ...]

    @property
    def severity(self) -> str:
        """The gravest of what was found here and not dismissed; "left" when all was."""
        standing = [one.finding.severity for one in self.found if not one.finding.dismissed]
        return min(standing, key=(REFUSE, WARN, HINT).index, default="left")


class ShownPassage(NamedTuple):
    """A passage with its text in pieces; `loose` are findings that mark no text."""

    passage: Passage
    pieces: list[Piece]
    loose: list[Numbered]


def numbered(findings: Sequence[Finding]) -> list[Numbered]:
    return [Numbered(number, finding) for number, finding in enumerate(findings, 1)]


def in_place(draft: Draft, findings: Sequence[Numbered]) -> list[ShownPassage]:
    """Every passage of a draft in reading order, cut into pieces by what was found in it."""
    by_path: dict[str, list[Numbered]] = {}
    for one in findings:
        by_path.setdefault(one.finding.path, []).append(one)
    return [ShownPassage(passage, _pieces(passage.written, here), [one for one in here if one.empty]) for passage in draft.passages for here in [by_path.get(passage.path, [])]]


def _pieces(text: str, found: list[Numbered]) -> list[Piece]:
    here = [one for one in found if not one.empty]
    cuts = sorted({0, len(text), *(one.finding.start for one in here), *(one.finding.end for one in here)})
    pieces = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        covering = tuple(one for one in here if one.finding.start <= start and end <= one.finding.end)
        pieces.append(Piece(text[start:end], covering, tuple(one for one in covering if one.finding.start == start)))
    return pieces
