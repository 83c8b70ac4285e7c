"""Bringing a plan in: upload, look at what was understood beside the source, confirm."""

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from gongkai.accounts.permissions import refuse_unless
from gongkai.exchange.blocks import Grid, Source
from gongkai.exchange.models import Batch
from gongkai.exchange.reading import read
from gongkai.files.actions import keep
from gongkai.law.refusals import Refused

from . import actions
from .models import Plan
from .reading import parse_responsibility
from .reading.draft import PlanDraft, Point

THING = "ledger.plan"


class UploadForm(forms.Form):
    file = forms.FileField(label="方案文件", help_text="Word、WPS、Excel、CSV、PDF、网页或文本，不超过50MB")
    level = forms.ChoiceField(label="层级", choices=Plan.Level.choices, help_text="上级要点导入后用于对照，不计入本机关台账")
    year = forms.IntegerField(label="年度", required=False, min_value=2008, max_value=2100, help_text="不填则从文件中识别")


class CorrectionForm(forms.Form):
    """What a person may put right before a draft is written."""

    title = forms.CharField(label="名称", max_length=200)
    year = forms.IntegerField(label="年度", min_value=2008, max_value=2100)


def correct(draft: PlanDraft, posted: Mapping[str, str], sections: Sequence[str]) -> int:
    """Put a person's corrections into a draft, in place: texts, 落实情况 and responsibility by the measure's position.

    A corrected responsibility is parsed again; a row a person leaves out is gone. Returns how many measures were changed.
    """
    changed, left_out = 0, []
    for n, measure in enumerate(draft.measures()):
        was = (measure.text, measure.progress, measure.responsibility)
        if (text := posted.get(f"text-{n}")) is not None and lines(text) != measure.texts:
            measure.texts = lines(text)
        if (progress := posted.get(f"progress-{n}")) is not None and measure.progress is not None and lines(progress) != lines(measure.progress):
            measure.progress = "\n".join(lines(progress))
        if (words := posted.get(f"responsibility-{n}")) is not None and lines(words) != lines(measure.responsibility or ""):
            measure.responsibility = "\n".join(lines(words))
            measure.assignments = list(parse_responsibility(measure.responsibility, sections=sections).assignments)
        if posted.get(f"omit-{n}"):
            left_out.append(measure)
        changed += bool(posted.get(f"omit-{n}")) or was != (measure.text, measure.progress, measure.responsibility)
    draft.leave_out(left_out)
    draft.settle()
    return changed


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    refuse_unless(request.user, THING, "plan")
    form = UploadForm(request.POST or None, request.FILES or None, initial={"level": Plan.Level.OWN})
    if request.method == "POST" and form.is_valid():
        stored = keep(form.cleaned_data["file"], office=request.user.office, by=request.user)
        batch = actions.take(stored, office=request.user.office, by=request.user, level=form.cleaned_data["level"], year=form.cleaned_data["year"])
        return redirect("ledger:preview", pk=batch.pk)
    batches = Batch.objects.filter(office=request.user.office, target=actions.TARGET).select_related("file", "by")[:20]
    return render(request, "ledger/desk/import.html", {"form": form, "batches": batches})


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What was understood, beside the source, with every doubt marked. Nothing is written before it is confirmed."""
    refuse_unless(request.user, THING, "plan")
    batch = get_object_or_404(Batch.objects.select_related("file", "office"), pk=pk, office=request.user.office, target=actions.TARGET)
    if batch.state == Batch.State.REFUSED:
        return render(request, "ledger/desk/preview.html", {"batch": batch})
    year = batch.options.get("year")
    level = batch.options.get("level", Plan.Level.OWN)
    draft = actions.draft_of(batch.file, batch.office, year, level)
    form = CorrectionForm(
        request.POST or None,
        initial={"title": draft.title or f"{batch.office.name}{draft.year or ''}年政务公开工作要点分工方案", "year": year or draft.year},
    )
    if request.method == "POST":
        if request.POST.get("do") == "drop":
            if actions.drop(batch, by=request.user):
                messages.success(request, "已放弃导入，文件仍保留在导入记录中。")
            else:
                messages.warning(request, "该文件已处理过，不能再放弃。")
            return redirect("ledger:import")
        if form.is_valid():
            draft.title = form.cleaned_data["title"]
            corrected = correct(draft, request.POST, actions.sections_for(batch.office, level))
            try:
                plan = actions.import_plan(batch.office, draft, by=request.user, level=level, year=form.cleaned_data["year"], batch=batch)
            except Refused as refused:
                for objection in refused.objections:
                    messages.error(request, objection.sentence)
            else:
                messages.success(request, f"已导入{plan.title}，共{plan.measures.count()}项措施" + (f"，其中{corrected}项按更正后的内容写入。" if corrected else "。"))
                return redirect("ledger:plan", year=plan.year) if plan.level == Plan.Level.OWN else redirect("ledger:import")
    source = read(Path(batch.file.content.path), name=batch.file.name)
    return render(request, "ledger/desk/preview.html", {
        "batch": batch, "draft": draft, "form": form, "outline": outline(draft), "coverage": f"{draft.coverage:.0%}",
        "doubts": sorted((d for d in draft.doubts if d.severity != "note"), key=lambda d: d.severity != "error"),
        "notes": [d for d in draft.doubts if d.severity == "note"], "lines": source_lines(source, draft), "total": sum(1 for _ in draft.measures()),
    })


def outline(draft: PlanDraft) -> list[dict]:
    """The draft for the right side: chapters with their entries, each measure with its position."""
    position = count()
    found = []
    for chapter in draft.chapters:
        entries = []
        for entry in chapter.entries:
            point = entry if isinstance(entry, Point) else None
            entries.append({"point": point, "measures": [(next(position), m) for m in (point.measures if point else [entry])]})
        found.append({"chapter": chapter, "entries": entries})
    return found


def source_lines(source: Source, draft: PlanDraft, most: int = 3000) -> list[dict]:
    """The source for the left side, in order: text by line, tables by row, what a doubt names marked by its severity."""
    named = [d for d in draft.doubts if d.place is not None]
    if source.text and not any(isinstance(block, Grid) for block in source.blocks):
        spans = sorted((d.place.start, d.place.end or d.place.start + 1, d.severity) for d in named if d.place.start is not None)
        out, at = [], 0
        for n, line in enumerate(source.text.splitlines(keepends=True), 1):
            if line.strip():
                out.append({"place": f"第{n}行", "cells": [marked(line.rstrip("\r\n"), at, spans)]})
            at += len(line)
        return out[:most]
    doubted = {d.place.label: d.severity for d in reversed(named)}
    out = []
    for block in source.blocks:
        if isinstance(block, Grid):
            for row in block.cells:
                cells = [cell for cell in row if cell is not None]
                if cells:
                    out.append({"place": cells[0].place, "cells": [[(cell.text, doubted.get(cell.place, ""))] for cell in cells]})
        elif block.text.strip():
            out.append({"place": block.place, "cells": [[(block.text, doubted.get(block.place, ""))]]})
    return out[:most]


def marked(line: str, at: int, spans: Sequence[tuple[int, int, str]]) -> list[tuple[str, str]]:
    """A line that begins at offset `at`, cut where doubts begin and end: (text, severity or "")."""
    cuts = {0, len(line)}
    mine = [(max(0, start - at), min(len(line), end - at), severity) for start, end, severity in spans if start < at + len(line) and end > at]
    for start, end, _ in mine:
        cuts |= {start, end}
    ordered = sorted(cuts)
    out = []
    for a, b in zip(ordered, ordered[1:], strict=False):
        severity = next((s for start, end, s in mine if start <= a and b <= end), "")
        out.append((line[a:b], severity))
    return out
