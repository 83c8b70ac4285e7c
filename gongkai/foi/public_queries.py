"""Questions the public side asks: whose case this is, where it stands, what may be downloaded."""

import hmac
from datetime import date

from django.core import signing

from gongkai.accounts.models import Office
from gongkai.evidence.queries import compute
from gongkai.letters import rules as letter_rules
from gongkai.letters.models import Letter
from gongkai.rulebook.queries import adjustments, calendar
from gongkai.sockets import Scope

from . import public_actions, public_rules, queries, rules
from .models import AnswerDay, Application

_SALT = "gongkai.foi.ticket"
#: How long a case stays open in a browser without the code being typed again.
TICKET_SECONDS = 30 * 60


def find(office: Office, number: str, code: str) -> Application | None:
    """The application of that number, if the code is its. Neither a wrong number nor a wrong code says which was wrong."""
    asked, found = public_actions.code_hash(code), None
    for application in Application.objects.of(office).filter(number__in=public_rules.numbers_meant(number, office.number_prefix)).select_related("filing", "office"):
        filing = getattr(application, "filing", None)
        if hmac.compare_digest(filing.code_hash if filing else "0" * 64, asked or "1" * 64):
            found = application
    return found


def ticket(application: Application) -> str:
    """What the page of a case carries in its forms instead of the code."""
    return signing.dumps(application.pk, salt=_SALT)


def of_ticket(office: Office, given: str) -> Application | None:
    try:
        pk = signing.loads(given, salt=_SALT, max_age=TICKET_SECONDS)
    except signing.BadSignature:
        return None
    return Application.objects.of(office).filter(pk=pk).select_related("office").first()


def letters(application: Application) -> list[Letter]:
    """The letters that went to the applicant: delivered, not voided, and meant for him and nobody else."""
    mine = {key for key, kind in letter_rules.kinds().items() if kind.to == "申请人"}
    found = Letter.objects.about(application).filter(office_id=application.office_id, kind__in=mine, delivery__isnull=False, void__isnull=True, rendering__isnull=False)
    return list(found.select_related("delivery", "stamp").defer("rendering__pdf", "rendering__docx"))


def progress(application: Application, today: date) -> dict:
    """All that the page of a case shows its applicant."""
    case, own = application.case(), adjustments(application.office_id, "foi")
    clock = queries.reply_clock(application, as_of=case.closed_on or today)
    days = calendar()
    return {
        "application": application,
        "standing": public_rules.standing(
            case, today, confirm_due_on=rules.confirm_due_on(case.channel, case.handed_in_on, days, own), last_day=None if clock is None or clock.waiting else clock.last_day,
            fee_due_on=rules.fee_due_on(case.fee_noticed_on, days) if case.fee_noticed_on else None, phone=application.office.phone,
            redo_due_on=application.reopenings.order_by("-pk").values_list("due_on", flat=True).first() if case.reopened_on else None,
        ),
        "stages": public_rules.stages(case), "clock": clock, "sheet": queries.clock_sheet(application, as_of=case.closed_on or today),
        "letters": letters(application), "handed_in": list(application.handed_in.order_by("-at")),
        "may_hand_in": [kind for kind in public_rules.Kind if not public_rules.objections_to_handing_in(kind, case, application.handed_in.waiting().values_list("kind", flat=True), today)],
        "open": not application.voided_at, "today": today,
    }  # fmt: skip


def year_so_far(office_id: int, today: date) -> dict:
    """The figures of the year on the platform: the indicators' own, counted on the day the page is built."""
    scope = Scope(office_id, date(today.year, 1, 1), today)
    values = compute(scope, ["foi.received", "foi.answered", "foi.carried_in", "foi.carried_out"])
    return {key.partition(".")[2]: value.number for key, value in values.items()} | {"year": today.year, "through": today}


def shown_beforehand(office_id: int, since: date, through: date) -> dict[str, int]:
    """How often visitors were shown what is public, opened it, and applied all the same; and the rest."""
    rows = AnswerDay.objects.filter(office_id=office_id, day__range=(since, through)).values_list("shown", "opened", "submitted")
    shown, opened, submitted = (sum(column) for column in zip(*rows, strict=True)) if rows else (0, 0, 0)
    return {"shown": shown, "opened": opened, "submitted": submitted, "not_submitted": max(shown - submitted, 0)}
