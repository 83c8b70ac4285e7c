"""催办: which open cases have climbed how far up the ladder, and the reminders given.

The ladder counts working days (`reminding_rules.rung_on`), so nobody is reminded on a day off and no level is skipped over a holiday.
A reminder is given once a level and last day; a case whose day moves begins anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from gongkai.accounts.models import Office, User
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.jobs.schedule import every
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.rulebook.queries import adjustments, calendar

from . import queue, reminding_rules
from .models import Application, Reminder, Reopening

sentences(
    foi__reminded="催办申请{number}，{level}，最后一日{due_on}",
)


class Due(NamedTuple):
    """An open case on the ladder: its level, and the last reminder given for this last day."""

    application: Application
    rung: reminding_rules.Rung
    given: Reminder | None

    @property
    def owed(self) -> bool:
        """Whether its level has not been told yet."""
        return self.given is None or self.given.level < self.rung.level


def ladder(office_id: int, today: date) -> list[Due]:
    """Every open case on the ladder today, the highest first. Empty on a day off."""
    days, own = calendar(), adjustments(office_id, "foi")
    if not days.is_workday(today):
        return []
    reach = days.add(today, max(reminding_rules.reach(today, own), 0))
    found = queue.open_cases(office_id).filter(last_day__lte=reach).select_related("section", "handler").order_by("last_day", "pk")
    given: dict[tuple[int, date], Reminder] = {}
    for one in Reminder.objects.filter(application__in=found.values("pk")).order_by("level"):
        given[one.application_id, one.due_on] = one
    made = [Due(one, rung, given.get((one.pk, one.last_day))) for one in found if (rung := reminding_rules.rung_on(one.last_day, today, days, own))]
    return sorted(made, key=lambda due: -due.rung.level)


@transaction.atomic
def remind(office_id: int, *, by: User | None, today: date, only: Iterable[int] | None = None, note: str = "") -> list[Reminder]:
    """催办。Afterwards every case on the ladder (of those named) has been brought before the level it reached, once.

    `by` is None for the timer. On a day off nobody is reminded. Safe to run twice.
    """
    wanted = None if only is None else set(only)
    refuse_if([Objection("day_off", "今天不是工作日，不催办", "条例 45")] if by is not None and not calendar().is_workday(today) else [])
    made = []
    for due in ladder(office_id, today):
        if not due.owed or (wanted is not None and due.application.pk not in wanted):
            continue
        try:
            with transaction.atomic():
                one = Reminder.objects.create(application=due.application, level=due.rung.level, due_on=due.application.last_day, on=today, by=by, note=note)
        except IntegrityError:
            continue  # another hand was quicker
        record("foi.reminded", due.application, by=by, number=due.application.number, level=one.get_level_display(), due_on=one.due_on)
        made.append(one)
    return made


def for_person(user: User, today: date) -> list[Reminder]:
    """The reminders that stand before this person: of open cases, by what he is on the ladder."""
    posts = user.posts_on(today)
    roles, sections = {post.role for post in posts}, {post.section_id for post in posts if post.section_id}
    # From the reminders, which are few: SQLite would lay out every open case of the office before it looked for the first.
    still_open = Q(application__closed_on=None) | Q(application__in=Reopening.objects.filter(reply_on=None).values("application"))
    found = Reminder.objects.filter(still_open, application__office_id=user.office_id, application__voided_at=None).select_related("application", "application__section", "by")
    latest: dict[int, Reminder] = {}
    for one in found.order_by("level", "pk"):
        latest[one.application_id] = one
    days = {one.pk: one.last_day for one in queue.open_cases(user.office_id).filter(pk__in=latest)}
    levels = {rung.level: rung for rung in reminding_rules.LADDER}
    return [one for one in latest.values() if days.get(one.application_id) == one.due_on and _reaches(levels[one.level], one.application, user, roles, sections)]


def _reaches(rung: reminding_rules.Rung, application: Application, user: User, roles: set[str], sections: set[int]) -> bool:
    if application.handler_id == user.pk:
        return True
    reached = roles & set(rung.roles)
    if reached & {"clerk", "head"} and application.section_id in sections:
        return "head" in reached or application.handler_id is None
    return bool(reached - {"clerk", "head"})


@every("30 8 * * *", "foi.remind", "催办临期和逾期的申请")
def remind_daily() -> str:
    """Every working day at half past eight, for every office."""
    today = timezone.localdate()
    count = sum(len(remind(office.pk, by=None, today=today)) for office in Office.objects.order_by("pk"))
    return f"催办{count}件申请" if calendar().is_workday(today) else "今天不是工作日，不催办"
