"""A file into the annual reports it holds. One file is one report; a JSON file may hold many."""

from __future__ import annotations

import email.policy
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from email.parser import BytesParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gongkai.annual_report.checking import flowing, grids, traditional
from gongkai.annual_report.checking.cells import Kind, Value, is_valuelike, read_cell
from gongkai.annual_report.checking.findings import note, soft, unread
from gongkai.annual_report.checking.report import Report, Tables
from gongkai.annual_report.forms import form_for, forms
from gongkai.exchange.blocks import Cell, Grid, Paragraph, Source, Unreadable
from gongkai.exchange.reading import read
from gongkai.exchange.reading.encoding import decode
from gongkai.text.normalise import nfkc
from gongkai.text.numerals import from_chinese

SIZE_LIMIT = 20 * 1024 * 1024
TEXT_LIMIT = 600_000  # characters; the longest report of a province has a tenth of it
CELL_LIMIT = 60_000
JSON_LIMIT = 600  # reports in one file


def read_reports(path: Path, name: str = "") -> list[Report]:
    """The reports of a file. Raises :class:`Unreadable` with a sentence for the person."""
    name = name or path.name
    if path.suffix.lower() == ".json" or Path(name).suffix.lower() == ".json":
        return list(_from_json(path, name))
    with _unpacked(path) as page:
        source = read(page, name=name if page is path else f"{Path(name).stem}.html", limit=SIZE_LIMIT)
    source.name = name
    if len(source.text) > TEXT_LIMIT or sum(len(row) for b in source.blocks if isinstance(b, Grid) for row in b.cells) > CELL_LIMIT:
        raise Unreadable(f"“{name}”内容过多，不像一份年度报告，没有核对。请只保留年度报告的正文和表格。", "too_big")
    reports = [from_source(each) for each in _each(source)]
    for report in reports:
        report.pictures = _pictures(path, source.kind)
    return reports


_ARCHIVE = re.compile(rb"\A(?:[\w-]+:.*\r?\n(?:[ \t].*\r?\n)*){0,40}?MIME-Version:", re.I)


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """The page of a web archive (.mht) as a file of its own, gone afterwards; any other file as it is."""
    with path.open("rb") as opened:
        is_archive = _ARCHIVE.match(opened.read(8_192)) is not None
    if not is_archive or path.stat().st_size > SIZE_LIMIT:
        yield path
        return
    message = BytesParser(policy=email.policy.default).parsebytes(path.read_bytes())
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    if not pages:
        yield path
        return
    contents = [part.get_payload(decode=True) or b"" for part in pages]
    with TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_bytes(max(contents, key=len))
        yield page


_FIRST_ROW = re.compile(r"\s*".join("本年新收政府信息公开申请"))
_SEVERAL = 50


def _each(source: Source) -> list[Source]:
    """The reports a file holds one after another, each from its own title on; the file itself when it holds one."""
    if len(_FIRST_ROW.findall(source.text)) < 2:
        return [source]
    parts: list[list[Paragraph | Grid]] = [[]]
    whole = False  # whether the part has its table three
    for block in _with_titles_apart(source.blocks):
        text = _text_of(block)
        if whole and isinstance(block, Paragraph) and len(text) < 90 and any(title[1] for title in _titles([text])):
            parts.append([])
            whole = False
        parts[-1].append(block)
        whole = whole or _FIRST_ROW.search(text) is not None
    if not whole and len(parts) > 1:  # titles of others, listed at the end
        last = parts.pop()
        parts[-1] += last
    made = [Source(source.name, source.kind, blocks, "\n".join(map(_text_of, blocks)), source.warnings) for blocks in parts[:_SEVERAL]]
    if len(parts) > _SEVERAL:
        made[0].warnings = [*source.warnings, f"文件里有{len(parts)}份报告，只核对了前{_SEVERAL}份，其余请分成几个文件。"]
    named = [next((title[1:] for title in _titles([_text_of(block) for block in part.blocks[:40] if isinstance(block, Paragraph)]) if title[1]), None) for part in made]
    return made if len(made) > 1 and len(set(named)) == len(named) else [source]


