"""A register's table, read from whatever file it arrives in.

A :class:`TableSpec` names the columns; :func:`read_table` finds them by their headings and yields
rows with their values, their raw texts and everything wrong with them. It writes nothing and keeps
no more than the current row, a digest for each row seen, and the sheet the library holds.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from gongkai.exchange import values
from gongkai.exchange.blocks import Grid, Source, Unreadable
from gongkai.exchange.reading import read, workbook
from gongkai.exchange.reading.plain import separated_rows
from gongkai.exchange.values import BadValue, Mark, Raw
from gongkai.files.checks import IMPORT_LIMIT, Refused, inspect
from gongkai.text.normalise import bare, one_line, without_brackets

Kind = Literal["text", "integer", "count", "decimal", "date", "moment", "yes_no", "choice", "several"]

NOTES_SHEET = "填写说明"  # the sheet of a template that explains it
_HEADING_ROWS = 25  # how far down headings are looked for, below titles and notes
_PENDING = object()
_REMEMBERED = (str, date, datetime)  # numbers are not: 1, 1.0 and True are one key and three values
_MOST_REMEMBERED = 5000


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a register's table.

    ``label`` is its heading; ``aliases`` are other headings it goes by. ``choices`` are (code,
    label) pairs. ``slash`` lets “/” stand for “does not apply” (the value is then
    ``values.NOT_APPLICABLE``). ``parse`` replaces the reading of ``kind``: it takes the raw value and
    returns a value or raises :class:`BadValue`. ``width`` is in characters, ``max_length`` too.
    """

    name: str
    label: str
    kind: Kind = "text"
    required: bool = False
    choices: Sequence[tuple[str, str]] = ()
    aliases: Sequence[str] = ()
    help: str = ""
    width: float = 16
    slash: bool = False
    max_length: int | None = None
    parse: Callable[[Raw], Any] | None = None

    def value(self, raw: Raw) -> Any:
        """The value of a cell, ``None`` when blank; raises :class:`BadValue`."""
        if values.is_blank(raw):
            if self.required:
                raise BadValue(f"“{self.label}”没有填写。")
            return None
        value = self._parsed(raw)
        if value is None and self.required:
            raise BadValue(f"“{self.label}”没有填写。")
        if isinstance(value, Mark) and not self.slash:
            advice = "请填写" if self.required else "请填写或留空"
            raise BadValue(f"“{self.label}”填的是“{one_line(str(raw))}”，{advice}。")
        return value

    def _parsed(self, raw: Raw) -> Any:
        if self.parse is not None:
            return self.parse(raw)
        match self.kind:
            case "text":
                if self.slash and isinstance(raw, str) and values.is_slash(raw):
                    return values.NOT_APPLICABLE
                return values.text(raw, max_length=self.max_length)
            case "choice":
                return values.choice(raw, self.choices)
            case "several":
                return values.several(raw, self.choices)
        return _PARSERS[self.kind](raw)

    def headings(self) -> set[str]:
        return {bare(h) for h in (self.label, self.name, *self.aliases)}


_PARSERS: dict[str, Callable[[Raw], Any]] = {
    "integer": values.integer,
    "count": values.count,
    "decimal": values.decimal,
    "date": values.day,
    "moment": values.moment,
    "yes_no": values.yes_no,
}


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A register's table: ``label`` is its Chinese name, ``key`` the columns that tell two rows apart.

    With no ``key`` rows are duplicates when every column read is alike. ``notes`` stand in the template.
    """

    name: str
    label: str
    columns: Sequence[Column]
    key: Sequence[str] = ()
    notes: Sequence[str] = ()

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one cell: ``row`` as the person counts it in the file, ``column`` the label (may be empty)."""

    row: int
    column: str
    sentence: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.place or f'第{self.row}行'}：{self.sentence}"


@dataclass(slots=True)
class Row:
    """One row of the file. ``values`` by column name holds only what could be read; ``raw`` holds every text."""

    number: int
    place: str
    values: dict[str, Any]
    raw: dict[str, str]
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    duplicate_of: int | None = None

    @property
    def is_good(self) -> bool:
        return not self.errors and self.duplicate_of is None


@dataclass(slots=True)
class TableReading:
    """A table being read: what was understood of its headings, and its rows when iterated (once).

    ``headings`` maps column names to the headings found; ``unknown`` are headings that no column
    answers to; ``absent`` are labels of optional columns the file does not have. ``warnings`` may
    grow while rows are read.
    """

    spec: TableSpec
    name: str
    headings: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _rows: Iterator[Row] = field(default_factory=lambda: iter(()))

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    def close(self) -> None:
        """Lets go of the file when rows are left unread."""
        close = getattr(self._rows, "close", None)
        if close:
            close()


