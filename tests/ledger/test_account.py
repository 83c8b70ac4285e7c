"""The account of a plan: every number opens, 均 is said only when it is so, and its cost does not grow."""

import re
from datetime import date, datetime
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongkai.foi.models import Application
from gongkai.law.figures import figure
from gongkai.ledger import queries
from gongkai.rulebook import actions as rulebook
from tests.factories.accounts import OfficeFactory, SectionFactory
from tests.factories.consultation import OpinionFactory
from tests.factories.documents import NormativeDocumentFactory
from tests.factories.events import AttendanceFactory, EventFactory
from tests.factories.foi import ApplicationFactory
from tests.factories.ledger import (
    ChapterFactory,
    KeyPointFactory,
    MeasureFactory,
    PlanFactory,
    ProgressFactory,
)
from tests.factories.publishing import ChannelPostFactory

pytestmark = pytest.mark.django_db
NOVEMBER = date(2022, 11, 30)
RECEIVED = "截至{{截至}}，收到政府信息依申请公开{{foi.received}}件，{{foi.received|均 answered_lawfully：均依据规定给予答复}}。"
PAGE = re.compile(r"<[^>]+>")


def words(response) -> str:
    """A page as it is read: without its markup, blanks folded."""
    return re.sub(r"\s+", "", unescape(PAGE.sub("", response.content.decode())))


@pytest.fixture
def plan(office):
    return PlanFactory(office=office)


def said(plan, as_of=NOVEMBER):
    return [row.progress_plain for row in queries.account(plan, as_of).rows]


def test_the_sentence_says_what_the_records_say(plan, office):
    MeasureFactory(plan=plan, progress=RECEIVED)
    ApplicationFactory.create_batch(11, office=office, answered=True)
    assert said(plan) == ["截至11月30日，收到政府信息依申请公开11件，均依据规定给予答复。"]


def test_one_late_reply_and_all_is_said_no_more(plan, office):
    """The record changes, the sentence follows, and the exception is named by its number and days."""
    MeasureFactory(plan=plan, progress=RECEIVED)
    ApplicationFactory.create_batch(10, office=office, answered=True)
    ApplicationFactory(office=office, late=True, number="青公申〔2022〕99号")
    (sentence,) = said(plan)
    assert "均" not in sentence
    assert sentence.startswith("截至11月30日，收到政府信息依申请公开11件，其中10件依据规定给予答复，1件")
    assert "青公申〔2022〕99号" in sentence and "3月29日" in sentence and "3月30日" in sentence


def test_a_case_answered_in_december_is_unanswered_in_november(plan, office):
    MeasureFactory(plan=plan, progress=RECEIVED)
    ApplicationFactory(office=office, answered=True)
    ApplicationFactory(office=office, handed_in_on=date(2022, 11, 15), answered=True, dispatched_on=date(2022, 12, 2))
    assert said(plan, NOVEMBER) == ["截至11月30日，收到政府信息依申请公开2件，其中1件依据规定给予答复，1件尚在办理期限内。"]
    assert said(plan, date(2022, 12, 2)) == ["截至12月2日，收到政府信息依申请公开2件，均依据规定给予答复。"]


def test_what_is_received_later_is_not_there_yet(plan, office):
    MeasureFactory(plan=plan, progress="{{foi.received}}")
    ApplicationFactory(office=office, handed_in_on=date(2022, 12, 1))
    ApplicationFactory(office=office, handed_in_on=date(2021, 12, 31), answered=True, dispatched_on=date(2022, 1, 4))
    assert said(plan) == ["0"] and said(plan, date(2022, 12, 1)) == ["1"]


def test_another_office_and_voided_records_count_nowhere(plan, office):
    MeasureFactory(plan=plan, progress="{{foi.received}}")
    ApplicationFactory(office=OfficeFactory(name="禾丰市工业和信息化局"))
    ApplicationFactory(office=office, voided_at=datetime.fromisoformat("2022-06-01T00:00+08:00"))
    ApplicationFactory(office=office)
    assert said(plan) == ["1"]


def test_only_a_confirmed_text_counts(plan):
    measure = MeasureFactory(plan=plan, progress="已审核的。")
    ProgressFactory(measure=measure, text="未审核的。", submitted=True)
    (row,) = queries.account(plan, NOVEMBER).rows
    assert (row.progress_plain, row.pending_state) == ("已审核的。", "待审核")


def test_the_newest_confirmed_text_counts(plan):
    measure = MeasureFactory(plan=plan, progress="第一版。")
    ProgressFactory(measure=measure, text="第二版。")
    assert said(plan) == ["第二版。"]


