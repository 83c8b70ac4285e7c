"""A 落实情况 on its way: written by a section, checked by its head, and from then on what the ledger says."""

import re
from datetime import date, datetime
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.law.moves import NoSuchMove
from gongkai.law.refusals import Refused
from gongkai.ledger import actions, queries
from gongkai.ledger.models import Assignment, Link, Progress
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.ledger import MeasureFactory, PlanFactory, ProgressFactory

pytestmark = pytest.mark.django_db
State = Progress.State


@pytest.fixture
def measure(office, cast):
    return MeasureFactory(plan=PlanFactory(office=office), lead=cast.room)


def words(response) -> str:
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", response.content.decode())))


def do(client, measure, verb, **values):
    return client.post(reverse("ledger:measure", args=[measure.pk]), {"do": verb, **values}, follow=True)


def states(measure):
    return [(p.version, p.state) for p in measure.progress.order_by("version")]


# -- Through the pages ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_clerk_writes_the_head_confirms_and_the_ledger_says_it(measure, cast, sign_in):
    do(sign_in(cast.clerk), measure, "submit", text="截至{{截至}}已办结{{foi.answered}}件。")
    assert states(measure) == [(1, State.SUBMITTED)]
    assert queries.account(measure.plan, date(2022, 11, 30)).rows[0].progress_plain == ""
    page = do(sign_in(cast.head), measure, "confirm", progress=measure.progress.get().pk)
    assert "已审核通过" in words(page)
    assert queries.account(measure.plan, date(2022, 11, 30)).rows[0].progress_plain == "截至11月30日已办结0件。"
    confirmed = measure.progress.get()
    assert (confirmed.state, confirmed.written_by, confirmed.checked_by) == (State.CONFIRMED, cast.clerk, cast.head)
    assert list(Entry.objects.filter(verb__startswith="ledger.").order_by("id").values_list("verb", "actor_name")) == [
        ("ledger.reported", "许知禾"), ("ledger.submitted", "许知禾"), ("ledger.confirmed", "周岚"),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["other_head", "clerk", "other_clerk", "coordinator"])
@pytest.mark.parametrize("verb", ["confirm", "return", "finish"])
def test_only_the_head_of_a_leading_section_checks(measure, cast, sign_in, who, verb):
    progress = ProgressFactory(measure=measure, submitted=True, written_by=cast.clerk)
    page = do(sign_in(getattr(cast, who)), measure, verb, progress=progress.pk, comment="不全")
    assert page.status_code == 403
    measure.refresh_from_db()
    assert states(measure) == [(1, State.SUBMITTED)] and measure.done_on is None


@pytest.mark.parametrize("who", ["other_clerk", "other_head"])
def test_another_section_does_not_write(measure, cast, sign_in, who):
    page = do(sign_in(getattr(cast, who)), measure, "save", text="代为填写。")
    assert page.status_code == 403 and not measure.progress.exists()


@pytest.mark.slow
def test_a_helping_section_does_not_write_either(measure, cast, sign_in):
    Assignment.objects.create(measure=measure, part=Assignment.Part.SUPPORT, section=cast.policy, words="产业政策与法制科")
    assert do(sign_in(cast.other_clerk), measure, "save", text="配合科室代写。").status_code == 403
    Assignment.objects.filter(section=cast.policy).update(part=Assignment.Part.LEAD)
    do(sign_in(cast.other_clerk), measure, "save", text="共同牵头。")
    assert states(measure) == [(1, State.DRAFT)]


@pytest.mark.slow
def test_nobody_confirms_what_they_wrote(measure, cast, sign_in):
    client = sign_in(cast.head)
    do(client, measure, "submit", text="科长自己写的。")
    page = do(client, measure, "confirm", progress=measure.progress.get().pk)
    assert "填报人不能审核自己填报的落实情况" in words(page)
    assert states(measure) == [(1, State.SUBMITTED)]
    do(sign_in(cast.disclosure_head), measure, "confirm", progress=measure.progress.get().pk)
    assert states(measure) == [(1, State.CONFIRMED)]


