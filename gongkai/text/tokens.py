"""The search tokeniser, one for the index and the query.

Chinese is not segmented: every character and every pair of neighbours is a token at the place of
its (first) character, a Latin word or number is one token, and a sentinel stands wherever
punctuation parts two texts, so that no phrase reaches across it. A query becomes phrases of the
same tokens, which makes results exact: a text is found if and only if it contains the words as
written (after NFKC and lower case), Latin words whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import add

from gongkai.text.normalise import nfkc

SENTINEL = "\u241e"  # ␞, which nobody types

#: Chinese characters (and kana, hangul) as a class of a regular expression.
CJK = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
    "\U00020000-\U0002fa1f\U00030000-\U000323af"
)
# White space between Chinese characters is layout (“办 公 室”, a line break) and parts nothing;
# between Latin words it is where the word ends, and the words stay neighbours.
_PIECES = re.compile(rf"(?P<cjk>[{CJK}])|(?P<word>(?:(?![{CJK}])[^\W_])+)|(?P<space>\s+)|(?P<mark>[\W_])")

# The same by whole runs, which is what makes indexing a long text quick. A code point of the
# Chinese blocks that Unicode has not assigned is no \w, and is no mark either.
_RUNS = re.compile(rf"(?P<cjk>[{CJK}](?:[{CJK}\s]*[{CJK}])?)|(?P<word>(?:(?![{CJK}])[^\W_])+)|(?P<mark>(?:[^\w\s{CJK}]|_)(?:[^\w{CJK}]|_)*)")


@dataclass(frozen=True, slots=True)
class Token:
    """One token at its position, counted in characters and words of the text, sentinels included."""

    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that must stand at consecutive positions. ``open_ended``: the last is a single character.

    ``pieces`` are the same words one by one, for an index of single characters.
    """

    terms: tuple[str, ...]
    open_ended: bool = False
    pieces: tuple[str, ...] = ()


def tokens(text: str) -> list[Token]:
    """The tokens of a text for an index that takes positions: singles and bigrams share a position."""
    found: list[Token] = []
    for position, (piece, following) in enumerate(_walk(text)):
        found.append(Token(piece, position))
        if following:
            found.append(Token(piece + following, position))
    return found


def flat(text: str) -> str:
    """The text for an index that counts tokens by blanks (FTS5, tsvector): one token a position.

    A character is represented by the pair it begins, or alone at the end of its run; a single
    character is then found by prefix. See :meth:`flat_query`.
    """
    return " ".join(piece + following for piece, following in _walk(text))


def streams(text: str) -> tuple[str, str]:
    """The text twice, for an index that counts positions by blanks: its pieces one by one, and as :meth:`flat`.

    A phrase that is ``open_ended`` is looked for in the first by its ``pieces``, any other in the second by its ``terms``.
    """
    ones: list[str] = []
    twos: list[str] = []
    for match in _RUNS.finditer(nfkc(text).lower()):
        if match.lastgroup == "mark":
            if ones and ones[-1] != SENTINEL:
                ones.append(SENTINEL)
                twos.append(SENTINEL)
        elif match.lastgroup == "word":
            ones.append(match[0])
            twos.append(match[0])
        else:
            run = "".join(match[0].split())
            ones.append(" ".join(run))
            twos.append(" ".join(map(add, run, f"{run[1:]} ")).rstrip())
    if ones and ones[-1] == SENTINEL:
        ones.pop()
        twos.pop()
    return " ".join(ones), " ".join(twos)


def pieces(text: str) -> list[str]:
    """Characters, words and sentinels of a text, in order."""
    return [piece for piece, _ in _walk(text)]


def query(text: str) -> list[Phrase]:
    """The phrases a query asks for, all of which must be found: parted at white space and punctuation."""
    phrases = []
    for part in re.split(r"\s+", nfkc(text).strip()):
        run: list[tuple[str, str]] = []
        for piece, following in [*_walk(part), (SENTINEL, "")]:
            if piece != SENTINEL:
                run.append((piece, following))
                continue
            if run:
                phrases.append(_phrase(run))
            run = []
    return phrases


def flat_query(text: str) -> str:
    """The query in FTS5's own language: quoted phrases joined by AND, open ends with ``*``."""
    return " AND ".join(f'"{" ".join(p.terms)}"' + (" *" if p.open_ended else "") for p in query(text))


def _phrase(run: list[tuple[str, str]]) -> Phrase:
    terms = [piece + following for piece, following in run]
    pieces = tuple(piece for piece, _ in run)
    # The pair before already holds the run's last character; alone it would ask for more than was
    # typed only where it is the first of a pair in the text, which is what a prefix allows for.
    last_is_cjk = re.fullmatch(f"[{CJK}]", run[-1][0]) is not None
    if last_is_cjk and len(run) > 1 and run[-2][1]:
        return Phrase(tuple(terms[:-1]), pieces=pieces)
    return Phrase(tuple(terms), open_ended=last_is_cjk, pieces=pieces)


def _walk(text: str) -> list[tuple[str, str]]:
    """Pieces in order, each with the Chinese character that follows it directly (else empty)."""
    pieces: list[tuple[str, bool]] = []
    for match in _PIECES.finditer(nfkc(text).lower()):
        if match["space"]:
            continue
        if match["mark"]:
            if pieces and pieces[-1][0] != SENTINEL:
                pieces.append((SENTINEL, False))
            continue
        pieces.append((match[0], match["cjk"] is not None))
    if pieces and pieces[-1][0] == SENTINEL:
        pieces.pop()
    walked = []
    for index, (piece, is_cjk) in enumerate(pieces):
        after = pieces[index + 1] if index + 1 < len(pieces) else ("", False)
        walked.append((piece, after[0] if is_cjk and after[1] else ""))
    return walked
