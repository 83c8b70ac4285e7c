"""Letting systems in, turning them away, and taking what they hand in."""

import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha512

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from gongkai.accounts.models import Office, User
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.foi import public_actions, public_rules
from gongkai.foi.models import Application
from gongkai.law import Objection
from gongkai.law.refusals import Refused, refuse_if
from gongkai.rulebook.queries import adjustments
from gongkai.vault import lookup_hash

from . import rules
from .models import AccessToken, ConnectedSystem, HandedOver

sentences(
    api__connected="登记接入系统{system}，管理单位和联系人为{keeper}",
    api__token_issued="为接入系统{system}签发令牌{head}…，可做的事为{scopes}，最后有效日{until}",
    api__token_revoked="停用接入系统{system}的令牌{head}…，原因为{reason}",
    api__handed_in="接入系统{system}提交申请{number}（令牌{head}…，内容不入日志）",
    api__looked_up="接入系统{system}查询申请{number}的办理情况（令牌{head}…）",
)


# Systems and their tokens


@transaction.atomic
def connect(office: Office, *, by: User, name: str, keeper: str, today: date) -> ConnectedSystem:
    """登记接入系统。Afterwards it is known by name; without a token it opens nothing yet."""
    Office.objects.select_for_update(no_key=True).get(pk=office.pk)  # two who register the same name at once: the second is told
    system = ConnectedSystem(office=office, name=name, keeper=keeper, since=today)
    system.full_clean()
    system.save()
    record("api.connected", system, by=by, system=name, keeper=keeper)
    return system


@transaction.atomic
def issue(system: ConnectedSystem, *, by: User, scopes: Iterable[str], expires_on: date, today: date) -> tuple[AccessToken, str]:
    """签发令牌。Afterwards the token opens what its scopes name, to the end of `expires_on`. Its text is returned once and is nowhere kept."""
    wanted = sorted(set(scopes))
    refuse_if(rules.objections_to_issuing(wanted, expires_on, today, rules.limits(today, adjustments(system.office_id, "api")).days))
    text = f"gongkai_{secrets.token_urlsafe(32)}"
    token = AccessToken.objects.create(
        system=system, head=text[: rules.HEAD], token_hash=token_hash(text), scopes=wanted, issued_by=by, issued_at=timezone.now(), expires_on=expires_on,
    )  # fmt: skip
    record("api.token_issued", system, by=by, system=system.name, head=token.head, scopes="、".join(token.scope_labels), until=expires_on)
    return token, text


@transaction.atomic
def revoke(token: AccessToken, *, by: User, reason: str) -> AccessToken:
    """停用令牌。Afterwards it opens nothing, from the next call on."""
    held = AccessToken.objects.select_for_update().get(pk=token.pk)
    if held.revoked_at:
        refuse_if([Objection("revoked", "该令牌已经停用")])
    if not reason.strip():
        refuse_if([Objection("no_reason", "请写明停用的原因")])
    held.revoked_at, held.revoked_by = timezone.now(), by
    held.save(update_fields=["revoked_at", "revoked_by"])
    record("api.token_revoked", held.system, by=by, system=held.system.name, head=held.head, reason=reason.strip()[:200])
    return held


def token_hash(text: str) -> str:
    return lookup_hash("api.token", text.encode().hex())


def note_use(token: AccessToken, today: date) -> None:
    """Afterwards the desk sees that the token is in use. Written once a day."""
    if token.last_used_on != today:
        AccessToken.objects.filter(pk=token.pk).update(last_used_on=today)


# Handing in


class OtherBody(Refused):
    """The key was used for another application before."""


def handed_over(system: ConnectedSystem, key: str, digest: str) -> HandedOver | None:
    """What this system handed in under this key. OtherBody when that was something else."""
    there = HandedOver.objects.select_related("application__filing").filter(system=system, key_hash=_key_hash(key)).first()
    if there is not None and not hmac.compare_digest(there.body_digest, digest):
        raise OtherBody([Objection("key_reused", "请求头 Idempotency-Key 已用于另一件内容不同的申请：新的申请请换一个值，重发原来的申请请保持内容不变")])
    return there


@transaction.atomic
def hand_in(
    token: AccessToken, *, key: str, digest: str, papers: Sequence[UploadedFile], applicant: Mapping[str, str], today: date, limits: public_rules.Limits, **facts,
) -> tuple[HandedOver, bool]:
    """提交申请。

    Afterwards an unconfirmed application stands as one from the website does, with its papers, its query code, and the system it
    came from. The same key gives what it made before; the second value says whether it was made now. Refused, nothing is kept.
    """
    system = token.system
    Office.objects.select_for_update().get(pk=system.office_id)  # two calls at once with one key wait here for each other
    if (there := handed_over(system, key, digest)) is not None:
        return there, False
    secret = secret_of(system, key)
    public_actions.keep_papers(system.office, papers, secret=secret, limits=limits, allowed=public_rules.PAPERS)
    application, _ = public_actions.file(system.office, secret=secret, today=today, applicant=applicant, **facts)
    made = HandedOver.objects.create(system=system, key_hash=_key_hash(key), body_digest=digest, application=application, at=timezone.now())
    record("api.handed_in", application, system=system.name, number=application.number, head=token.head)
    return made, True


def secret_of(system: ConnectedSystem, key: str) -> str:
    """What takes the place of a form's secret: derived, so that a repeated call shows the same query code."""
    return hmac.new(bytes.fromhex(settings.KEYS["lookup"]), f"api.secret:{system.pk}:{key}".encode(), sha512).hexdigest()[:48]


def _key_hash(key: str) -> str:
    return lookup_hash("api.key", key.encode().hex())


@transaction.atomic
def look_up(token: AccessToken, application: Application) -> None:
    """Afterwards the log says which system asked after which application."""
    record("api.looked_up", application, system=token.system.name, number=application.number, head=token.head)
