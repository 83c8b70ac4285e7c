"""Which earlier applications asked for much the same: shared word pairs, weighed by how rare they are here. Plain Python.

It is evidence for a person, never a decision: the share is shown with the words it rests on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from math import log
from struct import pack, unpack
from typing import NamedTuple

from gongkai.text.normalise import bare
from gongkai.text.tokens import tokens

#: Below this share of the weight, two subjects are told apart; from `SAME` on they may be a repeat.
ALIKE, SAME = 0.3, 0.75
#: What every application says, whatever it asks for.
USUAL = ("政府信息公开", "政府信息", "公开", "申请", "获取", "提供", "相关", "有关", "关于", "情况", "信息", "文件", "材料")


class Likeness(NamedTuple):
    """How alike: the share of the weight of both, and the words they share."""

    key: int
    share: float
    words: tuple[str, ...]

    @property
    def percent(self) -> int:
        return round(self.share * 100)

    @property
    def may_repeat(self) -> bool:
        return self.share >= SAME


def pairs(text: str) -> set[str]:
    """The word pairs of a subject, without what every application says."""
    said = text
    for usual in USUAL:
        said = said.replace(usual, "　")
    return {token.text for token in tokens(said) if len(token.text) > 1}


def likeness(subject: str, others: Iterable[tuple[int, str]], most: int = 5) -> list[Likeness]:
    """The most alike of `others` (key, subject), the most alike first."""
    known = [(key, text, pairs(text)) for key, text in others]
    mine = pairs(subject)
    if not mine or not known:
        return []
    seen = Counter(pair for _, _, found in known for pair in found)
    seen.update(mine)

    def weight(found: Iterable[str]) -> float:
        return sum(log(1 + (len(known) + 1) / seen[pair]) for pair in found)

    made = []
    for key, text, found in known:
        if not mine & found:
            continue
        share = weight(mine & found) / weight(mine | found)
        if share >= ALIKE:
            made.append(Likeness(key, share, shared_words(subject, text)))
    return sorted(made, key=lambda one: (-one.share, -one.key))[:most]


def stretches(text: str) -> frozenset[str]:
    """Every two characters of a text as they stand: a quick look, before words are weighed."""
    said = bare(text)
    return frozenset(said[n : n + 2] for n in range(len(said) - 1))


def by_content(subject: str, content: str, others: Iterable[tuple[int, str, str]], most: int = 5) -> list[Likeness]:
    """The most alike of `others` (key, subject, content): by what the office called them or by what was asked, whichever is more.

    What was asked says more than a subject and in other words: one that shares too few characters is not weighed at all.
    """
    known = list(others)
    found = {one.key: one for one in likeness(subject, [(key, called) for key, called, _ in known], len(known))}
    asked = stretches(content)
    if asked:
        near = [(key, said) for key, _, said in known if said and 4 * len(asked & stretches(said)) >= min(len(asked), len(stretches(said)))]
        for one in likeness(content, near, len(near)):
            if one.key not in found or one.share > found[one.key].share:
                found[one.key] = one
    return sorted(found.values(), key=lambda one: (-one.share, -one.key))[:most]


# Marks, by which like ones are found among very many without opening them

#: Marks of a text, and how many of its smallest hashes each is made of. Of two texts that share a half of their word pairs, one in a hundred
#: shares no mark; of two that share a twentieth, one in twenty-five shares any.
MARKS, OF_EACH = 16, 2


def marks(text: str, key: bytes, kind: str) -> frozenset[int]:
    """Whole numbers of 32 bits, of which like texts share some (MinHash with bands). Empty for a text that says nothing of its own.

    Without the key no word can be tried against them. `kind` keeps texts of one kind from meeting those of another.
    """
    person = kind.encode()
    # Each word pair gets 32 numbers that depend on it and the key alone; of each the least in the whole text is kept.
    said = [b"".join(blake2b(pair.encode(), key=key, person=person, salt=half).digest() for half in (b"1", b"2")) for pair in pairs(text)]
    if not said:
        return frozenset()
    least = [*map(min, zip(*(unpack(">32I", one) for one in said), strict=True))]
    banded = (pack(f">{OF_EACH + 1}I", n, *least[n * OF_EACH : (n + 1) * OF_EACH]) for n in range(MARKS))
    return frozenset(int.from_bytes(blake2b(one, digest_size=4, key=key, person=person).digest(), "big", signed=True) for one in banded)


def shared_words(one: str, other: str, most: int = 4) -> tuple[str, ...]:
    """The longest stretches both subjects contain, as the reason to show."""
    here, there, found = bare(one), bare(other), []
    at = 0
    while at < len(here):
        end = at
        while end < len(here) and here[at : end + 1] in there:
            end += 1
        if end - at >= 2:
            found.append(here[at:end])
        at = max(end, at + 1)
    return tuple(sorted(dict.fromkeys(found), key=len, reverse=True)[:most])

