"""What is done after the reply, from the case's page: 定期评估 and 转主动公开建议."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai.accounts.permissions import may, refuse_unless
from gongkai.law.refusals import Refused
from gongkai.publishing.models import Column
from gongkai.text.asked import number_in

from . import aftercare
from .desk_views import THING, _case
from .models import PublicationProposal


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at a refusal again; propose, adopt or decline a publication."""
    application, by, on, said = _case(request, pk), request.user, timezone.localdate(), request.POST
    do, reason = said.get("do", ""), said.get("reason", "").strip()[:300]
    try:
        if do == "reassess":
            refuse_unless(by, THING, "reassess", application)
            aftercare.reassess(application, by=by, outcome=said.get("outcome", ""), reason=reason, on=on)
            messages.success(request, "已登记定期评估。")
        elif do == "propose":
            refuse_unless(by, THING, "propose", application)
            aftercare.propose(application, by=by, title=said.get("title", "").strip()[:200], reason=reason, on=on)
            messages.success(request, "已提出转主动公开建议。")
        elif do in ("adopt", "decline"):
            refuse_unless(by, THING, "adopt", application)
            proposal = get_object_or_404(PublicationProposal, pk=number_in(said.get("proposal")), application=application)
            if do == "adopt":
                column = get_object_or_404(Column, pk=number_in(said.get("column")), office_id=by.office_id, archived_on=None)
                aftercare.adopt(proposal, by=by, column=column, checked=said.getlist("checked"), answer=reason, on=on)
                messages.success(request, "已采纳，文章稿在所选栏目，正文须重新撰写并送审。")
            else:
                aftercare.decline(proposal, by=by, answer=reason, on=on)
                messages.success(request, "已登记不采纳。")
        else:
            messages.error(request, "没有认出要做的操作，请刷新页面后重试。")
    except Refused as refused:
        for objection in refused.objections:
            messages.error(request, f"{objection.sentence}。" + (f"（依据：{objection.basis}）" if objection.basis else ""))
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return redirect("foi:case", pk=pk)


@require_POST
def anonymise(request: HttpRequest) -> HttpResponse:
    """Remove who applied from the records that were ticked."""
    by, on = request.user, timezone.localdate()
    refuse_unless(by, THING, "anonymise")
    asked = [key for key in map(number_in, request.POST.getlist("case")) if key]
    if not asked or request.POST.get("sure") != "1":
        messages.error(request, "请勾选申请，并确认已核对。去标识以后不能恢复。")
        return redirect("foi:proposals")
    done = 0
    for application in aftercare.kept_too_long(by.office_id, on).filter(pk__in=asked):
        try:
            aftercare.anonymise(application, by=by, on=on)
            done += 1
        except Refused as refused:
            messages.error(request, f"{application.number}：" + "；".join(objection.sentence for objection in refused.objections))
    messages.success(request, f"已将{done}件申请去标识。")
    return redirect("foi:proposals")


@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """What is to be looked at again, and 转主动公开建议: what waits, and what became of the rest."""
    refuse_unless(request.user, THING, "view")
    found = PublicationProposal.objects.filter(application__office_id=request.user.office_id).select_related("application", "by", "settled_by", "article").prefetch_related("alike")
    return render(request, "foi/desk/proposals.html", {
        "title": "答复以后", "lead": "不予公开的定期评估（条例第十八条）；多人申请同样信息的，可以纳入主动公开（条例第四十四条）。", "old": aftercare.kept_too_long(request.user.office_id, timezone.localdate())[:100] if may(request.user, THING, "anonymise") else [],
        "owed": aftercare.to_look_at(request.user.office_id, timezone.localdate())[:100], "waiting": found.filter(settled_on=None).order_by("on", "pk"),
        "settled": found.exclude(settled_on=None).order_by("-settled_on", "-pk")[:100],
    })  # fmt: skip
