"""The desk's page for letters that wait for the post: choose, print, register."""

from datetime import date
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from gongkai.accounts.permissions import refuse_unless
from gongkai.law.refusals import Refused
from gongkai.text.asked import number_in

from . import posting
from .models import Delivery
from .permissions import THING
from .posting import SIZES, To
from .subjects import lists

FILES = {"letters": "文书.pdf", "envelopes": "信封.pdf"}


class PostForm(forms.Form):
    carrier = forms.ChoiceField(label="邮件种类", choices=Delivery.Carrier.choices, help_text="须通过邮政企业，不得到付（235号）")
    on = forms.DateField(label="交邮日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text="以交邮之日为答复之日")


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
        letters = posting.chosen(request.user, [pk for pk in map(number_in, asked.getlist("letter")) if pk is not None])
    except Refused as refused:
        for objection in refused.objections:
            messages.error(request, f"{objection.sentence}。")
        return redirect("letters:waiting")
    to, numbers, form = {}, {}, PostForm(initial={"on": timezone.localdate()})
    if request.method == "POST":
        to = {letter.pk: To(*(request.POST.get(f"{part}-{letter.pk}", "").strip()[:300] for part in ("name", "address", "postcode"))) for letter in letters}
        numbers = {letter.pk: request.POST.get(f"number-{letter.pk}", "").strip()[:40] for letter in letters}
        form = PostForm(request.POST) if request.POST.get("do") == "post" else PostForm(initial={"on": request.POST.get("on") or timezone.localdate(), "carrier": request.POST.get("carrier")})
        try:
            answer = _do(request, letters, to, numbers, form)
        except Refused as refused:
            for objection in refused.objections:
                messages.error(request, f"{objection.sentence}。" + (f"（依据：{objection.basis}）" if objection.basis else ""))
        else:
            if answer is not None:
                return answer
    else:
        to = posting.addressed(letters, by=request.user)
    rows = [
        {"letter": letter, "to": to[letter.pk], "number": numbers.get(letter.pk, ""), "stamped": posting.stamped(letter), "apart": posting.apart(letter)} for letter in letters
    ]  # fmt: skip
    shown = render(request, "letters/desk/post.html", {
        "title": f"寄送{len(letters)}份文书", "rows": rows, "form": form, "sizes": [(key, label) for key, label, *_ in SIZES], "size": request.POST.get("size", "dl"),
        "both_sides": request.POST.get("both_sides", "on" if request.method == "GET" else ""),
    })  # fmt: skip
    shown["Cache-Control"] = "no-store"
    return shown


def _do(request: HttpRequest, letters, to: dict[int, To], numbers: dict[int, str], form: PostForm) -> HttpResponse | None:
    """Carry out the button. None: show the page again, with what was typed."""
    match request.POST.get("do"):
        case "letters":
            return _file("letters", posting.letters_pdf(letters, by=request.user, both_sides=bool(request.POST.get("both_sides"))))
        case "envelopes":
            return _file("envelopes", posting.envelopes_pdf(letters, to, size=request.POST.get("size", ""), by=request.user))
        case "post" if form.is_valid():
            on: date = form.cleaned_data["on"]
            posting.post(letters, to, numbers, carrier=form.cleaned_data["carrier"], on=on, by=request.user)
            messages.success(request, f"已登记{len(letters)}份文书交邮。对方签收后，请在各份文书的页面登记签收。")
            return redirect("letters:waiting")
        case "post":
            return None
    messages.error(request, "没有认出要做的操作，请刷新页面后重试。")
    return None


def _file(kind: str, content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(FILES[kind])}"
    answer["Cache-Control"] = "no-store"
    return answer
