from django.urls import include, path
from wagtail import hooks

from gongkai.accounts.wagtail_hooks import Allowed


@hooks.register("register_admin_urls")
def foi_urls():
    return [path("foi/", include("gongkai.foi.urls_desk"))]


@hooks.register("register_admin_menu_item")
def queue_menu():
    return Allowed("在办申请", "foi:queue", "foi.application", icon_name="mail", order=24)
