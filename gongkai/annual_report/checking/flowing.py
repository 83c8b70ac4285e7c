"""Tables two, three and four read from running text: columns by spaces, one cell a line, or no separator at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from gongkai.annual_report.checking import labels, splitting
from gongkai.annual_report.checking.cells import Kind, Value, absent, known, read_cell
from gongkai.annual_report.checking.findings import Finding, hard, note, soft, unread
from gongkai.annual_report.checking.grids import two_form
from gongkai.annual_report.checking.report import Tables
from gongkai.annual_report.forms import Form, Row, forms
from gongkai.text.normalise import nfkc

PAGE_MARK = re.compile(r"^[ \t\f\r]*(?:[-—–－][ \t]*\d{1,3}[ \t]*[-—–－]|第[ \t]*\d{1,3}[ \t]*页(?:[ \t]*[/,，]?[ \t]*共[ \t]*\d{1,3}[ \t]*页)?|Page[ \t]+\d+\b.*|\d{1,3}[ \t]*/[ \t]*\d{1,3})[ \t\f\r]*$", re.M | re.I)
INLINE_MARK = re.compile(r"Page \d{1,3} - [^\n]{0,40}?P\. ?\d{1,3}")
#: A page's number by itself, which nothing but the end of its page tells from a cell.
_LAST_ON_PAGE = re.compile(r"^[ \t]{0,200}\d{1,3}[ \t]{0,9}\r?\n?\f|\f[ \t]{0,9}\r?\n?[ \t]{0,200}\d{1,3}[ \t]{0,9}(?=\r?\n)", re.M)
_NOTHING = r"(?<![^\s\d/无])无(?!\s*[正法])(?=[\s\d/无]|$)"  # “无” for a cell, not the first letter of 无法 or 无正当理由
_SLIPPED = r"(?<!\S)(?:[-—–]{1,3}|[OoIl〇○|][\dOoIl〇○|]*|\d+[OoIl〇○SBZ][\dOoIl〇○SBZ]*|[SBZ]+\d[\dOoIl〇○SBZ]*)(?!\S)"
_FIGURE = r"\d[\d,]*(?:\.\d+)?"
_SIGNED = re.compile(rf"{_SLIPPED}|{_NOTHING}|[+-]?{_FIGURE}|[/\\]")  # where a figure may be a change
_PIECE = re.compile(rf"{_SLIPPED}|{_NOTHING}|(?<![\d-])[+-]{_FIGURE}|{_FIGURE}|[/\\]|(?<=[\d—])—|—(?=[\d—])|(?<=[\d-])-|-(?=-)")
_EMPTY = frozenset("/\\—-无")  # pieces that are a cell by themselves and stand for nothing
#: Days and years that heads and feet of pages leave between the rows.
_DATE = re.compile(r"(?<!\d)20[12]\d(?:年度?(?:\d{1,2}月(?:\d{1,2}日)?)?|([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)(?:\s+\d{1,2}:\d\d(?::\d\d)?)?)")
_WIDE = 2_000  # no row of figures, label and all, is longer


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


def tidy(text: str) -> str:
    """The text in one width, without the marks that pages leave in it."""
    return INLINE_MARK.sub(" ", PAGE_MARK.sub("", _LAST_ON_PAGE.sub("\n", nfkc(text))))


def read_flowing(text: str) -> tuple[Tables, tuple[int, int] | None]:
    """The tables of a tidied text, and from where to where in it they stand."""
    tables = Tables()
    span = _span(text)
    if span is None:
        return tables, None
    two, three, four, end = span
    apart = _read_three(text[three:four], tables)
    _read_two(text[two:three], tables, apart)
    _read_four(text[four:end], tables, apart)
    return tables, (two, end)


# -- Where the tables stand --------------------------------------------------------------------------------------------


def _loose(words: str) -> str:
    """A pattern for words that may be broken by white space anywhere."""
    return r"\s*".join(re.escape(c) for c in words)


def _nearly(words: str) -> str:
    """The same, with any one of the words' characters misspelt or lost."""
    return "|".join(r"\s*".join(r"\S?" if n == wrong else re.escape(c) for n, c in enumerate(words)) for wrong in range(len(words)))


