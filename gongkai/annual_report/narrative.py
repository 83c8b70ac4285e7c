"""The prose of a year with its numbers: what the tokens are worth, what was written, what the checks say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from gongkai.accounts.models import Office
from gongkai.evidence import queries as evidence
from gongkai.evidence.models import FrozenAccount
from gongkai.law.calendar import chinese_date
from gongkai.ledger import queries as ledger
from gongkai.ledger import tokens
from gongkai.ledger.exports.table import printable
from gongkai.ledger.models import Plan
from gongkai.ledger.rules import Standing
from gongkai.screening import queries as screening
from gongkai.screening.rules import Draft, Finding, Passage
from gongkai.sockets import Scope, all_indicators

from . import prose, queries, tables
from .checking import check as checking
from .checking.cells import Kind, Value, known
from .checking.findings import Finding as Found
from .checking.report import Report as Read
from .checking.report import Tables as ReadTables
from .forms import Form, form_for
from .models import GatheredReport, Report, WrittenPart

__all__ = ["printable"]
Numbers = dict[str, tables.Number]


# -- Numbers -----------------------------------------------------------------------------------------------------------


def with_sums(form: Form, cells: Mapping[str, tables.Number]) -> Numbers:
    """The cells with the sums prose speaks of: （三）不予公开 as a whole, both kinds of suits together."""
    found = dict(cells)
    for group in form.table_three.groups:
        rows = form.table_three.rows_under(group.key)
        parts = [cells.get(f"three/{row.key}/total") for row in rows]
        if group.key != "results" and all(part is not None for part in parts):
            found[f"three/{group.key}"] = sum(part for part in parts if part is not None)
    if (one := cells.get("three/other_handling/total")) is not None:
        found["three/otherwise"] = one
    suits = [cells.get(f"four/{group}/total") for group in ("direct_suit", "suit_after")]
    if all(part is not None for part in suits):
        found["four/suit/total"] = sum(part for part in suits if part is not None)
    return found


def numbers_of(made: queries.Tables) -> Numbers:
    """Everything a token can be worth as of the tables' day: cells, their sums, every indicator."""
    values = evidence.compute(made.scope)
    return {**{key: queries.plain(Decimal(value.number)) for key, value in values.items()}, **with_sums(made.form, made.cells)}


def claims_of(scope: Scope, keys: set[str] | None = None) -> dict[tuple[str, str], str]:
    """The claims of these indicators (of all) in words, as of the scope's day."""
    wanted = {key for key, one in all_indicators().items() if one.claims and (keys is None or key in keys)}
    values = evidence.compute(scope, wanted) if wanted else {}
    return {
        (key, claim): "".join(segment.text for segment in ledger.render(f"{{{{{key}|均 {claim}}}}}", scope, {key: values[key]}))
        for key in values for claim in values[key].claims
    }  # fmt: skip


def as_numbers(held: Mapping[str, str]) -> Numbers:
    return {key: queries.plain(Decimal(value)) for key, value in held.items()}


# -- Last year ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LastYear:
    """Last year's report as far as it is known here: its numbers and prose, and where they come from."""

    form: Form
    year: int
    numbers: Numbers
    text: str
    source: str
    account: FrozenAccount | None = None
    gathered: GatheredReport | None = None


def last_year(office: Office, year: int) -> LastYear | None:
    """The report of the year before: frozen here, else brought in as published elsewhere."""
    form = form_for(year - 1)
    if form is None:
        return None
    if (account := frozen(office.pk, year - 1)) is not None:
        texts = written_texts(office.pk, year - 1)
        facts = facts_frozen(account)
        text = "\n".join(prose.plain_text(prose.resolved(each, facts)) for each in texts.values())
        return LastYear(form, year - 1, as_numbers({**account.content.get("numbers", {}), **account.content["cells"]}), text, f"{year - 1}年度冻结数据（第{account.version}版）", account=account)
    brought = GatheredReport.objects.filter(office=office, agency=office.name, year=year - 1).order_by("-id").first()
    if brought is None:
        return None
    return LastYear(form, year - 1, with_sums(form, as_numbers(brought.cells)), brought.text, f"登记的{year - 1}年度报告（{brought.file.name}）", gathered=brought)


