"""What a module does to one record, from the buttons beside its form."""

from datetime import date

import pytest
from django.utils import timezone

from gongkai.accounts import permissions
from gongkai.audit.models import Entry
from gongkai.consultation.models import Disposition
from gongkai.registers.register import all_registers
from tests.factories.consultation import ConsultationFactory, OpinionFactory
from tests.factories.events import EventFactory
from tests.factories.guides import MatterChangeFactory

VERBS = [(slug, deed) for slug, entry in all_registers().items() for deed in entry.verbs]


def page_of(slug: str, record, name: str = "") -> str:
    return f"/desk/registers/{slug}/{record.pk}/" + (f"do/{name}/" if name else "")


def test_an_event_is_held_by_its_button(at, coordinator):
    event = EventFactory(office=coordinator.office, planned=True)
    browser = at(coordinator)
    assert "登记举办" in browser.get(page_of("events", event)).content.decode()
    answer = browser.post(page_of("events", event, "hold"), {"on": "2022-05-21"}, follow=True)
    event.refresh_from_db()
    assert event.held_on == date(2022, 5, 21) and "已办理：登记举办" in answer.content.decode()
    assert Entry.objects.filter(verb="events.held", actor=coordinator).count() == 1
    assert "登记举办" not in browser.get(page_of("events", event)).content.decode().split("已办理")[-1], "办过的不再出现"


def test_what_is_refused_says_why_and_keeps_what_was_typed(at, coordinator):
    event = EventFactory(office=coordinator.office, planned=True)
    answer = at(coordinator).post(page_of("events", event, "postpone"), {"to": "2022-05-01", "reason": "场地另有安排"})
    text = answer.content.decode()
    assert "改期后的日期应晚于原计划日期" in text and "场地另有安排" in text
    event.refresh_from_db()
    assert event.planned_on == date(2022, 5, 20)


def test_an_opinion_declined_needs_its_reason_and_feedback_needs_every_opinion(at, coordinator):
    opinion = OpinionFactory(office=coordinator.office, consultation=ConsultationFactory(office=coordinator.office))
    browser = at(coordinator)
    answer = browser.post(page_of("consultations", opinion.consultation, "feed-back"), {"on": "2022-04-20"})
    assert f"第{opinion.number}号意见尚未登记处理意见" in answer.content.decode()
    answer = browser.post(page_of("opinions", opinion, "dispose"), {"disposition": Disposition.DECLINED})
    opinion.refresh_from_db()
    assert not opinion.disposition and "理由" in answer.content.decode()
    browser.post(page_of("opinions", opinion, "dispose"), {"disposition": Disposition.DECLINED, "reason": "与上位规定不一致"})
    browser.post(page_of("consultations", opinion.consultation, "feed-back"), {"on": "2022-04-20"})
    opinion.refresh_from_db()
    assert opinion.disposition == Disposition.DECLINED and opinion.fed_back_on == date(2022, 4, 20)


def test_whoever_may_not_change_a_record_does_nothing_to_it(at, clerk, other_section, stranger):
    theirs = EventFactory(office=clerk.office, section=other_section, planned=True)
    browser = at(clerk)
    assert browser.post(page_of("events", theirs, "hold"), {"on": "2022-05-20"}).status_code == 403
    assert "登记举办" not in browser.get(page_of("events", theirs)).content.decode()
    assert at(stranger).post(page_of("events", theirs, "hold"), {"on": "2022-05-20"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.held_on is None
    assert at(clerk).get(page_of("events", EventFactory(office=clerk.office, section=clerk.posts.get().section), "nothing")).status_code == 404


def test_the_one_who_proposes_a_change_does_not_approve_it(at, clerk, head, section):
    """A button takes the right of its own verb, not that of changing the record."""
    change = MatterChangeFactory(office=clerk.office, section=section, reviewed_on=None, effective_on=None)
    browser = at(clerk)
    assert browser.get(page_of("matter-changes", change)).context["may_change"] and "审核同意" not in browser.get(page_of("matter-changes", change)).content.decode()
    assert browser.post(page_of("matter-changes", change, "review"), {"on": "2022-06-01"}).status_code == 403
    change.refresh_from_db()
    assert change.reviewed_on is None
    assert "审核同意" in at(head).get(page_of("matter-changes", change)).content.decode()


def test_nothing_is_done_to_a_record_that_was_voided(at, coordinator):
    event = EventFactory(office=coordinator.office, planned=True, voided_at=timezone.now(), void_reason="重复登记")
    browser = at(coordinator)
    assert "登记举办" not in browser.get(page_of("events", event)).content.decode()
    assert browser.post(page_of("events", event, "hold"), {"on": "2022-05-21"}).status_code == 403
    event.refresh_from_db()
    assert event.held_on is None


@pytest.mark.parametrize(("slug", "deed"), VERBS, ids=[f"{slug}:{deed.name}" for slug, deed in VERBS])
def test_a_verb_the_permission_table_knows_takes_its_own_right(slug, deed):
    thing, verb = deed.thing or all_registers()[slug].thing, deed.act.__name__
    assert (thing, deed.right) in permissions.table()
    if (thing, verb) in permissions.table():
        assert deed.right == verb


@pytest.mark.parametrize(("slug", "deed"), VERBS, ids=[f"{slug}:{deed.name}" for slug, deed in VERBS])
def test_a_verbs_form_asks_for_what_its_action_takes(slug, deed):
    """Every field is an argument of the action, and every argument it can't do without is asked for."""
    from inspect import Parameter, signature

    takes = signature(deed.act).parameters
    open_ended = any(p.kind is Parameter.VAR_KEYWORD for p in takes.values())
    asked = set(deed.form.base_fields)
    needed = {name for name, p in list(takes.items())[1:] if p.default is Parameter.empty and p.kind is Parameter.KEYWORD_ONLY} - {"by"}
    assert needed <= asked and (open_ended or asked <= takes.keys())