def _with_titles_apart(blocks: list[Paragraph | Grid]) -> Iterator[Paragraph | Grid]:
    """The blocks, a text in one piece that goes on after its table three parted at every title within it."""
    for block in blocks:
        row = None if isinstance(block, Grid) else _FIRST_ROW.search(block.text)
        if isinstance(block, Grid) or row is None or not _TITLE.search(block.text, row.end()):
            yield block
            continue
        at = 0
        for found in [*_TITLE.finditer(block.text), None]:
            end = found.start(1) if found else len(block.text)
            if found is None or _office(found[1]):
                if block.text[at:end].strip():
                    yield Paragraph(block.text[at:end], block.place)
                at = end
                if found:
                    yield Paragraph(found[0], block.place)
                    at = found.end()


def _text_of(block: Paragraph | Grid) -> str:
    if isinstance(block, Paragraph):
        return block.text
    return "\n".join(" ".join(cell.text for cell in row if cell) for row in block.cells)


def from_source(source: Source) -> Report:
    """The report a read file holds."""
    report = Report(source.name, source.kind)
    if traditional.is_traditional(source.text):
        source = traditional.simplified(source)
        report.findings.append(note("traditional", "全文", "原文是繁体字，按简体字核对。公开的网页应使用规范汉字。", "使用规范汉字"))
    found = [b for b in source.blocks if isinstance(b, Grid)] + _barred(source)
    by_cells = grids.read_grids(found) if found else Tables()
    flat = flowing.tidy(source.text)
    if sum("|" in line or "｜" in line for line in source.text.split("\n", 5_000)) >= 10:
        flat = flat.replace("|", " ")  # between cells, not a slip for 1
    span = None
    tables = by_cells
    if not _is_whole(by_cells):
        by_text, span = flowing.read_flowing(flat)
        tables = _better(by_cells, by_text)
        span = span if tables is not by_cells else None
    report.tables = tables
    report.prose = _prose(source, flat, span)
    _name_and_year(report, source, flat)
    report.headings = _headings(flat)
    for warning in source.warnings:
        if "略去了" not in warning and "编码读取" not in warning:
            report.findings.append(note("reading", "文件", warning))
    return report


def _is_whole(tables: Tables) -> bool:
    form = tables.form
    if form is None or not tables.two or not tables.four:
        return False
    return len(tables.three) >= 7 * len(form.table_three.rows) and all(value.kind is not Kind.ABSENT for value in tables.three.values())


def _better(cells: Tables, text: Tables) -> Tables:
    """The one that read more; table by table, since a file may have one table drawn and another typed."""
    made = Tables(findings=[])
    for part, prefix in (("two", "表二"), ("three", "表三"), ("four", "表四")):
        one, other = Tables(**{part: getattr(cells, part)}), Tables(**{part: getattr(text, part)})
        chosen = cells if one.merit() >= other.merit() else text
        setattr(made, part, getattr(chosen, part))
        if part == "two":
            made.form_two = chosen.form_two or cells.form_two or text.form_two
            made.two_ways = chosen.two_ways
        if part == "three":
            made.form_three, made.lost = chosen.form_three, chosen.lost
        made.findings += [f for f in chosen.findings if f.where.startswith(prefix)]
    return made


