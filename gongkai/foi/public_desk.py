"""The desk's side of what comes in over the website: papers, what was handed in, another code, and sums of what was shown."""

from base64 import b64decode
from datetime import date, timedelta
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai.accounts.desk import DeskPage
from gongkai.accounts.models import User
from gongkai.accounts.permissions import may, refuse_unless
from gongkai.audit.actions import record
from gongkai.law.refusals import Refused
from gongkai.rulebook.queries import adjustments

from . import public_actions, public_queries, public_rules
from .models import Application, HandedIn, Paper
from .public_rules import VERBS, Kind

THING, APPLICANT = "foi.application", "foi.applicant"


def online(application: Application, user: User, today: date) -> dict:
    """What came over the website, for the case's page. Texts and file names are only for who may see the applicant."""
    sees = may(user, APPLICANT, "view", application)
    own = adjustments(application.office_id, "foi")
    papers = list(application.papers.listed()) if sees else []
    rows = [
        {
            "one": one, "may": may(user, THING, VERBS[Kind(one.kind)], application), "counts_on": public_rules.handed_in_day(one.kind, one.on, today, own),
            "papers": [paper for paper in papers if paper.handed_in_id == one.pk],
        }
        for one in application.handed_in.all()
    ]  # fmt: skip
    return {
        "waiting": [row for row in rows if row["one"].settled_on is None], "settled": [row for row in rows if row["one"].settled_on], "sees": sees,
        "filing": getattr(application, "filing", None), "papers": [paper for paper in papers if paper.handed_in_id is None], "may_issue": may(user, APPLICANT, "change", application),
    }  # fmt: skip


def _case(request: HttpRequest, pk: int) -> Application:
    found = get_object_or_404(Application.objects.select_related("office", "section"), pk=pk, office_id=request.user.office_id)
    refuse_unless(request.user, THING, "view", found)
    return found


@require_POST
def settle(request: HttpRequest, pk: int, handed_in: int) -> HttpResponse:
    """Accept what was handed in, or send it back with a reason."""
    application = _case(request, pk)
    one = get_object_or_404(HandedIn, pk=handed_in, application=application)
    refuse_unless(request.user, THING, VERBS[Kind(one.kind)], application)
    try:
        if request.POST.get("do") == "accept":
            public_actions.accept(one, by=request.user, today=timezone.localdate())
            messages.success(request, f"已受理申请人递交的{one.get_kind_display()}。")
        else:
            public_actions.send_back(one, by=request.user, reason=request.POST.get("reason", ""), today=timezone.localdate())
            messages.success(request, "已退回，申请人查询时会看到原因。")
    except Refused as refused:
        messages.error(request, "；".join(objection.sentence for objection in refused.objections))
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return redirect("foi:case", pk=pk)


@require_GET
def paper(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """One of the applicant's papers, to be saved. Every look is on record."""
    application = _case(request, pk)
    refuse_unless(request.user, APPLICANT, "view", application)
    found = get_object_or_404(Paper, pk=paper, application=application)
    record("foi.paper_opened", application, by=request.user, number=application.number)
    answer = HttpResponse(b64decode(found.content), content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """Another query code, shown once to be handed to the applicant."""
    application = _case(request, pk)
    refuse_unless(request.user, APPLICANT, "change", application)
    answer = render(request, "foi/desk/code.html", {"title": "查询码", "application": application, "code": public_actions.issue_code(application, by=request.user)})
    answer["Cache-Control"] = "no-store"
    return answer


class Shown(DeskPage):
    """申请前的提示: how often what is public already was shown, opened, and made an application unnecessary."""

    template_name, thing, verb, title = "foi/desk/shown.html", THING, "view", "申请前的提示"
    lead = "网上申请在提交前，会按申请人的描述提示可能已经公开的信息。只计次数，不记录访问者。"

    def get_context_data(self, **kwargs):
        today, office = timezone.localdate(), self.request.user.office_id
        spans = (("本年", date(today.year, 1, 1)), ("近30天", today - timedelta(days=29)), ("近7天", today - timedelta(days=6)))
        return super().get_context_data(rows=[(label, public_queries.shown_beforehand(office, since, today)) for label, since in spans], **kwargs)
