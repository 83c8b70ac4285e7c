"""Tokens in 落实情况: a text that says where its numbers come from.

    {{foi.received}}                            11
    {{events.enterprises|余}}                    1200余
    {{foi.received|均 answered_lawfully}}        均依据规定给予答复, or the exceptions by name
    {{foi.received|均 answered_lawfully：均按时答复}}   the same with words of one's own
    {{截至}}                                     11月30日
    {{年度}}                                     2022

Pure text work: what a key is worth is handed in.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gongkai.sockets import Indicator

TOKEN = re.compile(r"\{\{\s*([^{}|]{1,120}?)\s*(?:\|\s*([^{}]{1,200}?)\s*)?\}\}")
AS_OF, YEAR = "截至", "年度"


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of text that stands as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Token:
    """A place where a number, a claim or a date goes. `start` and `end` are its offsets in the text."""

    key: str
    form: str  # "" number, "余" rounded down, "均" claim, "截至" and "年度" dates
    claim: str
    phrase: str
    source: str
    start: int
    end: int


def parse(text: str) -> list[Words | Token]:
    """The text as words and tokens, in order. Braces that make no token stay words."""
    parts: list[Words | Token] = []
    at = 0
    for match in TOKEN.finditer(text):
        if match.start() > at:
            parts.append(Words(text[at : match.start()]))
        parts.append(_token(match))
        at = match.end()
    if at < len(text):
        parts.append(Words(text[at:]))
    return parts


def _token(match: re.Match) -> Token:
    key, option = match[1], match[2] or ""
    form, claim, phrase = "", "", ""
    if key in (AS_OF, YEAR):
        form = key
    elif option == "余":
        form = "余"
    elif option.startswith("均"):
        form = "均"
        claim, _, phrase = option[1:].replace(":", "：").partition("：")
        claim = claim.strip()
    elif option:
        form = option
    return Token(key, form, claim, phrase.strip(), match[0], match.start(), match.end())


def named(text: str, indicators: Mapping[str, Indicator]) -> str:
    """The text with each token by its Chinese name, for reading what was written rather than what it is worth: 收到〔本年新收申请〕件."""

    def name(token: Token) -> str:
        if token.form in (AS_OF, YEAR):
            return token.form
        indicator = indicators.get(token.key)
        if indicator is None:
            return token.source.strip("{} ")
        if token.form == "均":
            return token.phrase or next((f"均{c.phrase}" for c in indicator.claims if c.key == token.claim), token.claim)
        return indicator.label + ("（余）" if token.form == "余" else "")

    return "".join(part.text if isinstance(part, Words) else f"〔{name(part)}〕" for part in parse(text))


def tokens(text: str) -> list[Token]:
    return [part for part in parse(text) if isinstance(part, Token)]


def keys(texts: Iterable[str]) -> set[str]:
    """The indicator keys those texts need."""
    return {token.key for text in texts for token in tokens(text) if token.form not in (AS_OF, YEAR)}


def faults(text: str, known: Callable[[str], set[str] | None]) -> list[str]:
    """What is wrong with the tokens of a text, as sentences. `known(key)` gives an indicator's claims, None for no such key."""
    found = []
    for token in tokens(text):
        if token.form in (AS_OF, YEAR):
            continue
        claims = known(token.key)
        if claims is None:
            found.append(f"没有“{token.key}”这个指标，请从指标表中选取")
        elif token.form == "均" and token.claim not in claims:
            found.append(f"指标“{token.key}”没有“{token.claim}”这项断言")
        elif token.form not in ("", "余", "均"):
            found.append(f"“{token.source}”中的“{token.form}”无法识别，可用“余”或“均 …”")
    if text.count("{{") != len(TOKEN.findall(text)) or text.count("}}") != len(TOKEN.findall(text)):
        found.append("有不成对的“{{”或“}}”，请检查数据标记是否完整")
    return found


def plain(number: Decimal | int) -> str:
    """A number as prose writes it: no trailing zeros, no separators."""
    number = Decimal(number)
    return format(number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize(), "f")


def rounded(number: Decimal | int) -> str:
    """A number with 余: rounded down to its two leading digits. Said only when something is left over.

    1234 is 1200余, 1200 is 1200, 9 is 9: 余 is a way of writing, never a way of counting.
    """
    whole = int(number)
    if whole < 100:
        return plain(number)
    step = 10 ** (len(str(whole)) - 2)
    floor = whole // step * step
    return f"{floor}余" if Decimal(number) > floor else str(floor)


def month_day(on: date) -> str:
    return f"{on.month}月{on.day}日"


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What a claim needs to be worded: its counts, its phrases, and the exceptions in a few words each."""

    held: int
    pending: int
    failed: int
    phrase: str
    pending_phrase: str
    failed_phrase: str
    unit: str
    exceptions: tuple[str, ...] = ()


def claim_sentence(facts: ClaimFacts, phrase: str = "", most: int = 5) -> str:
    """“均…” when it is true of every record, otherwise who is the exception.

    With `phrase` the office's own words stand for the true case. At most `most` exceptions are named,
    the rest counted.
    """
    said = (phrase or f"均{facts.phrase}").strip()
    total = facts.held + facts.pending + facts.failed
    if total == 0:
        return f"无应{facts.phrase}的事项"
    if not facts.pending and not facts.failed:
        return said
    parts = []
    if facts.held:
        parts.append(f"{facts.held}{facts.unit}{facts.phrase}")
    if facts.pending:
        parts.append(f"{facts.pending}{facts.unit}{facts.pending_phrase}")
    if facts.failed:
        named = "；".join(facts.exceptions[:most])
        more = f"等{facts.failed}{facts.unit}" if facts.failed > most else ""
        parts.append(f"{facts.failed}{facts.unit}{facts.failed_phrase}" + (f"（{named}{more}）" if named else ""))
    return "其中" + "，".join(parts)
