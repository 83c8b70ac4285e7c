from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from . import views


@hooks.register("register_admin_urls")
def urls():
    return [
        path("screening/", views.Try.as_view(), name="screening_try"),
        path("screening/terms/", views.Lists.as_view(), name="screening_terms"),
        path("screening/terms/shipped/", views.Shipped.as_view(), name="screening_terms_shipped"),
        path("screening/terms/template/", views.Template.as_view(), name="screening_terms_template"),
        path("screening/terms/<int:pk>/", views.Version.as_view(), name="screening_terms_version"),
    ]


class ScreeningItem(MenuItem):
    def __init__(self, label, url_name, thing, order):
        self.thing = thing
        super().__init__(label, reverse(url_name), name=url_name, order=order)

    def is_shown(self, request) -> bool:
        return request.user.may(self.thing, "view")


@hooks.register("register_admin_menu_item")
def menu():
    items = [ScreeningItem("试查", "screening_try", "screening.draft", 10), ScreeningItem("用语表", "screening_terms", "screening.terms", 20)]
    return SubmenuMenuItem("内容筛查", Menu(items=items), name="screening", icon_name="search", order=390)
