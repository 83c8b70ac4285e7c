"""What is done to a report: cells entered, the year frozen."""

from contextlib import nullcontext
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from gongkai.accounts.models import Post
from gongkai.accounts.roles import Role
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.evidence import actions as evidence
from gongkai.evidence.models import FrozenAccount
from gongkai.exchange.blocks import Grid, Unreadable
from gongkai.exchange.reading import read
from gongkai.files.actions import keep
from gongkai.files.checks import ATTACHABLE, IMPORTABLE
from gongkai.files.models import StoredFile
from gongkai.law.objections import Objection
from gongkai.law.refusals import Refused, refuse_if
from gongkai.publishing.actions import lay_out_columns
from gongkai.publishing.log import tell
from gongkai.publishing.models import Attribute, Column, Fixture, Publication
from gongkai.reviewing.models import Submission
from gongkai.sockets import Scope, all_indicators

from . import narrative, prose, queries, tables
from .checking.check import check_reports
from .checking.guard import Desk
from .forms import Form, form_for
from .models import (
    AgencyRoll,
    Edition,
    EnteredCell,
    GatheredReport,
    GatheringBatch,
    HandIn,
    OpeningList,
    Report,
    WrittenPart,
)
from .unpacking import unpacked

sentences(
    annual_report__entered="填写{year}年度报告“{label}”为{number}，来源：{source}",
    annual_report__released="公开{year}年度报告第{version}版",
    annual_report__withdrawn="撤下{year}年度报告，原因：{reason}",
    annual_report__corrected="写明{year}年度报告的更正说明：{correction}",
    annual_report__handed_in="{year}年度报告已于{on}报送{to}（{means}）",
    annual_report__opening_listed="登记{year}年度的上年结转清单{count}件，依据：{source}",
    annual_report__gathered="登记{agency}{year}年度报告（{name}）",
    annual_report__gathering_begun="批量登记各单位年度报告，共{count}个文件",
    annual_report__gathering_done="批量登记各单位年度报告完成：登记{done}份，{refused}个文件没有登记",
    annual_report__gathering_cancelled="取消批量登记各单位年度报告：已登记{done}份，{count}个文件不再读取，原因：{reason}",
    annual_report__roll_set="写明{year}年度报告应报单位{count}个",
    annual_report__exported="导出{year}年度报告（{form}；{note}）",
    annual_report__written="撰写{year}年度报告“{part}”，{length}字",
)

TEXT_LIMIT = 20_000


def report_for(office, year: int, by) -> Report:
    """The year's report, begun when somebody first does something to it; the coordinator's section draws it up, else that person's."""
    report = Report.objects.filter(office=office, year=year).first()
    if report is not None:
        return report
    today = timezone.localdate()
    post = Post.objects.in_force(today).filter(section__office=office, role=Role.COORDINATOR).order_by("pk").first()
    section = post.section if post else next((one.section for one in by.posts_on(today) if one.section_id), None)
    report, _ = Report.objects.get_or_create(office=office, year=year, defaults={"title": f"{office.name}{year}年政府信息公开工作年度报告", "section": section})
    return report


@transaction.atomic
def enter(office, year: int, key: str, number: str, *, source: str, by, file=None) -> EnteredCell:
    """Enter a cell that no record knows. The former entry stays on record."""
    form = form_for(year)
    label = tables.enterable(form).get(key) if form else None
    if form is None or label is None:
        raise Refused([Objection("unknown_cell", "该数据由登记簿统计得出或不在本年度的格式中，不能填写。")])
    refuse_if(_objections(form, key, label, number, source))
    scope = Scope.of_year(office.pk, year)
    if key in tables.REMEDIES and queries.four(scope):
        raise Refused([Objection("counted", f"“{label}”由复议诉讼登记得出，请到登记簿核对，不能填写。", "30号")])
    if key in tables.FEES and key in queries.fees(form, scope)[0]:
        raise Refused([Objection("counted", f"“{label}”由收费登记得出，请到相应的申请核对，不能填写。", "109号 6")])
    report = report_for(office, year, by)
    EnteredCell._meta.get_field("source").run_validators(source.strip())
    cell = EnteredCell.objects.create(report=report, key=key, number=Decimal(number.strip()), source=source.strip(), file=file, by=by)
    record("annual_report.entered", report, by=by, year=year, label=label, number=number.strip(), source=cell.source, key=key, file=file.name if file else "")
    return cell


