"""绑定发布: records that go out in one transaction, or none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from gongkai.accounts.permissions import refuse_unless
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law import Objection
from gongkai.law.refusals import Refused, refuse_if
from gongkai.sockets import reviewables

from . import actions, queries
from .models import Bundle, BundleItem, Submission

sentences(
    reviewing__bundled="建立绑定发布“{title}”：{members}",
    reviewing__bundle_joined="把《{member}》加入绑定发布“{title}”",
    reviewing__bundle_left="把《{member}》移出绑定发布“{title}”",
    reviewing__bundle_scheduled="设定绑定发布“{title}”于{release_at}发布",
    reviewing__bundle_schedule_ended="绑定发布“{title}”的定时发布：{outcome}",
    reviewing__bundle_released="一并放行绑定发布“{title}”的{count}件内容",
)


def _held(bundle: Bundle) -> Bundle:
    found = Bundle.objects.select_for_update().get(pk=bundle.pk)
    refuse_if([Objection("released", "该绑定发布已经放行")] if found.released_at else [])
    return found


@transaction.atomic
def make(office, *, title: str, items: Iterable[models.Model], by) -> Bundle:
    """绑定。Afterwards these records go out together or not at all; what was approved of them alone falls."""
    items = list(items)
    refuse_if([Objection("too_few", "绑定发布至少要有两件内容")] if len(items) < 2 else [])
    refuse_if([Objection("no_title", "请填写绑定发布的名称")] if not title.strip() else [])
    bundle = Bundle.objects.create(office=office, title=title.strip()[:200], made_by=by, made_at=timezone.now())
    for item in items:
        _put(bundle, item, by)
    record("reviewing.bundled", bundle, by=by, title=bundle.title, members="、".join(str(item) for item in items))
    return bundle


def _put(bundle: Bundle, item: models.Model, by) -> None:
    refuse_unless(by, "reviewing.submission", "submit", item)
    found = []
    if item._meta.label not in reviewables():
        found.append(Objection("not_reviewed", "这一类内容不经审核发布，不能绑定"))
    if item.office_id != bundle.office_id:
        found.append(Objection("other_office", "该内容属于其他机关"))
    refuse_if(found)
    try:
        with transaction.atomic():
            BundleItem.objects.create(bundle=bundle, kind=item._meta.label, record_id=item.pk)
    except IntegrityError:
        refuse_if([Objection("bundled", f"{item}已在一个绑定发布中")])


@transaction.atomic
def add(bundle: Bundle, item: models.Model, *, by) -> None:
    """加入。Afterwards the whole bundle is submitted anew: nobody has approved these together."""
    held = _held(bundle)
    _put(held, item, by)
    record("reviewing.bundle_joined", held, by=by, title=held.title, member=getattr(item, "title", str(item)))


@transaction.atomic
def remove(bundle: Bundle, item: models.Model, *, by) -> None:
    """移出。Afterwards the rest, too, is submitted anew."""
    held = _held(bundle)
    refuse_unless(by, "reviewing.submission", "submit", item)
    gone, _ = held.items.filter(kind=item._meta.label, record_id=item.pk).delete()
    refuse_if([] if gone else [Objection("not_in", "该内容不在这个绑定发布中")])
    record("reviewing.bundle_left", held, by=by, title=held.title, member=getattr(item, "title", str(item)))


def members(bundle: Bundle) -> list[models.Model]:
    """The records, in the order they were put in."""
    return [actions.entry_model(one.kind)._base_manager.get(pk=one.record_id) for one in bundle.items.all()]


@transaction.atomic
def submit(bundle: Bundle, *, by, chosen: Mapping[tuple[str, int], tuple[Iterable[str], Mapping[str, str]]] | None = None) -> list[Submission]:
    """一并送审。Afterwards every member's newest copy waits for its looks; those that are sent as they stand stay.

    `chosen` gives members, by kind and number, the channels they go out by and the titles these have of their own; the others keep those they were last sent for.
    """
    made = []
    for item in members(_held(bundle)):
        channels, titles = (chosen or {}).get((item._meta.label, item.pk), (None, None))
        try:
            with transaction.atomic():
                made.append(actions.submit(item, by=by, channels=channels, titles=titles))
        except Refused as refused:
            if [o.code for o in refused.objections] != ["unchanged"]:
                refuse_if([Objection(o.code, f"{item}：{o.sentence}", o.basis) for o in refused.objections])
    refuse_if([] if made else [Objection("unchanged", "各件内容都已送审，没有改动")])
    return made


def objections(bundle: Bundle) -> list[Objection]:
    """Why it can't go out now, member by member."""
    found = []
    for item in members(bundle):
        at = queries.standing(item._meta.label, item.pk)
        if at is None:
            found.append(Objection("not_submitted", f"{item}还没有送审"))
            continue
        gone = queries.is_withdrawn(at.submission)
        said = [Objection("withdrawn", "已被撤回，须重新送审")] if gone else [*at.chain.objections, *actions.objections_to_company(at.submission, "bundle"), *actions.objections_to_links(at.submission)]
        found += [Objection(o.code, f"{item}：{o.sentence}", o.basis) for o in said]
    return found


@transaction.atomic
def release(bundle: Bundle, *, by, at: datetime | None = None) -> Bundle:
    """一并放行。Afterwards every member is outside, in one transaction; when one may not, none is. A second click changes nothing."""
    held = Bundle.objects.select_for_update().get(pk=bundle.pk)
    if held.released_at:
        return held
    for item in members(held):
        type(item)._base_manager.select_for_update().get(pk=item.pk)
    refuse_if(objections(held))
    now = at or timezone.now()
    for item in members(held):
        submission = queries.standing(item._meta.label, item.pk).submission  # type: ignore[union-attr]  # objections saw it
        actions.release(submission, by=by, way="bundle", at=now)
    held.items.update(is_open=False)
    held.released_at = now
    held.save(update_fields=["released_at"])
    record("reviewing.bundle_released", held, by=by, at=at, title=held.title, count=held.items.count())
    return held


@transaction.atomic
def schedule(bundle: Bundle, *, release_at: datetime, by) -> Bundle:
    """定时。Afterwards the bundle goes out whole at that time, if every member is approved by then."""
    held = _held(bundle)
    for item in members(held):
        refuse_unless(by, "reviewing.submission", "release", item)
    refuse_if([Objection("past", "定时发布的时间须晚于现在")] if release_at <= timezone.now() else [])
    held.release_at, held.scheduled_by, held.outcome = release_at, by, ""
    held.save(update_fields=["release_at", "scheduled_by", "outcome"])
    record("reviewing.bundle_scheduled", held, by=by, title=held.title, release_at=f"{timezone.localtime(release_at):%Y-%m-%d %H:%M}")
    return held


def release_due(now: datetime | None = None) -> tuple[int, int]:
    """Put out the bundles that are due; returns how many went out and how many could not. Safe to run twice."""
    now, out, lapsed = now or timezone.now(), 0, 0
    for bundle in Bundle.objects.filter(released_at=None, release_at__lte=now):
        try:
            with transaction.atomic():
                release(bundle, by=None)
            out, outcome = out + 1, "已发布"
        except (Refused, ValidationError) as refused:
            said = [o.sentence for o in refused.objections] if isinstance(refused, Refused) else refused.messages
            lapsed, outcome = lapsed + 1, f"未发布：{'；'.join(said)}"[:500]
        Bundle.objects.filter(pk=bundle.pk).update(release_at=None, outcome=outcome)
        record("reviewing.bundle_schedule_ended", bundle, title=bundle.title, outcome=outcome)
    return out, lapsed
