"""Articles on their way through the review chain, and out of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from wagtail.models import RevisionMixin

from gongkai.audit.actions import record
from gongkai.audit.models import Entry
from gongkai.audit.verbs import sentences
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.registers import actions as registers
from gongkai.registers.register import get_register
from gongkai.reviewing.models import Look, Submission
from gongkai.reviewing.rules import Verdict
from gongkai.screening.rules import Draft
from gongkai.screening.rules import Passage as Screened
from gongkai.sockets import Outgoing, Posted, Reviewable, register_reviewable
from gongkai.text.differences import Passage

from . import actions, content
from .log import tell
from .models import (
    Article,
    ArticleKind,
    Attribute,
    Category,
    Channel,
    Ground,
    Publication,
    Result,
    SecrecyReview,
    Written,
)

sentences(publishing__edited_in_review="审核中修改文章{title}（{fields}）")

WRITING = ("registers.added", "registers.changed", "registers.brought")


def prepare(item: Written, by) -> None:
    """What goes out bears its 索引号, so it is given before anybody looks."""
    if item.attribute == Attribute.OPEN and item.office.credit_code:
        actions.number(item, by=by, today=timezone.localdate())


def gather(article: Article) -> Outgoing:
    snapshot = content.snapshot(article)
    return Outgoing(
        title=article.title, content=snapshot, section_id=article.section_id, attribute=article.attribute,
        channels=(Channel.WEBSITE, Channel.WECHAT), author_ids=writers(article), content_class=class_of(article),
        files=tuple((file["sha256"], file["name"]) for file in content.files_of(snapshot)),
    )  # fmt: skip


def writers(*items: Model) -> frozenset[int]:
    """Everybody who entered or changed these records, by the log; what a reviewer changed in review is not writing."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for item in items:
        by_kind[item._meta.label].append(str(item.pk))
    found: set[int] = set()
    for kind, ids in by_kind.items():
        found.update(Entry.objects.filter(subject_kind=kind, subject_id__in=ids, verb__in=WRITING).exclude(actor=None).values_list("actor_id", flat=True))
    return frozenset(found)


def class_of(article: Article) -> str:
    if article.kind == ArticleKind.PEOPLE:
        return "leaders"
    return "policy" if article.is_policy or article.column.column_type in ("policy", "interpretation") else "general"


def posted(article: Article, snapshot: Mapping[str, Any]) -> Posted:
    category = {"policy": Category.POLICY, "interpretation": Category.INTERPRETATION}.get(article.column.column_type, Category.NEWS)
    return Posted(category, snapshot["summary"])


def render(snapshot: Mapping[str, Any]) -> str:
    """As it goes out, from the copy alone; files open at the desk."""
    facts = [(label, snapshot.get(name)) for name, label in READ if snapshot.get(name)]
    return render_to_string("publishing/desk/reading.html", {"content": snapshot, "body": content.render_snapshot(snapshot, content.desk_address), "facts": facts})


READ = (
    ("column", "栏目"), ("category", "公开目录分类"), ("index_number", "索引号"), ("issuer", "发布机构"), ("made_on", "成文日期"), ("document_number", "文号"),
    ("source", "来源"), ("editor", "责任编辑"), ("keywords", "主题词"),
)  # fmt: skip


def passages(snapshot: Mapping[str, Any]) -> list[Passage]:
    """In reading order: the texts, the body block by block, what stands beside it."""
    found = [Passage(name, label, snapshot[name]) for name, label in content.FIELDS.items() if snapshot.get(name)]
    beside = [Passage(name, label, str(snapshot[name])) for name, label in READ if name not in content.FIELDS and snapshot.get(name)]
    if snapshot.get("attribute"):
        beside.append(Passage("attribute", "公开属性", str(Attribute(snapshot["attribute"]).label)))
    return found + body_passages(snapshot) + beside


def body_passages(snapshot: Mapping[str, Any]) -> list[Passage]:
    """A body of blocks as a reviewer compares it: with which picture or file a block holds, and where its links lead. A changed one is a change."""
    found, links = [], []
    for one, block in zip(content.block_passages(snapshot), snapshot["blocks"], strict=True):
        file = block.get("file")
        found.append(Passage(one.path.replace(".", "/"), one.label, f"{one.text}\n（文件：{file['name']}，摘要{file['sha256'][:12]}）".lstrip("\n") if file else one.text))
        links += filter(None, one.href)
    return found + ([Passage("links", "正文中的链接", "\n".join(links))] if links else [])


