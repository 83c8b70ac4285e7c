"""What is done to a plan, its measures and its account."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongkai.accounts.models import Office, Section
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.evidence import actions as evidence
from gongkai.evidence.models import FrozenAccount, Record
from gongkai.exchange.models import Batch
from gongkai.exchange.reading import Unreadable, read
from gongkai.files.models import StoredFile
from gongkai.law.objections import Objection
from gongkai.law.refusals import refuse_if

from . import queries, rules, tokens
from .models import Assignment, Chapter, KeyPoint, Link, Measure, Plan, Progress, Round, Target
from .reading import read_plan
from .reading.draft import Measure as DraftMeasure
from .reading.draft import PlanDraft
from .reading.due import last_day

TARGET = "ledger.plan"
FIRST_YEAR, LAST_YEAR = 2008, 2100  # 条例 first took effect in 2008

sentences(
    ledger__imported="导入{year}年分工方案“{title}”：{chapters}章、{measures}项措施，疑点{doubts}处",
    ledger__read="读取方案文件“{name}”：{measures}项措施，疑点{doubts}处",
    ledger__unreadable="方案文件“{name}”不能读取：{why}",
    ledger__dropped="放弃导入方案文件“{name}”",
    ledger__measure_changed="修改措施{number}（{fields}）",
    ledger__target_set="为措施{number}设定量化指标：{indicator}不少于{at_least}",
    ledger__reported="填报措施{number}落实情况第{version}版",
    ledger__submitted="提交措施{number}落实情况第{version}版",
    ledger__confirmed="审核通过措施{number}落实情况第{version}版",
    ledger__returned="退回措施{number}落实情况第{version}版：{comment}",
    ledger__linked="为措施{number}添加佐证：{label}",
    ledger__unlinked="移除措施{number}的佐证：{label}",
    ledger__round_opened="开始填报轮次“{title}”，{due_on}截止",
    ledger__answered="登记措施{number}对应上级要点{items}",
    ledger__published="公开{year}年分工方案及落实情况",
    ledger__withdrawn="撤下{year}年分工方案，原因：{reason}",
    ledger__carried="将{measures}项未完成措施结转至{year}年分工方案",
    ledger__exported="导出分工方案落实情况（{form}，{note}）",
    ledger__done="确认措施{number}于{done_on}办结",
)


@transaction.atomic
def take(stored: StoredFile, *, office: Office, by, level: str, year: int | None) -> Batch:
    """Read a stored file as a plan. Afterwards a batch waits for confirmation, or says why the file can't be read."""
    batch = Batch(office=office, target=TARGET, file=stored, by=by, options={"level": level, "year": year})
    if stored.refused:
        batch.state, batch.sentence = Batch.State.REFUSED, stored.refused
    else:
        try:
            draft = draft_of(stored, office, year, level)
        except Unreadable as error:
            batch.state, batch.sentence = Batch.State.REFUSED, error.sentence
        else:
            batch.rows = sum(1 for _ in draft.measures())
            batch.faults = [{"severity": d.severity, "sentence": d.sentence} for d in draft.doubts]
            batch.sentence = draft.layout.sentence
    batch.save()
    if batch.state == Batch.State.REFUSED:
        record("ledger.unreadable", batch, by=by, office_id=office.pk, name=stored.name, why=batch.sentence)
    else:
        record("ledger.read", batch, by=by, office_id=office.pk, name=stored.name, measures=batch.rows, doubts=len(batch.faults))
    return batch


@transaction.atomic
def drop(batch: Batch, *, by) -> bool:
    """放弃导入。False when the batch waits no longer: what was written stays written."""
    if not Batch.objects.filter(pk=batch.pk, state=Batch.State.READ).update(state=Batch.State.DROPPED):
        return False
    record("ledger.dropped", batch, by=by, name=batch.file.name)
    return True


def draft_of(stored: StoredFile, office: Office, year: int | None, level: str = "own") -> PlanDraft:
    """What the file is understood to say. Read again each time: the file never changes, and nothing half-understood is stored."""
    source = read(Path(stored.content.path), name=stored.name)
    return read_plan(source, sections=sections_for(office, level), year=year, office=office.name if level == Plan.Level.OWN else "")


