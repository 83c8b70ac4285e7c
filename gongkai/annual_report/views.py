"""The desk's pages of the annual report: its tables live, the records behind a number, the cells somebody has to fill in."""

from datetime import date
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from gongkai.accounts.desk import DeskPage
from gongkai.accounts.permissions import may, refuse_unless
from gongkai.files.actions import keep
from gongkai.files.checks import ATTACHABLE
from gongkai.foi.models import Application
from gongkai.law.refusals import Refused
from gongkai.registers.register import register_of
from gongkai.registers.views import add_problem, url_of
from gongkai.screening import showing
from gongkai.sockets import all_indicators
from gongkai.ui.listing import page_of

from . import actions, composing, narrative, prose, queries, tables
from .exports import WRITERS
from .forms import form_for
from .models import EnteredCell
from .permissions import THING


def newest_year(office_id: int) -> int:
    """The year of the newest application, else last year."""
    newest = Application.objects.of(office_id).current().aggregate(newest=Max("received_on"))["newest"]
    return newest.year if newest else timezone.localdate().year - 1


class YearPage(DeskPage):
    """A page of one year's report; 404 for a year without a form."""

    thing, verb = THING, "view"

    def dispatch(self, request, year, *args, **kwargs):
        self.year, self.form = year, form_for(year)
        if self.form is None:
            raise Http404
        self.as_of = min(timezone.localdate(), date(year, 12, 31))
        if self.as_of < date(year, 1, 1):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class Year(YearPage):
    template_name = "annual_report/desk/year.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        made = queries.tables_of(self.form, user.office_id, self.year, self.as_of)
        form = self.form
        columns = form.table_three.columns
        counts = queries.months(made.scope)
        most = max(counts) or 1
        return super().get_context_data(
            title=f"{self.year}年政府信息公开工作年度报告", year=self.year, as_of=self.as_of, basis=form.basis, years=[y for y in (self.year - 1, self.year + 1) if form_for(y) and y <= timezone.localdate().year],
            two=[(block, [(row, [_cell(made, f"two/{block.key}/{row.key}/{column.key}") for column in block.columns]) for row in block.rows]) for block in form.table_two.blocks],
            three_columns=columns,
            three=[([group.label for group in form.table_three.path(row)], row, [_cell(made, f"three/{row.key}/{column.key}") for column in columns]) for row in form.table_three.rows],
            four=[(group, [(column, _cell(made, f"four/{group.key}/{column.key}")) for column in form.table_four.columns]) for group in form.table_four.groups],
            fees=[(label.partition("—")[2], _cell(made, key)) for key, label in tables.fees(form).items()],
            broken=[(one, [(item, url_of(item)) for item in queries.breaking(made.scope, one.identity.key)[:20]]) for one in made.broken], missing=len(made.missing),
            months=[{"month": n, "count": count, "height": round(count / most * 100, 1), "y": round(100 - count / most * 100, 1), "x": n - 1} for n, count in enumerate(counts, 1)],
            writers=WRITERS.values() if may(user, THING, "export") else (), may_enter=may(user, THING, "report"), may_freeze=may(user, THING, "freeze"), **kwargs,
        )  # fmt: skip

    def post(self, request):
        refuse_unless(request.user, THING, "freeze")
        try:
            actions.freeze(request.user.office, self.year, as_of=date(self.year, 12, 31), today=timezone.localdate(), by=request.user, reason=request.POST.get("reason", "")[:300])
        except Refused as refused:
            for objection in refused.objections[:8]:
                messages.error(request, objection.sentence)
            if len(refused.objections) > 8:
                messages.error(request, f"另有{len(refused.objections) - 8}处。")
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
        else:
            messages.success(request, f"{self.year}年度报告的数字已冻结。")
        return redirect("annual_report", self.year)


class Newest(Year):
    """The report of the newest year there is something to tell of."""

    def dispatch(self, request, *args, **kwargs):
        return super().dispatch(request, newest_year(request.user.office_id), *args, **kwargs)


