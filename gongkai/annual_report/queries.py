"""The report's tables for a year as of a day, and the records behind each number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from gongkai.evidence import queries as evidence
from gongkai.evidence.models import FrozenAccount, FrozenRow
from gongkai.foi import indicators as foi
from gongkai.foi import rules as foi_rules
from gongkai.foi.models import Application, Remedy
from gongkai.sockets import Indicator, Scope, get_indicator

from . import tables
from .forms import Form, form_for
from .models import EnteredCell, OpeningList, Report

FLOW_INDICATOR = {
    "new_received": "foi.received", "carried_over": "foi.carried_in",
    "total_processed": "foi.answered", "carried_forward": "foi.carried_out",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables two to four of one year as of a day. A cell that is not in `cells` is blank: nobody entered it."""

    form: Form
    scope: Scope
    cells: dict[str, tables.Number]
    entered: dict[str, EnteredCell]
    broken: list[tables.Broken]
    counted: frozenset[str] = frozenset()  # cells of table four that the register of reviews and suits counts this year
    overruled: dict[str, EnteredCell] = field(default_factory=dict)  # typed before, and not what the register says

    @property
    def missing(self) -> list[str]:
        return [label for key, label in tables.enterable(self.form).items() if key not in self.cells]


def year_tables(office_id: int, year: int, as_of: date) -> Tables | None:
    """The tables; None for a year without a form. One query a table, one for what was entered."""
    form = form_for(year)
    return tables_of(form, office_id, year, as_of) if form else None


def tables_of(form: Form, office_id: int, year: int, as_of: date) -> Tables:
    """The tables in a form that is known to be the year's."""
    scope = Scope.of_year(office_id, year, as_of)
    counted = four(scope)
    typed = entered_cells(office_id, year, form)
    entered = {key: cell for key, cell in typed.items() if key not in counted}
    cells = {**three(form, scope), **two(form, scope), **{key: plain(cell.number) for key, cell in entered.items()}, **counted}
    cells = tables.with_totals(form, cells)
    other = {key: cell for key, cell in typed.items() if key in counted and plain(cell.number) != counted[key]}
    return Tables(form, scope, cells, entered, tables.broken(form, cells), counted=frozenset(counted), overruled=other)


def three(form: Form, scope: Scope) -> dict[str, tables.Number]:
    """Table three in one query, a line for each category of applicant."""
    wanted = foi.received(scope) | foi.carried_in(scope) | foi.closed(scope) | foi.carried_out(scope)
    flows = {row: Count("pk", filter=get_indicator(key).where(scope)) for row, key in FLOW_INDICATOR.items()}
    results = {row.key: Count("pk", filter=foi.ended_in(row.key)(scope)) for row in foi_rules.ROWS}
    lines = (
        Application.objects.of(scope.office_id).current().filter(wanted).order_by()
        .values("applicant_category").annotate(**flows, **results)
    )  # fmt: skip
    return tables.table_three(form, {line.pop("applicant_category"): line for line in lines})


def two(form: Form, scope: Scope) -> dict[str, tables.Number]:
    """Table two, as far as records know it, in one query."""
    keys = {key: tables.COUNTED[key] for key in _keys_of_two(form) if key in tables.COUNTED}
    values = evidence.compute(scope, set(keys.values()))
    return {key: int(values[indicator].number) for key, indicator in keys.items()}


def four(scope: Scope) -> dict[str, tables.Number]:
    """Table four from the register of reviews and suits, in one query; empty in a year of which none is registered."""
    counts = {f"n{n}": Count("pk", filter=get_indicator(key).where(scope)) for n, key in enumerate(tables.REMEDIES.values())}
    found = Remedy.objects.of(scope.office_id).current().filter(foi.under_way(scope)).aggregate(**counts)
    cells = {key: found[f"n{n}"] for n, key in enumerate(tables.REMEDIES)}
    return cells if any(cells.values()) else {}


def _keys_of_two(form: Form) -> list[str]:
    return [f"two/{block.key}/{row.key}/{column.key}" for block, row, column in form.table_two.cells()]


def entered_cells(office_id: int, year: int, form: Form) -> dict[str, EnteredCell]:
    """What was entered, the newest for each cell of the form."""
    known = tables.enterable(form)
    rows = EnteredCell.objects.filter(report__office_id=office_id, report__year=year).select_related("by", "file").order_by("id")
    return {row.key: row for row in rows if row.key in known}


def plain(number: Decimal) -> tables.Number:
    return int(number) if number == number.to_integral_value() else number.normalize()


@dataclass(frozen=True, slots=True)
class Behind:
    """What a counted cell rests on: its records and the rule that counted them."""

    label: str
    rule: str
    basis: str
    records: QuerySet
    indicator: Indicator


