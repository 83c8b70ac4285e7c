"""Everything that changes a letter: drafted, signed, frozen under a number, printed, stamped, delivered, voided."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import new, sha256

from django.db import models, transaction
from django.utils import timezone

from gongkai.accounts.models import Office, User
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.files.actions import keep
from gongkai.files.checks import ATTACHABLE
from gongkai.files.models import StoredFile
from gongkai.law import Objection
from gongkai.law.refusals import refuse_if
from gongkai.screening.rules import bears_mark
from gongkai.screening.rules.marks import paper_bears_mark

from . import printing, rules
from .models import (
    DayCorrection,
    Delivery,
    Enclosure,
    Letter,
    Material,
    Receipt,
    Rendering,
    Series,
    Signature,
    Stamp,
    Void,
)
from .subjects import subject_of

sentences(
    letters__drafted="为{number}拟写{title}",
    letters__redrafted="修改{number}的{title}（内容不入日志）",
    letters__signed="对{number}的{title}办理{step}",
    letters__frozen="{title}定稿，文号{letter}",
    letters__rendered="生成文书{letter}，摘要{digest}",
    letters__stamped="登记文书{letter}用印",
    letters__delivered="登记文书{letter}送达，方式为{way}，日期{on}",
    letters__received="登记对方签收文书{letter}，日期{on}",
    letters__day_corrected="将文书{letter}的{of}由{was}更正为{on}，原因为{reason}",
    letters__voided="作废{title}{letter}，原因为{reason}",
    letters__read="查看文书{letter}的内容",
    letters__material="为{number}收存材料“{label}”",
    letters__enclosed="在{number}的{title}中附“{label}”",
    letters__removed="从{number}的{title}移出附件“{label}”",
)


@transaction.atomic
def draft(
    record_: models.Model, *, kind: str, by: User, fields: Mapping[str, str], written_on: date, number: str, remedy: str = ""
) -> Letter:
    """拟稿。Afterwards a draft about the record exists, in the wording in force on `written_on`."""
    refuse_if([*_objections_to_wording(kind, written_on, remedy), *_objections_to_marks(fields)])
    known = rules.kinds()[kind]
    letter = Letter(
        office_id=record_.office_id, section_id=record_.section_id, subject_kind=record_._meta.label, subject_id=record_.pk, subject_number=number,  # type: ignore[attr-defined]
        kind=kind, remedy=(remedy or known.remedy) if known.frame else "", written_on=written_on, fields=_dump(fields), drafted_by=by,
    )  # fmt: skip
    letter.save()
    _redigest(letter)
    record("letters.drafted", letter, by=by, number=number, title=letter.title)
    return letter


@transaction.atomic
def redraft(letter: Letter, *, by: User, fields: Mapping[str, str], written_on: date | None = None, remedy: str = "") -> Letter:
    """改稿。Afterwards the draft says something else, and whoever signed the former text must look again."""
    held = Letter.objects.held(letter)
    refuse_if(rules.objections_to_moving("redraft", held.facts()))
    held.written_on, held.remedy = written_on or held.written_on, remedy or held.remedy
    refuse_if([*_objections_to_wording(held.kind, held.written_on, held.remedy), *_objections_to_marks(fields)])
    # What the drafter said beside the wording (a reason for being late) stays with the letter.
    held.fields, held.drafted_by = _dump({**held.values, **fields}), by
    held.save()
    _redigest(held)
    record("letters.redrafted", held, by=by, number=held.subject_number, title=held.title)
    return held


@transaction.atomic
def enclose(letter: Letter, *, by: User, material: Material) -> Enclosure:
    """附件。Afterwards the paper goes with the letter. A paper of another case is refused."""
    held = Letter.objects.held(letter)
    refuse_if(rules.objections_to_moving("redraft", held.facts()))
    if (material.subject_kind, material.subject_id, material.office_id) != (held.subject_kind, held.subject_id, held.office_id):
        refuse_if([Objection("other_case", "该材料属于另一件申请，不能附入本文书", "条例 45")])
    made, _ = Enclosure.objects.get_or_create(letter=held, material=material)
    refuse_if([*subject_of(held).objections(held, "enclose", by)])
    _redigest(held)
    record("letters.enclosed", held, by=by, number=held.subject_number, title=held.title, label=material.label)
    return made


@transaction.atomic
def remove(letter: Letter, *, by: User, material: Material) -> None:
    """移出附件。Afterwards the paper no longer goes with the draft; it stays in the case's file."""
    held = Letter.objects.held(letter)
    refuse_if(rules.objections_to_moving("redraft", held.facts()))
    found = Enclosure.objects.filter(letter=held, material=material).first()
    if found is None:
        refuse_if([Objection("not_enclosed", "该材料不在附件中", "条例 45")])
        return
    found.delete()
    _redigest(held)
    record("letters.removed", held, by=by, number=held.subject_number, title=held.title, label=material.label)


