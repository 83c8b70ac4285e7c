"""Articles on their way through the review chain, and out of it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from gongkai.audit.actions import record
from gongkai.audit.models import Entry
from gongkai.audit.verbs import sentences
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from gongkai.reviewing.models import Look, Submission
from gongkai.reviewing.rules import Verdict
from gongkai.sockets import Outgoing, Reviewable, register_reviewable
from gongkai.text.differences import Passage

from . import actions, rules
from .log import tell
from .models import Article, Channel, Ground, Publication, Result, SecrecyReview

sentences(publishing__edited_in_review="审核中修改文章{title}（{fields}）")

WRITING = ("registers.added", "registers.changed", "registers.brought")


def gather(article: Article) -> Outgoing:
    return Outgoing(
        title=article.title, content=content_of(article), section_id=article.section_id, attribute=article.attribute,
        channels=(Channel.WEBSITE, Channel.WECHAT), author_ids=writers(article), content_class=class_of(article),
    )  # fmt: skip


def content_of(article: Article) -> dict[str, Any]:
    """What of an article goes out, as plain JSON."""
    return {
        "title": article.title, "summary": article.summary, "body": article.body, "source": article.source, "editor": article.editor,
        "keywords": article.keywords, "column": article.column_id, "column_name": article.column.name,
    }  # fmt: skip


def writers(article: Article) -> frozenset[int]:
    """Everybody who entered or changed it, by the log; what a reviewer changed in review is not writing."""
    return frozenset(
        Entry.objects.filter(subject_kind=Article._meta.label, subject_id=str(article.pk), verb__in=WRITING).exclude(actor=None).values_list("actor_id", flat=True)
    )


def class_of(article: Article) -> str:
    return "policy" if article.column.column_type in ("policy", "interpretation") else "general"


def render(content: Mapping[str, Any]) -> str:
    return render_to_string("publishing/desk/reading.html", {"content": content})


def passages(content: Mapping[str, Any]) -> list[Passage]:
    """In reading order."""
    found = [("title", "标题", content["title"]), ("summary", "摘要", content["summary"])]
    blocks = LexborHTMLParser(content["body"]).css("p, h2, h3, h4, li, blockquote")
    found += [(f"body/{n}", f"正文第{n}段", block.text(strip=True)) for n, block in enumerate(blocks, 1)]
    found += [("source", "来源", content["source"]), ("editor", "责任编辑", content["editor"]), ("keywords", "关键词", content["keywords"]), ("column", "栏目", content["column_name"])]
    return [Passage(*one) for one in found if one[2]]


def release(submission: Submission, by) -> None:
    """Put exactly this copy outside: the article's own later draft is not looked at."""
    article = Article.objects.select_for_update().get(pk=submission.record_id)
    refuse_if(rules.objections_to_publishing(submission.attribute, timezone.localdate()))
    if article.voided_at is not None:
        refuse_if([Objection("voided", "该文章已作废，不能发布")])
    first = article.shown_submission_id is None
    previous = article.shown_submission.content["column"] if article.shown_submission_id else None
    article.shown_submission, article.live = submission, True
    article.published_on = article.published_on or timezone.localdate()
    article.withdrawn_on, article.withdraw_reason = None, ""
    article.save(update_fields=["shown_submission", "live", "published_on", "withdrawn_on", "withdraw_reason", "changed_at"])
    keys = {f"article:{article.pk}", f"column:{submission.content['column']}"} | ({f"column:{previous}"} if previous else set())
    tell(article, Publication.Deed.PUBLISHED if first else Publication.Deed.CORRECTED, keys=keys)


def withdraw(article: Article, reason: str, by) -> None:
    """Take it back: the page becomes a tombstone with the reason, lists and search forget it."""
    article = Article.objects.select_for_update().get(pk=article.pk)
    article.live, article.withdrawn_on, article.withdraw_reason = False, timezone.localdate(), reason[:300]
    article.save(update_fields=["live", "withdrawn_on", "withdraw_reason", "changed_at"])
    tell(article, Publication.Deed.WITHDRAWN, keys={f"article:{article.pk}", f"column:{article.shown_submission.content['column']}"}, reason=reason)


def is_out(article: Article) -> bool:
    return article.live and article.shown_submission_id is not None


class SecrecyForm(forms.Form):
    """保密审查记录: what is looked at item by item, and the conclusion."""

    bears_mark = forms.BooleanField(label="载有密级标识", required=False)
    work_secret = forms.BooleanField(label="涉及工作秘密或敏感信息", required=False)
    trade_secret = forms.BooleanField(label="涉及商业秘密", required=False)
    privacy = forms.BooleanField(label="涉及个人隐私", required=False)
    safety = forms.BooleanField(label="可能危及“三安全一稳定”", required=False)
    aggregation = forms.BooleanField(label="汇聚后有泄密风险", required=False)
    ground = forms.ChoiceField(label="不予公开的情形", required=False, choices=[("", "—"), *Ground.choices])
    reason = forms.CharField(label="理由和依据", required=False, max_length=500)


def secrecy(article: Article, look: Look) -> None:
    """Keep the review in its register (保密审查), or refuse a pass that contradicts what was ticked."""
    if look.verdict != Verdict.PASS:
        return  # a return asks for changes; only a conclusion stands in the register
    told = SecrecyForm(look.checklist)
    told.is_valid()
    facts = told.cleaned_data
    if facts["bears_mark"] or facts["work_secret"] or facts["aggregation"]:
        refuse_if([Objection("not_clean", "勾选了密级标识、工作秘密或汇聚风险的，不能通过，请退回处理", "保密法 31(3)")])
    submission = look.submission
    review = SecrecyReview(
        office_id=article.office_id, section_id=article.section_id, title=submission.title[:200], attribute=submission.attribute,
        channels="、".join(Channel(name).label for name in submission.channels), handled_by=submission.submitted_by, reviewed_by=look.by,
        reviewed_on=timezone.localdate(look.at), result=Result.OPEN, opinion=look.opinion, submission=submission, **facts,
    )  # fmt: skip
    registers.create(get_register("secrecy-reviews"), review, by=look.by, at=look.at)


def apply(article: Article, changes: Mapping[str, str], by) -> None:
    """A reviewer's own change of the words, under the same law as the author's."""
    before = {name: getattr(article, name) for name, _ in EDITABLE}
    for name, _ in EDITABLE:
        if name in changes:
            setattr(article, name, changes[name])
    refuse_if(actions.objections_to_article(article))
    article.full_clean()
    changed = [label for name, label in EDITABLE if getattr(article, name) != before[name]]
    article.save()
    record("publishing.edited_in_review", article, by=by, title=article.title, fields="、".join(changed))


EDITABLE = (("title", "标题"), ("summary", "摘要"), ("body", "正文"))

register_reviewable(Reviewable(
    kind="publishing.Article", label="文章", thing="publishing.article", gather=gather, render=render, passages=passages, release=release, withdraw=withdraw, is_out=is_out,
    url=lambda article: reverse("registers:edit", args=["articles", article.pk]), secrecy=secrecy, secrecy_form=SecrecyForm, apply=apply, editable=EDITABLE,
))
