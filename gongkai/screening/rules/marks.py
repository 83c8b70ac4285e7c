"""Marks of classification: a level with a star or a period, or alone at the head. The words themselves are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_LEVEL = "绝密|机密|秘密"
# "机密★10年", "秘密★", "绝密·长期", "机密 1年" anywhere; the level alone only where a document begins.
_MARK = re.compile(rf"(?:{_LEVEL})\s*(?:[★☆]|(?:[·・]\s*)?(?:\d+|[一二三四五六七八九十]+)\s*(?:年|个月)|[·・]\s*长期)")
_HEAD = re.compile(rf"^\s*[【\[（(]?(?:{_LEVEL})[】\])）]?\s*(?:$|[\n:：])")


def bears_mark(text: str) -> bool:
    """Whether a text carries a mark of classification (not merely the words)."""
    return next(find_marks(text), None) is not None


def paper_bears_mark(pages: Sequence[str]) -> bool:
    """Whether a paper bears a mark: at the beginning of one of its first lines, where marks stand, or with its star anywhere. “商业秘密2019年” in a text is none."""
    first = [line.strip() for page in pages[:1] for line in page.splitlines()[:5]]
    at_the_head = any(start == 0 for line in first for start, _ in find_marks(line))
    return at_the_head or any(set(text[start:end]) & {"★", "☆"} for text in pages for start, end in find_marks(text, head=False))


def find_marks(text: str, *, head: bool = True) -> Iterator[tuple[int, int]]:
    """Where the marks stand. `head`: the text is the head of a document, so a level alone on its first line is one."""
    if head and (found := _HEAD.search(text)):
        yield found.span()
    for found in _MARK.finditer(text):
        yield found.span()
