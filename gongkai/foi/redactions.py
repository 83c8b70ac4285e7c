"""Everything that changes a 区分处理: begun on a paper of the case, marked, finished into a new paper that may be enclosed.

The original stays where it is: once it is being covered, no letter takes it (`by_letter.objections_to_enclosing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from gongkai.accounts.models import User
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.exchange.blocks import Unreadable
from gongkai.exchange.reading.office import as_pdf
from gongkai.files.actions import keep
from gongkai.files.checks import ATTACHABLE
from gongkai.files.models import StoredFile, vault_storage
from gongkai.law import Objection
from gongkai.law.instruments import cite
from gongkai.law.refusals import Refused, refuse_if
from gongkai.letters.models import Material
from gongkai.screening.rules import bears_mark

from . import redacting, result_rules, rules
from .models import Application, Redaction, RedactionMark

sentences(
    foi__redaction_begun="对申请{number}的材料“{label}”开始区分处理，共{pages}页",
    foi__redaction_marked="在申请{number}的材料“{label}”第{page}页遮盖{count}处，依据{basis}",
    foi__redaction_words_marked="在申请{number}的材料“{label}”中按文字遮盖{count}处，依据{basis}（文字不入日志）",
    foi__redaction_unmarked="取消申请{number}的材料“{label}”第{page}页的{count}处遮盖",
    foi__redaction_queued="申请{number}的材料“{label}”遮盖{count}处，交付后台生成区分处理件，共{pages}页",
    foi__redaction_stopped="停止生成申请{number}的材料“{label}”的区分处理件",
    foi__redaction_not_made="申请{number}的材料“{label}”的区分处理件没有生成：{why}",
    foi__redaction_finished="申请{number}的材料“{label}”区分处理完毕，遮盖{count}处，摘要{digest}",
    foi__redaction_dropped="放弃申请{number}的材料“{label}”未完成的区分处理",
    foi__redaction_seen="查看申请{number}的材料“{label}”原件第{page}页",
    foi__redaction_taken="下载申请{number}的区分处理件“{label}”",
)
GROUNDS = {one.code: one for one in result_rules.WITHHELD}
#: A copy of so many pages is made while the clerk waits, about a second; a longer one by the jobs process.
AT_ONCE = 3
#: When nothing was made for so long, nobody is making it: a task is begun anew after fifteen minutes, three times at most.
PATIENCE = timedelta(minutes=50)


def content_of(stored: StoredFile) -> bytes:
    with stored.content.open("rb") as opened:
        return opened.read()


def opened(redaction: Redaction) -> redacting.Paper:
    """The paper that is marked."""
    return redacting.open_paper(content_of(redaction.source), redaction.source.kind)


def article(ground: str) -> str:
    """“第十五条”, as it is printed on a cover."""
    cited = cite(GROUNDS[ground].basis, timezone.localdate()).article
    return cited.name if cited else ""


def objections_to_beginning(application: Application, material: Material) -> list[Objection]:
    """Why this paper can't be covered: of another case, put away, or a copy that was covered already."""
    if (material.subject_kind, material.subject_id) != (application._meta.label, application.pk):
        return [Objection("other_case", "该材料属于另一件申请", "条例 45")]
    if found := _objections_to_put_away(application):
        return found
    if Redaction.objects.filter(result=material).exists():
        return [Objection("a_copy", "这一份本身是区分处理件，请从原件重新做", "条例 37")]
    if Redaction.objects.filter(material=material, finished_at=None).exists():
        return [Objection("begun", "这份材料的区分处理正在进行，请接着做", "条例 37")]
    return []


def _objections_to_put_away(application: Application) -> list[Objection]:
    if application.voided_at or rules.state_of(application.case(with_letters=False)) is rules.State.ARCHIVED:
        return [Objection("put_away", "该申请已归档或作废，不能再区分处理", "条例 45")]
    return []