_CARRIED = re.compile(_nearly("上年结转"))
_TWO = re.compile(rf"{_loose('主动公开政府信息情况')}|{_loose('第二十条')}\s*第\s*[(（]?\s*一")
_ITEM = re.compile(rf"{_loose('第二十条')}\s*第\s*[(（]?\s*一")
_NEW = re.compile(_loose("本年新收"))
_THREE = re.compile(_loose("收到和处理政府信息公开申请情况"))
_FOUR = re.compile(rf"{_loose('政府信息公开行政')}\s*法?\s*{_loose('复议')}|{_loose('行政复议')}\s*{_loose('行政诉讼')}")
_FIVE = re.compile(rf"(?:五\s*[、.]\s*)?(?:{_loose('存在的主要问题')}|{_loose('存在主要问题')}|{_loose('主要问题及改进')}|{_loose('存在问题')})|\[第[五六]部分\]")


def _span(text: str) -> tuple[int, int, int, int] | None:
    """Where table two begins, three begins, four begins, and four ends."""
    first = next((m.start() for m in _NEW.finditer(text) if _CARRIED.search(text, m.end(), m.end() + _WIDE)), None)
    if first is None:  # the first label may be misspelt
        heads = [m for m in _THREE.finditer(text) if _CARRIED.search(text, m.end(), m.end() + _WIDE)]
        first = heads[-1].end() if heads else None
    item = _ITEM.search(text)
    if first is None and item is None:
        return None
    anchor = item.start() if item else first or 0
    before = [m.start() for m in _TWO.finditer(text, 0, anchor + 1)]
    two = before[-1] if before and anchor - before[-1] < 200 else anchor
    if first is None:
        first = len(text)
    heads = [m.start() for m in _THREE.finditer(text, two, first)]
    three = heads[-1] if heads else first
    last = re.compile(_loose("结转下年度")).search(text, first)
    after = last.end() if last else first
    found = _FOUR.search(text, after)
    four = found.start() if found else min(len(text), after + (400 if last else 3 * _WIDE))
    five = _FIVE.search(text, four)
    return two, three, four, five.start() if five else min(len(text), four + 3_000)


# -- Table three -------------------------------------------------------------------------------------------------------

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


def _read_three(text: str, tables: Tables) -> bool:
    """Read the table; whether its cells stand apart, so that what is missing was blank and not run together with its neighbour."""
    if not text.strip():
        return False
    start = _NEW.search(text)
    body = text[max(0, start.start() - 4) :] if start else text
    attempts = []
    for form in reversed(forms().values()):
        strips = _in_order(body, form) or list(_strips(body, form))
        attempts.append((sum(2 * s.found - bool(s.typo) for s in strips) - 2 * (len(strips) - sum(s.found for s in strips)), form, strips))
    merit, form, strips = max(attempts, key=lambda attempt: attempt[0])
    if sum(strip.found for strip in strips) < 6:
        return False
    tables.form_three = form.key
    if not _SUBROWS.search(body):
        tables.findings.append(soft("label", "表三", "各分项的行标签没有读到，按格式的次序核对，请对照原件。", "标签与格式一致", form.basis))
    above = text[: start.start() if start else 0]
    tables.findings += _head_typos("表三", above, [column.label for column in form.table_three.columns], form.basis)
    for strip in strips:
        if strip.typo:
            tables.findings.append(soft("label", f"表三“{strip.row.label[:14]}”", f"行标签写作“{strip.typo}”，应为“{strip.row.label}”。", "标签与格式一致", form.basis))
    return _settle_three(strips, form, tables)


_NUMBERING = re.compile(r"(?<![\d.])[1-8]\s*[.、]\s*(?=[\"“]?[\u3400-\u9fff])|^[ \t]*[1-8][ \t]*[.、][ \t]*$", re.M)


