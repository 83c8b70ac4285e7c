"""The desk's page of one letter: what it says, who signed, what comes next, and the papers themselves."""

from base64 import b64decode
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from gongkai.accounts.permissions import may, refuse_unless
from gongkai.audit.actions import record
from gongkai.law.refusals import Refused
from gongkai.text.asked import number_in

from . import actions, rules
from .forms import CorrectDayForm, DeliverForm, DraftForm, ReceiptForm, StampForm, VoidForm
from .models import Letter, Material
from .permissions import THING
from .subjects import page_of, subject_of

STATES = {"草稿": "pending", "已审批": "pending", "已定稿": "pending", "已用印": "pending", "已送达": "done", "作废": "void"}
#: Fields that say who somebody is: left out of what reviewers see.
NAMING = {"申请人", "收件人", "申请内容"}
DEEDS = {
    "stamp": (StampForm, "已登记用印。"), "deliver": (DeliverForm, "已登记送达。"), "receive": (ReceiptForm, "已登记签收。"),
    "correct_day": (CorrectDayForm, "已更正，案件的日期随之改正。"), "void": (VoidForm, "已作废，文号不再使用。"),
}  # fmt: skip
TYPES = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


def _letter(request: HttpRequest, pk: int, verb: str = "view") -> Letter:
    found = get_object_or_404(Letter.objects.select_related("office", "section", "drafted_by"), pk=pk, office_id=request.user.office_id)
    refuse_unless(request.user, THING, verb, found)
    return found


def shown(letter: Letter, full: bool) -> list[list[rules.Part]]:
    """The letter's paragraphs; without the right to read it in full, whoever it names is left out."""
    if full:
        return letter.paragraphs
    return [[part._replace(text="×××") if part.field in NAMING else part for part in parts] for parts in letter.paragraphs]


