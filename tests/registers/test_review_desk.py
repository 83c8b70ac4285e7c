"""What the kit's pages let slip: an applicant, a second voiding, a sealed word in a preview, a day no calendar holds."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.desk.queries import recent
from gongkai.exchange.models import Batch
from gongkai.foi.models import Application
from gongkai.registers import actions, queries
from gongkai.registers.register import all_registers, get_register
from tests.factories.accountability import AccountabilityReportFactory
from tests.factories.accounts import UserFactory
from tests.factories.concerns import ConcernFactory
from tests.factories.consultation import ConsultationFactory
from tests.factories.events import InterviewFactory
from tests.factories.foi import ApplicantFactory, ApplicationFactory

pytestmark = pytest.mark.django_db
ENTERED = {
    "number": "", "channel": "counter", "handed_in_on": "2022-03-01", "applicant_category": "natural", "subject": "技术改造资金分配结果",
    "description": "2021年度分配结果", "applicant_name": "林溪桥", "applicant_phone": "13900001234",
}  # fmt: skip


def posted(page) -> dict:
    """The form of a page as a browser would send it back unchanged."""
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)} | {"seen": page.context.get("seen", "")}


@pytest.mark.slow
def test_the_page_keeps_the_applicant_of_an_application_and_numbers_it(at, clerk, section):
    page = at(clerk).post(reverse("registers:add", args=["applications"]), ENTERED | {"section": section.pk}, follow=True)
    assert "已登记" in page.content.decode()
    application = Application.objects.get()
    assert application.number == "青工信公开申〔2022〕1号"
    assert (application.applicant.name, application.applicant.phone) == ("林溪桥", "13900001234")
    assert "林溪桥" not in repr(list(Entry.objects.values_list("subject_label", "facts")))


def test_the_page_changes_the_applicant(at, clerk, section):
    application = ApplicantFactory(application__office=clerk.office, application__section=section).application
    address = reverse("registers:edit", args=["applications", application.pk])
    browser = at(clerk)
    page = browser.post(address, posted(browser.get(address)) | {"applicant_phone": "13900005678", "subject": "改后的摘要"}, follow=True)
    assert "已保存" in page.content.decode()
    application = Application.objects.get()
    assert (application.subject, application.applicant.phone, application.applicant.name) == ("改后的摘要", "13900005678", "林溪桥")


@pytest.mark.slow
def test_a_clerk_does_not_consent_to_an_extension(at, clerk, section):
    """条例 33.2: the head of the 工作机构 consents, whatever the form is sent."""
    application = ApplicationFactory(office=clerk.office, section=section)
    address = reverse("registers:edit", args=["applications", application.pk])
    browser = at(clerk)
    elsewhere = {"outside_number": "青经信延〔2022〕1号", "outside_reason": "移交的在办案件"}
    page = browser.post(address, posted(browser.get(address)) | elsewhere | {"extended_on": "2022-03-28", "extended_days": "20", "consented_by": clerk.pk})
    assert "不是本机关的工作机构负责人" in page.content.decode()
    application.refresh_from_db()
    assert application.extended_on is None and application.reply_due_on == date(2022, 3, 29)


def test_a_voided_record_keeps_its_first_reason(at, coordinator):
    item = InterviewFactory(office=coordinator.office)
    browser = at(coordinator)
    for reason in ("重复登记", "另一个原因"):
        page = browser.post(reverse("registers:void", args=["interviews", item.pk]), {"reason": reason}, follow=True)
    assert "此前已经作废" in page.content.decode()
    item.refresh_from_db()
    assert item.void_reason == "重复登记" and Entry.objects.filter(verb="registers.voided").count() == 1


def test_a_reason_too_long_for_its_column_is_refused_in_a_sentence(at, coordinator):
    item = InterviewFactory(office=coordinator.office)
    page = at(coordinator).post(reverse("registers:void", args=["interviews", item.pk]), {"reason": "长" * 301}, follow=True)
    item.refresh_from_db()
    assert item.voided_at is None and "300" in page.content.decode()


def test_a_batch_does_not_keep_in_clear_what_the_register_seals(at, coordinator):
    ConsultationFactory(office=coordinator.office, title="青禾市技术改造资金管理办法（征求意见稿）")
    spec = get_register("opinions").table_spec()
    head = ",".join(c.label for c in spec.columns)
    told = {"content": "建议提高补助比例", "giver_name": "林溪桥", "giver_contact": "13900001234", "number": "1"}
    table = head + "\n" + ",".join(told.get(c.name, "") for c in spec.columns) + "\n"
    browser = at(coordinator)
    page = browser.post(reverse("registers:import", args=["opinions"]), {"file": SimpleUploadedFile("意见.csv", table.encode())}, follow=True)
    batch = Batch.objects.get()
    assert batch.rows == 1
    for secret in ("林溪桥", "13900001234", "建议提高补助比例"):
        assert secret not in repr((batch.options, batch.faults)) and secret not in page.content.decode()


def test_a_concern_found_at_half_past_midnight_belongs_to_the_new_year(coordinator):
    found = datetime(2023, 1, 1, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    concern = ConcernFactory(office=coordinator.office, found_at=found)
    assert queries.years(get_register("concerns"), coordinator) == [2023]
    wanted = queries.asked(get_register("concerns"), coordinator, {"year": "2023"})
    assert list(queries.rows(get_register("concerns"), coordinator, wanted)) == [concern]


def test_the_workbench_tells_of_deeds_only_to_those_who_may_see_the_records(office, clerk, coordinator):
    report = AccountabilityReportFactory(office=office)
    actions.log_additions(get_register("accountability-reports"), [report], by=coordinator, at=datetime(2022, 6, 1, tzinfo=ZoneInfo("Asia/Shanghai")))
    superior = UserFactory(office=office, role=Role.SUPERIOR)
    assert len(recent(coordinator, date(2022, 12, 31))) == 1
    assert recent(clerk, date(2022, 12, 31)) == [] and recent(superior, date(2022, 12, 31)) == []


EXTREMES = ("0001-01-01", "1899-12-31", "2018-12-31", "2098-12-31", "2100-02-29", "9999-12-31")


@pytest.mark.slow
@pytest.mark.parametrize("day", EXTREMES)
def test_a_day_no_calendar_holds_is_refused_in_a_sentence(at, coordinator, day):
    """Every register's form with every day, number and text at its limit."""
    browser, troubles = at(coordinator), []
    for slug, entry in all_registers().items():
        if not coordinator.may(entry.thing, "add"):
            continue
        address = reverse("registers:add", args=[slug])
        form = browser.get(address).context["form"]
        data = {}
        for name, field in form.fields.items():
            kind = type(field).__name__
            if kind == "DateField":
                data[name] = day
            elif kind in ("DateTimeField", "SplitDateTimeField"):
                data[name] = f"{day}T23:59"
            elif kind in ("IntegerField", "DecimalField"):
                data[name] = "2147483647"
            elif hasattr(field, "choices"):
                data[name] = next((str(key) for key, _ in field.choices if key not in ("", None)), "")
            else:
                data[name] = "甲<script>"
        try:
            answer = browser.post(address, data)
        except Exception as problem:
            troubles.append(f"{slug}：{type(problem).__name__} {str(problem)[:150]}")
            continue
        if answer.status_code not in (200, 302):
            troubles.append(f"{slug}：{answer.status_code}")
    assert not troubles, "\n".join(troubles)


def test_an_imported_day_beyond_the_calendar_is_a_fault_of_its_row(at, coordinator):
    spec = get_register("findings").table_spec()
    example = {"title": "栏目长期未更新", "found_on": "2100-02-28"}
    line = [example.get(c.name) or (c.choices[0][1] if c.choices and c.required else "") for c in spec.columns]
    table = ",".join(c.label for c in spec.columns) + "\n" + ",".join(line) + "\n"
    page = at(coordinator).post(reverse("registers:import", args=["findings"]), {"file": SimpleUploadedFile("问题.csv", table.encode())}, follow=True)
    assert page.status_code == 200
    assert "超出日历范围" in repr(Batch.objects.get().faults) or "日期" in repr(Batch.objects.get().faults), Batch.objects.get().faults
