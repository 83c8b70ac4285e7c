"""The rows of table three in running text: each row's stretch by its label, misspelt or broken, or by nothing but the order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from gongkai.annual_report.checking import labels, splitting
from gongkai.annual_report.checking.cells import read_cell
from gongkai.annual_report.checking.pieces import PIECE, WIDE, loose, pieces_of
from gongkai.annual_report.forms import Form, Row


@dataclass(slots=True)
class Strip:
    """What stands between one label and the next: the figures as pieces of text, and the words among them."""

    row: Row
    pieces: list[str]
    words: str
    typo: str = ""
    found: bool = True
    ways: list[splitting.Parts] = field(default_factory=list)
    never: bool = False  # no way of cutting adds up
    foreign: str = ""  # words among the figures that are not the label's


#: How much of a long label must be found together; what follows may be broken by the figures.
_HEAD = 7


@cache
def _pattern(label: str) -> re.Pattern[str]:
    number, word = labels.number_of(label), labels.core(label)
    numbered = ""
    if number.isdigit():
        numbered = rf"(?:{number}\s*[.、,]\s*|(?<!\d){number}\s*)?"
    elif number:
        numbered = rf"(?:[(]?\s*{number}\s*[)]?\s*[、.]?\s*)?"
    tail = r"(?!\s*处\s*理)" if word == "其他" else ""
    head = word[:_HEAD] if len(word) > 12 else word
    # 危及“三安全一稳定” keeps its quotation marks in the text.
    return re.compile(numbered + r"[\s\"“”'‘’、,(]*".join(re.escape(c) for c in head) + tail)


_NUMBERING = re.compile(r"(?<![\d.])[1-8]\s*[.、]\s*(?=[\"“]?[\u3400-\u9fff])|^[ \t]*[1-8][ \t]*[.、][ \t]*$", re.M)


def rows_in_order(text: str, form: Form) -> list[Strip]:
    """The rows by nothing but their order, where there are exactly as many figures as cells.

    A narrow column breaks labels over lines and between the figures; the figures still come row by row.
    """
    rows = form.table_three.rows
    pieces, _ = pieces_of(_NUMBERING.sub("", text))
    nameless = not SUBROWS.search(text)
    if len(pieces) != 7 * len(rows) or not (nameless or _names_in_order(text, form)):
        return []
    by_row = [pieces[7 * index : 7 * index + 7] for index in range(len(rows))]
    by_column = [pieces[index :: len(rows)] for index in range(len(rows))]
    # A page copied column by column: nearly every row adds up only that way.
    cells = by_column if 2 * sum(map(adds_up, by_row)) < sum(map(adds_up, by_column)) else by_row
    strips = [Strip(row, cells[index], "") for index, row in enumerate(rows)]
    located = list(rows_by_label(text, form))
    for strip, other in zip(strips, located, strict=True):
        strip.typo = other.typo if other.pieces == strip.pieces else ""
    return strips


def adds_up(pieces: Sequence[str]) -> bool:
    """Whether the last of some figures is the sum of the others and is not nothing."""
    values = [read_cell(piece) for piece in pieces]
    return all(v.is_known for v in values) and values[-1].counts == sum(v.counts for v in values[:-1]) != 0


#: What stands in a table three of either form, unless the labels of its inner rows were lost on the way.
SUBROWS = re.compile("|".join(loose(words) for words in ("国家秘密", "第三方合法权益", "内部事务", "过程性信息", "重复申请", "公开出版物")))


def _names_in_order(text: str, form: Form) -> bool:
    """Whether the form's own last rows are there: three rows of other handling, or one."""
    letters = "".join(c for c in text if "\u3400" <= c <= "\u9fff")
    return ("逾期不补" in letters) == any(row.key == "abandoned_fix" for row in form.table_three.rows)


