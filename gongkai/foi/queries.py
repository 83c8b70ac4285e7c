"""Questions about applications that span models."""

from datetime import date

from gongkai.law import Clock
from gongkai.law.sheet import Sheet, sheet
from gongkai.rulebook.queries import adjustments, calendar

from . import actions, rules
from .models import Application, ThirdPartyOpinion

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
