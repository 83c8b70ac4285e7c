"""Signing in, one's own account, and the pages where 安全管理员 keeps people, posts and sections."""

import time
from collections.abc import Iterator

import segno
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login, update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django_otp import devices_for_user
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from gongkai.audit.actions import record
from gongkai.audit.models import Entry
from gongkai.audit.verbs import sentence
from gongkai.law.refusals import Refused
from gongkai.text.asked import number_in

from . import actions, forms, permissions
from .desk import DeskPage
from .models import Deputy, Post, Section, TwoFactorRule, User
from .roles import Role

#: How long a right password waits for its code, in seconds.
CODE_WAITS = 300


class SignIn(auth_views.LoginView):
    """The door. A right password of a person with a second factor leads on to the code."""

    template_name = "accounts/desk/login.html"
    form_class = forms.SignIn

    def get(self, request, *args, **kwargs):
        if request.user.is_authenticated and request.user.posts_on():
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def form_valid(self, form):
        user = form.get_user()
        if next(devices_for_user(user), None) is None:
            return super().form_valid(form)
        self.request.session["waiting"] = {"user": user.pk, "backend": user.backend, "at": int(time.time()), "next": self.get_redirect_url()}
        return redirect("accounts_two_factor_code")


class SignInCode(DeskPage):
    """The second step of signing in; also asked of a session begun before the second factor was set up."""

    template_name = "accounts/desk/code.html"
    title = "两步验证"

    def person(self) -> User | None:
        if self.request.user.is_authenticated:
            return self.request.user
        waiting = self.request.session.get("waiting")
        if not waiting or time.time() - waiting["at"] > CODE_WAITS:
            return None
        return get_user_model().objects.filter(pk=waiting["user"], is_active=True).first()

    def get(self, request, form=None):
        if self.person() is None:
            messages.warning(request, "请先输入用户名和密码。")
            return redirect(settings.LOGIN_URL)
        return self.render_to_response(self.get_context_data(form=form or forms.Code()))

    def post(self, request):
        user = self.person()
        if user is None:
            return self.get(request)
        form = forms.Code(request.POST)
        if not form.is_valid():
            return self.get(request, form)
        device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
        allowed, why = device.verify_is_allowed() if device else (False, None)
        if not allowed:
            form.add_error("code", "输错次数较多，请稍等片刻再试。")
            return self.get(request, form)
        if not device.verify_token(int(form.cleaned_data["code"])):
            record("accounts.code_failed", user, username=user.username)
            form.add_error("code", "动态口令不正确或已过期，请输入当前显示的6位数字。")
            return self.get(request, form)
        waiting = request.session.pop("waiting", None)
        if not request.user.is_authenticated:
            login(request, user, backend=waiting["backend"])
        otp_login(request, device)
        way = (waiting or {}).get("next", "")
        safe = url_has_allowed_host_and_scheme(way, allowed_hosts={request.get_host()}, require_https=request.is_secure())
        return redirect(way if way and safe else settings.LOGIN_REDIRECT_URL)


class SignOut(auth_views.LogoutView):
    next_page = settings.LOGIN_URL

    def post(self, request, *args, **kwargs):
        answer = super().post(request, *args, **kwargs)
        messages.success(request, "您已退出。")
        return answer


class Account(DeskPage):
    """我的账户: who I am here, and what was done in my name lately."""

    template_name = "accounts/desk/account.html"
    title = "我的账户"

    def get_context_data(self, **kwargs):
        user, today = self.request.user, timezone.localdate()
        entries = Entry.objects.filter(
            Q(actor=user) | Q(subject_kind=User._meta.label, subject_id=str(user.pk), verb__in=["accounts.sign_in_failed", "accounts.code_failed"]), verb__startswith="accounts.",
        )[:15]  # fmt: skip
        return super().get_context_data(
            person=user, posts=[(post, post.user_id != user.pk) for post in user.posts_on(today)],
            device=next(devices_for_user(user), None), asked=TwoFactorRule.objects.filter(office_id=user.office_id, role__in=user.roles_on()).exists(),
            trail=[(entry, sentence(entry.verb, entry.facts)) for entry in entries], **kwargs,
        )  # fmt: skip


