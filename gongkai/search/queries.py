"""What a visitor gets for his words: results that are public now, and help where there are none."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.safestring import SafeString

from gongkai.publishing.models import Publication
from gongkai.sockets.searchables import Searchable, search_sources
from gongkai.text.dates import render
from gongkai.text.normalise import bare
from gongkai.text.tokens import SENTINEL, query

from . import rules, shelf
from .engine import Damaged, Position, Reading
from .marking import mark, pattern, shown, snippet
from .rules import Variant
from .sounds import heard, spelt

#: So many suggestions while typing, and so many words that 您是不是要找 offers.
SUGGESTIONS, NEARBY = 8, 3
#: How often a page is asked for again when a result on it turns out not to be public any more.
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Result:
    """One record as the page shows it; its words are the record's own of today, not the index's."""

    record: Searchable
    title: SafeString
    snippet: SafeString
    exact: bool = False  # its 文号 or 索引号 is what was asked for

    @property
    def kind(self) -> str:
        return rules.KINDS.get(self.record.kind, self.record.kind)

    @property
    def day(self) -> str:
        return render(self.record.published_on) if self.record.published_on else ""


@dataclass(frozen=True, slots=True)
class Found:
    count: int
    results: list[Result]
    facets: dict[str, list[tuple[str, int]]]
    also: list[Variant] = field(default_factory=list)
    nearby: list[str] = field(default_factory=list)


# -- The log and the records behind the index ---------------------------------------------------------------------------


def stamp(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def position_of(office_id: int, number: int) -> Position:
    """The log's entry of that number as the index remembers it; the very beginning if there is none."""
    at = Publication.objects.of(office_id).filter(number=number).values_list("at", flat=True).first()
    return Position(number, stamp(at)) if at else Position()


def searched(keys: Iterable[str]) -> set[str]:
    """Those of the keys that search holds records of; others (columns, the home page) are no concern of it."""
    sources = search_sources()
    return {key for key in keys if key.partition(":")[0] in sources}


def found(office_id: int, keys: Iterable[str]) -> Iterable[Searchable]:
    """The records of these keys that are public now, in a constant number of queries for each kind."""
    by_source = defaultdict(set)
    for key in searched(keys):
        by_source[key.partition(":")[0]].add(key)
    for name, own in sorted(by_source.items()):
        yield from search_sources()[name].find(office_id, own)


def unread(office_id: int, at: Position) -> set[str]:
    """Keys that the log tells of and the index has not read: it knows them only as they were. One query.

    Raises Damaged when the index has read what the log does not hold: one of the two was put back.
    """
    rows = list(Publication.objects.of(office_id).filter(number__gte=at.number).order_by("number").values_list("number", "at", "keys"))
    if at.number:
        if not rows or Position(rows[0][0], stamp(rows[0][1])) != at:
            raise Damaged("发布日志与索引读过的不一致")
        rows = rows[1:]
    return searched(key for _, _, keys in rows for key in keys)


# -- Asking ------------------------------------------------------------------------------------------------------------


def ask(
    office_id: int, text: str, *, on: date, chosen: Mapping[str, str] | None = None, order: str = rules.RELEVANCE,
    page: int = 1, results: int = 20, widen: bool = True, reading: Reading | None = None,
) -> Found:
    """What is public and holds the words, the count over all of it, and one page of `results`.

    The index says what holds the words. What it has not read in the log yet is left out before counting, and
    each result is looked up among what is public now; one that is not there is left out and counted off.
    Raises Damaged when there is no index to ask.
    """
    reading = reading or shelf.reading(office_id)
    also = rules.variants(text, on) if widen else []
    hidden = unread(office_id, reading.position)
    number = rules.asked_number(text)
    for _ in range(_ROUNDS):
        answer = reading.ask(
            [text, *(variant.text for variant in also)], number=number, chosen=chosen, order=order,
            offset=(page - 1) * results, limit=results, hidden=hidden,
        )
        records = {record.key: record for record in found(office_id, answer.keys)}
        gone = set(answer.keys) - set(records)
        if not gone:
            break
        hidden |= gone
    look = pattern([phrase for words in (text, *(variant.text for variant in also)) for phrase in query(words)])
    listed = [_result(records[key], look, number) for key in answer.keys if key in records]
    nearby = _nearby(office_id, reading, text, hidden) if not answer.count else []
    return Found(answer.count, listed, answer.facets, also, nearby)


def _result(record: Searchable, look, number: str) -> Result:
    exact = bool(number) and number in rules.number_keys(record.number, record.index_number)
    return Result(record, shown(mark(record.title, look)), shown(snippet((record.summary, record.body), look)), exact)


def _nearby(office_id: int, reading: Reading, text: str, hidden: set[str]) -> list[str]:
    """Words of today's titles that sound like what was typed, the most frequent first."""
    sounds = spelt(text) or [sound for piece, sound in heard(text) if piece != SENTINEL]
    counted: Counter[str] = Counter()
    for record in found(office_id, reading.sounding(sounds, limit=50, hidden=hidden)):
        title = heard(record.title)
        for at in range(len(title) - len(sounds) + 1):
            if [sound for _, sound in title[at : at + len(sounds)]] == sounds:
                counted["".join(piece for piece, _ in title[at : at + len(sounds)])] += 1
    return [word for word, _ in counted.most_common(NEARBY + 1) if word != bare(text)][:NEARBY]


def suggest(office_id: int, text: str, *, reading: Reading | None = None) -> list[str]:
    """Titles that begin as typed, in characters, pinyin or initials. Raises Damaged."""
    reading = reading or shelf.reading(office_id)
    keys = reading.begin_with(text, limit=SUGGESTIONS, hidden=unread(office_id, reading.position))
    records = {record.key: record for record in found(office_id, keys)}
    return list(dict.fromkeys(records[key].title for key in keys if key in records))


@dataclass(frozen=True, slots=True)
class Status:
    """How the index stands: `trouble` is empty if it can be asked."""

    records: int
    read: int
    newest: int
    trouble: str = ""

    @property
    def behind(self) -> int:
        return self.newest - self.read


def status(office_id: int, newest: int) -> Status:
    try:
        reading = shelf.reading(office_id)
        unread(office_id, reading.position)
        if shelf.reported(shelf.standing(office_id)):
            raise Damaged("检索时读出错误")
    except Damaged as problem:
        return Status(0, 0, newest, str(problem))
    return Status(len(reading), reading.position.number, newest)


