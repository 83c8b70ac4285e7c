"""What is wrong is found wherever it is, what is right is left alone, and what differs for a reason is explained."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.annual_report.checking.check import check_reports
from gongkai.annual_report.checking.findings import Level
from gongkai.annual_report.checking.reading import read_reports

from .shapes import EVERY, random_paper, written

PUBLISHED = Path(__file__).parent / "published"
LIGHT = ["html", "txt-bars", "txt-lines", "txt-spaced", "txt-flat"]


def verdicts(*paths):
    return check_reports([report for path in paths for report in read_reports(path)])


def sentences(verdict, level):
    return [finding.sentence for finding in verdict.findings if finding.level is level]


def codes(verdict, level=Level.HARD):
    return {finding.code for finding in verdict.findings if finding.level is level}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("papers")


# -- Mutations ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@given(data=st.data(), seed=st.integers(0, 10_000), form=st.sampled_from(["30", "60"]), shape=st.sampled_from(LIGHT))
def test_one_wrong_cell_is_always_found(folder, data, seed, form, shape):
    paper = random_paper(seed, form)
    table = data.draw(st.sampled_from(["three", "four"]))
    cells = getattr(paper, table)
    row = data.draw(st.sampled_from(sorted(cells)))
    column = data.draw(st.integers(0, len(cells[row]) - 1))
    cells[row][column] = str(int(cells[row][column]) + data.draw(st.integers(1, 30)))
    [verdict] = verdicts(written(paper, shape, folder))
    assert sentences(verdict, Level.HARD), (row, column)


@pytest.mark.slow
@given(seed=st.integers(0, 10_000), form=st.sampled_from(["30", "60"]), shape=st.sampled_from(LIGHT))
def test_nothing_wrong_is_never_found(folder, seed, form, shape):
    [verdict] = verdicts(written(random_paper(seed, form), shape, folder))
    assert sentences(verdict, Level.HARD) == [] and sentences(verdict, Level.SOFT) == []


@pytest.mark.slow
@given(data=st.data(), seed=st.integers(0, 10_000), shape=st.sampled_from(["html", "txt-bars", "txt-lines", "txt-flat"]))
def test_a_misspelt_label_is_matched_and_reported(folder, data, seed, shape):
    paper = random_paper(seed)
    row = data.draw(st.sampled_from([row for row in paper.form.table_three.rows if row.key not in ("other", "total_processed", "partial")]))
    place = data.draw(st.sampled_from([i for i in range(4, len(row.label)) if "\u3400" <= row.label[i] <= "\u9fff"]))
    paper.labels[row.key] = row.label[:place] + "巳" + row.label[place + 1 :]
    [verdict] = verdicts(written(paper, shape, folder))
    assert sentences(verdict, Level.HARD) == []
    assert "label" in codes(verdict, Level.SOFT), paper.labels


@pytest.mark.parametrize("wrong", ["二、上年巳转政府信息公开申请数量", "二、上年结巳政府信息公开申请数量", "二、上年转政府信息公开申请数量"])
@pytest.mark.parametrize("shape", ["txt-lines", "txt-flat"])
def test_where_table_three_begins_does_not_hang_on_its_second_label(folder, shape, wrong):
    paper = random_paper(0)
    paper.labels["carried_over"] = wrong
    [verdict] = verdicts(written(paper, shape, folder))
    assert sentences(verdict, Level.HARD) == [] and "label" in codes(verdict, Level.SOFT)


@pytest.mark.parametrize("shape", LIGHT)
@pytest.mark.parametrize(("right", "wrong"), [("社会公益组织", "社会公议组织"), ("本年废止件数", "本年费止件数"), ("四、政府信息公开行政复议", "四、政府信息公开行政复义")])
def test_a_misspelt_head_is_reported(shape, right, wrong, tmp_path):
    path = written(random_paper(4), shape, tmp_path)
    halves = lambda word: f"<span>{word[:2]}</span><span>{word[2:]}</span>"  # noqa: E731 - as the page splits them
    path.write_text(path.read_text().replace(right, wrong).replace(halves(right), halves(wrong)))
    [verdict] = verdicts(path)
    assert sentences(verdict, Level.HARD) == [] and sentences(verdict, Level.SOFT)


@pytest.mark.parametrize("shape", EVERY)
def test_a_period_of_another_year_is_found(shape, tmp_path):
    paper = random_paper(4)
    paper.period = paper.year - 1
    [verdict] = verdicts(written(paper, shape, tmp_path))
    assert "year" in codes(verdict)


@pytest.mark.parametrize("shape", EVERY)
@pytest.mark.parametrize(("form", "year"), [("60", 2022), ("30", 2020)])
def test_the_form_of_another_year_is_found(shape, form, year, tmp_path):
    paper = random_paper(4, form)
    paper.year = year
    [verdict] = verdicts(written(paper, shape, tmp_path))
    assert {finding.where for finding in verdict.findings if finding.code == "wrong_form"} == {"表二", "表三"}


@pytest.mark.parametrize("shape", ["html", pytest.param("docx", marks=pytest.mark.slow), "xlsx", "txt-bars"])
def test_a_blank_total_is_found_and_other_blanks_are_a_note(shape, tmp_path):
    paper = random_paper(8)
    for cells in paper.three.values():
        cells[:6] = ["" if cell == "0" else cell for cell in cells[:6]]
    [verdict] = verdicts(written(paper, shape, tmp_path))
    assert codes(verdict) == set() and "blank" in codes(verdict, Level.NOTE)
    row = next(key for key, cells in paper.three.items() if cells[6] != "0" and key.startswith("new"))
    paper.three[row][6] = ""
    [verdict] = verdicts(written(paper, shape, tmp_path))
    assert codes(verdict) == {"blank_total"}


def test_reports_of_other_years_beside_the_page_do_not_confuse_it(tmp_path):
    from .shapes import html

    paper = random_paper(1)
    others = "".join(f"<div><a>青禾市水利局{year}年政府信息公开工作年度报告</a></div>" for year in (2024, 2022, 2021))
    path = tmp_path / "page.html"
    path.write_bytes(html(paper).replace(b"<h1>", others.encode() + b"<p>").replace(b"</h1>", b"</p>"))
    [report] = read_reports(path)
    assert (report.office, report.year) == (paper.office, 2023)


def test_a_table_without_a_figure_is_not_filled_in(tmp_path):
    paper = random_paper(8, "60")
    paper.year = 2022
    for table in (paper.two, paper.three, paper.four):
        for key, cells in table.items():
            table[key] = [""] * len(cells) if isinstance(cells, list) else ""
    [verdict] = verdicts(written(paper, "html", tmp_path))
    assert {"empty_table", "wrong_form"} <= codes(verdict)


@pytest.mark.parametrize(("cell", "code", "level"), [
    ("2.5", "not_whole", Level.HARD), ("-1", "negative", Level.HARD), ("若干", "not_a_number", Level.HARD), ("O", "slip", Level.SOFT), ("/", "dash", Level.SOFT),
])  # fmt: skip
def test_a_cell_that_is_no_count_is_found(cell, code, level, tmp_path):
    paper = random_paper(8)
    row = next(key for key, cells in paper.three.items() if cells[3] == "0")
    paper.three[row][3] = cell
    [verdict] = verdicts(written(paper, "html", tmp_path))
    assert code in codes(verdict, level)


# -- Prose -------------------------------------------------------------------------------------------------------------


def prose(tmp_path, sentence, *, office="青禾市工业和信息化局", **cells):
    """The verdict on a report of 70 received, 2 carried over, 69 done, 3 carried on, with a sentence of its own."""
    paper = random_paper(1)
    paper.office = office
    for values in paper.three.values():
        values[:] = ["0"] * 7
    for key, number in {"new_received": 70, "carried_over": 2, "granted": 40, "partial": 9, "not_held": 20, "total_processed": 69, "carried_forward": 3}.items():
        paper.three[key] = [str(number), *["0"] * 5, str(number)]
    paper.four = {"reconsideration": ["1", "0", "2", "0", "3"], "direct_suit": ["2", "0", "0", "0", "2"], "suit_after": ["0", "1", "0", "0", "1"]}
    paper.two["item_1", "normative", "issued"], paper.two["item_1", "normative", "in_force"] = "8", "30"
    path = tmp_path / "prose.html"
    from .shapes import html

    path.write_bytes(html(paper).replace("，我局主动公开政府信息268条。".encode(), f"，{sentence}".encode()))
    [verdict] = verdicts(path)
    return verdict


@pytest.mark.parametrize("sentence", [
    "共收到政府信息公开申请71件。", "办结政府信息公开申请68件。", "收到申请70件，办结69件，4件结转下年度继续办理。", "发生政府信息公开行政复议4件。", "政府信息公开行政诉讼5件，其中结果维持2件。",
    "收到政府信息公开申请70件，其中予以公开41件。", "制发行政规范性文件9件。", "主动公开信息100条，其中工作动态60条、通知公告50条。", "收到申请70件，其中网络申请35件，占52.3%。",
    "全年未收到政府信息公开申请。", "没有发生因政府信息公开引起的行政复议和行政诉讼。",
    "主动公开政府信息264条，其中人事调整1条、部门文件6条、部门动态94条、图片新闻100条、通知公告61条、政策法规1条。",
])  # fmt: skip
def test_prose_that_disagrees_is_worth_a_look(tmp_path, sentence):
    assert sentences(prose(tmp_path, sentence), Level.SOFT)


@pytest.mark.parametrize("sentence", [
    "共收到政府信息公开申请70件，均按期答复。", "收到政府信息公开申请72件（含上年结转2件）。", "办结政府信息公开申请69件，另有3件结转下年度继续办理。", "受理申请近80件。", "共收到政府信息公开申请70件，较上年减少12件，下降14.6%。",
    "政府信息公开行政复议3件，行政诉讼3件。", "办理行政复议案件120件，行政应诉45件。", "制发行政规范性文件8件，解读行政规范性文件6件。", "处理投诉举报85件，答复信访件12件。", "收到申请70件，其中网络申请35件，占50%。",
    "全年未收到行政许可申请。", "收到政府信息公开申请70件，其中予以公开40件、部分公开9件、不予公开0件、无法提供20件。", "2024年，我局将继续做好主动公开工作。",
    "收到政府信息公开申请70件，其中网上申请58件，现场申请12件，按时办结69件，结转3件。", "受理申请近80件，答复69件，公文类27件，占35.1%。", "收到政府信息公开申请70件，其中网络35件、信函35件，依法予以公开40件，部分公开9件。",
    "政府信息公开行政诉讼5件（一审3件、二审2件）。", "截至11月30日，共收到政府信息公开申请61件。", "截至2022年11月30日，已办结申请55件。",
    "主动公开政府信息268条，其中工作动态115条、政府规范性文件4条。", "办理人大建议12件、政协提案9件，办结率100%。", "公众号发布信息278条，网站发布500余条。",
])  # fmt: skip
def test_prose_that_agrees_or_speaks_of_something_else_is_left_alone(tmp_path, sentence):
    assert sentences(prose(tmp_path, sentence), Level.SOFT) == []


def test_a_difference_of_scope_is_explained(tmp_path):
    verdict = prose(tmp_path, "共收到政府信息公开申请72件。")
    assert any("本年新收＋上年结转" in s for s in sentences(verdict, Level.NOTE))
    verdict = prose(tmp_path, "截至11月30日，共收到政府信息公开申请61件。")
    assert any("截至11月30日" in s for s in sentences(verdict, Level.NOTE))
    verdict = prose(tmp_path, "各县（区）、部门收到政府信息公开申请52件。", office="青禾市人民政府")
    assert sentences(verdict, Level.SOFT) == [] and any("口径" in s for s in sentences(verdict, Level.NOTE))
    verdict = prose(tmp_path, "区本级共收到政府信息公开申请31件。", office="青禾区人民政府")
    assert sentences(verdict, Level.SOFT) == [] and any("口径" in s for s in sentences(verdict, Level.NOTE))


def test_the_fee_is_stated_even_when_there_was_none(tmp_path):
    paper = random_paper(1)
    paper.fee = "无其他需要报告的事项。"
    [verdict] = verdicts(written(paper, "html", tmp_path))
    assert codes(verdict, Level.SOFT) == {"fee_sentence"}


# -- Two years ---------------------------------------------------------------------------------------------------------


def test_what_was_carried_on_is_carried_over(tmp_path):
    before, after = random_paper(21), random_paper(22)
    before.year = 2022
    for paper in (before, after):
        (tmp_path / str(paper.year)).mkdir()
    forward = [int(cell) for cell in before.three["carried_forward"]]
    for column, number in enumerate(forward):  # next year's balance, moved so that only I5 is at stake
        shift = number - int(after.three["carried_over"][column])
        after.three["carried_over"][column] = str(number)
        after.three["new_received"][column] = str(int(after.three["new_received"][column]) - shift + 100 * (column in (0, 6)))
        for key in ("carried_forward",):
            after.three[key][column] = str(int(after.three[key][column]) + 100 * (column in (0, 6)))
    stock = int(before.two["item_1", "normative", "in_force"])
    after.two["item_1", "normative", "in_force"] = str(stock + int(after.two["item_1", "normative", "issued"]))
    after.two["item_1", "normative", "repealed"] = "0"
    rules = int(before.two["item_1", "rules", "in_force"])
    after.two["item_1", "rules", "in_force"] = str(rules + int(after.two["item_1", "rules", "issued"]))
    after.two["item_1", "rules", "repealed"] = "0"
    paths = [written(paper, "html", tmp_path / str(paper.year)) for paper in (before, after)]
    _, verdict = verdicts(*paths)
    assert not codes(verdict, Level.SOFT) & {"I5", "V1"}
    after.two["item_1", "normative", "in_force"] = str(stock + 999)
    after.three["carried_over"][0] = str(forward[0] + 1)
    paths[1] = written(after, "html", tmp_path / str(after.year))
    _, verdict = verdicts(*paths)
    assert {"I5", "V1"} <= codes(verdict, Level.SOFT)


# -- Published facts ---------------------------------------------------------------------------------------------------


def test_pingtan_2020_published_results_that_do_not_add_up():
    """自然人：6＋6＋4＋3＋3＋4＝26，（七）总计写20；总计列：7＋6＋4＋3＋3＋4＝27，写21。正文2602条的分项之和是2603。"""
    [verdict] = verdicts(PUBLISHED / "pingtan-2020.txt")
    hard = [(f.code, f.where) for f in verdict.findings if f.level is Level.HARD]
    assert hard == [("I2", "表三“自然人”列"), ("I2", "表三“总计”列")]
    assert any("＝2603，多于总数2602" in s for s in sentences(verdict, Level.SOFT))


def test_shanghai_office_2019_left_totals_blank():
    """十一行有申请人分列的数而总计列空白；正文的33.9%与任何一种基数都不符（258÷805＝32.0%）。"""
    [verdict] = verdicts(PUBLISHED / "shanghai-office-2019.html")
    hard = [f for f in verdict.findings if f.level is Level.HARD]
    assert {f.code for f in hard} == {"blank_total"} and len(hard) == 11
    assert any("258÷805" in s for s in sentences(verdict, Level.SOFT))


@pytest.mark.parametrize("name", ["pingtan-2019", "pingtan-2023", "pingtan-2024"])
def test_published_reports_that_add_up_have_no_error(name):
    [verdict] = verdicts(PUBLISHED / f"{name}.txt")
    assert sentences(verdict, Level.HARD) == []


def test_pingtan_2023_speaks_of_another_stock_than_its_table():
    """正文“现行有效行政规范性文件393件”，表二“77132470”没有一种切法以393结尾。"""
    [verdict] = verdicts(PUBLISHED / "pingtan-2023.txt")
    assert any("现行有效都不是393" in s for s in sentences(verdict, Level.SOFT))


@pytest.mark.shared
def test_the_published_material_has_no_error_but_its_own(shared):
    raw = sorted((shared / "data/annual-reports-raw").iterdir())
    found = verdicts(*raw, shared / "data/annual-reports-dev.json")
    assert [(v.name, s) for v in found for s in sentences(v, Level.HARD)] == []
    headings = [s for v in found for s in sentences(v, Level.SOFT)]
    assert len(headings) == 2 and any("行政法复议" in s for s in headings) and any("规范性文件" in s for s in headings)


@pytest.mark.slow
@pytest.mark.shared
@given(data=st.data())
def test_one_wrong_cell_in_published_data_is_found(shared, folder, data):
    entries = json.loads((shared / "data/annual-reports-dev.json").read_text())["full"]
    entry = data.draw(st.sampled_from(entries))
    section = data.draw(st.sampled_from(["section3", "section4"]))
    row = data.draw(st.sampled_from(sorted(entry[section])))
    column = data.draw(st.integers(0, len(entry[section][row]) - 1))
    entry[section][row][column] = (entry[section][row][column] or 0) + data.draw(st.integers(1, 500))
    path = folder / "changed.json"
    path.write_text(json.dumps(entry, ensure_ascii=False))
    [verdict] = verdicts(path)
    assert sentences(verdict, Level.HARD), (entry["id"], section, row, column)
