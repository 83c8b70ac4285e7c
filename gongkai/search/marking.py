"""Where a query's words stand in a text as it was written, and the stretch of it worth showing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from gongkai.text.tokens import Phrase

#: A snippet's length and how much of it stands before the first word, in characters.
SNIPPET, BEFORE = 120, 24

_GAP = "[\\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*"
_WORD = "[0-9A-Za-zＡ-Ｚａ-ｚ０-９]"
_LINES = re.compile(r"\s+")


class Piece(NamedTuple):
    """A stretch of text, marked or not, as it was written: `shown` escapes it."""

    text: str
    marked: bool


def shown(pieces: Iterable[Piece]) -> SafeString:
    """The pieces as a page shows them."""
    return mark_safe("".join([f"<mark>{escape(text)}</mark>" if marked else escape(text) for text, marked in pieces]))


def pattern(phrases: Iterable[Phrase]) -> re.Pattern[str] | None:
    """What the phrases look like in a text: full or half width, either case, blanks between Chinese characters."""
    found = {_look(phrase.pieces): None for phrase in sorted(phrases, key=lambda phrase: -len(phrase.pieces))}
    return re.compile("|".join(found), re.IGNORECASE) if found else None


def _look(pieces: tuple[str, ...]) -> str:
    words = []
    for piece in pieces:
        looks = "".join(f"[{re.escape(c)}{chr(ord(c) + 0xFEE0)}]" if "!" <= c <= "~" else re.escape(c) for c in piece)
        # A Latin word is found whole, so it is marked whole or not at all.
        words.append(f"(?<!{_WORD}){looks}(?!{_WORD})" if piece.isascii() else looks)
    return _GAP.join(words)


def mark(text: str, look: re.Pattern[str] | None) -> list[Piece]:
    """The whole text in pieces."""
    return _pieces(text, 0, len(text), look)


def snippet(texts: Iterable[str], look: re.Pattern[str] | None) -> list[Piece]:
    """The stretch around the first marked words of the first text that has any; else the first text's beginning."""
    texts = [text for text in texts if text.strip()]
    for text in texts:
        if look and (first := look.search(text)):
            start = max(0, first.start() - BEFORE)
            # Rather begin at a sentence than in the middle of one.
            stop = max(text.rfind(mark, 0, first.start()) for mark in "。！？；\n")
            start = stop + 1 if start <= stop else start
            end = min(len(text), max(first.end(), start + SNIPPET))
            before, after = ("…" if start and start != stop + 1 else ""), ("…" if end < len(text) else "")
            found = _pieces(text, start, end, look)
            return [Piece(before, False)] * bool(before) + found + [Piece(after, False)] * bool(after)
    if not texts:
        return []
    head = _LINES.sub(" ", texts[0][: SNIPPET * 2]).strip()
    return [Piece(head[:SNIPPET] + ("…" if len(texts[0].strip()) > SNIPPET else ""), False)]


def _pieces(text: str, start: int, end: int, look: re.Pattern[str] | None) -> list[Piece]:
    found: list[Piece] = []
    at = start
    for match in look.finditer(text, start, end) if look else ():
        if match.start() > at:
            found.append(Piece(_LINES.sub(" ", text[at : match.start()]), False))
        found.append(Piece(_LINES.sub("", match[0]) if not match[0].isascii() else match[0], True))
        at = match.end()
    if at < end:
        found.append(Piece(_LINES.sub(" ", text[at:end]), False))
    return found
