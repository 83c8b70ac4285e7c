"""PDF files: tables by their ruled lines, the rest as text, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pdfplumber
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pdfplumber.table import Table

from gongkai.exchange.blocks import Cell, Grid, Paragraph, Source, Unreadable
from gongkai.exchange.reading.unruled import Columns, Word, find_unruled, lines_of
from gongkai.files import pdfium

_PAGE_LIMIT = 400
_WORD_LIMIT = 5_000
_NEAR = 3.0  # points; ruled lines closer than this are one line
_CJK = "\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef“”‘’—…·〔〕"
_OPENS = re.compile(
    r"^\s*(?:[一二三四五六七八九十百]{1,4}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,3}[.．、](?!\d)|[①-⑳]|第[一二三四五六七八九十]+[章条])"
)
_CLOSES = re.compile(r"[。；！？：.;!?:]\s*$")


def read_pdf(path: Path, name: str) -> Source:
    """The blocks of a PDF. Places: 第2页表1第3行第2列, 第2页第5行. A table running over pages stays one grid a page.

    Raises :class:`Unreadable` (``scanned``) for a PDF of pictures, for which there is nothing to read here.
    """
    texts = _page_texts(path, name)
    empty = [number for number, text in enumerate(texts, 1) if len(re.sub(r"\s", "", text)) < 5]
    if len(empty) == len(texts):
        raise Unreadable(
            f"“{name}”没有文字，像是扫描件或图片，无法读取。请上传原来的Word或Excel文件，或先做文字识别（OCR）再上传。",
            "scanned",
        )
    blocks: list[Paragraph | Grid] = []
    warnings: list[str] = []
    unruled = _Unruled()
    with ExitStack() as stack:
        document = _ruled_document(path, stack)
        for number, text in enumerate(texts, 1):
            found = _ruled_page(document, number, unruled)
            if number in empty:
                if found is None or found[1]:
                    warnings.append(f"第{number}页没有文字，像是扫描图片，没有读到内容，请核对。")
            elif found is None:
                warnings.append(f"第{number}页的表格线读不出来，按一行行文字读取，请核对。")
                blocks += _lines(text, number)
            else:
                blocks += found[0]
    if unruled.pages:
        pages = "、".join(f"第{number}页" for number in unruled.pages)
        warnings.append(f"{pages}的表格没有框线，按文字位置分列、分行，请对照原件逐行核对。")
    text = "\n".join(t.replace("\r\n", "\n").strip("\n") for t in texts)
    if blocks and not any(isinstance(block, Grid) for block in blocks):
        # The page's own order of letters breaks lines at every change of font.
        text = "\n".join(block.text for block in blocks if isinstance(block, Paragraph))
    garbled = sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" for c in text)
    if garbled > len(text) // 50:
        warnings.append("PDF的部分文字没有对应的编码，读出来是乱码，请核对，或改用原来的Word文件。")
    return Source(name, "pdf", blocks, text, warnings)


def _ruled_document(path: Path, stack: ExitStack) -> PDF | None:
    stream = stack.enter_context(path.open("rb"))
    try:
        document = pdfplumber.open(stream)
        document.pages  # noqa: B018 - found out here, since closing a document asks for its pages too
    except Exception:  # it raises a dozen kinds of its own and others' for what the other library reads
        return None
    return stack.enter_context(document)


@dataclass(slots=True)
class _Unruled:
    """Pages whose table was found without ruled lines, and the columns the last page ended with."""

    pages: list[int] = field(default_factory=list)
    columns: Columns | None = None


def _ruled_page(document: PDF | None, number: int, unruled: _Unruled) -> tuple[list[Paragraph | Grid], bool] | None:
    """A page's blocks and whether there is anything drawn on it; ``None`` where the library gives up."""
    if document is None:
        return None
    try:
        page = document.pages[number - 1]
        found = _page(page, number, unruled), bool(page.images or page.curves or page.rects)
        page.close()
    except Exception:  # as above
        return None
    return found


def _lines(text: str, number: int) -> list[Paragraph | Grid]:
    lines = enumerate(text.splitlines(), 1)
    return [Paragraph(_tight(line.strip()), f"第{number}页第{at}行") for at, line in lines if line.strip()]


def _page_texts(path: Path, name: str) -> list[str]:
    is_open = False
    try:
        with pdfium.opened(path) as document:
            is_open = True
            if len(document) > _PAGE_LIMIT:
                raise Unreadable(
                    f"“{name}”有{len(document)}页，超过{_PAGE_LIMIT}页，没有读取。请只上传需要的几页。", "too_big"
                )
            return [document[index].get_textpage().get_text_range() for index in range(len(document))]
    except pdfium.PdfiumError as problem:
        if is_open:
            raise Unreadable(
                f"“{name}”有一页损坏，无法读取。请重新生成PDF，或改用Word文件上传。", "broken"
            ) from None
        if "password" in str(problem).lower():
            raise Unreadable(f"“{name}”加了打开密码，无法读取。请取消密码后重新上传。", "encrypted") from None
        raise Unreadable(f"“{name}”损坏，无法读取。请重新生成PDF，或改用Word文件上传。", "broken") from None


