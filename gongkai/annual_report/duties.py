"""What is owed of the annual report: the office's own by the last day of January, its government's by the end of March."""

from collections.abc import Iterable
from datetime import date

from django.db.models import F, Max, Min
from django.urls import reverse

from gongkai.accounts.models import Office
from gongkai.rulebook.queries import adjustments
from gongkai.sockets import Duty, duties

from . import rules
from .forms import form_for
from .models import GatheredReport, Report


@duties("annual_report.publish", "公布并报送年度报告", "条例 49.1")
def publish(office_id: int, since: date, today: date) -> Iterable[Duty]:
    """Last year's report, from 1 January to 31 January. Three queries.

    Done on the later of the day it was published and the day it was handed in; one brought in as published elsewhere was
    published on its own day. An office owes from the first year it has a report of here; what was missed stays on the list.
    """
    first = Report.objects.filter(office_id=office_id).aggregate(first=Min("year"))["first"]
    if first is None:
        return
    years = range(max(first, since.year - 1, today.year - 2), today.year)
    reports = {row.year: row for row in Report.objects.filter(office_id=office_id, year__in=years).annotate(handed_in_on=Min("handed_in__on"))}
    elsewhere = dict(GatheredReport.objects.filter(office_id=office_id, agency=F("office__name"), year__in=years).values_list("year").annotate(Max("received_on")))
    for year in years:
        if form_for(year) is None:
            continue
        report = reports.get(year)
        days = [report.published_on if report and report.live else None, report.handed_in_on if report else None]
        done = elsewhere.get(year) or (max(day for day in days if day) if all(days) else None)
        if done is not None and done < since:
            continue
        yield Duty(
            key="annual_report.publish", subject=f"{year}年政府信息公开工作年度报告", title="公布并报送年度报告", due_on=rules.last_date(year), basis=rules.last_day(year).basis,
            url=reverse("annual_report_publish", args=[year]), section_id=report.section_id if report else None, done_on=done if done and done <= today else None, begins_on=date(year + 1, 1, 1),
        )  # fmt: skip


@duties("annual_report.government", "公布本级政府年度报告", "条例 49.2")
def government(office_id: int, since: date, today: date) -> Iterable[Duty]:
    """The report of the government whose lead body (主管部门) the office is, from 1 January to 31 March. Three queries.

    Done on the day it was published, as the report brought in for the government says. An office that has not said of itself
    that it is the lead body (口径) owes none.
    """
    if not rules.is_lead_body(today, adjustments(office_id, "annual_report")):
        return
    agency = Office.objects.values_list("superior", flat=True).get(pk=office_id)
    if not agency:
        return
    published = dict(GatheredReport.objects.filter(office_id=office_id, agency=agency).values_list("year").annotate(Max("received_on")))
    first = GatheredReport.objects.filter(office_id=office_id).aggregate(first=Min("year"))["first"] or today.year - 1
    for year in range(max(first, since.year - 1, today.year - 2), today.year):
        done = published.get(year)
        if form_for(year) is None or done is not None and done < since:
            continue
        yield Duty(
            key="annual_report.government", subject=f"{agency}{year}年政府信息公开工作年度报告", title="公布本级政府年度报告", due_on=rules.last_date(year, government=True),
            basis=rules.last_day(year, government=True).basis, url=reverse("annual_report_gathered", args=[year]), section_id=None,
            done_on=done if done and done <= today else None, begins_on=date(year + 1, 1, 1),
        )  # fmt: skip
