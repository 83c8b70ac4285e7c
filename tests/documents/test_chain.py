"""Documents and interpretations go out only as they were seen, and together with what explains them."""

import re
from datetime import date, timedelta

import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.documents import actions, content, pages, searchables
from gongkai.documents.models import Interpretation, NormativeDocument
from gongkai.law.refusals import Refused
from gongkai.publishing import actions as publishing
from gongkai.publishing.entries import tombstones
from gongkai.publishing.models import SecrecyReview
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register, register_of
from gongkai.reviewing import actions as chain
from gongkai.reviewing import bundles, queries, sheet_pdf
from gongkai.reviewing.models import Bundle, Release, Submission
from gongkai.reviewing.rules import State, Step, Verdict
from gongkai.sitebuild.actions import build, follow
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.publishing import ColumnFactory
from tests.reviewing.conftest import GATES, cast, office  # noqa: F401  the people of the chain

pytestmark = pytest.mark.django_db
EXEMPT = {"needs_interpretation": False, "interpretation_exemption": "仅调整联系方式", "interpretation_exempted_on": date(2022, 3, 1)}


def refused(work, *codes):
    with pytest.raises(Refused) as caught:
        work()
    assert [o.code for o in caught.value.objections] == list(codes)


@pytest.fixture
def written(cast):  # noqa: F811
    def write(**facts):
        facts = {"office": cast.room.office, "section": cast.room, "title": "扶持办法", "number": "青工信规〔2022〕1号", "kind": "normative", "signed_on": date(2022, 3, 1), "body": "<p>第一条</p>"} | facts
        return registers.create(get_register("documents"), NormativeDocument(**facts), by=cast.clerk)

    return write


@pytest.fixture
def looked(cast):  # noqa: F811
    """A policy's second review is the disclosure head's."""
    who = {Step.FIRST: cast.head, Step.SECOND: cast.disclosure_head, Step.THIRD: cast.deputy, Step.SECRECY: cast.secrecy}

    def passed(submission, *steps):
        for step in steps or tuple(who):
            chain.look(submission, step=step, verdict=Verdict.PASS, by=who[step], checklist={} if step is Step.SECRECY else GATES)

    return passed


@pytest.fixture
def explained(cast):  # noqa: F811
    def explain(document):
        one = Interpretation(office=document.office, section=cast.room, document=document, title="一图读懂《扶持办法》", in_text=True, covers_content=True, body="<p>背景</p>")
        return registers.create(get_register("interpretations"), one, by=cast.clerk)

    return explain



def test_a_day_typed_by_hand_puts_nothing_out(written):
    refused(lambda: written(published_on=date(2022, 3, 2)), "not_released")


def test_a_released_document_shows_its_copy_whatever_is_written_since(written, cast, looked):  # noqa: F811
    document = written(**EXEMPT)
    submission = chain.submit(document, by=cast.clerk)
    refused(lambda: chain.release(submission, by=cast.coordinator), "not_reviewed", "no_secrecy_review")
    looked(submission)
    registers.change(get_register("documents"), document, by=cast.clerk, title="夹带的名称", body="<p>没有人看过</p>")
    once, twice = (chain.release(submission, by=cast.coordinator) for _ in range(2))
    assert once == twice and Release.objects.count() == 1
    assert NormativeDocument.objects.public().get().published_on == timezone.localdate()
    found = next(iter(searchables.produce_documents(document.office_id)))
    assert (found.title, found.body) == ("扶持办法", "第一条\n\n发布机构：" + document.office.name)
    assert [row.title for row in pages.library(document.office_id, timezone.localdate())] == ["扶持办法"]
    assert SecrecyReview.objects.get().submission == submission


