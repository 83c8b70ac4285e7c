"""Outline numbers as Chinese offices print them: 第一章, 一、, （一）, 1., 1.1, （1）, ①."""

from __future__ import annotations

import re
from dataclasses import dataclass

HAN = "一二三四五六七八九十百"
_HAN_VALUE = {char: index for index, char in enumerate("零一二三四五六七八九")} | {"〇": 0}

# Styles from the outermost to the innermost.
ORDER = (
    "part", "section", "article", "han", "bracket_han", "digit", "decimal", "decimal3", "decimal4", "bracket_digit", "circled",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """A number at the head of a text: its style, its value, and the characters it takes up."""

    style: str
    value: tuple[int, ...]
    printed: str
    end: int

    @property
    def rank(self) -> int:
        return ORDER.index(self.style)


def han_value(text: str) -> int | None:
    """The value of a Chinese numeral below 1000, or None."""
    total, digit = 0, 0
    for char in text:
        if char == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif char == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif char in _HAN_VALUE:
            digit = _HAN_VALUE[char]
        else:
            return None
    return total + digit if text else None


# Circled and bracketed numbers that Unicode holds as one character each.
_SIGNS: dict[str, tuple[str, int]] = {}
for _offset in range(20):
    _SIGNS[chr(0x2460 + _offset)] = ("circled", _offset + 1)
    _SIGNS[chr(0x2474 + _offset)] = ("bracket_digit", _offset + 1)
    _SIGNS[chr(0x2488 + _offset)] = ("digit", _offset + 1)
for _offset in range(10):
    _SIGNS[chr(0x3220 + _offset)] = ("bracket_han", _offset + 1)
    _SIGNS[chr(0x2776 + _offset)] = ("circled", _offset + 1)

# 1 主动公开 without any sign is a number only where 1.1 follows, which the outline decides.
BARE_HEAD = re.compile(r"^[ \t\u3000]*(\d{1,2})[ \t\u3000]+(?=[一-鿿“《])", re.MULTILINE)

# A decimal figure such as 1.5万 heads a sentence now and then; it is no number of the outline.
PATTERN = (
    r"(?P<part>第\s*(?:[一二三四五六七八九十百]{1,4}|\d{1,3})\s*(?:章|部分|编))"
    r"|(?P<section>第\s*(?:[一二三四五六七八九十百]{1,4}|\d{1,3})\s*节)"
    r"|(?P<article>第\s*(?:[一二三四五六七八九十百]{1,4}|\d{1,3})\s*条(?=[\s：:、]))"
    r"|(?P<han>[一二三四五六七八九十百]{1,4}\s*[、．.](?!\d))"
    r"|(?P<bracket_han>[（(〔]\s*[一二三四五六七八九十]{1,3}\s*[）)〕]、?)"
    r"|(?P<decimal>\d{1,2}(?:[.．]\d{1,2}){1,3}(?![\d.．%％万亿倍个家件次项年月日元])[、.．]?)"
    r"|(?P<digit>\d{1,3}\s*[.．、](?![\d.．]))"
    r"|(?P<bracket_digit>[（(]\s*\d{1,3}\s*[）)]、?|\d{1,2}[）)])"
    r"|(?P<sign>[" + "".join(_SIGNS) + "])"
)
_AT_START = re.compile(r"\s*(?:" + PATTERN + ")")
_BARE = re.compile(r"\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*")
_DIGITS = re.compile(r"\d+")
_HANS = re.compile(f"[{HAN}]+")


def from_match(match: re.Match[str]) -> Number:
    """The number a match of ``PATTERN`` stands for."""
    groups = match.groupdict()
    style = next(name for name in (*ORDER, "sign") if groups.get(name))
    printed = match.group(style)
    if style == "sign":
        style, value = _SIGNS[printed]
        return Number(style, (value,), printed, match.end())
    digits = _DIGITS.findall(printed)
    if digits:
        values = tuple(int(part) for part in digits)
        if style == "decimal" and len(values) > 2:
            style = f"decimal{len(values)}"
    else:
        hans = _HANS.search(printed)
        values = (han_value(hans.group()) or 0,) if hans else (0,)
    return Number(style, values, printed.strip(), match.end())


def number_at_start(text: str) -> Number | None:
    """The outline number a text begins with, or None."""
    match = _AT_START.match(text)
    return from_match(match) if match else None


def bare_number(text: str) -> int | None:
    """The value of a cell that holds nothing but a number (序号), or None."""
    if not _BARE.fullmatch(text):
        return None
    text = text.strip()
    return int(text) if text.isdecimal() else han_value(text)


def split_number(text: str) -> tuple[Number | None, str]:
    """A text's number and the rest."""
    number = number_at_start(text)
    return (number, text[number.end :].strip()) if number else (None, text.strip())


_ITEM = re.compile(
    r"(?:(?<=^)|(?<=[\n。；;！？：:，,\s]))(?:(?P<bracket_digit>[（(]\d{1,2}[）)])|(?P<digit>\d{1,2}[.．、](?!\d))|(?P<sign>["
    + "".join(_SIGNS)
    + "]))"
)


def numbered_items(text: str) -> list[str]:
    """The items of a text that lists 1. 2. 3. (or （1）, ①) from one upwards; empty if fewer than two."""
    starts: list[int] = []
    style: str | None = None
    for match in _ITEM.finditer(text):
        kind = "sign" if match.group("sign") else match.lastgroup
        value = (
            _SIGNS[match.group()][1] if match.group("sign") else int(_DIGITS.search(match.group()).group())
        )
        if value == len(starts) + 1 and (style is None or kind == style):
            style = kind
            starts.append(match.start())
    if len(starts) < 2:
        return []
    return [text[start:end].strip() for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
