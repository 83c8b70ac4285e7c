"""The live part: an application typed into a page, its receipt, and where it stands. No session, no cookie, no script needed."""

from base64 import b64decode
from urllib.parse import quote

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.accounts.models import Office
from gongkai.audit.actions import record
from gongkai.files.checks import KIND_LABELS
from gongkai.law.objections import Objection
from gongkai.law.refusals import Refused, refuse_if
from gongkai.letters.models import Letter
from gongkai.publishing.posting import (
    comes_from_here,
    is_shared,
    once_more,
    so_far,
)
from gongkai.publishing.rules import objections_to_marks
from gongkai.publishing.site import Crumb, Site
from gongkai.rulebook.queries import adjustments, calendar, steady
from gongkai.sockets import already_public, search_sources

from . import public_actions, public_queries, public_rules, rules
from .models import Application, Channel
from .public_forms import FilingForm, OrganisationForm, PersonForm
from .public_rules import Kind

FORMS: dict[str, tuple[type[FilingForm], str]] = {"person": (PersonForm, "自然人申请表"), "organisation": (OrganisationForm, "法人或者其他组织申请表")}
#: The figures' room, and how many published items are offered before an application is sent.
ROOM, OFFERED = "foi", 5
DAY = 24 * 3600
PLATFORM, APPLY, FILL = Crumb("政府信息公开", "/xxgk/"), Crumb("依申请公开", "/xxgk/apply/"), Crumb("网上申请", "/apply/")
TYPES = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}
NOT_HERE = "这张表不是从本站页面提交的，没有收下。内容都还在，请核对后在本页提交"
TOO_QUICK = "提交得太快了。请再看一遍填写的内容，然后提交"
NO_SUCH = "申请编号和查询码对不上，请核对后再试。查询码在提交申请时的回执上"


def drawn(office: Office, page: str, title: str, facts: dict, crumbs=(PLATFORM, APPLY)) -> bytes:
    return Site(office).render("apply/index.html", f"foi/public/{page}.html", title, {"office": office, **facts}, crumbs=crumbs)


def _office() -> Office:
    office = Office.objects.order_by("pk").first()
    if office is None:
        raise Http404
    return office


