"""The desk's pages of the annual report: its tables live, the records behind a number, the cells somebody has to fill in."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from gongkai.accounts.desk import DeskPage
from gongkai.accounts.permissions import may, refuse_unless
from gongkai.evidence.models import FrozenAccount, FrozenRow
from gongkai.files.actions import keep
from gongkai.files.checks import ATTACHABLE, IMPORTABLE
from gongkai.foi.models import Application
from gongkai.law.objections import Objection
from gongkai.law.refusals import Refused
from gongkai.registers.register import register_of
from gongkai.registers.views import add_problem, send, url_of
from gongkai.reviewing import queries as reviewing
from gongkai.screening import showing
from gongkai.sockets import all_indicators
from gongkai.ui.listing import page_of

from . import actions, composing, differences, gathering, layout, narrative, prose, queries, rules, tables
from .exports import WRITERS
from .forms import form_for
from .models import EnteredCell, GatheredReport, GatheringBatch
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


#: So many records are named under an identity that fails; the cell's own list has them all.
SOME = 20


class BeforeForm(forms.Form):
    file = forms.FileField(label="上年年度报告", help_text="已公布的网页、Word、PDF或Excel文件", error_messages={"required": "请选择文件。"})
    received_on = forms.DateField(label="公布日期", required=False, widget=forms.DateInput(attrs={"type": "date"}), error_messages={"invalid": "日期应形如2022-01-28。"})


class OpeningForm(forms.Form):
    numbers = forms.CharField(label="申请编号", required=False, widget=forms.Textarea(attrs={"rows": 5}), help_text="上年底没有办结的申请，每行一个编号；一件也没有的留空")
    source = forms.CharField(label="依据材料", max_length=300, error_messages={"required": "请写明依据的材料，如上年年度报告、申请台账。"})
    file = forms.FileField(label="佐证材料", required=False)


class CellsForm(forms.Form):
    file = forms.FileField(label="填好的表格", help_text="Excel、CSV或Word，表头为项目、数字、来源；原表存作每个数字的佐证", error_messages={"required": "请选择文件。"})


class Year(YearPage):
    template_name = "annual_report/desk/year.html"

    def get_context_data(self, before_form=None, opening_form=None, cells_form=None, **kwargs):
        user = self.request.user
        before = narrative.last_year(user.office, self.year)
        opening_row = queries.newest_opening(user.office_id, self.year)
        made = queries.tables_of(self.form, user.office_id, self.year, self.as_of)
        listed = queries.opening(made.scope, before.account if before else None, opening_row)
        form = self.form
        columns = form.table_three.columns
        counts = queries.months(made.scope)
        contradictions, text = _contradictions(user.office, self.year, self.as_of)
        most = max(counts) or 1
        return super().get_context_data(
            title=f"{self.year}年政府信息公开工作年度报告", year=self.year, as_of=self.as_of, basis=form.basis, years=[y for y in (self.year - 1, self.year + 1) if form_for(y) and y <= timezone.localdate().year],
            two=[(block, [(row, [_cell(made, f"two/{block.key}/{row.key}/{column.key}") for column in block.columns]) for row in block.rows]) for block in form.table_two.blocks],
            three_columns=columns,
            three=[([group.label for group in form.table_three.path(row)], row, [_cell(made, f"three/{row.key}/{column.key}") for column in columns]) for row in form.table_three.rows],
            four=[(group, [(column, _cell(made, f"four/{group.key}/{column.key}")) for column in form.table_four.columns]) for group in form.table_four.groups],
            fees=[(label.partition("—")[2], _cell(made, key)) for key, label in tables.fees(form).items()],
            identities=_identities(made, before, listed), contradictions=contradictions, fee_doubts=prose.fee_doubts(made.cells, text) if tables.fees(form) else None, unpriced=made.unpriced,
            dates=_dates(made, queries.report_of(user.office_id, self.year)), before=before, opening=listed, opening_row=opening_row, missing=len(made.missing),
            opening_records=[("上年清单上有、本年没有结转", [(item, url_of(item)) for item in listed.missing[:SOME]]), ("本年结转、上年清单上没有", [(item, url_of(item)) for item in listed.extra[:SOME]])] if listed else [],
            before_form=before_form or (BeforeForm() if may(user, THING, "report") and not (before and before.account) else None),
            opening_form=opening_form or (OpeningForm() if may(user, THING, "report") and not (before and before.account) else None),
            cells_form=(cells_form or CellsForm()) if may(user, THING, "report") else None,
            months=[{"month": n, "count": count, "height": round(count / most * 100, 1), "y": round(100 - count / most * 100, 1), "x": n - 1} for n, count in enumerate(counts, 1)],
            writers=WRITERS.values() if may(user, THING, "export") else (), may_enter=may(user, THING, "report"), may_freeze=may(user, THING, "freeze"), **kwargs,
        )  # fmt: skip

    def post(self, request):
        if request.POST.get("do") in ("before", "opening", "cells"):
            return self._told(request, request.POST["do"])
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


    def _told(self, request, do):
        """What was before this system or stands in others: last year's report, the list of what was open, cells no record knows."""
        refuse_unless(request.user, THING, "report")
        form = {"before": BeforeForm, "opening": OpeningForm, "cells": CellsForm}[do](request.POST, request.FILES)
        if form.is_valid():
            said, office = form.cleaned_data, request.user.office
            stored = keep(said["file"], office=office, by=request.user, allowed=IMPORTABLE | ATTACHABLE) if said["file"] else None
            try:
                if stored is not None and stored.refused:
                    raise Refused([Objection("refused", stored.refused)])
                if do == "cells":
                    entered = actions.enter_many(office, self.year, stored, by=request.user)
                    messages.success(request, f"已填写{len(entered)}个数字。")
                    return redirect("annual_report", self.year)
                if do == "before":
                    actions.bring_in(office, stored, by=request.user, received_on=said["received_on"], own=True, year=self.year - 1)
                else:
                    actions.list_opening(office, self.year, said["numbers"], source=said["source"], by=request.user, file=stored)
            except (Refused, ValidationError) as problem:
                add_problem(form, problem)
            else:
                messages.success(request, "已登记。")
                return redirect(f"{reverse('annual_report', args=[self.year])}#last-year")
        return self.render_to_response(self.get_context_data(**{f"{do}_form": form}))


