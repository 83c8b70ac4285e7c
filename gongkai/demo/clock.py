"""The moment at which a simulated deed is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone


@contextmanager
def occurring(at: datetime) -> Iterator[None]:
    """Inside, it is `at`: for the log, for 登记时间 and 修改时间, and for whose post is in force that day.

    Everything here asks `timezone.now()` what time it is, so that one function is replaced. It is for
    the simulator alone, which runs in a process of its own: the whole process shares the moment.
    """
    real = timezone.now
    timezone.now = lambda: at
    try:
        yield
    finally:
        timezone.now = real
