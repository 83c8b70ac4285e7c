"""Columns and catalogue kept; articles written, numbered, decided on and released; what a register stores of its conclusions."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.evidence.queries import as_text
from gongkai.files.actions import keep
from gongkai.files.checks import ATTACHABLE
from gongkai.files.models import StoredFile
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.registers import actions as registers
from gongkai.registers.register import register_of
from gongkai.reviewing.models import Submission
from gongkai.rulebook.queries import adjustments

from . import content, log, queries, rules, word
from .models import (
    Article,
    Attribute,
    AttributeWeighing,
    Autosave,
    CatalogueEntry,
    ChannelPost,
    Column,
    IndexHead,
    Material,
    Note,
    Publication,
    SecrecyReview,
    SiteProfile,
    Written,
)
from .site import CATALOGUE_KEY, SITE_KEY

sentences(
    publishing__column_opened="开设栏目“{name}”，开设日期{opened_on}",
    publishing__column_changed="修改栏目“{name}”（{fields}）",
    publishing__column_archived="归档栏目“{name}”，归档日期{archived_on}，原因：{reason}",
    publishing__column_fixed="将栏目“{name}”定为平台固定栏目",
    publishing__columns_moved="调整栏目“{name}”的次序",
    publishing__catalogue_laid="建立公开目录，共{entries}个条目",
    publishing__entry_settled="核对公开目录条目“{name}”：{what}，核对日期{checked_on}",
    publishing__numbered="编制索引号{number}：《{title}》",
    publishing__weighed="认定《{title}》的公开属性为{attribute}（目的：{purpose}；效果：{effect}；后果：{consequence}）",
    publishing__attribute_changed="《{title}》的公开属性由{previous}变更为{attribute}，理由：{reason}",
    publishing__material_added="为《{title}》上传素材“{name}”",
    publishing__brought_from_word="从Word文件“{name}”导入《{title}》的正文，{lost}项内容没有保留",
    publishing__locked="锁定《{title}》",
    publishing__unlocked="解除《{title}》的锁定",
    publishing__site_described="修改网站信息（{fields}）",
    publishing__noted="为《{title}》加批注",
    publishing__note_settled="《{title}》的一条批注已处理",
)

CHANGEABLE = {"parent", "name", "slug", "column_type", "description", "keywords", "owner", "update_every_days", "template", "order"}


# -- What registers ask on every change ------------------------------------------------------------------------------


def derive_review(review: SecrecyReview) -> None:
    """Write the day by which something withheld is reassessed."""
    review.reassess_due_on = queries.reassess_due_on(review, adjustments(review.office_id, "publishing"))


def objections_to_review(review: SecrecyReview) -> list[Objection]:
    found = rules.objections_to_review(
        result=review.result, attribute=review.attribute, ground=review.ground, reason=review.reason,
        marked=review.bears_mark, safety=review.safety, rights=review.trade_secret or review.privacy,
        handled_by=review.handled_by_id, reviewed_by=review.reviewed_by_id,
        referred_to=review.referred_to, determined_on=review.determined_on, may_open=review.may_open,
    )
    found += rules.objections_to_marks(review.title, review.opinion)
    earlier = review.reassesses
    if earlier is not None and review.reviewed_on is not None and (earlier.office_id != review.office_id or earlier.reviewed_on > review.reviewed_on):
        found.append(Objection("reassesses_later", "所评估的审查应是本机关在此之前作出的", "条例 18"))
    return found


def objections_to_article(article: Article) -> list[Objection]:
    return [
        *objections_to_written(article),
        *rules.objections_to_attribute(article.attribute, article.attribute_reason),
        *(rules.objections_to_ground(article.attribute, article.ground) if article.ground else []),
        *rules.objections_to_publishing(article.attribute, article.published_on),
        *rules.objections_to_expiry(article.published_on, article.expires_on),
    ]


def objections_to_written(item: Written) -> list[Objection]:
    """Why a title, a summary and a body of blocks may not be kept, whatever they are of."""
    return [
        *rules.objections_to_marks(item.title, item.summary, content.words(item.body)),
        *(objection for html in _rich_texts(item.body) for objection in rules.objections_to_body(html)),
        *(Objection("link", f"视频地址“{address}”应以/或https://开头") for address in _videos(item.body) if not content.is_address(address)),
        *_objections_to_materials(item),
    ]


def _rich_texts(body) -> list[str]:
    return [block.value.source if block.block_type == "paragraph" else getattr(block.value["text"], "source", "") for block in body if block.block_type in ("paragraph", "official")]


def _videos(body) -> list[str]:
    return [block.value["address"] or "" for block in body if block.block_type == "video"]


def _objections_to_materials(item: Written) -> list[Objection]:
    """A picture or file must have been uploaded in this office; a picture must be one."""
    named = {(block.block_type, block.value["image" if block.block_type == "image" else "file"]) for block in item.body if block.block_type in ("image", "file")}
    if not named:
        return []
    kinds = dict(Material.objects.filter(pk__in={pk for _, pk in named}, office_id=item.office_id, stored__refused="").values_list("pk", "stored__kind"))
    found = []
    for what, pk in sorted(named, key=str):
        if pk not in kinds:
            found.append(Objection("no_material", f"没有编号为{pk}的素材，请从素材列表中选择"))
        elif what == "image" and kinds[pk] not in PICTURES:
            found.append(Objection("no_picture", f"素材{pk}不是图片（可用PNG、JPEG、GIF、WebP），请作为附件插入"))
    return found


#: Kinds of file a page can show as a picture.
PICTURES = frozenset({"png", "jpeg", "gif", "webp"})


def objections_to_post(post: ChannelPost) -> list[Objection]:
    return [*rules.objections_to_marks(post.title), *rules.objections_to_reviews(post.reviews)]


# -- Columns ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_column(office, *, name: str, slug: str, column_type: str, by, opened_on: date, **facts) -> Column:
    """开设栏目。Afterwards the column stands in the tree and the log says who opened it.

    Without `update_every_days` it takes the period its type is inspected by (19号), where there is one.
    """
    refuse_if(_objections_to_place(None, facts.get("parent"), office.pk))
    if "update_every_days" not in facts:
        period = rules.column_period(column_type, opened_on, adjustments(office.pk, "publishing"))
        facts["update_every_days"] = period.value if period else None
    column = Column(office=office, name=name, slug=slug, column_type=column_type, opened_on=opened_on, **facts)
    column.full_clean()
    column.save(force_insert=True)
    record("publishing.column_opened", column, by=by, name=name, opened_on=opened_on)
    return column


@transaction.atomic
def change_column(column: Column, *, by, **changes) -> Column:
    """修改栏目。Afterwards the new values stand, and the log holds old and new."""
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"栏目没有可修改的 {'、'.join(sorted(unknown))}")
    held = Column.objects.select_for_update().get(pk=column.pk)
    refuse_if(_objections_to_place(held, changes.get("parent", held.parent), held.office_id))
    differences, before = {}, held.name
    for name, value in changes.items():
        old = getattr(held, name)
        if old != value:
            setattr(held, name, value)
            differences[str(Column._meta.get_field(name).verbose_name)] = [as_text(old), as_text(value)]
    if not differences:
        return held
    held.full_clean()
    held.save()
    record("publishing.column_changed", held, by=by, name=held.name, fields="、".join(differences), differences=differences)
    if before != held.name:  # search tells of everything in it under its name
        log.tell(held, Publication.Deed.TOUCHED, keys=[f"columnname:{held.pk}"])
    return held


@transaction.atomic
def describe_site(office, *, by, **facts) -> SiteProfile:
    """登记网站信息。Afterwards the site states these of itself on every page, and the log holds old and new."""
    names = {field.name for field in SiteProfile._meta.concrete_fields} - {"office"}
    if unknown := facts.keys() - names:
        raise TypeError(f"网站信息没有 {'、'.join(sorted(unknown))}")
    profile = SiteProfile.objects.select_for_update().filter(office=office).first() or SiteProfile(
        office=office, name=f"{office.name}网站", sponsor=office.name, address=office.address, phone=office.phone
    )
    differences = {}
    for name, value in facts.items():
        old = getattr(profile, name)
        if profile._state.adding or old != value:
            setattr(profile, name, value)
            differences[str(SiteProfile._meta.get_field(name).verbose_name)] = [as_text(old), as_text(value)]
    if not differences:
        return profile
    profile.full_clean()
    profile.save()
    record("publishing.site_described", profile, by=by, fields="、".join(differences), differences=differences)
    log.tell(profile, Publication.Deed.TOUCHED, keys=[SITE_KEY])
    return profile


@transaction.atomic
def archive_column(column: Column, *, by, on: date, reason: str) -> Column:
    """归档栏目。Afterwards nothing new is expected of it; what it carried stays."""
    held = Column.objects.select_for_update().get(pk=column.pk)
    found = []
    if not reason.strip():
        found.append(Objection("no_reason", "请填写归档原因"))
    if held.archived_on is not None:
        found.append(Objection("archived", "该栏目已经归档"))
    if on < held.opened_on:
        found.append(Objection("too_early", "归档日期不能早于开设日期"))
    found += rules.objections_to_place(held.fixture)
    if held.children.standing().exists():
        found.append(Objection("has_children", "该栏目下还有未归档的下级栏目，请先处理下级栏目"))
    refuse_if(found)
    held.archived_on, held.archive_reason = on, reason.strip()
    held.full_clean()
    held.save(update_fields=["archived_on", "archive_reason"])
    record("publishing.column_archived", held, by=by, name=held.name, archived_on=on, reason=reason.strip())
    return held


@transaction.atomic
def lay_out_columns(office, *, by, opened_on: date, owners: dict[str, object] | None = None, fixed_only: bool = False) -> list[Column]:
    """Open the usual columns of a bureau's site where they are missing, or of those only the platform's fixed ones. Safe to run twice.

    `owners` gives sections by column slug. Returns those opened now.
    """
    with (Path(__file__).parent / "figures" / "columns.toml").open("rb") as source:
        rows = tomllib.load(source)["column"]
    standing = {column.slug: column for column in Column.objects.of(office)}
    opened = []
    for order, row in enumerate(rows, 1):
        if fixed_only and "fixture" not in row:
            continue
        if row["slug"] in standing:
            _fix(standing[row["slug"]], row.get("fixture", ""), by)
            continue
        column = open_column(
            office, name=row["name"], slug=row["slug"], column_type=row["type"], by=by, opened_on=opened_on, order=order,
            parent=standing[row["parent"]] if "parent" in row else None, description=row["description"],
            fixture=row.get("fixture", ""), template=row.get("template", "list"),
            owner=(owners or {}).get(row["slug"]),
        )
        standing[column.slug] = column
        opened.append(column)
    return opened


def _fix(column: Column, fixture: str, by) -> None:
    """A column opened before there were fixed ones learns that it is one of them."""
    if not fixture or column.fixture == fixture or column.archived_on:
        return
    column.fixture = fixture
    column.save(update_fields=["fixture"])
    record("publishing.column_fixed", column, by=by, name=column.name)


@transaction.atomic
def move_column(column: Column, *, by, down: bool) -> None:
    """调整次序。Afterwards the column has changed places with its neighbour among its siblings; at the end of the row nothing moves."""
    siblings = list(Column.objects.select_for_update().filter(office_id=column.office_id, parent_id=column.parent_id, archived_on=None))
    at = next((n for n, sibling in enumerate(siblings) if sibling.pk == column.pk), None)
    if at is None or not 0 <= (other := at + (1 if down else -1)) < len(siblings):
        return
    siblings[at], siblings[other] = siblings[other], siblings[at]
    for order, sibling in enumerate(siblings, 1):
        sibling.order = order
    Column.objects.bulk_update(siblings, ["order"])
    record("publishing.columns_moved", column, by=by, name=column.name)


# -- The catalogue ---------------------------------------------------------------------------------------------------


@transaction.atomic
def lay_out_catalogue(office, *, by) -> list[CatalogueEntry]:
    """建立公开目录: the twenty usual entries where they are missing, each with its usual column where that stands. Safe to run twice."""
    columns = {column.slug: column for column in Column.objects.of(office).standing()}
    standing = set(CatalogueEntry.objects.filter(office=office).values_list("code", flat=True))
    made = [
        CatalogueEntry(office=office, code=row["code"], name=row["name"], bases=row["bases"], order=order, column=columns.get(row.get("column", "")))
        for order, row in enumerate(queries.catalogue_figures()["entry"], 1) if row["code"] not in standing
    ]
    for entry in made:
        entry.save(force_insert=True)
    if made:
        record("publishing.catalogue_laid", by=by, office_id=office.pk, entries=len(made))
        log.tell(made[0], Publication.Deed.TOUCHED, keys=[CATALOGUE_KEY])
    return made


@transaction.atomic
def settle_entry(entry: CatalogueEntry, *, by, column: Column | None, none_reason: str | None, on: date) -> CatalogueEntry:
    """核对目录条目。Afterwards the entry names the column that carries it, or says 无 with its reason, or stands open again.

    `none_reason` is None unless 无 was chosen.
    """
    held = CatalogueEntry.objects.select_for_update().get(pk=entry.pk)
    found = rules.objections_to_entry(has_column=column is not None, none_reason=none_reason)
    if column is not None and column.office_id != held.office_id:
        found.append(Objection("other_office", "栏目属于其他机关"))
    if column is not None and column.archived_on is not None:
        found.append(Objection("archived", f"栏目“{column.name}”已经归档，请选别的栏目"))
    refuse_if(found)
    held.column, held.none_reason, held.checked_on = column, (none_reason or "").strip(), on
    held.full_clean()
    held.save()
    what = f"栏目“{column.name}”" if column else f"无（{held.none_reason}）" if held.none_reason else "尚未落实"
    record("publishing.entry_settled", held, by=by, name=held.name, what=what, checked_on=on)
    log.tell(held, Publication.Deed.TOUCHED, keys=[CATALOGUE_KEY])
    return held


# -- What is written -------------------------------------------------------------------------------------------------


@transaction.atomic
def write(item: Written, *, by, at: datetime | None = None) -> Written:
    """登记。Afterwards the draft exists with its first version."""
    registers.create(register_of(item), item, by=by, at=at)
    item.save_revision(user=by, clean=False)
    return item


@transaction.atomic
def edit(item: Written, *, by, at: datetime | None = None, **changes) -> Written:
    """修改。Afterwards the working copy has the new values and a version more; what the outside sees has not moved.

    A new text of something published goes out only by its release.
    """
    held = type(item)._base_manager.select_for_update().get(pk=item.pk)
    refuse_if(_objections_to_editing(held, by, changes))
    before = held.changed_at
    changed = registers.change(register_of(held), held, by=by, at=at, **changes)
    if changed.changed_at != before:
        changed.save_revision(user=by, clean=False)
    return changed


def _objections_to_editing(item: Written, by, changes: Mapping[str, Any]) -> list[Objection]:
    found, name = [], item._meta.verbose_name
    if item.locked and item.locked_by_id != by.pk:
        found.append(_locked(item))
    if item.live and item.shown_submission_id and changes.get("column", item.column) != item.column:
        found.append(Objection("out", f"已发布的{name}不能直接改换栏目：请先撤回，改好后重新送审"))
    if changes.get("attribute", getattr(item, "attribute", "")) != getattr(item, "attribute", "") and AttributeWeighing.objects.about(item).exists():
        found.append(Objection("weighed", "公开属性已经认定，变更请在“公开属性”页办理，写明理由", "80号 一(一)"))
    return found


@transaction.atomic
def lock(item: Written, *, by) -> None:
    """锁定。Afterwards only `by` may change what is written."""
    held = type(item)._base_manager.select_for_update().get(pk=item.pk)
    if held.locked:
        refuse_if([_locked(held)] if held.locked_by_id != by.pk else [])
        return
    held.locked, held.locked_at, held.locked_by = True, timezone.now(), by
    held.save(update_fields=["locked", "locked_at", "locked_by"])
    record("publishing.locked", held, by=by, title=held.title)


@transaction.atomic
def unlock(item: Written, *, by) -> None:
    """解锁。Whoever may change it may free it: a colleague on leave must not hold it for ever. The log says who did."""
    held = type(item)._base_manager.select_for_update().get(pk=item.pk)
    if not held.locked:
        return
    held.locked, held.locked_at, held.locked_by = False, None, None
    held.save(update_fields=["locked", "locked_at", "locked_by"])
    record("publishing.unlocked", held, by=by, title=held.title)


def _locked(item: Written) -> Objection:
    return Objection("locked", f"{item.locked_by.name if item.locked_by else '他人'}已锁定这篇{item._meta.verbose_name}，请等其解锁后再改")


def take_in(upload, *, office, by) -> StoredFile:
    """An upload as a stored file that an article may use. Refused with the reason of the check; what was refused stays on record."""
    stored = keep(upload, office=office, by=by, allowed=ATTACHABLE)
    refuse_if([Objection("refused", stored.refused)] if stored.refused else [])
    return stored


@transaction.atomic
def add_material(item: Written, stored: StoredFile, *, by, name: str = "") -> Material:
    """上传素材。Afterwards the blocks of what is written can name the file."""
    material = Material.objects.create(office=item.office, kind=item._meta.label, record_id=item.pk, stored=stored, name=(name.strip() or stored.name)[:150])
    record("publishing.material_added", item, by=by, title=item.title, name=material.name)
    return material


@transaction.atomic
def bring_from_word(draft: word.Draft, original: StoredFile, *, column: Column, section=None, by) -> Article:
    """从Word导入草稿。Afterwards the draft stands with what `bring_body` gives it."""
    article = Article(office=by.office, column=column, section=section, title=draft.title)
    write(article, by=by)
    return bring_body(article, draft, original, by=by)


@transaction.atomic
def bring_body(item: Written, draft: word.Draft, original: StoredFile, *, by) -> Written:
    """从Word导入正文。Afterwards the body is the file's, with its pictures as materials, the file it came from, and the list of what was lost.

    A picture that fails the check of files is left out and listed. A body that was there before is among the versions.
    """
    numbers, losses = {}, list(draft.losses)
    for n, picture in enumerate(draft.pictures):
        stored = keep(ContentFile(picture.content, name=picture.name), office=by.office, by=by, allowed=ATTACHABLE)
        if stored.refused or stored.kind not in PICTURES:
            losses.append(f"{picture.name}没有保留：{stored.refused or '不是网页能显示的图片'}")
        else:
            numbers[n] = add_material(item, stored, by=by, name=picture.name).pk
    blocks = []
    for block in draft.blocks:
        if block["type"] == "image":
            if block["value"]["image"] not in numbers:
                continue
            block = {**block, "value": {**block["value"], "image": numbers[block["value"]["image"]]}}
        blocks.append(block)
    type(item)._base_manager.filter(pk=item.pk).update(losses=losses, brought_file=original)
    item = edit(item, by=by, body=type(item)._meta.get_field("body").to_python(blocks)) if blocks else type(item)._base_manager.get(pk=item.pk)
    record("publishing.brought_from_word", item, by=by, name=original.name, title=item.title, lost=len(losses))
    return item


# -- Articles --------------------------------------------------------------------------------------------------------


@transaction.atomic
def number(item: Written, *, by, today: date) -> str:
    """编制索引号, of whatever written has one. Afterwards it has, and the office's next for that year is another. Safe to run twice.

    The year is that of 成文日期, else today's. The head row is held until the transaction ends; a number that was given
    is not given again, not even when its record is voided.
    """
    held = type(item)._base_manager.select_for_update().get(pk=item.pk)
    if held.index_number:
        return held.index_number
    code = held.office.credit_code
    if not code:
        refuse_if([Objection("no_code", "本机关没有登记统一社会信用代码，不能编制索引号，请先在机关信息中填写")])
    year = (held.formed_on or today).year
    IndexHead.objects.get_or_create(office_id=held.office_id, year=year)
    head = IndexHead.objects.select_for_update().get(office_id=held.office_id, year=year)
    made = ""
    while not made or queries.index_number_taken(held.office_id, made):
        head.last += 1
        made = rules.index_number(code, year, head.last)
    head.save(update_fields=["last"])
    held.index_number = item.index_number = made
    held.save(update_fields=["index_number"])
    record("publishing.numbered", held, by=by, number=made, title=held.title)
    return made


@transaction.atomic
def release(article: Article, submission: Submission, *, by, on: date, reason: str = "") -> Article:
    """放行。Afterwards the outside sees exactly this submission, and the publication log says so.

    The caller is the review chain, which holds the approval of it; a change of the working copy since then does
    not go out with it. A second release is a correction and keeps the first day of publication.
    """
    held = Article.objects.held(article)
    snapshot = submission.content
    refuse_if([] if snapshot["attribute"] == held.attribute == Attribute.OPEN else [Objection("not_open", "公开属性不是主动公开的，不能发布", "80号 一(一)")])
    refuse_if([Objection("voided", "该文章已作废，不能发布")] if held.voided_at else [])
    refuse_if([Objection("moved", "送审后文章改换了栏目，请重新送审")] if not content.stands_in(snapshot, held.column) else [])
    expires_on = snapshot.get("expires_on")
    refuse_if([Objection("expired", f"到期下线日期（{expires_on}）已过，不能发布，请改期后重新送审")] if expires_on and date.fromisoformat(expires_on) < on else [])
    first = held.shown_submission_id is None or held.withdrawn_on is not None
    before = {held.column_id, _column_of(held.released, held.office_id) if held.released else None}
    held.released, held.shown_submission, held.live = {**snapshot, **queries.credits_of(submission)}, submission, True
    held.published_on = held.published_on or on
    held.first_published_at = held.first_published_at or timezone.now()
    held.last_published_at = timezone.now()
    held.withdrawn_on, held.withdraw_reason = None, ""
    held.has_unpublished_changes = content.digest(content.snapshot(held)) != content.digest(snapshot)
    held.save(update_fields=[
        "released", "shown_submission", "live", "published_on", "first_published_at", "last_published_at", "withdrawn_on", "withdraw_reason",
        "has_unpublished_changes", "changed_at",
    ])  # fmt: skip
    keys = {f"article:{held.pk}", *(f"column:{pk}" for pk in before if pk)}
    log.tell(held, Publication.Deed.PUBLISHED if first else Publication.Deed.CORRECTED, keys=keys, reason=reason, digest=submission.digest)
    return held


def _column_of(snapshot: Mapping[str, Any], office_id: int) -> int | None:
    """In which column a released copy stands; an older copy knows its column's name alone."""
    if "column_id" in snapshot:
        return snapshot["column_id"]
    return Column.objects.of(office_id).filter(name=snapshot["column"]).values_list("pk", flat=True).first()