def _contradictions(office, year: int, as_of: date) -> tuple[list, str]:
    """Numbers of the prose that are not the tables', and section six. Before anybody has written, there is only the draft, which is made of them."""
    if not narrative.written(office.pk, year):
        return [], ""
    one = narrative.narrative(office, year, as_of, live=True)
    return [each for each in one.verdict().findings if each.code == "I7"], one.said["other"]


def _dates(made: queries.Tables, report) -> dict:
    """The days that have to be right: those of the records counted, of the span, of publication and hand-in."""
    last, said = rules.last_date(made.scope.year), []
    if report is not None and report.published_on and report.published_on > last:
        said.append(f"{report.published_on:%Y-%m-%d}公布，晚于{last:%Y-%m-%d}。")
    if report is not None and (handed := report.handed_in.first()) and handed.on > last:
        said.append(f"{handed.on:%Y-%m-%d}报送，晚于{last:%Y-%m-%d}。")
    return {"said": said, "records": [(item, url_of(item)) for item in queries.misdated(made.scope)[:SOME]]}


def _identities(made: queries.Tables, before: narrative.LastYear | None, opening: queries.Opening | None) -> list[dict]:
    """Every identity as it stands; one that fails names the records that break it."""
    rows = []
    for one in tables.judged(made.form, made.cells, before.numbers if before else None):
        records = [(item, url_of(item)) for item in queries.breaking(made.scope, one.identity.key, opening)[:SOME]] if one.broken else []
        rows.append({"judged": one, "records": records, "blocks": one.identity.standing == "law"})
    return rows


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


class CellsTemplate(YearPage):
    """A table to be filled in with the cells that no register here knows."""

    verb = "report"

    def get(self, request):
        made = queries.tables_of(self.form, request.user.office_id, self.year, self.as_of)
        out = StringIO()
        lines = csv.writer(out)
        lines.writerow(actions.HEADS)
        lines.writerows([label, "" if (value := made.cells.get(key)) is None else value, ""] for key, label in tables.enterable(self.form).items() if key not in made.counted)
        response = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="report-cells-{self.year}.csv"'
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
        label = tables.enterable(self.form).get(key) if key not in made.counted else None
        if behind is None and label is None:
            raise Http404
        shared = {"year": self.year, "as_of": self.as_of, "value": made.cells.get(key), "key": key}
        if behind is not None:
            counted = None if key.startswith("fee/") else made.cells.get(key)  # a sum of money counts no records
            listing = page_of(behind.records, self.request.GET.get("page"), total=None if counted is None else int(counted))
            register = register_of(behind.records.model)
            rows = [(item, reverse("registers:edit", args=[register.slug, item.pk]) if register and may(user, register.thing, "view", item) else "", queries.sum_of(key, item)) for item in listing.rows]
            return super().get_context_data(title=behind.label, behind=behind, overruled=made.overruled.get(key), listing=listing, rows=rows, **shared, **kwargs)
        entered = EnteredCell.objects.filter(report__office_id=user.office_id, report__year=self.year, key=key).select_related("by", "file").order_by("-id")
        unpriced = [(item, url_of(item)) for item in queries.unpriced(made.scope, key)[:SOME]] if made.unpriced else []
        return super().get_context_data(title=label, unpriced=unpriced, entries=[(entry, queries.plain(entry.number)) for entry in entered], form=(form or EnterForm()) if may(user, THING, "report") else None, **shared, **kwargs)

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
                "draft": one.drafts[part.key],
                "faults": [fault for fault in faults.get(part.key, ()) if not prose.TO_WRITE.search(fault)], "gaps": sum(piece.kind == "blank" for piece in one.pieces[part.key]), "length": prose.length(one.said[part.key]), "edits": (changed or {}).get(part.key) is not None,
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


