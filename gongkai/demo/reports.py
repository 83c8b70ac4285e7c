"""The annual reports around the year: last year's frozen, published and corrected; this year's filled in and drafted; those of other offices.

What the bureau's records cannot know is imported with the paper it comes from, as at the desk. The other offices are the industry
bureaus of 青禾市's made-up districts: one whose report is right, one that was late, one that does not follow from its year before,
one with a wrong sum, and one that sent none.
"""

import csv
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache
from io import StringIO
from random import Random

from django.core.files.base import ContentFile

from gongkai.annual_report import actions as report
from gongkai.annual_report import queries, tables
from gongkai.annual_report.checking.guard import Desk
from gongkai.annual_report.composing import Composed
from gongkai.annual_report.exports import WRITERS
from gongkai.annual_report.forms import Form, form_for
from gongkai.annual_report.models import Report
from gongkai.files.actions import keep
from gongkai.files.checks import ATTACHABLE, IMPORTABLE
from gongkai.reviewing import actions as reviewing
from gongkai.reviewing import queries as reviewing_queries
from gongkai.reviewing.models import Submission
from gongkai.reviewing.rules import Step, Verdict

from .account import FOLDER
from .cast import CLERKS, COORDINATOR, DISCLOSURE_HEAD, LEADER, OFFICE, OFFICE_SECTION, SECRECY
from .deeds import ZONE, Days, Deed
from .play import VERBS, Player

#: What other systems say of the bureau's year, by the end of a cell's key. The rest is 0.
KNOWN = {"licences/decisions": ("37", "行政许可系统年度统计（产业政策与法制科）")}
ELSEWHERE = "各科室报送，本年没有发生"
#: Licences as first counted for the year before; the correction has the number of `KNOWN`.
MISCOUNTED = "36"

RIGHT, LATE, UNLIKE, WRONG, MISSING = (f"青禾市{name}工业和信息化局" for name in ("禾苗区", "稻花县", "麦浪县", "谷雨区", "秧田县"))


@cache
def texts() -> dict[str, dict[str, str]]:
    """The prose, by which report it belongs to and by part."""
    return tomllib.loads((FOLDER / "report.toml").read_text(encoding="utf-8"))


def deeds(days: Days, seed: int) -> Iterator[Deed]:
    """What is done with the reports, in no order: the caller sorts."""
    year, rng = days.year, Random(f"{seed}:reports")
    last = year - 1
    writer = CLERKS[OFFICE_SECTION]

    def deed(on: date, who: str, verb: str, of: int, hour: int, /, **facts) -> Deed:
        at = datetime.combine(days.on_or_after(on), time(hour, rng.randrange(60), rng.randrange(60)), ZONE)
        return Deed(at, who, f"report.{verb}", "reports", f"report:{of}", {"of": of, **facts})

    if form_for(last) is not None:
        ends = date(last, 12, 31)
        if form_for(last - 1) is not None:
            yield deed(date(year, 1, 4), COORDINATOR, "before", last, 9)
        yield deed(date(year, 1, 4), COORDINATOR, "opening", last, 10)
        yield deed(date(year, 1, 5), writer, "cells", last, 10, number=MISCOUNTED)
        yield deed(date(year, 1, 6), writer, "write", last, 15, texts="last")
        yield deed(date(year, 1, 7), COORDINATOR, "freeze", last, 9, as_of=ends, reason="")
        yield from _chain(deed, days, date(year, 1, 7), last, writer)
        yield deed(date(year, 1, 18), COORDINATOR, "hand_in", last, 10)
        yield deed(date(year, 3, 1), writer, "cells", last, 9, number="")
        yield deed(date(year, 3, 1), COORDINATOR, "freeze", last, 10, as_of=ends, reason="行政许可决定数量漏计1件，按系统统计更正")
        yield deed(date(year, 3, 1), writer, "write", last, 14, texts="corrected")
        yield deed(date(year, 3, 1), writer, "correct", last, 15)
        yield from _chain(deed, days, date(year, 3, 1), last, writer)
        yield deed(date(year, 1, 10), COORDINATOR, "roll", last, 9)
        yield deed(date(year, 2, 22), COORDINATOR, "gather", last, 9)
    yield deed(date(year + 1, 1, 4), writer, "cells", year, 10, number="")
    yield deed(date(year + 1, 1, 5), writer, "write", year, 15, texts="year")


