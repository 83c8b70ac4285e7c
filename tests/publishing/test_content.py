"""What goes out of an article: clean HTML of every block, one snapshot for one content, differences marked."""

import json
from datetime import date

import lxml.html
import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gongkai.files.checks import ATTACHABLE
from gongkai.law.refusals import Refused
from gongkai.publishing import actions, content, markup, rules
from gongkai.publishing.models import Article, Material
from gongkai.reviewing.models import Submission
from gongkai.reviewing.queries import changed
from gongkai.sockets import get_reviewable
from gongkai.text.differences import marks
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.publishing import ArticleFactory, ColumnFactory

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>\'&'
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def body(*blocks):
    return [{"type": kind, "value": value} for kind, value in blocks]


def every_block(text: str, image: int, file: int):
    """One block of each kind, `text` in each of its texts."""
    return body(
        ("paragraph", f"<p>{text}</p>"),
        ("heading", {"text": text, "level": "3"}),
        ("table", {"caption": text, "rows": f"{text}\t甲\n乙\t{text}", "head_row": True, "head_column": True}),
        ("image", {"image": image, "alt": text, "caption": text}),
        ("file", {"file": file, "name": text}),
        ("quotation", {"text": text, "source": text}),
        ("qa", [{"question": text, "answer": text}]),
        ("official", {"issuer": text, "number": text, "title": text, "addressed_to": text, "text": f"<p>{text}</p>", "signed_by": text, "signed_on": "2022-11-30"}),
        ("video", {"title": text, "address": text, "transcript": text}),
    )


@pytest.fixture
def by(db):
    return UserFactory()


@pytest.fixture
def article(by):
    return ArticleFactory(office=by.office)


def sent(article) -> Submission:
    """The article as it stands, as the review chain holds it."""
    snapshot, number = content.snapshot(article), Submission.objects.about(article).count() + 1
    return Submission.objects.create(
        office_id=article.office_id, kind=Article._meta.label, record_id=article.pk, number=number, title=article.title, content=snapshot, attribute=article.attribute,
        channels=["website"], digest=content.digest(snapshot), submitted_by=UserFactory(office=article.office), submitted_at=timezone.now(),
    )  # fmt: skip


def material(article, by, name="现场图.png", data=PNG):
    return actions.add_material(article, actions.take_in(ContentFile(data, name=name), office=article.office, by=by), by=by)


def test_every_kind_of_block_escapes_what_is_hostile(article, by):
    picture = material(article, by)
    article.body = every_block(HOSTILE, picture.pk, picture.pk)
    html = str(article.shown.body_html)
    made = lxml.html.fragment_fromstring(html, create_parent="div")
    assert [img.get("src") for img in made.iter("img")] == [content.public_address(content.files_of(content.snapshot(article))[0])]
    assert not list(made.iter("script")) and not list(made.iter("video"))  # a hostile address is not linked to
    assert not [name for element in made.iter() for name in element.attrib if name.startswith("on") or name == "style"]
    for tag in ("<h3>", "<table", "<figure", "<blockquote", '<dl class="qa">', '<section class="official">', 'class="file"', "<details"):
        assert tag in html


@given(st.text(max_size=60))
def test_no_text_brings_an_element_of_its_own(text):
    of = {"kind": "article", "blocks": [
        {"kind": "heading", "level": 2, "text": text}, {"kind": "quotation", "text": text, "source": text},
        {"kind": "table", "caption": text, "head_row": False, "head_column": False, "rows": [[text]]},
        {"kind": "qa", "pairs": [{"question": text, "answer": text}]},
        {"kind": "video", "title": text, "address": text, "transcript": text},
    ]}  # fmt: skip
    html = content.render_snapshot(of)
    assert not {"script", "img", "iframe", "svg", "style"} & {part.split(">")[0].split(" ")[0].lower() for part in html.split("<")[1:]}


