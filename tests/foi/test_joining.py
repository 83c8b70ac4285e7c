"""并案、关联、移交: what is tied or handed over has its reason and paper, and each case keeps its own row and clock."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.urls import reverse

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.foi import actions, by_letter, joining
from gongkai.foi.models import Application, CaseLink, Handover
from gongkai.foi.rules import State
from gongkai.law.refusals import Refused
from gongkai.letters import actions as letters
from gongkai.letters.models import Letter
from gongkai.sockets import open_duties
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.foi import ApplicantFactory, ApplicationFactory
from tests.foi.test_by_letter import MARCH, Office

pytestmark = pytest.mark.django_db
BACKEND = "gongkai.accounts.backends.PostBackend"
PAPER = {"reason": "同一事项", "document": "呈批单3号", "on": MARCH[4]}


@pytest.fixture
def office(db):
    return Office()


def another(office, id_number: str = "990101199003071234", **facts) -> Application:
    case = ApplicationFactory(office=office.case.office, section=SectionFactory(office=office.case.office, name="信息化科"), **facts)
    ApplicantFactory(application=case, id_number=id_number)
    return case


def merged(office, other, **said):
    return joining.join(other, by=office.clerk, other=office.case, **{"kind": "merged"} | PAPER | said)


@pytest.mark.slow
def test_one_reply_answers_the_merged_case_of_the_same_applicant_each_in_its_own_row(office):
    other = another(office, handed_in_on=MARCH[3])
    merged(office, other)
    other.refresh_from_db()
    assert other.section == office.case.section and other.reply_due_on != office.case.reply_due_on
    letter = office.stamped("granted", MARCH[24])
    office.deliver(letter, "post", MARCH[25])
    other.refresh_from_db()
    assert [(one.closed_on, one.report_row, one.reply_number) for one in (office.now, other)] == [(MARCH[25], "granted", letter.number)] * 2
    assert Application.objects.of(office.case.office).filter(report_row="granted").count() == 2


@pytest.mark.slow
def test_a_corrected_day_moves_what_was_answered_along(office):
    other = another(office, handed_in_on=MARCH[3])
    merged(office, other)
    letter = office.stamped("granted", MARCH[24])
    office.deliver(letter, "post", MARCH[25])
    letters.correct_day(Letter.objects.get(pk=letter.pk), by=office.consenting, of="delivery", on=MARCH[28], reason="寄件底单")
    other.refresh_from_db()
    assert (office.now.closed_on, other.closed_on, other.reply_number) == (MARCH[28], MARCH[28], letter.number)


def test_another_applicants_merged_case_waits_for_a_reply_of_its_own(office):
    other = another(office, id_number="990101199003079999")
    merged(office, other)
    assert by_letter.answered_along(office.case) == []
    office.deliver(office.stamped("granted", MARCH[24]), "post", MARCH[25])
    other.refresh_from_db()
    assert other.state == State.OPEN


def test_a_merged_case_that_waits_for_its_applicant_holds_the_reply_up_and_says_so(office):
    other = another(office, awaiting_correction=True)
    merged(office, other)
    with pytest.raises(Refused, match=f"并入本件的{other.number}：.*待补正"):
        office.stamped("granted", MARCH[24])


@pytest.mark.parametrize(("facts", "kind", "said"), [
    ({"answered": True}, "merged", "只有都在办理中"), ({"voided_at": "2022-03-02T00:00:00Z"}, "linked", "已作废"),
])  # fmt: skip
def test_what_cannot_be_joined(office, facts, kind, said):
    with pytest.raises(Refused, match=said):
        merged(office, another(office, **facts), kind=kind)


def test_a_case_is_merged_once_and_into_no_chain(office):
    first, second = another(office), another(office)
    merged(office, first)
    for one, into, said in ((office.case, second, "反过来并入|已并入"), (second, first, "已并入其他"), (first, office.case, "已经并案")):
        with pytest.raises(Refused, match=said):
            joining.join(one, by=office.clerk, other=into, kind="merged", **PAPER)
    with pytest.raises(Refused, match="不能与自身"):
        joining.join(second, by=office.clerk, other=second, kind="linked", **PAPER)
    with pytest.raises(IntegrityError):
        CaseLink.objects.create(application=first, other=second, kind="merged", reason="x", document="x", on=MARCH[4])


def test_an_answered_case_is_linked_and_parted_with_a_reason(office):
    other = another(office, answered=True)
    link = joining.join(other, by=office.clerk, other=office.case, kind="linked", **PAPER)
    assert joining.links_of(office.case) == [link]
    with pytest.raises(Refused, match="写明解除的原因"):
        joining.part(link, by=office.clerk, reason=" ", on=MARCH[5])
    joining.part(link, by=office.clerk, reason="经核不是同一事项", on=MARCH[5])
    assert joining.links_of(office.case) == [] and Entry.objects.filter(verb="foi.unlinked").count() == 1


def test_no_case_of_another_office_is_joined(office):
    stranger = ApplicationFactory(office=OfficeFactory(name="青禾市商务局"), section=None)
    with pytest.raises(Refused, match="本机关的申请"):
        joining.join(office.case, by=office.clerk, other=stranger, kind="linked", **PAPER)


# Handing over


@pytest.fixture
def section(office):
    return SectionFactory(office=office.case.office, name="工业投资科")


def test_a_hand_over_counts_its_inner_day_back_from_the_last(office, section):
    moved = joining.hand_over(office.case, by=office.leader, section=section, reason="属该科职责", document="分办单2号", on=MARCH[3])
    handed = Handover.objects.get()
    assert (moved.section, moved.reply_due_on, handed.inner_due_on) == (section, MARCH[29], MARCH[22])
    assert [duty.due_on for duty in open_duties(moved.office_id, MARCH[3]) if duty.key == "foi.handover"] == [MARCH[4]]
    with pytest.raises(Refused, match="还没有接收或退回"):
        joining.hand_over(moved, by=office.leader, section=office.case.section, reason="再移", on=MARCH[3])


def test_what_is_returned_goes_back_with_the_reason(office, section):
    former = office.case.section
    joining.hand_over(office.case, by=office.leader, section=section, reason="属该科职责", on=MARCH[3])
    with pytest.raises(Refused, match="写明退回的原因"):
        joining.send_back(Handover.objects.get(), by=office.clerk, reason="", on=MARCH[4])
    joining.send_back(Handover.objects.get(), by=office.clerk, reason="不属本科职责", on=MARCH[4])
    assert office.now.section == former and joining.waiting(office.case) is None
    assert [duty for duty in open_duties(office.case.office_id, MARCH[4]) if duty.key == "foi.handover"] == []
    with pytest.raises(Refused, match="已经接收或退回"):
        joining.accept(Handover.objects.get(), by=office.clerk, on=MARCH[4])


def test_the_inner_day_is_never_after_the_last(office, section):
    with pytest.raises(Refused, match="不能晚于答复最后一日"):
        joining.hand_over(office.case, by=office.leader, section=section, reason="属该科职责", due_on=MARCH[30], on=MARCH[3])


@pytest.mark.slow
def test_the_page_joins_hands_over_and_accepts_each_by_who_may(client, office, section):
    other, page = another(office), reverse("foi:case", args=[office.case.pk])
    head = UserFactory(office=office.case.office, role=Role.HEAD, role__section=office.case.section)
    coordinator = UserFactory(office=office.case.office, role=Role.COORDINATOR)
    taking = UserFactory(office=office.case.office, role=Role.CLERK, role__section=section)
    relate = reverse("foi:relate", args=[office.case.pk])
    said = {"do": "join", "number": other.number, "kind": "linked", "reason": "同一事项", "document": "呈批单3号"}
    client.force_login(office.clerk, backend=BACKEND)
    assert client.post(relate, said).status_code == 403
    client.force_login(coordinator, backend=BACKEND)
    assert "没有找到编号" in client.post(relate, said | {"number": "无此号"}, follow=True).content.decode()
    assert other.number in client.post(relate, said, follow=True).content.decode() and CaseLink.objects.count() == 1
    client.force_login(head, backend=BACKEND)
    client.post(page, {"do": "transfer", "section": section.pk, "reason": "属该科职责", "document": "分办单2号", "on": "2022-03-03"})
    assert office.now.section == section
    client.force_login(coordinator, backend=BACKEND)
    assert "上一次移交还没有接收或退回" in client.get(page).content.decode()
    client.force_login(taking, backend=BACKEND)
    assert "移交工业投资科，待接收" in client.get(page).content.decode()
    client.post(relate, {"do": "accept"})
    assert Handover.objects.get().accepted is True


# Reopening without a decision


@pytest.mark.parametrize("ground", ["order", "own"])
def test_a_case_is_reopened_by_order_or_by_the_offices_own_insight(office, ground):
    case = ApplicationFactory(answered=True)
    made = actions.reopen_otherwise(case, by=None, ground=ground, document="青政公开函〔2022〕5号", reason="遗漏附件", on=date(2022, 4, 6))
    case.refresh_from_db()
    assert (case.state, case.report_row, made.document_number, made.due_on) == ("重新办理", "granted", "青政公开函〔2022〕5号", date(2022, 5, 6))


@pytest.mark.parametrize(("said", "words"), [
    ({"document": ""}, "文号"), ({"reason": " "}, "写明原答复错在哪里"), ({"on": MARCH[1]}, "早于办结日期"), ({"ground": "remedy"}, "请选择重新办理的根据"),
])  # fmt: skip
def test_a_reopening_without_its_paper_or_reason_is_refused(office, said, words):
    given = {"ground": "order", "document": "函1号", "reason": "遗漏附件", "on": date(2022, 4, 6)} | said
    with pytest.raises(Refused, match=words):
        actions.reopen_otherwise(ApplicationFactory(answered=True), by=None, **given)
