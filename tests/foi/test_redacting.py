"""区分处理: what is covered is gone from the copy, its ground stands in the list, and the original stays in the office."""

import re
import zlib
from datetime import date, timedelta
from io import BytesIO

import pypdfium2
import pytest
import typst
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.audit.queries import told
from gongkai.exchange.reading.office import converter
from gongkai.foi import redacting, redactions
from gongkai.foi.models import Redaction
from gongkai.foi.redacting import WHOLE, Box, Cover, Listed
from gongkai.law import Objection
from gongkai.law.refusals import Refused
from gongkai.letters import actions as letters
from gongkai.letters.models import Material
from gongkai.sockets import exits
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.foi import ApplicationFactory
from tests.foi.killing import Killer

SECRET, PHONE = "穗丰机械秘方甲", "13912345678"
DAY = date(2022, 3, 20)
BACKEND = "gongkai.accounts.backends.PostBackend"


def pdf_of(*pages: str, turned: int = 0, **said) -> bytes:
    """A PDF with a text layer, a title and an author of its own, set in our fonts."""
    body = "#pagebreak()\n".join(f"{page}\n" for page in pages)
    source = f'#set document(title: "{said.get("title", SECRET)}", author: "{said.get("author", SECRET)}")\n#set page(paper: "a5", margin: 2cm)\n#set text(font: "Noto Serif SC", size: 11pt)\n{body}'
    made = typst.compile(source.encode(), font_paths=[str(redacting.FONTS)], ignore_system_fonts=True)
    if not turned:
        return made
    opened, held = pypdfium2.PdfDocument(made), BytesIO()
    for leaf in opened:
        leaf.set_rotation(turned)
    opened.save(held)
    return held.getvalue()


def everything(pdf: bytes) -> bytes:
    """Every byte of a PDF, its streams unpacked."""
    found = [pdf]
    for body in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        try:
            found.append(zlib.decompress(body))
        except zlib.error:
            continue
    return b"\n".join(found)


def carries(pdf: bytes, words: str) -> bool:
    """Whether a PDF says these words anywhere a reader or a tool could look: text layer, metadata, raw bytes."""
    opened = pypdfium2.PdfDocument(pdf)
    text = "".join(leaf.get_textpage().get_text_range() for leaf in opened)
    told_of = str(opened.get_metadata_dict())
    raw = everything(pdf)
    coded = (words.encode(), words.encode("utf-16-be"), words.encode("utf-16-le"), words.encode("utf-16-be").hex().upper().encode(), words.encode("utf-16-be").hex().encode())
    return words in redacting.folded(text) or words in told_of or any(one in raw for one in coded)


def covered(paper, *covers: Cover) -> bytes:
    listed = [Listed(one.number, one.page, "保护第三方合法权益", one.article, "") for one in covers]
    return redacting.covered(paper, covers, listed, title="合同（区分处理件）", office="青禾市工业和信息化局", number="青工信公开申〔2022〕1号", on=DAY)