def behind(form: Form, scope: Scope, key: str) -> Behind | None:
    """The records a cell counts; None for a cell that no record knows."""
    if key in tables.COUNTED and key in _keys_of_two(form):
        indicator = get_indicator(tables.COUNTED[key])
        return Behind(indicator.label, indicator.description, indicator.basis, evidence.records(scope, indicator), indicator)
    if key in tables.REMEDIES and four(scope):
        indicator = get_indicator(tables.REMEDIES[key])
        return Behind(indicator.label, indicator.description, indicator.basis, evidence.records(scope, indicator), indicator)
    table, _, rest = key.partition("/")
    row_key, _, column_key = rest.partition("/")
    row = next((row for row in form.table_three.rows if row.key == row_key), None)
    column = next((column for column in form.table_three.columns if column.key == column_key), None)
    if table != "three" or row is None or column is None:
        return None
    parts = tables.MERGED.get(row_key, (row_key,))
    indicators = [get_indicator(FLOW_INDICATOR.get(part, f"foi.result.{part}")) for part in parts]
    condition = Q()
    for indicator in indicators:
        condition |= indicator.where(scope)
    found = Application.objects.of(scope.office_id).current().filter(condition).order_by(indicators[0].date_field, "pk")
    if column_key != "total":
        category = next(category for category, name in tables.COLUMN_OF.items() if name == column_key)
        found = found.filter(applicant_category=category)
    return Behind(f"{row.label}：{column.label}", indicators[0].description, indicators[0].basis, found, indicators[0])


def breaking(scope: Scope, identity_key: str) -> QuerySet:
    """The applications that break an identity of table three: in one side and not in the other, or in no row or column of the form."""
    base = Application.objects.of(scope.office_id).current()
    if identity_key == "I1":
        def one(condition: Q) -> Case:
            return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
        sides = one(foi.received(scope)) + one(foi.carried_in(scope)) - one(foi.closed(scope)) - one(foi.carried_out(scope))
        return base.annotate(sides=sides).exclude(sides=0).order_by("pk")
    if identity_key == "I2":
        return base.filter(foi.closed(scope)).exclude(report_row__in=[row.key for row in foi_rules.ROWS]).order_by("pk")
    if identity_key == "I3":
        wanted = foi.received(scope) | foi.carried_in(scope) | foi.closed(scope) | foi.carried_out(scope)
        return base.filter(wanted).exclude(applicant_category__in=tables.COLUMN_OF).order_by("pk")
    return base.none()


@dataclass(frozen=True, slots=True)
class Opening:
    """Last year's closing list beside what this year carried in: those listed and not carried in, those carried in and not listed.

    `absent` are numbers on a list from papers that no application here bears.
    """

    source: str
    listed: int
    missing: list[Application]
    extra: list[Application]
    absent: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        return not self.missing and not self.extra and not self.absent


def opening(scope: Scope, account: FrozenAccount | None, brought: OpeningList | None) -> Opening | None:
    """The opening list of the year: last year's frozen closing list, else the one brought in. None without either."""
    office = Application.objects.of(scope.office_id)
    carried = list(office.current().filter(foi.carried_in(scope)).order_by("pk"))
    if account is not None:
        ids = set(FrozenRow.objects.filter(value__account=account, value__key="foi.carried_out").values_list("record_id", flat=True))
        missing = list(office.filter(pk__in=ids - {one.pk for one in carried}).order_by("pk"))
        return Opening(f"{account.year}年度冻结的结转清单（第{account.version}版）", len(ids), missing, [one for one in carried if one.pk not in ids])
    if brought is None:
        return None
    numbers = list(dict.fromkeys(brought.numbers))
    here = {one.number: one for one in office.filter(number__in=numbers)}
    held = {one.pk for one in carried}
    missing = [one for number in numbers if (one := here.get(number)) is not None and one.pk not in held]
    return Opening(f"登记的上年结转清单（{brought.source}）", len(numbers), missing, [one for one in carried if one.number not in numbers], tuple(number for number in numbers if number not in here))


def newest_opening(office_id: int, year: int) -> OpeningList | None:
    return OpeningList.objects.filter(report__office_id=office_id, report__year=year).select_related("by", "file").last()


def months(scope: Scope) -> list[int]:
    """Applications received in each month of the year."""
    found = dict(
        Application.objects.of(scope.office_id).current().filter(foi.received(scope)).order_by()
        .values_list("received_on__month").annotate(Count("pk"))
    )  # fmt: skip
    return [found.get(month, 0) for month in range(1, 13)]


def report_of(office_id: int, year: int) -> Report | None:
    return Report.objects.filter(office_id=office_id, year=year).first()
