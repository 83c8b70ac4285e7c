"""Signing in and out leaves a trace in the log."""

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from gongkai.audit.actions import record

from .models import User

# What was typed as a user name may be a password: only names that exist are written down.
UNKNOWN = "（未登记的用户名）"


def _known(username: str | None) -> tuple[str, User | None]:
    user = User.objects.filter(username=username or "").first()
    return (user.username if user else UNKNOWN), user


@receiver(user_logged_in, dispatch_uid="accounts.signed_in")
def signed_in(sender, request, user, **kwargs) -> None:
    record("accounts.signed_in", user, by=user)


@receiver(user_logged_out, dispatch_uid="accounts.signed_out")
def signed_out(sender, request, user, **kwargs) -> None:
    if user is not None:
        record("accounts.signed_out", user, by=user)


@receiver(user_login_failed, dispatch_uid="accounts.sign_in_failed")
def sign_in_failed(sender, credentials, request=None, **kwargs) -> None:
    username, user = _known(credentials.get("username"))
    record("accounts.sign_in_failed", user, office_id=user.office_id if user else None, username=username)


@receiver(user_locked_out, dispatch_uid="accounts.locked")
def locked(sender, request, username, **kwargs) -> None:
    username, user = _known(username)
    record("accounts.locked", user, office_id=user.office_id if user else None, username=username)
