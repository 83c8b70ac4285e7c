"""The report's tables for a year as of a day, and the records behind each number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Case, Count, DateField, F, IntegerField, Model, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from gongkai.documents.models import Kind, NormativeDocument
from gongkai.documents.models import in_force as standing
from gongkai.evidence import queries as evidence
from gongkai.evidence.models import FrozenAccount, FrozenRow
from gongkai.foi import indicators as foi
from gongkai.foi import result_rules as foi_results
from gongkai.foi.models import Application, Remedy, RemedyKind, RemedyResult
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
    counted: frozenset[str] = frozenset()  # cells of table four and of the fees that their registers count this year
    overruled: dict[str, EnteredCell] = field(default_factory=dict)  # typed before, and not what the register says
    unpriced: int = 0  # applications noticed or paid of which the fee register has no sum

    @property
    def missing(self) -> list[str]:
        return [label for key, label in tables.enterable(self.form).items() if key not in self.cells]


def year_tables(office_id: int, year: int, as_of: date) -> Tables | None:
    """The tables; None for a year without a form. One query a table, one for the fees, one for what was entered."""
    form = form_for(year)
    return tables_of(form, office_id, year, as_of) if form else None


def tables_of(form: Form, office_id: int, year: int, as_of: date) -> Tables:
    """The tables in a form that is known to be the year's."""
    scope = Scope.of_year(office_id, year, as_of)
    fee, unpriced = fees(form, scope)
    counted = {**four(scope), **fee}
    typed = entered_cells(office_id, year, form)
    entered = {key: cell for key, cell in typed.items() if key not in counted}
    cells = {**three(form, scope), **two(form, scope), **{key: plain(cell.number) for key, cell in entered.items()}, **counted}
    cells = tables.with_totals(form, cells)
    other = {key: cell for key, cell in typed.items() if key in counted and plain(cell.number) != counted[key]}
    return Tables(form, scope, cells, entered, tables.broken(form, cells), counted=frozenset(counted), overruled=other, unpriced=unpriced)


def three(form: Form, scope: Scope) -> dict[str, tables.Number]:
    """Table three in one query, a line for each category of applicant and row.

    PostgreSQL adds up parts, each of which finds its cases within an index; SQLite, which would go to the rows for them, walks one index once.
    """
    counts: dict[str, dict[str, int]] = {}
    for category, result, flows in _parts(scope) if connection.vendor == "postgresql" else _walk(scope):
        line = counts.setdefault(category, {})
        for row, number in flows.items():
            line[row] = line.get(row, 0) + number
            if row == "total_processed":
                line[result] = line.get(result, 0) + number
    return tables.table_three(form, counts)


