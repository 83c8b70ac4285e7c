"""The year's working days, the notices behind them, and the figures the rules read.

Putting a notice in force and adjusting a figure move stored last days, so those two pages stand with the registers.
"""

import calendar as plain_calendar
import re
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone

from gongkai.accounts.desk import DeskPage
from gongkai.accounts.permissions import may
from gongkai.law.calendar import DayKind, shipped_notices
from gongkai.law.figures import FigureError, Standing, figure, figures, rooms_with_figures
from gongkai.text.asked import number_in

from . import actions, forms, queries
from .models import Adjustment, CalendarNoticeRow

FIRST_YEAR, LAST_YEAR = 2008, 2098
MARKS = {DayKind.DAY_OFF: ("is-off", "休"), DayKind.MAKE_UP: ("is-make-up", "班"), DayKind.WEEKEND: ("is-weekend", ""), DayKind.WORKDAY: ("", "")}
ROOM_LABELS = {
    "law": "通用", "foi": "依申请公开", "publishing": "信息发布", "channels": "发布渠道", "documents": "政策文件", "consultation": "征求意见", "concerns": "社会关切", "events": "宣讲活动",
    "benefits": "惠企政策", "guides": "办事指南", "accountability": "履责监督", "inspection": "检查问题", "ledger": "台账", "rulebook": "规则", "accounts": "人员", "reviewing": "审核", "screening": "内容筛查", "search": "公开检索", "visits": "网站访问与反馈",
    "annual_report": "年度报告", "api": "外部系统接口",
}  # fmt: skip

#: Figures whose value is one of a few ways of doing things are kept as English words; screens say them in Chinese.
WORDS = {
    "discovered": "发现之时", "occurred": "发生之时", "graded": "研判定级之时", "full": "重新起算", "resume": "扣除等待时间", "other": "其他处理",
    "withdrawn": "申请人撤回",
}  # fmt: skip


def said(value) -> str:
    """A figure's value as screens write it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return WORDS.get(value, value) if isinstance(value, str) else str(value)


def in_chinese(note: str) -> str:
    """A note that explains such words, with the words replaced."""
    return re.sub(r"[a-z_]{3,}", lambda found: f"“{WORDS[found.group()]}”" if found.group() in WORDS else found.group(), note)


def months_of(working, year: int, today: date) -> list[dict]:
    """Twelve months in weeks from Monday; each day with its class, mark and what it is said to be."""
    found = []
    for month in range(1, 13):
        weeks, worked = [], 0
        for week in plain_calendar.Calendar().monthdatescalendar(year, month):
            days = []
            for day in week:
                if day.month != month:
                    days.append(None)
                    continue
                kind = working.kind_of(day)
                mark, word = MARKS[kind.kind]
                worked += working.is_workday(day)
                classes = " ".join(filter(None, [mark, "is-today" if day == today else "", "is-provisional" if kind.provisional else ""]))
                days.append({"day": day, "classes": classes, "word": word, "said": str(kind)})
            weeks.append(days)
        found.append({"month": month, "weeks": weeks, "worked": worked})
    return found


class Calendar(DeskPage):
    """工作日历: the year with days off and make-up workdays drawn, and what the working days rest on."""

    template_name = "rulebook/desk/calendar.html"
    thing, verb = "rulebook.calendar", "view"

    def get_context_data(self, **kwargs):
        user, today = self.request.user, timezone.localdate()
        asked = number_in(self.request.GET.get("year")) or today.year
        year = asked if FIRST_YEAR <= asked <= LAST_YEAR else today.year
        working = queries.calendar()
        months = months_of(working, year, today)
        return super().get_context_data(
            title=f"{year}年工作日历", year=year, months=months, worked=sum(m["worked"] for m in months),
            provisional=working.provisional(date(year, 1, 1), date(year, 12, 31)), notices=[n for n in working.notices if n.year == year],
            shipped={n.name for n in shipped_notices()}, rows=CalendarNoticeRow.objects.select_related("entered_by", "confirmed_by"),
            previous=year - 1 if year > FIRST_YEAR else None, next=year + 1 if year < LAST_YEAR else None,
            may_enter=may(user, "rulebook.calendar", "enter"), may_confirm=may(user, "rulebook.calendar", "enact"), **kwargs,
        )  # fmt: skip


class EnterNotice(DeskPage):
    template_name = "accounts/desk/form.html"
    thing, verb = "rulebook.calendar", "enter"
    title = "录入放假安排"
    lead = "照国务院办公厅通知逐段录入。录入后先看对办理期限的影响，由有权的人确认后才启用。"

    def get_context_data(self, form=None, **kwargs):
        return super().get_context_data(form=form or forms.NoticeForm(initial={"year": timezone.localdate().year + 1}), submit="录入", **kwargs)

    def post(self, request):
        form = forms.NoticeForm(request.POST)
        if form.is_valid():
            asked = form.cleaned_data
            try:
                row = actions.enter_notice(year=asked["year"], number=asked["number"], published_on=asked["published_on"], address=asked["address"], days=asked["days"], by=request.user)
            except ValidationError as problem:
                form.add_error("lines", problem)
            else:
                messages.success(request, "已录入，尚未启用。请核对下面的日历和影响。")
                return redirect("rulebook_notice", row.pk)
        return self.render_to_response(self.get_context_data(form=form))


class Figures(DeskPage):
    """口径: every dated number the rules read, with its source, and the office's own where it may have one."""

    template_name = "rulebook/desk/figures.html"
    thing, verb = "rulebook.figures", "view"
    title = "口径"
    lead = "系统计算期限和提示所用的数值。法定数值照法规执行；通行做法和自定数值可由本机关调整，须写明理由。"

    def get_context_data(self, **kwargs):
        user, today = self.request.user, timezone.localdate()
        groups = []
        for room in rooms_with_figures():
            own = queries.adjustments(user.office_id, room)
            rows = []
            for name, values in figures(room).items():
                try:
                    present = figure(room, name, today, own)
                except FigureError:
                    present = values[-1]
                source = in_chinese(present.source(today))
                rows.append({"name": name, "present": present, "said": said(present.value), "note": in_chinese(present.note), "source": source, "shipped": [(value, said(value.value)) for value in values], "may_adjust": present.standing is not Standing.LAW})
            groups.append((ROOM_LABELS.get(room, room), room, rows))
        return super().get_context_data(
            groups=groups, own=[(row, _label(row), said(row.value)) for row in Adjustment.objects.filter(office_id=user.office_id).select_related("by").order_by("-at")[:50]],
            may_adjust=may(user, "rulebook.figures", "adjust"), **kwargs,
        )  # fmt: skip


def _label(row: Adjustment) -> str:
    values = figures(row.room).get(row.key) if row.room in rooms_with_figures() else None
    return values[-1].label if values else row.key