def begin(application: Application, *, by: User, material: Material) -> Redaction:
    """开始区分处理。Afterwards the paper is open for marking. Marks of an earlier copy of the same paper are taken over."""
    refuse_if(objections_to_beginning(application, material))
    source = _markable(application, material, by)
    paper = redacting.open_paper(content_of(source), source.kind)
    with transaction.atomic():
        held = Application.objects.held(application)
        refuse_if(objections_to_beginning(held, material))
        made = Redaction.objects.create(application=held, material=material, source=source, pages=len(paper), begun_by=by)
        former = Redaction.objects.filter(material=material, finished_at__isnull=False).order_by("-pk").first()
        for mark in former.marks.all() if former else ():
            RedactionMark.objects.create(
                redaction=made, page=mark.page, left=mark.left, top=mark.top, width=mark.width, height=mark.height, ground=mark.ground, reason=mark.reason, by=by
            )
        record("foi.redaction_begun", held, by=by, number=held.number, label=material.label, pages=len(paper))
    return made


def _markable(application: Application, material: Material, by: User) -> StoredFile:
    """The paper's own file, or the PDF a Word document prints as; converted once."""
    stored = material.file
    former = Redaction.objects.filter(material=material).select_related("source").order_by("-pk").first()
    if former is not None:
        return former.source
    if stored.kind not in redacting.CONVERTED:
        return stored
    try:
        pdf = as_pdf(Path(vault_storage().path(stored.content.name)), stored.name, stored.kind)
    except Unreadable as error:
        raise Refused([Objection("no_converter", str(error), "条例 37")]) from None
    made = keep(ContentFile(pdf, f"{Path(stored.name).stem}.pdf"), office=application.office, by=by, allowed=ATTACHABLE)
    refuse_if([Objection("bad_file", made.refused)] if made.refused else [])
    return made


def _held(redaction: Redaction) -> Redaction:
    held = Redaction.objects.select_for_update().get(pk=redaction.pk)
    refuse_if(_objections_to_put_away(held.application))
    refuse_if([Objection("finished", "区分处理件已生成，不能再改；需要改的，从原件重新做一份", "条例 37")] if held.finished_at else [])
    return held


def _resting(redaction: Redaction) -> Redaction:
    """Held, and not being made: what is being made must not change under it."""
    held = _held(redaction)
    refuse_if([Objection("queued", "正在生成区分处理件，现在不能改；需要改的，先停止生成", "条例 37")] if held.queued_at else [])
    return held


def _objections_to_marking(redaction: Redaction, page: int, boxes: Sequence[redacting.Box], ground: str, reason: str) -> list[Objection]:
    if ground not in GROUNDS:
        return [Objection("no_ground", "请选择不予公开的情形", "条例 37")]
    if bears_mark(reason):
        return [Objection("classified", "说明载有密级标识，本系统不得录入涉密信息", "保密法 31(3)")]
    if len(reason) > 100:
        return [Objection("long", "说明不超过100字")]
    if not 1 <= page <= redaction.pages:
        return [Objection("no_page", f"没有第{page}页", "条例 37")]
    if not all(0 <= b.left < redacting.WHOLE and 0 <= b.top < redacting.WHOLE and 1 <= b.width <= redacting.WHOLE - b.left and 1 <= b.height <= redacting.WHOLE - b.top for b in boxes):
        return [Objection("off_page", "遮盖的范围须在页面以内，宽和高须大于0", "条例 37")]
    if redaction.marks.count() + len(boxes) > redacting.MOST_MARKS:
        return [Objection("too_many", f"一份材料最多遮盖{redacting.MOST_MARKS}处", "条例 37")]
    return []


def _objections_to_reasons(redaction: Redaction, placed: Iterable[tuple[int, redacting.Box]] = (), reason: str = "") -> list[Objection]:
    """Why what is printed in the list may not be: a reason repeats words that a cover hides, its own or another.

    `placed` and `reason` are of marks about to be made. Where a page has no text layer nothing is known, and nothing is said.
    """
    marks = numbered(redaction)
    reasons = {one.reason: f"第{n}处的说明" for n, one in reversed(marks) if one.reason}
    if reason:
        reasons[reason] = "说明"
    if not reasons:
        return []
    boxes: dict[int, list[redacting.Box]] = {}
    for page, box in [*((one.page, box_of(one)) for _, one in marks), *placed]:
        boxes.setdefault(page, []).append(box)
    paper = opened(redaction)
    hidden = [text for page, there in boxes.items() for text in redacting.under(paper.letters(page), there)]
    return [
        Objection("repeats", f"{where}中的“{words}”是遮盖的文字，说明会印在清单上随件外送，请改写，只写属于哪一类内容，如“个人电话”", "条例 37")
        for said, where in reasons.items() if (words := redacting.repeated(said, hidden))
    ]  # fmt: skip


