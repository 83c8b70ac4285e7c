from django.urls import path

from . import importing, views, yearly

app_name = "ledger"
urlpatterns = [
    path("", views.index, name="index"),
    path("import/", importing.upload, name="import"),
    path("import/<int:pk>/", importing.preview, name="preview"),
    path("measure/<int:pk>/", views.measure, name="measure"),
    path("evidence/<str:key>/", views.evidence_list, name="evidence"),
    path("frozen/<int:pk>/", views.frozen, name="frozen"),
    path("frozen/<int:pk>/difference/", views.difference, name="difference"),
    path("frozen/<int:pk>/value/<path:key>/", views.frozen_value, name="frozen_value"),
    path("<int:year>/", views.plan, name="plan"),
    path("<int:year>/freeze/", views.freeze, name="freeze"),
    path("<int:year>/accounts/", views.accounts, name="accounts"),
    path("<int:year>/beside/<int:other>/", views.years, name="years"),
    path("<int:year>/export/<str:form>/", views.export, name="export"),
    path("<int:year>/publish/", views.publish, name="publish"),
    path("<int:year>/rounds/", yearly.rounds, name="rounds"),
    path("<int:year>/coverage/", yearly.coverage, name="coverage"),
    path("<int:year>/carry/", yearly.carry, name="carry"),
    path("<int:year>/edit/<int:pk>/", yearly.edit_measure, name="edit_measure"),
]
