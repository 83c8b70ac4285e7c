"""What is public already, for somebody who is about to ask for it and says so in a sentence, not in search words."""

from __future__ import annotations

import re

from gongkai.sockets import Searchable, register_seeker
from gongkai.text.normalise import nfkc

from . import queries, rules, shelf
from .engine import Damaged

#: What parts a sentence into what it is about: punctuation, and words that only ask.
_ASKING = re.compile(
    r"[^\w]+|以及|关于|我想|想要|希望|要求|请求|获取|获得|提供|申请|公开|贵局|贵单位|你局|本人|我们|有关|相关|具体|全部|所有|情况|信息|材料|内容|复印件|电子版|纸质|"
    r"20\d\d年度?|年度|[的了和及与或在对被请将把是]"
)
_TITLE = re.compile(r"《([^《》]{2,80})》")
#: A part longer than this is looked for piece by piece too: nobody describes a document in its own words.
_WHOLE, _PIECE, _MOST = 6, 4, 24
#: The shortest run that counts as found, and how much of a description must stand in a title, or anywhere, for it to be offered.
_RUN, _IN_TITLE, _IN_BODY = 3, 0.35, 0.6


def parts_of(wanted: str) -> list[str]:
    """What a description is about: titles in 《》 first, then the parts of the sentence."""
    text = nfkc(wanted).lower()
    return list(dict.fromkeys([*_TITLE.findall(text), *(part for part in _ASKING.split(_TITLE.sub(" ", text)) if len(part) >= _RUN)]))


def words_of(parts: list[str]) -> list[str]:
    """What to look for: the parts, then pieces of long ones, which nobody words as the document does."""
    pieces = [part[at : at + _PIECE] for part in parts if len(part) > _WHOLE and not part.isascii() for at in range(0, len(part) - _PIECE + 1, 2)]
    return list(dict.fromkeys([*parts, *pieces]))[:_MOST]


def covered(text: str, parts: list[str]) -> float:
    """How much of the parts stands in the text: the share of their characters that lie in a run of three or more found there."""
    found = total = 0
    for part in parts:
        marked: set[int] = set()
        for at in range(len(part) - _RUN + 1):
            if part[at : at + _RUN] in text:
                marked.update(range(at, at + _RUN))
        found, total = found + len(marked), total + len(part)
    return found / total if total else 0.0


def likely(records: list[Searchable], parts: list[str], most: int) -> list[Searchable]:
    """Those that hold enough of what is described, the title before the body; what only brushes it is no answer."""
    scored = []
    for record in records:
        title = covered(nfkc(record.title).lower(), parts)
        whole = covered(nfkc(f"{record.title} {record.summary} {record.body}").lower(), parts)
        if title >= _IN_TITLE or whole >= _IN_BODY:
            scored.append((title * 2 + whole, record))
    return [record for _, record in sorted(scored, key=lambda pair: -pair[0])][:most]


def already_public(office_id: int, wanted: str, most: int) -> list[Searchable]:
    """Records public now that may be what is wanted; none while the index can't be asked."""
    parts, number = parts_of(wanted), _number(wanted)
    if not parts and not number:
        return []
    try:
        reading = shelf.reading(office_id)
        hidden = queries.unread(office_id, reading.position)
        answer = reading.ask(words_of(parts), number=number, limit=most * 6, hidden=hidden)
    except Damaged:
        return []
    records = {record.key: record for record in queries.found(office_id, answer.keys)}
    found = [records[key] for key in answer.keys if key in records]
    exact = [record for record in found if number and number in rules.number_keys(record.number, record.index_number)]
    return list({record.key: record for record in [*exact, *likely(found, parts, most)]}.values())[:most]


def _number(wanted: str) -> str:
    found = rules._NUMBER_END.search(nfkc(wanted))
    return rules.asked_number(found[0]) if found else ""


register_seeker(already_public)
