"""Questions about applications that span models."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Q

from gongkai.law import Clock
from gongkai.law.instruments import cite
from gongkai.law.sheet import Sheet, sheet
from gongkai.rulebook.queries import adjustments, calendar

from . import actions, fingerprints, rules
from . import similar as alike
from .models import Applicant, Application, CaseLink, Fee, ThirdPartyOpinion

DERIVED = ("received_on", "correction_ask_due_on", "reply_due_on", "reply_on", "closed_on", "report_row")


def reply_clock(application: Application, as_of: date | None = None) -> Clock | None:
    """The clock of its reply under the calendar in force; None while it has not been received."""
    return rules.reply_clock(application.case(), calendar(), adjustments(application.office_id, "foi"), as_of)


def clock_sheet(application: Application, as_of: date | None = None) -> Sheet | None:
    """时限计算书 of its reply; None while it has not been received."""
    clock = reply_clock(application, as_of)
    return sheet(clock, subject=application.number) if clock else None


def stale(office) -> list[tuple[Application, dict[str, tuple]]]:
    """Applications whose stored days are not what follows from their facts: each with {column: (stored, derived)}.

    Reads and compares; repairs nothing.
    """
    found = []
    for application in Application.objects.of(office).current().prefetch_related("opinions"):
        stored = {name: getattr(application, name) for name in DERIVED}
        actions.derive(application)
        moved = {name: (old, getattr(application, name)) for name, old in stored.items() if old != getattr(application, name)}
        if moved:
            found.append((application, moved))
    return found


def stale_letters(office) -> list[tuple[ThirdPartyOpinion, date | None]]:
    """Letters whose stored day of silence is not what follows from their facts, each with the derived day."""
    found = []
    for letter in ThirdPartyOpinion.objects.of(office).current().select_related("application"):
        stored = letter.expires_on
        actions.derive_letter(letter)
        if letter.expires_on != stored:
            found.append((letter, letter.expires_on))
    return found


# The case page


class Day(NamedTuple):
    """A square of the clock's calendar. `kind`: counts, rest, excluded, blank; `notes` are what happened on it."""

    on: date
    kind: str
    running: int
    notes: tuple[str, ...]
    is_today: bool
    is_last: bool


def weeks(application: Application, today: date) -> list[list[Day]]:
    """The clock as weeks of seven days, from receipt through the last day (and the day of reply)."""
    clock = reply_clock(application, as_of=application.closed_on or today)
    if clock is None:
        return []
    notes: dict[date, list[str]] = {}
    for step in clock.steps:
        notes.setdefault(step.on, []).append(step.event.note)
    counted = {row.on: row for row in sheet(clock).rows}
    end = max([*counted, clock.started_on])
    day = clock.started_on - timedelta(days=clock.started_on.weekday())
    found: list[Day] = []
    while day <= end or day.weekday():
        row = counted.get(day)
        kind = "blank" if row is None else "counts" if row.counts else "excluded" if "不计入" in row.remark else "start" if row.remark else "rest"
        if row is not None and clock.last_day and day > clock.last_day and row.counts:
            kind = "over"
        found.append(Day(day, kind, row.running if row else 0, tuple(notes.get(day, ())), day == today, day == clock.last_day))
        day += timedelta(days=1)
    return [found[n : n + 7] for n in range(0, len(found), 7)]


class Happened(NamedTuple):
    """One thing that happened to a case, with what it rests on and the last day after it."""

    on: date
    what: str
    basis: str
    last_day: date | None