def test_a_snapshot_is_plain_and_the_same_for_the_same_content(article, by):
    picture = material(article, by)
    article.body = every_block("文字", picture.pk, picture.pk)
    article.save()
    first = content.snapshot(Article.objects.get(pk=article.pk))
    assert json.loads(json.dumps(first)) == first and "id" not in json.dumps(first).split('"')
    article.body = every_block("文字", picture.pk, picture.pk)  # the same, with new ids of blocks
    article.save_revision(clean=False)
    assert content.digest(content.snapshot(article)) == content.digest(first)
    article.body = every_block("文宇", picture.pk, picture.pk)
    assert content.digest(content.snapshot(article)) != content.digest(first)
    assert [file["sha256"] for file in content.files_of(first)] == [picture.stored.sha256] * 2  # as a picture, and under its public name


def test_a_corrected_picture_is_other_content(article, by):
    article.body = body(("image", {"image": material(article, by).pk, "alt": "现场", "caption": ""}))
    before = content.digest(content.snapshot(article))
    article.body = body(("image", {"image": material(article, by, data=PNG + b"\0").pk, "alt": "现场", "caption": ""}))
    assert content.digest(content.snapshot(article)) != before


def test_passages_tell_reviewers_and_rules_what_they_read(article, by):
    article.summary, article.body = "摘要", every_block("文字", 0, 0)
    found = {p.path: p for p in content.passages(article)}
    assert [found["title"].label, found["summary"].text, found["blocks.2"].label] == ["标题", "摘要", "表格1"]
    assert found["blocks.2"].rows == [["文字", "甲"], ["乙", "文字"]] and found["blocks.3"].alt == "文字" and found["blocks.0"].alt is None
    assert found["blocks.6"].text == "问：文字\n答：文字" and "2022年11月30日" in found["blocks.7"].text


@pytest.mark.parametrize(("kind", "blocks", "codes"), [
    pytest.param("article", [("image", {"image": 1, "alt": " ", "caption": ""})], ["no_alt"], id="图片没有替代文字"),
    pytest.param("article", [("image", {"image": 1, "alt": "图", "caption": ""})], [], id="有替代文字"),
    pytest.param("video", [("video", {"title": "宣传片", "address": "/v.mp4", "transcript": ""})], ["no_transcript"], id="视频没有文字稿"),
    pytest.param("video", [("paragraph", "<p>文</p>")], ["no_video"], id="视频种类没有视频"),
    pytest.param("gallery", [("paragraph", "<p>文</p>")], ["no_image"], id="图集没有图片"),
    pytest.param("article", [("table", {"caption": "", "rows": " | \n | ", "head_row": True, "head_column": False})], ["empty_table"], id="空表"),
])  # fmt: skip
def test_what_is_asked_before_submission(article, kind, blocks, codes):
    article.kind, article.body = kind, body(*blocks)
    assert [o.code for o in rules.objections_to_content(kind, content.passages(article))] == codes


def test_what_was_released_is_what_is_shown_whatever_is_written_since(article, by):
    article.body = "<p>审定的文字</p>"
    article.save()
    approved = sent(article)
    actions.edit(article, by=by, body=Article._meta.get_field("body").to_python("<p>审定之后的改动</p>"))
    released = actions.release(article, approved, by=by, on=date(2022, 3, 10))
    assert "审定的文字" in released.shown.body_html and "改动" not in released.shown.body_html
    assert released.published_on == date(2022, 3, 10) and released.has_unpublished_changes
    assert [row.deed for row in actions.Publication.objects.filter(kind="publishing.Article")] == ["published"]
    edited = actions.edit(released, by=by, title="另一个标题")
    assert edited.title == "另一个标题" and edited.shown.title == article.title
    again = actions.release(edited, sent(edited), by=by, on=date(2022, 5, 1))
    assert again.shown.title == "另一个标题" and again.published_on == date(2022, 3, 10) and not again.has_unpublished_changes


