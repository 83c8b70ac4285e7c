"""Columns opened, changed and archived; what a register stores of its conclusions."""

import tomllib
from datetime import date
from pathlib import Path

from django.db import transaction

from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.evidence.queries import as_text
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.rulebook.queries import adjustments

from . import queries, rules
from .models import Article, ChannelPost, Column, SecrecyReview

sentences(
    publishing__column_opened="开设栏目“{name}”，开设日期{opened_on}",
    publishing__column_changed="修改栏目“{name}”（{fields}）",
    publishing__column_archived="归档栏目“{name}”，归档日期{archived_on}，原因：{reason}",
)

CHANGEABLE = {"parent", "name", "slug", "column_type", "description", "keywords", "owner", "update_every_days", "order"}


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
        *rules.objections_to_marks(article.title, article.summary, article.body),
        *rules.objections_to_body(article.body),
        *rules.objections_to_attribute(article.attribute, article.attribute_reason),
        *rules.objections_to_publishing(article.attribute, article.published_on),
    ]


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
    differences = {}
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
    return held


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
    if held.children.standing().exists():
        found.append(Objection("has_children", "该栏目下还有未归档的下级栏目，请先处理下级栏目"))
    refuse_if(found)
    held.archived_on = on
    held.save(update_fields=["archived_on"])
    record("publishing.column_archived", held, by=by, name=held.name, archived_on=on, reason=reason.strip())
    return held


@transaction.atomic
def lay_out_columns(office, *, by, opened_on: date, owners: dict[str, object] | None = None) -> list[Column]:
    """Open the usual columns of a bureau's site where they are missing. Safe to run twice.

    `owners` gives sections by column slug. Returns those opened now.
    """
    with (Path(__file__).parent / "figures" / "columns.toml").open("rb") as source:
        rows = tomllib.load(source)["column"]
    standing = {column.slug: column for column in Column.objects.of(office)}
    opened = []
    for order, row in enumerate(rows, 1):
        if row["slug"] in standing:
            continue
        column = open_column(
            office, name=row["name"], slug=row["slug"], column_type=row["type"], by=by, opened_on=opened_on, order=order,
            parent=standing[row["parent"]] if "parent" in row else None, description=row["description"],
            owner=(owners or {}).get(row["slug"]),
        )
        standing[column.slug] = column
        opened.append(column)
    return opened


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
