"""The process is killed between any two statements of a move: afterwards the move has happened whole, or not at all.

A child process (`killing`) does the move and kills itself (SIGKILL, so that nothing is tidied up) before its first statement, before its
second, and so on, before and after every commit, until one child lives through it. After each death every row of every table is as it was.
"""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from gongkai.api import actions as api
from gongkai.audit.models import Entry
from gongkai.files.models import StoredFile, vault_storage
from gongkai.foi import (
    actions,
    aftercare,
    archiving,
    joining,
    public_actions,
    public_rules,
    redacting,
    redactions,
)
from gongkai.foi.models import (
    Applicant,
    Application,
    Archive,
    CaseLink,
    Fee,
    HandedIn,
    PublicationProposal,
    Redaction,
)
from gongkai.law import Objection
from gongkai.law.refusals import Refused, refuse_if
from gongkai.letters import actions as letters
from gongkai.letters import rules as letter_rules
from gongkai.letters.models import Letter
from gongkai.letters.rules import Step
from tests.factories.accounts import OfficeFactory, SectionFactory
from tests.factories.api import AccessTokenFactory
from tests.factories.foi import ApplicationFactory, PaperFactory
from tests.factories.publishing import ColumnFactory
from tests.foi.killing import Killer, killed
from tests.foi.test_by_letter import MARCH, Office
from tests.foi.test_public import PNG
from tests.foi.test_redacting import pdf_of
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


def killed_everywhere(deed) -> int:
    """Kill `deed` at every event until it lives. Each death leaves all as it was, or all as it is in the end. How many deaths."""
    before = everything()
    for stop in range(500):
        said = killed(deed, stop)
        after = everything()
        if said == "lived":
            assert after != before, "没有被杀的一次也什么都没有做"
            return stop
        assert said == "killed", said
        if after != before:
            # Past a commit: the deed, begun once more, must find it all done.
            again = killed(deed, 500)
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
        except ValidationError as taken:
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
        said = killed(lambda letter=letter: letters._freeze(letter, by=office.clerk), stop)
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


def test_handing_a_case_over_and_back():
    office = Office()
    other = SectionFactory(office=office.case.office, name="信息化科")
    home = office.case.section
    assert killed_everywhere(lambda: joining.hand_over(office.now, by=office.clerk, section=other, reason="属该科", on=MARCH[3])) > 6
    waiting = joining.waiting(office.now)
    assert office.now.section == other and waiting.from_section == home
    assert killed_everywhere(lambda: joining.send_back(waiting, by=office.clerk, reason="不属本科", on=MARCH[4])) > 5
    assert office.now.section == home and joining.waiting(office.now) is None
    lived("foi.handed_over")
    lived("foi.hand_over_returned")


def test_accepting_a_case_that_was_handed_over():
    office = Office()
    joining.hand_over(office.now, by=office.clerk, section=SectionFactory(office=office.case.office, name="信息化科"), reason="属该科", on=MARCH[3])
    waiting = joining.waiting(office.now)
    assert killed_everywhere(lambda: joining.accept(waiting, by=office.clerk, on=MARCH[4])) > 2
    lived("foi.hand_over_accepted")


def test_merging_two_cases_and_answering_both_with_one_letter():
    office = Office()
    other = ApplicationFactory(office=office.case.office, section=SectionFactory(office=office.case.office, name="信息化科"))
    for case in (office.case, other):
        actions.write_applicant(case, by=None, name="林溪桥", id_number="990101199003071234")
    deed = lambda: joining.join(other, by=office.clerk, other=office.now, kind="merged", reason="同一事项", document="呈批单3号", on=MARCH[3])  # noqa: E731
    assert killed_everywhere(deed) > 6
    assert CaseLink.objects.get().application == other and Application.objects.get(pk=other.pk).section == office.case.section
    letter = office.stamped("granted", MARCH[24])
    assert killed_everywhere(lambda: office.deliver(letter, "direct", MARCH[25])) > 10
    assert [Application.objects.get(pk=case.pk).reply_number for case in (office.case, other)] == [letter.number] * 2
    lived("foi.replied", 2)


def test_putting_a_mistyped_day_right():
    office = Office()
    letter = office.stamped("granted", MARCH[24])
    office.deliver(letter, "post", MARCH[30])
    deed = lambda: letters.correct_day(Letter.objects.get(pk=letter.pk), by=office.consenting, of="delivery", on=MARCH[29], reason="寄件底单为准")  # noqa: E731
    assert killed_everywhere(deed) > 6
    assert office.now.closed_on == MARCH[29]
    lived("foi.day_corrected")


