"""A hundred thousand rows of a workbook into a register, beside the same rows merely inserted.

    python -m benchmarks.importing [--json] [--quick]

What is timed is what the desk does once a person confirms: reading the file, the checks of columns, of
names and of the module's law, the days that follow, the writing in one transaction, the digest and the
audit row. The peers get the rows ready made: the driver's `executemany` (for PostgreSQL also COPY) and
Django's `bulk_create`, into the same table with the same indexes and foreign keys. The preview that a
person sees before is shown by itself. Memory is the peak of the importing process, from its start.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from .command import answer
from .printing import columns, span, times
from .stage import DATABASES, NAMES, Absent, best, stage

ROWS, QUICK = 100_000, 1_000
REGISTERS = ("posts", "applications")
#: The same table is written again and again, and a noisy machine is noisy to each way.
ROUNDS = 2


class Row(NamedTuple):
    """One line: `each` in seconds a row, `ratio` to executemany, `peak` in megabytes of the process."""

    database: str
    register: str
    how: str
    rows: int
    each: float | None
    ratio: float | None
    peak: float | None = None
    note: str = ""


def rows(quick: bool = False) -> list[Row]:
    """Run everything once on each database there is. AssertionError when the ways leave different rows behind."""
    found: list[Row] = []
    wanted = QUICK if quick else ROWS
    for database in DATABASES:
        try:
            with stage(database) as play:
                for register in REGISTERS:
                    found += _lines(database, register, wanted, play, 1 if quick else ROUNDS)
        except Absent as problem:
            found.append(Row(NAMES[database], "未测", "", 0, None, None, None, str(problem)))
    return found


def _lines(database: str, register: str, wanted: int, play: Callable[..., Any], rounds: int) -> Iterator[Row]:
    play("benchmarks.importing:lay_paper", register=register, rows=wanted)
    least: dict[str, float] = {}
    peak, digests, label = 0.0, set(), ""
    for _ in range(rounds):
        for function in ("bring", "rivals"):
            answer = play(f"benchmarks.importing:{function}", register=register)
            least = {**least, **{how: min(seconds, least.get(how, seconds)) for how, seconds in answer["seconds"].items()}}
            digests |= set(answer["digests"])
            if function == "bring":
                peak, label = max(peak, answer["peak"]), answer["label"]
    if len(digests) != 1:
        raise AssertionError(f"各种写法留下的记录不同：{digests}")
    base = least["executemany"]
    notes = {"预览": "读取并逐行检查，不写入", "导入": "再次读取、逐行检查、写入、摘要和审计", "executemany": "现成的行"}
    for how, seconds in least.items():
        yield Row(NAMES[database], label, how, wanted, seconds / wanted, seconds / base, peak if how == "导入" else None, notes.get(how, ""))


# -- On the stage: Django stands from here on -------------------------------------------------------------------------


def lay_paper(register: str, rows: int) -> None:
    """Afterwards the bureau stands and the workbook of so many rows lies in its home."""
    from gongkai.accounts.models import Office
    from gongkai.demo import bureau
    from gongkai.exchange.writing import write_xlsx
    from gongkai.registers.register import get_register

    cast = bureau.standing() if Office.objects.exists() else bureau.settle(2022)
    spec = get_register(register).table_spec()
    make = {"posts": _post, "applications": _application}[register]
    sections = list(cast.sections)
    write_xlsx(_paper(register), spec, (make(n, sections[n % len(sections)]) for n in range(1, rows + 1)))


def _paper(register: str) -> Path:
    from django.conf import settings

    return settings.HOME / f"{register}.xlsx"


def _post(n: int, section: str) -> dict[str, Any]:
    day = date(2022, 1, 4) + timedelta(days=n % 360)
    return {
        "channel": ("wechat", "website", "weibo")[n % 3], "category": ("policy", "interpretation", "news", "other")[n % 4], "is_infographic": n % 9 == 0,
        "title": f"关于组织申报青禾市第{n}批技术改造补助项目的通知", "posted_on": day, "url": f"https://gxj.qinghe.example/zcwj/{day:%Y%m}/t{n:08}.html",
        "first_reviewed_by": "林小禾", "first_reviewed_on": day, "second_reviewed_by": "顾明远", "second_reviewed_on": day,
        "third_reviewed_by": "霍启明", "third_reviewed_on": day, "receipt": f"HZ{n:08}", "section": section,
    }  # fmt: skip


def _application(n: int, section: str) -> dict[str, Any]:
    day = date(2022, 1, 4) + timedelta(days=n % 300)
    return {
        "number": f"青工信公开申〔2022〕{n}号", "channel": "post_signed" if n % 2 else "counter", "handed_in_on": day, "signed_on": day if n % 2 else None,
        "applicant_category": "natural" if n % 5 else "business", "subject": f"第{n}批技术改造补助项目评审专家组成",
        "form_wanted": "paper", "way_wanted": "post", "section": section, "result": "granted" if n % 3 else "not_exist",
        "reply_number": f"青工信公开答〔2022〕{n}号", "delivery": "post", "dispatched_on": day + timedelta(days=9),
    }  # fmt: skip


def bring(register: str) -> dict[str, Any]:
    """Preview and import through the kit's own actions, in an empty register."""
    from gongkai.audit.models import Entry
    from gongkai.demo import bureau
    from gongkai.demo.cast import COORDINATOR
    from gongkai.registers.importing import actions
    from gongkai.registers.register import get_register

    entry, by = get_register(register), bureau.standing().people[COORDINATOR]
    _empty(entry.model)
    logged = Entry.objects.filter(verb="registers.brought").count()
    preview, batch = best(lambda: actions.bring(entry, _paper(register), by=by), 1)
    if batch.faults or batch.state != batch.State.READ:
        raise AssertionError(f"这份表应当没有错误：{batch.sentence} {batch.faults[:3]}")
    seconds, batch = best(lambda: actions.confirm(entry, batch, by=by), 1)
    if batch.state != batch.State.DONE or Entry.objects.filter(verb="registers.brought").count() != logged + 1:
        raise AssertionError(f"没有导入：{batch.sentence}")
    return {
        "label": str(entry.label), "seconds": {"预览": preview, "导入": seconds}, "digests": [_digest(entry.model)], "peak": _peak(),
    }  # fmt: skip