def test_a_token_nobody_knows_stays_visible_as_a_fault(plan):
    MeasureFactory(plan=plan, progress="共{{events.nothing}}场，{{foi.received|均 nothing}}。")
    (row,) = queries.account(plan, NOVEMBER).rows
    assert [s.text for s in row.progress if s.kind == "fault"] == ["{{events.nothing}}", "{{foi.received|均 nothing}}"]


def test_an_overdue_application_makes_its_measure_overdue(plan, office):
    """The rule and the case are said; a section's confirmation that it is done does not help."""
    MeasureFactory(plan=plan, progress=RECEIVED, done_on=date(2022, 3, 1))
    ApplicationFactory(office=office, number="青公申〔2022〕7号")
    (row,) = queries.account(plan, date(2022, 3, 29)).rows
    assert row.standing == "已完成"
    (row,) = queries.account(plan, date(2022, 3, 30)).rows
    assert row.standing == "逾期" and "青公申〔2022〕7号" in row.why


def test_a_target_is_judged_by_the_records(plan, office):
    measure = MeasureFactory(plan=plan, progress="已开展宣讲。", due_on=date(2022, 6, 30))
    measure.targets.create(indicator="events.briefings", at_least=2)
    EventFactory(office=office)
    (row,) = queries.account(plan, date(2022, 7, 1)).rows
    assert row.standing == "逾期" and "1场，应不少于2" in row.why
    EventFactory(office=office)
    (row,) = queries.account(plan, date(2022, 7, 1)).rows
    assert row.standing == "已完成"


def test_the_office_adjusts_when_it_is_warned(plan, office, cast):
    """warn_days is a house figure: the office's own value decides from the day it begins."""
    MeasureFactory(plan=plan)
    assert figure("ledger", "warn_days", on=date(2022, 12, 1)).value == 15
    (row,) = queries.account(plan, date(2022, 12, 10)).rows
    assert row.standing == "未开始"
    rulebook.adjust(office, room="ledger", key="warn_days", starts_on=date(2022, 12, 1), value=30, reason="年底任务集中", by=cast.coordinator)
    (row,) = queries.account(plan, date(2022, 12, 10)).rows
    assert (row.standing, row.why) == ("存在风险", "距期限2022年12月31日不足30天，尚无落实情况和记录")


def test_a_night_report_is_of_the_office_day(plan):
    """Written at 00:30 in Shanghai, still the day before in UTC: staleness counts the office's days."""
    measure = MeasureFactory(plan=plan)
    ProgressFactory(measure=measure, written_at=datetime.fromisoformat("2022-08-02T00:30+08:00"))
    (row,) = queries.account(plan, NOVEMBER).rows
    assert row.standing == "进行中"


def test_merged_cells_cover_their_rows_even_when_carried_measures_came_last(plan):
    first, second = ChapterFactory(plan=plan), ChapterFactory(plan=plan)
    point = KeyPointFactory(chapter=first)
    for order, (chapter, of) in enumerate([(first, point), (first, point), (first, None), (second, None), (first, point)], 1):
        MeasureFactory(plan=plan, chapter=chapter, point=of, order=order)
    rows = queries.account(plan, NOVEMBER).rows
    assert [(r.measure.order, r.chapter_span, r.point_span) for r in rows] == [(1, 4, 3), (2, 0, 0), (5, 0, 0), (3, 0, 1), (4, 1, 1)]


# -- What it costs -------------------------------------------------------------------------------------------------

#: Every kind of record the published account of 2022 speaks of.
TEXTS = [
    RECEIVED, "开展宣讲会{{events.briefings}}场，惠及{{events.enterprises|余}}家，接受采访{{events.interviews}}次。",
    "发布{{publishing.wechat_posts}}篇次，图解{{publishing.infographics}}篇次。", "更新政策{{benefits.updated}}份。",
    "{{consultation.drafts}}份，{{consultation.drafts|均 fed_back}}；收到{{consultation.opinions}}条。",
    "{{documents.gazette_due}}份，{{documents.gazette_due|均 submitted_in_30_days}}；解读{{documents.interpreted}}份。",
    "重要惠企政策{{documents.benefit_policies}}份，评估{{documents.evaluations}}份。", "汇报{{accountability.openness_reports}}次。", "例行工作已完成。",
]  # fmt: skip


def fill(plan, measures):
    for n in range(measures):
        MeasureFactory(plan=plan, order=n + 1, progress=TEXTS[n % len(TEXTS)])


def cost(work) -> int:
    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


