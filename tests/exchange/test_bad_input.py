"""Every importer with every kind of bad file: a sentence saying what, where and what to do, and nothing else.

Two importers stand on these readers: blocks (for plans) and register tables. Both meet every case.
"""

import struct
import zipfile

import openpyxl
import pytest
import xlsxwriter

from gongkai.exchange.blocks import Unreadable
from gongkai.exchange.reading import read
from gongkai.exchange.tables import Column, TableSpec, read_table
from gongkai.files.checks import MEGABYTE
from tests.files.hostile import TYPES, compound_file, docx_file, pdf_file, with_parts, xlsx_file

SPEC = TableSpec("t", "登记表", [Column("title", "标题", required=True), Column("on", "日期", "date")])


def put(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def empty(tmp_path):
    return put(tmp_path, "表.xlsx", b"")


def wrong_type(tmp_path):
    return put(tmp_path, "表.xlsx", pdf_file())


def zip_bomb(tmp_path):
    path = tmp_path / "表.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (40 * MEGABYTE))
    return path


def macro(tmp_path):
    return with_parts(tmp_path / "表.xlsx", xlsx_file(tmp_path / "base.xlsx"), {"xl/vbaProject.bin": b"x"})


def old_macro(tmp_path):
    return put(tmp_path, "表.xls", compound_file({"Workbook": b"\0"}, storages=("_VBA_PROJECT_CUR",)))


def too_big(tmp_path):
    path = tmp_path / "表.csv"
    with path.open("wb") as stream:
        stream.truncate(200 * MEGABYTE)
    return path


def broken_xml(tmp_path):
    return with_parts(
        tmp_path / "表.xlsx",
        xlsx_file(tmp_path / "base.xlsx"),
        {"xl/worksheets/sheet1.xml": "<worksheet><row>"},
    )


def no_workbook_part(tmp_path):
    return with_parts(tmp_path / "表.xlsx", xlsx_file(tmp_path / "base.xlsx"), {}, drop=("xl/workbook.xml",))


def half_package(tmp_path):
    return put(tmp_path, "表.xlsx", xlsx_file(tmp_path / "base.xlsx").read_bytes()[:-300])


def half_word(tmp_path):
    return put(tmp_path, "方案.docx", docx_file(tmp_path / "base.docx").read_bytes()[:9000])


def half_character(tmp_path):
    return put(tmp_path, "表.csv", "标题,日期\n公开".encode()[:-1])


def half_character_gbk(tmp_path):
    return put(tmp_path, "表.csv", "标题,日期\n公开".encode("gb18030")[:-1])


def half_pdf(tmp_path):
    return put(tmp_path, "方案.pdf", pdf_file()[:-30])


def scanned(tmp_path):
    return put(tmp_path, "方案.pdf", pdf_file())


def unknown_encoding(tmp_path):
    return put(tmp_path, "表.csv", b"a,b\n" + b"\xff\xfe\xfd\x80 x\n" * 40)


def open_quote(tmp_path):
    return put(tmp_path, "表.csv", ('标题,日期\n"甲,2022-11-30\n' + "乙,2022-11-30\n" * 500).encode())


def blank_sheets(tmp_path):
    return xlsx_file(tmp_path / "表.xlsx", rows=())


def encrypted(tmp_path):
    return put(tmp_path, "表.xlsx", compound_file({"EncryptedPackage": b"x"}))


@pytest.mark.parametrize(
    "importer", [read, lambda path: list(read_table(path, SPEC))], ids=["计划", "登记表"]
)
@pytest.mark.parametrize(
    ("make", "codes"),
    [
        pytest.param(empty, {"empty"}, id="空文件"),
        pytest.param(wrong_type, {"wrong_type"}, id="扩展名不符"),
        pytest.param(zip_bomb, {"bomb"}, id="压缩炸弹"),
        pytest.param(macro, {"macro"}, id="带宏"),
        pytest.param(old_macro, {"macro"}, id="旧格式带宏"),
        pytest.param(too_big, {"too_big"}, id="200MB"),
        pytest.param(broken_xml, {"broken"}, id="XML损坏"),
        pytest.param(no_workbook_part, {"broken"}, id="缺部件"),
        pytest.param(half_package, {"truncated"}, id="半个xlsx"),
        pytest.param(half_word, {"truncated"}, id="半个docx"),
        pytest.param(half_character, {"truncated"}, id="半个UTF-8字"),
        pytest.param(half_character_gbk, {"truncated"}, id="半个GBK字"),
        pytest.param(half_pdf, {"truncated"}, id="半个PDF"),
        pytest.param(scanned, {"scanned"}, id="扫描件"),
        pytest.param(unknown_encoding, {"encoding", "wrong_type"}, id="乱码"),
        pytest.param(open_quote, {"quotes"}, id="引号不配对"),
        pytest.param(blank_sheets, {"empty", "no_headings"}, id="空工作表"),
        pytest.param(encrypted, {"encrypted"}, id="有密码"),
    ],
)
def test_a_bad_file_gets_a_sentence(tmp_path, make, codes, importer):
    path = make(tmp_path)
    before = path.read_bytes() if path.stat().st_size < MEGABYTE else None
    with pytest.raises(Unreadable) as caught:
        importer(path)
    problem = caught.value
    assert problem.code in codes, problem.sentence
    assert path.name in problem.sentence and problem.sentence.endswith("。")
    assert any(word in problem.sentence for word in ("请", "不接收", "没有读取"))
    assert not any(word in problem.sentence for word in ("Error", "Traceback", str(tmp_path)))
    assert before is None or path.read_bytes() == before  # kept as it came, for the person to look at


# What is wrong inside a file that can be read is named cell by cell.


def test_formulas_without_values(tmp_path):
    path = tmp_path / "表.xlsx"
    book = openpyxl.Workbook()  # writes formulas without the values a spreadsheet would save
    book.active.append(["标题", "日期"])
    book.active.append(["甲", "=TODAY()"])
    book.save(path)
    reading = read_table(path, SPEC)
    (row,) = reading
    assert row.values["on"] is None
    assert any("B2是公式，但文件里没有算好的数值" in w for w in reading.warnings)


def test_formulas_in_error(tmp_path):
    path = tmp_path / "表.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["标题", "日期"])
        page.write(1, 0, "甲")
        page.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    reading = read_table(path, SPEC)
    (row,) = reading
    assert row.errors or row.values["on"] is None
    assert any("B2公式出错" in w for w in reading.warnings)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2022年11月31日", "11月只有30天"),
        ("2022-2-30", "只有28天"),
        ("十一月底", "不是日期"),
        ("44895余", "不是日期"),
    ],
)
def test_dates_that_do_not_exist(tmp_path, written, words):
    (row,) = read_table(xlsx_file(tmp_path / "表.xlsx", rows=(("标题", "日期"), ("甲", written))), SPEC)
    assert words in str(row.errors[0]) and "B2" in str(row.errors[0])


