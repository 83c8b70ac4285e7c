"""Arithmetic that disagrees: total rows of tables, lists that are counted, parts and wholes in a sentence.

Only what can't be meant otherwise is found: a sentence with 约, 余, 等 or parts that may overlap is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from gongkai.text.numerals import from_chinese

from .days import Amiss


class WrongTotal(NamedTuple):
    """A cell of a total row: where, what is written, what the column adds up to."""

    row: int
    column: int
    written: str
    expected: str


_TOTAL = re.compile(r"^(?:合\s*计|总\s*计|共\s*计|总\s*数|累\s*计合?计?)[:：]?$")
_SUBTOTAL = re.compile(r"小\s*计|其\s*中|合\s*计|总\s*计|共\s*计")
_NOT_ADDED = re.compile(r"序号|编号|年|月份?$|日期|率|比例|同比|环比|均|单价|电话|代码|排名|名次")
_SHARE = re.compile(r"占比|比重|百分比|比例")
_CELL = re.compile(r"^([0-9][0-9,]*)(\.[0-9]+)?(%?)$")
_BLANK = frozenset({"", "-", "—", "——", "/", "–"})


def wrong_totals(rows: Sequence[Sequence[str]]) -> list[WrongTotal]:
    """Cells of a single total row (last, or first below the headings) that are not their column's sum.

    A column is added only if every cell of it is a number or blank; tables with subtotals, merged or
    ragged rows are left alone.
    """
    totals = [at for at, row in enumerate(rows) if any(_TOTAL.match(text.strip()) for text in row[:2])]
    if len(totals) != 1 or len(rows) < 4 or len({len(row) for row in rows}) != 1:
        return []
    total = totals[0]
    heading = next((at for at, row in enumerate(rows) if any(_parsed(text) is not None for text in row)), 0)
    body = [row for at, row in enumerate(rows) if at >= heading and at != total]
    if heading == 0 or len(body) < 2 or total not in (len(rows) - 1, heading):
        return []
    if any(_SUBTOTAL.search(text) for row in body for text in row[:2]):
        return []
    found = []
    for column in range(1, len(rows[total])):
        label = "".join(rows[at][column] for at in range(heading))
        shares = bool(_SHARE.search(label))
        if _NOT_ADDED.search(label) and not shares:
            continue
        cells = [row[column].strip() for row in body]
        written = _parsed(rows[total][column])
        numbers = [_parsed(text) for text in cells if text not in _BLANK]
        if written is None or len(numbers) < 2 or any(number is None for number in numbers):
            continue
        added = sum((number for number in numbers if number is not None), Decimal(0))
        # Each rounded cell may be off by half its last place.
        exponents = [number.as_tuple().exponent for number in [*numbers, written] if number is not None]
        places = -min(e for e in exponents if isinstance(e, int))
        slack = Decimal(5).scaleb(-places - 1) * (len(numbers) + 1) if places > 0 or shares else Decimal(0)
        if abs(added - written) > slack:
            found.append(WrongTotal(total, column, rows[total][column].strip(), f"{added:,f}" if "," in rows[total][column] else f"{added:f}"))
    return found


def _parsed(text: str) -> Decimal | None:
    match = _CELL.match(text.strip().replace("，", ","))
    if not match:
        return None
    try:
        return Decimal(match[1].replace(",", "") + (match[2] or ""))
    except InvalidOperation:
        return None


# In sentences

_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:\.[0-9]+)?"
_UNIT = r"篇次|人次|家次|场次|件|份|条|场|家|人|户|项|个|宗|篇|次|万元|亿元|元"
_VAGUE = "余多约近超逾几来"
# Each pattern is tried only from the word that gives it away, which is found quickly.
# 甲3件、乙4件，共计8件. The parts follow one another without a stop.
_TOGETHER = re.compile(rf"(?:共计|合计|总计|共)(?P<total>{_NUMBER})(?P<unit>{_UNIT})(?![{_VAGUE}])")
_PART = rf"[^0-9、,。;:\n\0{_VAGUE}]{{1,14}}(?:{_NUMBER})"
# 收到申请11件，其中自然人8件、法人2件: parts may leave something out, but can't be more than the whole.
_WHOLE = re.compile(rf"(?P<total>{_NUMBER})(?P<unit>{_UNIT})[,(]?$")
_OF_WHICH = re.compile(r"其中[:,]?(?P<parts>[^。;\n\0)]{2,120})")
_FIGURE = re.compile(rf"(?<![0-9.])({_NUMBER})({_UNIT})")
_SHARES = re.compile(rf"(?:分别占|占比分别为|比例分别为|占比依次为)[^。;\n\0]{{0,20}}?((?:{_NUMBER})%(?:[、,和](?:{_NUMBER})%)+)")

_MANY = "[0-9二两三四五六七八九十][0-9]?"  # one class first, so that the text is skipped over quickly
_COUNTED = rf"(?P<count>{_MANY})(?:项|个|类|家|份|部|件|条|方面|大类|种)"
_TITLED = re.compile(rf"《[^《》\n\0]{{2,60}}》(?:[、和及与,]*《[^《》\n\0]{{2,60}}》)+(?:[这共]|共计)?{_COUNTED}(?:文件|办法|通知|规定|条例|方案|制度|意见|政策)")
_QUOTED = re.compile(rf"“[^“”\n\0]{{1,20}}”(?:[、和及与]?“[^“”\n\0]{{1,20}}”)+(?:[这共]|共计)?{_COUNTED}")
_PLACE = "镇|乡|街道|村|区|县|市|局|科|委|厅"
_SO_MANY = re.compile(rf"(?P<count>{_MANY})个?(?P<kind>{_PLACE})")


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _count(text: str) -> int:
    return int(text) if text.isdecimal() else from_chinese(text)


def judge_sums(plain: str) -> Iterator[Amiss]:
    """Sentences of a half-width text whose numbers disagree."""
    for total in _TOGETHER.finditer(plain):
        yield from _parts_before(plain, total)
    at = plain.find("其中")
    while at >= 0:
        yield from _parts_within(plain, at)
        at = plain.find("其中", at + 2)
    if "%" in plain:
        for match in _SHARES.finditer(plain):
            shares = [_decimal(number) for number in re.findall(rf"({_NUMBER})%", match[1])]
            if sum(shares) > 100 + Decimal("0.1") * len(shares):
                yield Amiss("share", *match.span(), f"各项占比相加为{sum(shares):f}%，超过100%", "核对占比")
    for pattern, mark in ((_TITLED, "《"), (_QUOTED, "“")):
        for match in pattern.finditer(plain):
            if (items := match[0].count(mark)) != _count(match["count"]):
                yield Amiss("count", *match.span(), f"列出{items}项，写的是“{match['count']}”", "核对数目")
    for match in _SO_MANY.finditer(plain):
        kind = match["kind"]
        listed = re.search(rf"(?<![\u4e00-\u9fff、])[\u4e00-\u9fff]{{1,6}}{kind}(?:[、和及与][\u4e00-\u9fff]{{1,6}}{kind})+$", plain[max(0, match.start() - 80) : match.start()])
        if listed and (items := len(re.split("[、和及与]", listed[0]))) != _count(match["count"]):
            yield Amiss("count", match.start() - len(listed[0]), match.end(), f"列出{items}个{kind}，写的是“{match['count']}”", "核对数目")


def _parts_before(plain: str, total: re.Match[str]) -> Iterator[Amiss]:
    unit, before = total["unit"], plain[max(0, total.start() - 200) : total.start()]
    listed = re.search(rf"(?:{_PART}{unit}[、,和]){{1,9}}{_PART}{unit},?$", before)
    if listed and not _OF_WHICH.search(listed[0]):
        parts = [_decimal(number) for number, said in _FIGURE.findall(listed[0]) if said == unit]
        if sum(parts) != _decimal(total["total"]):
            yield Amiss("sum", total.start() - len(listed[0]), total.end(), f"各项相加为{sum(parts):f}{unit}，与“共{total['total']}{unit}”不符", "核对各项和总数")


def _parts_within(plain: str, at: int) -> Iterator[Amiss]:
    total, parts_ = _WHOLE.search(plain[max(0, at - 24) : at]), _OF_WHICH.match(plain, at)
    if not total or not parts_ or any(mark in parts_["parts"] for mark in _VAGUE) or "其中" in parts_["parts"]:
        return
    figures = _FIGURE.findall(parts_["parts"])
    parts = [_decimal(number) for number, _ in figures]
    if not parts or any(unit != total["unit"] for _, unit in figures):
        return
    if sum(parts) > _decimal(total["total"]):
        start = at - len(total[0])
        yield Amiss("sum", start, parts_.end(), f"“其中”各项相加为{sum(parts):f}{total['unit']}，多于总数{total['total']}{total['unit']}", "核对各项和总数；各项有交叉的，写明")