@pytest.mark.slow
def test_the_cost_does_not_grow_with_measures_or_records(office):
    small, large = PlanFactory(office=office), PlanFactory(office=office, year=2023)
    fill(small, 10)
    fill(large, 200)
    few = cost(lambda: queries.account(small, NOVEMBER))
    assert cost(lambda: queries.account(large, date(2023, 11, 30))) == few
    costs = []
    for copies in (1, 12):
        ApplicationFactory.create_batch(copies, office=office, late=True)
        ChannelPostFactory.create_batch(copies, office=office)
        AttendanceFactory.create_batch(copies, event=EventFactory(office=office))
        OpinionFactory.create_batch(copies, consultation__office=office)
        NormativeDocumentFactory.create_batch(copies, office=office)
        costs.append(cost(lambda: queries.account(small, NOVEMBER)))
    assert costs[0] == costs[1] < few + 10


@pytest.mark.slow
def test_the_ledger_page_of_two_hundred_measures_asks_less_than_thirty_times(office, cast, sign_in):
    plan = PlanFactory(office=office)
    fill(plan, 200)
    ApplicationFactory.create_batch(3, office=office, answered=True)
    client = sign_in(cast.coordinator)
    address = reverse("ledger:plan", args=[2022]) + "?as_of=2022-11-30"
    client.get(address)  # the first page of a session also writes the session
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
    assert page.content.decode().count('class="ledger-number"') == 200
    assert len(asked) < 30, "\n".join(q["sql"][:120] for q in asked)


# -- On the page ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_coordinator_opens_the_eleven(plan, office, cast, sign_in):
    """The 11 is a link; behind it stand exactly these eleven; one becomes late and the page names it."""
    MeasureFactory(plan=plan, progress=RECEIVED)
    mine = ApplicationFactory.create_batch(11, office=office, answered=True)
    ApplicationFactory(office=office, handed_in_on=date(2021, 6, 1), answered=True, dispatched_on=date(2021, 6, 8), number="青公申〔2021〕6号")
    ApplicationFactory(office=OfficeFactory(name="禾丰市工业和信息化局"), number="禾工信公开申〔2022〕1号", answered=True)
    client = sign_in(cast.coordinator)
    address = reverse("ledger:plan", args=[2022]) + "?as_of=2022-11-30"
    page = client.get(address)
    assert "收到政府信息依申请公开11件，均依据规定给予答复。" in words(page)

    links = [unescape(link) for link in re.findall(r'href="([^"]*/evidence/foi\.received/[^"]*)"', page.content.decode())]
    listed = client.get(links[0])
    assert {line["record"].pk for line in listed.context["lines"]} == {a.pk for a in mine}
    assert all(a.number in words(listed) for a in mine)
    assert "青公申〔2021〕6号" not in words(listed) and "禾工信" not in words(listed)
    assert "2022年3月29日" in words(listed), "the last day and the reply day stand beside each"

    Application.objects.filter(pk=mine[4].pk).update(dispatched_on=date(2022, 3, 31), closed_on=date(2022, 3, 31))
    said = words(client.get(address))
    assert "均依据规定给予答复" not in said and "其中10件依据规定给予答复，1件" in said and mine[4].number in said


@pytest.mark.parametrize(("part", "numbers"), [("held", {"1号", "2号"}), ("pending", {"3号"}), ("failed", {"4号"})])
def test_each_part_of_a_claim_opens_its_own_list(plan, office, cast, sign_in, part, numbers):
    for number, traits in [("1号", {"answered": True}), ("2号", {"answered": True}), ("3号", {"handed_in_on": date(2022, 11, 20)}), ("4号", {"late": True})]:
        ApplicationFactory(office=office, number=number, **traits)
    listed = sign_in(cast.coordinator).get(
        reverse("ledger:evidence", args=["foi.received"]), {"year": 2022, "as_of": "2022-11-30", "claim": "answered_lawfully", "part": part}
    )
    assert {line["record"].number for line in listed.context["lines"]} == numbers
    assert all(line["parts"] == {"answered_lawfully": part} for line in listed.context["lines"])


def test_a_list_is_paged_and_counted_whole(office, cast, sign_in):
    AttendanceFactory.create_batch(130, event=EventFactory(office=office))
    client = sign_in(cast.coordinator)
    address = reverse("ledger:evidence", args=["events.enterprise_times"])
    pages = [client.get(address, {"year": 2022, "as_of": "2022-11-30", "page": page}) for page in (1, 2)]
    assert [len(page.context["lines"]) for page in pages] == [100, 30]
    assert len({line["record"].pk for page in pages for line in page.context["lines"]}) == 130


