from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def hold_what_is_frozen(sender, using: str, **kwargs) -> None:
    """A frozen letter and what was done to it are evidence: the database refuses to change or remove them."""
    # The database stands only once the registry is ready.
    from gongkai.audit.triggers import forbid, tables

    there = tables(using)
    if "letters_letter" in there:
        forbid(using, "letters_letter", "UPDATE", "定稿的文书不可修改", "OLD.frozen_at IS NOT NULL")
        forbid(using, "letters_letter", "DELETE", "定稿的文书不可删除", "OLD.frozen_at IS NOT NULL")
    for table, said in (("signature", "审核签发"), ("rendering", "定稿文书"), ("stamp", "用印"), ("delivery", "送达"), ("receipt", "签收"), ("daycorrection", "更正"), ("void", "作废")):
        if f"letters_{table}" in there:
            forbid(using, f"letters_{table}", "UPDATE", f"{said}不可修改")
            forbid(using, f"letters_{table}", "DELETE", f"{said}不可删除")


class LettersConfig(AppConfig):
    name = "gongkai.letters"
    label = "letters"
    verbose_name = "文书"

    def ready(self) -> None:
        import_module(f"{self.name}.permissions")
        post_migrate.connect(hold_what_is_frozen, sender=self, dispatch_uid="letters.triggers")
