"""Ways round the check of a 落实情况, and ways to lose one."""

import io
from datetime import date
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from gongkai.accounts.models import Post
from gongkai.accounts.roles import Role
from gongkai.desk.queries import waiting
from gongkai.exchange.reading import read
from gongkai.law.refusals import Refused
from gongkai.ledger import actions
from gongkai.ledger.exports import writers
from gongkai.ledger.exports.table import live_table
from gongkai.ledger.models import Assignment, Plan, Progress
from gongkai.ledger.reading import read_plan
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.events import EventFactory
from tests.factories.ledger import MeasureFactory, PlanFactory, ProgressFactory

pytestmark = pytest.mark.django_db
State = Progress.State


@pytest.fixture
def measure(office, cast):
    return MeasureFactory(plan=PlanFactory(office=office), lead=cast.room)


def do(client, measure, verb, **values):
    return client.post(reverse("ledger:measure", args=[measure.pk]), {"do": verb, **values}, follow=True)


def states(measure):
    return [(p.version, p.state, p.text) for p in measure.progress.order_by("version")]


def test_a_head_does_not_confirm_own_words_handed_in_by_a_clerk(measure, cast):
    actions.report(measure, text="科长写好的。", by=cast.head, submit=False)
    handed_in = actions.report(measure, text="科长写好的。", by=cast.clerk)
    with pytest.raises(Refused, match="不能审核自己填报"):
        actions.confirm(handed_in, by=cast.head)
    actions.confirm(handed_in, by=cast.disclosure_head)


def test_a_draft_of_another_stays_as_it_was(measure, cast):
    actions.report(measure, text="导入的原文。", by=cast.coordinator, submit=False)
    actions.report(measure, text="经办人改写。", by=cast.clerk, submit=False)
    assert states(measure) == [(1, State.DRAFT, "导入的原文。"), (2, State.DRAFT, "经办人改写。")]
    assert [item for item in waiting(cast.coordinator) if measure.number in item.title] == [], "原文已有后续版本，不再等原填报人"


@pytest.mark.slow
def test_a_confirmation_is_of_the_words_that_were_read(measure, cast, sign_in):
    """The head has the page open while the text is sent back, rewritten and handed in again."""
    read = actions.report(measure, text="开展宣讲9场。", by=cast.clerk)
    actions.return_progress(read, by=cast.head, comment="请核对")
    actions.report(measure, text="开展宣讲90场。", by=cast.clerk)
    page = do(sign_in(cast.head), measure, "confirm", progress=read.pk)
    assert page.status_code == 200
    assert [state for _, state, _ in states(measure)] == [State.RETURNED, State.SUBMITTED]


@pytest.mark.slow
def test_a_second_click_on_confirm_is_answered_in_a_sentence(measure, cast, sign_in):
    waiting_text = actions.report(measure, text="已办结。", by=cast.clerk)
    for _ in range(2):
        page = do(sign_in(cast.head), measure, "confirm", progress=waiting_text.pk)
    assert page.status_code == 200 and "可能已由他人办理" in page.content.decode()


def test_what_was_handed_in_before_does_not_bar_the_freeze_for_ever(measure, cast):
    actions.report(measure, text="九月的。", by=cast.clerk)
    newest = actions.report(measure, text="十月的。", by=cast.clerk)
    assert [state for _, state, _ in states(measure)] == [State.RETURNED, State.SUBMITTED]
    actions.confirm(newest, by=cast.head)
    actions.freeze(measure.plan, as_of=date(2022, 11, 30), today=date(2022, 12, 1), by=cast.disclosure_head)


def test_the_head_sees_what_waits_under_a_newer_draft(measure, cast, sign_in):
    actions.report(measure, text="等待审核的。", by=cast.clerk)
    actions.report(measure, text="又写的草稿。", by=cast.clerk, submit=False)
    page = sign_in(cast.head).get(reverse("ledger:measure", args=[measure.pk]))
    assert page.context["waiting"].text == "等待审核的。"


@pytest.mark.slow
def test_a_clerk_here_and_head_there_confirms_what_both_sections_lead(measure, office, cast, sign_in):
    person = UserFactory(office=office, name="兼任", role=Role.CLERK, role__section=cast.room)
    Post.objects.create(user=person, role=Role.HEAD, section=cast.policy)
    Assignment.objects.create(measure=measure, part="lead", section=cast.policy, words=cast.policy.name)
    handed_in = actions.report(measure, text="共同办理。", by=cast.clerk)
    assert do(sign_in(person), measure, "confirm", progress=handed_in.pk).status_code == 200
    assert [state for _, state, _ in states(measure)] == [State.CONFIRMED]


def test_a_helping_section_does_not_hide_what_waits_for_the_head(measure, cast):
    Assignment.objects.create(measure=measure, part="support", section=cast.policy, words=cast.policy.name)
    actions.report(measure, text="已办结。", by=cast.clerk)
    assert [measure.number in item.title for item in waiting(cast.head)] == [True]
    assert waiting(cast.other_head) == []