# -- Beside what is written --------------------------------------------------------------------------------------------


def autosaved(model: type[Written], item: Written | None, user) -> Autosave | None:
    """What this person typed into the form of `item`, or into that of a new one, and has not saved."""
    return Autosave.objects.filter(user=user, kind=model._meta.label, record_id=item.pk if item is not None else None).first()


def autosave(model: type[Written], item: Written | None, form: str, *, by) -> Autosave:
    """Keep what is typed. Afterwards the record is as it was, and only `by` can have this back.

    Nothing is kept of what bears a mark of classification: it may not be stored here in any shape.
    """
    refuse_if(rules.objections_to_marks(*content.typed_texts(form)))
    kept, _ = Autosave.objects.update_or_create(
        user=by, kind=model._meta.label, record_id=item.pk if item is not None else None, defaults={"office": by.office, "form": form, "at": timezone.now()}
    )
    return kept


def drop_autosave(model: type[Written], item: Written | None, *, by) -> None:
    Autosave.objects.filter(user=by, kind=model._meta.label, record_id=item.pk if item is not None else None).delete()


@transaction.atomic
def note(item: Written, *, text: str, quote: str = "", by) -> Note:
    """批注。Afterwards whoever works on it sees the remark until somebody settles it."""
    refuse_if([] if text.strip() else [Objection("empty", "请填写批注")])
    refuse_if(rules.objections_to_marks(quote, text))
    made = Note(office_id=item.office_id, kind=item._meta.label, record_id=item.pk, quote=quote.strip(), text=text.strip(), by=by, at=timezone.now())
    made.full_clean()
    made.save()
    record("publishing.noted", item, by=by, title=item.title)
    return made