def rows_by_label(text: str, form: Form) -> Iterator[Strip]:
    """Each row's stretch of text, found by its label, each after the one before."""
    rows = form.table_three.rows
    spots: list[tuple[int, int] | None] = []
    at = 0
    for row in rows:
        found = _pattern(row.label).search(text, at, min(len(text), at + WIDE))
        spots.append(found.span() if found else None)
        if found:
            at = found.end()
    _drop_leaps(spots)
    typos: dict[int, str] = {}
    for index, spot in enumerate(spots):
        if spot is None:
            low = next((s[1] for s in reversed(spots[:index]) if s), 0)
            high = next((s[0] for s in spots[index + 1 :] if s), min(len(text), low + 300))
            if near := _misspelt(text, low, high, rows[index].label):
                spots[index], typos[index] = near[0], near[1]
    for index, (row, spot) in enumerate(zip(rows, spots, strict=True)):
        if spot is None:
            yield Strip(row, [], "", found=False)
            continue
        end = next((s[0] for s in spots[index + 1 :] if s), min(len(text), spot[1] + 300))
        stretch = text[spot[1] : end]
        pieces, words = pieces_of(stretch)
        if len(pieces) > 7 and len(whole := [line for line in (pieces_of(line)[0] for line in stretch.split("\n")) if len(line) == 7]) == 1:
            pieces = whole[0]  # a row on its line; what else there is stands at the foot or the head of a page
        foreign = _foreign(stretch, row.label) if len(pieces) < 7 else ""
        yield Strip(row, pieces, words, typos.get(index, "") or _tail_typo(row.label, words, stretch), foreign=foreign)


def _drop_leaps(spots: list[tuple[int, int] | None]) -> None:
    """A label found far ahead of those that follow it swallows them: it was another word's."""
    for index, spot in enumerate(spots):
        following = spots[index + 1 : index + 4]
        if spot and len(following) == 3 and not any(following) and any(spots[index + 4 :]):
            spots[index] = None


def _misspelt(text: str, low: int, high: int, label: str) -> tuple[tuple[int, int], str] | None:
    """A misspelt label between two places: where it stands and how it is written."""
    word = labels.core(label)
    letters = [(c, low + i) for i, c in enumerate(text[low:high]) if "\u3400" <= c <= "\u9fff"]
    if len(word) < 3:
        return None
    head = word[:12]
    most = max(1, len(head) // 4)
    best: tuple[int, int, int] | None = None
    for begin in range(len(letters)):
        for size in (len(head), len(head) - 1, len(head) + 1):
            if begin + size > len(letters):
                continue
            away = labels.distance("".join(c for c, _ in letters[begin : begin + size]), head, most)
            if away <= most and (best is None or away < best[0]):
                best = (away, begin, size)
    if best is None:
        return None
    _, begin, size = best
    start = letters[begin][1]
    end = letters[begin + size - 1][1] + 1
    written = "".join(c for c, _ in letters[begin : begin + size])
    number = labels.number_of(label)
    if _QUOTES.sub("", text[letters[begin][1] : end]) != written:
        written = ""  # broken over lines: what stands between may be another column's
    if number and (numbered := re.search(rf"[(]?\s*{number}\s*[)]?\s*[、.,]?\s*$", text[max(low, start - 8) : start])):
        start -= len(numbered[0])
    return (start, end), written


_QUOTES = re.compile(r"[\"“”'‘’、,()]")


def _tail_typo(label: str, words: str, stretch: str) -> str:
    """How the rest of a long label is written, where it stands in one piece and is not as the form has it."""
    word = labels.core(label)
    if len(word) <= 12 or not words:
        return ""
    rest = word[_HEAD:]
    lead = re.match(r"[^\d]*", stretch)[0].strip()  # type: ignore[index]
    if lead and not re.search(r"\s", lead) and 0 < labels.distance(labels.core("甲" + lead)[1:], rest, 3) <= 3:
        return word[:_HEAD] + labels.core("甲" + lead)[1:]
    written = labels.core(words) if not words[0].isdigit() else words
    if written.startswith(rest) or _is_subsequence(rest, written):
        return ""
    near = labels.distance(written[: len(rest)], rest, 3)
    return word[:_HEAD] + written[: len(rest)] if 0 < near <= 3 and not re.search(r"\d", stretch.strip()[: len(rest)]) else ""


def _is_subsequence(word: str, text: str) -> bool:
    letters = iter(text)
    return all(c in letters for c in word)


_OF_PAGES = re.compile(r"[年月页局市县区]|公开|自然人|企业|机构|组织|其他|总计|申请|结果|处理")


def _foreign(stretch: str, label: str) -> str:
    """Words between the figures of a row that are neither its label's nor a page's: what somebody wrote in place of a number."""
    figures = list(PIECE.finditer(stretch))
    if len(figures) < 2:
        return ""
    found = re.findall(r"[\u3400-\u9fff]{2,10}", stretch[figures[0].end() : figures[-1].start()])
    return next((word for word in found if word not in label and not _OF_PAGES.search(word)), "")
