"""What an office adds to the shipped rules: notices that wait for confirmation, and figures it may adjust."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.audit.models import Entry
from gongkai.law.figures import figure
from gongkai.law.refusals import Refused
from gongkai.rulebook import actions, queries
from gongkai.rulebook.models import Adjustment, CalendarNoticeRow
from tests.factories.accounts import OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

#: A year no notice has been shipped for.
YEAR = 2031
DAYS = {f"{YEAR}-01-01": "放假", f"{YEAR}-01-02": "放假", f"{YEAR}-01-04": "上班"}


def enter(days=None, **options):
    values = {"year": YEAR, "number": "国办发明电〔2030〕9号", "published_on": date(2030, 11, 10), "days": days or DAYS, "by": None, **options}
    return actions.enter_notice(**values)


def worked(day: str) -> bool:
    return queries.calendar().is_workday(date.fromisoformat(day))


def test_a_notice_counts_only_once_it_is_confirmed():
    """2 January 2031 is a Thursday, 4 January a Saturday."""
    row = enter()
    assert (worked(f"{YEAR}-01-02"), worked(f"{YEAR}-01-04")) == (True, False)
    actions.confirm_notice(row, by=None)
    assert (worked(f"{YEAR}-01-02"), worked(f"{YEAR}-01-04")) == (False, True)
    assert list(Entry.objects.order_by("id").values_list("verb", flat=True)) == ["rulebook.notice_entered", "rulebook.notice_confirmed"]


def test_a_notice_is_confirmed_once():
    row = actions.confirm_notice(enter(), by=None)
    with pytest.raises(Refused, match="已经启用"):
        actions.confirm_notice(row, by=None)


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        pytest.param({f"{YEAR}-01-01": "调休"}, "只能是“放假”或“上班”，现有：调休", id="不认识的安排"),
        pytest.param({f"{YEAR}-02-30": "放假"}, f"“{YEAR}-02-30”不是实有的日期", id="没有这一天"),
        pytest.param({"元旦": "放假"}, "“元旦”不是实有的日期", id="不是日期"),
    ],
)
def test_a_notice_that_makes_no_sense_is_not_entered(days, sentence):
    with pytest.raises(ValidationError, match=sentence):
        enter(days)
    assert not CalendarNoticeRow.objects.exists() and not Entry.objects.exists()


def test_a_later_notice_of_the_same_year_wins():
    actions.confirm_notice(enter(), by=None)
    actions.confirm_notice(enter({**DAYS, f"{YEAR}-01-02": "上班"}, number="国办发明电〔2030〕12号", published_on=date(2030, 12, 20)), by=None)
    assert worked(f"{YEAR}-01-02") and not worked(f"{YEAR}-01-01")


def test_the_calendar_as_it_was_known_then():
    """On 1 December the notice of the 20th was not out."""
    actions.confirm_notice(enter(published_on=date(2030, 12, 20)), by=None)
    known_then = queries.calendar(known_on=date(2030, 12, 1))
    assert known_then.is_workday(date(YEAR, 1, 2)) and not queries.calendar().is_workday(date(YEAR, 1, 2))


def test_a_house_figure_is_adjusted_from_a_day_on():
    office, other = OfficeFactory(), OfficeFactory(name="禾丰市工业和信息化局")
    by = UserFactory(office=office)
    actions.adjust(office, room="ledger", key="warn_days", starts_on=date(2022, 7, 1), value=10, reason="局长办公会决定", by=by)

    def warned(of, on):
        return figure("ledger", "warn_days", on=on, adjustments=queries.adjustments(of.pk, "ledger")).value

    assert [warned(office, date(2022, 6, 30)), warned(office, date(2022, 7, 1)), warned(other, date(2022, 7, 1))] == [15, 10, 15]
    assert Entry.objects.get().facts == {"label": "到期前预警天数", "starts_on": "2022-07-01", "value": 10, "reason": "局长办公会决定"}


def test_a_figure_of_law_is_not_the_offices_to_adjust():
    office = OfficeFactory()
    with pytest.raises(Refused, match="由法规规定，不能调整") as refused:
        actions.adjust(office, room="foi", key="reply_days", starts_on=date(2022, 7, 1), value=30, reason="工作量大", by=UserFactory(office=office))
    assert refused.value.objections[0].basis.startswith("条例 33")
    assert not Adjustment.objects.exists()


def test_an_adjustment_says_why():
    office = OfficeFactory()
    with pytest.raises(ValidationError, match="请填写调整的理由"):
        actions.adjust(office, room="ledger", key="warn_days", starts_on=date(2022, 7, 1), value=10, reason=" ", by=UserFactory(office=office))


def test_held_steady_the_rules_are_read_once():
    office = OfficeFactory()
    with CaptureQueriesContext(connection) as asked, queries.steady():
        for room in ("foi", "ledger", "documents", "foi"):
            queries.calendar()
            queries.adjustments(office.pk, room)
    assert len(asked) == 2
    actions.confirm_notice(enter(), by=None)
    assert not worked(f"{YEAR}-01-02"), "afterwards they are read anew"
