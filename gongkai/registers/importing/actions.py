"""Bringing a file in: read and shown first, written only when a person confirms, all of it or none."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django_tasks import task

from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.exchange.blocks import Unreadable
from gongkai.exchange.models import Batch
from gongkai.files.actions import keep
from gongkai.law.objections import Objection
from gongkai.law.refusals import Refused, refuse_if
from gongkai.rulebook.queries import steady
from gongkai.vault import EncryptedTextField

from .. import actions
from ..register import Register, get_register
from .checks import message
from .rows import Fault, Read, Reader

sentences(
    registers__batch_read="上传导入文件“{name}”到{what}：{rows}行，其中{faulty}行有误",
    registers__batch_refused="上传导入文件“{name}”到{what}，不能导入：{why}",
    registers__batch_dropped="放弃导入{what}（导入批次{batch}）",
)

SHOWN_ROWS = 20
SEALED = "（加密保存，预览不显示）"  # a batch keeps its preview, so what is sealed in the register stays out of it
KEPT_FAULTS = 100_000
#: What is read or written while the person waits: some two seconds. More goes to the jobs process.
AT_ONCE_BYTES, AT_ONCE_ROWS = 500_000, 5_000
State = Batch.State


def bring(register: Register, upload, *, by) -> Batch:
    """上传。Afterwards the file is kept, read and judged row by row, and the batch waits for a person; the register is untouched.

    A file that can't be read is kept as well, with the sentence that says why. One above `AT_ONCE_BYTES` is read in the
    background: its batch says 正在读取 and how far.
    """
    stored = keep(upload, office=by.office, by=by)
    batch = Batch(office_id=by.office_id, target=register.slug, file=stored, by=by)
    if stored.refused:
        return _refuse(batch, stored.refused, register.model._meta.verbose_name, by)
    if stored.size <= AT_ONCE_BYTES:
        return read(register, batch, by=by)
    batch.state, batch.sentence = State.READING, "正在读取"
    with transaction.atomic():
        batch.save()
        read_later.enqueue(batch.pk, by.pk)
    batch.refresh_from_db()
    return batch


@task()
def read_later(batch_id: int, user_id: int) -> None:
    """A large file, read by the jobs process. Run twice, it reads the file again and changes nothing that a person has decided since."""
    batch = Batch.objects.select_related("file").filter(pk=batch_id, state=State.READING).first()
    if batch is None:
        return

    def progress(rows: int) -> None:
        Batch.objects.filter(pk=batch_id).update(rows=rows, sentence=f"正在读取，已核对{rows}行")

    try:
        read(get_register(batch.target), batch, by=get_user_model().objects.get(pk=user_id), progress=progress)
    except Exception:
        Batch.objects.filter(pk=batch_id).update(state=State.FAILED, sentence="读取时出错，登记簿没有变动。请重新上传；仍不成功的，联系系统管理员。")
        raise


def read(register: Register, batch: Batch, *, by, progress: Callable[[int], None] | None = None) -> Batch:
    """Read and judge the file of a batch. `progress(rows)` is called after every thousand."""
    stored, what = batch.file, register.model._meta.verbose_name
    faults: list[Fault] = []
    preview: list[list[str]] = []
    rows = faulty = lost = 0
    try:
        reader = Reader(register, by, Path(stored.content.path), stored.name)
        sealed = {name for name, f in reader.fields.items() if isinstance(f, EncryptedTextField)}
        with closing(reader), steady():
            for one in reader:
                rows += 1
                if one.faults:
                    faulty += 1
                    room = KEPT_FAULTS - len(faults)
                    faults += one.faults[:room]
                    lost += max(0, len(one.faults) - room)
                if rows <= SHOWN_ROWS:
                    preview.append([one.number, [SEALED if c.name in sealed and one.raw.get(c.name) else one.raw.get(c.name, "") for c in reader.spec.columns], bool(one.faults), one.notes])
                if progress and rows % 1000 == 0:
                    progress(rows)
    except Unreadable as problem:
        return _refuse(batch, problem.sentence, what, by)
    if not rows:
        return _refuse(batch, "表头下面没有数据。请填写后重新上传。", what, by)
    table = reader.table
    batch.state, batch.rows, batch.faults = State.READ, rows, [list(fault) for fault in faults]
    batch.options = {
        "faulty": faulty, "lost": lost, "preview": preview, "columns": [c.label for c in reader.spec.columns],
        "unknown": table.unknown, "absent": table.absent, "warnings": table.warnings[:50],
    }  # fmt: skip
    batch.sentence = f"读出{rows}行，{rows - faulty}行可以导入" + (f"，{faulty}行有误" if faulty else "")
    with transaction.atomic():
        batch.save()
        record("registers.batch_read", batch, by=by, name=stored.name, what=what, rows=rows, faulty=faulty)
    return batch


@transaction.atomic
def _refuse(batch: Batch, why: str, what: str, by) -> Batch:
    batch.state, batch.sentence = State.REFUSED, why
    batch.save()
    record("registers.batch_refused", batch, by=by, name=batch.file.name, what=what, why=why)
    return batch


def confirm(register: Register, batch: Batch, *, by, only_good: bool = False, progress=None) -> Batch:
    """写入。Afterwards every good row is a record and the batch says how many; or nothing is written and it says why.

    With faulty rows nothing is written unless `only_good`; the list of what was left out stays with the batch.
    A second confirmation of the same batch is refused. The file is read again, so what changed in the
    register since the preview counts too.
    """
    _take(batch, only_good)
    return _write(register, batch, by=by, only_good=only_good, progress=progress)


@transaction.atomic
def confirm_large(register: Register, batch: Batch, *, by, only_good: bool = False) -> Batch:
    """写入, of more than `AT_ONCE_ROWS`: afterwards the batch says 正在写入 and the jobs process writes it, as `confirm` would."""
    _take(batch, only_good)
    Batch.objects.filter(pk=batch.pk).update(sentence=f"正在后台写入{batch.rows - batch.options.get('faulty', 0)}条，写完之前登记簿没有变动")
    write_later.enqueue(batch.pk, by.pk, only_good)
    batch.refresh_from_db()
    return batch


@task()
def write_later(batch_id: int, user_id: int, only_good: bool) -> None:
    """Run twice, it writes once: the batch says 已导入 in the very transaction that wrote it."""
    batch = Batch.objects.select_related("file").filter(pk=batch_id, state=State.RUNNING).first()
    if batch is not None:
        _write(get_register(batch.target), batch, by=get_user_model().objects.get(pk=user_id), only_good=only_good)


def _take(batch: Batch, only_good: bool) -> None:
    """The one who turns 待确认 into 正在写入 is the one who writes."""
    refuse_if(_objections(batch, only_good))
    if not Batch.objects.filter(pk=batch.pk, state=State.READ).update(state=State.RUNNING):
        refuse_if([Objection("twice", "这一批已经在写入或已处理，请刷新页面查看")])


def _write(register: Register, batch: Batch, *, by, only_good: bool, progress=None) -> Batch:
    left_out: list[Fault] = []
    try:
        with transaction.atomic(), steady():
            if not Batch.objects.select_for_update().filter(pk=batch.pk, state=State.RUNNING).exists():
                batch.refresh_from_db()
                return batch  # another worker has written it meanwhile
            reader = Reader(register, by, Path(batch.file.content.path), batch.file.name)
            with closing(reader):
                written = actions.bring_in(register, _good(reader, left_out, only_good), by=by, office_id=batch.office_id, batch_id=batch.pk, judged=True, progress=progress)
            Batch.objects.filter(pk=batch.pk).update(
                state=State.DONE, written=written, faults=[list(fault) for fault in left_out[:KEPT_FAULTS]],
                sentence=f"已写入{written}条" + (f"，{len({fault[0] for fault in left_out})}行有误未导入" if left_out else ""),
            )  # fmt: skip
    except (Refused, IntegrityError) as problem:
        # The transaction is undone: the register holds nothing of this batch.
        found = problem.args[0] if isinstance(problem, Changed) else _what_the_database_refuses(register, batch, by) if isinstance(problem, IntegrityError) else []
        why = str(problem) if isinstance(problem, Refused) else "数据库不接受其中的内容，没有写入任何一条。"
        Batch.objects.filter(pk=batch.pk).update(
            state=State.READ if found else State.FAILED, sentence=why, faults=[list(fault) for fault in found] or batch.faults,
            options={**batch.options, "faulty": len({fault[0] for fault in found}) or batch.options.get("faulty", 0)},
        )  # fmt: skip
    except BaseException:
        Batch.objects.filter(pk=batch.pk).update(state=State.FAILED, sentence="写入时出错，没有写入任何一条。请重新上传；仍不成功的，联系系统管理员。")
        raise
    batch.refresh_from_db()
    return batch


class Changed(Refused):
    """Rows that were good at the preview are not any more."""

    def __init__(self, faults: list[Fault]):
        super().__init__([Objection("changed", "预览之后登记簿有变动，部分行不再符合要求，没有写入任何一条")])
        self.args = (faults,)

    def __str__(self) -> str:
        return self.objections[0].sentence


def _good(reader: Reader, left_out: list[Fault], only_good: bool):
    """The records of the good rows. A faulty one stops everything unless the person chose to leave such rows out."""
    for one in reader:
        if one.faults:
            left_out += one.faults
        else:
            yield one.item
    if left_out and not only_good:
        raise Changed(left_out)


def _objections(batch: Batch, only_good: bool) -> list[Objection]:
    if batch.state != State.READ:
        return [Objection("state", f"这一批{batch.get_state_display()}，不能再写入")]
    faulty = batch.options.get("faulty", 0)
    if faulty and not only_good:
        return [Objection("faulty", f"有{faulty}行不符合要求：请改正文件后重新上传，或勾选“只导入无误的行”")]
    if faulty and faulty == batch.rows:
        return [Objection("none", "没有一行可以导入，请改正文件后重新上传")]
    return []


def _what_the_database_refuses(register: Register, batch: Batch, by) -> list[Fault]:
    """Tries the rows in ever smaller parts, undoing each trial, until the ones at fault are known."""
    reader = Reader(register, by, Path(batch.file.content.path), batch.file.name)
    with closing(reader), steady():
        good = [one for one in reader if one.item]
    found: list[Fault] = []
    with transaction.atomic():
        _try(register, good, found)
        transaction.set_rollback(True)
    return found


def _try(register: Register, rows: list[Read], found: list[Fault]) -> None:
    for start in range(0, len(rows), 1000):
        part = rows[start : start + 1000]
        try:
            with transaction.atomic():
                for one in part:
                    one.item.pk = None
                register.model._base_manager.bulk_create([one.item for one in part])
        except IntegrityError as problem:
            if len(part) == 1:
                found.append((part[0].number, "", _sentence(register, problem)))
            elif len(found) < KEPT_FAULTS:
                middle = len(part) // 2
                _try(register, part[:middle], found)
                _try(register, part[middle:], found)


def _sentence(register: Register, problem: IntegrityError) -> str:
    """The Chinese message of the constraint that spoke, where it has one."""
    said = str(problem)
    for constraint in register.model._meta.constraints:
        if constraint.name in said:
            return message(constraint)
    return "与登记簿中的其他记录冲突，或缺少必填内容。"


@transaction.atomic
def drop(register: Register, batch: Batch, *, by) -> Batch:
    """放弃。Afterwards the batch can't be written any more; its file and faults stay to be looked at."""
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    refuse_if([] if held.state == State.READ else [Objection("state", f"这一批{held.get_state_display()}，不能放弃")])
    held.state, held.sentence = State.DROPPED, held.sentence
    held.save(update_fields=["state"])
    record("registers.batch_dropped", held, by=by, what=register.model._meta.verbose_name, batch=held.pk)
    return held
