from django.urls import path
from wagtail import hooks

from gongkai.channels.wagtail_hooks import Allowed

from . import views


@hooks.register("register_admin_urls")
def urls():
    return [path("visits/", views.Usage.as_view(), name="visits_usage")]


@hooks.register("register_admin_menu_item")
def usage():
    return Allowed("网站访问", "visits_usage", "visits.page", icon_name="view", order=298)
