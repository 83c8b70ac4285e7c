from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    name = "gongkai.benefits"
    label = "benefits"
    verbose_name = "惠企政策"

    def ready(self) -> None:
        from . import duties, indicators, pages, permissions, reviewables, searchables, viewsets  # noqa: F401