def _in_order(text: str, form: Form) -> list[Strip]:
    """The rows by nothing but their order, where there are exactly as many figures as cells.

    A narrow column breaks labels over lines and between the figures; the figures still come row by row.
    """
    rows = form.table_three.rows
    pieces, _ = _pieces(_NUMBERING.sub("", text))
    nameless = not _SUBROWS.search(text)
    if len(pieces) != 7 * len(rows) or not (nameless or _names_in_order(text, form)):
        return []
    by_row = [pieces[7 * index : 7 * index + 7] for index in range(len(rows))]
    by_column = [pieces[index :: len(rows)] for index in range(len(rows))]
    # A page copied column by column: nearly every row adds up only that way.
    cells = by_column if 2 * sum(map(_adds_up, by_row)) < sum(map(_adds_up, by_column)) else by_row
    strips = [Strip(row, cells[index], "") for index, row in enumerate(rows)]
    located = list(_strips(text, form))
    for strip, other in zip(strips, located, strict=True):
        strip.typo = other.typo if other.pieces == strip.pieces else ""
    return strips


def _adds_up(pieces: Sequence[str]) -> bool:
    """Whether the last of some figures is the sum of the others and is not nothing."""
    values = [read_cell(piece) for piece in pieces]
    return all(v.is_known for v in values) and values[-1].counts == sum(v.counts for v in values[:-1]) != 0


#: What stands in a table three of either form, unless the labels of its inner rows were lost on the way.
_SUBROWS = re.compile("|".join(_loose(words) for words in ("国家秘密", "第三方合法权益", "内部事务", "过程性信息", "重复申请", "公开出版物")))


def _names_in_order(text: str, form: Form) -> bool:
    """Whether the form's own last rows are there: three rows of other handling, or one."""
    letters = "".join(c for c in text if "\u3400" <= c <= "\u9fff")
    return ("逾期不补" in letters) == any(row.key == "abandoned_fix" for row in form.table_three.rows)


def _strips(text: str, form: Form) -> Iterator[Strip]:
    """Each row's stretch of text, found by its label, each after the one before."""
    rows = form.table_three.rows
    spots: list[tuple[int, int] | None] = []
    at = 0
    for row in rows:
        found = _pattern(row.label).search(text, at, min(len(text), at + _WIDE))
        spots.append(found.span() if found else None)
        if found:
            at = found.end()
    _drop_leaps(spots)
    typos: dict[int, str] = {}
    for index, spot in enumerate(spots):
        if spot is None:
            low = next((s[1] for s in reversed(spots[:index]) if s), 0)
            high = next((s[0] for s in spots[index + 1 :] if s), min(len(text), low + 300))
            if near := _nearly(text, low, high, rows[index].label):
                spots[index], typos[index] = near[0], near[1]
    for index, (row, spot) in enumerate(zip(rows, spots, strict=True)):
        if spot is None:
            yield Strip(row, [], "", found=False)
            continue
        end = next((s[0] for s in spots[index + 1 :] if s), min(len(text), spot[1] + 300))
        stretch = text[spot[1] : end]
        pieces, words = _pieces(stretch)
        if len(pieces) > 7 and len(whole := [line for line in (_pieces(line)[0] for line in stretch.split("\n")) if len(line) == 7]) == 1:
            pieces = whole[0]  # a row on its line; what else there is stands at the foot or the head of a page
        foreign = _foreign(stretch, row.label) if len(pieces) < 7 else ""
        yield Strip(row, pieces, words, typos.get(index, "") or _tail_typo(row.label, words, stretch), foreign=foreign)


def _drop_leaps(spots: list[tuple[int, int] | None]) -> None:
    """A label found far ahead of those that follow it swallows them: it was another word's."""
    for index, spot in enumerate(spots):
        following = spots[index + 1 : index + 4]
        if spot and len(following) == 3 and not any(following) and any(spots[index + 4 :]):
            spots[index] = None


def _nearly(text: str, low: int, high: int, label: str) -> tuple[tuple[int, int], str] | None:
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


