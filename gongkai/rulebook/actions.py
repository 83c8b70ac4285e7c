"""Entering holiday notices and adjusting figures."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongkai.accounts.models import Office
from gongkai.audit.actions import record
from gongkai.audit.verbs import sentences
from gongkai.law import figures
from gongkai.law.figures import figure
from gongkai.law.objections import Objection
from gongkai.law.refusals import refuse_if

from .models import Adjustment, CalendarNoticeRow
from .queries import notice_of

sentences(
    rulebook__notice_entered="录入{year}年放假安排（{number}），{days}天",
    rulebook__notice_confirmed="确认启用{year}年放假安排（{number}）",
    rulebook__adjusted="调整口径“{label}”：自{starts_on}起为{value}，理由：{reason}",
)


@transaction.atomic
def enter_notice(*, year: int, number: str, published_on: date, days: Mapping[str, str], by, address: str = "") -> CalendarNoticeRow:
    """录入放假安排。It waits: nothing counts by it until it is confirmed. `days` maps ISO dates to 放假 or 上班."""
    strange = sorted({said for said in days.values()} - {"放假", "上班"})
    if strange:
        raise ValidationError(f"安排只能是“放假”或“上班”，现有：{'、'.join(strange)}。")
    for day in days:
        try:
            date.fromisoformat(day)
        except ValueError:
            raise ValidationError(f"“{day}”不是实有的日期，请写成 2027-01-01 的形式。") from None
    try:
        notice_of(year, number, published_on, address, days.items())
    except ValueError as error:
        raise ValidationError(str(error)) from None
    row = CalendarNoticeRow.objects.create(year=year, number=number, published_on=published_on, address=address, days=dict(days), entered_by=by)
    record("rulebook.notice_entered", row, by=by, year=year, number=number, days=len(days))
    return row


@transaction.atomic
def confirm_notice(row: CalendarNoticeRow, *, by) -> CalendarNoticeRow:
    """启用放假安排。From then on every clock counts by it; stored last days are derived again by the caller."""
    row = CalendarNoticeRow.objects.select_for_update().get(pk=row.pk)
    refuse_if([Objection("already", "该安排已经启用")] if row.confirmed_at else [])
    row.confirmed_at, row.confirmed_by = timezone.now(), by
    row.save(update_fields=["confirmed_at", "confirmed_by"])
    record("rulebook.notice_confirmed", row, by=by, year=row.year, number=row.number)
    return row


@transaction.atomic
def adjust(office: Office, *, room: str, key: str, starts_on: date, value, reason: str, by) -> Adjustment:
    """调整口径。Only practice and house figures, within their range; a figure of law is refused. The reason is required."""
    if not reason.strip():
        raise ValidationError("请填写调整的理由。")
    found = figure(room, key, on=starts_on)
    refuse_if([Objection("law", f"“{found.label}”由法规规定，不能调整", found.basis)] if found.standing == "law" else [])
    try:
        figures.check_adjustment(room, figures.Adjustment(key, starts_on, value, reason))
    except figures.FigureError as error:
        raise ValidationError(f"{error}。") from None
    row = Adjustment.objects.create(office=office, room=room, key=key, starts_on=starts_on, value=value, reason=reason.strip(), by=by)
    record("rulebook.adjusted", row, by=by, office_id=office.pk, label=found.label, starts_on=starts_on, value=value, reason=reason)
    return row