class ChangePassword(DeskPage):
    template_name = "accounts/desk/form.html"
    title = "修改密码"

    def get_context_data(self, form=None, **kwargs):
        return super().get_context_data(form=form or forms.NewPassword(self.request.user), submit="修改密码", **kwargs)

    def post(self, request):
        form = forms.NewPassword(request.user, request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        actions.set_password(request.user, password=form.cleaned_data["new"], by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码已修改，其他地方的登录已失效。")
        return redirect("wagtailadmin_account")


class TwoFactor(DeskPage):
    """Setting up the second factor, and taking it away again."""

    template_name = "accounts/desk/two_factor.html"
    title = "两步验证"

    def dispatch(self, request, *args, **kwargs):
        # A session that began before the factor was set up shows a code before it may touch it.
        if not request.user.is_verified() and next(devices_for_user(request.user), None):
            return redirect("accounts_two_factor_code")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, form=None, **kwargs):
        user = self.request.user
        device = next(devices_for_user(user), None)
        waiting = None if device else TOTPDevice.objects.filter(user=user, confirmed=False).first() or actions.start_two_factor(user)
        return super().get_context_data(
            device=device, form=form or forms.Code(),
            asked=TwoFactorRule.objects.filter(office_id=user.office_id, role__in=user.roles_on()).exists(),
            # The picture is made here: no address outside learns the secret.
            qr=mark_safe(segno.make(waiting.config_url, error="m").svg_inline(scale=5, border=2, omitsize=True, svgclass="qr", lineclass=None)) if waiting else "",
            secret=" ".join(_base32(waiting)[n : n + 4] for n in range(0, 32, 4)) if waiting else "", **kwargs,
        )  # fmt: skip

    def post(self, request):
        user = request.user
        if "stop" in request.POST:
            if TwoFactorRule.objects.filter(office_id=user.office_id, role__in=user.roles_on()).exists():
                messages.error(request, "您的岗位须使用两步验证，不能停用。更换手机请联系安全管理员。")
            else:
                actions.stop_two_factor(user, by=user)
                messages.success(request, "两步验证已停用。")
            return redirect("accounts_two_factor")
        form = forms.Code(request.POST)
        waiting = TOTPDevice.objects.filter(user=user, confirmed=False).first()
        if form.is_valid() and waiting:
            if actions.confirm_two_factor(waiting, code=form.cleaned_data["code"]):
                otp_login(request, waiting)
                messages.success(request, "两步验证已启用，下次登录时须输入动态口令。")
                return redirect("wagtailadmin_account")
            form.add_error("code", "动态口令不正确，请核对手机时间后输入当前显示的6位数字。")
        return self.render_to_response(self.get_context_data(form=form))


def _base32(device: TOTPDevice) -> str:
    return device.config_url.split("secret=")[1].split("&")[0]


class Permissions(DeskPage):
    """岗位权限表: every role, every verb, how far it reaches. Drawn from the table that decides."""

    template_name = "accounts/desk/permissions.html"
    thing, verb = "accounts.permissions", "view"
    title = "岗位权限表"
    lead = "每个岗位对每类事项能办什么：“全”为本机关全部，“科”为本人任该岗位的科室。系统按此表判断，没有超级用户。"

    def get_context_data(self, **kwargs):
        wanted = self.request.GET.get("role", "")
        roles = [role for role in Role if not wanted or role == wanted]
        rows: dict[str, list] = {}
        for (thing, verb), grants in permissions.table().items():
            rows.setdefault(thing, []).append((verb, [int(grants.get(role, 0)) for role in roles]))
        mine = self.request.user.roles_on()
        return super().get_context_data(
            roles=[(role, role in mine) for role in roles], all_roles=list(Role), wanted=wanted,
            rows=sorted(((permissions.thing_label(thing), thing, list(_alike(sorted(verbs, key=_verb_order)))) for thing, verbs in rows.items())), **kwargs,
        )  # fmt: skip


def _alike(rows) -> Iterator[tuple[str, list[int]]]:
    """Verbs that the same roles may do stand on one line."""
    lines: dict[tuple, list[str]] = {}
    for verb, reaches in rows:
        lines.setdefault(tuple(reaches), []).append(permissions.VERB_LABELS.get(verb, verb))
    yield from (("、".join(verbs), list(reaches)) for reaches, verbs in lines.items())


def _verb_order(row) -> tuple[int, str]:
    order = list(permissions.VERB_LABELS)
    return (order.index(row[0]) if row[0] in order else len(order), row[0])


class People(DeskPage):
    template_name = "accounts/desk/people.html"
    thing, verb = "accounts.people", "view"
    title = "机关与人员"

    def get_context_data(self, **kwargs):
        user, today = self.request.user, timezone.localdate()
        people = User.objects.filter(office_id=user.office_id).order_by("-is_active", "name").prefetch_related(
            Prefetch("posts", Post.objects.in_force(today).select_related("section", "user"), to_attr="present_posts"),
            Prefetch("deputising", Deputy.objects.in_force(today).select_related("post__user", "post__section"), to_attr="present_deputising"),
        )
        q = self.request.GET.get("q", "").strip()
        if q:
            people = people.filter(Q(name__icontains=q) | Q(username__icontains=q))
        return super().get_context_data(people=people, q=q, may_manage=user.may("accounts.people", "manage"), office=user.office, **kwargs)


class AddPerson(DeskPage):
    template_name = "accounts/desk/form.html"
    thing, verb = "accounts.people", "manage"
    title = "登记人员"

    def get_context_data(self, form=None, **kwargs):
        return super().get_context_data(form=form or forms.PersonForm(), submit="登记", **kwargs)

    def post(self, request):
        form = forms.PersonForm(request.POST)
        if form.is_valid():
            try:
                person = actions.add_person(request.user.office, by=request.user, **form.cleaned_data)
            except ValidationError as problem:
                form.add_error("password", problem)
            else:
                messages.success(request, f"已登记{person.name}，请授予岗位；没有岗位的账号不能进入工作台。")
                return redirect("accounts_person", person.pk)
        return self.render_to_response(self.get_context_data(form=form))


class Person(DeskPage):
    """One person: posts, deputies, the account. Everything 安全管理员 does to a person is done here."""

    template_name = "accounts/desk/person.html"
    thing, verb = "accounts.people", "view"

    def dispatch(self, request, pk, *args, **kwargs):
        self.person = User.objects.filter(pk=pk, office_id=request.user.office_id).first()
        if self.person is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, post_form=None, reset_form=None, **kwargs):
        today = timezone.localdate()
        posts = self.person.posts.select_related("section", "user").prefetch_related(Prefetch("deputies", Deputy.objects.select_related("user").order_by("-starts_on")))
        return super().get_context_data(
            title=self.person.name, person=self.person, posts=posts.order_by("-starts_on", "-id"), today=today,
            deputising=self.person.deputising.select_related("post__user", "post__section").order_by("-starts_on"),
            post_form=post_form or forms.PostForm(self.person.office, initial={"starts_on": today}),
            reset_form=reset_form or forms.ResetPassword(),
            has_device=next(devices_for_user(self.person), None) is not None,
            locked=AccessAttempt.objects.filter(username=self.person.username, failures_since_start__gte=settings.AXES_FAILURE_LIMIT).exists(),
            may_manage=self.request.user.may("accounts.people", "manage"), may_deputise=self.request.user.may("accounts.deputies", "manage"), **kwargs,
        )  # fmt: skip

    def post(self, request):
        permissions.refuse_unless(request.user, "accounts.people", "manage")
        by, person, deed = request.user, self.person, request.POST.get("deed", "")
        try:
            if deed == "post":
                form = forms.PostForm(person.office, request.POST)
                if not form.is_valid():
                    return self.render_to_response(self.get_context_data(post_form=form))
                actions.give_post(person, by=by, **form.cleaned_data)
                said = "岗位已授予。"
            elif deed == "end_post":
                actions.end_post(get_object_or_404(person.posts, pk=number_in(request.POST.get("post"))), on=timezone.localdate(), by=by)
                said = "岗位自明日起结束。"
            elif deed == "password":
                form = forms.ResetPassword(request.POST)
                if not form.is_valid():
                    return self.render_to_response(self.get_context_data(reset_form=form))
                actions.set_password(person, password=form.cleaned_data["password"], by=by)
                said = "初始密码已设置，本人下次登录时须修改。"
            elif deed == "deactivate":
                actions.deactivate(person, by=by)
                said = "账号已停用。"
            elif deed == "reactivate":
                actions.reactivate(person, by=by)
                said = "账号已恢复。"
            elif deed == "unlock":
                actions.unlock(person, by=by)
                said = "登录锁定已解除。"
            elif deed == "two_factor_off":
                actions.stop_two_factor(person, by=by)
                said = "两步验证已停用，本人可重新设置。"
            else:
                raise Http404
        except Refused as refusal:
            messages.error(request, str(refusal))
        except ValidationError as problem:
            messages.error(request, "；".join(problem.messages))
        else:
            messages.success(request, said)
        return redirect("accounts_person", person.pk)


