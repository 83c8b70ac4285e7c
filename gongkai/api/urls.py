"""Addresses of the API. An application is called by a reference that says nothing; its number stands in none."""

from django.urls import path

from . import views

app_name = "api"
urlpatterns = [
    path("", views.document, name="document"),
    path("v1/applications", views.applications, name="applications"),
    path("v1/applications/<uuid:reference>", views.application, name="application"),
    path("<path:rest>", views.nothing, name="nothing"),
]
