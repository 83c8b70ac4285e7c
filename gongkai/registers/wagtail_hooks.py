from django.urls import include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from . import ruling
from .register import GROUPS, all_registers

ICONS = {"publishing": "globe", "policy": "doc-full", "service": "clipboard-list", "participation": "comment", "foi": "mail", "duty": "tasks"}


@hooks.register("register_admin_urls")
def urls():
    return [
        path("registers/", include("gongkai.registers.urls")),
        path("calendar/notices/<int:pk>/", ruling.Notice.as_view(), name="rulebook_notice"),
        path("figures/<slug:room>/<slug:name>/", ruling.Adjust.as_view(), name="rulebook_adjust"),
    ]


class RegisterItem(MenuItem):
    def __init__(self, entry, order: int):
        self.thing = entry.thing
        super().__init__(entry.label, reverse("registers:list", args=[entry.slug]), name=f"register-{entry.slug}", order=order)

    def is_shown(self, request) -> bool:
        return request.user.may(self.thing, "view")


class ImportsItem(MenuItem):
    def is_shown(self, request) -> bool:
        return any(entry.importable and request.user.may(entry.thing, "import") for entry in all_registers().values())


def _group(key: str, order: int):
    """One menu group. Asked at each request, since registers come in when their apps are ready."""

    @hooks.register("register_admin_menu_item")
    def group():
        entries = [entry for entry in all_registers().values() if entry.group == key]
        return SubmenuMenuItem(GROUPS[key], Menu(items=[RegisterItem(entry, n) for n, entry in enumerate(entries)]), name=f"group-{key}", icon_name=ICONS[key], order=order)

    return group


for _n, _key in enumerate(GROUPS):
    _group(_key, 300 + _n)


@hooks.register("register_admin_menu_item")
def imports():
    return ImportsItem("导入记录", reverse("registers:batches"), name="imports", icon_name="download", order=400)
