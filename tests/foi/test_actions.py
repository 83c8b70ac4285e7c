"""What happens to an application, and to what is known about whoever made it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from gongkai.accounts.roles import Role
from gongkai.audit.models import Entry
from gongkai.foi import actions, archiving, joining, queries
from gongkai.foi.models import (
    Applicant,
    ApplicantCategory,
    Application,
    Channel,
    ConsultedKind,
    Delivery,
    Remedy,
)
from gongkai.law.refusals import Refused
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.foi import ApplicantFactory, ApplicationFactory, ThirdPartyOpinionFactory

pytestmark = pytest.mark.django_db
PERSON = {"name": "林溪桥", "phone": "139-0000-1234", "id_number": "990101199003071234", "address": "青禾市禾苑路12号3栋502房"}


@pytest.fixture
def office():
    return OfficeFactory()


@pytest.fixture
def clerk(office):
    return UserFactory(name="许知禾", office=office, role=Role.CLERK, role__section=SectionFactory(office=office, name="产业政策与法制科"))


def receive(office, by, **facts) -> Application:
    wanted = {
        "channel": Channel.COUNTER, "handed_in_on": date(2022, 3, 1), "applicant_category": ApplicantCategory.NATURAL,
        "subject": "技术改造专项资金分配结果", "applicant": PERSON, "section": SectionFactory(office=office, name="产业政策与法制科"),
    }  # fmt: skip
    return actions.receive(office, by=by, **(wanted | facts))


def test_receiving_numbers_the_year_and_starts_the_period(office, clerk):
    first, second = receive(office, clerk), receive(office, clerk)
    next_year = receive(office, clerk, handed_in_on=date(2023, 1, 4))
    assert [a.number for a in (first, second, next_year)] == [
        "青工信公开申〔2022〕1号", "青工信公开申〔2022〕2号", "青工信公开申〔2023〕1号"
    ]  # fmt: skip
    assert (first.received_on, first.reply_due_on) == (date(2022, 3, 1), date(2022, 3, 29))


def test_an_internet_application_waits_for_confirmation(office, clerk):
    application = receive(office, clerk, channel=Channel.INTERNET)
    assert (application.received_on, application.reply_due_on, application.state) == (None, None, "待确认")
    application = actions.confirm(application, by=clerk, on=date(2022, 3, 3))
    assert (application.received_on, application.reply_due_on) == (date(2022, 3, 3), date(2022, 3, 31))


# The applicant


def test_the_applicant_is_sealed_in_the_database_and_absent_from_the_log(office, clerk):
    application = receive(office, clerk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM foi_applicant")
        stored = repr(cursor.fetchall())
        cursor.execute("SELECT * FROM foi_application")
        stored += repr(cursor.fetchall())
    actions.write_applicant(application, by=clerk, phone="13900005678")
    log = repr(list(Entry.objects.values_list("subject_label", "facts")))
    for secret in (*PERSON.values(), "13900001234", "13900005678"):
        assert secret not in stored
        assert secret not in log
    assert Entry.objects.filter(verb="foi.applicant_changed").get().facts["fields"] == "联系电话"


def test_reading_the_applicant_leaves_a_row(office, clerk):
    application = receive(office, clerk)
    assert actions.read_applicant(application, by=clerk).name == "林溪桥"
    entry = Entry.objects.filter(verb="foi.applicant_read").get()
    assert (entry.actor_id, entry.subject_id) == (clerk.pk, str(application.pk))


@pytest.mark.parametrize("role", [None, Role.LEGAL, Role.DIRECTOR, Role.SUPERIOR, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN])
def test_who_has_no_part_in_the_case_does_not_read_the_applicant(office, clerk, role):
    application = receive(office, clerk)
    stranger = UserFactory(office=office, role=role)
    with pytest.raises(PermissionDenied):
        actions.read_applicant(application, by=stranger)
    assert not Entry.objects.filter(verb="foi.applicant_read").exists()


def test_another_sections_clerk_does_not_read_the_applicant(office, clerk):
    application = receive(office, clerk)
    other = UserFactory(office=office, role=Role.CLERK, role__section=SectionFactory(office=office, name="工业投资科"))
    with pytest.raises(PermissionDenied):
        actions.read_applicant(application, by=other)


def test_a_person_is_found_exactly_and_the_search_is_on_record(office, clerk):
    mine = ApplicantFactory(application__office=office).application
    ApplicantFactory(application__office=office, name="林溪", phone="13900009999", id_number="")
    found = actions.find_by_applicant(office, by=clerk, phone="１３９ 0000-1234")
    assert found == [mine]
    assert actions.find_by_applicant(office, by=clerk, name="林溪桥", phone="13900009999") == []
    entry = Entry.objects.filter(verb="foi.applicant_searched").first()
    assert "林溪桥" not in repr(entry.facts)
    with pytest.raises(Refused):
        actions.find_by_applicant(office, by=clerk, name=" ")


# The case


def test_correction_starts_a_fresh_period(office, clerk):
    application = actions.ask_to_correct(receive(office, clerk), by=clerk, on=date(2022, 3, 4))
    assert (application.correction_due_on, application.reply_due_on) == (date(2022, 3, 25), None)
    application = actions.corrected(application, by=clerk, on=date(2022, 3, 15))
    assert application.reply_due_on == date(2022, 4, 13)


def test_asking_after_the_seventh_day_needs_a_reason(office, clerk):
    application = receive(office, clerk)
    with pytest.raises(Refused) as refused:
        actions.ask_to_correct(application, by=clerk, on=date(2022, 3, 11))
    assert [o.code for o in refused.value.objections] == ["asked_late"]
    application.refresh_from_db()
    assert application.correction_asked_on is None
    actions.ask_to_correct(application, by=clerk, on=date(2022, 3, 11), late_reason="经核实后才发现指向不明")


def test_an_extension_rests_on_the_consent_of_the_head_of_the_office_for_disclosure(office, clerk):
    application = receive(office, clerk)
    head = UserFactory(name="沈若谷", office=office, role=Role.DISCLOSURE_HEAD)
    for nobody in (None, clerk):
        with pytest.raises(Refused) as refused:
            actions.extend(application, by=clerk, days=20, consented_by=nobody, on=date(2022, 3, 28))
        assert [o.code for o in refused.value.objections] == ["no_consent"]
    extended = actions.extend(application, by=clerk, days=20, consented_by=head, on=date(2022, 3, 28))
    assert extended.reply_due_on == date(2022, 4, 26)
    assert Entry.objects.filter(verb="foi.extended").get().facts["consented_by"] == "沈若谷"


def test_a_letter_moves_the_last_day_wherever_it_was_changed(office, clerk):
    application = receive(office, clerk)
    letter = actions.consult(
        application, by=clerk, kind=ConsultedKind.THIRD_PARTY, name="青禾市穗丰机械有限公司",
        sent_on=date(2022, 3, 3), received_by_on=date(2022, 3, 4),
    )  # fmt: skip
    application.refresh_from_db()
    assert (letter.expires_on, application.reply_due_on) == (date(2022, 3, 25), date(2022, 4, 21))
    letter = actions.opinion_received(letter, by=clerk, on=date(2022, 3, 8), agrees=False)
    application.refresh_from_db()
    assert application.reply_due_on == date(2022, 4, 1)
    letter.voided_at = letter.created_at
    letter.save()
    application.refresh_from_db()
    assert application.reply_due_on == date(2022, 3, 29)
    assert Entry.objects.filter(verb="foi.last_day_moved").count() == 3


def test_one_decision_picks_the_row_and_the_article(office, clerk):
    application = actions.reply(
        receive(office, clerk), by=clerk, result="denied_process", delivery=Delivery.POST, dispatched_on=date(2022, 3, 29)
    )
    assert (application.closed_on, application.report_row) == (date(2022, 3, 29), "denied_process")
    assert application.article == "《中华人民共和国政府信息公开条例》第十六条第二款"
    assert application.state == "已答复"


def test_a_reply_handed_over_is_made_when_it_is_signed_for(office, clerk):
    application = actions.reply(
        receive(office, clerk), by=clerk, result="granted", delivery=Delivery.DIRECT, dispatched_on=date(2022, 3, 28)
    )
    assert (application.reply_on, application.closed_on, application.state) == (None, None, "办理中")


def test_what_is_closed_stays_closed(office, clerk):
    application = ApplicationFactory(office=office, answered=True)
    for verb, facts in [
        (actions.withdraw, {"on": date(2022, 4, 1)}),
        (actions.ask_to_correct, {"on": date(2022, 3, 4)}),
        (actions.reply, {"result": "granted", "delivery": Delivery.POST, "dispatched_on": date(2022, 3, 29)}),
    ]:
        with pytest.raises(Refused):
            verb(application, by=clerk, **facts)


def test_a_lapsed_correction_is_set_aside_after_its_last_day_only(office, clerk):
    application = ApplicationFactory(office=office, awaiting_correction=True)
    with pytest.raises(Refused):
        actions.set_aside(application, by=clerk, on=date(2022, 3, 25))
    application = actions.set_aside(application, by=clerk, on=date(2022, 3, 28))
    assert (application.report_row, application.closed_on, application.state) == ("abandoned_fix", date(2022, 3, 28), "视为放弃")


def test_a_withdrawal_closes_the_case_in_the_row_other(office, clerk):
    application = actions.withdraw(receive(office, clerk), by=clerk, on=date(2022, 3, 10))
    assert (application.result, application.report_row, application.closed_on) == ("withdrawn", "other", date(2022, 3, 10))


def test_a_refused_verb_writes_nothing(office, clerk):
    before = Entry.objects.count()
    with pytest.raises(Refused):
        receive(office, clerk, handed_in_on=date(2018, 1, 2))
    assert (Application.objects.count(), Applicant.objects.count(), Entry.objects.count()) == (0, 0, before)


@pytest.mark.parametrize(
    "traits",
    [{}, {"unconfirmed": True}, {"corrected": True}, {"extended": True}, {"answered": True}, {"late": True}, {"withdrawn": True}],
    ids=["办理中", "待确认", "已补正", "已延长", "已答复", "逾期答复", "已撤回"],
)
def test_what_is_stored_is_what_follows_from_the_facts(office, traits):
    ApplicationFactory(office=office, **traits)
    assert queries.stale(office) == []


def test_a_last_day_changed_behind_the_offices_back_is_noticed(office):
    application = ApplicationFactory(office=office)
    Application.objects.filter(pk=application.pk).update(reply_due_on=date(2022, 4, 30))
    assert queries.stale(office) == [(application, {"reply_due_on": (date(2022, 4, 30), date(2022, 3, 29))})]


def test_a_letter_saved_in_a_case_being_answered_counts_as_far_as_the_answer(office):
    application = ApplicationFactory(office=office)
    ThirdPartyOpinionFactory(application=application, received_by_on=None)
    application.refresh_from_db()
    assert application.reply_due_on is None


@pytest.mark.parametrize("verb", ["receive", "correct", "consult", "opinion", "remedy", "archive", "hand_over"])
def test_what_has_not_happened_yet_is_not_entered(verb):
    """A slip in the year, most often: every day a person types is held against today."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    case = ApplicationFactory(answered=True) if verb in ("archive", "remedy") else ApplicationFactory()
    by = UserFactory(office=case.office, role=Role.COORDINATOR)
    facts = {"channel": "counter", "applicant_category": "natural", "subject": "分配结果", "applicant": {"name": "林溪桥"}}
    deeds = {
        "receive": lambda: actions.receive(case.office, by=by, handed_in_on=tomorrow, **facts), "correct": lambda: registers.change(get_register("applications"), case, by=by, correction_asked_on=date(2022, 3, 4), correction_due_on=date(2022, 3, 25), corrected_on=tomorrow),
        "consult": lambda: actions.consult(case, by=by, kind="third_party", sent_on=date(2022, 3, 4), received_by_on=tomorrow),
        "opinion": lambda: actions.opinion_received(actions.consult(case, by=by, kind="third_party", sent_on=date(2022, 3, 4)), by=by, on=tomorrow, agrees=True),
        "remedy": lambda: registers.create(get_register("remedies"), Remedy(office=case.office, application=case, kind="reconsideration", organ="青禾市人民政府", accepted_on=date(2022, 4, 11), decided_on=tomorrow, result="upheld"), by=by),
        "archive": lambda: archiving.archive(case, by=by, number="XXGK-1", on=tomorrow),
        "hand_over": lambda: joining.hand_over(case, by=by, section=SectionFactory(office=case.office, name="信息化科"), reason="属该科", on=tomorrow),
    }  # fmt: skip
    with pytest.raises(Refused, match="还没有到"):
        deeds[verb]()
