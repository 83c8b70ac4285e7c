"""Two pages of 规则与日历 that move stored last days: putting a notice in force, adjusting a figure."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from gongkai.accounts.desk import DeskPage
from gongkai.accounts.permissions import may, refuse_unless
from gongkai.law.figures import FigureError, figure, figures, rooms_with_figures
from gongkai.law.refusals import Refused
from gongkai.rulebook import actions, forms, queries
from gongkai.rulebook.models import CalendarNoticeRow
from gongkai.rulebook.views import WORDS, in_chinese, months_of, said

from .derived import moved, rederive

SHOWN = 200


class Notice(DeskPage):
    """One notice entered at the desk: what it says, which stored last days it moves, and the decision to use it."""

    template_name = "rulebook/desk/notice.html"
    thing, verb = "rulebook.calendar", "view"

    def dispatch(self, request, pk, *args, **kwargs):
        self.row = get_object_or_404(CalendarNoticeRow.objects.select_related("entered_by", "confirmed_by"), pk=pk)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        row, user = self.row, self.request.user
        after = queries.calendar().with_notice(queries.notice_of(row.year, row.number, row.published_on, row.address, row.days.items()))
        # The calendar is the installation's; what it moves is shown to each office for itself.
        moves = [] if row.confirmed_at else [move for move in moved(after) if move.record.office_id == user.office_id]
        return super().get_context_data(
            title=str(row), row=row, months=months_of(after, row.year, timezone.localdate()), moves=moves[:SHOWN], moved=len(moves),
            may_confirm=not row.confirmed_at and may(user, "rulebook.calendar", "enact"), **kwargs,
        )  # fmt: skip

    def post(self, request):
        refuse_unless(request.user, "rulebook.calendar", "enact")
        try:
            with transaction.atomic():
                actions.confirm_notice(self.row, by=request.user)
                count = rederive(by=request.user)
        except Refused as refusal:
            messages.error(request, f"{refusal}。")
        else:
            messages.success(request, f"已启用，按新安排重算了{count}项期限。")
        return redirect("rulebook_notice", self.row.pk)


class Adjust(DeskPage):
    """An office's own value of a practice or house figure; figures of law have no such page."""

    template_name = "rulebook/desk/adjust.html"
    thing, verb = "rulebook.figures", "adjust"

    def dispatch(self, request, room, name, *args, **kwargs):
        self.room, self.name = room, name
        self.values = figures(room).get(name) if room in rooms_with_figures() else None
        if not self.values:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def present(self):
        try:
            return figure(self.room, self.name, timezone.localdate(), queries.adjustments(self.request.user.office_id, self.room))
        except FigureError:  # none in force today
            return self.values[-1]

    def get_context_data(self, form=None, **kwargs):
        present, today = self.present(), timezone.localdate()
        return super().get_context_data(
            title=f"调整“{present.label}”", present=present, said=said(present.value), source=in_chinese(present.source(today)),
            form=form or forms.AdjustForm(present, WORDS, initial={"starts_on": today}), **kwargs,
        )  # fmt: skip

    def post(self, request):
        form = forms.AdjustForm(self.present(), WORDS, request.POST)
        if form.is_valid():
            asked = form.cleaned_data
            try:
                with transaction.atomic():
                    actions.adjust(request.user.office, room=self.room, key=self.name, starts_on=asked["starts_on"], value=asked["value"], reason=asked["reason"], by=request.user)
                    count = rederive(by=request.user)
            except Refused as refusal:
                form.add_error(None, [objection.sentence for objection in refusal.objections])
            except FigureError as problem:
                form.add_error(None, str(problem))
            except ValidationError as problem:
                form.add_error(None, problem)
            else:
                messages.success(request, "口径已调整" + (f"，重算了{count}项期限。" if count else "。"))
                return redirect("rulebook_figures")
        return self.render_to_response(self.get_context_data(form=form))
