"""The desk's pages of the ledger: the account, a measure, freezing and comparing."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongkai.accounts.models import Section
from gongkai.accounts.permissions import may, reach, refuse_unless
from gongkai.evidence import queries as evidence
from gongkai.evidence.models import FrozenAccount
from gongkai.files.actions import keep
from gongkai.law.instruments import instruments_cited
from gongkai.law.moves import NoSuchMove
from gongkai.law.refusals import Refused
from gongkai.registers.register import all_registers
from gongkai.sockets import Scope, all_indicators
from gongkai.text.asked import number_in

from . import actions, matching, queries, rules, tokens
from .differences import between_accounts, between_years
from .exports import writers
from .exports.table import frozen_table, headings_of, live_table, newest_frozen
from .models import Link, Measure, Plan, Progress

THING = "ledger.plan"


def as_of_from(request: HttpRequest, year: int) -> date:
    """The day asked for, kept within the year: today while the year runs, 31 December after it."""
    last = min(timezone.localdate(), date(year, 12, 31))
    try:
        asked = date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        newest = request.GET.get("as_of", "")
        if newest:
            messages.warning(request, f"截至日期“{newest}”无法识别，已按{last:%Y-%m-%d}显示。")
        return last
    if asked.year != year:
        messages.warning(request, f"截至日期须在{year}年内，已按{last:%Y-%m-%d}显示。")
        return last
    if asked > last:
        messages.warning(request, f"截至日期不能晚于今天，已按{last:%Y-%m-%d}显示。")
        return last
    return asked


def own_plan(request: HttpRequest, year: int) -> Plan:
    return get_object_or_404(Plan.objects.of(request.user.office_id).own().select_related("office"), year=year)


def own_measure(request: HttpRequest, pk: int) -> Measure:
    return get_object_or_404(Measure.objects.select_related("plan__office", "chapter", "point"), pk=pk, plan__office_id=request.user.office_id)


class Led:
    """A measure as permissions see it: it belongs to every section that leads it, and `verb` to whoever may in one of them."""

    def __init__(self, measure: Measure, user, verb: str):
        self.office_id = measure.plan.office_id
        leads = {a.section_id for a in measure.assignments.all() if a.section_id and a.part != "support"}
        mine = leads & reach(user, THING, verb)[1]
        self.section_id = min(mine) if mine else min(leads, default=None)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    refuse_unless(request.user, THING, "view")
    newest = Plan.objects.of(request.user.office_id).own().first()
    if newest is None:
        return render(request, "ledger/desk/empty.html", {"may_plan": may(request.user, THING, "plan")})
    return redirect("ledger:plan", year=newest.year)


@require_GET
def plan(request: HttpRequest, year: int) -> HttpResponse:
    """The account as of a day, laid out as the paper is."""
    refuse_unless(request.user, THING, "view")
    found = own_plan(request, year)
    as_of = as_of_from(request, year)
    account = queries.account(found, as_of)
    section, standing = request.GET.get("section", ""), request.GET.get("standing", "")
    wanted, chapter = number_in(section), number_in(request.GET.get("chapter", ""))
    tally = account.tally()
    rows = account.rows
    if wanted is not None:
        rows = [r for r in rows if wanted in r.section_ids]
    if chapter is not None:
        rows = [r for r in rows if r.measure.chapter_id == chapter]
    if standing in {s.value for s in rules.Standing}:
        rows = [r for r in rows if r.standing == standing]
    if len(rows) != len(account.rows):
        for row in rows:
            row.chapter_span = row.point_span = 0
        queries._span(rows)
    return render(request, "ledger/desk/plan.html", {
        "headings": headings_of(found.headings), "export_forms": export_forms(), "plan": found,
        "account": account, "rows": rows, "as_of": as_of, "tally": tally, "section": section, "standing": standing, "chapter": chapter, "chapters": [(of[0].measure.chapter_id, label) for label, of in account.by_chapter()],
        "sections": Section.objects.of(found.office_id).order_by("order"), "standings": list(rules.Standing),
        "years": Plan.objects.of(found.office_id).own().values_list("year", flat=True),
        "newest": newest_frozen(found), "may": permissions_of(request.user), "filtered": len(rows) != len(account.rows),
    })


def export_forms() -> list[tuple[str, str]]:
    return [(form, writer.label) for form, writer in writers().items()]


def permissions_of(user) -> dict[str, bool]:
    return {verb: may(user, THING, verb) for verb in ("plan", "report", "confirm", "freeze", "publish", "export", "link", "drafts")}


@require_http_methods(["GET", "POST"])
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """One measure: its 落实情况 with the tokens beside, evidence, how it stands and why."""
    refuse_unless(request.user, THING, "view")
    found = own_measure(request, pk)
    as_of = as_of_from(request, found.plan.year)
    if request.method == "POST":
        response = _do(request, found)
        if response is not None:
            return response
    account = queries.account(found.plan, as_of)
    row = next(r for r in account.rows if r.measure.pk == found.pk)
    versions = list(found.progress.select_related("written_by", "checked_by"))
    if not may(request.user, THING, "drafts"):
        # The superior reads what the office answers for, not what a section still writes.
        versions = [version for version in versions if version.state == Progress.State.CONFIRMED]
    newest = versions[0] if versions else None
    text = request.POST.get("text", newest.text if newest else "") if request.method == "POST" else (newest.text if newest else "")
    scope = account.scope
    values = evidence.compute(scope)
    holds = {(key, c): counts.is_true_of_all for key, v in values.items() for c, counts in v.claims.items()}
    proposals = matching.propose(text, all_indicators().values(), {k: v.number for k, v in values.items()}, holds)
    preview = queries.render(text, scope, values)
    for version in versions:
        version.named = tokens.named(version.text, {key: value.indicator for key, value in values.items()})
    return render(request, "ledger/desk/measure.html", {
        "plan": found.plan, "measure": found, "row": row, "as_of": as_of, "text": text, "newest": newest, "versions": versions,
        "proposals": list(enumerate(proposals)), "preview": preview, "faults": tokens.faults(text, queries.claims_of),
        "palette": palette(values), "links": found.links.select_related("file", "by"), "registers": all_registers().values(),
        "cited": [c for c in instruments_cited(f"{found.text}\n{text}", as_of) if c.state == "replaced"],
        "may": {
            "report": may(request.user, THING, "report", Led(found, request.user, "report")), "confirm": may(request.user, THING, "confirm", Led(found, request.user, "confirm")),
            "link": may(request.user, THING, "link", Led(found, request.user, "link")), "plan": may(request.user, THING, "plan"),
        },
        "waiting": next((version for version in versions if version.state == Progress.State.SUBMITTED), None),
        "duties": [d for d in account.duties if any(d.key in all_indicators()[k].duties for k in row.keys) and d.is_open(as_of)],
    })


def palette(values) -> list[dict]:
    """The searchable list of tokens with what each is worth now, by room."""
    out = []
    for key, value in values.items():
        out.append({
            "key": key, "label": value.indicator.label, "number": tokens.plain(value.number), "unit": value.indicator.unit,
            "token": "{{" + key + "}}", "description": value.indicator.description, "words": " ".join(value.indicator.words),
            "claims": [
                {"token": "{{" + f"{key}|均 {c}" + "}}", "label": counts.claim.label, "holds": counts.is_true_of_all,
                 "held": counts.held, "pending": counts.pending, "failed": counts.failed}
                for c, counts in value.claims.items()
            ],
        })
    return out


def _do(request: HttpRequest, found: Measure) -> HttpResponse | None:
    """Carry out what a button of the measure page asks for. None: stay on the page, keep what was typed."""
    verb, back = request.POST.get("do", ""), redirect("ledger:measure", pk=found.pk)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        if verb in ("save", "submit"):
            refuse_unless(request.user, THING, "report", Led(found, request.user, "report"))
            made = actions.report(found, text=text, by=request.user, submit=verb == "submit")
            messages.success(request, f"落实情况第{made.version}版已{'提交审核' if verb == 'submit' else '保存为草稿'}。")
        elif verb == "apply":
            refuse_unless(request.user, THING, "report", Led(found, request.user, "report"))
            chosen = chosen_places(request.POST.getlist("chosen"), text)
            made = actions.report(found, text=matching.apply(text, chosen), by=request.user, submit=False)
            messages.success(request, f"已将{len(chosen)}处数字换成数据标记，存为第{made.version}版草稿。")
        elif verb in ("confirm", "return"):
            refuse_unless(request.user, THING, "confirm", Led(found, request.user, "confirm"))
            progress = get_object_or_404(Progress, pk=number_in(request.POST.get("progress")), measure=found)
            if verb == "confirm":
                actions.confirm(progress, by=request.user)
                messages.success(request, "已审核通过，该落实情况计入台账。")
            else:
                actions.return_progress(progress, by=request.user, comment=request.POST.get("comment", ""))
                messages.success(request, "已退回填报人。")
        elif verb == "finish":
            refuse_unless(request.user, THING, "confirm", Led(found, request.user, "confirm"))
            actions.finish(found, done_on=timezone.localdate(), by=request.user)
            messages.success(request, "已确认办结。")
        elif verb == "file":
            refuse_unless(request.user, THING, "link", Led(found, request.user, "link"))
            upload = request.FILES.get("file")
            if upload is None:
                raise ValidationError("请选择要作为佐证的文件。")
            actions.link(found, file=keep(upload, office=found.plan.office, by=request.user), note=request.POST.get("note", ""), by=request.user)
            messages.success(request, "佐证已添加。")
        elif verb == "record":
            refuse_unless(request.user, THING, "link", Led(found, request.user, "link"))
            register = all_registers().get(request.POST.get("register", ""))
            number = number_in(request.POST.get("record", "").strip())
            item = register.model._base_manager.filter(pk=number, office_id=found.plan.office_id, voided_at=None).first() if register else None
            if item is not None:
                refuse_unless(request.user, register.thing, "view", item)
            if item is None:
                raise ValidationError("没有找到这条记录，请填写登记簿中显示的记录编号。")
            actions.link(found, item=item, note=request.POST.get("note", ""), by=request.user)
            messages.success(request, "佐证已添加。")
        elif verb == "unlink":
            refuse_unless(request.user, THING, "link", Led(found, request.user, "link"))
            actions.unlink(get_object_or_404(Link, pk=number_in(request.POST.get("link")), measure=found), by=request.user)
            messages.success(request, "佐证已移除。")
        else:
            return None
    except NoSuchMove as moved_on:
        messages.error(request, f"{moved_on}：可能已由他人办理，请核对页面上的最新状态。")
        return back
    except Refused as refused:
        for objection in refused.objections:
            messages.error(request, objection.sentence + (f"（{objection.basis}）" if objection.basis else ""))
        return None
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
        return None
    return back


def chosen_places(values: list[str], text: str) -> list[tuple[int, int, str]]:
    """The ticked figures: where each stands in the text, and the token for it."""
    found = []
    for value in values:
        start, _, rest = value.partition("|")
        end, _, token = rest.partition("|")
        first, last = number_in(start), number_in(end)
        if first is None or last is None or not first < last <= len(text) or not tokens.tokens(token):
            raise ValidationError("文字在核对之后有改动，请先存草稿，再从新的核对表中选取。")
        found.append((first, last, token))
    found.sort()
    if any(one[1] > other[0] for one, other in zip(found, found[1:], strict=False)):
        raise ValidationError("同一处数字只能换成一个数据标记，请只选一项。")
    return found


@require_http_methods(["GET", "POST"])
def freeze(request: HttpRequest, year: int) -> HttpResponse:
    """Freeze the year as of a day: what would be frozen is shown first."""
    refuse_unless(request.user, THING, "freeze")
    found = own_plan(request, year)
    as_of = as_of_from(request, year)
    account = queries.account(found, as_of)
    if request.method == "POST":
        try:
            made = actions.freeze(
                found, as_of=date.fromisoformat(request.POST.get("as_of", "")), today=timezone.localdate(), by=request.user,
                reason=request.POST.get("reason", ""),
            )
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
        except ValueError:
            messages.error(request, "请填写截至日期。")
        except Refused as refused:
            for objection in refused.objections:
                messages.error(request, objection.sentence)
        else:
            messages.success(request, f"已冻结{made}。此后记录如有更正，不影响本版，可再冻结为新版本。")
            return redirect("ledger:frozen", pk=made.pk)
    missing = [r for r in account.rows if not r.progress_plain.strip()]
    faulty = [r for r in account.rows if any(s.kind == "fault" for s in r.progress)]
    exceptions = [r for r in account.rows if any(s.kind == "claim" and not s.holds for s in r.progress)]
    return render(request, "ledger/desk/freeze.html", {
        "plan": found, "account": account, "as_of": as_of, "missing": missing, "faulty": faulty, "exceptions": exceptions,
        "newest": newest_frozen(found), "values": sorted(account.values.values(), key=lambda v: v.indicator.key),
    })


@require_GET
def accounts(request: HttpRequest, year: int) -> HttpResponse:
    refuse_unless(request.user, THING, "view")
    found = own_plan(request, year)
    return render(request, "ledger/desk/accounts.html", {
        "export_forms": export_forms(),
        "plan": found, "accounts": FrozenAccount.objects.filter(subject_kind=Plan._meta.label, subject_id=found.pk).select_related("frozen_by"),
        "may": permissions_of(request.user),
    })


def own_account(request: HttpRequest, pk: int) -> tuple[FrozenAccount, Plan]:
    account = get_object_or_404(FrozenAccount, pk=pk, office_id=request.user.office_id, subject_kind=Plan._meta.label)
    return account, get_object_or_404(Plan, pk=account.subject_id)


@require_GET
def frozen(request: HttpRequest, pk: int) -> HttpResponse:
    """A frozen account: its rows, and for each value the rows that were shown."""
    refuse_unless(request.user, THING, "view")
    account, found = own_account(request, pk)
    return render(request, "ledger/desk/frozen.html", {
        "export_forms": export_forms(),
        "plan": found, "account": account, "table": frozen_table(found, account),
        "rows": account.content["rows"], "values": account.values.exclude(key__contains="/"), "sound": actions.evidence.digest(account) == account.digest,
        "following": account.following.first(), "may": permissions_of(request.user),
    })


@require_GET
def frozen_value(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The records behind a number of a frozen account, as they were shown when it was frozen."""
    refuse_unless(request.user, THING, "view")
    account, found = own_account(request, pk)
    value = get_object_or_404(account.values, key=key)
    rows = list(value.rows.all())
    return render(request, "ledger/desk/frozen_value.html", {
        "plan": found, "account": account, "value": value, "rows": rows, "columns": list(rows[0].shown) if rows else [],
        "number": tokens.plain(value.number),
    })


