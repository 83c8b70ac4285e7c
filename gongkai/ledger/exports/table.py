"""The one table every export is made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from unicodedata import category

from gongkai.evidence.models import FrozenAccount

from .. import queries
from ..actions import content_of
from ..models import Plan

FOUNDING_HEADINGS = ("工作要求", "一级要点", "计划措施", "落实情况", "责任科室")


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A row: texts, and how many rows the chapter and point cells cover when they begin here (else 0)."""

    number: str
    chapter: str
    point: str
    measure: str
    progress: str
    responsibility: str
    chapter_span: int
    point_span: int


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A plan as a paper: five columns, chapter and key point merged downwards.

    `note` says what it is: frozen as of a day, in which version and with which digest, or a working copy.
    """

    title: str
    office: str
    year: int
    as_of: date
    headings: tuple[str, ...]
    rows: tuple[PaperRow, ...]
    note: str
    frozen: bool
    with_progress: bool = True


def live_table(plan: Plan, as_of: date) -> PaperTable:
    """The plan as it reads now; says that it is a working copy."""
    content = content_of(queries.account(plan, as_of))
    return _table(plan, content, as_of, f"工作稿：截至{_day(as_of)}，未冻结", frozen=False)


def frozen_table(plan: Plan, account: FrozenAccount) -> PaperTable:
    """The plan as a frozen account has it; later changes of any record change nothing here."""
    return _table(plan, account.content, account.as_of, f"截至{_day(account.as_of)}，第{account.version}版，内容摘要{account.digest[:16]}", frozen=True)


def newest_frozen(plan: Plan) -> FrozenAccount | None:
    return FrozenAccount.objects.filter(subject_kind=Plan._meta.label, subject_id=plan.pk).order_by("-version").first()


def public_table(plan: Plan) -> PaperTable:
    """What the public page shows: the newest frozen account, or the plan without 落实情况 before there is one."""
    account = newest_frozen(plan)
    if account:
        return frozen_table(plan, account)
    content = content_of(queries.account(plan, date(plan.year, 12, 31)))
    for row in content["rows"]:
        row["progress"] = ""
    return _table(plan, content, date(plan.year, 12, 31), "落实情况将在年度账冻结后公布", frozen=False, with_progress=False)


def _table(plan: Plan, content: dict, as_of: date, note: str, *, frozen: bool, with_progress: bool = True) -> PaperTable:
    rows = tuple(
        PaperRow(
            r["number"], *(printable(r[name]) for name in ("chapter", "point", "measure", "progress", "responsibility")), r["chapter_span"], r["point_span"]
        )
        for r in content["rows"]
    )
    return PaperTable(printable(content["title"]), plan.office.name, plan.year, as_of, headings_of(content["headings"]), rows, note, frozen, with_progress)


def printable(text: str) -> str:
    """A text that every form of paper can hold: Word's own line break becomes a line break, and what is no letter is left out.

    XML holds no control characters, and marks that turn the direction of writing would hide what follows them.
    """
    return "".join(c for c in text.replace("\x0b", "\n").replace("\x0c", "\n") if c in "\n\t" or category(c) not in ("Cc", "Cf", "Cs"))


def headings_of(printed: Sequence[str]) -> tuple[str, ...]:
    """The paper's own five headings where it had five, else the founding document's."""
    cleaned = tuple("".join(heading.split()) for heading in printed)
    return cleaned if len(cleaned) == 5 else FOUNDING_HEADINGS


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