@dataclass(slots=True)
class _Part:
    """One sheet or grid: where it is, how a row and column are named, and its raw rows with their numbers."""

    place: str
    rows: Iterator[tuple[int, Sequence[Raw]]]
    at: Callable[[int, int], str]
    carried: Callable[[int, int], bool] | None = None


def read_table(
    source: Source | Path | str, spec: TableSpec, *, name: str | None = None, limit: int = IMPORT_LIMIT
) -> TableReading:
    """The rows of a register's table from a file or from blocks already read.

    Workbooks and separated values are streamed; other files go through their readers. Every sheet
    or grid whose headings answer to the columns is read, the others are named in ``warnings``.
    Raises :class:`Unreadable`: ``no_headings``, ``missing_column``, ``duplicate_column``, or
    whatever the check and the readers raise.
    """
    if isinstance(source, Source):
        reading = TableReading(spec, source.name, warnings=list(source.warnings))
        parts: Generator[_Part, None, None] = _grid_parts(source)
    else:
        path = Path(source)
        try:
            facts = inspect(path, name, limit=limit)
        except Refused as refused:
            raise Unreadable(refused.sentence, refused.code) from None
        reading = TableReading(spec, facts.name, warnings=list(facts.warnings))
        if facts.kind in ("xlsx", "xls", "ods"):
            parts = _sheet_parts(path, reading)
        elif facts.kind in ("csv", "tsv", "text"):
            parts = _separated_parts(path, reading)
        else:
            read_source = read(path, name=facts.name, limit=limit)
            reading.warnings = list(read_source.warnings)
            parts = _grid_parts(read_source)
    rows = _read_parts(parts, reading)
    # Runs to the first row so that a file with the wrong headings is refused here and not later.
    next(rows)
    reading._rows = rows
    return reading


def _read_parts(parts: Generator[_Part, None, None], reading: TableReading) -> Iterator[Row]:
    seen: dict[bytes, int] = {}
    found, near = False, None
    with closing(parts):
        for part in parts:
            layout = _find_headings(part, reading)
            if isinstance(layout, _Near):
                near = layout if near is None or layout.matched > near.matched else near
                continue
            if layout is None:
                continue
            if not found:
                found = True
                yield _PENDING  # type: ignore[misc]
            yield from _part_rows(part, layout, reading, seen)
    if found:
        return
    if near is not None:
        missing = "、".join(f"“{label}”" for label in near.missing)
        raise Unreadable(
            f"“{reading.name}”{near.place}缺少必填的列{missing}。请按模板补上这{'些' if len(near.missing) > 1 else '一'}列（表头写法与模板一致）后重新上传。",
            "missing_column",
        )
    wanted = "、".join(c.label for c in reading.spec.columns if c.required) or reading.spec.columns[0].label
    raise Unreadable(
        f"“{reading.name}”里没有找到{reading.spec.label}的表头（应有“{wanted}”等列）。请下载导入模板，把内容填入后重新上传。",
        "no_headings",
    )


# Headings


@dataclass(slots=True)
class _Layout:
    columns: dict[int, Column]  # position → column
    first: list[tuple[int, Sequence[Raw]]]  # rows already taken from the stream, below the headings
    heading_row: Sequence[Raw]


@dataclass(slots=True)
class _Near:
    """Headings that were recognised but lack a required column."""

    place: str
    matched: int
    missing: list[str]


def _find_headings(part: _Part, reading: TableReading) -> _Layout | _Near | None:
    spec = reading.spec
    wanted = {heading: column for column in spec.columns for heading in column.headings()}
    top = list(islice(part.rows, _HEADING_ROWS))
    best: tuple[int, int, int, dict[int, Column]] | None = None
    for index in range(len(top)):
        for height in (1, 2):
            if index + height > len(top):
                continue
            lines = [
                _heading_texts(top[index + offset][1], carry=height == 2 and offset == 0)
                for offset in range(height)
            ]
            columns = _match(lines, wanted)
            # Two rows only when both hold headings: a second row of data must not be swallowed.
            if height == 2 and not _both_rows_matter(lines, wanted, columns):
                continue
            # One matching word on a page of notes is no table.
            if len(columns) >= min(2, len(spec.columns)) and (best is None or len(columns) > best[2]):
                best = (index, height, len(columns), columns)
    if best is None:
        if any(not values.is_blank(v) for _, row in top for v in row):
            reading.warnings.append(f"{part.place or '文件'}没有找到表头，没有读取。")
        return None
    index, height, matched, columns = best
    labels = {c.name for c in columns.values()}
    missing = [c.label for c in spec.columns if c.required and c.name not in labels]
    if missing:
        return _Near(f"的{part.place}" if part.place else "", matched, missing)
    _refuse_double(columns, part, top[index][0], reading)
    names = [_shown(top[index + o][1]) for o in range(height)]
    for position, column in columns.items():
        reading.headings[column.name] = next(
            (n[position] for n in reversed(names) if position < len(n) and n[position]), column.label
        )
    width = max(len(n) for n in names)
    carried = _heading_texts(top[index][1], carry=height == 2)
    for position in range(width):
        if position in columns:
            continue
        heading = next((n[position] for n in reversed(names) if position < len(n) and n[position]), "")
        if not heading and height == 2 and position < len(carried):
            heading = carried[position]
        if heading and heading not in reading.unknown:
            reading.unknown.append(heading)
    reading.absent = [c.label for c in spec.columns if c.name not in reading.headings]
    return _Layout(columns, top[index + height :], top[index][1])