@require_GET
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """How a frozen account differs from the version before it."""
    refuse_unless(request.user, THING, "view")
    account, found = own_account(request, pk)
    if account.previous is None:
        raise Http404("这是第一版，没有可比较的上一版本。")
    return render(request, "ledger/desk/difference.html", {"plan": found, "account": account, "previous": account.previous, "found": between_accounts(account.previous, account)})


@require_GET
def years(request: HttpRequest, year: int, other: int) -> HttpResponse:
    """Two years side by side: every indicator, and the measures that go on."""
    refuse_unless(request.user, THING, "view")
    left, right = own_plan(request, other), own_plan(request, year)
    return render(request, "ledger/desk/years.html", {"plan": right, "other": left, "found": between_years(left, right, timezone.localdate())})


@require_GET
def export(request: HttpRequest, year: int, form: str) -> HttpResponse:
    """The account as docx, xlsx, PDF or HTML: the newest frozen one when `frozen` names it, else a working copy."""
    refuse_unless(request.user, THING, "export")
    found = own_plan(request, year)
    writer = writers().get(form)
    if writer is None:
        raise Http404(f"不支持导出为“{form}”。")
    pk = number_in(request.GET.get("frozen"))
    if pk is not None:
        account, found = own_account(request, pk)
        table = frozen_table(found, account)
    else:
        table = live_table(found, as_of_from(request, year))
    try:
        content = writer.write(table)
    except Refused as refused:
        messages.error(request, f"{refused}。")
        return redirect("ledger:plan", year=year)
    actions.note_export(found, form=form, table=table, by=request.user)
    response = HttpResponse(content, content_type=writer.content_type)
    response["Content-Disposition"] = writer.disposition(table)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def publish(request: HttpRequest, year: int) -> HttpResponse:
    refuse_unless(request.user, THING, "publish")
    found = own_plan(request, year)
    if request.POST.get("do") == "withdraw":
        try:
            actions.withdraw(found, by=request.user, reason=request.POST.get("reason", ""))
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, "已从网站撤下。")
    else:
        actions.publish(found, by=request.user)
        messages.success(request, "已公开，网站将在下一次生成时更新。")
    return redirect("ledger:accounts", year=year)


