"""Every published shape of a report is read to the same cells, and what could not be told apart is said."""

import json
from datetime import date
from itertools import islice, product
from pathlib import Path

import pytest

from gongkai.annual_report.checking import labels, splitting
from gongkai.annual_report.checking.cells import Kind, read_cell
from gongkai.annual_report.checking.check import check_reports
from gongkai.annual_report.checking.findings import Level
from gongkai.annual_report.checking.flowing import read_flowing, tidy
from gongkai.annual_report.checking.reading import read_reports
from gongkai.annual_report.forms import forms

from .shapes import CERTAIN, EVERY, FOUR, SHAPES, random_paper, written

PUBLISHED = Path(__file__).parent / "published"


def verdicts(*paths):
    return check_reports([report for path in paths for report in read_reports(path)])


def of(verdict, level):
    return [(finding.code, finding.where) for finding in verdict.findings if finding.level is level]


# -- Cells, labels, cuttings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "kind", "number"), [
    ("", Kind.BLANK, None), (" \xa0", Kind.BLANK, None), ("0", Kind.NUMBER, 0), ("／", Kind.DASH, None), ("—", Kind.DASH, None), ("无", Kind.DASH, None),
    ("３１１９", Kind.NUMBER, 3119), ("3,119", Kind.NUMBER, 3119), ("O", Kind.SLIP, 0), ("l2", Kind.SLIP, 12), ("1 2", Kind.SLIP, 12), ("5件", Kind.SLIP, 5),
    ("三", Kind.SLIP, 3), ("-3", Kind.NUMBER, -3), ("见附件", Kind.BAD, None),
])  # fmt: skip
def test_a_cell_is_what_was_written(text, kind, number):
    value = read_cell(text)
    assert (value.kind, None if value.number is None else int(value.number)) == (kind, number)


@pytest.mark.parametrize(("pieces", "ways"), [
    (["640020470"], [(64, 0, 0, 2, 0, 4, 70)]),
    (["270020130"], [(2, 7, 0, 0, 20, 1, 30), (27, 0, 0, 2, 0, 1, 30)]),
    (["500000", "5"], [(5, 0, 0, 0, 0, 0, 5)]),
    (["200", "000121"], [(20, 0, 0, 0, 0, 1, 21)]),
    (["640020471"], []),
])  # fmt: skip
def test_figures_that_ran_together_are_cut_every_way_that_adds_up(pieces, ways):
    assert sorted(splitting.cuts(pieces, 7, adds_up=True)) == ways


