from django.urls import path

from . import views

app_name = "reviewing"
urlpatterns = [
    path("", views.index, name="index"),
    path("templates/", views.templates, name="templates"),
    path("about/<str:kind>/<int:pk>/", views.about, name="about"),
    path("<int:pk>/", views.submission, name="submission"),
    path("<int:pk>/sheet.pdf", views.sheet, name="sheet"),
]
