"""The marking screen: a paper page by page, what is covered on it and why, and the covered copy.

Everything works by forms; the script only draws on the picture and sends the same form as soon as a rectangle is drawn, so
that no mark waits for anything.
"""

from __future__ import annotations

import re
from io import BytesIO
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongkai.accounts.permissions import may, refuse_unless
from gongkai.audit.actions import record
from gongkai.law.refusals import Refused
from gongkai.letters.models import Material
from gongkai.text.asked import number_in

from . import redacting, redactions, result_rules
from .desk_views import THING, _case
from .models import Application, Redaction

SIDES = {"left": "左边距", "top": "上边距", "width": "宽", "height": "高"}


def _redaction(request: HttpRequest, pk: int, redaction: int) -> Redaction:
    application = _case(request, pk)
    refuse_unless(request.user, THING, "redact", application)
    return get_object_or_404(Redaction.objects.select_related("application__office", "material__file", "source", "result__file"), pk=redaction, application=application)


@require_POST
def begin(request: HttpRequest, pk: int, material: int) -> HttpResponse:
    """Open a paper of the case for marking."""
    application = _case(request, pk)
    refuse_unless(request.user, THING, "redact", application)
    paper = get_object_or_404(Material.objects.select_related("file"), pk=material, office_id=request.user.office_id)
    standing = Redaction.objects.filter(application=application, material=paper, finished_at=None).first()
    try:
        made = standing or redactions.begin(application, by=request.user, material=paper)
    except Refused as refused:
        _say(request, refused)
        return redirect("foi:case", pk=pk)
    return redirect("foi:redaction", pk=pk, redaction=made.pk)


def _say(request: HttpRequest, refused: Refused) -> None:
    for objection in refused.objections:
        messages.error(request, f"{objection.sentence}。" + (f"（依据：{objection.basis}）" if objection.basis else ""))


@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, pk: int, redaction: int) -> HttpResponse:
    """One page of the paper with its marks, and everything that can be done to them."""
    found = _redaction(request, pk, redaction)
    asked = request.POST.get("page") or request.GET.get("page")
    page = min(max(number_in(asked) or 1, 1), found.pages)
    said = {"ground": request.POST.get("ground") or request.GET.get("ground", ""), "reason": request.POST.get("reason") or request.GET.get("reason", "")}
    if request.method == "POST":
        done = _do(request, found, page, said)
        if done is not None:
            return done
        kept = "&".join(f"{name}={quote(value[:100])}" for name, value in said.items() if value)
        return redirect(f"{reverse('foi:redaction', args=[pk, redaction])}?page={page}" + (f"&{kept}" if kept else ""))
    paper = redactions.opened(found)
    width, height = paper.size(page)
    letters = paper.letters(page)
    marks = redactions.numbered(found)
    per_page = {n: sum(one.page == n for _, one in marks) for n in range(1, found.pages + 1)}
    answer = render(request, "foi/desk/redact.html", {
        "title": f"区分处理：{found.material.label}", "application": found.application, "redaction": found, "page": page, "pages": per_page, "marks": marks,
        "here": [(n, one) for n, one in marks if one.page == page], "lines": [] if found.finished_at else redacting.lines(letters), "has_text": bool(letters), "said": said,
        "grounds": [(one.code, one.label, redactions.article(one.code)) for one in result_rules.WITHHELD], "width": round(width), "height": round(height),
        "queued": found.queued_at is not None, "stuck": found.queued_at is not None and timezone.now() - found.queued_at > redactions.PATIENCE,
        "articles": {code: redactions.article(code) for code in redactions.GROUNDS}, "sides": SIDES, "converted": found.source_id != found.material.file_id,
    })  # fmt: skip
    answer["Cache-Control"] = "no-store"
    return answer


def _do(request: HttpRequest, found: Redaction, page: int, said: dict[str, str]) -> HttpResponse | None:
    do, by = request.POST.get("do", ""), request.user
    try:
        if do == "mark":
            count = redactions.mark(found, by=by, page=page, boxes=[_box(request)], **said)
            messages.success(request, f"第{page}页已遮盖{count}处。" if count else "这里已经遮盖过了。")
        elif do == "lines":
            count = redactions.mark(found, by=by, page=page, boxes=_lines(request), **said)
            messages.success(request, f"第{page}页已遮盖{count}处。" if count else "这几行已经遮盖过了。")
        elif do == "words":
            count = redactions.mark_words(found, by=by, words=request.POST.get("words", "")[:200], **said)
            messages.success(request, f"全文已遮盖{count}处，请逐页核对。" if count else "找到的地方都已经遮盖过了。")
        elif do == "unmark":
            redactions.unmark(found, by=by, marks=[key for key in map(number_in, request.POST.getlist("mark")) if key])
            messages.success(request, "已取消遮盖。")
        elif do == "drop":
            redactions.drop(found, by=by)
            messages.success(request, "已放弃这次区分处理。")
            return redirect("foi:case", pk=found.application_id)
        elif do == "stop":
            redactions.stop(found, by=by)
            messages.success(request, "已停止生成，可以接着标记。")
        elif do == "finish" and found.pages > redactions.AT_ONCE:
            redactions.finish_later(found, by=by)
        elif do == "finish":
            made = redactions.finish(found, by=by)
            messages.success(request, f"已生成“{made.label}”，并收入本案材料，可附入答复。")
        else:
            messages.error(request, "没有认出要做的操作，请刷新页面后重试。")
    except Refused as refused:
        _say(request, refused)
    return None


def _box(request: HttpRequest) -> redacting.Box:
    """A rectangle in per cent with up to two decimals, as the form asks."""
    values = [request.POST.get(name, "").strip() for name in SIDES]
    sides = [round(float(value) * 100) if re.fullmatch(r"\d{1,3}(\.\d{1,4})?", value) else -1 for value in values]
    left, top, width, height = sides
    return redacting.Box(left, top, min(width, redacting.WHOLE - left) if left >= 0 else width, min(height, redacting.WHOLE - top) if top >= 0 else height)


def _lines(request: HttpRequest) -> list[redacting.Box]:
    found = [re.fullmatch(r"(\d{1,5}),(\d{1,5}),(\d{1,5}),(\d{1,5})", one) for one in request.POST.getlist("line")[:500]]
    return [redacting.Box(*map(int, one.groups())) for one in found if one]


@require_GET
def picture(request: HttpRequest, pk: int, redaction: int, page: int) -> HttpResponse:
    """A page of the original, drawn here: the file itself is not sent. Every look is on record."""
    found = _redaction(request, pk, redaction)
    paper, page = redactions.opened(found), min(max(page, 1), found.pages)
    record("foi.redaction_seen", found.application, by=request.user, number=found.application.number, label=found.material.label, page=page)
    held = BytesIO()
    paper.picture(page, redacting.SCREEN_DPI).save(held, "PNG", compress_level=1)
    answer = HttpResponse(held.getvalue(), content_type="image/png")
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
def result(request: HttpRequest, pk: int, redaction: int) -> HttpResponse:
    """The covered copy, for whoever may see the letters it goes with."""
    application: Application = _case(request, pk)
    if not may(request.user, THING, "redact", application):
        refuse_unless(request.user, "letters.letter", "view", application)
    found = get_object_or_404(Redaction.objects.select_related("result__file"), pk=redaction, application=application, result__isnull=False)
    record("foi.redaction_taken", application, by=request.user, number=application.number, label=found.result.label)
    answer = HttpResponse(redactions.content_of(found.result.file), content_type="application/pdf")
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(found.result.label)}.pdf"
    answer["Cache-Control"] = "no-store"
    return answer
