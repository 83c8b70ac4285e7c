"""What the public does over the website, and what the desk makes of it."""

import hmac
import secrets
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha512
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from gongkai.accounts.models import Office, User
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.files.actions import ERASED
from gongkai.files.checks import MEGABYTE, inspect, safe_name
from gongkai.files.checks import Refused as BadFile
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.rulebook.queries import adjustments
from gongkai.screening.papers import refuse_marked
from gongkai.vault import lookup_hash

from . import actions, public_rules
from .models import AnswerDay, Application, Channel, Filing, HandedIn, Paper
from .public_rules import Kind

sentences(
    foi__handed_in="申请{number}的申请人在网上递交{kind}（内容不入日志）",
    foi__handed_in_accepted="受理申请{number}的申请人网上递交的{kind}，递交日期{on}",
    foi__handed_in_sent_back="退回申请{number}的申请人网上递交的{kind}（说明不入日志）",
    foi__paper_opened="查看申请{number}的申请人材料",
    foi__letter_fetched="申请{number}的申请人凭查询码下载文书{letter}",
    foi__code_issued="为申请{number}的申请人另发查询码",
)

#: The name a filed application bears until the desk has read it: what people write may name anybody.
UNREAD = "网上申请（登记时概括，不写个人信息）"
_SALT = "gongkai.foi.form"


# The form's token


def new_secret() -> str:
    return secrets.token_urlsafe(18)


def new_token(secret: str = "") -> str:
    """What a fresh form carries: who holds it can send it once. It is in the form's body, never in an address."""
    return signing.dumps(secret or new_secret(), salt=_SALT)


def opened(token: str, hours: int) -> tuple[str, float] | None:
    """The form's own secret and its age in seconds; None when the token is not ours or too old."""
    try:
        secret = signing.loads(token, salt=_SALT, max_age=hours * 3600)
    except signing.BadSignature:
        return None
    stamp = token.rsplit(":", 2)[1]
    return (secret, timezone.now().timestamp() - signing.b62_decode(stamp)) if isinstance(secret, str) else None


def token_hash(secret: str) -> str:
    return lookup_hash("foi.token", secret.encode().hex())


def code_of(secret: str) -> str:
    """The query code of what was filed with this form: derived, so that the same form pressed again shows it again; stored only as its hash."""
    key = bytes.fromhex(settings.KEYS["lookup"])
    return public_rules.spelt(hmac.new(key, f"foi.code:{secret}".encode(), sha512).digest())


def code_hash(code: str) -> str:
    return lookup_hash("foi.code", public_rules.bare_code(code))


# Filing


def filed(office: Office, secret: str) -> Application | None:
    """What this form made when it was sent before."""
    there = Filing.objects.filter(token_hash=token_hash(secret), application__office=office).values_list("application_id", flat=True).first()
    return Application.objects.get(pk=there) if there is not None else None  # nearly always there is none: the case's sixty columns are left out of the question


@transaction.atomic
def file(office: Office, *, secret: str, today: date, applicant: Mapping[str, str], was_shown: bool = False, **facts) -> tuple[Application, bool]:
    """网上提交申请。

    Afterwards an unconfirmed application is there with its applicant sealed, its papers, and the hash of its code: nothing is
    received yet (条例 31(3)) and the duty to confirm stands. The same form again gives the application it made; the second value says
    whether it was made now.
    """
    Office.objects.select_for_update().get(pk=office.pk)  # the number's lock, taken before looking whether this form was sent
    if (there := filed(office, secret)) is not None:
        return there, False
    digest = token_hash(secret)
    application = actions.receive(office, by=None, channel=Channel.INTERNET, handed_in_on=today, subject=UNREAD, applicant=applicant, **facts)
    Filing.objects.create(application=application, token_hash=digest, code_hash=code_hash(code_of(secret)), at=timezone.now())
    Paper.objects.filter(office=office, token_hash=digest, application=None).update(application=application)
    if was_shown:
        count(office, today, "submitted")
    return application, True


@transaction.atomic
def issue_code(application: Application, *, by: User) -> str:
    """另发查询码。Afterwards a new code opens the case's progress and the former one does not. The code is returned once and kept only as its hash."""
    held = Application.objects.held(application)
    secret = new_secret()
    code = code_of(secret)
    filing, made = Filing.objects.get_or_create(application=held, defaults={"token_hash": token_hash(secret), "code_hash": code_hash(code), "at": timezone.now()})
    if not made:
        filing.code_hash = code_hash(code)
        filing.save(update_fields=["code_hash"])
    record("foi.code_issued", held, by=by, number=held.number)
    return code


# Papers


