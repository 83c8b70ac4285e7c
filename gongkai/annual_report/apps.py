from django.apps import AppConfig


class AnnualReportConfig(AppConfig):
    name = "gongkai.annual_report"
    label = "annual_report"
    verbose_name = "年度报告"

    def ready(self) -> None:
        from gongkai.sockets import static_files

        from . import duties, pages, permissions, reviewables, searchables  # noqa: F401

        static_files("annual_report/statutory.css", "annual_report/public.css")
