from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import views


@hooks.register("register_admin_urls")
def urls():
    return [path("specimens/", views.Specimens.as_view(), name="ui_specimens")]


@hooks.register("register_admin_menu_item")
def home():
    return MenuItem("工作台", reverse("wagtailadmin_home"), name="home", icon_name="home", order=10)
