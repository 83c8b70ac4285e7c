"""Where a deed comes from: an address for a request, a command's name otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_source: ContextVar[str] = ContextVar("source", default="")


def current_source() -> str:
    return _source.get()


@contextmanager
def coming_from(source: str) -> Iterator[None]:
    token = _source.set(source[:100])
    try:
        yield
    finally:
        _source.reset(token)