def sections_for(office: Office, level: str) -> list[str]:
    """The names a responsibility is matched with: our sections for our own plan, none for a superior's."""
    return list(Section.objects.of(office.pk).values_list("name", flat=True)) if level == Plan.Level.OWN else []


def _waiting(batch: Batch) -> Batch:
    """The batch, locked, if it still waits for a decision: a second click finds it decided and changes nothing."""
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    refuse_if([Objection("decided", f"该文件已处理过（{held.get_state_display()}），没有重复写入")] if held.state != Batch.State.READ else [])
    return held


@transaction.atomic
def import_plan(office, draft: PlanDraft, *, by, level: str = "own", year: int | None = None, batch: Batch | None = None, at=None) -> Plan:
    """导入分工方案。Writes the confirmed draft whole: chapters, key points, measures, parts, and any 落实情况 as drafts to be checked.

    Refused while the draft still holds an error, or when the office already has a plan of its own for
    that year. Raw texts and places are kept beside each value. A 完成时限 that names one day becomes the
    measure's last day, as the preview said it would.
    """
    year = year or draft.year
    Office.objects.select_for_update().get(pk=office.pk)  # two files for one year: the second waits and is refused
    if batch is not None:
        batch = _waiting(batch)
    found = [Objection("doubt", doubt.sentence) for doubt in draft.doubts if doubt.severity == "error"]
    if year is None:
        found.append(Objection("no_year", "未能从文件中认出年度，请先填写年度"))
    elif not FIRST_YEAR <= year <= LAST_YEAR:
        found.append(Objection("strange_year", f"年度{year}不在{FIRST_YEAR}至{LAST_YEAR}之间，请核对"))
    elif level == Plan.Level.OWN and Plan.objects.of(office).own().filter(year=year).exists():
        found.append(Objection("already", f"{year}年分工方案已存在；如需更换，请先在台账中核对后修改，不能重复导入"))
    refuse_if(found)
    plan = Plan.objects.create(
        office=office, level=level, year=year, title=draft.title or f"{office.name}{year}年政务公开工作要点分工方案",
        issuer=(draft.issuer or "")[:100], headings=[column.heading for column in draft.columns], batch=batch,
    )
    sections = {section.name: section for section in Section.objects.of(office.pk)}
    now, order, progress = at or timezone.now(), 0, []
    for n, chapter in enumerate(draft.chapters, 1):
        made = Chapter.objects.create(plan=plan, order=n, number=(chapter.number or "")[:20], title=chapter.title[:300])
        points = 0
        for entry in chapter.entries:
            if isinstance(entry, DraftMeasure):
                point, items = None, [entry]
            else:
                points += 1
                point, items = KeyPoint.objects.create(chapter=made, order=points, number=(entry.number or "")[:20], title=entry.title), entry.measures
            for item in items:
                order += 1
                measure = _write(plan, made, point, order, item, sections)
                if item.progress:
                    progress.append(Progress(measure=measure, version=1, text=paragraphs(item.progress), state=Progress.State.DRAFT, written_by=by, written_at=now))
    Progress.objects.bulk_create(progress)
    if batch is not None:
        batch.state, batch.written = Batch.State.DONE, order
        batch.save(update_fields=["state", "written"])
    record("ledger.imported", plan, by=by, at=at, year=year, title=plan.title, chapters=len(draft.chapters), measures=order, doubts=len(draft.doubts))
    return plan


def _write(plan: Plan, chapter: Chapter, point: KeyPoint | None, order: int, item: DraftMeasure, sections: Mapping[str, Section]) -> Measure:
    measure = Measure.objects.create(
        plan=plan, chapter=chapter, point=point, order=order, number=f"{plan.year}-{order:02d}", text=item.text,
        responsibility=paragraphs(item.responsibility), due_words=(item.due or "")[:200],
        due_on=last_day(item.due, plan.year), place=item.place.label[:100],
        raw={"措施": item.raw, "落实情况": item.progress, "责任": item.responsibility, "时限": item.due, "状态": item.status, "编号": item.number, "其他": item.extras},
    )
    Assignment.objects.bulk_create(
        Assignment(measure=measure, part=part.role, words=part.name[:100], section=sections.get(part.section or ""), order=n)
        for n, part in enumerate(item.assignments)
    )
    return measure


def paragraphs(text: str | None) -> str:
    """A cell's text with one line a paragraph: blank lines between paragraphs are the paper's, not the text's."""
    return "\n".join(line.strip() for line in (text or "").splitlines() if line.strip())


