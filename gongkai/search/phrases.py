"""Phrases that stand in a large share of the texts: the index holds each as a term of its own.

Any other phrase is rare, or one of its pairs of characters is, and what holds that pair is soon looked through. 市工业和信息化局
stands in most texts of that bureau and so do its pairs: the places of all of them would be compared in every text. Which
phrases are held so is a matter of speed alone; what is found is the same with any list. No Django.
"""

from __future__ import annotations

import random
import re
from array import array
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from daachorse import CharwiseDoubleArrayAhoCorasick

from gongkai.text.tokens import CJK, streams

#: In how large a share of the texts a phrase must stand to be held, of how many characters, and how many are held at most.
SHARE, SHORTEST, LONGEST, MOST = 0.1, 3, 8, 2_000
#: They are sought in a sample of so many texts, and only among more: a few thousand texts are soon looked through.
SAMPLE = 2_000
_CHINESE = re.compile(f"[{CJK}]+")


class Sample:
    """Texts gone through once: how many there are, and what to hold for them."""

    def __init__(self) -> None:
        self.count = 0
        self._texts: list[str] = []
        self._chance = random.Random(0)

    def add(self, text: str) -> None:
        self.count += 1
        # Each text is as likely as any other to be in the sample (reservoir sampling).
        if len(self._texts) < SAMPLE:
            self._texts.append(text)
        elif (place := self._chance.randrange(self.count)) < SAMPLE:
            self._texts[place] = text

    def common(self, *, among: int = 5 * SAMPLE) -> list[str]:
        """The phrases to hold, the most usual first; none while the texts are fewer than `among`."""
        return _frequent([_joined(streams(text)[0]) for text in self._texts]) if self._texts and self.count >= among else []


def _frequent(texts: list[str]) -> list[str]:
    """A phrase is in so many texts only if what is shorter by its first or last character is: length by length, places die out."""
    places = [array("I", (at for run in _CHINESE.finditer(text) for at in range(run.start(), run.end()))) for text in texts]
    found: Counter[str] = Counter()
    for length in range(2, LONGEST + 1):
        places = [array("I", (at for at, following in pairwise(known) if following == at + 1)) for known in places]
        counted: Counter[str] = Counter()
        for text, known in zip(texts, places, strict=True):
            counted.update({text[at : at + length] for at in known})
        usual = {phrase: count for phrase, count in counted.items() if count >= SHARE * len(texts)}
        places = [array("I", (at for at in known if text[at : at + length] in usual)) for text, known in zip(texts, places, strict=True)]
        if length >= SHORTEST:
            found.update(usual)
    return [phrase for phrase, _ in found.most_common(MOST)]


class Common:
    """The phrases one index holds."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self.phrases = tuple(phrases)
        self._known = frozenset(phrases)

    @cached_property
    def _automaton(self) -> CharwiseDoubleArrayAhoCorasick | None:
        # Who only asks the index does without.
        return CharwiseDoubleArrayAhoCorasick(list(self.phrases)) if self.phrases else None

    def __contains__(self, phrase: str) -> bool:
        return phrase in self._known

    def within(self, ones: str) -> list[str]:
        """Those that stand in a text, each as often as it does; `ones` are the text's pieces parted by blanks."""
        return [self.phrases[number] for _, _, number in self._automaton.find_overlapping(_joined(ones))] if self._automaton else []


def _joined(ones: str) -> str:
    # Of pieces side by side only Chinese ones are looked at, so a Latin word running into the next matters to nobody.
    return ones.replace(" ", "")
