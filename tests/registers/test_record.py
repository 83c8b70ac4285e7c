"""One record: entering, changing, two people at once, voiding, its history."""

from datetime import date

import pytest

from gongkai.audit.models import Entry
from gongkai.events.models import Attendance, Interview
from gongkai.registers import actions
from gongkai.registers.register import get_register
from tests.factories.events import AttendanceFactory, EventFactory, InterviewFactory, credit_code

URL = "/desk/registers/interviews/"


def filled(**changes) -> dict:
    return {"interviewed_on": "2022-06-08", "media": "青禾日报", "media_kind": Interview.MediaKind.PAPER, "subject": "数字化转型", "interviewee": "", "published_on": "", "url": "", "section": "", "remarks": "", **changes}


def posted(browser, record, **changes):
    page = browser.get(f"{URL}{record.pk}/")
    values = {name: bound.value() if bound.value() is not None else "" for name, bound in ((b.name, b) for b in page.context["form"])}
    values.pop("proof", None)
    values["interviewed_on"] = f"{record.interviewed_on:%Y-%m-%d}"
    return browser.post(f"{URL}{record.pk}/", {**values, "seen": page.context["seen"], **changes}, follow=True)


def test_entering_a_record_writes_it_and_the_log(at, coordinator):
    answer = at(coordinator).post(f"{URL}add/", filled(), follow=True)
    record = Interview.objects.get()
    assert (record.office, record.subject, record.interviewed_on) == (coordinator.office, "数字化转型", date(2022, 6, 8))
    assert "已登记" in answer.content.decode()
    assert Entry.objects.filter(verb="registers.added", subject_id=str(record.pk), actor=coordinator).count() == 1


def test_errors_are_listed_and_linked_and_what_was_typed_is_kept(at, coordinator):
    answer = at(coordinator).post(f"{URL}add/", filled(subject="", media="打了一半的媒体名"))
    text = answer.content.decode()
    assert not Interview.objects.exists()
    assert 'href="#id_subject"' in text and "打了一半的媒体名" in text and 'aria-invalid="true"' in text


def test_a_clerk_enters_for_his_own_section_only(at, clerk, section, other_section):
    browser = at(clerk)
    browser.post(f"{URL}add/", filled(section=other_section.pk))
    assert not Interview.objects.exists(), "科室下拉里没有别的科室，硬塞也不行"
    browser.post(f"{URL}add/", filled(section=section.pk))
    assert Interview.objects.get().section == section


def test_another_section_s_record_is_read_only_and_another_office_s_does_not_exist(at, clerk, section, other_section, stranger):
    own = InterviewFactory(office=clerk.office, section=section)
    other = InterviewFactory(office=clerk.office, section=other_section, subject="别科室的采访")
    abroad = InterviewFactory(office=stranger.office, subject="邻市的采访")
    browser = at(clerk)
    assert browser.get(f"{URL}{own.pk}/").context["may_change"]
    page = browser.get(f"{URL}{other.pk}/")
    assert not page.context["may_change"] and "form" not in page.context and "别科室的采访" in page.content.decode()
    assert browser.post(f"{URL}{other.pk}/", filled(subject="改了")).status_code == 403
    answer = browser.get(f"{URL}{abroad.pk}/")
    assert answer.status_code == 404 and "邻市的采访" not in answer.content.decode()
    other.refresh_from_db()
    assert other.subject == "别科室的采访"


def test_a_record_can_t_be_pushed_into_a_section_out_of_reach(at, clerk, section, other_section):
    record = InterviewFactory(office=clerk.office, section=section)
    posted(at(clerk), record, section=other_section.pk)
    record.refresh_from_db()
    assert record.section == section


def test_a_change_is_told_in_the_history_with_old_and_new(at, coordinator):
    record = InterviewFactory(office=coordinator.office, media="青禾日报")
    browser = at(coordinator)
    posted(browser, record, media="青禾晚报")
    text = browser.get(f"{URL}{record.pk}/history/").content.decode()
    assert "林知远" in text and "修改媒体采访" in text
    assert "<del>青禾日报</del>" in text and "<ins>青禾晚报</ins>" in text


def test_saving_without_a_change_writes_nothing(at, coordinator):
    record = InterviewFactory(office=coordinator.office)
    posted(at(coordinator), record)
    assert not Entry.objects.filter(verb="registers.changed").exists()


def test_when_someone_else_saved_first_both_are_shown_and_nothing_is_lost(at, coordinator):
    record = InterviewFactory(office=coordinator.office, media="青禾日报", subject="原题")
    browser = at(coordinator)
    page = browser.get(f"{URL}{record.pk}/")
    actions.change(get_register("interviews"), record, by=coordinator, media="别人改的媒体")
    mine = filled(media="我改的媒体", subject="原题", seen=page.context["seen"])
    answer = browser.post(f"{URL}{record.pk}/", mine)
    text = answer.content.decode()
    record.refresh_from_db()
    assert record.media == "别人改的媒体", "没有核对就不该覆盖"
    assert "被别人改过" in text and "别人改的媒体" in text and "我改的媒体" in text
    browser.post(f"{URL}{record.pk}/", {**mine, "seen": answer.context["seen"]})
    record.refresh_from_db()
    assert record.media == "我改的媒体"