def _head_typos(table: str, text: str, heads: Iterable[str], basis: str) -> Iterator[Finding]:
    """Column heads written in one piece with one character wrong."""
    for head in dict.fromkeys(heads):
        word = labels.core(head)
        if len(word) < 4 or re.search(_loose(word), text) or len(text) > 4_000:
            continue
        for piece in re.findall(r"[\u3400-\u9fff]{4,}", text):
            near = next((piece[i : i + len(word)] for i in range(len(piece) - len(word) + 1) if labels.distance(piece[i : i + len(word)], word, 1) == 1), "")
            if near and not any(near == labels.core(other) for other in heads):
                yield soft("label", f"{table}表头", f"列名写作“{near}”，应为“{head}”。", "标签与格式一致", basis)
                break


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
    figures = list(_PIECE.finditer(stretch))
    if len(figures) < 2:
        return ""
    found = re.findall(r"[\u3400-\u9fff]{2,10}", stretch[figures[0].end() : figures[-1].start()])
    return next((word for word in found if word not in label and not _OF_PAGES.search(word)), "")


def _pieces(stretch: str, *, signed: bool = False) -> tuple[list[str], str]:
    """The figures of a stretch as written pieces, and its words. `signed` where a figure may be a change and have run into a sign."""
    stretch = _DATE.sub(lambda m: " " * len(m[0]), stretch)
    without = re.sub(r"[(][^()]{0,60}[)]", lambda m: m[0] if re.search(r"\d", m[0]) else "·" * len(m[0]), stretch)
    pieces = [m[0] for m in (_SIGNED if signed else _PIECE).finditer(without)]
    words = "".join(c for c in stretch if "\u3400" <= c <= "\u9fff")
    return pieces, words


def _settle_three(strips: list[Strip], form: Form, tables: Tables) -> bool:
    columns = [column.key for column in form.table_three.columns]
    ready = [s for s in strips if len(s.pieces) == 7]
    if all(len(s.pieces) == 7 or not s.found for s in strips):
        for strip in strips:
            values = [read_cell(piece) for piece in strip.pieces] if strip.found else [absent()] * 7
            tables.three.update({(strip.row.key, column): value for column, value in zip(columns, values, strict=True)})
        return True
    if not any(s.pieces for s in strips):
        for strip in strips:
            tables.three.update({(strip.row.key, column): Value("", None, Kind.BLANK if strip.found else Kind.ABSENT) for column in columns})
        return False
    for strip in strips:
        if strip.foreign:
            tables.findings.append(hard("not_a_number", _place(strip), f"这一行有一格写的是“{strip.foreign}”，应为数字。", "表内填数字，没有的填0", form.basis))
        elif len(strip.pieces) != 7 and any(re.search(r"\d\.\d", piece) for piece in strip.pieces):
            tables.findings.append(hard("not_whole", _place(strip), f"读到“{' '.join(strip.pieces)}”，件数应为整数。", "件数为整数", form.basis))
    if _is_ragged(strips):
        _keep_ragged(strips, columns, tables)
        return True
    width = _width(strips, ready)
    apart = _is_apart(strips)
    _find_ways(strips, width, apart=apart)
    settled = splitting.solve({s.row.key: s.ways for s in strips if s.ways}, _sums(form))
    _keep(strips, settled, width, form, tables)
    return apart


def _is_apart(strips: Sequence[Strip]) -> bool:
    """Whether most rows have their seven figures each by itself; rows of marks alone do not tell."""
    told = [s for s in strips if any(piece not in _EMPTY for piece in s.pieces)]
    return sum(len(s.pieces) == 7 for s in told) > 0.6 * len(told)


def _place(strip: Strip) -> str:
    return f"表三“{strip.row.label.split('（区')[0]}”"


def _is_ragged(strips: Sequence[Strip]) -> bool:
    """Whether cells stand apart and blank ones left no trace: rows of two to six figures, nearly all of which add up as they stand."""
    if any(len(s.pieces) > 7 for s in strips):
        return False
    short = [s for s in strips if 2 <= len(s.pieces) < 7]
    return len(short) > 1 and len({len(s.pieces) for s in strips if s.pieces}) > 1 and sum(_adds_up(s.pieces) for s in short) > 0.6 * len(short)