@pytest.mark.parametrize(("text", "right", "wrong", "shortened"), [
    ("1. 属于国家\n秘密", "1.属于国家秘密", False, False), ("属于国家秘蜜", "1.属于国家秘密", True, False), ("１、申请人无正当理由逾期不补正", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", False, True),
    ("商业 企业", "商业企业", False, False), ("（二）部分公开", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", False, True),
])  # fmt: skip
def test_a_label_is_known_again(text, right, wrong, shortened):
    found = labels.match(text, [(0, right)])
    assert found is not None and (found.wrong, found.shortened) == (wrong, shortened)


def test_another_rows_label_is_no_misspelling():
    assert labels.match("6.属于四类过程性信息", [(0, "5.属于三类内部事务信息")]) is None


# -- Shapes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["30", "60"])
@pytest.mark.parametrize("shape", CERTAIN)
def test_every_cell_of_every_shape_is_read(shape, form, tmp_path):
    paper = random_paper(11, form)
    [report] = read_reports(written(paper, shape, tmp_path))
    three = {row.key: [report.tables.three_at(row.key, column.key).number for column in paper.form.table_three.columns] for row in paper.form.table_three.rows}
    assert three == {key: [int(cell) for cell in cells] for key, cells in paper.three.items()}
    assert {group: [report.tables.four_at(group, column.key).number for column in paper.form.table_four.columns] for group in FOUR} == {
        group: [int(cell) for cell in cells] for group, cells in paper.four.items()
    }
    assert {key: str(value.number) for key, value in report.tables.two.items()} == paper.two | {
        key: str(report.tables.two[key].number) for key, cell in paper.two.items() if "." in cell
    }
    assert (report.office, report.year, report.tables.form_two, report.tables.form_three) == (paper.office, paper.year, form, form)


@pytest.mark.parametrize("form", ["30", "60"])
@pytest.mark.parametrize("shape", EVERY)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_right_report_has_nothing_wrong(shape, form, seed, tmp_path):
    [verdict] = verdicts(written(random_paper(seed, form), shape, tmp_path))
    assert of(verdict, Level.HARD) == [] and of(verdict, Level.SOFT) == []
    if shape != "txt-flat":
        assert of(verdict, Level.UNREAD) == []


@pytest.mark.shared
@pytest.mark.parametrize(("name", "key"), [("pingtan-2021.flat.txt", "pingtan-2021"), ("pingtan-2022.flat.txt", "pingtan-2022"), ("huaian-2024.layout.txt", "huaian-2024"),
                                           ("huaian-2024.rawmode.txt", "huaian-2024"), ("shuyang-fgj-2023.pattern.html", "shuyang-fgj-2023")])  # fmt: skip
def test_published_tables_are_read_as_people_read_them(shared, name, key):
    known = next(entry for entry in json.loads((shared / "data/annual-reports-dev.json").read_text())["full"] if entry["id"] == key)
    [report] = read_reports(shared / "data/annual-reports-raw" / name)
    form = forms()["30"]
    for row in form.table_three.rows:
        got = [report.tables.three_at(row.key, column.key).number for column in form.table_three.columns]
        assert got == known["section3"][row.short], row.label
    for group in form.table_four.groups:
        assert [report.tables.four_at(group.key, column.key).number for column in form.table_four.columns] == known["section4"][group.label]


@pytest.mark.shared
def test_what_several_years_leave_open_is_shown_and_not_chosen(shared):
    raw = shared / "data/annual-reports-raw"
    alone, *_ = verdicts(raw / "pingtan-2021.flat.txt")
    assert ("ambiguous", "表二“行政规范性文件”") in of(alone, Level.UNREAD)
    beside, after = verdicts(raw / "pingtan-2021.flat.txt", raw / "pingtan-2022.flat.txt")
    sentence = next(finding.sentence for finding in beside.findings if finding.code == "ambiguous")
    assert "6|93|665 或 69|3|665" in sentence and "693|6|65" not in sentence
    assert any(finding.code == "cut_by_words" and "88|55|698" in finding.sentence for finding in after.findings)


def test_words_that_broke_over_lines_and_between_figures_are_put_in_order():
    paper = random_paper(5)
    lines = []
    for row in paper.form.table_three.rows:
        label = row.label
        lines += [label[: len(label) // 2], "  ".join(paper.three[row.key]), label[len(label) // 2 :]]
    tables, _ = read_flowing(tidy("三、收到和处理政府信息公开申请情况\n" + "\n".join(lines)))
    assert [int(v.counts) for v in tables.three.values()] == [int(cell) for row in paper.form.table_three.rows for cell in paper.three[row.key]]
    assert tables.findings == []


def test_a_cell_a_line_with_bars_keeps_its_blanks(tmp_path):
    paper = random_paper(3)
    lines = [paper.title, "三、收到和处理政府信息公开申请情况"]
    for row in paper.form.table_three.rows:
        lines.append(f"{row.label} |")
        lines += [f"{cell} |" if cell != "0" else "|" for cell in paper.three[row.key]]
        lines.append("||")
    path = tmp_path / "bars.txt"
    path.write_text("\n".join(lines))
    [report] = read_reports(path)
    for row in paper.form.table_three.rows:
        got = [report.tables.three_at(row.key, column.key) for column in paper.form.table_three.columns]
        assert [v.kind for v in got] == [Kind.BLANK if cell == "0" else Kind.NUMBER for cell in paper.three[row.key]], row.label


def test_a_table_that_is_a_picture_is_said_to_be_one(tmp_path):
    page = tmp_path / "picture.html"
    page.write_text("<html><body><h1>青禾市水利局2023年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>二、主动公开政府信息情况</p><img src='a.png'><p>三、收到和处理政府信息公开申请情况</p><img src='b.png'></body></html>")
    [verdict] = verdicts(page)
    assert [code for code, _ in of(verdict, Level.UNREAD)] == ["picture"]


def test_figures_with_decimals_that_ran_together_show_every_cutting(tmp_path):
    paper = random_paper(2, "60")
    paper.two["item_9", "procurement", "purchases"], paper.two["item_9", "procurement", "spent"] = "135", "75394.52"
    [verdict] = verdicts(written(paper, "txt-flat", tmp_path))
    said = next(f.sentence for f in verdict.findings if "政府集中采购" in f.where)
    assert "13575394.52" in said and "135|75394.52" in said and "13|575394.52" in said


@pytest.mark.parametrize("number", ["1e999", "NaN", "Infinity", "-Infinity", "1e300", "9" * 60, "null", "true", '"3"', "[1]", '{"a": 1}'])
def test_whatever_a_json_file_has_for_a_number_there_is_a_verdict(tmp_path, number):
    path = tmp_path / "report.json"
    path.write_text(f'{{"agency": "青禾市商务局", "year": 2023, "section3": {{"new": [{number}, 0, 0, 0, 0, 0, 1]}}, "section4": {{"行政复议": [0, 0, 0, 0, {number}]}}}}')
    [verdict] = verdicts(path)
    assert verdict.findings and verdict.year == 2023


@pytest.mark.parametrize("form", ["30", "60"])
@pytest.mark.parametrize("shape", ["html", "txt-bars", "txt-spaced", "txt-flat"])
def test_two_reports_in_one_file_are_two(tmp_path, shape, form):
    one, other = random_paper(3, form), random_paper(9, form)
    other.office, other.year = "青禾市商务局", one.year - 1
    path = tmp_path / f"two.{shape.split('-')[0]}"
    path.write_bytes(SHAPES[shape](one) + b"\n" * (shape != "txt-flat") + SHAPES[shape](other))
    first, second = read_reports(path)
    assert [(report.office, report.year) for report in (first, second)] == [(one.office, one.year), (other.office, other.year)]
    for report, paper in ((first, one), (second, other)):
        assert {row: report.tables.three_at(row, "total").number for row in paper.three} == {row: int(cells[6]) for row, cells in paper.three.items()}


@pytest.mark.slow
def test_more_reports_than_are_read_from_one_file_are_spoken_of(tmp_path):
    pieces = []
    for first, second in islice(product("甲乙丙丁戊己庚辛", "子丑寅卯辰巳午"), 52):
        paper = random_paper(3, "30")
        paper.office = f"青禾市{first}{second}局"
        pieces.append(SHAPES["txt-bars"](paper))
    path = tmp_path / "many.txt"
    path.write_bytes(b"\n".join(pieces))
    found = read_reports(path)
    assert len(found) == 50
    assert [one.sentence for one in found[0].findings if "52份" in one.sentence] == ["文件里有52份报告，只核对了前50份，其余请分成几个文件。"]


def test_the_same_report_twice_on_a_page_and_titles_of_others_are_no_second_report(tmp_path):
    path = written(random_paper(3), "html", tmp_path)
    page = path.read_text()
    path.write_text(page + page)
    assert len(read_reports(path)) == 1
    path.write_text(page.replace("</body>", "<p>本年新收政府信息公开申请数量见上表</p><p>青禾市商务局2022年政府信息公开工作年度报告</p><p>青禾市财政局2022年政府信息公开工作年度报告</p></body>"))
    assert len(read_reports(path)) == 1


@pytest.mark.parametrize("form", ["30", "60"])
def test_figures_whose_inner_labels_were_lost_are_put_in_order_and_it_is_said(tmp_path, form):
    paper = random_paper(3, form)
    for row in paper.form.table_three.rows:
        if row.label[0].isdigit():
            paper.labels[row.key] = ""
    [verdict] = verdicts(written(paper, "txt-lines", tmp_path))
    assert of(verdict, Level.HARD) == [] and ("label", "表三") in of(verdict, Level.SOFT) and verdict.form == paper.form.label


@pytest.mark.parametrize(("written_as", "number"), [("减4", -4), ("增3", 3), ("＋3", 3), ("－4", -4), ("↓2", -2), ("增加3项", 3)])
def test_a_change_may_be_written_in_words(tmp_path, written_as, number):
    paper = random_paper(3, "60")
    paper.two["item_5", "licences", "change"] = written_as
    [report] = read_reports(written(paper, "html", tmp_path))
    assert report.tables.two["item_5", "licences", "change"].number == number


def test_words_in_a_cell_of_table_two_are_told_and_not_taken_for_a_missing_row(tmp_path):
    paper = random_paper(3)
    paper.two["item_5", "licences", "decisions"] = "见附件"
    [verdict] = verdicts(written(paper, "html", tmp_path))
    assert [code for code, _ in of(verdict, Level.HARD)] == ["not_a_number"]


def test_many_slips_of_a_scanner_are_told_at_once(tmp_path):
    paper = random_paper(3)
    text = written(paper, "txt-spaced", tmp_path).read_text()
    path = tmp_path / "scan.txt"
    head, rest = text.split("三、收到", 1)
    path.write_text(f"{head}三、收到{rest.replace('  0', '  O')}")
    [verdict] = verdicts(path)
    slips = [f.sentence for f in verdict.findings if f.code == "slip" and f.where == "表三"]
    assert of(verdict, Level.HARD) == [] and len(slips) == 1 and "格不是规范的数字" in slips[0]


def test_the_day_a_page_was_published_is_read(tmp_path):
    path = written(random_paper(1), "html", tmp_path)
    path.write_text(path.read_text().replace("<h1>", "<p>索引号：000014349/2024-05239　发布日期：2024-01-17　浏览次数：12</p><h1>", 1))
    [report] = read_reports(path)
    assert report.published == date(2024, 1, 17)
