"""Out by WeChat over a real connection: once, whatever the platform does."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from gongkai.audit.models import Entry
from gongkai.channels import actions, wechat
from gongkai.channels.models import ChannelAccount, Delivery
from gongkai.channels.rules import State
from gongkai.jobs.actions import run_due
from gongkai.law.refusals import Refused
from gongkai.publishing.models import ChannelPost

from .conftest import DIGEST, HTML, PICTURE, png
from .standin import SECRET

pytestmark = pytest.mark.django_db


def go(delivery, steps: int = 1, later: timedelta = timedelta()) -> Delivery:
    """So many steps, each as if its time had come."""
    for _ in range(steps):
        delivery.refresh_from_db()
        if delivery.next_at is None:
            break
        actions.deliver(delivery.pk, now=max(delivery.next_at, timezone.now()) + later)
    delivery.refresh_from_db()
    return delivery


def verbs(delivery) -> list[str]:
    return list(Entry.objects.filter(subject_kind="channels.Delivery", subject_id=str(delivery.pk)).order_by("id").values_list("verb", flat=True))


def test_an_item_goes_out_and_its_receipt_is_counted(account, give, platform, article, reviewed):
    (delivery,) = give()
    assert delivery.state is State.WAITING and not platform.calls
    assert go(delivery, 1).state is State.SENT and not ChannelPost.objects.exists()
    go(delivery, 1)
    (out,) = platform.out()
    assert out["title"] == delivery.title and out["author"] == "市工信局" and out["digest"] == "三类奖补一图看懂"
    assert delivery.state is State.CONFIRMED and delivery.receipt in platform.published and delivery.url.startswith("http://mp.weixin.qq.com/")
    post = ChannelPost.objects.get()
    assert (post.channel, post.article, post.title, post.receipt, post.category) == ("wechat", article, delivery.title, delivery.receipt, "policy")
    assert [review.by for review in post.reviews] == [pair[0].pk for pair in reviewed[:3]] and post.secrecy_review == reviewed.secrecy
    assert post == delivery.post and delivery.next_at is None
    assert verbs(delivery) == ["channels.asked", "channels.sent", "channels.confirmed"]


def test_every_picture_is_replaced_by_the_platforms_own(account, give, platform):
    go(give()[0], 2)
    (out,) = platform.out()
    (url,) = platform.pictures
    assert PICTURE not in out["content"] and f'src="{url}"' in out["content"] and platform.pictures[url] == png()
    assert list(platform.covers.values()) == [png("blue")]


def test_a_picture_of_somewhere_else_is_refused_before_anything_is_sent(account, give, platform):
    with pytest.raises(Refused, match="evil.example"):
        give(html=HTML + '<img src="https://evil.example/x.png">')
    with pytest.raises(Refused, match="没有地址"):
        give(html=HTML + '<img src="data:image/png;base64,AAAA">')
    assert not Delivery.objects.exists() and not platform.calls


def test_what_the_platform_would_not_take_is_said_at_once(account, give):
    with pytest.raises(Refused, match="标题有33个字"):
        give(title="惠" * 33)
    with pytest.raises(Refused, match="少于20000个字符"):
        give(html="<p>" + "策" * 20_000 + "</p>")


def test_a_second_click_finds_the_first(account, give, platform):
    assert give() == give()
    go(give()[0], 2)
    assert give()[0].state is State.CONFIRMED and len(platform.out()) == 1 and ChannelPost.objects.count() == 1


def test_a_token_that_runs_out_in_the_middle_is_renewed(account, give, platform):
    (delivery,) = give()
    go(delivery)
    platform.expire_tokens()
    assert go(delivery).state is State.CONFIRMED
    assert platform.calls["cgi-bin/stable_token"] == 2


def test_a_token_is_kept_until_its_time_and_asked_for_again_after_it(account, give, platform):
    go(give()[0], 2)
    assert platform.calls["cgi-bin/stable_token"] == 1
    ChannelAccount.objects.update(token_until=timezone.now() + wechat.SKEW / 2)  # by our clock nearly up
    (other,) = give(digest="b" * 64)
    go(other)
    assert platform.calls["cgi-bin/stable_token"] == 2


def test_a_token_refused_though_in_force_is_forced_anew_once(account, give, platform):
    platform.before["draft/add"] = [40001]
    assert go(give()[0]).state is State.SENT
    forced = [body["force_refresh"] for key, body in platform.seen if key == "cgi-bin/stable_token"]
    assert forced == [False, False, True]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["drop", "slow", "500"])
def test_handed_in_but_no_answer_came_and_it_is_not_posted_twice(account, give, platform, monkeypatch, how):
    platform.after["freepublish/submit"] = [how]
    (delivery,) = give()
    with monkeypatch.context() as hurried:
        if how == "slow":
            hurried.setattr(wechat, "TIMEOUT", 1)
        go(delivery)
    assert delivery.state is State.WAITING and delivery.submit_asked_at and "先查询" in delivery.last_error
    go(delivery)
    assert delivery.state is State.CONFIRMED and delivery.receipt in platform.published
    assert len(platform.out()) == 1 and platform.calls["freepublish/submit"] == 1 and ChannelPost.objects.count() == 1


def test_no_answer_and_the_platform_takes_its_time(account, give, platform):
    platform.after["freepublish/submit"], platform.polls_until_out = ["drop"], 99
    (delivery,) = give()
    go(delivery, 3)
    assert platform.calls["freepublish/submit"] == 1 and not delivery.failed_at and delivery.last_error.startswith("已提交公众平台")
    (task,) = platform.tasks
    platform._finish(task)
    assert go(delivery).state is State.CONFIRMED and len(platform.out()) == 1


def test_never_taken_it_is_handed_in_again_after_a_while_as_the_same_draft(account, give, platform):
    platform.before["freepublish/submit"] = ["drop"]
    (delivery,) = give()
    go(delivery, 3)
    assert platform.calls["freepublish/submit"] == 1
    Delivery.objects.update(submit_asked_at=timezone.now() - timedelta(minutes=11))
    assert go(delivery, 2).state is State.CONFIRMED
    assert platform.calls["draft/add"] == 1 and len(platform.out()) == 1


def test_where_nothing_can_be_told_a_person_looks(account, give, platform):
    platform.fill(600)  # more than is read
    platform.before["freepublish/submit"] = ["drop"]
    (delivery,) = give()
    go(delivery)
    Delivery.objects.update(submit_asked_at=timezone.now() - timedelta(minutes=11))
    go(delivery)
    assert delivery.state is State.FAILED and "为免重复" in delivery.last_error and platform.calls["freepublish/submit"] == 1


def test_a_draft_made_without_an_answer_is_found_again(account, give, platform):
    platform.after["draft/add"] = ["drop"]
    (delivery,) = give()
    go(delivery)
    assert delivery.draft_asked_at and not delivery.draft_id
    go(delivery, 2)
    assert delivery.state is State.CONFIRMED and platform.calls["draft/add"] == 1 and not platform.drafts
    assert platform.calls["media/uploadimg"] == 1, "图片已经上传过"


def test_a_worker_killed_between_sending_and_recording(account, give, platform, monkeypatch):
    (delivery,) = give()
    monkeypatch.setattr(actions, "_record_outcome", lambda *args: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        actions.deliver(delivery.pk)
    monkeypatch.undo()
    delivery.refresh_from_db()
    assert delivery.state is State.WAITING and delivery.publish_id and actions.deliver(delivery.pk) is None, "别人还占着"
    go(delivery, 3, later=timedelta(minutes=6))
    assert delivery.state is State.CONFIRMED and len(platform.out()) == 1 and platform.calls["freepublish/submit"] == 1


@pytest.mark.slow
def test_a_failure_waits_longer_each_time_and_then_for_a_person(account, give, platform):
    platform.before["media/uploadimg"] = ["500"] * 20
    (delivery,) = give()
    waits = []
    for _ in range(8):
        delivery.refresh_from_db()
        at = max(delivery.next_at, timezone.now())
        actions.deliver(delivery.pk, now=at)
        delivery.refresh_from_db()
        waits.append(round((delivery.next_at - at).total_seconds() / 60) if delivery.next_at else None)
    assert waits == [1, 2, 4, 8, 16, 32, 60, None]
    assert delivery.state is State.FAILED and delivery.attempts == 8 and "HTTP 502" in delivery.last_error
    platform.before.clear()
    actions.retry(delivery, by=delivery.asked_by)
    assert go(delivery, 2).state is State.CONFIRMED


def test_the_limit_of_the_day_is_waited_out(account, give, platform):
    platform.before["draft/add"] = [45009]
    (delivery,) = give()
    go(delivery)
    assert delivery.state is State.WAITING and "次数上限" in delivery.last_error and delivery.next_at > timezone.now()
    assert go(delivery, 2).state is State.CONFIRMED


@pytest.mark.parametrize(("code", "said"), [(48001, "没有获得发布接口的权限"), (40164, "IP白名单"), (45003, "标题超过"), (99999, "错误码99999")])
def test_what_waiting_can_t_mend_goes_to_a_person_at_once(account, give, platform, code, said):
    platform.before["draft/add"] = [code]
    (delivery,) = give()
    go(delivery)
    assert delivery.state is State.FAILED and said in delivery.last_error and delivery.next_at is None


def test_a_slow_publication_is_asked_after_until_it_is_out(account, give, platform):
    platform.polls_until_out = 3
    (delivery,) = give()
    go(delivery, 3)
    assert delivery.state is State.SENT and not platform.out()
    assert go(delivery).state is State.CONFIRMED


def test_refused_for_its_content_and_sent_anew_after_a_person_acted(account, give, platform):
    platform.fail_status = 4
    (delivery,) = give()
    go(delivery, 2)
    assert delivery.state is State.FAILED and "平台审核不通过" in delivery.last_error and not ChannelPost.objects.exists()
    platform.fail_status = None
    actions.retry(delivery, by=delivery.asked_by)
    assert go(delivery, 2).state is State.CONFIRMED and len(platform.out()) == 1


def test_no_result_for_a_day_is_for_a_person(account, give, platform):
    platform.polls_until_out = 99
    (delivery,) = give()
    go(delivery)
    Delivery.objects.update(sent_at=timezone.now() - timedelta(hours=25))
    assert go(delivery).state is State.FAILED and "很久没有发布结果" in delivery.last_error


# -- Taking back, correcting -----------------------------------------------------------------------------------------------


def test_withdrawing_tells_the_platform_and_keeps_the_receipt(account, give, platform, article, coordinator):
    (delivery,) = give()
    go(delivery, 2)
    actions.withdraw(article, reason="附件有误", by=coordinator)
    delivery.refresh_from_db()
    assert delivery.state is State.WITHDRAWING and len(platform.out()) == 1
    go(delivery)
    assert delivery.state is State.WITHDRAWN and not platform.out() and delivery.withdraw_reason == "附件有误"
    assert ChannelPost.objects.count() == 1, "发过就是一篇次"
    with pytest.raises(Refused, match="已从微信公众号撤回"):
        give()


def test_withdrawing_what_was_not_sent_sends_nothing(account, give, platform, article, coordinator):
    (delivery,) = give()
    actions.withdraw(article, reason="不发了", by=coordinator)
    assert go(delivery).state is State.WITHDRAWN and not platform.calls


def test_withdrawing_while_the_platform_is_at_it_waits_and_then_deletes(account, give, platform, article, coordinator):
    platform.polls_until_out = 2
    (delivery,) = give()
    go(delivery)
    actions.withdraw(article, reason="不发了", by=coordinator)
    go(delivery, 3)
    assert delivery.state is State.WITHDRAWN and not platform.out() and ChannelPost.objects.count() == 1


def test_withdrawing_after_an_unclear_hand_in_finds_it_and_deletes_it(account, give, platform, article, coordinator):
    platform.after["freepublish/submit"] = ["drop"]
    (delivery,) = give()
    go(delivery)
    actions.withdraw(article, reason="不发了", by=coordinator)
    go(delivery, 2)
    assert delivery.state is State.WITHDRAWN and not platform.out() and ChannelPost.objects.count() == 1


def test_withdrawing_a_draft_deletes_the_draft(account, give, platform, article, coordinator):
    platform.before["freepublish/submit"] = [45009]
    (delivery,) = give()
    go(delivery)
    assert platform.drafts
    actions.withdraw(article, reason="不发了", by=coordinator)
    assert go(delivery).state is State.WITHDRAWN and not platform.drafts and not platform.out()


def test_a_deletion_without_an_answer_is_asked_after_not_repeated(account, give, platform, article, coordinator):
    (delivery,) = give()
    go(delivery, 2)
    platform.after["freepublish/delete"] = ["drop"]
    actions.withdraw(article, reason="附件有误", by=coordinator)
    assert go(delivery, 2).state is State.WITHDRAWN and platform.calls["freepublish/delete"] == 1


def test_a_correction_goes_out_before_the_old_text_goes(account, give, platform, article, coordinator, picture, reviewed):
    (old,) = give()
    go(old, 2)
    (new,) = actions.correct(
        article, reason="金额有误", title="惠企政策速递（更正）", html=HTML, files={PICTURE: picture}, digest="c" * 64, reviews=reviewed, by=coordinator
    )
    assert new.supersedes == old and new.category == "policy"
    go(new)
    old.refresh_from_db()
    assert old.state is State.CONFIRMED and len(platform.out()) == 2, "新稿确认以前旧稿不动"
    go(new)
    old.refresh_from_db()
    assert new.state is State.CONFIRMED and old.state is State.WITHDRAWING
    go(old)
    assert [out["title"] for out in platform.out()] == ["惠企政策速递（更正）"] and old.withdraw_reason == "金额有误"


def test_a_second_correction_before_the_first_is_out_takes_both_places(account, give, platform, article, coordinator, picture, reviewed):
    (old,) = give()
    go(old, 2)
    facts = dict(html=HTML, files={PICTURE: picture}, reviews=reviewed, by=coordinator)
    (first,) = actions.correct(article, reason="金额有误", title="更正一", digest="c" * 64, **facts)
    (second,) = actions.correct(article, reason="日期也有误", title="更正二", digest="d" * 64, **facts)
    first.refresh_from_db()
    assert first.state is State.WITHDRAWN and second.supersedes == first
    go(second, 2)
    go(old)
    assert [out["title"] for out in platform.out()] == ["更正二"] and old.state is State.WITHDRAWN


def test_a_correction_taken_back_leaves_the_old_text_to_be_corrected_again(account, give, platform, article, coordinator, picture, reviewed):
    (old,) = give()
    go(old, 2)
    facts = dict(html=HTML, files={PICTURE: picture}, reviews=reviewed, by=coordinator)
    (first,) = actions.correct(article, reason="金额有误", title="更正一", digest="c" * 64, **facts)
    actions.withdraw_one(first, reason="更正稿也有误", by=coordinator)
    (second,) = actions.correct(article, reason="金额有误", title="更正二", digest="d" * 64, **facts)
    assert second.supersedes == old


def test_an_unanswering_platform_does_not_keep_the_jobs_waiting(account, give, platform):
    for n in range(3):
        give(digest=f"{n}" * 64)
    assert len(actions.work_due(seconds=-1)) == 0 and len(actions.work_due()) == 3


def test_a_mark_of_classification_is_refused(account, give):
    with pytest.raises(Refused, match="密级标识"):
        give(html=HTML + "<p>机密★5年</p>")


def test_a_correction_that_is_the_same_is_refused(account, give, article, coordinator, picture, reviewed):
    give()
    with pytest.raises(Refused, match="内容相同"):
        actions.correct(article, reason="更正", title="惠企", html=HTML, files={PICTURE: picture}, digest=DIGEST, reviews=reviewed, by=coordinator)


# -- Two at once, and the clock ----------------------------------------------------------------------------------------------


def test_while_one_worker_holds_a_delivery_another_leaves_it(account, give, platform, monkeypatch):
    (delivery,) = give()
    inner = []
    add = wechat.Client.add_draft

    def meanwhile(self, article):
        inner.append(actions.deliver(delivery.pk))
        return add(self, article)

    monkeypatch.setattr(wechat.Client, "add_draft", meanwhile)
    go(delivery, 2)
    assert inner == [None] and len(platform.out()) == 1


def test_a_worker_that_slept_past_its_lease_stops(account, give, platform, monkeypatch):
    (delivery,) = give()
    add = wechat.Client.add_draft

    def taken_over(self, article):
        found = add(self, article)
        Delivery.objects.update(taken_by="another")
        return found

    monkeypatch.setattr(wechat.Client, "add_draft", taken_over)
    assert actions.deliver(delivery.pk) is None
    assert platform.calls["freepublish/submit"] == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_deliver_once(account, give, platform):
    (delivery,) = give()
    ready, said = threading.Barrier(2), []

    def worker():
        ready.wait()
        try:
            said.append(actions.deliver(delivery.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(s is None for s in said) == [False, True]
    assert platform.calls["draft/add"] == platform.calls["freepublish/submit"] == 1


@pytest.mark.slow
def test_the_timer_carries_it_out(account, give, platform):
    give()
    outcome = run_due()
    assert "渠道投递：办理1项投递" in outcome and platform.calls["freepublish/submit"] == 1


# -- Secrets -------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_secret_and_token_stand_nowhere_in_the_open(account, give, platform, caplog):
    caplog.set_level(0)
    platform.before["draft/add"], platform.after["freepublish/submit"] = ["drop", 40164, 99999], ["slow"]
    (delivery,) = give()
    for _ in range(6):
        go(delivery)
        if delivery.failed_at:
            actions.retry(delivery, by=delivery.asked_by)
    token = ChannelAccount.objects.get().token
    assert token in platform.tokens
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_secret, token FROM channels_channelaccount")
        stored = str(cursor.fetchall())
    told = str(list(Entry.objects.values())) + str(list(Delivery.objects.values())) + caplog.text + stored
    for secret in (SECRET, token):
        assert secret not in told
