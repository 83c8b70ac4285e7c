"""The account of a plan: every measure with its text, its numbers and how it stands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from gongkai.evidence import queries as evidence
from gongkai.evidence.queries import Value
from gongkai.law.figures import figure
from gongkai.rulebook.queries import adjustments, steady
from gongkai.sockets import Duty, Scope, all_indicators, open_duties

from . import rules, tokens
from .models import Link, Measure, Plan, Progress


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a rendered text. `kind`: words, number, claim, date or fault; numbers and claims open a list."""

    text: str
    kind: str = "words"
    key: str = ""
    claim: str = ""
    holds: bool = True


@dataclass(slots=True)
class Row:
    """One row of the account, ready for a page or a paper.

    `chapter_span` and `point_span` are the number of rows the merged cell covers when it begins here, else 0.
    """

    measure: Measure
    chapter: str
    point: str
    progress: list[Segment]
    progress_source: str
    standing: str
    why: str
    leads: list[str]
    supports: list[str]
    section_ids: frozenset[int]
    records_behind: int
    links: int
    chapter_span: int = 0
    point_span: int = 0
    pending_state: str = ""
    keys: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        return self.measure.text

    @property
    def progress_plain(self) -> str:
        return "".join(segment.text for segment in self.progress)


@dataclass(slots=True)
class Account:
    """A plan as of a day."""

    plan: Plan
    scope: Scope
    rows: list[Row]
    values: Mapping[str, Value]
    duties: list[Duty] = field(default_factory=list)

    @property
    def as_of(self) -> date:
        return self.scope.as_of

    def tally(self) -> dict[str, int]:
        """How many measures stand in each way."""
        counts = {standing.value: 0 for standing in rules.Standing}
        for row in self.rows:
            counts[row.standing] += 1
        return counts

    def by_chapter(self) -> list[tuple[str, list[Row]]]:
        """The chapters in order, each as it is headed, with its rows. Two that are headed alike stay two."""
        grouped: dict[int, list[Row]] = {}
        for row in self.rows:
            grouped.setdefault(row.measure.chapter_id, []).append(row)
        return [(rows[0].chapter, rows) for rows in grouped.values()]


