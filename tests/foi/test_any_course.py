"""Any lawful course of a case, by its verbs and letters, on any days: the clock agrees with counting day by day, the stored columns with
the facts, and table three with itself in every column."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.accounts.roles import Role
from gongkai.annual_report import queries as tables
from gongkai.files.actions import keep
from gongkai.foi import actions, joining, queries, result_rules, rules
from gongkai.foi.models import ApplicantCategory, Application, Remedy
from gongkai.foi.rules import Case, Channel, Consulted, ConsultedKind, State
from gongkai.law import shipped_calendar
from gongkai.law.calendar import NoticeDay, WorkCalendar
from gongkai.law.refusals import Refused
from gongkai.letters import actions as letters
from gongkai.letters.models import Letter, Rendering, Stamp
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from tests.factories.accounts import OfficeFactory, SectionFactory, UserFactory
from tests.factories.letters import LetterFactory
from tests.letters.test_letters import PNG

CALENDAR = shipped_calendar()
DAY = timedelta(days=1)


# The clock, against counting on one's fingers


@st.composite
def open_cases(draw) -> Case:
    """An open case: received by any channel in the years that have notices, corrected, charged for, extended, others asked, overlapping as they may."""
    channel = draw(st.sampled_from(list(Channel)))
    at = date(2021, 1, 4) + timedelta(days=draw(st.integers(0, 1700)))
    received = at + timedelta(days=draw(st.integers(0, 6))) if channel not in (Channel.COUNTER, Channel.ORAL) else at
    case = Case(channel, at, signed_on=received if channel is Channel.POST_SIGNED else None, confirmed_on=received if channel in (Channel.POST_PLAIN, Channel.INTERNET, Channel.FAX) else None)
    day = lambda least=0, most=45: received + timedelta(days=draw(st.integers(least, most)))  # noqa: E731
    steps = draw(st.lists(st.sampled_from(["correct", "fee", "extend", "third", "maker", "agency"]), max_size=5))
    for step in steps:
        on = day()
        if step == "correct":
            case = _if_lawful(case, correction_asked_on=on, correction_due_on=on + timedelta(days=20), correction_late_reason="指向不明", corrected_on=on + timedelta(days=draw(st.integers(0, 25))))
        elif step == "fee":
            case = _if_lawful(case, fee_noticed_on=on, fee_paid_on=on + timedelta(days=draw(st.integers(0, 25))))
        elif step == "extend":
            case = _if_lawful(case, extended_on=on, extended_days=draw(st.integers(1, 20)), consented=True)
        else:
            kind = {"third": ConsultedKind.THIRD_PARTY, "maker": ConsultedKind.CO_MAKER, "agency": ConsultedKind.AGENCY}[step]
            arrived = on + timedelta(days=draw(st.integers(0, 5)))
            answered = on + timedelta(days=draw(st.integers(0, 40))) if kind is ConsultedKind.AGENCY or draw(st.booleans()) else None
            case = _if_lawful(case, consulted=(*case.consulted, Consulted(kind, on, arrived, answered)))
    return case


def _if_lawful(case: Case, **facts) -> Case:
    changed = replace(case, **facts)
    return case if rules.objections(changed, CALENDAR) else changed


def on_fingers(case: Case, calendar: WorkCalendar) -> date:
    """The last day, found by walking the calendar: each working day counts one unless somebody is being waited for.

    Written without the clock: a correction or a payment begins anew, an extension adds, and when the last day has been
    reached nothing that comes later is looked at. Who is asked on the last day itself is still asked in time.
    """
    counted, allowed, on = 0, 20, case.received_on
    while True:
        asked = [(case.correction_asked_on, case.corrected_on), (case.fee_asked_on, case.fee_paid_on)]
        if any(came == on for began, came in asked if began):
            counted, allowed = 0, 20
        if case.extended_on == on:
            allowed += case.extended_days
        waits = any(began and began < on <= came for began, came in asked)
        waits |= any(letter.sent_on < on <= _heard(letter, calendar) for letter in case.consulted)
        if on > case.received_on and calendar.is_workday(on) and not waits and not any(came == on for began, came in asked if began):
            counted += 1
        if counted == allowed and not any(began == on and came > on for began, came in asked if began):
            return on
        if counted == allowed:
            counted -= 1  # asked on the last day: the day is taken out with the wait
        on += DAY


def _heard(letter: Consulted, calendar: WorkCalendar) -> date:
    silence = rules.opinion_expires_on(letter.kind, letter.received_by_on, calendar)
    return min(day for day in (letter.opinion_on, silence) if day)


@given(open_cases())
def test_the_last_day_is_what_walking_the_calendar_finds(case):
    assert rules.reply_clock(case, CALENDAR).last_day == on_fingers(case, CALENDAR)


@pytest.mark.slow
@given(open_cases(), st.integers(0, 1900), st.integers(1, 4))
def test_a_calendar_that_changes_moves_only_what_ran_over_its_days(case, offset, length):
    """Another version with more days off: what ended before them stays, and nothing ends sooner."""
    first = date(2021, 1, 4) + timedelta(days=offset)
    off = [first + timedelta(days=n) for n in range(length)]
    changed = with_days_off(off)
    before, after = rules.reply_clock(case, CALENDAR).last_day, rules.reply_clock(case, changed).last_day
    if before < first or off[-1] <= case.received_on:
        assert after == before
    else:
        assert after >= before
    assert after == on_fingers(case, changed)


def with_days_off(days: list[date]) -> WorkCalendar:
    """The shipped calendar with a later version of each year's notice that gives these days off too."""
    known = {notice.year: notice for notice in CALENDAR.notices}
    for day in days:
        known[day.year] = replace(known[day.year], days={**known[day.year].days, day: NoticeDay(False, "更正")})
    return WorkCalendar(tuple(known[year] for year in sorted(known)))


