"""Releasing, delivering, withdrawing and correcting; what a person does where no machine can; the accounts.

What the platform is asked happens outside transactions; what it answered is recorded in one. A worker
takes a delivery by one conditional update, so of two workers one gets it, on either database.
"""

import time
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from gongkai.audit.actions import record as log
from gongkai.audit.verbs import sentences
from gongkai.files.models import StoredFile
from gongkai.law import Objection
from gongkai.law.figures import figure
from gongkai.law.refusals import Refused, refuse_if
from gongkai.publishing.actions import objections_to_post
from gongkai.publishing.models import Category, Channel, ChannelPost, Result, SecrecyReview
from gongkai.publishing.rules import objections_to_marks
from gongkai.registers.actions import create
from gongkai.registers.register import get_register
from gongkai.rulebook.queries import adjustments

from . import rules
from .models import ChannelAccount, Delivery
from .ports import LEASE, Lost, Outcome, Trouble, port_of
from .wechat_html import ForeignImage, to_wechat
from .wechat_port import account_of

sentences(
    channels__asked="要求向{channel}发布《{title}》",
    channels__sent="已向{channel}提交《{title}》，等待发布结果",
    channels__confirmed="{channel}已发布《{title}》，回执{receipt}",
    channels__confirmed_by_hand="登记{channel}发布《{title}》的回执{receipt}，发布日期{posted_on}",
    channels__troubled="向{channel}投递《{title}》第{tries}次未成：{why}",
    channels__failed="向{channel}投递《{title}》停下来等人处理：{why}",
    channels__retried="重试向{channel}投递《{title}》{anew}",
    channels__withdraw_asked="要求从{channel}撤回《{title}》，原因：{reason}",
    channels__withdrawn="已从{channel}撤回《{title}》",
    channels__withdrawn_by_hand="登记从{channel}撤回《{title}》的办理情况：{note}",
    channels__superseded="{channel}上的《{title}》已由更正稿替代，原因：{reason}",
    channels__account_kept="设置渠道账号{name}（{fields}）",
    channels__exported="导出《{title}》的{what}",
)

REVIEW_STEPS = ("first", "second", "third")


class Reviewed(NamedTuple):
    """What the review chain hands over: each step as (person, day) or None, and the secrecy review that lets it out."""

    first: tuple | None
    second: tuple | None
    third: tuple | None
    secrecy: SecrecyReview | None


# -- Releasing ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def release(
    record: models.Model, *, channels: Iterable[str], title: str, html: str, files: Mapping[str, StoredFile], digest: str, reviews: Reviewed, by,
    category: str = Category.NEWS.value, is_infographic: bool = False, summary: str = "", url: str = "", cover: StoredFile | None = None,
    titles: Mapping[str, str] | None = None, submission: int | None = None, now: datetime | None = None,
) -> list[Delivery]:  # fmt: skip
    """发布。Afterwards there is one delivery for each channel, and workers will carry them out once this commits.

    `files` are the pictures and attachments by their address in `html`; `digest` is the approved submission's;
    `url` is the item's own public address; `titles` gives a channel a title of its own. Asked again for the same
    submission, or for another of the same text while the first stands, it returns what is there. Refused when something could never go out as it is: better now than at midnight;
    ValidationError for a field that can't be.
    """
    channels = [str(channel) for channel in channels]
    cleared = _cleared(reviews.secrecy, record.office_id)
    refuse_if(rules.objections_to_release(channels=channels, digest=digest, title=title, cleared=cleared))
    made = []
    for channel in channels:
        made.append(_release(
            record, channel=channel, title=(titles or {}).get(channel, title), html=html, files=files, digest=digest, reviews=reviews, by=by,
            category=category, is_infographic=is_infographic, summary=summary, url=url, cover=cover, submission=submission, now=now,
        ))  # fmt: skip
    return made


