"""What is done to a report: cells entered, the year frozen."""

from datetime import date
from decimal import Decimal, InvalidOperation

from django.db import transaction

from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.evidence import actions as evidence
from gongkai.evidence.models import FrozenAccount
from gongkai.law.objections import Objection
from gongkai.law.refusals import Refused, refuse_if
from gongkai.sockets import all_indicators

from . import narrative, prose, queries, tables
from .forms import Form, form_for
from .models import EnteredCell, Report, WrittenPart

sentences(
    annual_report__entered="填写{year}年度报告“{label}”为{number}，来源：{source}",
    annual_report__exported="导出{year}年度报告（{form}；{note}）",
    annual_report__written="撰写{year}年度报告“{part}”，{length}字",
)

TEXT_LIMIT = 20_000


@transaction.atomic
def enter(office, year: int, key: str, number: str, *, source: str, by, file=None) -> EnteredCell:
    """Enter a cell that no record knows. The former entry stays on record."""
    form = form_for(year)
    label = tables.enterable(form).get(key) if form else None
    if form is None or label is None:
        raise Refused([Objection("unknown_cell", "该数据由登记簿统计得出或不在本年度的格式中，不能填写。")])
    refuse_if(_objections(form, key, label, number, source))
    report, _ = Report.objects.get_or_create(office=office, year=year)
    EnteredCell._meta.get_field("source").run_validators(source.strip())
    cell = EnteredCell.objects.create(report=report, key=key, number=Decimal(number.strip()), source=source.strip(), file=file, by=by)
    record("annual_report.entered", report, by=by, year=year, label=label, number=number.strip(), source=cell.source, key=key, file=file.name if file else "")
    return cell


def _objections(form: Form, key: str, label: str, number: str, source: str) -> list[Objection]:
    found = []
    value: Decimal | None
    try:
        value = Decimal(number.strip())
    except InvalidOperation:
        value = None
    kind = tables.kind_of(form, key)
    if value is None or not value.is_finite() or abs(value) >= 10**12:
        found.append(Objection("not_a_number", f"“{label}”应填数字。"))
    elif kind == "yuan" and value != round(value, 2):
        found.append(Objection("too_fine", f"“{label}”以元计，最多保留2位小数。", "109号"))
    elif kind not in ("money", "yuan") and value != value.to_integral_value():
        found.append(Objection("not_whole", f"“{label}”应填整数。", "30号"))
    elif kind == "money" and value != round(value, 6):
        found.append(Objection("too_fine", f"“{label}”以万元计，最多保留6位小数。", "30号"))
    elif kind != "change" and value < 0:
        found.append(Objection("negative", f"“{label}”不能是负数。", "30号"))
    if not source.strip():
        found.append(Objection("no_source", "请写明数据来源。"))
    return found


@transaction.atomic
def write(office, year: int, part_key: str, text: str, *, by) -> WrittenPart:
    """撰写正文的一部分。The former text stays on record; what is the same again is not written twice."""
    part = prose.part(part_key)
    form = form_for(year)
    if part is None or form is None:
        raise Refused([Objection("unknown_part", "年度报告没有这一部分。")])
    text = narrative.printable(text).strip()
    where = part.heading or form.sections[part.section - 1]
    found = [] if text else [Objection("empty", f"“{where}”没有内容。")]
    if len(text) > TEXT_LIMIT:
        found.append(Objection("too_long", f"“{where}”有{len(text)}字，最多{TEXT_LIMIT}字。"))
    refuse_if(found)
    report, _ = Report.objects.get_or_create(office=office, year=year)
    report = Report.objects.select_for_update().get(pk=report.pk)
    last = report.written.filter(part=part_key).last()
    if last is not None and last.text == text:
        return last
    row = WrittenPart.objects.create(report=report, part=part_key, text=text, by=by)
    record("annual_report.written", report, by=by, year=year, part=where, length=prose.length(text))
    return row


@transaction.atomic
def freeze(office, year: int, *, as_of: date, today: date, by, reason: str = "") -> FrozenAccount:
    """冻结年度报告。Refused while a cell is blank or an identity required by the form fails."""
    FrozenAccount._meta.get_field("reason").run_validators(reason)
    form = form_for(year)
    if form is None:
        raise Refused([Objection("no_form", f"{year}年没有适用的年度报告格式。")])
    refuse_if([Objection("not_over", "截至日期应为本年最后一日，且该日已过。", "条例 49")] if as_of != date(year, 12, 31) or as_of >= today else [])
    report, _ = Report.objects.get_or_create(office=office, year=year)
    report = Report.objects.select_for_update().get(pk=report.pk)
    made = queries.tables_of(form, office.pk, year, as_of)
    objections = [Objection("blank", f"“{label}”尚未填写，没有的填0。", form.basis) for label in made.missing]
    objections += [Objection("broken", f"{b.place}：{b.identity.sentence}（{b.left}≠{b.right}）。", form.basis) for b in made.broken if b.identity.standing == "law"]
    refuse_if(objections)
    keys = {tables.COUNTED[key] for key in made.cells if key in tables.COUNTED} | set(queries.FLOW_INDICATOR.values())
    keys |= {f"foi.result.{row.key}" for row in queries.foi_rules.ROWS}
    before = narrative.last_year(office, year)
    texts = {**prose.draft(form, narrative.facts_live(made, before), narrative.progress_of(office.pk, year)), **narrative.written_texts(office.pk, year)}
    keys |= {key for key in prose.tokens.keys(texts.values()) if key in all_indicators()}
    content = {
        "form": form.key, "office": office.name,
        "cells": {key: str(value) for key, value in sorted(made.cells.items())},
        "numbers": {key: str(value) for key, value in sorted(narrative.numbers_of(made).items()) if key not in made.cells},
        "months": queries.months(made.scope),
        "claims": {f"{key}|{claim}": said for (key, claim), said in sorted(narrative.claims_of(made.scope).items())},
        "entered": {key: {"source": cell.source, "by": str(cell.by), "file": cell.file.name if cell.file else ""} for key, cell in sorted(made.entered.items())},
    }  # fmt: skip
    return evidence.freeze(report, title=f"{office.name}{report}", year=year, as_of=as_of, keys=keys, content=content, by=by, reason=reason, scope=made.scope)


def note_export(office, year: int, *, form: str, note: str, by) -> None:
    """Keep in the log that the report left the system as a file."""
    report, _ = Report.objects.get_or_create(office=office, year=year)
    record("annual_report.exported", report, by=by, year=year, form=form, note=note)
