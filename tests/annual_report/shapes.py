"""One report in the shapes reports are published in: pages, Word, workbooks, PDF, text of four kinds."""

from __future__ import annotations

import base64
import io
import random
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import docx
import pytest
import xlsxwriter

from gongkai.annual_report.checking import traditional
from gongkai.annual_report.forms import Form, forms

FOUR = ("reconsideration", "direct_suit", "suit_after")


@dataclass
class Paper:
    """A report to be written: cells as text, labels that may be misspelt, prose."""

    form: Form
    year: int
    office: str = "青禾市工业和信息化局"
    period: int | None = None
    two: dict = field(default_factory=dict)
    three: dict = field(default_factory=dict)
    four: dict = field(default_factory=dict)
    labels: dict = field(default_factory=dict)
    fee: str = "本年度没有收取信息处理费。"

    def label(self, row) -> str:
        return self.labels.get(row.key, row.label)

    def copy(self) -> Paper:
        return deepcopy(self)

    @property
    def title(self) -> str:
        return f"{self.office}{self.year}年政府信息公开工作年度报告"

    @property
    def opening(self) -> list[str]:
        period = self.period or self.year
        new, over, done, forward = (self.three[key][6] for key in ("new_received", "carried_over", "total_processed", "carried_forward"))
        return [
            f"本报告所列数据的统计期限自{period}年1月1日起至{period}年12月31日止。", "一、总体情况",
            f"（一）主动公开。{self.year}年，我局主动公开政府信息268条。",
            f"（二）依申请公开。{self.year}年，共收到政府信息公开申请{new}件，上年结转{over}件，办结{done}件，结转下年度继续办理{forward}件。",
        ]  # fmt: skip

    @property
    def closing(self) -> list[str]:
        return ["五、存在的主要问题及改进情况", "解读形式还不够丰富，下一步将改进。", "六、其他需要报告的事项", self.fee]


def random_paper(seed: int, form_key: str = "30", *, most: int = 40) -> Paper:
    """A report that is right, with figures of its own."""
    rng = random.Random(seed)
    form = forms()[form_key]
    number = lambda top=most: rng.choice([0, 0, 0, rng.randint(0, 9), rng.randint(0, top)])  # noqa: E731
    paper = Paper(form, 2023 if form_key == "30" else 2020)
    results = list(form.identity("I2").right)
    columns = {}
    for index in range(6):
        done = {key: number(most if index == 0 else 4) if rng.random() < 0.5 else 0 for key in results}
        total, forward = sum(done.values()), number(6)
        over = rng.randint(0, min(5, total + forward))
        columns[index] = {**done, "total_processed": total, "carried_forward": forward, "carried_over": over, "new_received": total + forward - over}
    for row in form.table_three.rows:
        cells = [columns[index][row.key] for index in range(6)]
        paper.three[row.key] = [*map(str, cells), str(sum(cells))]
    for group in FOUR:
        cells = [number(9) for _ in range(4)]
        paper.four[group] = [*map(str, cells), str(sum(cells))]
    for block, row, column in form.table_two.cells():
        paper.two[block.key, row.key, column.key] = f"{rng.randint(0, 99999) / 100:.2f}" if column.kind == "money" else str(number(300))
    for row in ("rules", "normative"):
        for small, large in (("issued", "in_force"), ("opened", "open_total")):
            if ("item_1", row, small) in paper.two:
                paper.two["item_1", row, large] = str(int(paper.two["item_1", row, small]) + rng.randint(0, 50))
    return paper


# -- Grids every shape is drawn from: rows of (text, rowspan, colspan) --------------------------------------------------


def grid_two(paper: Paper) -> list[list[tuple[str, int, int]]]:
    width = 4
    rows = []
    for block in paper.form.table_two.blocks:
        share = [1] * len(block.columns)
        share[-1] += width - 1 - len(block.columns)
        rows.append([(block.label, 1, width)])
        rows.append([("信息内容", 1, 1), *[(column.label, 1, share[i]) for i, column in enumerate(block.columns)]])
        for row in block.rows:
            rows.append([(paper.label(row), 1, 1), *[(paper.two[block.key, row.key, column.key], 1, share[i]) for i, column in enumerate(block.columns)]])
    return rows