def _add(redaction: Redaction, by: User, placed: Iterable[tuple[int, redacting.Box]], ground: str, reason: str) -> int:
    """Marks where there is none yet of the same ground that holds them."""
    known: dict[int, list[redacting.Box]] = {}
    for mark in redaction.marks.filter(ground=ground):
        known.setdefault(mark.page, []).append(box_of(mark))
    made = []
    for page, box in placed:
        if any(one.holds(box) for one in known.get(page, ())):
            continue
        made.append(RedactionMark(redaction=redaction, page=page, left=box.left, top=box.top, width=box.width, height=box.height, ground=ground, reason=reason, by=by))
    RedactionMark.objects.bulk_create(made)
    return len(made)


def box_of(mark: RedactionMark) -> redacting.Box:
    return redacting.Box(mark.left, mark.top, mark.width, mark.height)


@transaction.atomic
def mark(redaction: Redaction, *, by: User, page: int, boxes: Sequence[redacting.Box], ground: str, reason: str = "") -> int:
    """遮盖。Afterwards these rectangles of the page are marked with their ground; how many are new is returned."""
    held = _resting(redaction)
    refuse_if([] if boxes else [Objection("nothing", "请先框选要遮盖的范围", "条例 37")])
    refuse_if(_objections_to_marking(held, page, boxes, ground, reason) or _objections_to_reasons(held, [(page, box) for box in boxes], reason))
    count = _add(held, by, [(page, box) for box in boxes], ground, reason)
    if count:
        record("foi.redaction_marked", held.application, by=by, number=held.application.number, label=held.material.label, page=page, count=count, basis=GROUNDS[ground].basis)
    return count


@transaction.atomic
def mark_words(redaction: Redaction, *, by: User, words: str, ground: str, reason: str = "") -> int:
    """按文字遮盖。Afterwards every place where these words stand is marked. The words themselves reach no log."""
    held = _resting(redaction)
    refuse_if([] if redacting.folded(words) else [Objection("nothing", "请填写要查找的文字", "条例 37")])
    letters = list(opened(held).all_letters())
    if not letters:
        refuse_if([Objection("no_text", "这份材料没有文字层（如扫描件、照片），不能按文字查找，请在页面上框选", "条例 37")])
    placed = redacting.find(letters, words)
    refuse_if([] if placed else [Objection("not_found", "没有找到这段文字；图片里的文字、手写的字查不到，请在页面上框选", "条例 37")])
    refuse_if(_objections_to_marking(held, placed[0][0], [box for _, box in placed], ground, reason) or _objections_to_reasons(held, placed, reason))
    count = _add(held, by, placed, ground, reason)
    if count:
        record("foi.redaction_words_marked", held.application, by=by, number=held.application.number, label=held.material.label, count=count, basis=GROUNDS[ground].basis)
    return count


@transaction.atomic
def unmark(redaction: Redaction, *, by: User, marks: Iterable[int]) -> int:
    """取消遮盖。Afterwards the marks are gone; the log keeps that they were there."""
    held = _resting(redaction)
    found = list(held.marks.filter(pk__in=list(marks)))
    by_page: dict[int, int] = {}
    for one in found:
        by_page[one.page] = by_page.get(one.page, 0) + 1
        one.delete()
    for page, count in by_page.items():
        record("foi.redaction_unmarked", held.application, by=by, number=held.application.number, label=held.material.label, page=page, count=count)
    return len(found)