HEADS = ("项目", "数字", "来源")


@transaction.atomic
def enter_many(office, year: int, stored: StoredFile, *, by) -> list[EnteredCell]:
    """导入填报数据: every row of a table (项目, 数字, 来源), all of it or none, with the table itself as the paper behind each number.

    Rows without a number are passed over.
    """
    if stored.refused:
        raise Refused([Objection("refused", stored.refused)])
    form = form_for(year)
    known = {label: key for key, label in tables.enterable(form).items()} if form else {}
    try:
        grids = [block for block in read(Path(stored.content.path), name=stored.name).blocks if isinstance(block, Grid)]
    except Unreadable as problem:
        raise Refused([Objection("unreadable", problem.sentence)]) from None
    lines = [[text.strip() for text in line] for grid in grids for line in grid.rows()]
    head = next((n for n, line in enumerate(lines) if set(HEADS) <= set(line)), None)
    if head is None:
        raise Refused([Objection("no_head", f"“{stored.name}”里没有表头“项目、数字、来源”，请下载模板填写。")])
    at = [lines[head].index(name) for name in HEADS]
    found, cells = [], []
    for n, line in enumerate(lines[head + 1 :], 1):
        label, number, source = (line[column] for column in at)
        if not label or not number:
            continue
        if label not in known:
            found.append(Objection("unknown_cell", f"第{n}行“{label[:40]}”不是本年度可以填报的项目。"))
            continue
        try:
            with transaction.atomic():
                cells.append(enter(office, year, known[label], number.replace(",", ""), source=source, by=by, file=stored))
        except Refused as refused:
            found += [Objection(each.code, f"第{n}行：{each.sentence}", each.basis) for each in refused.objections]
        except ValidationError as error:
            found.append(Objection("too_long", f"第{n}行：{'；'.join(error.messages)}"))
    refuse_if(found or ([] if cells else [Objection("empty", "没有填写任何数字。")]))
    return cells


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
    report = Report.objects.select_for_update().get(pk=report_for(office, year, by).pk)
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
    report = Report.objects.select_for_update().get(pk=report_for(office, year, by).pk)
    made = queries.tables_of(form, office.pk, year, as_of)
    objections = [Objection("blank", f"“{label}”尚未填写，没有的填0。", form.basis) for label in made.missing]
    objections += [Objection("broken", f"{b.place}：{b.identity.sentence}（{b.left}≠{b.right}）。", form.basis) for b in made.broken if b.identity.standing == "law"]
    refuse_if(objections)
    keys = {tables.COUNTED[key] for key in made.cells if key in tables.COUNTED} | set(queries.FLOW_INDICATOR.values())
    keys |= {tables.REMEDIES[key] for key in made.counted if key in tables.REMEDIES}
    keys |= {tables.FEE_INDICATOR[key] for key in made.counted if key in tables.FEE_INDICATOR}
    keys |= {f"foi.result.{row.key}" for row in queries.foi_results.ROWS}
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
    report = report_for(office, year, by)
    record("annual_report.exported", report, by=by, year=year, form=form, note=note)


# -- What came before, or from others ----------------------------------------------------------------------------------

OPENING_LIMIT = 5_000


