"""All that an anonymous visitor can reach besides the built files. Works with no session and no account."""

from django.urls import include, path

urlpatterns: list = [
    path("search/", include("gongkai.search.urls")),
    path("apply/", include("gongkai.foi.urls_public")),
    path("report-check/", include("gongkai.annual_report.urls")),
    path("feedback/", include("gongkai.visits.urls")),
    path("api/", include("gongkai.api.urls")),
]

handler400 = "gongkai.sitebuild.views.bad_request"
handler403 = "gongkai.sitebuild.views.denied"
handler404 = "gongkai.sitebuild.views.not_found"
handler500 = "gongkai.sitebuild.views.failed"