@transaction.atomic
def drop(redaction: Redaction, *, by: User) -> None:
    """放弃。Afterwards the unfinished work and its marks are gone, and the paper may be begun anew."""
    held = _resting(redaction)
    held.marks.all().delete()
    record("foi.redaction_dropped", held.application, by=by, number=held.application.number, label=held.material.label)
    held.delete()


def numbered(redaction: Redaction) -> list[tuple[int, RedactionMark]]:
    """The marks with the numbers they bear, in reading order."""
    return list(enumerate(redaction.marks.select_related("by"), 1))


def _listed(marks: Sequence[tuple[int, RedactionMark]]) -> list[redacting.Listed]:
    return [redacting.Listed(n, one.page, GROUNDS[one.ground].label, article(one.ground), one.reason) for n, one in marks]


def _objections_to_finishing(redaction: Redaction) -> list[Objection]:
    application = redaction.application
    if application.voided_at or rules.state_of(application.case(with_letters=False)) is rules.State.ARCHIVED:
        return [Objection("put_away", "该申请已归档或作废，不能再区分处理", "条例 45")]
    if not redaction.marks.exists():
        return [Objection("no_marks", "还没有遮盖任何内容；没有需要遮盖的，直接附原件", "条例 37")]
    return _objections_to_reasons(redaction)


def finish(redaction: Redaction, *, by: User) -> Material:
    """生成区分处理件。

    Afterwards the covered copy is a new paper of the case, made of pictures alone, with the list of covers at its end; the
    marks stand as they are. What was marked while it was being made is refused, not lost.
    """
    with transaction.atomic():
        held = _resting(redaction)
        refuse_if(_objections_to_finishing(held))
    try:
        return _make(held, by=by)
    except Stopped:
        raise Refused([Objection("changed", "生成期间这份材料另有处理，请核对后再生成", "条例 37")]) from None


@transaction.atomic
def finish_later(redaction: Redaction, *, by: User) -> Redaction:
    """生成区分处理件, of more than `AT_ONCE` pages. Afterwards it waits for the jobs process; until it is made no mark changes."""
    held = _resting(redaction)
    refuse_if(_objections_to_finishing(held))
    held.queued_by, held.queued_at, held.made_pages, held.trouble = by, timezone.now(), 0, ""
    held.save(update_fields=["queued_by", "queued_at", "made_pages", "trouble"])
    record("foi.redaction_queued", held.application, by=by, number=held.application.number, label=held.material.label, count=held.marks.count(), pages=held.pages)
    make_later.enqueue(held.pk)
    return held


@transaction.atomic
def stop(redaction: Redaction, *, by: User) -> None:
    """停止生成。Afterwards the marks may be changed again; whoever is making the copy finds that it is no longer wanted."""
    held = _held(redaction)
    if held.queued_at:
        _rest(held)
        record("foi.redaction_stopped", held.application, by=by, number=held.application.number, label=held.material.label)


def _rest(redaction: Redaction, trouble: str = "") -> None:
    redaction.queued_by, redaction.queued_at, redaction.made_pages, redaction.trouble = None, None, 0, trouble[:300]
    redaction.save(update_fields=["queued_by", "queued_at", "made_pages", "trouble"])


class Stopped(Exception):
    """Nobody waits for this copy any more."""


@task()
def make_later(redaction_id: int) -> None:
    """A covered copy by the jobs process. Run twice, or again after it was killed, it makes one copy: the last step asks whether it is still waited for."""
    redaction = Redaction.objects.select_related("queued_by", "application__office", "material", "source").filter(pk=redaction_id, queued_at__isnull=False).first()
    if redaction is None:
        return
    waiting = Redaction.objects.filter(pk=redaction_id, queued_at=redaction.queued_at)

    def progress(pages: int) -> None:
        if not waiting.update(made_pages=pages):
            raise Stopped

    def failed(why: str) -> None:
        with transaction.atomic():
            if (held := waiting.select_for_update().first()) is not None:
                _rest(held, why)
                record("foi.redaction_not_made", held.application, by=redaction.queued_by, number=held.application.number, label=held.material.label, why=why)

    try:
        _make(redaction, by=redaction.queued_by, progress=progress)
    except Stopped:
        return
    except Refused as refused:
        failed("；".join(objection.sentence for objection in refused.objections))
    except Exception:
        failed("生成时出错，材料和遮盖都没有变动，请重新生成；仍不成功的，联系系统管理员")
        raise