def happened(application: Application) -> list[Happened]:
    """Everything that happened, newest first: the clock's steps, and what the clock does not know of."""
    case, found = application.case(), []
    if application.handed_in_on != application.received_on:
        found.append(Happened(application.handed_in_on, f"申请人以{application.get_channel_display()}提交申请", application.received_on_basis, None))
    if (page := clock_sheet(application)) is not None:
        found += [Happened(step.on, step.sentence, step.basis, step.last_day) for step in page.steps]
    for letter in case.consulted:
        if letter.received_by_on:
            found.append(Happened(letter.received_by_on, "对方收到征求意见书", "", None))
        if letter.returned_on:
            found.append(Happened(letter.returned_on, "征求意见书没有送达，退回", "", None))
        if letter.opinion_on:
            found.append(Happened(letter.opinion_on, "收到对方意见", "", None))
    for remedy in application.remedies.all():
        if remedy.voided_at is None:
            found.append(Happened(remedy.accepted_on, f"{remedy.organ}受理{remedy.get_kind_display()}", "", None))
            if remedy.decided_on:
                found.append(Happened(remedy.decided_on, f"{remedy.organ}结案：{remedy.get_result_display()}　{remedy.document_number}", "", None))
    for again in application.reopenings.select_related("remedy"):
        found.append(Happened(again.on, f"依{again.document_number}重新办理，末日为{rules.chinese_date(again.due_on)}", "", again.due_on))
        if again.reply_on:
            found.append(Happened(again.reply_on, f"重新答复：{again.get_result_display()}　{again.reply_number}", "", None))
    for link in CaseLink.objects.filter(Q(application=application) | Q(other=application)).select_related("application", "other"):
        other = link.other if link.application_id == application.pk else link.application
        how = "并入" if link.kind == CaseLink.Kind.MERGED and link.application_id == application.pk else "与本件并案：" if link.kind == CaseLink.Kind.MERGED else "关联"
        found.append(Happened(link.on, f"{how}{other.number}（{link.document}）：{link.reason}", "", None))
        if link.ended_on:
            found.append(Happened(link.ended_on, f"解除与{other.number}的{link.get_kind_display()}：{link.ended_reason}", "", None))
    for handed in application.handovers.select_related("to_section", "from_section"):
        found.append(Happened(handed.on, f"移交{handed.to_section}" + (f"，内部期限{rules.chinese_date(handed.inner_due_on)}" if handed.inner_due_on else "") + f"：{handed.reason}", "", None))
        if handed.settled_on:
            found.append(Happened(handed.settled_on, f"{handed.to_section}接收" if handed.accepted else f"{handed.to_section}退回：{handed.answer}", "", None))
    if application.archived_on:
        found.append(Happened(application.archived_on, "归档", cite("条例 45", max(application.archived_on, rules.IN_FORCE)).text, None))
    if application.dispatched_on and not application.closed_on:
        found.append(Happened(application.dispatched_on, "答复已发出，等待申请人签收", "", None))
    return sorted(found, key=lambda one: one.on, reverse=True)


# Fees


def fee_of(application: Application) -> Fee | None:
    """The fee decided for the case and not dropped."""
    return Fee.objects.filter(application=application, dropped_on=None).select_related("decided_by").first()


class InMonth(NamedTuple):
    """One application of the same applicant in the same month: the numbers it takes, and what is decided for it."""

    application: Application
    first: int
    last: int
    fee: Fee | None


def month_of(application: Application) -> list[InMonth] | None:
    """The applicant's applications of the calendar month of receipt, in order (109号 4); None when he can't be told from others.

    Who is the same applicant is known by the number of a document, never by a name. Withdrawn ones stand among them.
    """
    applicant = Applicant.objects.filter(application=application).first()
    if applicant is None or not applicant.id_hash or application.received_on is None:
        return None
    first = application.received_on.replace(day=1)
    found = (
        Application.objects.of(application.office_id).current().filter(applicant__id_hash=applicant.id_hash, received_on__gte=first, received_on__lt=_next_month(first))
        .select_related("fee").order_by("received_on", "pk")
    )  # fmt: skip
    made, at = [], 0
    for one in found:
        fee = getattr(one, "fee", None)
        standing = fee if fee is not None and fee.dropped_on is None else None
        units = standing.units if standing is not None and standing.mode == Fee.Mode.CASES else 1
        made.append(InMonth(one, at + 1, at + units, standing))
        at += units
    return made


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def before_in_month(application: Application) -> int | None:
    """How many numbers of the month stand before this application's."""
    month = month_of(application)
    return None if month is None else next((one.first - 1 for one in month if one.application.pk == application.pk), None)


