"""A guide goes out as it was approved, off the site with a reason, and nothing of its draft or its matter's is seen before."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from gongkai.audit.models import Entry
from gongkai.audit.queries import told
from gongkai.documents import actions as outward
from gongkai.guides import content, pages
from gongkai.guides.models import Guide, Matter, MatterChange
from gongkai.publishing.entries import InColumn
from gongkai.publishing.models import Publication, SecrecyReview
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from gongkai.reviewing import actions as chain
from gongkai.reviewing import bundles
from gongkai.reviewing import queries as reviewing
from gongkai.reviewing.bundle_views import offered
from gongkai.reviewing.models import Release
from gongkai.reviewing.rules import State, Step, Verdict
from gongkai.sockets import duty_sources, get_reviewable, search_sources
from gongkai.ui.templatetags.gongkai_ui import outside
from tests.documents.test_chain import refused
from tests.factories.guides import MatterChangeFactory
from tests.factories.publishing import ColumnFactory
from tests.reviewing.conftest import GATES, article, cast, looked, office  # noqa: F401  the people of the chain

pytestmark = pytest.mark.django_db
TEXTS = {"conditions": "<p>在本市登记的企业。</p>", "materials": "<ol><li>备案表</li></ol>", "steps": "<p>网上提交。</p>"}


@pytest.fixture
def matter(cast):  # noqa: F811
    """The catalogue is the legal officer's, so that whoever reviews the guide wrote nothing of it."""
    facts = {"office": cast.room.office, "section": cast.room, "kind": "filing", "code": "000000000001", "basis": "《企业投资项目核准和备案管理条例》第十三条", "listed_on": date(2020, 1, 1)}
    return registers.create(get_register("matters"), Matter(name="技改项目备案", **facts), by=cast.clerk)


@pytest.fixture
def entered(cast, matter):  # noqa: F811
    column = ColumnFactory(office=cast.room.office, name="办事指南", slug="bszn", column_type="service")

    def enter(**facts):
        facts = {"office": cast.room.office, "section": cast.room, "matter": matter, "column": column, "title": "技改项目备案指南", "phone": "0000-8800001", **TEXTS} | facts
        return registers.create(get_register("guides"), Guide(**facts), by=cast.clerk)

    return enter


@pytest.fixture
def out(entered, cast, looked):  # noqa: F811
    """A guide that was released."""
    guide = entered()
    submission = chain.submit(guide, by=cast.clerk)
    looked(submission)
    chain.release(submission, by=cast.coordinator)
    guide.refresh_from_db()
    return guide


def page(guide: Guide) -> str:
    made = [one.render() for one in pages.found(guide.office_id, [guide.path_of(guide.pk)])]
    return "".join(one.decode() if isinstance(one, bytes) else one for one in made)


def everywhere(guide: Guide) -> str:
    """Every page of the guides, the column's list, and what search holds."""
    made = "".join(one.render().decode() for one in pages.produced(guide.office_id))
    listed = "".join(entry.title for entry in InColumn(guide.office_id, [guide.column_id]).every())
    return made + listed + "".join(f"{one.title}{one.body}" for one in search_sources()["guide"].produce(guide.office_id))


def test_a_day_typed_by_hand_puts_nothing_out(entered):
    refused(lambda: entered(published_on=date(2022, 3, 2)), "not_released")
    guide = entered()
    assert not Guide.objects.public().exists() and page(guide) == "" and guide.title not in everywhere(guide)


@pytest.mark.slow
def test_what_goes_out_is_the_approved_copy_whatever_is_written_since(entered, matter, cast, looked):  # noqa: F811
    guide = entered()
    submission = chain.submit(guide, by=cast.clerk)
    refused(lambda: chain.release(submission, by=cast.coordinator), "not_reviewed", "no_secrecy_review")
    looked(submission)
    registers.change(get_register("guides"), guide, by=cast.clerk, title="夹带的标题", phone="夹带的电话", conditions="<p>夹带的条件</p>")
    registers.change(get_register("matters"), matter, by=cast.clerk, name="夹带的事项", basis="夹带的依据")
    once, twice = (chain.release(submission, by=cast.coordinator) for _ in range(2))
    shown = everywhere(guide)
    assert once == twice and Release.objects.count() == 1 and SecrecyReview.objects.get().submission == submission
    assert Guide.objects.public().get().published_on == timezone.localdate()
    assert "夹带" not in shown and all(text in page(guide) for text in ("技改项目备案指南", "第十三条", "0000-8800001", "<li>备案表</li>"))
    again = chain.submit(guide, by=cast.clerk)
    assert reviewing.standing_of(again).chain.state is State.AT_FIRST
    looked(again)
    chain.release(again, by=cast.coordinator)
    assert all(text in page(guide) for text in ("夹带的标题", "夹带的事项", "夹带的依据"))
    assert list(Publication.objects.filter(kind="guides.Guide").exclude(deed="touched").order_by("number").values_list("deed", flat=True)) == ["published", "corrected"]


