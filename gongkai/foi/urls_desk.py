from django.urls import path

from . import desk_views

app_name = "foi"
urlpatterns = [
    path("<int:pk>/", desk_views.case, name="case"),
    path("<int:pk>/sheet/", desk_views.sheet, name="sheet"),
    path("<int:pk>/decide/", desk_views.decide, name="decide"),
    path("<int:pk>/letters/<slug:kind>/", desk_views.draft, name="draft"),
    path("<int:pk>/materials/", desk_views.material, name="material"),
]
