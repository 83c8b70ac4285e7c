"""Tables two, three and four read from cells: web pages, Word, workbooks, ruled PDF, text with bars or tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gongkai.annual_report.checking import labels
from gongkai.annual_report.checking.cells import Kind, Value, absent, is_valuelike, read_cell
from gongkai.annual_report.checking.findings import Finding, soft, unread
from gongkai.annual_report.checking.report import Tables
from gongkai.annual_report.forms import Column, Form, Row, forms
from gongkai.exchange.blocks import Cell, Grid

_LABEL_THEN_FIGURES = re.compile(r"^(\D*?(?:\d[.．、,，]\D+?)?)\s*(\d[\d\s/]*)$", re.S)
_LINES = 20_000


@dataclass(slots=True)
class Line:
    """One row of a grid: its own cells, without those merged into it from above."""

    cells: list[Cell]
    grid: Grid

    def texts(self) -> list[str]:
        return [cell.text for cell in self.cells]


def lines_of(grids: Sequence[Grid]) -> list[Line]:
    """Every row of every grid, in reading order."""
    found = [Line([cell for cell in row if cell is not None], grid) for grid in grids for row in grid.cells[:_LINES]]
    return [line for line in found[:_LINES] if line.cells]


def read_grids(grids: Sequence[Grid]) -> Tables:
    """What the cells say; cells that were not found are simply not there."""
    lines = lines_of(grids)
    tables = Tables()
    _read_two(lines, tables)
    _read_three(lines, tables)
    _read_four(lines, tables)
    return tables


# -- Table three -------------------------------------------------------------------------------------------------------


def _offered(form: Form) -> list[tuple[int, str]]:
    return [(index, row.label) for index, row in enumerate(form.table_three.rows)]


def _read_three(lines: list[Line], tables: Tables) -> None:
    starts = [index for index, line in enumerate(lines) if _is_first_row(line)]
    if not starts:
        return
    ends = [*starts[1:], len(lines)]
    best: dict[int, list[tuple[Row, list[Cell], Cell | None, labels.Match | None]]] = {}
    for start, end in zip(starts, ends, strict=True):
        best[start] = max((_rows_of(lines[start:end], form) for form in reversed(forms().values())), key=_rows_merit)
    if len(starts) > 1 and any(6 <= len(rows) < 20 for rows in best.values()):
        tables.findings.append(unread("several_tables", "表三", f"文件里有{len(starts)}张申请情况表，分页后交错在一起，分不清哪一行属于哪一张，没有核对。请把每份报告分开核对。"))
        return
    chosen = max(starts, key=lambda start: (_rows_merit(best[start]), -start))
    rows = best[chosen]
    if len(rows) < 6:
        return
    form = next(form for form in reversed(forms().values()) if {row.key for row, *_ in rows} <= {row.key for row in form.table_three.rows})
    tables.form_three = form.key
    header = _header_columns(lines, chosen, form.table_three.columns, tables.findings)
    for row, cells, label, found in rows:
        if label is not None and found is not None:
            tables.findings += _label_findings("表三", label.text, row.label, found, label.place)
        for column, value in zip(form.table_three.columns, _seven(cells, header, label), strict=True):
            tables.three[row.key, column.key] = value
    if len(starts) > 1 and (same := [s for s in starts if s != chosen and len(best[s]) >= 20]):
        tables.findings.append(soft("several_tables", "表三", f"文件里有{len(same) + 1}张申请情况表，只核对了行数最全、位置最前的一张；请把每份报告分开核对。"))


def _rows_merit(rows: list) -> int:
    """Rows with figures, less half for each label that fitted badly or not at all."""
    return sum(2 - (found is None or found.wrong) for _, _, _, found in rows)


def _is_first_row(line: Line) -> bool:
    return any(
        len(core := labels.core(cell.text)) >= 6 and ("本年新收" in core or "结转" not in core and labels.distance(core, "本年新收政府信息公开申请数量", 2) <= 2)
        for cell in line.cells[:4]
        if len(cell.text) < 60
    )


def _rows_of(lines: list[Line], form: Form) -> list[tuple[Row, list[Cell], Cell | None, labels.Match | None]]:
    """The rows of the form as they follow one another, each with the cells right of its label."""
    rows, offered = form.table_three.rows, _offered(form)
    found: list[tuple[int, list[Cell], Cell | None, labels.Match | None]] = []
    stray: list[tuple[int, list[Cell], Cell | None]] = []  # rows of figures whose label is not known
    at = -1
    for line in lines:
        if at == len(rows) - 1 or _ends_three(line):
            break
        hit = None
        for position, cell in enumerate(line.cells):
            if position and hit is not None and is_valuelike(cell.text):
                break
            text, inside = _label_and_figures(cell)
            if not text.strip() or len(text) > 90 or is_valuelike(text):
                continue
            ahead = [o for o in offered if o[0] > at]
            matched, near = labels.match(text, ahead), labels.match(text, ahead[:4])
            if near is not None and (matched is None or matched.wrong or matched.shortened):
                matched = near
            if matched is not None and not (matched.wrong and matched.index > at + 4):
                hit = (matched, cell, inside + line.cells[position + 1 :])
        if hit is not None and (len(hit[2]) >= 2 or hit[0].index in (0,)):
            at = hit[0].index
            found.append((at, hit[2], hit[1], hit[0]))
        elif (figures := _figures_at_end(line)) is not None and at >= 0:
            label = next((c for c in reversed(line.cells[: len(line.cells) - len(figures)]) if c.text.strip()), None)
            stray.append((len(found), figures, label))
    return _with_strays(found, stray, rows)


def _with_strays(found: list, stray: list, rows: Sequence[Row]) -> list:
    """Rows whose label is not known take the place between two that are, where there are as many places as such rows."""
    result = [(rows[index], cells, label, match) for index, cells, label, match in found]
    for before in sorted({position for position, *_ in stray}):
        some = [(cells, label) for position, cells, label in stray if position == before]
        low = found[before - 1][0]
        high = found[before][0] if before < len(found) else len(rows)
        if high - low - 1 == len(some):
            result += [(rows[low + 1 + n], cells, label, labels.Match(low + 1 + n, wrong=True)) for n, (cells, label) in enumerate(some)]
    order = {row.key: index for index, row in enumerate(rows)}
    return sorted(result, key=lambda each: order[each[0].key])


def _ends_three(line: Line) -> bool:
    joined = "".join(labels.core(text) for text in line.texts()[:6])
    return "行政复议" in joined and "诉讼" in joined or joined.startswith("行政复议")


def _label_and_figures(cell: Cell) -> tuple[str, list[Cell]]:
    """A cell in which the first figure ran into the label, as two."""
    if found := _LABEL_THEN_FIGURES.match(cell.text):
        if len(labels.core(found[1])) >= 2:
            return found[1], [Cell(text, cell.row, cell.column, 1, 1, cell.place) for text in found[2].split()]
    return cell.text, []


def _figures_at_end(line: Line) -> list[Cell] | None:
    cells = line.cells[-7:]
    if len(cells) == 7 and all(is_valuelike(cell.text) for cell in cells) and any(cell.text.strip() for cell in cells):
        return cells
    return None


def _seven(cells: list[Cell], header: dict[str, int], label: Cell | None) -> list[Value]:
    """The seven figures of a row: by their order when there are seven, else by the columns of the head."""
    kept = list(cells)
    if len(header) != 7:
        while len(kept) > 7 and not kept[-1].text.strip():
            kept.pop()
        while len(kept) > 7 and not kept[0].text.strip():
            kept.pop(0)
    if len(kept) > 7 and len(header) != 7 and len(full := [c for c in kept if c.text.strip()]) == 7:
        kept = full
    if len(kept) == 7:
        return [read_cell(cell.text, cell.place) for cell in kept]
    if len(header) == 7:
        values = []
        for column in header.values():
            cell = next((c for c in cells if c.column <= column < c.column + c.colspan), None)
            values.append(absent() if cell is None else read_cell(cell.text, cell.place))
        if any(value.kind is not Kind.ABSENT for value in values):
            return values
    if len(kept) < 7 and len(pieces := [p for c in kept for p in c.text.split()]) == 7:
        return [read_cell(piece, kept[0].place) for piece in pieces]
    place = label.place if label is not None else ""
    return [absent(place)] * 7


def _header_columns(lines: list[Line], first: int, columns: Sequence[Column], findings: list[Finding]) -> dict[str, int]:
    """Where the seven columns stand, by the head above the first row; fewer than seven when it is not whole."""
    found: dict[str, int] = {}
    offered = [(index, column.label) for index, column in enumerate(columns)]
    for line in lines[max(0, first - 6) : first]:
        for cell in line.cells:
            if len(cell.text) > 20 or not cell.text.strip():
                continue
            matched = labels.match(cell.text, offered)
            if matched is None or columns[matched.index].key in found:
                continue
            found[columns[matched.index].key] = cell.column
            findings += _label_findings("表三表头", cell.text, columns[matched.index].label, matched, cell.place)
    if len(found) == 7 and [found[c.key] for c in columns] == sorted(set(found.values())):
        return {column.key: found[column.key] for column in columns}
    return {}


def _label_findings(table: str, written: str, right: str, found: labels.Match, place: str) -> Iterator[Finding]:
    shown = re.sub(r"\s+", "", written)
    where = f"{table}（{place}）" if place else table
    if found.wrong:
        yield soft("label", where, f"行标签写作“{shown}”，应为“{right}”。" if shown else f"这一行没有标签，按位置应为“{right}”。", "标签与格式一致")
    elif found.shortened and len(labels.core(written)) != len(labels.core(right)):
        yield soft("label", where, f"标签写作“{shown}”，与格式的“{right}”不完全一致。", "标签与格式一致")
    elif (number := labels.number_of(written)) and (wanted := labels.number_of(right)) and number != wanted:
        yield soft("label", where, f"“{shown}”的编号应为“{wanted}”。", "标签与格式一致")


# -- Table two ---------------------------------------------------------------------------------------------------------


def two_form(text: str) -> str:
    """Which form the column heads of table two belong to; empty when they do not tell."""
    bare = labels.core(text)
    new = sum(word in bare for word in ("本年制发件数", "本年废止件数", "现行有效件数", "本年处理决定数量", "本年收费金额"))
    old = sum(word in bare for word in ("本年新制作数量", "本年新公开数量", "对外公开总数量", "上一年项目数量", "采购项目数量"))
    return "" if new == old == 0 else "30" if new >= old else "60"


def _read_two(lines: list[Line], tables: Tables) -> None:
    end = next((index for index, line in enumerate(lines) if _is_first_row(line)), len(lines))
    text = "".join(labels.core(t) for line in lines[:end] for t in line.texts() if len(t) < 40)
    tables.form_two = two_form(text)
    form = forms().get(tables.form_two)
    if form is None:
        return
    wanted = [(block, row) for block in form.table_two.blocks for row in block.rows]
    at = 0
    for line in lines[:end]:
        for position, cell in enumerate(line.cells[:3]):
            text, inside = _label_and_figures(cell)
            matched = labels.match(text, [(index, wanted[index][1].label) for index in range(at, len(wanted))]) if len(text) < 30 else None
            variant = None
            if matched is None or matched.shortened or matched.wrong:
                variant = next((i for i in range(at, len(wanted)) if labels.core(text) in map(labels.core, wanted[i][1].variants)), None)
            if matched is None and variant is None:
                continue
            index = variant if variant is not None else matched.index
            block, row = wanted[index]
            cells = inside + line.cells[position + 1 :]
            plain = matched is not None and not matched.wrong and not matched.shortened and len(cells) == len(block.columns)
            if not cells or not all(is_valuelike(c.text) or plain and len(c.text) <= 24 for c in cells):
                continue
            for column, value in zip(block.columns, _exactly(cells, len(block.columns), cell.place), strict=True):
                tables.two[block.key, row.key, column.key] = value
            if variant is not None:
                tables.findings.append(soft("label", f"表二（{cell.place}）", f"行标签写作“{text.strip()}”，应为“{row.label}”。", "标签与格式一致", form.basis))
            else:
                tables.findings += _label_findings("表二", text, row.label, matched, cell.place)
            at = index + 1
            break
    tables.findings += _two_head_findings(lines[:end], form)


def _two_head_findings(lines: list[Line], form: Form) -> Iterator[Finding]:
    heads = sorted({column.label for block in form.table_two.blocks for column in block.columns})
    offered = list(enumerate(heads))
    for line in lines:
        for cell in line.cells:
            if 4 <= len(cell.text.strip()) <= 24 and not is_valuelike(cell.text):
                found = labels.match(cell.text, offered)
                if found is not None and found.wrong:
                    yield soft("label", f"表二表头（{cell.place}）", f"列名写作“{cell.text.strip()}”，应为“{heads[found.index]}”。", "标签与格式一致", form.basis)


def _exactly(cells: list[Cell], count: int, place: str) -> list[Value]:
    kept = list(cells)
    while len(kept) > count and not kept[-1].text.strip():
        kept.pop()
    while len(kept) > count and not kept[0].text.strip():
        kept.pop(0)
    if len(kept) > count and len(full := [c for c in kept if c.text.strip()]) == count:
        kept = full
    if (
        len(kept) > count and len({c.text.strip() for c in kept[count - 1 :]}) == 1
    ):  # a merged cell written out in each place it covers
        kept = kept[:count]
    if len(kept) < count and len(pieces := [p for c in kept for p in c.text.split()]) == count:
        return [read_cell(piece, kept[0].place) for piece in pieces]
    if len(kept) != count:
        return [absent(place)] * count
    return [read_cell(cell.text, cell.place) for cell in kept]


# -- Table four --------------------------------------------------------------------------------------------------------

_FOUR_HEADS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
_FOUR_GROUPS = ("行政复议", "未经复议直接起诉", "复议后起诉", "行政诉讼")


def _four_head(text: str) -> bool:
    word = labels.core(text)
    return any(labels.distance(word, head, 1) <= 1 for head in _FOUR_HEADS) if 2 <= len(word) <= 5 else False


def _read_four(lines: list[Line], tables: Tables) -> None:
    form = forms()["30"].table_four
    last, heads = None, 0
    for index, line in enumerate(lines):
        count = sum(_four_head(text) for text in line.texts())
        if count >= 4:
            last, heads = index, heads + count
    keys = [(group.key, column.key) for group in form.groups for column in form.columns]
    if last is None:
        if (cells := _fifteen_after_heads(lines)) is not None:
            tables.four.update(zip(keys, (read_cell(cell.text, cell.place) for cell in cells), strict=True))
        return
    _four_label_findings(lines, tables)
    for line in lines[last + 1 : last + 4]:
        cells = [cell for cell in line.cells]
        while len(cells) > 15 and not cells[0].text.strip():
            cells.pop(0)
        while len(cells) > 15 and not cells[-1].text.strip():
            cells.pop()
        if len(cells) > 15 and not is_valuelike(cells[0].text):
            cells = cells[1:]
        if len(cells) == 15 and sum(is_valuelike(cell.text) for cell in cells) >= 12:
            values = [read_cell(cell.text, cell.place) for cell in cells]
        elif len(pieces := [p for c in cells for p in c.text.split()]) == 15 and all(map(is_valuelike, pieces)):
            values = [read_cell(piece, line.grid.place) for piece in pieces]
        else:
            continue
        tables.four.update(zip(keys, values, strict=True))
        return
    _four_by_rows(lines, tables)


def _fifteen_after_heads(lines: list[Line]) -> list[Cell] | None:
    """The fifteen cells after the last of many heads, where each head stands on a line of its own."""
    heads = [index for index, line in enumerate(lines) if line.cells and _four_head(line.cells[0].text)]
    for index in reversed(heads):
        cells = lines[index].cells[1:]
        while len(cells) > 15 and not cells[-1].text.strip():
            cells.pop()
        while len(cells) > 15 and not cells[0].text.strip():
            cells.pop(0)
        if len(cells) == 15 and index - 14 in heads and all(is_valuelike(cell.text) for cell in cells):
            return cells
    return None


def _four_by_rows(lines: list[Line], tables: Tables) -> None:
    """A table four turned on its side: a row for each group."""
    form = forms()["30"].table_four
    for line in lines:
        for position, cell in enumerate(line.cells):
            found = labels.match(cell.text, list(enumerate(group.label for group in form.groups))) if len(cell.text) < 20 else None
            cells = line.cells[position + 1 :]
            if found and len(cells) == 5 and all(is_valuelike(c.text) for c in cells):
                for column, each in zip(form.columns, cells, strict=True):
                    tables.four[form.groups[found.index].key, column.key] = read_cell(each.text, each.place)


def _four_label_findings(lines: list[Line], tables: Tables) -> None:
    for line in lines:
        if sum(_four_head(text) for text in line.texts()) < 4:
            continue
        for cell in line.cells:
            word = labels.core(cell.text)
            if 3 <= len(word) <= 5 and word not in _FOUR_HEADS and (near := [h for h in _FOUR_HEADS if labels.distance(word, h, 1) <= 1]):
                tables.findings.append(soft("label", f"表四表头（{cell.place}）", f"列名写作“{word}”，应为“{near[0]}”。", "标签与格式一致"))
        return
