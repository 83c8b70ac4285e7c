"""The log as the audit administrator reads it."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gongkai.accounts.roles import Role
from gongkai.audit.actions import record, seal_all
from gongkai.audit.models import Entry
from gongkai.audit.triggers import allow_again
from gongkai.audit.verbs import sentences
from gongkai.registers import actions
from gongkai.registers.register import get_register
from tests.factories.accounts import OfficeFactory, UserFactory
from tests.factories.events import InterviewFactory

URL = "/desk/log/"
sentences(test__did="办了{what}")


def told(answer) -> list[str]:
    return [told.sentence for told in answer.context["trail"] if told.entry.verb.startswith("test.")]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDIT_ADMIN])
def test_only_the_audit_administrator_reads_the_log(at, office, role):
    record("test.did", office_id=office.pk, what="不给别人看的事")
    answer = at(UserFactory(office=office, role=role)).get(URL)
    assert answer.status_code == 403 and "不给别人看的事" not in answer.content.decode()


@pytest.mark.slow
def test_another_office_s_deeds_are_not_told(at, auditor):
    record("test.did", office_id=auditor.office_id, what="本机关的事")
    record("test.did", office_id=OfficeFactory(name="邻市工业和信息化局").pk, what="邻市的事")
    assert told(at(auditor).get(URL)) == ["办了本机关的事"]


@pytest.mark.slow
def test_filters_find_by_day_person_verb_object_and_address(at, auditor, coordinator):
    zone = timezone.get_current_timezone()
    record("test.did", by=coordinator, at=datetime(2022, 5, 1, 0, 5, tzinfo=zone), what="五月一日凌晨")
    record("test.did", by=coordinator, at=datetime(2022, 5, 1, 23, 55, tzinfo=zone), what="五月一日深夜")
    record("test.did", by=auditor, at=datetime(2022, 5, 2, 9, 0, tzinfo=zone), what="五月二日")
    browser = at(auditor)
    # A day is the office's day, not the day in Greenwich.
    assert told(browser.get(URL, {"since": "2022-05-01", "until": "2022-05-01"})) == ["办了五月一日深夜", "办了五月一日凌晨"]
    assert told(browser.get(URL, {"who": "秦"})) == ["办了五月二日"]
    assert told(browser.get(URL, {"q": "深夜"})) == ["办了五月一日深夜"]
    assert told(browser.get(URL, {"verb": "accounts."})) == []
    assert len(told(browser.get(URL, {"verb": "test."}))) == 3
    assert len(told(browser.get(URL, {"since": "不是日期"}))) == 3


def test_a_change_opens_to_old_and_new(at, auditor, coordinator):
    interview = InterviewFactory(office=coordinator.office, media="青禾日报")
    actions.change(get_register("interviews"), interview, by=coordinator, media="青禾晚报")
    text = at(auditor).get(URL).content.decode()
    assert "改动1项" in text and "<del>青禾日报</del>" in text and "<ins>青禾晚报</ins>" in text


@pytest.mark.slow
def test_the_log_turns_pages_backwards_and_its_length_costs_nothing(at, auditor):
    Entry.objects.bulk_create(Entry(at=timezone.now() - timedelta(minutes=n), office_id=auditor.office_id, actor_name="系统", verb="test.did", facts={"what": f"第{n}件"}) for n in range(120))
    browser = at(auditor)
    browser.get(URL)
    with CaptureQueriesContext(connection) as many:
        first = browser.get(URL)
    second = browser.get(URL, {"before": first.context["older"]})
    assert len(first.context["trail"]) == 50 and "更早的记录" in first.content.decode()
    assert not {t.entry.pk for t in first.context["trail"]} & {t.entry.pk for t in second.context["trail"]}
    assert len(many) < 15


def test_checking_the_chain_says_that_it_holds(at, auditor):
    record("test.did", office_id=auditor.office_id, what="封好的事")
    seal_all()
    assert "校验通过" in at(auditor).post(URL, follow=True).content.decode()


def test_checking_the_chain_names_a_row_that_was_altered(at, auditor):
    entry = record("test.did", office_id=auditor.office_id, what="原来的事")
    seal_all()
    # What the application can't do, someone with the database file could.
    allow_again("default", "audit_entry", "UPDATE")
    Entry.objects.filter(pk=entry.pk).update(actor_name="别人")
    text = at(auditor).post(URL, follow=True).content.decode()
    assert "校验发现" in text and f"审计记录{entry.pk}在封签后被改动" in text