def test_distinct_enterprises_are_counted_once(plan, office):
    MeasureFactory(plan=plan, progress="{{events.enterprises}}家，{{events.enterprise_times}}家次，{{events.person_times}}人次")
    first, second = EventFactory.create_batch(2, office=office)
    AttendanceFactory(event=first, credit_code="91000000MA0000000X", persons=2)
    AttendanceFactory(event=second, credit_code="91000000MA0000000X", persons=3)
    AttendanceFactory(event=second, persons=1)
    assert said(plan) == ["2家，3家次，6人次"]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        pytest.param("2022-13-45", "截至日期“2022-13-45”无法识别", id="不是日期"),
        pytest.param("2021-11-30", "截至日期须在2022年内", id="不在本年"),
    ],
)
def test_a_day_that_makes_no_sense_is_said(plan, cast, sign_in, asked, sentence):
    page = sign_in(cast.coordinator).get(reverse("ledger:plan", args=[2022]), {"as_of": asked})
    assert sentence in words(page) and page.context["as_of"] == date(2022, 12, 31)


@pytest.mark.parametrize("where", ["plan", "measure", "evidence", "export"])
def test_a_passer_by_sees_nothing(plan, office, cast, sign_in, where):
    measure = MeasureFactory(plan=plan, progress=RECEIVED)
    ApplicationFactory(office=office, number="青公申〔2022〕8号", answered=True)
    address = {
        "plan": reverse("ledger:plan", args=[2022]), "measure": reverse("ledger:measure", args=[measure.pk]),
        "evidence": reverse("ledger:evidence", args=["foi.received"]) + "?year=2022", "export": reverse("ledger:export", args=[2022, "html"]),
    }[where]  # fmt: skip
    page = sign_in(cast.stranger).get(address, follow=True)
    assert measure.text not in words(page) and "8号" not in words(page)


def test_another_offices_plan_does_not_exist_here(office, cast, sign_in):
    other = PlanFactory(office=OfficeFactory(name="禾丰市工业和信息化局"), year=2021)
    measure = MeasureFactory(plan=other, text="禾丰市的措施", lead=SectionFactory(office=other.office, name="禾丰办公室"))
    client = sign_in(cast.coordinator)
    for address in (reverse("ledger:plan", args=[2021]), reverse("ledger:measure", args=[measure.pk])):
        page = client.get(address)
        assert page.status_code == 404 and "禾丰市的措施" not in words(page)


#: The desk's pages that show many records, with one and with many: the workbench, a number's list, its exceptions, a measure.
MANY = (
    "/desk/?on=2022-11-30",
    "/desk/ledger/evidence/foi.received/?year=2022&as_of=2022-11-30",
    "/desk/ledger/evidence/foi.received/?year=2022&as_of=2022-11-30&claim=answered_lawfully&part=failed",
    "/desk/ledger/evidence/publishing.posts/?year=2022&as_of=2022-11-30",
    "/desk/ledger/evidence/consultation.opinions/?year=2022&as_of=2022-11-30",
    "/desk/ledger/evidence/events.enterprises/?year=2022&as_of=2022-11-30",
    "/desk/ledger/measure/{measure}/?as_of=2022-11-30",
    "/desk/ledger/2022/freeze/?as_of=2022-11-30",
    "/desk/ledger/2022/rounds/",
)


@pytest.mark.slow
def test_pages_ask_as_often_for_twenty_records_as_for_two(office, cast, sign_in):
    plan = PlanFactory(office=office)
    fill(plan, len(TEXTS))  # every kind of number is spoken of from the start
    client = sign_in(cast.coordinator)

    def costs() -> dict[str, int]:
        found = {}
        for page in MANY:
            address = page.format(measure=plan.measures.first().pk)
            client.get(address)  # what a first visit alone asks for is not the page's cost
            found[page] = cost(lambda address=address: client.get(address))
        return found

    def add(copies: int) -> None:
        ApplicationFactory.create_batch(copies, office=office, late=True)
        ApplicationFactory.create_batch(copies, office=office)
        ChannelPostFactory.create_batch(copies, office=office)
        for _ in range(copies):
            AttendanceFactory(event=EventFactory(office=office))
        OpinionFactory.create_batch(copies, consultation__office=office)
        NormativeDocumentFactory.create_batch(copies, office=office)

    add(2)
    few = costs()
    add(18)
    for n in range(len(TEXTS), len(TEXTS) + 18):
        MeasureFactory(plan=plan, order=n + 1, progress=TEXTS[n % len(TEXTS)])
    assert costs() == few
