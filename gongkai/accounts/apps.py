from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "gongkai.accounts"
    label = "accounts"
    verbose_name = "机关与人员"

    def ready(self) -> None:
        from . import grants, signals  # noqa: F401