def _keep_ragged(strips: Sequence[Strip], columns: Sequence[str], tables: Tables) -> None:
    for strip in strips:
        values = [read_cell(piece) for piece in strip.pieces]
        if len(values) == 1 and values[0].counts:  # a figure of which nobody can tell whether it is the total
            values = [absent()] * 7
            tables.findings.append(unread("run_together", _place(strip), f"只读到“{strip.pieces[0]}”一个数，其余空白，看不出在哪一列，请对照原件。"))
        elif values:
            values = _spread(values, len(values))
        else:
            values = [Value("", None, Kind.BLANK)] * 7 if strip.found else [absent()] * 7
        tables.three.update({(strip.row.key, column): value for column, value in zip(columns, values, strict=True)})
    tables.lost = True
    tables.findings.append(note("lost_blanks", "表三", "空白格在文字里没有留下痕迹，有的行不足7个数；只核对各行、各列的合计，不判断属于哪一列。"))


def _sums(form: Form) -> list[dict[str, int]]:
    """The identities along the columns as signs by row."""
    return [
        {**{key: 1 for key in identity.left}, **{key: -1 for key in identity.right}}
        for identity in form.identities
        if identity.along == "columns"
    ]


def _width(strips: list[Strip], ready: Sequence[Strip]) -> int:
    """How many cells each row left in the text: seven, or as few as were not blank."""
    if ready:
        return 7
    for width in range(7, 1, -1):
        fits = [s for s in strips if s.pieces and _digits(s) and _length(s.pieces) >= width >= len(s.pieces)]
        if len(fits) >= 0.8 * sum(bool(s.pieces) for s in strips):
            return width
    return min(7, Counter(len(s.pieces) for s in strips if s.pieces).most_common(1)[0][0])


def _digits(strip: Strip) -> bool:
    """Whether a row is figures to be cut: digits, with the commas of thousands perhaps, and marks that stand for nothing."""
    return all(piece in _EMPTY or piece.replace(",", "").isdigit() for piece in strip.pieces)


def _figures(pieces: Sequence[str]) -> list[str]:
    """Pieces to be cut, what stands for nothing as the 0 it counts as."""
    return ["0" if piece in _EMPTY else piece for piece in pieces]


def _length(pieces: Sequence[str]) -> int:
    return sum(len(piece.replace(",", "")) for piece in pieces)


def _find_ways(strips: list[Strip], width: int, *, apart: bool) -> None:
    """The ways of each row; of one with too few figures to be cut, whether any blank would make it add up.

    Where cells stand `apart` nothing is cut: a row of fewer figures has blanks.
    """
    for strip in strips:
        pieces = strip.pieces
        if len(pieces) == width:
            values = [read_cell(piece) for piece in pieces]
            if all(v.is_known and v.counts == v.counts.to_integral_value() for v in values):
                strip.ways = [tuple(int(v.counts) for v in values)]
            continue
        if not pieces or not _digits(strip):
            continue
        pieces = _figures(pieces)
        if apart and 1 < len(pieces) < width:
            numbers = [int(piece.replace(",", "")) for piece in pieces]
            strip.never = numbers[-1] != sum(numbers[:-1])
            continue
        try:
            strip.ways = splitting.cuts(pieces, width, adds_up=width > 1)
            strip.never = not strip.ways and width > 1 and not any(splitting.cuts(pieces, cells, adds_up=True) for cells in range(2, min(width, _length(pieces) + 1)))
            if not strip.ways and _length(pieces) <= 16:
                strip.ways = splitting.cuts(pieces, width, adds_up=False)
        except splitting.TooMany:
            strip.ways = []


