"""What is done to documents beyond keeping their register: repeal, and the conclusions a record stores."""

from datetime import date
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from gongkai.accounts.permissions import may, refuse_unless
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.publishing.actions import objections_to_written
from gongkai.publishing.log import tell
from gongkai.publishing.models import Attribute, Publication
from gongkai.registers.actions import check
from gongkai.registers.register import Register, register_of
from gongkai.reviewing.models import Submission
from gongkai.rulebook.queries import adjustments, calendar
from gongkai.sockets import get_reviewable

from . import content, queries, rules
from .models import (
    FORMS,
    POINTS,
    DocumentRelation,
    Evaluation,
    GazetteSubmission,
    Interpretation,
    NormativeDocument,
    Outward,
    Relation,
)

sentences(
    documents__repealed="废止《{title}》，自{on}起不再有效，依据：{reason}",
    documents__declared="登记{what}{title}已于{on}在系统外公开：{where}",
    documents__taken_back="撤下{what}{title}，原因：{reason}",
    documents__edited_in_review="审核中修改《{title}》（{fields}）",
)

IMPORTED = "导入的历史记录"


# -- What registers ask on every change ------------------------------------------------------------------------------


def derive(document: NormativeDocument) -> None:
    """Write the last days a document stores. The only place that does."""
    found = queries.conclusions(document, calendar(), adjustments(document.office_id, "documents"))
    for name, day in found.items():
        setattr(document, name, day)


def arrive(item: NormativeDocument | Interpretation, by) -> None:
    """What an import brings with its day of publication was public already: the copy is kept that was brought.

    Only whoever may declare that singly may bring it in so: an import is no way around the review chain.
    """
    if item.published_on:
        if not may(by, get_reviewable(item._meta.label).thing, "declare", item):
            refuse_if([Objection("published", "带公开日期的，须由公开协调员或政府信息公开工作机构负责人导入；未公开的请去掉公开日期，导入后送审")])
        item.published_elsewhere, item.released = IMPORTED, content.snapshot(item)


def objections_to_document(document: NormativeDocument) -> list[Objection]:
    found = objections_to_written(document) + rules.objections_to_document(
        kind=document.kind,
        attribute=document.attribute, ground=document.ground, attribute_reason=document.attribute_reason,
        published_on=document.published_on, code=document.code, needs_interpretation=document.needs_interpretation,
        exemption=document.interpretation_exemption, exempted_on=document.interpretation_exempted_on,
    )
    found += objections_to_day(document)
    return found + _objections_to_office(document, column=document.column)


def objections_to_day(item: Outward) -> list[Objection]:
    """The day of publication as it is being kept, against the one on record. One question, of what was out only."""
    was_out = item.pk and (item.shown_submission_id or item.published_elsewhere)
    stood = type(item)._base_manager.filter(pk=item.pk).values_list("published_on", flat=True).first() if was_out else None
    return rules.objections_to_publication_day(
        item.published_on, was_released=item.shown_submission_id is not None, elsewhere=item.published_elsewhere, stood=stood,
    )  # fmt: skip


def objections_to_relation(relation: DocumentRelation) -> list[Objection]:
    if relation.document_id is None:
        return []  # the form says what is missing
    return _objections_to_office(relation, document=relation.document, other=relation.other)


def objections_to_interpretation(interpretation: Interpretation) -> list[Objection]:
    found = objections_to_written(interpretation) + rules.objections_to_interpretation(
        has_document=interpretation.document_id is not None, document_title=interpretation.document_title,
        published_on=interpretation.published_on,
        forms=sum(getattr(interpretation, name) for name in FORMS), points=sum(getattr(interpretation, name) for name in POINTS),
    )
    found += objections_to_day(interpretation)
    return found + _objections_to_office(interpretation, document=interpretation.document, column=interpretation.column)


def objections_to_submission(submission: GazetteSubmission) -> list[Objection]:
    if submission.document_id is None or submission.submitted_on is None:
        return []  # the form says what is missing
    found = rules.objections_to_submission(
        signed_on=submission.document.signed_on, submitted_on=submission.submitted_on,
        printed_on=submission.printed_on, issue=submission.issue,
    )
    return found + _objections_to_office(submission, document=submission.document)


def objections_to_evaluation(evaluation: Evaluation) -> list[Objection]:
    found = rules.objections_to_evaluation(
        finished_on=evaluation.finished_on, report_title=evaluation.report_title,
        has_report=evaluation.report_id is not None, result=evaluation.result,
    )
    return found + _objections_to_office(evaluation, document=evaluation.document)


def _objections_to_office(item, **others) -> list[Objection]:
    """A record names only records of its own office."""
    return [
        Objection("other_office", f"所选的{other._meta.verbose_name}属于其他机关，请重新选择")
        for other in others.values() if other is not None and other.office_id != item.office_id
    ]


