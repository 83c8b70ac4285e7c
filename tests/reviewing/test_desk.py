"""The chain at the desk: reading, passing, returning, putting out, and who sees none of it."""

import re
from datetime import timedelta
from html import unescape

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from gongkai.publishing.models import Article
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from gongkai.reviewing import actions, queries
from gongkai.reviewing.models import Look, Release, ReviewTemplate, Schedule, Submission
from gongkai.reviewing.rules import Step

from .conftest import GATES, text

pytestmark = pytest.mark.django_db
TICKED = {f"gate_{key}": "on" for key in GATES}


@pytest.fixture
def sign_in(client):
    def as_(user):
        client.force_login(user, backend="gongkai.accounts.backends.PostBackend")
        return client

    return as_


def words(answer) -> str:
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", answer.content.decode())))


def page(submission) -> str:
    return reverse("reviewing:submission", args=[submission.pk])


def about(article) -> str:
    return reverse("reviewing:about", args=["publishing.Article", article.pk])


@pytest.mark.slow
def test_from_the_record_to_the_outside_by_the_pages(article, cast, sign_in):
    seen = sign_in(cast.clerk).get(about(article))
    assert "请于3月31日前申报" in words(seen)
    answer = sign_in(cast.clerk).post(about(article), {"channels": ["website"], "note": "请核对日期"}, follow=True)
    assert "已送审（第1次）" in words(answer)
    submission = Submission.objects.get()
    for who, step in ((cast.head, "first"), (cast.coordinator, "second"), (cast.deputy, "third")):
        mine = sign_in(who).get(reverse("reviewing:index"))
        assert article.title in words(mine), who
        answer = sign_in(who).post(page(submission), {"do": "pass", "step": step, "opinion": "同意", **TICKED}, follow=True)
        assert "已通过" in words(answer), who
    assert not sign_in(cast.coordinator).get(page(submission)).context["at"].chain.approved
    assert "先审查、后公开" in words(sign_in(cast.coordinator).post(page(submission), {"do": "release"}, follow=True))
    sign_in(cast.secrecy).post(page(submission), {"do": "pass", "step": "secrecy", "opinion": "可以公开"})
    answer = sign_in(cast.coordinator).post(page(submission), {"do": "release"}, follow=True)
    assert "发布的正是审核通过的这一稿" in words(answer) and Article.objects.public().count() == 1
    assert article.title in words(sign_in(cast.coordinator).get(reverse("reviewing:index") + "?show=out"))


@pytest.mark.slow
def test_what_was_found_in_the_wechat_title_is_shown_to_its_writer_and_to_the_reviewers(article, cast, sign_in):
    typed = {"channels": ["website", "wechat"], "wechat_title": "2022年3月5日（星期五）起申报", "note": "请看标题"}
    answer = sign_in(cast.clerk).post(about(article), typed)
    assert "微信公众号标题“2022年3月5日（星期五）”" in words(answer) and "筛查：1处待处理" in words(answer) and not Submission.objects.exists()
    (finding,) = answer.context["left"]
    # What the page sends along when it is left: the title is nowhere else yet.
    answer = sign_in(cast.clerk).post(about(article), {"do": "dismiss", "finding": finding.digest, "reason": "活动名称如此", **dict(answer.context["kept"]), "channels": typed["channels"]})
    assert "理由已记录" in words(answer) and not answer.context["left"] and answer.context["form"].initial == typed
    assert not re.search(r'class="[^"]*error', answer.content.decode()), "还没有送，不报错"
    sign_in(cast.clerk).post(about(article), typed)
    shown = words(sign_in(cast.head).get(page(Submission.objects.get())))
    assert "筛查所见（1处）" in shown and "许知禾于" in shown and "忽略：活动名称如此" in shown


def test_a_return_with_marks_shows_where_and_the_new_version_shows_what_changed(article, cast, sign_in):
    submission = actions.submit(article, by=cast.clerk)
    sign_in(cast.head).post(page(submission), {"do": "return", "step": "first", "path_0": "blocks/0", "quote_0": "3月31日", "note_0": "应为4月30日"})
    shown = sign_in(cast.clerk).get(page(submission))
    assert "“3月31日”应为4月30日" in words(shown) and "正文1" in words(shown)
    registers.change(get_register("articles"), Article.objects.get(), by=cast.clerk, body=text("请于4月30日前申报。"))
    again = actions.submit(article, by=cast.clerk)
    shown = sign_in(cast.head).get(page(again)).content.decode()
    assert "<del>3</del><ins>4</ins>月<del>31</del><ins>30</ins>日" in shown
    assert "这不是最新的一稿" in words(sign_in(cast.head).get(page(submission)))


