"""Documents and interpretations on their way through the review chain, and out of it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from gongkai.audit.actions import record
from gongkai.law import Objection
from gongkai.publishing import content as written
from gongkai.publishing.models import Attribute, Category, Channel
from gongkai.publishing.reviewables import SecrecyForm, body_passages, prepare, reword, screened, secrecy
from gongkai.publishing.reviewables import writers as entered
from gongkai.screening.rules import Draft
from gongkai.screening.rules import Passage as Screened
from gongkai.sockets import Outgoing, Posted, Reviewable, register_reviewable
from gongkai.text.dates import render as said_day
from gongkai.text.differences import Passage

from . import actions, content, rules
from .models import Interpretation, Kind, NormativeDocument, Relation

Outside = NormativeDocument | Interpretation
READ = {
    "title": "名称", "summary": "内容概述", "number": "文号", "code": "规范性文件编号", "kind": "种类", "issuer": "发布机构", "index_number": "索引号",
    "subject_words": "主题词", "column": "栏目", "signed_on": "成文日期", "effective_on": "施行日期", "expires_on": "有效期至", "document": "所解读的文件",
    "document_title": "所解读的库外文件", "interpreter": "解读人", "forms": "解读形式", "points": "解读要点", "interpretation_exemption": "免予解读的理由",
    "interpretation_exempted_on": "免予解读的决定日期", "url": "原发布网址",
}  # fmt: skip


def gather(item: Outside) -> Outgoing:
    copy = content.snapshot(item)
    originals = [copy["file"]] if copy.get("file") else []
    return Outgoing(
        title=item.title, content=copy, section_id=item.section_id, attribute=copy.get("attribute", Attribute.OPEN), channels=(Channel.WEBSITE, Channel.WECHAT),
        author_ids=writers(item), content_class="policy", files=tuple((file["sha256"], file["name"]) for file in (*originals, *written.files_of(copy))),
    )  # fmt: skip


def posted(item: Outside, copy: Mapping[str, Any]) -> Posted:
    return Posted(Category.INTERPRETATION if isinstance(item, Interpretation) else Category.POLICY, copy["summary"])


def carried(copy: Mapping[str, Any]) -> str:
    """The body in one piece, then what of the document must be read with it. Nothing, where there is nothing to read but the original."""
    body = content.body_html(copy)
    facts = [(label, words) for name, label, words in _said(copy) if name in CARRIED]
    return render_to_string("publishing/carried.html", {"body": body, "facts": facts, "heading": "文件信息"}) if body.strip() else ""


CARRIED = frozenset({"number", "issuer", "signed_on", "effective_on", "expires_on", "document", "document_title"})


def writers(item: Outside) -> frozenset[int]:
    """Everybody who entered or changed it, by the log, with those who wrote its relations."""
    return entered(item, *(content.relations_of(item) if isinstance(item, NormativeDocument) else ()))


def _said(copy: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The facts of a copy in reading order: name, label, words."""
    words = {**copy, "kind": Kind(copy["kind"]).label if copy.get("kind") else "", **{name: said_day(date.fromisoformat(copy[name])) for name in content.DAYS if copy.get(name)}}
    said = [(name, label, str(words[name])) for name, label in READ.items() if words.get(name)]
    if copy.get("attribute"):
        said.append(("attribute", "公开属性", str(Attribute(copy["attribute"]).label)))
    if copy.get("needs_interpretation"):
        said.append(("needs_interpretation", "解读", "需要解读，与文件同步公开"))
    if copy.get("is_benefit"):
        said.append(("is_benefit", "重要惠企政策", "是"))
    if copy.get("file"):
        said.append(("file", "文件原件", f"{copy['file']['name']}（{copy['file']['size']}字节，{copy['file']['sha256'][:16]}）"))
    for n, one in enumerate(copy.get("relations", ())):
        said.append((f"relations/{n}", "文件关系", f"{Relation(one['relation']).label}《{one['title']}》{one['number']}{one['clauses']}"))
    return said


def _in_blocks(copy: Mapping[str, Any]) -> Mapping[str, Any]:
    """A copy made before bodies were of blocks as one whose body is a single paragraph."""
    return copy if "blocks" in copy else {"blocks": [{"kind": "paragraph", "html": copy["body"]}]}


def render(copy: Mapping[str, Any]) -> str:
    """As it goes out, from the copy alone; files open at the desk."""
    facts = [(label, words) for name, label, words in _said(copy) if name not in ("title", "summary")]
    return render_to_string("publishing/desk/reading.html", {"content": copy, "body": content.body_html(copy, written.desk_address), "facts": facts})


def passages(copy: Mapping[str, Any]) -> list[Passage]:
    """In reading order: the facts, the body block by block, where its links lead."""
    return [Passage(*one) for one in _said(copy)] + body_passages(_in_blocks(copy))


def draft(copy: Mapping[str, Any]) -> Draft:
    """For screening."""
    return Draft((*(Screened(name, label, words, "text") for name, label, words in _said(copy) if name in SCREENED), *screened(written.block_passages(_in_blocks(copy)))))


SCREENED = frozenset({"title", "summary", "subject_words", "issuer", "interpreter", "interpretation_exemption"})


def gate(item: Outside, copy: Mapping[str, Any], beside: Iterable[tuple[str, int]]) -> list[Objection]:
    """同步解读, given what is released in the same moment."""
    beside = set(beside)
    if isinstance(item, Interpretation):
        out = item.document_id is not None and (
            ("documents.NormativeDocument", item.document_id) in beside or NormativeDocument.objects.public().filter(pk=item.document_id).exists()
        )
        return rules.objections_to_explaining_alone(has_document=item.document_id is not None, document_out=out)
    with_it = [pk for kind, pk in beside if kind == "documents.Interpretation"]
    explaining = Interpretation.objects.filter(document=item)
    return rules.objections_to_going_out_alone(
        first=not is_out(item), needs_interpretation=copy["needs_interpretation"], exemption=copy["interpretation_exemption"],
        explained=explaining.filter(pk__in=with_it).exists() or explaining.out().exists(),
    )  # fmt: skip


def is_out(item: Outside) -> bool:
    return type(item).objects.out().filter(pk=item.pk).exists()


def apply(item: Outside, changes: Mapping[str, str], by) -> None:
    """Title and summary; the body goes back to its writer."""
    objections = actions.objections_to_interpretation if isinstance(item, Interpretation) else actions.objections_to_document
    changed = reword(item, changes, editable=EDITABLE, objections=objections, by=by)
    record("documents.edited_in_review", item, by=by, title=item.title, fields=changed)


EDITABLE = (("title", "标题"), ("summary", "摘要"))


def _register(model: type[Outside], thing: str, label: str, slug: str, **more) -> None:
    register_reviewable(Reviewable(
        kind=model._meta.label, label=label, thing=thing, gather=gather, render=render, body=carried, passages=passages, draft=draft, gate=gate,
        release=actions.release, withdraw=actions.withdraw, is_out=is_out, url=lambda item: reverse("registers:edit", args=[slug, item.pk]), secrecy=secrecy,
        secrecy_form=SecrecyForm, apply=apply, editable=EDITABLE, posted=posted, **more,
    ))  # fmt: skip


_register(NormativeDocument, "documents.document", "政策文件", "documents", prepare=prepare)
_register(Interpretation, "documents.interpretation", "政策解读", "interpretations")
