from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from . import views


@hooks.register("register_admin_urls")
def urls():
    return [
        path("calendar/", views.Calendar.as_view(), name="rulebook_calendar"),
        path("calendar/notices/add/", views.EnterNotice.as_view(), name="rulebook_notice_add"),
        path("figures/", views.Figures.as_view(), name="rulebook_figures"),
    ]


class RuleItem(MenuItem):
    def __init__(self, label, url_name, thing, order):
        self.thing = thing
        super().__init__(label, reverse(url_name), name=url_name, order=order)

    def is_shown(self, request) -> bool:
        return request.user.may(self.thing, "view")


@hooks.register("register_admin_menu_item")
def menu():
    items = [RuleItem("工作日历", "rulebook_calendar", "rulebook.calendar", 10), RuleItem("口径", "rulebook_figures", "rulebook.figures", 20)]
    return SubmenuMenuItem("规则与日历", Menu(items=items), name="rulebook", icon_name="calendar", order=850)