def test_a_pass_with_a_gate_left_open_keeps_what_was_typed(article, cast, sign_in):
    submission = actions.submit(article, by=cast.clerk)
    answer = sign_in(cast.head).post(page(submission), {"do": "pass", "step": "first", "opinion": "写了很久的意见", **{k: v for k, v in TICKED.items() if k != "gate_words"}})
    assert "通过前请逐项核对：文字、数据、格式无误" in words(answer) and "写了很久的意见" in words(answer) and not Look.objects.exists()


@pytest.mark.slow
def test_a_reviewer_edits_and_the_earlier_one_agrees_in_one_click(article, cast, looked, sign_in):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission, Step.FIRST)
    answer = sign_in(cast.coordinator).post(
        page(submission), {"do": "edit", "step": "second", "edit_title": "关于技改项目申报的通知", "edit_summary": "", "opinion": "改标题", **TICKED}, follow=True,
    )  # fmt: skip
    assert "形成第2次送审稿" in words(answer)
    edited = Submission.objects.get(number=2)
    assert "关于技改项目申报的通知" in words(sign_in(cast.head).get(reverse("reviewing:index")))
    assert "已复核同意" in words(sign_in(cast.head).post(page(edited), {"do": "reconfirm"}, follow=True))


def test_a_hostile_edit_by_a_reviewer_is_refused_whole(article, cast, looked, sign_in):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission, Step.FIRST)
    answer = sign_in(cast.coordinator).post(page(submission), {"do": "edit", "step": "second", "edit_title": "机密★10年", **TICKED})
    assert "载有密级标识" in words(answer) and Submission.objects.count() == 1
    assert Article.objects.get().title == article.title


def test_the_clock_is_set_on_the_page(article, cast, looked, sign_in):
    submission = actions.submit(article, by=cast.clerk)
    looked(submission)
    past = sign_in(cast.coordinator).post(page(submission), {"do": "schedule", "release_at": "2020-01-01T09:00"})
    assert "须晚于现在" in words(past) and not Schedule.objects.exists()
    later = timezone.localtime() + timedelta(days=1)
    sign_in(cast.coordinator).post(page(submission), {"do": "schedule", "release_at": f"{later:%Y-%m-%dT%H:%M}"})
    assert Schedule.objects.get().by == cast.coordinator


@pytest.mark.parametrize("who", ["other_head", "other_clerk", "superior", "system", "stranger"])
def test_those_without_a_part_in_it_see_neither_the_draft_nor_that_there_is_one(article, cast, sign_in, who):
    submission = actions.submit(article, by=cast.clerk)
    person = getattr(cast, who)
    for address in (page(submission), reverse("reviewing:sheet", args=[submission.pk]), reverse("reviewing:index") + "?show=open"):
        answer = sign_in(person).get(address, follow=True)
        assert article.title not in answer.content.decode(errors="replace") and "3月31日" not in answer.content.decode(errors="replace"), address
    sign_in(person).post(page(submission), {"do": "pass", "step": "first", **TICKED})
    sign_in(person).post(page(submission), {"do": "release"})
    assert not Look.objects.exists() and not Release.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"do": "pass"}, {"do": "pass", "step": "胡"}, {"do": "胡"}, {"do": "schedule", "release_at": "胡"}, {"do": "return", "step": "first"}])
def test_nonsense_changes_nothing_and_says_so(article, cast, sign_in, sent):
    submission = actions.submit(article, by=cast.clerk)
    answer = sign_in(cast.head).post(page(submission), sent, follow=True)
    assert answer.status_code == 200 and not Look.objects.exists() and not Schedule.objects.exists()


