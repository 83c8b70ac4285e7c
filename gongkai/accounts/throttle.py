"""How often something was done of late, counted in the database: all serving processes share one count."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from .models import Tally

_ADD = (
    "INSERT INTO accounts_tally (key, count, ends_at) VALUES (%s, 1, %s)"
    " ON CONFLICT (key) DO UPDATE SET count = accounts_tally.count + 1 RETURNING count"
)  # fmt: skip


def add(key: str, seconds: int) -> int:
    """Count one more under `key`, a hash of 64 letters that names its own span of time; the number with this one.

    One statement, so that two processes at the same moment count two. The row is cleared after `seconds`.
    """
    ends_at = connection.ops.adapt_datetimefield_value(timezone.now() + timedelta(seconds=seconds))
    with connection.cursor() as cursor:
        cursor.execute(_ADD, (key, ends_at))
        return cursor.fetchone()[0]


def so_far(key: str) -> int:
    """What is counted under `key`; 0 when nothing is."""
    return Tally.objects.filter(pk=key).values_list("count", flat=True).first() or 0


def clear(now: datetime) -> int:
    """Afterwards no count is left whose span is over. How many there were."""
    found, _ = Tally.objects.filter(ends_at__lt=now).delete()
    return found
