"""Typed figures against known ones: which indicator a figure in a text is about, and whether they agree.

A proposal is never applied by itself: a person decides. Matching looks at the unit, at the words of the
figure's own clause, at those of its sentence, and only then at the value, so that a wrong figure finds
its indicator too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from gongkai.sockets import Indicator
from gongkai.text.figures import AllClaim, Figure, find_all_claims, find_as_of, find_figures

from . import tokens


class Verdict(StrEnum):
    AGREES = "一致"
    DIFFERS = "不一致"
    UNBACKED = "无佐证"


# Units that count the same thing in different words; 家 and 家次, 人 and 人次 are *not* the same.
_SAME = [{"份", "件", "条"}, {"场", "次", "场次"}, {"篇", "篇次", "条次"}, {"个", "项"}, {"家", "户"}]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An indicator a figure may be about. `score` orders candidates; it is not shown."""

    key: str
    label: str
    number: Decimal | int
    unit: str
    agrees: bool
    score: int
    token: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A stretch of the text, what it says, and which token could stand there."""

    start: int
    end: int
    text: str
    verdict: Verdict
    candidates: tuple[Candidate, ...]
    note: str = ""


def named_in(text: str, words: Iterable[str], *, pieces: bool = False) -> int:
    """How plainly a text names an indicator: the length of its longest word there, 0 when there is none.

    With `pieces` a word may be split by what it is about: 收到14份企业或公众意见 says 收到意见.
    """
    whole = [len(word) for word in words if word in text]
    return max(whole or [len(word) - 1 for word in words if pieces and _in_two_pieces(word, text)], default=0)


def _in_two_pieces(word: str, text: str) -> bool:
    """Whether the word stands in the text as two pieces in order, each of two characters or more."""
    return any((at := text.find(word[:cut])) >= 0 and word[cut:] in text[at + cut :] for cut in range(2, len(word) - 1))


def same_unit(a: str, b: str) -> bool:
    return a == b or any(a in group and b in group for group in _SAME)


def propose(text: str, indicators: Iterable[Indicator], numbers: Mapping[str, Decimal | int], claims_hold: Mapping[tuple[str, str], bool]) -> list[Proposal]:
    """Proposals for a text without tokens where it has figures, 均 claims and 截至 dates.

    `numbers` are the indicators' values and `claims_hold` whether each claim is true of all, both as
    of the plan's day. Stretches already inside a token are left alone.
    """
    indicators = list(indicators)
    taken = [(token.start, token.end) for token in tokens.tokens(text)]
    out = []
    for figure in find_figures(text):
        if figure.kind == "span" or _inside(figure.start, taken):
            continue
        out.append(_of_figure(figure, indicators, numbers))
    for claim in find_all_claims(text):
        if not _inside(claim.start, taken):
            proposal = _of_claim(claim, text, indicators, claims_hold)
            if proposal:
                out.append(proposal)
    for said in find_as_of(text):
        if not _inside(said.start, taken):
            day = text[said.start : said.end]
            prefix = day[: 2 + (day[2:3] == "到")]
            out.append(Proposal(said.start + len(prefix), said.end, day[len(prefix):], Verdict.AGREES, (
                Candidate(tokens.AS_OF, "截至日期", 0, "", True, 0, "{{截至}}"),
            )))
    return sorted(out, key=lambda p: p.start)


def _of_figure(figure: Figure, indicators: list[Indicator], numbers: Mapping[str, Decimal | int]) -> Proposal:
    found = []
    for indicator in indicators:
        if indicator.key not in numbers or not same_unit(figure.unit, indicator.unit):
            continue
        near, far = named_in(figure.phrase, indicator.words, pieces=True), named_in(figure.sentence, indicator.words)
        if not near and not far:
            continue
        number = numbers[indicator.key]
        rough = "|余" if figure.modifier in ("余", "多") else ""
        found.append(Candidate(
            indicator.key, indicator.label, number, indicator.unit, figure.admits(number),
            (1000 * near + far) * 4 + (2 if figure.unit == indicator.unit else 0) + (1 if figure.admits(number) else 0),
            "{{" + indicator.key + rough + "}}",
        ))
    found.sort(key=lambda c: -c.score)
    start, end = figure.start, figure.end
    length = len(figure.text) - len(figure.unit)
    if figure.text.endswith(figure.unit):
        end = start + length  # the unit stays as typed
    if not found:
        return Proposal(start, end, figure.text, Verdict.UNBACKED, (), "没有记录可以说明这个数字，请核对或补充登记")
    best = found[0]
    note = "" if best.agrees else f"记录为{tokens.plain(best.number)}{best.unit}，文中写作{figure.text}"
    return Proposal(start, end, figure.text, Verdict.AGREES if best.agrees else Verdict.DIFFERS, tuple(found[:4]), note)


def _of_claim(claim: AllClaim, text: str, indicators: list[Indicator], claims_hold: Mapping[tuple[str, str], bool]) -> Proposal | None:
    """A proposal for an “均…”: only where an indicator named in the same sentence offers a claim in like words."""
    found = []
    for indicator in indicators:
        near = sum(len(word) for word in indicator.words if word in claim.sentence)
        if not near:
            continue
        for offered in indicator.claims:
            alike = len(_pairs(offered.phrase) & _pairs(claim.text))
            if alike:
                holds = claims_hold.get((indicator.key, offered.key), False)
                found.append(Candidate(
                    indicator.key, f"{indicator.label}：{offered.label}", 0, "", holds, alike * 10 + near,
                    "{{" + f"{indicator.key}|均 {offered.key}：{claim.text}" + "}}",
                ))
    if not found:
        return None
    found.sort(key=lambda c: -c.score)
    best = found[0]
    return Proposal(
        claim.start, claim.end, claim.text, Verdict.AGREES if best.agrees else Verdict.DIFFERS, tuple(found[:3]),
        "" if best.agrees else "记录中有尚未到期或未达要求的情形，不能写“均”",
    )


def _pairs(text: str) -> set[str]:
    return {text[n : n + 2] for n in range(len(text) - 1)}


def _inside(position: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


def apply(text: str, chosen: Iterable[tuple[int, int, str]]) -> str:
    """The text with each chosen stretch replaced by its token. Stretches may not overlap."""
    for start, end, token in sorted(chosen, reverse=True):
        text = text[:start] + token + text[end:]
    return text
