"""The desk of the channels: who sees and presses what, what is carried by hand, what is never shown."""

import io
import json
import zipfile
from datetime import date, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.channels import actions, ports
from gongkai.channels.commands import channels as command
from gongkai.channels.models import ChannelAccount, ChannelMedia, Delivery
from gongkai.channels.rules import State
from gongkai.law.refusals import Refused
from gongkai.publishing.models import ChannelPost
from gongkai.sockets import duty_sources, exits
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.publishing import ArticleFactory, SecrecyReviewFactory

from .conftest import HTML, PICTURE, png
from .standin import APP_ID, SECRET

pytestmark = pytest.mark.django_db
TABLE = HTML + "<table><tr><th>类别</th><th>金额</th></tr><tr><td>技改</td><td>3万元</td></tr></table>"


def duties(office, key):
    today = timezone.localdate()
    return [duty for duty in duty_sources()[key].produce(office.pk, today - timedelta(days=30), today) if duty.done_on is None]


def step(delivery):
    """One step, as if its time had come."""
    delivery.refresh_from_db()
    actions.deliver(delivery.pk, now=max(delivery.next_at or timezone.now(), timezone.now()))
    delivery.refresh_from_db()
    return delivery


@pytest.fixture
def by_hand(give):
    """No account is set up, so a person carries the WeChat text over."""
    (delivery,) = give()
    assert delivery.state is State.BY_HAND
    return delivery


# -- By hand -------------------------------------------------------------------------------------------------------------


def test_without_an_account_a_person_copies_and_types_the_receipt(by_hand, at, coordinator, office):
    browser = at(coordinator)
    text = browser.get(f"/desk/channels/{by_hand.pk}/copy/").content.decode()
    assert "data-copy=\"formatted\" hidden" in text and "Ctrl+C" in text and 'src="picture/0/"' in text and "规模以上" in text
    assert b"".join(browser.get(f"/desk/channels/{by_hand.pk}/copy/picture/0/").streaming_content) == png()
    assert [duty.subject for duty in duties(office, "channels.by_hand")] == [str(by_hand)]
    browser.post(f"/desk/channels/{by_hand.pk}/", {"verb": "confirm", "receipt": "mp-123", "url": "", "posted_on": timezone.localdate().isoformat()})
    by_hand.refresh_from_db()
    assert by_hand.state is State.CONFIRMED and ChannelPost.objects.get().receipt == "mp-123" and not duties(office, "channels.by_hand")


