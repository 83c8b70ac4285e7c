"""Copies that lost their shape on the way: by column, between heads of pages, with commas, marks and blanks run together."""

import json
from functools import partial

import pytest

from gongkai.annual_report.checking.cells import Kind
from gongkai.annual_report.checking.check import check_reports
from gongkai.annual_report.checking.findings import Level
from gongkai.annual_report.checking.reading import read_reports
from gongkai.annual_report.forms import forms

from .shapes import FOUR, SHAPES, Paper, grids, random_paper, written


def labelled(paper: Paper) -> list[str]:
    """The labels of table three, each with the groups that begin at it."""
    seen: set[str] = set()
    found = []
    for row in paper.form.table_three.rows:
        heads = [group for group in paper.form.table_three.path(row) if group.key not in seen]
        seen |= {group.key for group in heads}
        found.append("".join(group.label for group in heads) + row.label)
    return found


def lines(paper: Paper, three: list[str], two=None, four=None) -> str:
    """A text with a table three of its own and the other two a row a line."""
    (head_two, rows_two), (head_three, _), (head_four, rows_four) = grids(paper)
    plain = lambda rows: ["  ".join(text for text, _, _ in row) for row in rows]  # noqa: E731
    return "\n".join([paper.title, *paper.opening, head_two, *(two or plain(rows_two)), head_three, *three, head_four, *(four or plain(rows_four)), *paper.closing])


def by_column(paper: Paper) -> str:
    """All labels, then the figures column by column."""
    three = labelled(paper)
    for index, column in enumerate(paper.form.table_three.columns):
        three += [column.label, *(paper.three[row.key][index] for row in paper.form.table_three.rows)]
    return lines(paper, three)