def _cell(made: queries.Tables, key: str) -> dict:
    value = made.cells.get(key)
    return {"key": key, "value": value, "blank": value is None, "entered": key in made.entered, "total": key.startswith("four/") and key.endswith("/total")}


class Export(YearPage):
    """The report as a file: of the frozen numbers once there are any, else a working copy that says so."""

    verb = "export"

    def get(self, request, form):
        writer = WRITERS.get(form)
        if writer is None:
            raise Http404
        report = composing.of_year(request.user.office, self.year, self.as_of)
        try:
            content = writer.write(report)
        except Refused as refused:
            for objection in refused.objections:
                messages.error(request, objection.sentence)
            return redirect("annual_report", self.year)
        actions.note_export(request.user.office, self.year, form=form, note=report.note, by=request.user)
        response = HttpResponse(content, content_type=writer.content_type)
        response["Content-Disposition"] = writer.disposition(report)
        response["X-Content-Type-Options"] = "nosniff"
        return response


class EnterForm(forms.Form):
    number = forms.CharField(label="数字", max_length=30, error_messages={"required": "请填写数字，没有的填0。"})
    source = forms.CharField(label="数据来源", max_length=200, help_text="如行政许可系统年度统计、财务科", error_messages={"required": "请写明数据来源。"})
    file = forms.FileField(label="佐证材料", required=False)


class Cell(YearPage):
    """One number: the records it counts and by which rule, or who entered it from where."""

    template_name = "annual_report/desk/cell.html"

    def get_context_data(self, form=None, **kwargs):
        user, key = self.request.user, self.request.GET.get("key", "")
        made = queries.tables_of(self.form, user.office_id, self.year, self.as_of)
        behind = queries.behind(self.form, made.scope, key)
        label = tables.enterable(self.form).get(key)
        if behind is None and label is None:
            raise Http404
        shared = {"year": self.year, "as_of": self.as_of, "value": made.cells.get(key), "key": key}
        if behind is not None:
            listing = page_of(behind.records, self.request.GET.get("page"))
            register = register_of(behind.records.model)
            rows = [(item, reverse("registers:edit", args=[register.slug, item.pk]) if register and may(user, register.thing, "view", item) else "") for item in listing.rows]
            return super().get_context_data(title=behind.label, behind=behind, listing=listing, rows=rows, **shared, **kwargs)
        entered = EnteredCell.objects.filter(report__office_id=user.office_id, report__year=self.year, key=key).select_related("by", "file").order_by("-id")
        return super().get_context_data(title=label, entries=[(entry, queries.plain(entry.number)) for entry in entered], form=(form or EnterForm()) if may(user, THING, "report") else None, **shared, **kwargs)

    def post(self, request):
        refuse_unless(request.user, THING, "report")
        form, key = EnterForm(request.POST, request.FILES), request.GET.get("key", "")
        if form.is_valid():
            upload = form.cleaned_data["file"]
            stored = keep(upload, office=request.user.office, by=request.user, allowed=ATTACHABLE) if upload else None
            if stored is not None and stored.refused:
                form.add_error("file", stored.refused)
            else:
                try:
                    actions.enter(request.user.office, self.year, key, form.cleaned_data["number"], source=form.cleaned_data["source"], by=request.user, file=stored)
                except (Refused, ValidationError) as problem:
                    add_problem(form, problem)
                else:
                    messages.success(request, "已填写。")
                    return redirect("annual_report", self.year)
        return self.render_to_response(self.get_context_data(form=form))


