"""Every kind that the chain lets out goes to WeChat as articles do: chosen when it is sent, counted by its receipt, taken back with the page."""

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from gongkai.benefits.models import BenefitPolicy
from gongkai.channels import actions as carrying
from gongkai.channels.models import Delivery
from gongkai.channels.rules import State
from gongkai.documents.models import Interpretation, NormativeDocument
from gongkai.evidence import queries as evidence
from gongkai.files.actions import keep
from gongkai.files.checks import ATTACHABLE
from gongkai.guides.models import Guide, Matter
from gongkai.publishing import actions as publishing
from gongkai.publishing.models import ChannelPost
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from gongkai.reviewing import actions as chain
from gongkai.reviewing import bundles, sheet_pdf
from gongkai.reviewing import queries as reviewing
from gongkai.reviewing.rules import State as Chain
from gongkai.reviewing.rules import Step
from gongkai.sitebuild.actions import build, follow
from gongkai.sockets import Scope
from tests.documents import test_chain as documents
from tests.documents.test_chain import EXEMPT, explained, refused, written  # noqa: F401
from tests.factories.publishing import ColumnFactory
from tests.reviewing.conftest import article, cast, looked, office  # noqa: F401  the people of the chain

from .conftest import platform, png  # noqa: F401
from .standin import APP_ID, SECRET

passed_policy = documents.looked
pytestmark = pytest.mark.django_db
BOTH = ["website", "wechat"]


@pytest.fixture
def account(cast, platform):  # noqa: F811
    cover = keep(ContentFile(png("blue"), name="fengmian.png"), office=cast.room.office, by=cast.coordinator, allowed=ATTACHABLE)
    return carrying.keep_account(
        cast.room.office, by=cast.coordinator, name="青禾工信", app_id=APP_ID, app_secret=SECRET, api_base=platform.address, author="市工信局", enabled=True, cover=cover
    )


@pytest.fixture
def kinds(cast, written, explained):  # noqa: F811
    """One of each kind, by its register."""
    facts = {"office": cast.room.office, "section": cast.room}
    column = ColumnFactory(office=cast.room.office, name="办事指南", slug="bszn", column_type="service")
    document = written(**EXEMPT)
    matter = registers.create(get_register("matters"), Matter(name="技改项目备案", kind="filing", code="1", basis="条例", listed_on=date(2020, 1, 1), **facts), by=cast.clerk)
    texts = {"conditions": "<p>在本市登记。</p>", "materials": "<p>备案表</p>", "steps": "<p>网上提交</p>"}
    return {
        "documents": document, "interpretations": explained(document),
        "benefit-policies": registers.create(get_register("benefit-policies"), BenefitPolicy(name="奖补政策", issuer="市工信局", support="reward", standard="最高50万元", phone="0000-8800001", **facts), by=cast.clerk),
        "guides": registers.create(get_register("guides"), Guide(title="备案指南", matter=matter, column=column, phone="0000-8800001", **texts, **facts), by=cast.clerk),
    }  # fmt: skip


def put_out(item, cast, looked, passed_policy, **sent):  # noqa: F811
    submission = chain.submit(item, by=cast.clerk, **sent)
    (passed_policy if submission.content_class == "policy" else looked)(submission)
    chain.release(submission, by=cast.coordinator)
    return submission


def carry_on(times: int = 6) -> None:
    for n in range(times):
        carrying.work_due(now=timezone.now() + timedelta(minutes=2 * n))


CASES = [
    pytest.param("documents", "policy", ["第一条", "文号：青工信规〔2022〕1号"], id="文件"), pytest.param("interpretations", "interpretation", ["背景", "所解读的文件：《扶持办法》"], id="解读"),
    pytest.param("benefit-policies", "policy", ["最高50万元", "联系电话：0000-8800001"], id="惠企政策"), pytest.param("guides", "other", ["备案表", "联系电话：0000-8800001"], id="指南"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "category", "words"), CASES)
