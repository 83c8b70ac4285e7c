"""Many hands at one case: a move happens once, nobody's entry is lost, and two answers never both go out."""

import threading
import time
from datetime import date

import pytest
from django.db import connection, transaction

from gongkai.audit.models import Entry
from gongkai.foi import actions, by_letter, joining
from gongkai.foi.models import Application, ThirdPartyOpinion
from gongkai.law.refusals import Refused
from gongkai.letters import actions as letters
from gongkai.letters import rules as letter_rules
from gongkai.letters.models import Delivery, Letter
from gongkai.letters.rules import Step
from tests.factories.accounts import SectionFactory
from tests.factories.foi import ApplicantFactory, ApplicationFactory
from tests.foi.test_by_letter import MARCH, Office

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def at_once(*deeds):
    """Run every deed in a thread of its own, all started together: (what they returned, what was refused)."""
    ready, done, refused, errors = threading.Barrier(len(deeds)), [], [], []

    def hand(deed):
        ready.wait()
        try:
            done.append(deed())
        except Refused as refusal:
            refused.append(refusal)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return done, refused


def hands() -> int:
    return 16 if connection.vendor == "postgresql" else 4


def test_one_case_is_answered_once():
    case = Office().now
    results = ("granted", "not_exist", "denied_process", "petition")

    def reply(n):
        return lambda: actions.reply(case, by=None, result=results[n % 4], delivery="post", dispatched_on=MARCH[10 + n % 4])

    done, refused = at_once(*(reply(n) for n in range(hands())))
    assert len(done) == 1 and len(refused) == hands() - 1
    stands = Application.objects.get(pk=case.pk)
    assert (stands.result, stands.dispatched_on) == (done[0].result, done[0].dispatched_on)
    assert Entry.objects.filter(verb="foi.replied").count() == 1


def test_moves_of_different_kinds_lose_nothing():
    """Each writes the whole row: a hand that read before another wrote would undo it."""
    office = Office()
    case = office.now
    other = SectionFactory(office=case.office, name="信息化科")
    deeds = [
        lambda: actions.transfer(case, by=None, section=other, reason="属该科"),
        lambda: actions.extend(case, by=None, days=10, consented_by=office.consenting, on=MARCH[10]),
        lambda: actions.consult(case, by=None, kind="third_party", sent_on=MARCH[8], received_by_on=MARCH[9]),
        lambda: actions.consult(case, by=None, kind="agency", sent_on=MARCH[8]),
    ]
    done, refused = at_once(*deeds)
    assert len(done) == 4 and refused == []
    stands = Application.objects.get(pk=case.pk)
    assert (stands.section, stands.extended_days, stands.opinions.count()) == (other, 10, 2)
    fresh = Application.objects.get(pk=case.pk)
    actions.derive(fresh)
    assert fresh.reply_due_on == stands.reply_due_on


def test_a_letter_is_delivered_once():
    office = Office()
    letter = office.stamped("granted", MARCH[24])
    done, refused = at_once(*(lambda: letters.deliver(letter, by=office.clerk, way="direct", on=MARCH[25], proof="签收") for _ in range(hands())))
    assert len(done) == 1 and len(refused) == hands() - 1 and Delivery.objects.count() == 1
    assert office.now.reply_on == MARCH[25]


def test_two_replies_are_not_both_frozen():
    office, day = Office(), date(2022, 3, 24)
    drafts = []
    for kind in ("not_exist", "petition", "need_creation", "already_public"):
        names = letter_rules.fields_of(letter_rules.wording(letter_rules.kinds()[kind], day))
        letter = letters.draft(office.case, kind=kind, by=office.clerk, fields=dict.fromkeys(names, "一项"), written_on=day, number=office.case.number)
        for step, by in ((Step.LEGAL, office.legal), (Step.SECRECY, office.secrecy), (Step.APPROVE, office.leader)):
            letters.sign(letter, step=step, by=by)
        drafts.append(Letter.objects.get(pk=letter.pk))
    done, refused = at_once(*((lambda one=one: letters.freeze(one, by=office.clerk)) for one in drafts))
    assert (len(done), len(refused)) == (1, 3)
    assert [one.number for one in by_letter.live(office.now, "reply") if one.frozen_at] == [done[0].number]
    assert Letter.objects.exclude(serial=None).count() == 1


def holding(first, second, deed):
    """One hand has `first` when the deed begins, and half a second later wants `second`, as joining two cases or answering a letter for opinions does."""
    begun = threading.Event()

    def other():
        with transaction.atomic():
            first()
            begun.set()
            time.sleep(0.5)
            second()

    def ours():
        begun.wait()
        return deed()

    return at_once(other, ours)


def test_answering_merged_cases_holds_them_in_the_order_in_which_joining_does():
    """The younger case's letter answers the elder too: it had the younger and waited for the elder, which a hand that joins them took first."""
    office = Office()
    elder = office.now
    younger = ApplicationFactory(office=elder.office, section=elder.section)
    ApplicantFactory(application=younger)
    joining.join(elder, by=office.clerk, other=younger, kind="merged", reason="同一事项", document="呈批单3号", on=MARCH[4])
    office.case = younger
    letter = office.stamped("granted", MARCH[24])
    held = Application.objects.held
    done, refused = holding(lambda: held(elder), lambda: held(younger), lambda: letters.deliver(letter, by=office.clerk, way="direct", on=MARCH[25], proof="签收"))
    assert len(done) == 2 and refused == []
    assert {one.reply_on for one in Application.objects.filter(pk__in=[elder.pk, younger.pk])} == {MARCH[25]}
    done, refused = holding(lambda: held(elder), lambda: held(younger), lambda: letters.correct_day(letter, by=office.clerk, of="delivery", on=MARCH[28], reason="看错底单"))
    assert len(done) == 2 and refused == []
    assert {one.reply_on for one in Application.objects.filter(pk__in=[elder.pk, younger.pk])} == {MARCH[28]}


def test_correcting_a_letter_for_opinions_holds_it_before_its_case_as_its_answer_does():
    office = Office()
    letter = office.stamped("consult_third", MARCH[7])
    office.deliver(letter, "direct", MARCH[8])
    asked = ThirdPartyOpinion.objects.get()
    done, refused = holding(
        lambda: ThirdPartyOpinion.objects.held(asked), lambda: Application.objects.held(office.case),
        lambda: letters.correct_day(letter, by=office.clerk, of="delivery", on=MARCH[9], reason="看错回证"),
    )  # fmt: skip
    assert len(done) == 2 and refused == [] and ThirdPartyOpinion.objects.get().sent_on == MARCH[9]
