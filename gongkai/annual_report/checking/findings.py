"""What a check has to say: one finding for each thing, with its place, its arithmetic and its rule."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding weighs."""

    HARD = "hard"  # the report contradicts the form or itself
    SOFT = "soft"  # worth a look: may have a good reason
    UNREAD = "unread"  # could not be checked, and says why
    NOTE = "note"  # explained, nothing to do

    @property
    def label(self) -> str:
        return {"hard": "错误", "soft": "请核对", "unread": "未能核对", "note": "说明"}[self.value]


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` names the rule for programs, `rule` says it in words, `basis` what it rests on (empty: arithmetic)."""

    level: Level
    code: str
    where: str
    sentence: str
    rule: str = ""
    basis: str = ""

    def to_json(self) -> dict[str, str]:
        return {**asdict(self), "level": self.level.value}


def hard(code: str, where: str, sentence: str, rule: str = "", basis: str = "") -> Finding:
    return Finding(Level.HARD, code, where, sentence, rule, basis)


def soft(code: str, where: str, sentence: str, rule: str = "", basis: str = "") -> Finding:
    return Finding(Level.SOFT, code, where, sentence, rule, basis)


def note(code: str, where: str, sentence: str, rule: str = "", basis: str = "") -> Finding:
    return Finding(Level.NOTE, code, where, sentence, rule, basis)


def unread(code: str, where: str, sentence: str, rule: str = "", basis: str = "") -> Finding:
    return Finding(Level.UNREAD, code, where, sentence, rule, basis)
