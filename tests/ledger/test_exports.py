"""The account on paper: whatever the form, it says the same, and read back it is the same plan."""

import io
import re
import time
import zipfile
from datetime import date
from xml.etree import ElementTree

import openpyxl
import pypdfium2
import pytest
from django.urls import reverse

from gongkai.audit.models import Entry
from gongkai.exchange.reading import read
from gongkai.ledger import actions
from gongkai.ledger.exports import writers
from gongkai.ledger.exports.table import PaperRow, live_table
from gongkai.ledger.models import Plan
from gongkai.ledger.reading import read_plan
from tests.factories.foi import ApplicationFactory
from tests.factories.ledger import MeasureFactory, PlanFactory

from .papers import FROZEN, HEADINGS, ROWS, TITLE, WORKING, paper

pytestmark = pytest.mark.slow

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SECTIONS = ["办公室", "产业政策与法制科"]


def back(tmp_path, form: str, content: bytes):
    path = tmp_path / f"方案.{form}"
    path.write_bytes(content)
    return read_plan(read(path), sections=SECTIONS)


def lines(draft):
    """The plan row by row: chapter, point, measure, progress, responsibility, parts."""
    return [
        (c.title, getattr(e, "title", "") if hasattr(e, "measures") else "", m.text, m.progress, m.responsibility,
         [(a.role, a.name, a.section) for a in m.assignments])
        for c in draft.chapters for e in c.entries for m in (e.measures if hasattr(e, "measures") else [e])
    ]  # fmt: skip


@pytest.mark.parametrize("note", [WORKING, FROZEN], ids=["工作稿", "冻结版"])
@pytest.mark.parametrize("form", ["docx", "xlsx", "html"])
def test_the_paper_reads_back_as_the_same_plan(tmp_path, form, note):
    draft = back(tmp_path, form, paper(form, note=note))
    assert (draft.title, draft.year, draft.importable) == (TITLE, 2022, True)
    assert [c.title for c in draft.chapters] == ["优化政务公开工作基础", "强化指导监督"]
    found = lines(draft)
    assert [line[2] for line in found] == [row.measure for row in ROWS]
    assert [re.sub(r"\s", "", line[3]) for line in found] == [re.sub(r"\s", "", row.progress) for row in ROWS]
    assert [line[4] for line in found] == [row.responsibility for row in ROWS]
    assert [line[1] for line in found] == ["集中公开规范性文件。", "规范依申请公开办理。", "规范依申请公开办理。", ""]
    assert found[3][5] == [("lead", "办公室", "办公室"), ("lead", "产业政策与法制科", "产业政策与法制科"), ("support", "相关科室", None)]


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["docx", "xlsx", "html"])
def test_an_exported_plan_imports_to_the_same_plan(office, cast, tmp_path, form):
    """Export, import for the next year, export again: the rows are the same, tokens worth what they were."""
    first = actions.import_plan(office, back(tmp_path, "docx", paper()), by=cast.coordinator)
    for progress in [p for m in first.measures.all() for p in m.progress.all()]:
        actions.confirm(actions.submit_progress(progress, by=cast.clerk), by=cast.head)
    exported = live_table(first, date(2022, 11, 30))
    again = actions.import_plan(office, back(tmp_path, form, writers()[form].write(exported)), by=cast.coordinator, year=2023)
    for progress in [p for m in again.measures.all() for p in m.progress.all()]:
        actions.confirm(actions.submit_progress(progress, by=cast.clerk), by=cast.head)

    def rows(table):
        return [(r.chapter, r.point, r.measure, r.progress, r.responsibility, r.chapter_span, r.point_span) for r in table.rows]

    assert rows(live_table(again, date(2023, 11, 30))) == rows(exported)


@pytest.mark.shared
@pytest.mark.django_db
@pytest.mark.parametrize("form", ["docx", "xlsx", "html"])
def test_the_published_plan_survives_its_own_export(office, cast, shared, tmp_path, form):
    (path,) = (shared / "seed").glob("*.txt")
    draft = read_plan(read(path))
    plan = actions.import_plan(office, draft, by=cast.coordinator)
    for progress in [p for m in plan.measures.all() for p in m.progress.all()]:
        actions.confirm(actions.submit_progress(progress, by=cast.clerk), by=cast.head)
    again = back(tmp_path, form, writers()[form].write(live_table(plan, date(2022, 11, 30))))

    def squeezed(found):
        return [[re.sub(r"\s", "", part or "") for part in line[:5]] for line in found]

    assert squeezed(lines(again)) == squeezed(lines(draft))
    assert [[(role, name) for role, name, _ in line[5]] for line in lines(again)] == [[(role, name) for role, name, _ in line[5]] for line in lines(draft)]


# -- Word ----------------------------------------------------------------------------------------------------------


