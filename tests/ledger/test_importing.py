"""Bringing a plan in at the desk: looked at beside its source, confirmed by a person, written once."""

import re
from datetime import date
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongkai.exchange.models import Batch
from gongkai.exchange.reading import read
from gongkai.files.models import StoredFile
from gongkai.law.refusals import Refused
from gongkai.ledger import actions
from gongkai.ledger.models import Assignment, Measure, Plan, Progress
from gongkai.ledger.reading import read_plan
from tests.factories.ledger import PlanFactory

from .papers import TITLE, paper

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", response.content.decode())))


def upload(client, content: bytes, name="方案.docx", **values):
    response = client.post(reverse("ledger:import"), {"file": SimpleUploadedFile(name, content), "level": "own", **values})
    assert response.status_code == 302, words(response)
    return Batch.objects.latest("id"), client.get(response["Location"])


def confirm(client, batch, **values):
    return client.post(reverse("ledger:preview", args=[batch.pk]), {"do": "confirm", "title": TITLE, "year": 2022, **values}, follow=True)


@pytest.mark.slow
def test_a_paper_is_shown_then_written_whole(office, cast, sign_in):
    client = sign_in(cast.coordinator)
    batch, page = upload(client, paper())
    assert "共读出2项工作要求、4项措施" in words(page)
    assert not Plan.objects.exists(), "nothing is written before it is confirmed"
    page = confirm(client, batch)
    assert "共4项措施" in words(page)
    plan = Plan.objects.get()
    assert (plan.office, plan.year, plan.title, plan.level) == (office, 2022, TITLE, "own")
    assert [c.title.split("、")[-1] for c in plan.chapters.all()] == ["优化政务公开工作基础", "强化指导监督"]
    assert list(plan.measures.values_list("number", "text", "responsibility")) == [
        ("2022-01", "集中公开现行有效的规范性文件。", "产业政策与法制科牵头，各业务科室配合落实"),
        ("2022-02", "做好申请登记、审核、办理、答复、归档工作。", "办公室"),
        ("2022-03", "按规定编制年度报告。", "办公室"),
        ("2022-04", "每年至少向局长办公会汇报1次政务公开工作。", "办公室、产业政策与法制科牵头，相关科室配合"),
    ]
    assert [m.point_id is None for m in plan.measures.all()] == [False, False, False, True]


@pytest.mark.slow
def test_parts_are_read_from_the_words_and_the_words_are_kept(office, cast, sign_in):
    client = sign_in(cast.coordinator)
    confirm(client, upload(client, paper())[0])
    parts = {
        number: [(a.get_part_display(), a.words, a.section and a.section.name) for a in Assignment.objects.filter(measure__number=number).order_by("order")]
        for number in ("2022-01", "2022-02", "2022-04")
    }
    assert parts == {
        "2022-01": [("牵头", "产业政策与法制科", "产业政策与法制科"), ("配合", "各业务科室", None)],
        "2022-02": [("牵头", "办公室", "办公室")],
        "2022-04": [("牵头", "办公室", "办公室"), ("牵头", "产业政策与法制科", "产业政策与法制科"), ("配合", "相关科室", None)],
    }


@pytest.mark.slow
def test_imported_progress_waits_for_a_check_and_blank_is_not_none(office, cast, sign_in):
    client = sign_in(cast.coordinator)
    confirm(client, upload(client, paper())[0])
    assert list(Progress.objects.order_by("measure__order").values_list("measure__number", "text", "state")) == [
        ("2022-01", "今年公开规范性文件4份。", "draft"),
        ("2022-02", "截至11月30日，收到申请11件，\n均依据规定给予答复。", "draft"),
        ("2022-04", "计划于12月汇报。", "draft"),
    ]
    assert Measure.objects.get(number="2022-03").raw["落实情况"] == ""
    assert Measure.objects.get(number="2022-03").raw["时限"] is None


@pytest.mark.slow
def test_confirming_twice_writes_once(office, cast, sign_in):
    client = sign_in(cast.coordinator)
    batch, _ = upload(client, paper())
    confirm(client, batch)
    page = confirm(client, batch, year=2023)
    assert "没有重复写入" in words(page)
    assert Plan.objects.count() == 1 and Measure.objects.count() == 4