def _page(page: Page, number: int, unruled: _Unruled) -> list[Paragraph | Grid]:
    tables = [t for t in page.find_tables() if len(t.cells) > 1]
    if not tables and (found := _without_rules(page, number, unruled)):
        return found
    unruled.columns = None
    pieces: list[tuple[float, Paragraph | Grid]] = []
    for index, table in enumerate(sorted(tables, key=lambda t: t.bbox[1]), 1):
        pieces.append((table.bbox[1], _grid(table, f"第{number}页表{index}")))
    boxes = [table.bbox for table in tables]
    pieces += _paragraphs(page.filter(lambda drawn: not any(_within(drawn, box) for box in boxes)), number)
    return [block for _, block in sorted(pieces, key=lambda piece: piece[0])]


def _without_rules(page: Page, number: int, unruled: _Unruled) -> list[Paragraph | Grid] | None:
    words = [Word(w["text"], w["x0"], w["x1"], w["top"], w["bottom"]) for w in page.extract_words()]
    if len(words) > _WORD_LIMIT:
        return None
    lines = lines_of(words)
    tables = find_unruled(lines, f"第{number}页", unruled.columns)
    unruled.columns = tables[-1].columns if tables else None
    if not tables:
        return None
    unruled.pages.append(number)
    bands = [(lines[found.first][0].top - 1, lines[found.last][0].bottom + 1) for found in tables]
    outside = page.filter(
        lambda drawn: not any(top <= (drawn["top"] + drawn["bottom"]) / 2 <= bottom for top, bottom in bands)
    )
    pieces: list[tuple[float, Paragraph | Grid]] = [
        (band[0], found.grid) for band, found in zip(bands, tables, strict=True)
    ]
    pieces += _paragraphs(outside, number)
    return [block for _, block in sorted(pieces, key=lambda piece: piece[0])]


def _within(drawn: dict, box: tuple[float, ...]) -> bool:
    """Whether the middle of something drawn lies in a box. Cutting table after table off the page loses what is between them."""
    across, down = (drawn["x0"] + drawn["x1"]) / 2, (drawn["top"] + drawn["bottom"]) / 2
    return box[0] <= across <= box[2] and box[1] <= down <= box[3]


def _grid(table: Table, place: str) -> Grid:
    """A table by the edges of its cells, which tell merged cells better than the rows do."""
    lefts = _edges(cell[0] for cell in table.cells)
    tops = _edges(cell[1] for cell in table.cells)
    texts = {}
    for boxes, values in zip(table.rows, table.extract(), strict=True):
        for box, value in zip(boxes.cells, values, strict=True):
            if box is not None:
                texts[tuple(round(v, 1) for v in box)] = unwrap((value or "").split("\n"))
    cells: list[list[Cell | None]] = [[None] * len(lefts) for _ in tops]
    covered = set()
    for box in table.cells:
        row, column = _index(tops, box[1]), _index(lefts, box[0])
        down = sum(box[1] - _NEAR <= top < box[3] - _NEAR for top in tops)
        across = sum(box[0] - _NEAR <= left < box[2] - _NEAR for left in lefts)
        text = texts.get(tuple(round(v, 1) for v in box), "")
        cells[row][column] = Cell(
            text, row, column, max(down, 1), max(across, 1), f"{place}第{row + 1}行第{column + 1}列"
        )
        covered |= {(r, c) for r in range(row, row + down) for c in range(column, column + across)}
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            if cell is None and (row, column) not in covered:  # a gap in the ruling, not a merged cell
                line[column] = Cell("", row, column, place=f"{place}第{row + 1}行第{column + 1}列")
    return Grid(cells, place)


def _edges(values: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return edges


def _index(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - value))


def _paragraphs(page: Page, number: int) -> list[tuple[float, Paragraph]]:
    """Lines joined where the line above ran to the right margin and this one begins at the left."""
    lines = page.extract_text_lines(return_chars=False)
    if not lines:
        return []
    left, right = min(line["x0"] for line in lines), max(line["x1"] for line in lines)
    size = max((line["bottom"] - line["top"] for line in lines), default=12)
    found: list[tuple[float, Paragraph]] = []
    full = False
    for index, line in enumerate(lines, 1):
        text = _tight(line["text"].strip())
        if not text or re.fullmatch(r"[-—–\s]*\d{1,3}[-—–\s]*", text):  # the page's number
            full = False
            continue
        starts_here = line["x0"] > left + size * 1.2 or _OPENS.match(text)
        if full and not starts_here and found:
            top, before = found[-1]
            found[-1] = (top, Paragraph(_joined(before.text, text), before.place))
        else:
            found.append((line["top"], Paragraph(text, f"第{number}页第{index}行")))
        full = line["x1"] > right - size * 1.5
    return found


def unwrap(lines: list[str]) -> str:
    """Lines of a cell with the breaks of wrapping undone and those before a new item kept."""
    text = ""
    for line in (line.strip() for line in lines):
        if not line:
            continue
        if not text:
            text = line
        elif _OPENS.match(line) and (_CLOSES.search(text) or text.endswith(("，", "、")) is False):
            text += "\n" + line
        else:
            text = _joined(text, line)
    return _tight(text)


def _tight(text: str) -> str:
    """Without the spaces that typesetting puts between Chinese and digits or Latin letters."""
    return re.sub(f"(?<=[{_CJK}]) +(?=[{_CJK}0-9A-Za-z])|(?<=[0-9A-Za-z%]) +(?=[{_CJK}])", "", text)


def _joined(before: str, after: str) -> str:
    if re.search(f"[{_CJK}]$", before) or re.match(f"[{_CJK}]", after):
        return before + after
    return f"{before} {after}"