def test_reopening_by_the_offices_own_word_and_answering_anew():
    office = Office()
    answered(office)
    again = {"ground": "own", "document": "呈批单9号", "reason": "理由有误", "on": date(2022, 5, 23)}
    assert killed_everywhere(lambda: actions.reopen_otherwise(office.now, by=office.clerk, **again)) > 6
    letter = office.stamped("granted", date(2022, 5, 25))
    assert killed_everywhere(lambda: office.deliver(letter, "direct", date(2022, 5, 26))) > 8
    assert office.now.state == "已答复" and office.now.reopenings.get().letter == letter
    lived("foi.reopened")
    lived("foi.replied_again")


def test_deciding_noticing_and_paying_a_fee():
    office = Office()
    fee = {"mode": "cases", "units": 11, "before": 0, "pages": 0, "reason": "数量多", "on": MARCH[3]}

    def decide():
        refuse_if([Objection("decided", "已决定")] if Fee.objects.exists() else [])  # a fee may be decided anew: entered once more, it would be another
        actions.decide_fee(office.now, by=office.clerk, **fee)

    assert killed_everywhere(decide) > 3
    notice = office.stamped("fee_notice", MARCH[4], 应缴金额="100元")
    assert killed_everywhere(lambda: office.deliver(notice, "direct", MARCH[7])) > 8
    assert killed_everywhere(lambda: actions.fee_paid(office.now, by=office.clerk, on=MARCH[9], amount=100, receipt_number="粤财000001")) > 4
    assert (office.now.fee.paid, office.now.fee_paid_on) == (100, MARCH[9])
    lived("foi.fee_received")


def test_adopting_a_proposal_and_removing_who_applied():
    office = Office()
    answered(office)
    proposal = aftercare.propose(office.now, by=office.clerk, title="分配结果", reason="多人申请", on=date(2022, 4, 1))
    column, ticked = ColumnFactory(office=office.case.office), [key for key, _ in aftercare.after_rules.CHECKLIST]
    deed = lambda: aftercare.adopt(proposal, by=office.leader, column=column, checked=ticked, answer="采纳", on=date(2022, 4, 2))  # noqa: E731
    assert killed_everywhere(deed) > 5
    assert PublicationProposal.objects.get().article.title == "分配结果"
    Application.objects.filter(pk=office.case.pk).update(archived_on=date(2022, 5, 5))
    assert killed_everywhere(lambda: aftercare.anonymise(office.now, by=office.leader, on=date(2024, 6, 1))) > 6
    assert office.now.description == "" and Applicant.objects.get().name == aftercare.REMOVED
    lived("foi.anonymised")


# What prints or keeps files: several transactions each, so each death is looked at on a subject of its own


@pytest.fixture
def killer():
    process = Killer()
    yield process
    process.close()


def files_are_whole() -> None:
    """Every row's file is there, byte for byte. What is left without a row is cleared at night (tests/files): not here, where other tests keep theirs."""
    root = Path(vault_storage().location)
    for stored in StoredFile.objects.all():
        assert sha256((root / stored.content.name).read_bytes()).hexdigest() == stored.sha256


def numbers_run_on() -> None:
    for series in set(Letter.objects.exclude(serial=None).values_list("office", "series", "year")):
        taken = sorted(Letter.objects.filter(office=series[0], series=series[1], year=series[2]).exclude(serial=None).values_list("serial", flat=True))
        assert taken == list(range(1, len(taken) + 1))


def killed_one_by_one(killer, subject, deed, how_far, again=None) -> int:
    """For every event, a subject of its own is killed there and then finished. `how_far` says what has happened; `again` finishes it.

    Between the transactions of a deed its subject may stand half-way, in one of the few ways that the desk shows and goes on from.
    """
    for stop in range(400):
        said = subject(stop)
        before = how_far(said)
        words = killer(deed, stop, **said)
        reached = how_far(said)
        assert words in ("killed", "lived"), words
        files_are_whole()
        numbers_run_on()
        if words == "lived":
            assert reached == "done"
            return stop
        if reached != "done":
            words = (again or (lambda said, _: killer(deed, **said)))(said, reached)
            assert words == "lived", f"在第{stop}步被杀（此时{reached}，先前{before}），再办一次不成：{words}"
        assert how_far(said) == "done"
        files_are_whole()
    raise AssertionError("四百步还没有做完")


