"""What publishing owes by a day: a column its next entry, something open its publication, something withheld its reassessment."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Min, Q
from django.urls import reverse

from gongkai.law.figures import figure
from gongkai.registers.register import register_of
from gongkai.rulebook.queries import adjustments, calendar
from gongkai.sockets import Duty, duties

from . import queries, rules
from .models import Attribute, Column, SecrecyReview


@duties("publishing.column", "更新栏目", "19号")
def columns(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """A column with a period wants something new within it. One duty a column: the one standing today."""
    warn = figure("publishing", "column_warn_days", today, adjustments(office_id, "publishing")).value
    last = queries.last_entries(office_id, today)
    standing = Column.objects.of(office_id).standing().filter(opened_on__lte=today).exclude(update_every_days=None)
    for column in standing:
        due = rules.column_due(last.get(column.pk), column.opened_on, column.update_every_days)
        yield Duty(
            key="publishing.column", subject=column.name, title="更新栏目", due_on=due, basis="19号",
            url=reverse("registers:list", args=["articles"]), section_id=column.owner_id,
            begins_on=due - timedelta(days=warn),
        )


@duties("publishing.reassess", "定期评估不予公开的信息", "条例 18")
def reassessments(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """What was withheld is looked at again by its day. The next review that names it discharges the duty."""
    withheld = (
        SecrecyReview.objects.of(office_id).current().filter(reviewed_on__lte=today).exclude(reassess_due_on=None)
        .annotate(done_on=Min("reassessments__reviewed_on", filter=Q(reassessments__voided_at=None)))
        .filter(Q(done_on=None) | Q(done_on__gte=since)).order_by("reassess_due_on", "pk")
    )
    for review in withheld:
        yield Duty(
            key="publishing.reassess", subject=review.number or review.title, title="定期评估不予公开的信息",
            due_on=review.reassess_due_on, basis="条例 18", url=reverse("registers:edit", args=["secrecy-reviews", review.pk]),
            section_id=review.section_id, done_on=review.done_on, begins_on=review.reviewed_on,
        )
    for item in queries.withheld(office_id, today):
        if item.done_on is not None and item.done_on < since:
            continue
        register = register_of(item.record)
        yield Duty(
            key="publishing.reassess", subject=str(item.record), title="定期评估不予公开的信息", due_on=item.due_on, basis="条例 18",
            url=reverse("registers:edit", args=[register.slug, item.record.pk]) if register else "", section_id=item.record.section_id,
            done_on=item.done_on, begins_on=item.decided_on,
        )


@duties("publishing.proactive", "主动公开政府信息", "条例 26")
def proactive(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """What is 主动公开 goes out within twenty working days of the day it was made, or became 主动公开."""
    work, adjusted = calendar(), adjustments(office_id, "publishing")
    for model in queries.written_models():
        if not model.formed_field:
            continue
        register, changes = register_of(model), queries.attribute_changes(model, office_id)
        found = (
            model.objects.of(office_id).current().filter(attribute=Attribute.OPEN, **{f"{model.formed_field}__lte": today})
            .filter(Q(published_on=None) | Q(published_on__gte=since)).defer("body", "words", "released").order_by(model.formed_field, "pk")
        )
        for item in found:
            changed_on = changes.get(item.pk) or getattr(item, "attribute_changed_on", None)
            clock = rules.proactive_clock(item.formed_on, changed_on, work, adjusted)
            if clock is None:
                continue
            yield Duty(
                key="publishing.proactive", subject=str(item), title="主动公开政府信息", due_on=clock.last_day, basis="条例 26",
                url=reverse("registers:edit", args=[register.slug, item.pk]), section_id=item.section_id,
                done_on=item.published_on, begins_on=max(item.formed_on, changed_on or item.formed_on),
                provisional="；".join(work.provisional(item.formed_on, clock.last_day)),
            )
