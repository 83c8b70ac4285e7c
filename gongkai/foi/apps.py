from importlib import import_module

from django.apps import AppConfig
from django.db.models import OuterRef, Subquery
from django.db.models.signals import post_migrate

from gongkai.letters.subjects import letters_about


def hold_what_is_archived(sender, using: str, **kwargs) -> None:
    """An archived file is evidence: the database refuses to change or remove it."""
    from gongkai.audit.triggers import forbid, tables

    if "foi_archive" in tables(using):
        forbid(using, "foi_archive", "UPDATE", "归档不可修改")
        forbid(using, "foi_archive", "DELETE", "归档不可删除")


class FoiConfig(AppConfig):
    name = "gongkai.foi"
    label = "foi"
    verbose_name = "依申请公开"

    def ready(self) -> None:
        for plug in ("permissions", "indicators", "duties", "viewsets", "public_duties", "public_timers", "reminding", "fingerprints", "public_exits", "public_pages"):
            import_module(f"{self.name}.{plug}")
        from . import actions, models

        post_migrate.connect(hold_what_is_archived, sender=self, dispatch_uid="foi.triggers")

        letters_about(
            "foi.Application", page="foi:case", objections=actions.letter_objections,
            delivered=actions.follow_delivery, received=actions.follow_receipt, corrected=actions.follow_correction, addressees=actions.addressees,
            section=Subquery(models.Application.objects.filter(pk=OuterRef("subject_id")).values("section")), lists="foi/desk/_lists.html",
        )  # fmt: skip
