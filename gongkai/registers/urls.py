from django.urls import path, re_path

from . import views

app_name = "registers"
urlpatterns = [
    path("imports/", views.Batches.as_view(), name="batches"),
    path("<slug:slug>/", views.List.as_view(), name="list"),
    path("<slug:slug>/add/", views.Add.as_view(), name="add"),
    re_path(r"^(?P<slug>[-\w]+)/export\.(?P<kind>xlsx|csv)/$", views.Export.as_view(), name="export"),
    path("<slug:slug>/import/", views.Import.as_view(), name="import"),
    path("<slug:slug>/import/template/", views.Template.as_view(), name="template"),
    path("<slug:slug>/import/<int:batch>/", views.BatchPage.as_view(), name="batch"),
    path("<slug:slug>/import/<int:batch>/file/", views.BatchFile.as_view(), name="batch_file"),
    path("<slug:slug>/import/<int:batch>/faults/", views.BatchFaults.as_view(), name="batch_faults"),
    path("<slug:slug>/<int:pk>/", views.Edit.as_view(), name="edit"),
    path("<slug:slug>/<int:pk>/void/", views.Void.as_view(), name="void"),
    path("<slug:slug>/<int:pk>/do/<slug:name>/", views.Do.as_view(), name="do"),
    path("<slug:slug>/<int:pk>/history/", views.History.as_view(), name="history"),
    path("<slug:slug>/<int:pk>/files/<slug:field>/", views.RecordFile.as_view(), name="file"),
]
