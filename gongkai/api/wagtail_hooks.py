from django.urls import path
from wagtail import hooks

from gongkai.accounts.wagtail_hooks import Allowed

from . import desk


@hooks.register("register_admin_urls")
def urls():
    return [path("systems/", desk.Systems.as_view(), name="api_systems")]


@hooks.register("register_admin_menu_item")
def menu():
    return Allowed("接入系统", "api_systems", "api.system", icon_name="link", order=905)