def test_it_is_posted_once_counted_by_its_receipt_and_taken_back(kinds, cast, looked, passed_policy, account, platform, slug, category, words):  # noqa: F811
    if slug == "interpretations":
        put_out(kinds["documents"], cast, looked, passed_policy)
    item = kinds[slug]
    submission = put_out(item, cast, looked, passed_policy, channels=BOTH)
    delivery = Delivery.objects.carrying(item).get(channel="wechat")
    assert (delivery.digest, delivery.category, delivery.submission) == (submission.digest, category, submission.pk)
    assert all(word in delivery.content["html"] for word in words) and delivery.reviews.count(None) == 0
    assert not ChannelPost.objects.filter(channel="wechat").exists(), "没有回执不算篇次"
    carry_on()
    delivery.refresh_from_db()
    posts = ChannelPost.objects.filter(channel="wechat")
    assert delivery.state is State.CONFIRMED and len(platform.out()) == 1 and [post.title for post in posts] == [delivery.title]
    today = timezone.localdate()
    counted = evidence.compute(Scope.of_year(item.office_id, today.year, today), ["publishing.wechat_posts", "publishing.posts"])
    assert counted["publishing.wechat_posts"].number == int(category != "other") and counted["publishing.posts"].number == 1
    assert all(claim.held == 1 for claim in counted["publishing.posts"].claims.values()), "三审和保密审查都在发布记录上"
    chain.withdraw(item, by=cast.coordinator, reason="表述有误")
    carry_on()
    delivery.refresh_from_db()
    assert delivery.state is State.WITHDRAWN and not platform.out() and posts.count() == 1


@pytest.mark.parametrize(("slug", "category", "words"), CASES)
def test_the_channels_are_chosen_when_it_is_sent_and_another_choice_is_reviewed_anew(kinds, cast, passed_policy, looked, slug, category, words):  # noqa: F811
    item = kinds[slug]
    first = chain.submit(item, by=cast.clerk)
    assert first.channels == ["website"]
    (passed_policy if first.content_class == "policy" else looked)(first, Step.FIRST)
    again = chain.submit(item, by=cast.clerk, channels=BOTH)
    assert again.digest != first.digest and reviewing.standing_of(again).chain.state is Chain.AT_FIRST
    refused(lambda: chain.submit(item, by=cast.clerk, channels=["gazette"]), "no_channel")


@pytest.mark.slow
def test_in_a_bundle_each_keeps_the_channels_and_the_title_it_was_sent_for(kinds, cast, passed_policy):  # noqa: F811
    document, one = kinds["documents"], kinds["interpretations"]
    chain.submit(one, by=cast.clerk, channels=BOTH, titles={"wechat": "三问三答"})
    bundle = bundles.make(document.office, title="办法及解读", items=[document, one], by=cast.clerk)
    sent = {submission.kind: submission for submission in bundles.submit(bundle, by=cast.clerk)}
    assert sent["documents.NormativeDocument"].channels == ["website"]
    assert (sent["documents.Interpretation"].channels, sent["documents.Interpretation"].titles) == (BOTH, {"wechat": "三问三答"})
    for submission in sent.values():
        passed_policy(submission)
    bundles.release(bundle, by=cast.coordinator)
    assert sorted((d.kind, d.channel, d.title) for d in Delivery.objects.all()) == [
        ("documents.Interpretation", "website", "一图读懂《扶持办法》"), ("documents.Interpretation", "wechat", "三问三答"), ("documents.NormativeDocument", "website", "扶持办法"),
    ]  # fmt: skip


