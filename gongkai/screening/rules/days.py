"""Dates that were never, weekdays that disagree, spells that end before they begin."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from gongkai.text.numerals import from_chinese


class Day(NamedTuple):
    """A date as written; `year` is None where none is written, `spell` is "年", "月" or the separator."""

    year: int | None
    month: int
    day: int
    start: int
    end: int
    spell: str

    def on(self, year: int | None = None) -> date | None:
        try:
            return date(self.year or year or 0, self.month, self.day)
        except ValueError:
            return None

    @property
    def exists(self) -> bool:
        """Without a year, 29 February might be."""
        return 1 <= self.month <= 12 and 1 <= self.day <= monthrange(self.year or 2000, self.month)[1]


class Amiss(NamedTuple):
    rule: str
    start: int
    end: int
    why: str
    suggestion: str


_N = "[0-9〇零○一二三四五六七八九十]"
_DATE = re.compile(
    rf"(?P<a>{_N}{_N}{{0,3}})(?: ?年 ?(?P<m>{_N}{{1,3}}) ?月 ?(?P<d>{_N}{{1,3}}) ?日| ?月 ?(?P<d2>{_N}{{1,3}}) ?日"
    r"|(?P<s>[-/.])(?P<m3>[0-9]{1,2})(?P=s)(?P<d3>[0-9]{1,2})(?![0-9.\-/]))"
)
_WEEKDAY = re.compile(r" ?\(? ?(?:星期|周)([一二三四五六日天])(?:\)|(?![一二三四五六日天期年末刊报边围岁密全到]))")
_TO = re.compile(r" ?(?:\(?(?:星期|周)[一二三四五六日天]\)?)?起? ?(?:至|到|—{1,2}|-{1,2}|~|–) ?")
_TO_DAY = re.compile(r" ?(?:至|到|—{1,2}|-{1,2}|~|–) ?([0-9]{1,2}) ?日(?!内)")
_WEEK = "一二三四五六日"


def find_days(plain: str) -> list[Day]:
    """The dates of a half-width text, in order."""
    found = []
    for match in _DATE.finditer(plain):
        try:
            if match["s"]:
                before = plain[match.start() - 1] if match.start() else ""
                if not re.fullmatch("(?:19|20)[0-9]{2}", match["a"]) or before in (".", "-", "/") or (before.isascii() and before.isalnum()):
                    continue
                parts = int(match["a"]), int(match["m3"]), int(match["d3"])
            elif match["m"]:
                parts = _number(match["a"]), _number(match["m"]), _number(match["d"])
                if not 1000 <= parts[0] <= 9999:
                    continue
            else:
                found.append(Day(None, _number(match["a"]), _number(match["d2"]), *match.span(), "月"))
                continue
        except ValueError:
            continue
        found.append(Day(*parts, *match.span(), match["s"] or "年"))
    return found


def _number(written: str) -> int:
    return int(written) if written.isascii() else from_chinese(written)


def judge_days(plain: str) -> Iterator[Amiss]:
    """What is amiss with the dates of a text.

    A date without its year takes that of a date before it in the same sentence; with none, its
    weekday is not judged.
    """
    before: Day | None = None
    year: int | None = None
    for day in find_days(plain):
        if before is not None and re.search(r"[\0\n。;]", plain[before.end : day.start]):
            before = year = None
        if not day.exists:
            # 2022.13.45 may be a version or a section; 13月45日 can only be a date.
            if day.spell in "年月" or 1 <= day.month <= 12:
                yield Amiss("impossible_date", day.start, day.end, f"没有“{plain[day.start:day.end]}”这一天", "核对日期")
            before = None
            continue
        joined = before is not None and _TO.fullmatch(plain[before.end : day.start])
        # 2022年12月1日至1月5日: who leaves the year out means the same year.
        starts_in, ends_in = (before.year if before else None) or year, day.year
        if joined and before is not None:
            if ends_in is None:
                ends_in = starts_in
            elif before.year is None:
                starts_in = ends_in
            first, last = before.on(starts_in or 2000), day.on(ends_in or 2000)
            if first and last and last < first and (before.year is not None or day.year is not None):
                yield Amiss("date_range", before.start, day.end, "止期早于起期", "核对起止日期；跨年的写明止期的年份")
        year = day.year or year
        known = day.on(year)
        if known and (said := _WEEKDAY.match(plain, day.end)):
            right = _WEEK[known.weekday()]
            if said[1].replace("天", "日") != right:
                yield Amiss("weekday", day.start, said.end(), f"{known.year}年{known.month}月{known.day}日是星期{right}", f"星期{right}")
        if (to := _TO_DAY.match(plain, day.end)) and not _DATE.match(plain, to.start(1)):
            last_day = int(to[1])
            if last_day > monthrange(day.year or year or 2000, day.month)[1] or last_day == 0:
                yield Amiss("impossible_date", day.start, to.end(), f"{day.month}月没有{last_day}日", "核对日期")
            elif last_day < day.day:
                yield Amiss("date_range", day.start, to.end(), "止期早于起期", "核对起止日期；跨月的写明止期的月份")
        before = day
