"""A mark of classification is seen wherever a paper bears it, and what bears one does not stay here."""

import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.files.base import ContentFile
from docx import Document

from gongkai.audit.models import Entry
from gongkai.files import actions
from gongkai.files.checks import ATTACHABLE, FileFacts, Refused
from gongkai.files.models import StoredFile, vault_storage
from gongkai.screening.papers import refuse_marked
from tests.factories.accounts import OfficeFactory
from tests.files.hostile import compound_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


def bytes_of(stored: StoredFile) -> bytes:
    return Path(vault_storage().path(stored.content.name)).read_bytes()


def docx(body="关于报送情况的报告", header="", pieces=()) -> bytes:
    document, held = Document(), BytesIO()
    document.add_paragraph(body)
    for _ in range(40):
        document.add_paragraph("各县（市、区）工业和信息化主管部门要加强组织领导，明确责任分工。" * 20)
    if pieces:
        paragraph = document.add_paragraph()
        for piece in pieces:
            paragraph.add_run(piece).bold = True
    if header:
        document.sections[0].header.paragraphs[0].text = header
    document.save(held)
    return held.getvalue()


def xlsx(cell="名称", head="") -> bytes:
    book, held = openpyxl.Workbook(), BytesIO()
    sheet = book.active
    for row in range(300):
        sheet.append([f"企业{row}", "石桥镇", row])
    sheet["B200"] = cell
    if head:
        sheet.oddHeader.center.text = head
    book.save(held)
    return held.getvalue()


def package(parts: dict[str, str]) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return held.getvalue()


def odt(first: str, last="") -> bytes:
    body = f"<text:p>{first}</text:p>" + "<text:p>正文内容。</text:p>" * 5000 + f"<text:p>{last}</text:p>"
    spaces = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    return package({
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:text>{body}</office:text></office:body></office:document-content>',
        "META-INF/manifest.xml": '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
    })  # fmt: skip


def ofd(*runs: str) -> bytes:
    objects = "".join(f'<ofd:TextObject ID="{n}"><ofd:TextCode X="1" Y="1">{run}</ofd:TextCode></ofd:TextObject>' for n, run in enumerate(runs, 1))
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    return package({
        "OFD.xml": f'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>',
        "Doc_0/Document.xml": f'<?xml version="1.0" encoding="UTF-8"?><ofd:Document {space}/>',
        "Doc_0/Pages/Page_0/Content.xml": f'<?xml version="1.0" encoding="UTF-8"?><ofd:Page {space}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>',
    })  # fmt: skip


def old_word(text: str, code="utf-16-le") -> bytes:
    return compound_file({"WordDocument": b"\0" * 1537 + ("正文。" * 900).encode(code) + text.encode(code) + b"\0" * 600})


def with_document(body: str) -> bytes:
    return package({"word/document.xml": f'<?xml version="1.0"?><w:document>{body}</w:document>'})


def rtf(text: str) -> bytes:
    spelled = "".join(rf"\u{ord(letter)}\'3f" for letter in text)
    return rb"{\rtf1\ansi\ansicpg936 {\fonttbl{\f0 SimSun;}}\pard\f0 " + spelled.encode() + rb"\par\par}"


def rtf_in_gbk(text: str) -> bytes:
    return rb"{\rtf1\ansi\ansicpg936\pard " + "".join(rf"\'{byte:02x}" for byte in text.encode("gb18030")).encode() + rb"\par}"


