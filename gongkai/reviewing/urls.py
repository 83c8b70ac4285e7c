from django.urls import path

from . import bundle_views, views

app_name = "reviewing"
urlpatterns = [
    path("", views.index, name="index"),
    path("bundles/", bundle_views.bundle_list, name="bundles"),
    path("bundles/<int:pk>/", bundle_views.bundle, name="bundle"),
    path("templates/", views.templates, name="templates"),
    path("about/<str:kind>/<int:pk>/", views.about, name="about"),
    path("<int:pk>/", views.submission, name="submission"),
    path("<int:pk>/sheet.pdf", views.sheet, name="sheet"),
]
