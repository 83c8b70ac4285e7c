"""What is done with consultations and opinions, what they owe, and who sees what."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from gongkai.audit.models import Entry
from gongkai.consultation import actions, queries
from gongkai.consultation.models import Consultation, Disposition, Kind, Opinion, Source
from gongkai.law.refusals import Refused
from gongkai.registers.register import get_register
from gongkai.sockets import duty_sources
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.consultation import ConsultationFactory, ConsultationNoticeFactory, OpinionFactory

pytestmark = pytest.mark.django_db
SECRET = "13900005678"


def test_a_consultation_from_its_notice_to_its_feedback():
    office, clerk = OfficeFactory(), UserFactory()
    consultation = actions.open_consultation(
        office, by=clerk, title="青禾市技术改造扶持办法（征求意见稿）", kind=Kind.MAJOR, published_on=date(2022, 3, 1),
        ends_on=date(2022, 3, 31), ways="电子邮箱",
    )  # fmt: skip
    actions.announce(consultation, by=clerk, channel="website", posted_on=date(2022, 3, 1), url="https://gxj.qinghe.example/1.html")
    first = actions.receive(
        consultation, by=clerk, source=Source.ENTERPRISE, received_on=date(2022, 3, 5), content=f"建议降低门槛，电话{SECRET}",
        giver_name="青禾市穗丰机械有限公司", giver_contact=SECRET,
    )  # fmt: skip
    second = actions.receive(consultation, by=clerk, source=Source.PUBLIC, received_on=date(2022, 3, 9), content="建议延长申报期")
    assert (first.number, second.number) == (1, 2)
    actions.dispose(first, by=clerk, disposition=Disposition.ADOPTED)
    with pytest.raises(Refused) as refused:
        actions.feed_back(consultation, by=clerk, on=date(2022, 4, 20))
    assert [o.code for o in refused.value.objections] == ["undecided"]
    actions.dispose(second, by=clerk, disposition=Disposition.DECLINED, reason="与上位规定不一致")
    consultation = actions.feed_back(consultation, by=clerk, on=date(2022, 4, 20), url="https://gxj.qinghe.example/2.html")
    assert (consultation.feedback_on, consultation.feedback_due_on) == (date(2022, 4, 20), date(2022, 4, 30))
    assert set(Opinion.objects.values_list("fed_back_on", flat=True)) == {date(2022, 4, 20)}
    assert [e.verb for e in Entry.objects.order_by("id")] == [
        "consultation.opened", "consultation.announced", "consultation.opinion_received", "consultation.opinion_received",
        "consultation.disposed", "consultation.disposed", "consultation.fed_back",
    ]  # fmt: skip
    assert SECRET not in repr(list(Entry.objects.values_list("subject_label", "facts")))


def test_an_opinion_answered_singly_keeps_its_own_day():
    opinion = OpinionFactory(fed_back=True, fed_back_on=date(2022, 4, 2))
    actions.feed_back(opinion.consultation, by=None, on=date(2022, 4, 20))
    opinion.refresh_from_db()
    assert opinion.fed_back_on == date(2022, 4, 2)


def test_what_people_wrote_and_who_they_are_is_sealed_in_the_database():
    OpinionFactory()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM consultation_opinion")
        assert SECRET not in repr(cursor.fetchall())


def test_what_is_sealed_stands_in_no_list_and_no_fieldset():
    register = get_register("opinions")
    sealed = {"content", "giver_name", "giver_contact"}
    assert not sealed & {*register.columns, *register.fields, *register.search, *register.filters}
    assert sealed <= {column.name for column in register.table_spec().columns}


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"disposition": Disposition.DECLINED}, id="不采纳没有理由"),
        pytest.param({"fed_back_on": date(2022, 4, 1)}, id="未处理先反馈"),
        pytest.param({"disposition": Disposition.ADOPTED, "fed_back_on": date(2022, 3, 1)}, id="反馈早于收到"),
    ],
)
def test_the_database_refuses_opinions_that_can_never_be(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        OpinionFactory(**wrong)


def test_a_number_stands_once_in_a_consultation():
    opinion = OpinionFactory(number=7)
    with pytest.raises(IntegrityError), transaction.atomic():
        OpinionFactory(consultation=opinion.consultation, number=7)
    OpinionFactory(number=7)


def test_an_announcement_needs_an_address_or_a_proof():
    notice = ConsultationNoticeFactory.build(consultation=ConsultationFactory(), url="")
    assert [o.code for o in actions.objections_to_notice(notice)] == ["no_proof"]


def test_only_what_was_announced_is_public():
    hidden, shown = ConsultationFactory(), ConsultationFactory()
    ConsultationNoticeFactory(consultation=shown)
    ConsultationNoticeFactory(consultation=shown, channel="press")
    withdrawn = ConsultationNoticeFactory(consultation=hidden)
    withdrawn.voided_at = withdrawn.created_at
    withdrawn.save()
    assert list(Consultation.objects.public()) == [shown]
    assert not Opinion.objects.public().exists()


def test_a_last_day_that_no_longer_follows_is_noticed():
    consultation = ConsultationFactory()
    assert queries.stale(consultation.office) == []
    Consultation.objects.update(ends_on=date(2022, 4, 10))
    assert queries.stale(consultation.office) == [(consultation, date(2022, 4, 30), date(2022, 5, 10))]


# Duties


def owed(office, today: date) -> list:
    return list(duty_sources()["consultation.feedback"].produce(office.pk, date(2022, 1, 1), today))


def test_feedback_is_owed_to_those_who_answered_and_to_nobody_else():
    silent = ConsultationFactory()
    assert owed(silent.office, date(2022, 4, 10)) == []
    heard = OpinionFactory().consultation
    [duty] = owed(heard.office, date(2022, 4, 10))
    assert (duty.subject, duty.due_on, duty.done_on, duty.waiting) == (heard.title, date(2022, 4, 30), None, "")
    [duty] = owed(heard.office, date(2022, 3, 25))
    assert duty.waiting == "征求意见尚未结束"


def test_late_feedback_was_late():
    [duty] = owed(OpinionFactory(consultation__late=True).office, date(2022, 6, 1))
    assert duty.was_late() and not duty.is_overdue(date(2022, 6, 1))


def test_duties_take_the_same_number_of_queries_for_one_and_for_three():
    numbers = []
    for wanted in (1, 3):
        for _ in range(wanted):
            office = OpinionFactory().office
        with CaptureQueriesContext(connection) as captured:
            owed(office, date(2022, 4, 10))
        numbers.append(len(captured))
    assert numbers == [1, 1]
