"""A register's table, found by its headings in whatever file it came, with everything wrong with it named."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
import xlsxwriter

from gongkai.exchange.blocks import Unreadable
from gongkai.exchange.reading import read
from gongkai.exchange.tables import Column, TableSpec, read_table
from gongkai.exchange.values import NOT_APPLICABLE, BadValue

ROOT = Path(__file__).resolve().parents[2]


def odd(raw):
    if int(raw) % 2 == 0:
        raise BadValue("要填单数。")
    return int(raw)


OPINIONS = TableSpec(
    "opinions",
    "公众意见",
    [
        Column("title", "标题", required=True, aliases=("意见标题", "题目")),
        Column("received_on", "收到日期", "date", required=True, aliases=("日期",)),
        Column("count", "意见数（条）", "count", slash=True),
        Column("source", "来源", "choice", choices=[("web", "网站"), ("letter", "来信")]),
        Column("answered", "是否反馈", "yes_no"),
    ],
    key=("title", "received_on"),
)
HEAD = ["标题", "收到日期", "意见数（条）", "来源", "是否反馈"]


def sheet(path, rows, *, title="登记", merge=()):
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(title)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        for place, text in merge:
            page.merge_range(place, text)
    return path


def table(tmp_path, *rows, **kwargs):
    return read_table(sheet(tmp_path / "意见.xlsx", rows, **kwargs), OPINIONS)


def test_rows_come_with_values_raw_texts_and_numbers(tmp_path):
    reading = table(
        tmp_path,
        HEAD,
        ["甲", "2022年11月30日", "十二", "网站", "是"],
        ["乙", "2022-12-01", "/", "letter", "否"],
        ["丙", "2022-12-01", "", "", ""],
    )
    rows = list(reading)
    assert [r.number for r in rows] == [2, 3, 4]
    assert rows[0].values == {
        "title": "甲",
        "received_on": date(2022, 11, 30),
        "count": 12,
        "source": "web",
        "answered": True,
    }
    assert rows[0].raw["count"] == "十二"
    assert [r.values["count"] for r in rows] == [12, NOT_APPLICABLE, None]
    assert all(r.is_good for r in rows) and not reading.unknown and not reading.absent


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(["意见标题", "日期"], id="别名"),
        pytest.param(["标 题", "收到\n日期"], id="空白"),
        pytest.param(["*标题", "收到日期（年月日）"], id="星号与括注"),
        pytest.param(["【标题】", "收到日期："], id="标点"),
        pytest.param(["received_on", "title"][::-1], id="列名"),
    ],
)
def test_headings_are_recognised_however_they_are_spelt(tmp_path, head):
    (row,) = table(tmp_path, head, ["甲", "2022-11-30"])
    assert row.values == {"title": "甲", "received_on": date(2022, 11, 30)}


def test_titles_above_and_columns_in_any_order(tmp_path):
    reading = table(
        tmp_path,
        ["2022年公众意见登记表"],
        ["填报单位：办公室"],
        [],
        ["序号", "收到日期", "备注", "标题"],
        [1, "2022-11-30", "无", "甲"],
    )
    (row,) = reading
    assert row.number == 5 and row.values["title"] == "甲"
    assert reading.unknown == ["序号", "备注"] and reading.absent == ["意见数（条）", "来源", "是否反馈"]


def test_headings_in_two_merged_rows(tmp_path):
    spec = TableSpec(
        "m",
        "措施",
        [
            Column("task", "工作任务", required=True),
            Column("lead", "责任科室牵头", aliases=("牵头科室",)),
            Column("help", "责任科室配合"),
        ],
    )
    path = tmp_path / "合并.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.merge_range("A1:A2", "工作任务")
        page.merge_range("B1:C1", "责任科室")
        page.write_row("B2", ["牵头", "配合"])
        page.write_row("A3", ["公开", "办公室", "各科室"])
    (row,) = read_table(path, spec)
    assert row.values == {"task": "公开", "lead": "办公室", "help": "各科室"}


def test_merged_cells_are_carried_down_and_said_so(tmp_path):
    rows = list(
        table(tmp_path, HEAD[:3], ["", "2022-11-30", 1], ["", "2022-12-01", 2], merge=[("A2:A3", "甲")])
    )
    assert [r.values["title"] for r in rows] == ["甲", "甲"]
    assert rows[1].notes == ["“标题”取自上方合并的单元格。"]


def test_every_error_has_row_column_and_place(tmp_path):
    bad = ["甲", "2022年11月31日", "1200余", "电话", "大概"]
    (row,) = table(tmp_path, HEAD, bad)
    assert [(e.row, e.column, e.place) for e in row.errors] == [
        (2, "收到日期", "工作表“登记”B2"),
        (2, "意见数（条）", "工作表“登记”C2"),
        (2, "来源", "工作表“登记”D2"),
        (2, "是否反馈", "工作表“登记”E2"),
    ]
    assert "11月只有30天" in str(row.errors[0])
    assert row.values == {"title": "甲"} and row.raw["count"] == "1200余"


def test_blank_in_a_required_column(tmp_path):
    (row,) = table(tmp_path, HEAD, ["", "2022-11-30", 1])
    assert [e.sentence for e in row.errors] == ["“标题”没有填写。"]


def test_a_slash_where_none_is_expected(tmp_path):
    (row,) = table(tmp_path, HEAD, ["甲", "/", 1])
    assert row.errors[0].sentence == "“收到日期”填的是“/”，请填写。"


def test_serial_numbers_are_read_and_said(tmp_path):
    (row,) = table(tmp_path, HEAD, ["甲", 44895, 1])
    assert row.values["received_on"] == date(2022, 11, 30)
    assert "44895" in row.notes[0] and "2022年11月30日" in row.notes[0]


def test_duplicates_within_the_file_are_flagged(tmp_path):
    rows = list(
        table(tmp_path, HEAD, ["甲", "2022-11-30", 1], ["乙", "2022-11-30", 1], ["甲", "2022年11月30日", 2])
    )
    assert [r.duplicate_of for r in rows] == [None, None, 2]
    assert not rows[2].is_good and "第2行重复" in rows[2].notes[0]


def test_blank_rows_and_repeated_headings_are_passed_over(tmp_path):
    rows = list(table(tmp_path, HEAD, ["甲", "2022-11-30"], [], HEAD, ["乙", "2022-11-30"]))
    assert [(r.number, r.values["title"]) for r in rows] == [(2, "甲"), (5, "乙")]


def test_a_missing_column_is_one_sentence(tmp_path):
    with pytest.raises(Unreadable) as caught:
        table(tmp_path, ["标题", "来源"], ["甲", "网站"])
    assert caught.value.code == "missing_column" and "“收到日期”" in caught.value.sentence


def test_no_headings_at_all(tmp_path):
    with pytest.raises(Unreadable) as caught:
        table(tmp_path, ["今天天气好"], ["明天也好"])
    assert caught.value.code == "no_headings" and "模板" in caught.value.sentence


def test_a_heading_given_twice(tmp_path):
    with pytest.raises(Unreadable) as caught:
        table(tmp_path, ["标题", "收到日期", "日期"], ["甲", "2022-11-30", "2022-12-01"])
    assert caught.value.code == "duplicate_column" and "B1" in caught.value.sentence


def test_every_sheet_with_the_headings_is_read_and_the_others_named(tmp_path):
    path = tmp_path / "多.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "封面"
    book.active.append(["公众意见"])
    for month in ("一月", "二月"):
        page = book.create_sheet(month)
        page.append(HEAD)
        page.append([month, "2022-11-30"])
    book.save(path)
    reading = read_table(path, OPINIONS)
    assert [(r.values["title"], r.place) for r in reading] == [
        ("一月", "工作表“一月”第2行"),
        ("二月", "工作表“二月”第2行"),
    ]
    assert any("封面" in w for w in reading.warnings)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_separated_values_with_the_lines_rows_stand_on(tmp_path, encoding):
    path = tmp_path / "意见.csv"
    path.write_bytes('标题,收到日期,意见数（条）\n"甲\n乙",2022-11-30,1\n丙,2022-11-31,1\n'.encode(encoding))
    first, second = read_table(path, OPINIONS)
    assert (first.number, first.values["title"]) == (2, "甲\n乙")
    assert str(second.errors[0]).startswith("第4行第2列：")


def test_a_table_in_a_word_document(tmp_path):
    document = docx.Document()
    document.add_paragraph("公众意见登记表")
    page = document.add_table(3, 2)
    for row, texts in enumerate([["标题", "收到日期"], ["甲", "2022-11-30"], ["乙", "2022年2月30日"]]):
        for column, text in enumerate(texts):
            page.cell(row, column).text = text
    path = tmp_path / "意见.docx"
    document.save(path)
    for source in (path, read(path)):
        good, bad = read_table(source, OPINIONS)
        assert good.values["title"] == "甲" and bad.errors[0].place == "表1第3行第2列"


def test_a_column_may_read_its_own_way(tmp_path):
    spec = TableSpec("t", "表", [Column("name", "名称", required=True), Column("odd", "单数", parse=odd)])
    path = sheet(tmp_path / "a.xlsx", [["名称", "单数"], ["甲", 3], ["乙", 4]])
    first, second = read_table(path, spec)
    assert first.values["odd"] == 3 and second.errors[0].sentence == "要填单数。"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="只有Linux能这样量内存")
def test_a_hundred_thousand_rows_stream(tmp_path):
    path = tmp_path / "大.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD)
        for number in range(1, 100_001):
            page.write_row(number, 0, [f"第{number}条意见", "2022-11-30", number % 7, "网站", "是"])
    code = """
import re, sys
from tests.exchange.test_tables import OPINIONS, read_table
rows = read_table(sys.argv[1], OPINIONS)
total = sum(row.values["count"] for row in rows if row.is_good)
status = open("/proc/self/status").read()
print(total, int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    total, megabytes = map(int, done.stdout.split())
    assert total == sum(n % 7 for n in range(1, 100_001))
    assert megabytes < 250
