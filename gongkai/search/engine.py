"""The index itself: what of a record it holds, and how it is asked. Tantivy, no Django.

A text stands in it twice, as single characters and as pairs (gongkai.text.tokens.streams), so that any
phrase is found exactly by positions; phrases that stand in a large share of the texts are terms of their own
(.phrases). The position in the publication log is a row of the index and commits with it: what a searcher
finds and how far it has read can't disagree. So is the list of those phrases, which stays while the index does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import tantivy
from tantivy import Occur, Query

from gongkai.sockets.searchables import Searchable
from gongkai.text.normalise import bare
from gongkai.text.tokens import SENTINEL, Phrase, pieces, query, streams

from .phrases import Common
from .rules import NEWEST, number_keys
from .sounds import heard, syllables

#: Another number whenever the schema or the tokeniser changes: an older index is then built anew.
VERSION = 3
#: By what results can be narrowed, and how many values of each are told.
FACETS = {"kind": 20, "column": 60, "year": 60, "validity": 12}

_POSITION, _COMMON = "\u241epublication-log", "\u241ecommon-phrases"
_TITLE_BOOST, _WIDENED, _EXACT = 4.0, 0.4, 1000.0
_HEAD = 40
#: What is no longer than this begins many titles: it is a term of its own, and not looked for among all beginnings.
_SHORT = 4
#: A new index is made of segments of so many records or more, up to twice as many. The library merges segments that are alike
#: in size whenever there are eight, and takes all below 10,000 and what is less than 1.7 times as large for alike: with
#: smaller ones every eighth commit of the day would merge most of the index.
_SEGMENT = 18_000
_FROM = date(2000, 1, 1).toordinal()


class Damaged(Exception):
    """The index can't be read."""


@contextmanager
def readable():
    """What goes wrong inside means that the index is damaged. A panic of the library is no Exception."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise Damaged(str(error).splitlines()[0] if str(error) else type(error).__name__) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Damaged("索引文件内容不符") from error


def _schema() -> tantivy.Schema:
    raw: dict[str, Any] = {"tokenizer_name": "raw", "index_option": "basic"}
    build = tantivy.SchemaBuilder()
    build.add_text_field("key", stored=True, **raw)
    for name in ("ones", "twos", "title_ones", "title_twos", "sound"):
        build.add_text_field(name, tokenizer_name="whitespace")
    build.add_text_field("common", tokenizer_name="whitespace", index_option="freq")
    for name in ("number", "suggest", "begin"):
        build.add_text_field(name, **raw)
    for name in FACETS:
        build.add_text_field(name, fast=True, **raw)
    build.add_integer_field("order", fast=True)
    build.add_float_field("weight", fast=True)
    build.add_unsigned_field("position", stored=True)
    build.add_text_field("stamp", stored=True, **raw)
    build.add_text_field("phrases", stored=True, **raw)
    return build.build()


SCHEMA = _schema()


@dataclass(frozen=True, slots=True)
class Position:
    """How far the index has read the log: the entry's number, and its moment, by which a log that was put back shows."""

    number: int = 0
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`count` over everything found; the `keys` of one page of it, and how many of each facet's values there are."""

    count: int
    keys: list[str]
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)


def year_of(day: date | None) -> str:
    return str(day.year) if day else ""


def whole_text(record: Searchable) -> str:
    """All that is searched of a record, its parts and paragraphs parted."""
    return SENTINEL.join((record.title, record.summary, record.body.replace("\n\n", SENTINEL), record.number, record.index_number))


# -- Writing -----------------------------------------------------------------------------------------------------------