@transaction.atomic
def change_measure(measure: Measure, *, by, **changes) -> Measure:
    """修改措施。Its number never changes, so what was said about it stays with it."""
    held = Measure.objects.select_for_update().get(pk=measure.pk)
    differences = {}
    for name, value in changes.items():
        if getattr(held, name) != value:
            differences[str(held._meta.get_field(name).verbose_name)] = [str(getattr(held, name) or ""), str(value or "")]
            setattr(held, name, value)
    if differences:
        held.full_clean(exclude=["plan", "chapter", "point"])
        held.save()
        record("ledger.measure_changed", held, by=by, number=held.number, fields="、".join(differences), differences=differences)
    return held


@transaction.atomic
def assign(measure: Measure, *, leads: Iterable[Section], supports: Iterable[Section], by) -> Measure:
    """重新分工。The words of the paper stay; the sections that answer for the measure are these."""
    measure.assignments.filter(section__isnull=False).delete()
    Assignment.objects.bulk_create(
        Assignment(measure=measure, part=part, section=section, words=section.name, order=n)
        for part, sections in (("lead", leads), ("support", supports)) for n, section in enumerate(sections)
    )
    record("ledger.measure_changed", measure, by=by, number=measure.number, fields="责任分工")
    return measure


@transaction.atomic
def set_target(measure: Measure, *, indicator: str, at_least, by) -> Target:
    """设定量化指标。From then on the measure is judged by it."""
    if queries.claims_of(indicator) is None:
        raise ValidationError(f"没有“{indicator}”这个指标。")
    target, _ = Target.objects.update_or_create(measure=measure, indicator=indicator, defaults={"at_least": at_least})
    record("ledger.target_set", measure, by=by, number=measure.number, indicator=indicator, at_least=str(at_least))
    return target


@transaction.atomic
def report(measure: Measure, *, text: str, by, submit: bool = True, at=None) -> Progress:
    """填报落实情况。Afterwards a new version stands as a draft, or waits for the section's head when submitted.

    An open draft of the same writer is written over; another's draft, and whatever was handed in, stays
    as it was. A text whose tokens can't be read may be kept as a draft but not submitted.
    """
    now = at or timezone.now()
    Measure.objects.select_for_update().get(pk=measure.pk)
    if submit:
        refuse_if([Objection("token", fault) for fault in tokens.faults(text, queries.claims_of)])
    newest = measure.progress.order_by("-version").first()
    if newest and newest.state == Progress.State.DRAFT and newest.written_by_id in (None, by.pk if by else None):
        progress = newest
    else:
        progress = Progress(measure=measure, version=(newest.version + 1) if newest else 1)
    progress.text, progress.written_by, progress.written_at, progress.comment = text, by, now, ""
    progress.state = Progress.State.DRAFT
    progress.checked_by = progress.checked_at = None
    progress.save()
    record("ledger.reported", measure, by=by, at=at, office_id=measure.plan.office_id, number=measure.number, version=progress.version)
    return submit_progress(progress, by=by, at=at) if submit else progress


@transaction.atomic
def submit_progress(progress: Progress, *, by, at=None) -> Progress:
    """提交审核。Afterwards it waits for the head of a leading section."""
    refuse_if([Objection("token", fault) for fault in tokens.faults(progress.text, queries.claims_of)])
    progress = _move(progress, "submit")
    progress.submitted_at = at or timezone.now()
    progress.save()
    # Only one version waits: the head would otherwise be asked about words that are no longer meant.
    progress.measure.progress.filter(state=Progress.State.SUBMITTED, version__lt=progress.version).update(
        state=rules.MOVES.after(Progress.State.SUBMITTED, "return"), comment=f"已由第{progress.version}版代替",
    )
    record("ledger.submitted", progress.measure, by=by, at=at, office_id=progress.office_id, number=progress.measure.number, version=progress.version)
    return progress


