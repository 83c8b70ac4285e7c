"""How titles sound: for 您是不是要找 and for suggestions from pinyin.

Sounds that people mix up are one: zh and z, ch and c, sh and s, and -ng and -n.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import groupby

from gongkai.text.tokens import SENTINEL, pieces

# pypinyin's dictionaries take sixty megabytes and a third of a second, so they are loaded when something is first asked how it sounds.
_LATIN = re.compile(r"[a-z]+(?: [a-z]+)*")


def _folded(syllable: str) -> str:
    syllable = syllable.replace("v", "u").replace("ü", "u")
    if syllable[:2] in ("zh", "ch", "sh"):
        syllable = syllable[0] + syllable[2:]
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


def syllables(text: str) -> list[tuple[str, str]]:
    """(piece, its syllable without tone) for every piece of a text; a Latin word is its own sound."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    found = []
    for is_sound, group in groupby(pieces(text), key=lambda piece: piece != SENTINEL and not piece.isascii()):
        run = list(group)
        if not is_sound:
            found += [(piece, piece) for piece in run]
            continue
        sounds = lazy_pinyin("".join(run))
        # A rare character may bring fewer sounds than there are pieces; then each is asked alone.
        if len(sounds) != len(run):
            sounds = ["".join(lazy_pinyin(piece)) for piece in run]
        found += zip(run, sounds, strict=True)
    return found


def heard(text: str) -> list[tuple[str, str]]:
    """(piece, its sound) for every piece of a text, with mixed-up sounds as one."""
    return [(piece, _folded(sound) if not piece.isascii() and piece != SENTINEL else sound) for piece, sound in syllables(text)]


@cache
def _known() -> frozenset[str]:
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415

    known = set()
    for sounds in PINYIN_DICT.values():
        for sound in sounds.split(","):
            plain = "".join(c for c in unicodedata.normalize("NFD", sound) if not unicodedata.combining(c))
            if plain.isascii() and plain.isalpha():
                known.add(plain)
    return frozenset(known)


def spelt(text: str) -> list[str]:
    """The sounds of a text typed in pinyin ("zhengwu gongkai"), empty if it is not pinyin throughout."""
    text = text.strip().lower()
    if not _LATIN.fullmatch(text) or len(text) > 60:
        return []
    found = []
    for word in text.split():
        ends: dict[int, list[str]] = {0: []}
        for start in range(len(word)):
            if start not in ends:
                continue
            # Longer syllables first: "xian" is one syllable before it is two.
            for length in range(min(6, len(word) - start), 0, -1):
                syllable = word[start : start + length]
                if syllable in _known() and (start + length not in ends or len(ends[start]) + 1 < len(ends[start + length])):
                    ends[start + length] = [*ends[start], syllable]
        if len(word) not in ends:
            return []
        found += ends[len(word)]
    return [_folded(syllable) for syllable in found]