def _barred(source: Source) -> list[Grid]:
    """Lines of text whose cells are parted by bars or tabs, as grids."""
    if one := _one_a_line(source):
        return one
    rows: list[list[Cell | None]] = []
    for block in source.blocks:
        if not isinstance(block, Paragraph):
            continue
        mark = "\t" if block.text.strip().count("\t") >= 1 else "|" if re.search(r"[|｜].*[|｜]", block.text) else ""
        if not mark:
            continue
        parts = re.split(r"\t" if mark == "\t" else r"[|｜]", block.text.strip("\r\n"))
        if mark == "|":
            if parts and not parts[0].strip():
                parts = parts[1:]
            if parts and not parts[-1].strip() and len(parts) > 1:
                parts = parts[:-1]
        if all(re.fullmatch(r"\s*:?-{2,}:?\s*", p) for p in parts):
            continue
        index = len(rows)
        rows.append([Cell(p.strip(), index, c, place=f"{block.place}第{c + 1}格") for c, p in enumerate(parts)])
    return [Grid(rows, "文中表格")] if len(rows) >= 3 else []


_CELL_LINE = re.compile(r"[^|｜]*[|｜]+\s*")


def _one_a_line(source: Source) -> list[Grid]:
    """Lines that hold one cell each and end in a bar: a label begins a row, bars alone are blank cells."""
    lines = [block for block in source.blocks if isinstance(block, Paragraph)]
    if sum(bool(_CELL_LINE.fullmatch(block.text)) for block in lines) < 40:
        return []
    rows: list[list[Cell | None]] = []
    for block in lines:
        if not _CELL_LINE.fullmatch(block.text):
            continue
        text = re.split(r"[|｜]", block.text)[0].strip()
        if not rows or text and not is_valuelike(text):
            rows.append([])
        blanks = max(0, len(re.findall(r"[|｜]", block.text)) - 1)
        for each in [text, *[""] * blanks]:
            rows[-1].append(Cell(each, len(rows) - 1, len(rows[-1]), place=block.place))
    return [Grid(rows, "文中表格")]


# -- What surrounds the tables -----------------------------------------------------------------------------------------

_TITLE = re.compile(r"([\u3400-\u9fff·（）()]{0,40}?)关?于?(?<!\d)(20\d\d|二[〇零○0][一二三四五六七八九〇零○]{2})年?(?:年度|度)?的?(?:部门)?(?:政府|政务)?信息公开(?:工作)?(?:年度报告|年报|情况年度报告|年度工作报告)")
_TITLE_AFTER = re.compile(r"([\u3400-\u9fff·]{2,30}?)政府信息公开(?:工作)?年度报告[（(]?(20\d\d)年?度?")
_TITLE_BEFORE = re.compile(r"(?<!\d)(20\d\d)年(?:年度|度)?([\u3400-\u9fff·]{2,30}?)(?:政府|政务)信息公开(?:工作)?(?:年度报告|年报)")
_PERIOD = re.compile(r"(?:统计|数据|报告|时间|起止)[^。]{0,12}?(?:期限|时限|时间|期间|范围)?[^。\d]{0,12}?(20\d\d)年1月1日(?:起)?[^。\d]{0,4}(?:(20\d\d)年)?12月31日")
_PERIOD_LOOSE = re.compile(r"(20\d\d)年1月1日(?:起)?[^。\d]{0,4}(20\d\d)年12月31日")
_OFFICE_STOPS = re.compile(r"^(?:标题|机关|名称|公开|关于|现将|附件|题目|当前位置|首页|索引|来源|报告|印发)+|[（(].*$")


def _name_and_year(report: Report, source: Source, flat: str) -> None:
    heads = [b.text for b in source.blocks if isinstance(b, Paragraph) and b.level == 1]
    lines = [b.text for b in source.blocks if isinstance(b, Paragraph)][:80]
    squeezed = re.sub(r"\s+", "", flat[:6_000])
    whole = re.sub(r"\s+", "", flat[:60_000])
    if period := _PERIOD.search(whole) or _PERIOD_LOOSE.search(whole):
        report.period = (period[1], period[2] or period[1])
    titles = list(_titles([*heads, *lines, *(f"{a}{b}" for a, b in zip(lines, lines[1:], strict=False)), squeezed, report.name]))
    named = [title for title in titles if title[1]] or titles
    if named:
        # A page lists the reports of other years beside its own: the period tells which one this is.
        own = next((t for t in named if report.period and str(t[2]) == report.period[0]), named[0]) if not heads else named[0]
        report.title, report.office, report.year = own
    if report.year is None and (found := _TITLE_AFTER.search(squeezed)):
        report.title, report.office, report.year = found[0], _office(found[1]), int(found[2])
    if report.year is None and report.period:
        report.year = int(report.period[0])
    if report.year is None and (found := re.search(r"(?<!\d)(20[12]\d)(?!\d)", report.name)):
        report.year = int(found[1])
    if report.year is None and (found := re.search(r"(20[12]\d)年(?:度)?,?(?:我|本|全|区|市|县|局)", whole)):
        report.year = int(found[1])
    report.published = _published(whole[:6_000], report.year)


