"""完成时限 in words: which day it names, if it names one."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date

from gongkai.exchange.values import BadValue, day, is_serial
from gongkai.text.dates import find_dates

_BY = r"(?:之?前|以前)?(?:完成|落实|公布|公开|到位)*"
_DAY = re.compile(r"(?:(?P<year>20\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]" + _BY)
_MONTH = re.compile(r"(?:(?P<year>20\d\d)年)?(?P<month>\d{1,2})月(?:份?[底末])" + _BY)
_QUARTER = re.compile(r"(?:(?P<year>20\d\d)年)?第?(?P<quarter>[一二三四1-4])季度[底末]" + _BY)
_HALF = re.compile(r"(?:(?P<year>20\d\d)年)?上半年" + _BY)
_YEAR = re.compile(r"(?:(?P<year>20\d\d)年|本年|当年)?(?:年[底末内]|[底末])" + _BY)
_WHOLE = re.compile(r"20\d\d[年./-]\d{1,2}[月./-]\d{1,2}[日号]?|\d{8}")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


def last_day(words: str | None, year: int | None) -> date | None:
    """The day that 6月底前, 2023年9月30日 or 第三季度末 names; None for what names none (持续推进) or leaves a choice (6月前).

    A day without its year is of the plan's ``year``. A workbook's serial number is no day here: see :func:`trouble`.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", words or "")).rstrip("。;；")
    if not plain:
        return None
    if _WHOLE.fullmatch(plain):
        try:
            found = day(plain)
        except BadValue:
            return None
        return found if isinstance(found, date) else None
    for pattern in (_DAY, _MONTH, _QUARTER, _HALF, _YEAR):
        match = pattern.fullmatch(plain)
        if match is None:
            continue
        said = match.groupdict()
        of = int(said["year"]) if said.get("year") else year
        if of is None:
            return None
        month = int(said["month"]) if said.get("month") else 12
        if said.get("quarter"):
            month = 3 * (_QUARTERS.get(said["quarter"]) or int(said["quarter"]))
        elif pattern is _HALF:
            month = 6
        if not 1 <= month <= 12:
            return None
        last = calendar.monthrange(of, month)[1]
        number = int(said["day"]) if said.get("day") else last
        return date(of, month, number) if 1 <= number <= last else None
    return None


def trouble(words: str | None, year: int | None) -> tuple[str, str] | None:
    """What is wrong with the words of a 完成时限, and what to do: a day that does not exist, or a workbook's serial number."""
    if not words:
        return None
    if is_serial(words):
        meant = day(words)
        return f"完成时限“{words}”像是表格里日期的序列号", f"是否为{meant:%Y}年{meant.month}月{meant.day}日" if isinstance(meant, date) else ""
    for found in find_dates(words, year=year):
        if found.day is None and (found.year_written or year is not None):
            return f"完成时限“{words}”中的“{found.text}”不是存在的日期", "与原件核对日期"
    return None
