"""Timed jobs: a name, a cron line, and what to do."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timed:
    """`cron` is five fields in Shanghai time; `run` returns a Chinese sentence saying what was done."""

    name: str
    label: str
    cron: str
    run: Callable[[], str]


_timed: dict[str, Timed] = {}


def every(cron: str, name: str, label: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Register a timed job. It must be safe to run twice: a killed run is started again."""

    def register(run: Callable[[], str]) -> Callable[[], str]:
        _timed[name] = Timed(name, label, cron, run)
        return run

    return register


def timed_jobs() -> dict[str, Timed]:
    return dict(sorted(_timed.items()))
