from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "gongkai.ledger"
    label = "ledger"
    verbose_name = "工作台账"

    def ready(self) -> None:
        from . import duties, pages, permissions  # noqa: F401