@transaction.atomic
def list_opening(office, year: int, numbers: str, *, source: str, by, file=None) -> OpeningList:
    """登记上年结转清单, in the first year here: the numbers of the applications open when the year began, one a line, with the papers they come from."""
    found = []
    held = list(dict.fromkeys(line.strip() for line in narrative.printable(numbers).splitlines() if line.strip()))
    if narrative.frozen(office.pk, year - 1) is not None:
        found.append(Objection("known", f"{year - 1}年度的结转清单已经冻结，不必另行登记。"))
    if len(held) > OPENING_LIMIT:
        found.append(Objection("too_many", f"清单有{len(held)}行，最多{OPENING_LIMIT}行。"))
    if long := next((line for line in held if len(line) > 60), None):
        found.append(Objection("not_a_number", f"“{long[:30]}…”不像申请编号，每行写一个编号。"))
    if not source.strip():
        found.append(Objection("no_source", "请写明依据的材料，如上年年度报告、申请台账。"))
    refuse_if(found)
    report = report_for(office, year, by)
    row = OpeningList.objects.create(report=report, numbers=held, source=source.strip()[:300], file=file, by=by)
    record("annual_report.opening_listed", report, by=by, year=year, count=len(held), source=row.source)
    return row


@transaction.atomic
def bring_in(office, stored: StoredFile, *, by, received_on: date | None = None, own: bool = False, year: int | None = None, desk: Desk | None = None) -> GatheredReport:
    """登记已公布的年度报告: a file read by the checker, with its numbers, its prose and what was found. `own`: this office's of an earlier `year`.

    The day it was published is the one given, else the one its page names. `desk` reads many files one after another.
    """
    if stored.refused:
        raise Refused([Objection("refused", stored.refused)])
    with nullcontext(desk) if desk else Desk() as reading:
        answer = reading.read(Path(stored.content.path), stored.name, prose=True)
    if not isinstance(answer, list):
        raise Refused([Objection("unreadable", answer.findings[0].sentence)])
    if len(answer) != 1:
        raise Refused([Objection("many", f"“{stored.name}”里有{len(answer)}份报告，每个文件只能有一份。")])
    read, verdict = answer[0], check_reports(answer)[0]
    found = []
    if read.tables.form is None or not read.tables.three:
        found.append(Objection("no_tables", f"“{stored.name}”里没有读到年度报告的表格。" + (verdict.findings[0].sentence if verdict.findings else "")))
    if read.year is None or not read.office and not own:
        found.append(Objection("unnamed", f"“{stored.name}”里没有认出机关名称和年度，标题应形如“某某局2022年政府信息公开工作年度报告”。"))
    if own and read.year is not None and read.year != year:
        found.append(Objection("other_year", f"“{stored.name}”是{read.year}年度的报告，这里登记的是{year}年度。"))
    if own and read.office and read.office not in (office.name, office.short_name) and not office.name.endswith(read.office):
        found.append(Objection("other_office", f"“{stored.name}”是{read.office}的报告，不是{office.name}的。"))
    refuse_if(found)
    cells = {"/".join((table, *key)): str(value.number) for table, held in (("two", read.tables.two), ("three", read.tables.three), ("four", read.tables.four)) for key, value in held.items() if value.number is not None}
    row = GatheredReport.objects.create(
        office=office, agency=office.name if own else read.office[:100], year=read.year, cells=cells, text=narrative.printable(read.prose), file=stored,
        findings=[one.to_json() for one in verdict.findings], received_on=received_on or read.published, by=by,
    )  # fmt: skip
    record("annual_report.gathered", row, by=by, office_id=office.pk, agency=row.agency, year=row.year, name=stored.name)
    return row


@transaction.atomic
def gather_many(office, uploads, *, by, received_on: date | None = None) -> GatheringBatch:
    """批量登记. Afterwards every file is kept and waits to be read in the background; one that may not be used is refused at once."""
    entries = []
    with TemporaryDirectory() as folder:
        for name, place in unpacked(uploads, Path(folder)):
            stored = keep(place, office=office, by=by, name=name, allowed=IMPORTABLE | ATTACHABLE)
            entries.append({"file": stored.pk, "name": name, "state": "refused" if stored.refused else "waiting", "said": stored.refused, "row": None})
    refuse_if([] if entries else [Objection("empty", "没有可以登记的文件。")])
    batch = GatheringBatch.objects.create(office=office, received_on=received_on, entries=entries, by=by)
    record("annual_report.gathering_begun", batch, by=by, office_id=office.pk, count=len(entries))
    transaction.on_commit(lambda: gather.enqueue(batch.pk))
    return batch