_PUBLISHED = re.compile(r"(?:发布|公开|公布|发文|成文|生成|印发|上传|更新)?(?:日期|时间)[:：]?(20\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})")


def _published(text: str, year: int | None) -> date | None:
    """The day the page says it was published, where that can be: after the year it reports."""
    for found in _PUBLISHED.finditer(text):
        try:
            on = date(*map(int, found.groups()))
        except ValueError:
            continue
        if year is None or year < on.year <= year + 3:
            return on
    return None


def _titles(texts: list[str]) -> Iterator[tuple[str, str, int | None]]:
    """Each title found: as written, the office it names (may be empty), the year."""
    for text in texts:
        text = re.sub(r"\s+", "", nfkc(text))
        found, before = _TITLE.search(text), _TITLE_BEFORE.search(text)
        if found is not None and _office(found[1]):
            yield found[0], _office(found[1]), _year(found[2])
        elif before is not None and _office(before[2]):
            yield before[0], _office(before[2]), int(before[1])
        elif found is not None:
            yield found[0], "", _year(found[2])


def _office(written: str) -> str:
    name = written.strip("()（）·")
    while (shorter := _OFFICE_STOPS.sub("", name)) != name:
        name = shorter
    return name


def _year(written: str) -> int | None:
    if written.isdigit():
        return int(written)
    try:
        return from_chinese(written.replace("0", "〇").replace("○", "〇"))
    except ValueError:
        return None


_SECTIONS = {
    1: r"总体情况", 2: r"主动公开政府信息(?:的)?情况", 3: r"收到和处理政府信息公开申请(?:的)?情况",
    4: r"(?:因)?政府信息公开.{0,8}行政.{0,2}复议.{0,6}诉讼(?:的)?情况", 5: r"(?:政府信息公开工作)?存在的?主?要?问题(?:及|和|与|以及)?改进(?:措施|情况)?", 6: r"其他需要报告(?:的)?事项",
}  # fmt: skip


def _headings(flat: str) -> dict[int, str]:
    """The headings of the six sections as written, by number; empty where only the words were found, without their number."""
    squeezed = re.sub(r"\s+", "", flat[:200_000])
    found = {}
    for number, words in _SECTIONS.items():
        if match := re.search(rf"{'一二三四五六'[number - 1]}[、.,，]{words}", squeezed):
            found[number] = match[0]
        elif re.search(words, squeezed) or number == 6 and "[第六部分]" in squeezed:
            found[number] = ""
    return found


def _prose(source: Source, flat: str, span: tuple[int, int] | None) -> str:
    """The text outside the tables, with lines that only wrapped joined again."""
    if span is not None:
        text = re.sub(r"[一二]\s*[、.]?\s*$", "", flat[: span[0]]) + "\n" + flat[span[1] :]
        return _unwrapped(text)
    parts = []
    for block in source.blocks:
        if isinstance(block, Grid):  # a workbook keeps its prose in cells, one to a row
            rows = ([cell.text for cell in row if cell and cell.text.strip()] for row in block.cells)
            parts += [nfkc(row[0]) for row in rows if len(row) == 1 and len(row[0]) > 8]
        elif block.text.count("|") < 2 and block.text.count("\t") < 2:
            parts.append(nfkc(block.text))
    return _unwrapped(flowing.PAGE_MARK.sub("", "\n".join(parts)))


