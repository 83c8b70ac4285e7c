from django.urls import include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.accounts.permissions import may


class LedgerMenuItem(MenuItem):
    def is_shown(self, request) -> bool:
        return may(request.user, "ledger.plan", "view")


@hooks.register("register_admin_urls")
def ledger_urls():
    return [path("ledger/", include("gongkai.ledger.urls"))]


@hooks.register("register_admin_menu_item")
def ledger_menu():
    return LedgerMenuItem("工作台账", reverse("ledger:index"), name="ledger", icon_name="list-ul", order=20)
