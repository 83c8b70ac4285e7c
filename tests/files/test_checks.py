"""A file from outside is hostile until checked: what each kind of bad file is told, and that good ones pass."""

import hashlib
import tracemalloc
import zipfile
import zlib

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.files import checks
from gongkai.files.checks import Refused, inspect, safe_name
from tests.files.hostile import (
    TYPES,
    compound_file,
    docx_file,
    nested_zip,
    pdf_file,
    relations,
    with_parts,
    xlsx_file,
)


def refused(path, code, *, name=None, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        inspect(path, name, **kwargs)
    assert caught.value.code == code, caught.value.sentence
    assert caught.value.sentence.startswith("“") and caught.value.sentence.endswith("。")
    return caught.value.sentence


def put(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return path


# Good files


def test_good_files_pass_and_are_named_for_what_they_are(tmp_path):
    facts = inspect(docx_file(tmp_path / "方案.docx"))
    assert (facts.kind, facts.warnings, facts.name) == ("docx", (), "方案.docx")
    path = xlsx_file(tmp_path / "表.xlsx")
    facts = inspect(path)
    assert (facts.kind, facts.size) == ("xlsx", path.stat().st_size)
    assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("意见.txt", "收到11件".encode(), "text"),
        ("意见.txt", "收到11件".encode("gb18030"), "text"),
        ("意见.txt", "收到11件".encode("utf-16"), "text"),
        ("意见.txt", "收到11件，均答复\n".encode("utf-16-le"), "text"),
        ("表.csv", "标题,日期\n".encode("utf-8-sig"), "csv"),
        ("页.html", "<!DOCTYPE html><html><script>alert(1)</script><p>公开".encode(), "html"),
        ("页.htm", "<!-- 说明 --><table><tr><td>公开".encode(), "html"),
        ("文.rtf", rb"{\rtf1\ansi abc}", "rtf"),
        ("文.pdf", pdf_file(), "pdf"),
        ("文.doc", compound_file({"WordDocument": b"\0" * 64}), "doc"),
        ("文.wps", compound_file({"WordDocument": b"\0" * 64}), "doc"),
        ("表.et", compound_file({"Workbook": b"\x09\x08\x00\x00\x0a\x00\x00\x00"}), "xls"),
    ],
)
def test_kinds_are_told_by_content(tmp_path, name, content, kind):
    assert inspect(put(tmp_path, name, content)).kind == kind


def test_wps_may_hold_the_new_format(tmp_path):
    assert inspect(docx_file(tmp_path / "a.docx"), "方案.wps").kind == "docx"


def test_a_link_in_the_text_is_no_danger(tmp_path):
    base = docx_file(tmp_path / "base.docx")
    path = with_parts(
        tmp_path / "a.docx",
        base,
        {"word/_rels/footnotes.xml.rels": relations(("hyperlink", "https://example.org/"))},
    )
    assert inspect(path).warnings == ()


# Bad files


def test_an_empty_file(tmp_path):
    assert "空文件" in refused(put(tmp_path, "方案.docx", b""), "empty")
    assert "空白" in refused(put(tmp_path, "意见.txt", b"\xef\xbb\xbf \n"), "empty")


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("表.xlsx", pdf_file(), "PDF文件"),
        ("方案.docx", compound_file({"Workbook": b"\0" * 64}), "旧版Excel"),
        ("表.xls", b"<html><table><tr><td>1", "网页"),
        ("表.csv", b"<!DOCTYPE html><html>", "网页"),
        ("方案.pdf", b"\x89PNG\r\n\x1a\n0000", "PNG图片"),
        ("表.xlsx", b"MZ\x90\x00\x03" + b"\0" * 60, "可执行程序"),
        ("表.xlsx", "标题,日期\n".encode(), "纯文本"),
        ("方案.docx", bytes(range(256)) * 8, "二进制"),
    ],
)
def test_a_wrong_type_under_a_right_extension(tmp_path, name, content, word):
    assert word in refused(put(tmp_path, name, content), "wrong_type")


def test_an_xlsx_named_docx(tmp_path):
    assert "Excel工作簿" in refused(xlsx_file(tmp_path / "a.xlsx"), "wrong_type", name="方案.docx")


def test_a_plain_zip_must_be_unpacked_first(tmp_path):
    path = tmp_path / "材料.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a.txt", "x")
    refused(path, "not_supported")
    assert "先解压" in refused(path, "wrong_type", name="材料.xlsx")


