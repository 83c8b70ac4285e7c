"""The desk's pages: which systems may speak to us, with which tokens, and what they handed in."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from gongkai.accounts.desk import DeskPage
from gongkai.accounts.models import User
from gongkai.accounts.permissions import may, refuse_unless, table
from gongkai.accounts.roles import Role
from gongkai.law.refusals import Refused
from gongkai.text.asked import number_in

from . import actions, forms
from .models import AccessToken, ConnectedSystem


def keepers_of(office_id: int, on: date) -> list[User]:
    """Who issues and ends tokens that day: whoever holds the post of 安全管理员, or deputises in it."""
    granted = {role for role, reach in table()["api.system", "manage"].items() if reach}
    return [one for one in User.objects.filter(office_id=office_id, is_active=True).order_by("pk") if granted & {Role(post.role) for post in one.posts_on(on)}]


class Systems(DeskPage):
    """接入系统: every system with its tokens. Issuing shows the token once, on the page that answers the form."""

    template_name, thing, verb, title = "api/desk/systems.html", "api.system", "view", "接入系统"
    lead = "政务服务大厅等系统凭令牌代收申请、查询办理情况。令牌只在签发时显示一次，系统内只存摘要。"

    def get_context_data(self, form=None, token_forms=None, **kwargs):
        today = timezone.localdate()
        tokens = AccessToken.objects.select_related("issued_by", "revoked_by")
        found = ConnectedSystem.objects.filter(office_id=self.request.user.office_id).annotate(handed=Count("handed_over")).prefetch_related(Prefetch("tokens", tokens))
        usual = {"scopes": ["hand_in", "read"], "expires_on": today + timedelta(days=365)}
        rows = [
            (system, [(token, "void" if token.revoked_at else "overdue" if token.expires_on < today else "done") for token in system.tokens.all()], (token_forms or {}).get(system.pk) or forms.TokenForm(initial=usual, prefix=f"s{system.pk}"))
            for system in found
        ]  # fmt: skip
        return super().get_context_data(rows=rows, form=form or forms.SystemForm(), may_manage=may(self.request.user, self.thing, "manage"), keepers=keepers_of(self.request.user.office_id, today), **kwargs)

    def post(self, request) -> HttpResponse:
        refuse_unless(request.user, self.thing, "manage")
        deed = {"connect": self._connect, "issue": self._issue, "revoke": self._revoke}.get(request.POST.get("deed", ""))
        return deed(request) if deed else redirect("api_systems")

    def _connect(self, request) -> HttpResponse:
        form = forms.SystemForm(request.POST)
        if form.is_valid():
            try:
                system = actions.connect(request.user.office, by=request.user, today=timezone.localdate(), **form.cleaned_data)
            except ValidationError as problem:
                form.add_error("name", problem.messages)
            else:
                messages.success(request, f"已登记{system.name}，请签发令牌；没有令牌的系统不能调用接口。")
                return redirect("api_systems")
        return self.render_to_response(self.get_context_data(form=form))

    def _issue(self, request) -> HttpResponse:
        system = get_object_or_404(ConnectedSystem, pk=number_in(request.POST.get("system")) or 0, office_id=request.user.office_id)
        form, shown = forms.TokenForm(request.POST, prefix=f"s{system.pk}"), {}
        if form.is_valid():
            try:
                token, text = actions.issue(system, by=request.user, today=timezone.localdate(), **form.cleaned_data)
            except Refused as refused:
                form.add_error(None, refused.objections[0].sentence)
            else:
                shown = {"issued": token, "text": text}
        answer = self.render_to_response(self.get_context_data(token_forms={} if shown else {system.pk: form}, **shown))
        answer["Cache-Control"] = "no-store"
        return answer

    def _revoke(self, request) -> HttpResponse:
        token = get_object_or_404(AccessToken, pk=number_in(request.POST.get("token")) or 0, system__office_id=request.user.office_id)
        try:
            actions.revoke(token, by=request.user, reason=request.POST.get("reason", ""))
        except Refused as refused:
            messages.error(request, refused.objections[0].sentence)
        else:
            messages.success(request, f"已停用令牌{token.head}…，下一次调用起不再有效。")
        return redirect("api_systems")