def _chain(deed, days: Days, on: date, of: int, writer: str) -> Iterator[Deed]:
    """From the first submission to the release, each on a day of its own; nobody who wrote or entered anything looks at it."""
    yield deed(on, writer, "submit", of, 16)
    steps = ((1, SECRECY, "secrecy"), (1, DISCLOSURE_HEAD, "first"), (2, COORDINATOR, "second"), (3, LEADER, "third"))
    for n, (after, who, step) in enumerate(steps):
        yield deed(days.add(days.on_or_after(on), after), who, "look", of, 9 + n, step=step)
    yield deed(days.add(days.on_or_after(on), 4), COORDINATOR, "release", of, 10)


# -- Files as offices hand them in ---------------------------------------------------------------------------------------


def _kept(player: Player, by, name: str, content: bytes):
    return keep(ContentFile(content, name=name), office=player.cast.office, by=by, name=name, allowed=IMPORTABLE | ATTACHABLE)


def published(agency: str, year: int, flows: tuple[int, int, int, int], *, broken: bool = False) -> Composed:
    """A report of another office: applications of natural persons received, carried over, granted, carried forward; `broken` by one."""
    form = form_for(year)
    assert form is not None, year  # noqa: S101 - callers have asked
    new, over, granted, forward = flows
    cells: dict[str, tables.Number] = {}
    for row in form.table_three.rows:
        number = {"new_received": new, "carried_over": over, "granted": granted, "total_processed": granted, "carried_forward": forward}.get(row.key, 0)
        cells |= {f"three/{row.key}/{column.key}": number if column.key in ("natural", "total") else 0 for column in form.table_three.columns}
    cells |= {f"two/{block.key}/{row.key}/{column.key}": 0 for block, row, column in form.table_two.cells()}
    cells |= {f"four/{group.key}/{column.key}": 0 for group in form.table_four.groups for column in form.table_four.columns}
    if broken:
        cells["three/total_processed/total"] = granted + 1
    said = {
        1: [
            f"（一）主动公开。{year}年，主动公开惠企政策、企业技术改造等信息。", f"（二）依申请公开。{year}年，新收政府信息公开申请{new}件，上年结转{over}件。",
            "（三）政府信息管理。严格执行先审查后公开。", "（四）政府信息公开平台建设。及时维护公开专栏。", "（五）监督保障。没有发生责任追究。",
        ],
        5: ["存在的主要问题是解读形式不够丰富；下一步增加图解和视频解读。"], 6: [f"{year}年未收取信息处理费。"],
    }  # fmt: skip
    return Composed(agency, year, form, date(year, 12, 31), cells, said)


def _cells_paper(player: Player, year: int, form: Form, number: str) -> bytes:
    """The template of the desk, filled in."""
    scope = queries.Scope.of_year(player.cast.office.pk, year)
    counted = {**queries.four(scope), **queries.fees(form, scope)[0]}
    out = StringIO()
    lines = csv.writer(out)
    lines.writerow(report.HEADS)
    for key, label in tables.enterable(form).items():
        if key not in counted:
            value, source = next((known for end, known in KNOWN.items() if key.endswith(end)), ("0", ELSEWHERE))
            lines.writerow((label, number or value if value != "0" else value, source))
    return out.getvalue().encode("utf-8-sig")


# -- How each is done ----------------------------------------------------------------------------------------------------


def _before(player: Player, deed: Deed, facts: dict, by) -> None:
    made = published(OFFICE["name"], facts["of"] - 1, (2, 0, 2, 0))
    stored = _kept(player, by, f"{made.title}.html", WRITERS["html"].write(made))
    with Desk() as desk:
        report.bring_in(player.cast.office, stored, by=by, own=True, year=made.year, received_on=date(facts["of"], 1, 20), desk=desk)


