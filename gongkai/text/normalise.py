"""One spelling for comparing: width, spaces, punctuation. What people typed is kept elsewhere."""

from __future__ import annotations

import re
import unicodedata

# NFKC already folds full-width Latin, digits and most punctuation (，：；！？（）). The marks below are
# the ones it leaves alone and that the same text is written with on different machines.
_FOLDED = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "〝": '"', "〞": '"', "«": '"', "»": '"', "「": '"', "」": '"', "『": '"', "』": '"',
        "‘": "'", "’": "'", "‛": "'", "`": "'", "´": "'",
        "。": ".", "、": ",", "・": "·", "•": "·", "‧": "·",
        "〔": "(", "〕": ")", "【": "(", "】": ")", "［": "(", "］": ")", "[": "(", "]": ")", "﹝": "(", "﹞": ")",
        "—": "-", "–": "-", "―": "-", "‐": "-", "‑": "-", "‒": "-", "−": "-", "─": "-", "━": "-",
        "～": "~", "〜": "~",
        "⁄": "/", "∕": "/",
    }
)  # fmt: skip
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb]")
_SPACE = re.compile(r"\s+")
_NOT_A_WORD = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"\([^()]*\)")


def nfkc(text: str) -> str:
    """Compatibility-composed text without invisible marks (zero-width spaces, direction marks)."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))


def one_line(text: str) -> str:
    """The text with every run of white space, ideographic spaces included, as one plain space."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def fold(text: str) -> str:
    """For comparing two texts: NFKC, lower case, one kind of each punctuation mark, no spaces."""
    return _SPACE.sub("", nfkc(text).translate(_FOLDED).lower())


def bare(text: str) -> str:
    """For comparing names and headings: :func:`fold` without any punctuation at all."""
    return _NOT_A_WORD.sub("", nfkc(text).lower())


def without_brackets(text: str) -> str:
    """The text without its bracketed remarks: ``发布日期（年月日）`` becomes ``发布日期``."""
    text = nfkc(text).translate(_FOLDED)
    while (shorter := _BRACKETED.sub("", text)) != text:
        text = shorter
    return text.strip()
