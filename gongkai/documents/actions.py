"""What is done to documents beyond keeping their register: repeal, and the conclusions a record stores."""

from datetime import date

from django.db import transaction

from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.rulebook.queries import adjustments, calendar

from . import queries, rules
from .models import (
    FORMS,
    POINTS,
    DocumentRelation,
    Evaluation,
    GazetteSubmission,
    Interpretation,
    NormativeDocument,
    Relation,
)

sentences(documents__repealed="废止《{title}》，自{on}起不再有效，依据：{reason}")


# -- What registers ask on every change ------------------------------------------------------------------------------


def derive(document: NormativeDocument) -> None:
    """Write the last days a document stores. The only place that does."""
    found = queries.conclusions(document, calendar(), adjustments(document.office_id, "documents"))
    for name, day in found.items():
        setattr(document, name, day)


def objections_to_document(document: NormativeDocument) -> list[Objection]:
    found = rules.objections_to_document(
        kind=document.kind, texts=(document.title, document.summary, document.body), body=document.body,
        attribute=document.attribute, ground=document.ground, attribute_reason=document.attribute_reason,
        published_on=document.published_on, code=document.code, needs_interpretation=document.needs_interpretation,
        exemption=document.interpretation_exemption, exempted_on=document.interpretation_exempted_on,
    )
    return found + _objections_to_office(document, column=document.column)


def objections_to_relation(relation: DocumentRelation) -> list[Objection]:
    if relation.document_id is None:
        return []  # the form says what is missing
    return _objections_to_office(relation, document=relation.document, other=relation.other)


def objections_to_interpretation(interpretation: Interpretation) -> list[Objection]:
    found = rules.objections_to_interpretation(
        texts=(interpretation.title, interpretation.summary, interpretation.body), body=interpretation.body,
        has_document=interpretation.document_id is not None, document_title=interpretation.document_title,
        published_on=interpretation.published_on,
        forms=sum(getattr(interpretation, name) for name in FORMS), points=sum(getattr(interpretation, name) for name in POINTS),
    )
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
