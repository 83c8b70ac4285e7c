from django.apps import AppConfig


class SitebuildConfig(AppConfig):
    name = "gongkai.sitebuild"
    label = "sitebuild"
    verbose_name = "网站生成"

    def ready(self) -> None:
        from . import exits, home, links, outlets, timers  # noqa: F401