# Through the verbs


STEPS = (
    "confirm", "ask_to_correct", "corrected", "consult", "opinion", "extend", "fee", "paid", "reply", "withdraw", "set_aside", "hand_over", "return", "merge", "part", "remedy", "reopen_own", "reply_again",
    "mistyped", "sign_late", "void_other",
)  # fmt: skip


#: What is likely to be done next, so that a course gets somewhere; now and then anything at all is tried.
LIKELY = {
    State.UNCONFIRMED: ("confirm", "confirm", "confirm", "withdraw", "hand_over", "merge", "return"),
    State.OPEN: ("ask_to_correct", "consult", "opinion", "opinion", "extend", "fee", "sign_late", "reply", "reply", "withdraw", "hand_over", "return", "merge", "part", "mistyped", "void_other"),
    State.AWAITING_CORRECTION: ("corrected", "corrected", "set_aside", "mistyped", "hand_over"), State.AWAITING_FEE: ("paid", "paid", "set_aside", "mistyped"),
    State.ANSWERED: ("remedy", "reopen_own", "mistyped"), State.ABANDONED: ("remedy", "reopen_own", "mistyped"), State.WITHDRAWN: ("mistyped", "part"),
    State.REOPENED: ("reply", "reply_again", "mistyped"),
}  # fmt: skip


