"""The report as files: the same numbers in each of them, the form's own layout, and nothing for the checker to find."""

import csv
import json
import random
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import docx
import openpyxl
import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from gongkai.accounts.roles import Role
from gongkai.annual_report import actions, composing, layout, narrative, queries, tables
from gongkai.annual_report.checking.check import check_reports
from gongkai.annual_report.checking.findings import Level
from gongkai.annual_report.checking.guard import check_files
from gongkai.annual_report.checking.reading import read_reports
from gongkai.annual_report.composing import Composed
from gongkai.annual_report.exports import WRITERS
from gongkai.annual_report.forms import form_for, forms
from gongkai.evidence.models import FrozenAccount
from gongkai.foi.models import Application
from gongkai.foi.result_rules import ROWS
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.documents import NormativeDocumentFactory
from tests.factories.foi import ApplicationFactory

from .shapes import random_paper

pytestmark = pytest.mark.slow


def report(seed: int, key: str, *, prose: bool = True) -> Composed:
    """A report whose tables are right, with figures of its own."""
    paper = random_paper(seed, key, most=9000)
    cells = {"/".join(("two", *at)): narrative.queries.plain(Decimal(number)) for at, number in paper.two.items()}
    for row, numbers in paper.three.items():
        cells |= {f"three/{row}/{column.key}": int(n) for column, n in zip(paper.form.table_three.columns, numbers, strict=True)}
    for group, numbers in paper.four.items():
        cells |= {f"four/{group}/{column.key}": int(n) for column, n in zip(paper.form.table_four.columns, numbers, strict=True)}
    lines = {1: tuple(paper.opening[2:]), 5: ("解读形式还不够丰富。",), 6: (paper.fee,)} if prose else {}
    return Composed(paper.office, paper.year, paper.form, date(paper.year, 12, 31), cells, lines, (3, 1, 0, 2, 5, 8, 1, 0, 2, 4, 1, 2), {"publishing.articles": 268}, "工作稿")


def numbers_read(form, read) -> dict[str, Decimal]:
    """The cells the checker reads in a file, named as ours."""
    t = read.tables
    held = {("two", *k): v for k, v in t.two.items()} | {("three", *k): v for k, v in t.three.items()} | {("four", *k): v for k, v in t.four.items()}
    return {"/".join(key): value.number for key, value in held.items()}


@pytest.mark.parametrize("key", ["30", "60"])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_number_reads_back_from_every_file(tmp_path, key, seed):
    one = report(seed, key)
    wanted = {k: Decimal(v) for k, v in one.cells.items()}
    assert len(wanted) == len(one.form.table_two.cells()) + 7 * len(one.form.table_three.rows) + 15
    for form in ("html", "docx", "pdf", "xlsx", "json"):
        path = tmp_path / f"report.{form}"
        path.write_bytes(WRITERS[form].write(one))
        assert numbers_read(one.form, read_reports(path)[0]) == wanted, form
    lines = list(csv.DictReader(StringIO(WRITERS["csv"].write(one).decode("utf-8-sig"))))
    assert {line["单元格"]: Decimal(line["数值"]) for line in lines} == wanted


def test_the_cells_stand_where_the_form_has_them():
    """Read without the checker: the very cells of Word, the workbook and the page, merged cells once."""
    one = report(3, "30")
    for number, grid in one.grids.items():
        covered = [(row, column) for c in grid.cells for row in range(c.row, c.row + c.rows) for column in range(c.column, c.column + c.columns)]
        assert len(covered) == len(set(covered)) == grid.height * len(grid.widths), number
    three = one.grids[3]
    assert (three.height, len(three.widths)) == (28, 10) and sum(c.is_number for c in three.cells) == 175
    held = {(c.text, c.rows, c.columns) for c in three.cells if not c.is_number}
    assert {("三、本年度办理结果", 22, 1), ("（三）不予公开", 8, 1), ("法人或其他组织", 1, 5), ("申请人情况", 1, 7), ("（七）总计", 1, 2), (one.form.table_three.corner, 3, 3)} <= held
    word = docx.Document(BytesIO(WRITERS["docx"].write(one))).tables
    sheets = openpyxl.load_workbook(BytesIO(WRITERS["xlsx"].write(one)))
    page = html.fromstring(WRITERS["html"].write(one)).xpath("//table[@class='statutory']")
    for n, (number, grid) in enumerate(one.grids.items()):
        figures = [c for c in sorted(grid.cells, key=lambda c: (c.row, c.column)) if c.is_number]
        assert [word[n].cell(c.row, c.column).text for c in figures] == [c.text for c in figures]
        sheet = sheets[f"表{'一二三四五六'[number - 1]}"]
        assert [layout.shown(narrative.queries.plain(Decimal(str(sheet.cell(c.row + 2, c.column + 1).value)))) for c in figures] == [c.text for c in figures]
        assert page[n].xpath(".//td/text()") == [c.text for c in figures]