def _shown(row: Sequence[Raw]) -> list[str]:
    return [one_line(str(v)) if not values.is_blank(v) else "" for v in row]


def _heading_texts(row: Sequence[Raw], *, carry: bool) -> list[str]:
    texts = _shown(row)
    if carry:
        for position in range(1, len(texts)):
            texts[position] = texts[position] or texts[position - 1]
    return texts


def _match(lines: list[list[str]], wanted: dict[str, Column]) -> dict[int, Column]:
    found = {}
    for position in range(max(map(len, lines))):
        words = [line[position] if position < len(line) else "" for line in lines]
        joined = "".join(words)
        candidates = [joined, words[-1], words[0] if len(words) > 1 and not words[-1] else ""]
        candidates += [words[0]] if len(words) > 1 and words[0] == words[-1] else []
        for candidate in candidates:
            column = wanted.get(bare(candidate)) or wanted.get(bare(without_brackets(candidate)))
            if candidate and column:
                found[position] = column
                break
    return found


def _both_rows_matter(lines: list[list[str]], wanted: dict[str, Column], columns: dict[int, Column]) -> bool:
    """Whether the second row holds headings of its own and nothing that must be data."""
    single = _match(lines[:1], wanted)
    below = [w for w in lines[1] if w]
    if not below or len(columns) <= len({c.name for c in single.values()}):
        return False
    known = sum(1 for position in columns if position < len(lines[1]) and lines[1][position])
    return known >= 1 and known >= len(below) / 2


def _refuse_double(columns: dict[int, Column], part: _Part, row: int, reading: TableReading) -> None:
    times = Counter(c.name for c in columns.values())
    for column_name, count in times.items():
        if count > 1:
            label = reading.spec.column(column_name).label
            at = "、".join(part.at(row, position) for position, c in columns.items() if c.name == column_name)
            raise Unreadable(
                f"“{reading.name}”的表头里“{label}”出现了{count}次（{at}），不知道该用哪一列。请只保留一列后重新上传。",
                "duplicate_column",
            )


# Rows


def _part_rows(part: _Part, layout: _Layout, reading: TableReading, seen: dict[bytes, int]) -> Iterator[Row]:
    spec = reading.spec
    columns = list(layout.columns.items())
    last = max(layout.columns)
    keys = [spec.column(k).name for k in spec.key if k in reading.headings]
    heading = [layout.heading_row[p] if p < len(layout.heading_row) else "" for p, _ in columns]
    stray: Counter[int] = Counter()
    # Most columns say a few things again and again; what a cell reads as is worked out once for each of them.
    known: list[dict[Raw, tuple[Any, bool]]] = [{} for _ in columns]
    for number, cells in _chain(layout.first, part.rows):
        if all(values.is_blank(v) for v in cells):
            continue
        mine = [cells[p] if p < len(cells) else None for p, _ in columns]
        if mine == heading:  # the header again, as printed at each page break
            continue
        if all(values.is_blank(v) for v in mine):
            reading.warnings.append(f"{part.at(number, 0)}所在行在认得的各列里都是空的，没有读取。")
            continue
        row = Row(number, f"{part.place}第{number}行" if part.place else f"第{number}行", {}, {})
        read, raws = row.values, row.raw
        for (position, column), raw, before in zip(columns, mine, known, strict=True):
            name = column.name
            raws[name] = raw if raw.__class__ is str else _raw_text(raw)
            told = before.get(raw) if raw.__class__ in _REMEMBERED else None
            if told is None:
                try:
                    told = column.value(raw), column.kind in ("date", "moment") and column.parse is None and values.is_serial(raw)
                except BadValue as bad:
                    row.errors.append(RowError(number, column.label, bad.sentence, part.at(number, position)))
                    continue
                if raw.__class__ in _REMEMBERED and column.parse is None and len(before) < _MOST_REMEMBERED:
                    before[raw] = told
            read[name], is_serial = told
            if is_serial:
                value = read[name]
                row.notes.append(
                    f"“{column.label}”的“{raws[name]}”按表格软件的日期序号读作{value.year}年{value.month}月{value.day}日，请核对。"
                )
            if part.carried and part.carried(number, position) and not values.is_blank(raw):
                row.notes.append(f"“{column.label}”取自上方合并的单元格。")
        for position in range(last + 1, len(cells)):
            if not values.is_blank(cells[position]):
                stray[position] += 1
        digest = _digest(row, keys)
        if digest is not None:
            if digest in seen:
                row.duplicate_of = seen[digest]
                what = "、".join(spec.column(k).label for k in keys) if keys else "各列"
                row.notes.append(f"与第{seen[digest]}行重复（{what}相同）。")
            else:
                seen[digest] = number
        yield row