@pytest.mark.slow
def test_the_day_on_which_it_went_out_is_not_moved_by_hand(written, cast, looked):  # noqa: F811
    document = written(**EXEMPT)
    submission = chain.submit(document, by=cast.clerk)
    looked(submission)
    chain.release(submission, by=cast.coordinator)
    document.refresh_from_db()
    for day in (None, date(2022, 3, 2)):
        refused(lambda day=day: registers.change(get_register("documents"), document, by=cast.clerk, published_on=day), "day_stands")
    assert NormativeDocument.objects.public().get().published_on == timezone.localdate()
    declared = written(title="旧办法", number="青工信规〔2022〕2号")
    actions.declare(declared, on=date(2022, 3, 2), where="原网站", by=cast.coordinator)
    declared = registers.change(get_register("documents"), declared, by=cast.coordinator, published_on=date(2022, 3, 3))
    refused(lambda: registers.change(get_register("documents"), declared, by=cast.coordinator, published_on=None), "day_stands")


@pytest.mark.slow
def test_what_was_declared_is_taken_back_with_a_reason_and_comes_back_only_through_the_chain(written, explained, cast, looked):  # noqa: F811
    document = written(**EXEMPT)
    one = explained(document)
    for item in (document, one):
        actions.declare(item, on=date(2022, 3, 2), where="原网站", by=cast.coordinator)
    with pytest.raises(PermissionDenied):
        actions.take_back(one, reason="过时", by=cast.head)
    for item, model in ((one, Interpretation), (document, NormativeDocument)):
        refused(lambda item=item: actions.take_back(item, reason=" ", by=cast.coordinator), "no_reason")
        actions.take_back(item, reason="标准有误", by=cast.coordinator)
        assert not model.objects.public().exists() and tombstones(document.office_id, model)[item.pk].reason == "标准有误"
        refused(lambda item=item: actions.take_back(item, reason="再撤", by=cast.coordinator), "not_out")
    submission = chain.submit(document, by=cast.clerk)
    looked(submission)
    chain.release(submission, by=cast.coordinator)
    assert NormativeDocument.objects.public().get().published_on == date(2022, 3, 2)
    refused(lambda: actions.take_back(document, reason="过时", by=cast.coordinator), "released")


def test_what_was_edited_after_the_first_review_falls(written, cast, looked):  # noqa: F811
    document = written(**EXEMPT)
    first = chain.submit(document, by=cast.clerk)
    looked(first, Step.FIRST)
    registers.change(get_register("documents"), document, by=cast.clerk, body="<p>第一条改</p>")
    second = chain.submit(document, by=cast.clerk)
    assert queries.standing_of(second).chain.state is State.AT_FIRST
    refused(lambda: chain.release(first, by=cast.coordinator), "superseded")


@pytest.mark.slow
def test_a_withdrawn_document_is_a_tombstone_and_not_found(written, cast, looked):  # noqa: F811
    document = written(**EXEMPT)
    submission = chain.submit(document, by=cast.clerk)
    looked(submission)
    chain.release(submission, by=cast.coordinator)
    chain.withdraw(document, by=cast.coordinator, reason="文号有误")
    assert not list(searchables.produce_documents(document.office_id)) and not NormativeDocument.objects.public().exists()
    assert tombstones(document.office_id, NormativeDocument)[document.pk].reason == "文号有误"
    refused(lambda: chain.release(chain.submit(document, by=cast.clerk), by=cast.coordinator), "not_reviewed", "no_secrecy_review")


@pytest.mark.slow
def test_the_site_follows_a_document_whose_interpretation_stands_in_a_column(written, explained, cast, looked, settings, tmp_path):  # noqa: F811
    settings.HOME = tmp_path
    document = written(column=ColumnFactory(office=cast.room.office, name="政策文件", slug="zcwj", column_type="policy"))
    reading = explained(document)
    registers.change(get_register("interpretations"), reading, by=cast.clerk, column=ColumnFactory(office=document.office, name="政策解读", slug="zcjd", column_type="interpretation"))
    build(document.office)

    def listed() -> bool:
        follow(document.office)
        return reading.title in (tmp_path / "site" / "current" / "columns" / "zcjd" / "index.html").read_text()

    bundle = bundles.make(document.office, title="办法及解读", items=[document, reading], by=cast.clerk)
    for submission in bundles.submit(bundle, by=cast.clerk):
        looked(submission)
    bundles.release(bundle, by=cast.coordinator)
    assert listed()
    actions.repeal(document, on=date(2022, 9, 1), reason="清理决定", by=cast.coordinator)
    assert listed()
    chain.withdraw(document, by=cast.coordinator, reason="表述有误")
    assert not listed(), "文件撤回了，解读也不再列出"


