"""Records about oneself that are wrong: when whoever asks is told, and how it may end (条例 41)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from gongkai.law import Objection, WorkCalendar
from gongkai.law.figures import Adjustment

from .rules import IN_FORCE, figure_on


class Rectified(StrEnum):
    CORRECTED = "corrected"
    REFUSED = "refused"
    FORWARDED = "forwarded"
    TOLD = "told"


def rectification_due_on(received: date, calendar: WorkCalendar, adjustments: Iterable[Adjustment] = ()) -> date:
    """By when whoever asked for a correction is told; how soon is the house's choice, 条例 41 says nothing."""
    return calendar.add(received, figure_on("rectification_days", received, adjustments).value)


def objections_to_rectifying(received: date, settled: date | None, outcome: str, *, evidence: bool, organ: str) -> list[Objection]:
    """Why a request to correct a record can't have ended so: put right on evidence alone, passed on to somebody by name."""
    if bool(settled) != bool(outcome):
        return [Objection("half_settled", "处理结果和告知申请人日期须同时登记", "条例 41")]
    found = []
    if received < IN_FORCE:
        found.append(Objection("older_law", "2019年5月15日前收到的更正申请适用修订前的条例，不在本登记簿登记", "条例 41"))
    if settled and settled < received:
        found.append(Objection("before_receipt", "告知申请人日期早于收到日期", "条例 41"))
    if outcome == Rectified.CORRECTED and not evidence:
        found.append(Objection("no_evidence", "有证据证明记录不准确的才予更正，请登记是否提供证据", "条例 41"))
    if outcome in (Rectified.FORWARDED, Rectified.TOLD) and not organ.strip():
        found.append(Objection("no_organ", "本机关无权更正的，请填写有权更正的机关", "条例 41"))
    return found