def _unwrapped(text: str) -> str:
    lines = [re.sub(r"(?<=[\u3400-\u9fff\d,.;:()%])[ \t]+(?=[\u3400-\u9fff\d,.;:()%])", "", line.strip()) for line in text.split("\n")]
    joined = ""
    for line in lines:
        if not line:
            continue
        ends = not joined or joined[-1] in "。;!?:\n" or re.match(r"[一二三四五六]、|[(][一二三四五六七八九十][)]|#", line)
        joined += ("\n" if ends else "") + line
    return joined


def _pictures(path: Path, kind: str) -> int:
    """How many pictures stand in the file: a table may be one of them."""
    try:
        if kind == "html":
            text, _ = decode(path.read_bytes(), path.name)
            at = text.find("主动公开政府信息情况")
            return len(re.findall(r"<img\b", text[max(at, 0) :], re.I))
        if kind in ("docx", "xlsx", "odt"):
            with zipfile.ZipFile(path) as package:
                return sum("/media/" in n or n.startswith("Pictures/") for n in package.namelist())
    except (OSError, Unreadable, zipfile.BadZipFile):
        return 0
    return 0


# -- JSON --------------------------------------------------------------------------------------------------------------


def _from_json(path: Path, name: str) -> Iterator[Report]:
    if path.stat().st_size > SIZE_LIMIT:
        raise Unreadable(f"“{name}”超过{SIZE_LIMIT // 1024 // 1024}MB，没有读取。", "too_big")
    text, _ = decode(path.read_bytes(), name)
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(f"“{name}”不是完整的JSON，无法读取。请重新导出后再试。", "broken") from None
    entries = list(_entries(held, 0))
    if not entries:
        raise Unreadable(f"“{name}”里没有年度报告的表格数据（section2、section3、section4）。", "empty")
    for number, entry in enumerate(entries[:JSON_LIMIT]):
        report = _entry(entry, name)
        if not number and len(entries) > JSON_LIMIT:
            report.findings.append(unread("too_many", "文件", f"文件里有{len(entries)}份以上报告，只核对了前{JSON_LIMIT}份，其余请分成几个文件。"))
        yield report


def _entries(held: Any, depth: int) -> Iterator[dict]:
    if depth > 6:
        return
    if isinstance(held, dict):
        if any(key in held for key in ("section3", "section2", "section4", "known_cells", "table_three", "claims")):
            yield held
            return
        for value in held.values():
            yield from _entries(value, depth + 1)
    elif isinstance(held, list):
        for value in held[: JSON_LIMIT * 2]:
            if isinstance(value, dict | list):
                yield from _entries(value, depth + 1)