def between_pages(paper: Paper, foot: list[str]) -> str:
    three = []
    for number, (label, row) in enumerate(zip(labelled(paper), paper.form.table_three.rows, strict=True)):
        three.append("  ".join([label, *paper.three[row.key]]))
        if number % 9 == 8:
            three += [line.format(page=number // 9 + 2, title=paper.title, office=paper.office) for line in foot]
    return lines(paper, three)


def run_together(paper: Paper, mark) -> str:
    parts = [paper.title, *paper.opening]
    for heading, rows in grids(paper):
        parts += [heading, *(mark(text) for row in rows for text, _, _ in row)]
    return "".join([*parts, *paper.closing])


def with_commas(text: str) -> str:
    return f"{int(text):,}" if text.isdigit() else text


def ragged(paper: Paper) -> str:
    """Columns kept by spaces, noughts left blank."""
    three = []
    for label, row in zip(labelled(paper), paper.form.table_three.rows, strict=True):
        three.append(label + "".join(("" if cell == "0" and n < 6 else cell).rjust(9) for n, cell in enumerate(paper.three[row.key])))
    return lines(paper, three)


def nothing_for_nought(paper: Paper) -> str:
    """无 for 0, cells parted by spaces."""
    return lines(paper, ["  ".join([label, *("无" if cell == "0" else cell for cell in paper.three[row.key])]) for label, row in zip(labelled(paper), paper.form.table_three.rows, strict=True)])


COPIES = {
    "by_column": by_column,
    "running_heads": partial(between_pages, foot=["{title}", "自然人 法人或其他组织 总计", "商业企业 科研机构 社会公益组织 法律服务机构 其他"]),
    "dated_feet": partial(between_pages, foot=["", "{office} 2024-01-20", "第 {page} 页 共 5 页"]),
    "bare_numbers": partial(between_pages, foot=["{page}\n\f"]),
    "commas": partial(run_together, mark=with_commas),
    "slashes": partial(run_together, mark=lambda text: "/" if text == "0" else text),
    "ragged": ragged,
    "nothing": nothing_for_nought,
}


def verdict_on(text: str, tmp_path, name: str = "copy.txt"):
    path = tmp_path / name
    path.write_text(text)
    [verdict] = check_reports(read_reports(path))
    return verdict


def told(verdict, level):
    return [finding.sentence for finding in verdict.findings if finding.level is level]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["30", "60"])
@pytest.mark.parametrize("copy", COPIES)
def test_a_right_copy_is_not_called_wrong_and_a_wrong_one_is(copy, form, tmp_path):
    for seed, most in ((100, 9), (107, 400), (114, 6000)):
        paper = random_paper(seed, form, most=most)
        assert told(verdict_on(COPIES[copy](paper), tmp_path), Level.HARD) == []
        for table, row, column in (("three", "granted", 1), ("three", "carried_over", 6), ("four", "direct_suit", 2)):
            wrong = paper.copy()
            cells = getattr(wrong, table)[row]
            cells[column] = str(int(cells[column]) + 7)
            assert told(verdict_on(COPIES[copy](wrong), tmp_path), Level.HARD), (copy, seed, table, row)


@pytest.mark.parametrize("copy", ["by_column", "running_heads", "dated_feet", "bare_numbers"])
def test_every_cell_of_such_a_copy_is_read(copy, tmp_path):
    paper = random_paper(107, most=400)
    path = tmp_path / "copy.txt"
    path.write_text(COPIES[copy](paper))
    [report] = read_reports(path)
    assert {row: [int(report.tables.three_at(row, column.key).counts) for column in paper.form.table_three.columns] for row in paper.three} == {row: [int(cell) for cell in cells] for row, cells in paper.three.items()}


def test_a_mark_that_ran_together_with_figures_is_still_a_mark(tmp_path):
    paper = random_paper(100, most=9)
    path = tmp_path / "copy.txt"
    path.write_text(COPIES["slashes"](paper))
    [report] = read_reports(path)
    marks = [key for key, value in report.tables.three.items() if value.kind is Kind.DASH]
    assert marks and all(paper.three[row][[c.key for c in paper.form.table_three.columns].index(column)] == "0" for row, column in marks)


def test_a_page_in_typed_lines_keeps_its_lines(tmp_path):
    paper = random_paper(107, most=400)
    typed = SHAPES["txt-spaced"](paper).decode()
    verdict = verdict_on(f"<html><body><pre>{typed}</pre></body></html>", tmp_path, "typed.html")
    assert told(verdict, Level.HARD) == told(verdict, Level.UNREAD) == [] and verdict.cells == 200


def test_a_merged_cell_written_out_in_every_place_is_one_number(tmp_path):
    paper = random_paper(107)
    text = SHAPES["txt-tabbed"](paper).decode().replace(f"行政许可\t{paper.two['item_5', 'licences', 'decisions']}", "\t".join(["行政许可", *["17"] * 3]))
    path = tmp_path / "copy.txt"
    path.write_text(text)
    [report] = read_reports(path)
    assert report.tables.two["item_5", "licences", "decisions"].number == 17


def test_blanks_that_left_no_trace_are_not_filled_with_pieces_of_their_neighbours(tmp_path):
    paper = random_paper(100, most=9)
    (paper.two["item_1", "rules", "issued"], paper.two["item_1", "rules", "repealed"], paper.two["item_1", "rules", "in_force"]) = "", "4", "11"
    held = {key: [("" if cell == "0" and n < 6 else cell) for n, cell in enumerate(cells)] for key, cells in paper.three.items()}
    opening = paper.opening
    paper.three = held
    text = "\n".join([paper.title, *opening, *(line for heading, rows in grids(paper) for line in (heading, *(text for row in rows for text, _, _ in row))), *paper.closing])
    verdict = verdict_on(text, tmp_path)
    assert told(verdict, Level.HARD) == []
    assert any("读到“4 11”，应为3个数" in sentence for sentence in told(verdict, Level.UNREAD))
    assert not any("1|1" in sentence for sentence in told(verdict, Level.UNREAD))


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("shape", ["html", "txt-bars", "txt-lines", "txt-spaced"])
def test_every_cell_of_a_published_report_matters(shape, shared, tmp_path):
    """Each cell of tables three and four of the real reports, changed by itself, is found; unchanged, nothing is."""
    for held in json.loads((shared / "data/annual-reports-dev.json").read_text())["full"]:
        form = forms()["60" if "60" in str(held.get("format")) else "30"]
        paper = Paper(form, held["year"], held.get("agency") or "青禾市商务局")
        as_text = lambda cells: ["" if cell is None else str(cell) for cell in cells]  # noqa: E731
        paper.three = {row.key: as_text(held["section3"].get(row.short) or [None] * 7) for row in form.table_three.rows}
        paper.four = {group.key: as_text(held["section4"].get(group.label) or [None] * 5) for group in form.table_four.groups}
        paper.two = {(block.key, row.key, column.key): "3" for block, row, column in form.table_two.cells()}
        assert set(paper.four) == set(FOUR)
        assert told(check_reports(read_reports(written(paper, shape, tmp_path)))[0], Level.HARD) == [], held["id"]
        for table in (paper.three, paper.four):
            for row, cells in table.items():
                for n, cell in enumerate(cells):
                    cells[n] = str(int(cell or 0) + 1)
                    assert told(check_reports(read_reports(written(paper, shape, tmp_path)))[0], Level.HARD), (held["id"], row, n)
                    cells[n] = cell