def test_pictures_may_be_attached_but_not_imported(tmp_path):
    path = put(tmp_path, "照片.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    refused(path, "not_supported")
    assert inspect(path, allowed=checks.ATTACHABLE).kind == "png"


def test_200_megabytes_are_refused_unread(tmp_path):
    path = tmp_path / "大.xlsx"
    with path.open("wb") as stream:
        stream.truncate(200 * checks.MEGABYTE)
    tracemalloc.start()
    sentence = refused(path, "too_big")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "200MB" in sentence and "50MB" in sentence
    assert peak < checks.MEGABYTE


def bomb(path, size, name="xl/worksheets/sheet1.xml"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("xl/workbook.xml", "<workbook/>")
        with package.open(name, "w", force_zip64=True) as entry:
            for _ in range(size // checks.MEGABYTE):
                entry.write(b" " * checks.MEGABYTE)
    return path


@pytest.mark.slow
def test_a_zip_bomb_is_refused_unopened(tmp_path):
    path = bomb(tmp_path / "炸弹.xlsx", 64 * checks.MEGABYTE)
    tracemalloc.start()
    assert "压缩炸弹" in refused(path, "bomb")
    assert tracemalloc.get_traced_memory()[1] < 4 * checks.MEGABYTE
    tracemalloc.stop()


@pytest.mark.slow
def test_a_bomb_of_too_many_parts(tmp_path):
    path = tmp_path / "多.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("xl/workbook.xml", "<workbook/>")
        for number in range(checks.ENTRY_LIMIT):
            package.writestr(f"xl/{number}.xml", "")
    assert "部件" in refused(path, "bomb")


def test_a_bomb_of_zips_in_zips(tmp_path):
    base = docx_file(tmp_path / "base.docx")
    one = with_parts(tmp_path / "一层.docx", base, {"word/embeddings/a.xlsx": nested_zip(1)})
    assert "嵌有其他文件" in inspect(one).warnings[0]
    deep = with_parts(tmp_path / "多层.docx", base, {"word/embeddings/a.xlsx": nested_zip(4)})
    assert "一层套一层" in refused(deep, "bomb")


def test_a_bomb_of_overlapping_entries(tmp_path):
    """Many entries pointing at the same data: small on disk, large when unpacked."""
    path = tmp_path / "重叠.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/a.xml", b"<a>" + b" " * 5000 + b"</a>")
        original = package.getinfo("xl/a.xml")
        for number in range(50):
            copy = zipfile.ZipInfo(f"xl/{number}.xml")
            copy.header_offset, copy.CRC = original.header_offset, original.CRC
            copy.file_size = copy.compress_size = original.file_size
            package.filelist.append(copy)
            package.NameToInfo[copy.filename] = copy
    refused(path, "bomb")


@pytest.mark.parametrize(("cell", "code"), [("ZZ900000", "sparse"), ("XFD1048576", "sparse"), ("H60", None)])
def test_two_cells_in_far_corners(tmp_path, cell, code):
    path = tmp_path / "散.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"], book.active[cell] = "标题", "远"
    book.save(path)
    if code:
        assert "散落" in refused(path, code)
    else:
        assert inspect(path).kind == "xlsx"


@pytest.mark.parametrize(
    ("part", "cells"),
    [
        pytest.param(
            "xl/worksheets/sheet1.xml", '<c r="A1"/><c r="XFD1048576"/><c r="A2"/>', id="远处的在中间"
        ),
        pytest.param("xl/worksheets/sheet1.xml", "<c r='XFD1048576'/>", id="单引号"),
        pytest.param("xl/worksheets/sheet1.xml", '<c r = "XFD1048576"/>', id="等号旁有空格"),
        pytest.param("xl/other/sheet1.bin", '<c r="XFD1048576"/>', id="换了名字的部件"),
        pytest.param("xl/worksheets/sheet1.xml", '<c r="XFD99999"/>', id="不到六位的行"),
    ],
)
def test_far_corners_hidden_from_a_quick_look(tmp_path, part, cells):
    content = f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>"
    refused(with_parts(tmp_path / "散.xlsx", xlsx_file(tmp_path / "base.xlsx"), {part: content}), "sparse")


def test_an_ods_that_repeats_a_cell_a_million_times(tmp_path):
    path = tmp_path / "重复.ods"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "content.xml",
            '<o:d xmlns:o="o" xmlns:table="t"><table:table-row table:number-rows-repeated="1048576">'
            '<table:table-cell o:value-type="float" table:number-columns-repeated="1000"/></table:table-row></o:d>',
        )
    refused(path, "sparse")


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("方案.docx", "word/vbaProject.bin"),
        ("表.xlsx", "xl/vbaProject.bin"),
        ("表.xlsx", "xl/macrosheets/sheet1.xml"),
    ],
)
def test_macros_in_a_package(tmp_path, name, part):
    make = docx_file if name.endswith("docx") else xlsx_file
    path = with_parts(tmp_path / name, make(tmp_path / f"base-{name}"), {part: b"<x/>"})
    assert "宏" in refused(path, "macro")