def pixels(pdf: bytes, page: int, box: Box) -> set:
    """The colours of a rendered page strictly inside a box."""
    picture = pypdfium2.PdfDocument(pdf)[page - 1].render(scale=2).to_pil().convert("L")
    width, height = picture.size
    inner = (box.left * width // WHOLE + 2, box.top * height // WHOLE + 2, box.right * width // WHOLE - 2, box.bottom * height // WHOLE - 2)
    return set(picture.crop(inner).getdata())


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_found_words_are_gone_from_text_metadata_bytes_and_pixels(turned):
    original = pdf_of(f"前言 {SECRET} 后语", f"联系电话 {PHONE}", turned=turned)
    assert carries(original, SECRET) and carries(original, PHONE)
    paper = redacting.open_paper(original, "pdf")
    covers = [Cover(page, box, n, "") for n, (page, box) in enumerate(redacting.find(paper.all_letters(), SECRET) + redacting.find(paper.all_letters(), "1391234 5678"), 1)]
    assert [one.page for one in covers] == [1, 2]
    made = covered(paper, *covers)
    assert not carries(made, SECRET) and not carries(made, PHONE)
    assert not redacting.leaks(made, 2) and redacting.leaks(original, 2)
    for one in covers:
        # Under the number there is nothing but black: the label aside, only black and its soft edge.
        inner = pixels(made, one.page, Box(one.box.left, one.box.top, one.box.width // 8, one.box.height))
        assert inner == {0}


def test_a_cover_says_its_article_and_the_list_its_ground():
    paper = redacting.open_paper(pdf_of(f"#v(1cm) {SECRET}"), "pdf")
    cover = Cover(1, Box(1000, 1000, 6000, 900), 1, "第十五条")
    shades = pixels(covered(paper, cover), 1, cover.box)
    assert min(shades) == 0 and max(shades) > 200
    told_of = redacting.folded(pypdfium2.PdfDocument(covered(paper, cover))[1].get_textpage().get_text_range())
    assert all(words in told_of for words in ("区分处理清单", "第1页", "保护第三方合法权益", "第十五条", "青工信公开申〔2022〕1号"))


def test_the_copy_names_the_office_and_nothing_of_the_original():
    made = covered(redacting.open_paper(pdf_of("正文", title="内部底稿", author="某经办人"), "pdf"))
    said = pypdfium2.PdfDocument(made).get_metadata_dict()
    assert said["Title"] == "合同（区分处理件）" and said["Author"] == "青禾市工业和信息化局"
    assert "内部底稿" not in str(said) and "某经办人" not in str(said) and not carries(made, "某经办人")


BOXES = st.builds(
    lambda left, top, width, height: Box(left, top, min(width, WHOLE - left), min(height, WHOLE - top)),
    st.integers(0, WHOLE - 200), st.integers(0, WHOLE - 200), st.integers(150, WHOLE), st.integers(150, 4000),
)  # fmt: skip


@pytest.mark.slow
@given(st.lists(BOXES, min_size=1, max_size=4), st.integers(0, 3))
def test_what_stands_under_random_covers_never_enters_the_result(boxes, seed):
    """Two pages that differ only under the covers give the same copy, pixel for pixel."""
    size = (620, 877)
    one = Image.new("RGB", size, "white")
    ImageDraw.Draw(one).text((40, 60), "open text\n" * 30, fill="black")
    other, pen = one.copy(), None
    pen = ImageDraw.Draw(other)
    for box in boxes:
        # Exactly the pixels that lie whole inside the box are written over with something else.
        area = (-(-box.left * size[0] // WHOLE), -(-box.top * size[1] // WHOLE), box.right * size[0] // WHOLE - 1, box.bottom * size[1] // WHOLE - 1)
        if area[2] >= area[0] and area[3] >= area[1]:
            pen.rectangle(area, fill=(200, seed * 60, 40))
    covers = [Cover(1, box, n, "第十六条") for n, box in enumerate(boxes, 1)]
    assert redacting.burned(one, covers).tobytes() == redacting.burned(other, covers).tobytes()


WORDS = st.text("甲乙丙丁戊己庚辛壬癸", min_size=4, max_size=8)


@pytest.mark.slow
@given(st.lists(WORDS, min_size=2, max_size=6, unique=True), st.data())
def test_random_words_covered_where_they_are_found_never_leave(words, data):
    secret = data.draw(st.sampled_from(words))
    paper = redacting.open_paper(pdf_of(" ".join(words), title="t", author="a"), "pdf")
    covers = [Cover(page, box, n, "") for n, (page, box) in enumerate(redacting.find(paper.all_letters(), secret), 1)]
    under = [letter for letter in paper.all_letters() if any(one.page == letter.page and one.box.holds(letter.box) for one in covers)]
    assert secret in "".join(letter.text for letter in under)
    assert not carries(covered(paper, *covers), secret)


def test_words_are_found_over_line_ends_in_any_width_and_case():
    paper = redacting.open_paper(pdf_of("#set page(width: 6cm)\n甲方账号ＡＢ１２３４５６７８９０１２３４５６７８９０尾"), "pdf")
    placed = redacting.find(paper.all_letters(), "ab123456789012 34567890")
    assert len(placed) >= 2 and {page for page, _ in placed} == {1}
    assert redacting.find(paper.all_letters(), "没有的") == [] and redacting.find(paper.all_letters(), "　 ") == []


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP"])
def test_a_picture_is_covered_and_loses_what_its_file_said(kind):
    held, picture = BytesIO(), Image.new("RGB", (800, 600), "white")
    ImageDraw.Draw(picture).rectangle((100, 100, 300, 200), fill="red")
    told_of = {"exif": b"Exif\x00\x00" + SECRET.encode()} if kind in ("JPEG", "WEBP", "PNG") else {}
    picture.save(held, kind, **told_of)
    paper = redacting.open_paper(held.getvalue(), kind.lower())
    box = Box(1000, 1400, 3000, 2200)
    made = covered(paper, Cover(1, box, 1, "第十五条"))
    assert SECRET.encode() not in everything(made)
    page = pypdfium2.PdfDocument(made)[0].render(scale=1).to_pil().convert("RGB")
    red = [colour for colour in page.getdata() if colour[0] > 150 and colour[1] < 80]
    assert red == []


def test_every_frame_of_a_scan_is_a_page():
    held, frames = BytesIO(), [Image.new("L", (300, 400), shade) for shade in (255, 200, 100)]
    frames[0].save(held, "TIFF", save_all=True, append_images=frames[1:])
    assert len(redacting.open_paper(held.getvalue(), "tiff")) == 3


@pytest.mark.parametrize(("content", "kind", "said"), [
    (b"%PDF-1.4 nothing %%EOF", "pdf", "打不开"), (b"\x89PNG\r\n\x1a\n broken", "png", "图片损坏"), (b"PK", "xlsx", "打印为PDF"),
])  # fmt: skip
def test_what_cannot_be_opened_is_refused_in_words(content, kind, said):
    with pytest.raises(Refused, match=said):
        redacting.open_paper(content, kind)


def test_a_long_paper_is_refused():
    with pytest.raises(Refused, match="请拆成几份"):
        redacting.open_paper(pdf_of(*["页"] * (redacting.MOST_PAGES + 1)), "pdf")


@pytest.mark.parametrize(("reason", "hidden", "words"), [
    ("个人电话", ["联系电话13912345678"], ""), ("商业秘密", ["穗丰机械秘方甲"], ""), ("", ["穗丰机械秘方甲"], ""), ("涉及个人姓名、住址", ["林溪桥", "住址青禾市穗丰路9号"], ""),
    ("林溪桥的电话", ["林溪桥"], "林溪桥"), ("即 1391234 5678", ["13912345678"], "13912345678"), ("尾号５６７８", ["13912345678"], "5678"), ("尾号78", ["13912345678"], ""),
    ("林溪桥", ["申请人林溪", "桥"], "林溪"), ("姓林", ["林"], "林"), ("姓林", ["林溪桥"], ""), ("穗丰·机械的商业秘密", ["乙方为穗丰机械"], "穗丰机械"), ("Suifeng价格", ["SUIFENG-9"], "suifeng"),
])  # fmt: skip
def test_a_reason_may_name_the_kind_of_what_is_covered_and_never_say_it(reason, hidden, words):
    assert redacting.repeated(reason, hidden) == words


def test_a_letter_cut_by_the_edge_of_a_cover_lies_under_it():
    letters = [redacting.Letter(1, text, Box(1000 + 200 * n, 1000, 200, 300)) for n, text in enumerate("甲乙丙丁戊")]
    assert redacting.under(letters, [Box(1250, 900, 400, 500)]) == ["乙丙丁"]
    assert redacting.under(letters, [Box(1250, 900, 100, 500), Box(1790, 1100, 500, 100)]) == ["乙", "戊"]
    assert redacting.under(letters, [Box(0, 0, 900, 900)]) == []


# In the case


@pytest.fixture
def desk(db, client):
    application = ApplicationFactory()
    clerk = UserFactory(name="许知禾", office=application.office, role=Role.CLERK, role__section=application.section)
    paper = letters.add_material(application, by=clerk, upload=ContentFile(pdf_of(f"前言 {SECRET}", f"附页 {PHONE}"), "合同.pdf"), label="购销合同", number=application.number)
    client.force_login(clerk, backend=BACKEND)
    return type("Desk", (), {"application": application, "clerk": clerk, "paper": paper, "client": client})


def begun(desk) -> Redaction:
    desk.client.post(reverse("foi:redact", args=[desk.application.pk, desk.paper.pk]))
    return Redaction.objects.get(finished_at=None)


def at(redaction) -> str:
    return reverse("foi:redaction", args=[redaction.application_id, redaction.pk])


@pytest.mark.slow
def test_a_clerk_covers_words_lines_and_places_and_encloses_the_copy(desk):
    redaction = begun(desk)
    page = desk.client.get(at(redaction)).content.decode()
    assert f"{SECRET}" in page and "按行遮盖" in page
    desk.client.post(at(redaction), {"page": 1, "do": "words", "words": SECRET, "ground": "denied_third", "reason": "商业秘密"})
    line = redacting.lines(redactions.opened(redaction).letters(2))[0].box
    desk.client.post(at(redaction), {"page": 2, "do": "lines", "line": ",".join(map(str, line)), "ground": "denied_internal"})
    desk.client.post(at(redaction), {"page": 2, "do": "mark", "left": "10", "top": "80.5", "width": "30", "height": "5", "ground": "denied_process"})
    assert [(m.page, m.ground, m.reason) for m in redaction.marks.all()] == [(1, "denied_third", "商业秘密"), (2, "denied_internal", ""), (2, "denied_process", "")]
    desk.client.post(at(redaction), {"page": 2, "do": "finish"})
    redaction.refresh_from_db()
    made = redactions.content_of(redaction.result.file)
    assert not carries(made, SECRET) and not carries(made, PHONE)
    told_of = redacting.folded(pypdfium2.PdfDocument(made)[2].get_textpage().get_text_range())
    assert all(words in told_of for words in ("第十五条", "第十六条第一款", "第十六条第二款", "商业秘密"))
    shown = desk.client.get(reverse("foi:case", args=[desk.application.pk])).content.decode()
    assert "原件不外送" in shown and "购销合同（区分处理件）" in shown
    drafted = desk.client.get(reverse("foi:draft", args=[desk.application.pk, "partial"])).content.decode()
    assert "《购销合同》（区分处理件）" in drafted and "第十五条" in drafted


@pytest.mark.slow
def test_the_original_goes_with_no_letter_and_its_copy_does(desk):
    redaction = begun(desk)
    redactions.mark(redaction, by=desk.clerk, page=1, boxes=[Box(0, 0, 5000, 5000)], ground="denied_third")
    copy = redactions.finish(redaction, by=desk.clerk)
    letter = letters.draft(desk.application, kind="partial", by=desk.clerk, fields={}, written_on=DAY, number=desk.application.number)
    with pytest.raises(Refused, match="只能附区分处理件"):
        letters.enclose(letter, by=desk.clerk, material=desk.paper)
    assert letter.enclosures.count() == 0
    letters.enclose(letter, by=desk.clerk, material=copy)
    assert [one.material for one in letter.enclosures.all()] == [copy]


def test_a_paper_enclosed_before_it_was_covered_is_taken_out_again(desk):
    letter = letters.draft(desk.application, kind="partial", by=desk.clerk, fields={}, written_on=DAY, number=desk.application.number)
    letters.enclose(letter, by=desk.clerk, material=desk.paper)
    begun(desk)
    page = reverse("letters:letter", args=[letter.pk])
    desk.client.post(page, {"do": "remove", "material": desk.paper.pk})
    assert letter.enclosures.count() == 0
    desk.client.post(page, {"do": "enclose", "material": desk.paper.pk})
    assert letter.enclosures.count() == 0


def test_a_finished_copy_is_changed_only_by_a_new_one_with_its_marks(desk):
    redaction = begun(desk)
    redactions.mark(redaction, by=desk.clerk, page=1, boxes=[Box(0, 0, 100, 100)], ground="denied_third")
    redactions.finish(redaction, by=desk.clerk)
    with pytest.raises(Refused, match="不能再改"):
        redactions.mark(redaction, by=desk.clerk, page=1, boxes=[Box(0, 0, 200, 200)], ground="denied_third")
    again = begun(desk)
    assert [redactions.box_of(one) for one in again.marks.all()] == [Box(0, 0, 100, 100)]
    with pytest.raises(Refused, match="本身是区分处理件"):
        redactions.begin(desk.application, by=desk.clerk, material=redaction.__class__.objects.get(pk=redaction.pk).result)


@pytest.mark.parametrize(("said", "words"), [
    ({"do": "mark", "left": "10", "top": "10", "width": "10", "height": "10", "ground": ""}, "请选择不予公开的情形"),
    ({"do": "mark", "left": "10", "top": "10", "width": "10", "height": "10", "ground": "denied_secret"}, "请选择不予公开的情形"),
    ({"do": "mark", "left": "x", "top": "10", "width": "10", "height": "10", "ground": "denied_third"}, "须在页面以内"),
    ({"do": "mark", "left": "100", "top": "10", "width": "10", "height": "10", "ground": "denied_third"}, "须在页面以内"),
    ({"do": "words", "words": "没有的话", "ground": "denied_third"}, "没有找到这段文字"),
    ({"do": "words", "words": "", "ground": "denied_third"}, "请填写要查找的文字"),
    ({"do": "lines", "ground": "denied_third"}, "请先框选"),
    ({"do": "finish"}, "还没有遮盖任何内容"),
    ({"do": "nothing"}, "没有认出要做的操作"),
])  # fmt: skip
def test_a_mark_that_cannot_be_is_refused_in_words(desk, said, words):
    redaction = begun(desk)
    assert words in desk.client.post(at(redaction), {"page": 1, **said}, follow=True).content.decode()
    assert not redaction.marks.exists()


def test_a_reason_that_repeats_what_any_cover_hides_is_refused_in_words(desk):
    redaction = begun(desk)
    page = desk.client.post(at(redaction), {"page": 1, "do": "words", "words": SECRET, "ground": "denied_third", "reason": "穗丰机械的商业秘密"}, follow=True).content.decode()
    assert "说明中的“穗丰机械”是遮盖的文字" in page and not redaction.marks.exists()
    redactions.mark_words(redaction, by=desk.clerk, words=SECRET, ground="denied_third", reason="商业秘密")
    line = redacting.lines(redactions.opened(redaction).letters(2))[0].box
    with pytest.raises(Refused, match="说明中的“秘方”"):
        redactions.mark(redaction, by=desk.clerk, page=2, boxes=[line], ground="denied_third", reason="与秘方一并提供的电话")
    # What was said of an earlier cover may be hidden by a later one.
    redactions.mark(redaction, by=desk.clerk, page=2, boxes=[Box(0, 9000, 500, 500)], ground="denied_third", reason="见前言")
    with pytest.raises(Refused, match="第2处的说明中的“前言”"):
        redactions.mark(redaction, by=desk.clerk, page=1, boxes=[redacting.lines(redactions.opened(redaction).letters(1))[0].box], ground="denied_third")


def test_marks_are_taken_back_and_the_work_given_up(desk):
    redaction = begun(desk)
    redactions.mark(redaction, by=desk.clerk, page=1, boxes=[Box(0, 0, 100, 100), Box(0, 500, 100, 100)], ground="denied_third")
    first = redaction.marks.first()
    desk.client.post(at(redaction), {"page": 1, "do": "unmark", "mark": first.pk})
    assert [one.top for one in redaction.marks.all()] == [500]
    desk.client.post(at(redaction), {"page": 1, "do": "drop"})
    assert not Redaction.objects.exists()


# In the background


@pytest.fixture
def long(desk, settings):
    """A paper of more pages than are made while one waits, marked, and the jobs process of an installation."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    pages = [f"第{n}页 {SECRET}" for n in range(1, redactions.AT_ONCE + 2)]
    paper = letters.add_material(desk.application, by=desk.clerk, upload=ContentFile(pdf_of(*pages), "卷.pdf"), label="卷", number=desk.application.number)
    redaction = redactions.begin(desk.application, by=desk.clerk, material=paper)
    redactions.mark_words(redaction, by=desk.clerk, words=SECRET, ground="denied_third")
    return redaction


def in_the_background() -> None:
    for waiting in DBTaskResult.objects.ready():
        waiting.claim("测试")
        Worker(queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None, worker_id="测试", excluded_queue_names=[]).run_task(waiting)


def screen(desk, redaction, **said) -> str:
    return (desk.client.post(at(redaction), {"page": 1, **said}, follow=True) if said else desk.client.get(at(redaction))).content.decode()


@pytest.mark.slow
def test_a_long_paper_is_covered_in_the_background_and_its_page_says_how_far(desk, long):
    assert "正在等待后台生成" in screen(desk, long, do="finish")
    Redaction.objects.filter(pk=long.pk).update(made_pages=2)
    page = screen(desk, long)
    assert "已完成2页" in page and "2/4" in page and "停止生成" in page and "按行遮盖" not in page
    assert "正在生成区分处理件" in desk.client.get(reverse("foi:case", args=[desk.application.pk])).content.decode()
    before = list(long.marks.values_list("pk", flat=True))
    for deed in ({"do": "unmark", "mark": before[0]}, {"do": "drop"}, {"do": "mark", "left": "1", "top": "1", "width": "9", "height": "9", "ground": "denied_third"}, {"do": "finish"}):
        assert "先停止生成" in screen(desk, long, **deed)
    in_the_background()
    long.refresh_from_db()
    assert (long.queued_at, long.finished_by, long.made_pages, list(long.marks.values_list("pk", flat=True))) == (None, desk.clerk, 4, before)
    made = redactions.content_of(long.result.file)
    assert not carries(made, SECRET) and not redacting.leaks(made, 4)
    redactions.make_later.call(long.pk)
    assert Material.objects.filter(label="卷（区分处理件）").count() == 1, "任务再跑一遍，不会生成两份"


def test_a_copy_that_was_stopped_or_begun_again_meanwhile_is_not_kept(desk, long, monkeypatch):
    drawn = redacting.burned

    def stopped(picture, covers):
        redactions.stop(long, by=desk.clerk)
        return drawn(picture, covers)

    screen(desk, long, do="finish")
    monkeypatch.setattr(redacting, "burned", stopped)
    in_the_background()
    long.refresh_from_db()
    assert (long.queued_at, long.finished_at, long.trouble) == (None, None, "") and Material.objects.count() == 2
    monkeypatch.undo()
    assert "可以接着标记" not in screen(desk, long) and "生成区分处理件" in screen(desk, long)


@pytest.mark.slow
def test_what_goes_wrong_in_the_background_is_said_on_the_page_and_nothing_is_left(desk, long, monkeypatch):
    def broken(*_):
        raise Refused([Objection("too_large", "第2页幅面过大，无法处理，请缩小后重新收存", "条例 37")])

    for what, words in ((broken, "第2页幅面过大"), (lambda *_: 1 / 0, "生成时出错")):
        screen(desk, long, do="finish")
        monkeypatch.setattr(redacting, "burned", what)
        in_the_background()
        monkeypatch.undo()
        page = screen(desk, long)
        assert f"上次没有生成区分处理件：{words}" in page and "放弃这次标记" in page
        assert "没有生成区分处理件，接着处理" in desk.client.get(reverse("foi:case", args=[desk.application.pk])).content.decode()
    assert Material.objects.count() == 2 and not Redaction.objects.filter(result__isnull=False).exists()
    assert told(Entry.objects.filter(verb="foi.redaction_not_made").earliest("pk")).sentence.endswith("第2页幅面过大，无法处理，请缩小后重新收存")


def test_a_copy_nobody_makes_says_so_after_a_while(desk, long):
    screen(desk, long, do="finish")
    assert "可以离开这一页" in screen(desk, long)
    Redaction.objects.filter(pk=long.pk).update(queued_at=timezone.now() - redactions.PATIENCE - timedelta(minutes=1))
    assert "过了很久还没有生成完" in screen(desk, long)
    assert "可以接着标记" in screen(desk, long, do="stop")


@pytest.mark.slow
def test_a_case_put_away_meanwhile_gets_no_new_paper(desk, long):
    screen(desk, long, do="finish")
    desk.application.__class__.objects.filter(pk=desk.application.pk).update(voided_at=timezone.now())
    in_the_background()
    long.refresh_from_db()
    assert "已归档或作废" in long.trouble and Material.objects.count() == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_maker_killed_leaves_nothing_and_the_next_one_makes_the_copy_once(desk, long):
    """The jobs process dies between two pages, as by a power cut."""
    screen(desk, long, do="finish")
    killer = Killer()  # a process that has printed nothing: the printer's threads don't survive a fork of this one
    try:
        assert killer("make_copy", redaction=long.pk, page=3) == "killed"
    finally:
        killer.close()
    long.refresh_from_db()
    assert (long.made_pages, long.result, Material.objects.count()) == (2, None, 2) and long.queued_at is not None
    redactions.make_later.call(long.pk)
    long.refresh_from_db()
    assert Material.objects.count() == 3 and not carries(redactions.content_of(long.result.file), SECRET)


def test_the_log_tells_every_deed_and_never_the_words(desk):
    redaction = begun(desk)
    redactions.mark_words(redaction, by=desk.clerk, words=SECRET, ground="denied_third")
    redactions.finish(redaction, by=desk.clerk)
    said = [told(entry).sentence for entry in Entry.objects.filter(verb__startswith="foi.redaction").order_by("pk")]
    assert [one[:10] for one in said] == [f"对申请{desk.application.number}的材料"[:10], f"在申请{desk.application.number}"[:10], f"申请{desk.application.number}"[:10]]
    assert SECRET not in str(list(Entry.objects.values()))


@pytest.mark.slow
def test_the_wrong_person_sees_neither_page_nor_copy(desk, client):
    redaction = begun(desk)
    redactions.mark(redaction, by=desk.clerk, page=1, boxes=[Box(0, 0, 5000, 5000)], ground="denied_third")
    redactions.finish(redaction, by=desk.clerk)
    stranger = UserFactory(office=desk.application.office, role=Role.CLERK, role__section__office=desk.application.office)
    legal = UserFactory(office=desk.application.office, role=Role.LEGAL)
    pages = [at(redaction), reverse("foi:redaction_page", args=[desk.application.pk, redaction.pk, 1])]
    copy = reverse("foi:redacted", args=[desk.application.pk, redaction.pk])
    client.force_login(stranger, backend=BACKEND)
    assert [client.get(one).status_code for one in [*pages, copy]] == [403, 403, 403]
    client.force_login(legal, backend=BACKEND)
    assert [client.get(one).status_code for one in pages] == [403, 403]
    answer = client.get(copy)
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF") and not carries(answer.content, SECRET)
    other = UserFactory(office=OfficeFactory(name="青禾市商务局"), role=Role.COORDINATOR)
    client.force_login(other, backend=BACKEND)
    assert client.get(copy).status_code == 404


def test_a_look_at_the_original_is_on_record_and_the_copy_is_a_known_exit(desk):
    redaction = begun(desk)
    answer = desk.client.get(reverse("foi:redaction_page", args=[desk.application.pk, redaction.pk, 2]))
    assert answer["Content-Type"] == "image/png" and "no-store" in answer["Cache-Control"]
    assert told(Entry.objects.get(verb="foi.redaction_seen")).sentence == f"查看申请{desk.application.number}的材料“购销合同”原件第2页"
    redactions.mark_words(redaction, by=desk.clerk, words=SECRET, ground="denied_third")
    redactions.finish(redaction, by=desk.clerk)
    ((name, content),) = exits()["foi.redacted"].walk(desk.application.office_id)
    assert name == "购销合同（区分处理件）" and not carries(content, SECRET)


def docx(words: str) -> bytes:
    held, page = BytesIO(), Document()
    page.add_paragraph(words)
    page.core_properties.author = SECRET
    page.save(held)
    return held.getvalue()


@pytest.mark.slow
def test_without_libreoffice_a_word_document_says_what_to_do(desk, monkeypatch):
    monkeypatch.setattr("gongkai.exchange.reading.office.shutil.which", lambda name: None)
    paper = letters.add_material(desk.application, by=desk.clerk, upload=ContentFile(docx("正文"), "合同.docx"), label="合同", number=desk.application.number)
    page = desk.client.post(reverse("foi:redact", args=[desk.application.pk, paper.pk]), follow=True).content.decode()
    assert "没有安装LibreOffice" in page and "另存为PDF" in page
    assert not Redaction.objects.exists() and Material.objects.count() == 2


@pytest.mark.skipif(converter() is None, reason="没有安装LibreOffice")
def test_a_word_document_is_covered_as_it_prints(desk):
    paper = letters.add_material(desk.application, by=desk.clerk, upload=ContentFile(docx(f"单价 {PHONE} 元"), "合同.docx"), label="合同", number=desk.application.number)
    redaction = redactions.begin(desk.application, by=desk.clerk, material=paper)
    assert redactions.mark_words(redaction, by=desk.clerk, words=PHONE, ground="denied_third") == 1
    made = redactions.content_of(redactions.finish(redaction, by=desk.clerk).file)
    assert not carries(made, PHONE) and not carries(made, SECRET)