def _entry(entry: dict, name: str) -> Report:
    identity = str(entry.get("id") or entry.get("title") or "")
    report = Report(f"{name} {identity}".strip(), "json", str(entry.get("title") or ""), str(entry.get("agency") or entry.get("office") or ""))
    report.year = entry["year"] if isinstance(entry.get("year"), int) else None
    if found := re.search(r"(?<!\d)(20[12]\d)年?", report.title):
        report.period = (found[1], found[1])
        report.year = report.year or int(found[1])
    cells = entry.get("known_cells") if isinstance(entry.get("known_cells"), dict) else {}
    three = {**_mapping(entry.get("section3") or entry.get("table_three")), **cells}
    rows = {row.short: row.key for form in forms().values() for row in form.table_three.rows} | {
        row.key: row.key for form in forms().values() for row in form.table_three.rows
    }
    tables = report.tables
    for short, values in three.items():
        if short in rows and isinstance(values, list):
            columns = [column.key for column in forms()["30"].table_three.columns]
            if len(values) != 7:
                report.findings.append(soft("cells", f"表三 {short}", f"这一行有{len(values)}个数，应为7个。"))
            for column, value in zip(columns, values, strict=False):
                tables.three[rows[short], column] = _json_value(value)
    keys = {row for row, _ in tables.three}
    tables.form_three = "60" if "other_handling" in keys else "30" if keys & {"abandoned_fix", "abandoned_fee", "other"} else ""
    stated = str(entry.get("format") or "")
    if not tables.form_three and keys:
        right = form_for(report.year or 2021)
        tables.form_three = "60" if "60号" in stated else "30" if "30号" in stated else right.key if right else "30"
    _json_two(_mapping(entry.get("section2") or entry.get("table_two")) or cells, tables)
    _json_four(_mapping(entry.get("section4") or entry.get("table_four")), tables)
    report.claims = [c for c in entry.get("claims") or [] if isinstance(c, dict)]
    if isinstance(entry.get("narrative"), str):
        report.prose = entry["narrative"]
    elif isinstance(entry.get("narrative"), dict):
        report.claims += list(_narrative_claims(entry["narrative"]))
    if entry.get("prose") and isinstance(entry["prose"], str):
        report.prose = entry["prose"]
    if isinstance(entry.get("balance"), dict):
        report.claims.append({"balance": entry["balance"]})
    if cells and not (entry.get("section3") or entry.get("section2")):
        report.findings.append(unread("partial", "全文", "只有部分表格内容，只核对了读到的格。"))
    if not tables.two and not tables.three and not tables.four and not report.claims and not report.prose:
        report.findings.append(unread("no_tables", "表二至表四", "没有任何数字可核对。"))
    return report


def _narrative_claims(held: dict) -> Iterator[dict]:
    for label, value in held.items():
        if isinstance(value, int):
            yield {"label": label, "total": value}
        elif isinstance(value, dict):
            total = value.get("总")
            parts = {k: v for k, v in value.items() if k != "总" and isinstance(v, int)}
            if isinstance(total, int):
                yield {"label": label, "total": total, "parts": parts, "parts_claimed_exhaustive": len(parts) >= 4}


def _mapping(held: Any) -> dict:
    return held if isinstance(held, dict) else {}


def _json_value(value: Any) -> Value:
    if value is None:
        return Value("", None, Kind.BLANK)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return Value(str(value)[:24], None, Kind.BAD)
    if isinstance(value, str):
        return read_cell(value)
    number = Decimal(str(value))
    if not number.is_finite() or number.adjusted() > 15:
        return Value(str(value)[:24], None, Kind.BAD)
    return Value(str(value), number, Kind.NUMBER)


def _json_two(two: dict, tables: Tables) -> None:
    flat: dict[str, Any] = {}
    heads: list[str] = []
    for key, value in two.items():
        if isinstance(value, dict):
            heads += [str(h) for h in value.get("columns") or [] if isinstance(h, str)]
            flat.update({k: v for k, v in value.items() if k != "columns"})
        else:
            flat[key] = value
    tables.form_two = grids.two_form("".join(heads)) if heads else ""
    for form in reversed(forms().values()):
        if tables.form_two not in ("", form.key):
            continue
        for block in form.table_two.blocks:
            for row in block.rows:
                name = next((n for n in (row.label, *row.variants) if n in flat), None) or next((k for k in flat if k.startswith(row.label)), None)
                values = flat.get(name) if name else None
                values = values if isinstance(values, list) else [] if values is None else [values]
                if len(values) == len(block.columns):
                    tables.form_two = form.key
                    for column, value in zip(block.columns, values, strict=True):
                        tables.two[block.key, row.key, column.key] = _json_value(value)
        if tables.two:
            return


def _json_four(four: dict, tables: Tables) -> None:
    form = forms()["30"].table_four
    for group in form.groups:
        values = four.get(group.label) or four.get(group.key)
        if isinstance(values, list) and len(values) == 5:
            for column, value in zip(form.columns, values, strict=True):
                tables.four[group.key, column.key] = _json_value(value)
