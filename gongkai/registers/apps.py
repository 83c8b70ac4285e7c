from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "gongkai.registers"
    label = "registers"
    verbose_name = "登记簿"

    def ready(self) -> None:
        from . import derived, exits  # noqa: F401  derived has a timed job, exits a route by which data leaves