# -- Verbs -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def repeal(document: NormativeDocument, *, on: date, by, successor: NormativeDocument | None = None, reason: str = "") -> NormativeDocument:
    """废止。Afterwards the document is no longer in force from `on`, and what repealed it is on record.

    `successor` is the document that repeals it; without one the `reason` says by what decision.
    """
    held = NormativeDocument.objects.held(document)
    found = rules.objections_to_repealing(
        signed_on=held.signed_on, repealed_on=held.repealed_on, by_signed_on=successor.signed_on if successor else None,
        same=successor is not None and successor.pk == held.pk, on=on,
    )
    if successor is None and not reason.strip():
        found.append(Objection("no_reason", "没有废止它的文件时，须写明废止的依据"))
    if held.voided_at is not None:
        found.append(Objection("voided", "该记录已作废"))
    refuse_if([*found, *_objections_to_office(held, successor=successor)])
    held.repealed_on = on
    derive(held)
    held.save()
    if successor is not None and not successor.relations.current().filter(relation=Relation.REPEALS, other=held).exists():
        DocumentRelation.objects.create(office_id=held.office_id, section_id=held.section_id, document=successor, relation=Relation.REPEALS, other=held)
    record("documents.repealed", held, by=by, title=held.title, on=on, reason=reason.strip() or str(successor))
    return held


def objections_to_declaring(held, *, on: date, where: str) -> list[Objection]:
    """Why a record may not be declared public before this system."""
    found = []
    if not where.strip():
        found.append(Objection("no_place", "请写明在哪里公开的，如网站名称和网址、公报期号"))
    if on > timezone.localdate():
        found.append(Objection("to_come", "已公开的日期不能晚于今天"))
    if held.shown_submission_id or held.published_elsewhere:
        found.append(Objection("out", "该记录已有公开的来历，不必登记"))
    if held.voided_at:
        found.append(Objection("voided", "该记录已作废"))
    return found


# -- In and out of the house, of every kind that is outward ------------------------------------------------------------


@transaction.atomic
def declare(item: Outward, *, on: date, where: str, by) -> Outward:
    """登记已在系统外公开。Afterwards it is public as it stands now, with the day and the place where it first was.

    A day that the record names already stands. A change after that goes through the review chain like any other.
    """
    entry, held = get_reviewable(item._meta.label), _hold(item)
    refuse_unless(by, entry.thing, "declare", held)
    refuse_if(objections_to_declaring(held, on=on, where=where))
    held.published_on, held.published_elsewhere = held.published_on or on, where.strip()[:300]
    held.released = dict(entry.gather(held).content)
    check(_register_of(held), held)
    held.full_clean()
    held.save()
    record("documents.declared", held, by=by, what=entry.label, title=str(held), on=on, where=held.published_elsewhere)
    return held


@transaction.atomic
def take_back(item: Outward, *, reason: str, by) -> Outward:
    """撤下 what was declared public and never released here. Afterwards its page is a tombstone, and it comes back only through the review chain.

    What was released is withdrawn on its submission, where every channel is told.
    """
    entry = get_reviewable(item._meta.label)
    held = _hold(item)
    refuse_unless(by, entry.thing, "declare", held)
    found = [] if reason.strip() else [Objection("no_reason", "撤下须写明原因")]
    if not entry.is_out(held):
        found.append(Objection("not_out", "没有公开的内容可以撤下"))
    elif held.shown_submission_id:
        found.append(Objection("released", "这是审核放行的，请在“送审与发布”中撤回"))
    refuse_if(found)
    entry.withdraw(held, reason.strip(), by)
    record("documents.taken_back", held, by=by, what=entry.label, title=str(held), reason=reason.strip())
    held.refresh_from_db()
    return held


@transaction.atomic
def release(submission: Submission, by) -> None:
    """放行。Afterwards the outside sees exactly this submission. A second release is a correction and keeps the first day."""
    entry, on = get_reviewable(submission.kind), timezone.localdate(submission.release.at)
    held = apps.get_model(submission.kind)._base_manager.select_for_update().get(pk=submission.record_id)
    closed = submission.attribute != Attribute.OPEN or getattr(held, "attribute", Attribute.OPEN) != Attribute.OPEN
    refuse_if([Objection("not_open", "公开属性不是主动公开的，不能发布", "80号 一(一)")] if closed else [])
    refuse_if([Objection("voided", "该记录已作废，不能发布")] if held.voided_at else [])
    moved = "column_id" in submission.content and submission.content["column_id"] != held.column_id
    refuse_if([Objection("moved", "送审后改换了栏目，请重新送审")] if moved else [])
    first = not entry.is_out(held)
    held.released, held.shown_submission, held.live = dict(submission.content), submission, True
    held.published_on = held.published_on or on
    held.withdrawn_on, held.withdraw_reason = None, ""
    if (rederive := _register_of(held).derive) is not None:
        rederive(held)
    held.save()
    tell(held, Publication.Deed.PUBLISHED if first else Publication.Deed.CORRECTED, keys=_keys(held), digest=submission.digest)


@transaction.atomic
def withdraw(item: Outward, reason: str, by) -> None:
    """撤回。Afterwards its page is a tombstone with the reason; lists and search forget it."""
    held = _hold(item)
    held.live, held.withdrawn_on, held.withdraw_reason = False, timezone.localdate(), reason[:300]
    held.save(update_fields=["live", "withdrawn_on", "withdraw_reason", "changed_at"])
    tell(held, Publication.Deed.WITHDRAWN, keys=_keys(held), reason=reason)


def _hold(item: Outward) -> Any:
    return type(item)._base_manager.select_for_update().get(pk=item.pk)


def _register_of(item: Outward) -> Register:
    register = register_of(item)
    if register is None:
        raise LookupError(f"{item._meta.label} 没有登记簿")
    return register


def _keys(item: Any) -> set[str]:
    column = getattr(item, "column_id", None)
    return {f"{item._meta.model_name}:{item.pk}", *([f"column:{column}"] if column else [])}
