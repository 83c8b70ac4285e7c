from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.accounts.permissions import may

from . import views


class Allowed(MenuItem):
    """An entry for those whose posts allow `view` on `thing`."""

    def __init__(self, label, url_name, thing, **kwargs):
        self.thing = thing
        super().__init__(label, reverse(url_name), name=url_name, **kwargs)

    def is_shown(self, request) -> bool:
        return may(request.user, self.thing, "view")


@hooks.register("register_admin_urls")
def urls():
    return [
        path("channels/", views.Deliveries.as_view(), name="channels_list"),
        path("channels/account/", views.Account.as_view(), name="channels_account"),
        path("channels/<int:pk>/", views.OneDelivery.as_view(), name="channels_delivery"),
        path("channels/<int:pk>/copy/", views.CopyPage.as_view(), name="channels_copy"),
        path("channels/<int:pk>/copy/picture/<int:number>/", views.Picture.as_view(), name="channels_picture"),
        path("channels/<int:pk>/archive.zip", views.Archive.as_view(), name="channels_archive"),
        path("channels/<int:pk>/gazette.docx", views.GazetteWord.as_view(), name="channels_gazette"),
    ]


@hooks.register("register_admin_menu_item")
def deliveries_menu():
    return Allowed("渠道投递", "channels_list", "channels.delivery", icon_name="upload", order=45)


@hooks.register("register_admin_menu_item")
def account_menu():
    return Allowed("渠道账号", "channels_account", "channels.account", icon_name="key", order=860)