def test_editing_something_published_before_there_were_snapshots_changes_nothing_outside(by):
    article = ArticleFactory(office=by.office, published=True, body="<p>旧文</p>")
    edited = actions.edit(article, by=by, body=Article._meta.get_field("body").to_python("<p>新文</p>"))
    assert edited.words == "新文" and "旧文" in edited.shown.body_html and "新文" not in edited.shown.body_html


def test_what_is_not_open_is_not_released(article, by):
    approved = sent(article)
    Article.objects.filter(pk=article.pk).update(attribute="withheld", attribute_reason="过程稿")
    with pytest.raises(Refused, match="不能发布"):
        actions.release(article, approved, by=by, on=date(2022, 3, 10))


def test_a_picture_belongs_to_the_office_and_is_one(article, by):
    stranger = ArticleFactory(office=OfficeFactory(name="青禾市商务局"))
    theirs = Material.objects.create(office=stranger.office, kind="publishing.Article", record_id=stranger.pk, stored=material(article, by).stored, name="外单位图片")
    text = material(article, by, "说明.txt", "说明文字".encode())
    for wrong, why in ((theirs.pk, "没有编号为"), (text.pk, "不是图片"), (999999, "没有编号为")):
        with pytest.raises(Refused, match=why):
            actions.edit(article, by=by, body=Article._meta.get_field("body").to_python(body(("image", {"image": wrong, "alt": "图", "caption": ""}))))
    assert content.snapshot(ArticleFactory(office=by.office, body=body(("image", {"image": theirs.pk, "alt": "图", "caption": ""}))))["blocks"][0]["file"] is None


def test_a_hostile_file_is_no_material(article, by):
    assert "png" in ATTACHABLE
    with pytest.raises(Refused, match="请"):
        material(article, by, "图.png", b"MZ\x90\x00 not a picture")
    assert Material.objects.count() == 0


def test_differences_are_told_block_by_block_with_words_marked():
    old = {"title": "通知", "blocks": [{"kind": "paragraph", "html": "<p>补贴上限20万元。</p>"}, {"kind": "heading", "level": 2, "text": "申报"}]}
    new = {"title": "通知", "blocks": [{"kind": "quotation", "text": "新增引文", "source": ""}, {"kind": "paragraph", "html": "<p>补贴上限30万元。</p>"}, {"kind": "heading", "level": 2, "text": "申报"}]}
    entry = get_reviewable("publishing.Article")
    found = {change.label: change.marks for change in changed(entry, old, new)}
    assert found.keys() == {"正文1", "引文1"} and changed(entry, old, old) == []
    assert marks("补贴上限20万元", "补贴上限30万元") == (("same", "补贴上限"), ("gone", "20"), ("new", "30"), ("same", "万元"))


def test_another_picture_and_another_address_behind_the_same_words_are_changes():
    def copy(digest, href):
        blocks = [{"kind": "image", "file": {"name": "图.png", "sha256": digest * 64, "size": 1}, "alt": "流程图", "caption": ""}, {"kind": "paragraph", "html": f'<p><a href="{href}">办法</a></p>'}]
        return {"title": "通知", "blocks": blocks}

    found = changed(get_reviewable("publishing.Article"), copy("a", "/documents/0/1.html"), copy("b", "/documents/0/2.html"))
    assert [change.label for change in found] == ["图片1", "正文中的链接"]


@given(st.text(max_size=80), st.text(max_size=80))
def test_marks_give_both_texts_back(before, after):
    found = marks(before, after)
    assert "".join(t for kind, t in found if kind != "new") == before and "".join(t for kind, t in found if kind != "gone") == after


