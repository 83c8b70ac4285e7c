"""Stored last days against the facts: tampering is mended, and a new notice moves only what it should."""

from datetime import date

import pytest

from gongkai.audit.models import Entry
from gongkai.consultation.models import Consultation
from gongkai.documents.models import NormativeDocument
from gongkai.foi.models import Application
from gongkai.inspection.models import Finding
from gongkai.registers.derived import compare_nightly, moved, rederive
from gongkai.rulebook import actions as rulebook
from gongkai.rulebook.queries import calendar, notice_of
from tests.factories.accounts import UserFactory
from tests.factories.consultation import ConsultationFactory
from tests.factories.documents import NormativeDocumentFactory
from tests.factories.foi import ApplicationFactory
from tests.factories.inspection import FindingFactory

pytestmark = pytest.mark.django_db


def test_what_is_stored_is_what_the_facts_give():
    ApplicationFactory(), ApplicationFactory(extended=True), ApplicationFactory(corrected=True), ApplicationFactory(late=True)
    NormativeDocumentFactory(), ConsultationFactory(), FindingFactory()
    assert moved(calendar()) == []
    assert compare_nightly() == "全部期限与依据相符" and not Entry.objects.filter(verb="registers.rederived").exists()


@pytest.mark.parametrize(
    ("make", "field"),
    [
        pytest.param(ApplicationFactory, "reply_due_on", id="答复期限"),
        pytest.param(NormativeDocumentFactory, "gazette_due_on", id="公报报送期限"),
        pytest.param(ConsultationFactory, "feedback_due_on", id="反馈期限"),
        pytest.param(FindingFactory, "fix_due_on", id="整改期限"),
    ],
)
def test_a_last_day_that_was_tampered_with_is_found_and_mended(make, field):
    untouched, record = make(), make()
    right = getattr(record, field)
    type(record).objects.filter(pk=record.pk).update(**{field: date(2023, 6, 30)})
    (move,) = moved(calendar())
    assert (move.record, move.name, move.before) == (record, field, "2023年6月30日")
    assert compare_nightly() == "有1项期限与依据不符，已更正并记入审计日志"
    record.refresh_from_db()
    assert getattr(record, field) == right == getattr(untouched, field)
    entry = Entry.objects.get(verb="registers.rederived")
    assert (entry.subject_id, entry.facts["before"], entry.actor_name) == (str(record.pk), "2023年6月30日", "系统")
    assert entry.facts["after"] == f"{right.year}年{right.month}月{right.day}日"
    assert compare_nightly() == "全部期限与依据相符", "mended once, it stays mended"


def test_a_missing_last_day_is_put_in_and_a_voided_record_is_left_alone():
    voided = ApplicationFactory(voided_at="2022-06-01T00:00+08:00")
    lost = ApplicationFactory()
    Application.objects.update(reply_due_on=None)
    (move,) = moved(calendar())
    assert (move.record, move.before, move.after) == (lost, "无", "2022年3月29日")
    rederive(by=None)
    voided.refresh_from_db()
    assert voided.reply_due_on is None


#: 2031 has no shipped notice: Thursday 2 January counts as a workday until one says otherwise.
NOTICE = {"year": 2031, "number": "国办发明电〔2030〕9号", "published_on": date(2030, 11, 10), "days": {"2031-01-01": "放假", "2031-01-02": "放假"}}


def test_a_new_notice_moves_only_the_clocks_that_run_over_it():
    over, before, after = (ApplicationFactory(handed_in_on=day) for day in (date(2030, 12, 20), date(2030, 11, 1), date(2031, 1, 3)))
    calendar_days = ConsultationFactory(published_on=date(2030, 11, 25), ends_on=date(2030, 12, 25))
    due = {record.pk: record.reply_due_on for record in (over, before, after)}
    under = calendar().with_notice(notice_of(NOTICE["year"], NOTICE["number"], NOTICE["published_on"], "", NOTICE["days"].items()))
    assert [move.record for move in moved(under)] == [over]
    assert not Entry.objects.exists(), "looking writes nothing"
    over.refresh_from_db()
    assert over.reply_due_on == due[over.pk]

    by = UserFactory()
    rulebook.confirm_notice(rulebook.enter_notice(**NOTICE, by=by), by=by)
    assert rederive(by=by) == 1
    for record in (over, before, after):
        record.refresh_from_db()
    assert [record.reply_due_on == due[record.pk] for record in (over, before, after)] == [False, True, True]
    assert over.reply_due_on > due[over.pk]
    was = calendar_days.feedback_due_on
    assert Consultation.objects.get().feedback_due_on == was, "a month by the calendar knows no working days"
    assert NormativeDocument.objects.count() == Finding.objects.count() == 0