def frozen(office_id: int, year: int) -> FrozenAccount | None:
    """The newest frozen numbers of a year's report."""
    return FrozenAccount.objects.filter(subject_kind=Report._meta.label, subject_id__in=Report.objects.filter(office_id=office_id, year=year).values("pk")).order_by("-version").first()


# -- What the tokens are worth -----------------------------------------------------------------------------------------


def facts_frozen(account: FrozenAccount, before: LastYear | None = None) -> prose.Facts:
    content = account.content
    return prose.Facts(
        account.year, chinese_date(account.as_of), as_numbers({**content.get("numbers", {}), **content["cells"]}), before.numbers if before else {},
        {tuple(key.split("|", 1)): said for key, said in content.get("claims", {}).items()}, _units(),  # type: ignore[misc]
    )  # fmt: skip


def facts_live(made: queries.Tables, before: LastYear | None = None, texts: Mapping[str, str] | None = None) -> prose.Facts:
    """As the records say now. Claims are worded only for the indicators the texts name, all without texts."""
    keys = None if texts is None else tokens.keys(texts.values()) | {"foi.answered"}
    return prose.Facts(made.scope.year, chinese_date(made.scope.as_of), numbers_of(made), before.numbers if before else {}, claims_of(made.scope, keys), _units())


def _units() -> dict[str, str]:
    # The draft counts what a site published by 条, as offices do in this report.
    return {key: one.unit for key, one in all_indicators().items()} | {"fee/billed": "元", "fee/collected": "元", "publishing.articles": "条"}


def written(office_id: int, year: int) -> dict[str, WrittenPart]:
    """The newest text of each part of the prose that was written."""
    rows = WrittenPart.objects.filter(report__office_id=office_id, report__year=year).exclude(part=WrittenPart.CORRECTION).select_related("by").order_by("id")
    return {row.part: row for row in rows}


def written_texts(office_id: int, year: int) -> dict[str, str]:
    return {key: row.text for key, row in written(office_id, year).items()}


def progress_of(office_id: int, year: int) -> prose.Progress | None:
    """The frozen account of the year's plan: what section six may tell of the 要点."""
    plans = Plan.objects.filter(office_id=office_id, year=year).values("pk")
    account = FrozenAccount.objects.filter(subject_kind=Plan._meta.label, subject_id__in=plans).order_by("-as_of", "-version").first()
    if not account:
        return None
    rows = account.content["rows"]
    done = sum(row.get("standing") == Standing.DONE for row in rows)
    return prose.Progress(f"《{account.content['title'].strip('《》')}》", len(rows), done, tuple((row["number"], row["measure"], row["progress"]) for row in rows), chinese_date(account.as_of))


# -- The whole prose of a year -----------------------------------------------------------------------------------------


