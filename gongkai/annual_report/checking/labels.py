"""Knowing a label of the form again: broken over lines, misspelt, renumbered, cut short."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from gongkai.text.normalise import bare, nfkc

_ENUMERATOR = re.compile(r"\s*(?:[(（]\s*([一二三四五六七八九十\d]{1,2})\s*[)）]|([一二三四五六七八九十])\s*[、.．,，]|(\d{1,2})\s*[、.．,，]?)\s*(?=\D)")


@lru_cache(maxsize=8192)
def core(label: str) -> str:
    """A label without its number, punctuation and white space."""
    label = nfkc(label).strip()
    if found := _ENUMERATOR.match(label):
        if rest := bare(label[found.end() :]):
            return rest
    return bare(label)


@lru_cache(maxsize=8192)
def number_of(label: str) -> str:
    """The number a label begins with: 一, 3; empty when there is none."""
    found = _ENUMERATOR.match(nfkc(label).strip())
    return next((g for g in found.groups() if g), "") if found else ""


def distance(one: str, other: str, most: int) -> int:
    """The number of single-character changes between two words; `most + 1` when there are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    line = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, line[0] = line[0], i
        for j, b in enumerate(other, 1):
            before, line[j] = line[j], min(line[j] + 1, line[j - 1] + 1, before + (a != b))
        if min(line) > most:
            return most + 1
    return line[-1]


def tolerance(word: str) -> int:
    """How many characters of a word may be wrong before it is another word."""
    return 0 if len(word) < 2 else max(1, len(word) // 5)


@dataclass(frozen=True, slots=True)
class Match:
    """A label found: its index among those offered, and how it differs from the form's own words."""

    index: int
    wrong: bool = False
    shortened: bool = False


def match(text: str, offered: Iterable[tuple[int, str]]) -> Match | None:
    """Which of the offered labels (index, label) a text is; the earlier of two that fit alike."""
    word = core(text)
    if not word or len(word) > 80:
        return None
    best: tuple[int, Match] | None = None
    for index, label in offered:
        wanted = core(label)
        if word == wanted:
            return Match(index)
        full = bare(label)
        if bare(text) == full:
            return Match(index)
        if len(word) >= 4 and (wanted.startswith(word) or len(wanted) >= 4 and word.startswith(wanted)):
            found = (1, Match(index, shortened=True))
        else:
            most = tolerance(wanted)
            away = distance(word, wanted, most)
            if away > most and len(word) > 8 and len(wanted) > len(word):  # cut short and misspelt
                away = distance(word, wanted[: len(word)], most)
            if away > most:
                continue
            found = (1 + away, Match(index, wrong=True))
        if best is None or found[0] < best[0]:
            best = found
    return best[1] if best else None
