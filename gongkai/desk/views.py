"""The workbench."""

from collections import Counter
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from gongkai.accounts.models import Section
from gongkai.accounts.permissions import may
from gongkai.ledger import queries as ledger
from gongkai.ledger.models import Plan
from gongkai.ledger.rules import Standing
from gongkai.rulebook.queries import calendar, steady

from . import queries

#: Worst first: the colour of a cell of the heat strip.
WORST = [Standing.OVERDUE, Standing.AT_RISK, Standing.NOT_STARTED, Standing.GOING_ON, Standing.DONE]


def day_of(request: HttpRequest, plan: Plan | None) -> date:
    """The workbench's day: today, or the last day of the newest plan's year when that year is over, or the day asked for."""
    today = timezone.localdate()
    asked = request.GET.get("on", "")
    if asked:
        try:
            day = date.fromisoformat(asked)
        except ValueError:
            messages.warning(request, f"日期“{asked}”无法识别，已按今天显示。")
        else:
            if 2008 <= day.year and day <= today:
                return day
            messages.warning(request, "看板日期不能晚于今天，已按今天显示。")
    return min(today, date(plan.year, 12, 31)) if plan else today


@require_GET
@steady()
def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    sees_ledger = may(user, "ledger.plan", "view")
    plan = Plan.objects.of(user.office_id).own().select_related("office").first() if sees_ledger and user.office_id else None
    on = day_of(request, plan)
    if plan and on.year != plan.year:
        plan = Plan.objects.of(user.office_id).own().filter(year=on.year).select_related("office").first() or plan
    account = ledger.account(plan, min(on, date(plan.year, 12, 31)) if on.year >= plan.year else date(plan.year, 1, 1)) if plan else None
    items = queries.owed(user, on) if sees_ledger else []
    strip = []
    if account:
        sections = [s for s in Section.objects.of(user.office_id).order_by("order") if any(s.pk in r.section_ids for r in account.rows)]
        strip = [
            (chapter, [
                {
                    "section": s, "counts": counts, "worst": next((w.value for w in WORST if counts.get(w.value)), ""), "total": sum(counts.values()),
                    "pips": [w.value for w in WORST for _ in range(counts.get(w.value, 0))],
                }
                for s, counts in line
            ], rows[0].measure.chapter_id)
            for (chapter, line), (_, rows) in zip(ledger.heat(account, sections), account.by_chapter(), strict=True)
        ]
    kind = calendar().kind_of(on)
    week = queries.week(items, on)
    return render(request, "desk/home.html", {
        "on": on, "kind": kind, "plan": plan, "account": account, "strip": strip, "tally": account.tally() if account else {},
        "counts": Counter(o.state for o in items), "groups": [
            (label, key, queries.lines(o for o in items if o.state in states))
            for label, key, states in (("逾期", "overdue", {"overdue"}), ("七天内到期", "coming", {"today", "soon"}), ("以后到期", "later", {"later"}), ("尚无期限", "without", {"waiting"}))
        ],
        "waiting": queries.waiting(user) if user.office_id else [], "week": week, "week_is_free": not any(found for _, found in week),
        "next": next((o for o in items if o.duty.due_on and o.duty.due_on > week[-1][0]), None), "recent": queries.recent(user, on) if sees_ledger else [],
        "today": timezone.localdate(),
    })
