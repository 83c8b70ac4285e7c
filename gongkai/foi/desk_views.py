"""The desk's pages of one case: what it waits for, what may be done, what happened, how its last day came about."""

from datetime import date
from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongkai.accounts.permissions import may, refuse_unless
from gongkai.law.instruments import cite
from gongkai.law.refusals import Refused
from gongkai.letters import actions as letters
from gongkai.letters import rules as letter_rules
from gongkai.letters.models import Letter
from gongkai.rulebook.queries import adjustments, calendar
from gongkai.text.asked import number_in

from . import (
    actions,
    aftercare,
    archiving,
    by_letter,
    casework,
    deciding,
    fees,
    joining,
    letter_facts,
    public_desk,
    queries,
    redactions,
    remedy_rules,
    result_rules,
    rules,
)
from .case_forms import FORMS, ActForm, FeeDecisionForm, JoinForm, LetterForm
from .models import Application, CaseLink, Handover

THING = "foi.application"
STATES = {"待确认": "risk", "办理中": "pending", "待补正": "risk", "待缴费": "risk", "已答复": "done", "视为放弃": "void", "已撤回": "void", "重新办理": "risk", "已归档": "done"}


class Offered(NamedTuple):
    """An act as the page draws it: with the letters that make it, and those of them that are under way."""

    offer: casework.Offer
    form: ActForm
    by_letter: bool
    kinds: list[letter_rules.Kind]
    live: list[Letter]


#: What stands against a move in other records than the case.
UNSETTLED = {"archive": archiving.objections, "set_aside": actions.objections_to_setting_aside, "transfer": joining.objections_to_handing_over}


def _earlier(application: Application, sees_person: bool) -> dict:
    """Earlier applications, for the case's page and for deciding: what was asked is compared only for whoever may see it here."""
    return {
        "same": queries.same_applicant(application) if sees_person else None, "frequency": queries.frequency(application) if sees_person else None,
        "similar": queries.similar(application, content=sees_person), "content": sees_person,
    }  # fmt: skip


def _case(request: HttpRequest, pk: int) -> Application:
    found = get_object_or_404(Application.objects.select_related("office", "section", "consented_by"), pk=pk, office_id=request.user.office_id)
    refuse_unless(request.user, THING, "view", found)
    return found


def _today(request: HttpRequest) -> date:
    """Today, or the earlier day asked for: a page may be looked at as it stood."""
    today = timezone.localdate()
    try:
        return min(today, date.fromisoformat(request.GET.get("on", "")))
    except ValueError:
        return today


