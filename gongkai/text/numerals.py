"""Chinese numerals both ways, and the numbers of outlines: 一、（一）1.（1）①."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gongkai.text.normalise import nfkc

DIGITS = {
    "〇": 0, "零": 0, "○": 0, "Ｏ": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9, "弍": 2, "貳": 2,
}  # fmt: skip
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_SHORT = {"廿": 20, "卅": 30}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
CHARACTERS = "".join([*DIGITS, *_SMALL, *_SHORT, *_LARGE])


def from_chinese(text: str) -> int:
    """The whole number a Chinese numeral stands for: ``二百零三`` is 203, ``二〇二二`` is 2022.

    Raises ``ValueError`` where the characters do not form a number that an office would write
    (``二十三十``, ``百百``).
    """
    text = text.strip()
    if not text or any(c not in CHARACTERS for c in text):
        raise ValueError(text)
    if all(c in DIGITS for c in text):  # read digit by digit, as years are
        return int("".join(str(DIGITS[c]) for c in text))

    total = 0
    limit = None  # the larger unit last used; 万 after 亿 is right, 亿 after 万 multiplies both
    section, digit, unit_before = 0, None, None
    for char in text:
        if char in DIGITS:
            if digit not in (None, 0):
                raise ValueError(text)
            digit = DIGITS[char]
        elif char in _SHORT:
            if section or digit:
                raise ValueError(text)
            section, digit, unit_before = _SHORT[char], None, 10
        elif char in _SMALL:
            unit = _SMALL[char]
            if unit_before is not None and unit >= unit_before:
                raise ValueError(text)
            if digit is None or digit == 0:
                # 十二 and 一百十二 are written, 百二 is not a way to begin.
                if unit != 10 or (digit == 0 and section == 0 and total == 0):
                    raise ValueError(text)
                digit = 1
            section += digit * unit
            digit, unit_before = None, unit
        else:
            unit = _LARGE[char]
            section += digit or 0
            if section == 0 and total == 0:
                raise ValueError(text)
            if limit is not None and unit >= limit:
                total = (total + section) * unit
            else:
                total += section * unit
            limit = unit
            section, digit, unit_before = 0, None, None
    if digit:
        before = text[-2]
        if before in _SMALL and _SMALL[before] > 10:
            digit *= _SMALL[before] // 10  # 一百二 is 120
        elif before in _LARGE:
            digit *= _LARGE[before] // 10  # 三万五 is 35,000
    return total + section + (digit or 0)


_UNITS = ["", "十", "百", "千"]
_WRITTEN = "零一二三四五六七八九"


def to_chinese(number: int) -> str:
    """The number in Chinese: 12 is 十二, 203 is 二百零三, 10010 is 一万零一十."""
    if number < 0:
        return "负" + to_chinese(-number)
    if number == 0:
        return "零"
    groups = []
    while number:
        groups.append(number % 10000)
        number //= 10000
    if len(groups) > 3:
        raise ValueError("number too large to be written out")
    written = ""
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if group == 0:
            continue
        if written and (group < 1000 or groups[index + 1] == 0):
            written += "零"
        written += _group(group) + ["", "万", "亿"][index]
    return written.removeprefix("一") if written.startswith("一十") else written


def _group(number: int) -> str:
    written, zero = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit == 0:
            zero = bool(written)
            continue
        written += ("零" if zero else "") + _WRITTEN[digit] + _UNITS[power]
        zero = False
    return written


def to_chinese_year(year: int) -> str:
    """A year digit by digit: 2022 is 二〇二二."""
    return "".join("〇一二三四五六七八九"[int(d)] for d in str(year))


@dataclass(frozen=True, slots=True)
class Outline:
    """The number a line begins with. ``level`` 1: 一、 · 2:（一） · 3: 1. · 4:（1） · 5: ①.

    The levels are those of GB/T 9704—2012 7.3.3; ① is what offices put below them. ``rest`` is the
    line without its number, ``written`` the number as written.
    """

    level: int
    number: int
    written: str
    rest: str


_CHINESE = "[一二三四五六七八九十百]{1,5}"
_OUTLINES = [
    (1, re.compile(rf"(第?({_CHINESE})(?:、|[.．]\s*(?=\D))|第({_CHINESE})(?:章|部分)[、:：]?)\s*")),
    (2, re.compile(rf"([（(]\s*({_CHINESE})\s*[)）])[、.．]?\s*")),
    (4, re.compile(r"([（(]\s*([0-9０-９]{1,3})\s*[)）])[、.．]?\s*")),
    (4, re.compile(r"(([0-9０-９]{1,3})[)）])\s*")),
    # 1.5亿元 begins with a decimal and 2022.11 with a date: no digit may follow the point.
    (3, re.compile(r"(([0-9０-９]{1,3})(?:、|[.．](?![0-9０-９])))\s*")),
]
_CIRCLED = {chr(0x2460 + i): i + 1 for i in range(20)}


def outline(line: str) -> Outline | None:
    """The outline number at the head of a line, or ``None``: 三是… and 十四五… are not numbers."""
    start = line.lstrip()
    if start[:1] in _CIRCLED:
        return Outline(5, _CIRCLED[start[0]], start[0], start[1:].lstrip(" 、.．"))
    for level, pattern in _OUTLINES:
        if found := pattern.match(start):
            digits = next(g for g in found.groups()[1:] if g is not None)
            try:
                number = int(nfkc(digits)) if digits[0] not in CHARACTERS else from_chinese(digits)
            except ValueError:
                continue
            return Outline(level, number, found.group(0).strip(), start[found.end() :])
    return None


def outline_number(level: int, number: int) -> str:
    """The number as GB/T 9704 writes it at that level: 一、 （一） 1. （1） ①."""
    if level == 5:
        return chr(0x2460 + number - 1) if 1 <= number <= 20 else f"（{number}）"
    return [f"{to_chinese(number)}、", f"（{to_chinese(number)}）", f"{number}.", f"（{number}）"][level - 1]
