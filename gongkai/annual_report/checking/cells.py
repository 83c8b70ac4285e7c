"""One cell of a report's tables: what was written, and what it counts as. Blank, 0 and “/” stay three things."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from gongkai.text.normalise import nfkc
from gongkai.text.numerals import CHARACTERS, from_chinese


class Kind(StrEnum):
    """How a cell was written."""

    NUMBER = "number"
    BLANK = "blank"
    DASH = "dash"  # “/”, “—”, “无”: nothing to report, which is not the form's way of saying 0
    SLIP = "slip"  # a number once a slip of the scanner or the keyboard is undone
    BAD = "bad"  # words where a number belongs
    ABSENT = "absent"  # the row or the cell was not found
    UNSURE = "unsure"  # figures ran together and can be read in more than one way


@dataclass(frozen=True, slots=True)
class Value:
    """A cell as read. `number` is None unless it is known; `candidates` are the readings of one that is unsure."""

    written: str
    number: Decimal | None
    kind: Kind
    place: str = ""
    candidates: tuple[int, ...] = ()

    @property
    def counts(self) -> Decimal:
        """What it adds to a sum: a blank or a dash adds nothing."""
        return self.number if self.number is not None else Decimal(0)

    @property
    def is_known(self) -> bool:
        """Whether sums may rest on it."""
        return self.number is not None or self.kind in (Kind.BLANK, Kind.DASH)

    @property
    def shown(self) -> str:
        match self.kind:
            case Kind.BLANK:
                return "空白"
            case Kind.ABSENT:
                return "未读到"
            case Kind.UNSURE:
                return "或".join(map(str, self.candidates)) or "不定"
        return self.written


_DASHES = {"/", "\\", "-", "--", "---", "—", "——", "–", "―", "一", "─", "无", "、", "*", "／", ".", "·", "|"}
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_CHANGE = re.compile(r"(增加?|减少?|↑|↓)(\d{1,9})(?:项|件|个)?")
_BOTH_WAYS = re.compile(r"\+?(\d{1,9})/-?(\d{1,9})")  # 增/减, both in one cell
_WITH_UNIT = re.compile(r"([+-]?[\d,]*\d(?:\.\d+)?)(万元|亿元|元|件|条|项|宗|个|份|起|次|例)")
_SLIPS = str.maketrans({
    "O": "0", "o": "0", "〇": "0", "○": "0", "Ｏ": "0", "О": "0", "о": "0", "Q": "0", "D": "0", "口": "0",
    "l": "1", "I": "1", "|": "1", "i": "1", "丨": "1", "!": "1", "Z": "2", "z": "2", "S": "5", "s": "5", "B": "8", "g": "9", "q": "9",
})  # fmt: skip
_LIMIT = 24


def read_cell(text: str, place: str = "") -> Value:
    """The value of a cell that stands by itself."""
    written = text.strip()
    tight = re.sub(r"\s+", "", nfkc(text)).replace("−", "-")
    if not tight:
        return Value("", None, Kind.BLANK, place)
    if len(tight) > _LIMIT:
        return Value(written[:_LIMIT] + "…", None, Kind.BAD, place)
    if _NUMBER.fullmatch(tight):
        spaced = bool(re.search(r"\d\s+\d", text))
        return Value(written, Decimal(tight.replace(",", "")), Kind.SLIP if spaced else Kind.NUMBER, place)
    if found := _CHANGE.fullmatch(tight):
        return Value(written, Decimal(found[2]) * (-1 if found[1] in ("减", "减少", "↓") else 1), Kind.NUMBER, place)
    if found := _BOTH_WAYS.fullmatch(tight):
        return Value(written, Decimal(found[1]) - Decimal(found[2]), Kind.SLIP, place)
    if tight in _DASHES:
        return Value(written, None, Kind.DASH, place)
    if found := _WITH_UNIT.fullmatch(tight):
        number = Decimal(found[1].replace(",", "")) * {"亿元": 10**4, "元": Decimal("0.0001")}.get(found[2], 1)
        return Value(written, number, Kind.SLIP, place)
    mended = tight.translate(_SLIPS).rstrip(".。'`,")
    if _NUMBER.fullmatch(mended) and (len(tight) <= 2 or any(c.isdigit() for c in tight)):
        return Value(written, Decimal(mended.replace(",", "")), Kind.SLIP, place)
    if all(c in CHARACTERS for c in tight):
        try:
            return Value(written, Decimal(from_chinese(tight)), Kind.SLIP, place)
        except ValueError:
            pass
    return Value(written, None, Kind.BAD, place)


def is_valuelike(text: str) -> bool:
    """Whether a cell could hold a figure rather than a label."""
    return read_cell(text).kind is not Kind.BAD


def absent(place: str = "") -> Value:
    return Value("", None, Kind.ABSENT, place)


def known(number: int | Decimal, place: str = "", written: str | None = None) -> Value:
    return Value(str(number) if written is None else written, Decimal(number), Kind.NUMBER, place)
