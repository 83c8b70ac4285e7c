"""The address of the public checker."""

from django.urls import path

from . import public_views

app_name = "annual_report_public"
urlpatterns = [path("", public_views.check, name="check")]