@pytest.mark.slow
def test_choosing_tokens_on_the_page_keeps_the_text(measure, office, cast, sign_in):
    """What the page's own form holds is enough: nothing typed is lost."""
    EventFactory.create_batch(9, office=office)
    actions.report(measure, text="共开展宣讲会9场。\n另有采访。", by=cast.clerk, submit=False)
    client = sign_in(cast.clerk)
    page = client.get(reverse("ledger:measure", args=[measure.pk]) + "?as_of=2022-11-30")
    said = page.content.decode()
    form = said[said.index("文中数字核对") :]
    assert 'name="text" value="共开展宣讲会9场。\n另有采访。"' in form[: form.index("</form>")]


@pytest.mark.slow
@pytest.mark.parametrize("chosen", ["", "|", "a|b|{{foi.received}}", "0|99|{{foi.received}}", "2|1|{{foi.received}}", "0|1|没有标记", "²|3|{{foi.received}}", "-1|2|{{foi.received}}"])
def test_places_that_are_not_in_the_text_are_refused(measure, cast, sign_in, chosen):
    page = do(sign_in(cast.clerk), measure, "apply", text="收到11件。", chosen=chosen)
    assert page.status_code == 200 and "文字在核对之后有改动" in page.content.decode()
    assert not measure.progress.exists()


@pytest.mark.slow
def test_one_figure_is_one_token(measure, cast, sign_in):
    page = do(sign_in(cast.clerk), measure, "apply", text="收到11件。", chosen=["2|4|{{foi.received}}", "2|4|{{foi.answered}}"])
    assert "请只选一项" in page.content.decode() and not measure.progress.exists()


@pytest.mark.parametrize("verb", ["confirm", "return", "unlink"])
@pytest.mark.parametrize("key", ["abc", "²", "-1", "99999999999999999999", ""])
def test_a_key_that_is_none_is_not_found(measure, cast, sign_in, verb, key):
    ProgressFactory(measure=measure, submitted=True, written_by=cast.clerk)
    assert do(sign_in(cast.head), measure, verb, progress=key, link=key, comment="不全").status_code == 404


@pytest.mark.parametrize("key", ["abc", "²", "99999999999999999999"])
def test_strange_keys_of_a_coverage_and_a_carrying_are_not_found(measure, cast, sign_in, key):
    client = sign_in(cast.coordinator)
    assert client.post(reverse("ledger:coverage", args=[2022]), {"item": key, "measures": [key]}).status_code == 404
    PlanFactory(office=measure.plan.office, year=2023)
    assert client.post(reverse("ledger:carry", args=[2022]), {"measures": [key]}).status_code == 302


def test_words_too_long_for_their_place_are_refused(measure, cast):
    progress = ProgressFactory(measure=measure, submitted=True, written_by=cast.clerk)
    with pytest.raises(ValidationError):
        actions.return_progress(progress, by=cast.head, comment="长" * 301)
    with pytest.raises(ValidationError):
        actions.link(measure, item=EventFactory(office=measure.plan.office), note="长" * 201, by=cast.clerk)
    with pytest.raises(ValidationError):
        actions.freeze(measure.plan, as_of=date(2022, 11, 30), today=date(2022, 12, 1), by=cast.coordinator, reason="长" * 301)


def test_a_record_of_another_office_is_no_evidence(measure, cast, sign_in):
    elsewhere = EventFactory(office=OfficeFactory(name="邻市工业和信息化局", short_name="邻市工信局"))
    page = do(sign_in(cast.clerk), measure, "record", register="events", record=str(elsewhere.pk))
    assert "没有找到这条记录" in page.content.decode() and not measure.links.exists()


@pytest.mark.parametrize("year", [5, 2007, 2101, 99999])
def test_a_plan_of_no_possible_year_is_not_written(office, cast, tmp_path, year):
    path = tmp_path / "方案.csv"
    path.write_text("工作要求,一级要点,计划措施,落实情况,责任科室\n一、优化公开,（一）做好公开,公开政策。,,办公室\n")
    with pytest.raises(Refused, match="不在2008至2100之间"):
        actions.import_plan(office, read_plan(read(path), sections=["办公室"], year=year), by=cast.coordinator, year=year)
    assert not Plan.objects.exists()


@pytest.mark.parametrize("form", ["docx", "xlsx", "pdf", "html"])
def test_text_pasted_from_word_leaves_in_every_form(measure, cast, form):
    """Word's line break is a vertical tab, and XML holds no control characters."""
    hostile = "第一行\x0b第二行\x07<script>alert(1)</script>&amp;=1+1\u202e"
    ProgressFactory(measure=measure, text=hostile)
    content = writers()[form].write(live_table(measure.plan, date(2022, 11, 30)))
    assert content
    if form == "html":
        assert "<script>alert" not in content.decode()
    if form in ("docx", "xlsx"):
        assert ZipFile(io.BytesIO(content)).testzip() is None


def test_a_day_to_come_is_not_shown_as_past(measure, cast, sign_in, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(2022, 6, 1))
    page = sign_in(cast.coordinator).get(reverse("ledger:plan", args=[2022]) + "?as_of=2022-12-31")
    assert page.context["as_of"] == date(2022, 6, 1) and "截至日期不能晚于今天" in page.content.decode()


def test_a_character_without_a_glyph_is_named_not_a_crash(measure, cast, sign_in):
    ProgressFactory(measure=measure, text="已办结😀。")
    page = sign_in(cast.coordinator).get(reverse("ledger:export", args=[2022, "pdf"]), follow=True)
    assert "在公文字体中没有" in page.content.decode()
