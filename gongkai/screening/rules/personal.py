"""Personal data in a text: numbers told by their check digits, addresses of homes, lists of people with money.

Numbers are looked for only where a run of seven digits stands at all, which most articles never have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple


class Number(NamedTuple):
    """A number told apart: which rule, and where in the text."""

    rule: str
    start: int
    end: int
    sure: bool = True


# Digits become 0 and everything else a blank; what people write between digits is dropped.
_DIGITS = bytes(48 if 48 <= byte < 58 else 32 for byte in range(256))
_RUN = re.compile(r"[0-9(][0-9 ()\-]{5,}[0-9Xx]")
_ID = re.compile(r"(?<![0-9A-Za-z])([1-9][0-9]{5})([ -]?)([0-9]{8})\2([0-9]{3}[0-9Xx])(?![0-9A-Za-z])")
_OLD_ID = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{14}(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z.])(?:86[ -]?)?1[3-9][0-9]([ -]?)[0-9]{4}\1[0-9]{4}(?![0-9A-Za-z])")
_LANDLINE = re.compile(r"(?<![0-9A-Za-z.-])(?:\(0[1-9][0-9]{1,2}\) ?|0[1-9][0-9]{1,2}[- ]?)[2-9][0-9]{6,7}(?:-[0-9]{1,5})?(?![0-9A-Za-z-])")
_LOCAL = re.compile(r"(?<![0-9A-Za-z.-])[2-9][0-9]{6,7}(?![0-9A-Za-z.-])")
_CARD = re.compile(r"(?<![0-9A-Za-z])[3-9][0-9]{3}([ -]?)[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{1,3})?(?![0-9A-Za-z])")

_ID_WORDS = re.compile(r"身份证|证件号|公民身份号码")
_PHONE_WORDS = re.compile(r"(?:电话|传真|热线|手机|联系方式)[^。;\n0-9]{0,12}$")
_ACCOUNT_WORDS = re.compile(r"卡号|账号|帐号|账户|帐户|开户|银行卡")

#: The first two digits of a citizen's number: provinces of GB/T 2260, Taiwan, Hong Kong, Macao and their residents' permits.
PROVINCES = frozenset("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split())
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_character(seventeen: str) -> str:
    """The eighteenth character of a citizen's number (GB 11643, ISO 7064 MOD 11-2)."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(seventeen, _WEIGHTS, strict=True)) % 11]


def is_id_number(number: str) -> bool:
    """Whether eighteen characters are a citizen's number: province, a day of birth that was, the check character."""
    return len(number) == 18 and _born(number[:2], number[6:14]) and check_character(number[:17]) == number[17].upper()


def _born(province: str, day: str) -> bool:
    try:
        return province in PROVINCES and date(int(day[:4]), int(day[4:6]), int(day[6:])).year >= 1880
    except ValueError:
        return False


