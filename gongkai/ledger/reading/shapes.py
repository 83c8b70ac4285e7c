"""Finds rows of cells in plain text: tabs, pipes, Markdown, commas, cells standing one above the other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .columns import is_heading_row
from .headings import TEXT_ROLES, UNIT_ROLES, role_of
from .numbering import number_at_start
from .page import Page, Piece

PIPES = "|｜│┃¦"
_PIPE = re.compile(f"[{PIPES}]")
_MARKDOWN_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?\s*")
_BOX_RULE = re.compile(r"[\s+\-=─━═┌┐└┘├┤┬┴┼╋|│]+")


@dataclass(slots=True)
class TextRow:
    """Cells of one row; ``fixed`` when each surely stands in its column."""

    cells: list[Piece | None]
    fixed: bool = False
    piped: bool = True
    closed: bool = True


@dataclass(slots=True)
class TextTable:
    """A table found in text. ``rows`` is empty for a run of ``cells`` without row breaks."""

    name: str
    sentence: str
    start: int
    rows: list[TextRow] = field(default_factory=list)
    cells: list[Piece | None] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    text: str


def lines_of(page: Page, start: int) -> list[_Line]:
    found = []
    at = start
    for line in page.text[start:].split("\n"):
        found.append(_Line(at, at + len(line), line))
        at += len(line) + 1
    return found


def _or_none(piece: Piece) -> Piece | None:
    return piece if piece else None


def _cut(page: Page, line: _Line, pattern: re.Pattern[str]) -> list[Piece | None]:
    cells: list[Piece | None] = []
    at = line.start
    for match in pattern.finditer(line.text):
        cells.append(_or_none(page.piece(at, line.start + match.start())))
        at = line.start + match.end()
    cells.append(_or_none(page.piece(at, line.end)))
    return cells


def find_table(page: Page, start: int) -> TextTable | None:
    """The table a text holds, or None when it holds none that shows."""
    lines = lines_of(page, start)
    filled = [line for line in lines if line.text.strip()]
    if not filled:
        return None
    piped = [line for line in filled if _PIPE.search(line.text)]
    if any(_MARKDOWN_RULE.fullmatch(line.text[:2000]) for line in piped):
        return _markdown(page, lines)
    leading = sum(1 for line in filled if line.text.startswith("\t"))
    inner = sum(1 for line in filled if "\t" in line.text.strip("\t \r"))
    if leading >= 4 and leading >= 3 * inner:
        return _tab_cells(page, lines)
    if inner >= 2 and (table := _delimited(page, start, "\t")):
        return table
    headed = any(is_heading_row([part for part in _PIPE.split(line.text[:400])]) for line in piped[:40])
    if len(piped) >= (2 if headed else 3) and (headed or len(piped) * 3 >= len(filled)):
        wide = sum(1 for line in piped if sum(1 for part in _PIPE.split(line.text) if part.strip()) >= 2)
        if wide * 2 >= sum(
            1
            for line in filled
            if not _PIPE.fullmatch(line.text.strip()) and _PIPE.sub("", line.text).strip()
        ):
            return _piped(page, lines)
        return _vertical_piped(page, lines)
    if any(_is_comma_header(line.text) for line in filled[:20]) and (table := _delimited(page, start, ",")):
        return table
    if any(_is_spaced_header(line.text) for line in filled[:60]):
        return _spaced(page, lines)
    return _vertical_lines(page, lines)


def _is_comma_header(text: str) -> bool:
    parts = [part.strip().strip('"') for part in text.split(",")]
    return len(parts) >= 2 and is_heading_row(parts)


def _is_spaced_header(text: str) -> bool:
    parts = re.split(r"[ \u3000]{2,}|\u3000+", text.strip()[:400])
    if len(parts) < 3:
        parts = text.split()[:20] if len(text) < 200 else []
    return len(parts) >= 3 and is_heading_row(parts)


# -- rows on lines -----------------------------------------------------------------------------------------------------


def _markdown(page: Page, lines: list[_Line]) -> TextTable:
    rows, begin = [], None
    for line in lines:
        if not line.text.strip():
            continue
        if _MARKDOWN_RULE.fullmatch(line.text[:2000]):
            page.sign(line.start, line.end)
            continue
        if not _PIPE.search(line.text):
            if begin is not None:
                rows.append(TextRow([_or_none(page.piece(line.start, line.end))], piped=False))
            continue
        begin = line.start if begin is None else begin
        rows.append(TextRow(_trim_pipes(line, _cut(page, line, re.compile(r"(?<!\\)\|"))), fixed=True))
    return TextTable("markdown", "Markdown表格：每行一条，竖线分格。", begin or 0, rows)


def _trim_pipes(line: _Line, cells: list[Piece | None]) -> list[Piece | None]:
    """Without the blank cells that a leading and a closing pipe leave."""
    body = line.text.strip()
    if body[:1] in PIPES and cells and cells[0] is None:
        cells = cells[1:]
    if body[-1:] in PIPES and cells and cells[-1] is None:
        cells = cells[:-1]
    return cells


def _piped(page: Page, lines: list[_Line]) -> TextTable:
    rows, begin = [], None
    for line in lines:
        if not line.text.strip():
            continue
        if not _PIPE.search(line.text):
            if begin is not None:
                if _BOX_RULE.fullmatch(line.text[:400]):
                    page.sign(line.start, line.end)
                    continue
                rows.append(TextRow([_or_none(page.piece(line.start, line.end))], piped=False))
            continue
        if _BOX_RULE.fullmatch(line.text[:400]) and re.search("[-=─━]", line.text):
            page.sign(line.start, line.end)
            continue
        begin = line.start if begin is None else begin
        closed = line.text.strip()[-1] in PIPES
        rows.append(TextRow(_trim_pipes(line, _cut(page, line, _PIPE)), closed=closed))
    usual = sum(row.closed for row in rows if row.piped) * 2 > sum(row.piped for row in rows)
    for row in rows:
        row.closed = row.closed or not usual
    return TextTable(
        "piped",
        "竖线分隔的表格行；合并的首列在续行中丢失，各格按内容对应到列，不按位置移列。",
        begin or 0,
        rows,
    )


def _spaced(page: Page, lines: list[_Line]) -> TextTable | None:
    gap = re.compile(r"[ \u3000]{2,}|\u3000+")
    if not any(
        len(gap.split(line.text.strip()[:400])) >= 3 and is_heading_row(gap.split(line.text.strip()[:400]))
        for line in lines
        if line.text.strip()
    ):
        gap = re.compile(r"\s+")
    rows, begin = [], None
    for line in lines:
        if not line.text.strip():
            continue
        cells = [cell for cell in _cut(page, line, gap) if cell]
        if begin is None:
            if not is_heading_row([cell.text for cell in cells]):
                continue
            begin = line.start
        rows.append(TextRow(list(cells), piped=len(cells) > 1))
    return (
        TextTable("spaced", "以空格对齐的表格行，各格按内容对应到列。", begin, rows)
        if begin is not None
        else None
    )


def _delimited(page: Page, start: int, delimiter: str) -> TextTable | None:
    """Tab- or comma-separated values, with quoted cells that may hold line breaks."""
    text = page.text
    rows: list[TextRow] = []
    signs: list[tuple[int, int]] = []
    begins: list[int] = []
    cells: list[Piece | None] = []
    at = start
    row_start = start
    while at <= len(text):
        if at < len(text) and text[at] == '"':
            close = at + 1
            while True:
                close = text.find('"', close)
                if close < 0 or text[close : close + 2] != '""':
                    break
                close += 2
            if close < 0 or (close + 1 < len(text) and text[close + 1] not in (delimiter, "\n", "\r")):
                # A quotation mark that does not enclose a cell is part of its text.
                stop = _next(text, at, delimiter)
                cells.append(_or_none(page.piece(at, stop)))
            else:
                signs += [(at, at + 1), (close, close + 1)]
                cells.append(_or_none(page.piece(at + 1, close)))
                stop = close + 1
                while stop < len(text) and text[stop] == "\r":
                    stop += 1
        else:
            stop = _next(text, at, delimiter)
            cells.append(_or_none(page.piece(at, stop)))
        if stop < len(text) and text[stop] == delimiter:
            signs.append((stop, stop + 1))
            at = stop + 1
            continue
        rows.append(TextRow(cells, fixed=True))
        begins.append(row_start)
        cells = []
        at = stop + 1
        row_start = at
    head = next(
        (i for i, row in enumerate(rows[:30]) if is_heading_row([c.text for c in row.cells if c])), None
    )
    if head is None:
        return None
    for a, b in signs:
        if a >= begins[head]:
            page.sign(a, b)
    kept = [row for row in rows[head:] if any(row.cells)]
    width = len(kept[0].cells)
    for row in kept:
        row.fixed = len(row.cells) == width
    name, sentence = (
        ("tsv", "制表符分隔的表格，每行一条。")
        if delimiter == "\t"
        else ("csv", "逗号分隔的表格，每行一条。")
    )
    return TextTable(name, sentence, begins[head], kept)


def _next(text: str, at: int, delimiter: str) -> int:
    line = text.find("\n", at)
    stop = text.find(delimiter, at, line if line >= 0 else len(text))
    return stop if stop >= 0 else (line if line >= 0 else len(text))


# -- one cell a line ---------------------------------------------------------------------------------------------------


def _tab_cells(page: Page, lines: list[_Line]) -> TextTable:
    """One cell a line, each behind a tab; a line without tab is a further paragraph of the cell.

    A blank line before a tab ends the row. A cell that closes with a blank paragraph leaves one too, so
    two short rows that fit together exactly are one.
    """
    groups: list[list[tuple[int, int]]] = []
    blank, begin = True, None
    for line in lines:
        if not line.text.strip(" \r\t") and not line.text.startswith("\t"):
            blank = True
            continue
        if line.text.startswith("\t"):
            begin = line.start if begin is None else begin
            if blank or not groups:
                groups.append([])
            at = line.start + 1
            # A tab within the line is the next cell: some exporters put short cells side by side.
            for part in line.text[1:].split("\t"):
                groups[-1].append((at, at + len(part)))
                at += len(part) + 1
        elif groups:
            a, _ = groups[-1][-1]
            groups[-1][-1] = (a, line.end)
        blank = False
    rows = [[_or_none(page.piece(a, b)) for a, b in group] for group in groups]
    header = next((row for row in rows if is_heading_row([cell.text for cell in row if cell])), None)
    if header is None or len(rows) < 2 and len(header) < 12:
        flat = [cell for row in rows for cell in row]
        return TextTable(
            "vertical", "每个单元格独占一行，行与行之间没有分界，按内容分行。", begin or 0, cells=flat
        )
    width = len(header)
    if any(len(row) > 2 * width for row in rows):
        flat = [cell for row in rows for cell in row]
        return TextTable(
            "vertical",
            "每个单元格独占一行（行首有制表符），行与行之间没有分界，按内容分行。",
            begin or 0,
            cells=flat,
        )
    joined: list[list[Piece | None]] = []
    for row in rows:
        if (
            joined
            and len(joined[-1]) < width
            and len(joined[-1]) + len(row) == width
            and joined[-1] is not header
            and row[0] is not None
        ):
            lead = number_at_start(row[0].text)
            if lead is None or lead.style not in ("han", "part"):
                joined[-1] = joined[-1] + row
                continue
        joined.append(row)
    found = [TextRow(row, fixed=len(row) == width) for row in joined]
    return TextTable(
        "tab-cells",
        "每个单元格独占一行、行首有制表符，空行分开各行；空白的首列为上一行合并单元格的延续。",
        begin or 0,
        found,
    )


def _vertical_piped(page: Page, lines: list[_Line]) -> TextTable:
    first = next((line for line in lines if _PIPE.search(line.text)), lines[0])
    # The first cell may stand on the line above the first pipe.
    index = lines.index(first)
    begin = first.start
    while index > 0 and not _PIPE.sub("", first.text).strip():
        index -= 1
        if lines[index].text.strip():
            begin = lines[index].start
            break
    cells: list[Piece | None] = []
    at = begin
    for match in _PIPE.finditer(page.text, begin):
        cells.append(_or_none(page.piece(at, match.start())))
        at = match.end()
    tail = page.piece(at, len(page.text))
    if tail:
        for line in lines_of(page, at):
            if line.text.strip():
                cells.append(page.piece(line.start, line.end))
    return TextTable(
        "vertical",
        "单元格逐个竖排，格与格之间以竖线分隔，行与行之间没有分界；各格按内容分行、对应到列。",
        begin,
        cells=cells,
    )


def _vertical_lines(page: Page, lines: list[_Line]) -> TextTable | None:
    """Cells one a line without any separator: shows by headings standing one above the other."""
    filled = [line for line in lines if line.text.strip()]
    for index in range(min(len(filled) - 2, 80)):
        roles: list[str | None] = []
        for line in filled[index : index + 12]:
            roles.append(role_of(line.text.strip()) if len(line.text) <= 40 else None)
        run = 0
        while run < len(roles) and (
            roles[run]
            or (
                0 < run < len(roles) - 1
                and roles[run + 1]
                and len(filled[index + run].text.strip()) <= 8
                and not number_at_start(filled[index + run].text)
            )
        ):
            run += 1
        named = [role for role in roles[:run] if role]
        if roles[0] and len(named) >= 3 and set(named) & set(TEXT_ROLES) and set(named) & set(UNIT_ROLES):
            cells: list[Piece | None] = [page.piece(line.start, line.end) for line in filled[index:]]
            return TextTable(
                "vertical",
                "单元格每行一个、竖排，没有分隔符；各格按内容分行、对应到列。",
                filled[index].start,
                cells=cells,
            )
    return None
