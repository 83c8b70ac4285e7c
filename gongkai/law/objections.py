"""Why a verb is refused, in words an office can answer for."""

from __future__ import annotations

from typing import NamedTuple


class Objection(NamedTuple):
    """One reason against doing something now.

    `code` is for programs, `sentence` for the person at the desk, `basis` is the
    short form of what it rests on ("条例 33.2"), empty where it rests on plain sense.
    """

    code: str
    sentence: str
    basis: str = ""

    def __str__(self) -> str:
        return self.sentence