class Prose(YearPage):
    """The prose of the report: each part with its tokens, how it reads, and what is to be said of it."""

    template_name = "annual_report/desk/prose.html"

    def get_context_data(self, changed=None, **kwargs):
        user = self.request.user
        one = narrative.narrative(user.office, self.year, self.as_of, changed=changed)
        draft, screened = one.screened()
        numbered = showing.numbered(screened)
        faults = {}
        for part, fault in one.faults:
            faults.setdefault(part.key, []).append(fault)
        parts = [
            {
                "part": part, "title": part.heading or self.form.sections[part.section - 1], "section": self.form.sections[part.section - 1], "text": one.texts[part.key],
                "pieces": _lines(one.pieces[part.key], self.year, one.cells), "row": one.written.get(part.key),
                "draft": one.drafts[part.key], "faults": faults.get(part.key, ()), "length": prose.length(one.said[part.key]), "edits": (changed or {}).get(part.key) is not None,
            }
            for part in prose.PARTS
        ]
        offered = [
            (one_of.room, [(each.key, each.label, narrative.queries.plain(Decimal(one.facts.numbers[each.key])), each.unit) for each in group])
            for one_of, group in _by_room(all_indicators().values(), one.facts.numbers)
        ]
        return super().get_context_data(
            title=f"{self.year}年度报告正文", year=self.year, as_of=one.account.as_of if one.account else self.as_of, frozen=one.account, parts=parts, narrative=one,
            findings=narrative.shown_findings(one.verdict()), found=numbered, passages=showing.in_place(draft, numbered), total=prose.length(one.whole), guide=prose.LENGTH_GUIDE,
            likeness=one.likeness, cells=_cell_tokens(self.form, one.facts.numbers), offered=offered, may_write=may(user, THING, "write"), **kwargs,
        )  # fmt: skip

    def post(self, request):
        refuse_unless(request.user, THING, "write")
        key, text = request.POST.get("part", ""), request.POST.get("text", "").replace("\r\n", "\n")
        if request.POST.get("do") == "look" and prose.part(key):
            return self.render_to_response(self.get_context_data(changed={key: text[: actions.TEXT_LIMIT]}))
        try:
            actions.write(request.user.office, self.year, key, text, by=request.user)
        except Refused as refused:
            for objection in refused.objections:
                messages.error(request, objection.sentence)
            if prose.part(key):
                return self.render_to_response(self.get_context_data(changed={key: text}))
        else:
            messages.success(request, "已保存。")
        return redirect(f"{reverse('annual_report_prose', args=[self.year])}#part-{key}")


def _lines(pieces: list[prose.Piece], year: int, cells) -> list[list[dict]]:
    """The pieces of a text, a list for each of its paragraphs; a number leads to what is behind it."""
    lines: list[list[dict]] = [[]]
    for piece in pieces:
        url = f"{reverse('annual_report_cell', args=[year])}?key={piece.key}" if piece.key in cells else f"{reverse('ledger:evidence', args=[piece.key])}?year={year}" if piece.key in all_indicators() else ""
        for n, text in enumerate(piece.text.split("\n")):
            if n:
                lines.append([])
            if text:
                lines[-1].append({"text": text, "kind": piece.kind, "url": url})
    return [line for line in lines if line]


def _by_room(indicators, numbers):
    rooms: dict[str, list] = {}
    for one in indicators:
        if one.key in numbers:
            rooms.setdefault(one.room, []).append(one)
    return [(group[0], group) for group in rooms.values()]


def _cell_tokens(form, numbers) -> list[tuple[str, str, object]]:
    """The cells prose speaks of most, as tokens to copy."""
    rows = [(f"three/{row.key}/total", f"表三 {row.label.split('（区')[0]}") for row in form.table_three.rows]
    rows += [(f"three/{group.key}", f"表三 {group.label}合计") for group in form.table_three.groups if group.key != "results"]
    rows += [("four/reconsideration/total", "表四 行政复议总计"), ("four/suit/total", "表四 行政诉讼总计")]
    rows += [(f"two/{block.key}/{row.key}/{column.key}", f"表二 {row.label}{column.label}") for block, row, column in form.table_two.cells()]
    rows += list(tables.fees(form).items())
    return [(key, label, numbers[key]) for key, label in rows if key in numbers]
