"""Questions about concerns that span models."""

from gongkai.law.sheet import Sheet, sheet
from gongkai.rulebook.queries import adjustments, calendar

from . import actions, rules
from .models import Concern

DERIVED = ("first_due_at", "press_due_at")


def clock_sheets(concern: Concern) -> list[Sheet]:
    """时限计算书 of the first word and, where owed, of the press conference."""
    days, own = calendar(), adjustments(concern.office_id, "concerns")
    clocks = [("首次回应", rules.response_clock(concern.facts, days, own)), ("新闻发布会", rules.press_clock(concern.facts, days, own))]
    return [sheet(clock, subject=f"{concern.subject}{what}") for what, clock in clocks if clock]


def stale(office) -> list[tuple[Concern, dict[str, tuple]]]:
    """Concerns whose stored moments are not what follows from their facts: each with {column: (stored, derived)}. Repairs nothing."""
    found = []
    for concern in Concern.objects.of(office).current():
        stored = {name: getattr(concern, name) for name in DERIVED}
        actions.derive(concern)
        moved = {name: (old, getattr(concern, name)) for name, old in stored.items() if old != getattr(concern, name)}
        if moved:
            found.append((concern, moved))
    return found
