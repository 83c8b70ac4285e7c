from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def hold_what_was_said(sender, using: str, **kwargs) -> None:
    """Submissions, opinions and releases are evidence: the database refuses to change or remove them."""
    # Models and database stand only once the registry is ready.
    from gongkai.audit.triggers import forbid, tables

    there = tables(using)
    for table, sentence in (
        ("reviewing_submission", "送审稿"), ("reviewing_look", "审核意见"), ("reviewing_mark", "审核标注"), ("reviewing_release", "放行记录"), ("reviewing_withdrawal", "撤回记录"),
    ):  # fmt: skip
        if table in there:
            forbid(using, table, "UPDATE", f"{sentence}不可修改")
            forbid(using, table, "DELETE", f"{sentence}不可删除")


class ReviewingConfig(AppConfig):
    name = "gongkai.reviewing"
    label = "reviewing"
    verbose_name = "审核"

    def ready(self) -> None:
        for plug in ("permissions", "duties", "timers"):
            import_module(f"{self.name}.{plug}")
        post_migrate.connect(hold_what_was_said, sender=self, dispatch_uid="reviewing.triggers")
