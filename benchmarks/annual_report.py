"""Tables two to four of the annual report over a million cases and a hundred thousand documents, beside hand-written SQL.

    python -m benchmarks.annual_report [--json] [--quick]

By hand it is one pass a table over an index that holds all that is asked. Both must give the same numbers, or the bench
stops. Runs alternate and the best of each counts. Beside them the live page of the year, whole, as the desk serves it. Marks:
1.5 times the hand, and 300 ms for the page.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from .command import answer
from .printing import columns, span, times
from .stage import DATABASES, NAMES, Absent, stage

CASES, DOCUMENTS = 1_000_000, 100_000
QUICK = 4_000
RATIO, PAGE = 1.5, 0.3


class Row(NamedTuple):
    """One line: the work, how many records, ours and the hand's in seconds, and whether the mark is met."""

    database: str
    work: str
    records: int
    ours: float | None
    hand: float | None
    ratio: float | None
    met: bool | None
    note: str = ""


def rows(quick: bool = False) -> list[Row]:
    found = []
    for database in DATABASES:
        try:
            with stage(database) as play:
                cases, documents = (QUICK, QUICK // 10) if quick else (CASES, DOCUMENTS)
                found += [Row(NAMES[database], *line) for line in play("benchmarks.annual_report:measure", cases=cases, documents=documents, repeat=2 if quick else 7)]
        except Absent as problem:
            found.append(Row(NAMES[database], "未测", 0, None, None, None, None, str(problem)))
    return found


# -- By hand -----------------------------------------------------------------------------------------------------------

TWO = """
SELECT count(*) FILTER (WHERE signed_on BETWEEN %(since)s AND %(as_of)s) AS issued,
       count(*) FILTER (WHERE repealed_on BETWEEN %(since)s AND %(as_of)s) AS repealed,
       count(*) FILTER (WHERE (effective_on <= %(as_of)s OR effective_on IS NULL AND signed_on <= %(as_of)s)
           AND (expires_on IS NULL OR expires_on >= %(as_of)s) AND (repealed_on IS NULL OR repealed_on > %(as_of)s)) AS in_force
FROM documents_normativedocument WHERE office_id = %(office)s AND voided_at IS NULL AND kind = 'normative'
"""

THREE = """
SELECT applicant_category, report_row,
       count(*) FILTER (WHERE received_on BETWEEN %(since)s AND %(as_of)s) AS new_received,
       count(*) FILTER (WHERE received_on < %(since)s AND (closed_on IS NULL OR closed_on >= %(since)s)) AS carried_over,
       count(*) FILTER (WHERE closed_on BETWEEN %(since)s AND %(as_of)s AND received_on IS NOT NULL) AS total_processed,
       count(*) FILTER (WHERE received_on <= %(as_of)s AND (closed_on IS NULL OR closed_on > %(as_of)s)) AS carried_forward
FROM foi_application WHERE office_id = %(office)s AND voided_at IS NULL GROUP BY applicant_category, report_row
"""

FOUR = """
SELECT kind, CASE WHEN decided_on <= %(as_of)s THEN result ELSE 'pending' END AS stands, count(*) FROM foi_remedy
WHERE office_id = %(office)s AND voided_at IS NULL AND accepted_on <= %(as_of)s AND (decided_on IS NULL OR decided_on >= %(since)s)
GROUP BY 1, 2
"""


# -- On the stage: Django stands from here on --------------------------------------------------------------------------

YEAR = 2022


def measure(cases: int, documents: int, repeat: int) -> list[tuple]:
    """The lines for one database, without its name. AssertionError when the two ways disagree."""
    from django.db import connection

    from gongkai.annual_report import queries
    from gongkai.annual_report.forms import form_for

    office, person = _laid_out(cases, documents)
    form, as_of = form_for(YEAR), date(YEAR, 12, 31)
    asked = {"office": office.pk, "since": date(YEAR, 1, 1), "as_of": as_of}

    def by_hand(*statements: str) -> list[list[tuple]]:
        with connection.cursor() as cursor:
            answers = []
            for statement in statements:
                cursor.execute(statement, asked)
                answers.append(cursor.fetchall())
            return answers

    made = queries.tables_of(form, office.pk, YEAR, as_of)
    _agree(made.cells, *by_hand(TWO, THREE, FOUR))
    scope = made.scope
    lines = []
    for work, ours, hand, count in (
        ("表二至表四", lambda: queries.tables_of(form, office.pk, YEAR, as_of), lambda: by_hand(TWO, THREE, FOUR), cases + documents),
        ("表二", lambda: queries.two(form, scope), lambda: by_hand(TWO), documents),
        ("表三", lambda: queries.three(form, scope), lambda: by_hand(THREE), cases),
        ("表四", lambda: queries.four(scope), lambda: by_hand(FOUR), cases // 500),
    ):
        mine, theirs = _beside(ours, hand, repeat)
        lines.append((work, count, mine, theirs, mine / theirs, mine / theirs <= RATIO if work == "表二至表四" else None))
    return [*lines, *_pages(person, cases + documents, repeat)]


def _beside(one: Callable[[], Any], other: Callable[[], Any], repeat: int) -> tuple[float, float]:
    from .stage import best

    pairs = [(best(one, 1)[0], best(other, 1)[0]) for _ in range(repeat)]
    return min(a for a, _ in pairs), min(b for _, b in pairs)


def _agree(cells: dict, two: list, three: list, four: list) -> None:
    """The totals of both ways; the columns add up by the form's own identities."""
    mine = [int(cells[f"two/item_1/normative/{name}"]) for name in ("issued", "repealed", "in_force")]
    if mine != [int(n) for n in two[0]]:
        raise AssertionError(f"表二不一致：{mine}，{two}")
    for at, name in enumerate(("new_received", "carried_over", "total_processed", "carried_forward"), 2):
        if cells[f"three/{name}/total"] != sum(line[at] for line in three):
            raise AssertionError(f"表三不一致：{name}")
    for kind, stands, count in four:
        if cells[f"four/{kind}/{stands}"] != count:
            raise AssertionError(f"表四不一致：{kind} {stands}")


def _pages(person, records: int, repeat: int) -> Iterator[tuple]:
    """The live page as the desk serves it, signed in, its queries and its HTML included."""
    from django.test import Client

    from .stage import best

    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend="gongkai.accounts.backends.PostBackend")
    for work, address in (("实时页面", f"/desk/report/{YEAR}/"), ("点开一个数字", f"/desk/report/{YEAR}/cell/?key=three/granted/total"), ("点开结转下年", f"/desk/report/{YEAR}/cell/?key=three/carried_forward/total")):
        answer = client.get(address)
        if answer.status_code != 200:
            raise AssertionError(f"{address} 返回{answer.status_code}")
        seconds, _ = best(lambda address=address: client.get(address), repeat)
        yield work, records, seconds, None, None, seconds <= PAGE


def _laid_out(cases: int, documents: int):
    """An office with so many cases and documents over five years, analysed; and its coordinator."""
    from gongkai.demo import bureau
    from gongkai.demo.cast import COORDINATOR

    from . import million

    cast = bureau.settle(YEAR)
    office, person = cast.office, cast.people[COORDINATOR]
    _some_cases(office, min(cases, 2_000))
    _some_documents(office, min(documents, 1_000))
    million.repeat(max(0, cases // 2_000 - 1), (million.Application,))
    million.repeat(max(0, documents // 1_000 - 1), (_model("documents.NormativeDocument"),))
    _some_remedies(office, cases // 500)
    million.analyse()
    return office, person


def _model(label: str):
    from django.apps import apps

    return apps.get_model(label)


def _some_cases(office, count: int) -> None:
    from gongkai.foi.models import ApplicantCategory, Channel
    from gongkai.foi.result_rules import RESULTS, ROWS

    rng, model = random.Random(YEAR), _model("foi.Application")
    row_keys, made = [row.key for row in ROWS], []
    results = list(RESULTS)
    for n in range(count):
        on = date(YEAR, 1, 1) + timedelta(days=rng.randrange(365))
        closed = on + timedelta(days=rng.randrange(30)) if rng.random() < 0.95 else None
        made.append(model(
            office=office, number=f"青公开申〔{YEAR}〕{n}号", channel=Channel.values[0], handed_in_on=on, received_on=on, applicant_category=rng.choice(ApplicantCategory.values),
            subject="有关政府信息", reply_due_on=on + timedelta(days=28), closed_on=closed, reply_on=closed, result=rng.choice(results) if closed else "", report_row=rng.choice(row_keys) if closed else "",
        ))  # fmt: skip
    model.objects.bulk_create(made, batch_size=500)


def _some_documents(office, count: int) -> None:
    rng, model = random.Random(YEAR + 1), _model("documents.NormativeDocument")
    made = []
    for n in range(count):
        on = date(YEAR, 1, 1) + timedelta(days=rng.randrange(365))
        made.append(model(
            office=office, title=f"关于印发第{n}号办法的通知", kind=rng.choice(["normative", "normative", "policy"]), signed_on=on, published_on=on, effective_on=on,
            expires_on=on + timedelta(days=365 * 3) if rng.random() < 0.5 else None, repealed_on=on + timedelta(days=200) if rng.random() < 0.1 else None, summary="为了规范有关工作，制定本办法。" * 20,
        ))  # fmt: skip
    model.objects.bulk_create(made, batch_size=500)


def _some_remedies(office, count: int) -> None:
    rng, model = random.Random(YEAR + 2), _model("foi.Remedy")
    ids = list(_model("foi.Application").objects.filter(office=office, closed_on__isnull=False).order_by("pk").values_list("pk", "closed_on")[: max(count, 1)])
    made = []
    for pk, closed in ids:
        on = closed + timedelta(days=20)
        done = rng.random() < 0.8
        made.append(model(
            office=office, application_id=pk, kind=rng.choice(["reconsideration", "direct_suit", "suit_after"]), organ="青禾市人民政府", accepted_on=on,
            decided_on=on + timedelta(days=50) if done else None, result=rng.choice(["upheld", "corrected", "otherwise"]) if done else "",
        ))  # fmt: skip
    model.objects.bulk_create(made, batch_size=500)


# -- The table ---------------------------------------------------------------------------------------------------------


def table(found: list[Row]) -> str:
    head = ("数据库", "项目", "记录", "本系统", "手写SQL", "倍数", "目标", "说明")
    met = {None: "–", True: "达到", False: "未达到"}
    return columns([head, *((row.database, row.work, f"{row.records:,}", span(row.ours), span(row.hand), times(row.ratio), met[row.met], row.note) for row in found)])


if __name__ == "__main__":
    answer("annual_report", "百万件申请上的年度报告表格，与手写SQL相比", rows, table)