def go_through(batch_id: int) -> GatheringBatch:
    """Read what still waits in a batch, file by file, each kept as soon as it is read. Safe to run again after it was ended."""
    with Desk() as desk:
        while True:
            with transaction.atomic():
                batch = GatheringBatch.objects.select_for_update().select_related("office", "by").get(pk=batch_id)
                entry = next((one for one in batch.entries if one["state"] == "waiting"), None)
                if entry is None:
                    if batch.finished_at is None:
                        batch.finished_at = timezone.now()
                        batch.save(update_fields=["finished_at"])
                        record("annual_report.gathering_done", batch, by=batch.by, office_id=batch.office_id, done=batch.count("done"), refused=batch.count("refused"))
                    return batch
                try:
                    row = bring_in(batch.office, StoredFile.objects.get(pk=entry["file"]), by=batch.by, received_on=batch.received_on, desk=desk)
                except Refused as refused:
                    entry |= {"state": "refused", "said": "".join(objection.sentence for objection in refused.objections)}
                else:
                    wrong = sum(one["level"] == "hard" for one in row.findings)
                    entry |= {"state": "done", "row": row.pk, "said": f"{row.agency}{row.year}年度" + (f"，{wrong}处错误" if wrong else "")}
                batch.save(update_fields=["entries"])


@transaction.atomic
def cancel_batch(batch: GatheringBatch, reason: str, *, by) -> GatheringBatch:
    """取消批量登记. Afterwards no more of its files are read; what was read before stays."""
    held = GatheringBatch.objects.select_for_update().get(pk=batch.pk)
    reason = narrative.printable(reason).strip()
    found = [] if held.count("waiting") else [Objection("finished", "这一批文件已经读完，不能取消。")]
    if not reason:
        found.append(Objection("no_reason", "请写明取消的原因。"))
    if len(reason) > 300:
        found.append(Objection("too_long", f"取消原因有{len(reason)}字，最多300字。"))
    refuse_if(found)
    count = held.count("waiting")
    held.entries = [one | {"state": "cancelled", "said": f"已取消：{reason}"} if one["state"] == "waiting" else one for one in held.entries]
    held.finished_at = timezone.now()
    held.save(update_fields=["entries", "finished_at"])
    record("annual_report.gathering_cancelled", held, by=by, office_id=held.office_id, done=held.count("done"), count=count, reason=reason)
    return held


@task()
def gather(batch_id: int) -> str:
    """A batch of published reports, in the background."""
    batch = go_through(batch_id)
    return f"{batch}：登记{batch.count('done')}份，{batch.count('refused')}个文件没有登记"


@transaction.atomic
def set_roll(office, year: int, names: str, *, by) -> AgencyRoll:
    """写明应报单位. Afterwards who has not reported is told by this roll, this year and until a later one."""
    held = list(dict.fromkeys(line.strip() for line in narrative.printable(names).splitlines() if line.strip()))
    found = [] if held else [Objection("empty", "请写明应报单位，每行一个。")]
    if len(held) > 1000:
        found.append(Objection("too_many", f"名单有{len(held)}行，最多1000行。"))
    if long := next((line for line in held if len(line) > 100), None):
        found.append(Objection("not_a_name", f"“{long[:30]}…”不像单位名称，每行写一个。"))
    refuse_if(found)
    roll = AgencyRoll.objects.create(office=office, year=year, names=held, by=by)
    record("annual_report.roll_set", roll, by=by, office_id=office.pk, year=year, count=len(held))
    return roll


# -- Out of the house --------------------------------------------------------------------------------------------------