def keep_papers(office: Office, uploads: Iterable[UploadedFile], *, secret: str, limits: public_rules.Limits, allowed: frozenset[str]) -> list[Paper]:
    """收存材料。Afterwards the files wait, sealed, under the form they came with; one that fails a check stops them all and none is kept.

    New files take the place of those the form brought before. Names and contents are in no log.
    """
    uploads = list(uploads)
    if len(uploads) > limits.files:
        refuse_if([Objection("too_many", f"一次最多上传{limits.files}个文件，现有{len(uploads)}个，请重新选择")])
    checked, digest = [], token_hash(secret)
    for upload in uploads:
        name = safe_name(upload.name or "")
        with NamedTemporaryFile(suffix=Path(name).suffix[:10]) as kept:
            for chunk in upload.chunks():
                kept.write(chunk)
            kept.flush()
            try:
                facts = inspect(Path(kept.name), name, limit=limits.megabytes * MEGABYTE, allowed=allowed)
                refuse_marked(Path(kept.name), facts)
            except BadFile as refusal:
                marked = f"“{name}”载有密级标识，没有接收，也没有留存。涉密材料不能在网上递交，请勿再上传；需要说明的，请在申请中写明文件名称或者编号"
                refuse_if([Objection("bad_file", marked if refusal.code == ERASED else refusal.sentence.rstrip("。"))])
            kept.seek(0)
            checked.append(Paper(office=office, token_hash=digest, name=name, kind=facts.kind, size=facts.size, content=b64encode(kept.read()).decode(), at=timezone.now(), scanned=facts.scanned))
    with transaction.atomic():
        if checked:
            Paper.objects.filter(office=office, token_hash=digest, application=None).delete()
        for paper in checked:
            paper.save(force_insert=True)
    return checked


def waiting_papers(office: Office, secret: str) -> list[Paper]:
    """What the form has brought so far."""
    return list(Paper.objects.listed().filter(office=office, token_hash=token_hash(secret), application=None))


@transaction.atomic
def forget(office: Office, secret: str) -> None:
    """Afterwards nothing is left of what a form brought that its visitor decided not to send."""
    Paper.objects.filter(office=office, token_hash=token_hash(secret), application=None).delete()


@transaction.atomic
def clear_unsent(before) -> int:
    """清除未提交的材料。Afterwards nothing is left of what somebody uploaded before that moment and never sent."""
    found, _ = Paper.objects.filter(application=None, at__lt=before).delete()
    return found


# Handing in


@transaction.atomic
def hand_in(application: Application, kind: str, *, secret: str, text: str, today: date) -> HandedIn:
    """网上递交。Afterwards it waits at the desk with its papers; the case itself has not changed. The same form again gives the same."""
    # One form sent for two cases at once: the second waits and is told. Whoever holds a case may still write rows of the office meanwhile.
    Office.objects.select_for_update(no_key=True).get(pk=application.office_id)
    held = Application.objects.held(application)
    digest = token_hash(secret)
    if (there := HandedIn.objects.filter(token_hash=digest).first()) is not None:
        refuse_if([] if there.application_id == held.pk else [Objection("used", "这张表已经用过，请重新查询进度后再填写")])
        return there
    refuse_if(public_rules.objections_to_handing_in(kind, held.case(), held.handed_in.waiting().values_list("kind", flat=True), today))
    made = HandedIn.objects.create(application=held, kind=kind, token_hash=digest, text=text, on=today, at=timezone.now())
    Paper.objects.filter(office_id=held.office_id, token_hash=digest, application=None).update(application=held, handed_in=made)
    record("foi.handed_in", held, by=None, number=held.number, kind=made.get_kind_display())
    return made


@transaction.atomic
def accept(handed_in: HandedIn, *, by: User, today: date) -> HandedIn:
    """受理。Afterwards the case has moved as if the paper had come over the counter on the day that counts, and nothing waits any more.

    A clerk may have entered the deed by hand meanwhile; then nothing is left but to say that it was dealt with.
    """
    held = _unsettled(handed_in)
    application = Application.objects.held(held.application)
    entered = {Kind.CORRECTION: application.corrected_on, Kind.WITHDRAWAL: application.withdrawn_on, Kind.PAYMENT: application.fee_paid_on}[Kind(held.kind)]
    on = public_rules.handed_in_day(held.kind, held.on, today, adjustments(held.office_id, "foi"))
    verb = {Kind.CORRECTION: actions.corrected, Kind.WITHDRAWAL: actions.withdraw, Kind.PAYMENT: actions.fee_paid}[Kind(held.kind)]
    if not (entered and entered >= held.on):
        verb(application, by=by, on=on)
    held.settled_on, held.settled_by = today, by
    held.save(update_fields=["settled_on", "settled_by"])
    record("foi.handed_in_accepted", held.application, by=by, number=held.application.number, kind=held.get_kind_display(), on=held.on)
    return held


@transaction.atomic
def send_back(handed_in: HandedIn, *, by: User, reason: str, today: date) -> HandedIn:
    """退回。Afterwards the applicant reads why and may hand in again; the case has not changed."""
    held = _unsettled(handed_in)
    if not reason.strip():
        refuse_if([Objection("no_reason", "请写明退回的原因，申请人查询时会看到")])
    held.settled_on, held.settled_by, held.sent_back = today, by, reason.strip()[:300]  # type: ignore[assignment]
    held.save(update_fields=["settled_on", "settled_by", "sent_back"])
    record("foi.handed_in_sent_back", held.application, by=by, number=held.application.number, kind=held.get_kind_display())
    return held


def _unsettled(handed_in: HandedIn) -> HandedIn:
    held = HandedIn.objects.select_related("application").select_for_update(of=("self",)).get(pk=handed_in.pk)
    if held.settled_on:
        refuse_if([Objection("settled", "这份递交已经处理，请刷新页面")])
    return held


# What was shown beforehand


def count(office: Office, day: date, what: str) -> None:
    """Afterwards the day counts one more of shown, opened or submitted. Nothing is known of who."""
    row, _ = AnswerDay.objects.get_or_create(office=office, day=day)
    AnswerDay.objects.filter(pk=row.pk).update(**{what: F(what) + 1})
