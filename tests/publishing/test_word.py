"""A Word file becomes a draft: what it holds is kept, what can't be is listed, what is hostile stays out."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from django.core.files.base import ContentFile
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from gongkai.accounts.roles import Role
from gongkai.exchange.blocks import Unreadable
from gongkai.files.models import StoredFile
from gongkai.publishing import actions, content, markup, rules, word
from gongkai.publishing.models import Article
from tests.factories.accounts import UserFactory
from tests.factories.publishing import ColumnFactory

from .test_content import PNG


def written(make) -> io.BytesIO:
    document = docx.Document()
    make(document)
    target = io.BytesIO()
    document.save(target)
    target.seek(0)
    return target


def paper(document) -> None:
    """What a section hands in: a heading, numbered and bulleted lists, a table with merged cells, a picture."""
    document.add_heading("关于申报技术改造项目的通知", level=1)
    document.add_paragraph("各企业：").add_run("请于11月30日前申报。").bold = True
    document.add_heading("申报材料", level=2)
    document.add_paragraph("营业执照", style="List Bullet")
    document.add_paragraph("项目备案证", style="List Number")
    table = document.add_table(rows=3, cols=3)
    for y, row in enumerate((("类别", "标准", ""), ("技改", "20万元", "设备|软件"), ("", "30万元", "<b>上限</b>"))):
        for x, text in enumerate(row):
            table.cell(y, x).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("现场情况：").add_run().add_picture(io.BytesIO(PNG))


@pytest.fixture
def read(tmp_path):
    def of(make_or_bytes) -> word.Draft:
        path = Path(tmp_path) / "paper.docx"
        path.write_bytes(make_or_bytes if isinstance(make_or_bytes, bytes) else written(make_or_bytes).read())
        return word.read(path, "通知.docx")

    return of


@pytest.mark.slow
def test_headings_lists_tables_and_pictures_are_kept_in_order(read):
    draft = read(paper)
    assert draft.title == "关于申报技术改造项目的通知"
    assert [b["type"] for b in draft.blocks] == ["paragraph", "heading", "paragraph", "table", "paragraph", "image"]
    assert draft.blocks[0]["value"] == "<p>各企业：<strong>请于11月30日前申报。</strong></p>"
    assert draft.blocks[1]["value"] == {"text": "申报材料", "level": "3"}
    assert "<ul><li>营业执照</li></ul>" in draft.blocks[2]["value"] and "<ol><li>项目备案证</li></ol>" in draft.blocks[2]["value"]
    assert markup.cells_of(draft.blocks[3]["value"]["rows"]) == [["类别", "标准", "←"], ["技改", "20万元", "设备|软件"], ["↑", "30万元", "<b>上限</b>"]]
    assert draft.pictures[0].content == PNG and draft.blocks[5]["value"]["alt"] == ""
    assert any("替代文字" in sentence for sentence in draft.losses)


def test_a_document_without_headings_is_named_after_its_file(read):
    draft = read(lambda d: d.add_paragraph("只有一段。"))
    assert draft.title == "paper" or draft.title == "通知"
    assert [b["type"] for b in draft.blocks] == ["paragraph"]


def with_parts(base: bytes, changes: dict) -> bytes:
    """The package with parts put in or rewritten."""
    source, target = zipfile.ZipFile(io.BytesIO(base)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            data = source.read(name).decode("utf-8") if name in changes else source.read(name)
            package.writestr(name, changes[name](data) if name in changes else data)
        for name in changes.keys() - set(source.namelist()):
            package.writestr(name, changes[name](""))
    return target.getvalue()


def test_what_cannot_be_kept_is_said(read):
    def make(document):
        document.add_paragraph("甲")
        document.sections[0].header.paragraphs[0].text = "内部资料"
        formula = OxmlElement("m:oMath")
        document.paragraphs[0]._p.append(formula)
        gone = OxmlElement("w:ins")
        gone.set(qn("w:id"), "1")
        document.paragraphs[0]._p.append(gone)

    told = "；".join(read(make).losses)
    assert "公式1处" in told and "页眉的文字没有保留" in told and "1处未接受的修订" in told


@pytest.mark.slow
def test_footnotes_go_to_the_end_with_their_numbers(read):
    def note(xml: str) -> str:
        return xml.replace("</w:p>", '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>', 1)

    base = written(lambda d: d.add_paragraph("产值增长12%")).read()
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    made = with_parts(base, {
        "word/document.xml": note,
        "word/footnotes.xml": lambda _: f'<?xml version="1.0"?><w:footnotes {space}><w:footnote w:id="2"><w:p><w:r><w:t>同比口径</w:t></w:r></w:p></w:footnote></w:footnotes>',
        "word/_rels/document.xml.rels": lambda xml: xml.replace("</Relationships>", '<Relationship Id="rFn" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/></Relationships>'),
        "[Content_Types].xml": lambda xml: xml.replace("</Types>", '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/></Types>'),
    })  # fmt: skip
    draft = read(made)
    whole = "".join(b["value"] for b in draft.blocks if b["type"] == "paragraph")
    assert "产值增长12%[1]" in whole and "同比口径" in whole and "↑" not in whole and "href" not in whole
    assert any("脚注1条" in sentence for sentence in draft.losses)


def test_a_package_that_is_no_document_is_refused_in_words(read):
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as package:
        package.writestr("word/other.xml", "<a/>")
    with pytest.raises(Unreadable, match="另存为"):
        read(empty.getvalue())


# -- At the desk -----------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(db):
    return UserFactory(role=Role.COORDINATOR)


def send(client, clerk, upload):
    client.force_login(clerk, backend="gongkai.accounts.backends.PostBackend")
    column = ColumnFactory(office=clerk.office)
    return client.post("/desk/articles/from-word/", {"file": upload, "column": column.pk})


@pytest.mark.slow
def test_a_clerk_brings_in_a_word_file_and_finds_a_draft(client, clerk):
    answer = send(client, clerk, ContentFile(written(paper).read(), name="通知.docx"))
    article = Article.objects.get()
    assert answer.status_code == 302 and answer["Location"].endswith(f"/registers/articles/{article.pk}/")
    assert article.title == "关于申报技术改造项目的通知" and article.published_on is None and article.brought_file.name == "通知.docx"
    assert article.materials.get().stored.kind == "png" and article.revisions.count() == 2
    assert [o.code for o in rules.objections_to_content(article.kind, content.passages(article))] == ["no_alt"]
    html = str(article.shown.body_html)
    assert '<th scope="col" colspan="2">标准</th>' in html and '<td rowspan="2">技改</td>' in html and "&lt;b&gt;上限&lt;/b&gt;" in html
    page = client.get(answer["Location"]).content.decode()
    assert "从Word导入时" in page and "替代文字" in page


@pytest.mark.parametrize(("name", "data", "why"), [
    pytest.param("通知.docm", b"PK\x03\x04", "宏", id="带宏的格式"),
    pytest.param("通知.docx", b"not a package at all", "", id="不是docx"),
    pytest.param("表.csv", "甲,乙\n1,2\n".encode(), "docx", id="别的格式"),
])  # fmt: skip
def test_a_hostile_or_wrong_file_makes_no_draft_and_is_kept_for_looking(client, clerk, name, data, why):
    answer = send(client, clerk, ContentFile(data, name=name))
    page = answer.content.decode()
    assert answer.status_code == 200 and "has-error" in page and why in page
    assert Article.objects.count() == 0 and StoredFile.objects.get().name == name


def test_a_mark_of_classification_in_the_paper_is_refused_whole(client, clerk):
    page = send(client, clerk, ContentFile(written(lambda d: d.add_paragraph("机密★1年")).read(), name="通知.docx")).content.decode()
    assert "密级标识" in page and Article.objects.count() == 0


def test_a_picture_that_is_none_is_left_out_and_listed(clerk):
    draft = word.Draft("通知", [{"type": "image", "value": {"image": 0, "alt": "", "caption": ""}}], [word.Picture("图1.png", b"MZ\x90\x00")])
    original = StoredFile.objects.create(office=clerk.office, name="通知.docx", sha256="0" * 64, size=1, content="00/00")
    article = actions.bring_from_word(draft, original, column=ColumnFactory(office=clerk.office), by=clerk)
    assert list(article.body) == [] and "图1.png没有保留" in Article.objects.get().losses[0]