@pytest.mark.slow
def test_a_policy_is_not_released_without_its_interpretation_nor_that_before_it(written, explained, cast, looked):  # noqa: F811
    document = written()
    one = explained(document)
    for item, code in ((document, "no_interpretation"), (one, "document_first")):
        submission = chain.submit(item, by=cast.clerk)
        looked(submission)
        refused(lambda sent=submission: chain.release(sent, by=cast.coordinator), code)


@pytest.mark.slow
def test_a_bundle_goes_out_whole_or_not_at_all(written, explained, cast, looked):  # noqa: F811
    document = written()
    one = explained(document)
    bundle = bundles.make(document.office, title="扶持办法及解读", items=[document, one], by=cast.clerk)
    sent = bundles.submit(bundle, by=cast.clerk)
    looked(sent[0])
    refused(lambda: bundles.release(bundle, by=cast.coordinator), "not_reviewed", "no_secrecy_review")
    refused(lambda: chain.release(sent[0], by=cast.coordinator), "bundled")
    assert not Release.objects.exists()
    looked(sent[1])
    for _ in range(2):
        bundles.release(bundle, by=cast.coordinator)
    assert Release.objects.filter(way="bundle").count() == 2
    assert NormativeDocument.objects.public().exists() and Interpretation.objects.public().exists()


@pytest.mark.slow
def test_an_unapproved_item_lets_the_bundles_approvals_fall(written, explained, cast, looked):  # noqa: F811
    document = written()
    bundle = bundles.make(document.office, title="扶持办法及解读", items=[document, explained(document)], by=cast.clerk)
    for submission in bundles.submit(bundle, by=cast.clerk):
        looked(submission)
    late = written(title="实施细则", number="青工信规〔2022〕2号", **EXEMPT)
    bundles.add(bundle, late, by=cast.clerk)
    refused(lambda: bundles.release(bundle, by=cast.coordinator), "bundle_changed", "bundle_changed", "not_submitted")
    assert all(queries.standing_of(submission).chain.state is State.AT_FIRST for submission in bundles.submit(bundle, by=cast.clerk))


@pytest.mark.slow
def test_a_scheduled_bundle_puts_out_all_or_none(written, explained, cast, looked):  # noqa: F811
    document = written()
    bundle = bundles.make(document.office, title="扶持办法及解读", items=[document, explained(document)], by=cast.clerk)
    first, second = bundles.submit(bundle, by=cast.clerk)
    looked(first)
    soon = timezone.now() + timedelta(minutes=5)
    bundles.schedule(bundle, release_at=soon, by=cast.coordinator)
    assert bundles.release_due(soon) == (0, 1) and not Release.objects.exists()
    assert "尚未完成" in Bundle.objects.get().outcome
    looked(second)
    bundles.schedule(bundle, release_at=soon, by=cast.coordinator)
    assert (bundles.release_due(soon), bundles.release_due(soon)) == ((1, 0), (0, 0))


def test_a_record_of_another_office_joins_no_bundle(written, explained, cast):  # noqa: F811
    document = written()
    with pytest.raises((Refused, PermissionDenied)):
        bundles.make(OfficeFactory(name="青禾市商务局"), title="借道", items=[document, explained(document)], by=cast.clerk)


