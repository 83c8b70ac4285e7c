from importlib import import_module

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "gongkai.documents"
    label = "documents"
    verbose_name = "政策文件"

    def ready(self) -> None:
        for plug in ("permissions", "indicators", "duties", "viewsets", "searchables", "pages", "reviewables"):
            import_module(f"{self.name}.{plug}")
        from .watch import watch

        watch()