@pytest.mark.parametrize("name", ["方案.docm", "表.xlsm", "表.xlsb"])
def test_macro_extensions(tmp_path, name):
    assert "不带宏" in refused(docx_file(tmp_path / name), "macro")


@pytest.mark.parametrize(
    ("name", "stream", "storage"),
    [
        ("方案.doc", "WordDocument", "Macros"),
        ("表.xls", "Workbook", "_VBA_PROJECT_CUR"),
        ("表.et", "Workbook", "VBA"),
    ],
)
def test_macros_in_an_old_file(tmp_path, name, stream, storage):
    content = compound_file({stream: b"\0" * 64}, storages=(storage,))
    assert "宏" in refused(put(tmp_path, name, content), "macro")


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.99])
def test_a_half_finished_upload_of_a_package(tmp_path, keep):
    content = docx_file(tmp_path / "a.docx").read_bytes()
    path = put(tmp_path, "方案.docx", content[: int(len(content) * keep)])
    assert "没有上传完" in refused(path, "truncated")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("文.pdf", pdf_file()[:-40]),
        ("文.rtf", rb"{\rtf1\ansi abc"),
        ("文.doc", compound_file({"WordDocument": b"\0" * 9000})[:3000]),
        ("表.xls", compound_file({"Workbook": b"\0" * 9000})[:-700]),
        ("意见.txt", "收到".encode() * 3000 + b"\0" * 5000),
    ],
)
def test_a_half_finished_upload_of_anything_else(tmp_path, name, content):
    assert "没有上传完" in refused(put(tmp_path, name, content), "truncated")


def test_a_package_with_damaged_data(tmp_path):
    content = bytearray(xlsx_file(tmp_path / "a.xlsx").read_bytes())
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        entry = package.getinfo("xl/worksheets/sheet1.xml")
    start = entry.header_offset + 30 + len(entry.filename)
    content[start : start + 20] = b"\xff" * 20
    refused(put(tmp_path, "坏.xlsx", bytes(content)), "broken")


def test_broken_xml_names_part_and_line(tmp_path):
    base = docx_file(tmp_path / "base.docx")
    path = with_parts(
        tmp_path / "坏.docx", base, {"word/document.xml": "<?xml version='1.0'?>\n<w:document><w:body>"}
    )
    sentence = refused(path, "broken")
    assert "word/document.xml" in sentence and "第2行" in sentence


def test_xml_in_an_encoding_that_does_not_exist(tmp_path):
    part = {"word/styles.xml": b'<?xml version="1.0" encoding="UTF-0"?><styles/>'}
    refused(with_parts(tmp_path / "坏.docx", docx_file(tmp_path / "base.docx"), part), "broken")


def test_encrypted_office_files(tmp_path):
    path = put(tmp_path, "方案.docx", compound_file({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}))
    assert "取消密码" in refused(path, "encrypted")
    old = b"\xec\xa5\xc1\x00" + b"\0" * 6 + b"\x00\x01" + b"\0" * 40
    refused(put(tmp_path, "方案.doc", compound_file({"WordDocument": old})), "encrypted")
    filepass = b"\x09\x08\x02\x00\x00\x06\x2f\x00\x02\x00\x00\x00"
    refused(put(tmp_path, "表.xls", compound_file({"Workbook": filepass})), "encrypted")


def test_document_types_and_entities(tmp_path):
    base = docx_file(tmp_path / "base.docx")
    xxe = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    for encoding in ("utf-8", "utf-16"):
        path = with_parts(tmp_path / "甲.docx", base, {"word/settings.xml": xxe.encode(encoding)})
        assert "实体声明" in refused(path, "entity")


