"""Word documents: paragraphs and tables in the order they stand, with spans and automatic numbers.

The document's own XML is walked rather than python-docx's tables, which repeat a merged cell at every
position it covers and leave out numbers that Word counts by itself; a plan's “（一）” is often one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import docx
from docx.oxml.ns import qn
from lxml import etree

from gongkai.exchange.blocks import Cell, Grid, Paragraph, Source, Unreadable
from gongkai.text.numerals import to_chinese

_P, _TBL, _TR, _TC = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_ROW_LIMIT, _COLUMN_LIMIT, _DEPTH_LIMIT = 100_000, 200, 12
# Deleted text, field codes and the second copy of a drawing are not what the reader sees.
_SKIPPED = {qn("w:del"), qn("w:moveFrom"), qn("w:delText"), qn("w:instrText"), qn("w:pPr"), qn("w:rPr"), qn("w:sdtPr"),
            qn("w:fldData"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}  # fmt: skip
_BREAKS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def read_docx(path: Path, name: str) -> Source:
    """The blocks of a docx. Places: 第3段, 表1第3行第2列."""
    try:
        document = docx.Document(str(path))
    except (KeyError, ValueError, etree.XMLSyntaxError, docx.opc.exceptions.PackageNotFoundError):
        raise Unreadable(
            f"“{name}”的内部结构不完整，无法读取。请用Word或WPS打开后另存为.docx再上传。", "broken"
        ) from None
    return _Walk(document, name).source()


class _Walk:
    """One reading of one document: counters for places and for automatic numbers."""

    def __init__(self, document: docx.document.Document, name: str) -> None:
        self.document, self.name = document, name
        self.blocks: list[Paragraph | Grid] = []
        self.warnings: list[str] = []
        self.paragraphs = self.tables = 0
        self.numbers = _Numbers(document)
        self.levels = _heading_levels(document)

    def source(self) -> Source:
        body = self.document.element.body
        self._blocks(body, within="", depth=0)
        if next(body.iter(qn("w:ins"), qn("w:del")), None) is not None:
            self.warnings.append("文档里有未接受的修订，已按接受修订后的内容读取，请核对。")
        text = "\n".join(_as_text(block) for block in self.blocks)
        return Source(self.name, "docx", self.blocks, text, self.warnings)

    def _blocks(self, parent: etree._Element, *, within: str, depth: int) -> None:
        for element in _block_children(parent):
            if element.tag == _P:
                text = self._paragraph_text(element)
                if not within:
                    self.paragraphs += 1
                if text.strip():
                    place = within or f"第{self.paragraphs}段"
                    self.blocks.append(Paragraph(text, place, self._level(element)))
                for box in _text_boxes(element):
                    self._blocks(
                        box, within=(within or f"第{self.paragraphs}段") + "的文本框", depth=depth + 1
                    )
            else:
                self._table(element, within=within, depth=depth)

    def _table(self, table: etree._Element, *, within: str, depth: int) -> None:
        if depth > _DEPTH_LIMIT:
            raise Unreadable(f"“{self.name}”的表格嵌套过深，无法读取。请简化表格后重新上传。", "nested")
        rows = [tr for tr in _through(table, _TR)]
        if len(rows) > _ROW_LIMIT:
            raise Unreadable(f"“{self.name}”里有一张表超过{_ROW_LIMIT}行，请改用Excel文件上传。", "too_big")
        boxed = len(rows) == 1 and len(list(_through(rows[0], _TC))) == 1
        if boxed:  # a one-cell table is a frame around text, not a table
            self._blocks(next(_through(rows[0], _TC)), within="", depth=depth + 1)
            return
        self.tables += 1
        place = f"表{self.tables}" + (f"（在{within}中）" if within else "")
        cells: list[list[Cell | None]] = []
        open_above: dict[int, tuple[int, int]] = {}  # column → (row, column) of the cell merged down to here
        nested: list[tuple[etree._Element, str]] = []
        for row, tr in enumerate(rows):
            line: list[Cell | None] = []
            column = _grid_skip(tr, "w:gridBefore")
            line += [Cell("", row, c, place=_at(place, row, c)) for c in range(column)]
            still_open: dict[int, tuple[int, int]] = {}
            for tc in _through(tr, _TC):
                if column > _COLUMN_LIMIT:
                    raise Unreadable(f"“{self.name}”的{place}超过{_COLUMN_LIMIT}列，无法读取。", "too_big")
                span, merge = _span(tc), _merge(tc)
                if merge == "continue" and column in open_above:
                    still_open[column] = open_above[column]
                    line += [None] * span
                    # Some writers leave text in a covered cell; losing it silently would be worse than a warning.
                    if hidden := self._cell_text(tc, [], "").strip():
                        self.warnings.append(
                            f"{_at(place, row, column)}被上面的单元格合并，但里面还有文字“{hidden[:20]}”，没有读取。"
                        )
                else:
                    at = _at(place, row, column)
                    text = self._cell_text(tc, nested, at)
                    line.append(Cell(text, row, column, 1, span, at))
                    line += [None] * (span - 1)
                    if merge is not None:
                        still_open[column] = (row, column)
                column += span
            after = _grid_skip(tr, "w:gridAfter")
            line += [Cell("", row, c, place=_at(place, row, c)) for c in range(column, column + after)]
            cells.append(line)
            for top, left in still_open.values():
                if top != row and (cell := cells[top][left]) is not None:
                    cells[top][left] = Cell(cell.text, top, left, row - top + 1, cell.colspan, cell.place)
            open_above = still_open
        self.blocks.append(Grid(cells, place))
        for inner, at in nested:
            self._table(inner, within=at, depth=depth + 1)

    def _cell_text(self, tc: etree._Element, nested: list[tuple[etree._Element, str]], at: str) -> str:
        texts = []
        for element in _block_children(tc):
            if element.tag == _P:
                texts.append(self._paragraph_text(element))
                for box in _text_boxes(element):
                    texts += [self._paragraph_text(p) for p in box.iter(_P)]
                continue
            rows = [list(_through(tr, _TC)) for tr in _through(element, _TR)]
            if at and len(rows) > 1 and max(map(len, rows)) > 1:
                nested.append((element, at))
            else:
                texts += [self._cell_text(inner, [], "") for row in rows for inner in row]
        return "\n".join(t for t in texts if t.strip())

    def _paragraph_text(self, paragraph: etree._Element) -> str:
        text = "".join(_runs(paragraph)).strip("\n")
        number = self.numbers.of(paragraph) if text.strip() else ""
        return number + text.lstrip() if number else text

    def _level(self, paragraph: etree._Element) -> int | None:
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return None
        outline = properties.find(qn("w:outlineLvl"))
        if outline is not None:
            level = int(outline.get(qn("w:val"), "9"))
            return level + 1 if level < 9 else None
        style = properties.find(qn("w:pStyle"))
        return self.levels.get(style.get(qn("w:val"))) if style is not None else None


def _as_text(block: Paragraph | Grid) -> str:
    if isinstance(block, Paragraph):
        return block.text
    return "\n".join("\t".join(cell.text if cell else "" for cell in row) for row in block.cells)


def _at(place: str, row: int, column: int) -> str:
    return f"{place}第{row + 1}行第{column + 1}列"


def _through(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Direct children of a kind, also those inside content controls and tracked insertions."""
    for child in parent:
        if child.tag == tag:
            if tag != _TR or child.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
                yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:smartTag")):
            yield from _through(child, tag)


