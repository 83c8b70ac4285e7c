"""What the workbench shows: what is owed, what waits for me, how the year stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from gongkai.accounts.models import Section, User
from gongkai.accounts.permissions import Reach, reach
from gongkai.accounts.roles import Role
from gongkai.audit import verbs
from gongkai.audit.models import Entry
from gongkai.exchange.models import Batch
from gongkai.ledger.models import Progress
from gongkai.registers.register import all_registers
from gongkai.reviewing import queries as reviewing
from gongkai.sockets import Duty, open_duties

OFFICE_WIDE = frozenset({Role.COORDINATOR, Role.DISCLOSURE_HEAD, Role.DEPUTY_DIRECTOR, Role.DIRECTOR, Role.LEGAL, Role.SECRECY})


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty as the workbench lists it. `left` is in calendar days, negative when overdue."""

    duty: Duty
    section: str
    left: int | None

    @property
    def late(self) -> int:
        """Calendar days past the last day."""
        return max(0, -(self.left or 0))

    @property
    def state(self) -> str:
        if self.left is None:
            return "waiting"
        if self.left < 0:
            return "overdue"
        return "today" if self.left == 0 else "soon" if self.left <= 7 else "later"


def owed(user: User, on: date) -> list[Owed]:
    """What is open on that day and mine to see: my sections', or the whole office's for those who answer for it.

    Ordered by last day; what has none yet comes last.
    """
    sections = dict(Section.objects.of(user.office_id).values_list("pk", "name"))
    wide = bool(user.roles_on() & OFFICE_WIDE)
    mine = user.sections_on()
    found = [
        Owed(d, sections.get(d.section_id, ""), (d.due_on - on).days if d.due_on else None)
        for d in open_duties(user.office_id, on)
        if (d.begins_on is None or d.begins_on <= on) and (wide or d.section_id in mine)
    ]
    return sorted(found, key=lambda o: (o.duty.due_on is None, o.duty.due_on or date.max, o.duty.key, o.duty.subject))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the workbench: a duty, or several of one kind that a section owes by the same day."""

    items: tuple[Owed, ...]

    @property
    def first(self) -> Owed:
        return self.items[0]

    @property
    def is_group(self) -> bool:
        return len(self.items) > 1


def lines(items: Iterable[Owed], fewest: int = 2) -> list[Line]:
    """The list with `fewest` or more of the same title, section and day drawn together."""
    grouped: dict[tuple, list[Owed]] = {}
    for item in items:
        grouped.setdefault((item.duty.due_on, item.duty.title, item.duty.section_id), []).append(item)
    out = []
    for group in grouped.values():
        out += [Line(tuple(group))] if len(group) >= fewest else [Line((item,)) for item in group]
    return out


@dataclass(frozen=True, slots=True)
class Waiting:
    title: str
    detail: str
    url: str


def waiting(user: User) -> list[Waiting]:
    """What waits for this person's own hand: drafts to review, texts to check, texts returned to them, files to confirm."""
    found = [
        Waiting(f"{'、'.join(step.label for step in steps)}：{at.submission.title}", f"{at.submission.submitted_by}第{at.submission.number}次送审", reverse("reviewing:submission", args=[at.submission.pk]))
        for at, steps in reviewing.waiting_for(user)[:30]
    ]
    far, sections = reach(user, "ledger.plan", "confirm")
    if far:
        texts = Progress.objects.filter(measure__plan__office_id=user.office_id, state=Progress.State.SUBMITTED).exclude(written_by=user)
        if far is Reach.SECTION:
            texts = texts.filter(measure__assignments__section__in=sections, measure__assignments__part__in=["lead", "responsible"]).distinct()
        found += [
            Waiting(f"审核落实情况：{p.measure.number}", f"{p.written_by or '系统'}填报 {p.measure.text[:30]}", reverse("ledger:measure", args=[p.measure_id]))
            for p in texts.select_related("measure", "written_by").order_by("submitted_at")[:30]
        ]
    later = Progress.objects.filter(measure=OuterRef("measure"), version__gt=OuterRef("version"))
    returned = Progress.objects.filter(~Exists(later), measure__plan__office_id=user.office_id, state__in=[Progress.State.RETURNED, Progress.State.DRAFT], written_by=user)
    found += [
        Waiting(f"{p.get_state_display()}：{p.measure.number}", p.comment or p.measure.text[:30], reverse("ledger:measure", args=[p.measure_id]))
        for p in returned.select_related("measure").order_by("-written_at")[:30]
    ]
    found += [
        Waiting("确认导入", b.file.name if b.file else "", reverse("ledger:preview", args=[b.pk]))
        for b in Batch.objects.filter(office_id=user.office_id, by=user, state=Batch.State.READ, target="ledger.plan").select_related("file")[:10]
    ]
    return found


def week(items: Iterable[Owed], on: date) -> list[tuple[date, list[Line]]]:
    """Monday to Sunday of that week, each day with what is due."""
    monday = on - timedelta(days=on.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    by_day: dict[date, list[Owed]] = {day: [] for day in days}
    for item in items:
        if item.duty.due_on in by_day:
            by_day[item.duty.due_on].append(item)
    return [(day, lines(found)) for day, found in by_day.items()]


def recent(user: User, on: date, most: int = 8) -> list[dict]:
    """The newest deeds up to that day, in sentences: those of the ledger, and those on records that the person may see throughout the office."""
    kinds = [entry.model._meta.label for entry in all_registers().values() if reach(user, entry.thing, "view")[0] is Reach.OFFICE]
    theirs = Q(verb__startswith="ledger.") | Q(verb__startswith="evidence.") | Q(verb__startswith="sitebuild.") | Q(subject_kind__in=kinds)
    midnight = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    return [
        {"at": e.at, "who": e.actor_name, "what": verbs.sentence(e.verb, e.facts)}
        for e in Entry.objects.filter(theirs, office_id=user.office_id, at__lt=midnight).order_by("-at", "-id")[:most]
    ]
