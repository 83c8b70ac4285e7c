"""From a source of any kind to a draft: finds the shape, hands the text to its reader, gathers the doubts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gongkai.exchange.blocks import Grid, Source

from . import checks, furniture
from .columns import Head, Weigher, is_heading_row, settle_roles
from .draft import Column, Doubt, Layout, PlanDraft, Stripped
from .furniture import Front
from .headings import ROLES, TEXT_ROLES, heading_run, role_of
from .numbering import number_at_start
from .outline import OutlineReader, find_marks
from .page import Page, Piece, PieceGrid
from .shapes import TextTable, find_table
from .tables import Line, Row, TableReader, distinct, looks_like_chapter_paragraph, plausible_without_header
from .tree import Builder, short

# A plan of two hundred measures has some fifty thousand characters and a thousand cells. Far more than that
# is another kind of file, and is refused with a sentence rather than read for minutes.
LONGEST = 400_000
MOST_CELLS = 20_000
MOST_NUMBERS = 5_000

_SHEET = re.compile(r"工作表“(.+)”")
_SENTENCE = re.compile(r"[。；;]|^\d{1,3}(?!\d|年|月|日)")
_NO_CHAPTER = re.compile(r"(?i)sheet|^表|表$|台账|清单|方案|汇总|附件|^\d+$|20\d\d|月|季度")


def read_plan(
    source: Source, *, sections: Sequence[str] = (), year: int | None = None, office: str = ""
) -> PlanDraft:
    """Read a plan (分工方案, 任务分解表) into a draft.

    ``sections`` are the office's own section names, against which units are checked when given.
    ``year`` is the year the person says the plan is for; a title that says otherwise is doubted.
    ``office`` is whose own plan it is taken for; a paper that names another issuer is doubted.
    Never raises for what a file says: what cannot be read is a doubt.
    """
    if any(isinstance(block, Grid) and not block.is_blank() for block in source.blocks):
        return _Reading(source, sections, year, office).grids()
    return _Reading(source, sections, year, office).plain()


class _Reading:
    def __init__(self, source: Source, sections: Sequence[str], year: int | None, office: str) -> None:
        self.source = source
        self.office = office
        self.sections = sections
        self.asked_year = year
        self.front = Front()
        self.layout = Layout("unknown", "没有认出分工方案的版式。")
        self.wrapped = source.kind.lower() == "pdf"

    # -- documents with tables ------------------------------------------------------------------------------------

    def grids(self) -> PlanDraft:
        page, blocks = Page.of_blocks(self.source)
        self._begin(page)
        if self._too_long(len(page.text)):
            return self._end([])
        tables = [block for block in blocks if isinstance(block, PieceGrid)]
        if sum(len(table.rows) * table.width for table in tables) > 10 * MOST_CELLS:
            self._refuse("too_many_cells", f"单元格超过{10 * MOST_CELLS}个，不像一份分工方案，未读取。")
            return self._end([])
        if all(table.width <= 1 for table in tables):
            return self._text()
        reader = TableReader(page, self.builder)
        plan = [self._is_plan(reader, table, tables) for table in tables]
        if not any(plan):
            return self._text()
        which = dict(zip(map(id, tables), plan, strict=True))
        first = next(
            index for index, block in enumerate(blocks) if isinstance(block, PieceGrid) and which[id(block)]
        )
        last = max(
            index for index, block in enumerate(blocks) if isinstance(block, PieceGrid) and which[id(block)]
        )
        headings = self._heading_paragraphs(reader, blocks, which)
        sheets = {} if headings else self._sheet_chapters(reader, tables, plan)
        reader.chapters_outside = "chapter" in headings.values() or bool(sheets)
        front: list[Piece] = []
        started = False
        for index, block in enumerate(blocks):
            if isinstance(block, Piece):
                if headings.get(index) == "chapter":
                    self.builder.chapter(block)
                    reader.forget()
                elif headings.get(index) == "point":
                    self.builder.point(block)
                    reader.forget()
                elif index < first:
                    front.append(block)
                else:
                    self._beside(block, between=index < last)
                continue
            if not which[id(block)]:
                self._unread(block, front if index < first else None)
                continue
            lines = self._grid_lines(reader, block, front if not started else None, started)
            started = True
            if id(block) in sheets:
                anchor = distinct(block.rows[0])[0].start if distinct(block.rows[0]) else 0
                self.builder.chapter(Piece(sheets[id(block)], anchor, anchor))
                reader.forget()
            reader.read(lines)
        furniture.read_front(page, front, self.front)
        count = sum(plan)
        merged = (
            "，合并单元格已展开到各行"
            if any(
                cell is not None and row.count(cell) > 1
                for table in tables
                for row in table.rows
                for cell in row
            )
            else ""
        )
        self.layout = Layout(
            "grid", f"表格：{f'{count}张表合为一份方案' if count > 1 else '一张表'}，每行一条{merged}。"
        )
        return self._end(reader.columns)

    def _is_plan(self, reader: TableReader, table: PieceGrid, tables: list[PieceGrid]) -> bool:
        if table.is_blank() or table.width < 2:
            return False
        if reader.find_header(table.rows) is not None:
            return True
        headed = [other for other in tables if reader.find_header(other.rows) is not None]
        if headed:
            return any(other.width == table.width for other in headed) and tables.index(table) > tables.index(
                headed[0]
            )
        return plausible_without_header(table.rows) is not None

    def _sheet_chapters(
        self, reader: TableReader, tables: list[PieceGrid], plan: list[bool]
    ) -> dict[int, str]:
        """Sheets of a workbook that are chapters: several with a header each, without a column for the chapter."""
        chosen = [table for table, is_plan in zip(tables, plan, strict=True) if is_plan]
        names: dict[int, str] = {}
        for table in chosen:
            name = _SHEET.fullmatch(table.place)
            header = reader.find_header(table.rows)
            if not name or header is None or len(name[1].strip()) < 2 or _NO_CHAPTER.search(name[1]):
                return {}
            roles = [role_of(cell.text) for cell in distinct(table.rows[header])]
            numbered = sum(
                1
                for row in table.rows[header + 1 :]
                for cell in distinct(row)[:2]
                if (n := number_at_start(cell.text)) and n.style in ("part", "han")
            )
            if sum(role in TEXT_ROLES for role in roles) > 1 or numbered:
                return {}
            names[id(table)] = name[1].strip()
        if len(names) < 2:
            return {}
        listed = "、".join(f"“{name}”" for name in names.values())
        self.builder.doubt("sheet_chapters", "note", f"表内没有章一栏，按工作表名{short(listed, 60)}分章。")
        return names

    def _heading_paragraphs(
        self, reader: TableReader, blocks: list[Piece | PieceGrid], which: dict[int, bool]
    ) -> dict[int, str]:
        """Paragraphs that head a table, as chapter or point: the last words before it.

        They are numbered 一、 or 第一章 (points （一）), or are headings of the document, or every one
        of several tables has such a line of its own.
        """
        found: dict[int, str] = {}
        run: list[int] = []
        lone: list[int] = []
        tables = 0
        chosen: list[PieceGrid] = []
        for index, block in enumerate(blocks):
            if isinstance(block, Piece):
                if block:
                    run.append(index)
                continue
            # A table that follows another without a word between them and without header is its rest.
            if which[id(block)] and (run or not tables or reader.find_header(block.rows) is not None):
                tables += 1
                chosen.append(block)
                named = dict(self._numbered_run(blocks, run))
                found |= named
                if run and not named:
                    lone.append(run[-1])
            run = []
        if found or tables < 2 or len(lone) < tables:
            return found
        if any(reader.find_header(table.rows) is None for table in chosen):
            return found
        pieces = [blocks[index] for index in lone]
        styled = [getattr(self.source.blocks[index], "level", None) for index in lone]
        if all(styled) or all(self._reads_as_heading(piece) for piece in pieces if isinstance(piece, Piece)):
            return dict.fromkeys(lone, "chapter")
        return found

    @staticmethod
    def _numbered_run(blocks: list[Piece | PieceGrid], run: list[int]) -> list[tuple[int, str]]:
        """The numbered headings at the end of a run of paragraphs, outermost first."""
        named: list[tuple[int, str]] = []
        for index in reversed(run[-3:]):
            piece = blocks[index]
            if not isinstance(piece, Piece):
                break
            if looks_like_chapter_paragraph(piece):
                named.append((index, "chapter"))
                break
            number = number_at_start(piece.text)
            short_line = len(piece.text) <= 60 and "。" not in piece.text[:-1]
            if named or not number or number.style not in ("bracket_han", "section") or not short_line:
                break
            named.append((index, "point"))
        return named[::-1]

    @staticmethod
    def _reads_as_heading(piece: Piece) -> bool:
        text = piece.text
        return (
            4 <= len(text) <= 40
            and not re.search(r"[。：:；;]|续表|\d{4}年\d|^附", text)
            and not furniture.is_title(text)
            and furniture.aside_reason(text) is None
        )

    def _beside(self, piece: Piece, *, between: bool) -> None:
        """A paragraph between or below the tables."""
        if not piece:
            return
        reason = furniture.aside_reason(piece.text)
        # What may be a task whose table was lost on the way is no furniture, whatever its length.
        if reason is None and len(piece.text) > 12 and (number_at_start(piece.text) or between or _SENTENCE.search(piece.text)):
            return
        if reason is None and len(piece.text) > 60:
            return
        self.page.strip(piece, reason or "表外文字")

    def _unread(self, table: PieceGrid, front: list[Piece] | None) -> None:
        cells = [cell for row in table.rows for cell in distinct(row)]
        if table.width <= 1 and front is not None:
            front += cells
            return
        if cells:
            self.builder.doubt(
                "table_unread",
                "warn",
                f"{table.place}没有认出任务和责任单位，未导入。",
                cells[0],
                "核对是否为方案的一部分",
            )
        for cell in cells:
            self.page.strip(cell, "不属于方案的表格")

    def _grid_lines(
        self, reader: TableReader, table: PieceGrid, front: list[Piece] | None, started: bool
    ) -> list[Line]:
        rows: list[Row] = table.rows
        header = reader.find_header(rows)
        begin = 0
        fresh = not reader.heads
        if header is not None and reader.heads and reader.repeats_header(rows[header]):
            for piece in (piece for row in rows[: header + 1] for piece in distinct(row)):
                self.page.strip(piece, "换页重复的表头")
            self.builder.doubt(
                "repeated_header", "note", "表头在换页处重复出现，已略去。", distinct(rows[header])[0]
            )
            begin = header + 1
            # The second row of a header of two rows is repeated with the first.
            while begin < len(rows) and reader.repeats_header(rows[begin]):
                for piece in distinct(rows[begin]):
                    self.page.strip(piece, "换页重复的表头")
                begin += 1
        elif header is not None:
            for row in rows[:header]:
                for piece in distinct(row):
                    if front is not None:
                        front.append(piece)
                    else:
                        self.page.strip(piece, "表头上方的标题行")
            begin = reader.take_header(rows, header)
            fresh = True
        elif not reader.heads:
            reader.heads = plausible_without_header(rows) or []
            self.builder.doubt(
                "header_missing",
                "warn",
                "表格没有表头，各列用途按内容推断。",
                distinct(rows[0])[0] if rows and distinct(rows[0]) else None,
                "逐列核对",
            )
            fresh = True
        body = rows[begin:]
        if fresh:
            across = [
                row
                for row in body
                if len(distinct(row)) == 1
                and sum(cell is not None and bool(cell) for cell in row) >= max(2, len(row) - 1)
            ]
            if any(
                (n := number_at_start(distinct(row)[0].text)) and n.style in ("part", "han") for row in across
            ):
                reader.chapters_outside = True
            reader.settle(body)
        lines = [Line(row, fixed=not table.ragged or len(row) == len(reader.heads)) for row in body]
        if started and lines:
            lines[0].after_break = True
        return lines

    # -- plain text -----------------------------------------------------------------------------------------------

    def plain(self) -> PlanDraft:
        text = self.source.text
        if text.strip() or not self.source.blocks:
            self._begin(Page(text))
        else:
            page, _ = Page.of_blocks(self.source)
            self._begin(page)
        if self._too_long(len(self.page.text)):
            return self._end([])
        return self._text()

    def _text(self) -> PlanDraft:
        page = self.page
        start = furniture.strip_comments(page, self.front)
        if not page.text[start:].strip():
            self.builder.doubt(
                "empty_source", "error", "文件里没有文字。", None, "确认文件是否正确；扫描件需先转为文字"
            )
            return self._end([])
        table = find_table(page, start)
        if table is not None and (columns := self._text_table(table, start)) is not None:
            return self._end(columns)
        return self._outline(start)

    def _front_pieces(self, start: int, end: int) -> list[Piece]:
        page = self.page
        found, at = [], start
        for line in page.text[start:end].split("\n"):
            piece = page.piece(at, at + len(line))
            if piece:
                found.append(piece)
            at += len(line) + 1
        return found

    def _text_table(self, table: TextTable, start: int) -> list | None:
        page, builder = self.page, self.builder
        if len(table.cells) + sum(len(row.cells) for row in table.rows) > MOST_CELLS:
            self._refuse("too_many_cells", f"单元格超过{MOST_CELLS}个，不像一份分工方案，未读取。")
            return []
        reader = TableReader(page, builder)
        if table.rows:
            rows: list[Row] = [list(row.cells) for row in table.rows]
            header = reader.find_header(rows)
            if header is None:
                reader.heads = plausible_without_header(rows) or []
                if not reader.heads:
                    return None
                builder.doubt(
                    "header_missing",
                    "warn",
                    "没有认出表头，各列用途按内容推断。",
                    distinct(rows[0])[0] if distinct(rows[0]) else None,
                    "逐列核对",
                )
                begin = 0
            else:
                begin = reader.take_header(rows, header)
            front_end = next(
                (distinct(row)[0].start for row in rows[header or 0 :] if distinct(row)), table.start
            )
            body = table.rows[begin:]
            merged: list[Line] = []
            for row in body:
                filled = distinct(row.cells)
                if not row.piped and len(filled) == 1 and table.name in ("piped", "markdown", "spaced"):
                    self._loose_line(filled[0], merged)
                    continue
                merged.append(Line(list(row.cells), fixed=row.fixed, unclosed=not row.closed))
            headings = [
                line
                for line in merged
                if len(distinct(line.cells)) == 1
                and (n := number_at_start(distinct(line.cells)[0].text))
                and n.style in ("part", "han")
            ]
            texts = [head for head in reader.heads if head.role in ("chapter", "point", "measure")]
            if headings and len(texts) <= 2 and self._chapters_beside(headings, merged, reader):
                reader.chapters_outside = True
            aligned = [line.cells for line in merged]
            reader.settle(aligned)
            furniture.read_front(page, self._front_pieces(start, front_end), self.front)
            reader.read(merged)
        else:
            cells = [cell for cell in table.cells]
            end_head = self._vertical_header(cells)
            if end_head is None:
                return None
            head_at, body_at = end_head
            reader.take_header([self._join_headings(cells[head_at:body_at])], 0)
            first = next(cell for cell in cells[head_at:body_at] if cell)
            furniture.read_front(page, self._front_pieces(start, first.start), self.front)
            merged = self._vertical_rows(reader, cells[body_at:])
            reader.settle([line.cells for line in merged])
            reader.read(merged)
        self.layout = Layout(table.name, f"{table.sentence}表头认出{len(reader.columns)}列。")
        return reader.columns

    @staticmethod
    def _chapters_beside(headings: list[Line], lines: list[Line], reader: TableReader) -> bool:
        """Whether lone 一、 rows stand above a column that numbers its own headings otherwise."""
        others = [distinct(line.cells)[0] for line in lines if len(distinct(line.cells)) > 1]
        styled = sum(
            1 for piece in others if (n := number_at_start(piece.text)) and n.style in ("han", "part")
        )
        return (
            len(headings) >= 1
            and styled == 0
            and any(len(distinct(line.cells)) == len(reader.heads) for line in lines)
        )

    def _loose_line(self, piece: Piece, lines: list[Line]) -> None:
        """A line without separators among rows: a heading, a note, a row cut short, or a cell's second line."""
        reason = furniture.aside_reason(piece.text)
        number = number_at_start(piece.text)
        if reason and not number:
            self.page.strip(piece, reason)
            return
        if number or not lines:
            lines.append(Line([piece], fixed=False))
            return
        for index in range(len(lines[-1].cells) - 1, -1, -1):
            held = lines[-1].cells[index]
            if held:
                lines[-1].cells[index] = held.joined(piece)
                self.builder.doubt(
                    "wrapped_line",
                    "note",
                    f"“{short(piece.text)}”没有分隔线，按上一格的续行理解。",
                    piece,
                    "核对原文",
                )
                return
        lines.append(Line([piece], fixed=False))

    @staticmethod
    def _vertical_header(cells: list[Piece | None]) -> tuple[int, int] | None:
        """Where a run of headings begins and ends in cells standing one above the other."""
        limit = min(len(cells), 120)
        for index in range(limit):
            if not cells[index] or not role_of(cells[index].text):
                continue
            end = index
            while end < len(cells) and (
                cells[end] is None
                or role_of(cells[end].text)
                or (
                    len(cells[end].text) <= 8
                    and end + 1 < len(cells)
                    and cells[end + 1]
                    and role_of(cells[end + 1].text)
                )
            ):
                end += 1
            while end > index and cells[end - 1] is None:
                end -= 1
            if is_heading_row([cell.text for cell in cells[index:end] if cell]) and end - index <= 14:
                return index, end
        return None

    @staticmethod
    def _join_headings(cells: list[Piece | None]) -> list[Piece | None]:
        """Headings with those rejoined that a narrow column broke in two: 目标 over 任务."""
        joined: list[Piece | None] = []
        for cell in cells:
            above = joined[-1] if joined else None
            if cell and above and len(above.text) <= 2 and len(cell.text) <= 2 and above.text + cell.text in ROLES:
                joined[-1] = above.joined(cell, "")
            else:
                joined.append(cell)
        return joined

    def _vertical_rows(self, reader: TableReader, cells: list[Piece | None]) -> list[Line]:
        page = self.page
        width = len(reader.heads)
        kept: list[Piece | None] = []
        index = 0
        heading = [head.pieces[0].text for head in reader.heads if head.pieces]
        plain = [re.sub(r"\s+", "", text) for text in heading]
        while index < len(cells):
            window = cells[index : index + width]
            if (
                len(window) == width
                and [re.sub(r"\s+", "", cell.text) if cell else "" for cell in window] == plain
            ):
                for piece in window:
                    if piece:
                        page.strip(piece, "换页重复的表头")
                self.builder.doubt("repeated_header", "note", "表头在换页处重复出现，已略去。", window[0])
                index += width
                continue
            cell = cells[index]
            if cell and not number_at_start(cell.text) and (reason := furniture.aside_reason(cell.text)):
                page.strip(cell, reason)
            else:
                kept.append(cell)
            index += 1
        while kept and kept[-1] is None:
            kept.pop()
        if not any(kept):
            return []
        probe = [Head(head.heading, head.role, head.pieces) for head in reader.heads]
        settle_roles(probe, [], chapters_outside=False)
        for real, head in zip(reader.heads, probe, strict=True):
            real.role = head.role
        weigher = Weigher(reader.heads)
        if None in kept and width and (len(kept) % width == 0 or len(kept) % width == width - 1):
            rows = [kept[at : at + width] for at in range(0, len(kept), width)]
            rows[-1] += [None] * (width - len(rows[-1]))
            fits = [weigher.fit(cell, i) for row in rows for i, cell in enumerate(row) if cell]
            full = sum(1 for row in rows if sum(1 for cell in row if cell) >= 2)
            if fits and full and sum(fit >= -1.0 for fit in fits) >= 0.95 * len(fits):
                return [Line(row, fixed=True) for row in rows]
        run = [cell for cell in kept if cell]
        bare = sum(1 for cell in run if weigher.look(cell).bare)
        if bare >= 2 and not any(head.role == "number" for head in reader.heads):
            at = next((i for i, head in enumerate(reader.heads) if head.role == "measure"), 0)
            reader._insert_number(at)
        weigher = Weigher(reader.heads)
        rows = weigher.cut_into_rows(run)
        weigher.learn([row for row in rows if sum(1 for cell in row if cell) >= len(reader.heads) - 1])
        rows = weigher.cut_into_rows(run)
        self._doubt_short_rows(reader, rows)
        return [Line(row, fixed=True) for row in rows]

    def _doubt_short_rows(self, reader: TableReader, rows: list[list[Piece | None]]) -> None:
        """A row that lacks one of two like columns (牵头, 配合) cannot say which of them it lacks."""
        units = [i for i, head in enumerate(reader.heads) if head.role in ("lead", "support", "responsible")]
        if len(units) < 2:
            return
        for row in rows:
            if sum(1 for i in units if row[i]) == 1:
                piece = next(row[i] for i in units if row[i])
                self.builder.doubt(
                    "ragged_row",
                    "warn",
                    f"“{short(piece.text)}”前后各格没有分界，无法确定属于牵头还是配合一栏，按最可能的对应理解。",
                    piece,
                    "对照原文核对这一行各栏",
                )

    # -- numbered text --------------------------------------------------------------------------------------------

    def _outline(self, start: int) -> PlanDraft:
        page, builder = self.page, self.builder
        run = heading_run(page.text[start:])
        heads: list[Head] = []
        begin = start
        if run is not None:
            _, run_end, spans = run
            begin = start + run_end
            for a, b in spans:
                piece = page.piece(start + a, start + b)
                heads.append(Head(piece.text, role_of(piece.text) or "extra", [piece]))
            if len([h for h in heads if h.role in ("chapter", "point", "measure")]) > 3:
                heads, begin = [], start
        end = len(page.text)
        marks = find_marks(page, begin, end)
        if not marks:
            return self._nothing(start, heads)
        if len(marks) > MOST_NUMBERS:
            self._refuse("too_many_numbers", f"编号超过{MOST_NUMBERS}处，不像一份分工方案，未读取。")
            return self._end([])
        begin_body = self._body_start(marks, begin)
        front_text = page.text[start:begin_body]
        tail = furniture.strip_download_tail(page, page.piece(marks[-1].start, end), front_text)
        end = self._strip_bottom(marks[-1].end, tail.end)
        reader = OutlineReader(page, builder, heads)
        if not reader.read(begin_body, end):
            return self._nothing(start, heads)
        for head in heads:
            for piece in head.pieces:
                page.keep(piece)
        edge = heads[0].pieces[0].start if heads else begin_body
        furniture.read_front(page, self._front_pieces(start, edge), self.front)
        if heads:
            for piece in self._front_pieces(begin, begin_body):
                page.strip(piece, "表头与正文之间的文字")
        columns = []
        if heads:
            for note in settle_roles(heads, [], chapters_outside=False):
                builder.doubt("column_decided", "note", note, heads[0].pieces[0])
            columns = [Column(head.heading, head.role) for head in heads]
        if reader.flat:
            builder.doubt(
                "no_separators",
                "warn",
                "单元格之间没有分隔符，按编号和句号分开任务与责任单位。",
                page.piece(begin_body, min(end, begin_body + 30)),
                "逐条与原表核对",
            )
            self.layout = Layout(
                "flat", "表格转成了连续文字，单元格之间没有分隔符；按编号分条，句号之后为责任单位。"
            )
        else:
            self.layout = Layout(
                "list", "编号列表：按“一、（一）1.”等编号分级，责任单位、完成时限取自标注的文字。"
            )
        return self._end(columns)

    def _body_start(self, marks: list, begin: int) -> int:
        """Where the plan proper begins: a notice before it may have numbered paragraphs of its own.

        The last first number of the outermost level that is followed by 责任 labels or deeper levels counts.
        """
        outer = min(marks, key=lambda mark: mark.number.rank).number.style
        firsts = [mark for mark in marks if mark.number.style == outer and mark.number.value[-1] == 1]
        if len(firsts) >= 2:
            annex = [
                m.end()
                for m in re.finditer(r"\n\s*附\s*件[^\n]{0,60}\n", self.page.text[begin : firsts[-1].start])
            ]
            if annex:
                edge = begin + annex[-1]
                after = [mark for mark in firsts if mark.start >= edge]
                if after:
                    return after[0].start
        return marks[0].start

    def _strip_bottom(self, start: int, end: int) -> int:
        """Set aside notes, signatures and buttons at the foot, and return where the tasks end."""
        page = self.page
        reason: str | None = None
        while True:
            line = page.text.rfind("\n", start, end)
            if line < 0:
                return end
            piece = page.piece(line, end)
            if not piece:
                end = line
                continue
            below, reason = reason, furniture.aside_reason(piece.text)
            if reason is None and below == "落款" and furniture.is_signer(piece.text):
                reason = "署名"
            if reason is None:
                return end
            page.strip(piece, reason)
            end = line

    def _nothing(self, start: int, heads: list[Head]) -> PlanDraft:
        page = self.page
        for head in heads:
            for piece in head.pieces:
                page.keep(piece)
        self.builder.doubt(
            "not_a_plan",
            "error",
            "没有认出表头，也没有认出编号的任务，无法导入。",
            None,
            "确认文件是否为分工方案；表格请用docx、xlsx或保留分隔的文本",
        )
        titles = self._front_pieces(start, min(len(page.text), start + 400))[:3]
        unmarked = [piece for piece in titles if piece.text and len(piece.text) < 80 and "公开" in piece.text]
        furniture.read_front(page, unmarked, self.front)
        return self._end([])

    # -- beginning and end ----------------------------------------------------------------------------------------

    def _begin(self, page: Page) -> None:
        self.page = page
        self.builder = Builder(page, self.sections, wrapped=self.wrapped)

    def _too_long(self, length: int) -> bool:
        if length <= LONGEST:
            return False
        self._refuse(
            "too_long", f"文件有{length}个字，超过{LONGEST // 10000}万字，不像一份分工方案，未读取。"
        )
        return True

    def _refuse(self, code: str, sentence: str) -> None:
        """Read nothing, and say so; the text set aside is shown by its beginning."""
        self.builder.doubt(code, "error", sentence, None, "确认文件是否正确，或只保留分工表部分")
        page = self.page
        page.strip(Piece(page.text, 0, len(page.text)), "未读取")
        page.stripped = [Stripped(piece.text[:200], piece.reason, piece.place) for piece in page.stripped]

    def _end(self, columns: list) -> PlanDraft:
        page, builder, front = self.page, self.builder, self.front
        for warning in self.source.warnings:
            builder.doubts.append(Doubt("source_warning", "note", warning))
        builder.finish()
        year = self._year()
        checks.check_tree(builder, year)
        self._check_emptiness()
        self._title()
        self._account()
        return PlanDraft(
            title=front.title,
            year=year,
            issuer=front.issuer,
            layout=self.layout,
            columns=columns,
            chapters=builder.chapters,
            doubts=_ordered(builder.doubts),
            stripped=page.stripped,
            leftovers=self.leftovers,
            coverage=page.coverage(),
        )

    def _year(self) -> int | None:
        front, doubt = self.front, self.builder.doubt
        if self.asked_year and front.year and self.asked_year != front.year:
            doubt(
                "year_mismatch",
                "warn",
                f"标题写的是{front.year}年，而导入的是{self.asked_year}年方案。",
                None,
                "核对年度",
            )
        if self.asked_year:
            return self.asked_year
        if front.year:
            return front.year
        if front.comment_year:
            doubt(
                "year_from_comment",
                "warn",
                f"正文没有写年度，按文件头说明的日期理解为{front.comment_year}年。",
                None,
                "核对年度",
            )
            return front.comment_year
        named = furniture.years_in(self.source.name) or [
            int(y) for y in re.findall(r"(?<!\d)(20[12]\d)(?!\d)", self.source.name)
        ]
        if named and self.builder.chapters:
            doubt("year_from_name", "warn", f"正文没有写年度，按文件名理解为{named[0]}年。", None, "核对年度")
            return named[0]
        doubt("year_unknown", "warn", "没有认出方案年度。", None, "导入时填写年度")
        return None

    def _title(self) -> None:
        front, doubt = self.front, self.builder.doubt
        if not front.title:
            if front.comment_title:
                front.title = front.comment_title
                doubt(
                    "title_from_comment",
                    "note",
                    f"正文没有标题，暂用文件头说明的“{front.title}”。",
                    None,
                    "核对标题",
                )
            else:
                doubt("title_missing", "warn", "没有认出标题。", None, "导入时填写标题")
        if not front.issuer:
            front.issuer = front.comment_issuer
        if self.office and front.issuer and front.issuer not in self.office and self.office not in front.issuer:
            doubt(
                "other_issuer",
                "warn",
                f"方案的制发机关是“{front.issuer}”，不是本机关“{self.office}”。",
                None,
                "核对是否选错文件；上级要点请在导入时选择层级",
            )

    def _check_emptiness(self) -> None:
        builder = self.builder
        if checks.count_measures(builder.chapters):
            return
        blocked = {"empty_source", "not_a_plan", "too_long", "too_many_cells", "too_many_numbers"}
        if any(doubt.code in blocked for doubt in builder.doubts):
            return
        if builder.chapters:
            sentence = f"表格内容为空：认出{len(builder.chapters)}个标题，但没有一条计划措施，单元格文字可能在转换时丢失。"
        else:
            sentence = "表格内容为空：只有表头，没有一条计划措施。"
        place = builder.chapters[0].place if builder.chapters else None
        builder.doubts.append(
            Doubt("empty_table", "error", sentence, place, "请换用原始文件（docx、xlsx）重新导入")
        )

    def _account(self) -> None:
        """Everything not placed becomes a doubt of its own; lone punctuation is set aside."""
        page = self.page
        self.leftovers: list[Stripped] = []
        for piece in page.unmarked():
            if not re.search(r"\w", piece.text):
                page.strip(piece, "单独的标点")
                continue
            if piece.end - piece.start > 2000 or len(self.leftovers) < 200:
                self.leftovers.append(Stripped(piece.text, "没有认出", page.place(piece)))
        if self.leftovers:
            listed = self.leftovers[:50]
            for left in listed:
                self.builder.doubts.append(
                    Doubt(
                        "unplaced_text",
                        "warn",
                        f"“{short(left.text, 30)}”没有归入任何一条，也不像页面杂项。",
                        left.place,
                        "核对是否为任务内容",
                    )
                )
            if len(self.leftovers) > len(listed):
                self.builder.doubts.append(
                    Doubt(
                        "unplaced_text",
                        "warn",
                        f"另有{len(self.leftovers) - len(listed)}处文字没有归入任何一条。",
                        None,
                        "见未归入文字清单",
                    )
                )


def _ordered(doubts: list[Doubt]) -> list[Doubt]:
    rank = {"error": 0, "warn": 1, "note": 2}
    return sorted(doubts, key=lambda doubt: rank[doubt.severity])