class CorrectionForm(forms.Form):
    correction = forms.CharField(label="更正说明", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="更正了哪些内容、为什么更正；随新版一起公开", error_messages={"required": "请写明更正的内容和原因。"})


class HandInForm(forms.Form):
    to = forms.CharField(label="报送单位", max_length=100, error_messages={"required": "请写明报送给哪个单位。"})
    on = forms.DateField(label="报送日期", widget=forms.DateInput(attrs={"type": "date"}), error_messages={"required": "请填写报送日期。", "invalid": "日期应形如2023-01-28。"})
    means = forms.CharField(label="报送方式", max_length=100, initial="加盖公章的纸质件及电子件", error_messages={"required": "请写明报送方式。"})
    file = forms.FileField(label="回执或签收单", required=False)


class Publish(YearPage):
    """From frozen numbers to the public page and the superior: what is done, what comes next, and what was put right later."""

    template_name = "annual_report/desk/publish.html"

    def get_context_data(self, correction_form=None, hand_in_form=None, **kwargs):
        user = self.request.user
        report = queries.report_of(user.office_id, self.year)
        accounts = list(FrozenAccount.objects.filter(subject_kind="annual_report.Report", subject_id=report.pk).select_related("frozen_by").annotate(many=Count("values", distinct=True)).order_by("version")) if report else []
        behind = dict(FrozenRow.objects.filter(value__account__in=[a.pk for a in accounts]).values_list("value__account").annotate(Count("pk"))) if accounts else {}
        editions = list(report.editions.select_related("submission")) if report else []
        shown = [(one, differences.between(before.submission.content, one.submission.content) if before else None) for before, one in zip([None, *editions], editions, strict=False)][::-1]
        hand_ins = list(report.handed_in.select_related("by", "file")) if report else []
        over = timezone.localdate() > date(self.year, 12, 31)
        return super().get_context_data(
            title=f"{self.year}年度报告的公布和报送", year=self.year, last_day=rules.last_date(self.year), report=report, steps=self._steps(report, accounts, editions, hand_ins),
            accounts=[(account, behind.get(account.pk, 0), account.many) for account in accounts], editions=shown, hand_ins=hand_ins,
            correction_form=(correction_form or CorrectionForm(initial={"correction": report.correction})) if editions and may(user, THING, "write", report) else None,
            hand_in_form=(hand_in_form or HandInForm(initial={"to": user.office.superior})) if over and may(user, THING, "hand_in") else None, **kwargs,
        )  # fmt: skip

    def _steps(self, report, accounts, editions, hand_ins) -> list[dict]:
        """What is done and what comes next, each with where it is done."""
        one = narrative.narrative(self.request.user.office, self.year, self.as_of)
        faults, wrong = len(one.faults), sum(each.level.value == "hard" for each in one.verdict().findings)
        said = f"{len(one.written)}/{len(prose.PARTS)}部分已保存" + (f"，{faults}处待填写" if faults else "") + (f"，{wrong}处错误" if wrong else "")
        at = reviewing.standing("annual_report.Report", report.pk) if report else None
        waiting = at is not None and (not editions or at.submission.pk != editions[-1].submission_id)
        return [
            _step("冻结数字", bool(accounts), f"第{accounts[-1].version}版，截至{accounts[-1].as_of:%Y-%m-%d}" if accounts else "本年结束、表格填完且勾稽相符后冻结", reverse("annual_report", args=[self.year]), "表格"),
            _step("写完正文", not faults and not wrong and len(one.written) == len(prose.PARTS), said, reverse("annual_report_prose", args=[self.year]), "正文"),
            _step("审核和保密审查", bool(editions) and not waiting, at.chain.state.label if at else "冻结并写完后送审", reverse("reviewing:about", args=["annual_report.Report", report.pk]) if report else "", "送审"),
            _step("公开", bool(report and report.live), f"{report.published_on:%Y-%m-%d}公开，现为第{editions[-1].version}版" if editions and report.live else f"已撤下：{report.withdraw_reason}" if report and report.withdrawn_on else "审核通过后在送审稿页面发布"),
            _step("报送", bool(hand_ins), f"{hand_ins[-1].on:%Y-%m-%d}报送{hand_ins[-1].to}" if hand_ins else "公布后向本级政府信息公开工作主管部门报送"),
        ]  # fmt: skip

    def post(self, request):
        do, report = request.POST.get("do"), queries.report_of(request.user.office_id, self.year)
        form = (CorrectionForm if do == "correct" else HandInForm)(request.POST, request.FILES)
        refuse_unless(request.user, THING, "write" if do == "correct" else "hand_in", report)
        if do == "correct" and report is None:
            raise Http404
        if form.is_valid():
            try:
                if do == "correct":
                    actions.correct(report, form.cleaned_data["correction"], by=request.user)
                else:
                    self._hand_in(form)
            except (Refused, ValidationError) as problem:
                add_problem(form, problem)
            else:
                if not form.errors:
                    messages.success(request, "已保存更正说明。" if do == "correct" else "已登记报送。")
                    return redirect("annual_report_publish", self.year)
        return self.render_to_response(self.get_context_data(**{"correction_form" if do == "correct" else "hand_in_form": form}))

    def _hand_in(self, form) -> None:
        said, user = form.cleaned_data, self.request.user
        stored = keep(said["file"], office=user.office, by=user, allowed=ATTACHABLE) if said["file"] else None
        if stored is not None and stored.refused:
            form.add_error("file", stored.refused)
            return
        actions.hand_in(user.office, self.year, to=said["to"], on=said["on"], means=said["means"], today=timezone.localdate(), by=user, file=stored)


