from importlib import import_module

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "gongkai.publishing"
    label = "publishing"
    verbose_name = "信息发布"

    def ready(self) -> None:
        for plug in ("permissions", "indicators", "duties", "viewsets", "reviewables", "searchables", "pages", "attachments", "timed"):
            import_module(f"{self.name}.{plug}")
        from .watch import watch

        watch()