@transaction.atomic
def settle_note(item: Written, made: Note, *, by) -> Note:
    """批注已处理。"""
    held = item.notes.select_for_update().get(pk=made.pk)
    if held.settled_at is None:
        held.settled_by, held.settled_at = by, timezone.now()
        held.save(update_fields=["settled_by", "settled_at"])
        record("publishing.note_settled", item, by=by, title=item.title)
    return held


# -- 公开属性 --------------------------------------------------------------------------------------------------------


@transaction.atomic
def weigh_attribute(item, weighed: rules.Weighing, *, by) -> AttributeWeighing:
    """认定公开属性, of an article or anything else with those fields. Afterwards the decision stands beside earlier ones and the item has its values.

    A later decision that differs is a change: it needs its reason whatever it leads to, and 条例 26's twenty working days
    begin again on its day. One that does not differ is a reassessment (条例 18) and moves its next day.
    """
    held = type(item)._base_manager.select_for_update().get(pk=item.pk)
    earlier = AttributeWeighing.objects.about(held).first()
    changes = earlier is not None and earlier.attribute != weighed.attribute
    found = rules.objections_to_weighing(weighed)
    if changes:
        found += [o for o in rules.objections_to_changing(earlier.attribute, weighed.attribute, weighed.reason) if o.code not in {f.code for f in found}]
    if earlier is not None and weighed.decided_on < earlier.decided_on:
        found.append(Objection("before_earlier", "认定日期不能早于上一次认定"))
    if held.published_on and getattr(held, "withdrawn_on", None) is None and weighed.attribute != Attribute.OPEN:
        found.append(Objection("published", f"《{held.title}》已经公开，请先撤回，再变更公开属性"))
    refuse_if(found)
    made = AttributeWeighing(
        office_id=held.office_id, kind=held._meta.label, record_id=held.pk, title=held.title, previous=earlier.attribute if earlier else "",
        attribute=weighed.attribute, purpose=weighed.purpose, effect=weighed.effect, consequence=weighed.consequence, reason=weighed.reason,
        ground=weighed.ground, is_policy=weighed.policy, opinion=weighed.opinion, opinion_on=weighed.opinion_on, decided_on=weighed.decided_on, decided_by=by,
        reassess_due_on=rules.withheld_until(weighed.attribute, weighed.decided_on, adjustments(held.office_id, "publishing")),
    )
    made.full_clean()
    made.save(force_insert=True)
    values = {"attribute": weighed.attribute, "attribute_reason": weighed.reason, "ground": weighed.ground, "is_policy": weighed.policy}
    if changes:
        values["attribute_changed_on"] = weighed.decided_on
    names = [name for name in values if any(f.name == name for f in held._meta.concrete_fields)]
    for name in names:
        setattr(held, name, values[name])
    held.save(update_fields=[*names, "changed_at"])
    if changes:
        record("publishing.attribute_changed", held, by=by, title=held.title, previous=earlier.get_attribute_display(), attribute=made.get_attribute_display(), reason=weighed.reason)
    else:
        record("publishing.weighed", held, by=by, title=held.title, attribute=made.get_attribute_display(), purpose=weighed.purpose, effect=weighed.effect, consequence=weighed.consequence)
    return made


def _objections_to_place(column: Column | None, parent: Column | None, office_id: int) -> list[Objection]:
    """Why a column may not hang below `parent`: another office's, archived, or its own descendant."""
    found = []
    if parent is not None and parent.office_id != office_id:
        found.append(Objection("other_office", "上级栏目属于其他机关"))
    if parent is not None and parent.archived_on is not None:
        found.append(Objection("archived", "上级栏目已经归档"))
    above = parent
    while above is not None and column is not None:
        if above.pk == column.pk:
            found.append(Objection("circle", "栏目不能放在自己或自己的下级栏目之下"))
            break
        above = above.parent
    return found
