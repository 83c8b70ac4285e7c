"""Documents cited though they are no longer in force, and numbers of documents written as no office writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from gongkai.law.instruments import Instrument, instruments

from .days import Amiss


class Validity(NamedTuple):
    """What a room knows of a document: the last day it was in force (None: it is), what replaced it, why it ended."""

    title: str
    until: date | None
    successor: str = ""
    reason: str = ""


#: Number of a document, written 〔2022〕8号 with its mark, to its validity; None where the room does not know it.
Lookup = Callable[[str], Validity | None]

_NUMBER = re.compile(r"[〔\[(【<] ?((?:19|20)[0-9]{2}) ?年?[〕\])】>] ?第? ?([0-9]{1,4}) ?号")
_ORDER = re.compile(r"令第? ?([0-9]{1,4}) ?号")
_MARK = re.compile(r"[\u4e00-\u9fff]{2,16}$")
_BEFORE_MARK = re.compile(r".*(?:根据|按照|依据|依照|遵照|参照|对照|落实|贯彻|执行|印发|转发|下发|有关|关于|见|按|依|和|与|及|或|的|由|将|以|在|对|了|文件|通知|号)")
# Who repeals or replaces a document has to name it.
_ENDED = re.compile(r"^[^。;\n\0]{0,40}(?:废止|停止执行|失效|不再执行|停止施行|修订|修改|取代|代替|作废)")
_REPLACED = re.compile(r"(?:废止|代替|取代|原|修改|修订)[^。;,\n\0]{0,24}$")

_YEAR = re.compile(r"(?P<left>[〔\[【（(［])(?P<year>(?:19|20)\d\d)[〕\]】）)］]\s?(?P<order>第?)\s?(?P<serial>\d{0,4})\s?(?P<hao>号(?![楼线门房])|)")
_ASKS_FOR_ONE = re.compile(r"[\u4e00-\u9fff]")


@cache
def _numbered() -> dict[str, list[tuple[str, Instrument]]]:
    """Instruments by the tail of their number, with the marks that may stand before it."""
    found: dict[str, list[tuple[str, Instrument]]] = {}
    for instrument in instruments().values():
        if match := re.search(r"〔\d{4}〕\d+号$|令第\d+号$", instrument.number):
            tail, mark = match[0], instrument.number[: match.start()]
            for said in (mark, "国") if instrument.number.startswith("国务院令") else (mark,):
                found.setdefault(tail, []).append((said, instrument))
    return found


def judge_citations(plain: str, today: date, documents: Lookup | None) -> Iterator[Amiss]:
    """Documents of a half-width text that had ended by `today`, unless the text itself says that they end."""
    if "号" not in plain:
        return
    cited = [(match, f"〔{match[1]}〕{int(match[2])}号", match.start()) for match in _NUMBER.finditer(plain)]
    cited += [(match, f"令第{int(match[1])}号", match.start()) for match in _ORDER.finditer(plain)]
    for match, tail, start in sorted(cited, key=lambda one: one[2]):
        before = _MARK.search(plain[max(0, start - 16) : start])
        if before is None:
            continue
        ended = _ended(before[0], tail, today, documents)
        if ended is None:
            continue
        mark, why, instead = ended
        if _ENDED.match(plain[match.end() : match.end() + 60]) or _REPLACED.search(plain[max(0, start - len(mark) - 40) : start - len(mark)]):
            continue
        yield Amiss("expired", start - len(mark), match.end(), why, instead)


def _ended(before: str, tail: str, today: date, documents: Lookup | None) -> tuple[str, str, str] | None:
    """(mark, why, suggestion) of a document that had ended by `today`."""
    for mark, instrument in sorted(_numbered().get(tail, ()), key=lambda one: -len(one[0])):
        if before.endswith(mark):
            if instrument.until is None or today <= instrument.until:
                return None
            heir = instrument.successor_on(today)
            return mark, instrument.warning(today), f"改引{heir.number or heir.name}" if heir else "核对依据"
    if documents is not None and not tail.startswith("令"):
        mark = _BEFORE_MARK.sub("", before) or before
        known = documents(mark + tail)
        if known is not None and known.until is not None and known.until < today:
            ended = f"{known.until.year}年{known.until.month}月{known.until.day}日"
            why = f"《{known.title}》（{mark}{tail}）自{ended}之后已不再有效" + (f"：{known.reason}" if known.reason else "")
            return mark, why, f"改引{known.successor}" if known.successor else "核对依据"
    return None


def judge_number_forms(text: str) -> Iterator[Amiss]:
    """Numbers of documents in a text as typed that are not written as GB/T 9704 has them."""
    for match in _YEAR.finditer(text):
        left, year, serial = match["left"], match["year"], match["serial"]
        # A year in brackets is a number's only after the mark of an agency.
        if not match.start() or not _ASKS_FOR_ONE.match(text, match.start() - 1):
            continue
        right = f"〔{year}〕{int(serial)}号" if serial else ""
        if not serial:
            if match["hao"] and left == "〔":
                yield Amiss("number_form", *match.span(), "文号缺顺序号", "补上顺序号")
        elif not match["hao"]:
            if left in "〔[【［" and not text[match.end("serial") : match.end("serial") + 1].isdigit():
                yield Amiss("number_form", match.start(), match.end("serial"), "文号缺“号”字" + ("" if left == "〔" else "，年份用六角括号〔〕"), right)
        elif left != "〔":
            yield Amiss("number_form", *match.span(), "文号的年份用六角括号〔〕", right)
        elif match["order"] or serial != str(int(serial)):
            yield Amiss("number_form", *match.span(), "文号的顺序号不加“第”，不编虚位", right)