class Course:
    """Several cases of one office, pushed about by lawful and unlawful steps. A refusal is an answer like any other."""

    def __init__(self):
        self.office = OfficeFactory()
        self.sections = [SectionFactory(office=self.office, name=name) for name in ("产业政策与法制科", "信息化科")]
        self.by, self.head = UserFactory(office=self.office, role=Role.COORDINATOR), UserFactory(office=self.office, role=Role.DISCLOSURE_HEAD)
        self.scan = keep(ContentFile(PNG, "用印件.png"), office=self.office, by=self.by)
        self.cases: list[int] = []
        self.refused = self.done = 0

    def case(self, n: int) -> Application:
        return Application.objects.get(pk=self.cases[n % len(self.cases)])

    def receive(self, channel: str, on: date, category: str, same: bool) -> None:
        made = actions.receive(self.office, by=self.by, channel=channel, handed_in_on=on, applicant_category=category, subject="技改资金", applicant={"name": "林溪桥", "id_number": "990101199003071234" if same else ""}, section=self.sections[0])
        self.cases.append(made.pk)

    def ready(self, case: Application, kind: str, on: date, **said: str) -> Letter:
        """A stamped letter, made without the printer."""
        letter = LetterFactory(case=case, kind=kind, written_on=on, fields=json.dumps(said, ensure_ascii=False), drafted_by=self.by)
        serial = Letter.objects.exclude(serial=None).count() + 1
        Letter.objects.filter(pk=letter.pk).update(number=f"青工信公开〔{on.year}〕{serial}号", serial=serial, series="试", year=on.year, frozen_at=timezone.now(), frozen_by=self.by)
        letters.Signature.objects.create(letter=letter, step="approve", by=self.head, digest=letter.digest)
        pdf = b64encode(b"%PDF").decode()
        Rendering.objects.create(letter=letter, by=self.by, pdf=pdf, pdf_sha256="0" * 64, pdf_sm3="0" * 64, docx=pdf, docx_sha256="0" * 64)
        Stamp.objects.create(letter=letter, scan=self.scan, pdf_sha256="0" * 64, by=self.by)
        return Letter.objects.get(pk=letter.pk)

    def take(self, step: str, n: int, on: date, draw: int) -> None:
        case, other = self.case(n), self.case(n + 1)
        likely = LIKELY[State(case.state)]
        step = likely[draw % len(likely)] if draw % 5 else step
        deed = {
            "confirm": lambda: actions.confirm(case, by=self.by, on=on),
            "ask_to_correct": lambda: self.deliver(self.ready(case, "correction", on, 补正期限=f"{on + 21 * DAY:%Y年%-m月%-d日}", 逾期告知的理由="指向不明"), on, draw),
            "corrected": lambda: actions.corrected(case, by=self.by, on=on),
            "consult": lambda: actions.consult(case, by=self.by, kind=("third_party", "co_maker", "agency")[draw % 3], sent_on=on, received_by_on=on + DAY * (draw % 3)),
            "opinion": lambda: actions.opinion_received(case.opinions.filter(opinion_on=None).earliest("pk"), by=self.by, on=on, agrees=None),
            "extend": lambda: self.deliver(self.ready(case, "extension", on, 延长天数=str(draw % 22)), on, draw),
            "fee": lambda: actions.ask_fee(case, by=self.by, on=on + DAY * (draw % 2), sent_on=on), "paid": lambda: actions.fee_paid(case, by=self.by, on=on),
            "reply": lambda: self.deliver(self.ready(case, ("granted", "partial", "denied_third", "not_exist", "petition", "unclear_after_fix", "other")[draw % 7], on), on, draw),
            "withdraw": lambda: actions.withdraw(case, by=self.by, on=on), "set_aside": lambda: actions.set_aside(case, by=self.by, on=on),
            "hand_over": lambda: joining.hand_over(case, by=self.by, section=self.sections[case.section_id == self.sections[0].pk], reason="属该科", on=on),
            "return": lambda: (joining.send_back if draw % 2 else joining.accept)(joining.waiting(case) or refused(), by=self.by, on=on, **({"reason": "不属本科"} if draw % 2 else {})),
            "merge": lambda: joining.join(case, by=self.by, other=other, kind=("merged", "linked")[draw % 2], reason="同一事项", document="呈批单3号", on=on),
            "part": lambda: joining.part(next(iter(joining.links_of(case)), None) or refused(), by=self.by, reason="各办各的", on=on),
            "remedy": lambda: self.remedy(case, on, draw), "reopen_own": lambda: actions.reopen_otherwise(case, by=self.by, ground=("own", "order")[draw % 2], document="呈批单9号", reason="理由有误", on=on),
            "reply_again": lambda: actions.reply_again(case, by=self.by, result="granted", delivery="post", dispatched_on=on), "mistyped": lambda: self.mistyped(case, on, draw),
            "sign_late": lambda: self.notice(case, on, draw),
            "void_other": lambda: registers.void(get_register("third-party-opinions"), case.opinions.current().filter(letter=None).first() or refused(), by=self.by, reason="重复登记"),
        }[step]  # fmt: skip
        try:
            with transaction.atomic():
                deed()
            self.done += 1
        except (Refused, ValidationError, Application.opinions.rel.related_model.DoesNotExist):
            self.refused += 1

    def deliver(self, letter: Letter, on: date, draw: int) -> None:
        way = ("post", "direct", "network")[draw % 3]
        letters.deliver(letter, by=self.by, way=way, carrier="ems" if way == "post" else "", on=on, proof="凭据一件")

    def notice(self, case: Application, on: date, draw: int) -> None:
        """A fee notice; what is posted is signed for later, if at all."""
        actions.decide_fee(case, by=self.by, mode="cases", units=11, before=0, pages=0, reason="数量多", on=on)
        letter = self.ready(case, "fee_notice", on, 应缴金额="100元")
        self.deliver(letter, on, draw)
        if draw % 3 == 0 and draw % 2:
            letters.receive(letter, by=self.by, on=on + 2 * DAY, proof="回执")

    def remedy(self, case: Application, on: date, draw: int) -> None:
        made = registers.create(get_register("remedies"), Remedy(
            office=self.office, application=case, kind=("reconsideration", "direct_suit")[draw % 2], organ="青禾市人民政府", accepted_on=on - 20 * DAY, decided_on=on, result="corrected", orders_redo=True, document_number="青府复决〔2022〕7号",
        ), by=self.by)  # fmt: skip
        actions.reopen(case, by=self.by, remedy=made, on=on)

    def mistyped(self, case: Application, on: date, draw: int) -> None:
        letter = Letter.objects.about(case).filter(delivery__isnull=False).last() or refused()
        letters.correct_day(letter, by=self.head, of="delivery", on=letter.delivery.day + DAY * (draw % 9 - 4) or on, reason="寄件底单为准")

    def hold(self) -> None:
        """What is true after every step, of every case."""
        assert queries.stale(self.office) == [] and queries.stale_letters(self.office) == []
        for case in Application.objects.of(self.office):
            assert actions.objections(case) == [], case.number
            assert (case.closed_on is None) is (case.report_row == ""), "办结的恰在一行，未办结的不在任何一行"
            assert (case.state in (State.OPEN, State.UNCONFIRMED, State.AWAITING_CORRECTION, State.AWAITING_FEE)) is (case.closed_on is None)
            assert case.handovers.filter(settled_on=None).count() <= 1 and case.links.filter(kind="merged", ended_on=None).count() <= 1
            assert case.reopenings.filter(reply_on=None).count() <= 1 and (case.state == State.REOPENED) is case.reopenings.filter(reply_on=None).exists()

    def adds_up(self, years: range) -> None:
        """一＋二＝三＋四 in every column, whatever happened; what is carried out of a year is carried into the next."""
        before = None
        for year in years:
            found = tables.tables_of(tables.form_for(year), self.office.pk, year, date(year, 12, 31))
            assert [fault for fault in found.broken if fault.identity.key.startswith("three")] == []
            for column in (*(tables.tables.COLUMN_OF[category] for category in ApplicantCategory.values), "total"):
                cell = lambda row, column=column, cells=found.cells: cells[f"three/{row}/{column}"] or 0  # noqa: E731
                assert cell("new_received") + cell("carried_over") == cell("total_processed") + cell("carried_forward"), (year, column)
                assert before is None or cell("carried_over") == before[column]
                assert sum(cell(row.key) for row in result_rules.ROWS) == cell("total_processed")
            before = {column: found.cells[f"three/carried_forward/{column}"] or 0 for column in (*(tables.tables.COLUMN_OF[c] for c in ApplicantCategory.values), "total")}


def refused():
    raise Refused([])


RECEIVED = st.tuples(st.sampled_from(list(Channel)).filter(lambda c: c is not Channel.POST_SIGNED), st.integers(0, 5), st.sampled_from(ApplicantCategory.values), st.booleans())


@pytest.mark.slow
@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(RECEIVED, min_size=2, max_size=4), st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3), st.integers(0, 9), st.integers(0, 60)), min_size=6, max_size=25))
def test_whatever_is_done_the_books_are_right(received, steps):
    with transaction.atomic():
        course = Course()
        for channel, offset, category, same in received:
            course.receive(channel, date(2021, 11, 1) + offset * DAY, category, same)
        on = date(2021, 11, 5)
        for step, n, later, draw in steps:
            on += later * DAY
            course.take(step, n, on, draw)
            course.hold()
        course.adds_up(range(2021, 2024))
        transaction.set_rollback(True)