def test_what_was_edited_after_the_first_review_falls(entered, matter, cast, looked):  # noqa: F811
    guide = entered()
    first = chain.submit(guide, by=cast.clerk)
    looked(first, Step.FIRST)
    registers.change(get_register("matters"), matter, by=cast.clerk, basis="《条例》第十四条")
    second = chain.submit(guide, by=cast.clerk)
    assert reviewing.standing_of(second).chain.state is State.AT_FIRST, "事项的设定依据也是指南的内容"
    refused(lambda: chain.release(first, by=cast.coordinator), "superseded")
    entry = get_reviewable("guides.Guide")
    assert [change.label for change in reviewing.changed(entry, first.content, second.content)] == ["设定依据"]


@pytest.mark.parametrize(("facts", "code"), [
    pytest.param({"steps": ""}, "incomplete", id="没有流程"),
    pytest.param({"materials": "<p>营业执照</p><p>其他材料</p>"}, "catch_all", id="兜底条款"),
])
def test_what_could_never_go_out_is_not_sent(entered, cast, facts, code):  # noqa: F811
    refused(lambda: chain.submit(entered(**facts), by=cast.clerk), code)


@pytest.mark.slow
def test_the_guide_to_a_matter_that_left_the_catalogue_is_not_released_and_one_outside_is_owed_a_withdrawal(out, matter, cast, looked):  # noqa: F811
    today, guide = timezone.localdate(), out

    def owed(since=today):
        return [(duty.subject, duty.begins_on, duty.done_on) for duty in duty_sources()["guides.withdraw"].produce(guide.office_id, since, today)]

    assert owed() == []
    registers.change(get_register("guides"), guide, by=cast.clerk, title="改过的标题")
    again = chain.submit(guide, by=cast.clerk)
    looked(again)
    gone = today - timedelta(days=10)
    MatterChangeFactory(matter=matter, kind="cancelled", proposed_on=gone, reviewed_on=gone, effective_on=gone)
    refused(lambda: chain.release(again, by=cast.coordinator), "matter_gone")
    refused(lambda: bundles.release(bundles.make(guide.office, title="一并", items=[guide, _another(guide, cast)], by=cast.clerk), by=cast.coordinator), "bundle_changed", "not_submitted")
    assert "技改项目备案指南" in page(guide), "放行过的，撤回以前照旧公开"
    assert owed() == [("技改项目备案指南", gone, None)]
    chain.withdraw(guide, by=cast.coordinator, reason="事项取消")
    assert owed() == [("技改项目备案指南", gone, today)] and owed(since=today + timedelta(days=1)) == []


@pytest.mark.slow
def test_a_guide_outside_that_tells_of_its_matter_what_is_no_longer_so_is_owed_a_release(out, matter, cast, looked):  # noqa: F811
    today, guide = timezone.localdate(), out

    def owed(since=today):
        return [(duty.subject, duty.begins_on, duty.done_on) for duty in duty_sources()["guides.renew"].produce(guide.office_id, since, today)]

    def changed(days_ago: int, **facts):
        registers.change(get_register("matters"), matter, by=cast.clerk, at=timezone.now() - timedelta(days=days_ago), **facts)

    changed(9, accountability="与指南无关的")
    assert owed() == []
    changed(8, name="走了弯路的名称")
    changed(7, name="技改项目备案")
    assert owed() == [], "又改回来了"
    changed(6, basis="《企业投资项目核准和备案管理条例》第十四条")
    changed(3, name="技术改造项目备案")
    changed(1, remarks="与指南无关的")
    assert owed() == [("技改项目备案指南", today - timedelta(days=6), None)]
    again = chain.submit(guide, by=cast.clerk)
    looked(again)
    assert owed() == [("技改项目备案指南", today - timedelta(days=6), None)], "送审还不是发布"
    chain.release(again, by=cast.coordinator)
    assert owed() == [("技改项目备案指南", today - timedelta(days=6), today)] and owed(since=today + timedelta(days=1)) == []
    changed(0, kind="licence")
    assert [done for _, _, done in owed()] == [today, None]
    chain.withdraw(guide, by=cast.coordinator, reason="另行编制")
    assert [done for _, _, done in owed()] == [today, today]