def document(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml"))


def test_the_document_lies_on_a4_across_with_five_columns():
    body = document(paper())
    size = body.find(f".//{W}pgSz")
    assert (size.get(f"{W}orient"), round(int(size.get(f"{W}w")) / 567, 1), round(int(size.get(f"{W}h")) / 567, 1)) == ("landscape", 29.7, 21.0)
    (table,) = body.iter(f"{W}tbl")
    assert len(table.findall(f"{W}tblGrid/{W}gridCol")) == 5
    first = table.find(f"{W}tr")
    assert ["".join(t.text for t in cell.iter(f"{W}t")) for cell in first.findall(f"{W}tc")] == list(HEADINGS)
    assert first.find(f"{W}trPr/{W}tblHeader") is not None, "the headings repeat on every page"


def test_chapters_and_points_are_merged_downwards():
    rows = list(document(paper()).iter(f"{W}tr"))[1:]

    def merged(row, column):
        mark = row.findall(f"{W}tc")[column].find(f"{W}tcPr/{W}vMerge")
        return "" if mark is None else mark.get(f"{W}val", "continue")

    assert [merged(row, 0) for row in rows] == ["restart", "continue", "continue", ""]
    assert [merged(row, 1) for row in rows] == ["", "restart", "continue", ""]


def test_the_text_is_set_in_fangsong():
    body = document(paper())
    fonts = {run.find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia") for cell in list(body.iter(f"{W}tr"))[1:] for run in cell.iter(f"{W}r")}
    assert fonts == {"仿宋_GB2312"}


# -- Workbook ------------------------------------------------------------------------------------------------------

HOSTILE = ("=HYPERLINK(\"http://example.org\",\"点我\")", "+1+1", "-2+3", "@SUM(1)", "=cmd|' /C calc'!A1", "{=1+1}", "https://example.org/x", "0012")


def test_a_text_that_begins_like_a_formula_stays_a_text():
    rows = [PaperRow(f"2022-{n:02d}", text, text, text, text, text, 1, 1) for n, text in enumerate(HOSTILE, 1)]
    content = paper("xlsx", rows=rows)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    for n, text in enumerate(HOSTILE, 4):
        assert [(cell.data_type, cell.value, cell.hyperlink) for cell in sheet[n][:5]] == [("s", text, None)] * 5
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml and "<f " not in xml


def test_the_workbook_lies_across_with_merged_cells():
    sheet = openpyxl.load_workbook(io.BytesIO(paper("xlsx"))).active
    assert {str(cells) for cells in sheet.merged_cells.ranges} == {"A1:E1", "A2:E2", "A4:A6", "B5:B6"}
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert [sheet.cell(3, n).value for n in range(1, 6)] == list(HEADINGS)


# -- PDF and HTML --------------------------------------------------------------------------------------------------


def test_the_pdf_holds_every_text_and_says_it_is_an_archive():
    content = paper("pdf")
    pdf = pypdfium2.PdfDocument(content)
    text = re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in pdf))
    for row in ROWS:
        for part in (row.chapter, row.point, row.measure, row.progress, row.responsibility):
            assert re.sub(r"\s", "", part) in text
    width, height = pdf[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (297, 210)
    assert re.search(rb"pdfaid:part(>|=\")2", content) and re.search(rb"pdfaid:conformance(>|=\")B", content)


@pytest.mark.parametrize("form", ["docx", "xlsx", "pdf", "html"])
def test_the_same_account_is_the_same_file_whenever_it_is_made(form):
    first = paper(form, note=FROZEN)
    time.sleep(2.1)  # a zip tells its parts' time by two seconds
    assert paper(form, note=FROZEN) == first


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_a_paper_is_dated_by_the_day_of_its_account(form):
    with zipfile.ZipFile(io.BytesIO(paper(form, note=FROZEN))) as parts:
        assert {one.date_time for one in parts.infolist()} == {(2022, 11, 30, 0, 0, 0)}


def test_texts_go_into_pdf_and_html_as_data():
    """What looks like markup is printed, not carried out."""
    odd = "#read(\"/etc/passwd\") $x$ *粗* <script>alert(1)</script> & “引号” \\ 反斜杠"
    rows = [PaperRow("2022-01", "一、基础", "", odd, odd, "办公室", 1, 1)]
    html = paper("html", rows=rows).decode()
    assert "<script>alert" not in html and "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(paper("pdf", rows=rows)))
    assert "#read(" in text and "root:" not in text and "*粗*" in text


def test_the_page_needs_nothing_else():
    html = paper("html").decode()
    assert "<style>" in html and not re.search(r'(src|href)="(?!#)', html) and "@import" not in html and "url(" not in html


# -- At the desk ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["docx", "xlsx", "pdf", "html"])
def test_an_export_is_named_as_the_paper_and_logged(office, cast, sign_in, form):
    MeasureFactory(plan=PlanFactory(office=office), progress="收到{{foi.received}}件。")
    ApplicationFactory(office=office)
    response = sign_in(cast.coordinator).get(reverse("ledger:export", args=[2022, form]) + "?as_of=2022-11-30")
    assert "attachment" in response["Content-Disposition"] and response["Content-Disposition"].endswith(f"%E5%86%B5.{form}")
    (entry,) = Entry.objects.filter(verb="ledger.exported")
    assert (entry.facts["form"], entry.facts["note"], entry.actor) == (form, "工作稿：截至2022年11月30日，未冻结", cast.coordinator)
    if form == "html":
        assert "收到1件。" in response.content.decode()


@pytest.mark.django_db
def test_a_plan_with_no_measures_exports_too(office):
    plan = PlanFactory(office=office)
    for form, writer in writers().items():
        assert writer.write(live_table(plan, date(2022, 11, 30))), form
    assert Plan.objects.get() == plan
