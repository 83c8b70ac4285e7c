from importlib import import_module

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "gongkai.api"
    label = "api"
    verbose_name = "接口"

    def ready(self) -> None:
        for plug in ("permissions", "exits"):
            import_module(f"{self.name}.{plug}")
