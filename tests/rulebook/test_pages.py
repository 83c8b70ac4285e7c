"""The calendar of the year, entering a notice, and the office's own figures."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from gongkai.audit.models import Entry
from gongkai.law.figures import figure
from gongkai.rulebook.forms import read_lines
from gongkai.rulebook.models import Adjustment, CalendarNoticeRow
from gongkai.rulebook.queries import adjustments, calendar


def day_class(text: str, month: int, day: int) -> str:
    tables = re.findall(r"<table>.*?</table>", text, re.S)
    return re.search(rf'<td class="([^"]*)"[^>]*>{day}(?:<|\s)', tables[month - 1]).group(1)


def test_make_up_days_and_days_off_are_drawn(at, coordinator):
    text = at(coordinator).get("/desk/calendar/?year=2022").content.decode()
    assert "全年249个工作日" in text
    assert [day_class(text, 4, n) for n in (1, 2, 4, 9)] == ["", "is-make-up", "is-off", "is-weekend"]
    assert "国办发明电〔2021〕11号" in text


def test_a_year_without_a_notice_says_so(at, coordinator):
    text = at(coordinator).get("/desk/calendar/?year=2031").content.decode()
    assert "2031年放假安排" in text and "暂按周一至周五推算" in text and "is-provisional" in text


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        pytest.param("1月1日至1月3日 放假", {"2031-01-01": "放假", "2031-01-02": "放假", "2031-01-03": "放假"}, id="一段"),
        pytest.param("1月4日 上班\n\n2月1日 休息", {"2031-01-04": "上班", "2031-02-01": "放假"}, id="两行，别的说法"),
        pytest.param("2030年12月31日至2031年1月1日：放假", {"2030-12-31": "放假", "2031-01-01": "放假"}, id="跨年"),
        pytest.param("10月1日至7日，放假", {f"2031-10-0{n}": "放假" for n in range(1, 8)}, id="后一个不写月份"),
        pytest.param("2031-05-01 放假", {"2031-05-01": "放假"}, id="短横线"),
    ],
)
def test_lines_of_a_notice_are_read(typed, days):
    assert read_lines(typed, 2031) == days


@pytest.mark.parametrize("typed", ["2月30日 放假", "放假三天", "1月3日至1月1日 放假", "1月1日 放假\n1月1日 上班", "1月1日 加班"])
def test_a_line_that_can_t_be_read_is_named(typed):
    with pytest.raises(ValidationError, match="第"):
        read_lines(typed, 2031)


FORM = {"year": "2031", "number": "国办发明电〔2030〕9号", "published_on": "2030-11-01", "address": "", "lines": "1月1日至1月3日 放假\n1月4日 上班"}


def test_a_notice_counts_only_after_someone_else_than_the_clerk_puts_it_in_force(at, coordinator, chief):
    browser = at(coordinator)
    browser.post("/desk/calendar/notices/add/", FORM)
    row = CalendarNoticeRow.objects.get()
    assert calendar().is_workday(date(2031, 1, 2)), "录入而未启用的不算"
    assert browser.post(f"/desk/calendar/notices/{row.pk}/").status_code == 403
    assert "启用后的影响" in at(chief).get(f"/desk/calendar/notices/{row.pk}/").content.decode()
    at(chief).post(f"/desk/calendar/notices/{row.pk}/")
    assert not calendar().is_workday(date(2031, 1, 2)) and calendar().is_workday(date(2031, 1, 4))
    assert "rulebook.notice_confirmed" in set(Entry.objects.values_list("verb", flat=True))


def test_what_a_notice_would_move_is_shown_and_moved_only_on_confirmation(at, coordinator, chief):
    from gongkai.registers.register import get_register
    from tests.factories.foi import ApplicationFactory

    application = ApplicationFactory(office=chief.office, handed_in_on=date(2031, 1, 1))
    get_register("applications").derive(application)
    application.save()
    before = application.reply_due_on
    at(coordinator).post("/desk/calendar/notices/add/", FORM)
    row = CalendarNoticeRow.objects.get()
    text = at(chief).get(f"/desk/calendar/notices/{row.pk}/").content.decode()
    assert application.number in text and "答复最后一日" in text
    application.refresh_from_db()
    assert application.reply_due_on == before, "看一看不应改动任何期限"
    at(chief).post(f"/desk/calendar/notices/{row.pk}/")
    application.refresh_from_db()
    assert application.reply_due_on > before


def test_a_practice_figure_is_adjusted_with_a_reason_and_reaches_the_rules(at, chief):
    room, name = "ledger", "stale_days"
    from gongkai.law.figures import figures

    name = next(key for key, values in figures(room).items() if values[-1].standing != "law" and type(values[-1].value) is int)
    browser = at(chief)
    url = f"/desk/figures/{room}/{name}/"
    assert "请填写此项" in browser.post(url, {"value": "33", "starts_on": "2022-01-01", "reason": ""}).content.decode()
    browser.post(url, {"value": "33", "starts_on": "2022-01-01", "reason": "局长办公会2022年第1次会议定"})
    assert figure(room, name, date(2022, 6, 1), adjustments(chief.office_id, room)).value == 33
    assert "局长办公会2022年第1次会议定" in browser.get("/desk/figures/").content.decode()


def test_a_figure_of_law_can_t_be_adjusted(at, chief):
    text = at(chief).post("/desk/figures/foi/reply_days/", {"value": "40", "starts_on": "2022-01-01", "reason": "想多几天"}).content.decode()
    assert not Adjustment.objects.exists() and "不能调整" in text


def test_a_coordinator_sees_figures_but_does_not_adjust_them(at, coordinator):
    browser = at(coordinator)
    text = browser.get("/desk/figures/").content.decode()
    assert "答复期限" in text and ">调整</a>" not in text
    assert browser.get("/desk/figures/foi/reply_days/").status_code == 403