class Deputies(DeskPage):
    """由他人代行: for one post."""

    template_name = "accounts/desk/deputy.html"
    thing, verb = "accounts.deputies", "manage"
    title = "安排代行"

    def dispatch(self, request, pk, *args, **kwargs):
        self.held = Post.objects.filter(pk=pk, user__office_id=request.user.office_id).select_related("user", "section").first()
        if self.held is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, form=None, **kwargs):
        return super().get_context_data(post=self.held, form=form or forms.DeputyForm(self.held), submit="安排代行", **kwargs)

    def post(self, request):
        if "end" in request.POST:
            actions.end_deputy(get_object_or_404(self.held.deputies, pk=number_in(request.POST["end"])), on=timezone.localdate(), by=request.user)
            messages.success(request, "代行已结束。")
            return redirect("accounts_person", self.held.user_id)
        form = forms.DeputyForm(self.held, request.POST)
        if form.is_valid():
            try:
                actions.deputise(self.held, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, [objection.sentence for objection in refusal.objections])
            else:
                messages.success(request, "代行已安排。")
                return redirect("accounts_person", self.held.user_id)
        return self.render_to_response(self.get_context_data(form=form))


class Sections(DeskPage):
    template_name = "accounts/desk/sections.html"
    thing, verb = "accounts.sections", "view"
    title = "科室"
    lead = "撤销的科室保留名称和当时的记录，由承接科室接办未结事项。"

    def get_context_data(self, form=None, **kwargs):
        user = self.request.user
        sections = Section.objects.of(user.office_id).select_related("successor").order_by("valid_until", "order", "id")
        return super().get_context_data(sections=sections, form=form or forms.SectionForm(), may_manage=user.may("accounts.sections", "manage"), today=timezone.localdate(), **kwargs)

    def post(self, request):
        permissions.refuse_unless(request.user, "accounts.sections", "manage")
        form = forms.SectionForm(request.POST)
        if form.is_valid():
            if Section.objects.of(request.user.office_id).filter(name=form.cleaned_data["name"], valid_until=None).exists():
                form.add_error("name", "已有同名科室。")
            else:
                actions.add_section(request.user.office, by=request.user, **form.cleaned_data)
                messages.success(request, f"已设立{form.cleaned_data['name']}。")
                return redirect("accounts_sections")
        return self.render_to_response(self.get_context_data(form=form))