def _opening(player: Player, deed: Deed, facts: dict, by) -> None:
    of = facts["of"]
    stored = _kept(player, by, f"{of - 1}年依申请公开台账.csv", f"申请编号,收到日期,答复日期\r\n{of - 1}-001,{of - 1}-05-08,{of - 1}-05-26\r\n{of - 1}-002,{of - 1}-09-10,{of - 1}-10-13\r\n".encode("utf-8-sig"))
    report.list_opening(player.cast.office, of, "", source=f"{of - 1}年依申请公开台账，年底没有未办结的申请", by=by, file=stored)


def _cells(player: Player, deed: Deed, facts: dict, by) -> None:
    form = form_for(facts["of"])
    assert form is not None, facts["of"]  # noqa: S101 - a year of the demo has one
    stored = _kept(player, by, f"{facts['of']}年填报数据.csv", _cells_paper(player, facts["of"], form, facts["number"]))
    report.enter_many(player.cast.office, facts["of"], stored, by=by)


def _write(player: Player, deed: Deed, facts: dict, by) -> None:
    for part, text in texts()[facts["texts"]].items():
        report.write(player.cast.office, facts["of"], part, text, by=by)


def _freeze(player: Player, deed: Deed, facts: dict, by) -> None:
    report.freeze(player.cast.office, facts["of"], as_of=facts["as_of"], today=deed.at.date(), by=by, reason=facts["reason"])


def _report(player: Player, facts: dict) -> Report:
    return Report.objects.get(office=player.cast.office, year=facts["of"])


def _correct(player: Player, deed: Deed, facts: dict, by) -> None:
    report.correct(_report(player, facts), "行政许可决定数量漏计1件，由36件更正为37件；补充业务培训人次。", by=by)


def _submit(player: Player, deed: Deed, facts: dict, by) -> None:
    reviewing.submit(_report(player, facts), by=by, at=deed.at)


def _look(player: Player, deed: Deed, facts: dict, by) -> None:
    step = Step(facts["step"])
    said = {"opinion": "数据和文字不涉及国家秘密，可以公开"} if step is Step.SECRECY else {"opinion": "数据已与台账核对，同意", "checklist": {key: True for key, _ in reviewing_queries.gates()}}
    reviewing.look(Submission.objects.about(_report(player, facts)).last(), step=step, verdict=Verdict.PASS, by=by, at=deed.at, **said)


def _release(player: Player, deed: Deed, facts: dict, by) -> None:
    reviewing.release(Submission.objects.about(_report(player, facts)).last(), by=by, at=deed.at)


def _hand_in(player: Player, deed: Deed, facts: dict, by) -> None:
    report.hand_in(player.cast.office, facts["of"], to="青禾市人民政府办公室", on=deed.at.date(), means="加盖公章的纸质件及电子件", today=deed.at.date(), by=by)


def _roll(player: Player, deed: Deed, facts: dict, by) -> None:
    report.set_roll(player.cast.office, facts["of"], "\n".join((RIGHT, LATE, UNLIKE, WRONG, MISSING)), by=by)


def _gather(player: Player, deed: Deed, facts: dict, by) -> None:
    of = facts["of"]
    on_time, late = date(of + 1, 1, 25), date(of + 1, 2, 17)
    papers = [
        (published(RIGHT, of, (14, 1, 13, 2)), "docx", on_time), (published(LATE, of, (6, 0, 6, 0)), "html", late),
        (published(UNLIKE, of, (9, 1, 10, 0)), "html", on_time), (published(WRONG, of, (5, 0, 4, 1), broken=True), "html", on_time),
    ]  # fmt: skip
    if form_for(of - 1) is not None:
        papers.insert(0, (published(UNLIKE, of - 1, (8, 0, 5, 3)), "html", date(of, 1, 22)))
    with Desk() as desk:
        for made, form, on in papers:
            stored = _kept(player, by, WRITERS[form].name(made), WRITERS[form].write(made))
            report.bring_in(player.cast.office, stored, by=by, received_on=on, desk=desk)


VERBS |= {
    "report.before": _before,
    "report.opening": _opening,
    "report.cells": _cells,
    "report.write": _write,
    "report.freeze": _freeze,
    "report.correct": _correct,
    "report.submit": _submit,
    "report.look": _look,
    "report.release": _release,
    "report.hand_in": _hand_in,
    "report.roll": _roll,
    "report.gather": _gather,
}