def test_a_guide_declared_public_before_is_owed_the_same_and_one_whose_matter_is_gone_is_not(entered, matter, cast):  # noqa: F811
    guide = entered()
    outward.declare(guide, on=date(2021, 3, 1), where="市政务服务网", by=cast.coordinator)

    def owed():
        today = timezone.localdate()
        return [(duty.subject, duty.begins_on) for duty in duty_sources()["guides.renew"].produce(guide.office_id, today, today)]

    registers.change(get_register("matters"), matter, by=cast.clerk, name="技术改造项目备案")
    assert owed() == [("技改项目备案指南", timezone.localdate())]
    MatterChangeFactory(matter=matter, kind="cancelled", proposed_on=date(2022, 6, 1), reviewed_on=date(2022, 6, 1), effective_on=date(2022, 6, 1))
    assert owed() == [], "事项已取消的，是撤回"


def _another(guide, cast):  # noqa: F811
    return registers.create(get_register("guides"), Guide(office=guide.office, section=guide.section, matter=guide.matter, column=guide.column, title="另一份", **TEXTS), by=cast.clerk)


@pytest.mark.slow
def test_withdrawn_it_is_a_tombstone_and_comes_back_only_through_the_chain(out, cast, looked):  # noqa: F811
    chain.withdraw(out, by=cast.coordinator, reason="办理地点有误")
    assert "办理地点有误" in page(out) and "技改项目备案指南" not in everywhere(out) and not Guide.objects.public().exists()
    again = chain.submit(out, by=cast.clerk)
    refused(lambda: chain.release(again, by=cast.coordinator), "not_reviewed", "no_secrecy_review")
    looked(again)
    chain.release(again, by=cast.coordinator)
    out.refresh_from_db()
    assert "技改项目备案指南" in page(out) and out.withdrawn_on is None


def test_the_day_and_the_column_of_what_is_outside_stand(out, cast):  # noqa: F811
    register = get_register("guides")
    for day in (None, date(2021, 1, 4)):
        refused(lambda day=day: registers.change(register, out, by=cast.clerk, published_on=day), "day_stands")
    elsewhere = ColumnFactory(office=out.office, name="通知公告", slug="tzgg", column_type="notice")
    refused(lambda: registers.change(register, out, by=cast.clerk, column=elsewhere), "out")
    assert Guide.objects.public().get().column == out.column


def test_a_reviewer_corrects_the_telephone_and_a_text_he_may_not_is_left(entered, cast, looked):  # noqa: F811
    submission = chain.submit(entered(), by=cast.clerk)
    looked(submission, Step.FIRST)
    made = chain.edit(submission, step=Step.SECOND, changes={"phone": "0000-8800002", "conditions": "<p>改</p>"}, by=cast.coordinator, checklist=GATES)
    assert (made.content["phone"], made.content["conditions"]) == ("0000-8800002", TEXTS["conditions"])
    assert told(Entry.objects.get(verb="guides.edited_in_review")).sentence == "审核中修改办事指南《技改项目备案指南》（联系电话）"


def test_what_was_public_before_is_declared_shown_as_it_stood_and_taken_back_with_a_reason(entered, matter, cast):  # noqa: F811
    guide = entered()
    with pytest.raises(PermissionDenied):
        outward.declare(guide, on=date(2021, 3, 2), where="政务服务网", by=cast.clerk)
    outward.declare(guide, on=date(2021, 3, 2), where="政务服务网", by=cast.coordinator)
    registers.change(get_register("guides"), guide, by=cast.clerk, phone="夹带的电话")
    registers.change(get_register("matters"), matter, by=cast.clerk, basis="夹带的依据")
    assert "0000-8800001" in page(guide) and "夹带" not in everywhere(guide)
    refused(lambda: outward.take_back(guide, reason=" ", by=cast.coordinator), "no_reason")
    with pytest.raises(PermissionDenied):
        outward.take_back(guide, reason="过时", by=cast.head)
    outward.take_back(guide, reason="内容过时", by=cast.coordinator)
    assert "内容过时" in page(guide) and not Guide.objects.public().exists() and Entry.objects.latest("pk").verb == "documents.taken_back"
    refused(lambda: outward.take_back(guide, reason="再撤", by=cast.coordinator), "not_out")


