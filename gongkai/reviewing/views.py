"""The desk's pages of the chain: what waits, what was sent, reading it, and the sheet that is filed."""

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from gongkai.accounts.models import User
from gongkai.accounts.permissions import may, refuse_unless
from gongkai.accounts.roles import Role
from gongkai.law.refusals import Refused
from gongkai.screening import queries as screening
from gongkai.screening import showing
from gongkai.screening.actions import dismiss
from gongkai.sockets import get_reviewable, reviewables

from . import actions, queries, rules, sheet_pdf
from .forms import LookForm, ScheduleForm, SubmitForm
from .models import ReviewTemplate, Submission
from .queries import Standing
from .rules import Step, Verdict

THING = "reviewing.submission"
SHOWN = 50
#: What was typed for sending, kept while a finding is left.
TYPED = {"channels", "wechat_title", "note"}
STATES = {"passed": ("done", "通过"), "next": ("pending", "待办"), "reconfirm": ("risk", "待复核"), "owed": ("overdue", "待补办"), "returned": ("risk", "退回"), "waiting": ("plain", "未到")}


def sees(user, submission: Submission, how: queries.Arrangement | None = None) -> bool:
    """Whoever may see the section's reviews, and whoever takes one of its steps."""
    how = how or queries.arrangement(submission.office_id)
    return may(user, THING, "view", submission) or any(queries.post_for(user, submission, step, how=how) for step in Step)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What waits for me, what is under way, what went out."""
    refuse_unless(request.user, THING, "view")
    user, show = request.user, request.GET.get("show", "mine")
    mine = queries.waiting_for(user)
    if show == "out":
        rows = queries.standings(Submission.objects.of(user.office_id).newest().exclude(release=None).select_related("release").order_by("-release__at")[:SHOWN])
    elif show == "open":
        rows = queries.open_standings(user.office_id)
    else:
        show, rows = "mine", [at for at, _ in mine]
    how = queries.arrangement(user.office_id)
    rows = [at for at in rows if sees(user, at.submission, how)]
    return render(request, "reviewing/desk/index.html", {
        "title": "审核发布", "show": show, "rows": [(at, stages(at)) for at in rows], "waiting": len(mine), "kinds": {k: r.label for k, r in reviewables().items()},
        "may_arrange": may(user, "reviewing.template", "view"),
    })  # fmt: skip


def stages(at: Standing) -> list[dict]:
    """The four steps as the pages draw them."""
    people = {look.by_id: look for look in at.looks}
    out = []
    for stage in at.chain.stages:
        kind, word = STATES[stage.state]
        said = people.get(stage.look.by) if stage.look else None
        out.append({"step": stage.step, "label": stage.step.label, "kind": kind, "word": word, "by": said.by if said else None, "at": stage.look.at if stage.look else None})
    return out


@require_http_methods(["GET", "POST"])
def about(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One record: what would go out if it were sent now, and what became of what was sent."""
    if kind not in reviewables():
        raise Http404
    entry = get_reviewable(kind)
    item = get_object_or_404(apps.get_model(kind), pk=pk, office_id=request.user.office_id)
    refuse_unless(request.user, entry.thing, "view", item)
    at = queries.standing(kind, pk)
    going = entry.gather(item)
    may_submit = may(request.user, THING, "submit", item) or may(request.user, THING, "emergency", item)
    typed, (before, known) = request.POST, queries.last_choice(at, going)
    chosen = typed.getlist("channels") if TYPED & set(typed) else before
    title = typed.get("wechat_title", known.get("wechat", ""))
    sending = bool(request.POST) and request.POST.get("do") != "dismiss"
    form = SubmitForm(
        going.channels, request.POST if sending else None, may_hurry=may(request.user, THING, "emergency", item),
        initial={"channels": chosen, "wechat_title": title, "note": typed.get("note", "")},
    )  # fmt: skip
    own = queries.own_titles({"wechat": title}, chosen, going.title)
    draft, screened = queries.findings(item, entry, going.content, own)
    if request.method == "POST":
        if not may_submit:
            raise PermissionDenied("您的岗位不能送审这一科室的内容。")
        if request.POST.get("do") == "dismiss":
            _dismiss(request, item, screened)
            draft, screened = queries.findings(item, entry, going.content, own)
        elif form.is_valid():
            said, (channels, titles) = form.cleaned_data, form.chosen
            try:
                made = actions.submit(item, by=request.user, channels=channels, titles=titles, note=said["note"], emergency=said.get("emergency", False), reason=said.get("reason", ""))
            except Refused as refused:
                for objection in refused.objections:
                    form.add_error(None, objection.sentence)
            else:
                messages.success(request, f"已送审（第{made.number}次），等待初审和保密审查。" if not made.emergency else "已应急送审，等待保密审查和领导签发。")
                return redirect("reviewing:submission", pk=made.pk)
    return render(request, "reviewing/desk/about.html", {
        "title": f"送审：{going.title}", "item": item, "entry": entry, "going": going, "html": entry.render(going.content), "form": form, "at": at,
        "stages": stages(at) if at else [], "may_open": at is not None and sees(request.user, at.submission), "may_submit": may_submit, "edit_url": entry.url(item), "class_label": queries.classes().get(going.content_class, ""),
        "found": showing.numbered(screened), "marked": showing.in_place(draft, showing.numbered(screened)) if screened else [], "left": screening.standing(screened),
        "kept": [(name, value) for name in sorted(TYPED) for value in typed.getlist(name)],
        "unchanged": at is not None and actions.outgoing_digest(going, at.submission.channels, queries.beside(kind, pk), at.submission.titles) == at.submission.digest,
    })  # fmt: skip


