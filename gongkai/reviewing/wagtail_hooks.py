from django.urls import include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.accounts.permissions import may


class ReviewingMenuItem(MenuItem):
    def is_shown(self, request) -> bool:
        return may(request.user, "reviewing.submission", "view")


@hooks.register("register_admin_urls")
def reviewing_urls():
    return [path("reviewing/", include("gongkai.reviewing.urls"))]


@hooks.register("register_admin_menu_item")
def reviewing_menu():
    return ReviewingMenuItem("审核发布", reverse("reviewing:index"), name="reviewing", icon_name="check", order=25)
