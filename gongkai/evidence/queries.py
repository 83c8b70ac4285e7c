"""Values and the lists behind them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.apps import apps
from django.db.models import Aggregate, Q, QuerySet, Sum
from django.db.models import Count as CountRows
from django.db.models import Value as Literal
from django.utils import timezone

from gongkai.sockets import Claim, Count, Indicator, Scope, all_indicators, get_indicator

PARTS = ("held", "pending", "failed")


@dataclass(frozen=True, slots=True)
class ClaimCounts:
    """How many records bear a claim out, are not yet due, and fail it."""

    claim: Claim
    held: int
    pending: int
    failed: int

    @property
    def is_true_of_all(self) -> bool:
        """均: something is there, and nothing is pending or failed."""
        return self.held > 0 and not self.pending and not self.failed


@dataclass(frozen=True, slots=True)
class Value:
    indicator: Indicator
    number: Decimal | int
    claims: dict[str, ClaimCounts]


def base(indicator: Indicator, scope: Scope) -> QuerySet:
    """All records an indicator could count for this scope: the office's (and section's), not voided."""
    found = apps.get_model(indicator.model)._default_manager.filter(voided_at=None, **{indicator.office_field: scope.office_id})
    if scope.section_id and indicator.section_field:
        found = found.filter(**{indicator.section_field: scope.section_id})
    return found


def compute(scope: Scope, keys: Iterable[str] | None = None) -> dict[str, Value]:
    """The values of those indicators (all of them when none are named), in a single query.

    Each model they are about is read once and gives one row of numbers; short rows are filled up with zeros.
    """
    wanted = [get_indicator(key) for key in keys] if keys is not None else list(all_indicators().values())
    by_base = defaultdict(list)
    for indicator in wanted:
        by_base[(indicator.model, indicator.office_field, indicator.section_field)].append(indicator)
    groups = list(by_base.values())
    shared = [_shared([indicator.where(scope) for indicator in indicators]) for indicators in groups]
    columns = [[n for indicator in indicators for n in _numbers(indicator, scope, common)] for indicators, common in zip(groups, shared, strict=True)]
    width = max(map(len, columns), default=0)
    models = [
        base(indicators[0], scope).filter(*common).order_by().values(group=Literal(n))
        .annotate(**{f"c{m}": number for m, number in enumerate([*numbers, *[Literal(0)] * (width - len(numbers))])})
        .values_list("group", *(f"c{m}" for m in range(width)))
        for n, (indicators, common, numbers) in enumerate(zip(groups, shared, columns, strict=True))
    ]
    values: dict[str, Value] = {}
    for group, *row in models[0].union(*models[1:], all=True) if models else ():
        numbers = iter(number or 0 for number in row)
        for indicator in groups[group]:
            number = next(numbers)
            values[indicator.key] = Value(indicator, number, {claim.key: ClaimCounts(claim, *(int(next(numbers)) for _ in PARTS)) for claim in indicator.claims})
    return values


def _asks(condition: Q) -> list:
    """What a condition asks, all of which must hold."""
    return condition.children if condition.connector == Q.AND and not condition.negated else [condition]


def _shared(conditions: list[Q]) -> list[Q]:
    """What every one of the conditions asks. Asked once of the whole, it lets an index find the year's records among those of all years."""
    first, *others = map(_asks, conditions)
    return [Q(asked) for asked in first if all(asked in other for other in others)]


def _numbers(indicator: Indicator, scope: Scope, shared: list[Q]) -> Iterator[Aggregate]:
    """What has to be counted for an indicator among records that are `shared`: its number, then for each claim its three parts."""
    where = Q(*(asked for asked in _asks(indicator.where(scope)) if Q(asked) not in shared))
    yield _aggregate(indicator, where or None)
    for claim in indicator.claims:
        for part in PARTS:
            distinct = indicator.count is Count.DISTINCT
            yield CountRows("pk" if distinct else Literal(1), filter=where & getattr(claim, part)(scope), distinct=distinct)


def _aggregate(indicator: Indicator, where: Q | None):
    if indicator.count is Count.ROWS:
        return CountRows(Literal(1), filter=where)  # not of the key, which no index of ours holds
    if indicator.count is Count.DISTINCT:
        return CountRows(indicator.field, filter=where, distinct=True)
    return Sum(indicator.field, filter=where)


def records(scope: Scope, indicator: Indicator, claim: str = "", part: str = "") -> QuerySet:
    """The list behind a number: the very records it counts, in order of date.

    With `claim` and `part` ("held", "pending", "failed"), only those of them.
    """
    condition = indicator.where(scope)
    if claim:
        if part not in PARTS:
            raise ValueError(f"没有这种归类：{part}")
        condition &= getattr(indicator.claim(claim), part)(scope)
    return base(indicator, scope).filter(condition).select_related(*indicator.related).order_by(indicator.date_field, "pk")


def parts_of(scope: Scope, indicator: Indicator, ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """For each record: under each claim, whether it is held, pending or failed."""
    found: dict[int, dict[str, str]] = {pk: {} for pk in ids}
    for claim in indicator.claims:
        for part in PARTS:
            for pk in records(scope, indicator, claim.key, part).filter(pk__in=list(found)).order_by().values_list("pk", flat=True):
                found[pk][claim.key] = part
    return found


def shown(record, indicator: Indicator, as_of: date) -> dict[str, str]:
    """What the list shows of a record as of a day, as texts by the Chinese name of each column.

    A fact dated after that day, and whatever came with it, reads blank: on 30 November a reply of
    2 December has neither a day nor a result.
    """
    later: set[str] = set()
    for name, along in record.happenings.items():
        happened = read(record, name)
        if happened is not None and local_day(happened) > as_of:
            later |= {name, *along}
    return {label_of(record, name): "" if name in later else as_text(read(record, name)) for name in indicator.shows}


def local_day(value: date | datetime) -> date:
    """The day of a date or of a moment, in Shanghai."""
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def read(record, path: str):
    """A field's shown value, or a property's, following dots."""
    *way, last = path.split(".")
    for name in way:
        record = getattr(record, name)
        if record is None:
            return None
    display = getattr(record, f"get_{last}_display", None)
    return display() if display else getattr(record, last)


def label_of(model, path: str) -> str:
    """The Chinese name of a column: the field's verbose name, or a property's `short_description`."""
    *way, last = path.split(".")
    model = model if isinstance(model, type) else type(model)
    for name in way:
        model = model._meta.get_field(name).related_model
    try:
        return str(model._meta.get_field(last).verbose_name)
    except Exception:
        attribute = getattr(model, last)
        return getattr(getattr(attribute, "fget", attribute), "short_description", last)


def as_text(value) -> str:
    """A value as screens and papers write it."""
    if value is None or value == "":
        return ""
    if value is True:
        return "是"
    if value is False:
        return "否"
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value)
