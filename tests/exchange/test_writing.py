"""Tables out: nothing in them runs, and what is written reads back."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.exchange import values
from gongkai.exchange.tables import Column, TableSpec, read_table
from gongkai.exchange.values import NOT_APPLICABLE
from gongkai.exchange.writing import guarded, write_csv, write_template, write_xlsx

SPEC = TableSpec(
    "posts",
    "信息发布",
    [
        Column("title", "标题", required=True, width=40, max_length=200),
        Column("on", "发布日期", "date", required=True),
        Column("at", "发布时间", "moment"),
        Column("reads", "阅读量", "count", slash=True),
        Column("rate", "转发率", "decimal"),
        Column("channel", "渠道", "choice", choices=[("web", "网站"), ("wechat", "微信公众号")]),
        Column("tags", "标签", "several", choices=[("a", "图解"), ("b", "解读")]),
        Column("top", "是否置顶", "yes_no"),
        Column("code", "统一社会信用代码"),
    ],
    notes=["一行登记一条。"],
)
RECORDS = [
    {"title": "图解政策", "on": date(2022, 11, 30), "at": datetime(2022, 11, 30, 1, 30, tzinfo=UTC), "reads": 0, "rate": Decimal("1.25"),
     "channel": "wechat", "tags": ("a", "b"), "top": True, "code": "914420000000000000"},
    {"title": "=HYPERLINK(\"http://203.0.113.9\")", "on": date(2022, 12, 1), "reads": NOT_APPLICABLE, "top": False},
    {"title": "+86", "on": date(2022, 12, 2), "reads": None},
]  # fmt: skip
EXPECTED = [
    {"title": "图解政策", "on": date(2022, 11, 30), "at": datetime(2022, 11, 30, 9, 30), "reads": 0, "rate": Decimal("1.25"),
     "channel": "wechat", "tags": ("a", "b"), "top": True, "code": "914420000000000000"},
    {"title": "=HYPERLINK(\"http://203.0.113.9\")", "on": date(2022, 12, 1), "at": None, "reads": NOT_APPLICABLE, "rate": None,
     "channel": None, "tags": None, "top": False, "code": None},
    {"title": "+86", "on": date(2022, 12, 2), "at": None, "reads": None, "rate": None, "channel": None, "tags": None, "top": None, "code": None},
]  # fmt: skip


@pytest.mark.parametrize(("name", "write"), [("表.xlsx", write_xlsx), ("表.csv", write_csv)])
def test_what_is_written_reads_back(tmp_path, name, write):
    assert write(tmp_path / name, SPEC, RECORDS) == 3
    rows = list(read_table(tmp_path / name, SPEC))
    assert [r.errors for r in rows] == [[], [], []]
    assert [r.values for r in rows] == EXPECTED


def test_a_workbook_holds_no_formula_and_its_head_is_frozen(tmp_path):
    path = tmp_path / "表.xlsx"
    write_xlsx(path, SPEC, RECORDS, title="信息发布登记表")
    page = openpyxl.load_workbook(path).active
    assert (
        page.freeze_panes == "A3" and page.auto_filter.ref == "A2:I5" and page["A1"].value == "信息发布登记表"
    )
    danger = page["A4"]
    assert danger.data_type == "s" and danger.quotePrefix and danger.value.startswith("=HYPERLINK")
    assert page["B3"].number_format == 'yyyy"年"m"月"d"日"' and page["I3"].data_type == "s"
    assert page.column_dimensions["A"].width > page.column_dimensions["B"].width


def test_csv_begins_with_the_mark_and_has_no_formula():
    buffer = io.BytesIO()
    write_csv(buffer, SPEC, RECORDS)
    content = buffer.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[2][0].startswith("'=") and rows[3][0] == "'+86"


@given(st.text(max_size=20))
def test_the_guard_leaves_nothing_that_runs_and_comes_off_again(text):
    safe = guarded(text)
    assert not safe.lstrip(" \u3000").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    if text.startswith(("=", "+", "-", "@")) and text.isprintable() and len(text) > 1:
        assert values.text(safe) == values.text(text)


def test_an_empty_table_still_has_its_head(tmp_path):
    assert write_xlsx(tmp_path / "空.xlsx", SPEC, []) == 0
    assert list(read_table(tmp_path / "空.xlsx", SPEC)) == []


def test_the_template_reads_as_an_empty_table_of_the_same_columns(tmp_path):
    path = tmp_path / "模板.xlsx"
    write_template(path, SPEC)
    reading = read_table(path, SPEC)
    assert list(reading) == [] and reading.absent == [] and reading.unknown == [] and reading.warnings == []


def test_the_template_offers_choices_and_explains_itself(tmp_path):
    long = TableSpec(
        "t",
        "表",
        [
            Column("name", "名称", required=True),
            Column("town", "镇街", "choice", choices=[(str(n), f"第{n}镇街道办事处") for n in range(60)]),
        ],
    )
    for spec, source in ((SPEC, '"网站,微信公众号"'), (long, "选项!$B$1:$B$60")):
        path = tmp_path / f"{spec.name}.xlsx"
        write_template(path, spec)
        book = openpyxl.load_workbook(path)
        page = book.worksheets[0]
        assert source in [v.formula1 for v in page.data_validations.dataValidation]
        assert page["A1"].comment.text.startswith("必填")
        words = [c.value for row in book["填写说明"].iter_rows() for c in row if c.value]
        assert any("“/”是不适用" in w for w in words)


def test_a_filled_template_is_read_with_its_notes_left_aside(tmp_path):
    path = tmp_path / "模板.xlsx"
    write_template(path, SPEC)
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A2"], book.worksheets[0]["B2"] = "甲", date(2022, 11, 30)
    book.save(path)
    (row,) = read_table(path, SPEC)
    assert (row.values["title"], row.values["on"]) == ("甲", date(2022, 11, 30))