@transaction.atomic
def confirm(progress: Progress, *, by, at=None) -> Progress:
    """审核通过。Afterwards this version is what the ledger says. Refused to the person who wrote it, also where another handed the same words in."""
    progress = _move(progress, "confirm")
    own_words = progress.measure.progress.filter(text=progress.text, written_by=by).exists()
    refuse_if(rules.objections_to_confirming(
        writer_id=by.pk if own_words else progress.written_by_id, checker_id=by.pk, faults=tokens.faults(progress.text, queries.claims_of),
    ))  # fmt: skip
    progress.checked_by, progress.checked_at = by, at or timezone.now()
    progress.save()
    record("ledger.confirmed", progress.measure, by=by, at=at, office_id=progress.office_id, number=progress.measure.number, version=progress.version)
    return progress


@transaction.atomic
def return_progress(progress: Progress, *, by, comment: str, at=None) -> Progress:
    """退回。The comment is required; the writer goes on from the same text."""
    if not comment.strip():
        raise ValidationError("请写明退回的理由。")
    Progress._meta.get_field("comment").run_validators(comment.strip())
    progress = _move(progress, "return")
    progress.checked_by, progress.checked_at, progress.comment = by, at or timezone.now(), comment.strip()
    progress.save()
    record("ledger.returned", progress.measure, by=by, at=at, office_id=progress.office_id, number=progress.measure.number, version=progress.version, comment=comment)
    return progress


def _move(progress: Progress, verb: str) -> Progress:
    held = Progress.objects.select_for_update().select_related("measure__plan").get(pk=progress.pk)
    held.state = rules.MOVES.after(held.state, verb)
    return held


@transaction.atomic
def finish(measure: Measure, *, done_on: date, by) -> Measure:
    """确认办结。Said by the head of a leading section."""
    held = Measure.objects.select_for_update().get(pk=measure.pk)
    held.done_on = done_on
    held.save(update_fields=["done_on"])
    record("ledger.done", held, by=by, office_id=held.plan.office_id, number=held.number, done_on=done_on)
    return held


@transaction.atomic
def link(measure: Measure, *, by, item: Record | None = None, file=None, note: str = "") -> Link:
    """添加佐证：a record of a register or a stored file that passed its check."""
    if (item is None) == (file is None):
        raise ValidationError("请选择一条记录或一个文件作为佐证。")
    Link._meta.get_field("note").run_validators(note)
    if file is not None and file.refused:
        raise ValidationError(f"文件未通过检查，不能作为佐证：{file.refused}")
    made = Link.objects.create(
        measure=measure, kind=item._meta.label if item else "", record_id=item.pk if item else None, file=file,
        label=str(item or file)[:200], note=note, by=by,
    )
    record("ledger.linked", measure, by=by, office_id=measure.plan.office_id, number=measure.number, label=made.label)
    return made


@transaction.atomic
def unlink(made: Link, *, by) -> None:
    """移除佐证。Refused while a frozen account rests on it."""
    held_by = FrozenAccount.objects.filter(values__rows__kind=Link._meta.label, values__rows__record_id=made.pk).first()
    if held_by:
        refuse_if([Objection("frozen", f"该佐证是“{held_by}”的依据，不能移除")])
    record("ledger.unlinked", made.measure, by=by, office_id=made.measure.plan.office_id, number=made.measure.number, label=made.label)
    made.delete()


@transaction.atomic
def open_round(plan: Plan, *, title: str, opens_on: date, due_on: date, as_of: date, by) -> Round:
    """开始填报轮次。Every leading section then owes its report by `due_on`."""
    made = Round(plan=plan, title=title, opens_on=opens_on, due_on=due_on, as_of=as_of)
    made.full_clean()
    made.save()
    record("ledger.round_opened", plan, by=by, title=title, due_on=due_on)
    return made


@transaction.atomic
def answer(measure: Measure, *, items: Iterable[Measure], by) -> Measure:
    """登记对应的上级要点。Replaces what was registered before."""
    items = list(items)
    measure.answers.set(items)
    record("ledger.answered", measure, by=by, office_id=measure.plan.office_id, number=measure.number, items="、".join(item.number for item in items) or "（无）")
    return measure


@transaction.atomic
def freeze(plan: Plan, *, as_of: date, today: date, by, reason: str = "") -> FrozenAccount:
    """冻结年度账。Afterwards its values, lists and texts stand as known now, and what they rest on can't be deleted.

    Refused while a text waits for its check. A second freeze is a new version that says how it differs.
    """
    FrozenAccount._meta.get_field("reason").run_validators(reason)
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    waiting = Progress.objects.filter(measure__plan=plan, state=Progress.State.SUBMITTED).values_list("measure__number", flat=True)
    refuse_if(rules.objections_to_freezing(year=plan.year, as_of=as_of, today=today, open_texts=sorted(waiting)))
    account = queries.account(plan, as_of)
    links = list(Link.objects.filter(measure__plan=plan))
    return evidence.freeze(
        plan, title=plan.title, year=plan.year, as_of=as_of, keys=account.values, content=content_of(account), by=by, reason=reason,
        links=links, linked=_pointed_at(links), scope=account.scope,
    )


