"""Writing the log and sealing it."""

import json
import os
import socket
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import new

from django.db import transaction
from django.utils import timezone

from . import verbs
from .models import Entry, Seal, SealingLease
from .source import current_source

GENESIS = "0" * 64
LEASE = timedelta(seconds=30)


def record(verb: str, subject=None, *, by=None, office_id: int | None = None, at: datetime | None = None, **facts) -> Entry:
    """Add one deed to the log, in the caller's transaction.

    `by` is the person, or None for the system itself. Facts must be plain (text, numbers, dates);
    personal data of applicants never goes in. A verb without a Chinese sentence is refused.
    """
    entry = compose(verb, subject, by=by, office_id=office_id, at=at, **facts)
    entry.save(force_insert=True)
    return entry


def compose(verb: str, subject=None, *, by=None, office_id: int | None = None, at: datetime | None = None, **facts) -> Entry:
    """An unsaved entry, for callers that add many at once."""
    if not verbs.is_known(verb):
        raise LookupError(f"动作 {verb} 没有登记中文说明：在该模块的 sentences() 中补上")
    if office_id is None:
        office_id = getattr(subject, "office_id", None) or getattr(by, "office_id", None)
    return Entry(
        at=at or timezone.now(),
        office_id=office_id,
        actor=by,
        actor_name=(by.name or by.get_username()) if by is not None else "系统",
        verb=verb,
        subject_kind=subject._meta.label if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        subject_label=str(subject)[:300] if subject is not None else "",
        facts=_plain(facts),
        source=current_source(),
    )


def record_many(entries: Iterable[Entry]) -> None:
    Entry.objects.bulk_create(entries, batch_size=2000)


def _plain(value):
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(v) for v in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def digest_of(previous: str, number: int, entry: Entry) -> str:
    """SM3 over the previous digest, the link's number and the entry's canonical text."""
    canonical = json.dumps(
        [
            previous, number, entry.pk, entry.at.astimezone(timezone.get_fixed_timezone(0)).isoformat(timespec="microseconds"),
            entry.office_id, entry.actor_id, entry.actor_name, entry.verb, entry.subject_kind, entry.subject_id,
            entry.subject_label, entry.facts, entry.source,
        ],
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )
    return new("sm3", canonical.encode()).hexdigest()


def seal(limit: int = 5000) -> int:
    """Link up to `limit` committed entries into the chain; returns how many. Does nothing while another sealer works.

    The lease only keeps sealers from waiting on each other; that the chain never forks rests on the
    primary key of `Seal.number`.
    """
    holder = f"{socket.gethostname()}:{os.getpid()}"
    with transaction.atomic():
        lease, _ = SealingLease.objects.select_for_update().get_or_create(pk=1)
        now = timezone.now()
        if lease.until and lease.until > now and lease.holder != holder:
            return 0
        lease.holder, lease.until = holder, now + LEASE
        lease.save()
    with transaction.atomic():
        SealingLease.objects.select_for_update().get(pk=1)
        last = Seal.objects.order_by("-number").first()
        number, previous = (last.number, last.digest) if last else (0, GENESIS)
        links = []
        for entry in Entry.objects.filter(seal=None).order_by("id")[:limit]:
            number += 1
            digest = digest_of(previous, number, entry)
            links.append(Seal(number=number, entry=entry, previous=previous, digest=digest))
            previous = digest
        Seal.objects.bulk_create(links, batch_size=2000)
        SealingLease.objects.filter(pk=1).update(until=None)
    return len(links)


def seal_all() -> int:
    """Seal until nothing is left; returns how many."""
    total = 0
    while done := seal():
        total += done
    return total