def test_what_was_public_before_is_declared_by_the_coordinator_and_kept_as_it_stood(written, cast):  # noqa: F811
    document = written()
    with pytest.raises(PermissionDenied):
        actions.declare(document, on=date(2022, 3, 2), where="原网站", by=cast.clerk)
    refused(lambda: actions.declare(document, on=date(2022, 3, 2), where=" ", by=cast.coordinator), "no_place")
    actions.declare(document, on=date(2022, 3, 2), where="市政府公报2022年第2期", by=cast.coordinator)
    assert Entry.objects.latest("pk").verb == "documents.declared"
    registers.change(get_register("documents"), document, by=cast.clerk, title="夹带的名称")
    assert [found.title for found in searchables.produce_documents(document.office_id)] == ["扶持办法"]


# -- The desk's pages ---------------------------------------------------------------------------------------------------


def test_what_stood_before_the_chain_is_not_rewritten_outside_whichever_way_it_is_changed(written, explained, cast):  # noqa: F811
    document = written(**EXEMPT)
    one = explained(document)
    for model in (NormativeDocument, Interpretation):  # as the migration found them: no copies
        model.objects.update(published_elsewhere="启用审核之前已公开", published_on=date(2022, 3, 2))
    actions.repeal(document, on=date(2022, 9, 1), reason="清理决定", by=cast.coordinator)
    for item in (document, one):
        registers.change(register_of(item), item, by=cast.clerk, title="没有人看过的名称")
        publishing.edit(type(item).objects.get(), by=cast.clerk, summary="没有人看过的摘要")
    shown = [content.shown(model.objects.public().get()) for model in (NormativeDocument, Interpretation)]
    assert [(seen.title, seen.summary) for seen in shown] == [(document.title, document.summary), (one.title, one.summary)]
    assert shown[0].repealed_on == date(2022, 9, 1), "废止是后来的事实"


@pytest.mark.slow
def test_a_policy_and_its_interpretation_go_out_from_the_bundle_page(client, cast, written, explained, looked):  # noqa: F811
    def at(person):
        client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
        return client

    document = written()
    reading = explained(document)
    keys = [f"documents.NormativeDocument:{document.pk}", f"documents.Interpretation:{reading.pk}"]
    assert "一件没有审核通过，就都不发布" in at(cast.clerk).get("/desk/reviewing/bundles/").content.decode()
    assert "至少要有两件" in at(cast.clerk).post("/desk/reviewing/bundles/", {"title": "扶持办法及解读", "items": keys[:1]}).content.decode()
    at(cast.clerk).post("/desk/reviewing/bundles/", {"title": "扶持办法及解读", "items": keys})
    bundle = Bundle.objects.get()
    page = f"/desk/reviewing/bundles/{bundle.pk}/"
    assert "还没有送审" in at(cast.clerk).get(page).content.decode()
    assert "请改正下面标出的地方" in at(cast.clerk).post(page, {"do": "submit", f"interpretation-{reading.pk}-channels": ["website"]}).content.decode()
    assert not Submission.objects.exists()
    both = {f"normativedocument-{document.pk}-channels": ["website"], f"interpretation-{reading.pk}-channels": ["website", "wechat"], f"interpretation-{reading.pk}-wechat_title": "三问三答"}
    at(cast.clerk).post(page, {"do": "submit", **both})
    assert sorted((one.kind, one.channels, one.titles) for one in Submission.objects.all()) == [
        ("documents.Interpretation", ["website", "wechat"], {"wechat": "三问三答"}), ("documents.NormativeDocument", ["website"], {}),
    ]  # fmt: skip
    assert 'value="三问三答"' in at(cast.clerk).get(page).content.decode()
    assert "一并发布</button>" not in at(cast.coordinator).get(page).content.decode()
    for item in bundles.members(bundle):
        looked(queries.standing(item._meta.label, item.pk).submission)
    assert "一并发布</button>" in at(cast.coordinator).get(page).content.decode()
    at(cast.coordinator).post(page, {"do": "release"})
    assert list(NormativeDocument.objects.public()) == [document] and list(Interpretation.objects.public()) == [reading]
    assert "已发布" in at(cast.clerk).get("/desk/reviewing/bundles/").content.decode()
    assert at(cast.clerk).post(page, {"do": "add", "item": f"documents.NormativeDocument:{document.pk + 99}"}).status_code == 404