def _pointed_at(links: Iterable[Link]) -> list[Record]:
    """The records that links point at, each once: they must outlive the account as the links do."""
    ids: dict[str, set[int]] = {}
    for made in links:
        if made.kind:
            ids.setdefault(made.kind, set()).add(made.record_id)
    return [item for kind in sorted(ids) for item in apps.get_model(kind)._base_manager.filter(pk__in=ids[kind]).order_by("pk")]


def content_of(account: queries.Account) -> dict:
    """What a frozen account keeps besides its values: every row as it reads, with its source text and how it stood."""
    return {
        "headings": account.plan.headings,
        "title": account.plan.title,
        "rows": [
            {
                "number": row.measure.number, "chapter": row.chapter, "point": row.point, "measure": row.text,
                "progress": row.progress_plain, "source": row.progress_source, "responsibility": row.measure.responsibility,
                "segments": [[s.kind, s.text, s.key, s.claim, s.holds] for s in row.progress],
                "standing": row.standing, "why": row.why, "chapter_span": row.chapter_span, "point_span": row.point_span,
                "due": row.measure.due_words,
            }
            for row in account.rows
        ],
    }


@transaction.atomic
def publish(plan: Plan, *, by, at=None) -> Plan:
    """公开到网站。The page shows the newest frozen account, and before there is one the plan alone."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    plan.published_at = at or timezone.now()
    plan.save(update_fields=["published_at"])
    record("ledger.published", plan, by=by, at=at, year=plan.year)
    return plan


@transaction.atomic
def withdraw(plan: Plan, *, by, reason: str) -> Plan:
    """撤下。The reason is required and stays in the log."""
    if not reason.strip():
        raise ValidationError("请写明撤下的原因。")
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    plan.published_at = None
    plan.save(update_fields=["published_at"])
    record("ledger.withdrawn", plan, by=by, year=plan.year, reason=reason)
    return plan


@transaction.atomic
def carry_over(measures: Iterable[Measure], *, to: Plan, by) -> list[Measure]:
    """结转。Unfinished measures enter next year's plan after its own, each remembering where it comes from."""
    Plan.objects.select_for_update().get(pk=to.pk)
    order = to.measures.count()
    chapters = {chapter.title: chapter for chapter in to.chapters.all()}
    made = []
    for measure in measures:
        if measure.plan.year >= to.year:
            raise ValidationError(f"措施{measure.number}不能结转到{to.year}年：只能结转到以后年度。")
        if measure.carried_to.filter(plan=to).exists():
            continue
        chapter = chapters.get(measure.chapter.title)
        if chapter is None:
            chapter = Chapter.objects.create(plan=to, order=to.chapters.count() + 1, number="", title=measure.chapter.title)
            chapters[chapter.title] = chapter
        point = None
        if measure.point_id:
            point = chapter.points.filter(title=measure.point.title).first() or KeyPoint.objects.create(
                chapter=chapter, order=chapter.points.count() + 1, number="", title=measure.point.title
            )
        order += 1
        new = Measure.objects.create(
            plan=to, chapter=chapter, point=point, order=order, number=f"{to.year}-{order:02d}", text=measure.text,
            responsibility=measure.responsibility, due_words=measure.due_words, carried_from=measure,
        )
        Assignment.objects.bulk_create(
            Assignment(measure=new, part=a.part, section=a.section, words=a.words, order=a.order) for a in measure.assignments.all()
        )
        made.append(new)
    if to.previous_id is None and made:
        to.previous = made[0].carried_from.plan
        to.save(update_fields=["previous"])
    record("ledger.carried", to, by=by, year=to.year, measures=len(made))
    return made


def note_export(plan: Plan, *, form: str, table, by) -> None:
    """The log row of an export."""
    record("ledger.exported", plan, by=by, form=form, rows=len(table.rows), note=table.note)