@transaction.atomic
def sign(letter: Letter, *, step: rules.Step, by: User, opinion: str = "") -> Signature:
    """审核、签发。Afterwards the step is signed under the text as it is now."""
    held = Letter.objects.held(letter)
    refuse_if([*rules.objections_to_signing(held.facts(), step, by.pk), *subject_of(held).objections(held, step.value, by)])
    made = Signature.objects.create(letter=held, step=step, by=by, opinion=opinion, digest=held.digest)
    record("letters.signed", held, by=by, number=held.subject_number, title=held.title, step=step.label)
    return made


def freeze(letter: Letter, *, by: User) -> Letter:
    """定稿。Afterwards the letter has its number and can't be changed; it is printed after that, and printing may be retried.

    A character our fonts lack is refused before a number is taken.
    """
    refuse_if([*rules.objections_to_freezing(letter.facts()), *subject_of(letter).objections(letter, "freeze", by)])
    printing.pdf(letter)
    held = _freeze(letter, by=by)
    render(held, by=by)
    return held


@transaction.atomic
def _freeze(letter: Letter, *, by: User) -> Letter:
    held = Letter.objects.select_related("office").select_for_update(of=("self",)).get(pk=letter.pk)
    refuse_if([*rules.objections_to_freezing(held.facts()), *subject_of(held).objections(held, "freeze", by)])
    if rules.digest(held.content()) != held.digest:
        refuse_if([Objection("changed", "文书内容与审批时的不一致，请重新审批", "条例 17.1")])
    series, year = rules.kinds()[held.kind].series, held.written_on.year
    held.series, held.year, held.serial = series, year, take_serial(held.office, series, year)
    held.number = rules.number(held.office.number_prefix, series, year, held.serial)
    held.frozen_at, held.frozen_by = timezone.now(), by
    held.save()
    record("letters.frozen", held, by=by, title=held.title, letter=held.number)
    return held


