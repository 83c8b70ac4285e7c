"""Tables of the report as numbers, and what must add up. Pure: counts come in, cells go out.

A cell is known by its table and path: `three/granted/natural`, `two/item_5/licences/decisions`,
`four/reconsideration/upheld`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .forms import Form, Identity

#: The column of table three for each category of applicant.
COLUMN_OF = {
    "natural": "natural", "business": "business", "research": "research", "welfare": "welfare",
    "legal_service": "law_firm", "other": "other_body",
}  # fmt: skip
#: Rows of today's register that an older form counts in one row of its own.
MERGED = {"other_handling": ("abandoned_fix", "abandoned_fee", "other")}
#: Rows of table three that are not results.
FLOWS = ("new_received", "carried_over", "total_processed", "carried_forward")
#: The cells of table two that records know, with the indicator that counts them.
COUNTED = {
    "two/item_1/normative/issued": "documents.normative_issued",
    "two/item_1/normative/made": "documents.normative_issued",
    "two/item_1/normative/opened": "documents.normative_published",
    "two/item_1/normative/repealed": "documents.normative_repealed",
    "two/item_1/normative/in_force": "documents.in_force",
}  # fmt: skip

#: What section six says of fees (109号), beside the form's own cells: counted from the fee register, the sums entered
#: only in a year of which a case is without its calculation.
FEES = {
    "fee/noticed": "信息处理费—发出收费通知件数", "fee/billed": "信息处理费—收费通知总金额（元）", "fee/collected": "信息处理费—实际收取总金额（元）",
}  # fmt: skip

FEE_INDICATOR = {"fee/noticed": "foi.fees_noticed", "fee/billed": "foi.fees_noticed", "fee/collected": "foi.fees_paid"}

#: The cells of table four with the indicators that count them, in a year of which any review or suit is registered.
#: In a year without one the office may never have registered any, so its cells are entered, 0 included.
REMEDIES = {
    f"four/{kind}/{column}": f"foi.remedy.{kind}_{column}"
    for kind in ("reconsideration", "direct_suit", "suit_after") for column in ("upheld", "corrected", "otherwise", "pending")
}  # fmt: skip

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Broken:
    """An identity that does not hold somewhere: where, and both sides."""

    identity: Identity
    place: str
    left: Number
    right: Number


def table_three(form: Form, counts: Mapping[str, Mapping[str, int]]) -> dict[str, Number]:
    """Every cell of table three from counts by category of applicant and row.

    The total column has what was counted for any category, one without a column included, so that the
    identity of the columns can fail.
    """
    cells: dict[str, Number] = {}
    columns = {column: category for category, column in COLUMN_OF.items()}
    for row in form.table_three.rows:
        parts = MERGED.get(row.key, (row.key,))
        for column in form.table_three.columns:
            found = counts.values() if column.key == "total" else [counts.get(columns[column.key], {})]
            cells[f"three/{row.key}/{column.key}"] = sum(by_row.get(part, 0) for by_row in found for part in parts)
    return cells


def with_totals(form: Form, cells: dict[str, Number]) -> dict[str, Number]:
    """The cells, with table four's totals summed where none was counted; a total is blank while a part of it is."""
    whole = dict(cells)
    for group in form.table_four.groups:
        if f"four/{group.key}/total" in cells:
            continue
        parts = [cells.get(f"four/{group.key}/{column.key}") for column in form.table_four.columns if column.key != "total"]
        known = [part for part in parts if part is not None]
        if len(known) == len(parts):
            whole[f"four/{group.key}/total"] = sum(known)
    return whole


def enterable(form: Form) -> dict[str, str]:
    """The cells no record can know, with their names: to be entered with a source."""
    two = {
        f"two/{block.key}/{row.key}/{column.key}": f"{row.label}—{column.label}"
        for block, row, column in form.table_two.cells()
    }
    four = {
        f"four/{group.key}/{column.key}": f"{group.label}—{column.label}"
        for group in form.table_four.groups for column in form.table_four.columns if column.key != "total"
    }  # fmt: skip
    return {key: label for key, label in {**two, **four, **fees(form)}.items() if key not in COUNTED}