@pytest.mark.slow
def test_sending_back_needs_a_reason_and_the_writer_goes_on(measure, cast, sign_in):
    do(sign_in(cast.clerk), measure, "submit", text="缺少数字。")
    head = sign_in(cast.head)
    page = do(head, measure, "return", progress=measure.progress.get().pk, comment="  ")
    assert "请写明退回的理由" in words(page) and states(measure) == [(1, State.SUBMITTED)]
    do(head, measure, "return", progress=measure.progress.get().pk, comment="请补充场次")
    assert states(measure) == [(1, State.RETURNED)]
    clerk = sign_in(cast.clerk)
    assert "请补充场次" in words(clerk.get(reverse("ledger:measure", args=[measure.pk])))
    do(clerk, measure, "submit", text="开展{{events.briefings}}场。")
    assert [(p.version, p.state, p.comment, p.text) for p in measure.progress.order_by("version")] == [
        (1, State.RETURNED, "请补充场次", "缺少数字。"), (2, State.SUBMITTED, "", "开展{{events.briefings}}场。"),
    ]  # fmt: skip


@pytest.mark.slow
def test_a_text_with_a_faulty_token_may_be_kept_but_not_handed_in(measure, cast, sign_in):
    client = sign_in(cast.clerk)
    page = do(client, measure, "submit", text="收到{{foi.recieved}}件。")
    assert "没有“foi.recieved”这个指标" in words(page) and not measure.progress.exists()
    assert "收到{{foi.recieved}}件。" in unescape(page.content.decode()), "what was typed is still there"
    do(client, measure, "save", text="收到{{foi.recieved}}件。")
    assert states(measure) == [(1, State.DRAFT)]


@pytest.mark.slow
def test_figures_of_an_imported_text_become_tokens_when_chosen(measure, office, cast, sign_in):
    EventFactory.create_batch(9, office=office)
    ProgressFactory(measure=measure, draft=True, text="共开展宣讲会9场。", written_by=None)
    client = sign_in(cast.clerk)
    page = client.get(reverse("ledger:measure", args=[measure.pk]) + "?as_of=2022-11-30")
    ((_, proposal),) = page.context["proposals"]
    assert proposal.verdict.value == "一致"
    do(client, measure, "apply", text="共开展宣讲会9场。", chosen=f"{proposal.start}|{proposal.end}|{proposal.candidates[0].token}")
    assert measure.progress.get().text == "共开展宣讲会{{events.briefings}}场。"


# -- The verbs -----------------------------------------------------------------------------------------------------


def test_a_confirmed_text_is_never_written_over(measure, cast):
    actions.confirm(actions.report(measure, text="第一版。", by=cast.clerk), by=cast.head)
    draft = actions.report(measure, text="第二版草稿。", by=cast.clerk, submit=False)
    actions.report(measure, text="第二版。", by=cast.clerk, submit=False)
    assert states(measure) == [(1, State.CONFIRMED), (2, State.DRAFT)]
    assert [p.text for p in measure.progress.order_by("version")] == ["第一版。", "第二版。"]
    actions.submit_progress(draft, by=cast.clerk)
    assert queries.account(measure.plan, date(2022, 11, 30)).rows[0].progress_plain == "第一版。"


def test_what_waits_for_its_check_is_not_changed_under_the_checker(measure, cast):
    """Writing on while a version waits makes a next version: the head confirms exactly what was read."""
    waiting = actions.report(measure, text="等待审核的。", by=cast.clerk)
    actions.report(measure, text="又写了一版。", by=cast.clerk, submit=False)
    actions.confirm(waiting, by=cast.head)
    assert [(p.text, p.state) for p in measure.progress.order_by("version")] == [("等待审核的。", State.CONFIRMED), ("又写了一版。", State.DRAFT)]


@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED, State.CONFIRMED])
def test_only_what_was_handed_in_can_be_confirmed(measure, cast, state):
    progress = ProgressFactory(measure=measure, state=state, written_by=cast.clerk)
    with pytest.raises(NoSuchMove):
        actions.confirm(progress, by=cast.head)
    progress.refresh_from_db()
    assert progress.state == state


