from importlib import import_module

from django.apps import AppConfig


class ConsultationConfig(AppConfig):
    name = "gongkai.consultation"
    label = "consultation"
    verbose_name = "征求意见"

    def ready(self) -> None:
        for plug in ("permissions", "indicators", "duties", "viewsets", "searchables", "pages"):
            import_module(f"{self.name}.{plug}")