@steady()
def account(plan: Plan, as_of: date) -> Account:
    """The account of a plan as of a day, computed now.

    The number of queries depends on how many kinds of records the texts speak of, not on how many
    measures or records there are.
    """
    scope = Scope.of_year(plan.office_id, plan.year, as_of)
    measures = list(plan.measures.select_related("chapter", "point").prefetch_related("assignments", "targets").order_by("order"))
    _gather(measures)
    confirmed, newest = _progress(plan)
    indicators = all_indicators()
    texts = {m.pk: confirmed[m.pk].text if m.pk in confirmed else "" for m in measures}
    keys = {m.pk: frozenset(k for k in tokens.keys([texts[m.pk]]) | {t.indicator for t in m.targets.all()} if k in indicators) for m in measures}
    wanted = set().union(*keys.values()) if keys else set()
    values = evidence.compute(scope, wanted) if wanted else {}
    exceptions = _exceptions(scope, values)
    due = _duties(plan.office_id, scope, {d for key in wanted for d in indicators[key].duties})
    links = defaultdict(int)
    for measure_id in Link.objects.filter(measure__plan=plan).values_list("measure_id", flat=True):
        links[measure_id] += 1
    own = adjustments(plan.office_id, "ledger")
    warn = figure("ledger", "warn_days", on=scope.as_of, adjustments=own).value
    stale = figure("ledger", "stale_days", on=scope.as_of, adjustments=own).value
    rows = []
    for measure in measures:
        mine = keys[measure.pk]
        owed = [d for key in mine for name in indicators[key].duties for d in due.get(name, ())]
        progress = confirmed.get(measure.pk)
        behind = sum(int(values[key].number) for key in mine if values[key].indicator.count.value == "rows")
        judged = rules.judge(
            rules.MeasureFacts(
                due_on=measure.due_on, starts_on=measure.starts_on, done_on=measure.done_on, every_year=measure.every_year,
                has_confirmed_progress=progress is not None and bool(progress.text.strip()),
                last_report_on=timezone.localdate(progress.written_at) if progress else None,
                records_behind=behind + links[measure.pk],
                targets_missed=tuple(
                    f"{values[t.indicator].indicator.label}{tokens.plain(values[t.indicator].number)}{values[t.indicator].indicator.unit}，应不少于{tokens.plain(t.at_least)}"
                    for t in measure.targets.all() if t.indicator in values and values[t.indicator].number < t.at_least
                ),
                overdue_duties=tuple(f"{d.title}（{d.subject}）" for d in owed if d.is_overdue(scope.as_of)),
                near_duties=tuple(
                    f"{d.title}（{d.subject}）" for d in owed
                    if d.due_on and d.is_open(scope.as_of) and 0 <= (d.due_on - scope.as_of).days <= warn
                ),
                failed_claims=tuple(
                    f"{values[key].indicator.label}中{counts.failed}{values[key].indicator.unit}{counts.claim.failed_phrase}"
                    for key in sorted(mine) for counts in values[key].claims.values() if counts.failed
                ),
            ),
            year=plan.year, as_of=scope.as_of, warn_days=warn, stale_days=stale,
        )
        parts = list(measure.assignments.all())
        rows.append(Row(
            measure=measure,
            chapter=label(measure.chapter.number, measure.chapter.title),
            point=label(measure.point.number, measure.point.title) if measure.point else "",
            progress=render(texts[measure.pk], scope, values, exceptions), progress_source=texts[measure.pk],
            standing=judged.standing.value, why=judged.why,
            leads=[a.words for a in parts if a.part != "support"], supports=[a.words for a in parts if a.part == "support"],
            section_ids=frozenset(a.section_id for a in parts if a.section_id and a.part != "support"),
            records_behind=behind, links=links[measure.pk], keys=mine,
            pending_state=newest[measure.pk].get_state_display() if measure.pk in newest and newest[measure.pk].state != Progress.State.CONFIRMED else "",
        ))
    _span(rows)
    flat = [d for group in due.values() for d in group]
    return Account(plan, scope, rows, values, flat)


def label(number: str, title: str) -> str:
    """「一、优化…」: the number as printed before the title, unless the title already begins with it."""
    if not number or title.startswith(number):
        return title
    if number[-1] in "）)、.．":
        return f"{number}{title}"
    return f"{number}、{title}"


def _gather(measures: list[Measure]) -> None:
    """Put measures of one chapter, and of one key point, together: those carried over were added last."""
    first: dict[tuple[int, int], int] = {}
    for measure in measures:
        first.setdefault((measure.chapter_id, measure.point_id or -measure.pk), measure.order)
    measures.sort(key=lambda m: (m.chapter.order, first[(m.chapter_id, m.point_id or -m.pk)], m.order))


def _span(rows: list[Row]) -> None:
    """Mark where merged cells begin and how far they reach."""
    start_chapter = start_point = 0
    for n, row in enumerate(rows):
        same_chapter = n > 0 and rows[n - 1].measure.chapter_id == row.measure.chapter_id
        same_point = same_chapter and row.measure.point_id is not None and rows[n - 1].measure.point_id == row.measure.point_id
        if not same_chapter:
            start_chapter = n
        if not same_point:
            start_point = n
        rows[start_chapter].chapter_span += 1
        rows[start_point].point_span += 1


def _progress(plan: Plan) -> tuple[dict[int, Progress], dict[int, Progress]]:
    """For each measure the newest confirmed text, and the newest of any state."""
    confirmed: dict[int, Progress] = {}
    newest: dict[int, Progress] = {}
    for row in Progress.objects.filter(measure__plan=plan).order_by("version"):
        newest[row.measure_id] = row
        if row.state == Progress.State.CONFIRMED:
            confirmed[row.measure_id] = row
    return confirmed, newest


def _duties(office_id: int, scope: Scope, names: set[str]) -> dict[str, list[Duty]]:
    """The duties of those keys that are open as of the scope's day."""
    found: dict[str, list[Duty]] = defaultdict(list)
    for duty in open_duties(office_id, scope.as_of, names):
        found[duty.key].append(duty)
    return found


