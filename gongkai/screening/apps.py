from importlib import import_module

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "gongkai.screening"
    label = "screening"
    verbose_name = "内容筛查"

    def ready(self) -> None:
        for plug in ("permissions", "actions", "viewsets", "papers"):
            import_module(f"{self.name}.{plug}")