@pytest.mark.slow
def test_what_was_written_can_not_be_given_up_afterwards(office, cast, sign_in):
    client = sign_in(cast.coordinator)
    batch, _ = upload(client, paper())
    confirm(client, batch)
    page = client.post(reverse("ledger:preview", args=[batch.pk]), {"do": "drop"}, follow=True)
    batch.refresh_from_db()
    assert (batch.state, batch.written) == (Batch.State.DONE, 4) and "不能再放弃" in words(page)


@pytest.mark.slow
def test_giving_up_leaves_the_file(office, cast, sign_in):
    client = sign_in(cast.coordinator)
    batch, _ = upload(client, paper())
    client.post(reverse("ledger:preview", args=[batch.pk]), {"do": "drop"})
    page = confirm(client, batch)
    batch.refresh_from_db()
    assert batch.state == Batch.State.DROPPED and not Plan.objects.exists() and batch.file.content.storage.exists(batch.file.content.name)
    assert "已处理过" in words(page)


@pytest.mark.slow
def test_a_second_plan_of_the_same_year_is_refused(office, cast, sign_in):
    PlanFactory(office=office, year=2022, title="先来的方案")
    client = sign_in(cast.coordinator)
    batch, _ = upload(client, paper())
    page = confirm(client, batch)
    assert "2022年分工方案已存在" in words(page)
    batch.refresh_from_db()
    assert batch.state == Batch.State.READ and Plan.objects.get().title == "先来的方案" and not Measure.objects.exists()


@pytest.mark.slow
def test_a_superiors_plan_stands_beside_ones_own(office, cast, sign_in):
    PlanFactory(office=office, year=2022)
    client = sign_in(cast.coordinator)
    batch, _ = upload(client, paper(), level="city")
    confirm(client, batch)
    assert list(Plan.objects.order_by("level").values_list("level", flat=True)) == ["city", "own"]
    page = client.get(reverse("ledger:plan", args=[2022]))
    assert "集中公开现行有效的规范性文件" not in words(page)


def test_doubts_stand_beside_the_source(office, cast, sign_in):
    """A section the office does not have is a doubt with its place; the source line is marked."""
    text = "青禾市工业和信息化局2022年政务公开工作要点分工方案\n一、优化基础\n1.集中公开文件。\n责任单位：办公室、宇航科\n3.做好年度报告。\n责任单位：办公室\n"
    client = sign_in(cast.coordinator)
    _, page = upload(client, text.encode(), "方案.txt")
    said = [(d.severity, d.sentence) for d in page.context["doubts"]]
    assert any("宇航科" in sentence for _, sentence in said), said
    assert all(sentence.replace(" ", "") in words(page) for _, sentence in said)
    pieces = [piece for line in page.context["lines"] for cell in line["cells"] for piece in cell]
    assert any("宇航科" in text and mark for text, mark in pieces)
    assert ("一、优化基础", "") in pieces, "what nobody doubts is not marked"


@pytest.mark.parametrize(
    ("content", "name", "part"),
    [
        pytest.param(b"", "方案.docx", "空", id="空文件"),
        pytest.param(b"MZ\x90\x00" + b"\x00" * 200, "方案.docx", "方案.docx", id="扩展名与内容不符"),
        pytest.param(paper()[:2000], "方案.docx", "方案.docx", id="只上传了一半"),
        pytest.param("只有一句话".encode(), "方案.pdf", "方案.pdf", id="不是PDF"),
    ],
)
def test_a_file_that_can_not_be_read_says_why_and_is_kept(office, cast, sign_in, content, name, part):
    client = sign_in(cast.coordinator)
    if not content:
        page = client.post(reverse("ledger:import"), {"file": SimpleUploadedFile(name, content), "level": "own"}, follow=True)
        assert "空" in words(page) and not Plan.objects.exists()
        return
    batch, page = upload(client, content, name)
    assert batch.state == Batch.State.REFUSED and part in batch.sentence
    assert batch.sentence.replace(" ", "") in words(page) and "没有写入任何内容" in words(page)
    stored = StoredFile.objects.get()
    with stored.content.open() as file:
        assert file.read() == content
    assert not Plan.objects.exists()
    confirm(client, batch)
    assert not Plan.objects.exists(), "a refused file can not be confirmed by posting"