#: How screening calls the blocks of a snapshot; whatever is not named is text.
SCREENED = {"heading": "heading", "table": "table", "image": "image", "file": "file"}


def draft(snapshot: Mapping[str, Any]) -> Draft:
    """For screening: every block with its rows and alternative text, and every address it links to."""
    return Draft(tuple(screened(content.passages_of(snapshot))))


def screened(passages: Iterable[content.Passage]) -> list[Screened]:
    found: list[Screened] = []
    for one in passages:
        path = one.path.replace(".", "/")
        found.append(Screened(path, one.label, one.text, SCREENED.get(one.kind, "text"), rows=one.rows or None, alt=one.alt or ""))
        found += [Screened(f"{path}/link/{n}", f"{one.label}中的链接", href, "link", href=href) for n, href in enumerate(one.href, 1) if href]
    return found


def release(submission: Submission, by) -> None:
    """Put exactly this copy outside: the article's own later draft is not looked at."""
    actions.release(Article.objects.get(pk=submission.record_id), submission, by=by, on=timezone.localdate())


def withdraw(article: Article, reason: str, by) -> None:
    """Take it back: the page becomes a tombstone with the reason, lists and search forget it."""
    article = Article.objects.select_for_update().get(pk=article.pk)
    article.live, article.withdrawn_on, article.withdraw_reason = False, timezone.localdate(), reason[:300]
    article.save(update_fields=["live", "withdrawn_on", "withdraw_reason", "changed_at"])
    tell(article, Publication.Deed.WITHDRAWN, keys={f"article:{article.pk}", f"column:{article.column_id}"}, reason=reason)


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
    touched = facts["trade_secret"] or facts["privacy"] or facts["safety"]
    if touched and not facts["reason"].strip():
        refuse_if([Objection("no_grounds", "勾选了商业秘密、个人隐私或“三安全一稳定”的，通过须写明理由和依据（如第三方同意公开），否则请退回", "条例 15")])
    submission = look.submission
    day = timezone.localdate(look.at)
    # One kept by hand in the register already, of this item by this person on this day, is that very review.
    known = None if touched else SecrecyReview.objects.of(article.office_id).current().filter(
        submission=None, title=submission.title[:200], reviewed_by=look.by, reviewed_on=day, result=Result.OPEN,
    ).first()  # fmt: skip
    if known is not None:
        SecrecyReview.objects.filter(pk=known.pk).update(submission=submission)
        return
    review = SecrecyReview(
        office_id=article.office_id, section_id=article.section_id, title=submission.title[:200], attribute=submission.attribute,
        channels="、".join(Channel(name).label for name in submission.channels), handled_by=submission.submitted_by, reviewed_by=look.by,
        reviewed_on=day, result=Result.OPEN, opinion=look.opinion, submission=submission, **facts,
    )  # fmt: skip
    registers.create(get_register("secrecy-reviews"), review, by=look.by, at=look.at)


def reword(item: Model, changes: Mapping[str, str], *, editable: Sequence[tuple[str, str]], objections: Callable[[Any], Sequence[Objection]], by) -> str:
    """A reviewer's own change of these texts, under the same law as the author's. Returns what was changed, in words; the caller records it."""
    before = {name: getattr(item, name) for name, _ in editable}
    for name, _ in editable:
        if name in changes:
            setattr(item, name, changes[name])
    refuse_if(objections(item))
    item.full_clean()
    item.save()
    if isinstance(item, RevisionMixin):
        item.save_revision(user=by, clean=False)
    return "、".join(label for name, label in editable if getattr(item, name) != before[name])


def apply(article: Article, changes: Mapping[str, str], by) -> None:
    """Title and summary; the body goes back to its writer."""
    changed = reword(article, changes, editable=EDITABLE, objections=actions.objections_to_article, by=by)
    record("publishing.edited_in_review", article, by=by, title=article.title, fields=changed)


EDITABLE = (("title", "标题"), ("summary", "摘要"), ("keywords", "主题词"))

register_reviewable(Reviewable(
    kind="publishing.Article", label="文章", thing="publishing.article", prepare=prepare, gather=gather, render=render, body=content.render_snapshot, passages=passages, draft=draft, release=release, withdraw=withdraw, is_out=is_out,
    url=lambda article: reverse("registers:edit", args=["articles", article.pk]), secrecy=secrecy, secrecy_form=SecrecyForm, apply=apply, editable=EDITABLE, posted=posted,
))