def test_the_sheet_names_everybody_and_what_they_said(article, cast, looked, sign_in):
    submission = actions.submit(article, by=cast.clerk, note="请核对日期")
    looked(submission)
    answer = sign_in(cast.coordinator).get(reverse("reviewing:sheet", args=[submission.pk]))
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content))
    for wanted in (article.title, "许知禾", "周岚", "季望舒", "霍启明", "钟若谷", "初审一校", "保密审查", "请核对日期", "3月31日", submission.digest):
        assert wanted in re.sub(r"\s+", "", text), wanted


def test_the_sheet_says_which_opinion_fell_with_a_change(article, cast, looked, sign_in):
    looked(actions.submit(article, by=cast.clerk), Step.SECRECY)
    registers.change(get_register("articles"), Article.objects.get(), by=cast.clerk, body=text("请于4月30日前申报。"))
    again = actions.submit(article, by=cast.clerk)
    looked(again, Step.FIRST)
    answer = sign_in(cast.coordinator).get(reverse("reviewing:sheet", args=[again.pk]))
    said = re.sub(r"\s+", "", "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content)))
    assert said.count("须重新办理") == 1


def test_the_list_asks_the_database_the_same_for_one_and_for_three(article, cast, office, sign_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.factories.publishing import ArticleFactory

    actions.submit(article, by=cast.clerk)
    address = reverse("reviewing:index") + "?show=open"
    browser = sign_in(cast.coordinator)
    browser.get(address)
    with CaptureQueriesContext(connection) as one:
        browser.get(address)
    for n in range(2):
        actions.submit(registers.create(get_register("articles"), ArticleFactory.build(office=office, section=cast.room, column=article.column, title=f"又一篇{n}"), by=cast.clerk), by=cast.clerk)
    with CaptureQueriesContext(connection) as three:
        browser.get(address)
    assert len(three) == len(one)


def test_the_office_sets_who_takes_a_step(article, cast, sign_in):
    address = reverse("reviewing:templates")
    sent = {"content_class": "general", "first": ["head"], "second": ["legal"], "third": ["director"], "secrecy": ["secrecy"], "reason": "局务会议定"}
    assert "您的岗位不能" in words(sign_in(cast.coordinator).post(address, sent)) and not ReviewTemplate.objects.exists()
    assert "没有安排审核岗位" in words(sign_in(cast.disclosure_head).post(address, {**sent, "second": []}))
    sign_in(cast.disclosure_head).post(address, sent)
    submission = actions.submit(article, by=cast.clerk)
    sign_in(cast.head).post(page(submission), {"do": "pass", "step": "first", **TICKED})
    answer = sign_in(cast.coordinator).post(page(submission), {"do": "pass", "step": "second", **TICKED})
    assert "您的岗位不办理" in words(answer)


@pytest.mark.slow
def test_a_channel_may_have_reviewers_of_its_own_and_one_copy_is_looked_at_by_who_may_for_all(article, cast, sign_in):
    address = reverse("reviewing:templates")
    sent = {"content_class": "general", "channel": "wechat", "first": ["head"], "second": ["legal"], "third": ["deputy_director", "director"], "secrecy": ["secrecy"], "reason": "公众号由办公室把关"}
    assert "复审二校没有对各渠道都能办理的岗位" in words(sign_in(cast.disclosure_head).post(address, sent)) and not ReviewTemplate.objects.exists()
    shown = words(sign_in(cast.disclosure_head).post(address, {**sent, "second": ["legal", "disclosure_head"]}, follow=True))
    assert "一般信息（发微信公众号的）" in shown
    web, both = actions.submit(article, by=cast.clerk), actions.submit(article, by=cast.clerk, channels=["website", "wechat"])
    how = queries.arrangement(article.office_id)
    assert [[taker.role for taker in how.of(one, Step.SECOND)] for one in (web, both)] == [["coordinator", "disclosure_head"], ["disclosure_head"]]
    sign_in(cast.head).post(page(both), {"do": "pass", "step": "first", **TICKED})
    assert "您的岗位不办理" in words(sign_in(cast.coordinator).post(page(both), {"do": "pass", "step": "second", **TICKED}))
    sign_in(cast.disclosure_head).post(page(both), {"do": "pass", "step": "second", **TICKED})
    assert Look.objects.filter(submission=both, step="second").get().by == cast.disclosure_head
