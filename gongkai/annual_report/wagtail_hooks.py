from django.urls import path
from wagtail import hooks

from gongkai.channels.wagtail_hooks import Allowed

from . import views
from .permissions import THING


@hooks.register("register_admin_urls")
def urls():
    return [
        path("report/", views.Newest.as_view(), name="annual_report_newest"),
        path("report/<int:year>/", views.Year.as_view(), name="annual_report"),
        path("report/<int:year>/prose/", views.Prose.as_view(), name="annual_report_prose"),
        path("report/<int:year>/export/<str:form>/", views.Export.as_view(), name="annual_report_export"),
        path("report/<int:year>/publish/", views.Publish.as_view(), name="annual_report_publish"),
        path("report/<int:year>/gathered/", views.Gathered.as_view(), name="annual_report_gathered"),
        path("report/<int:year>/gathered/cell/", views.GatheredCell.as_view(), name="annual_report_gathered_cell"),
        path("report/<int:year>/gathered/<int:pk>/", views.GatheredReportPage.as_view(), name="annual_report_gathered_one"),
        path("report/<int:year>/gathered/<int:pk>/file/", views.GatheredFile.as_view(), name="annual_report_gathered_file"),
        path("report/<int:year>/gathered/batch/<int:pk>/", views.Batch.as_view(), name="annual_report_batch"),
        path("report/<int:year>/cells.csv", views.CellsTemplate.as_view(), name="annual_report_cells"),
        path("report/<int:year>/cell/", views.Cell.as_view(), name="annual_report_cell"),
    ]


@hooks.register("register_admin_menu_item")
def menu():
    return Allowed("年度报告", "annual_report_newest", THING, icon_name="doc-full-inverse", order=25)