def take_serial(office: Office, series: str, year: int) -> int:
    """The next number of a series. Inside a transaction, which holds the counter until it ends: no gaps, no doubles."""
    Series.objects.get_or_create(office=office, name=series, year=year)
    counter = Series.objects.select_for_update().get(office=office, name=series, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


@transaction.atomic
def render(letter: Letter, *, by: User | None) -> Rendering:
    """生成文书。Afterwards the frozen letter's PDF and docx are kept with their digests. Run twice, also at once, it keeps the first."""
    if (found := Rendering.objects.filter(letter=letter).first()) is not None:
        return found
    refuse_if([] if letter.frozen_at else [Objection("not_frozen", "文书尚未定稿", "条例 45")])
    pdf, docx = printing.pdf(letter), printing.docx(letter)
    Letter.objects.held(letter)  # after the printing, which takes long
    if (found := Rendering.objects.filter(letter=letter).first()) is not None:
        return found
    made = Rendering.objects.create(
        letter=letter, by=by, pdf=b64encode(pdf).decode(), pdf_sha256=sha256(pdf).hexdigest(), pdf_sm3=new("sm3", pdf).hexdigest(),
        docx=b64encode(docx).decode(), docx_sha256=sha256(docx).hexdigest(),
    )  # fmt: skip
    record("letters.rendered", letter, by=by, letter=letter.number, digest=made.pdf_sha256)
    return made


def stamp(letter: Letter, *, by: User, scan, bound_to: str) -> Stamp:
    """用印。Afterwards the scan of the stamped paper stands beside the PDF whose digest it names."""
    stored = keep(scan, office=letter.office, by=by, allowed=ATTACHABLE)  # kept with its fault even when it is refused
    with transaction.atomic():
        held = Letter.objects.held(letter)
        facts = held.facts()
        refuse_if(rules.objections_to_stamping(facts, bound_to, held.rendering.pdf_sha256 if facts.rendered else ""))
        refuse_if([Objection("bad_scan", stored.refused)] if stored.refused else [])
        made = Stamp.objects.create(letter=held, scan=stored, pdf_sha256=bound_to, by=by)
        record("letters.stamped", held, by=by, letter=held.number)
    return made


def objections_to_leaving(letter: Letter, by: User) -> list[Objection]:
    """Why this letter may not leave with what it encloses: what its record has against it, a 密级 mark, a paper that failed its check.

    Asked when it is delivered, and before it or its envelope is printed for the post.
    """
    models.prefetch_related_objects([letter], "enclosures__material__file")  # many at once were fetched already
    papers = [one.material for one in letter.enclosures.all()]
    failed = [Objection("bad_file", f"附件“{one.label}”没有通过检查，不能送出：{one.file.refused}") for one in papers if one.file.refused]
    marked = [_CLASSIFIED] if any(paper_bears_mark([one.label]) for one in papers) else []
    return [*subject_of(letter).objections(letter, "deliver", by), *(_objections_to_marks(letter.values) or marked), *failed]


def deliver(letter: Letter, *, by: User, way: str, on: date, proof: str, carrier: str = "", scan=None) -> Delivery:
    """送达。Afterwards it is on record how and when the stamped letter went out, and the record it is about follows."""
    stored = keep(scan, office=letter.office, by=by, allowed=ATTACHABLE) if scan else None
    with transaction.atomic():
        if way == Delivery.Way.POST:
            hold_mail_numbers(letter.office_id)
            refuse_if(objections_to_mail_numbers(letter.office_id, [rules.mail_number(proof)]))
        return send(letter, by=by, way=way, on=on, proof=proof, carrier=carrier, stored=stored)


@transaction.atomic
def send(letter: Letter, *, by: User, way: str, on: date, proof: str, carrier: str = "", stored: StoredFile | None = None) -> Delivery:
    """送达, of what goes by post once whoever calls has held and asked after its mail number."""
    held = Letter.objects.held(letter)
    refuse_if(rules.objections_to_delivering(
        held.facts(), way=way, carrier=carrier, on=on, written_on=held.written_on, today=timezone.localdate(), remedy=held.remedy,
    ))  # fmt: skip
    refuse_if(objections_to_leaving(held, by))
    refuse_if([Objection("bad_scan", stored.refused)] if stored and stored.refused else [])
    number = rules.mail_number(proof) if way == Delivery.Way.POST else ""
    if number and number == rules.folded_number(proof):
        proof = number
    made = Delivery(letter=held, way=way, carrier=carrier, on=on, proof=proof, file=stored, by=by)
    made.full_clean(exclude=["letter", "by", "file"])
    made.save()
    record("letters.delivered", held, by=by, letter=held.number, way=made.get_way_display(), on=on)
    subject_of(held).delivered(held, by=by)
    return made


def hold_mail_numbers(office_id: int) -> None:
    """Of two clerks who register one mail number at once the second waits until the first is done, and is told. Within a transaction; the office's rows may be written meanwhile."""
    Office.objects.select_for_update(no_key=True).get(pk=office_id)


def objections_to_mail_numbers(office_id: int, numbers: Iterable[str]) -> list[Objection]:
    """Which of these numbers of mail stand on a letter of the office already, alone or among other words. Blank ones are none."""
    asked = sorted({number for number in numbers if number})
    if not asked:
        return []
    there = Delivery.objects.filter(letter__office=office_id, way=Delivery.Way.POST, proof__iregex="|".join(map(re.escape, asked))).values_list("proof", flat=True)
    taken = {rules.mail_number(proof) for proof in there}
    return [
        Objection("used", f"邮件号码{number}已登记在别的文书上，请核对；两份装在一个信封里的，在“集中寄送”中一起登记", "235号 二") for number in asked if number in taken
    ]  # fmt: skip


@transaction.atomic
def receive(letter: Letter, *, by: User, on: date, proof: str) -> Receipt:
    """签收。Afterwards it is on record when the posted letter arrived, and the record it is about follows."""
    held = Letter.objects.held(letter)
    sent = Delivery.objects.filter(letter=held).first()
    if hasattr(held, "receipt"):
        refuse_if([Objection("received_before", "该文书的签收已登记", "235号 四")])
    refuse_if(rules.objections_to_receiving(
        held.facts(), way=sent.way if sent else "", sent_on=sent.day if sent else None, on=on, today=timezone.localdate()
    ))  # fmt: skip
    made = Receipt(letter=held, on=on, proof=proof, by=by)
    made.full_clean(exclude=["letter", "by"])
    made.save()
    record("letters.received", held, by=by, letter=held.number, on=on)
    subject_of(held).received(held, by=by)
    return made


@transaction.atomic
def correct_day(letter: Letter, *, by: User, of: str, on: date, reason: str) -> DayCorrection:
    """更正日期。

    Afterwards the letter counts for the true day, what was mistyped stays on record with the reason, and the record it
    is about follows: its clock is folded again. What the record refuses is not corrected.
    """
    held = Letter.objects.held(letter)
    sent, got = Delivery.objects.filter(letter=held).first(), Receipt.objects.filter(letter=held).first()
    receipt = of == DayCorrection.Of.RECEIPT
    was = (got.day if got else None) if receipt else (sent.day if sent else None)
    refuse_if(rules.objections_to_correcting(
        held.facts(), receipt=receipt, was=was, on=on, written_on=held.written_on, sent_on=sent.day if sent else None, received_on=got.day if got else None, reason=reason,
        today=timezone.localdate(),
    ))  # fmt: skip
    made = DayCorrection(letter=held, of=of, was=was, on=on, reason=reason, by=by)
    made.full_clean(exclude=["letter", "by"])
    made.save()
    record("letters.day_corrected", held, by=by, letter=held.number, of=made.get_of_display(), was=was, on=on, reason=reason)
    subject_of(held).corrected(Letter.objects.get(pk=held.pk), by=by)
    return made


@transaction.atomic
def void(letter: Letter, *, by: User, reason: str) -> Void:
    """作废。Afterwards the letter does not count; its number, if it had one, stays taken."""
    held = Letter.objects.held(letter)
    refuse_if(rules.objections_to_voiding(held.facts(), reason))
    made = Void.objects.create(letter=held, by=by, reason=reason)
    record("letters.voided", held, by=by, letter=held.number, title=held.title, reason=reason)
    return made


def add_material(record_: models.Model, *, by: User, upload, label: str, number: str) -> Material:
    """收存材料。Afterwards the paper belongs to this record, and can be enclosed in its letters alone. One that bears a 密级 mark, or is called by it, is refused."""
    refuse_if([_CLASSIFIED] if paper_bears_mark([label]) or paper_bears_mark([upload.name or ""]) else [])
    stored = keep(upload, office=record_.office, by=by, allowed=ATTACHABLE)  # type: ignore[attr-defined]
    refuse_if([Objection("bad_file", stored.refused)] if stored.refused else [])
    with transaction.atomic():
        made = Material.objects.create(office_id=record_.office_id, subject_kind=record_._meta.label, subject_id=record_.pk, label=label, file=stored, by=by)  # type: ignore[attr-defined]
        record("letters.material", made, by=by, number=number, label=label)
    return made


def _dump(fields: Mapping[str, str]) -> str:
    return json.dumps(dict(fields), ensure_ascii=False)


def _redigest(letter: Letter) -> None:
    letter.digest = rules.digest(letter.content())
    letter.save(update_fields=["digest"])


_CLASSIFIED = Objection("classified", "内容载有密级标识。本系统用于非涉密网络，不得录入涉密信息，请只写文件编号等指引", "保密法 31(3)")


def _objections_to_marks(fields: Mapping[str, str]) -> list[Objection]:
    """A refusal as 国家秘密 names a reference; what bears the mark itself is never written here."""
    if any(bears_mark(text) for text in fields.values()):
        return [_CLASSIFIED]
    return []


def _objections_to_wording(kind: str, on: date, remedy: str) -> list[Objection]:
    if kind not in rules.kinds():
        return [Objection("no_kind", "没有这种文书")]
    if rules.kinds()[kind].version(on) is None:
        return [Objection("no_version", f"{rules.kinds()[kind].title}在该日期没有可用的文本")]
    if remedy and remedy not in dict(rules.remedies(on)):
        return [Objection("no_remedy", "没有这种救济途径")]
    return []
