import sys

from django.apps import AppConfig
from django.core.exceptions import PermissionDenied
from django.views.defaults import permission_denied


def refused(request):
    """403 in Chinese, with the sentence of the refusal when there is one."""
    problem = sys.exc_info()[1]
    return permission_denied(request, problem if isinstance(problem, PermissionDenied) else PermissionDenied(""))


class UiConfig(AppConfig):
    name = "gongkai.ui"
    label = "ui"
    verbose_name = "界面"

    def ready(self) -> None:
        from wagtail.admin import auth

        # Wagtail's door answers a refusal by going to the home page with a passing message. An office's
        # answer is a page that says no and why; the door looks this function up when it needs it.
        auth.permission_denied = refused