def _dismiss(request: HttpRequest, item, screened) -> None:
    """Leave one finding as it is, with a reason."""
    wanted = next((finding for finding in screened if finding.digest == request.POST.get("finding")), None)
    if wanted is None:
        messages.warning(request, "这一处已经不在文中，不必处理。")
        return
    try:
        dismiss(wanted, by=request.user, reason=request.POST.get("reason", ""), record=item)
        messages.success(request, f"已保留“{wanted.quote[:20]}”，理由已记录。")
    except Refused as refused:
        messages.error(request, "；".join(o.sentence for o in refused.objections) + "。")


@require_http_methods(["GET", "POST"])
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """A submission to be read: as it goes out, with what changed, what others said, and the steps open to me."""
    found = get_object_or_404(Submission.objects.select_related("submitted_by", "section", "office"), pk=pk, office_id=request.user.office_id)
    if not sees(request.user, found):
        raise PermissionDenied("您的岗位不能查看这一稿。")
    entry = get_reviewable(found.kind)
    at = queries.standing_of(found)
    newest = at.submission.pk == found.pk
    how = queries.arrangement(found.office_id)
    steps = [step for step in at.chain.open_steps if queries.may_look(request.user, at, step, how=how)] if newest else []
    again = [s for s in at.chain.open_steps if newest and at.chain.stage(s).waits_for == request.user.pk and queries.may_look(request.user, at, s, Verdict.RECONFIRM, how)]
    passages = entry.passages(found.content)
    step = next((s for s in steps if s.value == request.POST.get("step")), steps[0] if steps else None)
    forms = _Forms(request, entry, passages, step)
    if request.method == "POST":
        answer = _do(request, at, found, forms, again)
        if answer is not None:
            return answer
    item = apps.get_model(found.kind)._base_manager.select_related("office").get(pk=found.record_id)
    draft, screened = queries.findings(item, entry, found.content, found.titles)
    since = _since(request, at, found)
    changed = queries.changed(entry, since.content, found.content) if since else []
    return render(request, "reviewing/desk/submission.html", {
        "title": found.title, "submission": found, "entry": entry, "at": at, "newest": newest, "stages": stages(at), "html": entry.render(found.content),
        "found": showing.numbered(screened), "marked": showing.in_place(draft, showing.numbered(screened)) if screened else [],
        "since": since, "changed": changed, "unchanged_said": _unchanged_said(since, found) if since else "", "earlier": [s for s in at.submissions if s.number < found.number], "steps": steps, "again": again, "step": step, "forms": forms,
        "looks": [look for look in at.looks if look.submission_id == found.pk], "past_looks": [look for look in at.looks if look.submission_id != found.pk],
        "marks": found.marks.select_related("by"), "labels": {p.path: p.label for p in passages}, "channels": queries.channels_said(found),
        "class_label": queries.classes().get(found.content_class, ""), "released": getattr(found, "release", None),
        "schedules": found.schedules.select_related("by"), "withdrawn": getattr(found, "withdrawal", None), "may_withdraw": newest and entry.is_out(item) and may(request.user, THING, "withdraw", found),
        "may_release": newest and may(request.user, THING, "release", found),
        "companions": queries.companions(found), "authors": User.objects.filter(pk__in=found.author_ids), "objections": at.chain.objections if newest else (),
    })  # fmt: skip


