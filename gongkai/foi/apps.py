from importlib import import_module

from django.apps import AppConfig

from gongkai.letters.subjects import letters_about


class FoiConfig(AppConfig):
    name = "gongkai.foi"
    label = "foi"
    verbose_name = "依申请公开"

    def ready(self) -> None:
        for plug in ("permissions", "indicators", "duties", "viewsets", "public_duties", "public_timers", "public_exits", "public_pages"):
            import_module(f"{self.name}.{plug}")
        from . import actions

        letters_about(
            "foi.Application", page="foi:case", objections=actions.letter_objections,
            delivered=actions.follow_delivery, received=actions.follow_receipt,
        )  # fmt: skip
