"""The laws and notices we cite: by name, by article, in force on a day.

A basis is written short in figures and code ("条例 33.2") and resolves here to the
instrument and the article. Citing a replaced instrument is allowed, since papers do; it
is always flagged. What we know only by name can be recognised, and nothing rests on it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from gongkai.law.calendar import FIGURES, chinese_date


class Held(StrEnum):
    """How we know an instrument or an article."""

    TEXT = "text"
    SECOND_HAND = "second_hand"
    NAME = "name"


class UnknownBasis(ValueError):
    """A basis that names no instrument or article we hold."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article we cite: its place ("33.2"), its gist in our words, how we know it."""

    place: str
    gist: str
    held: Held

    @property
    def name(self) -> str:
        """第三十三条第二款"""
        return _place_in_words(self.place)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, regulation or notice; `until` is the last day in force, None while it stands."""

    short: str
    title: str
    number: str
    from_on: date
    until: date | None
    successor: str
    held: Held
    articles: dict[str, Article]
    from_known: bool = True
    title_known: bool = True

    def __hash__(self) -> int:
        return hash(self.short)

    @property
    def name(self) -> str:
        """《title》（number）, or the number alone where we do not know the exact title."""
        if not self.title_known:
            return self.number
        if self.number and not self.number.startswith("国务院令"):
            return f"{bracketed(self.title)}（{self.number}）"
        return bracketed(self.title)

    def in_force(self, on: date) -> bool:
        return self.from_on <= on and (self.until is None or on <= self.until)

    def successor_on(self, on: date) -> Instrument | None:
        """What had replaced it by `on`, through any number of successions; None if it still stood."""
        found, seen = self, {self.short}
        while (
            found.successor and found.until is not None and on > found.until and found.successor not in seen
        ):
            found = instruments()[found.successor]
            seen.add(found.short)
        return None if found is self else found

    def warning(self, on: date) -> str:
        """Why it should not be cited on `on`, as a sentence; empty when it may."""
        if on < self.from_on:
            begins = chinese_date(self.from_on) if self.from_known else f"{self.from_on.year}年"
            return f"{self.name}自{begins}起施行，{chinese_date(on)}尚未施行"
        heir = self.successor_on(on)
        if heir is not None:
            return f"{self.number or self.name}已于{chinese_date(heir.from_on)}被{heir.number or heir.name}取代，请核对引用是否需要更新"
        if self.until is not None and on > self.until:
            return f"{self.name}自{chinese_date(self.until)}之后已停止执行"
        return ""


class Citation(NamedTuple):
    """A basis as it is printed on a given day."""

    text: str
    instrument: Instrument
    article: Article | None
    in_force: bool
    successor: Instrument | None
    warning: str

    def __str__(self) -> str:
        return self.text


class Basis(NamedTuple):
    """What a rule rests on: an instrument, and an article of it unless the whole is meant."""

    instrument: Instrument
    article: Article | None

    @classmethod
    def parse(cls, text: str) -> Basis:
        """Read "条例 33.2", "条例 36(4)", "235号 四" or an instrument's name alone.

        A place given without its paragraph ("条例 33") stands for the whole article and is
        known when any part of it is. Raises UnknownBasis with a Chinese sentence.
        """
        short, _, place = unicodedata.normalize("NFKC", text).strip().partition(" ")
        place = place.strip().replace(" ", "")
        known = instruments()
        if short not in known:
            raise UnknownBasis(f"依据“{text}”：没有收录简称为“{short}”的文件")
        instrument = known[short]
        if not place:
            return cls(instrument, None)
        article = instrument.articles.get(place)
        if article is None:
            parts = [
                held for key, held in instrument.articles.items() if re.match(re.escape(place) + r"[.(]", key)
            ]
            if not parts:
                raise UnknownBasis(f"依据“{text}”：{instrument.name}没有收录“{place}”")
            worst = max((part.held for part in parts), key=list(Held).index)
            article = Article(place, "；".join(part.gist for part in parts), worst)
        return cls(instrument, article)

    @property
    def held(self) -> Held:
        return self.article.held if self.article else self.instrument.held

    def cite(self, on: date) -> Citation:
        instrument = self.instrument
        on = on.date() if isinstance(on, datetime) else on
        return Citation(
            text=instrument.name + (self.article.name if self.article else ""),
            instrument=instrument,
            article=self.article,
            in_force=instrument.in_force(on),
            successor=instrument.successor_on(on),
            warning=instrument.warning(on),
        )


def cite(basis: str | Basis, on: date) -> Citation:
    """`basis` in full as of `on`: 《…条例》第三十三条第二款, whether in force, successor, warning."""
    return (Basis.parse(basis) if isinstance(basis, str) else basis).cite(on)


def cite_or_keep(basis: str, on: date) -> str:
    """`basis` in full where we hold it, else as it was written: clerks type bases too."""
    try:
        return cite(basis, on).text
    except UnknownBasis:
        return basis


@lru_cache(maxsize=1)
def instruments() -> dict[str, Instrument]:
    """Every instrument we cite, by short name."""
    with (FIGURES / "instruments.toml").open("rb") as source:
        rows = tomllib.load(source)["instrument"]
    found: dict[str, Instrument] = {}
    for row in rows:
        held = Held(row["held"])
        articles = {}
        for place, said in row["articles"].items():
            gist, how = (said, held) if isinstance(said, str) else (said["gist"], Held(said["held"]))
            articles[place] = Article(place, gist, how)
        if row["short"] in found:
            raise ValueError(f"instruments.toml：简称“{row['short']}”重复")
        found[row["short"]] = Instrument(
            short=row["short"],
            title=row["title"],
            number=row["number"],
            from_on=row["from"] if "from" in row else date(row["issued"], 1, 1),
            until=row.get("until"),
            successor=row.get("successor", ""),
            held=held,
            articles=articles,
            from_known="from" in row,
            title_known=row.get("title_known", True),
        )
    return found


# Numbers of documents in free text


class Cited(NamedTuple):
    """A document number found in a text.

    `state` is "held", "replaced" (held, but replaced by the day asked about), "name"
    (known by name only) or "unknown". `sentence` says so in Chinese.
    """

    found: str
    start: int
    number: str
    instrument: Instrument | None
    state: str
    sentence: str


_NUMBER = re.compile(
    r"(?P<agency>[\u4e00-\u9fff]{1,16})\s*"
    r"(?:[〔\[(【［（〈<{]\s*(?P<year>(?:19|20)\d\d)\s*(?:年)?\s*[〕\])】］）〉>}]\s*(?:第)?\s*(?P<serial>\d{1,4})\s*号"
    r"|第\s*(?P<order>\d{1,4})\s*号)"
)

# Words that run into an agency's mark in a sentence: 根据国办公开办函〔2019〕60号.
_BEFORE_AGENCY = re.compile(
    r".*(?:根据|按照|依据|依照|遵照|参照|对照|落实|贯彻|执行|印发|转发|下发|有关|关于|见|按|依|和|与|及|或|的|由|将|以|在|对|了|文件|通知|号)"
)


def instruments_cited(text: str, on: date | None = None) -> list[Cited]:
    """The document numbers in `text`, whatever brackets and digits they are typed with.

    Replacement is judged as of `on`; without it, an instrument that has a successor counts
    as replaced. Positions are those of `text` as given.
    """
    plain = _narrowed(text)
    found = []
    for match in _NUMBER.finditer(plain):
        agency = match["agency"]
        if match["order"]:
            if not agency.endswith("令"):
                continue
            tail = f"第{match['order']}号"
        else:
            tail = f"〔{match['year']}〕{int(match['serial'])}号"
        instrument, mark = _known_by_number(agency, tail)
        if instrument is None:
            mark = _BEFORE_AGENCY.sub("", agency) or agency
        start = match.start() + len(agency) - len(mark)
        number = mark + tail
        found.append(_cited(text[start : match.end()], start, number, instrument, on))
    return found


def _known_by_number(agency: str, tail: str) -> tuple[Instrument | None, str]:
    """The held instrument whose mark ends `agency` and whose number is `tail`; the longest mark wins."""
    best: tuple[Instrument | None, str] = (None, "")
    for instrument in instruments().values():
        if not instrument.number.endswith(tail):
            continue
        for mark in _marks(instrument.number.removesuffix(tail)):
            if agency.endswith(mark) and len(mark) > len(best[1]):
                best = instrument, mark
    return best


def _marks(mark: str) -> list[str]:
    return [mark, "国令"] if mark == "国务院令" else [mark]


def _cited(found: str, start: int, number: str, instrument: Instrument | None, on: date | None) -> Cited:
    if instrument is None:
        return Cited(found, start, number, None, "unknown", f"{number}未收录，无法核对是否现行有效")
    warning = instrument.warning(on if on is not None else date.max) if instrument.until else ""
    if warning:
        return Cited(found, start, number, instrument, "replaced", warning)
    if instrument.held is Held.NAME:
        return Cited(found, start, number, instrument, "name", f"{instrument.name}仅收录名称，条文内容未核对")
    return Cited(found, start, number, instrument, "held", f"{instrument.name}已收录")


def _narrowed(text: str) -> str:
    """Full-width digits and letters as ordinary ones, character for character, so positions hold."""
    narrowed = []
    for char in text:
        plain = unicodedata.normalize("NFKC", char)
        narrowed.append(plain if len(plain) == 1 else char)
    return "".join(narrowed)


# Places in words

_DIGITS = "零一二三四五六七八九"


def chinese_number(n: int) -> str:
    """1–999 as the statutes write it: 十, 二十三, 一百零三, 一百一十."""
    if not 0 < n < 1000:
        raise ValueError(f"no article has the number {n}")
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    said = _DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        said += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        said += "零"
    return said + (_DIGITS[ones] if ones else "")


_ARTICLE = re.compile(r"(?P<article>\d+)(?:\.(?P<paragraph>\d+))?(?:\((?P<item>\d+)\))?")
_SECTION = re.compile(r"[一二三四五六七八九十]+(?:\([一二三四五六七八九十]+\))*")


def _place_in_words(place: str) -> str:
    match = _ARTICLE.fullmatch(place)
    if match:
        said = f"第{chinese_number(int(match['article']))}条"
        if match["paragraph"]:
            said += f"第{chinese_number(int(match['paragraph']))}款"
        if match["item"]:
            said += f"第（{chinese_number(int(match['item']))}）项"
        return said
    if _SECTION.fullmatch(place):
        head, *rest = re.findall(r"[一二三四五六七八九十]+", place)
        return f"第{head}部分" + "".join(f"（{part}）" for part in rest)
    return f"关于{place}的规定"


def bracketed(title: str) -> str:
    """A title in book-title marks, with those inside it made single: 《关于印发〈…〉的通知》."""
    return f"《{title.replace('《', '〈').replace('》', '〉')}》"
