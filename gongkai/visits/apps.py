from importlib import import_module

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "gongkai.visits"
    label = "visits"
    verbose_name = "网站访问与反馈"

    def ready(self) -> None:
        for plug in ("permissions", "timers", "exits"):
            import_module(f"{self.name}.{plug}")
