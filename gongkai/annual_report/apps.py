from django.apps import AppConfig


class AnnualReportConfig(AppConfig):
    name = "gongkai.annual_report"
    label = "annual_report"
    verbose_name = "年度报告"

    def ready(self) -> None:
        from . import permissions  # noqa: F401
