"""Workbooks: xlsx, xls, et and ods, every sheet, merged regions kept, formulas by their saved values."""

from __future__ import annotations

import posixpath
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from gongkai.exchange.blocks import Cell, Grid, Source, Unreadable

Value = int | float | str | bool | date | datetime | time | timedelta
_NAMED = 8  # how many cells a sentence names before it says 等


# The library lays out a sheet from what the file says of its size. For xlsx that has been checked; an
# xls or ods may still ask for more memory than there is, which ends the whole process, so those are
# tried in a process of their own first. They are old and few.
_TRIAL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from python_calamine import CalamineWorkbook
with open(sys.argv[1], "rb") as stream:
    book = CalamineWorkbook.from_filelike(stream)
for name in book.sheet_names:
    for _ in book.get_sheet_by_name(name).iter_rows():
        pass
"""
_TRIAL_SECONDS = 60


def open_workbook(path: Path, name: str) -> CalamineWorkbook:
    """The workbook, or :class:`Unreadable`. The caller closes it."""
    broken = Unreadable(
        f"“{name}”的内部结构损坏，无法读取。请用Excel或WPS打开后另存为.xlsx再上传。", "broken"
    )
    if _needs_trial(path):
        try:
            subprocess.run(
                [sys.executable, "-c", _TRIAL, str(path)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TRIAL_SECONDS,
                check=True,
            )
        except subprocess.SubprocessError:
            raise broken from None
    try:
        with path.open("rb") as stream, _no_panic(broken):
            # By content, since an .et has no reader of its own.
            return CalamineWorkbook.from_filelike(stream)
    except PasswordError:
        raise Unreadable(f"“{name}”加了打开密码，无法读取。请取消密码后重新上传。", "encrypted") from None


def _needs_trial(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return True
    with zipfile.ZipFile(path) as package:
        return "xl/workbook.xml" not in package.namelist()


def sheets(book: CalamineWorkbook, name: str) -> Iterator[tuple[CalamineSheet, bool]]:
    """Each worksheet in order, with whether it is shown."""
    for about in book.sheets_metadata:
        broken = Unreadable(
            f"“{name}”的工作表“{about.name}”损坏，无法读取。请用Excel或WPS打开后另存再上传。", "broken"
        )
        with _no_panic(broken):
            sheet = book.get_sheet_by_name(about.name)
        yield sheet, about.visible == SheetVisibleEnum.Visible


@contextmanager
def _no_panic(instead: Unreadable) -> Iterator[None]:
    """Turns what the library raises, its panics included, into a sentence. A panic is no ``Exception``."""
    try:
        yield
    except PasswordError:
        raise
    except (CalamineError, ValueError, OSError):
        raise instead from None
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":
            raise
        raise instead from None


def value_rows(sheet: CalamineSheet) -> Iterator[list[Value]]:
    """The rows from A1 on. The library starts at the first row but leaves out empty columns at the left."""
    if sheet.start is None:
        return
    margin: list[Value] = [""] * sheet.start[1]
    for row in sheet.iter_rows():
        yield margin + row if margin else row


def read_workbook(path: Path, name: str) -> Source:
    """Each sheet that holds anything as one grid. Places: 工作表“分工”B7."""
    grids: list[Grid] = []
    warnings: list[str] = []
    book = open_workbook(path, name)
    with book:
        for sheet, shown in sheets(book, name):
            rows = [[as_text(value) for value in row] for row in value_rows(sheet)]
            while rows and not any(rows[-1]):
                rows.pop()
            if not rows:
                continue
            if not shown:
                warnings.append(f"工作表“{sheet.name}”是隐藏的，也读取了，请确认是否需要。")
            grids.append(_grid(sheet, rows))
    warnings += formula_warnings(path) + hidden_warnings(path)
    text = "\n".join("\t".join(c.text if c else "" for c in row) for g in grids for row in g.cells)
    return Source(name, "xlsx", list(grids), text, warnings)


def _grid(sheet: CalamineSheet, rows: list[list[str]]) -> Grid:
    height, width = len(rows), max(map(len, rows))
    spans, covered = merged(sheet, height, width)
    place = f"工作表“{sheet.name}”"
    cells: list[list[Cell | None]] = []
    for row, line in enumerate(rows):
        out: list[Cell | None] = []
        for column, text in enumerate(line):
            if (row, column) in covered:
                out.append(None)
            else:
                down, across = spans.get((row, column), (1, 1))
                out.append(Cell(text, row, column, down, across, f"{place}{reference(row, column)}"))
        cells.append(out)
    return Grid(cells, place)


def merged(
    sheet: CalamineSheet, height: int, width: int
) -> tuple[dict[tuple[int, int], tuple[int, int]], dict[tuple[int, int], tuple[int, int]]]:
    """Merged regions cut to the sheet's content: first cell → (rows, columns), and covered cell → first cell."""
    spans, covered = {}, {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        bottom, right = min(bottom, height - 1), min(right, width - 1)
        if bottom < top or right < left:
            continue
        spans[top, left] = (bottom - top + 1, right - left + 1)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    covered[row, column] = (top, left)
    return spans, covered


def reference(row: int, column: int) -> str:
    """B7 for row 6, column 1 (both from 0)."""
    return column_letters(column) + str(row + 1)


def column_letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def as_text(value: Value) -> str:
    """A cell's value as text: whole numbers without .0, dates as 2022-11-30, true and false as 是 and 否."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


_CELL = re.compile(rb"<(?:[a-z]+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:[a-z]+:)?c>)", re.S)
_REFERENCE = re.compile(rb'\br="([A-Z]+[0-9]+)"')
_FORMULA = re.compile(rb"<(?:[a-z]+:)?f[\s>/]")
_SAVED = re.compile(rb"<(?:[a-z]+:)?(?:v|is)>[^<]|<(?:[a-z]+:)?is>\s*<")
_ERROR = re.compile(rb'\bt="e"')


def formula_warnings(path: Path) -> list[str]:
    """What is to be said about an xlsx's formulas: read by saved value, and which have none.

    Other kinds keep no formulas apart from values that a reader could tell, and yield nothing.
    """
    if not zipfile.is_zipfile(path):
        return []
    warnings = []
    with zipfile.ZipFile(path) as package:
        for title, part in _sheet_parts(package):
            with_value, without, errors = 0, [], []
            for cell in _formula_cells(package, part):
                at, saved, error = cell
                if error:
                    errors.append(at)
                elif saved:
                    with_value += 1
                else:
                    without.append(at)
            if with_value:
                warnings.append(f"工作表“{title}”有{with_value}个公式，读取的是保存时算好的数值，请核对。")
            if without:
                warnings.append(
                    f"工作表“{title}”的{_some(without)}是公式，但文件里没有算好的数值，读作空白。请用Excel或WPS打开、保存一次后重新上传。"
                )
            if errors:
                warnings.append(
                    f"工作表“{title}”的{_some(errors)}公式出错（如#REF!），读作空白。请改正后重新上传。"
                )
    return warnings


_HIDDEN = re.compile(rb'<(?:[a-z]+:)?(row|col)\b(?=[^>]*\bhidden="(?:1|true)")[^>]*>')
_LONGEST_TAG = 4096


def hidden_warnings(path: Path) -> list[str]:
    """What is to be said of an xlsx's hidden rows and columns: they are read like the others, and nobody saw them."""
    if not zipfile.is_zipfile(path):
        return []
    warnings = []
    with zipfile.ZipFile(path) as package:
        for title, part in _sheet_parts(package):
            rows: set[int] = set()
            columns: set[int] = set()
            rest = b""
            with package.open(part) as stream:
                while chunk := stream.read(1024 * 1024):
                    piece = rest + chunk
                    for found in _HIDDEN.finditer(piece) if b"hidden" in piece else ():
                        said = {name: int(number) for name, number in re.findall(rb'\b(r|min|max)="([0-9]{1,7})"', found[0])}
                        if found[1] == b"row":
                            rows |= {said[b"r"]} if b"r" in said else set()
                        elif b"min" in said:
                            columns |= set(range(said[b"min"], min(said.get(b"max", said[b"min"]), said[b"min"] + 200) + 1))
                    rest = piece[-_LONGEST_TAG:]
            if rows:
                shown = "、".join(str(row) for row in sorted(rows)[:_NAMED]) + ("等" if len(rows) > _NAMED else "")
                warnings.append(f"工作表“{title}”第{shown}行是隐藏的，也读取了，请确认是否需要。")
            if columns:
                shown = "、".join(column_letters(column - 1) for column in sorted(columns)[:_NAMED]) + ("等" if len(columns) > _NAMED else "")
                warnings.append(f"工作表“{title}”{shown}列是隐藏的，也读取了，请确认是否需要。")
    return warnings


def _some(places: list[str]) -> str:
    return "、".join(places[:_NAMED]) + (f"等{len(places)}个单元格" if len(places) > _NAMED else "")


def _formula_cells(package: zipfile.ZipFile, part: str) -> Iterator[tuple[str, bool, bool]]:
    """(cell, has a saved value, is an error) for each formula of a sheet, read in pieces."""
    rest = b""
    with package.open(part) as stream:
        while chunk := stream.read(1024 * 1024):
            piece = rest + chunk
            cut = max(piece.rfind(b"</row>"), piece.rfind(b":row>"))
            if cut < 0 and len(piece) < 32 * 1024 * 1024:
                rest = piece
                continue
            ready, rest = piece[:cut], piece[cut:]
            yield from _formulas_in(ready)
    yield from _formulas_in(rest)


def _formulas_in(piece: bytes) -> Iterator[tuple[str, bool, bool]]:
    # Nearly every sheet has none, which two plain letters tell ten times as fast as the pattern.
    if b"<f" not in piece and b":f" not in piece or not _FORMULA.search(piece):
        return
    for match in _CELL.finditer(piece):
        inside = match[2] or b""
        if not _FORMULA.search(inside):
            continue
        found = _REFERENCE.search(match[1])
        yield (
            (found[1].decode() if found else "？"),
            bool(_SAVED.search(inside)),
            bool(_ERROR.search(match[1])),
        )


def _sheet_parts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Sheet titles with the package parts that hold them."""
    try:
        book = ElementTree.fromstring(package.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    except KeyError:
        return
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    for sheet in _all(book, "sheet"):
        link = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), None)
        target = targets.get(link, "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if part in package.namelist():
            yield sheet.get("name", ""), part


def _all(root: Element, local: str) -> Iterator[Element]:
    return (e for e in root.iter() if e.tag.rpartition("}")[2] == local)
