"""The desk's pages of the channels: what went out, one delivery with its history, what is carried by hand, the account."""

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from gongkai.accounts.desk import DeskPage
from gongkai.accounts.permissions import refuse_unless
from gongkai.audit.models import Entry
from gongkai.audit.queries import told
from gongkai.files.actions import keep
from gongkai.law.refusals import Refused
from gongkai.publishing.models import Channel
from gongkai.ui.listing import page_of

from . import actions, forms, handing, queries, rules
from .models import ChannelAccount
from .wechat_html import ForeignImage, to_wechat

THING = queries.THING
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Deliveries(DeskPage):
    """渠道投递: newest first, with filters; what waits for a person stands on top as a sentence."""

    template_name = "channels/desk/list.html"
    thing, verb, title = THING, "view", "渠道投递"

    def get_context_data(self, **kwargs):
        user = self.request.user
        form = forms.Filter(self.request.GET or None)
        asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
        return super().get_context_data(
            form=form, listing=page_of(queries.asked(user, **asked), self.request.GET.get("page")), narrowed=any(asked.values()),
            failed=queries.visible_to(user).in_state(rules.State.FAILED).count(), may_account=user.may("channels.account", "view"), **kwargs,
        )  # fmt: skip


class OfDelivery(DeskPage):
    """A page about one delivery of those the person may see; others are not there."""

    thing, verb = THING, "view"

    def dispatch(self, request, pk, *args, **kwargs):
        refuse_unless(request.user, THING, "view")
        self.delivery = get_object_or_404(queries.visible_to(request.user).select_related("section", "asked_by", "post", "supersedes", "withdraw_by"), pk=pk)
        refuse_unless(request.user, THING, self.verb, self.delivery)
        return super().dispatch(request, *args, **kwargs)


class OneDelivery(OfDelivery):
    """What is known of it, what may be done now, what was done."""

    template_name = "channels/desk/delivery.html"

    def get_context_data(self, form=None, **kwargs):
        delivery, user = self.delivery, self.request.user
        may = {verb: user.may(THING, verb, delivery) for verb in ("retry", "confirm", "withdraw", "export")}
        entries = Entry.objects.filter(subject_kind=delivery._meta.label, subject_id=str(delivery.pk)).order_by("-id")[:100]
        return super().get_context_data(
            title=delivery.title, delivery=delivery, facts=_facts(delivery), trail=[told(entry) for entry in entries],
            may_retry=may["retry"] and not rules.objections_to_retrying(delivery.facts), may_renew=not delivery.confirmed_at,
            may_confirm=may["confirm"] and not rules.objections_to_confirming(delivery.facts, "x", timezone.localdate(), timezone.localdate()),
            may_withdraw=may["withdraw"] and not rules.objections_to_withdrawing(delivery.facts, "x"),
            may_note=may["confirm"] and not rules.objections_to_noting(delivery.facts, "x"),
            may_copy=may["export"] and delivery.channel not in {Channel.WEBSITE, Channel.GAZETTE}, may_word=may["export"] and delivery.channel == Channel.GAZETTE,
            form=form or forms.ReceiptForm(initial={"posted_on": timezone.localdate()}), **kwargs,
        )  # fmt: skip

    def post(self, request):
        delivery, by, typed = self.delivery, request.user, request.POST
        verb = typed.get("verb")
        if verb not in {"retry", "withdraw", "note", "confirm"}:
            raise Http404
        refuse_unless(by, THING, "confirm" if verb == "note" else verb, delivery)
        form = forms.ReceiptForm(typed) if verb == "confirm" else None
        if form is not None and not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            if verb == "retry":
                actions.retry(delivery, by=by, anew=bool(typed.get("anew")))
                said = "已重新排队，一分钟内办理。"
            elif verb == "withdraw":
                after = actions.withdraw_one(delivery, reason=typed.get("reason", ""), by=by)
                said = {rules.State.WITHDRAWN: "尚未发出，已撤回。", rules.State.WITHDRAW_BY_HAND: "已记入待办，请办理后登记。"}.get(after.state, "已要求撤回，正在通知平台。")
            elif verb == "note":
                actions.note_withdrawal(delivery, note=typed.get("note", ""), by=by)
                said = "撤回办理情况已登记。"
            else:
                actions.confirm_by_hand(delivery, by=by, **form.cleaned_data)
                said = "回执已登记，计入篇次。"
        except Refused as refusal:
            messages.error(request, f"{refusal}。")
        except ValidationError as problem:
            messages.error(request, "；".join(problem.messages))
        else:
            messages.success(request, said)
        return redirect("channels_delivery", delivery.pk)


