"""What a visitor may ask for, how a query widens, and how a document's number is recognised. Plain Python."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from gongkai.law import Objection
from gongkai.law.figures import figure
from gongkai.text.normalise import bare, nfkc
from gongkai.text.tokens import query

#: What kinds of record there are, as the page names them.
KINDS = {
    "document": "政策文件", "interpretation": "政策解读", "consultation": "征求意见", "article": "文章",
    "guide": "办事指南", "benefit": "惠企政策", "event": "活动",
}
RELEVANCE, NEWEST = "", "newest"
#: How the results are ordered, each with the sentence that explains it on the page.
ORDERS = {
    RELEVANCE: ("按相关程度", "标题中出现检索词的排在前面，其次看正文中出现得多不多、集中不集中；相差不多的，新发布的在前。文号、索引号完全一致的排在最前。"),
    NEWEST: ("按发布日期", "新发布的排在前面，与相关程度无关；没有发布日期的排在最后。"),
}
#: A query widens into at most so many others.
MOST_VARIANTS = 8

_NUMBER_END = re.compile(r"[〔\[\(（【［]\s*\d{4}\s*[〕\]\)）】］]\s*第?\s*\d+\s*号")


@dataclass(frozen=True, slots=True)
class Variant:
    """A query that is asked as well: `text`, because `said` also goes by the name `also`."""

    said: str
    also: str
    text: str


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a search on a day, in characters, words, results and pages."""

    characters: int
    words: int
    results: int
    pages: int


def limits(on: date, adjustments: Iterable = ()) -> Limits:
    adjusted = list(adjustments)
    names = ("query_characters", "query_words", "page_results", "last_page")
    return Limits(*(figure("search", name, on, adjusted).value for name in names))


def objections_to_asking(text: str, page: int, order: str, bounds: Limits) -> list[Objection]:
    """Why a search is not carried out; each says what to do instead."""
    found = []
    if len(text) > bounds.characters:
        found.append(Objection("too_long", f"检索词有{len(text)}个字，最多{bounds.characters}个字。请只保留最能说明问题的几个词"))
    elif len(words := query(text)) > bounds.words:
        found.append(Objection("too_many", f"检索词有{len(words)}段，最多{bounds.words}段。请去掉一些空格或标点，或减少检索词"))
    elif text.strip() and not words:
        found.append(Objection("no_words", "检索词中没有文字，只有标点或符号。请输入汉字、字母或数字"))
    if page < 1 or page > bounds.pages:
        found.append(Objection("no_page", f"页码应在1到{bounds.pages}之间。要找的不在前{bounds.pages}页时，请增加检索词，或用下面的分类缩小范围"))
    if order not in ORDERS:
        found.append(Objection("no_order", "没有这种排列方式，请选“按相关程度”或“按发布日期”"))
    return found


@cache
def _synonyms() -> list[dict]:
    with (Path(__file__).parent / "figures" / "synonyms.toml").open("rb") as source:
        return tomllib.load(source)["synonym"]


def variants(text: str, on: date) -> list[Variant]:
    """The queries that a query is widened by on a day, in the list's order: at most MOST_VARIANTS.

    Where two entries speak of the same place, the longer words count: 对企业补贴 is not also 企业补贴.
    """
    asked = nfkc(text).lower()
    said = {word: row["also"] for row in _synonyms() if row["from"] <= on for word in row["said"]}
    found: list[Variant] = []
    taken: list[str] = []
    for word in sorted((word for word in said if word in asked), key=len, reverse=True):
        if any(word in longer for longer in taken):
            continue
        taken.append(word)
        found += [Variant(word, also, asked.replace(word, also)) for also in said[word] if also not in asked]
    return found[:MOST_VARIANTS]


def number_keys(*numbers: str) -> set[str]:
    """By what a 文号 or 索引号 is looked up: without brackets, blanks and width; a 文号 also by its 〔年〕号 alone."""
    keys = set()
    for number in numbers:
        keys.add(_number_key(number))
        keys.update(_number_key(end) for end in _NUMBER_END.findall(number))
    return keys - {""}


def asked_number(text: str) -> str:
    """The key a query would be looked up by if it is a number, else blank: it must hold a digit."""
    key = _number_key(text)
    return key if re.search(r"\d", key) else ""


def _number_key(number: str) -> str:
    return bare(number).replace("第", "")
