"""The office's open cases as its people look at them: mine, my section's, due soon, waiting, overdue; and by day."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from gongkai.accounts.models import User
from gongkai.accounts.permissions import may
from gongkai.law import WorkCalendar
from gongkai.law.figures import Adjustment
from gongkai.letters import rules as letter_rules
from gongkai.letters.models import Letter
from gongkai.rulebook.queries import calendar
from gongkai.ui.listing import CAP

from . import casework, rules
from .models import Application, Remedy, Reopening, ThirdPartyOpinion

TABS = {
    "mine": "我经办的", "section": "本科室的", "due3": "3日内到期", "due7": "7日内到期", "waiting": "等待外部", "overdue": "已逾期", "all": "全部在办",
}  # fmt: skip
REDOING = Q(reopened_on__isnull=False, redone_on=None)


def open_cases(office_id: int) -> QuerySet[Application]:
    """Everything that is not closed, and what was reopened and is not answered again. `last_day` is the day owed."""
    redo = Reopening.objects.filter(reply_on=None).values("application", "due_on")
    found = Application.objects.of(office_id).current().filter(Q(closed_on=None) | REDOING)
    return found.annotate(redo_on=_redo(redo)).annotate(last_day=Coalesce("redo_on", "reply_due_on"))


def _redo(redo: QuerySet):
    # Not the stored last day: a reopened case is closed, and its new day stands with its reopening.
    return Subquery(redo.filter(application=OuterRef("pk")).values("due_on")[:1])


def condition(tab: str, user: User, today: date, days: WorkCalendar) -> Q:
    """Which open cases stand under a tab. 3 and 7 are working days."""
    match tab:
        case "mine":
            return Q(handler=user)
        case "section":
            return Q(section__in=[post.section_id for post in user.posts_on(today) if post.section_id])
        case "due3" | "due7":
            return Q(last_day__range=(today, days.add(today, int(tab[-1]))))
        case "waiting":
            return Q(last_day=None)
        case "overdue":
            return Q(last_day__lt=today)
    return Q()


def counts(user: User, today: date) -> dict[str, int]:
    """How many stand under each tab; counting stops beyond CAP."""
    running, reopened = _parts(user.office_id)
    days = calendar()
    asked = {tab: condition(tab, user, today, days) for tab in TABS}

    def all_at_once(found: QuerySet[Application]) -> dict[str, int]:
        return found.aggregate(**{tab: Count("pk", filter=wanted or None) for tab, wanted in asked.items()})

    few = all_at_once(reopened)
    # One look at everything while that is little; beyond, a look for each tab that ends at the cap.
    is_little = running.order_by()[: CAP + 1].count() <= CAP
    many = all_at_once(running) if is_little else {tab: running.filter(wanted).order_by()[: CAP + 1].count() for tab, wanted in asked.items()}
    return {tab: min(many[tab] + few[tab], CAP + 1) for tab in TABS}


def cases(user: User, tab: str, today: date) -> Owed:
    """The cases of a tab: what is owed first comes first, what waits for others last."""
    wanted = condition(tab, user, today, calendar())
    return Owed(*(found.filter(wanted).select_related("section", "handler").prefetch_related("opinions") for found in _parts(user.office_id)))


def _parts(office_id: int) -> tuple[QuerySet[Application], QuerySet[Application]]:
    """The open cases in two: those that run, and those that were reopened. `last_day` is the day owed."""
    current, redo = Application.objects.of(office_id).current(), Reopening.objects.filter(reply_on=None)
    # By their few reopenings, not by a walk through all that was ever closed.
    reopened = current.filter(REDOING, closed_on__isnull=False, pk__in=redo.values("application")).annotate(last_day=_redo(redo.values("application", "due_on")))
    return current.filter(closed_on=None).annotate(last_day=F("reply_due_on")), reopened


class Owed:
    """Open cases in the order of what is owed: those that run, which may be very many and come in order from their index, and among them the few
    that were reopened, whose day stands elsewhere. Asked for as a queryset is: a slice, its rows or its count."""

    def __init__(self, running: QuerySet[Application], reopened: QuerySet[Application], part: slice = slice(None)):
        self.running, self.reopened, self.part = running, reopened, part

    def order_by(self) -> Owed:
        return self

    def __getitem__(self, part: slice) -> Owed:
        return Owed(self.running, self.reopened, part)

    def count(self) -> int:
        """How many there are, up to where the slice ends."""
        most = self.part.stop
        number = self.running.order_by()[:most].count() + self.reopened.count()
        return number if most is None else min(number, most)

    def __iter__(self) -> Iterator[Application]:
        reopened = sorted(self.reopened, key=_owed)
        start, stop = self.part.start or 0, self.part.stop
        # So many of those before the slice may be reopened ones: begin as much earlier, and count places from there.
        early = max(0, start - len(reopened))
        running = self._running(early, stop)
        keys, theirs = [_owed(one) for one in running], [_owed(one) for one in reopened]
        placed = [(early + n + bisect(theirs, key), one) for n, (key, one) in enumerate(zip(keys, running, strict=True))]
        placed += [(n + early + bisect(keys, key), one) for n, (key, one) in enumerate(zip(theirs, reopened, strict=True))]
        placed.sort(key=lambda one: one[0])
        return iter([one for place, one in placed if place >= start and (stop is None or place < stop)])

    def _running(self, start: int, stop: int | None) -> list[Application]:
        # Asked one after the other, since no index of SQLite knows NULLS LAST.
        dated, undated = self.running.filter(last_day__isnull=False).order_by("last_day", "pk"), self.running.filter(last_day=None).order_by("pk")
        found = list(dated[start:stop])
        if stop is not None and len(found) == stop - start:
            return found
        before = dated.count() if start and not found else start + len(found)
        return found + list(undated[max(0, start - before) : None if stop is None else stop - before])


def _owed(application: Application) -> tuple[bool, date, int]:
    return application.last_day is None, application.last_day or date.min, application.pk


class Row(NamedTuple):
    """A case in the list: where it stands, how many working days are left, what comes next, whom it waits for."""

    application: Application
    state: str
    last_day: date | None
    left: int | None
    next: str
    waits: str


def row(application: Application, today: date, days: WorkCalendar, own: Iterable[Adjustment] = ()) -> Row:
    """`own`: what the office says of its figures."""
    case = application.case()
    last, verb = application.last_day, casework.next_verb(case, today, days)
    left = None if last is None else days.between(today, last) if last >= today else -days.between(last, today)
    chased = casework.chased(case, today, days, own)
    label = chased[0].what if chased else casework.BY_VERB[verb].label if verb else ""
    return Row(application, str(rules.state_of(case)), last, left, label, "" if last else waits_for(case, today, days))


def waits_for(case: rules.Case, today: date, days: WorkCalendar) -> str:
    """Whom a case without a last day waits for, and until when."""
    match rules.state_of(case):
        case rules.State.UNCONFIRMED:
            return "与申请人确认收到"
        case rules.State.AWAITING_CORRECTION:
            return f"申请人补正，至{rules.chinese_date(case.correction_due_on)}" if case.correction_due_on else "申请人补正"
        case rules.State.AWAITING_FEE:
            return f"申请人缴费，至{rules.chinese_date(rules.fee_due_on(case.fee_noticed_on, days))}" if case.fee_noticed_on else "收费通知邮寄在途"
    asked = [one for one in case.consulted if one.settled_on is None]
    if unsigned := [one.sent_on for one in asked if one.received_by_on is None]:
        return f"对方签收征求意见书（{rules.chinese_date(min(unsigned))}发出）"
    ends = [rules.opinion_expires_on(one.kind, one.received_by_on, days) for one in asked]
    known = [day for day in ends if day]
    return f"对方意见，至{rules.chinese_date(max(known))}" if known and len(known) == len(ends) else "对方意见"


def letters_for(user: User) -> list[tuple[Letter, letter_rules.Step]]:
    """Letters whose next signature this person may give, oldest first."""
    found = []
    drafts = Letter.objects.of(user.office_id).in_hand().filter(subject_kind=Application._meta.label, frozen_at=None, void=None)
    for letter in drafts.select_related("drafted_by").prefetch_related("signatures").order_by("pk"):
        facts = letter.facts()
        owed = letter_rules.owed(facts)
        if owed and may(user, "letters.letter", owed[0].value, letter) and not letter_rules.objections_to_signing(facts, owed[0], user.pk):
            found.append((letter, owed[0]))
    return found


# By day


class Due(NamedTuple):
    application: Application
    what: str


class Square(NamedTuple):
    on: date
    in_month: bool
    works: bool
    is_today: bool
    due: list[Due]


def month(office_id: int, first: date, today: date) -> list[list[Square]]:
    """A month as weeks, each day with what falls due on it."""
    days, start = calendar(), first - timedelta(days=first.weekday())
    after = (first + timedelta(days=32)).replace(day=1)
    end = after + timedelta(days=-after.weekday() % 7)
    found: dict[date, list[Due]] = {}

    def add(on: date | None, application: Application, what: str) -> None:
        if on and start <= on < end:
            found.setdefault(on, []).append(Due(application, what))

    # In the order of their index, so that no closed case is walked past.
    running, reopened = _parts(office_id)
    for application in running.filter(last_day__range=(start, end)).order_by("last_day", "pk"):
        add(application.last_day, application, "答复")
    for application in reopened.order_by("pk"):
        add(application.last_day, application, "重新答复")
    for application in running.filter(corrected_on=None, correction_due_on__range=(start, end)).order_by("last_day", "pk"):
        add(application.correction_due_on, application, "补正期满")
    for application in running.filter(fee_noticed_on__lt=end, fee_paid_on=None).order_by("last_day", "pk"):
        add(rules.fee_due_on(application.fee_noticed_on, days), application, "缴费期满")
    for letter in ThirdPartyOpinion.objects.of(office_id).current().filter(opinion_on=None, application__closed_on=None, application__voided_at=None).select_related("application"):
        add(letter.expires_on, letter.application, "意见期满")
    for remedy in Remedy.objects.of(office_id).current().filter(answered_on=None, decided_on=None).select_related("application"):
        add(remedy.answer_due_on, remedy.application, "提交答复（复议诉讼）")
    squares = [
        Square(day, day.month == first.month, days.is_workday(day), day == today, found.get(day, [])) for day in (start + timedelta(days=n) for n in range((end - start).days))
    ]
    return [squares[n : n + 7] for n in range(0, len(squares), 7)]