@dataclass
class Narrative:
    """The prose of a year: the text of each part (written, else the draft), what it is worth, and what is to be said of it."""

    office: Office
    form: Form
    year: int
    cells: Mapping[str, tables.Number]
    texts: dict[str, str]
    facts: prose.Facts
    written: dict[str, WrittenPart]
    drafts: dict[str, str]
    before: LastYear | None
    progress: prose.Progress | None
    account: FrozenAccount | None

    @cached_property
    def pieces(self) -> dict[str, list[prose.Piece]]:
        return {key: prose.resolved(text, self.facts) for key, text in self.texts.items()}

    @cached_property
    def said(self) -> dict[str, str]:
        """Every part as it reads."""
        return {key: prose.plain_text(parts) for key, parts in self.pieces.items()}

    @property
    def whole(self) -> str:
        return "\n".join(self.said[part.key] for part in prose.PARTS)

    @property
    def over(self) -> int:
        """How many characters the prose is longer than the guide."""
        return max(0, prose.length(self.whole) - prose.LENGTH_GUIDE)

    @property
    def faults(self) -> list[tuple[prose.Part, str]]:
        return [(part, fault) for part in prose.PARTS for fault in prose.faults(self.texts[part.key], self.facts)]

    @cached_property
    def likeness(self) -> prose.Likeness | None:
        return prose.likeness(self.whole, self.before.text) if self.before and self.before.text else None

    def verdict(self) -> checking.Verdict:
        """What the checker says of the report as it stands, last year's beside it."""
        own = as_read(self.form, self.office.name, self.year, self.cells, self.lines())
        beside = [as_read(self.before.form, self.office.name, self.before.year, self.before.numbers, self.before.text)] if self.before else []
        return checking.check_reports([*beside, own])[-1]

    def lines(self) -> str:
        """The prose as a reader meets it, headings and the period included."""
        return "\n".join([period_words(self.year), *(line for section in (1, 5, 6) for line in self.section(section))])

    def section(self, number: int) -> list[str]:
        """The paragraphs of a section: its heads as headings of their own."""
        found = []
        for part in prose.PARTS:
            if part.section == number:
                paragraphs = [line.strip() for line in self.said[part.key].split("\n") if line.strip()]
                found += [f"{part.heading}。{paragraphs[0]}" if part.heading and paragraphs else part.heading, *paragraphs[1:]] if part.heading else paragraphs
        return [line for line in found if line]

    def screened(self) -> tuple[Draft, list[Finding]]:
        """What the screening room finds in the prose."""
        draft = Draft(tuple(Passage(f"prose/{part.key}", part.heading or self.form.sections[part.section - 1], self.said[part.key]) for part in prose.PARTS))
        return draft, screening.screen(self.office, draft, timezone.localdate())


def period_words(year: int) -> str:
    return f"本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"


def narrative(office: Office, year: int, as_of: date, *, changed: Mapping[str, str] | None = None, live: bool = False) -> Narrative:
    """The prose of a year: on the frozen numbers once there are any, unless `live`. `changed` are texts not yet saved."""
    form = form_for(year)
    assert form is not None, year  # noqa: S101 - callers have asked
    before, progress, rows = last_year(office, year), progress_of(office.pk, year), written(office.pk, year)
    account = None if live else frozen(office.pk, year)
    held = {**{key: row.text for key, row in rows.items()}, **(changed or {})}
    if account is not None:
        facts, cells = facts_frozen(account, before), as_numbers(account.content["cells"])
    else:
        made = queries.tables_of(form, office.pk, year, as_of)
        facts, cells = facts_live(made, before, held), made.cells
    drafts = prose.draft(form, facts, progress)
    return Narrative(office, form, year, cells, {**drafts, **held}, facts, rows, drafts, before, progress, account)


def as_read(form: Form, office: str, year: int, cells: Mapping[str, tables.Number], text: str) -> Read:
    """A report as the checker would have read it."""

    def value(key: str) -> Value:
        number = cells.get(key)
        return Value("", None, Kind.BLANK) if number is None else known(number)

    read = ReadTables(
        {(b.key, r.key, c.key): value(f"two/{b.key}/{r.key}/{c.key}") for b, r, c in form.table_two.cells()},
        {(r.key, c.key): value(f"three/{r.key}/{c.key}") for r in form.table_three.rows for c in form.table_three.columns},
        {(g.key, c.key): value(f"four/{g.key}/{c.key}") for g in form.table_four.groups for c in form.table_four.columns},
        form.key, form.key,
    )  # fmt: skip
    title = f"{office}{year}年政府信息公开工作年度报告"
    return Read(title, "html", title, office, year, (str(year), str(year)), {n: f"{'一二三四五六'[n - 1]}、{name}" for n, name in enumerate(form.sections, 1)}, text, read)


def shown_findings(verdict: checking.Verdict) -> list[Found]:
    """The findings a writer has to look at, the gravest first; blanks are told of elsewhere."""
    return [one for one in verdict.findings if one.code != "blank"]
