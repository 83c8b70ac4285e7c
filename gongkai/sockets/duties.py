"""Duties: something owed by a day, with its basis, its owner and the place where it is discharged."""

from collections.abc import Callable, Container, Iterable, Iterator
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
    """Yields an office's duties: `produce(office_id, since, today)`, a constant number of queries.

    Those open on `today`, and those done since `since`.
    """

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


def open_duties(office_id: int, today: date, keys: Container[str] | None = None) -> Iterator[Duty]:
    """Every duty of the office that is open on `today`, of those keys or of all. What is done by then, most of a year, is not even read."""
    for key, source in duty_sources().items():
        if keys is None or key in keys:
            yield from (duty for duty in source.produce(office_id, today, today) if duty.is_open(today))