@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case, from the counter to the archive."""
    application, today = _case(request, pk), _today(request)
    do = request.POST.get("do", "")
    filled = None
    if do == "applicant":
        applicant = actions.read_applicant(application, by=request.user)
    else:
        applicant = None
        if request.method == "POST":
            filled = _act(request, application, do, today)
            if filled is None:
                return redirect("foi:case", pk=pk)
    offered, kinds = [], letter_rules.kinds()
    for offer in [] if application.voided_at else casework.offers(application.case(), today, calendar()):
        verb = offer.act.verb
        offer = offer._replace(act=offer.act._replace(hint=letter_rules.figured(offer.act.hint, max(today, rules.FEES_FROM))))
        if verb in UNSETTLED and (found := UNSETTLED[verb](application)):
            offer = offer._replace(objections=found, first=False)
        if may(request.user, THING, verb, application):
            bound = filled if do == verb else None
            form = bound or FORMS[verb](application, today, initial={"result": request.GET.get("result", "")}, auto_id=f"{verb}-%s")
            offered.append(Offered(offer, form, verb in by_letter.BY_LETTER, [kinds[kind] for kind in by_letter.KINDS.get(verb, ())], by_letter.live(application, verb)))
    sees_person = may(request.user, "foi.applicant", "view", application)
    return render(request, "foi/desk/case.html", {
        "title": application.subject, "application": application, "today": today, "state_kind": STATES[application.state], "offered": offered,
        "weeks": queries.weeks(application, today), "clock": queries.reply_clock(application, as_of=application.closed_on or today), "happened": queries.happened(application),
        "opinions": application.opinions.current(), "chased": casework.chased(application.case(), today, calendar(), adjustments(application.office_id, "foi")), "asked_applicant": do == "applicant", "applicant": applicant,
        "may_see_applicant": sees_person, "fee": queries.fee_of(application), "remedies": application.remedies.current(), "may_remedy": may(request.user, "foi.remedy", "add", application),
        "periods": remedy_rules.remedy_periods(application.reply_on) if application.reply_on else None, "reopenings": application.reopenings.select_related("remedy"),
        "archives": application.archives.defer("pdf"), "may_pack": may(request.user, THING, "pack", application),
        "earlier": _earlier(application, sees_person), "may_change": may(request.user, THING, "change", application) and application.state != rules.State.ARCHIVED,
        "letters": Letter.objects.about(application).select_related("delivery"), "materials": redactions.papers(application), "may_redact": may(request.user, THING, "redact", application) and not application.voided_at and application.state != rules.State.ARCHIVED,
        "kinds": kinds.values(), "results": {code: result.label for code, result in result_rules.RESULTS.items()},
        "sees_letters": may(request.user, "letters.letter", "view", application), "may_draft": may(request.user, "letters.letter", "draft", application),
        "links": [(link, link.other if link.application_id == application.pk else link.application, link.application_id == application.pk) for link in joining.links_of(application)],
        "join_form": JoinForm(), "may_join": may(request.user, THING, "join", application) and not application.voided_at, "handover": (handed := joining.waiting(application)),
        "may_take": handed is not None and may(request.user, THING, "take_over", application),
        "after": aftercare.shown(application, request.user),
        "online": public_desk.online(application, request.user, today),
        "row": dict((row.key, row.label) for row in result_rules.ROWS).get(application.report_row, ""),
    })  # fmt: skip


def _act(request: HttpRequest, application: Application, verb: str, today: date):
    """Carry out what a button asks for. None when done; the filled form when it is to be mended."""
    if verb not in FORMS:
        messages.error(request, "没有认出要办理的事项，请刷新页面后重试。")
        return None
    if not may(request.user, THING, verb, application):
        raise PermissionDenied("您的岗位不能办理此事项。")
    form = FORMS[verb](application, today, request.POST, auto_id=f"{verb}-%s")
    if not form.is_valid():
        return form
    try:
        form.carry_out(request.user)
    except Refused as refused:
        for objection in refused.objections:
            form.add_error(None, objection.sentence + (f"（依据：{objection.basis}）" if objection.basis else ""))
        return form
    except ValidationError as error:
        form.add_error(None, "；".join(error.messages))
        return form
    messages.success(request, f"已办理：{casework.BY_VERB[verb].label}。")
    return None


@require_POST
def relate(request: HttpRequest, pk: int) -> HttpResponse:
    """并案、关联 and their end; accepting or returning a case that was handed over."""
    application, today, do = _case(request, pk), timezone.localdate(), request.POST.get("do", "")
    try:
        if do == "join":
            refuse_unless(request.user, THING, "join", application)
            _join(request, application, today)
        elif do == "part":
            refuse_unless(request.user, THING, "join", application)
            link = get_object_or_404(CaseLink, Q(application=application) | Q(other=application), pk=number_in(request.POST.get("link")))
            joining.part(link, by=request.user, reason=request.POST.get("reason", "")[:300], on=today)
            messages.success(request, "已解除。")
        elif do in ("accept", "send_back"):
            refuse_unless(request.user, THING, "take_over", application)
            handed = get_object_or_404(Handover, application=application, settled_on=None)
            if do == "accept":
                joining.accept(handed, by=request.user, on=today)
                messages.success(request, "已接收。")
            else:
                joining.send_back(handed, by=request.user, reason=request.POST.get("reason", "")[:200], on=today)
                messages.success(request, "已退回。")
                return redirect("foi:queue")
        else:
            messages.error(request, "没有认出要做的操作，请刷新页面后重试。")
    except Refused as refused:
        messages.error(request, "；".join(objection.sentence for objection in refused.objections))
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return redirect("foi:case", pk=pk)


def _join(request: HttpRequest, application: Application, today: date) -> None:
    form = JoinForm(request.POST)
    other = Application.objects.of(application.office_id).filter(number=request.POST.get("number", "").strip()[:60]).first()
    if not form.is_valid():
        messages.error(request, "；".join(f"{form.fields[name].label}：{'、'.join(said)}" for name, said in form.errors.items()))
    elif other is None or not may(request.user, THING, "view", other):
        messages.error(request, f"没有找到编号为“{form.cleaned_data['number']}”的申请。")
    else:
        said = form.cleaned_data
        if said["kind"] == CaseLink.Kind.MERGED and not may(request.user, THING, "join", other):
            messages.error(request, f"{other.number}由{other.section or '其他科室'}承办，跨科室的并案由公开协调员办理。可以先“关联”。")
            return
        joining.join(application, by=request.user, other=other, kind=said["kind"], reason=said["reason"], document=said["document"], on=today)
        messages.success(request, f"已{dict(CaseLink.Kind.choices)[said['kind']]}：{other.number}。")


@require_http_methods(["GET", "POST"])
def fee(request: HttpRequest, pk: int) -> HttpResponse:
    """费用计算单: what 109号 comes to for this case, by number and by pages, and the decision."""
    application, today = _case(request, pk), _today(request)
    standing, month = queries.fee_of(application), queries.month_of(application)
    before = queries.before_in_month(application)
    form = FeeDecisionForm(before, request.POST or None, initial={"mode": "cases" if before is not None else "pages", "units": 1})
    if request.method == "POST":
        refuse_unless(request.user, THING, "charge", application)
        try:
            if request.POST.get("do") == "drop":
                actions.drop_fee(application, by=request.user, reason=request.POST.get("reason", "")[:300], on=today)
                messages.success(request, "已登记不再收取。")
                return redirect("foi:fee", pk=pk)
            if form.is_valid():
                actions.decide_fee(application, by=request.user, before=before or 0, on=today, **form.cleaned_data)
                messages.success(request, "已决定收费，请拟写收费通知书。")
                return redirect("foi:fee", pk=pk)
        except Refused as refused:
            if request.POST.get("do") == "drop":
                messages.error(request, "；".join(objection.sentence for objection in refused.objections))
                return redirect("foi:fee", pk=pk)
            for objection in refused.objections:
                form.add_error(None, f"{objection.sentence}（{objection.basis}）")
    case = application.case()
    trial = fees.by_cases(before + 1, before, on=today) if before is not None else []
    return render(request, "foi/desk/fee.html", {
        "title": f"{application.number}信息处理费计算单", "application": application, "today": today, "fee": standing, "month": month, "form": form,
        "trial": fees.total(trial), "nth": before + 1 if before is not None else None, "reached": before is not None and fees.case_rate(before + 1, today) > 0,
        "may_charge": may(request.user, THING, "charge", application) and rules.MOVES.allows(rules.state_of(case), "ask_fee") and not case.fee_asked_on,
        "may_draft": may(request.user, "letters.letter", "draft", application), "live": by_letter.live(application, "ask_fee"), "case_tiers": fees.case_tiers(today), "page_tiers": fees.page_tiers(today), "payment_days": fees.payment_days(today).value,
        "pay_by": rules.fee_due_on(application.fee_noticed_on, calendar()) if application.fee_noticed_on else None, "clock": queries.reply_clock(application, as_of=today),
        "noticed": case.fee_asked_on,
    })  # fmt: skip


@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """时限计算书, to be read and printed."""
    application, today = _case(request, pk), _today(request)
    return render(request, "foi/desk/sheet.html", {
        "title": f"{application.number}时限计算书", "application": application, "sheet": queries.clock_sheet(application, as_of=application.closed_on or today), "today": today,
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Draft a letter about the case, filled with what the case says."""
    application = _case(request, pk)
    refuse_unless(request.user, "letters.letter", "draft", application)
    known, day = letter_rules.kinds().get(kind), timezone.localdate()
    if known is None:
        raise Http404
    text = letter_rules.wording(known, day)
    filled = letter_facts.facts(application, by=request.user, today=day) if request.method == "GET" else {}
    if filled and kind == "partial":
        filled |= redactions.reply_words(application)
    form = LetterForm(application, known, text, filled, request.POST or None, initial={"written_on": day}, today=day)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = letters.draft(
                application, kind=kind, by=request.user, fields=form.values, written_on=said["written_on"], number=application.number, remedy=said.get("remedy", "")
            )
        except Refused as refused:
            for objection in refused.objections:
                form.add_error(None, objection.sentence)
        else:
            return redirect("letters:letter", pk=made.pk)
    return render(request, "letters/desk/draft.html", {
        "title": f"拟写{known.title}", "number": application.number, "form": form, "lead": f"{application.number}　{application.subject}", "back_url": reverse("foi:case", args=[pk]),
    })  # fmt: skip


