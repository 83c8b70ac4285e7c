from django.urls import path

from . import post_views, views

app_name = "letters"
urlpatterns = [
    path("waiting/", post_views.waiting, name="waiting"),
    path("waiting/post/", post_views.post, name="post"),
    path("<int:pk>/", views.letter, name="letter"),
    path("<int:pk>/draft/", views.redraft, name="redraft"),
    path("<int:pk>/paper.<str:form>", views.paper, name="paper"),
]