def grid_three(paper: Paper) -> list[list[tuple[str, int, int]]]:
    table = paper.form.table_three
    rows = [
        [(table.corner, 3, 3), (table.columns_label, 1, 7)],
        [("自然人", 2, 1), ("法人或其他组织", 1, 5), ("总计", 2, 1)],
        [(column.label, 1, 1) for column in table.columns if column.under],
    ]
    seen: set[str] = set()
    for row in table.rows:
        heads = []
        path = table.path(row)
        for group in path:
            if group.key not in seen:
                seen.add(group.key)
                heads.append((group.label, len(table.rows_under(group.key)), 1))
        rows.append([*heads, (paper.label(row), 1, 3 - len(path)), *[(cell, 1, 1) for cell in paper.three[row.key]]])
    return rows


def grid_four(paper: Paper) -> list[list[tuple[str, int, int]]]:
    heads = [column.label for column in paper.form.table_four.columns]
    return [
        [("行政复议", 1, 5), ("行政诉讼", 1, 10)],
        [*[(head, 2, 1) for head in heads], ("未经复议直接起诉", 1, 5), ("复议后起诉", 1, 5)],
        [(head, 1, 1) for head in heads * 2],
        [(cell, 1, 1) for group in FOUR for cell in paper.four[group]],
    ]


def grids(paper: Paper):
    sections = paper.form.sections
    return [(f"二、{sections[1]}", grid_two(paper)), (f"三、{sections[2]}", grid_three(paper)), (f"四、{sections[3]}", grid_four(paper))]


def _laid(rows) -> list[list[str]]:
    """The texts at the first place of each merged cell, others blank: how a workbook or csv holds them."""
    taken, placed = set(), {}
    for r, row in enumerate(rows):
        c = 0
        for text, down, across in row:
            while (r, c) in taken:
                c += 1
            placed[r, c] = text
            taken |= {(r + i, c + j) for i in range(down) for j in range(across)}
            c += across
    width = max(c for _, c in taken) + 1
    return [[placed.get((r, c), "") for c in range(width)] for r in range(len(rows))]


# -- Shapes ------------------------------------------------------------------------------------------------------------


def html(paper: Paper) -> bytes:
    parts = [f"<!doctype html><html><head><meta charset='utf-8'><title>{paper.title}</title></head><body><div class='nav'>首页 &gt; 政务公开 &gt; 年报</div><h1>{paper.title}</h1>"]
    parts += [f"<p>{line}</p>" for line in paper.opening]
    for heading, rows in grids(paper):
        parts.append(f"<p>{heading}</p><table border='1'><tbody>")
        for row in rows:
            cells = "".join(f"<td rowspan='{d}' colspan='{a}'><p><span>{t[:2]}</span><span>{t[2:]}</span></p></td>" for t, d, a in row)
            parts.append(f"<tr>{cells}</tr>")
        parts.append("</tbody></table>")
    parts += [f"<p>{line}</p>" for line in paper.closing]
    parts.append("<div class='footer'>版权所有：青禾市人民政府办公室</div></body></html>")
    return "\n".join(parts).encode()


def word(paper: Paper) -> bytes:
    document = docx.Document()
    document.add_heading(paper.title, 0)
    for line in paper.opening:
        document.add_paragraph(line)
    for heading, rows in grids(paper):
        document.add_paragraph(heading)
        laid = _laid(rows)
        table = document.add_table(len(laid), len(laid[0]))
        taken = set()
        for r, row in enumerate(rows):
            c = 0
            for text, down, across in row:
                while (r, c) in taken:
                    c += 1
                taken |= {(r + i, c + j) for i in range(down) for j in range(across)}
                cell = table.cell(r, c)
                if down > 1 or across > 1:
                    cell = cell.merge(table.cell(r + down - 1, c + across - 1))
                cell.text = text
                c += across
    for line in paper.closing:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook(paper: Paper) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("年报")
    at = 0
    for line in [paper.title, *paper.opening]:
        sheet.write_string(at, 0, line)
        at += 1
    for heading, rows in grids(paper):
        sheet.write_string(at, 0, heading)
        at += 1
        taken = set()
        for r, row in enumerate(rows):
            c = 0
            for text, down, across in row:
                while (r, c) in taken:
                    c += 1
                taken |= {(r + i, c + j) for i in range(down) for j in range(across)}
                if down > 1 or across > 1:
                    sheet.merge_range(at + r, c, at + r + down - 1, c + across - 1, text)
                elif text.replace(".", "", 1).isdigit():
                    sheet.write_number(at + r, c, float(text))
                else:
                    sheet.write_string(at + r, c, text)
                c += across
        at += len(rows)
    for line in paper.closing:
        sheet.write_string(at, 0, line)
        at += 1
    book.close()
    return out.getvalue()


