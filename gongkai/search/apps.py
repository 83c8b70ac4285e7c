from importlib import import_module

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "gongkai.search"
    label = "search"
    verbose_name = "公开检索"

    def ready(self) -> None:
        for plug in ("pages", "exits", "timers", "already"):
            import_module(f"{self.name}.{plug}")
