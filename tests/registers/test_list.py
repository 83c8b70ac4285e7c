"""The list of a register: who sees what, finding, narrowing, ordering, taking out."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.audit.models import Entry
from gongkai.events.models import Interview
from tests.factories.events import AttendanceFactory, EventFactory, InterviewFactory

URL = "/desk/registers/interviews/"


def subjects(answer) -> list[str]:
    return [item.subject for item, _ in answer.context["table"]]


def test_the_office_sees_its_own_records_and_no_others(at, coordinator, stranger):
    InterviewFactory(office=coordinator.office, subject="青禾的采访")
    InterviewFactory(office=stranger.office, subject="邻市的采访")
    assert subjects(at(coordinator).get(URL)) == ["青禾的采访"]


def test_a_passer_by_is_shown_the_door(at, passer_by):
    InterviewFactory(office=passer_by.office, subject="不给路人看")
    answer = at(passer_by).get(URL, follow=True)
    assert "不给路人看" not in answer.content.decode()
    assert "没有岗位" in answer.content.decode()


def test_a_post_that_does_not_reach_gets_403_in_chinese(at, office):
    from gongkai.accounts.roles import Role
    from tests.factories.accounts import UserFactory

    InterviewFactory(office=office, subject="不给安全管理员看")
    answer = at(UserFactory(office=office, role=Role.SECURITY_ADMIN)).get(URL)
    assert answer.status_code == 403
    assert "不给安全管理员看" not in answer.content.decode()
    assert "您的岗位不能对“媒体采访”进行“查看”" in answer.content.decode()


@pytest.mark.parametrize(
    ("q", "found"),
    [
        pytest.param("数字化", ["制造业数字化转型"], id="词中间的字"),
        pytest.param("制造 转型", ["制造业数字化转型"], id="两段都要有"),
        pytest.param("转型 采购", [], id="缺一段就不算"),
        pytest.param("ＰＬＣ", ["国产PLC应用"], id="全角字母找到半角"),
        pytest.param("plc", ["国产PLC应用"], id="不分大小写"),
        pytest.param("(二)", ["工业互联网（二）"], id="半角括号找到全角"),
        pytest.param("%", [], id="百分号不是通配符"),
    ],
)
def test_search_finds_chinese_inside_words(at, coordinator, q, found):
    for subject in ("制造业数字化转型", "国产PLC应用", "工业互联网（二）"):
        InterviewFactory(office=coordinator.office, subject=subject)
    assert subjects(at(coordinator).get(URL, {"q": q})) == found


def test_filters_narrow_and_the_year_counts_by_the_register_s_own_date(at, coordinator, section):
    InterviewFactory(office=coordinator.office, subject="去年的", interviewed_on=date(2021, 12, 31))
    InterviewFactory(office=coordinator.office, subject="年初的", interviewed_on=date(2022, 1, 1), section=section)
    InterviewFactory(office=coordinator.office, subject="电视的", interviewed_on=date(2022, 12, 31), media_kind=Interview.MediaKind.TELEVISION)
    browser = at(coordinator)
    assert subjects(browser.get(URL, {"year": "2022"})) == ["电视的", "年初的"]
    assert subjects(browser.get(URL, {"year": "2022", "section": section.pk})) == ["年初的"]
    assert subjects(browser.get(URL, {"media_kind": Interview.MediaKind.TELEVISION})) == ["电视的"]
    assert subjects(browser.get(URL, {"media_kind": "没有这种"})) == ["电视的", "年初的", "去年的"], "看不懂的条件不该悄悄变成空列表"


def test_sorting_by_a_column_both_ways(at, coordinator):
    for media in ("乙报", "甲报", "丙报"):
        InterviewFactory(office=coordinator.office, media=media)
    browser = at(coordinator)
    up = [item.media for item, _ in browser.get(URL, {"sort": "media"}).context["table"]]
    assert up == sorted(up)
    assert [item.media for item, _ in browser.get(URL, {"sort": "-media"}).context["table"]] == up[::-1]
    assert browser.get(URL, {"sort": "office__phone"}).context["wanted"].sort == "", "不在列表上的列不能用来排序"


def test_voided_records_are_shown_only_when_asked_for(at, coordinator):
    from gongkai.registers import actions
    from gongkai.registers.register import get_register

    gone = InterviewFactory(office=coordinator.office, subject="登记错了")
    actions.void(get_register("interviews"), gone, by=coordinator, reason="重复")
    browser = at(coordinator)
    assert subjects(browser.get(URL)) == []
    assert subjects(browser.get(URL, {"voided": "1"})) == ["登记错了"]


@pytest.mark.parametrize("url", [URL, "/desk/registers/attendances/"])
def test_the_number_of_queries_does_not_grow_with_the_rows(at, coordinator, section, url):
    def fill(n):
        for _ in range(n):
            InterviewFactory(office=coordinator.office, section=section)
            AttendanceFactory(event=EventFactory(office=coordinator.office), section=section)

    browser = at(coordinator)
    fill(1)
    browser.get(url)
    with CaptureQueriesContext(connection) as one:
        browser.get(url)
    fill(6)
    with CaptureQueriesContext(connection) as seven:
        browser.get(url)
    assert len(seven) == len(one), [q["sql"][:120] for q in seven.captured_queries]


def test_pages_turn_and_a_page_out_of_range_is_the_first(at, coordinator):
    Interview.objects.bulk_create(InterviewFactory.build_batch(51, office=coordinator.office))
    browser = at(coordinator)
    first, second = browser.get(URL), browser.get(URL, {"page": "2"})
    assert (len(first.context["table"]), len(second.context["table"])) == (50, 1)
    assert "第1–50条，共51条" in first.content.decode()
    assert len(browser.get(URL, {"page": "99"}).context["table"]) == 50


def test_counting_stops_where_nobody_reads_on(coordinator, monkeypatch):
    from gongkai.ui import listing

    monkeypatch.setattr(listing, "CAP", 3)
    Interview.objects.bulk_create(InterviewFactory.build_batch(5, office=coordinator.office))
    page = listing.page_of(Interview.objects.order_by("pk"), "2", per_page=2)
    assert (page.capped, page.has_next, [r.pk for r in page.rows]) == (True, True, [r.pk for r in Interview.objects.order_by("pk")[2:4]])


def exported(browser, **asked) -> list[dict]:
    answer = browser.get(f"{URL}export.csv/", asked)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_export_holds_exactly_the_filtered_rows_and_is_logged(at, coordinator):
    InterviewFactory(office=coordinator.office, subject="要的", interviewed_on=date(2022, 3, 1))
    InterviewFactory(office=coordinator.office, subject="不要的", interviewed_on=date(2021, 3, 1))
    rows = exported(at(coordinator), year="2022")
    assert [row["采访主题"] if "采访主题" in row else row[next(k for k in row if "主题" in k)] for row in rows] == ["要的"]
    entry = Entry.objects.get(verb="registers.exported")
    assert (entry.facts["rows"], entry.facts["filter"], entry.actor) == (1, "2022年", coordinator)


def test_a_formula_in_an_export_is_made_harmless(at, coordinator):
    InterviewFactory(office=coordinator.office, subject='=HYPERLINK("http://x","y")')
    (row,) = exported(at(coordinator))
    assert any(value.startswith("'=HYPERLINK") for value in row.values())


def test_a_clerk_may_read_but_not_export(at, clerk):
    InterviewFactory(office=clerk.office, subject="可看不可导")
    browser = at(clerk)
    page = browser.get(URL)
    assert "可看不可导" in page.content.decode() and "export.xlsx" not in page.content.decode()
    assert browser.get(f"{URL}export.xlsx/").status_code == 403


def test_a_head_exports_only_his_own_section(at, head, section, other_section):
    InterviewFactory(office=head.office, subject="本科室", section=section)
    InterviewFactory(office=head.office, subject="别的科室", section=other_section)
    text = str(exported(at(head)))
    assert "本科室" in text and "别的科室" not in text


def test_an_empty_register_says_so_and_offers_the_way_on(at, coordinator):
    text = at(coordinator).get(URL).content.decode()
    assert "还没有登记媒体采访。" in text and "登记第一条" in text and "从表格导入" in text
