"""Nothing goes out that was not seen as it is, by whichever door it tries."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from gongkai.accounts.models import Deputy
from gongkai.audit.models import Entry
from gongkai.law.refusals import Refused
from gongkai.publishing import pages, rules, searchables
from gongkai.publishing.actions import change_column, describe_site, weigh_attribute
from gongkai.publishing.models import Article, Publication, SecrecyReview
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from gongkai.reviewing import actions, queries
from gongkai.reviewing.models import Look, Release, Schedule, Submission
from gongkai.reviewing.rules import State, Step, Verdict
from gongkai.screening import queries as screening
from gongkai.screening.actions import dismiss
from gongkai.sockets import get_reviewable
from tests.factories.publishing import ColumnFactory

from .conftest import GATES, text

pytestmark = pytest.mark.django_db


def change(article, by, **values):
    return registers.change(get_register("articles"), Article.objects.get(pk=article.pk), by=by, **values)


def of_articles():
    """What the publication log tells of articles; opening a column is told too."""
    return Publication.objects.filter(kind="publishing.Article")


def refused(work, *codes):
    with pytest.raises(Refused) as caught:
        work()
    assert [o.code for o in caught.value.objections] == list(codes), [str(o) for o in caught.value.objections]


def test_an_article_goes_from_its_writer_through_four_people_to_the_outside(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    assert not Article.objects.public().exists()
    for step in (Step.SECRECY, Step.FIRST, Step.SECOND):
        looked(submission, step)
        refused(lambda: actions.release(submission, by=cast.coordinator), "not_reviewed", *([] if step else []))
    looked(submission, Step.THIRD)
    actions.release(submission, by=cast.coordinator)
    shown = Article.objects.public().get()
    assert shown.shown_submission == submission and shown.published_on == timezone.localdate()
    told = of_articles().get()
    assert told.deed == "published" and told.keys == sorted([f"article:{article.pk}", f"column:{article.column_id}"])
    review = SecrecyReview.objects.get()
    assert (review.title, review.reviewed_by, review.handled_by, review.submission) == (article.title, cast.secrecy, cast.clerk, submission)
    assert list(Entry.objects.filter(verb__startswith="reviewing.").order_by("pk").values_list("verb", flat=True)) == ["reviewing.submitted", *["reviewing.looked"] * 4, "reviewing.released"]


def test_what_was_edited_after_the_first_review_falls_though_the_others_approve(article, cast, looked):
    first = actions.submit(article, by=cast.clerk)
    looked(first, Step.FIRST)
    change(article, cast.clerk, body=text("请于4月30日前申报。"))
    second = actions.submit(article, by=cast.clerk)
    refused(lambda: looked(first, Step.SECOND), "superseded")
    refused(lambda: looked(second, Step.SECOND), "not_yet")
    assert queries.standing_of(second).chain.state is State.AT_FIRST
    refused(lambda: actions.release(first, by=cast.coordinator), "superseded")


def test_a_draft_written_on_after_approval_does_not_go_out(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    change(article, cast.clerk, title="夹带的标题", body=text("没有人看过的话。"))
    actions.release(submission, by=cast.coordinator)
    shown = Article.objects.public().get().shown_submission.content
    assert shown["title"] == "关于组织技改项目申报的通知" and "没有人看过" not in str(shown["blocks"])


def test_saving_without_a_change_resets_nothing(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission, Step.FIRST, Step.SECRECY)
    change(article, cast.clerk, title=article.title)
    refused(lambda: actions.submit(article, by=cast.clerk), "unchanged")
    assert queries.standing_of(submission).chain.state is State.AT_SECOND


def test_another_channel_is_another_content(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    wider = actions.submit(article, by=cast.clerk, channels=["website", "wechat"])
    assert queries.standing_of(wider).chain.state is State.AT_FIRST
    refused(lambda: actions.submit(article, by=cast.clerk, channels=[]), "no_channel")
    refused(lambda: actions.submit(article, by=cast.clerk, channels=["gazette"]), "no_channel")


def test_two_clicks_put_it_out_once(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    once, twice = (actions.release(submission, by=cast.coordinator) for _ in range(2))
    assert once == twice and Release.objects.count() == 1 and of_articles().count() == 1
    refused(lambda: actions.submit(article, by=cast.clerk), "released")


def test_a_second_click_on_pass_leaves_one_opinion(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission, Step.FIRST)
    refused(lambda: looked(submission, Step.FIRST), "passed")
    assert Look.objects.count() == 1


@pytest.mark.parametrize(("who", "step"), [
    ("clerk", Step.FIRST), ("other_head", Step.FIRST), ("head", Step.SECOND), ("coordinator", Step.THIRD), ("head", Step.SECRECY), ("superior", Step.FIRST),
    ("system", Step.FIRST), ("system", Step.SECRECY), ("stranger", Step.SECRECY),
])  # fmt: skip
def test_only_the_posts_of_the_template_look(article, cast, who, step):
    submission = actions.submit(article, by=cast.clerk)
    with pytest.raises(Refused) as caught:
        actions.look(submission, step=step, verdict=Verdict.PASS, by=getattr(cast, who), checklist=GATES)
    assert "no_post" in [o.code for o in caught.value.objections] and not Look.objects.exists()


def test_whoever_wrote_on_it_does_not_review_it(article, cast, looked):
    change(article, cast.coordinator, summary="协调员改过的摘要")
    submission = actions.submit(article, by=cast.clerk)
    looked(submission, Step.FIRST)
    refused(lambda: looked(submission, Step.SECOND), "own_work")
    looked(submission, Step.SECOND, by=cast.disclosure_head)


def test_one_person_with_two_posts_passes_once(article, cast, looked, office):
    Deputy.objects.create(post=cast.coordinator.posts.get(), user=cast.head, starts_on=timezone.localdate(), ends_on=timezone.localdate(), reason="公差")
    submission = actions.submit(article, by=cast.clerk)
    looked(submission, Step.FIRST)
    refused(lambda: looked(submission, Step.SECOND, by=cast.head), "same_person")


def test_a_deputy_acts_and_the_post_is_on_record(article, cast, looked):
    Deputy.objects.create(post=cast.head.posts.get(), user=cast.other_clerk, starts_on=timezone.localdate(), ends_on=timezone.localdate(), reason="公差")
    submission = actions.submit(article, by=cast.clerk)
    looked(submission, Step.FIRST, by=cast.other_clerk)
    assert Look.objects.get().acting_for == cast.head.posts.get()


def test_a_pass_answers_every_gate_and_a_return_says_why(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    refused(lambda: actions.look(submission, step=Step.FIRST, verdict=Verdict.PASS, by=cast.head, checklist={**GATES, "words": False}), "unchecked")
    refused(lambda: actions.look(submission, step=Step.FIRST, verdict=Verdict.RETURN, by=cast.head), "no_reason")
    actions.look(submission, step=Step.FIRST, verdict=Verdict.RETURN, by=cast.head, marks=[("blocks/0", "3月31日", "与文件不一致，应为4月30日"), ("title", "", " ")])
    assert list(submission.marks.values_list("path", "quote", "note")) == [("blocks/0", "3月31日", "与文件不一致，应为4月30日")]
    refused(lambda: looked(submission, Step.FIRST), "returned")
    again = actions.submit(article, by=cast.clerk)
    assert queries.standing_of(again).chain.state is State.AT_FIRST


def test_a_reviewers_own_change_carries_his_approval_and_asks_the_others(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission, Step.FIRST, Step.SECRECY)
    refused(lambda: actions.edit(submission, step=Step.SECOND, changes={"title": article.title}, by=cast.coordinator, checklist=GATES), "unchanged")
    edited = actions.edit(submission, step=Step.SECOND, changes={"title": "关于组织技术改造项目申报的通知"}, by=cast.coordinator, checklist=GATES)
    chain = queries.standing_of(edited).chain
    assert {stage.step: stage.state for stage in chain.stages} == {Step.FIRST: "reconfirm", Step.SECOND: "passed", Step.THIRD: "next", Step.SECRECY: "next"}
    looked(edited, Step.THIRD, Step.SECRECY)
    refused(lambda: actions.release(edited, by=cast.coordinator), "not_reconfirmed")
    refused(lambda: actions.look(edited, step=Step.FIRST, verdict=Verdict.RECONFIRM, by=cast.other_head), "no_post", "not_the_reviewer")
    actions.look(edited, step=Step.FIRST, verdict=Verdict.RECONFIRM, by=cast.head)
    actions.release(edited, by=cast.coordinator)
    assert Article.objects.public().get().shown_submission.content["title"] == "关于组织技术改造项目申报的通知"


def test_a_reviewers_change_does_not_carry_what_the_author_wrote_since(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission, Step.FIRST)
    change(article, cast.clerk, body=text("没有人看过的话。"))
    refused(lambda: actions.edit(submission, step=Step.SECOND, changes={"title": "改过的标题"}, by=cast.coordinator, checklist=GATES), "written_on")
    assert Submission.objects.count() == 1


def test_ticking_a_mark_of_classification_and_passing_is_refused(article, cast):
    submission = actions.submit(article, by=cast.clerk)
    refused(lambda: actions.look(submission, step=Step.SECRECY, verdict=Verdict.PASS, by=cast.secrecy, checklist={"bears_mark": True}), "not_clean")
    assert not Look.objects.exists() and not SecrecyReview.objects.exists()


# -- Emergency ---------------------------------------------------------------------------------------------------------


def test_an_emergency_waits_for_the_secrecy_review_and_one_leader_and_owes_the_rest(article, cast, looked):
    refused(lambda: actions.submit(article, by=cast.head, emergency=True), "no_reason")
    submission = actions.submit(article, by=cast.head, emergency=True, reason="台风预警")
    looked(submission, Step.THIRD)
    refused(lambda: actions.release(submission, by=cast.coordinator), "no_secrecy_review")
    looked(submission, Step.SECRECY)
    actions.release(submission, by=cast.coordinator)
    owed = queries.owed_standings(article.office_id)
    assert [at.chain.owed for at in owed] == [(Step.FIRST, Step.SECOND)]
    refused(lambda: looked(submission, Step.FIRST), "own_work")  # the head sent it: another reviews it
    looked(submission, Step.SECOND)


def test_a_clerk_declares_no_emergency(article, cast):
    with pytest.raises(PermissionDenied):
        actions.submit(article, by=cast.clerk, emergency=True, reason="想快一点")
    assert not Submission.objects.exists()


# -- Other doors -------------------------------------------------------------------------------------------------------


def test_the_clock_puts_out_what_was_approved(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    refused(lambda: actions.schedule(submission, release_at=timezone.now() - timedelta(minutes=1), by=cast.coordinator), "past")
    actions.schedule(submission, release_at=timezone.now() + timedelta(hours=1), by=cast.coordinator)
    looked(submission)
    assert actions.release_due(timezone.now()) == (0, 0) and not Release.objects.exists()
    later = timezone.now() + timedelta(hours=2)
    assert actions.release_due(later) == (1, 0) and actions.release_due(later) == (0, 0)
    assert Release.objects.get().way == "schedule" and Article.objects.public().exists()


def test_the_clock_does_not_put_out_what_was_edited_since_or_never_approved(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    actions.schedule(submission, release_at=timezone.now() + timedelta(hours=1), by=cast.coordinator)
    change(article, cast.clerk, title="改过的标题")
    actions.submit(article, by=cast.clerk)
    assert actions.release_due(timezone.now() + timedelta(hours=2)) == (0, 1)
    assert "又送审过" in Schedule.objects.get().outcome and not Article.objects.public().exists()


@pytest.mark.parametrize("who", ["clerk", "secrecy", "other_head", "superior", "system", "stranger"])
def test_who_may_not_release(article, cast, looked, who):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    with pytest.raises(PermissionDenied):
        actions.release(submission, by=getattr(cast, who))
    assert not Release.objects.exists()


def test_a_record_without_a_release_is_not_public_whatever_its_fields_say(article, cast):
    change(article, cast.clerk, published_on=timezone.localdate())
    Article.objects.update(live=True)
    assert not Article.objects.public().exists()


@pytest.mark.parametrize("table", ["submission", "look", "release"])
def test_what_was_said_is_not_changed_or_removed(article, cast, looked, table):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    actions.release(submission, by=cast.coordinator)
    for sql in (f"UPDATE reviewing_{table} SET id = id", f"DELETE FROM reviewing_{table}"):
        with pytest.raises(DatabaseError, match="不可"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_two_who_release_at_once_put_it_out_once(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    ready, made, troubles = threading.Barrier(2), [], []

    def press():
        try:
            ready.wait()
            made.append(actions.release(Submission.objects.get(pk=submission.pk), by=cast.coordinator).pk)
        except Exception as trouble:  # told below, with what it was
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not troubles and len(set(made)) == 1 and of_articles().count() == 1


# -- Taking back -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_was_taken_back_is_gone_says_why_and_is_reviewed_anew(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    refused(lambda: actions.withdraw(article, by=cast.coordinator, reason="内容有误"), "not_out")
    actions.release(submission, by=cast.coordinator)
    refused(lambda: actions.withdraw(article, by=cast.coordinator, reason=" "), "no_reason")
    actions.withdraw(article, by=cast.coordinator, reason="内容有误")
    assert not Article.objects.public().exists()
    gone = Article.objects.withdrawn().get()
    assert gone.withdraw_reason == "内容有误" and list(of_articles().order_by("number").values_list("deed", "reason")) == [("published", ""), ("withdrawn", "内容有误")]
    refused(lambda: actions.withdraw(article, by=cast.coordinator, reason="再来一次"), "not_out")
    again = actions.submit(article, by=cast.clerk)
    assert queries.standing_of(again).chain.state is State.AT_FIRST and not queries.standing_of(again).chain.approved
    looked(again)
    actions.release(again, by=cast.coordinator)
    assert Article.objects.public().get().withdrawn_on is None


def test_an_old_schedule_or_button_does_not_bring_back_what_was_taken_back(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    actions.release(submission, by=cast.coordinator)
    actions.withdraw(article, by=cast.coordinator, reason="内容有误")
    actions.release(submission, by=cast.coordinator)
    assert not Article.objects.public().exists()


def test_what_the_clock_may_not_put_out_does_not_hold_up_the_others(article, cast, looked):
    first = actions.submit(article, by=cast.clerk)
    looked(first)
    actions.release(first, by=cast.coordinator)
    change(article, cast.clerk, title="更正后的通知")
    second = actions.submit(article, by=cast.clerk)
    looked(second)
    actions.schedule(second, release_at=timezone.now() + timedelta(hours=1), by=cast.coordinator)
    actions.withdraw(article, by=cast.coordinator, reason="内容有误")
    assert actions.release_due(timezone.now() + timedelta(hours=2)) == (0, 1)
    assert "撤回" in Schedule.objects.get().outcome and not Article.objects.public().exists()


def test_a_column_changed_after_the_approval_wants_a_new_review(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    change(article, cast.clerk, column=ColumnFactory(office=article.office, slug="dongtai", name="工作动态", column_type="news"))
    refused(lambda: actions.release(submission, by=cast.coordinator), "moved")
    assert not Release.objects.exists()


def test_what_was_taken_back_may_be_withheld(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    actions.release(submission, by=cast.coordinator)
    held = rules.Weighing("withheld", "内部讨论", "影响小", "过程稿", timezone.localdate(), reason="讨论中的过程稿", ground="process")
    refused(lambda: weigh_attribute(article, held, by=cast.coordinator), "published")
    actions.withdraw(article, by=cast.coordinator, reason="内容有误")
    assert weigh_attribute(article, held, by=cast.coordinator).attribute == "withheld"


@pytest.mark.slow
def test_what_is_out_can_be_taken_back_while_a_correction_is_in_review(article, cast, looked, client):
    first = actions.submit(article, by=cast.clerk)
    looked(first)
    actions.release(first, by=cast.coordinator)
    change(article, cast.clerk, title="更正后的通知")
    second = actions.submit(article, by=cast.clerk)
    client.force_login(cast.coordinator)
    assert 'value="withdraw"' in client.get(reverse("reviewing:submission", args=[second.pk])).content.decode()


# -- Screening ---------------------------------------------------------------------------------------------------------


def test_what_screening_found_is_put_right_or_left_with_a_reason_before_review(article, cast):
    change(article, cast.clerk, body=text("2022年3月5日（星期五）前，联系电话13800138000。"))
    refused(lambda: actions.submit(article, by=cast.clerk), "screened")
    entry = get_reviewable("publishing.Article")
    item = Article.objects.get(pk=article.pk)
    _, found = queries.findings(item, entry, entry.gather(item).content, {})
    assert {"weekday", "mobile"} <= {finding.rule for finding in found}
    for finding in screening.standing(found):
        dismiss(finding, by=cast.clerk, reason="原文如此", record=item)
    assert actions.submit(article, by=cast.clerk).number == 1
    change(article, cast.clerk, body=text("2022年3月5日（星期四）前，联系电话13800138000。"))
    refused(lambda: actions.submit(article, by=cast.clerk), "screened")


def test_what_screening_asks_of_a_channel_s_own_title_is_put_right_or_left_as_of_any_other_words(article, cast):
    both, asked = ["website", "wechat"], {"wechat": "2022年3月5日（星期五）起申报"}
    refused(lambda: actions.submit(article, by=cast.clerk, channels=both, titles=asked), "screened", "screened_title")
    assert actions.submit(article, by=cast.clerk, channels=["website"], titles=asked).titles == {}, "不发公众号的，标题不用"
    entry = get_reviewable("publishing.Article")
    _, found = queries.findings(article, entry, entry.gather(article).content, asked)
    (finding,) = screening.standing(found)
    assert (finding.rule, finding.path, finding.label) == ("weekday", "titles/wechat", "微信公众号标题")
    dismiss(finding, by=cast.clerk, reason="原文如此", record=article)
    assert actions.submit(article, by=cast.clerk, channels=both, titles=asked).titles == asked


def test_a_pass_over_trade_secrets_or_privacy_says_on_what_grounds(article, cast):
    submission = actions.submit(article, by=cast.clerk)
    refused(lambda: actions.look(submission, step=Step.SECRECY, verdict=Verdict.PASS, by=cast.secrecy, checklist={"privacy": True}), "no_grounds")
    actions.look(submission, step=Step.SECRECY, verdict=Verdict.PASS, by=cast.secrecy, checklist={"privacy": True, "reason": "本人书面同意公开"})
    review = SecrecyReview.objects.get()
    assert review.privacy and review.reason == "本人书面同意公开"


def test_what_became_policy_after_its_approval_is_reviewed_anew(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    Article.objects.filter(pk=article.pk).update(kind="people")
    refused(lambda: actions.release(submission, by=cast.coordinator), "class_changed")


@pytest.mark.slow
def test_a_withdrawal_is_of_what_is_out_and_what_was_under_review_falls_with_it(article, cast, looked):
    first = actions.submit(article, by=cast.clerk)
    looked(first)
    actions.release(first, by=cast.coordinator)
    change(article, cast.clerk, title="更正后的标题")
    second = actions.submit(article, by=cast.clerk)
    looked(second)
    gone = actions.withdraw(article, by=cast.coordinator, reason="内容有误")
    assert gone.submission == first
    refused(lambda: actions.release(second, by=cast.coordinator), "withdrawn")
    third = actions.submit(article, by=cast.clerk)
    assert third.afresh and queries.standing_of(third).chain.state is State.AT_FIRST
    looked(third)
    actions.release(third, by=cast.coordinator)
    assert actions.withdraw(article, by=cast.coordinator, reason="又有误").submission == third


def test_a_column_renamed_after_the_approval_keeps_what_was_approved_for_it(article, cast, looked):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    change_column(article.column, by=cast.coordinator, name="工作动态")
    actions.release(submission, by=cast.coordinator)
    change_column(Article.objects.get().column, by=cast.coordinator, name="要闻")
    key = f"columnname:{article.column_id}"
    assert any(key in told.keys for told in Publication.objects.all())
    assert [found.column for found in searchables.find_in_renamed(article.office_id, [key])] == ["要闻"]


def test_a_page_bears_who_wrote_reviewed_and_signed_it_where_the_office_wants(article, cast, looked):
    describe_site(article.office, by=cast.coordinator, shows_credits=True)
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    actions.release(submission, by=cast.coordinator)
    article.refresh_from_db()
    assert article.shown.credits == [["撰稿", "许知禾"], ["审核", "周岚、季望舒"], ["审签", "霍启明"]]
    page = next(iter(pages.found(article.office_id, [article.path_of(article.pk)]))).render().decode()
    assert "撰稿：许知禾" in page and "审签：霍启明" in page and "credits" not in submission.content