def _release(
    record, *, channel, title, html, files, digest, reviews, by, category, is_infographic, summary, url, cover, submission, now, supersedes=None, reason=""
) -> Delivery:  # fmt: skip
    now = now or timezone.now()
    delivery = Delivery(
        office_id=record.office_id, section=getattr(record, "section", None), channel=channel, kind=record._meta.label, record_id=record.pk,
        digest=digest, submission=submission, title=title, category=category, is_infographic=is_infographic, secrecy_review=reviews.secrecy,
        by_hand=_by_hand(channel, record.office_id), supersedes=supersedes, change_reason=reason, asked_at=now, asked_by=by,
        content={
            "html": html, "summary": summary, "url": url, "cover": cover.pk if cover else None,
            "files": {source: file.pk for source, file in files.items()},
        },
        reviews=[[pair[0].pk, pair[1].isoformat()] if (pair := getattr(reviews, step)) else None for step in REVIEW_STEPS],
    )  # fmt: skip
    same = Delivery.objects.select_for_update().carrying(record).filter(channel=channel, digest=digest)
    if (known := same.standing().first()) is not None:
        return known
    if same.filter(submission=submission).exists():
        refuse_if([Objection("withdrawn", f"这份送审稿已从{delivery.get_channel_display()}撤回，不能再发；请重新送审")])
    refuse_if([
        *objections_to_post(_post(delivery, timezone.localtime(now).date())), *objections_to_marks(title, summary, html),
        *_objections_to_content(delivery, files),
    ])  # fmt: skip
    if not delivery.by_hand:
        delivery.next_at = now
    delivery.full_clean(exclude=["url"], validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            delivery.save(force_insert=True)
    except IntegrityError:  # somebody pressed at the same moment: theirs is as good
        return Delivery.objects.carrying(record).standing().get(channel=channel, digest=digest)
    log("channels.asked", delivery, by=by, channel=delivery.get_channel_display(), title=title, digest=digest[:16])
    return delivery


def _by_hand(channel: str, office_id: int) -> bool:
    """No port, or for WeChat no account whose interface may be used: a person carries it over."""
    return port_of(channel) is None or (channel == Channel.WECHAT and account_of(office_id) is None)


def _cleared(review: SecrecyReview | None, office_id: int) -> bool:
    if review is None or review.voided_at or review.office_id != office_id:
        return False
    return review.result in {Result.OPEN, Result.REDACT} or (review.result == Result.REFER and review.may_open is True)


def _objections_to_content(delivery: Delivery, files: Mapping[str, StoredFile]) -> list[Objection]:
    found = [Objection("file_refused", f"文件“{file.name}”未通过检查，不能发布，请更换后重新送审") for file in files.values() if file.refused]
    if delivery.channel == Channel.WEBSITE:  # the site builder holds its own pages to its own rules
        return found
    try:
        # The platform's addresses are a little longer than ours; what is sent is measured again.
        html = to_wechat(delivery.content["html"], {source: source for source in files})
    except ForeignImage as foreign:
        return [*found, Objection("foreign_image", str(foreign))]
    if delivery.channel == Channel.WECHAT:
        adjusted = adjustments(delivery.office_id, "channels")
        found += rules.objections_to_wechat_text(delivery.title, delivery.content["summary"], html, timezone.localdate(), adjusted)
    return found


def _post(delivery: Delivery, posted_on: date) -> ChannelPost:
    """The receipt the indicators count, not yet saved."""
    reviews = {}
    for step, pair in zip(REVIEW_STEPS, delivery.reviews, strict=True):
        if pair:
            reviews[f"{step}_reviewed_by_id"], reviews[f"{step}_reviewed_on"] = pair[0], date.fromisoformat(pair[1])
    return ChannelPost(
        office_id=delivery.office_id, section=delivery.section, channel=delivery.channel, category=delivery.category,
        is_infographic=delivery.is_infographic, title=delivery.title, posted_on=posted_on, url=delivery.url, receipt=delivery.receipt,
        article_id=delivery.record_id if delivery.kind == "publishing.Article" else None, secrecy_review=delivery.secrecy_review, **reviews,
    )  # fmt: skip


# -- Delivering ----------------------------------------------------------------------------------------------------------


def deliver(delivery_id: int, *, now: datetime | None = None) -> str | None:
    """One step of one delivery: send, look after it, or withdraw. Returns what came of it, None when it was not ours to do.

    Safe to run twice and by many: the step is taken by one conditional update.
    """
    now = now or timezone.now()
    worker = uuid.uuid4().hex
    if not Delivery.objects.due(now).filter(pk=delivery_id).update(taken_by=worker, taken_until=timezone.now() + LEASE):
        return None
    delivery = Delivery.objects.get(pk=delivery_id)
    port = port_of(delivery.channel)
    try:
        if delivery.by_hand or port is None:
            raise Trouble("该渠道由人工投递，请办理后登记回执", again=False)
        if (delivery.sent_at or delivery.publish_id) and not delivery.confirmed_at:
            outcome = port.confirm(delivery)
        elif delivery.withdraw_asked_at:
            outcome = port.withdraw(delivery)
        else:
            outcome = port.correct(delivery) if delivery.supersedes_id else port.send(delivery)
    except Lost:
        return None
    except Trouble as trouble:
        return _record_trouble(delivery, worker, trouble, now)
    except Exception as error:
        # A job must go on with the others. The kind alone is told: a message might quote what was sent.
        return _record_trouble(delivery, worker, Trouble(f"程序出错（{type(error).__name__}），请联系系统管理员", again=True), now)
    return _record_outcome(delivery, worker, outcome, now)


def _held(delivery: Delivery, worker: str) -> Delivery | None:
    held = Delivery.objects.held(delivery)
    if held.taken_by != worker:
        return None
    held.taken_by, held.taken_until = "", None
    return held


@transaction.atomic
def _record_outcome(delivery: Delivery, worker: str, outcome: Outcome, now: datetime) -> str | None:
    held = _held(delivery, worker)
    if held is None:
        return None
    said = {"channel": held.get_channel_display(), "title": held.title}
    held.attempts, held.last_error = 0, ""
    held.next_at = now + outcome.wait if outcome.wait is not None else None
    if (outcome.sent or held.publish_id) and not held.sent_at:
        held.sent_at = now
        if not outcome.out:
            log("channels.sent", held, **said)
    if outcome.out and not held.confirmed_at:
        held.receipt, held.url = outcome.receipt[:120], outcome.url
        _confirm(held, now, by=held.asked_by)
        log("channels.confirmed", held, receipt=held.receipt or held.url, **said)
    if outcome.gone:
        held.withdrawn_at, held.next_at = now, None
        log("channels.withdrawn", held, **said)
    if not held.withdrawn_at and held.sent_at and not held.confirmed_at and _waited_too_long(held, now):
        held.failed_at, held.last_error = now, "提交后很久没有发布结果，请到公众平台或网站核对：已发布的，登记回执；没有发布的，重试"
        log("channels.failed", held, why=held.last_error, **said)
    held.save()
    return f"{held}：{held.state.label}"


def _waited_too_long(delivery: Delivery, now: datetime) -> bool:
    hours = figure("channels", "confirm_hours", timezone.localdate(), adjustments(delivery.office_id, "channels")).value
    return now > delivery.sent_at + timedelta(hours=hours)


@transaction.atomic
def _record_trouble(delivery: Delivery, worker: str, trouble: Trouble, now: datetime) -> str | None:
    held = _held(delivery, worker)
    if held is None:
        return None
    said = {"channel": held.get_channel_display(), "title": held.title}
    held.last_error = trouble.sentence[:500]
    if trouble.anew:
        _start_anew(held)
        if held.withdraw_asked_at:  # it never came out: there is nothing to withdraw
            held.withdrawn_at, held.next_at, held.last_error = now, None, ""
            log("channels.withdrawn", held, **said)
            held.save()
            return f"{held}：{held.state.label}"
    wait = trouble.wait
    if wait is None and trouble.again:
        held.attempts += 1
        log("channels.troubled", held, tries=held.attempts, why=held.last_error, **said)
        wait = rules.wait_after(held.attempts, timezone.localdate(), adjustments(held.office_id, "channels"))
    if wait is None:
        held.failed_at, held.next_at = now, None
        log("channels.failed", held, why=held.last_error, **said)
    else:
        held.next_at = now + wait
    held.save()
    return f"{held}：{held.last_error}"


def _start_anew(delivery: Delivery) -> None:
    delivery.draft_asked_at = delivery.submit_asked_at = delivery.sent_at = None
    delivery.draft_id = delivery.publish_id = ""


def _confirm(delivery: Delivery, now: datetime, *, by, posted_on: date | None = None) -> None:
    """Afterwards the receipt stands and is counted; what the new text took the place of is told to go."""
    delivery.confirmed_at = now
    delivery.sent_at = delivery.sent_at or now
    delivery.next_at = now if delivery.withdraw_asked_at else None
    delivery.post = create(get_register("posts"), _post(delivery, posted_on or timezone.localtime(now).date()), by=by)
    earlier = delivery.supersedes
    while earlier is not None:  # a correction that never went out leaves the one before it standing
        old = Delivery.objects.held(earlier)
        if not old.withdraw_asked_at:
            _give_way(old, delivery, now)
        earlier = old.supersedes


def _give_way(old: Delivery, new: Delivery, now: datetime) -> None:
    """The new text is out: the old one goes, or is already gone, or stands in print beside its correction."""
    if old.channel == Channel.WEBSITE and (old.kind, old.record_id) == (new.kind, new.record_id):
        # The same address now shows the new text: nothing is left to take away.
        old.withdraw_asked_at = old.withdrawn_at = now
        old.withdraw_by, old.withdraw_reason, old.next_at, old.failed_at = new.asked_by, new.change_reason, None, None
        old.save()
    elif old.channel != Channel.GAZETTE:
        _ask_to_withdraw(old, reason=new.change_reason, by=new.asked_by, now=now)
    log("channels.superseded", old, by=new.asked_by, channel=old.get_channel_display(), title=old.title, reason=new.change_reason)


def work_due(*, now: datetime | None = None, seconds: float = 45) -> list[str]:
    """Every delivery whose time has come, one step each, the longest waiting first. Returns what each came to.

    No new step begins after so many seconds: a platform that doesn't answer must not keep the other jobs waiting.
    """
    until, said = time.monotonic() + seconds, []
    for pk in list(Delivery.objects.due(now or timezone.now()).order_by("next_at", "pk").values_list("pk", flat=True)[:1000]):
        if time.monotonic() > until:
            break
        if told := deliver(pk, now=now):
            said.append(told)
    return said


# -- Withdrawing, correcting, replacing ----------------------------------------------------------------------------------


@transaction.atomic
def withdraw(record: models.Model, *, reason: str, by, now: datetime | None = None) -> list[Delivery]:
    """撤回。Afterwards every channel the record went out on is told, or, where none can be told, the coordinator has a duty.

    What has not been sent is not sent any more. Nothing to withdraw is no error: an empty list.
    """
    refuse_if(rules.objections_to_reason(reason))
    found = Delivery.objects.select_for_update().carrying(record).standing().order_by("pk")
    return [_ask_to_withdraw(delivery, reason=reason, by=by, now=now or timezone.now()) for delivery in found]


@transaction.atomic
def withdraw_one(delivery: Delivery, *, reason: str, by, now: datetime | None = None) -> Delivery:
    """撤回某一渠道的发布。"""
    held = Delivery.objects.held(delivery)
    refuse_if(rules.objections_to_withdrawing(held.facts, reason))
    return _ask_to_withdraw(held, reason=reason, by=by, now=now or timezone.now())


def _ask_to_withdraw(delivery: Delivery, *, reason: str, by, now: datetime) -> Delivery:
    delivery.withdraw_asked_at, delivery.withdraw_by, delivery.withdraw_reason = now, by, reason[:300]
    delivery.failed_at, delivery.attempts, delivery.last_error = None, 0, ""
    said = {"channel": delivery.get_channel_display(), "title": delivery.title}
    log("channels.withdraw_asked", delivery, by=by, reason=reason, **said)
    untouched = not (delivery.draft_asked_at or delivery.sent_at or delivery.confirmed_at or delivery.taken_by)
    if untouched:
        delivery.withdrawn_at, delivery.next_at = now, None
        log("channels.withdrawn", delivery, by=by, **said)
    else:
        delivery.next_at = None if delivery.by_hand else now
    delivery.save()
    return delivery


def correct(record: models.Model, *, reason: str, **released) -> list[Delivery]:
    """更正：same record, a newly approved text, to every channel the earlier one stands on. `released` as for `release`."""
    return replace(record, record, reason=reason, **released)


@transaction.atomic
def replace(
    old: models.Model, new: models.Model, *, reason: str, title: str, html: str, files: Mapping[str, StoredFile], digest: str, reviews: Reviewed, by,
    category: str | None = None, is_infographic: bool | None = None, summary: str = "", url: str = "", cover: StoredFile | None = None,
    titles: Mapping[str, str] | None = None, submission: int | None = None, now: datetime | None = None,
) -> list[Delivery]:  # fmt: skip
    """替换：`new` goes to every channel `old` stands on. The old text is withdrawn when the new one is out, never before.

    What of the old one was not sent yet is not sent any more.
    """
    refuse_if(rules.objections_to_reason(reason))
    replaced = Delivery.objects.of(old.office_id).standing().exclude(supersedes=None).values("supersedes")
    standing = list(Delivery.objects.select_for_update().carrying(old).standing().exclude(pk__in=replaced).order_by("pk"))
    refuse_if(rules.objections_to_release(channels=[d.channel for d in standing], digest=digest, title=title, cleared=_cleared(reviews.secrecy, new.office_id)))
    if old == new and any(d.digest == digest for d in standing):
        raise Refused([Objection("same", "更正稿与已发布的内容相同，无须更正")])
    now, made = now or timezone.now(), []
    for before in standing:
        delivery = _release(
            new, channel=before.channel, title=(titles or {}).get(before.channel, title), html=html, files=files, digest=digest, reviews=reviews, by=by,
            category=category or before.category, is_infographic=before.is_infographic if is_infographic is None else is_infographic,
            summary=summary, url=url or before.content.get("url", ""), cover=cover, submission=submission, now=now, supersedes=before, reason=reason,
        )  # fmt: skip
        if not before.confirmed_at:
            _ask_to_withdraw(before, reason=reason, by=by, now=now)
        made.append(delivery)
    return made


# -- What a person does --------------------------------------------------------------------------------------------------


@transaction.atomic
def retry(delivery: Delivery, *, by, anew: bool = False, now: datetime | None = None) -> Delivery:
    """重试。Afterwards a worker will take it up. `anew`: the person has looked and says that nothing is out, so a new draft is made."""
    held = Delivery.objects.held(delivery)
    refuse_if(rules.objections_to_retrying(held.facts))
    if anew and not held.confirmed_at:
        _start_anew(held)
    held.failed_at, held.attempts, held.next_at = None, 0, now or timezone.now()
    if held.sent_at and not held.confirmed_at:
        held.sent_at = held.next_at  # the time to wait for the result begins again
    held.save()
    log("channels.retried", held, by=by, channel=held.get_channel_display(), title=held.title, anew="（重新建草稿）" if anew else "")
    return held


@transaction.atomic
def confirm_by_hand(delivery: Delivery, *, receipt: str, posted_on: date, by, url: str = "", now: datetime | None = None) -> Delivery:
    """登记回执。Afterwards it counts as out from that day, and the log says who said so."""
    now = now or timezone.now()
    held = Delivery.objects.held(delivery)
    refuse_if(rules.objections_to_confirming(held.facts, receipt, posted_on, timezone.localtime(now).date()))
    held.receipt, held.url = receipt.strip()[:120], url
    held.by_hand = True  # what a person posted, a person takes back: the receipt need not be the platform's number
    held.failed_at, held.last_error, held.attempts = None, "", 0
    _confirm(held, now, by=by, posted_on=posted_on)
    held.full_clean(validate_unique=False)
    held.save()
    log("channels.confirmed_by_hand", held, by=by, channel=held.get_channel_display(), title=held.title, receipt=held.receipt, posted_on=posted_on)
    return held


@transaction.atomic
def note_withdrawal(delivery: Delivery, *, note: str, by, now: datetime | None = None) -> Delivery:
    """登记撤回办理情况。Afterwards the coordinator's duty is discharged: a person told the gazette, or deleted the post."""
    held = Delivery.objects.held(delivery)
    refuse_if(rules.objections_to_noting(held.facts, note))
    held.withdrawn_at, held.withdraw_note = now or timezone.now(), note.strip()[:300]
    held.failed_at, held.next_at, held.last_error = None, None, ""
    held.save()
    log("channels.withdrawn_by_hand", held, by=by, channel=held.get_channel_display(), title=held.title, note=held.withdraw_note)
    return held


def record_export(delivery: Delivery, *, what: str, by) -> None:
    """That the text was taken out as a file is on record."""
    log("channels.exported", delivery, by=by, title=delivery.title, what=what)


# -- The accounts --------------------------------------------------------------------------------------------------------


@transaction.atomic
def keep_account(
    office, *, by, name: str, app_id: str, app_secret: str, api_base: str, author: str, enabled: bool, cover: StoredFile | None = None
) -> ChannelAccount:  # fmt: skip
    """设置公众号账号。A blank secret keeps the one there is. The log says which fields changed, never the secret.

    Another AppID or address makes the kept token and pictures worthless: they go.
    """
    account = ChannelAccount.objects.select_for_update().filter(office=office, channel=Channel.WECHAT).first()
    fresh = account is None
    account = account or ChannelAccount(office=office, channel=Channel.WECHAT)
    found = rules.objections_to_account(app_id=app_id, api_base=api_base)
    elsewhere = not fresh and (account.app_id != app_id or account.api_base != api_base.rstrip("/"))
    if not app_secret and (fresh or elsewhere):
        found.append(Objection("no_secret", "请填写AppSecret。更换AppID或接口地址时也须重新填写，以免把密钥发往别处"))
    if cover is not None and (cover.refused or cover.kind not in {"png", "jpeg"}):
        found.append(Objection("cover", "封面须是jpg或png图片，请更换"))
    refuse_if(found)
    wanted = {"name": name, "app_id": app_id, "api_base": api_base.rstrip("/"), "author": author, "enabled": enabled}
    if app_secret:
        wanted["app_secret"] = app_secret
    if cover is not None:
        wanted["cover"] = cover
    changed = [field for field, value in wanted.items() if fresh or getattr(account, field) != value]
    for field in changed:
        setattr(account, field, wanted[field])
    if elsewhere or "app_secret" in changed:
        account.token, account.token_until = "", None
    account.full_clean()
    account.save()
    if elsewhere:
        account.media.all().delete()
    if changed:
        labels = "、".join(str(ChannelAccount._meta.get_field(field).verbose_name) for field in changed)
        log("channels.account_kept", account, by=by, name=name, fields=labels)
    return account