def _exceptions(scope: Scope, values: Mapping[str, Value], most: int = 6) -> dict[tuple[str, str], tuple[str, ...]]:
    """The failing records of each claim, in a few words: one query for each claim that fails."""
    return {
        (key, claim_key): tuple(counts.claim.exception(r) for r in evidence.records(scope, value.indicator, claim_key, "failed")[:most])
        for key, value in values.items() for claim_key, counts in value.claims.items() if counts.failed
    }


def render(text: str, scope: Scope, values: Mapping[str, Value], exceptions: Mapping[tuple[str, str], tuple[str, ...]] | None = None) -> list[Segment]:
    """A text with its tokens worth what the records say as of the scope's day."""
    if exceptions is None:
        exceptions = _exceptions(scope, values)
    out = []
    for part in tokens.parse(text):
        if isinstance(part, tokens.Words):
            out.append(Segment(part.text))
        elif part.form == tokens.AS_OF:
            out.append(Segment(tokens.month_day(scope.as_of), "date"))
        elif part.form == tokens.YEAR:
            out.append(Segment(str(scope.year), "date"))
        elif part.key not in values:
            out.append(Segment(part.source, "fault", part.key, holds=False))
        elif part.form == "均":
            counts = values[part.key].claims.get(part.claim)
            if counts is None:
                out.append(Segment(part.source, "fault", part.key, holds=False))
                continue
            facts = tokens.ClaimFacts(
                counts.held, counts.pending, counts.failed, counts.claim.phrase, counts.claim.pending_phrase,
                counts.claim.failed_phrase, values[part.key].indicator.unit, exceptions.get((part.key, part.claim), ()),
            )
            out.append(Segment(tokens.claim_sentence(facts, part.phrase), "claim", part.key, part.claim, counts.is_true_of_all))
        else:
            number = values[part.key].number
            out.append(Segment(tokens.rounded(number) if part.form == "余" else tokens.plain(number), "number", part.key))
    return out


def claims_of(key: str) -> set[str] | None:
    """The claims an indicator offers, None where there is no such indicator."""
    indicator = all_indicators().get(key)
    return None if indicator is None else {claim.key for claim in indicator.claims}


def reporting_rate(plan: Plan, round_) -> list[tuple[str, int, int]]:
    """For each section that leads, or that the paper names without saying who does: its name, how many measures it leads, and how many it reported in the round."""
    led: dict[int, tuple[str, set[int]]] = {}
    for measure_id, section_id, name in (
        Measure.objects.filter(plan=plan, assignments__part__in=["lead", "responsible"], assignments__section__isnull=False)
        .values_list("pk", "assignments__section_id", "assignments__section__name").order_by("assignments__section__order")
    ):
        led.setdefault(section_id, (name, set()))[1].add(measure_id)
    reported = set(
        Progress.objects.filter(measure__plan=plan, submitted_at__date__gte=round_.opens_on, submitted_at__date__lte=round_.due_on)
        .exclude(state=Progress.State.RETURNED).values_list("measure_id", flat=True)
    )
    return [(name, len(measures), len(measures & reported)) for name, measures in led.values()]


def coverage(plan: Plan, superior: Plan) -> list[tuple[Measure, list[Measure]]]:
    """Each item of a superior's plan with the measures of ours that answer it; an empty list is a gap."""
    mine = Measure.objects.filter(plan=plan)
    answers: dict[int, list[Measure]] = defaultdict(list)
    for measure in mine.prefetch_related("answers"):
        for item in measure.answers.all():
            answers[item.pk].append(measure)
    return [(item, answers[item.pk]) for item in superior.measures.select_related("chapter", "point").order_by("order")]


def heat(account: Account, sections: Iterable) -> list[tuple[str, list[tuple[object, dict[str, int]]]]]:
    """The year's heat strip: for each chapter, for each section that leads there, how many measures stand how."""
    strip = []
    sections = list(sections)
    for chapter, rows in account.by_chapter():
        line = []
        for section in sections:
            counts: dict[str, int] = {}
            for row in rows:
                if section.pk in row.section_ids:
                    counts[row.standing] = counts.get(row.standing, 0) + 1
            line.append((section, counts))
        strip.append((chapter, line))
    return strip