def _block_children(parent: etree._Element) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag in (_P, _TBL):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:smartTag")):
            yield from _block_children(child)


def _runs(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag in _SKIPPED or child.tag == qn("w:txbxContent"):
            continue
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        else:
            yield from _runs(child)


def _text_boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    for box in paragraph.iter(qn("w:txbxContent")):
        ancestors = {a.tag for a in box.iterancestors()}
        inner = sum(a.tag == qn("w:txbxContent") for a in box.iterancestors())
        if not ancestors & _SKIPPED and inner == sum(
            a.tag == qn("w:txbxContent") for a in paragraph.iterancestors()
        ):
            yield box


def _span(tc: etree._Element) -> int:
    span = tc.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    value = span.get(qn("w:val"), "1") if span is not None else "1"
    return min(max(int(value), 1), _COLUMN_LIMIT) if value.isdigit() else 1


def _merge(tc: etree._Element) -> str | None:
    merge = tc.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return None if merge is None else merge.get(qn("w:val"), "continue")


def _grid_skip(tr: etree._Element, tag: str) -> int:
    found = tr.find(f"{qn('w:trPr')}/{qn(tag)}")
    value = found.get(qn("w:val"), "0") if found is not None else "0"
    return min(int(value), _COLUMN_LIMIT) if value.isdigit() else 0


def _heading_levels(document: docx.document.Document) -> dict[str, int]:
    """Style id → heading level, by the outline level of the style or of the one it is based on."""
    try:
        styles = document.styles.element
    except KeyError:
        return {}
    own: dict[str, tuple[int | None, str | None]] = {}
    for style in styles.iter(qn("w:style")):
        level = style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        name = style.find(qn("w:name"))
        based = style.find(qn("w:basedOn"))
        value = int(level.get(qn("w:val"))) + 1 if level is not None else None
        title = (name.get(qn("w:val")) or "").lower() if name is not None else ""
        if value is None and title.startswith(("heading ", "标题 ")) and title[-1].isdigit():
            value = int(title[-1])
        if title == "title":
            value = value or 1
        own[style.get(qn("w:styleId"))] = (value, based.get(qn("w:val")) if based is not None else None)
    levels = {}
    for style_id in own:
        at, level = style_id, None
        for _ in range(20):  # styles may be based on one another in a ring
            level, parent = own.get(at, (None, None))
            if level is not None or parent is None:
                break
            at = parent
        if level and level <= 9:
            levels[style_id] = level
    return levels


class _Numbers:
    """The numbers Word counts by itself, from numbering.xml."""

    def __init__(self, document: docx.document.Document) -> None:
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}  # numId → level → (format, text, start)
        self.abstract_of: dict[str, str] = {}
        self.counts: dict[str, dict[int, int]] = {}
        self.of_style: dict[str, tuple[str, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError, ValueError):
            return
        abstracts = {
            a.get(qn("w:abstractNumId")): self._read_levels(a) for a in root.iter(qn("w:abstractNum"))
        }
        for num in root.iter(qn("w:num")):
            number_id = num.get(qn("w:numId"))
            link = num.find(qn("w:abstractNumId"))
            abstract = link.get(qn("w:val")) if link is not None else ""
            levels = dict(abstracts.get(abstract, {}))
            for override in num.iter(qn("w:lvlOverride")):
                at = int(override.get(qn("w:ilvl"), "0"))
                start = override.find(qn("w:startOverride"))
                if start is not None and at in levels:
                    levels[at] = (*levels[at][:2], int(start.get(qn("w:val"), "1")))
            self.levels[number_id] = levels
            # Lists made of the same pattern go on counting unless one of them starts anew.
            self.abstract_of[number_id] = (
                f"n{number_id}" if num.find(qn("w:lvlOverride")) is not None else f"a{abstract}"
            )
        for style in document.styles.element.iter(qn("w:style")):
            if found := self._num_pr(style.find(qn("w:pPr"))):
                self.of_style[style.get(qn("w:styleId"))] = found

    @staticmethod
    def _read_levels(abstract: etree._Element) -> dict[int, tuple[str, str, int]]:
        levels = {}
        for level in abstract.iter(qn("w:lvl")):
            values = {tag: level.find(qn(f"w:{tag}")) for tag in ("numFmt", "lvlText", "start")}
            get = {tag: (e.get(qn("w:val")) or "") if e is not None else "" for tag, e in values.items()}
            start = int(get["start"]) if get["start"].isdigit() else 1
            levels[int(level.get(qn("w:ilvl"), "0"))] = (get["numFmt"] or "decimal", get["lvlText"], start)
        return levels

    @staticmethod
    def _num_pr(properties: etree._Element | None) -> tuple[str, int] | None:
        found = properties.find(qn("w:numPr")) if properties is not None else None
        if found is None:
            return None
        number, level = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
        if number is None:
            return None
        return number.get(qn("w:val"), "0"), int(level.get(qn("w:val"), "0")) if level is not None else 0

    def of(self, paragraph: etree._Element) -> str:
        """The number in front of a paragraph as Word would show it; counts it."""
        properties = paragraph.find(qn("w:pPr"))
        found = self._num_pr(properties)
        if found is None and properties is not None:
            style = properties.find(qn("w:pStyle"))
            found = self.of_style.get(style.get(qn("w:val"))) if style is not None else None
        if found is None or found[0] not in self.levels:
            return ""
        number_id, level = found
        levels = self.levels[number_id]
        if level not in levels or levels[level][0] in ("bullet", "none"):
            return ""
        counts = self.counts.setdefault(self.abstract_of[number_id], {})
        counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for deeper in [k for k in counts if k > level]:
            del counts[deeper]
        text = levels[level][1]
        for at in range(9):
            if f"%{at + 1}" in text:
                form = levels.get(at, ("decimal", "", 1))
                text = text.replace(f"%{at + 1}", _numeral(counts.get(at, form[2]), form[0]))
        return text


def _numeral(number: int, form: str) -> str:
    if form.startswith(("chinese", "japaneseCounting", "ideographDigital", "taiwaneseCounting")):
        return to_chinese(number)
    if form.startswith(("decimalEnclosedCircle", "ideographEnclosedCircle")) and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if form in ("lowerLetter", "upperLetter") and number <= 26:
        return chr((97 if form == "lowerLetter" else 65) + number - 1)
    if form in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman.lower() if form == "lowerRoman" else roman
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _roman(number: int) -> str:
    written = ""
    for value, letters in (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        while number >= value:
            written, number = written + letters, number - value
    return written
