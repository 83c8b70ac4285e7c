"""What ties one application to another: 并案办理 (their handling is joined, each keeps its row and its clock) and 关联.

And the hand-over of a case between sections, which the receiving section accepts or returns. Each has its reason and document.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from gongkai.accounts.models import Section, User
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.rulebook.queries import adjustments, calendar

from . import actions, joining_rules, rules
from .models import Application, CaseLink, Handover

sentences(
    foi__linked="将申请{number}与{other}关联，依据{document}，原因为{reason}",
    foi__merged="将申请{number}并入{other}办理，依据{document}，原因为{reason}",
    foi__unlinked="解除申请{number}与{other}的关联或并案，原因为{reason}",
    foi__handed_over="为移交{section}的申请{number}定内部期限{due_on}，依据{document}",
    foi__hand_over_accepted="接收移交的申请{number}",
    foi__hand_over_returned="退回移交的申请{number}，由{section}继续办理，原因为{reason}",
)


def links_of(application: Application) -> list[CaseLink]:
    """What is tied to the case now, either way round."""
    found = CaseLink.objects.filter(Q(application=application) | Q(other=application), ended_on=None)
    return list(found.select_related("application", "other", "by").order_by("pk"))


@transaction.atomic
def join(application: Application, *, by: User, other: Application, kind: str, reason: str, document: str, on: date) -> CaseLink:
    """并案或关联。

    Afterwards both cases show the other. What is merged goes to the section and the handler of the case it joined, and a
    reply to one applicant's case answers his merged ones too; each keeps its number, clock and row of table three.
    """
    both = Application.objects.held_together([application.pk, other.pk])
    held, target = both[application.pk], both[other.pk]
    refuse_if([] if target.office_id == held.office_id else [Objection("other_office", "只能与本机关的申请并案、关联", "条例 45")])
    refuse_if(joining_rules.objections_to_joining(
        kind, held.case(), target.case(), same=held.pk == target.pk, void=bool(held.voided_at or target.voided_at),
        joined=CaseLink.objects.filter(application__in=[held, target], kind=CaseLink.Kind.MERGED, ended_on=None).exists(),
        leads=CaseLink.objects.filter(other=held, kind=CaseLink.Kind.MERGED, ended_on=None).exists(),
        known=any({one.application_id, one.other_id} == {held.pk, target.pk} for one in links_of(held)),
    ))  # fmt: skip
    made = CaseLink(application=held, other=target, kind=kind, reason=reason, document=document, on=on, by=by)
    made.full_clean(exclude=["application", "other", "by", "ended_on", "ended_by"])
    made.save()
    if kind == CaseLink.Kind.MERGED:
        held.section_id, held.handler_id = target.section_id, target.handler_id
        held.save(update_fields=["section", "handler", "changed_at"])
    record("foi.merged" if kind == CaseLink.Kind.MERGED else "foi.linked", held, by=by, number=held.number, other=target.number, document=document, reason=reason)
    return made


@transaction.atomic
def part(link: CaseLink, *, by: User, reason: str, on: date) -> CaseLink:
    """解除。Afterwards the cases go their own ways; that they were tied stays on record."""
    held = CaseLink.objects.select_for_update().get(pk=link.pk)
    refuse_if([Objection("ended", "已经解除", "条例 45")] if held.ended_on else [])
    refuse_if([] if reason.strip() else [Objection("no_reason", "请写明解除的原因", "条例 45")])
    held.ended_on, held.ended_reason, held.ended_by = on, reason, by
    held.save()
    record("foi.unlinked", held.application, by=by, number=held.application.number, other=held.other.number, reason=reason)
    return held


# Handing over


def inner_due_on(application: Application, on: date) -> date | None:
    """The day the section that gets the case is to be ready by: so many working days before the last day; None without one."""
    if application.reply_due_on is None:
        return None
    days, left = calendar(), joining_rules.inner_days(on, adjustments(application.office_id, "foi"))
    day = application.reply_due_on
    while left and day > on:
        day -= timedelta(days=1)
        left -= days.is_workday(day)
    return max(day, on)


def waiting(application: Application) -> Handover | None:
    """The hand-over nobody has answered yet."""
    return Handover.objects.filter(application=application, settled_on=None).select_related("from_section", "to_section", "by").first()


def objections_to_handing_over(application: Application) -> list[Objection]:
    """A case that nobody has taken yet is not handed on."""
    return [Objection("waiting", "上一次移交还没有接收或退回", "条例 45")] if waiting(application) else []


@transaction.atomic
def hand_over(application: Application, *, by: User | None, section: Section, reason: str, document: str = "", due_on: date | None = None, on: date) -> Application:
    """移交科室。Afterwards another section has the case with the same clock, an inner day to be ready by, and is to accept or return it."""
    held = Application.objects.held(application)
    refuse_if(objections_to_handing_over(held))
    refuse_if(rules.to_come((on,), timezone.localdate()))
    latest = held.reply_due_on
    refuse_if([Objection("late_inner", f"内部期限不能晚于答复最后一日{rules.chinese_date(latest)}", "条例 33.2")] if due_on and latest and due_on > latest >= on else [])
    former, due_on = held.section, due_on or inner_due_on(held, on)
    moved = actions.transfer(held, by=by, section=section, reason=reason)
    Handover.objects.create(application=moved, from_section=former, to_section=section, reason=reason, document=document, inner_due_on=due_on, on=on, by=by)
    record("foi.handed_over", moved, by=by, number=moved.number, section=section.name, due_on=due_on or "（待定）", document=document or "（无）")
    return moved


@transaction.atomic
def accept(handover: Handover, *, by: User, on: date) -> Handover:
    """接收。Afterwards the receiving section has said that it has the case."""
    held = _open(handover)
    held.settled_on, held.settled_by, held.accepted = on, by, True
    held.save()
    record("foi.hand_over_accepted", held.application, by=by, number=held.application.number)
    return held


@transaction.atomic
def send_back(handover: Handover, *, by: User, reason: str, on: date) -> Handover:
    """退回。Afterwards the section it came from has the case again, with the reason; the coordinator decides where there was none."""
    held = _open(handover)
    refuse_if([] if reason.strip() else [Objection("no_reason", "请写明退回的原因", "条例 45")])
    application = Application.objects.held(held.application)
    refuse_if(joining_rules.objections_to_sending_back(application.case(with_letters=False)))
    held.settled_on, held.settled_by, held.accepted, held.answer = on, by, False, reason
    held.save()
    application.section_id, application.handler_id = held.from_section_id, None
    application.save(update_fields=["section", "handler", "changed_at"])
    record("foi.hand_over_returned", application, by=by, number=application.number, section=held.from_section.name if held.from_section else "公开协调员", reason=reason)
    return held


def _open(handover: Handover) -> Handover:
    held = Handover.objects.select_for_update().get(pk=handover.pk)
    refuse_if([Objection("settled", "这次移交已经接收或退回", "条例 45")] if held.settled_on else [])
    return held
