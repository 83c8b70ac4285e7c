"""What letters may be about: a room above names its model, the page of a record, and what a letter does to the record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import BigIntegerField, Case, F, Subquery, When

from gongkai.law import Objection

if TYPE_CHECKING:
    from .models import Letter


def _nothing(*args, **kwargs) -> tuple:
    return ()


def _nobody(letters, *, by) -> dict[int, tuple[str, str]]:
    return {}


class Subject(NamedTuple):
    """What a room says of its letters.

    `objections(letter, verb, by)` is what the record has against signing, freezing, delivering the letter now, or enclosing what it encloses.
    `delivered(letter, by=)`, `received(letter, by=)` and `corrected(letter, by=)` carry the day into the record, in the same transaction: when the
    record refuses, the deed is refused too, so that the two can't disagree. `addressees(letters, by=)` are the names and addresses of whoever the records are of, by the letter's key, as far as `by` may see them.
    `section` is the question which section has the record now, of a letter's `subject_id`: whoever has the record has its letters. Without it a letter stays where it was drafted.
    `lists` is the template of the tabs among which the letters that wait for the post stand as one, told by `here="waiting"`.
    """

    page: str
    objections: Callable[..., Sequence[Objection]] = _nothing
    delivered: Callable = _nothing
    received: Callable = _nothing
    corrected: Callable = _nothing
    addressees: Callable[..., dict[int, tuple[str, str]]] = _nobody
    section: Subquery | None = None
    lists: str = ""


_subjects: dict[str, Subject] = {}


def letters_about(kind: str, page: str, **said: Any) -> None:
    """Let letters be written about records of `kind` ("foi.Application"), whose page is at the named address."""
    _subjects[kind] = Subject(page, **said)


def subject_of(letter: Letter) -> Subject:
    return _subjects.get(letter.subject_kind, Subject(""))


def handling_section() -> Case:
    """Which section has a letter: the one that has its record now, else the one in which it was drafted."""
    return Case(*(When(subject_kind=kind, then=said.section) for kind, said in _subjects.items() if said.section is not None), default=F("section"), output_field=BigIntegerField())


def lists() -> list[str]:
    return [said.lists for said in _subjects.values() if said.lists]


def page_of(kind: str) -> str:
    return _subjects[kind].page if kind in _subjects else ""