def bars(paper: Paper) -> bytes:
    """Cells parted by bars, merged cells only where they begin, a bar at the end."""
    lines = [paper.title, *paper.opening]
    for heading, rows in grids(paper):
        lines.append(heading)
        lines += [" | ".join(text for text, _, _ in row) + " |" for row in rows]
    return "\n".join([*lines, *paper.closing]).encode()


def one_a_line(paper: Paper) -> bytes:
    """Each cell on a line of its own, with empty lines between, as pages saved as text have it."""
    lines = [paper.title, *paper.opening]
    for heading, rows in grids(paper):
        lines.append(heading)
        lines += [text for row in rows for text, _, _ in row]
    return "\n\n".join([*lines, *paper.closing]).encode()


def spaced(paper: Paper) -> bytes:
    """A row a line, cells parted by spaces, page numbers between: what a PDF gives."""
    lines = [paper.title, *paper.opening]
    for heading, rows in grids(paper):
        lines.append(heading)
        for number, row in enumerate(rows):
            lines.append("  ".join(text for text, _, _ in row))
            if number % 11 == 10:
                lines += ["", f"        - {number // 11 + 3} -", ""]
    return "\n".join([*lines, *paper.closing]).encode()


def flat(paper: Paper) -> bytes:
    """Everything run together, without a mark between two cells."""
    parts = [*paper.opening]
    for heading, rows in grids(paper):
        parts += [heading, *[text for row in rows for text, _, _ in row]]
    return (f"标题: {paper.title}\n" + "".join([*parts, *paper.closing])).encode()


def celled(paper: Paper) -> bytes:
    """Each cell on a line of its own with a bar after it, two bars where a row ends, as page extractors write tables."""
    lines = [paper.title, *paper.opening]
    for heading, rows in grids(paper):
        lines.append(heading)
        for row in rows:
            lines += [*(f"{text} |" for text, _, _ in row), "||"]
    return "\n".join([*lines, *paper.closing]).encode()


def tabbed(paper: Paper) -> bytes:
    """Cells parted by tabs, merged cells only where they begin: a table copied out of a page."""
    lines = [paper.title, *paper.opening]
    for heading, rows in grids(paper):
        lines += [heading, *("\t".join(text for text, _, _ in row) for row in rows)]
    return "\n".join([*lines, *paper.closing]).encode()


def archived(paper: Paper) -> bytes:
    """The page as a browser saves it, whole in one file."""
    body = base64.encodebytes(html(paper)).decode()
    head = "From: <Saved by Blink>\r\nSubject: =?utf-8?Q?x?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"edge\"\r\n\r\n"
    return f"{head}--edge\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}\r\n--edge--\r\n".encode()


def mirrored(paper: Paper) -> bytes:
    """As a mirror in traditional characters has it."""
    old = {new: chr(sign) for sign, new in reversed(traditional.TABLE.items())}
    return bars(paper).decode().translate({ord(new): sign for new, sign in old.items()}).encode()


SHAPES = {
    "html": html, "docx": word, "xlsx": workbook, "mht": archived, "txt-bars": bars, "txt-lines": one_a_line, "txt-spaced": spaced, "txt-celled": celled, "txt-tabbed": tabbed,
    "txt-mirrored": mirrored, "txt-flat": flat,
}  # fmt: skip
#: For `parametrize`: Word takes as long as all others together.
EVERY = [pytest.param(name, marks=pytest.mark.slow) if name == "docx" else name for name in SHAPES]
CERTAIN = [pytest.param("docx", marks=pytest.mark.slow), *(name for name in SHAPES if name not in ("docx", "txt-flat"))]


def written(paper: Paper, shape: str, folder: Path) -> Path:
    path = folder / f"{shape}.{shape.split('-')[0]}"
    path.write_bytes(SHAPES[shape](paper))
    return path
