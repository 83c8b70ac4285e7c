"""Tables two, three and four read from running text: columns by spaces, one cell a line, or no separator at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from gongkai.annual_report.checking import labels, splitting
from gongkai.annual_report.checking.cells import Kind, Value, absent, known, read_cell
from gongkai.annual_report.checking.findings import Finding, hard, note, soft, unread
from gongkai.annual_report.checking.grids import two_form
from gongkai.annual_report.checking.pieces import (
    EMPTY,
    WIDE,
    cells_of,
    figures_of,
    length,
    loose,
    one_of,
    pieces_of,
    spread,
)
from gongkai.annual_report.checking.report import Tables
from gongkai.annual_report.checking.strips import SUBROWS, Strip, adds_up, rows_by_label, rows_in_order
from gongkai.annual_report.forms import Form, Row, forms
from gongkai.text.normalise import nfkc

PAGE_MARK = re.compile(r"^[ \t\f\r]*(?:[-—–－][ \t]*\d{1,3}[ \t]*[-—–－]|第[ \t]*\d{1,3}[ \t]*页(?:[ \t]*[/,，]?[ \t]*共[ \t]*\d{1,3}[ \t]*页)?|Page[ \t]+\d+\b.*|\d{1,3}[ \t]*/[ \t]*\d{1,3})[ \t\f\r]*$", re.M | re.I)
INLINE_MARK = re.compile(r"Page \d{1,3} - [^\n]{0,40}?P\. ?\d{1,3}")
#: A page's number by itself, which nothing but the end of its page tells from a cell.
_LAST_ON_PAGE = re.compile(r"^[ \t]{0,200}\d{1,3}[ \t]{0,9}\r?\n?\f|\f[ \t]{0,9}\r?\n?[ \t]{0,200}\d{1,3}[ \t]{0,9}(?=\r?\n)", re.M)


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


def _nearly(words: str) -> str:
    """A pattern for words with any one of their characters misspelt or lost."""
    return "|".join(r"\s*".join(r"\S?" if n == wrong else re.escape(c) for n, c in enumerate(words)) for wrong in range(len(words)))


_CARRIED = re.compile(_nearly("上年结转"))
_TWO = re.compile(rf"{loose('主动公开政府信息情况')}|{loose('第二十条')}\s*第\s*[(（]?\s*一")
_ITEM = re.compile(rf"{loose('第二十条')}\s*第\s*[(（]?\s*一")
_NEW = re.compile(loose("本年新收"))
_THREE = re.compile(loose("收到和处理政府信息公开申请情况"))
_FOUR = re.compile(rf"{loose('政府信息公开行政')}\s*法?\s*{loose('复议')}|{loose('行政复议')}\s*{loose('行政诉讼')}")
_FIVE = re.compile(rf"(?:五\s*[、.]\s*)?(?:{loose('存在的主要问题')}|{loose('存在主要问题')}|{loose('主要问题及改进')}|{loose('存在问题')})|\[第[五六]部分\]")


def _span(text: str) -> tuple[int, int, int, int] | None:
    """Where table two begins, three begins, four begins, and four ends."""
    first = next((m.start() for m in _NEW.finditer(text) if _CARRIED.search(text, m.end(), m.end() + WIDE)), None)
    if first is None:  # the first label may be misspelt
        heads = [m for m in _THREE.finditer(text) if _CARRIED.search(text, m.end(), m.end() + WIDE)]
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
    last = re.compile(loose("结转下年度")).search(text, first)
    after = last.end() if last else first
    found = _FOUR.search(text, after)
    four = found.start() if found else min(len(text), after + (400 if last else 3 * WIDE))
    five = _FIVE.search(text, four)
    return two, three, four, five.start() if five else min(len(text), four + 3_000)


# -- Table three -------------------------------------------------------------------------------------------------------


def _read_three(text: str, tables: Tables) -> bool:
    """Read the table; whether its cells stand apart, so that what is missing was blank and not run together with its neighbour."""
    if not text.strip():
        return False
    start = _NEW.search(text)
    body = text[max(0, start.start() - 4) :] if start else text
    attempts = []
    for form in reversed(forms().values()):
        strips = rows_in_order(body, form) or list(rows_by_label(body, form))
        attempts.append((sum(2 * s.found - bool(s.typo) for s in strips) - 2 * (len(strips) - sum(s.found for s in strips)), form, strips))
    merit, form, strips = max(attempts, key=lambda attempt: attempt[0])
    if sum(strip.found for strip in strips) < 6:
        return False
    tables.form_three = form.key
    if not SUBROWS.search(body):
        tables.findings.append(soft("label", "表三", "各分项的行标签没有读到，按格式的次序核对，请对照原件。", "标签与格式一致", form.basis))
    above = text[: start.start() if start else 0]
    tables.findings += _head_typos("表三", above, [column.label for column in form.table_three.columns], form.basis)
    for strip in strips:
        if strip.typo:
            tables.findings.append(soft("label", f"表三“{strip.row.label[:14]}”", f"行标签写作“{strip.typo}”，应为“{strip.row.label}”。", "标签与格式一致", form.basis))
    return _settle_three(strips, form, tables)


def _head_typos(table: str, text: str, heads: Iterable[str], basis: str) -> Iterator[Finding]:
    """Column heads written in one piece with one character wrong."""
    for head in dict.fromkeys(heads):
        word = labels.core(head)
        if len(word) < 4 or re.search(loose(word), text) or len(text) > 4_000:
            continue
        for piece in re.findall(r"[\u3400-\u9fff]{4,}", text):
            near = next((piece[i : i + len(word)] for i in range(len(piece) - len(word) + 1) if labels.distance(piece[i : i + len(word)], word, 1) == 1), "")
            if near and not any(near == labels.core(other) for other in heads):
                yield soft("label", f"{table}表头", f"列名写作“{near}”，应为“{head}”。", "标签与格式一致", basis)
                break


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
    told = [s for s in strips if any(piece not in EMPTY for piece in s.pieces)]
    return sum(len(s.pieces) == 7 for s in told) > 0.6 * len(told)


def _place(strip: Strip) -> str:
    return f"表三“{strip.row.label.split('（区')[0]}”"


def _is_ragged(strips: Sequence[Strip]) -> bool:
    """Whether cells stand apart and blank ones left no trace: rows of two to six figures, nearly all of which add up as they stand."""
    if any(len(s.pieces) > 7 for s in strips):
        return False
    short = [s for s in strips if 2 <= len(s.pieces) < 7]
    return len(short) > 1 and len({len(s.pieces) for s in strips if s.pieces}) > 1 and sum(adds_up(s.pieces) for s in short) > 0.6 * len(short)


def _keep_ragged(strips: Sequence[Strip], columns: Sequence[str], tables: Tables) -> None:
    for strip in strips:
        values = [read_cell(piece) for piece in strip.pieces]
        if len(values) == 1 and values[0].counts:  # a figure of which nobody can tell whether it is the total
            values = [absent()] * 7
            tables.findings.append(unread("run_together", _place(strip), f"只读到“{strip.pieces[0]}”一个数，其余空白，看不出在哪一列，请对照原件。"))
        elif values:
            values = spread(values, len(values))
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
        fits = [s for s in strips if s.pieces and _digits(s) and length(s.pieces) >= width >= len(s.pieces)]
        if len(fits) >= 0.8 * sum(bool(s.pieces) for s in strips):
            return width
    return min(7, Counter(len(s.pieces) for s in strips if s.pieces).most_common(1)[0][0])


def _digits(strip: Strip) -> bool:
    """Whether a row is figures to be cut: digits, with the commas of thousands perhaps, and marks that stand for nothing."""
    return all(piece in EMPTY or piece.replace(",", "").isdigit() for piece in strip.pieces)


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
        pieces = figures_of(pieces)
        if apart and 1 < len(pieces) < width:
            numbers = [int(piece.replace(",", "")) for piece in pieces]
            strip.never = numbers[-1] != sum(numbers[:-1])
            continue
        try:
            strip.ways = splitting.cuts(pieces, width, adds_up=width > 1)
            strip.never = not strip.ways and width > 1 and not any(splitting.cuts(pieces, cells, adds_up=True) for cells in range(2, min(width, length(pieces) + 1)))
            if not strip.ways and length(pieces) <= 16:
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
            values = spread(cells_of(strip.pieces, ways[0]), width)
        elif ways:
            unsure.append(f"“{label}”{run}：" + " 或 ".join("|".join(map(str, way)) for way in ways[:6]) + (f" 等{len(ways)}种" if len(ways) > 6 else ""))
            values = spread([one_of(run, [way[i] for way in ways]) for i in range(width)], width)
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


# -- Table two ---------------------------------------------------------------------------------------------------------


def _read_two(text: str, tables: Tables, apart: bool) -> None:
    tables.form_two = two_form(text)
    form = forms().get(tables.form_two)
    if form is None:
        return
    wanted = [(block, row) for block in form.table_two.blocks for row in block.rows]
    tables.findings += _head_typos("表二", text, [column.label for block in form.table_two.blocks for column in block.columns], form.basis)
    head = re.compile(loose(form.table_two.blocks[0].columns[-1].label)).search(text)
    at = head.end() if head else 0
    spots: list[tuple[int, int, str] | None] = []
    for _, row in wanted:
        names = [row.label, *row.variants]
        hits = [(m.start(), m.end(), name) for name in names for m in [re.compile(loose(name)).search(text, at)] if m]
        spot = min(hits, key=lambda hit: (hit[0], hit[0] - hit[1])) if hits else None
        spots.append(spot)
        at = spot[1] if spot else at
    for index, ((block, row), spot) in enumerate(zip(wanted, spots, strict=True)):
        if spot is None:
            continue
        following = [s[0] for s in spots[index + 1 :] if s]
        stop = re.compile(rf"第\s*{loose('二十条')}|{loose('信息内容')}").search(text, spot[1])
        end = min([*following[:1], *([stop.start()] if stop else []), len(text)])
        if spot[2] != row.label:
            tables.findings.append(soft("label", "表二", f"行标签写作“{spot[2]}”，应为“{row.label}”。", "标签与格式一致", form.basis))
        _settle_two(block, row, pieces_of(text[spot[1] : end], signed=True)[0], tables, apart)


def _settle_two(block, row: Row, pieces: list[str], tables: Tables, apart: bool) -> None:
    """A row of figures. Where cells stand `apart` one that is missing was blank, and nothing is cut."""
    count = len(block.columns)
    keys = [(block.key, row.key, column.key) for column in block.columns]
    if not pieces:
        tables.two.update({key: Value("", None, Kind.BLANK) for key in keys})
    elif len(pieces) == count:
        tables.two.update({key: read_cell(piece) for key, piece in zip(keys, pieces, strict=True)})
    elif not (apart and len(pieces) > 1) and len(pieces) < count and all(piece in EMPTY or piece.replace(",", "").isdigit() for piece in pieces):
        try:
            ways = splitting.cuts(figures_of(pieces), count, adds_up=False)
        except splitting.TooMany:
            ways = []
        run = " ".join(pieces)
        if not ways and set("".join(pieces)) == {"0"}:
            ways = [(0,) * count]
        for index, key in enumerate(keys):
            tables.two[key] = one_of(run, [way[index] for way in ways]) if ways else Value(run, None, Kind.UNSURE)
        if len(ways) > 1:
            tables.two_ways[block.key, row.key] = ways
    elif count == 3 and len(pieces) == 2 and pieces[1][:1] in "+-" and pieces[0].isdigit() and pieces[1][1:].isdigit():
        sign, run = (-1 if pieces[1][0] == "-" else 1), pieces[1][1:]
        ways = [(int(pieces[0]), sign * way[0], way[1]) for way in splitting.cuts([run], 2, adds_up=False)]
        for index, key in enumerate(keys):
            tables.two[key] = one_of("".join(pieces), [way[index] for way in ways])
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
    begin = re.search(loose("复议后起诉"), text) or re.search(loose("未经复议直接起诉"), text)
    if begin is None and "维" not in text:
        return
    tail = text[begin.end() if begin else 0 :]
    totals = list(re.finditer(r"总\s*计", tail))
    if totals:
        tail = tail[totals[-1].end() :]
    pieces = pieces_of(tail)[0]
    run = " ".join(pieces)
    if not pieces:
        tables.four.update({key: Value("", None, Kind.BLANK) for key in keys})
        return
    if len(pieces) >= 15:
        tables.four.update({key: read_cell(piece) for key, piece in zip(keys, pieces[:15], strict=True)})
        return
    if not all(piece in EMPTY or piece.replace(",", "").isdigit() for piece in pieces):
        tables.findings.append(unread("run_together", "表四", f"读到“{run}”，应为15个数，请对照原件。"))
        return
    if apart and len(pieces) > 2:
        tables.four.update({key: Value(run, None, Kind.UNSURE) for key in keys})
        if not _four_groups([int(piece.replace(",", "")) for piece in figures_of(pieces)]):
            tables.findings.append(hard("I4", "表四", f"读到“{run}”，其余空白，无论怎样分为三组，三组的总计不能都等于各项之和。", forms()["30"].identity("I4").sentence, "30号"))
        else:
            tables.findings.append(unread("run_together", "表四", f"读到“{run}”，不足15格，看不出哪几格空白，请对照原件。"))
        return
    ways = _four_ways(figures_of(pieces))
    if not ways:
        tables.four.update({key: Value(run, None, Kind.UNSURE) for key in keys})
        if len("".join(pieces)) >= 15:
            tables.findings.append(hard("I4", "表四", f"数字连写为“{run}”，无论怎样切分，三组的总计不能都等于各项之和。", forms()["30"].identity("I4").sentence, "30号"))
        else:
            tables.findings.append(unread("run_together", "表四", f"读到“{run}”，不足15格，可能有空白格，请对照原件。"))
        return
    for index, key in enumerate(keys):
        tables.four[key] = one_of(run, [way[index] for way in ways])
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
