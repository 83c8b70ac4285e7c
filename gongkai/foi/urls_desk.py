from django.urls import path

from . import after_views, desk_views, file_views, public_desk, queue_views, redaction_views

app_name = "foi"
urlpatterns = [
    path("", queue_views.queue, name="queue"),
    path("calendar/", queue_views.month, name="calendar"),
    path("fees/", queue_views.ledger, name="fees"),
    path("anonymise/", after_views.anonymise, name="anonymise"),
    path("proposals/", after_views.proposals, name="proposals"),
    path("<int:pk>/after/", after_views.act, name="after"),
    path("reminders/", queue_views.reminders, name="reminders"),
    path("statistics/", queue_views.statistics, name="statistics"),
    path("fees.<str:kind>", queue_views.ledger_export, name="fees_export"),
    path("<int:pk>/", desk_views.case, name="case"),
    path("<int:pk>/sheet/", desk_views.sheet, name="sheet"),
    path("<int:pk>/decide/", desk_views.decide, name="decide"),
    path("<int:pk>/letters/<slug:kind>/", desk_views.draft, name="draft"),
    path("<int:pk>/fee/", desk_views.fee, name="fee"),
    path("<int:pk>/file.<str:form>", file_views.file, name="file"),
    path("<int:pk>/archives/<int:archive>/", file_views.archived, name="archived"),
    path("<int:pk>/materials/", desk_views.material, name="material"),
    path("<int:pk>/materials/<int:material>/redact/", redaction_views.begin, name="redact"),
    path("<int:pk>/redactions/<int:redaction>/", redaction_views.screen, name="redaction"),
    path("<int:pk>/redactions/<int:redaction>/<int:page>.png", redaction_views.picture, name="redaction_page"),
    path("<int:pk>/redactions/<int:redaction>/result.pdf", redaction_views.result, name="redacted"),
    path("<int:pk>/relate/", desk_views.relate, name="relate"),
    path("<int:pk>/handed-in/<int:handed_in>/", public_desk.settle, name="settle"),
    path("<int:pk>/papers/<int:paper>/", public_desk.paper, name="paper"),
    path("<int:pk>/code/", public_desk.code, name="code"),
    path("online/", public_desk.Shown.as_view(), name="online"),
]