def _walk(scope: Scope) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Category, row and flows, each case judged by every flow's own indicator.

    The index `foi_counted` holds all the query asks, in the order of its groups. What ended before the year is passed over in a
    way that no other index offers itself for: one that had to go to the rows would be slower than all of this one.
    """
    years_or_later = Q(ended__gte=scope.since) | Q(received_on__gte=scope.since)
    flows = {row: Count(Value(1), filter=get_indicator(key).where(scope)) for row, key in FLOW_INDICATOR.items()}
    lines = (
        Application.objects.of(scope.office_id).current().alias(ended=Coalesce("closed_on", Value(date.max, output_field=DateField()))).filter(years_or_later)
        .order_by().values_list("applicant_category", "report_row").annotate(**flows)
    )  # fmt: skip
    for category, result, *numbers in lines:
        yield category, result, dict(zip(flows, numbers, strict=True))


#: The parts: which cases, the flow all of them count in, and those of cases received before the year and in it.
_PARTS = (
    ("received_on <= %(as_of)s AND closed_on BETWEEN %(since)s AND %(as_of)s", "total_processed", "carried_over", "new_received"),
    ("received_on <= %(as_of)s AND closed_on IS NULL", "carried_forward", "carried_over", "new_received"),
    ("received_on <= %(as_of)s AND closed_on > %(as_of)s", "carried_forward", "carried_over", "new_received"),
    ("closed_on < received_on AND received_on BETWEEN %(since)s AND %(as_of)s AND closed_on < %(since)s", "", "", "new_received"),
    ("closed_on < received_on AND closed_on BETWEEN %(since)s AND %(as_of)s AND received_on > %(as_of)s", "total_processed", "", ""),
)
_PART = (
    "SELECT {n}, applicant_category, report_row, count(*), count(*) FILTER (WHERE received_on < %(since)s) FROM {table}"
    " WHERE office_id = %(office)s AND voided_at IS NULL AND {where} GROUP BY 2, 3"
)


def _parts(scope: Scope) -> Iterator[tuple[str, str, dict[str, int]]]:
    """The same from parts in which no case stands twice, told apart by the day of receipt alone: before the year, or in it.

    A case closed before it was received is a mistake that I1 shows, and must be counted as the indicators count it. There is an
    index of such cases alone (`foi_closed_before_received`), as there is one of the open (`foi_open_counted`). Written out, since
    putting five questions together costs a sixth of what asking them does; the tests compare it with the indicators.
    """
    asked = " UNION ALL ".join(_PART.format(n=n, table=Application._meta.db_table, where=where) for n, (where, *_) in enumerate(_PARTS))
    with connection.cursor() as cursor:
        cursor.execute(asked, {"office": scope.office_id, "since": scope.since, "as_of": scope.as_of})
        for n, category, result, whole, before in cursor.fetchall():
            _, of_all, of_before, of_year = _PARTS[n]
            yield category, result, {flow: number for flow, number in ((of_all, whole), (of_before, before), (of_year, whole - before)) if flow}


def two(form: Form, scope: Scope) -> dict[str, tables.Number]:
    """Table two, as far as records know it, in one query."""
    keys = {key: tables.COUNTED[key] for key in _keys_of_two(form) if key in tables.COUNTED}
    values = evidence.compute(scope, set(keys.values()))
    return {key: int(values[indicator].number) for key, indicator in keys.items()}


def four(scope: Scope) -> dict[str, tables.Number]:
    """Table four from the register of reviews and suits, in one query; empty in a year of which none is registered.

    A total has what is under way of its kind, one without a result the form knows included, so that the identity can fail.
    """
    counts = {f"n{n}": Count(Value(1), filter=get_indicator(key).where(scope)) for n, key in enumerate(tables.REMEDIES.values())}
    counts |= {f"total_{kind}": Count(Value(1), filter=Q(kind=kind)) for kind in RemedyKind.values}
    found = Remedy.objects.of(scope.office_id).current().filter(foi.under_way(scope)).aggregate(**counts)
    cells = {key: found[f"n{n}"] for n, key in enumerate(tables.REMEDIES)}
    cells |= {f"four/{kind}/total": found[f"total_{kind}"] for kind in RemedyKind.values}
    return cells if any(cells.values()) else {}


def fees(form: Form, scope: Scope) -> tuple[dict[str, tables.Number], int]:
    """The fee figures as the fee register knows them, in one query, and how many sums it does not know.

    A notice counts by the day it went out, a payment by the day it was made. While the register lacks the sum of one case,
    the sum of all is not known and is left to be entered.
    """
    if not tables.fees(form):
        return {}, 0
    priced = Q(fee__isnull=False, fee__dropped_on=None)

    def counted(condition: Q, sum_of: str, known: Q, mark: int) -> QuerySet:
        found = Application.objects.of(scope.office_id).current().filter(condition).order_by().values(mark=Value(mark))
        return found.annotate(count=Count("*"), sum=Coalesce(Sum(sum_of, filter=known), 0), unknown=Count(Value(1), filter=~known)).values_list("mark", "count", "sum", "unknown")

    # Each part alone, so that each finds its few cases by an index of its own.
    sent, arrived, paid = (
        counted(foi.sent(scope), "fee__amount", priced, 0), counted(foi.arrived(scope), "fee__amount", priced, 0), counted(foi.paid(scope), "fee__paid", Q(fee__paid__isnull=False), 1),
    )  # fmt: skip
    held = [[0, 0, 0], [0, 0, 0]]
    for mark, *numbers in sent.union(arrived, paid, all=True):
        held[mark] = [a + b for a, b in zip(held[mark], numbers, strict=True)]
    (noticed, billed, unbilled), (_, collected, unpaid) = held
    cells: dict[str, tables.Number] = {"fee/noticed": noticed}
    cells |= {} if unbilled else {"fee/billed": billed}
    cells |= {} if unpaid else {"fee/collected": collected}
    return cells, unbilled + unpaid


def unpriced(scope: Scope, key: str) -> QuerySet:
    """The applications that keep a sum of the fees from being known: noticed without a sum, or paid without one."""
    base = Application.objects.of(scope.office_id).current().order_by("pk")
    if key == "fee/billed":
        return base.filter(get_indicator("foi.fees_noticed").where(scope)).exclude(fee__isnull=False, fee__dropped_on=None)
    if key == "fee/collected":
        return base.filter(get_indicator("foi.fees_paid").where(scope), fee__paid=None)
    return base.none()


def sum_of(key: str, item: Model) -> str:
    """What one record adds to a sum of money; empty where records are counted."""
    if key == "fee/billed":
        return f"应缴{item.fee.amount}元"  # type: ignore[attr-defined]
    return f"实缴{item.fee.paid}元" if key == "fee/collected" else ""  # type: ignore[attr-defined]


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
    kind = key.removeprefix("four/").removesuffix("/total")
    if key == f"four/{kind}/total" and kind in RemedyKind.values and four(scope):
        indicator = get_indicator(tables.REMEDIES[f"four/{kind}/pending"])
        found = Remedy.objects.of(scope.office_id).current().filter(foi.under_way(scope), kind=kind).order_by("accepted_on", "pk")
        return Behind(f"{RemedyKind(kind).label}：总计", indicator.description, indicator.basis, found, indicator)
    if key in tables.FEE_INDICATOR and key in fees(form, scope)[0]:
        indicator = get_indicator(tables.FEE_INDICATOR[key])
        return Behind(tables.FEES[key], indicator.description, indicator.basis, evidence.records(scope, indicator).select_related("fee"), indicator)
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


def breaking(scope: Scope, identity_key: str, opening: Opening | None = None) -> Sequence[Model]:
    """The records that break an identity: counted on one side and not on the other, or in no row or column of the form.

    I5 needs the opening list; without one, all that was carried in is to be looked through.
    """
    base = Application.objects.of(scope.office_id).current()
    if identity_key == "I1":
        def one(condition: Q) -> Case:
            return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
        sides = one(foi.received(scope)) + one(foi.carried_in(scope)) - one(foi.closed(scope)) - one(foi.carried_out(scope))
        return base.annotate(sides=sides).exclude(sides=0).order_by("pk")
    if identity_key == "I2":
        return base.filter(foi.closed(scope)).exclude(report_row__in=[row.key for row in foi_results.ROWS]).order_by("pk")
    if identity_key == "I3":
        wanted = foi.received(scope) | foi.carried_in(scope) | foi.closed(scope) | foi.carried_out(scope)
        return base.filter(wanted).exclude(applicant_category__in=tables.COLUMN_OF).order_by("pk")
    if identity_key == "I4":
        known = Q(decided_on=None) | Q(decided_on__gt=scope.as_of) | Q(result__in=RemedyResult.values)
        return Remedy.objects.of(scope.office_id).current().filter(foi.under_way(scope)).exclude(known, kind__in=RemedyKind.values).order_by("pk")
    if identity_key == "I5":
        return [*opening.missing, *opening.extra] if opening else base.filter(foi.carried_in(scope)).order_by("pk")
    if identity_key == "V1":
        return _stock_moved(scope)
    return base.none()


def misdated(scope: Scope) -> QuerySet:
    """Reviews and suits of the year decided before they were accepted, or accepted before their application was received."""
    wrong = Q(decided_on__lt=F("accepted_on")) | Q(accepted_on__lt=F("application__received_on"))
    return Remedy.objects.of(scope.office_id).current().filter(foi.under_way(scope) & wrong).order_by("pk")


def _stock_moved(scope: Scope) -> QuerySet:
    """Documents that entered or left the stock of the year without being issued or repealed in it, or were and did not.

    Run out, taking effect in another year than that of their signing, registered late.
    """

    def one(condition: Q) -> Case:
        return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())

    issued, repealed = (get_indicator(key).where(scope) for key in ("documents.normative_issued", "documents.normative_repealed"))
    moved = one(standing(scope.as_of)) - one(standing(scope.since - timedelta(days=1))) - one(issued) + one(repealed)
    return NormativeDocument.objects.of(scope.office_id).current().filter(kind=Kind.NORMATIVE).annotate(moved=moved).exclude(moved=0).order_by("signed_on", "pk")


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
    if account is None and brought is None:
        return None
    office = Application.objects.of(scope.office_id)
    carried = dict(office.current().filter(foi.carried_in(scope)).order_by("pk").values_list("pk", "number"))
    if account is not None:
        ids = set(FrozenRow.objects.filter(value__account=account, value__key="foi.carried_out").values_list("record_id", flat=True))
        missing, extra = (list(office.filter(pk__in=pks).order_by("pk")) if pks else [] for pks in (ids - carried.keys(), carried.keys() - ids))
        return Opening(f"{account.year}年度冻结的结转清单（第{account.version}版）", len(ids), missing, extra)
    assert brought is not None  # noqa: S101 - one of the two is there
    numbers = dict.fromkeys(brought.numbers)
    here = {one.number: one for one in office.filter(number__in=list(numbers))}
    missing = [one for number in numbers if (one := here.get(number)) is not None and one.pk not in carried]
    loose = [pk for pk, number in carried.items() if number not in numbers]
    extra = list(office.filter(pk__in=loose).order_by("pk")) if loose else []
    return Opening(f"登记的上年结转清单（{brought.source}）", len(numbers), missing, extra, tuple(number for number in numbers if number not in here))


def newest_opening(office_id: int, year: int) -> OpeningList | None:
    return OpeningList.objects.filter(report__office_id=office_id, report__year=year).select_related("by", "file").last()


def months(scope: Scope) -> list[int]:
    """Applications received in each month of the year, counted by day, as the index has them."""
    found = [0] * 12
    for day, count in Application.objects.of(scope.office_id).current().filter(foi.received(scope)).order_by().values_list("received_on").annotate(count=Count(Value(1))):
        found[day.month - 1] += count
    return found


def report_of(office_id: int, year: int) -> Report | None:
    return Report.objects.filter(office_id=office_id, year=year).first()
