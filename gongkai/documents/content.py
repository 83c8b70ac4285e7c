"""What goes out of a document or an interpretation: one plain copy of it, and what pages read of that copy.

Facts that law makes later (废止) are not of the copy: pages take them from the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.utils.safestring import SafeString

from gongkai.law.instruments import bracketed
from gongkai.publishing import content as written
from gongkai.publishing.bodies import shown_body
from gongkai.text.markup import paragraphs

from . import rules
from .models import DocumentRelation, Interpretation, Kind, NormativeDocument

DAYS = ("signed_on", "effective_on", "expires_on", "interpretation_exempted_on")
TEXTS = (
    "title", "number", "code", "kind", "issuer", "index_number", "subject_words", "summary", "url", "attribute", "ground", "attribute_reason",
    "interpretation_exemption",
)  # fmt: skip


def snapshot(item: NormativeDocument | Interpretation) -> dict[str, Any]:
    """Everything that goes out, as JSON. The same content gives the same snapshot, whoever saved it and when."""
    return _of_interpretation(item) if isinstance(item, Interpretation) else _of_document(item)


def _of_document(document: NormativeDocument) -> dict[str, Any]:
    return {
        "model": "documents.NormativeDocument", **{name: getattr(document, name) for name in TEXTS}, "column": document.column.name if document.column else "",
        "column_id": document.column_id, "blocks": written.blocks_of(document),
        "issuer": document.issuer or document.office.name, **{name: _day(getattr(document, name)) for name in DAYS},
        "is_benefit": document.is_benefit, "needs_interpretation": document.needs_interpretation,
        "file": _file(document.file), "relations": [relation_copy(one) for one in relations_of(document)],
    }  # fmt: skip


def _of_interpretation(one: Interpretation) -> dict[str, Any]:
    return {
        "model": "documents.Interpretation", "title": one.title, "summary": one.summary, "interpreter": one.interpreter, "url": one.url,
        "column": one.column.name if one.column else "", "column_id": one.column_id, "blocks": written.blocks_of(one), "document": named(one.document) if one.document else "", "document_title": one.document_title,
        "forms": one.forms_said, "points": one.points_said,
    }  # fmt: skip


def named(document: NormativeDocument) -> str:
    """A document as others name it: as it was released, where it was; what is being written of it since is nobody's business outside."""
    of = document.released or {"title": document.title, "number": document.number}
    return f"{bracketed(of['title'])}（{of['number']}）" if of["number"] else bracketed(of["title"])


def body_html(copy: Mapping[str, Any], address: written.Address = written.public_address) -> SafeString:
    """The body of a copy as a page shows it. One made before bodies were of blocks holds its HTML."""
    return written.render_snapshot(copy, address) if "blocks" in copy else shown_body(copy["body"])


def body_text(copy: Mapping[str, Any]) -> str:
    """Its words, a paragraph a line."""
    return "\n\n".join(filter(None, map(written.block_text, copy["blocks"]))) if "blocks" in copy else paragraphs(copy["body"])


def relations_of(document: NormativeDocument) -> list[DocumentRelation]:
    return list(document.relations.current().select_related("other").order_by("pk")) if document.pk else []


def relation_copy(one: DocumentRelation) -> dict[str, str]:
    """A relation as the page tells it."""
    return {
        "relation": one.relation, "title": one.other.title if one.other else one.other_title, "number": one.other.number if one.other else one.other_number,
        "clauses": one.clauses,
    }  # fmt: skip


def shows(one: DocumentRelation) -> bool:
    """Whether the outside may read it: it was in the released copy of its document, or it tells of a repeal that stands."""
    of = one.document
    if of.shown_submission_id is None or of.released is None:
        return True  # public before there were copies of relations
    repealed = one.relation == "repeals" and one.other is not None and one.other.repealed_on is not None
    return repealed or any(_same(held, one) for held in of.released["relations"])


def _same(held: Mapping[str, str], one: DocumentRelation) -> bool:
    """By kind and clauses and what it names; a correction of the other's own title is not another relation."""
    names = {(one.other.title, one.other.number), _copied_name(one.other)} if one.other else {(one.other_title, one.other_number)}
    return (held["relation"], held["clauses"]) == (one.relation, one.clauses) and (held["title"], held["number"]) in names


def _copied_name(other: NormativeDocument) -> tuple[str, str]:
    copy = other.released or {}
    return copy.get("title", other.title), copy.get("number", other.number)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _file(stored) -> dict[str, Any] | None:
    return None if stored is None or stored.refused else {"sha256": stored.sha256, "name": stored.name, "size": stored.size, "kind": stored.kind}


def shown(item: NormativeDocument | Interpretation) -> SimpleNamespace:
    """What the public sees. Public pages and search read this and nothing else of the record."""
    of = item.released or snapshot(item)
    facts = {**of, "copy": of, "pk": item.pk, "published_on": item.published_on, "column": item.column.name if item.column else ""}
    if isinstance(item, Interpretation):
        return SimpleNamespace(**{**facts, "forms_said": of["forms"], "points_said": of["points"]})
    days = {name: date.fromisoformat(of[name]) if of.get(name) else None for name in DAYS}
    seen = SimpleNamespace(**{**facts, **days, "repealed_on": item.repealed_on, "get_kind_display": Kind(of["kind"]).label})
    seen.validity_on = lambda on: rules.validity(seen.signed_on, seen.effective_on, seen.expires_on, seen.repealed_on, on=on)
    return seen

