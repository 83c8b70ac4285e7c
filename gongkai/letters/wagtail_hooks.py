from django.urls import include, path
from wagtail import hooks


@hooks.register("register_admin_urls")
def letters_urls():
    return [path("letters/", include("gongkai.letters.urls"))]