def to_enter(form: Form) -> dict[str, str]:
    """Those that no register can ever know, the cells of table four included: what is left to people from the first day."""
    return {key: label for key, label in enterable(form).items() if key not in FEES}


def fees(form: Form) -> dict[str, str]:
    """The three numbers on fees; none before 2021, when 109号 took force."""
    return FEES if form.first_year >= 2021 else {}


def kind_of(form: Form, key: str) -> str:
    """count, change, money (万元) or yuan: what a cell holds."""
    if key.startswith("fee/"):
        return "count" if key == "fee/noticed" else "yuan"
    if key.startswith("two/"):
        return next(c.kind for b, r, c in form.table_two.cells() if key == f"two/{b.key}/{r.key}/{c.key}")
    return "count"


@dataclass(frozen=True, slots=True)
class Judged:
    """An identity as it stands: how often it holds, where not, and at how many places a blank leaves it open."""

    identity: Identity
    holds: int
    broken: tuple[Broken, ...]
    unknown: int

    @property
    def kind(self) -> str:
        """As the desk shows it: broken, worth a look where life has exceptions, still open, or kept."""
        return ("overdue" if self.identity.standing == "law" else "risk") if self.broken else "pending" if self.unknown or not self.holds else "done"

    @property
    def word(self) -> str:
        if self.broken:
            return f"{len(self.broken)}处不符"
        return "待填写" if self.unknown else "相符" if self.holds else "无上年数据"


def judged(form: Form, cells: Mapping[str, Number], last_year: Mapping[str, Number] | None = None) -> list[Judged]:
    """Every identity of the form as it stands."""
    found = []
    for identity in form.identities:
        sides = [(place, _sum(cells, last_year or {}, left), _sum(cells, last_year or {}, right)) for place, left, right in _sides(form, identity, last_year)]
        known = [(place, here, there) for place, here, there in sides if here is not None and there is not None]
        wrong = tuple(Broken(identity, place, here, there) for place, here, there in known if here != there)
        found.append(Judged(identity, len(known) - len(wrong), wrong, len(sides) - len(known)))
    return found


def broken(form: Form, cells: Mapping[str, Number], last_year: Mapping[str, Number] | None = None) -> list[Broken]:
    """The identities that do not hold. One with a blank cell is not judged."""
    return [one for each in judged(form, cells, last_year) for one in each.broken]


Term = tuple[int, str, bool]


def _sides(form: Form, identity: Identity, last_year: Mapping[str, Number] | None) -> Iterable[tuple[str, list[Term], list[Term]]]:
    """Where an identity has to hold: the name of the place and both sides as (sign, cell, of last year)."""
    if identity.along == "years":
        if last_year is None:
            return
        if identity.table == "three":
            places = [(column.label, "three/{}/" + column.key) for column in form.table_three.columns]
        else:
            places = [(row.label, f"two/{block.key}/{row.key}/" + "{}") for block in form.table_two.blocks if block.key == "item_1" for row in block.rows]
        for label, pattern in places:
            left = [_term(key, pattern, False) for key in identity.left]
            right = [_term(key, pattern, key in identity.left or len(identity.right) == 1) for key in identity.right]
            yield label, left, right
        return
    if identity.along == "columns":
        places = [(column.label, "three/{}/" + column.key) for column in form.table_three.columns]
    elif identity.table == "three":
        places = [(row.label, f"three/{row.key}/" + "{}") for row in form.table_three.rows]
    else:
        places = [(group.label, f"four/{group.key}/" + "{}") for group in form.table_four.groups]
    for label, pattern in places:
        yield label, [_term(key, pattern, False) for key in identity.left], [_term(key, pattern, False) for key in identity.right]


def _term(key: str, pattern: str, of_last_year: bool) -> Term:
    return (-1 if key.startswith("-") else 1), pattern.format(key.removeprefix("-")), of_last_year


def _sum(cells: Mapping[str, Number], last_year: Mapping[str, Number], terms: list[Term]) -> Number | None:
    total: Number = 0
    for sign, key, of_last_year in terms:
        value = (last_year if of_last_year else cells).get(key)
        if value is None:
            return None
        total += sign * value
    return total