def rivals(register: str) -> dict[str, Any]:
    """The rows just imported, taken out and put back by each of the other ways."""
    from django.db import connection, transaction

    from gongkai.registers.register import get_register

    model = get_register(register).model
    table, names = model._meta.db_table, ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if not f.primary_key)
    items = list(model._base_manager.order_by("pk"))
    seconds, digests = {}, []

    def after(how: str, run: Callable[[], Any]) -> None:
        _empty(model)
        seconds[how], _ = best(run, 1)
        digests.append(_digest(model))

    if connection.vendor == "sqlite":
        # The driver alone: what Django adds to each value on its way is not part of this peer.
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as driver:
            driver.executescript("PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;")
            ready = driver.execute(f"SELECT {names} FROM {table} ORDER BY id").fetchall()
            marks = ", ".join("?" * len(ready[0]))

            def executemany() -> None:
                driver.execute("BEGIN IMMEDIATE")
                driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", ready)
                driver.execute("COMMIT")

            after("executemany", executemany)
    else:
        connection.ensure_connection()
        driver = connection.connection
        with driver.cursor() as cursor:
            ready = cursor.execute(f"SELECT {names} FROM {table} ORDER BY id").fetchall()
        marks = ", ".join(["%s"] * len(ready[0]))

        def executemany() -> None:
            with driver.transaction(), driver.cursor() as cursor:
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", ready)

        def copy() -> None:
            with driver.transaction(), driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as stream:
                for row in ready:
                    stream.write_row(row)

        after("executemany", executemany)
        after("COPY", copy)

    def bulk_create() -> None:
        for item in items:
            item.pk = None
        with transaction.atomic():
            model._base_manager.bulk_create(items, batch_size=1000)

    after("bulk_create", bulk_create)
    return {"seconds": seconds, "digests": digests}


def _empty(model) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        # The children of a register are never imported here, so nothing rests on its rows.
        cursor.execute(f"DELETE FROM {model._meta.db_table}")


def _digest(model) -> str:
    """What is in the table, apart from ids, moments of writing and the batch."""
    from hashlib import sha256

    skipped = {"id", "created_at", "changed_at", "brought_by"}
    names = [f.attname for f in model._meta.concrete_fields if f.name not in skipped]
    found, count = sha256(), 0
    for row in model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=2000):
        found.update(repr(row).encode())
        count += 1
    return f"{count}:{found.hexdigest()}"


def _peak() -> float:
    """The process's largest size so far, in megabytes. The kernel's own mark, since getrusage inherits the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


# -- The table --------------------------------------------------------------------------------------------------------


def table(found: list[Row]) -> str:
    head = ("数据库", "登记簿", "做法", "行数", "每行", "是executemany的几倍", "内存峰值", "说明")
    return columns([head, *(
        (
            row.database, row.register, row.how, f"{row.rows:,}", span(row.each), times(row.ratio),
            "–" if row.peak is None else f"{row.peak:,.0f} MB", row.note,
        )
        for row in found
    )])  # fmt: skip


if __name__ == "__main__":
    answer("importing", "十万行工作簿导入登记簿的速度和内存", rows, table)
