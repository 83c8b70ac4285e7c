"""Every kind of file gives the same blocks, each with its place."""

import re
import shutil
import zipfile
from datetime import datetime
from pathlib import Path

import docx
import pylopdf_fonts_zh_cn
import pytest
import typst
import xlsxwriter
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from gongkai.exchange.blocks import Grid, Paragraph, Unreadable
from gongkai.exchange.reading import office, read
from tests.files.hostile import with_parts

HEADINGS = ["工作要求", "一级要点", "责任科室"]


def grids(source):
    return [b for b in source.blocks if isinstance(b, Grid)]


def paragraphs(source):
    return [b.text for b in source.blocks if isinstance(b, Paragraph)]


def pdf(path: Path, content: str) -> Path:
    source = path.with_suffix(".typ")
    source.write_text(f'#set text(font: "Noto Serif SC")\n{content}', encoding="utf-8")
    fonts = Path(pylopdf_fonts_zh_cn.__file__).parent
    path.write_bytes(typst.compile(str(source), font_paths=[str(fonts)], ignore_system_fonts=True))
    return path


# Word


def plan_document():
    document = docx.Document()
    document.add_heading("2022年政务公开工作要点", 1)
    table = document.add_table(4, 3)
    for column, text in enumerate(HEADINGS):
        table.cell(0, column).text = text
    table.cell(1, 0).merge(table.cell(3, 0)).text = "一、优化基础"
    for row, text in enumerate(["（一）集中公开。", "（二）规范管理。", "（三）年度报告。"], 1):
        table.cell(row, 1).text = text
    table.cell(1, 2).merge(table.cell(2, 2)).text = "办公室"
    document.add_paragraph("附注")
    return document


def test_word_keeps_order_and_merged_cells(tmp_path):
    path = tmp_path / "方案.docx"
    plan_document().save(path)
    source = read(path)
    assert [type(b) for b in source.blocks] == [Paragraph, Grid, Paragraph]
    assert source.blocks[0].level == 1
    (grid,) = grids(source)
    assert grid.rows() == [
        HEADINGS,
        ["一、优化基础", "（一）集中公开。", "办公室"],
        ["一、优化基础", "（二）规范管理。", "办公室"],
        ["一、优化基础", "（三）年度报告。", ""],
    ]
    assert grid.rows(carry=False)[2] == ["", "（二）规范管理。", ""]
    assert grid.cells[1][0].rowspan == 3 and grid.cells[2][0] is None
    assert grid.cells[3][1].place == "表1第4行第2列"
    assert grid.at(3, 0).text == "一、优化基础"


def test_word_counts_automatic_numbers(tmp_path):
    document = docx.Document()
    for text in ("加强公开", "做好解读"):
        document.add_paragraph(text, style="List Number")
    path = tmp_path / "a.docx"
    document.save(path)
    xml = zipfile.ZipFile(path).read("word/numbering.xml").decode()
    chinese = xml.replace('w:numFmt w:val="decimal"', 'w:numFmt w:val="chineseCounting"').replace(
        'w:val="%1."', 'w:val="（%1）"'
    )
    source = read(with_parts(tmp_path / "b.docx", path, {"word/numbering.xml": chinese}))
    assert paragraphs(source) == ["（一）加强公开", "（二）做好解读"]


