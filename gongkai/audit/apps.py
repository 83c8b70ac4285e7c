from django.apps import AppConfig
from django.db.models.signals import post_migrate


def keep_append_only(using: str, **kwargs) -> None:
    from .triggers import forbid, tables

    for table in {"audit_entry", "audit_seal"} & tables(using):
        forbid(using, table, "UPDATE", "审计记录只增不改")
        forbid(using, table, "DELETE", "审计记录只增不删")


class AuditConfig(AppConfig):
    name = "gongkai.audit"
    label = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        post_migrate.connect(keep_append_only, sender=self, dispatch_uid="audit.triggers")