def test_another_offices_bundle_does_not_exist_and_its_records_can_t_be_put_in(client, cast, written, explained):  # noqa: F811
    document = written()
    bundle = bundles.make(document.office, title="扶持办法及解读", items=[document, explained(document)], by=cast.clerk)
    stranger = UserFactory(office=OfficeFactory(name="青禾市商务局"), role=Role.COORDINATOR)
    client.force_login(stranger, backend="gongkai.accounts.backends.PostBackend")
    assert client.get(f"/desk/reviewing/bundles/{bundle.pk}/").status_code == 404
    assert "扶持办法" not in client.get("/desk/reviewing/bundles/").content.decode()
    client.post("/desk/reviewing/bundles/", {"title": "借道", "items": [f"documents.NormativeDocument:{document.pk}", "x"]})
    assert Bundle.objects.count() == 1


# -- Imports ------------------------------------------------------------------------------------------------------------


def test_an_import_is_no_way_around_the_chain(cast):  # noqa: F811
    """Whoever may not declare a publication can't bring one in; without a day of publication anyone's rows are drafts."""
    facts = {"office": cast.room.office, "section": cast.room, "title": "扶持办法", "number": "青工信规〔2021〕1号", "kind": "normative", "signed_on": date(2021, 3, 1), "body": "<p>第一条</p>"}
    register, out = get_register("documents"), {"published_on": date(2021, 3, 2), **EXEMPT}
    refused(lambda: registers.bring_in(register, [NormativeDocument(**facts, **out)], by=cast.head, office_id=cast.room.office_id), "published")
    assert not NormativeDocument.objects.exists()
    registers.bring_in(register, [NormativeDocument(**facts)], by=cast.head, office_id=cast.room.office_id)
    assert not NormativeDocument.objects.public().exists()
    registers.bring_in(register, [NormativeDocument(**facts | {"title": "旧办法", "number": "青工信规〔2021〕2号"}, **out)], by=cast.coordinator, office_id=cast.room.office_id)
    assert [d.title for d in NormativeDocument.objects.public()] == ["旧办法"]


@pytest.mark.slow
def test_the_sheet_names_what_goes_out_with_it(written, explained, cast):  # noqa: F811
    document = written()
    alone, one = chain.submit(document, by=cast.clerk), explained(document)
    bundle = bundles.make(document.office, title="扶持办法及解读", items=[document, one], by=cast.clerk)
    sent = bundles.submit(bundle, by=cast.clerk)
    assert queries.companions(sent[0]) == ["政策解读《一图读懂〈扶持办法〉》"] and queries.companions(sent[1]) == ["政策文件《扶持办法》"]
    assert queries.companions(alone) == [], "送审在前的一稿没有绑定"
    printed = re.sub(r"\s+", "", "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(sheet_pdf.write(sent[0], []))))
    assert "绑定发布" in printed and "政策解读《一图读懂〈扶持办法〉》" in printed
    assert "绑定发布" not in "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(sheet_pdf.write(alone, [])))


def test_what_explains_a_document_does_not_tell_how_it_is_being_rewritten(written, explained, cast):  # noqa: F811
    document = written(**EXEMPT)
    actions.declare(document, on=date(2022, 3, 2), where="原网站", by=cast.coordinator)
    one = explained(document)
    registers.change(get_register("documents"), document, by=cast.clerk, title="还没有放行的新名称")
    sent = chain.submit(Interpretation.objects.get(pk=one.pk), by=cast.clerk)
    assert sent.content["document"] == "《扶持办法》（青工信规〔2022〕1号）"
    actions.declare(one, on=date(2022, 3, 2), where="原网站", by=cast.coordinator)
    (found,) = searchables.produce_interpretations(document.office_id)
    assert "解读的文件：《扶持办法》" in found.body and "还没有放行" not in found.body
