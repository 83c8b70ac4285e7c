"""A draft's passages as one half-width text, and the way back to the words as they were typed.

Everything is looked for in one text, so that a pass over it is made once and not once a passage. NFKC
costs a microsecond a character; the marks that Chinese text is full of (，：；（）) are replaced one for
one instead, which moves nothing, and only passages that still differ from their NFKC are taken apart.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from .findings import Passage

_BETWEEN = "\n\0\n"  # \s does not match NUL: no pattern reaches from one passage into the next by white space
_COMMON = tuple(zip("，：；（）\u3000", ",:;() ", strict=True))
_OTHERS = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}

_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1160-\u11ff\u20d0-\u20f0\u302a-\u302f\u3099\u309a\ufe20-\ufe2f\uff9e\uff9f"
_SAFE = "\t\n\x20-\x7e\u2014\u2018-\u201d\u2026\u3001-\u3011\u3014\u3015\u4e00-\u9fff"
_PIECES = re.compile(rf"(?P<safe>[{_SAFE}]+(?![{_MARKS}]))|[\s\S][{_MARKS}]*")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb]")
# ① and ² would become digits and run into the number beside them (①2022年).
_NUMBERED = re.compile("[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u24ff\u2776-\u2793\u3220-\u3247\u3280-\u32b0]")


def half_width(text: str) -> str:
    """The text as terms are compared: NFKC without invisible marks, numbers in circles left alone."""
    return "".join(_narrow(piece) for piece in _PIECES.finditer(text))


def _narrow(piece: re.Match[str]) -> str:
    written = piece[0]
    if piece["safe"]:
        return written
    if _NUMBERED.match(written):
        return "\ufffd" * len(written)
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", written))


def _swapped(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    for wide, narrow in pairs:
        text = text.replace(wide, narrow)
    return text


def _settled(text: str) -> bool:
    """Whether NFKC would leave it, ellipses aside, and nothing in it is invisible."""
    if not unicodedata.is_normalized("NFKC", text.replace("…", "。")):
        return False
    bare = text.replace("\n", "").replace("\0", "")
    return bare.isprintable() or bare.replace("\t", "").replace("\r", "").isprintable()


class Joined:
    """`plain` is the whole draft, half width, `typed` as it came; :meth:`place` finds a stretch of it in its passage as typed."""

    __slots__ = ("_maps", "_starts", "_typed_starts", "passages", "plain", "texts", "typed")

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self.texts = [p.written.replace("\0", "\ufffd") for p in passages]
        self._maps: dict[int, list[tuple[int, int]]] = {}
        self.typed = _BETWEEN.join(self.texts)
        plain = _swapped(self.typed, _COMMON)
        parts: Sequence[str] = self.texts
        if not _settled(plain):
            plain = _swapped(plain, [(wide, _OTHERS[wide]) for wide in _OTHERS.keys() & set(plain)])
            if not _settled(plain):
                parts = [self._narrowed(index, text) for index, text in enumerate(plain.split(_BETWEEN))]
                plain = _BETWEEN.join(parts)
        self.plain = plain
        self._typed_starts = list(accumulate((len(text) + len(_BETWEEN) for text in self.texts), initial=0))
        self._starts = self._typed_starts if parts is self.texts else list(accumulate((len(part) + len(_BETWEEN) for part in parts), initial=0))

    def _narrowed(self, index: int, text: str) -> str:
        if _settled(text):
            return text
        narrow, back = [], []
        for piece in _PIECES.finditer(text):
            start, end = piece.span()
            said = _narrow(piece)
            narrow.append(said)
            if said == piece[0]:
                back += [(at, at + 1) for at in range(start, end)]
            else:
                back += [(start, end)] * len(said)
        self._maps[index] = back
        return "".join(narrow)

    def place(self, start: int, end: int) -> tuple[int, int, int]:
        """(passage, start, end) as typed, of a stretch of `plain` that is not empty and lies in one passage."""
        index = bisect_right(self._starts, start) - 1
        first, last = start - self._starts[index], end - self._starts[index]
        back = self._maps.get(index)
        return (index, first, last) if back is None else (index, back[first][0], back[last - 1][1])

    def place_typed(self, start: int, end: int) -> tuple[int, int, int]:
        """(passage, start, end) of a stretch of `typed`, the draft as it was typed."""
        index = bisect_right(self._typed_starts, start) - 1
        return index, start - self._typed_starts[index], end - self._typed_starts[index]
