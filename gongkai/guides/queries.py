"""Questions of matters: which stand in the catalogue on a day, which guides no longer say what they do, which stored last days no longer agree."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.utils import timezone

from gongkai.audit.models import Entry
from gongkai.publishing.queries import Stale
from gongkai.reviewing.models import Submission
from gongkai.rulebook.queries import adjustments, calendar

from . import rules
from .content import OF_MATTER
from .models import Guide, Matter, MatterChange


def standing_on(on: date) -> Q:
    """The condition on matters that they are in the catalogue on a day.

    Listed by then, and no cancellation in force by then that a later 进驻 or 增加 has not undone.
    """
    changes = MatterChange.objects.filter(voided_at=None, effective_on__lte=on)
    back = changes.filter(
        matter=OuterRef("matter"), kind__in=(rules.ADMITTED, rules.ADDED), effective_on__gt=OuterRef("effective_on")
    )
    gone = changes.filter(~Exists(back), matter=OuterRef("pk"), kind=rules.CANCELLED)
    return Q(listed_on__lte=on) & ~Q(Exists(gone))


def standing(office, on: date):
    """The matters in the office's catalogue on a day."""
    return Matter.objects.of(office).current().filter(standing_on(on))


def stands(matter: Matter, on: date) -> bool:
    """Whether a matter is in the catalogue on a day."""
    return standing(matter.office_id, on).filter(pk=matter.pk).exists()


def outliving(office_id: int, since: date, on: date) -> list[tuple[Guide, date]]:
    """Guides that were outside while their matter had left the catalogue, with the day it did; those withdrawn before `since` left out. Two queries."""
    last = MatterChange.objects.filter(matter=OuterRef("matter"), kind=rules.CANCELLED, voided_at=None, effective_on__lte=on).order_by("-effective_on")
    gone = Q(matter__voided_at__isnull=False) | ~Q(matter__in=standing(office_id, on).values("pk")) & Q(cancelled_on__isnull=False)
    found = (
        Guide.objects.of(office_id).current().filter(released__isnull=False).annotate(cancelled_on=Subquery(last.values("effective_on")[:1])).filter(gone)
        .filter(Q(pk__in=Guide.objects.public().values("pk")) | Q(withdrawn_on__gte=since)).select_related("matter").order_by("pk")
    )  # fmt: skip
    days = [(guide, guide.cancelled_on or timezone.localdate(guide.matter.voided_at)) for guide in found]
    return [(guide, day) for guide, day in days if guide.withdrawn_on is None or guide.withdrawn_on >= day]


class Behind(NamedTuple):
    """A guide that is or was outside with facts of its matter that had changed: since when, and until when (None: still)."""

    guide: Guide
    began_on: date
    done_on: date | None


_LABELS = {name: str(Matter._meta.get_field(name).verbose_name) for name in OF_MATTER.values()}


def behind(office_id: int, since: date, on: date) -> list[Behind]:
    """Guides outside whose copy tells of their matter what is no longer so; with those put right or withdrawn since a day. Three queries.

    What left the catalogue is `outliving`'s: such a guide is withdrawn, not renewed.
    """
    guides = list(
        Guide.objects.of(office_id).current().filter(released__isnull=False, matter__in=standing(office_id, on).values("pk"))
        .filter(Q(pk__in=Guide.objects.public().values("pk")) | Q(withdrawn_on__gte=since)).select_related("matter").order_by("pk")
    )  # fmt: skip
    copies: dict[int, list[Submission]] = defaultdict(list)
    sent = Submission.objects.of(office_id).filter(kind=Guide._meta.label, record_id__in=[guide.pk for guide in guides]).exclude(release=None)
    for copy in sent.annotate(**{f"of_{name}": KT(f"content__{name}") for name in OF_MATTER}).defer("content").select_related("release").order_by("number"):
        copies[copy.record_id].append(copy)
    spans = []  # of each guide what it told, what was so by then, and the moment and day that ended it
    for guide in guides:
        for earlier, renewed in zip(copies[guide.pk], copies[guide.pk][1:], strict=False):
            if not renewed.afresh and (day := timezone.localdate(renewed.release.at)) >= since:
                spans.append((guide, _sent(earlier), _sent(renewed), renewed.submitted_at, day))
        now = {name: getattr(guide.matter, name) for name in OF_MATTER.values()}
        spans.append((guide, {name: guide.released[key] for key, name in OF_MATTER.items()}, now, None, guide.withdrawn_on))
    spans = [span for span in spans if span[1] != span[2]]
    log: dict[str, list[tuple[datetime, Mapping]]] = defaultdict(list)
    changed = Entry.objects.filter(subject_kind=Matter._meta.label, subject_id__in={str(span[0].matter_id) for span in spans}, verb="registers.changed")
    for matter, at, facts in changed.order_by("-pk").values_list("subject_id", "at", "facts"):
        log[matter].append((at, facts["differences"]))
    found = []
    for guide, told, so, until, done_on in spans:
        began_on = _began(told, so, [entry for entry in log[str(guide.matter_id)] if until is None or entry[0] <= until])
        found.append(Behind(guide, began_on or timezone.localdate(guide.matter.changed_at), done_on))
    return [one for one in found if one.began_on <= on and (one.done_on is None or one.done_on >= one.began_on)]


def _sent(copy: Any) -> dict[str, str]:
    return {name: getattr(copy, f"of_{key}") for key, name in OF_MATTER.items()}


def _began(told: Mapping[str, str], so: Mapping[str, str], log: Iterable[tuple[datetime, Mapping]]) -> date | None:
    """Since when the matter was no longer as told: the log is undone, newest first, until it was. None where the log knows of no change."""
    state, day = {_LABELS[name]: value for name, value in so.items()}, None
    before = {_LABELS[name]: value for name, value in told.items()}
    for at, differences in log:
        if state == before:
            break
        if undone := {label: old for label, (old, _) in differences.items() if label in state}:
            state, day = {**state, **undone}, timezone.localdate(at)
    return day


def rectify_due_on(change: MatterChange, work=None, adjusted=None) -> date | None:
    """By when a 整改 is to be done, from its facts; None for other changes."""
    if change.kind != rules.RECTIFIED or not change.proposed_on:
        return None
    return rules.rectify_due_on(
        change.proposed_on, change.wanted_by_on, work or calendar(),
        adjustments(change.office_id, "guides") if adjusted is None else adjusted,
    )


def stale(office_id: int) -> list[Stale]:
    """Demands whose stored last day differs from what their facts give today. Three queries."""
    work, adjusted = calendar(), adjustments(office_id, "guides")
    found = []
    for change in MatterChange.objects.of(office_id).current().select_related("matter").order_by("pk").iterator():
        derived = rectify_due_on(change, work, adjusted)
        if derived != change.rectify_due_on:
            found.append(Stale(change, "rectify_due_on", change.rectify_due_on, derived))
    return found