def _unchanged_said(since: Submission, found: Submission) -> str:
    """What is said where no text changed, so that a change of anything else is not passed over."""
    other = [word for word, differs in (("格式", since.content != found.content), ("发布渠道", since.channels != found.channels), ("渠道标题", since.titles != found.titles), ("绑定发布的内容", since.beside != found.beside)) if differs]
    return f"文字没有变化，变动的是{'、'.join(other)}。" if other else "文字没有变化。"


class _Forms:
    """The forms of the submission page, bound to what was sent only where the button asked for them."""

    def __init__(self, request: HttpRequest, entry, passages, step: Step | None):
        do = request.POST.get("do", "") if request.method == "POST" else ""
        is_secrecy = step is Step.SECRECY
        self.look = LookForm(passages, request.POST if do in ("pass", "return", "edit") else None, with_gates=not is_secrecy)
        self.secrecy = entry.secrecy_form(request.POST if do == "pass" and is_secrecy else None, prefix="secrecy") if is_secrecy and entry.secrecy_form else None
        self.schedule = ScheduleForm(request.POST if do == "schedule" else None)


def _since(request: HttpRequest, at: Standing, found: Submission) -> Submission | None:
    """What to compare with: the one asked for, else the last this person passed, else the last that went out, else the one before."""
    earlier = [s for s in at.submissions if s.number < found.number]
    asked = request.GET.get("since", "")
    if asked.isdigit() and (named := next((s for s in earlier if s.number == int(asked)), None)):
        return named
    mine = {look.submission_id for look in at.looks if look.by_id == request.user.pk and look.verdict != Verdict.RETURN}
    out = set(Submission.objects.filter(pk__in=[s.pk for s in earlier]).exclude(release=None).values_list("pk", flat=True))
    for wanted in (mine, out, {s.pk for s in earlier}):
        if kept := [s for s in earlier if s.pk in wanted]:
            return kept[-1]
    return None