def _keep(strips: list[Strip], settled: splitting.Solved, width: int, form: Form, tables: Tables) -> None:
    columns = [column.key for column in form.table_three.columns]
    unsure: list[str] = []
    for strip in strips:
        label = strip.row.label.split("（区")[0]
        ways = settled.ways.get(strip.row.key, [])
        run = " ".join(strip.pieces)
        if not strip.found:
            values = [absent()] * 7
        elif len(ways) == 1:
            values = _spread(_cut(strip.pieces, ways[0]), width)
        elif ways:
            unsure.append(f"“{label}”{run}：" + " 或 ".join("|".join(map(str, way)) for way in ways[:6]) + (f" 等{len(ways)}种" if len(ways) > 6 else ""))
            values = _spread([_unsure(run, [way[i] for way in ways]) for i in range(width)], width)
            if strip.never:
                tables.findings.append(hard("I3", f"表三“{label}”", f"数字连写为“{run}”，无论怎样切分，总计都不等于前面各列之和。", form.identity("I3").sentence, form.basis))
        elif not strip.pieces:
            values = [Value("", None, Kind.BLANK)] * 7
        else:
            if strip.never and not strip.foreign:
                tables.findings.append(hard("I3", f"表三“{label}”", f"读到“{run}”，不足{width}格；无论怎样切分、哪一格空白，总计都不等于前面各列之和。", form.identity("I3").sentence, form.basis))
            elif not strip.foreign:
                tables.findings.append(unread("run_together", f"表三“{label}”", f"数字连写为“{run}”，切不成{width}格，请对照原件。"))
            values = [Value(run, None, Kind.UNSURE)] * 7
        tables.three.update({(strip.row.key, column): value for column, value in zip(columns, values, strict=True)})
    if width < 7:
        tables.lost = True
        tables.findings.append(note("lost_blanks", "表三", f"空白格在文字里没有留下痕迹，每行只剩{width}个数；只核对各行、各列的合计，不判断属于哪一列。"))
    if unsure:
        tables.findings.append(unread("ambiguous", "表三", "数字连写，行、列、平衡关系合用后仍有几种切法，请对照原件选定：" + "；".join(unsure[:8]) + ("……" if len(unsure) > 8 else "") + "。"))
    if settled.failing and all(s.ways for s in strips if s.pieces) and any(len(s.pieces) != 7 for s in strips) and any(len(settled.ways.get(s.row.key, [])) > 1 for s in strips):
        tables.findings.append(hard("run_together_sums", "表三", "数字连写，无论怎样切分，各列的勾稽关系都不能全部成立。", "行、列、平衡关系", form.basis))


def _cut(pieces: Sequence[str], way: splitting.Parts) -> list[Value]:
    """The cells of a row cut in one way; a mark that stands for nothing stays what was written."""
    if len(pieces) == len(way):
        return [read_cell(piece) for piece in pieces]
    values, left = [], list(pieces)
    for number in way:
        if left and left[0] in _EMPTY:
            values.append(read_cell(left.pop(0)))
            continue
        values.append(known(number))
        digits = len(str(number))
        while left and digits > 0:
            digits -= 1
            left[0] = left[0][1:].lstrip(",")
            if not left[0]:
                left.pop(0)
    return values


def _unsure(run: str, numbers: list[int]) -> Value:
    different = tuple(sorted(set(numbers)))
    return known(different[0]) if len(different) == 1 else Value(run, None, Kind.UNSURE, candidates=different)


def _spread(values: list[Value], width: int) -> list[Value]:
    """Fewer than seven values on seven places: the last is the total, the blanks are left of it."""
    return [*values[:-1], *[Value("", None, Kind.BLANK)] * (7 - width), values[-1]]


# -- Table two ---------------------------------------------------------------------------------------------------------


def _read_two(text: str, tables: Tables, apart: bool) -> None:
    tables.form_two = two_form(text)
    form = forms().get(tables.form_two)
    if form is None:
        return
    wanted = [(block, row) for block in form.table_two.blocks for row in block.rows]
    tables.findings += _head_typos("表二", text, [column.label for block in form.table_two.blocks for column in block.columns], form.basis)
    head = re.compile(_loose(form.table_two.blocks[0].columns[-1].label)).search(text)
    at = head.end() if head else 0
    spots: list[tuple[int, int, str] | None] = []
    for _, row in wanted:
        names = [row.label, *row.variants]
        hits = [(m.start(), m.end(), name) for name in names for m in [re.compile(_loose(name)).search(text, at)] if m]
        spot = min(hits, key=lambda hit: (hit[0], hit[0] - hit[1])) if hits else None
        spots.append(spot)
        at = spot[1] if spot else at
    for index, ((block, row), spot) in enumerate(zip(wanted, spots, strict=True)):
        if spot is None:
            continue
        following = [s[0] for s in spots[index + 1 :] if s]
        stop = re.compile(rf"第\s*{_loose('二十条')}|{_loose('信息内容')}").search(text, spot[1])
        end = min([*following[:1], *([stop.start()] if stop else []), len(text)])
        if spot[2] != row.label:
            tables.findings.append(soft("label", "表二", f"行标签写作“{spot[2]}”，应为“{row.label}”。", "标签与格式一致", form.basis))
        _settle_two(block, row, _pieces(text[spot[1] : end], signed=True)[0], tables, apart)


