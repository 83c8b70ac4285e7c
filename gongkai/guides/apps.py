from django.apps import AppConfig


class GuidesConfig(AppConfig):
    name = "gongkai.guides"
    label = "guides"
    verbose_name = "事项与办事指南"

    def ready(self) -> None:
        from . import duties, indicators, pages, permissions, reviewables, searchables, viewsets  # noqa: F401