def _step(title: str, done: bool, said: str, url: str = "", link: str = "") -> dict:
    return {"title": title, "kind": "done" if done else "pending", "word": "已完成" if done else "待办", "said": said, "url": url, "link": link}


class SeveralInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralField(forms.FileField):
    """One file or many; clean() gives a list."""

    widget = SeveralInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, (list, tuple)) else [data]
        return [super(SeveralField, self).clean(each, initial) for each in files] if files else [super().clean(None, initial)]


class GatherForm(forms.Form):
    file = SeveralField(label="年度报告文件", help_text="网页、Word、PDF、Excel或文本，每份一个文件；可以同时选择多个，也可以上传装有多个文件的zip压缩包，最多500个", error_messages={"required": "请选择文件。"})
    received_on = forms.DateField(label="公布日期", required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text="各份相同的填写；留空的，取网页上写明的发布日期", error_messages={"invalid": "日期应形如2023-01-28。"})


class RollForm(forms.Form):
    names = forms.CharField(label="应报单位", widget=forms.Textarea(attrs={"rows": 8}), help_text="每行一个单位；以后的年度沿用，直至另行写明", error_messages={"required": "请写明应报单位，每行一个。"})


class Gathered(YearPage):
    """Other offices' reports of a year: each checked, late, missing and inconsistent ones told, summed."""

    template_name = "annual_report/desk/gathered.html"

    def get_context_data(self, form=None, roll_form=None, **kwargs):
        user = self.request.user
        found = gathering.gathering(user.office, self.year, timezone.localdate())
        grids = layout.grids(self.form, found.sums).values() if found.counted else ()
        writes = may(user, THING, "gather")
        batch = GatheringBatch.objects.filter(office=user.office).first()
        return super().get_context_data(
            title=f"{self.year}年各单位年度报告", year=self.year, years=[y for y in (self.year - 1, self.year + 1) if form_for(y) and y <= timezone.localdate().year], gathering=found, grids=grids,
            cell_url=reverse("annual_report_gathered_cell", args=[self.year]), batch=batch, last_day=rules.last_date(self.year),
            form=(form or GatherForm()) if writes else None, roll_form=(roll_form or RollForm(initial={"names": "\n".join(found.roll.names) if found.roll else ""})) if writes else None, **kwargs,
        )  # fmt: skip

    def post(self, request):
        refuse_unless(request.user, THING, "gather")
        roll = request.POST.get("do") == "roll"
        form = RollForm(request.POST) if roll else GatherForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                if roll:
                    actions.set_roll(request.user.office, self.year, form.cleaned_data["names"], by=request.user)
                    messages.success(request, "已保存应报单位名单。")
                    return redirect("annual_report_gathered", self.year)
                return self._bring_in(request, form.cleaned_data["file"], form.cleaned_data["received_on"])
            except (Refused, ValidationError) as problem:
                add_problem(form, problem)
        return self.render_to_response(self.get_context_data(**{"roll_form" if roll else "form": form}))

    def _bring_in(self, request, files, received_on):
        """One report at once; several, or an archive, in the background."""
        office = request.user.office
        if len(files) == 1 and not files[0].name.lower().endswith(".zip"):
            stored = keep(files[0], office=office, by=request.user, allowed=IMPORTABLE | ATTACHABLE)
            row = actions.bring_in(office, stored, by=request.user, received_on=received_on)
            messages.success(request, f"已登记{row.agency}{row.year}年度报告。")
            return redirect("annual_report_gathered", row.year if form_for(row.year) else self.year)
        batch = actions.gather_many(office, files, by=request.user, received_on=received_on)
        return redirect("annual_report_batch", self.year, batch.pk)


