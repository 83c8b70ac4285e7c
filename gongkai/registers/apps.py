from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "gongkai.registers"
    label = "registers"
    verbose_name = "登记簿"

    def ready(self) -> None:
        from . import derived  # noqa: F401  its nightly comparison is a timed job
