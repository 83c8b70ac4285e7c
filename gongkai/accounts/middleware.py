"""What stands between the door and the desk: the idle time-out, a password that must be changed, a second factor that is due."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.utils import timezone
from django_otp import user_has_device

from .models import TwoFactorRule


class IdleTimeout:
    """Signs a person out after `IDLE_SECONDS` without a request, and says so at the door.

    The moment of the last request is kept in the session to the minute, so that reading pages does
    not write the session each time.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            now = int(timezone.now().timestamp())
            seen = request.session.get("seen", now)
            if now - seen > settings.IDLE_SECONDS:
                logout(request)
                messages.warning(request, f"您已超过{settings.IDLE_SECONDS // 60}分钟没有操作，系统已自动退出，请重新登录。")
                return redirect(settings.LOGIN_URL)
            if now - seen >= 60 or "seen" not in request.session:
                request.session["seen"] = now
        return self.get_response(request)


#: Where a person may go before the password is changed or the second factor set up.
BEFORE_ALL_ELSE = frozenset({
    "wagtailadmin_login", "wagtailadmin_logout", "wagtailadmin_sprite", "wagtailadmin_javascript_catalog",
    "accounts_password", "accounts_two_factor", "accounts_two_factor_code",
})  # fmt: skip


class Doorway:
    """Leads a signed-in person first to what must be settled: a password set by someone else, or a second factor the office asks of the role."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        user = request.user
        if not user.is_authenticated or request.resolver_match.view_name in BEFORE_ALL_ELSE:
            return None
        if user.must_change_password:
            messages.warning(request, "您的密码由他人设定，请先改成只有自己知道的密码。")
            return redirect("accounts_password")
        if not user.is_verified() and self._is_due(request):
            messages.warning(request, "您的岗位须使用两步验证，请先完成设置。")
            return redirect("accounts_two_factor")
        return None

    @staticmethod
    def _is_due(request) -> bool:
        """Asked of the database once a session, and again when the posts have changed since."""
        user = request.user
        roles = sorted(user.roles_on())
        known = request.session.get("two_factor_asked")
        if known != roles:
            due = user_has_device(user) or TwoFactorRule.objects.filter(office_id=user.office_id, role__in=roles).exists()
            if due:
                return True
            request.session["two_factor_asked"] = roles
        return False