# -- Markup ----------------------------------------------------------------------------------------------------------

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Microsoft Word 15"><style><!-- p.MsoNormal {mso-style-parent:"";} --></style>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head><body lang=ZH-CN style='tab-interval:21.0pt'>
<!--StartFragment--><h1 style='text-align:center'><span style='font-family:方正小标宋简体;mso-ascii-font-family:Calibri'>关于申报的通知<span lang=EN-US><o:p></o:p></span></span></h1>
<p class=MsoNormal style='text-indent:32.0pt'><span style='font-size:16.0pt;font-family:仿宋_GB2312'>各企业：请于<b style='mso-bidi-font-weight:normal'>11月30日</b>前申报。<span lang=EN-US><o:p></o:p></span></span></p>
<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>营业执照</p>
<p class=MsoNormal><a href="https://www.example.gov.cn/a?b=1&amp;c=2" onclick="steal()">办理入口</a><img src="file:///PATH/clip_image001.png"></p>
<p><a href="javascript:alert(1)">点</a></p><!--EndFragment--></body></html>""".replace("PATH", "C:/" + "Users/a")


def test_what_word_puts_on_the_clipboard_becomes_plain_paragraphs():
    clean = markup.clean(WORD)
    for mess in ("mso", "Mso", "style", "o:p", "class", "span", "xml", "font", "onclick", "javascript", "file:", "&nbsp;", "WordDocument"):
        assert mess not in clean, mess
    assert "<h2>关于申报的通知</h2>" in clean and "<b>11月30日</b>" in clean and "营业执照" in clean
    assert '<a href="https://www.example.gov.cn/a?b=1&amp;c=2">办理入口</a>' in clean and "<p></p>" not in clean
    assert markup.clean(clean) == clean


@given(st.text(alphabet="<>/=\"' abphref:javscriptonl&;#1\n甲", max_size=120))
def test_cleaning_is_final_and_lets_nothing_run(text):
    clean = markup.clean(text)
    assert markup.clean(clean) == clean
    assert rules.objections_to_body(clean) == []


@pytest.mark.parametrize(("text", "cells"), [
    pytest.param("项目|金额\n技改|20", [[("项目", 1, 1), ("金额", 1, 1)], [("技改", 1, 1), ("20", 1, 1)]], id="竖线"),
    pytest.param("甲\t乙", [[("甲", 1, 1), ("乙", 1, 1)]], id="从Excel粘贴"),
    pytest.param("合计|←\n甲|乙", [[("合计", 1, 2)], [("甲", 1, 1), ("乙", 1, 1)]], id="并入左格"),
    pytest.param("甲|乙\n↑|丙", [[("甲", 2, 1), ("乙", 1, 1)], [("丙", 1, 1)]], id="并入上格"),
    pytest.param("大|←|丙\n↑|←|丁", [[("大", 2, 2), ("丙", 1, 1)], [("丁", 1, 1)]], id="两行两列合并"),
    pytest.param("↑|←\n甲|乙", [[("", 1, 2)], [("甲", 1, 1), ("乙", 1, 1)]], id="没有可并的不丢格"),
    pytest.param("甲\\|乙|丙", [[("甲|乙", 1, 1), ("丙", 1, 1)]], id="格内竖线"),
])  # fmt: skip
def test_a_table_is_read_from_its_lines(text, cells):
    assert [[(c["text"], c["rowspan"], c["colspan"]) for c in line] for line in markup.spans_of(markup.cells_of(text))] == cells


@given(st.lists(st.lists(st.sampled_from(["甲", "乙|丙", "", "←", "↑", "多\n行"]), min_size=3, max_size=3), min_size=1, max_size=5))
def test_no_cell_of_a_table_is_lost_or_covered_twice(rows):
    covered = set()
    for y, line in enumerate(markup.spans_of(rows)):
        for cell in line:
            for down in range(cell["rowspan"]):
                for right in range(cell["colspan"]):
                    place = (y + down, cell["column"] + right)
                    assert place not in covered
                    covered.add(place)
    assert covered == {(y, x) for y in range(len(rows)) for x in range(3)}


def test_a_column_is_needed_for_an_article_and_its_words_are_found(by):
    article = ArticleFactory(office=by.office, column=ColumnFactory(office=by.office), body=body(("heading", {"text": "申报条件", "level": "2"}), ("paragraph", "<p>规上企业</p>")))
    assert Article.objects.filter(words__icontains="规上").get() == article and article.words == "申报条件\n规上企业"
