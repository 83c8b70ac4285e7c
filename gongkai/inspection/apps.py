from importlib import import_module

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "gongkai.inspection"
    label = "inspection"
    verbose_name = "检查整改"

    def ready(self) -> None:
        for plug in ("indicators", "duties", "viewsets"):
            import_module(f"{self.name}.{plug}")
