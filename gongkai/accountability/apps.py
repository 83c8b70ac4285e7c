from django.apps import AppConfig


class AccountabilityConfig(AppConfig):
    name = "gongkai.accountability"
    label = "accountability"
    verbose_name = "履责与述责"

    def ready(self) -> None:
        from . import duties, indicators, permissions, viewsets  # noqa: F401
