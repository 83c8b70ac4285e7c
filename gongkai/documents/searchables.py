"""Documents and interpretations as the public search finds them."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from gongkai.sockets.searchables import Searchable, record_ids, register_searchables

from . import content
from .models import Interpretation, InterpretationQuerySet, NormativeDocument, NormativeDocumentQuerySet


def _documents(office_id: int) -> NormativeDocumentQuerySet:
    return NormativeDocument.objects.of(office_id).public().select_related("column")


def _document(row: NormativeDocument, on: date) -> Searchable:
    document = content.shown(row)
    said = [content.body_text(document.copy), *(f"{label}：{value}" for label, value in (("主题词", document.subject_words), ("发布机构", document.issuer)) if value)]
    return Searchable(
        key=f"normativedocument:{document.pk}", path=NormativeDocument.path_of(document.pk), kind="document", title=document.title, summary=document.summary,
        body="\n\n".join(filter(None, said)), column=document.column, number=document.number,
        index_number=document.index_number, published_on=document.published_on, validity=document.validity_on(on),
    )


def produce_documents(office_id: int) -> Iterable[Searchable]:
    on = timezone.localdate()
    for document in _documents(office_id).order_by("pk").iterator(chunk_size=500):
        yield _document(document, on)


def find_documents(office_id: int, keys: Iterable[str]) -> Iterable[Searchable]:
    on = timezone.localdate()
    for document in _documents(office_id).filter(pk__in=record_ids(keys)):
        yield _document(document, on)


def _interpretations(office_id: int) -> InterpretationQuerySet:
    return Interpretation.objects.of(office_id).public().select_related("column", "document")


def _interpretation(row: Interpretation) -> Searchable:
    interpretation = content.shown(row)
    # `public` lets through only what explains a document that is itself public, or is not ours.
    # It is named as it is outside today, not as it was being written when the interpretation was sent.
    explained = content.named(row.document) if row.document else f"《{interpretation.document_title}》" if interpretation.document_title else ""
    said = [content.body_text(interpretation.copy), f"解读的文件：{explained}" if explained else "", f"解读形式：{interpretation.forms_said}" if interpretation.forms_said else ""]
    return Searchable(
        key=f"interpretation:{interpretation.pk}", path=Interpretation.path_of(interpretation.pk), kind="interpretation", title=interpretation.title,
        summary=interpretation.summary, body="\n\n".join(filter(None, said)), column=interpretation.column,
        published_on=interpretation.published_on,
    )


def produce_interpretations(office_id: int) -> Iterable[Searchable]:
    for interpretation in _interpretations(office_id).order_by("pk").iterator(chunk_size=500):
        yield _interpretation(interpretation)


def find_interpretations(office_id: int, keys: Iterable[str]) -> Iterable[Searchable]:
    for interpretation in _interpretations(office_id).filter(pk__in=record_ids(keys)):
        yield _interpretation(interpretation)


register_searchables("normativedocument", produce_documents, find_documents)
register_searchables("interpretation", produce_interpretations, find_interpretations)