def test_word_takes_revisions_as_accepted(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("收到")
    for tag, text_tag, text in (("w:del", "w:delText", "10件"), ("w:ins", "w:t", "11件")):
        change, run, words = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        words.text = text
        run.append(words)
        change.append(run)
        paragraph._p.append(change)
    document.save(tmp_path / "a.docx")
    source = read(tmp_path / "a.docx")
    assert paragraphs(source) == ["收到11件"]
    assert "修订" in source.warnings[0]


def test_word_frames_and_inner_tables(tmp_path):
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "框里的一段"
    outer = document.add_table(2, 2)
    inner = outer.cell(1, 1).add_table(2, 2)
    inner.cell(0, 0).text, inner.cell(1, 1).text = "内一", "内二"
    outer.cell(0, 0).text = "外"
    document.save(tmp_path / "a.docx")
    source = read(tmp_path / "a.docx")
    assert paragraphs(source) == ["框里的一段"]
    assert [g.rows() for g in grids(source)] == [[["外", ""], ["", ""]], [["内一", ""], ["", "内二"]]]
    assert "表1第2行第2列" in grids(source)[1].place


def test_a_word_row_that_begins_further_in_does_not_shift(tmp_path):
    document = docx.Document()
    table = document.add_table(2, 3)
    for column, text in enumerate("甲乙丙"):
        table.cell(0, column).text = table.cell(1, column).text = text
    tr = table.rows[1]._tr
    tr.remove(tr.tc_lst[0])
    skip = OxmlElement("w:gridBefore")
    skip.set(qn("w:val"), "1")
    tr.get_or_add_trPr().append(skip)
    document.save(tmp_path / "a.docx")
    assert grids(read(tmp_path / "a.docx"))[0].rows() == [["甲", "乙", "丙"], ["", "乙", "丙"]]


# Workbooks


def test_a_workbook_away_from_the_corner_keeps_its_places(tmp_path):
    path = tmp_path / "分工.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("分工")
        sheet.merge_range("C3:C4", "办公室")
        sheet.write("D3", 9)
        sheet.write("D4", 1.5)
        sheet.write_datetime("E3", datetime(2022, 11, 30), day)
        sheet.write("E4", True)
        book.add_worksheet("空的")
        other = book.add_worksheet("备用")
        other.write("A1", "隐藏的内容")
        other.hide()
    source = read(path)
    first, second = grids(source)
    assert first.rows()[2:] == [["", "", "办公室", "9", "2022-11-30"], ["", "", "办公室", "1.5", "是"]]
    assert (
        first.cells[2][2].place == "工作表“分工”C3"
        and first.cells[2][2].rowspan == 2
        and first.cells[3][2] is None
    )
    assert second.rows() == [["隐藏的内容"]]
    assert "“备用”是隐藏的" in source.warnings[0]


def test_hidden_rows_and_columns_are_read_and_named(tmp_path):
    path = tmp_path / "分工.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("分工")
        for row in range(4):
            sheet.write_row(row, 0, [f"第{row + 1}项", "办公室", "内部备注"])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(2, 2, None, None, {"hidden": True})
    source = read(path)
    assert [row[0] for row in grids(source)[0].rows()] == ["第1项", "第2项", "第3项", "第4项"]
    assert source.warnings == ["工作表“分工”第3行是隐藏的，也读取了，请确认是否需要。", "工作表“分工”C列是隐藏的，也读取了，请确认是否需要。"]


def test_formulas_are_read_by_saved_value_and_named_without(tmp_path):
    path = tmp_path / "表.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("统计")
        sheet.write("A1", "数")
        sheet.write_formula("A2", "=1+1", None, 2)
        sheet.write_formula("B7", "=A1", None, "")
    source = read(path)
    assert grids(source)[0].rows()[1][0] == "2"
    assert any("1个公式" in w for w in source.warnings)
    assert any("B7是公式，但文件里没有算好的数值" in w for w in source.warnings)


# Text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_every_encoding(tmp_path, encoding):
    text = "一、加强公开\r\n\r\n（一）收到11件，均答复。"
    path = tmp_path / "要点.txt"
    path.write_bytes(text.encode(encoding))
    source = read(path)
    assert source.text == text
    assert [(b.text, b.place) for b in source.blocks] == [
        ("一、加强公开", "第1行"),
        ("（一）收到11件，均答复。", "第3行"),
    ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("标题,数\n甲,1\n", [["标题", "数"], ["甲", "1"]]),
        ("标题\t数\n甲,乙\t1\n", [["标题", "数"], ["甲,乙", "1"]]),
        ("标题;数\n甲;1\n", [["标题", "数"], ["甲", "1"]]),
        ('标题,数\n"甲,""乙""\n丙",1\n', [["标题", "数"], ['甲,"乙"\n丙', "1"]]),
        ("sep=;\n标题;数\n甲;1\n", [["标题", "数"], ["甲", "1"]]),
        ("标题,数\n一、加强，二、公开,1\n", [["标题", "数"], ["一、加强，二、公开", "1"]]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_separated_values(tmp_path, text, rows, encoding):
    path = tmp_path / "表.csv"
    path.write_bytes(text.encode(encoding))
    assert grids(read(path))[0].rows() == rows


# Web pages

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>标题</title><script>var x="不该出现"</script></head><body>
<div class="breadcrumb">当前位置：首页 &gt; 政务公开</div><nav>导航</nav>
<table><tr><td><table class="layout"><tr><td>
<h2>一、主要任务</h2><p>总<span>述</span><br>第二行</p>
<table border=1><thead><tr><th>工作任务<th>责任科室</tr></thead>
<tr><td rowspan="2"><p>公开</p><td>办公室</td></tr><tr><td>各科室<br>配合</td></tr><tr><td colspan=2>合计</td></tr></table>
</td></tr></table></td></tr></table>
<p style="display: none">看不见的</p>
<div class="bdsharebuttonbox">分享到：微信 微博</div><p>【打印】 【关闭】</p><footer>版权所有</footer></body></html>"""


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("utf-8", "gb18030"), ("gbk", "utf-8")],
)
def test_a_page_is_read_without_what_surrounds_it(tmp_path, charset, encoding):
    path = tmp_path / "页.html"
    path.write_bytes(PAGE.replace("{charset}", charset).encode(encoding))
    source = read(path)
    assert paragraphs(source) == ["一、主要任务", "总述", "第二行"]
    assert source.blocks[0].level == 2
    (grid,) = grids(source)
    assert grid.rows() == [
        ["工作任务", "责任科室"],
        ["公开", "办公室"],
        ["公开", "各科室\n配合"],
        ["合计", "合计"],
    ]
    assert "不该出现" not in source.text and "看不见的" not in source.text
    assert "当前位置" in source.text and "略去了" in source.warnings[0]


def test_a_page_nested_a_thousand_deep_is_told_and_does_not_crash(tmp_path):
    path = tmp_path / "深.html"
    path.write_text("<html>" + "<div>" * 5000 + "公开" + "</div>" * 5000, encoding="utf-8")
    with pytest.raises(Unreadable, match="嵌套过深"):
        read(path)


@pytest.mark.shared
def test_a_real_annual_report_page(shared):
    source = read(shared / "data" / "annual-reports-raw" / "shuyang-fgj-2023.pattern.html")
    first, second, third = grids(source)
    assert (second.width, len(second.cells), third.width) == (10, 28, 15)
    assert second.rows()[2][3:] == [
        "自然人",
        "商业企业",
        "科研机构",
        "社会公益组织",
        "法律服务机构",
        "其他",
        "总计",
    ]
    assert all(len(line) == second.width for line in second.cells)


# PDF

TABLE = """
2022年政务公开工作要点分工方案
#table(columns: (3cm, 5cm, 4cm), [工作要求], [一级要点], [责任科室],
  table.cell(rowspan: 2)[一、优化政务公开工作基础], [（一）深化行政规章、规范性文件集中公开。], table.cell(rowspan: 2)[办公室],
  [（二）规范管理。])
"""


def test_a_pdf_gives_tables_with_spans_and_unbroken_lines(tmp_path):
    source = read(
        pdf(
            tmp_path / "方案.pdf",
            "#set page(width: 15cm, height: 12cm, margin: 1cm)" + TABLE + "后面是很长的一段话。" * 8,
        )
    )
    (grid,) = grids(source)
    assert grid.rows() == [
        HEADINGS,
        ["一、优化政务公开工作基础", "（一）深化行政规章、规范性文件集中公开。", "办公室"],
        ["一、优化政务公开工作基础", "（二）规范管理。", "办公室"],
    ]
    assert grid.cells[1][0].place == "第1页表1第2行第1列"
    assert paragraphs(source) == ["2022年政务公开工作要点分工方案", "后面是很长的一段话。" * 8]


def test_a_table_over_two_pages_stays_two_grids_with_their_pages(tmp_path):
    rows = "".join(f"[第{n}项任务], [办公室], " for n in range(1, 31))
    path = pdf(
        tmp_path / "长.pdf",
        f"#set page(width: 12cm, height: 10cm, margin: 1cm)\n#table(columns: 2, table.header([任务], [科室]), {rows})",
    )
    places = [g.place for g in grids(read(path))]
    assert len(places) > 1 and places[0] == "第1页表1" and places[1] == "第2页表1"


def test_a_scanned_pdf_says_so(tmp_path):
    path = pdf(tmp_path / "扫描.pdf", "#rect(width: 5cm, height: 5cm, fill: gray)")
    with pytest.raises(Unreadable, match="扫描件") as caught:
        read(path)
    assert caught.value.code == "scanned"


def test_one_scanned_page_among_others_is_named(tmp_path):
    path = pdf(tmp_path / "混.pdf", "第一页的文字\n#pagebreak()\n#rect(width: 5cm, height: 5cm, fill: gray)")
    assert "第2页没有文字" in read(path).warnings[0]


def test_a_pdf_whose_lines_cannot_be_read_still_gives_its_words(tmp_path):
    path = pdf(tmp_path / "文.pdf", "收到申请11件")
    content = path.read_bytes()
    # A page box that one library forgives and the other does not.
    damaged = re.sub(rb"/MediaBox ?\[[^\]]*\]", lambda m: b"/MediaBox [0 0 x 9]".ljust(len(m[0])), content)
    assert damaged != content
    path.write_bytes(damaged)
    source = read(path)
    assert "收到申请11件" in "".join(paragraphs(source))
    assert any("表格线" in w for w in source.warnings)


# Old formats

needs_soffice = pytest.mark.skipif(
    not (shutil.which("soffice") or shutil.which("libreoffice")), reason="没有安装LibreOffice"
)


def converted(tmp_path, made: Path, kind: str) -> Path:
    import subprocess

    subprocess.run(
        [office.converter(), "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", kind, "--outdir",
         str(tmp_path / "old"), str(made)], check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return tmp_path / "old" / f"{made.stem}.{kind}"


@needs_soffice
@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "name"), [("doc", "方案.doc"), ("doc", "方案.wps"), ("rtf", "方案.rtf"), ("odt", "方案.odt")]
)
def test_old_word_files_come_through_libreoffice(tmp_path, kind, name):
    made = tmp_path / "plan.docx"
    plan_document().save(made)
    source = read(converted(tmp_path, made, kind), name=name)
    assert grids(source)[0].rows()[2] == ["一、优化基础", "（二）规范管理。", "办公室"]
    assert any("LibreOffice" in w for w in source.warnings)


@needs_soffice
@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name"), [("xls", "表.xls"), ("xls", "表.et"), ("ods", "表.ods")])
def test_old_workbooks_are_read_directly(tmp_path, kind, name):
    made = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("分工")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["一", "二", "办公室"])
    source = read(converted(tmp_path, made, kind), name=name)
    assert grids(source)[0].rows() == [HEADINGS, ["一", "二", "办公室"]]


def test_without_libreoffice_an_old_file_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "方案.rtf"
    path.write_bytes(rb"{\rtf1\ansi abc}")
    with pytest.raises(Unreadable, match="另存为.docx") as caught:
        read(path)
    assert caught.value.code == "no_converter"


# The real plans


@pytest.mark.shared
def test_every_shared_file_is_read_with_its_text_untouched(shared):
    paths = sorted((shared / "data" / "plans").glob("*.txt")) + sorted((shared / "seed").glob("*.txt"))
    assert len(paths) >= 7
    for path in paths:
        source = read(path)
        assert source.text == path.read_bytes().decode("utf-8")
        assert [b.text for b in source.blocks] == [
            line.rstrip("\r") for line in source.text.split("\n") if line.strip()
        ]