def test_a_short_last_line_hints_at_half_an_upload(tmp_path):
    reading = read_table(
        put(tmp_path, "表.csv", "标题,日期\n甲,2022-11-30\n乙,2022-11-30\n丙".encode()), SPEC
    )
    assert len(list(reading)) == 3
    assert any("没有上传完" in w for w in reading.warnings)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_an_encoding_that_was_guessed_is_said(tmp_path, encoding):
    reading = read_table(put(tmp_path, "表.csv", "标题,日期\n甲,2022-11-30\n".encode(encoding)), SPEC)
    assert any("编码读取" in w for w in reading.warnings)


def test_an_old_workbook_that_asks_for_a_terabyte(tmp_path):
    """Its sheet says that it has two thousand million rows; taking it at its word ends the whole process."""

    def record(number, body):
        return struct.pack("<HH", number, len(body)) + body

    begin = struct.pack("<HHII", 0x0600, 0x0005, 0, 0), struct.pack("<HHII", 0x0600, 0x0010, 0, 0)
    end = record(0x000A, b"")
    listed = struct.pack("<IBBBB", 20 + 13 + 4, 0, 0, 1, 0) + b"a"
    book = record(0x0809, begin[0] + b"\0" * 4) + record(0x0085, listed) + end
    sheet = (
        record(0x0809, begin[1] + b"\0" * 4)
        + record(0x0200, struct.pack("<IIHHH", 0, 0x7FFFFFFF, 0, 255, 0))
        + end
    )
    assert book[37 - 4 :] == end
    content = compound_file({"Workbook": book + sheet})
    with pytest.raises(Unreadable) as caught:
        read(put(tmp_path, "表.xls", content))
    assert caught.value.code == "broken"