def test_what_was_public_before_the_chain_stays_so_in_the_copy_a_release_would_have_made(entered):
    guide = entered(materials='<ol><li>备案表</li></ol><p onclick="x()">\xa0</p><script>alert(1)</script>', conditions='<div>在本市登记的<span style="color:red">企业</span>。</div>')
    Guide.objects.update(published_on=date(2021, 3, 1))  # as it stood before 0002
    for number, work in (("0002_released", "were_public"), ("0003_copies_as_released", "as_released")):
        getattr(import_module(f"gongkai.guides.migrations.{number}"), work)(apps, None)
    guide.refresh_from_db()
    assert guide.released == content.snapshot(guide) and guide.published_elsewhere
    assert "备案表" in page(guide) and "alert" not in everywhere(guide)
    assert get_reviewable(Guide._meta.label).is_out(guide) and not outside(guide)["differs"]


def test_what_was_released_is_withdrawn_on_its_submission_and_not_behind_the_channels(out, cast):  # noqa: F811
    refused(lambda: outward.take_back(out, reason="过时", by=cast.coordinator), "released")
    with pytest.raises(ValidationError):
        registers.change(get_register("guides"), registers.void(get_register("guides"), out, by=cast.coordinator, reason="重复"), by=cast.clerk, phone="1")
    assert not Guide.objects.public().exists() and page(out) == ""


def test_an_import_is_public_only_where_the_importer_may_say_so(entered, matter, cast):  # noqa: F811
    column = entered().column
    facts = {"office": matter.office, "section": cast.room, "matter": matter, "column": column, "published_on": date(2021, 3, 1), **TEXTS}
    refused(lambda: registers.bring_in(get_register("guides"), [Guide(title="科室导入的", **facts)], by=cast.head, office_id=matter.office_id), "published")
    registers.bring_in(get_register("guides"), [Guide(title="协调员导入的", **facts)], by=cast.coordinator, office_id=matter.office_id)
    assert [guide.title for guide in Guide.objects.public()] == ["协调员导入的"]


@pytest.mark.slow
def test_a_guide_goes_out_in_a_bundle_with_a_notice_or_neither_does(entered, article, cast, looked):  # noqa: F811
    guide = entered()
    assert f"guides.Guide:{guide.pk}" in {key for key, _ in offered(cast.clerk)}
    bundle = bundles.make(guide.office, title="事项进驻", items=[article, guide], by=cast.clerk)
    sent = {one.kind: one for one in bundles.submit(bundle, by=cast.clerk)}
    assert reviewing.companions(sent["publishing.Article"]) == ["办事指南《技改项目备案指南》"]
    looked(sent["publishing.Article"])
    refused(lambda: bundles.release(bundle, by=cast.coordinator), "not_reviewed", "no_secrecy_review")
    assert not Release.objects.exists()
    looked(sent["guides.Guide"])
    bundles.release(bundle, by=cast.coordinator)
    assert list(Guide.objects.public()) == [guide] and "技改项目备案指南" in page(guide)


def test_whoever_wrote_the_matter_does_not_review_the_guide(entered, matter, cast):  # noqa: F811
    registers.change(get_register("matters"), matter, by=cast.head, basis="《条例》第十四条")
    submission = chain.submit(entered(), by=cast.clerk)
    refused(lambda: chain.look(submission, step=Step.FIRST, verdict=Verdict.PASS, by=cast.head, checklist=GATES), "own_work")


def test_screening_reads_the_texts_and_follows_their_links(entered, cast):  # noqa: F811
    guide = entered(conditions='<p>见<a href="/guides/999.html">另一指南</a>。</p>', agency="市经贸委")
    draft = get_reviewable("guides.Guide").draft(get_reviewable("guides.Guide").gather(guide).content)
    assert {("conditions", "text"), ("agency", "text"), ("basis", "text")} <= {(one.path, one.kind) for one in draft.passages}
    assert [(one.label, one.href) for one in draft.passages if one.kind == "link"] == [("受理条件", "/guides/999.html")]


def test_a_change_of_a_matter_tells_the_outside_nothing(out, matter, cast):  # noqa: F811
    before = Publication.objects.count()
    registers.change(get_register("matters"), matter, by=cast.clerk, name="新名称")
    registers.void(get_register("matters"), matter, by=cast.coordinator, reason="重复")
    assert Publication.objects.count() == before and "技改项目备案指南" in page(out)
    assert MatterChange.objects.count() == 0