def _do(request: HttpRequest, at: Standing, found: Submission, forms: _Forms, again: list[Step]) -> HttpResponse | None:
    """Carry out what a button asks for. None: stay on the page, keep what was typed."""
    do, here = request.POST.get("do", ""), redirect("reviewing:submission", pk=found.pk)
    try:
        if do in ("pass", "return"):
            step = Step(request.POST.get("step", ""))
            verdict = Verdict(do)
            if not forms.look.is_valid() or (forms.secrecy and do == "pass" and not forms.secrecy.is_valid()):
                messages.error(request, "没有保存：请改正下面标出的地方。")
                return None
            answers = forms.secrecy.cleaned_data if forms.secrecy and do == "pass" else forms.look.checklist
            actions.look(found, step=step, verdict=verdict, by=request.user, opinion=forms.look.cleaned_data["opinion"], checklist=answers, marks=forms.look.marks)
            messages.success(request, f"{step.label}已{verdict.label}。")
        elif do == "reconfirm" and again:
            for step in again:
                actions.look(found, step=step, verdict=Verdict.RECONFIRM, by=request.user)
            messages.success(request, "已复核同意。")
        elif do == "edit":
            step = Step(request.POST.get("step", ""))
            if not forms.look.is_valid():
                return None
            changes = {name: request.POST[f"edit_{name}"] for name, _ in get_reviewable(found.kind).editable if f"edit_{name}" in request.POST}
            made = actions.edit(found, step=step, changes=changes, by=request.user, opinion=forms.look.cleaned_data["opinion"], checklist=forms.look.checklist)
            messages.success(request, f"已修改并通过，形成第{made.number}次送审稿；已通过的环节须复核。")
            return redirect("reviewing:submission", pk=made.pk)
        elif do == "release":
            actions.release(found, by=request.user)
            messages.success(request, "已发布：发布的正是审核通过的这一稿。")
        elif do == "withdraw":
            actions.withdraw(actions.entry_model(found.kind)._base_manager.get(pk=found.record_id), by=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, "已撤回，各渠道同步处理。")
        elif do == "schedule":
            if not forms.schedule.is_valid():
                return None
            moment = forms.schedule.cleaned_data["release_at"]
            actions.schedule(found, release_at=moment, by=request.user)
            messages.success(request, f"已设定于{timezone.localtime(moment):%Y年%-m月%-d日 %H:%M}发布。")
        else:
            messages.error(request, "没有认出要做的操作，请刷新页面后重试。")
        return here
    except Refused as refused:
        for objection in refused.objections:
            messages.error(request, f"{objection.sentence}。" + (f"（依据：{objection.basis}）" if objection.basis else ""))
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    except ValueError:
        messages.error(request, "没有认出要办理的环节，请刷新页面后重试。")
    return None


@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """呈批单: the submission with every opinion, as it is printed and filed."""
    found = get_object_or_404(Submission.objects.select_related("submitted_by", "section", "office"), pk=pk, office_id=request.user.office_id)
    if not sees(request.user, found):
        raise PermissionDenied("您的岗位不能查看这一稿。")
    at = queries.standing_of(found)
    answer = HttpResponse(sheet_pdf.write(found, [look for look in at.looks if look.submission.number <= found.number]), content_type="application/pdf")
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''%E5%91%88%E6%89%B9%E5%8D%95-{found.pk}.pdf"
    return answer


@require_http_methods(["GET", "POST"])
def templates(request: HttpRequest) -> HttpResponse:
    """Who takes which step for which class of content, as shipped or as the office set it."""
    refuse_unless(request.user, "reviewing.template", "view")
    user, today = request.user, timezone.localdate()
    may_arrange = may(user, "reviewing.template", "arrange")
    if request.method == "POST":
        takers = {
            step.value: [{"role": role, "where": "section" if role in (Role.HEAD, Role.CLERK) else "office"} for role in request.POST.getlist(step.value) if role in Role.values]
            for step in Step
        }
        try:
            actions.set_template(user.office, content_class=request.POST.get("content_class", ""), channel=request.POST.get("channel", ""), takers=takers, starts_on=today, reason=request.POST.get("reason", ""), by=user)
            messages.success(request, "审核模板已设定，自今天起办理的环节按新模板。")
            return redirect("reviewing:templates")
        except ValidationError as error:
            messages.error(request, "没有保存：" + "；".join(error.messages))
    arranged = queries.arrangement(user.office_id, today).takers
    rows = [
        (label, queries.CHANNELS.get(channel, ""), [(step, [(taker, Role(taker.role).label) for taker in arranged[channel, key][step]]) for step in Step])
        for key, label in queries.classes().items() for channel in ("", *queries.CHANNELS) if (channel, key) in arranged
    ]  # fmt: skip
    return render(request, "reviewing/desk/templates.html", {
        "title": "审核模板", "rows": rows, "may_arrange": may_arrange, "steps": list(rules.Step), "roles": [(role.value, role.label) for role in Role if role not in queries.NOT_REVIEWERS],
        "own": ReviewTemplate.objects.filter(office_id=user.office_id).select_related("by")[:20], "classes": queries.classes(), "channels": queries.CHANNELS,
    })  # fmt: skip