def _answer(page: bytes, status: int = 200) -> HttpResponse:
    answer = HttpResponse(page, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _limits(office: Office) -> public_rules.Limits:
    return public_rules.limits(timezone.localdate(), adjustments(office.pk, ROOM))


def _limits_at(office: Office, request: HttpRequest) -> public_rules.Limits:
    """The bounds for whoever is at this address: wider where many are known to share it."""
    limits = _limits(office)
    return limits.widened(public_rules.shared_times(timezone.localdate(), adjustments(office.pk, ROOM))) if is_shared(request) else limits


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Who applies: the one question before the form."""
    return _answer(drawn(_office(), "choose", "网上申请", {}))


# Applying


@require_http_methods(["GET", "HEAD", "POST"])
@steady()
def fill(request: HttpRequest, who: str) -> HttpResponse:
    """The form, the page to read it through, and the receipt: one address, told apart by the button."""
    office, (form_class, title) = _office(), FORMS[who]
    limits = _limits_at(office, request)
    if request.method != "POST":
        return _form(office, who, form_class(), limits, public_actions.new_token())
    form, do, token = form_class(request.POST), request.POST.get("do", ""), request.POST.get("token", "")
    opened = public_actions.opened(token, limits.hours)
    if opened is not None and do != "back" and (there := public_actions.filed(office, opened[0])) is not None:
        return _receipt(office, there, opened[0], made=False)
    fault, status = _fault(request, limits, opened)
    secret, paper_fault = opened[0] if opened else public_actions.new_secret(), ""
    if opened is None:
        token = public_actions.new_token(secret)
    if status not in (403, 429):
        try:
            public_actions.keep_papers(office, request.FILES.getlist("papers"), secret=secret, limits=limits, allowed=public_rules.PAPERS)
        except Refused as refused:
            paper_fault = refused.objections[0].sentence
    papers = public_actions.waiting_papers(office, secret)
    paper_fault = paper_fault or ("" if papers else "请上传身份证明的照片、扫描件或者PDF")
    if do == "enough":
        public_actions.forget(office, secret)
        return _answer(drawn(office, "enough", "没有提交申请", {}, crumbs=(PLATFORM, APPLY, FILL)))
    if do == "back":
        return _form(office, who, form_class(initial=_typed(form)), limits, token, papers=papers, shown=request.POST.get("shown", ""))
    if fault or not form.is_valid() or paper_fault:
        if fault == TOO_QUICK and (form.errors or paper_fault):
            fault = ""  # whoever has something to mend will not be too quick the next time
        return _form(office, who, form, limits, token, fault=fault, paper_fault=paper_fault, papers=papers, shown=request.POST.get("shown", ""), status=status or 400)
    if do != "submit":
        return _read_through(request, office, who, title, form, token, papers)
    filed, question = so_far("apply.file", request, DAY), public_rules.question_of(secret)
    if filed >= limits.most:
        fault = f"从您所在的网络今天提交的申请已经较多，这一件没有收下。内容都还在，请明天再提交，也可以当面、邮寄或者{f'拨打{office.phone}咨询' if office.phone else '传真提交'}"
        return _form(office, who, form, limits, token, fault=fault, papers=papers, shown=request.POST.get("shown", ""), status=429)
    if filed >= limits.filings and not question.is_answered(request.POST.get("answer", "")):
        return _read_through(request, office, who, title, form, token, papers, question=question)
    application, made = public_actions.file(
        office, secret=secret, today=timezone.localdate(), applicant=form.applicant(), was_shown=request.POST.get("shown") == "1", **form.facts(),
    )  # fmt: skip
    if made:
        once_more("apply.file", request, DAY)
    return _receipt(office, application, secret, made=made)


def _fault(request: HttpRequest, limits: public_rules.Limits, opened) -> tuple[str, int]:
    """What is wrong with the sending rather than with the words: a sentence and a status, blank and 0 when nothing is."""
    if not comes_from_here(request):
        return NOT_HERE, 403
    if once_more("apply.post", request, 60) > limits.posts:
        return "提交得太快了，这一次没有收下。内容都还在，请过一分钟再提交", 429
    if opened is None:
        return f"这张表打开已经超过{limits.hours}小时。填写的内容都还在，请核对后再提交；上传的文件需要重新选择", 400
    # Programs fill in a field nobody sees, and all of them at once. A person whose browser did it sends the same page again.
    if request.POST.get("website"):
        return "有一项不用填写的内容被填上了，可能是浏览器自动填写的，已经清空。请核对其他内容后再提交一次", 400
    if opened[1] < limits.seconds:
        return TOO_QUICK, 400
    return "", 0


def _typed(form: FilingForm) -> dict[str, str]:
    return {name: form.data.get(name, "") for name in form.fields}


def _form(office: Office, who: str, form: FilingForm, limits: public_rules.Limits, token: str, *, fault="", paper_fault="", papers=(), shown="", status=200) -> HttpResponse:
    found = [(f"id_{name}", str(form.fields[name].label), error) for name in form.fields for error in form.errors.get(name, ())] if form.is_bound else []
    order = [name for _, names in form.parts for name in names]
    found.sort(key=lambda error: order.index(error[0].removeprefix("id_")))
    at = sum(name.removeprefix("id_") in form.parts[0][1] for name, _, _ in found)  # the upload stands below the first part
    if paper_fault:
        found.insert(at, ("papers", "身份证明", paper_fault))
    return _answer(drawn(office, "form", FORMS[who][1], {
        "form": form, "groups": form.groups(), "who": who, "token": token, "limits": limits, "fault": fault, "found": found, "paper_fault": paper_fault,
        "papers": papers, "shown": shown, "kinds": "、".join(KIND_LABELS[kind] for kind in sorted(public_rules.PAPERS)),
    }, crumbs=(PLATFORM, APPLY, FILL)), status)  # fmt: skip


def _read_through(request: HttpRequest, office: Office, who: str, title: str, form: FilingForm, token: str, papers, question: public_rules.Question | None = None) -> HttpResponse:
    """What was typed, once more, with what is public already beside it; and a question, where much came from this address today."""
    asked = question is not None and "answer" in request.POST
    offered = already_public(office.pk, form.cleaned_data["description"], OFFERED)
    if offered and request.POST.get("shown") != "1":
        public_actions.count(office, timezone.localdate(), "shown")
    return _answer(drawn(office, "check", "核对后提交", {
        "said": form.said(), "typed": [(name, value) for name, value in _typed(form).items() if value], "who": who, "token": token, "papers": papers, "offered": offered,
        "shown": "1" if offered or request.POST.get("shown") == "1" else "", "form_title": title,
        "question": question.words if question else "", "wrong": asked,
    }, crumbs=(PLATFORM, APPLY, FILL)), 400 if asked else 200)  # fmt: skip


def _receipt(office: Office, application: Application, secret: str, *, made: bool) -> HttpResponse:
    due = rules.confirm_due_on(Channel.INTERNET, application.handed_in_on, calendar(), adjustments(office.pk, ROOM))
    filing = application.filing
    return _answer(drawn(office, "receipt", "网上申请回执", {
        "application": application, "code": public_actions.code_of(secret), "made": made, "confirm_due_on": due, "at": timezone.localtime(filing.at), "days": rules.told_days(application.handed_in_on),
        "still_opens": public_actions.code_hash(public_actions.code_of(secret)) == filing.code_hash,
    }))  # fmt: skip


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """Counts that something offered was opened, and opens it."""
    office, key = _office(), request.GET.get("key", "").replace("\x00", "")[:60]
    source = search_sources().get(key.partition(":")[0])
    found = next(iter(source.find(office.pk, {key})), None) if source and key.partition(":")[2].isdecimal() else None
    if found is None:
        raise Http404
    if request.method == "GET":
        public_actions.count(office, timezone.localdate(), "opened")
    return HttpResponseRedirect(f"/{found.path}")


# What became of it


@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """进度查询: a number and a code open a case; what is done there carries a ticket, so that neither stands in an address."""
    office = _office()
    limits = _limits_at(office, request)
    if request.method != "POST":
        return _answer(_ask(office))
    typed = {name: request.POST.get(name, "").replace("\x00", "")[:100] for name in ("number", "code")}
    if not comes_from_here(request):
        return _answer(_ask(office, fault="这张表不是从本站页面提交的，没有收下。请在本页重新填写", **typed), 403)
    if once_more("apply.post", request, 60) > limits.posts:
        return _answer(_ask(office, fault="提交得太快了。请过一分钟再试", **typed), 429)
    do = request.POST.get("do", "")
    if do in ("", "look"):
        return _looked_up(request, office, limits, typed)
    application = public_queries.of_ticket(office, request.POST.get("ticket", ""))
    if application is None:
        return _answer(_ask(office, fault="页面打开已超过30分钟，为保护您的信息已经关闭。请重新填写申请编号和查询码；刚才填写的内容还在下面，可以先复制下来", lost=request.POST.get("text", "")), 400)
    if do == "letter":
        return _letter(application, request.POST.get("letter", ""), scan=request.POST.get("what") == "scan")
    return _hand_in(request, office, application, limits, do)


def _ask(office: Office, fault: str = "", **facts) -> bytes:
    return drawn(office, "ask", "进度查询", {"fault": fault, **facts})


def _looked_up(request: HttpRequest, office: Office, limits: public_rules.Limits, typed: dict[str, str]) -> HttpResponse:
    if so_far("apply.code", request, 15 * 60) >= limits.tries:
        return _answer(_ask(office, fault=f"从您所在的网络输错的次数较多，暂停查询，最多十五分钟后可以再试。{f'急需了解的，请拨打{office.phone}' if office.phone else ''}", number=typed["number"]), 429)
    if not typed["number"].strip() or not typed["code"].strip():
        return _answer(_ask(office, fault="请把申请编号和查询码都填上", **typed), 400)
    application = public_queries.find(office, typed["number"], typed["code"])
    if application is None:
        once_more("apply.code", request, 15 * 60)
        return _answer(_ask(office, fault=NO_SUCH, number=typed["number"]), 400)
    return _standing(office, application)


def _standing(office: Office, application: Application, *, status: int = 200, **facts) -> HttpResponse:
    given = public_queries.progress(application, timezone.localdate())
    given["forms"] = [(kind, public_actions.new_token()) for kind in given["may_hand_in"]]
    return _answer(drawn(office, "standing", "办理进度", {**given, "ticket": public_queries.ticket(application), "limits": _limits(office), **facts}), status)


def _hand_in(request: HttpRequest, office: Office, application: Application, limits: public_rules.Limits, kind: str) -> HttpResponse:
    """补正、撤回、缴费凭证: kept for the desk, or the page again with what is wrong and what was typed."""
    text, today = request.POST.get("text", "").replace("\x00", "").strip(), timezone.localdate()
    opened = public_actions.opened(request.POST.get("token", ""), limits.hours)
    uploads = request.FILES.getlist("papers")
    try:
        refuse_if([*_objections_to_text(kind, text, bool(uploads), request.POST.get("sure") == "1"), *objections_to_marks(text)])
        if opened is None:
            raise Refused([Objection("stale", "页面打开的时间太长，请核对后再提交一次")])
        if application.voided_at:
            refuse_if([Objection("void", "这件申请的登记已作废，请与我们联系")])
        waiting = application.handed_in.waiting().exclude(token_hash=public_actions.token_hash(opened[0])).values_list("kind", flat=True)
        if not application.handed_in.filter(token_hash=public_actions.token_hash(opened[0])).exists():
            refuse_if(public_rules.objections_to_handing_in(kind, application.case(), waiting, today))
            public_actions.keep_papers(office, uploads, secret=opened[0], limits=limits, allowed=public_rules.ATTACHED)
        public_actions.hand_in(application, kind, secret=opened[0], text=text, today=today)
    except Refused as refused:
        return _standing(office, application, status=400, fault=refused.objections[0].sentence, faulty=kind, typed=text)
    return _standing(office, application, done=dict(_DONE)[Kind(kind)])


_DONE = (
    (Kind.CORRECTION, "补正已经递交。工作人员受理后，答复期限重新计算，新的最后一日会显示在这里。"), (Kind.WITHDRAWAL, "撤回已经递交。工作人员登记后，这件申请即告办结。"),
    (Kind.PAYMENT, "缴费凭证已经递交。工作人员核对到账后，继续办理。"),
)  # fmt: skip


def _objections_to_text(kind: str, text: str, has_papers: bool, sure: bool) -> list[Objection]:
    if kind not in set(Kind):
        raise Http404
    if len(text) > 4000:
        return [Objection("long", f"内容请不超过4000字，现有{len(text)}字")]
    if kind == Kind.CORRECTION and not text:
        return [Objection("empty", "请写明补正的内容")]
    if kind == Kind.PAYMENT and not (text or has_papers):
        return [Objection("empty", "请上传缴费凭证，或者写明缴费日期和流水号")]
    if kind == Kind.WITHDRAWAL and not sure:
        return [Objection("unsure", "请先勾选“我确认撤回这件申请”")]
    return []


def _letter(application: Application, asked: str, *, scan: bool) -> HttpResponse:
    """A letter of this very case that was delivered to its applicant; of any other there is none."""
    allowed = {str(one.pk) for one in public_queries.letters(application)}
    if asked not in allowed:
        raise Http404
    letter = Letter.objects.select_related("rendering", "stamp__scan").get(pk=asked)
    with transaction.atomic():
        record("foi.letter_fetched", application, by=None, number=application.number, letter=letter.number)
    name, content, kind = f"{letter.title}{letter.number}.pdf", b64decode(letter.rendering.pdf), TYPES["pdf"]
    if scan:
        stored = letter.stamp.scan
        with stored.content.open("rb") as kept:
            content = kept.read()
        name, kind = f"{letter.title}{letter.number}（盖章件）.{ {'jpeg': 'jpg'}.get(stored.kind, stored.kind) }", TYPES.get(stored.kind, "application/octet-stream")
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer
