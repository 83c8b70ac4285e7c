"""Guides on their way through the review chain, and out of it (decision 0016)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from gongkai.audit.actions import record
from gongkai.documents import actions as outward
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.publishing import markup
from gongkai.publishing.models import Attribute, Category, Channel
from gongkai.publishing.reviewables import SecrecyForm, reword, secrecy, writers
from gongkai.screening.rules import Draft
from gongkai.screening.rules import Passage as Screened
from gongkai.sockets import Outgoing, Posted, Reviewable, register_reviewable
from gongkai.text.differences import Passage

from . import actions, content
from .models import Guide

EDITABLE = (("title", "标题"), ("place", "办理地点"), ("hours", "办理时间"), ("phone", "联系电话"), ("fees", "收费标准"), ("result", "办理结果"), ("remedies", "救济途径"))
BESIDE = (("url", "办理入口"), ("column", "栏目"))


def prepare(guide: Guide, by) -> None:
    """What could never go out is said before anybody reviews it."""
    refuse_if(actions.objections_to_going_out(guide, content.snapshot(guide), timezone.localdate()))


def gather(guide: Guide) -> Outgoing:
    """Whoever wrote the matter wrote of the guide: its name and basis are in it."""
    return Outgoing(
        title=guide.title, content=content.snapshot(guide), section_id=guide.section_id, attribute=Attribute.OPEN, channels=(Channel.WEBSITE, Channel.WECHAT),
        author_ids=writers(guide, guide.matter),
    )  # fmt: skip


def posted(guide: Guide, copy: Mapping[str, Any]) -> Posted:
    return Posted(Category.OTHER)


def carried(copy: Mapping[str, Any]) -> str:
    """Its texts in one piece, then its facts: for readers who see no table of facts beside them."""
    facts = [(label, words) for _, label, words in content.said(copy)] + ([("办理入口", copy["url"])] if copy["url"] else [])
    return render_to_string("publishing/carried.html", {"body": content.body_html(copy), "facts": facts, "heading": "办理信息"})


def _read(copy: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """A copy in reading order: name, label, words."""
    texts = [(name, label, markup.text_of(copy[name])) for name, label in content.TEXTS.items() if copy[name]]
    beside = [(name, label, copy[name]) for name, label in (("remedies", "救济途径"), *BESIDE) if copy[name]]
    return [("title", "标题", copy["title"]), *content.said(copy), *texts, *beside]


def _links(copy: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Where its texts lead: name of the text, label, address."""
    return [(name, label, href) for name, label in content.TEXTS.items() for href in markup.links_in(copy[name])]


def render(copy: Mapping[str, Any]) -> str:
    """As it goes out, from the copy alone."""
    facts = [(label, words) for _, label, words in content.said(copy)] + [(label, copy[name]) for name, label in BESIDE if copy[name]]
    return render_to_string("publishing/desk/reading.html", {"content": {"title": copy["title"]}, "body": content.body_html(copy), "facts": facts})


def passages(copy: Mapping[str, Any]) -> list[Passage]:
    links = "\n".join(href for _, _, href in _links(copy))
    return [Passage(*one) for one in _read(copy)] + ([Passage("links", "正文中的链接", links)] if links else [])


def draft(copy: Mapping[str, Any]) -> Draft:
    """For screening: what is read, and where it leads."""
    links = [*_links(copy), *([("url", "办理入口", copy["url"])] if copy["url"] else [])]
    return Draft((
        *(Screened(name, label, words, "text") for name, label, words in _read(copy) if name not in UNREAD),
        *(Screened(f"{name}/link/{n}", label, href, "link", href=href) for n, (name, label, href) in enumerate(links, 1)),
    ))  # fmt: skip


#: What is no text of anybody's: addresses, days, and the column's name.
UNREAD = frozenset({"url", "column", "matter_kind", "handling", "promised_days", "statutory_days", "visits"})


def gate(guide: Guide, copy: Mapping[str, Any], beside: Iterable[tuple[str, int]]) -> list[Objection]:
    """Days may have passed since it was sent: the matter may have left the catalogue."""
    return actions.objections_to_going_out(guide, copy, timezone.localdate())


def is_out(guide: Guide) -> bool:
    return Guide.objects.public().filter(pk=guide.pk).exists()


def apply(guide: Guide, changes: Mapping[str, str], by) -> None:
    """A reviewer's own change of the plain texts; conditions, materials and steps go back to their writer."""
    changed = reword(guide, changes, editable=EDITABLE, objections=actions.objections_to_guide, by=by)
    record("guides.edited_in_review", guide, by=by, title=guide.title, fields=changed)


register_reviewable(Reviewable(
    kind=Guide._meta.label, label="办事指南", thing="guides.guide", prepare=prepare, gather=gather, render=render, body=carried, passages=passages, draft=draft,
    gate=gate, release=outward.release, withdraw=outward.withdraw, is_out=is_out, url=lambda guide: reverse("registers:edit", args=["guides", guide.pk]),
    secrecy=secrecy, secrecy_form=SecrecyForm, apply=apply, editable=EDITABLE, posted=posted,
))  # fmt: skip
