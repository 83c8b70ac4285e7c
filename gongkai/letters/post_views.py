"""The desk's page for letters that wait for the post: choose, print, register."""

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from gongkai.accounts.permissions import refuse_unless
from gongkai.law.refusals import Refused
from gongkai.text.asked import number_in

from . import posting
from .forms import PostForm
from .models import Letter
from .permissions import THING
from .posting import SIZES, To
from .subjects import lists

FILES = {"letters": "文书.pdf", "envelopes": "信封.pdf"}


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """What has its number, was not sent, and may be sent by whoever looks."""
    refuse_unless(request.user, THING, "view")
    rows = [(letter, posting.stamped(letter)) for letter in posting.waiting(request.user)]
    return render(request, "letters/desk/waiting.html", {"title": "集中寄送", "rows": rows, "most": posting.MOST, "lists": lists()})


@require_http_methods(["GET", "POST"])
def post(request: HttpRequest) -> HttpResponse:
    """The letters that were chosen: to whom each goes, its envelope, its number."""
    refuse_unless(request.user, THING, "read")
    refuse_unless(request.user, THING, "deliver")
    asked = request.POST if request.method == "POST" else request.GET
    try:
        letters = posting.chosen(request.user, [number_in(text) for text in asked.getlist("letter")])
    except Refused as refused:
        _tell(request, refused)
        return redirect("letters:waiting")
    if request.method == "POST":
        form = PostForm(letters, request.POST, do=request.POST.get("do", ""))
        try:
            if form.is_valid() and (answer := _do(request, letters, form)) is not None:
                return answer
        except Refused as refused:
            _tell(request, refused)
    else:
        to = posting.addressed(letters, by=request.user)
        form = PostForm(letters, initial={"on": timezone.localdate()} | {f"{key}-{letter.pk}": said for letter in letters for key, said in to[letter.pk]._asdict().items()})
    rows = [{"letter": letter, "boxes": form.boxes(letter), "stamped": posting.stamped(letter), "apart": posting.apart(letter)} for letter in letters]
    shown = render(request, "letters/desk/post.html", {
        "title": f"寄送{len(letters)}份文书", "rows": rows, "form": form, "sizes": [(key, label) for key, label, *_ in SIZES], "size": request.POST.get("size", "dl"),
        "both_sides": request.POST.get("both_sides", "on" if request.method == "GET" else ""),
    })  # fmt: skip
    shown["Cache-Control"] = "no-store"
    return shown


def _tell(request: HttpRequest, refused: Refused) -> None:
    for objection in refused.objections:
        messages.error(request, f"{objection.sentence}。" + (f"（依据：{objection.basis}）" if objection.basis else ""))


def _do(request: HttpRequest, letters: list[Letter], form: PostForm) -> HttpResponse | None:
    """Carry out the button. None: show the page again, with what was typed."""
    user, to = request.user, {letter.pk: To(*form.of(letter, *To._fields)) for letter in letters}
    match form.do:
        case "letters":
            return _file("letters", posting.letters_pdf(letters, by=user, both_sides=bool(request.POST.get("both_sides"))))
        case "envelopes":
            return _file("envelopes", posting.envelopes_pdf(letters, to, size=request.POST.get("size", ""), by=user))
        case "post":
            numbers = {letter.pk: form.of(letter, "number")[0] for letter in letters}
            posting.post(letters, to, numbers, carrier=form.cleaned_data["carrier"], on=form.cleaned_data["on"], by=user)
            messages.success(request, f"已登记{len(letters)}份文书交邮。对方签收后，请在各份文书的页面登记签收。")
            return redirect("letters:waiting")
        case "keep":
            return None
    messages.error(request, "没有认出要做的操作，请刷新页面后重试。")
    return None


def _file(kind: str, content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(FILES[kind])}"
    answer["Cache-Control"] = "no-store"
    return answer
