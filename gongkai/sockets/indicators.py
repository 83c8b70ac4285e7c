"""Indicators: a model, a condition on dated facts, and a way to count."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose number and of when: one office, the span from `since` to `as_of` (both counted in).

    Whatever happened after `as_of` has not happened: a case answered on 2 December is unanswered
    on 30 November.
    """

    office_id: int
    since: date
    as_of: date
    section_id: int | None = None

    @classmethod
    def of_year(cls, office_id: int, year: int, as_of: date | None = None, section_id: int | None = None) -> "Scope":
        """The year up to `as_of`, which defaults to, and is never later than, 31 December."""
        last = date(year, 12, 31)
        return cls(office_id, date(year, 1, 1), min(as_of or last, last), section_id)

    @property
    def year(self) -> int:
        return self.since.year


class Count(StrEnum):
    """How an indicator counts: records, distinct values of a field, or the sum of a field."""

    ROWS = "rows"
    DISTINCT = "distinct"
    SUM = "sum"


Condition = Callable[[Scope], Q]


@dataclass(frozen=True, slots=True)
class Claim:
    """What may be said of every record of an indicator, split into held, not yet due and failed.

    The three conditions part the indicator's records: each record satisfies exactly one. "均" is
    written only when no record is pending or failed; otherwise the sentence names the exceptions.
    `exception` tells one exceptional record in a few words, without personal data.
    """

    key: str
    label: str
    held: Condition
    pending: Condition
    failed: Condition
    phrase: str  # 依据规定给予答复
    pending_phrase: str  # 尚在办理期限内
    failed_phrase: str  # 未按期答复
    basis: str
    exception: Callable[[object], str] = str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One number the office can produce, and how to open its list.

    `model` is "app.Model"; `where` is computed from dated facts of that model only; `date_field` is
    the fact that puts a record into the year. `shows` are the model's fields or properties that a
    frozen account keeps of each record: number, dates and result, never personal data.
    `register` is the slug of the register where a record opens.
    """

    key: str
    label: str
    unit: str
    model: str
    where: Condition
    date_field: str
    shows: tuple[str, ...]
    register: str = ""
    count: Count = Count.ROWS
    field: str = ""
    description: str = ""
    basis: str = ""
    words: tuple[str, ...] = ()  # how texts name it, for matching typed figures: 收到…申请, 依申请公开
    claims: tuple[Claim, ...] = ()
    duties: tuple[str, ...] = ()  # keys of the duties whose lateness puts this number at risk
    office_field: str = "office"
    section_field: str = "section"
    related: tuple[str, ...] = ()  # select_related for the list

    @property
    def room(self) -> str:
        return self.key.split(".", 1)[0]

    def claim(self, key: str) -> Claim:
        for claim in self.claims:
            if claim.key == key:
                return claim
        raise KeyError(key)


_indicators: dict[str, Indicator] = {}


def register_indicator(indicator: Indicator) -> Indicator:
    if indicator.key in _indicators and _indicators[indicator.key] is not indicator:
        raise ValueError(f"指标重复登记：{indicator.key}")
    if indicator.count is not Count.ROWS and not indicator.field:
        raise ValueError(f"指标 {indicator.key} 按去重或合计计数，须写明字段")
    _indicators[indicator.key] = indicator
    return indicator


def get_indicator(key: str) -> Indicator:
    """The indicator of that key. KeyError when no module has plugged one in."""
    return _indicators[key]


def all_indicators() -> Mapping[str, Indicator]:
    return dict(sorted(_indicators.items()))