class Ledger(NamedTuple):
    """The fees of a year: what section six of the annual report tells (109号)."""

    rows: list[Fee]
    noticed: int
    charged: int
    received: int


def fee_ledger(office_id: int, year: int) -> Ledger:
    """Fees decided in the year; noticed and charged once the notice went out, received once paid."""
    rows = list(Fee.objects.filter(application__office_id=office_id, application__voided_at=None, decided_on__year=year).select_related("application", "decided_by"))
    noticed = [fee for fee in rows if fee.application.case(with_letters=False).fee_asked_on and fee.dropped_on is None]
    return Ledger(rows, len(noticed), sum(fee.amount for fee in noticed), sum(fee.paid or 0 for fee in rows))


# What was decided before, as evidence


class Earlier(NamedTuple):
    """An earlier application and how it was decided; `likeness` says how alike its subject is, None when it is not."""

    application: Application
    likeness: alike.Likeness | None


#: The newest so many are compared by their subject, and by what was asked, which is sealed and has to be opened. Of all there
#: are, those are compared that share most marks (`fingerprints.near`).
COMPARED, OPENED, NEAR = 2500, 500, 300


def _earlier(application: Application):
    found = Application.objects.of(application.office_id).current().exclude(pk=application.pk)
    return found.filter(handed_in_on__lte=application.handed_in_on).order_by("-handed_in_on", "-pk")


def _likes(application: Application, found, most: int, *, content: bool) -> list[alike.Likeness]:
    """Subjects alone, or what was asked too: the second for whoever may see it in this case."""
    columns = ("pk", "subject", "description") if content else ("pk", "subject")
    limit = OPENED if content else COMPARED
    others = list(found.values_list(*columns)[:limit])
    # The newest stand beside the near ones also to tell what is rare: among like ones alone their common words would seem usual.
    if len(others) == limit:
        known = {row[0] for row in others}
        others += found.filter(pk__in=[key for key in fingerprints.near(application, NEAR, content=content) if key not in known]).values_list(*columns)
    return alike.by_content(application.subject, application.description, others, most) if content else alike.likeness(application.subject, others, most)


def same_applicant(application: Application, most: int = 8) -> list[Earlier] | None:
    """Earlier applications under the same document number (条例 36(6)); None where there is no number to go by.

    What was asked is compared, and what the office called it.
    """
    applicant = Applicant.objects.filter(application=application).first()
    if applicant is None or not applicant.id_hash:
        return None
    found = _earlier(application).filter(applicant__id_hash=applicant.id_hash)
    likes = {one.key: one for one in _likes(application, found, COMPARED, content=True)}
    alike_first = sorted(found[:COMPARED], key=lambda one: -likes[one.pk].share if one.pk in likes else 0)
    return [Earlier(one, likes.get(one.pk)) for one in alike_first[:most]]


class Frequency(NamedTuple):
    """How often this applicant applied (条例 35): in the month and the twelve months to this one, and how many asked for much the same."""

    month: int
    year: int
    alike: int


def frequency(application: Application) -> Frequency | None:
    """Numbers for a person who weighs 重复 or 反复大量; nothing follows from them. None where there is no number to go by."""
    applicant = Applicant.objects.filter(application=application).first()
    if applicant is None or not applicant.id_hash:
        return None
    day = application.received_on or application.handed_in_on
    found = Application.objects.of(application.office_id).current().filter(applicant__id_hash=applicant.id_hash, handed_in_on__gt=day - timedelta(days=365), handed_in_on__lte=day)
    days = list(found.values_list("handed_in_on", flat=True))
    likes = _likes(application, _earlier(application).filter(pk__in=found.values("pk")), COMPARED, content=True)
    return Frequency(sum((one.year, one.month) == (day.year, day.month) for one in days), len(days), sum(one.may_repeat for one in likes))


def similar(application: Application, most: int = 5, *, content: bool = False) -> list[Earlier]:
    """Earlier applications that asked for much the same, whoever asked."""
    likes = _likes(application, _earlier(application), most, content=content)
    found = Application.objects.in_bulk([one.key for one in likes])
    return [Earlier(found[one.key], one) for one in likes]
