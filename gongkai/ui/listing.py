"""One page of a long list, without counting what nobody will read."""

from dataclasses import dataclass, field

from gongkai.text.asked import number_in

PER_PAGE = 50
CAP = 10_000


@dataclass(slots=True)
class Listing:
    """Rows of page `number` (from 1). `total` stops at `cap`; past it the list says 以上 and still turns pages."""

    rows: list = field(default_factory=list)
    number: int = 1
    total: int = 0
    capped: bool = False
    has_next: bool = False
    per_page: int = PER_PAGE
    cap: int = CAP

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int:
        return self.number + 1

    @property
    def first(self) -> int:
        return (self.number - 1) * self.per_page + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0


def page_of(queryset, number: str | int | None, per_page: int = PER_PAGE, *, total: int | None = None) -> Listing:
    """The page of a queryset in two queries, whatever its length. A number out of range gives the first page.

    A `total` that the caller has counted already is not counted again.
    """
    asked = number_in(str(number or ""))
    number = asked if asked and asked < 1_000_000 else 1
    if total is None:
        total = queryset.order_by()[: CAP + 1].count()
    if not total:
        return Listing(per_page=per_page)
    start = (number - 1) * per_page
    rows = list(queryset[start : start + per_page + 1])
    if not rows and number > 1:
        return page_of(queryset, 1, per_page, total=total)
    return Listing(rows[:per_page], number, min(total, CAP), total > CAP, len(rows) > per_page, per_page)