@pytest.mark.parametrize(("label", "scope", "pieces"), [
    ("社会公益组织", "col", ["社会", "公益", "组织"]), ("自然人", "col", ["自然人"]), ("（三）不予公开", "rowgroup", ["（三）", "不予", "公开"]),
    ("三、本年度办理结果", "rowgroup", ["三、", "本年度", "办理", "结果"]), ("复议后起诉", "colgroup", ["复议后", "起诉"]), ("本年收费金额（单位：万元）", "col", ["本年收费金额（单位：万元）"]),
    ("2.重复申请", "row", ["2.重复申请"]),
])  # fmt: skip
def test_a_head_folds_between_words(label, scope, pieces):
    assert layout.Placed(0, 0, label, scope=scope).words == pieces


def test_every_sheet_of_the_workbook_prints_as_wide_as_its_page():
    sheets = openpyxl.load_workbook(BytesIO(WRITERS["xlsx"].write(replace(report(3, "30"), progress=(("1", "公开规范性文件", "已公开4份。"),))))).worksheets
    assert [sheet.title for sheet in sheets] == ["正文", "表二", "表三", "表四", "要点落实情况", "图表"]
    assert all(sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToWidth in (None, 1) for sheet in sheets)
    prose = sheets[0]
    long = max(range(1, prose.max_row + 1), key=lambda n: len(str(prose.cell(n, 1).value or "")))
    assert prose.row_dimensions[long].height > prose.row_dimensions[5].height


@pytest.mark.parametrize("key", ["30", "60"])
def test_table_three_stands_whole_on_a_page(key):
    with pdfplumber.open(BytesIO(WRITERS["pdf"].write(report(4, key)))) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
    assert len([t for t in texts if "四、结转下年度继续办理" in t]) == 1
    on = next(t for t in texts if "四、结转下年度继续办理" in t)
    assert "一、本年新收政府信息公开申请数量" in on and "三、收到和处理政府信息公开申请情况" in on


def test_a_report_is_the_same_file_whenever_it_is_made():
    one = report(5, "30")
    for form in WRITERS:
        assert WRITERS[form].write(one) == WRITERS[form].write(Composed.of(json.loads(json.dumps(one.content())))), form


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_what_office_programs_date_bears_the_day_of_the_numbers(form):
    one = report(5, "30")
    with zipfile.ZipFile(BytesIO(WRITERS[form].write(one))) as made:
        assert {part.date_time for part in made.infolist()} == {(one.year, 12, 31, 0, 0, 0)}
        assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", made.read("docProps/core.xml").decode())) == {f"{one.year}-12-31T00:00:00Z"}


def test_the_charts_say_their_numbers_in_words():
    one = report(6, "30")
    for chart in one.charts:
        assert all(f">{name}</text>" in chart.svg for name, _ in chart.rows) and "<title" in chart.svg and "style=" not in chart.svg
    assert [chart.key for chart in one.charts] == ["applications", "results", "proactive", "months"]


# -- A generated report passes the checker -----------------------------------------------------------------------------


def simulated(office, by, year: int, seed: int) -> None:
    """A year of cases of every category and result, some brought in from the year before, some going on."""
    rng = random.Random(seed)
    rows = [row.key for row in ROWS if row.key not in ("abandoned_fix", "abandoned_fee", "unclear_after_fix")]
    for _ in range(rng.randint(0, 12)):
        handed_in = date(year - (rng.random() < 0.15), rng.choice([2, 5, 9, 12]), rng.randint(1, 28))
        done = rng.random() < 0.8
        after = {"dispatched_on": date(year, 12, 28) if handed_in.year == year else date(year, 1, 12)} if done else {}
        case = ApplicationFactory(office=office, handed_in_on=handed_in, answered=done, applicant_category=rng.choice(list(tables.COLUMN_OF)), **after)
        if done:
            Application.objects.filter(pk=case.pk).update(report_row=rng.choice(rows))
    form = form_for(year)
    for key in tables.to_enter(form):
        stock = key in ("two/item_1/rules/in_force", "two/item_1/rules/open_total", "two/item_1/normative/open_total")
        number = rng.choice(["0", "0", str(rng.randint(1, 40))]) if not key.startswith("two/item_1") else "50" if stock else "0"
        actions.enter(office, year, key, number, source="各科室报送", by=by)


@pytest.mark.django_db
@pytest.mark.parametrize("year", [2020, 2022])
@pytest.mark.parametrize("seed", [None, 1, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 3))])
def test_a_generated_report_passes_the_checker(tmp_path, year, seed):
    office = OfficeFactory()
    by = UserFactory(office=office, role=Role.COORDINATOR)
    if seed is not None:
        simulated(office, by, year, seed)
    else:
        for key in tables.to_enter(form_for(year)):
            actions.enter(office, year, key, "0", source="各科室报送", by=by)
    one = composing.of_year(office, year, date(year, 12, 31))
    assert not one.missing
    paths = []
    for form in ("html", "docx", "pdf", "xlsx", "json"):
        path = tmp_path / f"{form}.{form}"
        path.write_bytes(WRITERS[form].write(one))
        paths.append((path, path.name))
    page = html.fromstring(WRITERS["html"].write(one))
    text = tmp_path / "text.txt"
    text.write_text("\n".join(" ".join(node.itertext()).strip() for node in page.xpath("//h1|//h2|//p|//tr")), encoding="utf-8")
    for verdict in check_files([*paths, (text, "text.txt")]):
        found = [f for f in verdict.findings if f.level in (Level.HARD, Level.SOFT, Level.UNREAD)]
        assert not found and verdict.year == year and verdict.cells, (verdict.name, found)