@transaction.atomic
def release(report: Report, submission: Submission, *, by, on: date) -> Edition:
    """放行。Afterwards the outside sees exactly this submission; what was out before stays as a former version."""
    held = Report.objects.select_for_update().get(pk=report.pk)
    refuse_if([Objection("not_open", "年度报告应当主动公开，公开属性不是主动公开的不能发布。", "条例 49")] if submission.attribute != Attribute.OPEN else [])
    account = FrozenAccount.objects.filter(subject_kind=Report._meta.label, subject_id=held.pk, version=submission.content.get("account")).first()
    if account is None:
        raise Refused([Objection("not_frozen", "送审稿的数字没有冻结，不能公开。")])
    first = held.released is None or held.withdrawn_on is not None
    last = held.editions.last()
    edition = Edition.objects.create(report=held, version=last.version + 1 if last else 1, submission=submission, account=account, on=on)
    held.released, held.shown_submission, held.live, held.title = dict(submission.content), submission, True, submission.title
    held.column = held.column or column_of(held.office, on, by)
    held.published_on, held.withdrawn_on, held.withdraw_reason, held.correction = held.published_on or on, None, "", ""
    held.save()
    record("annual_report.released", held, by=by, year=held.year, version=edition.version)
    tell(held, Publication.Deed.PUBLISHED if first else Publication.Deed.CORRECTED, keys=keys_of(held), digest=submission.digest, reason=submission.content.get("correction", ""))
    return edition


def column_of(office, on: date, by) -> Column:
    """The platform's fixed column for annual reports, which no office does without: laid out with the first report where it is not yet."""
    found = Column.objects.filter(office=office, fixture=Fixture.REPORT).first()
    if found is None:
        lay_out_columns(office, by=by, opened_on=on, fixed_only=True)
        found = Column.objects.get(office=office, fixture=Fixture.REPORT)
    return found


def keys_of(report: Report) -> set[str]:
    return {f"report:{report.pk}", *([f"column:{report.column_id}"] if report.column_id else [])}


@transaction.atomic
def withdraw(report: Report, reason: str, *, by) -> None:
    """撤回。Afterwards its page is a tombstone with the reason."""
    held = Report.objects.select_for_update().get(pk=report.pk)
    held.live, held.withdrawn_on, held.withdraw_reason = False, timezone.localdate(), reason[:300]
    held.save(update_fields=["live", "withdrawn_on", "withdraw_reason", "changed_at"])
    record("annual_report.withdrawn", held, by=by, year=held.year, reason=reason[:300])
    tell(held, Publication.Deed.WITHDRAWN, keys=keys_of(held), reason=reason)


@transaction.atomic
def correct(report: Report, correction: str, *, by) -> Report:
    """Say what the next version puts right; it goes out with that version. Who says it is among its writers, and reviews it not."""
    held = Report.objects.select_for_update().get(pk=report.pk)
    correction = narrative.printable(correction).strip()
    found = [] if held.editions.exists() else [Objection("not_out", "年度报告还没有公开，直接修改即可，不必更正。")]
    if not correction:
        found.append(Objection("no_reason", "请写明更正的内容和原因。"))
    if len(correction) > 500:
        found.append(Objection("too_long", f"更正说明有{len(correction)}字，最多500字。"))
    refuse_if(found)
    held.correction = correction
    WrittenPart.objects.create(report=held, part=WrittenPart.CORRECTION, text=correction, by=by)
    held.save(update_fields=["correction", "changed_at"])
    record("annual_report.corrected", held, by=by, year=held.year, correction=correction)
    return held


@transaction.atomic
def hand_in(office, year: int, *, to: str, on: date, means: str, today: date, by, file=None) -> HandIn:
    """登记报送。条例 49: handed in to the 主管部门 beside being published."""
    found = []
    if form_for(year) is None:
        found.append(Objection("no_form", f"{year}年没有适用的年度报告格式。"))
    if not to.strip():
        found.append(Objection("no_superior", "请写明报送给哪个单位。", "条例 49"))
    if not means.strip():
        found.append(Objection("no_means", "请写明报送方式。"))
    if on > today or on <= date(year, 12, 31):
        found.append(Objection("wrong_day", f"报送日期应在{year}年12月31日之后、今天之前。"))
    refuse_if(found)
    report = report_for(office, year, by)
    row = HandIn.objects.create(report=report, to=to.strip()[:100], on=on, means=means.strip()[:100], file=file, by=by)
    record("annual_report.handed_in", report, by=by, year=year, on=on, to=row.to, means=row.means)
    return row
