"""The lists the desk works from: open cases by whose they are and when they are due, the month, and the money."""

from datetime import date

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from gongkai.accounts.permissions import may, refuse_unless
from gongkai.law.refusals import Refused
from gongkai.rulebook.queries import adjustments, calendar
from gongkai.text.asked import number_in
from gongkai.ui.listing import CAP, page_of

from . import fee_export, queries, reminding, reminding_rules, rules
from . import queue as queues
from . import statistics as counted
from .desk_views import STATES, THING, _today

TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Open cases under tabs, and the letters that wait for this person's signature."""
    refuse_unless(request.user, THING, "view")
    user, today = request.user, _today(request)
    counts = queues.counts(user, today)
    asked = request.GET.get("tab", "")
    tab = asked if asked in queues.TABS else next((one for one in ("mine", "section") if counts[one]), "all")
    days, own, listing = calendar(), adjustments(user.office_id, "foi"), page_of(queues.cases(user, tab, today), request.GET.get("page"))
    rows = [(one, STATES[one.state]) for one in (queues.row(application, today, days, own) for application in listing.rows)]
    return render(request, "foi/desk/queue.html", {
        "title": "在办申请", "tabs": [(key, label, counts[key] if counts[key] <= CAP else f"{CAP}以上") for key, label in queues.TABS.items()], "tab": tab, "rows": rows, "listing": listing, "today": today,
        "letters": queues.letters_for(user), "reminded": reminding.for_person(user, today), "label": queues.TABS[tab], "empty": f"没有“{queues.TABS[tab]}”的申请。", "may_add": may(user, THING, "add"),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    """Open cases on the ladder, and reminding those chosen, or all that are owed it."""
    refuse_unless(request.user, THING, "view")
    user, today = request.user, timezone.localdate()
    if request.method == "POST":
        refuse_unless(user, THING, "remind")
        chosen = [key for key in map(number_in, request.POST.getlist("case")) if key]
        allowed = [one.pk for one in queues.open_cases(user.office_id).filter(pk__in=chosen).select_related("section") if may(user, THING, "remind", one)]
        try:
            made = reminding.remind(user.office_id, by=user, today=today, only=allowed, note=request.POST.get("note", "").strip()[:200])
            (messages.success if made else messages.error)(request, f"已催办{len(made)}件。" if made else "没有可以催办的：请勾选尚未催办到本级的申请。")
        except Refused as refused:
            messages.error(request, "；".join(objection.sentence for objection in refused.objections))
        return redirect("foi:reminders")
    due = reminding.ladder(user.office_id, today)
    return render(request, "foi/desk/reminders.html", {
        "title": "催办", "due": [(one, STATES[one.application.state], one.owed and may(user, THING, "remind", one.application)) for one in due], "today": today,
        "working": calendar().is_workday(today), "rungs": [(rung, reminding_rules.rung_days(rung, today, adjustments(user.office_id, "foi"))) for rung in reminding_rules.LADDER], "may_remind": may(user, THING, "remind"),
    })  # fmt: skip


@require_GET
def month(request: HttpRequest) -> HttpResponse:
    """What falls due on each day of a month."""
    refuse_unless(request.user, THING, "view")
    today = _today(request)
    try:
        first = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        first = today.replace(day=1)
    before, after = date.fromordinal(first.toordinal() - 1), date.fromordinal(first.toordinal() + 32)
    weeks = queues.month(request.user.office_id, first, today)
    return render(request, "foi/desk/month.html", {
        "title": f"{first.year}年{first.month}月到期的事项", "weeks": weeks, "none": not any(square.due for week in weeks for square in week if square.in_month), "before": f"{before:%Y-%m}", "after": f"{after:%Y-%m}", "today": today,
    })  # fmt: skip


@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """信息处理费 of a year: what was decided, noticed and paid."""
    refuse_unless(request.user, THING, "view")
    year = _year(request.GET.get("year"))
    made = queries.fee_ledger(request.user.office_id, year)
    return render(request, "foi/desk/fees.html", {
        "title": f"{year}年信息处理费台账", "ledger": made, "year": year, "before": year - 1 if year > 2021 else None, "after": year + 1 if year < timezone.localdate().year else None,
        "export": may(request.user, THING, "export"),
    })  # fmt: skip


def _year(asked: str | None, since: int = rules.FEES_FROM.year) -> int:
    today = timezone.localdate().year
    return min(max(number_in(asked) or today, since), today)


@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    """The year's applications counted five ways; with `by` and `key`, the list behind one number."""
    refuse_unless(request.user, THING, "view")
    office, year, by, key = request.user.office_id, _year(request.GET.get("year"), since=rules.FIRST_DAY.year), request.GET.get("by", ""), request.GET.get("key", "")
    pictures, thisyear = counted.pictures(office, year), timezone.localdate().year
    chosen = next((bar for one in pictures if one.way == by for bar in one.bars if bar.key == key), None)
    return render(request, "foi/desk/statistics.html", {
        "title": f"{year}年依申请公开统计", "pictures": pictures, "year": year, "before": year - 1 if year > rules.FIRST_DAY.year else None, "after": year + 1 if year < thisyear else None,
        "by": by, "key": key, "chosen": chosen, "way": counted.WAYS.get(by, ""), "listing": page_of(counted.behind(office, year, by, key), request.GET.get("page")) if chosen else None, "states": STATES,
    })  # fmt: skip


@require_GET
def ledger_export(request: HttpRequest, kind: str) -> HttpResponse:
    """信息处理费台账 as xlsx or csv."""
    refuse_unless(request.user, THING, "export")
    if kind not in TYPES:
        raise Http404
    year = _year(request.GET.get("year"))
    return FileResponse(fee_export.write(request.user.office_id, year, kind, by=request.user), as_attachment=True, filename=f"{year}年信息处理费台账.{kind}", content_type=TYPES[kind])
