from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import views


@hooks.register("register_admin_urls")
def urls():
    return [path("log/", views.Log.as_view(), name="audit_log")]


class LogItem(MenuItem):
    def is_shown(self, request) -> bool:
        return request.user.may("audit.log", "view")


@hooks.register("register_admin_menu_item")
def menu():
    return LogItem("审计日志", reverse("audit_log"), name="audit-log", icon_name="history", order=800)
