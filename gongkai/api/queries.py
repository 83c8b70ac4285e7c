"""What a system is told: where its own applications stand, and nothing of who applied."""

from datetime import date
from uuid import UUID

from gongkai.foi import public_actions, public_queries, rules

from . import actions
from .models import AccessToken, ConnectedSystem, HandedOver

PAGE = 50


def token_of(text: str, today: date) -> AccessToken | None:
    """The token, if it opens anything today. A wrong one, a revoked one and one that has run out are alike to the caller."""
    return AccessToken.objects.valid(today).select_related("system__office").filter(token_hash=actions.token_hash(text)).first()


def receipt(there: HandedOver, secret: str) -> dict:
    """The answer to handing in: the same whenever it is asked for, whatever has become of the case."""
    application = there.application
    return {
        "reference": str(there.reference), "number": application.number, "handed_in_on": application.handed_in_on.isoformat(), "query_code": public_actions.code_of(secret),
    }  # fmt: skip


def one(system: ConnectedSystem, reference: UUID) -> HandedOver | None:
    """What this very system handed in; another's is none."""
    return _of(system).filter(reference=reference).first()


def listed(system: ConnectedSystem, after: UUID | None, size: int = PAGE) -> tuple[list[HandedOver], bool]:
    """Up to `size` of what the system handed in, oldest first, beyond the one named; and whether there is more. An unknown `after` gives nothing."""
    found = _of(system)
    if after is not None:
        at = HandedOver.objects.filter(system=system, reference=after).values_list("pk", flat=True).first()
        found = found.filter(pk__gt=at) if at else found.none()
    rows = list(found.order_by("pk")[: size + 1])
    return rows[:size], len(rows) > size


def _of(system: ConnectedSystem):
    return HandedOver.objects.filter(system=system).select_related("application__office").prefetch_related("application__opinions")


STATES = {
    rules.State.UNCONFIRMED: "unconfirmed", rules.State.OPEN: "open", rules.State.AWAITING_CORRECTION: "awaiting_correction", rules.State.AWAITING_FEE: "awaiting_fee",
    rules.State.ANSWERED: "answered", rules.State.ABANDONED: "abandoned", rules.State.WITHDRAWN: "withdrawn", rules.State.ARCHIVED: "archived", rules.State.REOPENED: "reopened",
}  # fmt: skip


def brief(there: HandedOver) -> dict:
    """A line of the list: from the record alone."""
    application = there.application
    return {
        "reference": str(there.reference), "number": application.number, "state": "void" if application.voided_at else STATES[rules.state_of(application.case())],
        "handed_in_on": _day(application.handed_in_on), "received_on": _day(application.received_on), "closed_on": _day(application.closed_on),
    }  # fmt: skip


def standing(there: HandedOver, today: date) -> dict:
    """Where one stands, in the words its applicant reads on the progress page. Nothing of the applicant, of what was asked or of what was answered."""
    shown = public_queries.progress(there.application, today)
    said, clock = shown["standing"], shown["clock"]
    if not shown["open"]:
        said = said._replace(heading="登记已作废", means="这件申请的登记已作废，请与本机关联系。", todo="")
    line = brief(there)
    last_day = clock.last_day if line["state"] == "open" and clock is not None and not clock.waiting else None
    return {
        **line, "heading": said.heading, "means": said.means, "todo": said.todo, "last_day": _day(last_day),
        "letters": [{"title": letter.title, "number": letter.number, "delivered_on": _day(letter.delivery.day)} for letter in shown["letters"]],
        "may_hand_in": [str(kind) for kind in shown["may_hand_in"]] if shown["open"] else [],
    }  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
