"""Benefit policies on their way through the review chain, and out of it (decision 0016)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from gongkai.audit.actions import record
from gongkai.documents.models import NormativeDocument
from gongkai.law import Objection
from gongkai.publishing.models import Attribute, Category, Channel
from gongkai.publishing.reviewables import SecrecyForm, reword, secrecy, writers
from gongkai.screening.rules import Draft
from gongkai.screening.rules import Passage as Screened
from gongkai.sockets import Outgoing, Posted, Reviewable, register_reviewable
from gongkai.text.dates import render as said_day
from gongkai.text.differences import Passage

from . import actions, content, queries, rules
from .models import BenefitPolicy

EDITABLE = (("name", "政策名称"), ("standard", "标准与上限"), ("conditions", "申报条件"))


def gather(policy: BenefitPolicy) -> Outgoing:
    return Outgoing(
        title=policy.name, content=content.snapshot(policy), section_id=policy.section_id, attribute=Attribute.OPEN, channels=(Channel.WEBSITE, Channel.WECHAT),
        author_ids=writers(policy), content_class="policy",
    )  # fmt: skip


def posted(policy: BenefitPolicy, copy: Mapping[str, Any]) -> Posted:
    return Posted(Category.POLICY)


def carried(copy: Mapping[str, Any]) -> str:
    """Its texts in one piece, then its facts: for readers who see no table of facts beside them."""
    facts = [(label, words) for name, label, words in _said(copy) if name != "name" and name not in content.TEXTS]
    return render_to_string("publishing/carried.html", {"body": content.body_html(copy), "facts": facts, "heading": "政策信息"})


def _said(copy: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The facts of a copy in reading order: name, label, words."""
    words = {
        **copy, "level": BenefitPolicy.Level(copy["level"]).label, "support": BenefitPolicy.Support(copy["support"]).label,
        "needs_no_application": "是" if copy["needs_no_application"] else "", **{name: said_day(date.fromisoformat(copy[name])) for name in content.DAYS if copy[name]},
    }  # fmt: skip
    labels = {"name": "政策名称", "document": "政策文件", **content.READ, **content.TEXTS, **content.LINKS}
    return [(name, label, str(words[name])) for name, label in labels.items() if words[name]]


def render(copy: Mapping[str, Any]) -> str:
    """As it goes out, from the copy alone."""
    facts = [(label, words) for name, label, words in _said(copy) if name != "name" and name not in content.TEXTS]
    return render_to_string("publishing/desk/reading.html", {"content": {"title": copy["name"]}, "body": content.body_html(copy), "facts": facts})


def passages(copy: Mapping[str, Any]) -> list[Passage]:
    return [Passage(*one) for one in _said(copy)]


def draft(copy: Mapping[str, Any]) -> Draft:
    """For screening: what is read, and where it leads."""
    texts = [Screened(name, label, words, "text") for name, label, words in _said(copy) if name in SCREENED or name in content.TEXTS]
    links = [Screened(name, label, copy[name], "link", href=copy[name]) for name, label in content.LINKS.items() if copy[name]]
    return Draft((*texts, *links))


SCREENED = frozenset({"name", "issuer", "industries", "scale", "region", "qualifications", "funding_basis", "complaints"})


def gate(policy: BenefitPolicy, copy: Mapping[str, Any], beside: Iterable[tuple[str, int]]) -> list[Objection]:
    """With its document or after it, given what is released in the same moment."""
    document = copy["document_id"]
    out = document is not None and (
        ("documents.NormativeDocument", document) in set(beside) or NormativeDocument.objects.public().filter(pk=document).exists()
    )
    return rules.objections_to_going_first(has_document=document is not None, document_out=out)


def is_out(policy: BenefitPolicy) -> bool:
    return queries.is_shown(policy)


def apply(policy: BenefitPolicy, changes: Mapping[str, str], by) -> None:
    """A reviewer's own change of name, standard and conditions."""
    changed = reword(policy, changes, editable=EDITABLE, objections=actions.objections_to_policy, by=by)
    record("benefits.edited_in_review", policy, by=by, name=policy.name, fields=changed)


register_reviewable(Reviewable(
    kind=BenefitPolicy._meta.label, label="惠企政策", thing="benefits.policy", gather=gather, render=render, body=carried, passages=passages, draft=draft,
    gate=gate, release=actions.release, withdraw=actions.withdraw, is_out=is_out, url=lambda policy: reverse("registers:edit", args=["benefit-policies", policy.pk]),
    secrecy=secrecy, secrecy_form=SecrecyForm, apply=apply, editable=EDITABLE, posted=posted,
))  # fmt: skip
