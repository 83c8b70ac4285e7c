"""Ports: what each channel does when an item is sent, confirmed, withdrawn or corrected.

A port works outside any transaction, and what it learns on the way it writes down at once through
`remember`: after a crash the next worker starts from what is known, never from a guess.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.utils import timezone

from gongkai.publishing.models import Channel

from .models import Delivery

#: How long a worker may be silent before another takes over. Longer than any single request.
LEASE = timedelta(minutes=5)


class Trouble(Exception):
    """It did not work; the sentence says why and what to do.

    `again`: waiting may help. `wait`: wait just so long, and count no failure. `anew`: nothing of what was
    prepared at the platform is of use any more. `code` is the platform's own, 0 where it gave none.
    """

    def __init__(self, sentence: str, *, again: bool, wait: timedelta | None = None, anew: bool = False, code: int = 0) -> None:
        self.sentence, self.again, self.wait, self.anew, self.code = sentence, again, wait, anew, code
        super().__init__(sentence)


class Unclear(Trouble):
    """It may have been carried out: ask before doing it again."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, again=True)


class Lost(Exception):
    """Another worker has taken the delivery over; this one stops without a trace."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step came to. `out`: the item is public. `gone`: it no longer is. `wait`: look again after so long."""

    sent: bool = False
    out: bool = False
    gone: bool = False
    receipt: str = ""
    url: str = ""
    wait: timedelta | None = field(default=timedelta(minutes=1))


class Port(Protocol):
    def send(self, delivery: Delivery) -> Outcome: ...
    def confirm(self, delivery: Delivery) -> Outcome: ...
    def withdraw(self, delivery: Delivery) -> Outcome: ...
    def correct(self, delivery: Delivery) -> Outcome: ...


_ports: dict[str, Port] = {}


def port(channel: str) -> Callable[[type], type]:
    """Register a class as the port of a channel. A channel without one is served by hand."""

    def register(cls: type) -> type:
        _ports[channel] = cls()
        return cls

    return register


def port_of(channel: str) -> Port | None:
    return _ports.get(channel)


def remember(delivery: Delivery, *, now: datetime | None = None, **facts: Any) -> None:
    """Write down what was learnt at the platform, at once, and keep the delivery for another while.

    Raises Lost when it is no longer ours, so a worker that slept stops before its next request.
    """
    now = now or timezone.now()
    kept = Delivery.objects.filter(pk=delivery.pk, taken_by=delivery.taken_by, taken_until__gt=now)
    if not delivery.taken_by or not kept.update(taken_until=now + LEASE, **facts):
        raise Lost
    for name, value in facts.items():
        setattr(delivery, name, value)


# -- The website -------------------------------------------------------------------------------------------------------

#: The public address of the record if the site as built shows just this text of it, else None.
Published = Callable[[Delivery], str | None]
_published: list[Published] = []


def website_shows(ask: Published) -> Published:
    """Plug in the site builder's answer to whether a delivery is out. The last one registered is asked."""
    _published[:] = [ask]
    return ask


@port(Channel.WEBSITE)
class Website:
    """The builder follows the publication log by itself; here we only look whether it has."""

    def send(self, delivery: Delivery) -> Outcome:
        return Outcome(sent=True, wait=timedelta(0))

    correct = send

    def confirm(self, delivery: Delivery) -> Outcome:
        address = self._ask(delivery)
        return Outcome(out=True, url=address, receipt=address[:120]) if address else Outcome()

    def withdraw(self, delivery: Delivery) -> Outcome:
        return Outcome(gone=not self._ask(delivery))

    @staticmethod
    def _ask(delivery: Delivery) -> str | None:
        if not _published:
            raise Trouble("网站生成尚未接入，暂不能确认网站是否已发布", again=True, wait=timedelta(minutes=5))
        return _published[0](delivery)

