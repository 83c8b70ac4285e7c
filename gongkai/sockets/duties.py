"""Duties: something owed by a day, with its basis, its owner and the place where it is discharged."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing owed.

    `done_on` is when it was discharged, None while open. `due_on` None means no last day can be
    named yet (`waiting` says why). `provisional` repeats the calendar's warning, if any.
    """

    key: str  # foi.reply
    subject: str  # 青公开申〔2022〕3号
    title: str  # 答复政府信息公开申请
    due_on: date | None
    basis: str
    url: str
    section_id: int | None
    done_on: date | None = None
    begins_on: date | None = None
    waiting: str = ""
    provisional: str = ""
    measure_keys: tuple[str, ...] = ()

    def is_open(self, today: date) -> bool:
        return self.done_on is None or self.done_on > today

    def is_overdue(self, today: date) -> bool:
        return self.due_on is not None and self.is_open(today) and self.due_on < today

    def was_late(self) -> bool:
        return self.due_on is not None and self.done_on is not None and self.done_on > self.due_on


Producer = Callable[[int, date, date], Iterable[Duty]]


@dataclass(frozen=True, slots=True)
class DutySource:
    """Yields an office's duties: `produce(office_id, since, today)`, a constant number of queries."""

    key: str
    label: str
    basis: str
    produce: Producer


_sources: dict[str, DutySource] = {}


def duties(key: str, label: str, basis: str) -> Callable[[Producer], Producer]:
    """Register a generator of duties under `key`."""

    def register(produce: Producer) -> Producer:
        _sources[key] = DutySource(key, label, basis, produce)
        return produce

    return register


def duty_sources() -> dict[str, DutySource]:
    return dict(sorted(_sources.items()))


def all_duties(office_id: int, since: date, today: date) -> Iterator[Duty]:
    """Every duty of the office that was open at some time between `since` and `today`."""
    for source in duty_sources().values():
        yield from source.produce(office_id, since, today)
