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


def words_of(wanted: str) -> list[str]:
    """What to look for: titles in 《》 first, then the parts of the sentence, then pieces of long parts."""
    text = nfkc(wanted)
    titles = _TITLE.findall(text)
    parts = [part for part in _ASKING.split(_TITLE.sub(" ", text)) if len(part) >= 3]
    pieces = [part[at : at + _PIECE] for part in parts if len(part) > _WHOLE and not part.isascii() for at in range(0, len(part) - _PIECE + 1, 2)]
    return list(dict.fromkeys([*titles, *parts, *pieces]))[:_MOST]


def likely(records: list[Searchable], words: list[str], most: int) -> list[Searchable]:
    """Those that hold enough of the words: one in the title, or two anywhere. The more, the earlier."""
    scored = []
    for record in records:
        title, body = nfkc(record.title).lower(), nfkc(f"{record.summary} {record.body}").lower()
        in_title = sum(len(word) for word in words if word.lower() in title)
        in_body = [word for word in words if word.lower() in body]
        if in_title or len(in_body) > 1:
            scored.append((in_title * 3 + sum(map(len, in_body)), record))
    return [record for _, record in sorted(scored, key=lambda pair: -pair[0])][:most]


def already_public(office_id: int, wanted: str, most: int) -> list[Searchable]:
    """Records public now that may be what is wanted; none while the index can't be asked."""
    words, number = words_of(wanted), _number(wanted)
    if not words and not number:
        return []
    try:
        reading = shelf.reading(office_id)
        hidden = queries.unread(office_id, reading.position)
        answer = reading.ask(words, number=number, limit=most * 6, hidden=hidden)
    except Damaged:
        return []
    records = {record.key: record for record in queries.found(office_id, answer.keys)}
    found = [records[key] for key in answer.keys if key in records]
    exact = [record for record in found if number and number in rules.number_keys(record.number, record.index_number)]
    return list({record.key: record for record in [*exact, *likely(found, words, most)]}.values())[:most]


def _number(wanted: str) -> str:
    found = rules._NUMBER_END.search(nfkc(wanted))
    return rules.asked_number(found[0]) if found else ""


register_seeker(already_public)
