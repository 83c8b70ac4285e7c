"""Addresses of the API. An application is called by a reference that says nothing; its number stands in none."""

from django.urls import path, re_path

from . import views

app_name = "api"
urlpatterns = [
    path("", views.document, name="document"),
    path("v1/applications", views.applications, name="applications"),
    path("v1/applications/<uuid:reference>", views.application, name="application"),
    re_path(r"^[\s\S]+$", views.nothing, name="nothing"),  # also what has a line break in it
]