def test_voiding_needs_a_reason_and_a_post_that_may(at, coordinator, clerk, section):
    record = InterviewFactory(office=coordinator.office, section=section)
    assert at(clerk).post(f"{URL}{record.pk}/void/", {"reason": "手滑"}).status_code == 403
    browser = at(coordinator)
    browser.post(f"{URL}{record.pk}/void/", {"reason": "  "})
    record.refresh_from_db()
    assert record.voided_at is None
    text = browser.post(f"{URL}{record.pk}/void/", {"reason": "重复登记"}, follow=True).content.decode()
    record.refresh_from_db()
    assert record.void_reason == "重复登记" and "已作废" in text and 'name="seen"' not in text


def test_a_refusal_is_shown_with_its_basis_beside_what_was_typed(at, coordinator, monkeypatch):
    import dataclasses

    from gongkai.law.objections import Objection
    from gongkai.registers import register as kit

    entry = get_register("interviews")
    monkeypatch.setitem(kit._registers, "interviews", dataclasses.replace(entry, objections=lambda item: [Objection("no", "采访须先经分管领导同意", "条例 17")]))
    text = at(coordinator).post(f"{URL}add/", filled(subject="没同意的采访")).content.decode()
    assert "采访须先经分管领导同意（依据：条例 17）" in text and "没同意的采访" in text
    assert not Interview.objects.exists()


def test_a_record_a_frozen_account_rests_on_says_so(at, coordinator):
    from django.utils import timezone

    from gongkai.evidence.models import FrozenAccount, FrozenRow, FrozenValue

    record = InterviewFactory(office=coordinator.office)
    account = FrozenAccount.objects.create(office=coordinator.office, subject_kind="ledger.Plan", subject_id=1, title="2022年台账", year=2022, as_of=date(2022, 11, 30), version=1, frozen_at=timezone.now(), content={}, digest="")
    value = FrozenValue.objects.create(account=account, key="events.interviews", label="采访", unit="次", number=1)
    FrozenRow.objects.create(value=value, position=1, kind=Interview._meta.label, record_id=record.pk, shown={})
    assert "冻结账以此记录为依据" in at(coordinator).get(f"{URL}{record.pk}/").content.decode()


def test_records_that_belong_to_another_are_listed_below_it_and_added_from_there(at, coordinator):
    event = EventFactory(office=coordinator.office)
    AttendanceFactory(event=event, enterprise="青禾精工有限公司")
    browser = at(coordinator)
    text = browser.get(f"/desk/registers/events/{event.pk}/").content.decode()
    assert "青禾精工有限公司" in text and f"/desk/registers/attendances/add/?parent={event.pk}" in text
    page = browser.get(f"/desk/registers/attendances/add/?parent={event.pk}")
    values = {bound.name: bound.value() or "" for bound in page.context["form"] if bound.name != "proof"}
    assert str(values["event"]) == str(event) or values["event"] in (event, event.pk)
    values |= {"event": event.pk, "enterprise": "青禾新材料有限公司", "credit_code": credit_code(900), "persons": "2", "way": Attendance.Way.ON_SITE}
    answer = browser.post(f"/desk/registers/attendances/add/?parent={event.pk}", values)
    assert answer.status_code == 302 and answer["Location"] == f"/desk/registers/events/{event.pk}/", answer.context and answer.context["form"].errors
    assert event.attendances.count() == 2 if hasattr(event, "attendances") else Attendance.objects.filter(event=event).count() == 2


def test_a_parent_of_another_office_can_t_be_borrowed(at, coordinator, stranger):
    event = EventFactory(office=stranger.office)
    assert at(coordinator).get(f"/desk/registers/attendances/add/?parent={event.pk}").status_code == 404


def test_derived_days_are_shown_and_can_t_be_typed(at, coordinator):
    from tests.factories.foi import ApplicationFactory

    application = ApplicationFactory(office=coordinator.office)
    page = at(coordinator).get(f"/desk/registers/applications/{application.pk}/")
    assert "reply_due_on" not in page.context["form"].fields
    text = page.content.decode()
    assert "系统推算" in text and "答复最后一日" in text and "依据：" in text


def test_an_attached_file_leaves_as_a_download_and_is_logged(at, coordinator):
    from django.core.files.base import ContentFile

    from gongkai.files.actions import keep

    stored = keep(ContentFile("证明材料".encode(), name="证明.txt"), office=coordinator.office, by=coordinator)
    record = InterviewFactory(office=coordinator.office, proof=stored)
    browser = at(coordinator)
    answer = browser.get(f"{URL}{record.pk}/files/proof/")
    assert b"".join(answer.streaming_content).decode() == "证明材料"
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Disposition"].startswith("attachment")
    assert Entry.objects.filter(verb="files.opened", actor=coordinator).count() == 1
    assert browser.get(f"{URL}{record.pk}/files/subject/").status_code == 404


@pytest.mark.parametrize("page", ["", "add/", "import/", "import/template/", "1/", "1/history/"])
def test_an_unknown_register_does_not_exist(at, coordinator, page):
    assert at(coordinator).get(f"/desk/registers/nothing-here/{page}").status_code == 404