def _document(record: Searchable, common: Common) -> tantivy.Document:
    doc = tantivy.Document()
    doc.add_text("key", record.key)
    title_ones, title_twos = streams(record.title)
    doc.add_text("title_ones", title_ones)
    doc.add_text("title_twos", title_twos)
    ones, twos = streams(whole_text(record))
    doc.add_text("ones", ones)
    doc.add_text("twos", twos)
    doc.add_text("common", " ".join(common.within(ones)))
    doc.add_text("sound", " ".join(sound for _, sound in heard(record.title)))
    for number in number_keys(record.number, record.index_number):
        doc.add_text("number", number)
    heads = _heads(record.title)
    for head in heads:
        doc.add_text("suggest", f"{head}\x1f{record.key}")
    for begun in {head[:length] for head in heads for length in range(1, _SHORT + 1)}:
        doc.add_text("begin", begun)
    values = {"kind": record.kind, "column": record.column, "year": year_of(record.published_on), "validity": record.validity}
    for name, value in values.items():
        if value:
            doc.add_text(name, value)
    days = record.published_on.toordinal() - _FROM if record.published_on else 0
    # Of two that fit alike, the newer; of two of one day, the one entered later.
    doc.add_float("weight", 1 + max(0, days) / 100_000)
    last = record.key.rpartition(":")[2]
    doc.add_integer("order", days * 10**10 + (int(last) % 10**10 if last.isdecimal() else 0))
    return doc


def _heads(title: str) -> set[str]:
    """What somebody may begin to type for a title: its words from any of its clauses, their pinyin, their initials."""
    heard_ = syllables(title)
    found = set()
    starts = [0, *(at + 1 for at, (piece, _) in enumerate(heard_) if piece == SENTINEL)][:4]
    for start in starts:
        rest = [pair for pair in heard_[start:] if pair[0] != SENTINEL]
        found.add("".join(piece for piece, _ in rest)[:_HEAD])
        found.add("".join(sound for _, sound in rest)[:_HEAD])
        found.add("".join(sound if piece.isascii() else sound[:1] for piece, sound in rest)[:_HEAD])
    return found - {""}


