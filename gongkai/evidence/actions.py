"""Freezing an account."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import new

from django.db import transaction
from django.utils import timezone

from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.sockets import Scope

from . import queries
from .models import FrozenAccount, FrozenRow, FrozenValue

sentences(evidence__frozen="冻结“{title}”，截至{as_of}，第{version}版，共{values}项数值、{rows}行明细，摘要{digest}")


@transaction.atomic
def freeze(subject, *, title: str, year: int, as_of: date, keys: Iterable[str], content: Mapping, by, reason: str = "", links: Iterable = (), linked: Iterable = (), scope: Scope | None = None) -> FrozenAccount:
    """冻结。Afterwards the values, the rows behind them and the texts in `content` stand as they are now.

    `keys` are indicators; `links` are the typed evidence the account rests on and `linked` the records
    they point at. A later freeze of the same subject becomes the next version. What it rests on can no longer be deleted.
    """
    scope = scope or Scope.of_year(subject.office_id, year, as_of)
    kind = subject._meta.label
    previous = FrozenAccount.objects.select_for_update().filter(subject_kind=kind, subject_id=subject.pk).order_by("-version").first()
    values = queries.compute(scope, sorted(set(keys)))
    account = FrozenAccount(
        office_id=subject.office_id, subject_kind=kind, subject_id=subject.pk, title=title, year=year, as_of=as_of,
        version=previous.version + 1 if previous else 1, previous=previous, reason=reason,
        frozen_at=timezone.now(), frozen_by=by, content=dict(content), digest="",
    )
    account.save()
    rows: list[FrozenRow] = []
    for key, value in values.items():
        frozen = FrozenValue.objects.create(account=account, key=key, label=value.indicator.label, unit=value.indicator.unit, number=value.number)
        found = list(queries.records(scope, value.indicator))
        parts = queries.parts_of(scope, value.indicator, [r.pk for r in found]) if value.indicator.claims else {}
        rows += [
            FrozenRow(
                value=frozen, position=n, kind=value.indicator.model, record_id=r.pk, shown=queries.shown(r, value.indicator, scope.as_of),
                part=" ".join(f"{claim}:{part}" for claim, part in parts.get(r.pk, {}).items()),
            )
            for n, r in enumerate(found, 1)
        ]
        for claim_key, counts in value.claims.items():
            for part in queries.PARTS:
                FrozenValue.objects.create(account=account, key=f"{key}/{claim_key}/{part}", label=counts.claim.label, unit=value.indicator.unit, number=getattr(counts, part))
    for key, label, found in (("links", "佐证材料", list(links)), ("linked", "佐证所指记录", list(linked))):
        if found:
            frozen = FrozenValue.objects.create(account=account, key=key, label=label, unit="项", number=len(found))
            rows += [FrozenRow(value=frozen, position=n, kind=r._meta.label, record_id=r.pk, shown={"名称": str(r)}) for n, r in enumerate(found, 1)]
    FrozenRow.objects.bulk_create(rows, batch_size=1000)
    account.digest = digest(account)
    account.save(update_fields=["digest"])
    record("evidence.frozen", account, by=by, title=title, as_of=as_of, version=account.version, values=len(values), rows=len(rows), digest=account.digest)
    return account


def digest(account: FrozenAccount) -> str:
    """SM3 over everything the account says: recomputing it proves that no frozen byte has changed."""
    values = [
        [value.key, value.label, value.unit, format(value.number.normalize() if hasattr(value.number, "normalize") else value.number, "f"),
         [[row.position, row.kind, row.record_id, row.part, row.shown] for row in value.rows.all()]]
        for value in FrozenValue.objects.filter(account=account).prefetch_related("rows").order_by("id")
    ]
    canonical = json.dumps(
        [account.office_id, account.subject_kind, account.subject_id, account.title, account.year, account.as_of.isoformat(), account.version, account.content, values],
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )
    return new("sm3", canonical.encode()).hexdigest()
