from django.apps import AppConfig
from django.core import checks


def scanner_named(app_configs, **kwargs) -> list[checks.CheckMessage]:
    """Told at `check --deploy`: uploads come in unscanned where no scanner is named."""
    from .checks.scanning import address

    if address():
        return []
    return [checks.Warning("没有配置病毒查杀，上传的文件只按内容检查。", hint="安装clamd，设置环境变量CLAMD，如“unix:/run/clamav/clamd.ctl”或“127.0.0.1:3310”。", id="files.W001")]


class FilesConfig(AppConfig):
    name = "gongkai.files"
    label = "files"
    verbose_name = "文件"

    def ready(self) -> None:
        from . import timers  # noqa: F401

        checks.register(scanner_named, checks.Tags.security, deploy=True)
