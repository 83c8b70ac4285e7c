"""What the office owes for its guides."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.urls import reverse

from gongkai.rulebook.queries import adjustments, calendar
from gongkai.sockets import Duty, duties

from . import queries, rules
from .models import MatterChange


@duties("guides.rectify", "整改办事指南", "716号令 6")
def rectify(office_id: int, since: date, today: date) -> Iterable[Duty]:
    """A guide or list found wanting is put right by its last day; coming into force discharges it. Two queries."""
    work = calendar()
    changes = (
        MatterChange.objects.of(office_id).current()
        .filter(kind=rules.RECTIFIED, proposed_on__lte=today, rectify_due_on__isnull=False, matter__voided_at=None)
        .filter(Q(effective_on=None) | Q(effective_on__gte=since)).select_related("matter").order_by("rectify_due_on", "pk")
    )
    for change in changes:
        counted = "" if change.wanted_by_on else "；".join(work.provisional(change.proposed_on, change.rectify_due_on))
        yield Duty(
            key="guides.rectify", subject=change.matter.name, title=f"整改{change.get_target_display()}",
            due_on=change.rectify_due_on, basis="716号令 6", url=reverse("registers:edit", args=["matter-changes", change.pk]),
            section_id=change.section_id, done_on=change.effective_on, begins_on=change.proposed_on, provisional=counted,
        )


@duties("guides.withdraw", "撤回已取消事项的办事指南", "条例 26")
def withdraw(office_id: int, since: date, today: date) -> Iterable[Duty]:
    """The guide to a matter that left the catalogue is taken off the site; its withdrawal discharges it. Four queries at most.

    Begins on the day from which the matter is gone.
    """
    work, adjusted = calendar(), adjustments(office_id, "guides")
    for guide, gone_on in queries.outliving(office_id, since, today):
        allowed = rules.rectify_figure(gone_on, adjusted)
        due_on = work.add(gone_on, allowed.value)
        yield Duty(
            key="guides.withdraw", subject=guide.released["title"], title="撤回已取消事项的办事指南", due_on=due_on, basis=allowed.source(gone_on),
            url=reverse("registers:edit", args=["guides", guide.pk]), section_id=guide.section_id, done_on=guide.withdrawn_on, begins_on=gone_on,
            provisional="；".join(work.provisional(gone_on, due_on)),
        )  # fmt: skip


@duties("guides.renew", "按变更后的事项重新发布办事指南", "条例 26")
def renew(office_id: int, since: date, today: date) -> Iterable[Duty]:
    """A guide outside tells of its matter what is no longer so; the next release of it, or its withdrawal, discharges it. Five queries at most.

    Begins on the day on which name, kind or basis of the matter was changed.
    """
    work, adjusted = calendar(), adjustments(office_id, "guides")
    for guide, began_on, done_on in queries.behind(office_id, since, today):
        allowed = rules.rectify_figure(began_on, adjusted)
        due_on = work.add(began_on, allowed.value)
        yield Duty(
            key="guides.renew", subject=guide.released["title"], title="按变更后的事项重新发布办事指南", due_on=due_on, basis=allowed.source(began_on),
            url=reverse("registers:edit", args=["guides", guide.pk]), section_id=guide.section_id, done_on=done_on, begins_on=began_on,
            provisional="；".join(work.provisional(began_on, due_on)),
        )  # fmt: skip