@pytest.mark.slow
def test_a_title_too_long_for_the_platform_is_told_and_another_is_reviewed_with_the_copy(kinds, cast, passed_policy, account, platform):  # noqa: F811
    document = registers.change(get_register("documents"), kinds["documents"], by=cast.clerk, title="青禾市工业和信息化局关于印发《青禾市技术改造专项资金管理办法》的通知")
    refused(lambda: chain.submit(document, by=cast.clerk, channels=BOTH), "title_too_long")
    refused(lambda: chain.submit(document, by=cast.clerk, channels=BOTH, titles={"wechat": "绝密★启用前"}), "screened", "screened_title")
    first = chain.submit(document, by=cast.clerk, channels=BOTH, titles={"wechat": "技改资金管理办法来了", "website": "不发的渠道也可以有"})
    passed_policy(first, Step.FIRST)
    submission = chain.submit(document, by=cast.clerk, channels=BOTH, titles={"wechat": "技改资金管理办法公布"})
    assert reviewing.standing_of(submission).chain.state is Chain.AT_FIRST, "换了标题，重新审核"
    passed_policy(submission)
    chain.release(submission, by=cast.coordinator)
    carry_on()
    assert [one["title"] for one in platform.out()] == ["技改资金管理办法公布"] == list(ChannelPost.objects.values_list("title", flat=True))
    assert reviewing.channels_said(submission) == "网站、微信公众号（标题《技改资金管理办法公布》）" and sheet_pdf.write(submission, [])


def test_a_document_of_an_original_alone_has_nothing_to_post(kinds, cast):  # noqa: F811
    document = registers.change(get_register("documents"), kinds["documents"], by=cast.clerk, body=NormativeDocument._meta.get_field("body").to_python(""))
    refused(lambda: chain.submit(document, by=cast.clerk, channels=BOTH), "no_content")
    assert chain.submit(document, by=cast.clerk).channels == ["website"]


def test_what_a_person_recorded_as_posted_is_not_posted_again(kinds, cast, looked, passed_policy):  # noqa: F811
    document = kinds["documents"]
    ChannelPost.objects.create(office=document.office, channel="wechat", category="policy", title="扶持办法", posted_on=date(2022, 3, 2))
    put_out(document, cast, looked, passed_policy, channels=BOTH)
    assert [d.channel for d in Delivery.objects.all()] == ["website"]


def test_what_a_person_posted_under_the_channel_s_own_title_is_not_posted_again(kinds, cast, looked, passed_policy):  # noqa: F811
    document = kinds["documents"]
    post = {"office": document.office, "category": "policy", "posted_on": date(2022, 3, 2), "title": "技改资金管理办法来了"}
    ChannelPost.objects.create(channel="wechat", **post)
    ChannelPost.objects.create(channel="website", **post)  # something else on the site, which is called there by its own name
    put_out(document, cast, looked, passed_policy, channels=BOTH, titles={"wechat": "技改资金管理办法来了"})
    assert [d.channel for d in Delivery.objects.all()] == ["website"]


def test_what_was_recorded_as_posted_is_not_posted_again_though_its_first_copy_was_not_let_out(kinds, cast, looked, passed_policy):  # noqa: F811
    document = kinds["documents"]
    ChannelPost.objects.create(office=document.office, channel="wechat", category="policy", title="扶持办法", posted_on=date(2022, 3, 2))
    chain.submit(document, by=cast.clerk)
    put_out(document, cast, looked, passed_policy, channels=BOTH)
    assert [d.channel for d in Delivery.objects.all()] == ["website"]


@pytest.mark.slow
def test_the_website_confirms_a_document_though_its_draft_was_written_on_since(kinds, cast, looked, passed_policy, settings, tmp_path):  # noqa: F811
    settings.HOME = tmp_path
    document = kinds["documents"]
    document.office.website = "https://gxj.qinghe.example/"
    document.office.save()
    build(document.office)
    put_out(document, cast, looked, passed_policy)
    publishing.edit(NormativeDocument.objects.get(), by=cast.clerk, title="正在修改的名称")
    follow(document.office)
    carry_on()
    delivery = Delivery.objects.get()
    assert delivery.state is State.CONFIRMED and delivery.url == f"https://gxj.qinghe.example/documents/0/{document.pk}.html"
    assert list(ChannelPost.objects.values_list("title", "category")) == [("扶持办法", "policy")]
    assert Interpretation.objects.count() == 1