class CancelForm(forms.Form):
    reason = forms.CharField(label="取消原因", max_length=300, help_text="没有读的文件不再读取，已登记的保留", error_messages={"required": "请写明取消的原因。"})


class Batch(YearPage):
    """How far a batch of files is, and what became of each. The page asks again by itself until all are read."""

    template_name = "annual_report/desk/batch.html"

    def get_context_data(self, pk, form=None, **kwargs):
        batch = self._batch(pk)
        done, refused, waiting, cancelled = (batch.count(state) for state in ("done", "refused", "waiting", "cancelled"))
        return super().get_context_data(
            title="批量登记年度报告", year=self.year, batch=batch, done=done, refused=refused, waiting=waiting, cancelled=cancelled, read=done + refused, whole=len(batch.entries),
            form=(form or CancelForm()) if waiting and may(self.request.user, THING, "gather") else None, **kwargs,
        )  # fmt: skip

    def _batch(self, pk) -> GatheringBatch:
        return get_object_or_404(GatheringBatch.objects.select_related("by"), office=self.request.user.office, pk=pk)

    def post(self, request, pk):
        refuse_unless(request.user, THING, "gather")
        form = CancelForm(request.POST)
        if form.is_valid():
            try:
                actions.cancel_batch(self._batch(pk), form.cleaned_data["reason"], by=request.user)
            except Refused as refused:
                add_problem(form, refused)
            else:
                messages.success(request, "已取消，没有读的文件不再读取。")
                return redirect("annual_report_batch", self.year, pk)
        return self.render_to_response(self.get_context_data(pk=pk, form=form))

    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        if context["waiting"] and not (context["form"] and context["form"].is_bound):
            response["Refresh"] = "3"
        return response


class GatheredCell(YearPage):
    """What a number of the summed tables is made of: each office's own."""

    template_name = "annual_report/desk/gathered_cell.html"

    def get_context_data(self, **kwargs):
        key = self.request.GET.get("key", "")
        label = gathering.label_of(self.form, key)
        if not label:
            raise Http404
        found = gathering.gathering(self.request.user.office, self.year, timezone.localdate())
        return super().get_context_data(title=label, year=self.year, gathering=found, shares=gathering.behind(found, key), total=found.sums.get(key), own=narrative.as_numbers(found.own.row.cells).get(key) if found.own else None, **kwargs)


class GatheredReportPage(YearPage):
    """One office's report as it was read: its tables, what the checker said, what does not follow from the year before."""

    template_name = "annual_report/desk/gathered_report.html"

    def get_context_data(self, pk, **kwargs):
        row = get_object_or_404(GatheredReport.objects.select_related("file", "by"), office=self.request.user.office, year=self.year, pk=pk)
        found = gathering.gathering(self.request.user.office, self.year, timezone.localdate())
        line = next((one for one in [*found.lines, *([found.own] if found.own else [])] if one.row.pk == row.pk), None)
        form = gathering.form_read(row) or self.form
        return super().get_context_data(
            title=row.title, year=self.year, row=row, line=line, grids=layout.grids(form, narrative.as_numbers(row.cells)).values(), paragraphs=[p for p in row.text.split("\n") if p.strip()], **kwargs,
        )  # fmt: skip


class GatheredFile(YearPage):
    """The file a report was read from, as a download."""

    def get(self, request, pk):
        row = get_object_or_404(GatheredReport.objects.select_related("file"), office=request.user.office, year=self.year, pk=pk)
        return send(row.file, request.user)
