"""Dates in Chinese prose: writing them and finding them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from gongkai.text.normalise import nfkc
from gongkai.text.numerals import from_chinese


def render(day: date) -> str:
    """A date as it stands in a document: 2022年11月30日."""
    return f"{day.year}年{day.month}月{day.day}日"


def render_range(first: date, last: date) -> str:
    """Two dates without repeating what they share: 2022年11月1日至30日."""
    if first == last:
        return render(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{render(first)}至{last.day}日"
    if first.year == last.year:
        return f"{render(first)}至{last.month}月{last.day}日"
    return f"{render(first)}至{render(last)}"


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date found in a text. ``day`` is ``None`` where there is no such day or no year is known.

    ``start`` and ``end`` index the text as given; ``as_of`` is true after 截至 or 截止.
    """

    day: date | None
    text: str
    start: int
    end: int
    as_of: bool = False
    year_written: bool = True


_N = "[0-9０-９]"
_C = "[〇零○一二三四五六七八九十]"
_FIND = re.compile(
    rf"""(?P<as_of>截[至止]到?\s*)?
    (?:
      (?:(?P<year>{_N}{{4}}|{_C}{{4}})\s*年\s*)?(?P<month>{_N}{{1,2}}|{_C}{{1,3}})\s*月\s*(?P<day>{_N}{{1,2}}|{_C}{{1,3}})\s*[日号]
      | (?<![0-9０-９.\-/])(?P<y2>(?:19|20){_N}{{2}})(?P<sep>[-/.．－／])(?P<m2>{_N}{{1,2}})(?P=sep)(?P<d2>{_N}{{1,2}})(?![0-9０-９])
    )""",
    re.VERBOSE,
)


def find_dates(text: str, *, year: int | None = None) -> list[FoundDate]:
    """The dates written in a text, in order. A date without its year takes ``year``, if given."""
    found = []
    for match in _FIND.finditer(text):
        parts = match["year"] or match["y2"], match["month"] or match["m2"], match["day"] or match["d2"]
        written_year = parts[0]
        try:
            of = _number(parts[0]) if parts[0] is not None else year
            day = date(of, _number(parts[1]), _number(parts[2])) if of is not None else None
        except ValueError:
            day = None
        start = match.end("as_of") if match["as_of"] else match.start()
        found.append(
            FoundDate(
                day,
                text[start : match.end()],
                start,
                match.end(),
                bool(match["as_of"]),
                written_year is not None,
            )
        )
    return found


def _number(written: str) -> int:
    written = nfkc(written)
    return int(written) if written.isdecimal() else from_chinese(written)
