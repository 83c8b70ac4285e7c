from django.urls import path

from . import views

app_name = "letters"
urlpatterns = [
    path("<int:pk>/", views.letter, name="letter"),
    path("<int:pk>/draft/", views.redraft, name="redraft"),
    path("<int:pk>/paper.<str:form>", views.paper, name="paper"),
]
