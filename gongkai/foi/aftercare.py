"""After the reply: what was refused is looked at again (条例 18), what several asked for is proposed to be published (条例 44)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce

from gongkai.accounts.models import User
from gongkai.accounts.permissions import may
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.letters.models import Letter
from gongkai.publishing import actions as publishing
from gongkai.publishing.models import Article, Column
from gongkai.rulebook.queries import adjustments

from . import after_rules, fingerprints, queries
from .models import Applicant, Application, Paper, PublicationProposal, Reassessment, Remedy

sentences(
    foi__reassessed="对申请{number}不予公开的内容定期评估，结论为“{outcome}”，理由为{reason}",
    foi__proposed="就申请{number}提出转主动公开建议，要求相同信息的申请{count}件，理由为{reason}",
    foi__proposal_adopted="采纳申请{number}的转主动公开建议，已拟文章稿",
    foi__anonymised="将申请{number}的申请人信息从工作记录中移除（去标识），同时移除申请人材料{papers}份",
    foi__proposal_declined="不采纳申请{number}的转主动公开建议，意见为{reason}",
)


def withheld(application: Application) -> bool:
    """Whether something of what was asked is withheld still: refused or partly given, and not found open since."""
    last = application.reassessments.order_by("on", "pk").last()
    return application.closed_on is not None and application.report_row in after_rules.REFUSED_ROWS and (last is None or last.outcome != Reassessment.Outcome.OPEN)


def reassess_due_on(application: Application) -> date | None:
    """By when it is looked at again; None where nothing is withheld."""
    if not withheld(application):
        return None
    last = application.reassessments.order_by("on", "pk").last()
    return after_rules.reassess_due_on(last.on if last else application.closed_on, adjustments(application.office_id, "foi"))


@transaction.atomic
def reassess(application: Application, *, by: User, outcome: str, reason: str, on: date) -> Reassessment:
    """定期评估。Afterwards the conclusion stands beside the first refusal, which stays as it was counted; the next is due anew unless it is open now."""
    held = Application.objects.held(application)
    found = [] if withheld(held) else [Objection("nothing_withheld", "该申请没有不予公开的内容需要评估", "条例 18")]
    if held.closed_on and on < held.closed_on:
        found.append(Objection("before_close", "评估日期早于答复日期", "条例 18"))
    if not reason.strip():
        found.append(Objection("no_reason", "请写明情况有无变化、为什么", "条例 18"))
    refuse_if(found)
    made = Reassessment(application=held, on=on, outcome=outcome, reason=reason, by=by)
    made.full_clean(exclude=["application", "by"])
    made.save()
    record("foi.reassessed", held, by=by, number=held.number, outcome=made.get_outcome_display(), reason=reason)
    return made


def refused(office_id: int) -> QuerySet[Application]:
    """What is withheld still, with the day it was looked at last: the reply, or the last 定期评估."""
    found = Application.objects.of(office_id).current().filter(report_row__in=after_rules.REFUSED_ROWS, closed_on__isnull=False)
    return found.exclude(pk__in=Reassessment.objects.filter(outcome=Reassessment.Outcome.OPEN).values("application")).annotate(looked_on=Coalesce(Max("reassessments__on"), "closed_on"))


def to_look_at(office_id: int, today: date) -> QuerySet[Application]:
    """What is due to be looked at again today, the longest waiting first."""
    months = after_rules.reassess_months(today, adjustments(office_id, "foi"))
    since = after_rules.months_before(today, months)
    return refused(office_id).filter(looked_on__lte=since).select_related("section").order_by("looked_on", "pk")


def shown(application: Application, user: User) -> dict:
    """What the case's page shows of all this."""
    closed = application.closed_on is not None and application.voided_at is None
    sees, adopts = may(user, "foi.applicant", "view", application), may(user, "foi.application", "adopt", application)
    return {
        "due_on": reassess_due_on(application) if closed else None, "reassessments": application.reassessments.select_related("by"), "outcomes": Reassessment.Outcome.choices,
        "may_reassess": closed and withheld(application) and may(user, "foi.application", "reassess", application), "proposals": application.proposals.select_related("by", "article"),
        "demanded": demanded(application) if sees and application.voided_at is None else [], "may_propose": application.voided_at is None and may(user, "foi.application", "propose", application),
        "may_adopt": adopts, "checklist": after_rules.CHECKLIST, "columns": Column.objects.filter(office_id=application.office_id, archived_on=None).order_by("name") if adopts else [],
    }  # fmt: skip


#: What stands in the place of a name that was removed.
REMOVED = "（已去标识）"


def kept_too_long(office_id: int, today: date) -> QuerySet[Application]:
    """Archived applications whose applicant's data has been kept as long as the office keeps it; nothing of theirs is pending."""
    since = after_rules.months_before(today, after_rules.retention_months(today, adjustments(office_id, "foi")))
    pending = Remedy.objects.of(office_id).current().filter(decided_on=None).values("application")
    found = Application.objects.of(office_id).filter(archived_on__lte=since, anonymised_on=None)
    return found.exclude(pk__in=pending).order_by("archived_on", "pk")


