"""The desk's menu: what our rooms register with Wagtail's hook, as far as the person's posts allow.

Wagtail's own entries (pages, images, snippets, reports, settings, help) are left out: hooks of
`gongkai` alone are asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.urls import reverse
from wagtail import hooks
from wagtail.admin.menu import SubmenuMenuItem


@dataclass(slots=True)
class Entry:
    """One line of the menu, or a group of lines."""

    label: str
    url: str
    icon: str
    order: int
    current: bool = False
    children: list["Entry"] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return any(child.current for child in self.children)


def _items(request) -> Iterator:
    for hook in hooks.get_hooks("register_admin_menu_item"):
        if hook.__module__.startswith("gongkai."):
            item = hook()
            if item.is_shown(request):
                yield item


def _entry(item, request) -> Entry:
    children = []
    if isinstance(item, SubmenuMenuItem):
        children = [_entry(child, request) for child in sorted(item.menu.menu_items_for_request(request), key=lambda i: i.order)]
    return Entry(str(item.label), str(item.url), item.icon_name, item.order, children=children)


def entries(request) -> list[Entry]:
    """The menu in order, with the entry of the page being shown marked: the longest address that begins the page's own."""
    found = sorted((_entry(item, request) for item in _items(request)), key=lambda entry: entry.order)
    flat = [entry for top in found for entry in (top.children or [top])]
    home = reverse("wagtailadmin_home")
    here = [entry for entry in flat if entry.url == request.path or (entry.url != home and request.path.startswith(entry.url))]
    if here:
        max(here, key=lambda entry: len(entry.url)).current = True
    return found
