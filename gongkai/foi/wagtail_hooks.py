from django.urls import include, path
from wagtail import hooks


@hooks.register("register_admin_urls")
def foi_urls():
    return [path("foi/", include("gongkai.foi.urls_desk"))]