@require_POST
def material(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a paper of the case."""
    application = _case(request, pk)
    refuse_unless(request.user, "letters.letter", "draft", application)
    label, upload = request.POST.get("label", "").strip()[:200], request.FILES.get("file")
    if not label or upload is None:
        messages.error(request, "请填写材料名称并选择文件。")
        return redirect("foi:case", pk=pk)
    try:
        letters.add_material(application, by=request.user, upload=upload, label=label, number=application.number)
        messages.success(request, f"已收存“{label}”。")
    except Refused as refused:
        messages.error(request, "；".join(objection.sentence for objection in refused.objections))
    return redirect("foi:case", pk=pk)


@require_GET
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """逐问定案: one question at a time, and what follows from the answers. Writes nothing."""
    application = _case(request, pk)
    answers = [one for one in request.GET.get("a", "").split(".") if one][:20]
    walk = deciding.walk(answers)
    given = [option.key for _, option in walk.answered]
    day = max(timezone.localdate(), rules.IN_FORCE)
    return render(request, "foi/desk/decide.html", {
        "title": "逐问定案", "lead": f"{application.number}　{application.subject}", "application": application, "walk": walk, "answers": ".".join(given),
        "steps": [(question, option, ".".join(given[:n])) for n, (question, option) in enumerate(walk.answered)],
        "basis": cite(walk.question.basis, day).text if walk.question else "", "law": letter_rules.figured(walk.question.law, day) if walk.question else "",
        "articles": [cite(basis, day).text for basis in walk.decision.articles] if walk.decision else [],
        "may_draft": may(request.user, "letters.letter", "draft", application), "earlier": _earlier(application, may(request.user, "foi.applicant", "view", application)),
    })  # fmt: skip