def _digest(row: Row, keys: Sequence[str]) -> bytes | None:
    """What two alike rows share; ``None`` when a key cell is blank or wrong, since nothing can be said then."""
    if keys:
        picked = [row.values.get(k) for k in keys]
        if any(v is None for v in picked):
            return None
    else:
        picked = [one_line(text) for text in row.raw.values()]
    return hashlib.blake2b(repr(picked).encode(), digest_size=12).digest()


def _raw_text(raw: Raw) -> str:
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    return str(raw)


def _chain(
    first: Iterable[tuple[int, Sequence[Raw]]], rest: Iterator[tuple[int, Sequence[Raw]]]
) -> Iterator[tuple[int, Sequence[Raw]]]:
    yield from first
    yield from rest


# Where rows come from


def _sheet_parts(path: Path, reading: TableReading) -> Generator[_Part, None, None]:
    reading.warnings += workbook.formula_warnings(path)
    with workbook.open_workbook(path, reading.name) as book:
        several = len(book.sheet_names) > 1
        for sheet, shown in workbook.sheets(book, reading.name):
            if sheet.start is None or sheet.end is None:
                continue
            if sheet.name == NOTES_SHEET:
                continue
            if not shown:
                # Our own templates keep long lists of choices on a hidden sheet.
                reading.warnings.append(f"隐藏的工作表“{sheet.name}”没有读取。")
                continue
            _, covered = workbook.merged(sheet, sheet.end[0] + 1, sheet.end[1] + 1)
            place = f"工作表“{sheet.name}”" if several else ""

            def at(number: int, position: int, title: str = sheet.name) -> str:
                return f"工作表“{title}”{workbook.reference(number - 1, position)}"

            def carried(number: int, position: int, covered: dict = covered) -> bool:
                return (number - 1, position) in covered

            yield _Part(place, _carry(workbook.value_rows(sheet), covered), at, carried if covered else None)


def _carry(
    rows: Iterator[list[Any]], covered: dict[tuple[int, int], tuple[int, int]]
) -> Iterator[tuple[int, list[Raw]]]:
    if not covered:
        yield from enumerate(rows, 1)
        return
    by_row: dict[int, list[tuple[int, tuple[int, int]]]] = {}
    for (row, column), first in covered.items():
        by_row.setdefault(row, []).append((column, first))
    firsts = set(covered.values())
    wanted: dict[int, list[int]] = {}
    for row, column in firsts:
        wanted.setdefault(row, []).append(column)
    kept: dict[tuple[int, int], Raw] = {}
    for row, cells in enumerate(rows):
        for column in wanted.get(row, ()):
            kept[row, column] = cells[column] if column < len(cells) else ""
        for column, first in by_row.get(row, ()):
            if column < len(cells):
                cells[column] = kept.get(first, "")
        yield row + 1, cells


def _separated_parts(path: Path, reading: TableReading) -> Generator[_Part, None, None]:
    rows, warnings = separated_rows(path, reading.name)
    reading.warnings += warnings
    counted = len(warnings)
    yield _Part("", rows, lambda number, position: f"第{number}行第{position + 1}列")
    reading.warnings += warnings[counted:]  # what was noticed at the end of the file


def _grid_parts(source: Source) -> Generator[_Part, None, None]:
    for grid in source.blocks:
        if isinstance(grid, Grid) and not grid.is_blank():
            yield _grid_part(grid, several=sum(isinstance(b, Grid) for b in source.blocks) > 1)


def _grid_part(grid: Grid, *, several: bool) -> _Part:
    def at(number: int, position: int) -> str:
        cell = grid.at(number - 1, position)
        return cell.place if cell and cell.place else f"{grid.place}第{number}行第{position + 1}列"

    def carried(number: int, position: int) -> bool:
        line = grid.cells[number - 1]
        return position < len(line) and line[position] is None

    return _Part(grid.place if several else "", iter(list(enumerate(grid.rows(), 1))), at, carried)
