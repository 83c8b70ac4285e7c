"""How often the public did something lately is one count for all serving processes, and says nothing of who."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from gongkai.accounts import throttle
from gongkai.accounts.models import Tally
from gongkai.publishing.posting import once_more, so_far
from gongkai.publishing.timed import clear_tallies


def coming(address: str):
    return RequestFactory().post("/apply/", REMOTE_ADDR=address)


@pytest.mark.django_db(transaction=True)
def test_hands_at_the_same_moment_are_each_counted():
    """Each thread has a connection of its own, as another process has."""
    many, counted = 16 if connection.vendor == "postgresql" else 4, []
    ready = threading.Barrier(many)

    def hand():
        ready.wait()
        try:
            counted.extend(throttle.add("k" * 64, 60) for _ in range(5))
        finally:
            connection.close()

    hands = [threading.Thread(target=hand) for _ in range(many)]
    [one.start() for one in hands]
    [one.join() for one in hands]
    assert sorted(counted) == list(range(1, 5 * many + 1)) and throttle.so_far("k" * 64) == 5 * many


@pytest.mark.django_db
def test_two_addresses_with_the_same_digits_are_two():
    assert [once_more("apply.post", coming(address), 60) for address in ("1.11.1.1", "11.1.1.1", "1.1.11.1", "1.11.1.1")] == [1, 1, 1, 2]
    assert so_far("apply.post", coming("1.11.1.1"), 60) == 2 and so_far("apply.code", coming("1.11.1.1"), 60) == 0


@pytest.mark.django_db
def test_no_address_can_be_read_from_what_is_kept():
    once_more("apply.post", coming("203.0.113.77"), 60)
    kept = Tally.objects.get()
    assert "203" not in str(kept) and "apply" not in kept.key and len(kept.key) == 64 and int(kept.key, 16)


@pytest.mark.django_db
def test_what_is_over_is_cleared_and_what_runs_stays():
    throttle.add("a" * 64, 60)
    throttle.add("b" * 64, 60)
    Tally.objects.filter(pk="a" * 64).update(ends_at=timezone.now() - timedelta(seconds=1))
    assert clear_tallies() == "清除1个期满的频次计数"
    assert [tally.key for tally in Tally.objects.all()] == ["b" * 64]