def signed(office: Office, kind: str, *, fresh: bool = True) -> Letter:
    """A letter with all its signatures, of a case of its own where `fresh`."""
    if fresh:
        office.case = ApplicationFactory(office=office.case.office, section=office.case.section)
        actions.write_applicant(office.case, by=None, name="林溪桥")
    known = letter_rules.kinds()[kind]
    names = letter_rules.fields_of(letter_rules.wording(known, MARCH[24]))
    letter = letters.draft(office.case, kind=kind, by=office.clerk, fields=dict.fromkeys(names, "一项"), written_on=MARCH[24], number=office.case.number)
    if known.encloses:
        paper = letters.add_material(office.case, by=office.clerk, upload=ContentFile(PNG, "清单.png"), label="清单", number=office.case.number)
        letters.enclose(letter, by=office.clerk, material=paper)
    for one in known.steps:
        letters.sign(letter, step=one, by={Step.LEGAL: office.legal, Step.SECRECY: office.secrecy, Step.APPROVE: office.consenting}[one])
    return Letter.objects.get(pk=letter.pk)


def test_freezing_and_printing_a_letter(killer):
    office = Office()

    def far(said) -> str:
        now = Letter.objects.get(pk=said["letter"])
        return "done" if hasattr(now, "rendering") else "numbered" if now.frozen_at else "signed"

    def again(said, reached) -> str:
        return killer("render" if reached == "numbered" else "freeze", **said)

    assert killed_one_by_one(killer, lambda _: {"letter": signed(office, "partial").pk, "clerk": office.clerk.pk}, "freeze", far, again) > 20


def test_stamping_and_delivering_a_decision_with_its_enclosures_and_scans(killer):
    office = Office()

    def frozen(stop) -> dict:
        letter = signed(office, "partial")
        assert killer("freeze", letter=letter.pk, clerk=office.clerk.pk) == "lived"
        return {"letter": letter.pk, "clerk": office.clerk.pk, "n": stop + 1}

    def stamped(stop) -> dict:
        said = frozen(stop)
        assert killer("stamp", **said) == "lived"
        return said | {"n": stop + 1000}

    far = lambda deed: lambda said: "done" if hasattr(Letter.objects.get(pk=said["letter"]), deed) else "before"  # noqa: E731
    assert killed_one_by_one(killer, frozen, "stamp", far("stamp")) > 10

    def delivered(said) -> str:
        letter = Letter.objects.get(pk=said["letter"])
        case = Application.objects.get(pk=letter.subject_id)
        assert hasattr(letter, "delivery") is (case.reply_on is not None), "文书和案件只动了一个"
        return "done" if case.reply_on else "before"

    assert killed_one_by_one(killer, stamped, "deliver", delivered) > 20


def test_putting_a_case_away(killer):
    office = Office()

    def closed(stop) -> dict:
        office.case = ApplicationFactory(office=office.case.office, section=office.case.section, answered=True)
        actions.write_applicant(office.case, by=None, name="林溪桥")
        letters.add_material(office.case, by=office.clerk, upload=ContentFile(b"a,b\n1,2\n", "检索记录.csv"), label="检索记录", number=office.case.number)
        return {"case": office.case.pk, "clerk": office.clerk.pk, "n": stop}

    def far(said) -> str:
        case = Application.objects.get(pk=said["case"])
        assert case.archives.count() == (1 if case.archived_on else 0), "案卷和案件只动了一个"
        return "done" if case.archived_on else "before"

    assert killed_one_by_one(killer, closed, "archive", far) > 15
    assert all(archiving.kept_pdf(one).startswith(b"%PDF") for one in Archive.objects.all())


def test_making_a_covered_copy(killer):
    office = Office()
    pdf = pdf_of("合同 甲方", "附页")

    def marked(stop) -> dict:
        paper = letters.add_material(office.case, by=office.clerk, upload=ContentFile(pdf, "合同.pdf"), label=f"合同{stop}", number=office.case.number)
        begun = redactions.begin(office.now, by=office.clerk, material=paper)
        redactions.mark(begun, by=office.clerk, page=1, boxes=[redacting.Box(0, 0, 5000, 500)], ground="denied_third")
        return {"redaction": begun.pk, "clerk": office.clerk.pk}

    def far(said) -> str:
        found = Redaction.objects.get(pk=said["redaction"])
        assert (found.result is None) is (found.finished_at is None)
        return "done" if found.finished_at else "before"

    assert killed_one_by_one(killer, marked, "finish", far) > 10


def test_the_killing_kills():
    """A deed of two transactions that should be one is found out."""
    office = Office()

    def halves():
        refuse_if([Objection("done", "做过了")] if Application.objects.filter(remarks="另一半").exists() else [])
        Application.objects.filter(pk=office.case.pk).update(subject="改了一半")
        Application.objects.filter(pk=office.case.pk).update(remarks="另一半")

    with pytest.raises(AssertionError, match="留下一半"):
        killed_everywhere(halves)