@pytest.mark.slow
@given(seed=st.integers(0, 100_000), key=st.sampled_from(["30", "60"]), nothing=st.booleans())
def test_whatever_the_year_was_its_report_passes_the_checker(tmp_path_factory, seed, key, nothing):
    one = report(seed, key)
    if nothing:
        one = replace(one, cells=dict.fromkeys(one.cells, 0), prose={1: (), 5: (), 6: ("本年度没有收取信息处理费。",)}, months=(0,) * 12, numbers={})
    folder = tmp_path_factory.mktemp("report")
    for form in ("html", "xlsx", "json"):
        path = folder / f"report.{form}"
        path.write_bytes(WRITERS[form].write(one))
        [verdict] = check_reports(read_reports(path))
        assert [f for f in verdict.findings if f.level is not Level.NOTE] == [] and verdict.cells == len(one.cells), form


@pytest.mark.django_db
def test_whatever_becomes_of_the_records_no_byte_of_a_frozen_report_changes():
    office = OfficeFactory()
    by = UserFactory(office=office, role=Role.COORDINATOR)
    simulated(office, by, 2022, 2)
    kept = ApplicationFactory(office=office, handed_in_on=date(2022, 6, 1), answered=True, dispatched_on=date(2022, 6, 20))
    for part in narrative.prose.PARTS:
        actions.write(office, 2022, part.key, "2022年，新收{{three/new_received/total}}件，收到申请{{foi.received}}件，{{foi.answered|均 in_time}}。未收取信息处理费。", by=by)
    account = actions.freeze(office, 2022, as_of=date(2022, 12, 31), today=date(2023, 1, 5), by=by)
    before = composing.of_year(office, 2022, date(2022, 12, 31))
    files = {form: WRITERS[form].write(before) for form in WRITERS}
    ApplicationFactory(office=office, handed_in_on=date(2022, 7, 1))
    Application.objects.filter(pk=kept.pk).update(applicant_category="law_firm", report_row="petition")
    actions.enter(office, 2022, "two/item_5/licences/decisions", "99", source="许可系统重新统计", by=by)
    NormativeDocumentFactory(office=office)
    after = composing.of_year(office, 2022, date(2022, 12, 31))
    assert after == before and {form: WRITERS[form].write(after) for form in files} == files
    assert FrozenAccount.objects.get(pk=account.pk).digest == account.digest
    live = queries.tables_of(form_for(2022), office.pk, 2022, date(2022, 12, 31)).cells
    assert live != before.cells


def test_section_six_brings_the_frozen_ledger_with_it(tmp_path):
    lines = [("2022-01", "公开规范性文件", "公开规范性文件4份。"), ("2022-02", "办理依申请公开", "截至11月30日，收到政府信息公开申请999件，均依规定答复。")]
    one = replace(report(3, "30"), progress=tuple(lines), contact="如对本报告有疑问，请与青禾市工业和信息化局联系（电话：0000-8822000）。")
    assert Composed.of(json.loads(json.dumps(one.content()))) == replace(one, prose={n: tuple(p) for n, p in one.prose.items()}, months=tuple(one.months))
    for form in ("html", "docx", "pdf", "xlsx", "json"):
        path = tmp_path / f"report.{form}"
        path.write_bytes(WRITERS[form].write(one))
        [read] = read_reports(path)
        assert {k: v for k, v in numbers_read(one.form, read).items()} == {k: Decimal(v) for k, v in one.cells.items()}, form
        assert [f for f in check_reports([read])[0].findings if f.level is not Level.NOTE] == [], form
    assert [[cell.text for cell in row.cells] for row in docx.Document(tmp_path / "report.docx").tables[-1].rows] == [["序号", "工作要点和措施", "落实情况"], *map(list, lines)]
    assert "0000-8822000" in html.fromstring((tmp_path / "report.html").read_bytes()).text_content()


@pytest.mark.django_db
def test_people_take_the_report_away_and_the_log_knows(client):
    office = OfficeFactory()
    clerk = UserFactory(office=office, role=Role.CLERK)
    client.force_login(clerk, backend="gongkai.accounts.backends.PostBackend")
    answer = client.get("/desk/report/2022/export/docx/")
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"] and docx.Document(BytesIO(answer.content)).tables
    assert "未冻结" in client.get("/desk/report/2022/export/html/").content.decode() and client.get("/desk/report/2022/export/exe/").status_code == 404
    assert forms()["30"].number in client.get("/desk/report/2022/export/json/").content.decode()
