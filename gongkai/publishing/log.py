"""The publication log: every change of what the outside sees, in an order that followers can rely on."""

import json
from collections.abc import Iterable

from django.db import connection, models, transaction
from django.utils import timezone

from .models import Publication, PublicationHead


@transaction.atomic
def tell(record: models.Model, deed: str, *, keys: Iterable[str], reason: str = "", digest: str = "") -> Publication:
    """Afterwards the log holds one more row, and the builder and the index will follow once this commits.

    The office's head row is held until then, so that no number becomes visible before an earlier one.
    """
    PublicationHead.objects.get_or_create(office_id=record.office_id)
    head = PublicationHead.objects.select_for_update().get(office_id=record.office_id)
    head.last += 1
    head.save(update_fields=["last"])
    return Publication.objects.create(
        office_id=record.office_id, number=head.last, at=timezone.now(), deed=deed, kind=record._meta.label, record_id=record.pk,
        title=str(getattr(record, "title", "") or record)[:300], keys=sorted(set(keys)), reason=reason, digest=digest,
    )


def position(office_id: int) -> int:
    """The number of the newest entry, 0 before there is one."""
    rows = _asked(f"SELECT last FROM {PublicationHead._meta.db_table} WHERE office_id = %s", [office_id])  # noqa: S608 -- our own name
    return rows[0][0] if rows else 0


def after(office_id: int, number: int) -> list[tuple[int, list[str]]]:
    """The number and keys of every entry after that one, oldest first."""
    rows = _asked(f"SELECT number, keys FROM {Publication._meta.db_table} WHERE office_id = %s AND number > %s ORDER BY number", [office_id, number])  # noqa: S608
    return [(told, json.loads(keys)) for told, keys in rows]


def _asked(statement: str, values: list) -> list[tuple]:
    """Written out: followers ask again and again, and putting a question together takes longer than answering it."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
