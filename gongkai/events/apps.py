from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "gongkai.events"
    label = "events"
    verbose_name = "宣讲与发布活动"

    def ready(self) -> None:
        from . import duties, indicators, pages, permissions, viewsets  # noqa: F401