def test_the_zip_holds_the_text_and_its_pictures(by_hand, at, coordinator):
    answer = at(coordinator).get(f"/desk/channels/{by_hand.pk}/archive.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        names = packed.namelist()
        assert packed.read("图片1.png") == png() and 'src="图片1.png"' in packed.read(names[0]).decode()
    assert Entry.objects.filter(verb="channels.exported").count() == 1


def test_the_gazette_gets_a_word_file_and_its_receipt_is_issue_and_page(give, at, coordinator, office, article):
    (delivery,) = give(channels=["gazette"], html=TABLE)
    written = Document(io.BytesIO(at(coordinator).get(f"/desk/channels/{delivery.pk}/gazette.docx").content))
    assert [p.text for p in written.paragraphs if p.text] == [delivery.title, "一、扶持对象", "全市规模以上工业企业。"]
    assert [[cell.text for cell in row.cells] for row in written.tables[0].rows] == [["类别", "金额"], ["技改", "3万元"]]
    assert len(written.inline_shapes) == 1
    actions.confirm_by_hand(delivery, receipt="2022年第11期第4页", posted_on=date(2022, 11, 30), by=coordinator)
    assert ChannelPost.objects.get().posted_on == date(2022, 11, 30)
    actions.withdraw(article, reason="废止", by=coordinator)
    delivery.refresh_from_db()
    (duty,) = duties(office, "channels.by_hand")
    assert delivery.state is State.WITHDRAW_BY_HAND and duty.title == "通知公报编辑部更正或声明"
    at(coordinator).post(f"/desk/channels/{delivery.pk}/", {"verb": "note", "note": "已函告编辑部"})
    delivery.refresh_from_db()
    assert delivery.state is State.WITHDRAWN and delivery.withdraw_note == "已函告编辑部" and not duties(office, "channels.by_hand")


@pytest.mark.parametrize("file", ["gazette.docx", "archive.zip"])
def test_what_is_carried_over_by_hand_is_the_same_file_whenever_it_is_fetched(give, at, coordinator, file):
    (delivery,) = give(channels=["gazette" if file == "gazette.docx" else "wechat"])
    Delivery.objects.filter(pk=delivery.pk).update(asked_at=timezone.make_aware(datetime(2022, 11, 30, 9)))
    fetched = at(coordinator).get(f"/desk/channels/{delivery.pk}/{file}").content
    with zipfile.ZipFile(io.BytesIO(fetched)) as packed:
        assert {part.date_time for part in packed.infolist()} == {(2022, 11, 30, 0, 0, 0)}
    assert at(coordinator).get(f"/desk/channels/{delivery.pk}/{file}").content == fetched


def test_a_correction_of_what_is_printed_is_a_delivery_of_its_own(give, article, coordinator, picture, reviewed):
    (old,) = give(channels=["gazette"])
    actions.confirm_by_hand(old, receipt="2022年第11期", posted_on=date(2022, 11, 30), by=coordinator)
    (new,) = actions.correct(article, reason="金额有误", title="更正", html=HTML, files={PICTURE: picture}, digest="c" * 64, reviews=reviewed, by=coordinator)
    actions.confirm_by_hand(new, receipt="2022年第12期", posted_on=date(2022, 12, 1), by=coordinator)
    old.refresh_from_db()
    assert old.state is State.CONFIRMED and new.supersedes == old


# -- The website -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def site(monkeypatch):
    """What the site as built shows: digest to address."""
    shown = {}
    monkeypatch.setattr(ports, "_published", [lambda delivery: shown.get(delivery.digest)])
    return shown


def test_the_website_is_confirmed_when_it_is_built(give, site, article, coordinator):
    (delivery,) = give(channels=["website"])
    assert step(step(delivery)).state is State.SENT and not ChannelPost.objects.exists()
    site[delivery.digest] = "https://gxj.qinghe.example.cn/zc/7.html"
    assert step(delivery).state is State.CONFIRMED and ChannelPost.objects.get().url == site[delivery.digest]
    actions.withdraw(article, reason="内容过时", by=coordinator)
    assert step(delivery).state is State.WITHDRAWING, "网页还在"
    site.clear()
    assert step(delivery).state is State.WITHDRAWN


def test_a_corrected_page_takes_the_place_of_the_old_one(give, site, article, coordinator, picture, reviewed):
    (old,) = give(channels=["website"])
    site[old.digest] = "https://gxj.qinghe.example.cn/zc/7.html"
    step(step(old))
    (new,) = actions.correct(article, reason="更正", title="更正", html=HTML, files={PICTURE: picture}, digest="c" * 64, reviews=reviewed, by=coordinator)
    site[new.digest] = site.pop(old.digest)
    step(step(new))
    old.refresh_from_db()
    assert new.state is State.CONFIRMED and old.state is State.WITHDRAWN


def test_while_the_builder_is_not_plugged_in_the_website_waits(give, monkeypatch):
    monkeypatch.setattr(ports, "_published", [])
    (delivery,) = give(channels=["website"])
    step(step(delivery))
    assert delivery.state is State.SENT and delivery.attempts == 0 and "尚未接入" in delivery.last_error


# -- Released only as approved ---------------------------------------------------------------------------------------------


def test_nothing_goes_out_that_no_secrecy_review_lets_out(give, reviewed, office):
    for review in (None, SecrecyReviewFactory(office=office, withheld=True), SecrecyReviewFactory(office=office, referred=True)):
        with pytest.raises(Refused, match="保密审查"):
            give(reviews=reviewed._replace(secrecy=review))
    assert not Delivery.objects.exists()


def test_the_post_of_an_emergency_shows_what_is_missing(by_hand, give, reviewed, coordinator):
    (delivery,) = give(reviews=reviewed._replace(first=None, second=None), digest="d" * 64)
    actions.confirm_by_hand(delivery, receipt="x", posted_on=date(2022, 11, 30), by=coordinator)
    post = ChannelPost.objects.get()
    assert post.first_reviewed_by is None and post.third_reviewed_by == reviewed.third[0]


# -- Who may ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def others(office, section):
    """People to whom this delivery is none of their business."""
    elsewhere = OfficeFactory(name="青禾市商务局", short_name="市商务局")
    return [
        UserFactory(name="邻科", office=office, role=Role.CLERK, role__section=SectionFactory(office=office, name="信息化科")),
        UserFactory(name="外局", office=elsewhere, role=Role.COORDINATOR),
        UserFactory(name="系统", office=office, role=Role.SYSTEM_ADMIN), UserFactory(name="保密", office=office, role=Role.SECRECY),
    ]  # fmt: skip


@pytest.mark.slow
def test_others_see_neither_the_delivery_nor_that_there_is_one(by_hand, others, at):
    for person in others:
        browser = at(person)
        for address in ("", f"{by_hand.pk}/", f"{by_hand.pk}/copy/", f"{by_hand.pk}/archive.zip", f"{by_hand.pk}/copy/picture/0/"):
            answer = browser.get(f"/desk/channels/{address}")
            assert by_hand.title not in answer.content.decode(), (person.name, address)
            assert answer.status_code in ({200, 403} if not address else {403, 404})
        for verb in ("retry", "withdraw", "confirm", "note"):
            browser.post(f"/desk/channels/{by_hand.pk}/", {"verb": verb, "reason": "x", "note": "x", "receipt": "x", "posted_on": "2022-11-30"})
    by_hand.refresh_from_db()
    assert by_hand.state is State.BY_HAND and not ChannelPost.objects.exists()


def test_a_clerk_sees_and_types_receipts_but_does_not_withdraw(by_hand, section, office, at):
    browser = at(UserFactory(name="本科", office=office, role=Role.CLERK, role__section=section))
    text = browser.get(f"/desk/channels/{by_hand.pk}/").content.decode()
    assert "登记回执</button>" in text and "撤回</button>" not in text
    assert browser.post(f"/desk/channels/{by_hand.pk}/", {"verb": "withdraw", "reason": "x"}).status_code == 403
    by_hand.refresh_from_db()
    assert by_hand.withdraw_asked_at is None


def test_a_failure_is_told_owed_and_retried(account, give, platform, at, coordinator, office):
    platform.permitted = False
    (delivery,) = give()
    step(delivery)
    browser = at(coordinator)
    text = browser.get("/desk/channels/?state=FAILED").content.decode()
    assert "有1项投递停下来等人处理" in text and "没有获得发布接口的权限" in text
    assert [duty.subject for duty in duties(office, "channels.failed")] == [str(delivery)]
    platform.permitted = True
    browser.post(f"/desk/channels/{delivery.pk}/", {"verb": "retry"})
    assert not duties(office, "channels.failed") and step(step(delivery)).state is State.CONFIRMED
    assert "重试向微信公众号投递" in browser.get(f"/desk/channels/{delivery.pk}/").content.decode()


def test_a_failed_delivery_that_was_posted_by_hand_gets_its_receipt(account, give, platform, coordinator):
    platform.permitted = False
    (delivery,) = give()
    step(delivery)
    actions.confirm_by_hand(delivery, receipt="mp-9", posted_on=timezone.localdate(), by=coordinator)
    step(delivery)
    assert delivery.state is State.CONFIRMED and not platform.out(), "登记以后不再自动投递"
    assert actions.withdraw_one(delivery, reason="有误", by=coordinator).state is State.WITHDRAW_BY_HAND, "人发的由人撤"


def test_a_retry_after_a_look_makes_a_new_draft(account, give, platform, coordinator):
    platform.before["freepublish/submit"] = ["drop"]
    (delivery,) = give()
    step(delivery)
    Delivery.objects.update(submit_asked_at=timezone.now() - timedelta(minutes=11))
    platform.drafts.clear()  # somebody tidied the draft box
    assert step(delivery).state is State.FAILED
    actions.retry(delivery, by=coordinator)
    assert step(delivery).state is State.FAILED, "没有人核对过，不再提交"
    actions.retry(delivery, by=coordinator, anew=True)
    assert step(step(delivery)).state is State.CONFIRMED and len(platform.out()) == 1


def test_the_list_asks_as_often_for_three_rows_as_for_one(give, at, coordinator, office, section, django_assert_num_queries):
    browser = at(coordinator)
    give()
    browser.get("/desk/channels/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/desk/channels/")
    for n in range(3):
        give(ArticleFactory(office=office, section=section), digest=f"{n}" * 64)
    with django_assert_num_queries(len(one)):
        assert browser.get("/desk/channels/").content.decode().count("is-title") == 4


# -- The account -------------------------------------------------------------------------------------------------------------

FORM = {"name": "青禾工信", "app_id": APP_ID, "app_secret": SECRET, "api_base": "https://api.weixin.qq.com", "author": "", "enabled": "on"}


def test_the_secret_goes_in_and_never_comes_out(office, at, caplog):
    admin = UserFactory(name="系统", office=office, role=Role.SYSTEM_ADMIN)
    browser = at(admin)
    browser.post("/desk/channels/account/", {**FORM, "cover": SimpleUploadedFile("f.png", png())})
    account = ChannelAccount.objects.get()
    assert account.app_secret == SECRET and account.cover.kind == "png"
    pages = browser.get("/desk/channels/account/").content.decode() + browser.post("/desk/channels/account/", {**FORM, "app_id": "x"}).content.decode()
    assert SECRET not in pages and SECRET not in str(list(Entry.objects.values())) + caplog.text
    browser.post("/desk/channels/account/", {**FORM, "app_secret": "", "name": "青禾工信发布"})
    account.refresh_from_db()
    assert (account.name, account.app_secret) == ("青禾工信发布", SECRET), "留空即不改"


def test_the_secret_is_not_taken_to_another_address(account, office, coordinator, platform):
    ChannelMedia.objects.create(account=account, use="content", sha256="0" * 64, url="http://mmbiz.qpic.cn/1")
    facts = dict(name="青禾工信", app_id=APP_ID, author="", enabled=True)
    with pytest.raises(Refused, match="以免把密钥发往别处"):
        actions.keep_account(office, by=coordinator, app_secret="", api_base="https://evil.example", **facts)
    with pytest.raises(Refused, match="https开头"):
        actions.keep_account(office, by=coordinator, app_secret=SECRET, api_base="http://evil.example", **facts)
    assert account.media.count() == 1
    actions.keep_account(office, by=coordinator, app_secret=SECRET, api_base="https://proxy.qinghe.example.cn", **facts)
    assert not account.media.exists()


def test_only_the_keepers_reach_the_account(account, office, section, at):
    for person in (UserFactory(name="科员", office=office, role=Role.HEAD, role__section=section), UserFactory(name="保密", office=office, role=Role.SECRECY)):
        answer = at(person).post("/desk/channels/account/", {**FORM, "name": "改名"})
        assert answer.status_code == 403 and APP_ID not in answer.content.decode()
    account.refresh_from_db()
    assert account.name == "青禾工信"


# -- The prompt --------------------------------------------------------------------------------------------------------------


def test_status_and_retry_at_the_prompt(account, give, platform):
    platform.before["draft/add"] = [48001]
    (delivery,) = give()
    step(delivery)
    told = CliRunner().invoke(command, ["status"], standalone_mode=False)
    assert "失败，待处理1项" in told.output and "没有获得发布接口的权限" in told.output and told.return_value
    assert json.loads(CliRunner().invoke(command, ["status", "--json"], standalone_mode=False).output)["failed"][0]["id"] == delivery.pk
    dry = CliRunner().invoke(command, ["retry", str(delivery.pk), "--dry-run"], standalone_mode=False)
    delivery.refresh_from_db()
    assert str(delivery) in dry.output and delivery.state is State.FAILED
    CliRunner().invoke(command, ["retry", str(delivery.pk), "999999"], standalone_mode=False)
    delivery.refresh_from_db()
    assert delivery.state is State.SENT


def test_where_each_stands_the_database_and_the_rule_agree(account, give, platform, article, coordinator):
    give(channels=["wechat", "gazette", "weibo", "website", "other"])
    for number, delivery in enumerate(Delivery.objects.order_by("pk")):
        for _ in range(number):
            step(delivery)
    actions.withdraw_one(Delivery.objects.get(channel="other"), reason="x", by=coordinator)
    for delivery in Delivery.objects.all():
        assert [state for state in State if Delivery.objects.in_state(state).filter(pk=delivery.pk).exists()] == [delivery.state]


# -- What leaves -------------------------------------------------------------------------------------------------------------


def test_only_the_approved_text_leaves_by_the_channels(account, give, platform, coordinator, article):
    """A secret in every other text of a delivery and its account shows neither at the platform nor in the exit."""
    platform.before["draft/add"] = [45009]
    (delivery,) = give()
    step(delivery)
    hidden = {
        "last_error": "秘一", "withdraw_reason": "秘二", "withdraw_note": "秘三", "change_reason": "秘四", "kind": "秘五.X",
    }  # fmt: skip
    Delivery.objects.update(**hidden)
    article.remarks = "秘六"
    article.save()
    step(step(delivery))
    sent = json.dumps(platform.out(), ensure_ascii=False)
    (left,) = [content.decode() for _, content in exits()["channels.text"].walk(delivery.office_id)]
    assert delivery.title in sent and delivery.title in left and "规模以上" in left
    assert not [secret for secret in (*hidden.values(), "秘六", SECRET, ChannelAccount.objects.get().token) if secret in sent + left]
