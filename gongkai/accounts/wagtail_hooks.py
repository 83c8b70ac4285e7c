from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from . import views


@hooks.register("register_admin_urls")
def urls():
    return [
        path("account/password/", views.ChangePassword.as_view(), name="accounts_password"),
        path("account/two-factor/", views.TwoFactor.as_view(), name="accounts_two_factor"),
        path("people/", views.People.as_view(), name="accounts_people"),
        path("people/add/", views.AddPerson.as_view(), name="accounts_person_add"),
        path("people/two-factor/", views.TwoFactorPolicy.as_view(), name="accounts_two_factor_policy"),
        path("people/<int:pk>/", views.Person.as_view(), name="accounts_person"),
        path("posts/<int:pk>/deputies/", views.Deputies.as_view(), name="accounts_deputies"),
        path("sections/", views.Sections.as_view(), name="accounts_sections"),
        path("sections/<int:pk>/end/", views.EndSection.as_view(), name="accounts_section_end"),
        path("permissions/", views.Permissions.as_view(), name="accounts_permissions"),
    ]


class Allowed(MenuItem):
    """An entry for those whose posts allow `verb` on `thing`."""

    def __init__(self, label, url_name, thing, verb="view", **kwargs):
        self.thing, self.verb = thing, verb
        super().__init__(label, reverse(url_name), name=url_name, **kwargs)

    def is_shown(self, request) -> bool:
        return request.user.may(self.thing, self.verb)


@hooks.register("register_admin_menu_item")
def menu():
    return SubmenuMenuItem(
        "机关与人员",
        Menu(items=[
            Allowed("人员", "accounts_people", "accounts.people", order=10),
            Allowed("科室", "accounts_sections", "accounts.sections", order=20),
            Allowed("岗位权限表", "accounts_permissions", "accounts.permissions", order=30),
        ]),
        name="people", icon_name="group", order=900,
    )  # fmt: skip
