"""Sending for review, looking, releasing. Every way out of the house leads through `release`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from gongkai.accounts.permissions import refuse_unless
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law import Objection
from gongkai.law.refusals import Refused, refuse_if
from gongkai.screening import queries as screening
from gongkai.screening.rules import REFUSE, Finding
from gongkai.sockets import Outgoing, get_reviewable, outlets

from . import queries, rules
from .models import Look, Mark, Release, ReviewTemplate, Schedule, Submission, Withdrawal
from .queries import Standing
from .rules import Step, Verdict

sentences(
    reviewing__submitted="送审{title}（第{number}次，摘要{digest}）",
    reviewing__submitted_in_emergency="应急送审{title}（第{number}次，摘要{digest}），理由：{reason}",
    reviewing__looked="{step}{verdict}：{title}（第{number}次送审稿），意见：{opinion}",
    reviewing__edited="在{step}时修改{title}，形成第{number}次送审稿",
    reviewing__released="放行{title}（第{number}次送审稿，摘要{digest}，{way}）",
    reviewing__withdrawn="撤回{title}（第{number}次送审稿），原因：{reason}",
    reviewing__scheduled="设定{title}于{release_at}定时发布",
    reviewing__schedule_ended="{title}的定时发布：{outcome}",
    reviewing__template_set="设定“{content_class}”的审核模板（{channel}），自{starts_on}起，理由：{reason}",
)

WAYS = {"button": "按钮", "schedule": "定时", "bundle": "绑定发布", "command": "命令"}


def outgoing_digest(going: Outgoing, channels: Iterable[str], beside: Sequence[str] = (), titles: Mapping[str, str] | None = None) -> str:
    """The digest of everything that would go out, by which channels under which titles of their own, and together with what."""
    return rules.digest_of({
        **({"beside": list(beside)} if beside else {}), **({"titles": dict(titles)} if titles else {}), "title": going.title, "content": going.content, "files": [list(f) for f in going.files], "attribute": going.attribute,
        "channels": sorted(channels), "class": going.content_class, "section": going.section_id,
    })  # fmt: skip


def _hold(item: models.Model) -> models.Model:
    """The record, locked: two people pressing at once come one after the other."""
    return type(item)._base_manager.select_for_update().get(pk=item.pk)


@transaction.atomic
def submit(
    item: models.Model, *, by, channels: Iterable[str] | None = None, titles: Mapping[str, str] | None = None, note: str = "", emergency: bool = False,
    reason: str = "", at: datetime | None = None,
) -> Submission:  # fmt: skip
    """送审。Afterwards an unchangeable copy of what would go out waits for its next look.

    Without `channels` and `titles` (a channel's own title, where it takes another) they are those it was last sent for, at first the usual channel. Approvals that saw this very content stay; a change by the authors lets them fall.
    """
    entry = get_reviewable(item._meta.label)
    item = _hold(item)
    refuse_unless(by, "reviewing.submission", "emergency" if emergency else "submit", item)
    if entry.prepare:
        entry.prepare(item, by)
        item.refresh_from_db()
    going = entry.gather(item)
    last = queries.standing(entry.kind, item.pk)
    before, known = queries.last_choice(last, going)
    wanted = sorted(set(before if channels is None else channels))
    own = queries.own_titles(known if titles is None else titles, wanted, going.title)
    beside = queries.beside(entry.kind, item.pk)
    digest = outgoing_digest(going, wanted, beside, own)
    out = _last_release(entry.kind, item.pk)
    afresh = last is not None and queries.is_withdrawn(last.submission)
    found = rules.objections_to_submitting(
        digest=digest, last=last.submission.sent if last else None, last_state=last.chain.state if last else None,
        released=out.submission.digest if out else None, afresh=afresh,
    )
    if emergency and not reason.strip():
        found.append(Objection("no_reason", "应急发布须写明理由"))
    if not wanted or not set(wanted) <= set(going.channels):
        found.append(Objection("no_channel", "请至少选择一个可用的发布渠道"))
    _, screened = queries.findings(item, entry, going.content, own, timezone.localdate(at or timezone.now()))
    if left := screening.standing(screened):
        must = sum(finding.severity == REFUSE for finding in left)
        found.append(Objection("screened", f"筛查发现{len(left)}处问题" + (f"，其中{must}处必须改正" if must else "") + "：请改正，或逐条写明保留的理由"))
        found += [_dead(finding) for finding in left if finding.rule == "dead_link" and finding.severity == REFUSE]
        # Said in words as well: a bundle sends its members without a page that shows their titles.
        found += [Objection("screened_title", f"{finding.label}“{finding.quote}”：{finding.why}") for finding in left if finding.path in map(queries.title_path, own)]
    for outlet in outlets():
        found += outlet.objections(item, going, wanted, own)
    refuse_if(found)
    submission = Submission.objects.create(
        office_id=item.office_id, section_id=going.section_id, kind=entry.kind, record_id=item.pk,
        number=last.submission.number + 1 if last else 1, title=going.title, content=going.content, files=[list(f) for f in going.files],
        attribute=going.attribute, channels=wanted, titles=own, content_class=going.content_class, digest=digest,
        author_ids=sorted(going.author_ids | {by.pk}), submitted_by=by, submitted_at=at or timezone.now(),
        emergency=emergency, emergency_reason=reason.strip(), note=note.strip(), afresh=afresh, beside=beside,
    )  # fmt: skip
    verb = "reviewing.submitted_in_emergency" if emergency else "reviewing.submitted"
    record(verb, submission, by=by, at=at, title=going.title, number=submission.number, digest=digest[:16], reason=reason.strip())
    return submission


def _last_release(kind: str, record_id: int) -> Release | None:
    return Release.objects.filter(submission__kind=kind, submission__record_id=record_id).order_by("-submission__number").select_related("submission").first()


def _held_standing(submission: Submission) -> tuple[models.Model, Standing]:
    entry = get_reviewable(submission.kind)
    item = entry_model(entry.kind)._base_manager.select_for_update().get(pk=submission.record_id)
    at = queries.standing_of(submission)
    if at.submission.pk != submission.pk:
        refuse_if([Objection("superseded", f"已有第{at.submission.number}次送审稿，请看最新的一稿")])
    return item, at


def entry_model(kind: str) -> type[models.Model]:
    return apps.get_model(kind)


@transaction.atomic
def look(
    submission: Submission, *, step: Step, verdict: Verdict, by, opinion: str = "", checklist: Mapping | None = None,
    marks: Iterable[tuple[str, str, str]] = (), at: datetime | None = None,
) -> Look:
    """审核、退回、复核。Afterwards the opinion stands, bound to this submission alone.

    A pass answers every gate of the checklist; a return says why, in its opinion or in marks (path, quote, note).
    """
    item, standing = _held_standing(submission)
    now = at or timezone.now()
    today = timezone.localdate(now)
    how = queries.arrangement(submission.office_id, today)
    post = queries.post_for(by, submission, step, today, how)
    marks = [mark for mark in marks if mark[2].strip()]
    found = [] if post else [Objection("no_post", f"您的岗位不办理这一稿的{step.label}")]
    found += rules.objections_to_look(
        standing.chain, step, verdict, by=by.pk, authors=standing.author_ids, secrecy_may_review=how.secrecy_may_review,
    )
    answers = {key: bool((checklist or {}).get(key)) for key, _ in queries.gates()} if step is not Step.SECRECY else dict(checklist or {})
    if verdict is Verdict.PASS and step is not Step.SECRECY:
        missing = [label for key, label in queries.gates() if not answers[key]]
        if missing:
            found.append(Objection("unchecked", f"通过前请逐项核对：{'、'.join(missing)}"))
    if verdict is Verdict.RETURN and not opinion.strip() and not marks:
        found.append(Objection("no_reason", "退回须写明意见，或在文中标注"))
    refuse_if(found)
    try:
        with transaction.atomic():
            made = Look.objects.create(submission=submission, step=step, verdict=verdict, by=by, acting_for=post, at=now, checklist=answers, opinion=opinion.strip())
    except IntegrityError:
        refuse_if([Objection("passed", f"{step.label}已经通过")])
        raise
    Mark.objects.bulk_create(Mark(submission=submission, path=path[:80], quote=quote[:300], note=note.strip()[:500], by=by, at=now) for path, quote, note in marks)
    entry = get_reviewable(submission.kind)
    if step is Step.SECRECY and entry.secrecy:
        entry.secrecy(item, made)
    record(
        "reviewing.looked", submission, by=by, at=at, title=submission.title, number=submission.number, step=step.label,
        verdict=verdict.label, opinion=opinion.strip() or "无", marks=len(marks),
    )  # fmt: skip
    return made


@transaction.atomic
def edit(submission: Submission, *, step: Step, changes: Mapping[str, str], by, opinion: str = "", checklist: Mapping | None = None, at: datetime | None = None) -> Submission:
    """审核人改稿并通过。Afterwards a new submission carries this reviewer's approval, and those before him reconfirm the change.

    What came after him, and the secrecy review, have to look anew.
    """
    entry = get_reviewable(submission.kind)
    item, standing = _held_standing(submission)
    write_back = entry.apply
    if step not in rules.REVIEWS or write_back is None:
        raise Refused([Objection("not_editable", "这一类内容不能在审核中直接修改，请退回修改")])
    found = rules.objections_to_look(
        standing.chain, step, Verdict.PASS, by=by.pk, authors=standing.author_ids, secrecy_may_review=queries.arrangement(submission.office_id).secrecy_may_review,
    )
    if queries.post_for(by, submission, step) is None:
        found.append(Objection("no_post", f"您的岗位不办理这一稿的{step.label}"))
    if outgoing_digest(entry.gather(item), submission.channels, queries.beside(submission.kind, submission.record_id), submission.titles) != submission.digest:
        found.append(Objection("written_on", "送审后撰稿人又改过稿，您没有看到改动：请退回，由其重新送审"))
    refuse_if(found)
    write_back(item, changes, by)
    item.refresh_from_db()
    going = entry.gather(item)
    digest = outgoing_digest(going, submission.channels, submission.beside, submission.titles)
    refuse_if(rules.objections_to_own_edit(before=submission.digest, after=digest))
    now = at or timezone.now()
    made = Submission.objects.create(
        office_id=submission.office_id, section_id=submission.section_id, kind=submission.kind, record_id=submission.record_id,
        number=submission.number + 1, title=going.title, content=going.content, files=[list(f) for f in going.files], attribute=going.attribute,
        channels=submission.channels, titles=submission.titles, content_class=going.content_class, digest=digest, author_ids=submission.author_ids,
        submitted_by=by, submitted_at=now, emergency=submission.emergency, emergency_reason=submission.emergency_reason, edited_at=step,
        beside=submission.beside,
    )  # fmt: skip
    record("reviewing.edited", made, by=by, at=at, title=made.title, number=made.number, step=step.label)
    look(made, step=step, verdict=Verdict.PASS, by=by, opinion=opinion, checklist=checklist, at=now)
    return made


@transaction.atomic
def release(submission: Submission, *, by, way: str = "button", at: datetime | None = None) -> Release:
    """放行。Afterwards exactly this submission is outside, and no other version of the record.

    Whoever asks again gets the release there is: a second click puts nothing out twice.
    """
    if by is not None:
        refuse_unless(by, "reviewing.submission", "release", submission)
    entry_model(submission.kind)._base_manager.select_for_update().get(pk=submission.record_id)
    if (done := Release.objects.filter(submission=submission).first()) is not None:
        return done
    _, standing = _held_standing(submission)
    refuse_if([Objection("withdrawn", "该送审稿已被撤回，须重新送审")] if queries.is_withdrawn(submission) else standing.chain.objections)
    going = get_reviewable(submission.kind).gather(entry_model(submission.kind)._base_manager.get(pk=submission.record_id))
    if going.content_class != submission.content_class:
        refuse_if([Objection("class_changed", "送审后内容类别变了，审核人员的安排随之不同，请重新送审")])
    refuse_if([*objections_to_company(submission, way), *objections_to_links(submission)])
    now = at or timezone.now()
    made = Release.objects.create(submission=submission, by=by, at=now, way=way)
    get_reviewable(submission.kind).release(submission, by)
    for outlet in outlets():
        outlet.released(submission, by)
    record("reviewing.released", submission, by=by, at=at, title=submission.title, number=submission.number, digest=submission.digest[:16], way=WAYS[way])
    return made


def objections_to_company(submission: Submission, way: str) -> list[Objection]:
    """Whether it may go out with those it was approved with: a bundle's members together, and what needs company not alone."""
    now = queries.beside(submission.kind, submission.record_id)
    if now != submission.beside:
        return [Objection("bundle_changed", f"《{submission.title}》送审后，与之绑定发布的内容有变动，须重新送审", "123号")]
    if now and way != "bundle":
        return [Objection("bundled", "该内容已绑定发布，只能与绑定的其他内容一起发布")]
    entry = get_reviewable(submission.kind)
    if entry.gate is None:
        return []
    item = entry_model(submission.kind)._base_manager.get(pk=submission.record_id)
    return list(entry.gate(item, submission.content, [(kind, int(pk)) for kind, _, pk in (member.partition(":") for member in submission.beside)]))


def objections_to_links(submission: Submission) -> list[Objection]:
    """Whether its text leads to pages of the site that are there. They were when it was sent; one may have been taken back since."""
    return [_dead(finding) for finding in queries.dead_links(submission)]


def _dead(finding: Finding) -> Objection:
    return Objection("dead_link", f"{finding.label}：{finding.why}，请{finding.suggestion}")


@transaction.atomic
def withdraw(item: models.Model, *, by, reason: str, at: datetime | None = None) -> Withdrawal:
    """撤回。Afterwards it is no longer outside, every channel is told, and the reason stands. Sent again, it is reviewed anew."""
    entry = get_reviewable(item._meta.label)
    item = _hold(item)
    if by is not None:  # None: its approved last day has passed
        refuse_unless(by, "reviewing.submission", "withdraw", item)
    last = _last_release(entry.kind, item.pk)
    found = [] if last is not None and entry.is_out(item) else [Objection("not_out", "没有已发布的内容可以撤回")]
    if not reason.strip():
        found.append(Objection("no_reason", "撤回须写明原因"))
    refuse_if(found)
    submission = last.submission  # type: ignore[union-attr]  # of what is out, not of a later draft that nobody outside has seen
    made = Withdrawal.objects.create(submission=submission, by=by, at=at or timezone.now(), reason=reason.strip()[:300])
    entry.withdraw(item, reason.strip(), by)
    for outlet in outlets():
        outlet.withdrawn(submission, reason.strip(), by)
    record("reviewing.withdrawn", submission, by=by, at=at, title=submission.title, number=submission.number, reason=reason.strip())
    return made


@transaction.atomic
def schedule(submission: Submission, *, release_at: datetime, by) -> Schedule:
    """定时发布。Afterwards this submission goes out at that time, if it is approved and still the newest by then."""
    refuse_unless(by, "reviewing.submission", "release", submission)
    _held_standing(submission)
    found = []
    if release_at <= timezone.now():
        found.append(Objection("past", "定时发布的时间须晚于现在"))
    if Release.objects.filter(submission=submission).exists():
        found.append(Objection("released", "该送审稿已经发布"))
    if Schedule.objects.filter(submission=submission, done_at=None).exists():
        found.append(Objection("scheduled", "该送审稿已设定时发布"))
    refuse_if(found)
    made = Schedule.objects.create(submission=submission, release_at=release_at, by=by, set_at=timezone.now())
    record("reviewing.scheduled", submission, by=by, title=submission.title, release_at=f"{timezone.localtime(release_at):%Y-%m-%d %H:%M}")
    return made


def release_due(now: datetime | None = None) -> tuple[int, int]:
    """Put out what is due; returns how many went out and how many could not. Safe to run twice.

    What is not approved, or was sent again since, does not go out: its schedule ends and says why.
    """
    now = now or timezone.now()
    out = lapsed = 0
    for pk in Schedule.objects.filter(done_at=None, release_at__lte=now).values_list("pk", flat=True):
        with transaction.atomic():
            due = Schedule.objects.select_for_update().select_related("submission").filter(pk=pk, done_at=None).first()
            if due is None:
                continue
            objections = _objections_now(due.submission)
            if objections:
                lapsed += 1
                due.outcome = f"未发布：{'；'.join(o.sentence for o in objections)}"[:300]
            else:
                try:
                    with transaction.atomic():
                        release(due.submission, by=None, way="schedule")
                except (Refused, ValidationError) as refused:  # taken back, voided, refused by a channel: the others still go out
                    lapsed += 1
                    said = [o.sentence for o in refused.objections] if isinstance(refused, Refused) else refused.messages
                    due.outcome = f"未发布：{'；'.join(said)}"[:300]
                else:
                    out += 1
                    due.outcome = "已发布"
            due.done_at = now
            due.save(update_fields=["done_at", "outcome"])
            record("reviewing.schedule_ended", due.submission, title=due.submission.title, outcome=due.outcome)
    return out, lapsed


def _objections_now(submission: Submission) -> list[Objection]:
    at = queries.standing_of(submission)
    if at.submission.pk != submission.pk:
        return [Objection("superseded", "设定之后内容又送审过")]
    return [*at.chain.objections, *objections_to_company(submission, "schedule"), *objections_to_links(submission)]


@transaction.atomic
def set_template(office, *, content_class: str, takers: Mapping[str, list[dict]], starts_on, reason: str, by, channel: str = "") -> ReviewTemplate:
    """设定审核模板。Afterwards this class of content is reviewed by these posts from that day, on this channel or on all that have none of their own.

    Every step needs somebody, and somebody who may look for every channel at once: one copy goes out on several.
    """
    refuse_unless(by, "reviewing.template", "arrange")
    if content_class not in queries.classes():
        raise ValidationError("没有这一内容类别。")
    if channel and channel not in queries.CHANNELS:
        raise ValidationError("没有这一渠道。")
    if not reason.strip():
        raise ValidationError("请填写设定的理由。")
    empty = [step.label for step in Step if not takers.get(step.value)]
    if empty:
        raise ValidationError(f"{'、'.join(empty)}没有安排审核岗位。")
    how = queries.arrangement(office.pk, starts_on)
    then = queries.Arrangement({**how.takers, (channel, content_class): queries.takers_of(takers)}, how.secrecy_may_review)
    own = sorted({name for name, kind in then.takers if kind == content_class} - {""})
    if nobody := [step.label for step in Step if own and not then.on(["", *own], content_class, step)]:
        raise ValidationError(f"{'、'.join(nobody)}没有对各渠道都能办理的岗位，同时发多个渠道的稿件将无人审核，请至少安排一个共同的岗位。")
    made = ReviewTemplate.objects.create(
        office=office, channel=channel, content_class=content_class, takers={step.value: list(takers[step.value]) for step in Step}, starts_on=starts_on, reason=reason.strip(), by=by,
    )  # fmt: skip
    record("reviewing.template_set", made, by=by, office_id=office.pk, content_class=queries.classes()[content_class], starts_on=starts_on, reason=reason.strip(), channel=queries.CHANNELS.get(channel, "各渠道"))
    return made