def test_evidence_is_a_record_or_a_file_not_both_and_not_neither(measure, office, cast):
    with pytest.raises(ValidationError):
        actions.link(measure, by=cast.clerk)
    made = actions.link(measure, item=EventFactory(office=office, title="第五场宣讲会"), by=cast.clerk)
    assert "第五场宣讲会" in made.label and queries.account(measure.plan, date(2022, 11, 30)).rows[0].links == 1


@pytest.mark.slow
def test_a_record_is_linked_by_its_number_on_the_page(measure, office, cast, sign_in):
    event = EventFactory(office=office)
    client = sign_in(cast.clerk)
    page = do(client, measure, "record", register="events", record=str(event.pk + 1000))
    assert "没有找到这条记录" in words(page) and not Link.objects.exists()
    do(client, measure, "record", register="events", record=str(event.pk))
    assert (Link.objects.get().kind, Link.objects.get().record_id) == ("events.Event", event.pk)
    do(client, measure, "unlink", link=Link.objects.get().pk)
    assert not Link.objects.exists() and Entry.objects.filter(verb="ledger.unlinked").count() == 1


def test_parts_can_be_given_anew_and_the_paper_keeps_its_words(measure, cast):
    Assignment.objects.create(measure=measure, part="support", section=None, words="各业务科室")
    actions.assign(measure, leads=[cast.policy], supports=[cast.room], by=cast.coordinator)
    assert {(a.part, a.words) for a in measure.assignments.all()} == {("lead", "产业政策与法制科"), ("support", "办公室"), ("support", "各业务科室")}
    assert measure.responsibility == "办公室"


def test_a_change_of_a_measure_is_logged_with_old_and_new(measure, cast):
    was = measure.text
    actions.change_measure(measure, text="做好新的工作。", due_on=date(2022, 6, 30), by=cast.coordinator)
    actions.change_measure(measure, text="做好新的工作。", by=cast.coordinator)
    (entry,) = Entry.objects.filter(verb="ledger.measure_changed")
    assert entry.facts["differences"] == {"计划措施": [was, "做好新的工作。"], "完成期限": ["", "2022-06-30"]}


def test_an_unknown_indicator_cannot_be_a_target(measure, cast):
    with pytest.raises(ValidationError, match="没有“events.nothing”这个指标"):
        actions.set_target(measure, indicator="events.nothing", at_least=3, by=cast.coordinator)


def test_refusals_are_said_with_all_their_reasons(measure, cast):
    progress = ProgressFactory(measure=measure, submitted=True, text="{{foi.recieved}}", written_by=cast.head)
    with pytest.raises(Refused) as refused:
        actions.confirm(progress, by=cast.head)
    assert [o.code for o in refused.value.objections] == ["same_person", "fault"]


def test_moments_are_kept_as_handed_in(measure, cast):
    at = datetime.fromisoformat("2022-10-08T09:30+08:00")
    progress = actions.report(measure, text="按时填报。", by=cast.clerk, at=at)
    assert (progress.written_at, progress.submitted_at) == (at, at)
    assert Entry.objects.get(verb="ledger.submitted").at == at


@pytest.mark.slow
def test_the_superior_reads_no_text_before_it_is_confirmed(measure, office, cast, sign_in):
    superior = UserFactory(name="市府办", office=office, role=Role.SUPERIOR)
    actions.report(measure, text="草稿中的话。", by=cast.clerk, submit=False)
    pages = [reverse("ledger:measure", args=[measure.pk]), reverse("ledger:plan", args=[measure.plan.year])]
    for address in pages:
        seen = sign_in(superior).get(address)
        assert seen.status_code == 200 and "草稿" not in seen.content.decode()
        assert "草稿" in sign_in(cast.head).get(address).content.decode()
    actions.confirm(actions.report(measure, text="核定的话。", by=cast.clerk, submit=True), by=cast.head)
    page = sign_in(superior).get(pages[0]).content.decode()
    assert "核定的话" in page and "草稿中的话" not in page