@require_http_methods(["GET", "POST"])
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter, from draft to delivery."""
    found = _letter(request, pk)
    filled = None
    if request.method == "POST":
        filled = _do(request, found, request.POST.get("do", ""))
        if filled is None:
            return redirect("letters:letter", pk=pk)
    facts, user = found.facts(), request.user
    state, full = rules.state_of(facts), may(user, THING, "read", found)
    if full and request.method == "GET":
        record("letters.read", found, by=user, letter=str(found))
    owed = rules.owed(facts)
    next_step = owed[0] if owed and state is rules.State.DRAFT and may(user, THING, owed[0].value, found) else None
    rendering = getattr(found, "rendering", None)
    allowed = {verb: may(user, THING, verb, found) for verb in ("draft", "freeze", "stamp", "deliver", "void", "correct")}
    return render(request, "letters/desk/letter.html", {
        "title": found.title, "letter": found, "state": state, "state_kind": STATES[state], "paragraphs": shown(found, full), "full": full,
        "steps": [(step, next((s for s in found.signatures.all() if s.step == step and s.digest == found.digest), None)) for step in rules.kinds()[found.kind].steps],
        "stale": [s for s in found.signatures.all() if s.digest != found.digest], "next_step": next_step,
        "signing": [*rules.objections_to_signing(facts, next_step, user.pk), *subject_of(found).objections(found, next_step.value, user)] if next_step else [],
        "freezing": [*rules.objections_to_freezing(facts), *subject_of(found).objections(found, "freeze", user)] if state is rules.State.APPROVED else [],
        "barred": actions.objections_to_leaving(found, user) if state is rules.State.STAMPED else [],
        "receipt_form": filled if isinstance(filled, ReceiptForm) else ReceiptForm(), "awaits_receipt": state is rules.State.DELIVERED and found.delivery.way == "post" and not hasattr(found, "receipt"),
        "rendering": rendering, "may": allowed, "subject_page": page_of(found.subject_kind), "missing": facts.missing,
        "stamp_form": filled if isinstance(filled, StampForm) else StampForm(initial={"bound_to": rendering.pdf_sha256 if rendering else ""}),
        "deliver_form": filled if isinstance(filled, DeliverForm) else DeliverForm(initial={"on": timezone.localdate()}),
        "correct_form": filled if isinstance(filled, CorrectDayForm) else CorrectDayForm(), "corrections": found.corrections.select_related("by"),
        "void_form": filled if isinstance(filled, VoidForm) else VoidForm(),
        "may_void": allowed["void"] and rules.MOVES.allows(state, "void"), "enclosures": found.enclosures.select_related("material"),
        "offered": Material.objects.filter(subject_kind=found.subject_kind, subject_id=found.subject_id).exclude(pk__in=found.enclosures.values("material")),
    })  # fmt: skip


def _do(request: HttpRequest, found: Letter, do: str):
    """Carry out what a button asks for. None: done, or refused with a message; a form: to be mended."""
    user, form = request.user, None
    try:
        if do in {step.value for step in rules.Step}:
            refuse_unless(user, THING, do, found)
            actions.sign(found, step=rules.Step(do), by=user, opinion=request.POST.get("opinion", "")[:500])
            messages.success(request, f"{rules.Step(do).label}已通过。")
        elif do == "freeze":
            refuse_unless(user, THING, "freeze", found)
            messages.success(request, f"已定稿，文号{actions.freeze(found, by=user).number}。")
        elif do == "render":
            refuse_unless(user, THING, "freeze", found)
            actions.render(found, by=user)
        elif do in ("enclose", "remove"):
            refuse_unless(user, THING, "draft", found)
            getattr(actions, do)(found, by=user, material=get_object_or_404(Material, pk=number_in(request.POST.get("material")), office_id=user.office_id))
        elif do in DEEDS:
            made, said = DEEDS[do]
            refuse_unless(user, THING, {"receive": "deliver", "correct_day": "correct"}.get(do, do), found)
            form = made(request.POST, request.FILES)
            if not form.is_valid():
                return form
            getattr(actions, do)(found, by=user, **form.cleaned_data)
            messages.success(request, said)
        else:
            messages.error(request, "没有认出要做的操作，请刷新页面后重试。")
    except Refused as refused:
        for objection in refused.objections:
            messages.error(request, f"{objection.sentence}。" + (f"（依据：{objection.basis}）" if objection.basis else ""))
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return None


@require_http_methods(["GET", "POST"])
def redraft(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft: the same boxes it was drafted with."""
    found = _letter(request, pk, "read")
    refuse_unless(request.user, THING, "draft", found)
    kind = rules.kinds()[found.kind]
    form = DraftForm(kind, found.text, found.values, request.POST or None, initial={"written_on": found.written_on, "remedy": found.remedy}, day=found.written_on)
    if request.method == "POST" and form.is_valid():
        try:
            actions.redraft(found, by=request.user, fields=form.values, written_on=form.cleaned_data["written_on"], remedy=form.cleaned_data.get("remedy", ""))
        except Refused as refused:
            for objection in refused.objections:
                form.add_error(None, objection.sentence)
        else:
            return redirect("letters:letter", pk=pk)
    return render(request, "letters/desk/draft.html", {"title": f"修改{found.title}", "form": form, "back": found, "lead": found.subject_number})


@require_GET
def paper(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The frozen letter as it was printed. It names people, so the look is on record."""
    found = _letter(request, pk, "read")
    if form not in TYPES or not hasattr(found, "rendering"):
        raise Http404
    if not found.frozen_at:
        raise PermissionDenied("文书尚未定稿。")
    record("letters.read", found, by=request.user, letter=found.number)
    answer = HttpResponse(b64decode(getattr(found.rendering, form)), content_type=TYPES[form])
    answer["Content-Disposition"] = f"{'inline' if form == 'pdf' else 'attachment'}; filename*=UTF-8''{quote(found.number)}.{form}"
    answer["Cache-Control"] = "no-store"
    return answer
