"""What changed between two accounts, and between two years."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gongkai.evidence import queries as evidence
from gongkai.evidence.models import FrozenAccount, FrozenRow
from gongkai.sockets import Scope, all_indicators
from gongkai.text.differences import marks

from .models import Measure, Plan


@dataclass(frozen=True, slots=True)
class ValueChange:
    key: str
    label: str
    unit: str
    before: Decimal | None
    after: Decimal | None
    added: tuple[dict, ...] = ()
    removed: tuple[dict, ...] = ()
    altered: tuple[tuple[dict, dict], ...] = ()


@dataclass(frozen=True, slots=True)
class TextChange:
    number: str
    measure: str
    before: str
    after: str
    marks: tuple[tuple[str, str], ...]  # ("same" | "gone" | "new", text)


@dataclass(frozen=True, slots=True)
class Difference:
    values: tuple[ValueChange, ...]
    texts: tuple[TextChange, ...]


def between_accounts(before: FrozenAccount, after: FrozenAccount) -> Difference:
    """Every value that differs with the records that came, went or read differently, and every text with its edits."""
    old = {v.key: v for v in before.values.all()}
    new = {v.key: v for v in after.values.all()}
    changes = []
    for key in sorted(old.keys() | new.keys()):
        if "/" in key:
            continue
        a, b = old.get(key), new.get(key)
        rows_a, rows_b = _rows(a), _rows(b)
        added = tuple(rows_b[k] for k in rows_b.keys() - rows_a.keys())
        removed = tuple(rows_a[k] for k in rows_a.keys() - rows_b.keys())
        altered = tuple((rows_a[k], rows_b[k]) for k in rows_a.keys() & rows_b.keys() if rows_a[k] != rows_b[k])
        if (a and a.number) != (b and b.number) or added or removed or altered:
            named = b or a
            changes.append(ValueChange(key, named.label, named.unit, a.number if a else None, b.number if b else None, added, removed, altered))
    texts_a = {r["number"]: r for r in before.content["rows"]}
    texts_b = {r["number"]: r for r in after.content["rows"]}
    texts = []
    for number in sorted(texts_a.keys() | texts_b.keys()):
        was, now = texts_a.get(number, {}).get("progress", ""), texts_b.get(number, {}).get("progress", "")
        if was != now:
            texts.append(TextChange(number, (texts_b.get(number) or texts_a[number])["measure"], was, now, marks(was, now)))
    return Difference(tuple(changes), tuple(texts))


def _rows(value) -> dict[tuple[str, int], dict]:
    if value is None:
        return {}
    return {(r.kind, r.record_id): {**r.shown, **({"归类": part_words(value.key, r.part)} if r.part else {})} for r in FrozenRow.objects.filter(value=value)}


def part_words(key: str, part: str) -> str:
    """A frozen row's part in the claims' own words: 未按期答复 for "answered_lawfully:failed"."""
    indicator = all_indicators().get(key)
    claims = {claim.key: claim for claim in indicator.claims} if indicator else {}
    words = []
    for name in part.split():
        claim_key, _, which = name.partition(":")
        claim = claims.get(claim_key)
        words.append({"held": claim.phrase, "pending": claim.pending_phrase, "failed": claim.failed_phrase}.get(which, name) if claim else name)
    return "，".join(words)


@dataclass(frozen=True, slots=True)
class YearLine:
    label: str
    unit: str
    key: str
    before: Decimal | int
    after: Decimal | int


@dataclass(frozen=True, slots=True)
class Years:
    lines: tuple[YearLine, ...]
    kept: tuple[tuple[Measure, Measure], ...]
    ended: tuple[Measure, ...]
    begun: tuple[Measure, ...]


def between_years(left: Plan, right: Plan, today: date) -> Years:
    """Two years side by side as of the same day of the year, with the measures that go on, end and begin.

    Two measures are the same work when one was carried over from the other or reads the same.
    """
    ends = min(today, date(right.year, 12, 31))
    try:
        same_day = ends.replace(year=left.year)
    except ValueError:  # 29 February
        same_day = date(left.year, 2, 28)
    before = evidence.compute(Scope.of_year(left.office_id, left.year, same_day))
    after = evidence.compute(Scope.of_year(right.office_id, right.year, ends))
    lines = tuple(
        YearLine(indicator.label, indicator.unit, key, before[key].number, after[key].number)
        for key, indicator in all_indicators().items() if before[key].number or after[key].number
    )
    old, new = list(left.measures.all()), list(right.measures.all())
    by_text = {m.text: m for m in old}
    by_pk = {m.pk: m for m in old}
    kept, begun = [], []
    for m in new:
        twin = by_pk.get(m.carried_from_id) or by_text.get(m.text)
        (kept.append((twin, m)) if twin else begun.append(m))
    gone = {m.pk for m, _ in kept}
    return Years(lines, tuple(kept), tuple(m for m in old if m.pk not in gone), tuple(begun))