def _settle_two(block, row: Row, pieces: list[str], tables: Tables, apart: bool) -> None:
    """A row of figures. Where cells stand `apart` one that is missing was blank, and nothing is cut."""
    count = len(block.columns)
    keys = [(block.key, row.key, column.key) for column in block.columns]
    if not pieces:
        tables.two.update({key: Value("", None, Kind.BLANK) for key in keys})
    elif len(pieces) == count:
        tables.two.update({key: read_cell(piece) for key, piece in zip(keys, pieces, strict=True)})
    elif not (apart and len(pieces) > 1) and len(pieces) < count and all(piece in _EMPTY or piece.replace(",", "").isdigit() for piece in pieces):
        try:
            ways = splitting.cuts(_figures(pieces), count, adds_up=False)
        except splitting.TooMany:
            ways = []
        run = " ".join(pieces)
        if not ways and set("".join(pieces)) == {"0"}:
            ways = [(0,) * count]
        for index, key in enumerate(keys):
            tables.two[key] = _unsure(run, [way[index] for way in ways]) if ways else Value(run, None, Kind.UNSURE)
        if len(ways) > 1:
            tables.two_ways[block.key, row.key] = ways
    elif count == 3 and len(pieces) == 2 and pieces[1][:1] in "+-" and pieces[0].isdigit() and pieces[1][1:].isdigit():
        sign, run = (-1 if pieces[1][0] == "-" else 1), pieces[1][1:]
        ways = [(int(pieces[0]), sign * way[0], way[1]) for way in splitting.cuts([run], 2, adds_up=False)]
        for index, key in enumerate(keys):
            tables.two[key] = _unsure("".join(pieces), [way[index] for way in ways])
        tables.two_ways[block.key, row.key] = ways
    elif len(pieces) < count and block.columns[-1].kind == "money" and (ways := _with_money(pieces, count)):
        run = " ".join(pieces)
        if len(ways) == 1:
            tables.two.update({key: known(Decimal(each), written=each) for key, each in zip(keys, ways[0], strict=True)})
            return
        options = " 或 ".join("|".join(way) for way in ways[:12]) + (f" 等{len(ways)}种" if len(ways) > 12 else "")
        tables.two.update({key: Value(run, None, Kind.UNSURE) for key in keys})
        tables.findings.append(unread("ambiguous", f"表二“{row.label}”", f"数字连写为“{run}”，有{len(ways)}种切法，本表没有勾稽关系可以判断，请对照原件选定：{options}。"))
    else:
        tables.two.update({key: Value(" ".join(pieces), None, Kind.UNSURE) for key in keys})
        tables.findings.append(unread("run_together", f"表二“{row.label}”", f"读到“{' '.join(pieces)}”，应为{count}个数，请对照原件。"))


def _with_money(pieces: list[str], count: int) -> list[tuple[str, ...]]:
    """Every way to cut figures that ran together, the last of which has decimals."""
    whole, point, cents = pieces[-1].partition(".")
    if not point or not all(piece.isdigit() for piece in (*pieces[:-1], whole, cents)):
        return []
    try:
        ways = splitting.cuts([*pieces[:-1], whole], count, adds_up=False)
    except splitting.TooMany:
        return []
    return [(*map(str, way[:-1]), f"{way[-1]}.{cents}") for way in ways]


# -- Table four --------------------------------------------------------------------------------------------------------