@transaction.atomic
def anonymise(application: Application, *, by: User, on: date) -> Application:
    """去标识。

    Afterwards the working records say nothing of who applied, what they wrote, whom the office asked or what came in: name,
    numbers, addresses and their hashes, the description, opinions, papers, messages and drafts that came to nothing are gone. What the file and the frozen
    letters hold is archive and stays sealed there; numbers, dates, results and the log stay.
    """
    held = Application.objects.held(application)
    undecided = held.remedies.current().filter(decided_on=None).exists()
    refuse_if(after_rules.objections_to_anonymising(held.case(with_letters=False), on, undecided=undecided, done=held.anonymised_on is not None, adjustments=adjustments(held.office_id, "foi")))
    Applicant.objects.filter(application=held).update(name=REMOVED, representative="", id_number="", phone="", address="", email="", name_hash="", id_hash="", phone_hash="")
    held.opinions.update(name="", opinion="")
    held.handed_in.update(text="", sent_back="")
    Letter.objects.about(held).filter(frozen_at=None).update(fields="{}")  # drafts that came to nothing
    papers, _ = Paper.objects.filter(application=held).delete()
    fingerprints.forget(held)
    held.description, held.anonymised_on = "", on
    held.save(update_fields=["description", "anonymised_on", "changed_at"])
    record("foi.anonymised", held, by=by, number=held.number, papers=papers)
    return held


def demanded(application: Application) -> list[Application]:
    """Applications of other applicants that asked for much the same; one for each applicant, told apart by document number (条例 44.1).

    Evidence for a person: likeness may be wrong, and who has no number counts as nobody.
    """
    own = Applicant.objects.filter(application=application).values_list("id_hash", flat=True).first() or ""
    alike = [one.application for one in queries.similar(application, most=50, content=True) if one.likeness is not None and one.likeness.may_repeat]
    hashes = dict(Applicant.objects.filter(application__in=alike).values_list("application_id", "id_hash"))
    found: dict[str, Application] = {}
    for one in alike:
        number = hashes.get(one.pk, "")
        if number and number != own:
            found.setdefault(number, one)
    return list(found.values())


@transaction.atomic
def propose(application: Application, *, by: User, title: str, reason: str, on: date) -> PublicationProposal:
    """提出转主动公开建议。Afterwards it waits for the coordinator, with the applications that asked for the same."""
    # They are named in the proposal, so the database holds them too: all at once, in their order.
    others = demanded(application)
    held = Application.objects.held_together([application.pk, *(one.pk for one in others)])[application.pk]
    refuse_if([Objection("proposed", "该申请已有尚未处理的建议", "条例 44.1")] if held.proposals.filter(settled_on=None).exists() else [])
    made = PublicationProposal(application=held, title=title, reason=reason, on=on, by=by)
    made.full_clean(exclude=["application", "by", "checked", "adopted", "settled_on", "settled_by", "article"])
    made.save()
    made.alike.set(others)
    record("foi.proposed", held, by=by, number=held.number, count=len(others), reason=reason)
    return made


@transaction.atomic
def adopt(proposal: PublicationProposal, *, by: User, column: Column, checked: Sequence[str], answer: str, on: date) -> PublicationProposal:
    """采纳。Afterwards a draft article with the title and nothing else stands in the column: its text, reviews and secrecy review are made anew."""
    held = _open(proposal)
    missing = [label for key, label in after_rules.CHECKLIST if key not in checked]
    refuse_if([Objection("unchecked", f"去标识化核对还有未确认的：{label}", "个人信息保护法 51") for label in missing])
    application = held.application
    refuse_if([Objection("other_office", "栏目属于其他机关", "条例 44.1")] if column.office_id != application.office_id else [])
    article = Article(office_id=application.office_id, section_id=application.section_id, column=column, title=held.title, remarks=f"依申请公开转主动公开（条例第四十四条）：{held.reason}")
    publishing.write(article, by=by)
    held.adopted, held.answer, held.checked, held.settled_on, held.settled_by, held.article = True, answer, list(checked), on, by, article
    held.save()
    record("foi.proposal_adopted", application, by=by, number=application.number)
    return held


@transaction.atomic
def decline(proposal: PublicationProposal, *, by: User, answer: str, on: date) -> PublicationProposal:
    """不采纳。Afterwards the reason stands beside the proposal."""
    held = _open(proposal)
    refuse_if([] if answer.strip() else [Objection("no_reason", "请写明不采纳的理由", "条例 44.1")])
    held.adopted, held.answer, held.settled_on, held.settled_by = False, answer, on, by
    held.save()
    record("foi.proposal_declined", held.application, by=by, number=held.application.number, reason=answer)
    return held


def _open(proposal: PublicationProposal) -> PublicationProposal:
    held = PublicationProposal.objects.select_for_update().get(pk=proposal.pk)
    refuse_if([Objection("settled", "该建议已经处理", "条例 44.1")] if held.settled_on else [])
    return held