def _make(redaction: Redaction, *, by: User, progress: Callable[[int], None] | None = None) -> Material:
    """Draw, look through, keep. Nothing stands in the case before the last transaction, and then all of it."""
    marks, queued_at = numbered(redaction), redaction.queued_at
    application, label = redaction.application, f"{redaction.material.label}（区分处理件）"
    covers = [redacting.Cover(one.page, box_of(one), n, article(one.ground)) for n, one in marks]
    pdf = redacting.covered(
        opened(redaction), covers, _listed(marks), title=label, office=application.office.name, number=application.number, on=timezone.localdate(), progress=progress
    )
    refuse_if([Objection("leaks", "生成的文件除页面图像外还带有其他内容，没有保存，请联系系统管理员", "条例 37")] if redacting.leaks(pdf, redaction.pages) else [])
    with transaction.atomic():
        held = Redaction.objects.select_for_update().filter(pk=redaction.pk).first()
        if held is None or held.queued_at != queued_at:
            raise Stopped
        held = _held(held)
        if [(n, one.pk) for n, one in numbered(held)] != [(n, one.pk) for n, one in marks]:
            refuse_if([Objection("changed", "生成期间遮盖有变动，请核对后再生成", "条例 37")])
        refuse_if(_objections_to_finishing(held))
        stored = keep(ContentFile(pdf, f"{label}.pdf"), office=application.office, by=by, allowed=frozenset({"pdf"}))
        refuse_if([Objection("bad_file", stored.refused)] if stored.refused else [])
        made = Material.objects.create(office_id=application.office_id, subject_kind=application._meta.label, subject_id=application.pk, label=label[:200], file=stored, by=by)
        held.result, held.finished_by, held.finished_at = made, by, timezone.now()
        held.queued_by, held.queued_at, held.made_pages, held.trouble = None, None, held.pages, ""
        held.save()
        record("foi.redaction_finished", application, by=by, number=application.number, label=held.material.label, count=len(marks), digest=stored.sha256)
    return made


class CasePaper(NamedTuple):
    """A paper of a case as its page lists it: open for marking, covered before, or itself a covered copy."""

    material: Material
    open: Redaction | None
    copies: list[Redaction]
    copy_of: Redaction | None
    markable: bool


def papers(application: Application) -> list[CasePaper]:
    """The papers of a case with what was made of each."""
    known = list(application.redactions.select_related("material", "result"))
    of: dict[int, list[Redaction]] = {}
    for one in known:
        of.setdefault(one.material_id, []).append(one)
    copies = {one.result_id: one for one in known if one.result_id}
    return [
        CasePaper(
            material, next((one for one in of.get(material.pk, ()) if one.finished_at is None), None), [one for one in of.get(material.pk, ()) if one.finished_at],
            copies.get(material.pk), material.file.kind in redacting.PICTURES | redacting.CONVERTED | {"pdf"},
        )
        for material in Material.objects.about(application).select_related("file")
    ]  # fmt: skip


def reply_words(application: Application) -> dict[str, str]:
    """What a reply under 条例 37 says of the papers covered in this case: what is given, and why the rest is not."""
    found = Redaction.objects.filter(application=application, finished_at__isnull=False).select_related("material", "result").order_by("pk")
    latest = {one.material_id: one for one in found}
    if not latest:
        return {}
    grounds = dict.fromkeys(mark.ground for one in latest.values() for mark in one.marks.all())
    return {
        "公开内容": "、".join(f"《{one.material.label}》（区分处理件）" for one in latest.values()),
        "理由": "；".join(f"部分内容属于“{GROUNDS[ground].label}”，依照{cite(GROUNDS[ground].basis, timezone.localdate()).text}不予公开" for ground in grounds) + "（各处位置见所附清单）",
    }  # fmt: skip