@require_GET
def evidence_list(request: HttpRequest, key: str) -> HttpResponse:
    """The list behind a number: the very records it counts."""
    refuse_unless(request.user, THING, "view")
    indicator = all_indicators().get(key)
    if indicator is None:
        raise Http404(f"没有“{key}”这个指标。")
    year = number_in(request.GET.get("year")) or timezone.localdate().year
    if not 2000 <= year <= 2100:
        raise Http404("年度超出范围。")
    as_of = as_of_from(request, year)
    scope = Scope.of_year(request.user.office_id, year, as_of)
    value = evidence.compute(scope, [key])[key]
    claim = request.GET.get("claim", "") if request.GET.get("claim", "") in value.claims else ""
    part = request.GET.get("part", "") if claim and request.GET.get("part", "") in evidence.PARTS else ""
    found = evidence.records(scope, indicator, claim if part else "", part)
    total = found.count()
    page = min(max(1, number_in(request.GET.get("page")) or 1), max(1, (total + 99) // 100))
    records = list(found[(page - 1) * 100 : page * 100])
    parts = evidence.parts_of(scope, indicator, [r.pk for r in records]) if value.claims else {}
    register = all_registers().get(indicator.register)
    can_open = register is not None and register.model._meta.label == indicator.model and may(request.user, register.thing, "view")
    lines = [
        {"position": n, "record": r, "cells": list(evidence.shown(r, indicator, as_of).items()), "parts": parts.get(r.pk, {})}
        for n, r in enumerate(records, (page - 1) * 100 + 1)
    ]
    return render(request, "ledger/desk/evidence.html", {
        "indicator": indicator, "value": value, "number": tokens.plain(value.number), "as_of": as_of, "year": year, "lines": lines,
        "columns": [label for label, _ in lines[0]["cells"]] if lines else [], "claim": value.claims.get(claim), "claim_key": claim, "part": part,
        "total": total, "page": page, "pages": (total + 99) // 100, "register": register if can_open else None, "scope": scope,
        "has_plan": Plan.objects.of(request.user.office).own().filter(year=year).exists(),
    })
