from importlib import import_module

from django.apps import AppConfig


class ConcernsConfig(AppConfig):
    name = "gongkai.concerns"
    label = "concerns"
    verbose_name = "回应社会关切"

    def ready(self) -> None:
        for plug in ("permissions", "indicators", "duties", "viewsets"):
            import_module(f"{self.name}.{plug}")
