"""时限计算书: how a last day came about, step by step and day by day.

A view of a clock and nothing more: it counts nothing the fold has not decided, and what
it gives is plain data for a template, a letter or a terminal.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from gongkai.law.calendar import WEEKDAYS, chinese_date
from gongkai.law.clock import ONE_DAY, Clock, Restart, Unit
from gongkai.law.instruments import cite_or_keep

# A clock that ran wild should not print a book.
MOST_ROWS = 800


class SheetStep(NamedTuple):
    """One event: when, what it did in words, what it rests on in full, the last day after it."""

    on: date
    sentence: str
    basis: str
    last_day: date | None


class SheetRow(NamedTuple):
    """One day: whether it counts, why not if it does not, and the count reached."""

    on: date
    weekday: str
    kind: str
    counts: bool
    remark: str
    running: int


class Sheet(NamedTuple):
    title: str
    facts: list[tuple[str, str]]
    steps: list[SheetStep]
    rows: list[SheetRow]
    warnings: list[str]

    def text(self) -> str:
        """The sheet for a terminal."""
        lines = [self.title, ""]
        lines += [f"{label}：{value}" for label, value in self.facts]
        lines += ["", "计算过程"]
        for number, step in enumerate(self.steps, start=1):
            basis = f"（依据：{step.basis}）" if step.basis else ""
            lines.append(f"{number}. {step.sentence}{basis}")
        if self.rows:
            lines += ["", "逐日计算"]
            for row in self.rows:
                mark = f"计　第{row.running}日" if row.counts else "不计"
                remark = f"　{row.remark}" if row.remark else ""
                lines.append(f"{row.on.isoformat()}　{row.weekday}　{row.kind}　{mark}{remark}")
        lines += [f"注意：{warning}" for warning in self.warnings]
        return "\n".join(lines)


def sheet(clock: Clock, *, subject: str = "") -> Sheet:
    """The 时限计算书 of `clock`; `subject` names the matter in its title.

    Clocks of months and hours have no table of days, since they do not count days.
    """
    return Sheet(
        title=f"{subject}时限计算书" if subject else "时限计算书",
        facts=_facts(clock),
        steps=[
            SheetStep(step.on, step.sentence, cite_or_keep(step.basis, step.on), step.after)
            for step in clock.steps
        ],
        rows=_rows(clock) if clock.unit in (Unit.WORKDAY, Unit.DAY) else [],
        warnings=clock.provisional,
    )


def _facts(clock: Clock) -> list[tuple[str, str]]:
    unit = clock.unit
    facts = [("起算日", _said(clock.started_on))]
    restarts = [step.on for step in clock.steps if step.effect == "restarted"]
    if restarts:
        facts.append(("重新起算日", _said(restarts[-1])))
    if not clock.fixed:
        facts.append(("期限", f"{clock.amount}{unit}"))
    if clock.excluded:
        excluded = f"{clock.excluded}{'日' if unit is Unit.MONTH else unit}"
        facts.append(("不计入期限", str(clock.excluded) if unit is Unit.HOUR else excluded))
    if clock.last_day is None:
        facts.append(("末日", "不计入期间尚未结束，末日待定"))
    else:
        facts.append(("至早的末日" if clock.waiting else "末日", _said(clock.last_day)))
    if clock.stopped_on is not None:
        facts.append(("办结日", _said(clock.stopped_on)))
        facts.append(("办理情况", str(clock.standing(clock.stopped_on))))
    elif clock.as_of is not None:
        facts.append(("计算截至", _said(clock.as_of)))
        facts.append(("办理情况", str(clock.standing(clock.as_of))))
    return facts


def _rows(clock: Clock) -> list[SheetRow]:
    """Every day from the first to the last, through every restart."""
    rows: list[SheetRow] = []
    events = [step.event for step in clock.steps]
    for index, step in enumerate(clock.steps):
        if step.effect == "restarted":
            before = Clock.run(events[:index], clock.calendar, as_of=step.on - ONE_DAY)
            _append_period(rows, before, through=step.on - ONE_DAY)
    end = clock.last_day or clock.as_of or clock.counted_from
    if clock.stopped_on is not None:
        end = max(end, clock.stopped_on)
    _append_period(rows, clock, through=end)
    return rows[:MOST_ROWS]


def _append_period(rows: list[SheetRow], clock: Clock, through: date) -> None:
    begun = [step for step in clock.steps if step.effect in ("started", "restarted")][-1]
    day, running = begun.on, 0
    name = begun.event.note or ("重新起算" if isinstance(begun.event, Restart) else "起算")
    while day <= through and len(rows) < MOST_ROWS:
        kind = clock.calendar.kind_of(day)
        counts, remark = True, ""
        if day <= clock.counted_from:
            counts, remark = False, f"{name}，当日不计"
        elif any(
            spell.after < day and (spell.through is None or day <= spell.through) for spell in clock.spells
        ):
            counts, remark = False, "不计入期限的期间"
        elif clock.unit is Unit.WORKDAY and not kind.worked:
            counts = False
        if counts:
            running += 1
        if clock.last_day is not None and day == clock.last_day:
            remark = "末日"
        elif clock.last_day is not None and day > clock.last_day:
            remark = "已过末日"
        rows.append(SheetRow(day, "星期" + WEEKDAYS[day.weekday()], str(kind), counts, remark, running))
        day += ONE_DAY


def _said(day: date) -> str:
    text = chinese_date(day)
    return f"{text}{day.hour}时{day.minute:02d}分" if isinstance(day, datetime) else text