def _read_four(text: str, tables: Tables, apart: bool) -> None:
    form = forms()["30"].table_four
    keys = [(group.key, column.key) for group in form.groups for column in form.columns]
    begin = re.search(_loose("复议后起诉"), text) or re.search(_loose("未经复议直接起诉"), text)
    if begin is None and "维" not in text:
        return
    tail = text[begin.end() if begin else 0 :]
    totals = list(re.finditer(r"总\s*计", tail))
    if totals:
        tail = tail[totals[-1].end() :]
    pieces = _pieces(tail)[0]
    run = " ".join(pieces)
    if not pieces:
        tables.four.update({key: Value("", None, Kind.BLANK) for key in keys})
        return
    if len(pieces) >= 15:
        tables.four.update({key: read_cell(piece) for key, piece in zip(keys, pieces[:15], strict=True)})
        return
    if not all(piece in _EMPTY or piece.replace(",", "").isdigit() for piece in pieces):
        tables.findings.append(unread("run_together", "表四", f"读到“{run}”，应为15个数，请对照原件。"))
        return
    if apart and len(pieces) > 2:
        tables.four.update({key: Value(run, None, Kind.UNSURE) for key in keys})
        if not _four_groups([int(piece.replace(",", "")) for piece in _figures(pieces)]):
            tables.findings.append(hard("I4", "表四", f"读到“{run}”，其余空白，无论怎样分为三组，三组的总计不能都等于各项之和。", forms()["30"].identity("I4").sentence, "30号"))
        else:
            tables.findings.append(unread("run_together", "表四", f"读到“{run}”，不足15格，看不出哪几格空白，请对照原件。"))
        return
    ways = _four_ways(_figures(pieces))
    if not ways:
        tables.four.update({key: Value(run, None, Kind.UNSURE) for key in keys})
        if len("".join(pieces)) >= 15:
            tables.findings.append(hard("I4", "表四", f"数字连写为“{run}”，无论怎样切分，三组的总计不能都等于各项之和。", forms()["30"].identity("I4").sentence, "30号"))
        else:
            tables.findings.append(unread("run_together", "表四", f"读到“{run}”，不足15格，可能有空白格，请对照原件。"))
        return
    for index, key in enumerate(keys):
        tables.four[key] = _unsure(run, [way[index] for way in ways])
    if len(ways) > 1:
        shown = " 或 ".join("　".join("|".join(map(str, way[i : i + 5])) for i in (0, 5, 10)) for way in ways[:6])
        tables.findings.append(unread("ambiguous", "表四", f"数字连写为“{run}”，按总计仍有{len(ways)}种切法，请对照原件选定：{shown}{'……' if len(ways) > 6 else ''}。"))


def _four_groups(numbers: Sequence[int], groups: int = 3) -> bool:
    """Whether figures can be parted into so many groups, in order, each blank or of at most five with its sum at the end."""
    if not numbers or groups == 0:
        return not numbers
    sizes = (0, *(n for n in range(1, 6) if n <= len(numbers) and numbers[n - 1] == sum(numbers[: n - 1])))
    return any(_four_groups(numbers[size:], groups - 1) for size in sizes)


def _four_ways(pieces: list[str]) -> list[splitting.Parts]:
    """Every way to cut the pieces into three groups of five, each of which adds up."""
    digits = "".join(pieces)
    if len(digits) < 15 or not digits.isdigit():
        return []
    walls, at = [], 0
    for piece in pieces:
        at += len(piece)
        walls.append(at)

    def group(start: int, end: int) -> list[splitting.Parts]:
        inner = [w for w in walls if start < w < end]
        edges = [start, *inner, end]
        try:
            return splitting.cuts([digits[a:b] for a, b in zip(edges, edges[1:], strict=False)], 5, adds_up=True)
        except splitting.TooMany:
            return []

    if len(digits) > 45:
        return []
    first = {end: group(0, end) for end in range(5, len(digits) - 9)}
    last = {start: group(start, len(digits)) for start in range(10, len(digits) - 4)}
    return [
        (*one, *two, *three)
        for end, ones in first.items() if ones
        for start, threes in last.items() if threes and start - end >= 5
        for two in group(end, start)
        for one in ones
        for three in threes
    ][:500]  # fmt: skip