def passes_luhn(digits: str) -> bool:
    """The check digit of bank cards (ISO/IEC 7812)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def has_long_number(plain: str) -> bool:
    """Whether any run of seven digits stands in the text, leaving out blanks, hyphens and brackets."""
    return b"0000000" in plain.encode().translate(_DIGITS, b" -()")


def find_numbers(plain: str) -> Iterator[Number]:
    """Numbers of people in a half-width text, in order."""
    if not has_long_number(plain):
        return
    for run in _RUN.finditer(plain):
        yield from _in_run(plain, *run.span())


def _in_run(plain: str, start: int, end: int) -> Iterator[Number]:
    found: list[Number] = []

    def free(match: re.Match[str]) -> bool:
        return not any(match.start() < one.end and one.start < match.end() for one in found)

    # The patterns look one character past the run and behind it, so that 1380013800A is no telephone.
    def matches(pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        return (m for m in pattern.finditer(plain, start, end + 1) if m.end() <= end)

    before = plain[max(0, start - 24) : start].rsplit("\0", 1)[-1]
    digits_in = sum(map(str.isdecimal, plain[start:end]))
    if digits_in < 10:
        if digits_in >= 7 and _PHONE_WORDS.search(before):
            yield from (Number("landline", *match.span()) for match in matches(_LOCAL))
        return
    for match in matches(_ID) if digits_in >= 17 else ():
        number = match[1] + match[3] + match[4]
        if is_id_number(number):
            found.append(Number("id_number", *match.span()))
        elif _born(number[:2], number[6:14]) and _ID_WORDS.search(before):
            found.append(Number("id_number", *match.span(), sure=False))
    for match in matches(_OLD_ID) if digits_in >= 15 else ():
        if _born(match[0][:2], f"19{match[0][6:12]}") and _ID_WORDS.search(before):
            found.append(Number("old_id_number", *match.span()))
    for match in matches(_CARD) if digits_in >= 16 else ():
        digits = match[0].replace(" ", "").replace("-", "")
        if free(match) and passes_luhn(digits) and (digits.startswith("62") or _ACCOUNT_WORDS.search(before)):
            found.append(Number("bank_card", *match.span()))
    for match in matches(_MOBILE):
        if free(match):
            found.append(Number("mobile", *match.span()))
    for match in matches(_LANDLINE):
        if free(match):
            found.append(Number("landline", *match.span()))
    if _PHONE_WORDS.search(before):
        found += [Number("landline", *match.span()) for match in matches(_LOCAL) if free(match)]
    yield from sorted(found, key=lambda one: one.start)


# Addresses of homes

_HOME_WORD = re.compile(r"(?:家庭|居住|户籍|现住|常住)(?:住址|地址|地)|住址|现住")
_PLACE = r"[\u4e00-\u9fff0-9A-Za-z#\-]"
_AFTER_WORD = re.compile(rf"(?:为|是|在|于)?[:\s]{{0,3}}(?P<place>{_PLACE}{{2,40}}?(?:[0-9一二三四五六七八九十]+(?:号|栋|幢|座|单元|室|房|组|队)|村)(?:{_PLACE}{{0,20}}(?:号|栋|幢|座|单元|室|房))?)")
# A flat: the estate, then building, unit or room. An office lives in a building too, but not in a 小区.
_ROOM = re.compile(r"[0-9](?:室|房)(?![间屋产内地])")
_UNIT_ROOM = re.compile(r"单元[0-9]{3,4}(?!平)")
_ESTATES = ("小区", "花园", "公寓", "新村", "家园", "苑", "宿舍")
_FLAT = re.compile(rf"[\u4e00-\u9fff]{_PLACE}{{1,30}}?(?:{'|'.join(_ESTATES)}){_PLACE}{{0,16}}[0-9一二三四五六七八九十]+(?:栋|幢|座|号楼|单元){_PLACE}{{0,10}}$")
_WORKS_THERE = re.compile(r"(?:办公|单位|公司|注册|经营|窗口|服务中心|机构|项目|接收|邮寄|通讯|通信)")


def find_homes(plain: str) -> Iterator[tuple[int, int]]:
    """Where the address of somebody's home is written out."""
    found: list[tuple[int, int]] = []
    if "住" in plain or "户籍" in plain:
        for word in _HOME_WORD.finditer(plain):
            if place := _AFTER_WORD.match(plain, word.end()):
                found.append(place.span("place"))
    if any(estate in plain for estate in _ESTATES):
        for room in (*_ROOM.finditer(plain), *_UNIT_ROOM.finditer(plain)):
            before = re.split(r"[。;\n\0]", plain[max(0, room.start() - 60) : room.start()])[-1]
            begin = room.start() - len(before)
            flat = _FLAT.search(before)
            if flat and not _WORKS_THERE.search(before):
                span = begin + flat.start(), room.end()
                if not any(a < span[1] and span[0] < b for a, b in found):
                    found.append(span)
    yield from sorted(found)


# People and money in a table

_NAME_HEADING = re.compile(r"^(?:姓\s*名|.{0,6}(?:人|户主|学生|职工|对象)姓名|户主|申请人|领款人|受助人|领取人)$")
_MONEY_HEADING = re.compile(r"金额|补贴|补助|奖金|奖励|救助金|资助|工资|待遇|[(（]?万?元[)）]?$")
_NAME = re.compile(r"^[\u4e00-\u9fff]\s?[\u4e00-\u9fff·]{1,5}$")
_AMOUNT = re.compile(r"^[¥￥]?\s*[0-9][0-9,]*(?:\.[0-9]+)?\s*(?:万?元)?$")


def names_with_money(rows: list[list[str]]) -> tuple[int, int, int] | None:
    """(heading row, name column, money column) of a table that lists people and what each gets; else None.

    Names already masked (张*三, 李某) count as no names.
    """
    for number, row in enumerate(rows[:4]):
        names = [at for at, text in enumerate(row) if _NAME_HEADING.match(text.strip())]
        money = [at for at, text in enumerate(row) if _MONEY_HEADING.search(text.strip())]
        for name in names:
            for sum_ in money:
                people = [r for r in rows[number + 1 :] if len(r) > max(name, sum_) and _NAME.match(r[name].strip()) and "某" not in r[name]]
                if len(people) >= 2 and sum(bool(_AMOUNT.match(r[sum_].strip())) for r in people) >= 2:
                    return number, name, sum_
    return None