@pytest.mark.parametrize("who", ["clerk", "head", "disclosure_head", "stranger"])
def test_only_the_coordinator_brings_plans_in(office, cast, sign_in, who):
    page = sign_in(getattr(cast, who)).post(reverse("ledger:import"), {"file": SimpleUploadedFile("方案.docx", paper()), "level": "own"})
    assert page.status_code in (302, 403) and not StoredFile.objects.exists() and not Batch.objects.exists()


def test_another_offices_batch_does_not_exist_here(office, cast, sign_in):
    from tests.factories.accounts import OfficeFactory

    batch = Batch.objects.create(office=OfficeFactory(name="禾丰市工业和信息化局"), target="ledger.plan", sentence="禾丰市的文件")
    page = sign_in(cast.coordinator).get(reverse("ledger:preview", args=[batch.pk]))
    assert page.status_code == 404 and "禾丰市的文件" not in words(page)


def test_a_limit_that_names_a_day_becomes_the_last_day_and_its_words_stay(office, cast, sign_in):
    """Said at the preview; what names none stays words, for a person to decide."""
    client = sign_in(cast.coordinator)
    text = "青禾市水务局2022年政务公开任务分解表\n工作任务\t具体要求\t责任科室\t完成时限\n一、甲项\t公布目录。\t办公室\t6月底前\n一、甲项\t公布清单。\t办公室\t持续推进\n"
    batch, page = upload(client, text.encode(), "方案.txt")
    assert "完成时限“6月底前”按2022年6月30日计算状态。" in words(page)
    assert "方案的制发机关是“青禾市水务局”，不是本机关" in words(page)
    confirm(client, batch)
    assert list(Measure.objects.values_list("due_words", "due_on")) == [("6月底前", date(2022, 6, 30)), ("持续推进", None)]


@pytest.mark.parametrize(
    ("answer", "texts"),
    [
        pytest.param({"text-1": "公布清单。"}, ["公布目录。", "公布清单。"], id="补上"),
        pytest.param({"omit-1": "1"}, ["公布目录。"], id="不导入这一行"),
        pytest.param({}, None, id="没有更正"),
    ],
)
def test_a_row_without_a_task_is_given_one_or_left_out_at_the_preview(office, cast, sign_in, answer, texts):
    """One blank cell of the paper does not send a person back to find its author."""
    client = sign_in(cast.coordinator)
    paper_of = "2022年政务公开任务分解表\n工作任务\t具体要求\t责任科室\n一、甲项\t公布目录。\t办公室\n二、乙项\t\t办公室\n"
    batch, page = upload(client, paper_of.encode(), "方案.txt")
    assert "请在“读出的内容”中点“更正”补上，或选择不导入该行" in words(page)
    page = confirm(client, batch, **answer)
    if texts is None:
        assert not Plan.objects.exists() and "没有任务文字" in words(page)
    else:
        assert list(Measure.objects.values_list("text", flat=True)) == texts


def test_a_draft_with_an_error_is_never_written(office, cast, tmp_path):
    """Not even when the screen is passed by."""
    path = tmp_path / "方案.txt"
    path.write_text("这不是一份方案，只有一段话。\n没有措施。\n")
    draft = read_plan(read(path), year=2022)
    assert not draft.importable
    with pytest.raises(Refused):
        actions.import_plan(office, draft, by=cast.coordinator)
    assert not Plan.objects.exists()


@pytest.mark.shared
def test_the_published_paper_is_uploaded_looked_at_and_written(office, cast, sign_in, shared):
    (path,) = (shared / "seed").glob("*.txt")
    client = sign_in(cast.coordinator)
    batch, page = upload(client, path.read_bytes(), path.name)
    assert "共读出5项工作要求、22项措施" in words(page)
    assert page.context["doubts"], "sections of another bureau are doubts"
    confirm(client, batch, title="政务公开工作要点分工方案")
    plan = Plan.objects.get()
    assert (plan.year, plan.measures.count(), plan.chapters.count()) == (2022, 22, 5)
    assert Progress.objects.filter(measure__plan=plan, measure__order=2).get().text == "截至11月30日，本年度收到政府信息依申请公开11件，均依据规定给予答复。"
