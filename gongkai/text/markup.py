"""Reading texts out of HTML."""

from __future__ import annotations

import re
from html import unescape

_UNSEEN = re.compile(r"<!--.*?-->|<(script|style|template)\b.*?</\1\s*>", re.S | re.I)
_BLOCK = re.compile(r"</?(?:p|h[1-6]|ul|ol|li|blockquote|pre|div|section|table|caption|tr|td|th|figure|figcaption|hr|dl|dt|dd)\b[^>]*>", re.I)
_BREAK = re.compile(r"<br\b[^>]*>", re.I)
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")


def paragraphs(html: str) -> str:
    """The text of cleaned rich text, without tags: paragraphs, headings and cells parted by an empty line.

    It is for searching and counting words. What comes out is text, and is escaped like any other.
    """
    text = _UNSEEN.sub("", html)
    text = _TAG.sub("", _BREAK.sub("\n", _BLOCK.sub("\n\n", re.sub(r"\s+", " ", text))))
    return "\n\n".join(part for block in unescape(text).split("\n\n") if (part := block.strip()))
