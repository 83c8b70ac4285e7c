"""The desk's pages of bundles (绑定发布): made, sent for review and put out together."""

from collections import defaultdict
from collections.abc import Iterable

from django import forms
from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongkai.accounts.permissions import may, refuse_unless
from gongkai.law.refusals import Refused
from gongkai.sockets import reviewables
from gongkai.text.asked import number_in

from . import bundles, queries
from .forms import ChannelsForm, ScheduleForm
from .models import Bundle, BundleItem, Submission
from .views import sees as sees_submission

THING = "reviewing.submission"
#: So many records of a kind are offered, the newest first.
OFFERED = 40


def offered(user) -> list[tuple[str, str]]:
    """Records of this person's reach that are not out and in no open bundle, as choices."""
    taken = set(BundleItem.objects.filter(is_open=True, bundle__office_id=user.office_id).values_list("kind", "record_id"))
    found = []
    for kind, entry in reviewables().items():
        model = apps.get_model(kind)
        # A policy of another issuer has its day of publication before we show it: what was public before the chain says so itself.
        never = {"published_elsewhere": ""} if any(f.name == "published_elsewhere" for f in model._meta.concrete_fields) else {"published_on": None}
        waiting = model._base_manager.filter(office_id=user.office_id, voided_at=None, shown_submission=None, **never).order_by("-pk")
        found += [(f"{kind}:{item.pk}", f"{entry.label}：{item}") for item in waiting[:OFFERED] if (kind, item.pk) not in taken and may(user, THING, "submit", item)]
    return found


def seen_by(user, found: Iterable[Bundle]) -> list[Bundle]:
    """The bundles of which this person may see a member: as its record, or as what is reviewed of it."""
    found = list(found)
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in found:
        for member in one.items.all():
            wanted[member.kind].add(member.record_id)
    held = {kind: apps.get_model(kind)._base_manager.in_bulk(ids) for kind, ids in wanted.items()}
    newest = {(s.kind, s.record_id): s for kind, ids in wanted.items() for s in Submission.objects.of(user.office_id).newest().filter(kind=kind, record_id__in=ids)}
    how = queries.arrangement(user.office_id)

    def sees(member: BundleItem) -> bool:
        item, sent = held[member.kind].get(member.record_id), newest.get((member.kind, member.record_id))
        return (item is not None and may(user, reviewables()[member.kind].thing, "view", item)) or (sent is not None and sees_submission(user, sent, how))

    return [one for one in found if any(sees(member) for member in one.items.all())]


class BundleForm(forms.Form):
    title = forms.CharField(label="名称", max_length=200, error_messages={"required": "请填写绑定发布的名称。"})
    items = forms.MultipleChoiceField(label="一并发布的内容", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请至少选两件内容。"})

    def __init__(self, choices, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["items"].choices = choices


def _item(user, said: str):
    """The record a form names, of this office; 404 for any other."""
    kind, _, pk = said.partition(":")
    if kind not in reviewables():
        raise Http404
    return get_object_or_404(apps.get_model(kind)._base_manager, pk=number_in(pk), office_id=user.office_id)


def _told(request: HttpRequest, problem: Refused | ValidationError) -> None:
    for sentence in [o.sentence for o in problem.objections] if isinstance(problem, Refused) else problem.messages:
        messages.error(request, f"{sentence.rstrip('。')}。")


@require_http_methods(["GET", "POST"])
def bundle_list(request: HttpRequest) -> HttpResponse:
    """Bundles of the office, and making one."""
    refuse_unless(request.user, THING, "view")
    choices = offered(request.user)
    form = BundleForm(choices, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = bundles.make(request.user.office, title=form.cleaned_data["title"], items=[_item(request.user, said) for said in form.cleaned_data["items"]], by=request.user)
        except (Refused, ValidationError) as problem:
            _told(request, problem)
        else:
            return redirect("reviewing:bundle", pk=made.pk)
    held = seen_by(request.user, Bundle.objects.filter(office=request.user.office).prefetch_related("items")[:100])
    return render(request, "reviewing/desk/bundles.html", {"title": "绑定发布", "bundles": held, "form": form if choices else None})


@require_http_methods(["GET", "POST"])
def bundle(request: HttpRequest, pk: int) -> HttpResponse:
    """One bundle: where each member stands, and what may be done with all of them."""
    refuse_unless(request.user, THING, "view")
    found = get_object_or_404(Bundle, pk=pk, office_id=request.user.office_id)
    if not seen_by(request.user, [found]):
        raise PermissionDenied("您的岗位不能查看这个绑定发布。")
    schedule = ScheduleForm(request.POST if request.POST.get("do") == "schedule" else None)
    rows = _rows(request, found)
    if request.method == "POST":
        try:
            if _do(request, found, rows, schedule):
                return redirect("reviewing:bundle", pk=pk)
        except (Refused, ValidationError) as problem:
            _told(request, problem)
    objections = bundles.objections(found) if not found.released_at else []
    return render(request, "reviewing/desk/bundle.html", {
        "title": f"绑定发布：{found.title}", "bundle": found, "rows": rows, "objections": objections, "schedule": schedule,
        "choices": offered(request.user) if not found.released_at else [], "may_submit": all(row["may_submit"] for row in rows),
        "may_release": all(row["at"] is not None and may(request.user, THING, "release", row["at"].submission) for row in rows),
    })  # fmt: skip


def _rows(request: HttpRequest, found: Bundle) -> list[dict]:
    """The members with where they stand, each with the channels it may be sent for."""
    rows, typed = [], request.POST if request.POST.get("do") == "submit" else None
    for item in bundles.members(found):
        kind, at = item._meta.label, queries.standing(item._meta.label, item.pk)
        going = reviewables()[kind].gather(item)
        channels, titles = queries.last_choice(at, going)
        form = ChannelsForm(going.channels, typed, prefix=f"{item._meta.model_name}-{item.pk}", initial={"channels": channels, "wechat_title": titles.get("wechat", "")})
        rows.append({"item": item, "kind": kind, "label": reviewables()[kind].label, "at": at, "channels": queries.channels_said(at.submission) if at else "", "may_submit": may(request.user, THING, "submit", item), "form": form})
    return rows


def _do(request: HttpRequest, found: Bundle, rows: list[dict], schedule: ScheduleForm) -> bool:
    """Carry out what a button asks for; False keeps the page with what was typed."""
    do, by = request.POST.get("do", ""), request.user
    if do == "add":
        bundles.add(found, _item(by, request.POST.get("item", "")), by=by)
    elif do == "remove":
        bundles.remove(found, _item(by, request.POST.get("item", "")), by=by)
    elif do == "submit":
        if not all([row["form"].is_valid() for row in rows]):
            messages.error(request, "没有送审：请改正下面标出的地方。")
            return False
        made = bundles.submit(found, by=by, chosen={(row["kind"], row["item"].pk): row["form"].chosen for row in rows})
        messages.success(request, f"已送审{len(made)}件，每一件都由初审、复审、终审和保密审查办理。")
    elif do == "release":
        bundles.release(found, by=by)
        messages.success(request, "已一并发布。")
    elif do == "schedule":
        if not schedule.is_valid():
            return False
        moment = schedule.cleaned_data["release_at"]
        bundles.schedule(found, release_at=moment, by=by)
        messages.success(request, f"已设定于{timezone.localtime(moment):%Y年%-m月%-d日 %H:%M}一并发布。")
    else:
        messages.error(request, "没有认出要做的操作，请刷新页面后重试。")
    return True
