"""Consultations as the public search finds them: the draft and how to speak to it, never what was said."""

from collections.abc import Iterable

from gongkai.sockets.searchables import Searchable, record_ids, register_searchables
from gongkai.text.dates import render_range

from .models import Consultation, ConsultationQuerySet


def path_of(pk: int) -> str:
    """Where a consultation's page stands below the site's root."""
    return f"consultations/{pk}.html"


def _public(office_id: int) -> ConsultationQuerySet:
    return Consultation.objects.of(office_id).public()


def _searchable(consultation: Consultation) -> Searchable:
    said = [f"征求意见时间：{render_range(consultation.published_on, consultation.ends_on)}", f"提出意见的方式：{consultation.ways}" if consultation.ways else ""]
    return Searchable(
        key=f"consultation:{consultation.pk}", path=path_of(consultation.pk), kind="consultation", title=consultation.title,
        body="\n\n".join(filter(None, said)), published_on=consultation.published_on,
    )


def produce(office_id: int) -> Iterable[Searchable]:
    for consultation in _public(office_id).order_by("pk").iterator(chunk_size=500):
        yield _searchable(consultation)


def find(office_id: int, keys: Iterable[str]) -> Iterable[Searchable]:
    for consultation in _public(office_id).filter(pk__in=record_ids(keys)):
        yield _searchable(consultation)


register_searchables("consultation", produce, find)