class Writing:
    """One commit in the making. Whatever is not committed never was.

    A new index is told the phrases it is to hold (`common`), and about how many records are to be `expected`.
    """

    def __init__(self, index: tantivy.Index, *, common: Sequence[str] = (), expected: int = 0, megabytes: int = 32) -> None:
        self._segment, self._added = -(-expected // max(1, expected // _SEGMENT)) or _SEGMENT, 0
        with readable():
            self._writer = index.writer(megabytes * 1_000_000, 1)
            searcher = index.searcher()
            self._common = _common(searcher) if searcher.num_docs else Common(common)
        if not searcher.num_docs:
            doc = tantivy.Document()
            doc.add_text("key", _COMMON)
            doc.add_text("phrases", " ".join(self._common.phrases))
            self._writer.add_document(doc)

    def put(self, record: Searchable) -> None:
        """In place of what stood under its key."""
        self.drop(record.key)
        self._writer.add_document(_document(record, self._common))

    def add(self, record: Searchable) -> None:
        """Into an index where its key does not stand yet."""
        self._added += 1
        if self._added % self._segment == 0:
            with readable():
                self._writer.commit()  # ends a segment; nobody reads an index that is being built
        self._writer.add_document(_document(record, self._common))

    def drop(self, key: str) -> None:
        self._writer.delete_documents_by_term("key", key)

    def commit(self, position: Position) -> None:
        self.drop(_POSITION)
        doc = tantivy.Document()
        doc.add_text("key", _POSITION)
        doc.add_unsigned("position", position.number)
        doc.add_text("stamp", position.stamp)
        self._writer.add_document(doc)
        with readable():
            self._writer.commit()

    def close(self) -> None:
        """Give the index free for the next writer, when merging is over."""
        self._writer.wait_merging_threads()


def _common(searcher: tantivy.Searcher) -> Common:
    return Common(str(_row(searcher, _COMMON, "索引没有记下常见词组").get_first("phrases") or "").split())


def _row(searcher: tantivy.Searcher, key: str, otherwise: str) -> tantivy.Document:
    """The index's own row of that name. Raises Damaged, saying `otherwise`."""
    hits = searcher.search(Query.term_query(SCHEMA, "key", key), 1).hits
    if not hits:
        raise Damaged(otherwise)
    return searcher.doc(hits[0][1])


def in_memory(records: Iterable[Searchable], position: Position | None = None, *, common: Sequence[str] = ()) -> tantivy.Index:
    """An index of these alone, nowhere on disk, as if it had read the log up to `position`."""
    index = tantivy.Index(SCHEMA)
    writing = Writing(index, common=common)
    for record in records:
        writing.add(record)
    writing.commit(position or Position())
    writing.close()
    index.reload()
    return index


# -- Asking ------------------------------------------------------------------------------------------------------------


class Reading:
    """One state of the index, however long it is used."""

    def __init__(self, index: tantivy.Index) -> None:
        with readable():
            self._searcher = index.searcher()
            doc = _row(self._searcher, _POSITION, "索引没有记下读到发布日志的哪一条")
            self._common = _common(self._searcher)
        self.position = Position(doc.get_first("position"), doc.get_first("stamp") or "")

    def __len__(self) -> int:
        """How many records it holds."""
        return self._searcher.num_docs - 2

    def keys(self) -> list[str]:
        with readable():
            found = self._searcher.search(_shown(()), max(1, len(self)), count=False, order_by_field="order").hits
            return [self._searcher.doc(address).get_first("key") for _, address in found]

    def ask(
        self, texts: Iterable[str], *, number: str = "", chosen: Mapping[str, str] | None = None, order: str = "",
        offset: int = 0, limit: int = 20, hidden: Iterable[str] = (),
    ) -> Answer:
        """What holds the first of the texts, or one of the others by which it was widened; all there is without any.

        `chosen` narrows by facets, `hidden` are keys that are neither shown nor counted.
        """
        asked = [found for text in texts if (found := query(text))]
        wanted = bool(asked or number)
        around: list[tuple[Occur, Query]] = []
        for name, value in (chosen or {}).items():
            around.append((Occur.Must, Query.const_score_query(Query.term_query(SCHEMA, name, value), 0.0)))
        hidden = list(hidden)
        if hidden:
            around.append((Occur.MustNot, Query.term_set_query(SCHEMA, "key", hidden)))
        whole = _within(self._wanted(asked, number, ranked=True) if wanted else _shown(()), around)
        # What stands in titles moves results up and finds none of its own: it is not asked again for counting.
        counted = _within(self._wanted(asked, number, ranked=False), around) if wanted else whole
        how: dict[str, str] = {"order_by_field": "order"} if order == NEWEST or not wanted else {"weight_by_field": "weight"}
        with readable():
            found = self._searcher.search(whole, limit, offset=offset, **how)
            keys = [self._searcher.doc(address).get_first("key") for _, address in found.hits]
            told = self._searcher.aggregate(counted, {name: {"terms": {"field": name, "size": size}} for name, size in FACETS.items()})
        facets = {name: [(bucket["key"], bucket["doc_count"]) for bucket in told[name]["buckets"]] for name in FACETS}
        return Answer(found.count or 0, keys, facets)

    def begin_with(self, text: str, *, limit: int, hidden: Iterable[str] = ()) -> list[str]:
        """Keys of records whose title, or a clause of it, or its pinyin or initials begin so; after a few characters, the newest."""
        head = bare(text)[:_HEAD]
        if not head:
            return []
        if len(head) <= _SHORT:
            begun = Query.boolean_query([(Occur.Must, Query.term_query(SCHEMA, "begin", head)), (Occur.MustNot, Query.term_set_query(SCHEMA, "key", list(hidden)))])
            with readable():
                found = self._searcher.search(begun, limit, count=False, order_by_field="order").hits
                return [self._searcher.doc(address).get_first("key") for _, address in found]
        with readable():
            terms = self._searcher.terms_with_prefix("suggest", head, _shown(hidden), limit * 4)
        return list(dict.fromkeys(term.partition("\x1f")[2] for term, _ in terms))[:limit]

    def sounding(self, sounds: list[str], *, limit: int, hidden: Iterable[str] = ()) -> list[str]:
        """Keys of records whose title holds these sounds in a row."""
        if len(sounds) < 2:
            return []
        with readable():
            heard_ = Query.phrase_query(SCHEMA, "sound", list(enumerate(sounds)))
            found = self._searcher.search(Query.boolean_query([(Occur.Must, heard_), (Occur.Must, _shown(hidden))]), limit, count=False)
            return [self._searcher.doc(address).get_first("key") for _, address in found.hits]

    # The query of an answer.

    def _wanted(self, asked: list[list[Phrase]], number: str, *, ranked: bool) -> Query:
        """What holds the first of these, or another, or bears the number."""
        found = [self._all_of(phrases, ranked=ranked) for phrases in asked[:1]]
        found += [Query.boost_query(self._all_of(phrases, ranked=ranked), _WIDENED) for phrases in asked[1:]]
        if number:
            found.append(Query.const_score_query(Query.term_query(SCHEMA, "number", number), _EXACT))
        return found[0] if len(found) == 1 else Query.boolean_query([(Occur.Should, one) for one in found])

    def _all_of(self, phrases: list[Phrase], *, ranked: bool) -> Query:
        """Each phrase somewhere in the text; `ranked`, the better for being in the title."""
        parts = [(Occur.Must, self._phrase(phrase, "")) for phrase in phrases]
        if ranked:
            parts += [(Occur.Should, Query.boost_query(self._phrase(phrase, "title_"), _TITLE_BOOST)) for phrase in phrases]
        return parts[0][1] if len(parts) == 1 else Query.boolean_query(parts)

    def _phrase(self, phrase: Phrase, prefix: str) -> Query:
        if not prefix and not phrase.open_ended and (words := "".join(phrase.pieces)) in self._common:
            return Query.term_query(SCHEMA, "common", words)
        field_name, terms = (f"{prefix}ones", phrase.pieces) if phrase.open_ended else (f"{prefix}twos", phrase.terms)
        placed = list(enumerate(terms)) if phrase.open_ended else self._covering(phrase, field_name)
        if len(placed) == 1:
            return Query.term_query(SCHEMA, field_name, placed[0][1])
        return Query.phrase_query(SCHEMA, field_name, placed)

    def _covering(self, phrase: Phrase, field_name: str) -> list[tuple[int, str]]:
        """Few terms, with their places, that hold every piece, the rarest among them: only what holds that one is looked through.

        信息公开年度报告 is 开年 and, around it, 信息, 公开, 度报 and 报告.
        """
        terms = phrase.terms
        spans = [len(pieces(term)) for term in terms]
        rarest = min(range(len(terms)), key=lambda place: self._searcher.doc_freq(field_name, terms[place]))
        places, at, end = {rarest}, 0, len(phrase.pieces)
        while at < rarest:
            places.add(at)
            at += spans[at]
        at = rarest + spans[rarest]
        while at < end:
            place = min(at, len(terms) - 1)
            places.add(place)
            at = place + spans[place]
        first = min(places)
        return [(place - first, terms[place]) for place in sorted(places)]


def _shown(hidden: Iterable[str]) -> Query:
    """Everything but the index's own rows and what is hidden."""
    kept = Query.boolean_query([(Occur.MustNot, Query.term_set_query(SCHEMA, "key", [_POSITION, _COMMON, *hidden])), (Occur.Must, Query.all_query())])
    return Query.const_score_query(kept, 0.0)


def _within(wanted: Query, around: list[tuple[Occur, Query]]) -> Query:
    return Query.boolean_query([(Occur.Must, wanted), *around]) if around else wanted
