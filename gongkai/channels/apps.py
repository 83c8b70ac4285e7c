from importlib import import_module

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "gongkai.channels"
    label = "channels"
    verbose_name = "发布渠道"

    def ready(self) -> None:
        for plug in ("permissions", "duties", "exits", "wechat_port", "timed", "outlets"):
            import_module(f"{self.name}.{plug}")