@pytest.mark.parametrize(
    ("kind", "target", "word"),
    [
        ("attachedTemplate", "http://203.0.113.9/t.dotm", "远程模板"),
        ("image", "https://203.0.113.9/p.png", "外部图片"),
        ("oleObject", r"\\203.0.113.9\share\x.doc", "外部对象"),
        ("attachedTemplate", "file://203.0.113.9/share/t.dotm", "远程模板"),
        ("externalLinkPath", "//203.0.113.9/share/表.xlsx", "外部工作簿"),
    ],
)
def test_what_fetches_from_elsewhere_on_opening(tmp_path, kind, target, word):
    base = docx_file(tmp_path / "base.docx")
    path = with_parts(tmp_path / "甲.docx", base, {"word/_rels/settings.xml.rels": relations((kind, target))})
    assert word in refused(path, "external")


def test_a_template_on_the_writers_own_disk_is_let_be(tmp_path):
    base = docx_file(tmp_path / "base.docx")
    target = "file:///C:\\Users\\wang\\公文.dotm"
    path = with_parts(
        tmp_path / "甲.docx", base, {"word/_rels/settings.xml.rels": relations(("attachedTemplate", target))}
    )
    assert inspect(path).kind == "docx"


def test_a_workbook_that_quotes_its_neighbour_is_read_with_a_warning(tmp_path):
    part = {"xl/externalLinks/_rels/externalLink1.xml.rels": relations(("externalLinkPath", "去年.xlsx"))}
    facts = inspect(with_parts(tmp_path / "表.xlsx", xlsx_file(tmp_path / "base.xlsx"), part))
    assert "其他工作簿" in facts.warnings[0]


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/x", "C:\\x"])
def test_parts_that_climb_out(tmp_path, name):
    refused(with_parts(tmp_path / "甲.docx", docx_file(tmp_path / "base.docx"), {name: b"x"}), "path")


@pytest.mark.parametrize(
    "action",
    [
        b"9 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj\n",
        b"9 0 obj << /S /Launch /F (calc.exe) >> endobj\n",
        b"9 0 obj << /S /J#61vaScript /J#53 (app.alert(1)) >> endobj\n",
    ],
)
def test_a_pdf_that_acts(tmp_path, action):
    assert "脚本" in refused(put(tmp_path, "文.pdf", pdf_file(action)), "script")


def test_a_pdf_that_hides_its_script_in_a_compressed_stream(tmp_path):
    hidden = zlib.compress(b"9 0 << /S /JavaScript /JS (app.alert(1)) >>")
    stream = b"8 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream endobj\n"
    refused(put(tmp_path, "文.pdf", pdf_file(stream % (len(hidden), hidden))), "script")


def test_a_pdf_that_only_writes_about_javascript(tmp_path):
    text = b"8 0 obj << /Length 30 >>\nstream\n(/JavaScript /Launch ) Tj\nendstream endobj\n"
    assert inspect(put(tmp_path, "文.pdf", pdf_file(text))).kind == "pdf"


def test_an_rtf_with_an_object(tmp_path):
    refused(put(tmp_path, "文.rtf", rb"{\rtf1{\object\objdata 0105}}"), "script")


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("C:\\fakepath\\方案.docx", "方案.docx"),
        ("../../etc/passwd", "passwd"),
        ("方案\u202excod.exe", "方案xcod.exe"),
        ("a\x00b\n.txt", "ab.txt"),
        ("...", "未命名文件"),
    ],
)
def test_a_name_loses_what_could_mislead(given, safe):
    assert safe_name(given) == safe


@pytest.mark.slow
@settings(max_examples=60)
@given(
    st.sampled_from(
        [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.7\n", b"{\\rtf1", b"<html>"]
    ),
    st.binary(max_size=3000),
    st.sampled_from(["a.docx", "a.xls", "a.pdf", "a.csv", "a.html", "a", "a.et"]),
)
def test_rubbish_is_refused_or_told_and_never_crashes(tmp_path_factory, start, rest, name):
    path = tmp_path_factory.mktemp("rubbish") / "x"
    path.write_bytes(start + rest)
    try:
        inspect(path, name)
    except Refused as problem:
        assert problem.sentence.endswith("。")


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return {make.__name__: make(folder / make.__name__).read_bytes() for make in (docx_file, xlsx_file)}


@settings(max_examples=40)
@given(
    st.sampled_from([("docx_file", "a.docx"), ("xlsx_file", "a.xlsx")]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_damaged_document_is_refused_or_told_and_never_crashes(
    tmp_path_factory, whole_files, made, changes
):
    maker, name = made
    content = bytearray(whole_files[maker])
    for place, byte in changes:
        content[place % len(content)] = byte
    path = tmp_path_factory.mktemp("damaged") / name
    path.write_bytes(bytes(content))
    try:
        inspect(path)
    except Refused as problem:
        assert problem.sentence.endswith("。")