class EndSection(DeskPage):
    template_name = "accounts/desk/form.html"
    thing, verb = "accounts.sections", "manage"

    def dispatch(self, request, pk, *args, **kwargs):
        self.section = get_object_or_404(Section, pk=pk, office_id=request.user.office_id)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, form=None, **kwargs):
        return super().get_context_data(title=f"撤销{self.section.name}", form=form or forms.SectionEndForm(self.section), submit="撤销科室", **kwargs)

    def post(self, request):
        form = forms.SectionEndForm(self.section, request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        actions.end_section(self.section, by=request.user, **form.cleaned_data)
        messages.success(request, f"{self.section.name}已撤销。")
        return redirect("accounts_sections")


class TwoFactorPolicy(DeskPage):
    template_name = "accounts/desk/form.html"
    thing, verb = "accounts.people", "manage"
    title = "两步验证要求"
    lead = "勾选的岗位登录时须输入动态口令；没有勾选的岗位可由本人自愿启用。"

    def get_context_data(self, form=None, **kwargs):
        standing = list(TwoFactorRule.objects.filter(office_id=self.request.user.office_id).values_list("role", flat=True))
        return super().get_context_data(form=form or forms.TwoFactorRoles(initial={"roles": standing}), submit="保存", **kwargs)

    def post(self, request):
        form = forms.TwoFactorRoles(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        actions.require_two_factor(request.user.office, roles=form.cleaned_data["roles"], by=request.user)
        messages.success(request, "两步验证要求已保存。")
        return redirect("accounts_people")