MARKED = {
    "正文首行": ("甲.docx", docx("机密★10年")),
    "单写密级": ("甲.docx", docx("秘密")),
    "页眉": ("甲.docx", docx(header="秘密★")),
    "分成几段的字": ("甲.docx", docx(pieces=["此件机", "密", "★1", "年"])),
    "单元格": ("甲.xlsx", xlsx("绝密★长期")),
    "表格页眉": ("甲.xlsx", xlsx(head="机密★5年")),
    "odt首行": ("甲.odt", odt("机密 1年")),
    "odt末行": ("甲.odt", odt("关于报送情况的报告", "秘密☆")),
    "ofd": ("甲.ofd", ofd("机密", "关于报送情况的报告")),
    "ofd中间": ("甲.ofd", ofd("关于报送情况的报告", "一", "二", "三", "四", "五", "此件秘密★5年")),
    "旧版文字": ("甲.doc", old_word("机密★10年")),
    "旧版文字GBK": ("甲.doc", old_word("秘密　★", "gb18030")),
    "rtf": ("甲.rtf", rtf("机密★10年")),
    "rtf中的GBK": ("甲.rtf", rtf_in_gbk("绝密★")),
    "网页": ("甲.html", "<!doctype html><html><body><p><b>机密</b>★10年</p><p>正文</p></body></html>".encode()),
    "文本": ("甲.txt", "秘密\n关于报送情况的报告\n".encode("gb18030")),
    "文本表格": ("甲.csv", ("名称,备注\n" + "甲,乙\n" * 90000 + "丙,机密★\n").encode()),
}
CLEAN = {
    "说到密级": ("甲.docx", docx("本系统不得录入绝密、机密、秘密级事项", header="关于保守国家秘密的通知")),
    "商业秘密": ("甲.xlsx", xlsx("商业秘密2019年度报告")),
    "星级": ("甲.xlsx", xlsx("五星级★★★★★饭店", head="★重点企业名单★")),
    "旧版文字": ("甲.doc", old_word("国家秘密的确定★注")),
    "rtf": ("甲.rtf", rtf("关于保守国家秘密的通知")),
    "ofd": ("甲.ofd", ofd("关于保守国家秘密的通知", "秘密级事项另行办理")),
    "样式里的字": ("甲.html", "<!doctype html><html><head><style>p::before{content:'机密★'}</style></head><body><p>通知</p></body></html>".encode()),
}


@pytest.mark.parametrize(("name", "content"), MARKED.values(), ids=MARKED)
def test_a_mark_is_seen_and_the_paper_does_not_stay(name, content):
    office = OfficeFactory()
    stored = actions.keep(ContentFile(content, name), office=office, by=None, allowed=ATTACHABLE)
    assert stored.refused.startswith(f"“{name}”载有密级标识，不能使用")
    assert not stored.content and not [file for file in Path(vault_storage().location).rglob("*") if file.is_file()]
    assert Entry.objects.get(verb="files.erased").facts["why"] == stored.refused


@pytest.mark.parametrize(("name", "content"), CLEAN.values(), ids=CLEAN)
def test_the_words_are_no_mark(name, content):
    stored = actions.keep(ContentFile(content, name), office=OfficeFactory(), by=None, allowed=ATTACHABLE)
    assert stored.refused == "" and bytes_of(stored) == content


@pytest.mark.parametrize(("name", "content"), [
    pytest.param("甲.html", b"<!doctype html><html><body>" + b"<style " * 400_000, id="样式不闭合"),
    pytest.param("甲.html", b"<!doctype html><html><body>" + b"<br" * 800_000, id="换行不闭合"),
    pytest.param("甲.html", b"<!doctype html><html><body>" + "★".encode() * 800_000, id="全是星号"),
    pytest.param("甲.docx", with_document("<w:br" * 200_000 + "★" * 200_000), id="Word里不闭合"),
    pytest.param("甲.txt", "机密".encode() + b" " * 2_000_000, id="一行空格"),
    pytest.param("甲.rtf", b"{\\rtf1 " + b"\\u26426" * 300_000 + b"}", id="rtf"),
])  # fmt: skip
def test_a_paper_of_nothing_but_beginnings_is_read_in_one_pass(name, content, tmp_path):
    file = tmp_path / name
    file.write_bytes(content)
    refuse_marked(file, FileFacts(name, name.rpartition(".")[2], len(content), "", ()))


def test_a_package_that_cannot_be_looked_through_is_not_taken_for_clean(tmp_path):
    file, content = tmp_path / "甲.docx", docx("机密★10年")
    spoilt = bytearray(content)
    start = content.index(b"word/document.xml") + 60
    spoilt[start : start + 40] = b"\xff" * 40
    file.write_bytes(spoilt)
    with pytest.raises(Refused, match="“甲.docx”内部损坏，不能检查有没有密级标识"):
        refuse_marked(file, FileFacts("甲.docx", "docx", len(spoilt), "", ()))


def test_what_came_in_before_stays_for_those_who_use_it_and_is_told(monkeypatch):
    office, (name, content) = OfficeFactory(), MARKED["旧版文字"]
    with monkeypatch.context() as before:
        before.setattr(actions, "_further", [])
        used = actions.keep(ContentFile(content, name), office=office, by=None)
    again = actions.keep(ContentFile(content, name), office=office, by=None)
    assert not again.content and "此前收存过同样的文件，请联系系统管理员" in again.refused
    assert bytes_of(StoredFile.objects.get(pk=used.pk)) == content
