"""Addresses of the live part: applying, and what became of it. No number, code or name ever stands in one."""

from django.urls import path

from . import public_views

app_name = "apply"
urlpatterns = [
    path("", public_views.choose, name="choose"),
    path("person/", public_views.fill, {"who": "person"}, name="person"),
    path("organisation/", public_views.fill, {"who": "organisation"}, name="organisation"),
    path("published/", public_views.published, name="published"),
    path("progress/", public_views.progress, name="progress"),
]
