"""What is done to a record of any register. A module's own verbs stand beside these, in its own room."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import new
from itertools import islice
from operator import attrgetter

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from gongkai.audit.actions import compose, record, record_many
from gongkai.audit.verbs import sentences
from gongkai.evidence.models import Record
from gongkai.evidence.queries import as_text
from gongkai.law.calendar import OutOfCalendar
from gongkai.law.figures import FigureError
from gongkai.law.objections import Objection
from gongkai.law.refusals import refuse_if
from gongkai.vault import EncryptedTextField

from .register import Register

sentences(
    registers__added="登记{what}：{label}",
    registers__changed="修改{what}：{label}（{fields}）",
    registers__voided="作废{what}：{label}，原因：{reason}",
    registers__brought="批量导入{what}{rows}条，内容摘要{digest}",
    registers__exported="导出{what}{rows}条",
    registers__opened="查看{what}：{label}",
)


#: A slip of the pen in a year ends here: no rule can say anything about such a day.
BEYOND = (OutOfCalendar, FigureError)


def check(register: Register, item: Record) -> None:
    """Refuse a record that its module's law objects to, or whose days lie beyond the calendars and figures we hold."""
    try:
        if register.derive:
            register.derive(item)
        found = list(register.objections(item)) if register.objections else []
    except BEYOND as problem:
        found = [Objection("beyond", f"{problem}，请核对日期")]
    refuse_if(found)


@transaction.atomic
def create(register: Register, item: Record, *, by, at: datetime | None = None) -> Record:
    """登记。Afterwards the record exists, its derived days are written, and the log says who entered it.

    Raises ValidationError for a field that can't be, Refused for what the law objects to.
    """
    check(register, item)
    item.full_clean(exclude=_unchecked(item))
    _write(item, force_insert=True)
    record("registers.added", item, by=by, at=at, what=register.model._meta.verbose_name, label=str(item))
    return item


@transaction.atomic
def change(register: Register, item: Record, *, by, at: datetime | None = None, **changes) -> Record:
    """修改。`changes` are new values by field name. Afterwards they stand, and the log holds old and new.

    Nothing is written when nothing differs. Values of sealed fields never reach the log.
    """
    held = register.model._base_manager.select_for_update().get(pk=item.pk)
    if held.voided_at:
        raise ValidationError("该记录已作废，不能修改。")
    differences = {}
    for name, value in changes.items():
        f = held._meta.get_field(name)
        old = getattr(held, name)
        if old == value:
            continue
        setattr(held, name, value)
        differences[str(f.verbose_name)] = ["（已加密）", "（已更改）"] if isinstance(f, EncryptedTextField) else [_said(f, old), _said(f, value)]
    if not differences:
        return held
    check(register, held)
    held.full_clean(exclude=_unchecked(held))
    _write(held)
    record(
        "registers.changed", held, by=by, at=at, what=register.model._meta.verbose_name, label=str(held),
        fields="、".join(differences), differences=differences,
    )
    return held


@transaction.atomic
def void(register: Register, item: Record, *, by, reason: str) -> Record:
    """作废。Afterwards the record counts nowhere but can still be read. The reason is required."""
    if not reason.strip():
        raise ValidationError("请填写作废原因。")
    register.model._meta.get_field("void_reason").run_validators(reason.strip())
    held = register.model._base_manager.select_for_update().get(pk=item.pk)
    if held.voided_at:
        raise ValidationError("该记录此前已经作废。")
    refuse_if(register.voiding(held) if register.voiding else [])
    held.voided_at, held.void_reason = timezone.now(), reason.strip()
    held.save(update_fields=["voided_at", "void_reason", "changed_at"])
    record("registers.voided", held, by=by, what=register.model._meta.verbose_name, label=str(held), reason=reason)
    return held


@transaction.atomic
def bring_in(
    register: Register, items: Iterable[Record], *, by, office_id: int, batch_id: int | None = None, judged: bool = False, progress=None
) -> int:
    """批量导入。All or none: writes the checked records and one audit row with the digest of them all.

    `items` are unsaved records whose values were already parsed; each is put to the module's law, unless
    they were `judged` as they came, in this very transaction. `progress(written)` is called after every thousand.
    """
    values = attrgetter(*(f.attname for f in register.model._meta.concrete_fields if not f.primary_key and f.name not in {"created_at", "changed_at"}))
    digest, written = new("sm3"), 0
    items = iter(items)
    while chunk := list(islice(items, 1000)):
        for item in chunk:
            item.office_id, item.brought_by = office_id, batch_id
            if not judged:
                if register.arrive:
                    register.arrive(item, by)
                check(register, item)
            digest.update("\x1f".join(map(str, values(item))).encode() + b"\x1e")
        _insert(register.model, chunk)
        written += len(chunk)
        if progress:
            progress(written)
    record(
        "registers.brought", by=by, office_id=office_id, what=register.model._meta.verbose_name, rows=written,
        digest=digest.hexdigest(), register=register.slug, batch=batch_id,
    )
    return written


def _insert(model: type[Record], items: list[Record]) -> None:
    """What `bulk_create` does, by one prepared statement: composing one for every few dozen rows takes it thrice as long."""
    fields = [f for f in model._meta.concrete_fields if not f.primary_key and not f.generated]
    columns = [_prepared(f, items) for f in fields]
    quote = connection.ops.quote_name
    names, marks = ", ".join(quote(f.column) for f in fields), ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})", list(zip(*columns, strict=True)))  # noqa: S608


def _prepared(f: models.Field, items: list[Record]) -> list:
    """A field's values as the driver takes them. Texts go as they are; most other columns say a few things again and again, so each is prepared once.

    Only for Django's own fields: what a field of ours makes of a value, a sealed one, is another each time.
    """
    found = [f.pre_save(item, add=True) for item in items]
    if not f.__class__.__module__.startswith("django.db.models.") or isinstance(f, models.JSONField):
        return [f.get_db_prep_save(value, connection) for value in found]
    if isinstance(f, models.CharField | models.TextField) and set(map(type, found)) == {str}:
        return found
    prepared = {value: f.get_db_prep_save(value, connection) for value in set(found)}
    return [prepared[value] for value in found]


def _said(f: models.Field, value) -> str:
    """A value as the log tells it: a structured one in its words."""
    return f.to_text(value) if hasattr(f, "to_text") else as_text(value)


def log_additions(register: Register, items: Iterable[Record], *, by, at: datetime) -> None:
    """The log rows of many additions at once, for records made by the set-based generator."""
    record_many(compose("registers.added", item, by=by, at=at, what=register.model._meta.verbose_name, label=str(item)) for item in items)


def _write(item: Record, **how) -> None:
    """Save, and let a broken constraint speak in its own sentence instead of the database's."""
    try:
        with transaction.atomic():
            item.save(**how)
    except IntegrityError:
        item.validate_constraints()
        raise


def _unchecked(item: Record) -> list[str]:
    """Fields whose validation would only ask the database what its own constraint says."""
    return [f.name for f in item._meta.concrete_fields if isinstance(f, models.ForeignKey)]