def _facts(delivery) -> list[tuple[str, object]]:
    """Names and values that are known, for ui/facts.html."""
    rows = [
        ("渠道", delivery.get_channel_display()), ("内容类别", delivery.get_category_display() + ("，图解" if delivery.is_infographic else "")),
        ("承办科室", delivery.section), ("要求发布", delivery.asked_at), ("发布人", delivery.asked_by), ("送审稿摘要", delivery.digest[:16]),
        ("提交成功", delivery.sent_at), ("确认发布", delivery.confirmed_at), ("回执", delivery.receipt), ("网址", delivery.url),
        ("连续失败", f"{delivery.attempts}次" if delivery.attempts else ""), ("下次办理", delivery.next_at), ("更正原因", delivery.change_reason),
        ("要求撤回", delivery.withdraw_asked_at), ("撤回人", delivery.withdraw_by), ("撤回原因", delivery.withdraw_reason), ("撤回完成", delivery.withdrawn_at),
        ("撤回办理情况", delivery.withdraw_note),
    ]  # fmt: skip
    return [(label, value) for label, value in rows if value]


class CopyPage(OfDelivery):
    """复制粘贴发布: the formatted text to be copied into the platform's editor."""

    template_name = "channels/desk/copy.html"
    verb = "export"

    def get_context_data(self, **kwargs):
        pictures = handing.picture_files(self.delivery)
        try:
            text = to_wechat(self.delivery.content["html"], {source: f"picture/{n}/" for n, source in enumerate(pictures)})
        except ForeignImage as foreign:
            raise Http404(str(foreign)) from None
        return super().get_context_data(
            title=f"复制粘贴发布：{self.delivery.title}", delivery=self.delivery, text=text, pictures=len(pictures), summary=self.delivery.content.get("summary"),
            **kwargs,
        )  # fmt: skip


class Picture(OfDelivery):
    """One picture of the text, shown on the page above."""

    verb = "export"

    def get(self, request, number):
        files = list(handing.picture_files(self.delivery).values())
        if number >= len(files) or files[number].kind not in {"png", "jpeg"}:
            raise Http404
        return FileResponse(files[number].content.open("rb"), content_type=f"image/{files[number].kind}")


class Archive(OfDelivery):
    """The text and its pictures as one zip."""

    verb = "export"

    def get(self, request):
        try:
            packed = handing.archive(self.delivery)
        except ForeignImage as foreign:
            raise Http404(str(foreign)) from None
        actions.record_export(self.delivery, what="正文与图片压缩包", by=request.user)
        return _attachment(packed, f"{handing.plain_name(self.delivery.title)}.zip", "application/zip")


class GazetteWord(OfDelivery):
    """The Word file handed to the gazette's editors."""

    verb = "export"

    def get(self, request):
        if self.delivery.channel != Channel.GAZETTE:
            raise Http404
        written = handing.gazette_docx(self.delivery)
        actions.record_export(self.delivery, what="公报送稿Word文件", by=request.user)
        return _attachment(written, f"{handing.plain_name(self.delivery.title)}.docx", WORD)


def _attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"})


class Account(DeskPage):
    """渠道账号: what the interface is called with. The secret is typed here and shown nowhere."""

    template_name = "channels/desk/account.html"
    thing, verb, title = "channels.account", "view", "渠道账号"

    def get_context_data(self, form=None, **kwargs):
        account = self._account()
        initial = {name: getattr(account, name) for name in ("name", "app_id", "api_base", "author", "enabled")} if account else None
        return super().get_context_data(
            account=account, form=form or forms.AccountForm(initial=initial), may_keep=self.request.user.may("channels.account", "keep"), **kwargs
        )

    def _account(self) -> ChannelAccount | None:
        return ChannelAccount.objects.filter(office_id=self.request.user.office_id, channel=Channel.WECHAT).select_related("cover").first()

    def post(self, request):
        refuse_unless(request.user, "channels.account", "keep")
        form = forms.AccountForm(request.POST, request.FILES)
        if form.is_valid():
            asked = dict(form.cleaned_data)
            upload, office = asked.pop("cover"), request.user.office
            try:
                cover = keep(upload, office=office, by=request.user, allowed=frozenset({"png", "jpeg"})) if upload else None
                actions.keep_account(office, by=request.user, cover=cover, **asked)
            except Refused as refusal:
                form.add_error(None, [objection.sentence for objection in refusal.objections])
            except ValidationError as problem:
                form.add_error(None, problem.messages)
            else:
                messages.success(request, "渠道账号已保存。")
                return redirect("channels_account")
        return self.render_to_response(self.get_context_data(form=form))
