"""A benefit policy goes out as it was approved, with its document or after it, and off the site with a reason."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from gongkai.audit.models import Entry
from gongkai.benefits import actions, pages, queries
from gongkai.benefits.models import BenefitPolicy, BenefitUpdate
from gongkai.documents import actions as outward
from gongkai.documents.models import Interpretation, NormativeDocument
from gongkai.publishing.models import Article, Publication
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from gongkai.reviewing import actions as chain
from gongkai.reviewing import bundles
from gongkai.reviewing import queries as reviewing
from gongkai.reviewing.bundle_views import offered
from gongkai.reviewing.models import Release
from gongkai.reviewing.rules import State, Step
from gongkai.sockets import search_sources
from tests.documents.test_chain import explained, looked, refused, written  # noqa: F401
from tests.publishing.test_content import body
from tests.reviewing.conftest import article, cast, office  # noqa: F401  the people of the chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def entered(cast):  # noqa: F811
    def enter(**facts):
        facts = {
            "office": cast.room.office, "section": cast.room, "name": "青禾市技术改造奖补政策", "issuer": "青禾市工业和信息化局", "support": "reward",
            "standard": "每家最高50万元", "conditions": "在本市登记的工业企业",
        } | facts  # fmt: skip
        return registers.create(get_register("benefit-policies"), BenefitPolicy(**facts), by=cast.clerk)

    return enter


def page(policy: BenefitPolicy) -> str:
    found = [one for one in pages.found(policy.office_id, [policy.path_of(policy.pk)]) if one.path == policy.path_of(policy.pk)]
    if not found:
        return ""
    made = found[0].render()
    return made.decode() if isinstance(made, bytes) else made


def test_an_entry_nobody_reviewed_is_not_outside_whatever_the_updates_say(entered, cast):  # noqa: F811
    policy = entered(published_on=date(2022, 3, 1))
    update = BenefitUpdate(office=policy.office, section=policy.section, policy=policy, kind="added", updated_on=date(2022, 3, 2), platform="青禾惠企通")
    registers.create(get_register("benefit-updates"), update, by=cast.clerk)
    assert not BenefitPolicy.objects.public().exists() and page(policy) == ""


@pytest.mark.slow
def test_what_goes_out_is_the_approved_copy_and_the_update_enters_itself(entered, cast, looked):  # noqa: F811
    policy = entered()
    submission = chain.submit(policy, by=cast.clerk)
    refused(lambda: chain.release(submission, by=cast.coordinator), "not_reviewed", "no_secrecy_review")
    looked(submission)
    registers.change(get_register("benefit-policies"), policy, by=cast.clerk, standard="每家最高500万元")
    once, twice = (chain.release(submission, by=cast.coordinator) for _ in range(2))
    policy.refresh_from_db()
    shown = page(policy)
    assert once == twice and "每家最高50万元" in shown and "500万元" not in shown
    assert [(u.kind, u.updated_on, u.platform) for u in policy.updates.all()] == [("added", timezone.localdate(), f"{policy.office.name}网站")]
    assert policy.published_on == timezone.localdate() and queries.is_shown(policy)
    refused(lambda: registers.change(get_register("benefit-policies"), policy, by=cast.clerk, published_on=date(2022, 3, 1)), "day_stands")
    again = chain.submit(policy, by=cast.clerk)
    assert reviewing.standing_of(again).chain.state is State.AT_FIRST
    looked(again)
    chain.release(again, by=cast.coordinator)
    assert "每家最高500万元" in page(policy) and policy.updates.count() == 1, "同一天只登记一次"
    assert Publication.objects.filter(kind="benefits.BenefitPolicy").exclude(deed="touched").values_list("deed", flat=True)[::1] == ["published", "corrected"]


def test_what_was_edited_after_the_first_review_falls(entered, cast, looked):  # noqa: F811
    policy = entered()
    first = chain.submit(policy, by=cast.clerk)
    looked(first, Step.FIRST)
    registers.change(get_register("benefit-policies"), policy, by=cast.clerk, conditions="在本市登记的企业")
    assert reviewing.standing_of(chain.submit(policy, by=cast.clerk)).chain.state is State.AT_FIRST
    refused(lambda: chain.release(first, by=cast.coordinator), "superseded")


@pytest.mark.slow
def test_withdrawn_it_is_a_tombstone_off_the_platform_and_can_come_back_the_same_day(entered, cast, looked):  # noqa: F811
    policy = entered()
    submission = chain.submit(policy, by=cast.clerk)
    looked(submission)
    chain.release(submission, by=cast.coordinator)
    chain.withdraw(policy, by=cast.coordinator, reason="标准有误")
    assert "标准有误" in page(policy) and "50万元" not in page(policy) and not queries.is_listed(policy)
    assert [u.kind for u in policy.updates.order_by("pk")] == ["added", "removed"]
    again = chain.submit(policy, by=cast.clerk)
    refused(lambda: chain.release(again, by=cast.coordinator), "not_reviewed", "no_secrecy_review")
    looked(again)
    chain.release(again, by=cast.coordinator)
    assert "每家最高50万元" in page(policy) and queries.is_shown(BenefitPolicy.objects.get())


def test_an_expired_one_is_not_put_out(entered, cast, looked):  # noqa: F811
    policy = entered(expires_on=timezone.localdate() - timedelta(days=1))
    submission = chain.submit(policy, by=cast.clerk)
    looked(submission)
    refused(lambda: chain.release(submission, by=cast.coordinator), "expired")
    assert not BenefitUpdate.objects.exists()


@pytest.mark.slow
def test_policy_interpretation_questions_and_entry_go_out_together_or_not_at_all(written, explained, entered, article, cast, looked):  # noqa: F811
    document = written()
    policy = entered(document=document)
    submission = chain.submit(policy, by=cast.clerk)
    looked(submission)
    refused(lambda: chain.release(submission, by=cast.coordinator), "document_first")
    reading = explained(document)
    questions = body(("qa", [{"question": "谁可以申报？", "answer": "在本市登记的工业企业。"}]))
    registers.change(get_register("articles"), article, by=cast.clerk, body=Article._meta.get_field("body").to_python(questions))
    article.refresh_from_db()
    choices = {key for key, _ in offered(cast.clerk)}
    assert {f"benefits.BenefitPolicy:{policy.pk}", f"documents.NormativeDocument:{document.pk}", f"publishing.Article:{article.pk}"} <= choices
    bundle = bundles.make(document.office, title="扶持办法及配套", items=[document, reading, article, policy], by=cast.clerk)
    sent = {one.kind: one for one in bundles.submit(bundle, by=cast.clerk)}
    assert {"政策文件《扶持办法》", "惠企政策《青禾市技术改造奖补政策》"} < set(reviewing.companions(sent["publishing.Article"]))
    for kind, one in sent.items():
        if kind != "benefits.BenefitPolicy":
            looked(one) if kind.startswith("documents") else _article_looked(one, cast)
    refused(lambda: bundles.release(bundle, by=cast.coordinator), "not_reviewed", "no_secrecy_review")
    assert not Release.objects.exists() and not BenefitPolicy.objects.public().exists()
    looked(sent["benefits.BenefitPolicy"])
    bundles.release(bundle, by=cast.coordinator)
    for model, item in ((NormativeDocument, document), (Interpretation, reading), (Article, article), (BenefitPolicy, policy)):
        assert list(model.objects.public()) == [item]
    assert "《扶持办法》" in page(policy)


def _article_looked(submission, cast):  # noqa: F811
    from gongkai.reviewing.rules import Verdict
    from tests.reviewing.conftest import GATES

    for step, by in ((Step.FIRST, cast.head), (Step.SECOND, cast.coordinator), (Step.THIRD, cast.deputy), (Step.SECRECY, cast.secrecy)):
        chain.look(submission, step=step, verdict=Verdict.PASS, by=by, checklist={} if step is Step.SECRECY else GATES)


def test_what_stood_on_the_platform_before_is_declared_by_the_coordinator(entered, cast):  # noqa: F811
    policy = entered(published_on=date(2021, 3, 1))
    with pytest.raises(PermissionDenied):
        outward.declare(policy, on=date(2021, 3, 2), where="市惠企平台", by=cast.clerk)
    refused(lambda: outward.declare(policy, on=date(2021, 3, 2), where=" ", by=cast.coordinator), "no_place")
    outward.declare(policy, on=date(2021, 3, 2), where="市惠企平台", by=cast.coordinator)
    policy.refresh_from_db()
    assert policy.published_on == date(2021, 3, 1) and Entry.objects.latest("pk").verb == "documents.declared"
    assert list(BenefitPolicy.objects.public()) == [policy] and not queries.is_shown(policy), "未上平台的不显示"
    update = BenefitUpdate(office=policy.office, section=policy.section, policy=policy, kind="added", updated_on=date(2022, 3, 2), platform="青禾惠企通")
    registers.create(get_register("benefit-updates"), update, by=cast.clerk)
    assert "50万元" in page(policy)
    outward.take_back(policy, reason="标准有误", by=cast.coordinator)
    assert "标准有误" in page(policy) and "50万元" not in page(policy) and not queries.is_listed(policy)


def test_what_stood_before_the_chain_is_not_rewritten_outside_without_a_review(entered, cast, looked):  # noqa: F811
    policy = entered(published_on=date(2021, 3, 1))
    BenefitPolicy.objects.update(published_elsewhere="启用审核之前已公开")  # as the migration found it: no copy
    update = BenefitUpdate(office=policy.office, section=policy.section, policy=policy, kind="added", updated_on=date(2022, 3, 2), platform="青禾惠企通")
    registers.create(get_register("benefit-updates"), update, by=cast.clerk)
    assert "最高50万元" in page(policy)
    registers.change(get_register("benefit-policies"), policy, by=cast.clerk, standard="每家最高500万元")
    assert "最高50万元" in page(policy) and "500万元" not in page(policy)
    assert [one.summary for one in search_sources()["benefitpolicy"].produce(policy.office_id)] == ["每家最高50万元"]
    submission = chain.submit(policy, by=cast.clerk)
    looked(submission)
    chain.release(submission, by=cast.coordinator)
    assert "500万元" in page(policy)


def test_an_import_is_public_only_where_the_importer_may_say_so(cast):  # noqa: F811
    facts = {"office": cast.room.office, "section": cast.room, "issuer": "省工信厅", "support": "reward", "published_on": date(2021, 3, 1)}
    for by, name in ((cast.head, "科室导入的"), (cast.coordinator, "协调员导入的")):
        registers.bring_in(get_register("benefit-policies"), [BenefitPolicy(name=name, **facts)], by=by, office_id=cast.room.office_id)
    assert [policy.name for policy in BenefitPolicy.objects.public()] == ["协调员导入的"]


def test_search_finds_what_is_shown_and_follows_the_updates(entered, cast, looked):  # noqa: F811
    policy = entered(published_on=date(2022, 3, 1), published_elsewhere="市惠企平台", industries="制造业")

    def found(*keys):
        return [(one.title, one.validity) for one in search_sources()["benefitpolicy"].find(policy.office_id, keys)]

    update = BenefitUpdate(office=policy.office, section=policy.section, policy=policy, kind="added", updated_on=date(2022, 3, 2), platform="青禾惠企通")
    registers.create(get_register("benefit-updates"), update, by=cast.clerk)
    told = Publication.objects.filter(kind="benefits.BenefitUpdate").latest("number").keys
    assert f"benefitpolicy:{policy.pk}" in told and found(*told) == [("青禾市技术改造奖补政策", "有效")]
    assert "适用行业：制造业" in next(iter(search_sources()["benefitpolicy"].produce(policy.office_id))).body
    actions.take_down(policy, on=date(2022, 6, 1), reason="已被新办法取代", by=cast.head)
    assert found(f"benefitpolicy:{policy.pk}") == [] == list(search_sources()["benefitpolicy"].produce(policy.office_id))


@pytest.mark.slow
def test_a_withdrawal_is_not_held_up_by_the_register_and_a_release_shows_it_whatever_another_platform_did(entered, cast, looked):  # noqa: F811
    policy, today = entered(), timezone.localdate()

    def go_out():
        sent = chain.submit(policy, by=cast.clerk)
        looked(sent)
        chain.release(sent, by=cast.coordinator)

    def on_another(kind, on):
        update = BenefitUpdate(office=policy.office, section=policy.section, policy=policy, kind=kind, updated_on=on, platform="青禾惠企通", reason="暂停受理")
        registers.create(get_register("benefit-updates"), update, by=cast.clerk)

    go_out()
    on_another("added", today)
    on_another("removed", today)
    assert not queries.is_shown(policy)
    registers.change(get_register("benefit-policies"), policy, by=cast.clerk, standard="每家最高60万元")
    go_out()
    assert queries.is_shown(policy) and "60万元" in page(policy)
    on_another("adjusted", today + timedelta(days=1))
    chain.withdraw(policy, by=cast.coordinator, reason="标准有误")
    assert "标准有误" in page(policy) and not queries.is_shown(policy) and not queries.is_listed(policy)
