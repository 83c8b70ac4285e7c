"""The process is killed between any two statements of a move: afterwards the move has happened whole, or not at all.

A child process does the move and kills itself (SIGKILL, so that nothing is tidied up) before its first statement, before its
second, and so on, before and after every commit, until one child lives through it. After each death every row of every table is as it was.
"""

import os
import signal
import traceback
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from gongkai.api import actions as api
from gongkai.audit.models import Entry
from gongkai.foi import actions, public_actions, public_rules
from gongkai.foi.models import Application, HandedIn
from gongkai.law import Objection
from gongkai.law.refusals import Refused, refuse_if
from gongkai.letters import actions as letters
from gongkai.letters import rules as letter_rules
from gongkai.letters.models import Letter
from gongkai.letters.rules import Step
from tests.factories.accounts import OfficeFactory, SectionFactory
from tests.factories.api import AccessTokenFactory
from tests.factories.foi import PaperFactory
from tests.foi.test_by_letter import MARCH, Office
from tests.foi.test_public import PNG
from tests.foi.test_remedies import answered, filed

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TOLD = {"name": "林溪桥", "phone": "13900001234"}


def everything() -> dict:
    """Every row there is, by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            if not table.startswith("django_migrations"):
                cursor.execute(f'SELECT * FROM "{table}"')
                if rows := cursor.fetchall():
                    found[table] = sorted(map(repr, rows))
    return found


def child(deed, stop: int) -> str:
    """Do `deed` in a process of its own, killed before its event number `stop`: "killed", or what became of it."""
    connections.close_all()  # the child must not speak over its parent's line
    read, write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write)
        with os.fdopen(read) as said:
            words = said.read()
        _, status = os.waitpid(pid, 0)
        return "killed" if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL else words
    try:
        done = 0

        def event() -> None:
            nonlocal done
            if done == stop:
                os.kill(os.getpid(), signal.SIGKILL)
            done += 1

        def before(execute, sql, params, many, context):
            event()
            return execute(sql, params, many, context)

        commit = BaseDatabaseWrapper._commit

        def both_sides(self):
            event()
            commit(self)
            event()

        BaseDatabaseWrapper._commit = both_sides
        with connection.execute_wrapper(before):
            deed()
        words = "lived"
    except BaseException:
        words = traceback.format_exc()
    os.write(write, words.encode()[:60_000])
    os._exit(0)


def killed_everywhere(deed) -> int:
    """Kill `deed` at every event until it lives. Each death leaves all as it was, or all as it is in the end. How many deaths."""
    before = everything()
    for stop in range(500):
        said = child(deed, stop)
        after = everything()
        if said == "lived":
            assert after != before, "没有被杀的一次也什么都没有做"
            return stop
        assert said == "killed", said
        if after != before:
            # Past a commit: the deed, begun once more, must find it all done.
            again = child(deed, 500)
            assert "Refused" in again or (again == "lived" and everything() == after), f"在第{stop}步被杀，留下一半：{[table for table in after if after[table] != before.get(table)]}"
            return stop
    raise AssertionError("五百步还没有做完")


def lived(verb: str, n: int = 1) -> None:
    assert Entry.objects.filter(verb=verb).count() == n


def test_registering_at_the_counter():
    office = OfficeFactory()

    def deed():
        # With its number, as a clerk enters a form: entered once more, it would be another's.
        facts = {"applicant_category": "natural", "subject": "技术改造专项资金分配结果", "number": "青工信公开申〔2022〕1号"}
        try:
            actions.receive(office, by=None, channel="counter", handed_in_on=MARCH[1], applicant=TOLD, **facts)
        except (ValidationError, IntegrityError) as taken:
            raise Refused([Objection("taken", "申请编号已存在")]) from taken

    assert killed_everywhere(deed) > 5
    application = Application.objects.get()
    assert application.applicant.name == "林溪桥" and Entry.objects.filter(verb__in=["foi.received", "foi.applicant_entered"]).count() == 2


def test_applying_over_the_website():
    office, secret = OfficeFactory(), "k" * 24
    PaperFactory(office=office, application=None, token_hash=public_actions.token_hash(secret))
    facts = {"applicant_category": "natural", "description": "2021年度分配结果", "form_wanted": "paper", "way_wanted": "post"}
    assert killed_everywhere(lambda: public_actions.file(office, secret=secret, today=MARCH[1], applicant=TOLD, was_shown=True, **facts)) > 10
    application = Application.objects.get()
    assert application.papers.count() == 1 and application.filing and application.applicant.name == "林溪桥"
    lived("foi.received")


def test_handing_in_over_the_api():
    token = AccessTokenFactory()
    facts = {"applicant_category": "natural", "description": "2021年度分配结果", "form_wanted": "paper", "way_wanted": "post"}
    limits = public_rules.limits(timezone.localdate())

    def deed():
        return api.hand_in(token, key="a-key-of-its-own", digest="0" * 64, papers=[ContentFile(PNG, "证.png")], applicant=TOLD, today=MARCH[1], limits=limits, **facts)

    assert killed_everywhere(deed) > 15
    application = Application.objects.get()
    assert application.papers.count() == 1 and application.handed_over.system == token.system
    lived("api.handed_in")


@pytest.mark.parametrize(("kind", "written", "way", "on", "said", "verb"), [
    ("correction", MARCH[4], "post", MARCH[7], {"补正期限": "2022年3月25日"}, "foi.correction_asked"),
    ("extension", MARCH[28], "post", MARCH[29], {"延长天数": "20"}, "foi.extended"),
    ("consult_third", MARCH[3], "direct", MARCH[4], {"收件人": "青禾市穗丰机械有限公司"}, "foi.consulted"),
    ("partial", MARCH[24], "direct", MARCH[25], {}, "foi.replied"),
])  # fmt: skip
def test_delivering_a_letter_and_the_step_it_makes(kind, written, way, on, said, verb):
    office = Office()
    letter = office.stamped(kind, written, **said)
    assert killed_everywhere(lambda: office.deliver(letter, way, on)) > 8
    assert Letter.objects.get(pk=letter.pk).delivery.on == on
    lived("letters.delivered")
    lived(verb)


def test_accepting_what_was_handed_in_over_the_website():
    office = Office()
    office.deliver(office.stamped("correction", MARCH[4], 补正期限="2022年3月25日"), "post", MARCH[7])
    waiting = public_actions.hand_in(office.now, "correction", secret="h" * 24, text="指第二批资金", today=MARCH[10])
    assert killed_everywhere(lambda: public_actions.accept(waiting, by=office.clerk, today=MARCH[11])) > 6
    assert office.now.corrected_on == MARCH[10] and HandedIn.objects.get().settled_on == MARCH[11]
    lived("foi.corrected")


def test_moving_a_case_to_another_section():
    office = Office()
    other = SectionFactory(office=office.case.office, name="信息化科")
    assert killed_everywhere(lambda: actions.transfer(office.now, by=office.clerk, section=other, reason="属该科")) > 4
    assert office.now.section == other
    lived("foi.transferred")


def test_reopening_by_order_of_a_review():
    office = Office()
    answered(office)
    remedy = filed(office, decided_on=date(2022, 5, 20), result="corrected", orders_redo=True, document_number="青府复决〔2022〕7号")
    assert killed_everywhere(lambda: actions.reopen(office.now, by=office.clerk, remedy=remedy, on=date(2022, 5, 23))) > 6
    assert office.now.state == "重新办理" and office.now.reopenings.count() == 1
    lived("foi.reopened")


def test_freezing_a_letter_leaves_no_gap_in_the_numbers():
    """Two transactions on purpose: the number first, then the printing, which may be done again. What is killed here is the first; between them a
    letter has its number and waits. (The printer keeps threads of its own, which no forked child has, so the printing is done by the parent.)
    """
    office = Office()
    kind = "consult_third"  # of these a case may have many

    def signed() -> Letter:
        names = letter_rules.fields_of(letter_rules.wording(letter_rules.kinds()[kind], MARCH[3]))
        letter = letters.draft(office.case, kind=kind, by=office.clerk, fields=dict.fromkeys(names, "一项"), written_on=MARCH[3], number=office.case.number)
        for step in letter_rules.kinds()[kind].steps:
            letters.sign(letter, step=step, by={Step.LEGAL: office.legal, Step.SECRECY: office.secrecy, Step.APPROVE: office.consenting}[step])
        return Letter.objects.get(pk=letter.pk)

    letter, numbered, stop = signed(), 0, 0
    while True:
        before = everything()
        said = child(lambda letter=letter: letters._freeze(letter, by=office.clerk), stop)
        now = Letter.objects.get(pk=letter.pk)
        assert said in ("killed", "lived"), said
        if now.frozen_at is None:
            assert everything() == before
        else:
            numbered += 1
            assert now.serial == numbered and letters.render(now, by=office.clerk).pdf
            if said == "lived":
                break
            letter = signed()
        stop += 1
    assert numbered >= 2 and sorted(Letter.objects.exclude(serial=None).values_list("serial", flat=True)) == list(range(1, numbered + 1))
    lived("letters.frozen", numbered)


def test_the_killing_kills():
    """A deed of two transactions that should be one is found out."""
    office = Office()

    def halves():
        refuse_if([Objection("done", "做过了")] if Application.objects.filter(remarks="另一半").exists() else [])
        Application.objects.filter(pk=office.case.pk).update(subject="改了一半")
        Application.objects.filter(pk=office.case.pk).update(remarks="另一半")

    with pytest.raises(AssertionError, match="留下一半"):
        killed_everywhere(halves)
